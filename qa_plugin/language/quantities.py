"""Quantities: a number with its comparator and unit, as the interval that the statement stands for.

What only looks like a quantity is told apart: years, dates, times, telephone numbers, identifiers, scores, numbers
of a list, the 16 of F-16. All offsets are of the folded text that was searched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from operator import itemgetter

from qa_plugin.data import load_toml
from qa_plugin.language import comparators
from qa_plugin.language.comparators import comparator_after, comparator_before, words_of
from qa_plugin.language.dates import written_dates
from qa_plugin.language.duals import dual_nouns, duals_in
from qa_plugin.language.folding import Folded, bare, fold, fold_text
from qa_plugin.language.number_kinds import (
    is_according,
    is_age,
    is_age_in_order,
    is_counting,
    is_weekday,
    kind_of_digits,
    kind_of_words,
)
from qa_plugin.language.number_reading import Number
from qa_plugin.language.number_tokens import tokenise
from qa_plugin.language.numbers import find_numbers
from qa_plugin.language.times import find_times
from qa_plugin.language.units import Unit, compared_as, unit_after, unit_before, unit_named, unit_noun_before

__all__ = ["NO_QUANTITY", "Quantity", "Unit", "find_quantities", "quantities_of", "unit_named"]

NO_QUANTITY = frozenset({"year", "date", "time", "identifier", "score", "ordinal", "age"})
"""Kinds of numbers that say how many of nothing; an age is wanted only where one is asked for."""
_PLACED = frozenset({"year", "identifier", "date", "time"})
"""Kinds that have neither comparator nor unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A stated quantity; offsets are of the folded text."""

    start: int
    end: int
    number_start: int
    number_end: int
    value: float
    low: float
    high: float
    comparator: str | None
    """A key of the table of intervals, `range`, or None."""
    unit: Unit | None
    kind: str
    """`count`, the unit's dimension, `fraction`, or one of `NO_QUANTITY`."""
    weak: bool = False
    vague: bool = False
    scale: float = 1.0

    def agrees(self, other: Quantity) -> bool:
        """Whether both statements can be true of one thing: their intervals meet, in the same dimension."""
        if self.dimension != other.dimension:
            return False
        (low, high), (other_low, other_high) = self.base_interval, other.base_interval
        slack = 1e-9 * max(abs(high), abs(other_high), 1.0)
        return low <= other_high + slack and other_low <= high + slack

    @property
    def dimension(self) -> str:
        """What may be compared with what: money only within a currency."""
        return self.kind if self.unit is None else compared_as(self.unit)

    @property
    def factor(self) -> float:
        """The factor to the base unit."""
        return 1.0 if self.unit is None else self.unit.factor

    @property
    def base_interval(self) -> tuple[float, float]:
        """The interval in the dimension's base unit."""
        return self.in_base(self.low), self.in_base(self.high)

    def in_base(self, value: float) -> float:
        """A value of this quantity's unit in the dimension's base unit."""
        return value if self.unit is None else value * self.unit.factor + self.unit.offset


def find_quantities(text: str | Folded, language: str = "und") -> list[Quantity]:
    """Find the quantities of a folded text, in order; also years, ordinals and identifiers, told by `kind`.

    A `Folded` knows the capital letters that tell some dates (3 May) from other words, which its `.text` does not.
    """
    return list(_found_in(text, language))


# A sentence is asked for its quantities by who looks for answers, who parts it into clauses and who checks a claim.
@lru_cache(maxsize=2_000)  # some 500 bytes each: 1 MB
def _found_in(text: str | Folded, language: str) -> tuple[Quantity, ...]:
    folded, text = (None, text) if isinstance(text, str) else (text, text.text)
    tokens = tokenise(text, language)
    numbers = find_numbers(tokens, language)
    if language == "ar" and (pairs := duals_in(tokens)):
        numbers = sorted([*numbers, *pairs], key=lambda number: number.start)
    if not numbers:
        return ()
    taken = _taken(text, numbers, folded)
    found: list[Quantity] = []
    for at, number in enumerate(numbers):
        # The hundred of "في المئة" belongs to the unit of the number before.
        if not found or number.start >= found[-1].end:
            following = numbers[at + 1].start if at + 1 < len(numbers) else len(text) + 2
            quantity = _quantity(text, number, language, taken, following)
            if found and (longer := _and_a_half(text, found[-1], number)):
                found[-1] = longer
            else:
                found.append(quantity)
    return tuple(_ranges(text, found, language))


