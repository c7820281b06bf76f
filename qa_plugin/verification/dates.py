"""The dates of a claim against those of its quotes: by the days that they name, in whatever calendar or language."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language.calendars import GREGORIAN, ISLAMIC, JALALI, jalali_month_days, jalali_to_gregorian
from qa_plugin.language.dates import DateMention, find_dates
from qa_plugin.language.folding import fold, fold_text
from qa_plugin.language.resolution import find_dated

_HALF_A_YEAR = timedelta(days=183)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a text: the days that it can mean, as far as they are known."""

    start: int
    end: int
    words: str
    first: date | None
    last: date | None
    mention: DateMention | None
    """What is written, if it is a date by itself."""
    weekday: int | None = None
    """Monday is 0."""
    relative: bool = False


@lru_cache(maxsize=512)
def dated_in(text: str, language: str, reference: date | None) -> tuple[Dated, ...]:
    """The dates of a text in order; `reference` is the day of its publication, for what is told from there."""
    found = [_mentioned(text, mention, reference) for mention in find_dates(text)]
    folded = fold(text)
    for match in _day_words(language).finditer(folded.text):
        start, end = folded.span(*match.span(1))
        numbered = _numbered().match(folded.text, match.end())
        if not numbered and not any(one.start < end and start < one.end for one in found):
            found.append(_told(match.group(1), start, end, reference))
    return tuple(sorted(found, key=lambda one: one.start))


@lru_cache(maxsize=512)
def stated_dates(text: str, language: str, published: date | None) -> tuple[Dated, ...]:
    """The dates of a quote: those of `dated_in`, and what its words come to beside them, as "last month" does.

    Where a day is written as a word (الثامن من أيلول), it says more than its month alone.
    """
    known = dated_in(text, language, published)
    sure = [one for one in known if one.first is not None and one.first == one.last]
    told = (m for m in find_dated(text, language, published) if m.day is not None or m.relative)
    more = [
        one
        for mention in told
        if not any(one.start < mention.end and mention.start < one.end for one in sure)
        and (one := _told_in_words(text, mention, published)).first is not None
    ]
    return (*known, *more)


def _told_in_words(text: str, mention: DateMention, published: date | None) -> Dated:
    if mention.month is None or mention.day is None:
        words = fold_text(text[mention.start : mention.end])
        return Dated(mention.start, mention.end, words, mention.first, mention.last, None)
    fixed = mention.year is not None
    return _mentioned(text, mention if fixed else replace(mention, first=None, last=None), published)


def _mentioned(text: str, mention: DateMention, reference: date | None) -> Dated:
    first, last = mention.first, mention.last
    if first is None and reference is not None and mention.month is not None:
        first, last = _nearest(mention, reference)
    words = fold_text(text[mention.start : mention.end])
    return Dated(mention.start, mention.end, words, first, last, mention)


def _nearest(mention: DateMention, reference: date) -> tuple[date | None, date | None]:
    """The days of a date without a year, in the year that brings it nearest to the reference."""
    ranges = [r for r in (_in_year(mention, year) for year in _years(mention.calendar, reference)) if r]
    if not ranges:
        return None, None
    return min(ranges, key=lambda r: abs(r[0] - reference))


def _years(calendar: str, reference: date) -> range:
    if calendar == ISLAMIC:
        return range(0)
    year = reference.year - (622 if calendar == JALALI else 0)
    return range(year - 1, year + 2)


