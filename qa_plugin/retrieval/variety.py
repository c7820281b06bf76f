"""A balanced ranking: what only says again what stands above it steps back behind what says something else.

Folders of scraped news hold the same report many times, copied, cut and translated; ten copies of one sentence at
the top would hide the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_plugin.records import Hit
from qa_plugin.retrieval import shares


@dataclass(frozen=True, slots=True)
class _Said:
    """What a hit's best sentence says."""

    file_id: int
    language: str
    terms: frozenset[str]
    shared: frozenset[str]
    """The terms that other languages have too."""
    numbers: frozenset[str]


def vary(hits: Sequence[Hit]) -> list[Hit]:
    """The hits, the repetitions after the first `FILES` files that say something of their own.

    Sentences that differ in a number do not say the same, however alike they are.
    """
    kept: list[Hit] = []
    again: list[Hit] = []
    said: list[_Said] = []
    files: set[int] = set()
    for at, hit in enumerate(hits):
        if len(files) >= shares.FILES:
            again += hits[at:]
            break
        own = _said(hit)
        if any(_repeats(own, former) for former in said):
            again.append(hit)
            continue
        kept.append(hit)
        said.append(own)
        files.add(hit.info.file_id)
    return [*kept, *again]


def _said(hit: Hit) -> _Said:
    terms = frozenset(hit.chunk.terms[hit.chunk.sentences.index(hit.best)].split())
    shared = frozenset(key for key in terms if key[0] in "cnv")
    numbers = frozenset(key for key in terms if key[0] == "v")
    return _Said(hit.info.file_id, hit.info.language, terms, shared, numbers)


def _repeats(own: _Said, former: _Said) -> bool:
    if own.file_id == former.file_id or own.numbers != former.numbers:
        return False
    if own.language == former.language:
        return len(own.terms & former.terms) >= shares.SAME_WORDS * len(own.terms | former.terms)
    if len(own.shared) < shares.LEAST_CONCEPTS:
        return False
    return len(own.shared & former.shared) >= shares.SAME_CONCEPTS * len(own.shared | former.shared)
