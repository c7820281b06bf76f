"""The numbers of a claim against those of its quotes: value, comparator and unit must go together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.language.terms import stop_words

_SAME = 1e-9
_PRECISE = 2e-15
_CONVERTED = 0.012
"""How far a value may be off that was converted to another unit: figures of such are rounded."""
_NO_QUANTITIES = frozenset({"year", "date", "time", "identifier", "score", "ordinal"})
_RATIOS = frozenset({"percent", "fraction"})
_POINTS = frozenset({"percentage_point", "basis_point"})


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity with what of its text tells how it is meant."""

    quantity: Quantity
    words: str
    """The number's own words."""
    counts: bool
    """Whether a word follows that says what is counted."""
    between: bool
    """Whether it is a range whose ends say nothing alone."""


@lru_cache(maxsize=512)
def stated_in(folded: str, language: str) -> tuple[Stated, ...]:
    """The quantities of a folded text, with how they are meant."""
    return tuple(
        Stated(
            quantity,
            folded[quantity.number_start : quantity.number_end],
            _counts(folded, quantity.end, language),
            quantity.comparator == "range" and _opens_between(folded, quantity.start),
        )
        for quantity in (_without_false_unit(q, folded, language) for q in find_quantities(folded, language))
    )


def _without_false_unit(quantity: Quantity, folded: str, language: str) -> Quantity:
    """A quantity without what only looks like its unit: 41 segundo a polícia."""
    false = load_toml("verification.toml")["no_units"].get(language, ())
    if quantity.value == 1 or folded[quantity.number_end : quantity.end].strip() not in false:
        return quantity
    return replace(quantity, end=quantity.number_end, unit=None, kind="count")


_NEXT_WORD = re.compile(r"[ -]?([^\W\d_]+)")


def _counts(folded: str, end: int, language: str) -> bool:
    match = _NEXT_WORD.match(folded, end)
    return match is not None and bare(match.group(1)) not in stop_words(language)


@cache
def _between_words() -> tuple[str, ...]:
    return tuple(bare(fold_text(word)) for word in load_toml("verification.toml")["between"]["words"])


def _opens_between(folded: str, start: int) -> bool:
    around = bare(folded[max(0, start - 9) : start + 9])
    return any(re.search(rf"(?<!\w)[وف]?{word}(?!\w)", around) for word in _between_words())


@cache
def _carried_comparators() -> dict[str, frozenset[str]]:
    return {name: frozenset(others) for name, others in load_toml("verification.toml")["carries"].items()}


# ---------------------------------------------------------------- one statement and one claim


def supports(stated: Stated, claimed: Stated) -> bool:
    """Whether a stated quantity carries a claimed one: by value, in a unit that goes with it, and no vaguer."""
    known, said = stated.quantity, claimed.quantity
    if not _NO_QUANTITIES.isdisjoint({said.kind, known.kind}):
        # The same digits, taken for a year here and a count there; but no more than the digits.
        plain = said.comparator is None and known.comparator in {None, "about"} and not known.vague
        plain = plain and known.unit is said.unit is None
        return plain and _same(known.value, said.value)
    factor = _factor(stated, claimed)
    if factor is None:
        return False
    if said.vague:
        return known.low * factor <= said.high and said.low <= known.high * factor
    if known.vague:
        return False
    if said.comparator == "range":
        return (
            known.comparator == "range"
            and _same(known.low * factor, said.low)
            and _same(known.high * factor, said.high)
        )
    if known.comparator == "range":
        return _end_of_range(stated, claimed, factor)
    slack = _PRECISE if factor == 1.0 else _CONVERTED
    if _same(known.value * factor, said.value, slack):
        return (said.comparator or "none") in _carried_comparators()[known.comparator or "none"]
    return (known.unit is None) == (said.unit is None) and _rounded(known.value * factor, known.comparator, said)


def _same(first: float, second: float, slack: float = _PRECISE) -> bool:
    return abs(first - second) <= max(_SAME, slack * abs(first))


def _end_of_range(stated: Stated, claimed: Stated, factor: float) -> bool:
    """From 6.8 to 7.1 names both ends; between 10 and 15 says at least 10, and up to 15."""
    known, said = stated.quantity, claimed.quantity
    if said.comparator == "at_least":
        return _same(known.low * factor, said.value)
    if said.comparator == "up_to":
        return _same(known.high * factor, said.value)
    ends = said.comparator in {None, "about"} and not stated.between
    return ends and any(_same(end * factor, said.value) for end in (known.low, known.high))


