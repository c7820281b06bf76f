"""The names of months and weekdays in the five languages and three calendars, from `dates.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language.calendars import GREGORIAN, ISLAMIC, JALALI
from qa_plugin.language.folding import bare, fold_text

MONTH_WORD = "ماه"
_PLAIN = str.maketrans("éèûçáà", "eeucaa")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_PREFIXES = "وبلف"
_MAX_WORDS = 100_000
"""How many words are kept; a text of identifiers must not fill the memory."""


@dataclass(frozen=True, slots=True)
class MonthName:
    """A month by one of its names."""

    rest: str
    """What follows the first word of the name, with the space before it."""
    month: int
    calendar: str
    level: str
    """Whether it is one `alone`, or only `with_day_or_year`, or only `with_year`."""


@dataclass(frozen=True, slots=True)
class _Tables:
    months: dict[str, list[MonthName]]
    """By the first word of the name, the longest name first."""
    weekday: re.Pattern[str]
    weekday_at_end: re.Pattern[str]


@cache
def _tables() -> _Tables:
    raw = load_toml("dates.toml")
    months: dict[str, list[MonthName]] = {}
    for calendar in (GREGORIAN, JALALI, ISLAMIC):
        for level, names in raw[calendar].items():
            for at, forms in enumerate(names):
                month = at % 12 + 1  # the twelve of an added language follow those of the package
                for form in filter(None, map(str.strip, fold_text(forms).split(","))):
                    for written in {form, form.translate(_PLAIN)}:
                        first, space, rest = written.partition(" ")
                        name = MonthName(space + rest, month, calendar, level)
                        months.setdefault(first, []).append(name)
    for listed in months.values():
        listed.sort(key=lambda name: -len(name.rest))
    days = {form.strip() for forms in raw["weekdays"]["names"] for form in fold_text(forms).split(",")}
    pattern = "|".join(re.escape(day) for day in sorted(days, key=len, reverse=True))
    return _Tables(months, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), re.compile(rf"(?<!\w)(?:{pattern})$"))


@cache
def calendar_words() -> frozenset[str]:
    """The names of months and weekdays, folded and without accents, one word each."""
    raw = load_toml("dates.toml")
    months = [*raw[GREGORIAN]["alone"], *raw[JALALI].get("with_day_or_year", [])]
    listed = [form.strip() for forms in (*months, *raw["weekdays"]["names"]) for form in fold_text(forms).split(",")]
    return frozenset(bare(form) for form in listed if form and " " not in form)


def without_weekdays(folded: str) -> str:
    """A folded text with the names of the days of the week taken out."""
    return _tables().weekday.sub(" ", folded)


def ends_with_weekday(folded: str) -> bool:
    """Whether the last word of a folded text is the name of a day of the week."""
    return _tables().weekday_at_end.search(folded) is not None


class _MayBeMonths(dict[str, bool]):
    """Whether a word can hold the name of a month, worked out at first sight: nearly none can."""

    def __missing__(self, word: str) -> bool:
        if len(self) >= _MAX_WORDS:
            self.clear()
        months = _tables().months
        found = word in months or (word[0] in _ARABIC_PREFIXES and word[1:] in months)
        self[word] = found = found or word.removesuffix(MONTH_WORD) in months
        return found


_may_be_months = cache(lambda: _MayBeMonths())  # a function, so that it has a signature


@lru_cache(maxsize=256)  # a sentence is asked for its quantities and for its dates
def _may_name_months(text: str) -> bool:
    return any(map(_may_be_months().__getitem__, _WORD.findall(text)))


def months_called(word: str) -> Sequence[MonthName]:
    """The names of months that begin with a folded word."""
    return _tables().months.get(word, ())


def months_in(text: str) -> Iterator[tuple[int, int, list[MonthName]]]:
    """The places in a folded text that name a month, each with every month that it can be."""
    if not _may_name_months(text):
        return  # so with most
    may_be_month = _may_be_months()
    for word in _WORD.finditer(text):
        found = _month_at(text, word) if may_be_month[word.group()] else None
        if found:
            yield found


def _month_at(text: str, word: re.Match[str]) -> tuple[int, int, list[MonthName]] | None:
    """The month name at a word, with every month that it can be; a joined و ب ل ف or ماه is left aside."""
    months = _tables().months
    start, end, written = word.start(), word.end(), word.group()
    listed = months.get(written)
    if listed is None and written[0] in _ARABIC_PREFIXES:
        start, listed = start + 1, months.get(written[1:])
    if listed is None and written.endswith(MONTH_WORD):
        end, listed = end - len(MONTH_WORD), months.get(written[: -len(MONTH_WORD)])
    if listed is None:
        return None
    longest = -1
    fitting = []
    for name in listed:
        if len(name.rest) >= longest and text.startswith(name.rest, end) and not goes_on(text, end, name.rest):
            longest = len(name.rest)
            fitting.append(name)
    return (start, end + longest, fitting) if fitting else None


def goes_on(text: str, end: int, rest: str) -> bool:
    """Whether the word in which `rest` ends, from `end` on, is longer than that."""
    after = end + len(rest)
    return bool(rest) and after < len(text) and text[after].isalpha()
