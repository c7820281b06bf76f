"""Whether a value is of the measure that a question asks for: its currency, its order of time, a year, a number.

What the question says nothing of is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.sentences import Sentence, distance, word_index
from qa_plugin.language.dates import DateMention
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.questions import Question
from qa_plugin.language.units import Unit, alike, unit_named

_TABLE = "measures.toml"
_WORD = re.compile(r"[^\W_]+")
_LONGER = 100.0
"""How often the unit that a question asks in may go into another one that answers: minutes are told in hours, not in
days."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a question says of the measure of its answer."""

    unit: Unit | None
    """The unit it asks in."""
    currency: Unit | None
    """The one in which it asks for a sum."""
    amount: bool
    """Whether it asks "how much" of what is no time."""
    keys: frozenset[str]

    @classmethod
    def of(cls, question: Question) -> Measure:
        """Read a question once."""
        words = _WORD.findall(bare(fold_text(question.text)))
        names = {concept_name(int(key[1:])) for key in question.keys if key[0] == "c"}
        timed = not names.isdisjoint(_listed("times")) or any(
            unit.dimension == "duration" for word in words if (unit := unit_named(word)) is not None
        )
        return cls(
            question.unit,
            _told_in(words),
            question.kind == "amount" and not timed,
            frozenset(question.keys),
        )

    def fits(self, quantity: Quantity, sentence: Sentence) -> bool:
        """Whether a quantity of a sentence may be what is asked for."""
        unit = quantity.unit
        if quantity.kind == "ordinal":
            return not self._ranks(quantity, sentence)
        if unit is None:
            return True
        if unit.dimension == "money" and self.currency is not None:
            return alike(unit, self.currency)
        if unit.dimension in {"duration", "age"}:
            return not (self.amount or self._much_longer(unit))
        return True

    def _much_longer(self, unit: Unit) -> bool:
        asked = self.unit
        same = asked is not None and asked.dimension == unit.dimension == "duration"
        return same and asked is not None and unit.factor > _LONGER * asked.factor

    def _ranks(self, quantity: Quantity, sentence: Sentence) -> bool:
        """Whether an ordinal stands beside what is told apart by it, unless just that was asked after."""
        starts = word_index(sentence.folded.text)
        beside = {
            term.key
            for term in sentence.terms
            if term.key[0] == "c" and distance(starts, term.start, quantity.number_start) == 1
        }
        ranked = {key for key in beside if concept_name(int(key[1:])) in _listed("ranks")}
        return bool(ranked) and self.keys.isdisjoint(ranked)


@lru_cache(maxsize=64)  # asked of every sentence that a question reads
def measure_of(question: Question) -> Measure:
    """What a question says of the measure of its answer."""
    return Measure.of(question)


def says_as_asked(question: Question, mention: DateMention) -> bool:
    """Whether a date says the year or the month, where just that is asked for."""
    asked = bare(fold_text(question.text))
    if mention.year is None and not _spans_year(mention) and _asks("year", question.language, asked):
        return False
    return mention.month is not None or not _asks("month", question.language, asked)


_YEAR = 300
"""Days of what may be called a year: "last year" gives one, if only by the day on which it was written."""


def _spans_year(mention: DateMention) -> bool:
    return mention.first is not None and mention.last is not None and (mention.last - mention.first).days >= _YEAR


@cache
def _listed(name: str) -> frozenset[str]:
    listed: str = load_toml(_TABLE)[name]
    return frozenset(listed.split("|"))


@cache
def _pattern(name: str, language: str) -> re.Pattern[str] | None:
    patterns = load_toml(_TABLE)[name].get(language)
    return re.compile("|".join(patterns)) if patterns else None


def _asks(name: str, language: str, plain: str) -> bool:
    pattern = _pattern(name, language)
    return pattern is not None and pattern.search(plain) is not None


def _told_in(words: Sequence[str]) -> Unit | None:
    """The currency that a question asks to be told in: "in euros"."""
    for before, word in pairwise(["", *words]):
        for front in _prepositions():
            form = word if before == front else word.removeprefix(front) if front > "\u0600" else ""
            unit = unit_named(form) if form and (before == front or form != word) else None
            if unit is not None and unit.dimension == "money":
                return unit
    return None


@cache
def _prepositions() -> tuple[str, ...]:
    listed: str = load_toml(_TABLE)["told_in"]
    return tuple(bare(fold_text(word)) for word in listed.split())
