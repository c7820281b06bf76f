"""To which event of a sentence a date belongs: to the one asked of, to the telling of it, or to another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.predicates import predicate_slot, table_of
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, distance, word_index
from qa_plugin.language.attribution import telling_verbs
from qa_plugin.language.attribution.grammar import plain as letters
from qa_plugin.language.date_words import date_words
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concept_name, is_place
from qa_plugin.language.questions import Question, Slot, Weighted

_TABLE = "events.toml"
_TELLING = 6
"""Words between a verb of saying and the day on which it was said, at most."""
_RECKONED = 16
"""Characters before an event within which stands what makes it a point to reckon from."""
_LINE = 60
"""Characters of a sentence within which the place and day of writing stand."""
_VERB_LAST = frozenset({"fa"})
_MARKS = re.compile(r"[,;:.!?()\[\]\"](?=\s|$|\w)|\s-\s")
_LINE_ENDS = re.compile(r"[^.;]{0,40}?(?:\s-\s|$)")
_ELSEWHERE = ("event_told", "event_line", "event_tense", "event_after")
"""Signals of a date that belongs to something else for certain."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a question asks the date of."""

    own: frozenset[str]
    """The search terms of the word that says what happened."""
    topics: tuple[tuple[frozenset[str], float], ...]
    """Those of each of its words that names no one, with what it weighs."""
    past: bool
    ahead: bool
    since: bool
    """Whether it asks since when something is so."""

    @classmethod
    def of(cls, question: Question, slots: Sequence[Weighted]) -> Occasion:
        """What is asked of."""
        topics = [w for w in slots if _is_topic(w.slot)]
        chosen = _event(question, [w.slot for w in topics])
        plain = bare(fold_text(question.text))
        if chosen is not None and _light(chosen):
            # What happened may be told by a verb and its noun: "took effect", "pris fin".
            chosen = next((w.slot for w in topics if plain[chosen.end : w.slot.start] == " "), None)
        own = frozenset(chosen.keys if chosen is not None else (key for w in topics for key in w.slot.keys))
        past, ahead = (_said(name, question.language, plain) for name in ("past", "ahead"))
        parts = tuple((frozenset((*w.slot.keys, *w.slot.near)), w.weight) for w in topics)
        return cls(own, parts, past and not ahead, ahead and not past, _asks_since(question.language, plain))


def _is_topic(slot: Slot) -> bool:
    """Whether a word is neither a name nor a place nor a number."""
    key = slot.keys[0]
    return key[0] in "cs" and not (key[0] == "c" and is_place(int(key[1:])))


@cache
def _light_concepts() -> frozenset[str]:
    return frozenset(load_toml(_TABLE)["all"]["light"].split("|"))


def _light(slot: Slot) -> bool:
    return any(key[0] == "c" and concept_name(int(key[1:])) in _light_concepts() for key in slot.keys)


def _event(question: Question, topics: Sequence[Slot]) -> Slot | None:
    """The word that says what happened: right behind the asking words, or where the language's questions have it."""
    if not topics:
        return None
    rows = load_toml(_TABLE).get(question.language, {})
    first, plain = topics[0], bare(fold_text(question.text))
    if question.slots[0] is first and len(question.slots) > 1:
        back = rows.get("back")
        if re.fullmatch(rows.get("head", "(?!)"), first.word) or (back and re.match(back, plain[first.end :])):
            return first
    return predicate_slot(question, table_of(question.language), topics)


@cache
def _pattern(name: str, language: str) -> re.Pattern[str] | None:
    listed = load_toml(_TABLE).get(language, {}).get(name)
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)") if listed else None


def _said(name: str, language: str, plain: str) -> bool:
    pattern = _pattern(name, language)
    return pattern is not None and pattern.search(plain) is not None


def _asks_since(language: str, plain: str) -> bool:
    return _said("since", language, plain) or _said("starts", language, plain)


# ---------------------------------------------------------------- a sentence


def occasion_signals(
    occasion: Occasion, sentence: Sentence, dates: Sequence[Candidate], published: date | None
) -> list[dict[str, float]]:
    """For each of a sentence's dates, in order, what its place tells of what it is the date of."""
    if not dates:
        return []
    scan = _Scan.of(sentence, dates)
    return [scan.signals(occasion, at, published) for at in range(len(dates))]


