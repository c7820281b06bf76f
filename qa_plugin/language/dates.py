"""Dates as they are written in the five languages, in any digits and calendar.

Only what is written out is read here ("13 July 2025", "۲۲ تیر ۱۴۰۴"); what needs to know when a text was published
("yesterday") or is vague ("late 2023") is read in `resolution`. Numeric dates have the day first where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from qa_plugin.language.calendars import GREGORIAN, ISLAMIC, JALALI, gregorian_range, is_day
from qa_plugin.language.folding import Folded, fold
from qa_plugin.language.month_names import MONTH_WORD, MonthName, ends_with_weekday, goes_on, months_called, months_in

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
    return (None, None, day, GREGORIAN) if 1 <= day <= 31 and ends_with_weekday(before) else None


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


def _named_dates(folded: Folded) -> Iterator[WrittenDate]:
    for start, end, names in months_in(folded.text):
        for name in names:
            mentions = list(_around(folded, start, end, name))
            if mentions:
                yield from mentions
                break


def _around(folded: Folded, start: int, end: int, name: MonthName) -> Iterator[WrittenDate]:
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


def _leads(text: str, start: int, name: MonthName) -> bool:
    if name.calendar != GREGORIAN or text.startswith(_WATER, start):
        return False
    return _LEADS_TO_MONTH.search(text[max(0, start - 8) : start]) is not None


def _with_other_name(text: str, end: int, name: MonthName) -> int:
    """The end of "تموز/يوليو" or "تیر ماه", where a month is named twice or called a month."""
    if text.startswith(" " + MONTH_WORD, end) and not goes_on(text, end, " " + MONTH_WORD):
        return end + 1 + len(MONTH_WORD)
    if text.startswith(MONTH_WORD, end):
        return end + len(MONTH_WORD)
    other = _OTHER_NAME.match(text, end)
    for second in months_called(other[1]) if other else ():
        if other and second.month == name.month and second.rest in {"", other[2]}:
            return other.end() if second.rest or not other[2] else other.end(1)
    return end


def _year_after(text: str, end: int, calendar: str) -> tuple[int | None, int]:
    match = _YEAR_AFTER.match(text, end)
    if match and int(match["year"]) in _YEARS[calendar]:
        return int(match["year"]), match.end()
    match = _SHORT_YEAR_AFTER.match(text, end) if calendar == GREGORIAN else None
    return (2000 + int(match["year"]), match.end()) if match else (None, end)


def _days_after(text: str, start: int, end: int, name: MonthName) -> Iterator[WrittenDate]:
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
