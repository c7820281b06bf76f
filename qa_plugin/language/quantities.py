"""Quantities: a number with its comparator and unit, as the interval that the statement stands for.

What only looks like a quantity is told apart here: years, dates, times, telephone numbers, identifiers, scores,
numbers of a list, the 16 of F-16. All offsets are of the folded text that was searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.dates import find_dates, find_times
from qa_plugin.language.folding import Folded, bare, fold_text
from qa_plugin.language.numbers import Number, find_numbers
from qa_plugin.language.scripts import WITHOUT_BLANKS, script_of


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement: its canonical name, dimension, and factor to the dimension's base."""

    name: str
    dimension: str
    factor: float


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
    """`count`, the unit's dimension, `year`, `ordinal`, `fraction`, `identifier` or `score`."""
    weak: bool = False
    vague: bool = False
    scale: float = 1.0

    def agrees(self, other: Quantity) -> bool:
        """Whether both statements can be true of one thing: their intervals meet, in the same dimension."""
        if self.dimension != other.dimension:
            return False
        mine, theirs = self.factor, other.factor
        slack = 1e-9 * max(abs(self.high * mine), abs(other.high * theirs), 1.0)
        return self.low * mine <= other.high * theirs + slack and other.low * theirs <= self.high * mine + slack

    @property
    def dimension(self) -> str:
        """What may be compared with what: money only within a currency."""
        if self.unit is None:
            return self.kind
        return f"money {_base(self.unit)}" if self.unit.dimension == "money" else self.unit.dimension

    @property
    def factor(self) -> float:
        """The factor to the base unit."""
        return 1.0 if self.unit is None else self.unit.factor


def _base(unit: Unit) -> str:
    entry = load_toml("units.toml")["money"][unit.name]
    return str(entry.get("base", unit.name))


def _key(words: str) -> str:
    return " ".join(bare(fold_text(words)).split())


@cache
def _units() -> tuple[dict[str, Unit], int, frozenset[str]]:
    table = load_toml("units.toml")
    found: dict[str, Unit] = {}
    for dimension, units in table.items():
        if dimension in {"words", "ambiguous"}:
            continue
        for name, entry in units.items():
            unit = Unit(name, dimension, float(entry["factor"]))
            for form in entry["forms"]:
                found.setdefault(_key(form), unit)
    return found, max(len(f.split()) for f in found), frozenset(map(_key, table["words"]["skip"]))


def unit_named(words: str) -> Unit | None:
    """The unit that the folded words name, if they name one."""
    return _units()[0].get(bare(words))


@cache
def _comparators(language: str) -> tuple[dict[str, str], dict[str, str]]:
    table = load_toml("comparators.toml")
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for target, part in ((before, table["before"]), (after, table["after"])):
        for code in [language] if language in part else part:
            for name, forms in part[code].items():
                target.update({_key(form): name for form in forms})
    return before, after


@cache
def _not_quantities() -> tuple[frozenset[str], frozenset[str]]:
    table = load_toml("comparators.toml")["not_a_quantity"]
    return frozenset(map(_key, table["identifier_before"])), frozenset(map(_key, table["year_before"]))


_WORDS_BEFORE = re.compile(r"[^\s\d(){}\[\]\"«»:;!?|]+")
_UNIT_AFTER = re.compile(r"[ -]?([^\W\d_]+[.²³]?(?:['/ -][^\W\d_]+){0,3}|[%°$€£¥](?: ?[cf]\b)?|[^\W\d_]{1,2}[23²³])")
_SYMBOL_BEFORE = re.compile(r"((?:us|r|c|a)?\$|[€£¥])\s?$")
_SYMBOLS = {"us$": "us$", "$": "$", "r$": "r$", "c$": "c$", "a$": "a$", "€": "€", "£": "£", "¥": "¥"}


@cache
def _range_openers() -> frozenset[str]:
    return frozenset(map(_key, load_toml("comparators.toml")["ranges"]["open"]))


@cache
def _readings() -> dict[str, dict[str, str]]:
    return {_key(form): names for form, names in load_toml("units.toml")["ambiguous"].items()}


def _ambiguous(form: str, language: str) -> Unit | None:
    readings = _readings().get(form)
    if readings is None:
        return None
    table = load_toml("units.toml")
    name = readings.get(language) or next(iter(readings.values()))
    dimension = next(d for d, units in table.items() if name in units)
    return Unit(name, dimension, float(table[dimension][name]["factor"]))


def _unit_after(text: str, end: int, language: str) -> tuple[Unit, int] | None:
    forms, longest, skip = _units()
    match = _UNIT_AFTER.match(text, end)
    if match is None:
        return None
    words = [(m.group(), m.start(), m.end()) for m in re.finditer(r"[^\s]+", match.group(1))]
    if words and bare(words[0][0]) in skip:
        words = words[1:]
    for count in range(min(longest, len(words)), 0, -1):
        form = bare(" ".join(w for w, _, _ in words[:count]))
        for candidate in (form, form.split("-")[0], form.removesuffix(".")):
            unit = _ambiguous(candidate, language) or forms.get(candidate) or _units_without_prefix(candidate, forms)
            if unit is not None:
                stop = words[count - 1][2] - (len(form) - len(candidate))
                return unit, match.start(1) + stop
    return None


