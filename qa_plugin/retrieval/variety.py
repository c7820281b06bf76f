"""A balanced ranking: what only says again what stands above it steps back behind what says something else.

Folders of scraped news hold the same report many times, copied, cut and translated; ten copies of one sentence at
the top would hide the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qa_plugin.retrieval import shares


@dataclass(frozen=True, slots=True)
class Said:
    """What a passage's best sentence says."""

    file_id: int
    language: str
    terms: frozenset[str]


def varied(said: Sequence[Said], *, files: int) -> list[int]:
    """The order in which passages stand: repetitions after the first `files` files that say something of their own.

    Args:
        said: The best sentences, best first.
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
            again += range(at, len(said))
            break
        if heard.before(own):
            again.append(at)
            continue
        heard.add(own)
        kept.append(at)
        seen.add(own.file_id)
    return kept + again


class _Heard:
    """Sentences that stand above, to be asked whether one of them says the same."""

    def __init__(self) -> None:
        self._said: list[tuple[Said, frozenset[str], frozenset[str]]] = []
        self._holding: dict[str, list[int]] = defaultdict(list)

    def add(self, own: Said) -> None:
        for term in own.terms:
            self._holding[term].append(len(self._said))
        self._said.append((own, _shared(own), _numbers(own)))

    def before(self, own: Said) -> bool:
        """Whether a sentence of another file says the same; one with another number never does."""
        common = Counter(at for term in own.terms for at in self._holding.get(term, ()))
        shared, numbers = _shared(own), _numbers(own)
        for at, count in common.items():
            former, its_shared, its_numbers = self._said[at]
            if former.file_id == own.file_id or its_numbers != numbers:
                continue
            if former.language == own.language:
                if count >= shares.SAME_WORDS * (len(own.terms) + len(former.terms) - count):
                    return True
            elif len(shared) >= shares.LEAST_CONCEPTS:
                both = len(shared & its_shared)
                if both >= shares.SAME_CONCEPTS * (len(shared) + len(its_shared) - both):
                    return True
        return False


def _shared(own: Said) -> frozenset[str]:
    """The terms that other languages have too."""
    return frozenset(term for term in own.terms if term[0] in "cnv")


def _numbers(own: Said) -> frozenset[str]:
    return frozenset(term for term in own.terms if term[0] == "v")
