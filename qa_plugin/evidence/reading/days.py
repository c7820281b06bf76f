"""Whether a sentence speaks of another day than the question names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.language.dates import DateMention
from qa_plugin.language.folding import fold, fold_text
from qa_plugin.language.month_names import without_weekdays
from qa_plugin.language.questions import Question, Slot
from qa_plugin.language.resolution import agree, find_dated

_SOON = 1
"""Days after which a report of a day still comes out."""
_ANY_DAY = date(2000, 1, 1)
"""Reckoned from one day, whichever, two weekdays of the same name are told from two others."""


def days_asked(question: Question) -> list[DateMention]:
    """The days, months and years that a question names; none where it asks when."""
    if question.kind == "date":
        return []
    return find_dated(question.text, question.language, None)


def date_slots(question: Question, days: Sequence[DateMention]) -> list[Slot]:
    """The words of a question that are part of the days which it names."""
    folded = fold(question.text)
    places = [(folded.position(day.start), folded.position(day.end)) for day in days]
    return [slot for slot in question.slots if any(start <= slot.start < end for start, end in places)]


def is_of(days: Sequence[DateMention], published: str | None) -> bool:
    """Whether an article came out on a day that is asked after, or right after it."""
    day = day_of(published)
    spans = [(m.first, m.last + timedelta(_SOON)) for m in days if m.first is not None and m.last is not None]
    return day is not None and any(first <= day <= last for first, last in spans)


def another_day(asked: Sequence[DateMention], question: Question, sentence: Sentence, published: str | None) -> bool:
    """Whether all that a sentence says of time lies elsewhere than what the question names.

    Weekdays, and days without a year, are compared by name where nothing tells their date. A sentence that names no
    time is of any day.
    """
    if not asked:
        return False
    reference = day_of(published)
    said = find_dated(sentence.text, sentence.language, reference)
    if not said:
        return False
    return not any(_meet(one, question, other, sentence, reference) for one in asked for other in said)


def day_met(
    asked: Sequence[DateMention], question: Question, said: DateMention, sentence: Sentence, published: str | None
) -> bool:
    """Whether a mention of time in a sentence is of a day that the question names; `said` need not be reckoned yet."""
    reference = day_of(published)
    if reference is not None:
        said = _reckoned(said, sentence.text, sentence.language, reference)
    return any(_meet(one, question, said, sentence, reference) for one in asked)


def day_of(published: str | None) -> date | None:
    """The day on which an article was published, where it is known to the day."""
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None


def _meet(one: DateMention, question: Question, other: DateMention, sentence: Sentence, reference: date | None) -> bool:
    if one.first is None and one.relative and reference is not None:
        one = _reckoned(one, question.text, question.language, reference)
    if one.first is not None and other.first is not None:
        return agree(one, other)
    weekdays = [_weekday(one, question.text, question.language), _weekday(other, sentence.text, sentence.language)]
    if None not in weekdays and (weekdays[0] != weekdays[1] or not (any(_parts(one)) and any(_parts(other)))):
        return weekdays[0] == weekdays[1]
    if one.calendar != other.calendar:
        return True  # nothing tells which day it was
    return all(a is None or b is None or a == b for a, b in zip(_parts(one), _parts(other), strict=True))


def _reckoned(mention: DateMention, text: str, language: str, reference: date) -> DateMention:
    """The same mention, with the days that it means when said on a day."""
    found = find_dated(text, language, reference)
    return next((m for m in found if (m.start, m.end) == (mention.start, mention.end)), mention)


def _weekday(mention: DateMention, text: str, language: str) -> int | None:
    """The day of the week that a mention consists of or begins with; None of any other."""
    said = text[mention.start : mention.end]
    words = fold_text(said)
    if without_weekdays(words) == words:
        return None
    if mention.month is None and mention.day is None:
        day = _reckoned(mention, text, language, _ANY_DAY).first
    else:
        alone = find_dated(re.split(r"[\d,،]", said)[0].strip(), language, _ANY_DAY)
        day = alone[0].first if alone else None
    return None if day is None else day.weekday()


def _parts(mention: DateMention) -> tuple[int | None, int | None, int | None]:
    if mention.first is not None and mention.is_whole and mention.relative and mention.calendar == "gregorian":
        return mention.first.year, mention.first.month, mention.first.day  # a weekday, by the day of its article
    return mention.year, mention.month, mention.day
