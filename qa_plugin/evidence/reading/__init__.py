"""A sentence read once: its words, clauses and predicates, its day, and whether it gives orders to machines."""
