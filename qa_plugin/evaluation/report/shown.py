"""Which figures stand together on the page, in which order and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qa_plugin.evaluation.definitions import definition_of, name_of

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Retrieval": ("hit@1", "hit@5", "hit@10", "recall@5", "recall@10", "recall@20", "mrr", "ndcg@10"),
    "Answers": (
        "correct",
        "correct_short",
        "correct_cited",
        "verified_numbers",
        "groundedness",
        "source_count",
        "failed",
    ),
    "Citations": ("cite_precision", "cite_recall", "quote_precision", "quote_recall", "quote_exact"),
    "Abstention": (
        "abstention",
        "abstained_right",
        "abstained_wrong",
        "abstention_precision",
        "abstention_recall",
        "abstention_f1",
        "abstention_auc",
    ),
    "Conflicts": ("false_conflict", "conflict_precision", "conflict_recall"),
    "Time and cost": ("ms", "ms_p95", "prompt_tokens", "completion_tokens", "cost_usd"),
}
"""A figure that stands nowhere here comes last, under a heading of its own."""
HEADLINE: Mapping[str, str] = {
    "correct": "answers that give the gold value",
    "correct_cited": "correct, and a gold file is quoted for it",
    "groundedness": "claims that were verified",
    "abstention": "answerable and unanswerable told apart",
    "hit@10": "a gold file is among the first ten",
    "quote_exact": "quotes that are in their file to the character",
    "failed": "questions that ended in an error",
    "ms": "half of the answers take less",
}
"""The figures of the cards at the top, in their order, in fewer words than their definitions."""
_RATIOS = frozenset({"mrr", "ndcg@10", "abstention_auc"})
"""Shares that nobody writes in per cent."""
_ENDINGS = ("/", ":", " ")


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure as the page shows it."""

    name: str
    group: str
    text: str
    formula: str
    source: str
    unit: str
    """`share`, `ratio`, `ms`, `tokens` or `usd`."""
    lower: bool
    """Lower is better."""

    @classmethod
    def of(cls, name: str, group: str) -> ShownFigure:
        """The figure of a name."""
        defined = definition_of(name)
        unit = "ratio" if name in _RATIOS else defined.unit
        return cls(name, group, defined.means, defined.formula, defined.source, unit, defined.lower_is_better)


def shown_figures(names: Iterable[str]) -> list[ShownFigure]:
    """The figures there are, in the order of the groups."""
    there = dict.fromkeys(map(name_of, names))
    placed = {name: group for group, figures in GROUPS.items() for name in figures}
    known = [ShownFigure.of(name, group) for name, group in placed.items() if name in there]
    return [*known, *(ShownFigure.of(name, "Other") for name in there if name not in placed)]


def plain_values(baseline: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a baseline, by name; `"correct": {"value": 0.7, "/fr": 0.6}` holds `correct` and `correct/fr`."""
    figures = baseline.get("figures")
    found: dict[str, Any] = {}
    for name, value in (figures if isinstance(figures, Mapping) else baseline).items():
        if not isinstance(value, Mapping):
            found[name] = value
            continue
        found[name] = value.get("value")
        found |= {name + ending: number for ending, number in value.items() if ending[:1] in _ENDINGS}
    return {name: float(number) for name, number in found.items() if type(number) in (int, float)}
