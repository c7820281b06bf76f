"""A sentence read once, a candidate answer in it, and how near the question's words stand to a place in it."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, update_wrapper
from typing import Generic, TypeVar

from qa_plugin.language.dates import DateMention
from qa_plugin.language.folding import Folded, fold
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.language.questions import Slot, Weighted
from qa_plugin.language.terms import Term, find_terms
from qa_plugin.records import Span

SENTENCES_KEPT = 2_000
"""Sentences of which is kept what they hold, to be read once: a question reads up to some fifty, close reading and
weighing the same ones, and questions about one folder meet again. All that is kept of one, here and in other modules,
is some 6 KB, so 12 MB."""
_NEAR = 10.0
"""Words over which nearness to the question's words fades."""


class _Read:
    """What was read in a text of a language; its terms only when they are asked for."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.language = language
        self.indexed: str | None = None
        """The keys of its terms as the index has them, where it comes of it."""

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return tuple(find_terms(self.folded, self.language))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        # Its capitals tell 6 May from what may be.
        return tuple(find_quantities(self.folded, self.language))

    @cached_property
    def keys(self) -> frozenset[str]:
        if self.indexed is not None and "terms" not in vars(self):
            return keys_of(self.indexed)
        return frozenset([term.key for term in self.terms])


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, folded and read once."""

    file_id: int
    span: Span
    text: str
    language: str
    score: float
    folded: Folded
    _read: _Read = field(repr=False, compare=False)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The search terms with their places in the folded text, looked for when they are first asked for."""
        return self._read.terms

    @property
    def keys(self) -> frozenset[str]:
        """The search terms alone; of a sentence of the index they need not be looked for."""
        return self._read.keys

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its quantities in order, also years and dates; offsets are of the folded text."""
        return self._read.quantities

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the file of a range of the folded sentence."""
        first, last = self.folded.span(start, end)
        return self.span.start + first, self.span.start + last


@dataclass(frozen=True, slots=True)
class Candidate:
    """A typed answer in a sentence."""

    sentence: Sentence
    start: int
    end: int
    """Place of its words in the folded sentence."""
    fit: float
    quantity: Quantity | None = None
    attributed_to: str | None = None
    focused: bool = False
    """Whether the thing asked after stands beside it."""
    placed: bool = False
    """Whether it stands where a place is named."""
    date: DateMention | None = None
    name_kind: str = ""
    """`person`, `place`, `body`, `role` or `unknown`, of a name."""
    claimed: bool = False
    """Whether those to whom it is attributed only claim it."""

    @property
    def words(self) -> str:
        """The words as the file has them."""
        start, end = self.sentence.folded.span(self.start, self.end)
        return self.sentence.text[start:end]


def read_sentence(
    file_id: int, span: Span, text: str, language: str, score: float, indexed: str | None = None
) -> Sentence:
    """Fold a sentence; its terms are found when they are asked for.

    Args:
        file_id: The file it stands in.
        span: Where it stands there.
        text: Its words.
        language: The language it is read in.
        score: How well it fits the question.
        indexed: The keys of its terms as the index has them, if it comes of the index.
    """
    read = _read(text, language)
    if indexed is not None:
        read.indexed = indexed
    return Sentence(file_id, span, text, language, score, read.folded, read)


@lru_cache(maxsize=512)  # those of an article are asked for by several readers; some 3 KB each
def keys_of(words: str) -> frozenset[str]:
    """The search terms of a sentence, as a set, of what the index has of them."""
    return frozenset(words.split())


@lru_cache(maxsize=SENTENCES_KEPT)
def _read(text: str, language: str) -> _Read:
    return _Read(text, language)


Found = TypeVar("Found")


class OfText(Generic[Found]):
    """A function of a sentence that keeps what it found in the last ones.

    What it finds must depend on the sentence's text and language alone, and nobody may change it.
    """

    def __init__(self, function: Callable[[Sentence], Found], *, kept: int) -> None:
        self._found = lru_cache(maxsize=kept)(lambda read: function(_anywhere(read)))
        self.cache_clear = self._found.cache_clear
        update_wrapper(self, function)

    def __call__(self, sentence: Sentence) -> Found:
        """What the function finds in a sentence."""
        return self._found(sentence._read)  # one for one text, wherever it stands


def of_text(*, kept: int = SENTENCES_KEPT) -> Callable[[Callable[[Sentence], Found]], OfText[Found]]:
    """Let a function keep what it finds in the last `kept` sentences."""
    return lambda function: OfText(function, kept=kept)


def _anywhere(read: _Read) -> Sentence:
    """A text that was read as a sentence of no article in particular."""
    return Sentence(0, Span(0, len(read.text)), read.text, read.language, 0.0, read.folded, read)


def meets(slot: Slot, keys: Iterable[str]) -> bool:
    """Whether one of the keys covers the slot."""
    return any(key in slot.keys for key in keys)


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=64)  # close reading and weighing ask it of the same sentences
def word_index(text: str) -> tuple[int, ...]:
    """Where the words of a text begin."""
    return tuple([match.start() for match in _WORD.finditer(text)])


def distance(starts: Sequence[int], a: int, b: int) -> int:
    """Words between two places of a text whose words begin at `starts`."""
    return abs(bisect_right(starts, a) - bisect_right(starts, b))


def nearness(slots: Sequence[Weighted], sentence: Sentence, start: int, starts: Sequence[int]) -> float:
    """How near the question's words stand to a place, from 0 to 1."""
    total = sum(w.weight for w in slots) or 1.0
    near, places_of, here = 0.0, _places(sentence), bisect_right(starts, start)
    for weighted in slots:
        places = [place for key in weighted.slot.keys if key in places_of for place in places_of[key]]
        if places:
            near += weighted.weight * math.exp(-min([abs(bisect_right(starts, p) - here) for p in places]) / _NEAR)
    return near / total


@of_text(kept=64)  # asked for every answer in a sentence, one sentence after the other
def _places(sentence: Sentence) -> dict[str, list[int]]:
    """Where the terms of a sentence begin, by key."""
    found: dict[str, list[int]] = {}
    for term in sentence.terms:
        found.setdefault(term.key, []).append(term.start)
    return found


@lru_cache(maxsize=SENTENCES_KEPT)  # names and titles come again for every rival; some 500 bytes each
def said_keys(words: str, language: str) -> frozenset[str]:
    """The search terms of a name or a title."""
    return frozenset(term.key for term in find_terms(words, language))
