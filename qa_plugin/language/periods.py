"""Stretches of days as people name them: weeks, months, seasons, years, decades; their neighbours and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qa_plugin.language.calendars import GREGORIAN, gregorian_range, year_about

DAY, WEEK, WEEKEND, MONTH, SEASON = "day", "week", "weekend", "month", "season"
YEAR, DECADE, CENTURY = "year", "decade", "century"
_MONTHS = {MONTH: 1, "quarter": 3, "half": 6}
_YEARS = {YEAR: 1, DECADE: 10, CENTURY: 100}
_ONE_DAY = timedelta(days=1)
_PARTS_OF_MONTH = {2: (0, 15), 3: (0, 10, 20)}
_SEASON_MONTHS = {GREGORIAN: (3, 6, 9, 12)}
_SEASON_MONTHS_BY_QUARTER = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from the first to the last, and what they are called."""

    first: date
    last: date
    unit: str
    calendar: str = GREGORIAN


def of_date(year: int, month: int | None, day: int | None, calendar: str) -> Period:
    """The period of a date that is written with its year."""
    unit = DAY if day else MONTH if month else YEAR
    return Period(*gregorian_range(year, month, day, calendar), unit, calendar)


def season(year: int, index: int, calendar: str) -> Period:
    """The season (0 is spring) that begins in a year, on the northern half of the earth, by whole months."""
    begins = _SEASON_MONTHS.get(calendar, _SEASON_MONTHS_BY_QUARTER)[index]
    return _months(year, begins, 3, SEASON, calendar)


def years(first: int, count: int, unit: str, calendar: str) -> Period:
    """Years that follow each other."""
    start = gregorian_range(first, None, None, calendar)[0]
    return Period(start, gregorian_range(first + count - 1, None, None, calendar)[1], unit, calendar)


def around(day: date, unit: str, calendar: str, week_starts: int, shift: int = 0) -> Period:
    """The day, week, month and so on in which a day lies, or the one `shift` of them later.

    Raises:
        ValueError: It lies outside the years of the calendar.
        OverflowError: It lies outside the years that dates can have.
    """
    if unit == DAY:
        moved = day + shift * _ONE_DAY
        return Period(moved, moved, DAY)
    if unit in {WEEK, WEEKEND}:
        first = day - ((day.weekday() - week_starts) % 7 - 7 * shift) * _ONE_DAY
        return Period(first + 5 * _ONE_DAY * (unit == WEEKEND), first + 6 * _ONE_DAY, unit)
    year, month = year_and_month(day, calendar)
    if unit in _MONTHS:
        size = _MONTHS[unit]
        at = year * 12 + month - 1
        at = (at // size + shift) * size
        return _months(at // 12, at % 12 + 1, size, unit, calendar)
    size = _YEARS[unit]
    if unit == CENTURY:
        return years(((year - 1) // size + shift) * size + 1, size, unit, calendar)
    return years((year // size + shift) * size, size, unit, calendar)


def year_and_month(day: date, calendar: str) -> tuple[int, int]:
    """The year and month of a calendar in which a Gregorian day lies."""
    if calendar == GREGORIAN:
        return day.year, day.month
    about = year_about(day, calendar)
    for year in (about - 1, about, about + 1):
        for month in range(1, 13):
            if day <= gregorian_range(year, month, None, calendar)[1]:
                return year, month
    return about, 1


def _months(year: int, month: int, count: int, unit: str, calendar: str) -> Period:
    end = year * 12 + month - 1 + count - 1
    first = gregorian_range(year, month, None, calendar)[0]
    return Period(first, gregorian_range(end // 12, end % 12 + 1, None, calendar)[1], unit, calendar)


def part(whole: Period, at: int, count: int) -> Period:
    """One of the equal parts of a period, by the days, months or years that it is made of.

    A month's thirds are ten days each, its halves fifteen, and what is left.
    """
    starts = _starts(whole)
    if len(starts) < count:
        return whole
    if whole.unit == MONTH and count in _PARTS_OF_MONTH:
        cuts = [*_PARTS_OF_MONTH[count], len(starts)]
    else:
        cuts = [round(len(starts) * cut / count) for cut in range(count + 1)]
    first = starts[cuts[at]]
    last = starts[cuts[at + 1]] - _ONE_DAY if cuts[at + 1] < len(starts) else whole.last
    return Period(first, last, f"part of {whole.unit}", whole.calendar)


def _starts(whole: Period) -> list[date]:
    """The first days of the pieces that a period is made of."""
    days = (whole.last - whole.first).days + 1
    if whole.unit in {DAY, WEEK, WEEKEND, MONTH}:
        return [whole.first + at * _ONE_DAY for at in range(days)]
    unit = YEAR if whole.unit in {DECADE, CENTURY} else MONTH
    found = [whole.first]
    while True:
        following = around(found[-1], unit, whole.calendar, 0).last + _ONE_DAY
        if following > whole.last:
            return found
        found.append(following)
