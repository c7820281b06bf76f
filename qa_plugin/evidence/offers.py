"""What the sentences offer: each one whole, and the typed answers in them, with how well they fit what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.counting.asked import Asked, count_signals
from qa_plugin.evidence.counting.counted import counted
from qa_plugin.evidence.counting.fates import fates_asked, untold
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.counting.frames import frame
from qa_plugin.evidence.counting.lists import elsewhere
from qa_plugin.evidence.counting.owners import Wanted, owner_other
from qa_plugin.evidence.counting.precedence import in_precedence
from qa_plugin.evidence.naming.tenure import Holders
from qa_plugin.evidence.naming.whereabouts import place_signals
from qa_plugin.evidence.reading.days import another_day, day_of
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, said_keys
from qa_plugin.evidence.signals import (
    Setting,
    article_signals,
    candidate_signals,
    family_of,
    sentence_signals,
    weighed,
)
from qa_plugin.evidence.statements.occasions import Occasion, occasion_signals
from qa_plugin.language.dates import DateMention
from qa_plugin.language.questions import TYPED, Weighted

OTHER_DAY = 2.5
"""What the rank of a sentence loses that speaks of another day than the question names."""
_OTHER_OWNER = 3.0
"""What an age or a price loses that is somebody else's, and a number of others, or of those who met another fate."""
_OTHER_SPEAKER = 2.0
"""What it loses that somebody else states than the one whose words are asked for."""
_OFFICE, _OTHER_OFFICE = 1.0, 2.0
"""What it gains that names who holds an office as asked, and loses that names who has left it, or came to it."""
_SCENE, _ELSEWHERE = 2.0, 2.0
"""What a place gains that its sentence tells apart as the one asked for, and loses where somebody was born or lives, of
whom something else is asked."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence, the typed answers in it, and what speaks for the sentence whole."""

    sentence: Sentence
    candidates: list[Candidate]
    signals: dict[str, float]
    stated: list[Set[object]]
    """What each of the answers states."""


