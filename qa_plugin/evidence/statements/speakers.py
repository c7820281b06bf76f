"""Who speaks in a sentence, by its own words or by those before it, and whether that is who the question asks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.naming.named import Name, find_names
from qa_plugin.evidence.reading.predicates import is_topic
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.language.attribution import Attribution, find_attributions, speaker_before
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.questions import Question, Weighted
from qa_plugin.records import Hit

_BACK = 4
"""Sentences before one that are read for who goes on speaking."""
_ASKED = 0.5
"""Share of what the likeliest speaker has of the question's words, up to which another may be somebody else."""
_BESIDE = (" ", ", ", "، ")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, where they are named."""

    sentence: Sentence
    found: Attribution

    @property
    def keys(self) -> frozenset[str]:
        """The search terms of their name and office."""
        return frozenset(key for keys in self._words.values() for key in keys)

    @property
    def _names(self) -> list[Name]:
        """The names inside, and those that stand beside it in apposition: "the minister, X"."""
        text = self.sentence.folded.text
        return [
            name
            for name in find_names(self.sentence)
            if (name.start < self.found.end and self.found.start < name.end)
            or text[self.found.end : name.start] in _BESIDE
            or text[name.end : self.found.start] in _BESIDE
        ]

    @property
    def _words(self) -> dict[int, set[str]]:
        places = [(self.found.start, self.found.end), *((name.start, name.end) for name in self._names)]
        words: dict[int, set[str]] = {}
        for term in self.sentence.terms:
            if any(start <= term.start and term.end <= end for start, end in places):
                words.setdefault(term.start, set()).add(term.key)
        return words

    def named_otherwise(self, asked: Sequence[Weighted]) -> bool:
        """Whether a name that the question lacks stands for them."""
        words, keys = self._words, {key for w in asked for key in w.slot.keys}
        return any(
            name.kind in {"person", "body"}
            and not any(keys & said for at, said in words.items() if name.start <= at < name.end)
            for name in self._names
        )

    def of_another_office(self, asked: Sequence[Weighted]) -> bool:
        """Whether they bear a word of the question, but one of their own in place of another: another ministry's."""
        words = [said for said in self._words.values() if any(key[0] in "cn" for key in said)]
        keys = {key for w in asked for key in w.slot.keys}
        lacks = any(is_topic(w.slot) and self.keys.isdisjoint(w.slot.keys) for w in asked)
        return lacks and any(keys & said for said in words) and any(not keys & said for said in words)


def earlier(hit: Hit, at: int) -> tuple[Sentence, ...]:
    """The sentences of a passage right before one of it."""
    chunk = hit.chunk
    return tuple(
        read_sentence(
            hit.info.file_id,
            span,
            chunk.text[span.start - chunk.start : span.end - chunk.start],
            hit.info.language,
            0.0,
        )
        for span in chunk.sentences[max(at - _BACK, 0) : at]
    )


def voices(sentence: Sentence, before: Sequence[Sentence]) -> tuple[Voice, ...]:
    """Who states a sentence; where it says only "he added", who was named in the sentences before."""
    own = tuple(Voice(sentence, found) for found in find_attributions(sentence.folded, sentence.language))
    if own or not before:
        return own
    found = speaker_before([*(s.folded for s in before), sentence.folded], len(before), sentence.language)
    return () if found is None else (Voice(before[found[0]], found[1]),)


# ---------------------------------------------------------------- whose statement is wanted


@cache
def _about(language: str) -> re.Pattern[str]:
    table: dict[str, str] = load_toml("attributions.toml")["about"]
    listed = [table[language]] if language in table else table.values()
    words = "|".join(bare(fold_text(word)) for words in listed for word in words.split("|"))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def speaker_slots(question: Question, slots: Sequence[Weighted]) -> list[Weighted]:
    """The words of a question that may name who said something: those before "about"."""
    topic = _about(question.language).search(bare(fold_text(question.text)))
    found = [w for w in slots if topic is None or w.slot.end <= topic.start()]
    return found or list(slots)


def of_others(
    question: Question, slots: Sequence[Weighted], read: Sequence[tuple[Sentence, Sequence[Sentence]]]
) -> frozenset[tuple[int, int]]:
    """The sentences that somebody else states than the one asked of: their files and where they begin.

    Args:
        question: Only of one that asks what somebody said are there any.
        slots: Its weighted words.
        read: The sentences, each with those before it.
    """
    if question.kind != "quote":
        return frozenset()
    asked = speaker_slots(question, slots)
    spoken = [(sentence, voices(sentence, before)) for sentence, before in read]
    best = max((_share(voice, asked) for _, found in spoken for voice in found), default=0.0)
    if not best:
        return frozenset()

    def other(voice: Voice) -> bool:
        return _share(voice, asked) <= _ASKED * best and (
            voice.named_otherwise(asked) or voice.of_another_office(asked)
        )

    return frozenset((s.file_id, s.span.start) for s, found in spoken if found and all(map(other, found)))


def _share(voice: Voice, asked: Sequence[Weighted]) -> float:
    keys = voice.keys
    return sum(w.weight for w in asked if not keys.isdisjoint(w.slot.keys))