def quantities_of(folded: Folded, language: str = "und") -> list[Quantity]:
    """The quantities of a text that was folded already; offsets are of the folded text."""
    return find_quantities(folded, language)


# ---------------------------------------------------------------- where numbers are


_TELEPHONE = re.compile(
    r"\+\d[\d ()./-]{6,}\d|\(0\d+\)[\d -]{5,}\d|\b0\d(?:[ .-]\d\d){4}\b|\b0\d{1,4}[ -]\d{3,}[\d -]*\d"
)
_Place = tuple[int, int, str]


def _taken(text: str, numbers: Sequence[Number], folded: Folded | None) -> list[_Place]:
    """Places that are dates, times or telephone numbers, in order."""
    if not any(number.digits for number in numbers):
        return []
    phones = [(m.start(), m.end(), "identifier") for m in _TELEPHONE.finditer(text)]
    refolded = fold(text)
    dates: list[_Place] = []
    for start, end, (_, month, day, _) in written_dates(refolded if folded is None else folded):
        name = "date" if month or day else "year"
        if folded is None:
            dates.append((*refolded.span(start, end), name))
        else:
            first, last = folded.span(start, end)
            dates.append((folded.position(first), folded.position(last), name))
    return sorted([*phones, *dates, *((start, end, "time") for start, end in find_times(refolded))])


# ---------------------------------------------------------------- one quantity


def _quantity(text: str, number: Number, language: str, taken: Sequence[_Place], following: int) -> Quantity:
    start, end, unit, times = _with_unit(text, number, language)
    value, high = number.value * times, (number.value if number.high is None else number.high) * times
    if unit is not None and unit.dimension in words_of("negative", "dimensions"):
        minus, below = comparators.is_negative_before(text, start), comparators.is_negative_after(text, end)
        if minus is not None or below is not None:
            start, end = start if minus is None else minus, end if below is None else below
            value = high = -value
    before = comparator_before(text, start, language)
    after = comparator_after(text, end, language, following) if before is None else None
    comparator = before[0] if before else after[0] if after else None
    kind = _kind(text, number, unit, comparator, taken, language)
    if kind in _PLACED:
        low = high = number.value
        return Quantity(
            number.start, number.end, number.start, number.end, low, low, high, None, None, kind, number.weak
        )
    if number.kind == "collective" and comparator is None:
        comparator = "about"
    exact = number.high is not None or number.kind not in {"cardinal", "dual"}
    low, high = comparators.interval(value, high, comparator, exact=exact)
    return Quantity(
        start=before[1] if before else start,
        end=after[1] if after else end,
        number_start=number.start,
        number_end=number.end,
        value=value,
        low=low,
        high=high,
        comparator=comparator,
        unit=unit,
        kind=kind,
        weak=_is_weak(text, number, unit, comparator),
        vague=number.kind == "vague",
        scale=number.scale,
    )


_AND = re.compile(r" (?:and a|et|e|و) ")


def _and_a_half(text: str, last: Quantity, number: Number) -> Quantity | None:
    """A quantity with the half behind its unit: an hour and a half, une heure et demie, ساعة ونصف."""
    if number.kind != "fraction" or number.value != 0.5 or last.unit is None or last.comparator == "range":
        return None
    joined = text[last.end : number.start] == " " and text[number.start] == "و"
    if not joined and not _AND.fullmatch(text, last.end, number.start):
        return None
    value = last.value + 0.5
    low, high = comparators.interval(value, value, last.comparator, exact=False)
    return replace(last, end=number.end, value=value, low=low, high=high, weak=False)


