"""Days of the week: read as a word alone, and said in the reader's language, with the date that they come to."""

from __future__ import annotations

from datetime import date
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.calendars import JALALI, gregorian_to_jalali
from qa_plugin.language.folding import fold_text
from qa_plugin.language.phrases import in_digits, phrase

_WEEK = 7


def weekday_of(words: str) -> int | None:
    """The day of the week that some words are and nothing else, Monday as 0; None for any other words."""
    return _names().get(" ".join(fold_text(words).split()))


@cache
def _names() -> dict[str, int]:
    rows: list[str] = load_toml("dates.toml")["weekdays"]["names"]
    return {form.strip(): at % _WEEK for at, row in enumerate(rows) for form in fold_text(row).split(",")}


def weekday_name(weekday: int, language: str) -> str:
    """A day of the week (Monday is 0) in a language, or in English where the phrases have no other."""
    return phrase(language, "weekdays").split(",")[weekday].strip()


def format_day(day: date, language: str) -> str:
    """A day in full, in a language and in the calendar that its news counts by: Friday, 3 October 2025."""
    year, month, number = day.year, day.month, day.day
    if phrase(language, "calendar") == JALALI:
        year, month, number = gregorian_to_jalali(day)
    return phrase(
        language,
        "day",
        weekday=weekday_name(day.weekday(), language),
        day=in_digits(str(number), language),
        month=phrase(language, "months").split(",")[month - 1].strip(),
        year=in_digits(str(year), language),
    )
