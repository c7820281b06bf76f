"""From marks to values: means, percentiles, areas, and what is derived from other figures."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qa_plugin.evaluation.definitions import DEFINITIONS, name_of, rounded
from qa_plugin.evaluation.tallying import Tally

Numbers = Any
"""A number, or an array of them: what is derived is derived alike."""


def value_of(tally: Tally) -> float | None:
    """The figure; None where it has no value, as an area between a group and nobody."""
    name, kind = tally.definition.name, tally.definition.kind
    if kind == "mean":
        return rounded(name, sum(tally.marks) / len(tally.marks))
    if kind == "p50":
        return float(statistics.median(tally.marks))
    if kind == "p95":
        return rounded(name, percentile(tally.marks, 0.95))
    area = area_under_roc(tally.marks, tally.answerable)
    return None if area is None else rounded(name, area)


def percentile(marks: Sequence[float], share: float) -> float:
    """The value that this share of the marks does not exceed, between two marks in proportion."""
    ordered = sorted(marks)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def area_under_roc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """How often a positive has a higher score than a negative, equal ones half; None where one of them is missing."""
    ones = [score for score, is_one in zip(scores, positive, strict=True) if is_one]
    others = [score for score, is_one in zip(scores, positive, strict=True) if not is_one]
    if not ones or not others:
        return None
    above = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return above / (len(ones) * len(others))


def derived(found: Mapping[str, Numbers]) -> dict[str, tuple[Numbers, tuple[str, ...]]]:
    """The figures that are made of others, by key, each with the keys of those."""
    made: dict[str, tuple[Numbers, tuple[str, ...]]] = {}
    for name, (parts, formula) in _FORMULAS.items():
        for ending in _endings(found, parts[0], groups=bool(DEFINITIONS[name].groups)):
            keys = tuple(part + ending for part in parts)
            if all(key in found for key in keys):
                made[name + ending] = (formula(*(found[key] for key in keys)), keys)
    return made


def _endings(found: Iterable[str], name: str, *, groups: bool) -> list[str]:
    ours = [key.removeprefix(name) for key in found if name_of(key) == name]
    return [ending for ending in ours if not ending or (groups and ending.startswith("/"))]


def _f1(precision: Numbers, recall: Numbers) -> Numbers:
    # Where both are 0 so is their product: whatever it is divided by does.
    return 2 * precision * recall / (precision + recall + (precision + recall == 0))


_FORMULAS: Mapping[str, tuple[tuple[str, str], Callable[[Numbers, Numbers], Numbers]]] = {
    "abstention": (("abstained_right", "abstained_wrong"), lambda right, wrong: (right + 1 - wrong) / 2),
    "abstention_f1": (("abstention_precision", "abstention_recall"), _f1),
}
