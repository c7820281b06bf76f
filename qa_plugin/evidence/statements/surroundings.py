"""The sentences before and behind one, in the passages that hold it, and who speaks there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_plugin.evidence.reading.sentences import Sentence, meets, read_sentence
from qa_plugin.evidence.statements.speakers import voices
from qa_plugin.language.questions import Question
from qa_plugin.records import Hit, Span

_BACK = 4
"""Sentences before one that are read for who goes on speaking."""
_GAP = 6
"""Characters between two sentences that follow each other, in one paragraph or in two."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who states something."""

    words: str
    """As the answer names them: without their article where it is of another language than the question."""
    keys: frozenset[str]
    denies: bool
    start: int
    """Where they are named in the folded sentence; -1 where that is one before."""

    def is_other(self, other: Speaker) -> bool:
        """Whether nothing says that both are the same: no word of a name or an office is shared."""
        return self.words != other.words and self.keys.isdisjoint(other.keys)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The sentences of one article around one of them, in order, and its place among them."""

    sentences: tuple[Sentence, ...]
    at: int

    @classmethod
    def of(cls, sentence: Sentence, hits: Sequence[Hit], *, before: int, behind: int) -> Surroundings:
        """Those that stand beside it without a gap, be they of one passage or of two."""
        texts: dict[Span, tuple[str, str]] = {}
        for hit in hits:
            if hit.info.file_id == sentence.file_id:
                at = hit.chunk.start
                texts |= {
                    s: (hit.chunk.text[s.start - at : s.end - at], hit.info.language) for s in hit.chunk.sentences
                }
        spans = sorted(texts, key=lambda span: span.start)
        if sentence.span not in texts:
            return cls((sentence,), 0)
        middle = first = last = spans.index(sentence.span)
        while first > max(middle - before - _BACK, 0) and spans[first].start - spans[first - 1].end <= _GAP:
            first -= 1
        while last < min(middle + behind, len(spans) - 1) and spans[last + 1].start - spans[last].end <= _GAP:
            last += 1
        around = tuple(read_sentence(sentence.file_id, span, *texts[span], 0.0) for span in spans[first : last + 1])
        return cls(around, middle - first)

    def speakers(self, at: int, question: Question) -> list[tuple[Speaker, tuple[int, int]]]:
        """Who speaks in a sentence, each with the part of it that is theirs; named before where it says "he added"."""
        sentence = self.sentences[at]
        found: list[tuple[Speaker, tuple[int, int]]] = []
        for voice in voices(sentence, self.sentences[max(at - _BACK, 0) : at]):
            here = voice.sentence is sentence
            told, told_in = voice.found, voice.sentence
            own = told_in.language == question.language
            start, end = told_in.folded.span(told.start if own else told.noun, told.end)
            words = told_in.text[start:end].strip()
            speaker = Speaker(words, voice.keys, told.denies, told.start if here else -1)
            found.append((speaker, told.scope if here else (0, len(sentence.folded.text))))
        return found

    def speaker(self, at: int, place: int, question: Question, counted: tuple[int, int] | None) -> Speaker | None:
        """Who states what stands at a place of a sentence; what is counted there is nobody who speaks."""
        for speaker, (first, last) in self.speakers(at, question):
            if not first <= place < last or (counted is not None and counted[0] <= speaker.start < counted[1]):
                continue
            if speaker.keys and not any(meets(slot, speaker.keys) for slot in question.according):
                return speaker
        return None