class Offers:
    """The sentences of one question's passages."""

    def __init__(
        self,
        setting: Setting,
        slots: Sequence[Weighted],
        sentences: Sequence[Sentence],
        published: Mapping[int, str | None],
        days: Sequence[DateMention],
        others: Set[tuple[int, int]],
    ) -> None:
        """Read them.

        Args:
            setting: What is asked, and of which passages.
            slots: What an answer must speak of.
            sentences: The sentences worth reading.
            published: When the articles were, by the numbers of their files.
            days: The days, months and years that the question names.
            others: Files and places of sentences that state another's words than those asked for.
        """
        self._setting = setting
        self._question = setting.question
        self._slots = slots
        self._published = published
        self._days = days
        self.family = family_of(self._question.kind)
        """Of the question: by it the signals are weighed."""
        self.asked = Asked.of(self._question) if self.family == "number" else None
        """What is counted, where a number is asked for."""
        self._wanted = Wanted.of(self._question)
        self._fates = fates_asked(self._question, self.asked) if self.asked is not None else frozenset()
        self._occasion = Occasion.of(self._question, slots) if self._question.kind == "date" else None
        self._holders = Holders.of(self._question, sentences)
        articles = {file_id: article_signals(setting, file_id) for file_id in {s.file_id for s in sentences}}
        self._read = [self._reading(sentence, articles[sentence.file_id], others) for sentence in sentences]

    def _reading(self, sentence: Sentence, article: Mapping[str, float], others: Set[tuple[int, int]]) -> _Read:
        question, origin = self._question, self._published[sentence.file_id]
        candidates = find_candidates(question, self._slots, sentence, day_of(origin)) if question.kind in TYPED else []
        signals = sentence_signals(self._setting, sentence, candidates, article)
        signals["another_day"] = float(another_day(self._days, question, sentence, origin))
        signals["other_speaker"] = float((sentence.file_id, sentence.span.start) in others)
        signals |= self._holders.signals(candidates)
        return _Read(sentence, candidates, signals, [stated(candidate) for candidate in candidates])

    def whole(self) -> list[Found]:
        """The sentences themselves, in their order."""
        return [
            Found(
                one.sentence,
                None,
                one.signals,
                weighed(one.signals, "sentence", "rank") - _lost(one.signals),
                self._published[one.sentence.file_id],
            )
            for one in self._read
        ]

    def typed(self) -> list[Found]:
        """The typed answers; where a number is asked for, in precedence."""
        support: dict[object, set[int]] = {}
        for one in self._read:
            for key in chain.from_iterable(one.stated):
                support.setdefault(key, set()).add(one.sentence.file_id)
        elsewhen = self._elsewhen()
        typed = [found for one in self._read for found in self._typed_in(one, support, elsewhen)]
        return in_precedence(typed, self.asked) if self.asked is not None else typed

    def _typed_in(
        self, one: _Read, support: Mapping[object, Set[int]], elsewhen: Set[tuple[int, object]]
    ) -> Iterator[Found]:
        question, sentence, origin = self._question, one.sentence, self._published[one.sentence.file_id]
        apart = elsewhere(question, self._days, one.candidates, origin)
        told: list[dict[str, float]] = [{}] * len(one.candidates)
        if self._occasion is not None:
            told = occasion_signals(self._occasion, sentence, one.candidates, day_of(origin))
        for at, (candidate, of_event, keys) in enumerate(zip(one.candidates, told, one.stated, strict=True)):
            others = max((len(support[key]) for key in keys), default=1) - 1
            signals = candidate_signals(self._setting, candidate, one.signals, one.candidates, others) | of_event
            signals |= self._holders.signals([candidate]) | place_signals(question, candidate)
            if at in apart or (elsewhen and elsewhen & {(sentence.file_id, key) for key in keys}):
                signals["another_day"] = 1.0
            counts, how = None, None
            if candidate.quantity is not None:
                if self.asked is not None:
                    counts, how = counted(sentence, candidate.quantity), frame(sentence, candidate.quantity)
                    signals |= count_signals(self.asked, counts, how)
                    if untold(self._fates, sentence, counts):
                        signals["fate_other"] = 1.0
                if self._wanted is not None:
                    signals["owner_other"] = float(owner_other(self._wanted, sentence, candidate.quantity))
            rank = weighed(signals, self.family, "rank") - _lost(signals)
            yield Found(sentence, candidate, signals, rank, origin, counted=counts, frame=how)

    def _elsewhen(self) -> set[tuple[int, object]]:
        """What an article says of another day; it also says so in its headline, which names no day."""
        return {
            (one.sentence.file_id, key)
            for one in self._read
            if one.signals["another_day"]
            for key in chain.from_iterable(one.stated)
        }


def stated(candidate: Candidate) -> Set[object]:
    """What a candidate states, so that the same stated elsewhere is found."""
    quantity = candidate.quantity
    if quantity is not None:
        return {(round(quantity.value * quantity.factor, 6), quantity.dimension, quantity.vague)}
    return said_keys(candidate.words, candidate.sentence.language)


def same(first: Found, second: Found) -> bool:
    """Whether two typed answers state the same."""
    assert first.candidate is not None and second.candidate is not None  # noqa: S101, PT018 - typed only
    return bool(stated(first.candidate) & stated(second.candidate))


def _lost(signals: Mapping[str, float]) -> float:
    """What an answer loses that speaks of another day or place, or of another's words, office, age or price."""
    return (
        OTHER_DAY * signals["another_day"]
        + _OTHER_SPEAKER * signals["other_speaker"]
        + _OTHER_OFFICE * signals["office_other"]
        + _ELSEWHERE * signals.get("scene_other", 0.0)
        + _OTHER_OWNER * sum(signals.get(name, 0.0) for name in ("owner_other", "fate_other", "group_other"))
        - _OFFICE * signals["office_met"]
        - _SCENE * signals.get("scene_met", 0.0)
    )
