"""Which gold quotes a citation overlaps: in its own file, or in one that it names as a copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

Place = tuple[int, int]
TextOf = Callable[[str], str]


def overlapped(
    citations: Sequence[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], text_of: TextOf
) -> list[list[bool]]:
    """For each citation, whether it overlaps each of the gold quotes."""
    return [[_overlaps(citation, quote, text_of) for quote in gold] for citation in citations]


def is_cited(source: str, citations: Sequence[Mapping[str, Any]]) -> bool:
    """A citation is from the file, or names it as a copy of the one that it is from."""
    return any(citation["source"] == source or source in (citation.get("copies") or ()) for citation in citations)


def _overlaps(citation: Mapping[str, Any], gold: Mapping[str, Any], text_of: TextOf) -> bool:
    cited, said = (citation["start"], citation["end"]), text_of(citation["source"])
    if citation["source"] == gold["source"]:
        return _any_meet([cited], _places(gold["quote"], said))
    if gold["source"] not in (citation.get("copies") or ()):
        return False
    # A copy may have lost or changed words: the words of either quote are looked for in the other's file.
    copy = text_of(gold["source"])
    in_copy = _any_meet(_places(citation["quote"], copy), _places(gold["quote"], copy))
    return in_copy or _any_meet([cited], _places(gold["quote"], said))


def _places(words: str, text: str) -> list[Place]:
    """Where the words stand, however their lines are broken."""
    return [found.span() for found in _pattern(words).finditer(text)]


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str]:
    parts = words.split()
    return re.compile(r"\s+".join(map(re.escape, parts)) if parts else r"(?!)")


def _any_meet(ones: Sequence[Place], others: Sequence[Place]) -> bool:
    return any(one[0] < other[1] and other[0] < one[1] for one, other in product(ones, others))
