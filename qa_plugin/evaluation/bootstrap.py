"""How far figures are from certain: percentile bootstrap over cases (Efron and Tibshirani 1993, chapter 13).

The cases are drawn anew, with replacement, as many as there are, again and again; between the 2.5th and the 97.5th
percentile of what a figure then is lies its interval. A case takes all its marks along, so that citations of one
answer count as what they are: not independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qa_plugin.evaluation.aggregation import derived
from qa_plugin.evaluation.definitions import rounded
from qa_plugin.evaluation.tallying import Tally

RESAMPLES = 1000
SEED = 20_260
LEVEL = 0.95

Array: TypeAlias = NDArray[np.float64]
Interval: TypeAlias = tuple[float, float]


def intervals(tallies: Mapping[str, Tally], cases: int) -> dict[str, Interval]:
    """The 95 % interval of each figure; none where it has no value in any resample."""
    found = samples(tallies, draws(cases)) if cases else {}
    low, high = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    made: dict[str, Interval] = {}
    for key, values in found.items():
        known = values[~np.isnan(values)]
        if known.size:
            below, above = np.quantile(known, (low, high))
            made[key] = (rounded(key, float(below)), rounded(key, float(above)))
    return made


def draws(cases: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Array:
    """How often each case (column) is drawn in each resample (row); the same each time."""
    drawn = np.random.default_rng(seed).integers(cases, size=(resamples, cases))
    rows = np.arange(resamples)[:, None] * cases
    return np.bincount((drawn + rows).ravel(), minlength=resamples * cases).reshape(resamples, cases).astype(np.float64)


def samples(tallies: Mapping[str, Tally], weights: Array) -> dict[str, Array]:
    """Each figure in each resample; not a number where no mark for it was drawn."""
    means = [key for key, tally in tallies.items() if tally.definition.kind == "mean"]
    found = dict(zip(means, _means([tallies[key] for key in means], weights).T, strict=True))
    for key, tally in tallies.items():
        if tally.definition.kind in {"p50", "p95"}:
            found[key] = _percentile(tally, weights, 0.5 if tally.definition.kind == "p50" else 0.95)
        elif tally.definition.kind == "auc":
            found[key] = _area(tally, weights)
    return found | {key: value for key, (value, _) in derived(found).items()}


def _means(tallies: Sequence[Tally], weights: Array) -> Array:
    sums = np.zeros((weights.shape[1], len(tallies)))
    counts = np.zeros_like(sums)
    for column, tally in enumerate(tallies):
        np.add.at(sums[:, column], tally.cases, tally.marks)
        np.add.at(counts[:, column], tally.cases, 1.0)
    with np.errstate(invalid="ignore"):  # of a small group, no case at all may be drawn
        return np.asarray((weights @ sums) / (weights @ counts))


def _percentile(tally: Tally, weights: Array, share: float) -> Array:
    """The percentile of the marks, each as often as its case was drawn."""
    order = np.argsort(tally.marks, kind="stable")
    marks = np.asarray(tally.marks)[order]
    reached = np.cumsum(weights[:, np.asarray(tally.cases)[order]], axis=1)
    at = (reached[:, -1] - 1) * share
    low, high = np.floor(at), np.ceil(at)
    last = len(marks) - 1
    below = marks[np.minimum((reached <= low[:, None]).sum(axis=1), last)]
    above = marks[np.minimum((reached <= high[:, None]).sum(axis=1), last)]
    return np.asarray(np.where(reached[:, -1] > 0, below + (above - below) * (at - low), np.nan))


def _area(tally: Tally, weights: Array) -> Array:
    """The area under the ROC curve: the rank sum of Mann and Whitney, equal scores half."""
    order = np.argsort(tally.marks, kind="stable")
    _, starts = np.unique(np.asarray(tally.marks)[order], return_index=True)
    drawn, is_one = weights[:, np.asarray(tally.cases)[order]], np.asarray(tally.answerable)[order]
    ones, others = (np.add.reduceat(drawn * chosen, starts, axis=1) for chosen in (is_one, ~is_one))
    lower = np.cumsum(others, axis=1) - others / 2
    pairs = ones.sum(axis=1) * others.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((ones * lower).sum(axis=1) / pairs)
