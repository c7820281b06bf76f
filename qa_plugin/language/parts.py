"""A text in parts that no term reaches across: its terms are those of its parts, one after the other.

Most words say the same wherever they stand, so most parts are single words with the marks around them, and what was
found in a part once holds wherever it comes again. Only words that may be a phrase of the lexicon or one number stay
together. A part keeps the blanks before it, by which it is told from the beginning of a text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import pairwise
from struct import Struct
from typing import NamedTuple

from qa_plugin.language.folding import fold
from qa_plugin.language.terms import Term, Worded, find_function_words, find_terms, worded

_PIECE = re.compile(r"\s*\S+")
_MOST, _LONGEST, _FULLEST = 50_000, 60, 24
"""How many parts of a language are kept, of how many characters and terms: a longer one seldom comes again, nor does
one of a script without blanks, where many words are one part."""

RECORD = [("digest", "<u8"), ("share", "<f8"), ("kind", "<u8")]
"""A term as vectors take it: what decides where it stands, its share of its word, and the first letter of its key.

A text is the records of its parts, joined as bytes, so that no object is made for any of its words.
"""
_PACK = Struct("<QdQ").pack


class _Ties(NamedTuple):
    """What a piece of text has to do with those beside it."""

    inner: tuple[str, ...] | None
    """The words, inside phrases, that its first word is a form of; None if it has no words."""
    nexts: Set[str]
    """The words with which a phrase goes on that begins with its last word."""
    within: bool
    """Whether a phrase may begin before its last word."""
    links: bool | None
    """Whether its first token may go on with a number; None if it has no tokens."""
    opens: bool
    """Whether a number may go on behind it."""


_NO_TIES = _Ties((), frozenset(), within=False, links=False, opens=False)
"""Those of nearly half of all pieces; one for all of them costs the garbage collector nothing."""


class Part(NamedTuple):
    """What was found in a part of a text."""

    ties: _Ties
    keys: tuple[str, ...]
    """Those of its terms, in order, with repeats."""
    terms: bytes
    """The records of its terms."""
    small: bytes
    """The records of its small words; without one at the beginning of a text, which `beginning` finds."""


class _Parts(dict[str, Part]):
    """The parts met in texts of a language, each looked at when it is first seen."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, text: str) -> Part:
        found = self._look_at(text)
        if len(text) <= _LONGEST and len(found.keys) <= _FULLEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = found
        return found

    def _look_at(self, text: str) -> Part:
        folded = fold(text)
        terms = find_terms(folded, self._language)
        small = [term for term in find_function_words(folded, self._language) if term.start]
        ties = _ties(worded(folded.text, self._language))
        return Part(ties, tuple([term.key for term in terms]), _records(terms), _records(small))


_known = cache(_Parts)


def _ties(text: Worded) -> _Ties:
    words, shapes = text.words, text.tokens.shapes
    within = any(
        first.phrases and not first.phrases.keys().isdisjoint(second.inner) for first, second in pairwise(words)
    )
    found = _Ties(
        words[0].inner if words else None,
        (words[-1].phrases or {}).keys() if words else frozenset(),
        within,
        shapes[0].links if shapes else None,
        opens=bool(shapes) and (shapes[-1].begins or (len(shapes) > 1 and shapes[-1].links)),
    )
    return _NO_TIES if found == _NO_TIES else found


def _records(terms: Sequence[Term]) -> bytes:
    """The records of terms. A word that stands for several concepts gives each a share of it."""
    if not terms:
        return b""
    readings = Counter([(start, key[0]) for key, start, _ in terms])
    return b"".join([_PACK(_digest(key), 1.0 / readings[start, key[0]], ord(key[0])) for key, start, _ in terms])


def _digest(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")


def pieces(text: str, language: str) -> list[Part]:
    """A text parted at all its blanks: enough for its small words, but it may break phrases and numbers."""
    return list(map(_known(language).__getitem__, _PIECE.findall(text)))


def parts(text: str, language: str) -> list[Part]:
    """The parts of a text, in order."""
    written = _PIECE.findall(text)
    known = _known(language)
    seen = list(map(known.__getitem__, written))
    ties = [part.ties for part in seen]
    found: list[Part] = []
    end = 0
    for first, last in _merged([*_phrases(ties), *_numbers(ties)]):
        found += seen[end:first]
        end = last + 1
        found.append(known["".join(written[first:end])])
    return found + seen[end:]


def _phrases(ties: Sequence[_Ties]) -> list[tuple[int, int]]:
    """Pairs of places that may belong to one phrase; pieces without words, such as a dash, do not part it."""
    found: list[tuple[int, int]] = []
    before, is_open = 0, False
    nexts: Set[str] = frozenset()
    for at, (inner, following, within, _, _) in enumerate(ties):
        if inner:
            is_open = is_open or not nexts.isdisjoint(inner)
            if is_open:
                found.append((before, at))
        elif inner is None:
            continue
        else:
            is_open = False
        before, nexts, is_open = at, following, is_open or within
    return found


def _numbers(ties: Sequence[_Ties]) -> list[tuple[int, int]]:
    """Pairs of places that may belong to one number."""
    found: list[tuple[int, int]] = []
    before, is_open = 0, False
    for at, (_, _, _, links, opens) in enumerate(ties):
        if links is None:
            continue
        is_open = is_open and links
        if is_open:
            found.append((before, at))
        before, is_open = at, is_open or opens
    return found


def _merged(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(pairs):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def beginning(text: str, language: str) -> bytes:
    """The records of what stands at the beginning of a text: its first word if a small one, and its telling marks.

    Marks count once for all of a text, and share that place with the word.
    """
    match = _PIECE.match(text)
    first = match.group() if match else ""
    marks = "".join(sorted([character for character in set(text) if not character.isalnum()]))
    look_at = _at_beginning if len(first) <= _LONGEST else _at_beginning.__wrapped__
    return look_at(first, marks, language)


@lru_cache(maxsize=5_000)
def _at_beginning(first: str, marks: str, language: str) -> bytes:
    return _records([term for term in find_function_words(f"{first} {marks}", language) if not term.start])
