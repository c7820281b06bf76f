"""What a sentence says of what a yes/no question asks: that it is so, that it is not, that it is open or planned.

A denial counts only where it governs the asked predicate: the word of the question that says what happened. Words and
the side on which a denial stands to what it denies are data, by language; a language without a table has no stance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from qa_plugin.evidence.reading.clauses import Clauses, Token, read_clauses
from qa_plugin.evidence.reading.predicates import (
    Predicate,
    Table,
    find_phrases,
    is_number,
    is_topic,
    predicate_slot,
    stem_of,
    subject_slots,
    table_of,
)
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.language.questions import Question
from qa_plugin.language.stems import stem
from qa_plugin.records import Span

_REACH = 2
"""Content words that may stand between a denial and the word that it denies."""
_WITH_REPORTS = 4
"""Words behind a refusal among which the report stands that it refuses."""
_FAR = 60
_LEAST_DETAILS, _DETAILS = 2, 0.6
"""How many of the question's details, and which share, a denial in other words must say."""
_TIGHT, _LOOSE = 2, 6
"""Words behind a denial among which an "only" stands, where it stands right behind, and where a verb may come between.
"""


class Stance(Enum):
    """What a sentence says of what is asked."""

    AFFIRMS = "affirms"
    DENIES = "denies"
    OPEN = "open"
    """It is told to be undecided, unconfirmed or not commented."""
    PLANS = "plans"
    DISPUTED = "disputed"
    """The claim and its denial stand in one sentence."""
    NONE = "none"
    """It does not speak of it."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """The stance of a sentence, with what its words say of time."""

    stance: Stance
    place: int = 0
    """Where in the folded sentence its word for what is asked stands."""
    yet: bool = False
    """Whether it holds only so far: "not yet"."""
    now: bool = False
    """Whether it is told as a turn: "for the first time", "finally"."""
    denial: bool = False
    """Whether a word of denial says so, as "denied" does, and not only a "not"."""


# ---------------------------------------------------------------- what is asked


def predicate_of(question: Question) -> Predicate:
    """What a yes/no question asks: the word that says what happened, by its place and ending in the question."""
    table = table_of(question.language)
    slots = [slot for slot in question.slots if not is_number(slot)]
    chosen = predicate_slot(question, table, slots)
    clauses = read_clauses(read_sentence(0, Span(0, len(question.text)), question.text, question.language, 0.0))
    keys = frozenset(chosen.keys) if chosen is not None else frozenset()
    near = frozenset(chosen.near) if chosen is not None else frozenset()
    subject = subject_slots(chosen, table, slots)
    further = [slot for slot in slots if slot is not chosen and slot not in subject and is_topic(slot)]
    at = [i for i, token in enumerate(clauses.tokens) if keys.intersection(token.keys)]
    asks = _Reading(clauses, table, at)
    word = clauses.plain(at[0]) if at else ""
    return Predicate(
        keys,
        near,
        (stem_of(chosen, question.language, table), question.language),
        tuple(frozenset((*slot.keys, *slot.near)) for slot in further),
        negative=asks.negated(),
        planned=asks.planned(),
        confirms=word in table.words("confirm"),
        denies=word in table.words("deny"),
    )


# ---------------------------------------------------------------- what a sentence says


def details_said(sentence: Sentence, asked: Predicate) -> frozenset[int]:
    """Which of the details a sentence says, by their numbers."""
    said = sentence.keys
    return frozenset(at for at, keys in enumerate(asked.details) if not keys.isdisjoint(said))


def polarity_of(sentence: Sentence, asked: Predicate) -> Polarity:
    """What a sentence says of what is asked; with the sign of a question that is itself a denial."""
    table = table_of(sentence.language)
    if not table.known:
        return Polarity(Stance.NONE)
    clauses = read_clauses(sentence)
    at = _places(clauses, asked)
    reading = _Reading(clauses, table, at, denial=asked.denies, confirmation=asked.confirms)
    if not at:
        return _denied_in_other_words(sentence, asked, reading)
    stance = reading.stance()
    if stance is Stance.PLANS and asked.planned:
        stance = Stance.AFFIRMS
    if stance is Stance.DENIES and asked.confirms and not reading.told_false:
        stance = Stance.OPEN
    if asked.negative and stance in {Stance.AFFIRMS, Stance.DENIES}:
        stance = Stance.DENIES if stance is Stance.AFFIRMS else Stance.AFFIRMS
    told = reading.told_false and stance is Stance.DENIES
    return Polarity(stance, clauses.tokens[at[0]].start, reading.has("yet"), reading.has("now"), told)


def _denied_in_other_words(sentence: Sentence, asked: Predicate, reading: _Reading) -> Polarity:
    """The stance of a sentence without the asked word: a denial that says most of the question's details denies it."""
    said = len(details_said(sentence, asked))
    at = None if asked.negative or asked.denies or asked.confirms else reading.plain_denial()
    if at is None or said < _LEAST_DETAILS or said < _DETAILS * len(asked.details):
        return Polarity(Stance.NONE)
    return Polarity(Stance.DENIES, at, denial=True)


