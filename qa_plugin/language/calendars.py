"""The Jalali (solar Hijri) calendar of Iran and Afghanistan, exactly."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_JALALI_YEAR = 1244
LAST_JALALI_YEAR = 1472
"""The 33-year cycle agrees with the astronomical calendar in these years (1865 to 2094)."""

_CYCLE_YEARS = 33
_LEAPS_IN_CYCLE = 8
_LEAP_REMAINDERS = (1, 5, 9, 13, 17, 22, 26, 30)
_ANCHOR_YEAR = 1404
_ANCHOR = date(2025, 3, 21)
"""The first of Farvardin 1404."""


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


def _days_before_year(year: int) -> int:
    cycles, rest = divmod(year, _CYCLE_YEARS)
    leaps = cycles * _LEAPS_IN_CYCLE + sum(remainder < rest for remainder in _LEAP_REMAINDERS)
    return 365 * year + leaps