def _is_weak(text: str, number: Number, unit: Unit | None, comparator: str | None) -> bool:
    """Whether a word is more likely no number here; one percent, at least one and شش نفر are."""
    if comparator == "less_than" and number.value == 0:
        return True  # تحت الصفر, of a temperature that stands elsewhere
    if not number.weak or comparator not in {None, "about", "up_to"}:
        return False
    if number.value == 1:
        return unit is None or unit.dimension not in {"percent", "money"}
    return unit is None and not is_counting(text, number)


def _with_unit(text: str, number: Number, language: str) -> tuple[int, int, Unit | None, float]:
    """Where a number with its unit begins and ends, the unit, and what the unit's word multiplies it by."""
    start, end = number.start, number.end
    if number.kind == "dual":
        noun = dual_nouns()[text[start:end]]
        unit = unit_named(noun) or unit_named(noun[:-1] + "ه")
        longer = unit_after(text, start - 1, language) if unit else None
        return start, end, longer.unit if longer and longer.at > end else unit, 1.0
    if number.kind == "ordinal":
        return start, end, None, 1.0
    sign = unit_before(text, start)
    after = unit_after(text, end, language, scale=number.scale)
    if sign is None and after is None and number.weak and language == "ar":
        sign = unit_noun_before(text, start, language)
    if after is not None and (sign is None or after.unit.dimension == sign.unit.dimension):
        return sign.at if sign else start, after.at, (sign or after).unit, after.times
    return (sign.at, end, sign.unit, 1.0) if sign else (start, end, None, 1.0)


def _kind(
    text: str,
    number: Number,
    unit: Unit | None,
    comparator: str | None,
    taken: Sequence[_Place],
    language: str,
) -> str:
    # Places are short and hardly overlap: only the last few that begin before the number can hold it.
    at = bisect_right(taken, number.start, key=itemgetter(0))
    for _, end, name in taken[max(0, at - 4) : at]:
        if number.end <= end and name != "year":
            return name
    if number.kind == "ordinal":
        if is_according(text, number):
            return "identifier"
        if is_age_in_order(text, number):
            return "age"
        return "date" if is_weekday(text, number) else "ordinal"
    if (unit is None or unit.name == "year") and is_age(text, number):
        return "age"
    if unit is not None:
        return unit.dimension
    if number.kind == "fraction":
        return number.kind
    if number.digits:
        return kind_of_digits(text, number, comparator, language)
    return kind_of_words(text, number)


# ---------------------------------------------------------------- ranges

_MIDDLE = re.compile(r"\s?-\s?|\s([^\W\d_]+)(?:\s([^\W\d_]+)(?=\s))?\s?")
_NO_END = NO_QUANTITY - {"age", "score"}


def _ranges(text: str, found: list[Quantity], language: str) -> list[Quantity]:
    """Join the ends of ranges: between 10 and 15, 10-15, از ۱۰ تا ۱۵; a pair like 3-2 is a score."""
    result: list[Quantity] = []
    for quantity in found:
        last = result[-1] if result else None
        gap = _gap(text, last, quantity) if last is not None else None
        if last is None or gap is None:
            result.append(quantity)
            continue
        if gap in words_of("ranges", "successors"):
            result[-1:] = [_before_change(text, last, quantity), quantity]
            continue
        if _is_change(text, last):
            result[-1:] = [_with_unit_of(last, quantity), quantity]
            continue
        joined = _joined(text, last, quantity, gap, language)
        if joined is not None:
            result[-1] = joined
        elif gap == "-" and quantity.unit is None and quantity.value < 100 and last.value < 100:
            result[-1] = replace(last, kind="score", comparator=None)
            result.append(replace(quantity, kind="score", comparator=None))
        else:
            result.append(quantity)
    return result


