"""How far two raters agree, with what chance alone would bring taken off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence


def accuracy(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """The share of items that both rate the same; None of nothing."""
    if not one:
        return None
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def cohens_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Cohen's kappa: (observed − expected) / (1 − expected) agreement, unweighted.

    Cohen, "A coefficient of agreement for nominal scales", 1960. None where it is not defined: of nothing, and where
    both give one and the same label to everything, so that chance alone would have them agree.
    """
    observed = accuracy(one, other)
    if observed is None:
        return None
    total = len(one)
    counts, others = Counter(one), Counter(other)
    by_chance = sum(counts[label] * others[label] for label in counts)
    if by_chance == total * total:
        return None
    expected = by_chance / (total * total)
    return (observed - expected) / (1 - expected)
