"""Dates in a text, reckoned from the day on which it was published: "on Wednesday", "late last year", "há três dias".

A date without a year is the latest one that is not after that day, and so is a day of the week, unless the words
around it speak of what is still to come. What is vague is a range: early, mid and late are thirds of a month, a year
or a decade; seasons are those of the northern half of the earth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from qa_plugin.language.calendars import ISLAMIC, is_day
from qa_plugin.language.date_items import DAYS, NUMBER, RELATIONS, WEEKDAY, Item, read_items
from qa_plugin.language.date_words import DateWords, date_words, plain
from qa_plugin.language.dates import DateMention, written_dates
from qa_plugin.language.folding import Folded, fold
from qa_plugin.language.periods import CENTURY, DAY, DECADE, MONTH, SEASON, WEEK, YEAR, Period
from qa_plugin.language.reckoning import AHEAD, BACK, NEAREST, is_dated, latest, resolved

_ONE_DAY = timedelta(days=1)
_NEAR = 60
_GAP = 32
_NAMED_AFTER = frozenset({(MONTH, MONTH), (DAY, WEEKDAY)})
"""Where "month" or "day" may only announce a name: منذ يوم الاثنين is since Monday, not a day ago."""
_JOINED_AND = "و"
_CLAUSE_ENDS = '.,;:!?\n"()'


def find_dated(text: str, language: str, reference: date | None) -> list[DateMention]:
    """Every date in the text, in order, with the Gregorian days it means when written on the day of `reference`.

    A range that is written as one ("12 to 14 March") is one mention. Without a reference, what counts from it has no
    days. A language without words for it in the table gets the dates that are written out.
    """
    return list(_dated_in(text, language, reference))


@lru_cache(maxsize=2_000)  # a sentence is asked by several readers; some 500 bytes each: 1 MB
def _dated_in(text: str, language: str, reference: date | None) -> tuple[DateMention, ...]:
    folded, items = _items_in(text, language)
    words = date_words(language)
    if words is None:
        return tuple(_mention(folded, item, resolved(item, reference, 0, BACK)) for item in items)
    scan = _Scan(folded.text, words, reference)
    return tuple(_mention(folded, item, period) for item, period in scan.ranges(scan.joined(list(items))))


@lru_cache(maxsize=256)  # a sentence is read without the day of its article first, and with it next
def _items_in(text: str, language: str) -> tuple[Folded, tuple[Item, ...]]:
    """What the text says of time, from whatever day it is reckoned."""
    folded = fold(text)
    words = date_words(language)
    written = [_written(*found) for found in written_dates(folded)]
    if words is not None:
        written = _merged(written, read_items(folded, words, language), len(folded.text))
    return folded, tuple(written)


def agree(first: DateMention, second: DateMention) -> bool:
    """Whether two dates can be the same: their ranges meet."""
    if first.first is None or first.last is None or second.first is None or second.last is None:
        return False
    return first.first <= second.last and second.first <= first.last


def _written(start: int, end: int, parts: tuple[int | None, int | None, int | None, str]) -> Item:
    year, month, day, calendar = parts
    unit = DAY if month and day else NUMBER if day else MONTH if month else YEAR
    return Item(start, end, unit, year, month, day, calendar)


def _mention(folded: Folded, item: Item, period: Period | None) -> DateMention:
    start, end = folded.span(item.start, item.end)
    first, last = (period.first, period.last) if period else (None, None)
    year = None if item.unit in {DECADE, CENTURY} else item.year
    relative = item.year is None and not item.fixed
    return DateMention(start, end, year, item.month, item.day, item.calendar, first, last, relative=relative)


def _merged(written: list[Item], read: list[Item], length: int) -> list[Item]:
    """Both in order; a decade or century takes the place of a year inside it, other dates that are written win."""
    taken = bytearray(length)
    found: list[Item] = []
    wide = [item for item in read if item.unit in {DECADE, CENTURY}]
    for item in (*wide, *written, *read):
        if not any(taken[item.start : item.end]):
            taken[item.start : item.end] = b"\x01" * (item.end - item.start)
            found.append(item)
    return sorted(found, key=lambda item: item.start)


def _with_day(item: Item, match: re.Match[str]) -> Item:
    """A day of "this month" or "last month"."""
    group = match.lastgroup or 0
    return replace(item, start=match.start(group), day=int(match[group]))


@dataclass(frozen=True, slots=True)
class _Scan:
    """One text, its language's words, and the day on which it was published."""

    text: str
    words: DateWords
    reference: date | None

    # ---------------------------------------------------------------- what belongs together

    def joined(self, items: list[Item]) -> list[Item]:
        """The items, those that speak of one day or period together as one, with what qualifies them."""
        found: list[Item] = []
        for at, item in enumerate(items):
            if not item.certain and any(self._is_series(item, other) for other in items[at + 1 : at + 2]):
                item = replace(item, certain=True)
            both = self._both(found[-1], item) if found else None
            if both is not None:
                found[-1] = both
            else:
                found.append(item)
        kept: list[Item] = []
        for item in found:
            if item.certain:
                whole = self._qualified(item)
                while kept and kept[-1].end > whole.start:
                    kept.pop()
                kept.append(whole)
        return kept

    def _both(self, first: Item, second: Item) -> Item | None:
        gap = self.text[first.end : second.start]
        if len(gap) > _GAP:
            return None
        if is_dated(first) and is_dated(second) and self._equals(first.end, second.start):
            exact = second if first.calendar == ISLAMIC else first
            return replace(exact, start=first.start, end=second.end)
        if gap == " " and first.away and (first.unit, second.unit) in _NAMED_AFTER and second.relation is None:
            return second  # not "a month ago" but "before the month of"
        linked = self._links(first.end, second.start)
        if first.unit in {WEEKDAY, DAYS} and linked and second.day is not None:
            opened = self.text.count("(", first.start, second.end) > self.text.count(")", first.start, second.end)
            end = second.end + (opened and self.text.startswith(")", second.end))
            weekday = second.weekday if first.weekday is None else first.weekday
            return replace(second, start=first.start, end=end, weekday=weekday, certain=True)
        if first.unit == WEEKDAY and linked and second.unit in {WEEK, DAYS}:
            return replace(second, start=first.start, weekday=first.weekday)
        if first.unit == DAYS and linked and second.unit == WEEKDAY:
            return replace(first, end=second.end, weekday=second.weekday)
        if first.unit == DECADE and first.year and linked and second.unit == CENTURY:
            begins = second.year - 1 if second.year else 2000 + 100 * (second.relation or 0)
            return replace(first, end=second.end, year=begins + first.year % 100)
        if second.unit == YEAR and linked and first.year is None and is_dated(first):
            return self._in_year(first, second)
        return None

    def _is_series(self, first: Item, second: Item) -> bool:
        """Whether two days of the week stand in one series, so that the second tells what the first is."""
        if first.unit != WEEKDAY or second.unit != WEEKDAY or not second.certain:
            return False
        return self._is_range(first, second) or bool(self.words.begins_at("pairs", self.text, first.end, second.start))

    def _in_year(self, first: Item, second: Item) -> Item | None:
        if second.through or not second.certain:
            return None
        if second.year is not None:
            calendar = second.calendar if first.unit == SEASON else first.calendar
            if calendar != second.calendar:
                return None
            return replace(first, end=second.end, year=second.year, calendar=calendar, certain=True)
        away = second.away or (second.relation or 0, second.relation or 0)
        return replace(first, end=second.end, away=away, certain=True) if first.relation is None else None

    def _equals(self, start: int, end: int) -> bool:
        match = self.words.begins_at("equals", self.text, start, end)
        return match is not None and not self.text[match.end() : end].strip(" ()/,-:ل")

    def _links(self, start: int, end: int) -> bool:
        return not self.text[start:end].strip(" ,(") or self.words.fills("links", self.text, start, end)

    def _qualified(self, item: Item) -> Item:
        """With the part of it that is meant, and "last" or "next" where they belong to a date that is written."""
        if item.month is not None and item.year is None and item.relation is None and item.away is None:
            item = self._related(item)
        if item.unit in {DAY, DAYS, WEEKDAY, NUMBER} or item.through:
            return item
        words, text = self.words, self.text
        if match := words.ends_at("parts", text, item.start):
            return replace(item, start=match.start("word"), part=words.parts[plain(match["word"])])
        if item.unit == MONTH and item.month is None and item.relation is not None:
            match = words.ends_at("day_of", text, item.start)
            return _with_day(item, match) if match else item
        if item.unit == MONTH and item.month and (match := words.ends_at("ordinals", text, item.start)):
            day = words.ordinals[plain(match["word"])]
            if is_day(item.year, item.month, day, item.calendar):
                return replace(item, start=match.start("word"), unit=DAY, day=day)
        return item

    def _related(self, item: Item) -> Item:
        for name, relation in RELATIONS:
            if match := self.words.begins_at(name, self.text, item.end):
                return replace(item, end=match.end(), relation=relation)
            if item.unit == MONTH and (match := self.words.ends_at(name, self.text, item.start)):
                return replace(item, start=match.start("word"), relation=relation)
        return item

    # ---------------------------------------------------------------- ranges

    def ranges(self, items: list[Item]) -> list[tuple[Item, Period | None]]:
        """The items with their days; the two ends of a range are one."""
        found: list[tuple[Item, Period | None]] = []
        for item in items:
            period = self._period(item)
            if found and (whole := self._range(*found[-1], item, period)):
                found[-1] = whole
            else:
                found.append((item, period))
        return found

    def _range(
        self, first: Item, begins: Period | None, second: Item, ends: Period | None
    ) -> tuple[Item, Period] | None:
        if ends is None or not self._is_range(first, second):
            return None
        if first.unit == NUMBER and second.unit == DAY:
            first = replace(first, month=second.month, year=second.year or ends.first.year, calendar=second.calendar)
        same_year = first.year is None and second.year is not None and first.calendar == second.calendar
        if same_year and is_dated(first):
            begins = latest(replace(first, year=second.year), ends.last)
        if begins is None:
            return None
        if begins.first > ends.first and first.unit == WEEKDAY:
            begins = Period(begins.first - 7 * _ONE_DAY, begins.last - 7 * _ONE_DAY, begins.unit)
        if begins.first > ends.first:
            return None
        whole = Period(begins.first, ends.last, ends.unit, ends.calendar)
        year = second.year if first.year == second.year and first.unit not in {DECADE, CENTURY} else None
        month = second.month if first.month == second.month and first.calendar == second.calendar else None
        fixed = second.year is not None and (first.year is not None or is_dated(first))
        return Item(first.start, second.end, "range", year, month, calendar=second.calendar, fixed=fixed), whole

    def _is_range(self, first: Item, second: Item) -> bool:
        days = {DAY, WEEKDAY, DAYS, NUMBER}
        if first.unit != second.unit and not {first.unit, second.unit} <= days:
            return False
        if first.unit == WEEKDAY == second.unit and self._are_next(first, second):
            return True
        start, end = first.end, second.start
        if self.words.fills("ranges", self.text, start, end):
            return True
        if self.words.ends_at("between", self.text, first.start) is None:
            return False
        match = self.words.begins_at("pairs", self.text, start, end)
        gap = self.text[match.end() if match else start : end].strip()
        return not gap if match else gap == _JOINED_AND

    def _are_next(self, first: Item, second: Item) -> bool:
        """Whether a night is named by both its days."""
        if self.words.fills("day_ranges", self.text, first.end, second.start):
            return True
        follows = ((first.weekday or 0) + 1) % 7 == second.weekday
        return follows and self.text[first.end : second.start] == " "

    # ---------------------------------------------------------------- days

    def _period(self, item: Item) -> Period | None:
        lean = BACK
        if item.year is None and self._is_ahead(item):
            lean = AHEAD
        elif item.month and self.words.ends_at("deadline", self.text, item.start):
            lean = NEAREST
        return resolved(item, self.reference, self.words.week_starts, lean)

    def _is_ahead(self, item: Item) -> bool:
        """Whether the clause speaks of what is still to come."""
        words, text = self.words, self.text
        begins = max(
            0, item.start - _NEAR, *(text.rfind(mark, max(0, item.start - _NEAR), item.start) for mark in _CLAUSE_ENDS)
        )
        for match in words.within("future_before", text, begins, item.start):
            if not any(words.within("future_stops", text, match.end(), item.start)):
                return True
        ends = [at for mark in _CLAUSE_ENDS if (at := text.find(mark, item.end, item.end + _NEAR)) >= 0]
        ending = min(ends, default=item.end + _NEAR)
        coming = next(words.within("future_after", text, item.end, ending), None)
        return coming is not None and not any(words.within("future_stops", text, item.end, coming.start()))