def _units_without_prefix(form: str, forms: dict[str, Unit]) -> Unit | None:
    """The unit behind an elided word, as in d'euros and l'heure."""
    return forms.get(form.partition("'")[2]) if form[1:2] == "'" else None


def _comparator_before(text: str, start: int, language: str) -> tuple[str, int] | None:
    before, _ = _comparators(language)
    head = text[max(0, start - 48) : start]
    words = [(m.group(), m.start()) for m in _WORDS_BEFORE.finditer(head)]
    if words and head[words[-1][1] + len(words[-1][0]) :].strip(" (") not in {""}:
        return None
    words = words[-4:]
    for first in range(len(words)):
        form = bare(" ".join(w for w, _ in words[first:])).strip(",.")
        name = before.get(form) or before.get(form.removeprefix("و")) or before.get(form.rpartition("'")[2] or form)
        if name is not None:
            return name, start - len(head) + words[first][1]
    return None


def _comparator_after(text: str, end: int, language: str) -> tuple[str, int] | None:
    _, after = _comparators(language)
    if text.startswith("+", end):
        return "at_least", end + 1
    words = [(m.group(), m.end()) for m in re.finditer(r"[^\s,.;:!?()]+", text[end : end + 32])][:3]
    for count in range(len(words), 0, -1):
        form = bare(" ".join(w for w, _ in words[:count]))
        if form in after and text[end : end + 1] == " ":
            return after[form], end + words[count - 1][1]
    return None


def find_quantities(text: str, language: str = "und") -> list[Quantity]:
    """Find the quantities of a folded text, in order; also years, ordinals and identifiers, told by `kind`."""
    numbers = find_numbers(text, language)
    if not numbers:
        return []
    taken = _taken(text, numbers)
    found: list[Quantity] = []
    for number in numbers:
        # The hundred of "في المئة" belongs to the unit of the number before.
        if not found or number.start >= found[-1].end:
            found.append(_quantity(text, number, language, taken))
    return _ranges(text, found)


_TELEPHONE = re.compile(r"\+\d[\d ()./-]{6,}\d|\(0\d+\)[\d -]{5,}\d|\b0\d{1,4}[ -]\d{3,}[\d -]*\d")


def _taken(text: str, numbers: Sequence[Number]) -> list[tuple[int, int, str]]:
    """Places that are dates or times, in order."""
    if not any(number.digits for number in numbers):
        return []
    phones = [(m.start(), m.end(), "identifier") for m in _TELEPHONE.finditer(text)]
    dates = [(d.start, d.end, "date" if d.month or d.day else "year") for d in find_dates(text)]
    return sorted([*phones, *dates, *((start, end, "time") for start, end in find_times(text))])


def _quantity(text: str, number: Number, language: str, taken: Sequence[tuple[int, int, str]]) -> Quantity:
    unit_after = _unit_after(text, number.end, language) if number.kind not in {"ordinal"} else None
    start, end, unit = number.start, number.end, None
    symbol = _SYMBOL_BEFORE.search(text[max(0, number.start - 4) : number.start])
    if symbol:
        unit = _units()[0][_SYMBOLS[symbol.group(1)]]
        start = number.start - len(symbol.group(0))
    if unit_after and not (unit and unit_after[0].dimension != "money"):
        unit = unit or unit_after[0]
        end = unit_after[1]
    before = _comparator_before(text, start, language)
    after = _comparator_after(text, end, language) if before is None else None
    comparator = before[0] if before else after[0] if after else None
    if number.kind == "collective" and comparator is None:
        comparator = "about"
    kind = _kind(text, number, unit, comparator, taken)
    if kind in {"year", "identifier", "date", "time"}:
        comparator, before, after, unit, start, end = None, None, None, None, number.start, number.end
    low, high = _interval(number, comparator)
    return Quantity(
        before[1] if before else start,
        after[1] if after else end,
        number.start,
        number.end,
        number.value,
        low,
        high,
        comparator,
        unit,
        kind,
        number.weak,
        number.kind == "vague",
        number.scale,
    )


def _interval(number: Number, comparator: str | None) -> tuple[float, float]:
    low, high = number.value, number.high if number.high is not None else number.value
    if comparator is not None:
        factors = load_toml("comparators.toml")["intervals"][comparator]
        return low * factors["low"], max(high, high * factors["high"]) if high > low else high * factors["high"]
    if number.high is None and number.kind == "cardinal":
        half = _rounding(number.value) / 2
        return low - half, high + half
    return low, high


