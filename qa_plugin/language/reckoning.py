"""The days that a date means when it was written on a given day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from qa_plugin.language.calendars import GREGORIAN, ISLAMIC, gregorian_range, is_day, year_about
from qa_plugin.language.date_items import DAYS, NUMBER, WEEKDAY, Item
from qa_plugin.language.periods import (
    CENTURY,
    DAY,
    DECADE,
    WEEK,
    WEEKEND,
    YEAR,
    Period,
    around,
    of_date,
    part,
    season,
    years,
)

BACK, NEAREST, AHEAD = range(3)
"""Which of several years is meant: the last one up to the day of the text, the nearest, or the next one."""
_ONE_DAY = timedelta(days=1)
_REACH, _LEAP_REACH = 2, 8
"""How many years away a day is looked for: 29 February can be eight years off."""
_HALF_A_SEASON = timedelta(days=45)
_WEEK_AROUND = (-4, 2)
"""In which days, from the day of the text, "this Sunday" is looked for."""


def resolved(item: Item, reference: date | None, week_starts: int, lean: int) -> Period | None:
    """The days of an item; None where it counts from a reference that is missing, or leads out of the calendar.

    `lean` chooses the year or week where none is given.
    """
    try:
        whole = _whole(item, reference, week_starts, lean)
        return whole and _part(item, whole, reference, week_starts, lean)
    except (ValueError, OverflowError):
        return None


def _part(item: Item, whole: Period, reference: date | None, week_starts: int, lean: int) -> Period | None:
    """What the item means of the whole period."""
    if item.part is None:
        return whole
    at, count = item.part
    if count:
        found = part(whole, at, count)
        if item.unit == YEAR and reference and found.first > reference and lean == BACK:
            of_this_year = item.year is None and item.relation is None
            return resolved(replace(item, relation=-1), reference, week_starts, lean) if of_this_year else found
        return found
    if reference is None or not whole.first <= reference <= whole.last:
        return whole
    if at < 0:
        return Period(whole.first, reference, f"part of {whole.unit}", whole.calendar)
    return Period(reference, whole.last, f"part of {whole.unit}", whole.calendar)


def _whole(item: Item, reference: date | None, week_starts: int, lean: int) -> Period | None:
    """The days of an item before a part of them is taken."""
    if item.year is not None:
        return _of_year(item, item.year)
    if reference is None:
        return None
    if item.unit == NUMBER:
        return _numbered(item, reference)
    if is_dated(item):
        return _without_year(item, reference, lean)
    if item.unit == WEEKDAY:
        return _weekday(item.weekday or 0, item.relation, reference, lean)
    if item.unit == DAYS:
        return _days(item, reference)
    return _counted(item, reference, week_starts)


def _of_year(item: Item, year: int) -> Period:
    if item.unit == DECADE:
        return years(year, 10, DECADE, item.calendar)
    if item.unit == CENTURY:
        return years(year, 100, CENTURY, item.calendar)
    if item.season is not None:
        return season(year, item.season, item.calendar)
    return of_date(year, item.month, item.day, item.calendar)


def _counted(item: Item, reference: date, week_starts: int) -> Period:
    """Weeks, months and years from the day of the text: "last week", "three weeks ago", "the past two years"."""
    calendar = item.calendar
    if item.away is None:
        week = around(reference, item.unit, calendar, week_starts, item.relation or 0)
        if item.unit == WEEKEND and item.relation is None and week.first > reference:
            return around(reference, WEEKEND, calendar, week_starts, -1)
        if item.unit == DECADE and item.relation == -1:
            return Period(week.first, reference, DECADE, calendar)  # the one before this, or the ten years up to now
        if item.day is not None:
            day = week.first + (item.day - 1) * _ONE_DAY
            return Period(day, day, DAY)
        if item.weekday is None or item.unit != WEEK:
            return week
        day = week.first + (item.weekday - week.first.weekday()) % 7 * _ONE_DAY
        return Period(day, day, DAY)
    low, high = item.away
    if item.unit in {DAY, WEEK} and not item.through:
        size = 7 if item.unit == WEEK else 1
        return Period(reference + low * size * _ONE_DAY, reference + high * size * _ONE_DAY, DAY)
    first = around(reference, item.unit, calendar, week_starts, low)
    last = around(reference, item.unit, calendar, week_starts, high)
    if not item.through:
        return Period(first.first, last.last, item.unit, calendar)
    if low < 0:
        return Period(first.first, reference, item.unit, calendar)
    return Period(reference, last.last, item.unit, calendar)


def _days(item: Item, reference: date) -> Period:
    low, high = item.away or (0, 0)
    first, last = reference + low * _ONE_DAY, reference + high * _ONE_DAY
    if item.weekday is not None and first == last and first.weekday() != item.weekday:
        # The text was published a day or two after it was written: the name of the day is the surer.
        nearest = (item.weekday - first.weekday() + 3) % 7 - 3
        first = last = first + nearest * _ONE_DAY
    return Period(first, last, DAY)


def _weekday(weekday: int, relation: int | None, reference: date, lean: int) -> Period:
    back = (reference.weekday() - weekday) % 7
    if relation == 1:
        moved = 7 - back
    elif relation == -1:
        moved = -(back or 7)
    elif relation == 0:
        moved = -back if -back >= _WEEK_AROUND[0] else 7 - back
    else:
        moved = -back
    if lean == AHEAD and relation in {None, 0} and moved < 0:
        moved += 7
    day = reference + moved * _ONE_DAY
    return Period(day, day, DAY)


def _numbered(item: Item, reference: date) -> Period | None:
    """The day of a month that only its number and its weekday tell: "quarta-feira (13)"."""
    day = item.day or 0
    near = [reference + step * _ONE_DAY for step in range(-45, 46)]
    fitting = [d for d in near if d.day == day and item.weekday in {None, d.weekday()}]
    if not fitting and item.weekday is not None:
        return _weekday(item.weekday, None, reference, BACK)
    if not fitting:
        return None
    best = min(fitting, key=lambda d: abs((d - reference).days))
    return Period(best, best, DAY)


def _without_year(item: Item, reference: date, lean: int) -> Period | None:
    about = year_about(reference, item.calendar)
    if item.away is not None:
        low, high = item.away
        base = around(reference, YEAR, item.calendar if item.calendar != ISLAMIC else GREGORIAN, 0)
        year = year_about(base.first + 180 * _ONE_DAY, item.calendar)
        found = [_fit(item, year + away) for away in {low, high}]
        return next((period for period in found if period), None)
    reach = _LEAP_REACH if item.day in {29, 30} else _REACH
    near = [period for year in range(about - reach, about + reach + 1) if (period := _fit(item, year))]
    if item.weekday is not None:
        named = [period for period in near if period.first.weekday() == item.weekday]
        best = min(named, key=lambda period: abs((period.first - reference).days), default=None)
        if best and abs((best.first - reference).days) < 366:
            return best
    if item.relation == 1:
        return next((period for period in near if period.first > reference), None)
    if item.relation == -1:
        return next((period for period in reversed(near) if period.last < reference), None)
    if item.relation == 0 and item.season is not None:
        return min(near, key=lambda period: abs((period.first + _HALF_A_SEASON - reference).days), default=None)
    if item.relation == 0:
        this = around(reference, YEAR, item.calendar if item.calendar != ISLAMIC else GREGORIAN, 0)
        return next((period for period in near if this.first <= period.first <= this.last), None)
    if lean == AHEAD:
        return next((period for period in near if period.last >= reference), None)
    if lean == NEAREST:
        return min(near, key=lambda period: abs((period.first - reference).days), default=None)
    return next((period for period in reversed(near) if period.first <= reference), None)


def latest(item: Item, limit: date) -> Period | None:
    """The item in its year, or in the one before where that is later than the limit."""
    year = item.year or 0
    return next((p for y in (year, year - 1) if (p := _fit(item, y)) and p.first <= limit), None)


def _fit(item: Item, year: int) -> Period | None:
    if item.season is not None:
        return season(year, item.season, item.calendar)
    if item.month and item.day and not _exists(year, item):
        return None
    first, last = gregorian_range(year, item.month, item.day, item.calendar)
    return Period(first, last, item.unit, item.calendar)


def _exists(year: int, item: Item) -> bool:
    return is_day(year, item.month or 0, item.day or 0, item.calendar)


def is_dated(item: Item) -> bool:
    """Whether it is a place in any year, not a number of days or months from the day of the text."""
    return item.month is not None or item.season is not None
