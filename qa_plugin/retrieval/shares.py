"""What each sign of relevance counts for; chosen by `python -m eval` on invented and real articles together.

Shares are of a question's whole weight, so that 1.0 is a sentence that holds every word of it.
"""

PASSAGES, FILES = 20, 10
"""A ranking holds at least this many passages if no other number is asked for, and goes on until this many files."""
LEXICAL_LIMIT = 300
DENSE_LIMIT = 60
"""Passages that the terms and the vectors put forward."""
ALIKE_LIMIT = 8
"""Of passages that hold the very same words of the question no more than this many are put forward."""

KIND_WEIGHTS = {"c": 1.0, "n": 1.0, "v": 0.8, "s": 0.8, "g": 0.3}
OTHER_KIND_WEIGHT = 0.5
FOCUS_WEIGHT = 1.2
LEAST_COUNT = 200
"""Passages that rarity is reckoned by at least: in a folder of five articles a word of three still says much."""
LEAST_WEIGHT = 0.05
NEAR = 0.6
"""Share of a word's weight that a concept near to it counts."""

# A question word that the sentence itself lacks counts in part where it stands beside, in the passage, the article.
BESIDE, IN_CHUNK = 0.4, 0.2
THROUGHOUT = 0.8
"""How far a word counts in every sentence of an article that says it in all its passages."""
CHUNK_SHARE, ARTICLE_SHARE = 0.3, 1.5
DENSE_SHARE, STATEMENT_SHARE = 0.15, 2.0
"""What the vectors' similarity adds: little for a question, much for a statement to search by."""
TYPE_SHARE = 0.1
SATURATION, LENGTH = 2.0, 0.75
"""How soon a word that stands in many passages of an article says no more, and what the article's length takes off."""

READ = 40
"""Passages whose sentences are read."""
CLOSE_SHARE, CLOSE_WEIGHT, CLOSE_CAP = 0.5, 1.3, 0.6
"""Sentences with this share of the best one's score are read; what a fitting value adds, and at most how much."""
WITHOUT = 0.15
"""What a sentence loses that holds no value of the kind asked for."""
HEADLINE, MARKED = 0.15, 0.25
"""The headline says what an article is about, and seldom what one would ask; reasons and quotes are marked by words."""

SAME_WORDS, SAME_CONCEPTS = 0.7, 0.25
"""Shared terms of all terms above which two sentences say the same thing: in one language, and across languages."""
LEAST_CONCEPTS = 6
"""Shared terms below which nothing is taken for a translation."""