def _rounding(value: float) -> float:
    """The step to which a bare round number is rounded: 1,000 for 50,000, 100 for 1,300; none below 100."""
    if value < 100 or value != int(value):
        return 0.0
    digits = str(int(value))
    zeros = len(digits) - len(digits.rstrip("0"))
    return 0.0 if zeros < 2 else float(10 ** min(zeros, len(digits) - 1)) * (0.1 if zeros >= len(digits) - 1 else 1.0)


def _kind(
    text: str,
    number: Number,
    unit: Unit | None,
    comparator: str | None,
    taken: Sequence[tuple[int, int, str]],
) -> str:
    for start, end, name in taken:
        if start <= number.start and number.end <= end and name != "year":
            return name
    if number.kind in {"ordinal", "fraction"}:
        return unit.dimension if unit and number.kind == "fraction" else number.kind
    if unit is not None:
        age = unit.name == "year" and _age(text, number)
        return "age" if age else unit.dimension
    if _age(text, number):
        return "age"
    if number.digits:
        return _kind_of_digits(text, number, comparator)
    return "count"


_AGE_AFTER = re.compile(
    r"[ -](?:years?|anos?|ans|عاما|سنة|سال)[ -]?(?:old|of age|de idade|d'age|من العمر|ه\b|سن)|-year-old|ساله"
)
_AGE_BEFORE = re.compile(
    r"(?:aged|age[d]? of|idade de|age de|ages de|agee? de|البالغ|البالغه|عمره|عمرها)\s*(?:من العمر )?$"
)


def _age(text: str, number: Number) -> bool:
    return bool(
        _AGE_AFTER.match(bare(text[number.end : number.end + 24]))
        or _AGE_BEFORE.search(bare(text[max(0, number.start - 20) : number.start]))
    )


def _touches(letter: str) -> bool:
    """Whether a letter next to digits belongs to them; where no blanks are written, it is the next word's."""
    return letter.isalpha() and script_of(letter) not in WITHOUT_BLANKS


def _kind_of_digits(text: str, number: Number, comparator: str | None) -> str:
    before, after = text[: number.start][-16:], text[number.end : number.end + 1]
    identifiers, years = _not_quantities()
    if _touches(before[-1:]) or (before[-1:] in {"-", "/", "_", "#", "@"} and before[-2:-1].isalpha()):
        return "identifier"
    if _touches(after) or after in {"_", "@"}:
        return "identifier"
    word = bare(before.split()[-1]).rstrip(".:") if before.split() else ""
    if word in identifiers and number.bare_digits:
        return "identifier"
    if number.bare_digits and (number.end - number.start >= 7 or text[number.start] == "0") and number.value:
        return "identifier"
    if before[-1:] == "+":
        return "identifier"
    if number.bare_digits and comparator is None and number.end - number.start == 4:
        western, jalali = 1500 <= number.value <= 2100, 1300 <= number.value <= 1450
        if western or (jalali and word in years):
            return "year"
    if re.match(r"[.)]\s", text[number.end : number.end + 2]) and (
        not before.strip(" ") or before.rstrip(" ")[-1:] == "\n"
    ):
        return "identifier"
    return "count"


_RANGE_MIDDLE = re.compile(r"\s?-\s?|\s(?:and|to|e|a|et|à|الی|و|تا)\s")


def _ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Join the ends of ranges: between 10 and 15, 10-15, از ۱۰ تا ۱۵; a pair like 3-2 is a score."""
    opens = _range_openers()
    result: list[Quantity] = []
    for quantity in found:
        last = result[-1] if result else None
        if (
            last is None
            or last.kind in {"year", "date", "time", "identifier", "ordinal"}
            or (quantity.kind != last.kind and last.unit)
        ):
            result.append(quantity)
            continue
        gap = text[last.end : quantity.number_start] if quantity.number_start >= last.end else "."
        middle = _RANGE_MIDDLE.fullmatch(gap)
        words = text[: last.start].split()[-1:] if middle else []
        opened = bool(words) and bare(words[0]) in opens
        dash = bool(middle) and gap.strip() == "-"
        if (
            middle
            and quantity.value > last.value
            and (opened or dash or gap.strip() in {"to", "à", "الی", "تا"})
            and quantity.kind not in {"year", "date", "time", "identifier"}
        ):
            start = last.start - (len(words[0]) + 1 if opened else 0)
            low = last.value * (
                quantity.scale if last.scale == 1 and last.value * quantity.scale < quantity.value else 1
            )
            result[-1] = replace(
                quantity,
                start=max(start, 0),
                number_start=last.number_start,
                value=quantity.value,
                low=low,
                high=quantity.value,
                comparator="range",
            )
        elif dash and quantity.unit is None and quantity.value < 100 and last.value < 100:
            result[-1] = replace(last, kind="score")
            result.append(replace(quantity, kind="score"))
        else:
            result.append(quantity)
    return result


def quantities_of(folded: Folded, language: str = "und") -> list[Quantity]:
    """The quantities of a text that was folded already; offsets are of the folded text."""
    return find_quantities(folded.text, language)