def _rounded(value: float, comparator: str | None, said: Quantity) -> bool:
    """Whether a claim rounds a plain number and says so: "about 4,500" of 4,512, "nearly 5,000" of 4,970."""
    if comparator is not None or said.comparator not in {"about", "nearly", "more_than"} or value < 20:
        return False
    step = _step(said.value)
    if step <= _step(value) or abs(value - said.value) > step / 2:
        return False
    return {"about": True, "nearly": value < said.value, "more_than": value > said.value}[said.comparator]


def _step(value: float) -> float:
    """The place of the last digit that is not 0."""
    digits = f"{value:.6f}".rstrip("0")
    if not digits.endswith("."):
        return float(10 ** -len(digits.partition(".")[2]))
    whole = digits[:-1]
    return float(10 ** (len(whole) - len(whole.rstrip("0"))))


def _factor(stated: Stated, claimed: Stated) -> float | None:
    """What the stated value is multiplied by to stand in the claim's unit; None where the units do not go together."""
    known, said = stated.quantity, claimed.quantity
    if known.unit is None and said.unit is None:
        return 100.0 if {known.kind, said.kind} == {"percent", "fraction"} else 1.0
    if said.unit is None:
        if said.kind == "fraction" and known.kind == "percent":
            return 0.01
        # "480 million" may leave out what it counts, "480 million people" are no euros.
        return None if claimed.counts and not _counted_time(known) else 1.0
    if known.unit is None:
        return 100.0 if known.kind == "fraction" and said.unit.name == "percent" else None
    if known.dimension != said.dimension or (known.unit.name in _POINTS) != (said.unit.name in _POINTS):
        return None
    return known.unit.factor / said.unit.factor


def _counted_time(known: Quantity) -> bool:
    """Durations and ages: "12-hour talks", "aged 34", whose unit stands elsewhere in another language."""
    return known.kind in {"duration", "age"}


# ---------------------------------------------------------------- all of a claim


def unsupported(claim: str, language: str, stated: Sequence[Stated]) -> Stated | None:
    """The first number of a folded claim that no stated one carries; dates are left to those who know them."""
    claims = stated_in(claim, language)
    values = {one.quantity.value for one in claims}
    for claimed in claims:
        quantity = claimed.quantity
        if quantity.kind == "date" or _is_other_word(claimed, language):
            continue
        if quantity.kind == "ordinal":
            if _contradicts(claimed, stated):
                return claimed
            continue
        carried = any(supports(known, claimed) or _other_end_too(known, claimed, values) for known in stated)
        if not carried and not _unit_left_out(claimed, stated):
            return claimed
    return None


def _other_end_too(known: Stated, claimed: Stated, values: Set[float]) -> bool:
    """Whether a claim names both ends of a range of which one says nothing alone."""
    quantity = known.quantity
    ends = {quantity.low, quantity.high}
    return known.between and ends <= values and supports(replace(known, between=False), claimed)


def _is_other_word(claimed: Stated, language: str) -> bool:
    """Whether a number word is more likely something else: an article, a no, a half of a match."""
    quantity = claimed.quantity
    if quantity.weak:
        alone = quantity.comparator is None and quantity.unit is None
        return alone and (quantity.value <= 1 or bare(claimed.words) in stop_words(language))
    return quantity.kind == "fraction" and quantity.value == 0.5 and not claimed.words[:1].isdecimal()


def _contradicts(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether the quotes number things otherwise; an ordinal that nothing answers is often another word."""
    value = claimed.quantity.value
    others = [s.quantity for s in stated if s.quantity.kind == "ordinal"]
    return value > 2 and bool(others) and not any(_same(s.quantity.value, value) for s in stated)


_PAIR_GAP = 8
"""Characters between the two numbers of "to 4.75% from 4.25"."""


def _unit_left_out(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether the quotes state the value without its unit, next to another with it: "to 4.75% from 4.25"."""
    unit = claimed.quantity.unit
    if unit is None:
        return False
    pairs = [*itertools.pairwise(stated), *zip(stated[1:], stated, strict=False)]
    return any(
        with_unit.quantity.unit is not None
        and with_unit.quantity.unit.name == unit.name
        and without.quantity.unit is None
        and without.quantity.kind == "count"
        and not without.counts
        and without.quantity.comparator is None
        and _stand_together(without.quantity, with_unit.quantity)
        and _same(without.quantity.value, claimed.quantity.value)
        and (claimed.quantity.comparator or "none")
        in _carried_comparators().get(without.quantity.comparator or "none", ())
        for without, with_unit in pairs
    )


def _stand_together(one: Quantity, other: Quantity) -> bool:
    first, second = sorted((one, other), key=lambda q: q.start)
    return 0 <= second.start - first.end <= _PAIR_GAP