def _places(clauses: Clauses, asked: Predicate) -> list[int]:
    """Where a sentence says what is asked: the word itself, else its near kin."""
    tokens = list(enumerate(clauses.tokens))
    found = [i for i, token in tokens if asked.keys.intersection(token.keys)]
    stemmed, language = asked.word
    if not found and stemmed and clauses.language == language:
        found = [i for i, token in tokens if token.content and stem(token.plain, language) == stemmed]
    return found or [i for i, token in tokens if asked.near.intersection(token.keys)]


class _Reading:
    """The denials, plans and open words of a sentence, and whether they govern some places in it."""

    def __init__(
        self,
        clauses: Clauses,
        table: Table,
        at: Sequence[int],
        *,
        denial: bool = False,
        confirmation: bool = False,
    ) -> None:
        self._clauses = clauses
        self._table = table
        self._at = at
        self._denial = denial
        self._confirmation = confirmation
        self.told_false = False
        """Whether a word of denial speaks of it, as "denied" or "false" do, and not only a "not"."""

    def stance(self) -> Stance:
        """What is said of the places."""
        if self.open():
            return Stance.OPEN
        sign = -1 if self.negated() else 1
        told = self._told_false()
        if told is Stance.DISPUTED:
            return told
        if told is Stance.OPEN:
            return told
        if told is Stance.DENIES:
            self.told_false = True
            sign = -sign
        if sign < 0:
            return Stance.DENIES
        return Stance.PLANS if self.planned() else Stance.AFFIRMS

    def has(self, name: str) -> bool:
        """Whether a phrase of a list stands in the block of one of the places."""
        block = self._clauses.block
        blocks = {block[at] for at in self._at}
        return any(block[first] in blocks for first, _ in find_phrases(self._clauses, self._table.phrases(name)))

    # ------------------------------------------------------------ not

    def negated(self) -> bool:
        """Whether a "not" governs one of the places."""
        return any(self._governs(first, last, at) for at in self._at for first, last in self._nots)

    @cached_property
    def _nots(self) -> list[tuple[int, int]]:
        """Each "not", unless it is part of a longer denial: "no truth in"."""
        return [
            (first, last)
            for name in ("not", "not_front")
            for first, last in find_phrases(self._clauses, self._table.phrases(name))
            if not self._means_only(last) and not any(a <= first <= b for a, b in self._denials)
        ]

    def _means_only(self, last: int) -> bool:
        """Whether a denial says "only": ne … que, not only."""
        only, unless = self._table.words("only"), self._table.words("not_only")
        behind = [self._clauses.plain(at) for at in range(last + 1, last + 1 + (_TIGHT if unless.empty else _LOOSE))]
        return any(word in only for word in behind) and not any(word in unless for word in behind)

    def _governs(self, first: int, last: int, at: int) -> bool:
        backward = self._table.backward and self._clauses.plain(first) not in self._table.words("not_front")
        if self._clauses.block[first] != self._clauses.block[at]:
            return False
        if first <= at <= last:
            return self._clauses.plain(at) not in self._table.words("not_front")
        if (at < first) != backward:
            return False
        if self._clauses.clause[first] != self._clauses.clause[at] and not self._parenthesis(last, at):
            return False
        between = range(at + 1, first) if backward else range(last + 1, at)
        if any(self._clauses.plain(i) in self._table.words("stop") for i in between):
            return False
        reach = 0 if self._clauses.plain(first) in self._table.words("beside") else _REACH
        return sum(1 for i in between if self._counts(self._clauses.tokens[i])) <= reach

    def _parenthesis(self, last: int, at: int) -> bool:
        """Whether "and" alone parts a denial from the place: it neither bought nor sold."""
        return False if at < last else self._clauses.plain(at - 1) in self._table.words("not")

    def _counts(self, token: Token) -> bool:
        return token.content and token.plain not in self._table.words("inner")

    # ------------------------------------------------------------ denied, open, planned

    def _told_false(self) -> Stance | None:
        """What words of denial say of the places; None where none speaks of them."""
        for first, last in self._denials:
            if self._denial and any(first <= at <= last for at in self._at):
                continue
            reach = self._reach(first, last)
            if reach is None:
                continue
            if any(self._governs(a, b, first) for a, b in self._nots if not first <= a <= last):
                return Stance.OPEN
            return reach
        return None

    def plain_denial(self) -> int | None:
        """Where a word of denial stands that is not denied itself; None where there is none, or all is left open."""
        if any(True for _ in find_phrases(self._clauses, self._table.phrases("open"))):
            return None
        for first, last in self._denials:
            if not any(self._governs(a, b, first) for a, b in self._nots if not first <= a <= last):
                return self._clauses.tokens[first].start
        return None

    @cached_property
    def _denials(self) -> list[tuple[int, int]]:
        reports = self._table.words("reports")
        refused = [
            (first, last)
            for first, last in find_phrases(self._clauses, self._table.phrases("refuse"))
            if any(self._clauses.plain(at) in reports for at in range(last + 1, last + 1 + _WITH_REPORTS))
        ]
        return [*find_phrases(self._clauses, self._table.phrases("deny")), *refused]

    def _reach(self, first: int, last: int) -> Stance | None:
        """Whether a denial speaks of the places: of those behind it up to a "but", else of those in front."""
        if any(last < at and self._same_part(last, at) for at in self._at):
            return Stance.DENIES
        ahead = [at for at in self._at if at < first]
        if not ahead:
            return None
        block, clause = self._clauses.block, self._clauses.clause
        if any(clause[at] == clause[first] for at in ahead):
            return Stance.DENIES
        if self._table.backward or any(block[at] == block[first] - 1 and self._relative(at) for at in ahead):
            return Stance.DENIES
        return Stance.DISPUTED

    def _relative(self, at: int) -> bool:
        """Whether a place stands in a clause that an earlier noun of reports leads to: reports that … are false."""
        reports = self._table.words("reports")
        return any(self._clauses.plain(i) in reports for i in range(at))

    def _same_part(self, one: int, other: int) -> bool:
        """Whether no mark that ends a statement, and no "but", stands between two places."""
        words = self._table.words("but")
        between = (self._clauses.plain(at) for at in range(one + 1, other))
        return not any(plain in words or plain in {".", ";", "!", "?", "؟", "؛"} for plain in between)

    def open(self) -> bool:
        """Whether it is left open: an open phrase speaks of a place, or a confirmation that is denied."""
        for first, last in find_phrases(self._clauses, self._table.phrases("open")):
            if not (self._denial and any(first <= at <= last for at in self._at)) and self._speaks_of(first, last):
                return True
        if self._confirmation:
            return False
        return any(
            self._speaks_of(first, last) and any(self._governs(a, b, last) for a, b in self._nots)
            for first, last in find_phrases(self._clauses, self._table.phrases("confirm"))
            if not any(first <= at <= last for at in self._at)
        )

    def _speaks_of(self, first: int, last: int) -> bool:
        """Whether a phrase speaks of a place: in one statement with it."""
        return any(self._same_part(min(last, at), max(first, at)) and abs(at - first) < _FAR for at in self._at)

    def planned(self) -> bool:
        """Whether a place is told as still to come."""
        clause = self._clauses.clause
        for first, last in find_phrases(self._clauses, self._table.phrases("plan")):
            for at in self._at:
                if clause[at] != clause[first]:
                    continue
                if self._table.backward or (first < at and self._near(last, at)):
                    return True
        return False

    def _near(self, last: int, at: int) -> bool:
        return sum(1 for i in range(last + 1, at) if self._counts(self._clauses.tokens[i])) <= _REACH
