"""Names, roles and places of a sentence, and what they are."""
