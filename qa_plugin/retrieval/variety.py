"""A balanced ranking: what only says again what stands above it steps back behind what says something else.

Folders of scraped news hold the same report many times, copied, cut and translated; ten copies of one sentence at
the top would hide the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from qa_plugin.retrieval import shares


@dataclass(frozen=True, slots=True)
class Said:
    """What a passage's best sentence says."""

    file_id: int
    language: str
    terms: frozenset[str]


def varied(said: Iterable[Said], count: int, *, files: int) -> list[int]:
    """The order in which passages stand: repetitions after the first `files` files that say something of their own.

    Args:
        said: The best sentences, best first; read on only as far as need be.
        count: How many there are.
        files: How many files are wanted before what was left out follows.

    Returns:
        Places in `said`, each once.
    """
    kept: list[int] = []
    again: list[int] = []
    heard = _Heard()
    seen: set[int] = set()
    for at, own in enumerate(said):
        if len(seen) >= files:
            again += range(at, count)
            break
        if not heard.adds(own):
            again.append(at)
            continue
        kept.append(at)
        seen.add(own.file_id)
    return kept + again


class _Heard:
    """Sentences that stand above, to be asked whether one of them says the same."""

    def __init__(self) -> None:
        self._said: dict[frozenset[str], list[tuple[Said, frozenset[str]]]] = defaultdict(list)
        """By their numbers: sentences of different numbers never say the same."""

    def adds(self, own: Said) -> bool:
        """Add a sentence, unless one of another file says the same; one with another number never does."""
        shared = frozenset([term for term in own.terms if term[0] in "cnv"])  # the terms that other languages have too
        alike = self._said[frozenset([term for term in shared if term[0] == "v"])]
        for former, its_shared in alike:
            if former.file_id == own.file_id:
                continue
            if former.language == own.language:
                if _alike(own.terms, former.terms, shares.SAME_WORDS):
                    return False
            elif len(shared) >= shares.LEAST_CONCEPTS and _alike(shared, its_shared, shares.SAME_CONCEPTS):
                return False
        alike.append((own, shared))
        return True


def _alike(one: frozenset[str], other: frozenset[str], share: float) -> bool:
    """Whether two sets have at least this share of all their terms in common."""
    less, more = sorted((len(one), len(other)))
    if not less or less < share * more:
        return False  # not even if one is a part of the other: so with most
    both = len(one & other)
    return both > 0 and both >= share * (less + more - both)