def _gap(text: str, last: Quantity, quantity: Quantity) -> str | None:
    """The word or dash between two quantities that may be the ends of a range."""
    if last.kind in _NO_END or quantity.number_start < last.end or last.comparator == "range":
        return None
    if last.unit is not None and quantity.kind != last.kind and not (quantity.unit is None and _signed(last)):
        return None
    # The sign of a currency, or a comparator, may stand before the second number: $2 to $3.
    middle = _MIDDLE.fullmatch(text, last.end, quantity.number_start) or _MIDDLE.fullmatch(
        text, last.end, quantity.start
    )
    if middle is None or (middle[2] and middle[2] not in words_of("ranges", "articles")):
        return None
    word = bare(middle[1] or "-")
    known = word == "-" or word in words_of("ranges", "middle") or word in words_of("ranges", "successors")
    return word if known else None


def _signed(quantity: Quantity) -> bool:
    """Whether its unit is a sign before the number, which holds for both ends of a range."""
    return quantity.end == quantity.number_end


@cache
def _strong(language: str) -> frozenset[str]:
    """What joins the ends of a range without an opening word."""
    listed = load_toml("comparators.toml")["ranges"]["strong_in"].get(language, [])
    return words_of("ranges", "strong") | frozenset(map(bare, map(fold_text, listed)))


def _joined(text: str, last: Quantity, quantity: Quantity, gap: str, language: str) -> Quantity | None:
    words = text[max(0, last.start - 60) : last.start].split()
    if words and words[-1] in words_of("ranges", "articles"):
        words.pop()
    both = words_of("ranges", "between" if gap in words_of("ranges", "and") else "open")
    opened = bool(words) and bare(words[-1]) in both
    if quantity.value <= last.value or quantity.kind in _NO_END:
        return None
    if not (opened or gap == "-" or gap in _strong(language)):
        return None
    low = last.value
    if last.scale == 1 and low * quantity.scale < quantity.value:
        low *= quantity.scale
    elided = _TAIL.search(text, quantity.number_start, quantity.number_end)
    if elided and quantity.scale == 1 and 1 < low < 1000 and low * 1000 < quantity.value and (gap == "-" or low >= 10):
        low *= 1000  # 10-15,000
    start = last.start - (len(words[-1]) + 1 if opened else 0)
    unit, kind = (quantity.unit, quantity.kind) if quantity.unit else (last.unit, last.kind)
    kind = "age" if "age" in {last.kind, quantity.kind} else kind
    return replace(
        quantity,
        start=max(start, 0),
        number_start=last.number_start,
        low=low,
        high=quantity.value,
        comparator="range",
        unit=unit,
        kind=kind,
        weak=False,
    )


def _is_change(text: str, last: Quantity) -> bool:
    """Whether a word of change stands before "from": from 10 to 15 is then a value and its successor."""
    words = text[max(0, last.start - 60) : last.start].split()
    if not words or bare(words[-1]) not in words_of("ranges", "change_open"):
        return False
    return any(bare(word).strip(",.") in words_of("ranges", "changes") for word in words[-6:-1])


def _before_change(text: str, last: Quantity, quantity: Quantity) -> Quantity:
    """The first of two values that followed each other; "passou de 30" alone is more than 30, "para 45" makes it 30."""
    last = _with_unit_of(last, quantity)
    if last.comparator != "more_than" or not text[last.start : last.number_start].endswith(" de "):
        return last
    low, high = comparators.interval(last.value, last.value, None, exact=False)
    return replace(last, start=last.number_start, comparator=None, low=low, high=high)


def _with_unit_of(last: Quantity, quantity: Quantity) -> Quantity:
    """The first of two values with the unit and scale that stand behind the second alone: 19 para 11,8 milhões."""
    if last.kind != "count":
        return last
    if last.scale == 1 < quantity.scale and last.value < 1000 and last.value * 100 > quantity.value / quantity.scale:
        value = last.value * quantity.scale
        low, high = comparators.interval(value, value, last.comparator, exact=False)
        last = replace(last, value=value, low=low, high=high, scale=quantity.scale)
    if last.unit is not None or quantity.unit is None:
        return last
    return replace(last, unit=quantity.unit, kind=quantity.kind)


_TAIL = re.compile(r"\d\D000(?!\d)")