def _in_year(mention: DateMention, year: int) -> tuple[date, date] | None:
    month, day = mention.month or 1, mention.day
    try:
        if mention.calendar == JALALI:
            last = day or jalali_month_days(year, month)
            return jalali_to_gregorian(year, month, day or 1), jalali_to_gregorian(year, month, last)
        first = date(year, month, day or 1)
        after = date(year + month // 12, month % 12 + 1, 1)
    except ValueError:
        return None  # the 29th of February, or a year out of reach
    return first, first if day else after - timedelta(days=1)


# ---------------------------------------------------------------- days told from the reference


@cache
def _weekdays() -> dict[str, int]:
    rows = load_toml("dates.toml")["weekdays"]["names"]
    return {form.strip(): at % _WEEK for at, row in enumerate(rows) for form in fold_text(row).split(",")}


@cache
def _days_from() -> dict[str, int]:
    table = load_toml("verification.toml")["days"]
    return {fold_text(form): int(days) for days, forms in table.items() for form in forms}


@cache
def _day_words(language: str) -> re.Pattern[str]:
    table = load_toml("verification.toml")["no_days"]
    ambiguous = set(map(fold_text, table["words"])) - set(map(fold_text, table["yet"].get(language, ())))
    glued = table["glued"].get(language, "")
    forms = sorted({*_weekdays(), *_days_from()} - ambiguous, key=len, reverse=True)
    return re.compile(rf"(?<![\w'])[وف]?({'|'.join(map(re.escape, forms))})(?:{glued})?(?!\w)")


@cache
def _numbered() -> re.Pattern[str]:
    """What stands behind a word for today that is another one's day: اليوم الخامس, the fifth day."""
    words = load_toml("verification.toml")["no_days"]["behind"]
    return re.compile(rf" (?:{'|'.join(map(re.escape, map(fold_text, words)))})(?!\w)")


def _told(words: str, start: int, end: int, reference: date | None) -> Dated:
    days = _days_from().get(words)
    if days is not None:
        day = reference + timedelta(days=days) if reference is not None else None
        return Dated(start, end, words, day, day, None, relative=True)
    weekday = _weekdays()[words]
    # The nearest such day: news tells of the week behind it and the days to come.
    first = last = None
    if reference is not None:
        back = (reference.weekday() - weekday) % _WEEK
        first = last = reference - timedelta(days=back)
    return Dated(start, end, words, first, last, None, weekday=weekday, relative=True)


# ---------------------------------------------------------------- claims


def unsupported_date(claimed: Sequence[Dated], stated: Sequence[Dated], values: Set[float]) -> Dated | None:
    """The first date of a claim that none of the stated ones carries.

    Args:
        claimed: The dates of the claim.
        stated: Those of its quotes.
        values: The numbers of the quotes: what looks like a year may be one of them.
    """
    spanned = {one for pair in itertools.pairwise(claimed) if _spanned(*pair, stated) for one in pair}
    for one in claimed:
        counted = one.mention is not None and one.mention.month is None and float(one.mention.year or 0) in values
        if not counted and one not in spanned and not any(_carries(known, one) for known in stated):
            return one
    return None


_PAIR = 4
"""Characters between the two months of "September-October 2027"."""


def _spanned(first: Dated, second: Dated, stated: Sequence[Dated]) -> bool:
    """Whether two months, or years, are named as one time, into both of which one of another calendar reaches."""
    one, other = first.mention, second.mention
    if one is None or other is None or not 0 <= second.start - first.end <= _PAIR or one.day or other.day:
        return False
    if not one.month and not other.month and one.year and other.year == one.year + 1:
        years = one.year, other.year
        return any(
            known.first is not None and known.last is not None and (known.first.year, known.last.year) == years
            for known in stated
        )
    if not one.month or not other.month or other.year is None or one.month + 1 != other.month:
        return False
    begins, ends = _in_year(one, one.year or other.year), _in_year(other, other.year)
    return any(
        known.first is not None
        and known.last is not None
        and begins is not None
        and ends is not None
        and begins[0] <= known.first <= begins[1]
        and ends[0] <= known.last <= ends[1]
        for known in stated
    )


def _carries(known: Dated, claimed: Dated) -> bool:
    if known.words == claimed.words:
        return True
    if claimed.weekday is not None:
        return known.weekday == claimed.weekday or (
            known.first is not None and known.first == known.last and known.first.weekday() == claimed.weekday
        )
    if claimed.relative:
        return known.relative and known.weekday is None and _days_from()[known.words] == _days_from()[claimed.words]
    said = claimed.mention
    if said is None or (said.calendar == ISLAMIC or (known.mention and known.mention.calendar == ISLAMIC)):
        return said is not None and known.mention is not None and _parts_fit(known.mention, said)
    if said.year is not None:
        return _within(known, claimed) or _next_week_day(known, claimed)
    return _without_year(known, said) or _next_week_day(known, claimed)


def _within(known: Dated, claimed: Dated) -> bool:
    """Whether the days stated lie in those claimed; years of two calendars meet where they share most days."""
    if known.first is None or known.last is None or claimed.first is None or claimed.last is None:
        return False
    if claimed.first <= known.first and known.last <= claimed.last:
        return True
    both = (
        known.mention is not None and known.mention.month is None and (claimed.mention or known.mention).month is None
    )
    shared = (min(known.last, claimed.last) - max(known.first, claimed.first)).days
    return both and shared > _HALF_A_YEAR.days


def _next_week_day(known: Dated, claimed: Dated) -> bool:
    """A weekday may be the one to come: within a week of the day it was resolved to."""
    if known.weekday is None or known.first is None or claimed.first is None or claimed.first != claimed.last:
        return False
    return claimed.first == known.first + timedelta(days=_WEEK)


def _parts_fit(known: DateMention, said: DateMention) -> bool:
    pairs = ((known.year, said.year), (known.month, said.month), (known.day, said.day))
    return known.calendar == said.calendar and all(b is None or a == b for a, b in pairs)


def _without_year(known: Dated, said: DateMention) -> bool:
    """A day or month of any year: by what is written, or by the days that it comes to."""
    if known.mention is not None and _parts_fit(known.mention, said):
        return True
    if known.first is None or known.last is None:
        return known.mention is not None and _day_of_some_year(known.mention, said)
    reach = _in_year(said, known.first.year if said.calendar == GREGORIAN else known.first.year - 622)
    ranges = [reach, _in_year(said, known.first.year - 621)] if said.calendar == JALALI else [reach]
    return any(r is not None and r[0] <= known.first and known.last <= r[1] for r in ranges)


def _day_of_some_year(known: DateMention, said: DateMention) -> bool:
    """22 Tir without a year is 12 or 13 July, as the year may be."""
    if known.calendar == said.calendar or known.day is None:
        return False
    jalali, other = (known, said) if known.calendar == JALALI else (said, known)
    days = [r[0] for year in range(1399, 1403) if (r := _in_year(jalali, year))]
    return any(d.month == other.month and other.day in {None, d.day} for d in days)
