"""The numbers of a claim against those of its quotes: value, comparator and unit must go together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language.comparators import words_of
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.language.terms import stop_words

_SAME = 1e-9
_PRECISE = 2e-15
_CONVERTED = 0.012
"""How far a value may be off that was converted to another unit: figures of such are rounded."""
_NO_QUANTITIES = frozenset({"year", "date", "time", "identifier", "score", "ordinal"})
_RATIOS = frozenset({"percent", "fraction"})
_YEARS = frozenset({"year", "year_old"})
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
    expected: bool = False
    """Whether its comparator compares something else with it: above the 180 million that was expected."""
    money: frozenset[str] = frozenset()
    """The currencies that its word for money may mean, where the word says nothing of the country: rials."""


@lru_cache(maxsize=512)
def stated_in(folded: str, language: str) -> tuple[Stated, ...]:
    """The quantities of a folded text, with how they are meant."""
    return tuple(
        Stated(
            quantity,
            folded[quantity.number_start : quantity.number_end],
            _counts(folded, quantity, language),
            quantity.comparator == "range" and _opens_between(folded, quantity.start),
            _is_expected(folded, quantity, language),
            _may_be(folded, quantity, language),
        )
        for quantity in (_without_false_unit(q, folded, language) for q in find_quantities(folded, language))
    )


_TO_EXPECTED = 8
"""Words from a number to what tells that it was expected, at most."""


@cache
def _expected(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """What stands right before a number that was expected, and behind it."""
    row = load_toml("verification.toml")["expected"].get(language)
    if row is None:
        return None
    behind = rf"(?: [^\W\d_]+){{0,{_TO_EXPECTED}}}? (?:{row['behind']})(?!\w)"
    return re.compile(rf"(?<!\w)(?:{row['definite']})\s$"), re.compile(behind)


def _is_expected(folded: str, quantity: Quantity, language: str) -> bool:
    patterns = _expected(language)
    if patterns is None or quantity.comparator not in {"more_than", "less_than"}:
        return False
    definite, behind = patterns
    before = bare(folded[max(0, quantity.number_start - 8) : quantity.number_start])
    return definite.search(before) is not None and behind.match(bare(folded[quantity.number_end :])) is not None


@cache
def _currencies(language: str) -> dict[str, frozenset[str]]:
    """The currencies that a word for money may mean."""
    found: dict[str, frozenset[str]] = {}
    for family in load_toml("verification.toml")["currencies"].values():
        for word in family["words"] if family.get("language", language) == language else ():
            key = bare(fold_text(word))
            found[key] = found.get(key, frozenset()) | frozenset(family["may_be"])
    return found


def _may_be(folded: str, quantity: Quantity, language: str) -> frozenset[str]:
    if quantity.unit is None or quantity.unit.dimension != "money":
        return frozenset()
    words = [bare(word) for word in _WORD.findall(folded[quantity.number_end : quantity.end])]
    if words and any(words[0] in of for of in _of().values()):
        words = words[1:]
    return _currencies(language).get(words[0], frozenset()) if len(words) == 1 else frozenset()


def _without_false_unit(quantity: Quantity, folded: str, language: str) -> Quantity:
    """A quantity without what only looks like its unit: 41 segundo a polícia."""
    false = load_toml("verification.toml")["no_units"].get(language, ())
    if quantity.value == 1 or folded[quantity.number_end : quantity.end].strip() not in false:
        return quantity
    return replace(quantity, end=quantity.number_end, unit=None, kind="count")


_WORD = re.compile(r"[^\W\d_]+")
_NEXT_WORD = re.compile(r"[ -]?([^\W\d_]+)")
MILLION = 1e6
"""From here on a word for the scale stands between a number and what it counts."""


def _counts(folded: str, quantity: Quantity, language: str) -> bool:
    match = _NEXT_WORD.match(folded, quantity.end)
    if match is None:
        return False
    word = bare(match.group(1))
    of = _of().get(language)
    if of and quantity.scale >= MILLION and quantity.unit is None:
        return word in of  # 480 milhões de pessoas; without a "de" follows what is said of the sum
    return word not in stop_words(language)


@cache
def _of() -> dict[str, list[str]]:
    found: dict[str, list[str]] = load_toml("verification.toml")["counted_of"]
    return found


@cache
def _between_words() -> tuple[str, ...]:
    return tuple(bare(fold_text(word)) for word in load_toml("verification.toml")["between"]["words"])


def _opens_between(folded: str, start: int) -> bool:
    around = bare(folded[max(0, start - 9) : start + 9])
    return any(re.search(rf"(?<!\w)[وف]?{word}(?!\w)", around) for word in _between_words())


@cache
def carried_comparators() -> dict[str, frozenset[str]]:
    """What a claim may put to a value, by what the quote puts to it; "none" where nothing is put."""
    return {name: frozenset(others) for name, others in load_toml("verification.toml")["carries"].items()}


def compares(claimed: Quantity, known: Quantity) -> bool:
    """Whether a claim may put to a value what it does, by what the quote puts to it."""
    return (claimed.comparator or "none") in carried_comparators().get(known.comparator or "none", ())


# ---------------------------------------------------------------- one statement and one claim


def supports(stated: Stated, claimed: Stated) -> bool:
    """Whether a stated quantity carries a claimed one: by value, in a unit that goes with it, and no vaguer."""
    known, said = stated.quantity, claimed.quantity
    if not _NO_QUANTITIES.isdisjoint({said.kind, known.kind}):
        # The same digits, taken for a year here and a count there; but no more than the digits.
        plain = said.comparator is None and known.comparator in {None, "about"} and not known.vague
        plain = plain and known.unit is said.unit is None
        return plain and same(known.value, said.value)
    factor = _factor(stated, claimed)
    if factor is None:
        return False
    if said.vague:
        return known.low * factor <= said.high and said.low <= known.high * factor
    if known.vague:
        return False
    if said.comparator == "range":
        return (
            known.comparator == "range" and same(known.low * factor, said.low) and same(known.high * factor, said.high)
        )
    if known.comparator == "range":
        return _end_of_range(stated, claimed, factor)
    slack = _PRECISE if factor == 1.0 else _CONVERTED
    if same(known.value * factor, said.value, slack):
        return (said.comparator or "none") in carried_comparators()[known.comparator or "none"]
    return (known.unit is None) == (said.unit is None) and _rounded(known.value * factor, known.comparator, said)


def same(first: float, second: float, slack: float = _PRECISE) -> bool:
    """Whether two values are one, but for what reckoning leaves over."""
    return abs(first - second) <= max(_SAME, slack * abs(first))


def _end_of_range(stated: Stated, claimed: Stated, factor: float) -> bool:
    """From 6.8 to 7.1 names both ends; between 10 and 15 says at least 10, and up to 15."""
    known, said = stated.quantity, claimed.quantity
    if said.comparator == "at_least":
        return same(known.low * factor, said.value)
    if said.comparator == "up_to":
        return same(known.high * factor, said.value)
    ends = said.comparator in {None, "about"} and not stated.between
    return ends and any(same(end * factor, said.value) for end in (known.low, known.high))


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
    if known.unit is None and known.kind == "age" and said.unit.name in _YEARS:
        return 1.0
    if known.unit is None:
        return 100.0 if known.kind == "fraction" and said.unit.name == "percent" else None
    if known.dimension != said.dimension and known.unit.name in claimed.money:
        return 1.0
    if known.dimension != said.dimension or (known.unit.name in _POINTS) != (said.unit.name in _POINTS):
        return None
    return known.unit.factor / said.unit.factor


def _counted_time(known: Quantity) -> bool:
    """Durations and ages: "12-hour talks", "aged 34", whose unit stands elsewhere in another language."""
    return known.kind in {"duration", "age"}


# ---------------------------------------------------------------- all of a claim


def unsupported(
    claim: str,
    language: str,
    stated: Sequence[Stated],
    elsewhere: Callable[[Stated, Sequence[Stated]], bool] | None = None,
) -> Stated | None:
    """The first number of a folded claim that no stated one carries; dates are left to those who know them.

    Args:
        claim: The claim.
        language: The language that it is written in.
        stated: The quantities of its quotes.
        elsewhere: Whether a quantity of the claim, of them all, is told in other words; asked where none carries it.
    """
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
        if not carried and not (elsewhere and elsewhere(claimed, claims)):
            return claimed
    return None


def _other_end_too(known: Stated, claimed: Stated, values: Set[float]) -> bool:
    """Whether a claim names both ends of a range of which one says nothing alone."""
    quantity = known.quantity
    ends = {quantity.low, quantity.high}
    return known.between and ends <= values and supports(replace(known, between=False), claimed)


def _is_other_word(claimed: Stated, language: str) -> bool:
    """Whether a number word is more likely something else: an article, a no, a half of a match, by whom it is said."""
    quantity = claimed.quantity
    if quantity.kind == "identifier" and claimed.words in words_of("not_a_quantity", "according"):
        return True
    if quantity.weak:
        alone = quantity.comparator is None and quantity.unit is None
        return alone and (quantity.value <= 1 or bare(claimed.words) in stop_words(language))
    half = quantity.kind == "fraction" and quantity.value == 0.5 and not claimed.words[:1].isdecimal()
    return half and quantity.comparator in {None, "exactly"}


def _contradicts(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether the quotes number things otherwise; an ordinal that nothing answers is often another word."""
    value = claimed.quantity.value
    others = [s.quantity for s in stated if s.quantity.kind == "ordinal"]
    return value > 2 and bool(others) and not any(same(s.quantity.value, value) for s in stated)