@dataclass(frozen=True, slots=True)
class _Scan:
    """A sentence in clauses, its dates, and its verbs of saying."""

    sentence: Sentence
    plain: str
    dates: tuple[Candidate, ...]
    breaks: tuple[int, ...]
    words: tuple[int, ...]
    telling: tuple[int, ...]

    @classmethod
    def of(cls, sentence: Sentence, dates: Sequence[Candidate]) -> _Scan:
        plain = letters(sentence.folded.text)
        opens = _pattern("opens", sentence.language)
        found = [*_MARKS.finditer(plain), *(opens.finditer(plain) if opens else ())]
        inside = [match.start() for match in found if not any(d.start <= match.start() < d.end for d in dates)]
        telling = telling_verbs(sentence.folded, sentence.language)
        return cls(
            sentence, plain, tuple(dates), tuple(sorted(inside)), word_index(plain), tuple(s for s, _ in telling)
        )

    def signals(self, occasion: Occasion, at: int, published: date | None) -> dict[str, float]:
        """What the place of one date tells."""
        one = self.dates[at]
        own = self._nearest(at, self._places(occasion.own))
        total = sum(weight for _, weight in occasion.topics) or 1.0
        held = [(self._places(keys), weight) for keys, weight in occasion.topics]
        share = sum(weight for places, weight in held if self._nearest(at, places) is not None) / total
        said = sum(weight for places, weight in held if places) / total
        told = self._nearest(at, self.telling)
        is_told = told is not None and told <= _TELLING and (own is None or told < own)
        is_told = is_told and not self._enclosed(one, occasion)
        ahead = self._ahead(one, published)
        other = own is None or is_told
        found = {
            "event_own": float(not other),
            "event_share": share,
            "event_beside": said - share,
            "event_told": float(is_told),
            "event_since": float(other and not occasion.since and self._since(one)),
            "event_line": float(other and self._line(one)),
            "event_after": float(other and any(map(self._reckoned_from, self._places(occasion.own)))),
            "event_tense": float((ahead and occasion.past) or (ahead is False and occasion.ahead)),
        }
        astray = max(found[name] for name in _ELSEWHERE)
        return found | {"event_astray": astray, "event_apart": (1.0 - share) * float(other)}

    def _places(self, keys: frozenset[str]) -> tuple[int, ...]:
        return tuple(term.start for term in self.sentence.terms if term.key in keys)

    def _nearest(self, at: int, places: Sequence[int]) -> int | None:
        """Words from a date to the nearest of some places that belong to it and to no other date."""
        one = self.dates[at]
        mine = [self._gap(one, place) for place in places if self._owner(place) == at]
        return min(mine, default=None)

    def _owner(self, place: int) -> int | None:
        """The date of the same clause that stands nearest to a place; behind it rather than before it."""
        near = [
            (self._gap(one, place), one.start < place, at)
            for at, one in enumerate(self.dates)
            if not self._parted(one, place)
        ]
        return min(near)[2] if near else None

    def _gap(self, one: Candidate, place: int) -> int:
        return distance(self.words, one.start if place < one.start else one.end, place)

    def _parted(self, one: Candidate, place: int) -> bool:
        first, last = (place, one.start) if place < one.start else (one.end, place)
        return any(first < mark < last or (mark == first == one.end) for mark in self.breaks)

    def _enclosed(self, one: Candidate, occasion: Occasion) -> bool:
        """Whether a verb that closes its clause tells of an event with its day: "از گشایش پل در روز شنبه خبر داد"."""
        if self.sentence.language not in _VERB_LAST:
            return False
        return any(place < one.start and not self._parted(one, place) for place in self._places(occasion.own))

    def _since(self, one: Candidate) -> bool:
        pattern = _pattern("since", self.sentence.language)
        before = self.plain[max(0, one.start - 16) : one.start].rstrip()
        return pattern is not None and any(match.end() == len(before) for match in pattern.finditer(before))

    def _reckoned_from(self, place: int) -> bool:
        """Whether an event only tells how long after or before it something else was: three days after the wreck."""
        pattern = _pattern("after", self.sentence.language)
        before = self.plain[max(0, place - _RECKONED) : place]
        return pattern is not None and any(
            len(before[match.end() :].split()) <= 1 and not _MARKS.search(before, match.end())
            for match in pattern.finditer(before)
        )

    def _line(self, one: Candidate) -> bool:
        """Whether it is the day of writing, as it stands with the place before a report or at its head."""
        mention = one.date
        if mention is None or mention.day is None or one.start > _LINE:
            return False
        return _LINE_ENDS.match(self.plain, one.end) is not None

    def _ahead(self, one: Candidate, published: date | None) -> bool | None:
        """Whether it was still to come when this was written; None where nothing tells."""
        words = date_words(self.sentence.language)
        begins = max((mark for mark in self.breaks if mark < one.start), default=0)
        if words is not None and any(words.within("future_before", self.sentence.folded.text, begins, one.start)):
            return True
        mention = one.date
        if published is None or mention is None or mention.first is None:
            return None
        if mention.month is not None and mention.year is None:
            return None  # reckoned backward, for want of a word that tells
        return mention.first > published
