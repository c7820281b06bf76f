"""An article as it is compared: the words, values and terms of each of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from qa_plugin.language.folding import bare, fold_text
from qa_plugin.records import SourceInfo, StoredChunk

_WORDLESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Scripts without blanks, where a character is what a word is elsewhere."""
_WORD = re.compile(rf"[{_WORDLESS}]|[^\W{_WORDLESS}]+")
_FEWEST_WORDS = 4
"""A shorter line is a heading, a button or a by-line."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article."""

    words: tuple[str, ...]
    terms: tuple[str, ...]
    """Search terms; their first letters say of what kind they are."""

    @cached_property
    def marks(self) -> frozenset[str | tuple[str, str]]:
        """Its words and pairs of neighbours, by which it is known again after light edits."""
        return frozenset(self.words) | frozenset(pairwise(self.words))

    @cached_property
    def values(self) -> frozenset[str]:
        """The numbers that it states."""
        return frozenset(key for key in self.terms if key[0] == "v")

    @cached_property
    def names(self) -> frozenset[str]:
        """The skeletons of its names."""
        return frozenset(key for key in self.terms if key[0] == "n")


@dataclass(frozen=True)
class Outline:
    """An article without its title and without lines that are no sentences."""

    file_id: int
    language: str
    published: str | None
    credits: frozenset[str]
    sentences: tuple[Sentence, ...]

    @cached_property
    def length(self) -> int:
        """How many words it has."""
        return sum(len(sentence.words) for sentence in self.sentences)

    @cached_property
    def values(self) -> frozenset[str]:
        """All numbers that it states."""
        return frozenset[str]().union(*(sentence.values for sentence in self.sentences))

    @cached_property
    def names(self) -> frozenset[str]:
        """The skeletons of all its names."""
        return frozenset[str]().union(*(sentence.names for sentence in self.sentences))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in one form for all spellings: no case, accents, marks or other digits."""
    return tuple(bare(word) for word in _WORD.findall(fold_text(text)))


def outline(info: SourceInfo, chunks: Iterable[StoredChunk]) -> Outline:
    """What is compared of an article."""
    title = words_of(info.title or "")
    listed = [sentence for chunk in chunks for sentence in _sentences(chunk)]
    told = [s for s in listed if len(s.words) >= _FEWEST_WORDS and s.words != title]
    return Outline(info.file_id, info.language, info.published, frozenset(info.credits), tuple(told or listed))


def _sentences(chunk: StoredChunk) -> Sequence[Sentence]:
    return [
        Sentence(words_of(chunk.text[span.start - chunk.start : span.end - chunk.start]), tuple(terms.split()))
        for span, terms in zip(chunk.sentences, chunk.terms, strict=True)
    ]
