"""How good a ranking is: figures of one question, as trec_eval defines them, with every gold file worth the same."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any


def files_of(retrieved: Iterable[Mapping[str, Any]]) -> list[str]:
    """The files of a ranking of passages, each where it comes first."""
    return list(dict.fromkeys(passage["source"] for passage in retrieved))


def success(files: Sequence[str], gold: Collection[str], depth: int) -> float:
    """1 where a gold file is among the first so many, else 0."""
    return float(any(file in gold for file in files[:depth]))


def recall(files: Sequence[str], gold: Collection[str], depth: int) -> float:
    """The share of the gold files that is among the first so many; 0 without gold."""
    return sum(file in gold for file in files[:depth]) / len(gold) if gold else 0.0


def reciprocal_rank(files: Sequence[str], gold: Collection[str]) -> float:
    """One by the rank of the first gold file; 0 where there is none."""
    return next((1 / rank for rank, file in enumerate(files, 1) if file in gold), 0.0)


def ndcg(files: Sequence[str], gold: Collection[str], depth: int) -> float:
    """Normalized discounted cumulative gain: what the order gains, against the best order of the same gold."""
    best = sum(_discount(rank) for rank in range(1, min(len(gold), depth) + 1))
    gained = sum(_discount(rank) for rank, file in enumerate(files[:depth], 1) if file in gold)
    return gained / best if best else 0.0


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)
