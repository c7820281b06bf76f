"""Three calendars, and what days of the Gregorian one their dates are.

The Jalali (solar Hijri) calendar of Iran and Afghanistan is exact. The Islamic one begins its months by the moon, a
day earlier or later from country to country; here it is reckoned by the table, which is off by a day at most.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

GREGORIAN, JALALI, ISLAMIC = "gregorian", "jalali", "islamic"

FIRST_JALALI_YEAR = 1244
LAST_JALALI_YEAR = 1472
"""The 33-year cycle agrees with the astronomical calendar in these years (1865 to 2094)."""

_CYCLE_YEARS = 33
_LEAPS_IN_CYCLE = 8
_LEAP_REMAINDERS = (1, 5, 9, 13, 17, 22, 26, 30)
_ANCHOR_YEAR = 1404
_ANCHOR = date(2025, 3, 21)
"""The first of Farvardin 1404."""

_BEFORE_ISLAMIC = 226_630
"""The ordinal of the day to which the days of the Islamic table are added."""
_ISLAMIC_YEAR_DAYS = 354.367
_ISLAMIC_BEGAN = 622.54


def is_jalali_leap(year: int) -> bool:
    """Whether Esfand has 30 days in that year."""
    return year % _CYCLE_YEARS in _LEAP_REMAINDERS


def jalali_month_days(year: int, month: int) -> int:
    """How many days a Jalali month has."""
    if month <= 6:
        return 31
    if month <= 11:
        return 30
    return 30 if is_jalali_leap(year) else 29


def jalali_to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali one.

    Raises:
        ValueError: There is no such day, or its year lies outside 1244 to 1472.
    """
    if not FIRST_JALALI_YEAR <= year <= LAST_JALALI_YEAR:
        raise ValueError(f"Jalali year {year} is outside {FIRST_JALALI_YEAR} to {LAST_JALALI_YEAR}")
    if not 1 <= month <= 12 or not 1 <= day <= jalali_month_days(year, month):
        raise ValueError(f"there is no day {year}-{month}-{day} in the Jalali calendar")
    days = _days_before_year(year) - _days_before_year(_ANCHOR_YEAR)
    days += 31 * (month - 1) - max(month - 7, 0) + day - 1
    return _ANCHOR + timedelta(days=days)


def gregorian_to_jalali(day: date) -> tuple[int, int, int]:
    """The Jalali year, month and day of a Gregorian day.

    Raises:
        ValueError: It lies outside 1244 to 1472.
    """
    year = day.year - 621
    year -= day < jalali_to_gregorian(year, 1, 1)
    passed = (day - jalali_to_gregorian(year, 1, 1)).days
    month = 1
    while passed >= jalali_month_days(year, month):
        passed -= jalali_month_days(year, month)
        month += 1
    return year, month, passed + 1


def _days_before_year(year: int) -> int:
    cycles, rest = divmod(year, _CYCLE_YEARS)
    leaps = cycles * _LEAPS_IN_CYCLE + sum(remainder < rest for remainder in _LEAP_REMAINDERS)
    return 365 * year + leaps


def islamic_to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian date of an Islamic one by the table; the moon may say a day earlier or later."""
    days = (11 * year + 3) // 30 + 354 * year + 30 * month - (month - 1) // 2 + day
    return date.fromordinal(_BEFORE_ISLAMIC + days)


def year_about(day: date, calendar: str) -> int:
    """The year of a calendar in which a Gregorian day lies, or the one beside it."""
    if calendar == JALALI:
        return day.year - 621
    if calendar == ISLAMIC:
        return int((day.year + day.month / 12 - _ISLAMIC_BEGAN) * 365.2425 / _ISLAMIC_YEAR_DAYS) + 1
    return day.year


def month_days(year: int, month: int, calendar: str) -> int:
    """How many days a month has; every Islamic one is given thirty."""
    if calendar == GREGORIAN:
        return monthrange(year, month)[1]
    return jalali_month_days(year, month) if calendar == JALALI else 30


def is_day(year: int | None, month: int, day: int, calendar: str) -> bool:
    """Whether a calendar has that day, in a leap year where none is given."""
    if not 1 <= month <= 12 or day < 1:
        return False
    return day <= month_days(year or (1403 if calendar == JALALI else 2024), month, calendar)


def gregorian_range(year: int, month: int | None, day: int | None, calendar: str) -> tuple[date, date]:
    """The first and the last Gregorian day of a year, of a month, or of a day that may be one of three (Islamic)."""
    from_month, to_month = (month, month) if month else (1, 12)
    if calendar == ISLAMIC:
        following = islamic_to_gregorian(year + to_month // 12, to_month % 12 + 1, 1) - timedelta(days=1)
        first = islamic_to_gregorian(year, from_month, day or 1)
        return first - timedelta(days=1), (first if day else following) + timedelta(days=1)
    last = day or month_days(year, to_month, calendar)
    if calendar == GREGORIAN:
        return date(year, from_month, day or 1), date(year, to_month, last)
    return jalali_to_gregorian(year, from_month, day or 1), jalali_to_gregorian(year, to_month, last)
