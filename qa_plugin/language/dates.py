"""Dates as they are written in the five languages, in any digits and calendar.

Only what is written out is read here ("13 July 2025", "۲۲ تیر ۱۴۰۴"); what needs to know when a text was published
("yesterday") or is vague ("late 2023") is read in `resolution`. Numeric dates have the day first where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from operator import itemgetter

from qa_plugin.data import load_toml
from qa_plugin.language.calendars import GREGORIAN, ISLAMIC, JALALI, gregorian_range, is_day
from qa_plugin.language.folding import Folded, bare, fold, fold_text
from qa_plugin.language.times import find_times

__all__ = ["DateMention", "calendar_words", "find_dates", "find_times", "without_weekdays"]

_YEARS = {GREGORIAN: range(1500, 2200), JALALI: range(1250, 1473), ISLAMIC: range(1200, 1501)}
_BARE_YEARS = range(1900, 2101)
_LAST_NUMERIC_JALALI_YEAR = 1420
"""A later numeric year is of the Islamic calendar: its 1421 began in 2000, the Jalali one in 2042."""

_ALONE, _WITH_DAY_OR_YEAR, _WITH_YEAR = "alone", "with_day_or_year", "with_year"
_WATER = "اب"
"""August in the Levant, and in Persian water."""
_NEEDS_CAPITAL = frozenset({"may", "march"})

_Parts = tuple[int | None, int | None, int | None, str]
WrittenDate = tuple[int, int, _Parts]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text; the offsets are the text's own."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    calendar: str
    """`gregorian`, `jalali` or `islamic`; year, month and day count in it."""
    first: date | None
    """The first Gregorian day that it can mean; None where it is not known. By `find_dates` it is known with a year,
    though not for the Islamic calendar; by `find_dated` with the day of the text too."""
    last: date | None
    relative: bool = False
    """Whether the range counts from the day on which the text was published."""

    @property
    def is_whole(self) -> bool:
        """Whether it names one day of one year."""
        return self.first is not None and self.first == self.last


def find_dates(text: str) -> list[DateMention]:
    """Every date written in the text, in order, without overlaps."""
    folded = fold(text)
    found = []
    for start, end, parts in written_dates(folded):
        start_at, end_at = folded.span(start, end)
        found.append(DateMention(start_at, end_at, *parts, *_gregorian_range(parts)))
    return found


def written_dates(folded: Folded) -> list[WrittenDate]:
    """As `find_dates`, with folded offsets: start, end, and the year, month, day and calendar."""
    taken = bytearray(len(folded.text) + 1)
    found: list[WrittenDate] = []
    for finder in (_numeric_dates, _named_dates, _years):
        for start, end, parts in finder(folded):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append((start, end, parts))
    found.sort(key=itemgetter(0))
    return found


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


def _gregorian_range(parts: _Parts) -> tuple[date | None, date | None]:
    year, month, day, calendar = parts
    if year is None or calendar == ISLAMIC:
        return None, None
    return gregorian_range(year, month, day, calendar)


# ---------------------------------------------------------------- numbers alone

_NUMBER = re.compile(r"\d+")
_SEPARATOR = r"(?P<sep>\s?[/-]\s?|[.\\])"
_END = r"(?!\d)(?![./:-]\d)"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}}){_SEPARATOR}(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_END}")
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}}){_SEPARATOR}(?P<month>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}){_END}")
_SHORT_YEAR = re.compile(rf"(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/(?P<year>\d{{2}}){_END}")
_IN_BRACKETS = re.compile(r"(?<=\()(?P<day>\d{1,2})(?:/(?P<month>\d{1,2}))?(?=\))")
_AFTER_NUMBER = ".,:/\\-"


def _inside_number(text: str, start: int) -> bool:
    return start >= 2 and text[start - 1] in _AFTER_NUMBER and text[start - 2].isdigit()


def _numeric_dates(folded: Folded) -> Iterator[WrittenDate]:
    text = folded.text
    for number in _NUMBER.finditer(text):
        start, digits = number.start(), number.end() - number.start()
        if digits not in (1, 2, 4) or _inside_number(text, start):
            continue
        pattern = _YEAR_FIRST if digits == 4 else _DAY_FIRST
        match = pattern.match(text, start)
        if match:
            parts = _numeric_parts(*(int(match[name]) for name in ("year", "month", "day")))
        elif match := _SHORT_YEAR.match(text, start):
            parts = _numeric_parts(2000 + int(match["year"]), int(match["month"]), int(match["day"]))
        elif match := _IN_BRACKETS.match(text, start):
            parts = _bracketed_parts(text, match)
        if match and parts:
            yield match.start(), match.end(), parts


def _numeric_parts(year: int, month: int, day: int) -> _Parts | None:
    if 1900 <= year <= 2199:
        calendar = GREGORIAN
    elif year in _YEARS[JALALI] and year <= _LAST_NUMERIC_JALALI_YEAR:
        calendar = JALALI
    elif year in _YEARS[ISLAMIC]:
        calendar = ISLAMIC
    else:
        return None
    if month > 12 >= day:
        month, day = day, month
    return (year, month, day, calendar) if is_day(year, month, day, calendar) else None


def _bracketed_parts(text: str, match: re.Match[str]) -> _Parts | None:
    """Brazilian papers write "na quarta-feira (13)" and "(13/7)"; a lone number needs a weekday."""
    day = int(match["day"])
    if match["month"]:
        month = int(match["month"])
        return (None, month, day, GREGORIAN) if is_day(None, month, day, GREGORIAN) else None
    before = text[max(0, match.start() - 20) : match.start() - 1].rstrip()
    weekday = _tables().weekday_at_end.search(before)
    return (None, None, day, GREGORIAN) if weekday and 1 <= day <= 31 else None


# ---------------------------------------------------------------- years

_YEAR_END = r"(?![\d%a-zà-ÿ])(?!\s?[%$€£])(?![.,:]\d)"
_YEAR = re.compile(rf"(?:19|20|21)\d\d(?:م(?!\w)|(?!\w)){_YEAR_END}")
_OLD_YEAR = re.compile(
    r"1[2-4]\d\d(?!\d)\s?(?P<era>شمسی|خورشیدی|ه\.?\s?ش|هجری شمسی|هجری خورشیدی|هجری قمری"
    r"|هجریه?|قمری|ه\.?\s?ق|ه)(?!\w)"
)
_OLD_YEAR_ALONE = re.compile(rf"1[2-4]\d\d(?!\w){_YEAR_END}")
_YEAR_WORD_BEFORE = re.compile(r"(?<!\w)سال(?:های)? $")
_LETTER_JUST_BEFORE = re.compile(r"(?:[a-zà-ÿ_]-?|[$€£¥#]\s?)$")


def _years(folded: Folded) -> Iterator[WrittenDate]:
    text = folded.text
    for number in _NUMBER.finditer(text):
        start = number.start()
        if number.end() - start != 4:
            continue
        before = text[max(0, start - 10) : start]
        if _LETTER_JUST_BEFORE.search(before) or (start and text[start - 1] in ".,:/\\"):
            continue
        year = int(number.group())
        if match := _YEAR.match(text, start):
            if year in _BARE_YEARS:
                yield start, match.end(), (year, None, None, GREGORIAN)
        elif match := _OLD_YEAR.match(text, start):
            solar = "ش" in match["era"] or match["era"].endswith("خورشیدی")
            calendar = JALALI if solar else ISLAMIC
            if year in _YEARS[calendar]:
                yield start, match.end(), (year, None, None, calendar)
        elif year in _YEARS[JALALI] and _YEAR_WORD_BEFORE.search(before) and _OLD_YEAR_ALONE.match(text, start):
            yield start, number.end(), (year, None, None, JALALI)


# ---------------------------------------------------------------- names of months


@dataclass(frozen=True, slots=True)
class _MonthName:
    rest: str
    """What follows the first word of the name, with the space before it."""
    month: int
    calendar: str
    level: str


@dataclass(frozen=True, slots=True)
class _Tables:
    months: dict[str, list[_MonthName]]
    """By the first word of the name, the longest name first."""
    weekday: re.Pattern[str]
    weekday_at_end: re.Pattern[str]


@cache
def _tables() -> _Tables:
    raw = load_toml("dates.toml")
    months: dict[str, list[_MonthName]] = {}
    for calendar in (GREGORIAN, JALALI, ISLAMIC):
        for level, names in raw[calendar].items():
            for at, forms in enumerate(names):
                month = at % 12 + 1  # the twelve of an added language follow those of the package
                for form in filter(None, map(str.strip, fold_text(forms).split(","))):
                    for written in {form, form.translate(_PLAIN)}:
                        first, space, rest = written.partition(" ")
                        name = _MonthName(space + rest, month, calendar, level)
                        months.setdefault(first, []).append(name)
    for listed in months.values():
        listed.sort(key=lambda name: -len(name.rest))
    days = {form.strip() for forms in raw["weekdays"]["names"] for form in fold_text(forms).split(",")}
    pattern = "|".join(re.escape(day) for day in sorted(days, key=len, reverse=True))
    return _Tables(months, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), re.compile(rf"(?<!\w)(?:{pattern})$"))


_PLAIN = str.maketrans("éèûçáà", "eeucaa")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_PREFIXES = "وبلف"
_MONTH_WORD = "ماه"
_MAX_WORDS = 100_000
"""How many words are kept; a text of identifiers must not fill the memory."""
_OTHER_NAME = re.compile(r"\s?[/(-]\s?([^\W\d_]+)((?: [^\W\d_]+)?)(?:\s?\))?")
_SUFFIX = r"(?:\.?[oa]|st|nd|rd|th|er|re|o|a|°|ème|ام|م|مین)?"
_AND = r"\s?(?:-|,|/|to(?: the)?|and(?: the)?|or|et(?: le)?|ou|au|até|e|a|و|تا|الی|ال)\s?"
_DAYS_BEFORE = re.compile(
    rf"(?P<earlier>(?:(?<!\d)(?<![^\W\d]-)\d{{1,2}}{_SUFFIX}{_AND}){{0,3}})(?<!\d)(?<!\d[.:])(?P<day>\d{{1,2}}){_SUFFIX}"
    r"(?:[\s./-]{1,2}(?:(?:de|of|of the|do|من|من شهر|شهر|ماه|برج)\s)?|)$"
)
_YEAR_AFTER = re.compile(
    r"(?:[.,]?\s{0,2}|\s?[/-]\s?)(?:(?:de|of|do ano de|do ano|en|in)\s)?"
    r"(?:(?:سال|سنه|عام|لعام|لسنه|من عام|من سنه|من العام)\s)?"
    r"(?P<year>\d{4})(?!\d)(?![.,:]\d|\s?%)(?:\s?(?:م|ه|میلادی|میلادیه|شمسی|خورشیدی|هجری|هجریه)(?!\w))?"
)
_SHORT_YEAR_AFTER = re.compile(r"(?:[ ]'|-)(?P<year>\d\d)(?!\d|[:.,-]\d)")
_DAYS_AFTER = re.compile(
    r"\.?\s{1,2}(?P<day>\d{1,2})(?P<suffix>st|nd|rd|th)?(?!\d|[.,:]\d)"
    r"(?:\s?(?:-|to|through)\s?(?P<later>\d{1,2})(?!\d|[.,:]\d))?"
)
_ENGLISH = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)$"
)
_LEADS_TO_MONTH = re.compile(
    r"(?<!\w)(?:in|of|since|by|until|last|next|this|early|late|mid|en|fin|de|em|desde|até|depuis|début|mi"
    r"|فی|شهر|منذ|در|ماه)[\s-]$"
)


class _MayBeMonths(dict[str, bool]):
    """Whether a word can hold the name of a month, worked out at first sight: nearly none can."""

    def __missing__(self, word: str) -> bool:
        if len(self) >= _MAX_WORDS:
            self.clear()
        months = _tables().months
        found = word in months or (word[0] in _ARABIC_PREFIXES and word[1:] in months)
        self[word] = found = found or word.removesuffix(_MONTH_WORD) in months
        return found


_may_be_months = cache(lambda: _MayBeMonths())  # a function, so that it has a signature


@lru_cache(maxsize=256)  # a sentence is asked for its quantities and for its dates
def _may_name_months(text: str) -> bool:
    return any(map(_may_be_months().__getitem__, _WORD.findall(text)))


def _named_dates(folded: Folded) -> Iterator[WrittenDate]:
    text = folded.text
    may_be_month = _may_be_months()
    if not _may_name_months(text):
        return  # so with most
    for word in _WORD.finditer(text):
        found = _month_at(text, word) if may_be_month[word.group()] else None
        if found:
            start, end, names = found
            for name in names:
                mentions = list(_around(folded, start, end, name))
                if mentions:
                    yield from mentions
                    break


def _month_at(text: str, word: re.Match[str]) -> tuple[int, int, list[_MonthName]] | None:
    """The month name at a word, with every month that it can be; a joined و ب ل ف or ماه is left aside."""
    months = _tables().months
    start, end, written = word.start(), word.end(), word.group()
    listed = months.get(written)
    if listed is None and written[0] in _ARABIC_PREFIXES:
        start, listed = start + 1, months.get(written[1:])
    if listed is None and written.endswith(_MONTH_WORD):
        end, listed = end - len(_MONTH_WORD), months.get(written[: -len(_MONTH_WORD)])
    if listed is None:
        return None
    longest = -1
    fitting = []
    for name in listed:
        if len(name.rest) >= longest and text.startswith(name.rest, end) and not _goes_on(text, end, name.rest):
            longest = len(name.rest)
            fitting.append(name)
    return (start, end + longest, fitting) if fitting else None


def _goes_on(text: str, end: int, rest: str) -> bool:
    after = end + len(rest)
    return bool(rest) and after < len(text) and text[after].isalpha()


def _around(folded: Folded, start: int, end: int, name: _MonthName) -> Iterator[WrittenDate]:
    """The mentions around one month name: its days before or after it, and its year."""
    text = folded.text
    word = text[start:end]
    capital = folded.original[folded.offset(start)].isupper()
    end = _with_other_name(text, end, name)
    year, end_year = _year_after(text, end, name.calendar)
    before = _DAYS_BEFORE.search(text[max(0, start - 40) : start])
    certain = year is not None or (name.level != _WITH_YEAR and (capital or word not in _NEEDS_CAPITAL))
    if before and certain and is_day(year, name.month, int(before["day"]), name.calendar):
        offset = max(0, start - 40)
        for earlier in _NUMBER.finditer(before["earlier"]):
            if is_day(year, name.month, int(earlier.group()), name.calendar):
                at = offset + before.start("earlier")
                yield (
                    at + earlier.start(),
                    at + earlier.end(),
                    (year, name.month, int(earlier.group()), name.calendar),
                )
        yield offset + before.start("day"), end_year, (year, name.month, int(before["day"]), name.calendar)
        return
    after = list(_days_after(text, start, end, name)) if certain or capital else []
    if after:
        yield from after
    elif year is not None:
        yield start, end_year, (year, name.month, None, name.calendar)
    elif name.level == _ALONE or (certain and _leads(text, start, name)):
        yield start, end, (None, name.month, None, name.calendar)


def _leads(text: str, start: int, name: _MonthName) -> bool:
    if name.calendar != GREGORIAN or text.startswith(_WATER, start):
        return False
    return _LEADS_TO_MONTH.search(text[max(0, start - 8) : start]) is not None


def _with_other_name(text: str, end: int, name: _MonthName) -> int:
    """The end of "تموز/يوليو" or "تیر ماه", where a month is named twice or called a month."""
    if text.startswith(" " + _MONTH_WORD, end) and not _goes_on(text, end, " " + _MONTH_WORD):
        return end + 1 + len(_MONTH_WORD)
    if text.startswith(_MONTH_WORD, end):
        return end + len(_MONTH_WORD)
    other = _OTHER_NAME.match(text, end)
    for second in _tables().months.get(other[1], ()) if other else ():
        if other and second.month == name.month and second.rest in {"", other[2]}:
            return other.end() if second.rest or not other[2] else other.end(1)
    return end


def _year_after(text: str, end: int, calendar: str) -> tuple[int | None, int]:
    match = _YEAR_AFTER.match(text, end)
    if match and int(match["year"]) in _YEARS[calendar]:
        return int(match["year"]), match.end()
    match = _SHORT_YEAR_AFTER.match(text, end) if calendar == GREGORIAN else None
    return (2000 + int(match["year"]), match.end()) if match else (None, end)


def _days_after(text: str, start: int, end: int, name: _MonthName) -> Iterator[WrittenDate]:
    """The days of "July 13-15, 2025"; without a year only English writes so."""
    match = _DAYS_AFTER.match(text, end)
    if match is None:
        return
    year, end_year = _year_after(text, match.end(), name.calendar)
    if year is None and not _ENGLISH.match(text[start:end]) and not match["suffix"]:
        return
    day, later = int(match["day"]), int(match["later"] or 0)
    if not is_day(year, name.month, day, name.calendar):
        return
    if later and is_day(year, name.month, later, name.calendar):
        yield start, match.end("day"), (year, name.month, day, name.calendar)
        yield match.start("later"), end_year, (year, name.month, later, name.calendar)
    else:
        yield start, end_year, (year, name.month, day, name.calendar)
