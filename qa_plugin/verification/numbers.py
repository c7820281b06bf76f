"""The numbers of a claim against those of its quotes: value, comparator and unit must go together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence, Set
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
            _may_be(folded, quantity),
        )
        for quantity in (_without_false_unit(q, folded, language) for q in find_quantities(folded, language))
    )


@cache
def _currencies() -> dict[str, frozenset[str]]:
    """The currencies that a word for money may mean."""
    found: dict[str, frozenset[str]] = {}
    for family in load_toml("verification.toml")["currencies"].values():
        for word in family["words"]:
            key = bare(fold_text(word))
            found[key] = found.get(key, frozenset()) | frozenset(family["may_be"])
    return found


def _may_be(folded: str, quantity: Quantity) -> frozenset[str]:
    if quantity.unit is None or quantity.unit.dimension != "money":
        return frozenset()
    words = [bare(word) for word in _WORD.findall(folded[quantity.number_end : quantity.end])]
    if words and any(words[0] in of for of in _of().values()):
        words = words[1:]
    return _currencies().get(words[0], frozenset()) if len(words) == 1 else frozenset()


def _without_false_unit(quantity: Quantity, folded: str, language: str) -> Quantity:
    """A quantity without what only looks like its unit: 41 segundo a polícia."""
    false = load_toml("verification.toml")["no_units"].get(language, ())
    if quantity.value == 1 or folded[quantity.number_end : quantity.end].strip() not in false:
        return quantity
    return replace(quantity, end=quantity.number_end, unit=None, kind="count")


_WORD = re.compile(r"[^\W\d_]+")
_NEXT_WORD = re.compile(r"[ -]?([^\W\d_]+)")
_MILLION = 1e6


def _counts(folded: str, quantity: Quantity, language: str) -> bool:
    match = _NEXT_WORD.match(folded, quantity.end)
    if match is None:
        return False
    word = bare(match.group(1))
    of = _of().get(language)
    if of and quantity.scale >= _MILLION and quantity.unit is None:
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
    articles: Callable[[], Iterable[Sequence[Stated]]] = tuple,
) -> Stated | None:
    """The first number of a folded claim that no stated one carries; dates are left to those who know them.

    Args:
        claim: The claim.
        language: The language that it is written in.
        stated: The quantities of its quotes.
        articles: Those of each of their articles, asked for only where a quote leaves out a unit.
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
        carried = carried or _unit_left_out(claimed, stated) or _ends_years(claimed, claims, stated)
        if not carried and not _unit_in_article(claimed, stated, articles):
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
    return quantity.kind == "fraction" and quantity.value == 0.5 and not claimed.words[:1].isdecimal()


def _contradicts(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether the quotes number things otherwise; an ordinal that nothing answers is often another word."""
    value = claimed.quantity.value
    others = [s.quantity for s in stated if s.quantity.kind == "ordinal"]
    return value > 2 and bool(others) and not any(_same(s.quantity.value, value) for s in stated)


_PAIR_GAP = 8
"""Characters between the two numbers of "to 4.75% from 4.25"."""


def _unit_left_out(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether the quotes state the value without its unit, next to another with it: "to 4.75% from 4.25".

    A speed or a temperature is taken up again from further away: "we had 92 kilometres an hour; our limit is 80".
    """
    unit = claimed.quantity.unit
    if unit is None:
        return False
    far = unit.dimension in load_toml("verification.toml")["taken_up"]["dimensions"]
    pairs = [*itertools.pairwise(stated), *zip(stated[1:], stated, strict=False)]
    return any(
        with_unit.quantity.unit is not None
        and with_unit.quantity.unit.name == unit.name
        and without.quantity.unit is None
        and without.quantity.kind == "count"
        and not without.counts
        and without.quantity.comparator is None
        and (far or _stand_together(without.quantity, with_unit.quantity))
        and _same(without.quantity.value, claimed.quantity.value)
        and (claimed.quantity.comparator or "none")
        in _carried_comparators().get(without.quantity.comparator or "none", ())
        for without, with_unit in pairs
    )


def _ends_years(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
    """Whether a number is the second year of "from 2003 to 2006", and a year of the quotes."""
    said = claimed.quantity
    return (
        said.unit is None
        and said.comparator == "up_to"
        and any(one.quantity.kind == "year" and 0 <= said.start - one.quantity.end <= _PAIR_GAP for one in claims)
        and any(one.quantity.kind == "year" and _same(one.quantity.value, said.value) for one in stated)
    )


_REACH = 300
"""Characters back to the amount whose currency a later one leaves out: "of 400 million francs, 140 million for"."""


def _unit_in_article(
    claimed: Stated, stated: Sequence[Stated], articles: Callable[[], Iterable[Sequence[Stated]]]
) -> bool:
    """Whether the quotes leave out the currency of a sum that the article states: there, or of the sum before it."""
    said = claimed.quantity
    if said.unit is None or said.unit.dimension != "money":
        return False
    bare_ones = [
        known
        for known in stated
        if known.quantity.unit is None
        and known.quantity.scale >= _MILLION
        and not known.counts
        and _same(known.quantity.value, said.value)
        and (said.comparator or "none") in _carried_comparators().get(known.quantity.comparator or "none", ())
    ]
    return bool(bare_ones) and any(
        any(one.quantity.unit is not None and supports(one, claimed) for one in article)
        or any(_takes_up(known, claimed, article) for known in bare_ones)
        for article in articles()
    )


def _takes_up(known: Stated, claimed: Stated, article: Sequence[Stated]) -> bool:
    """Whether a sum without a currency stands in an article close behind one in the currency of the claim."""
    said = claimed.quantity
    for at, one in enumerate(article):
        if one.quantity.unit is None and _same(one.quantity.value, said.value):
            sums = [other.quantity for other in article[:at] if other.quantity.scale >= _MILLION]
            last = sums[-1] if sums else None
            near = last is not None and one.quantity.start - last.end <= _REACH
            if near and last is not None and last.unit is not None and last.unit == said.unit:
                return True
    return False


def _stand_together(one: Quantity, other: Quantity) -> bool:
    first, second = sorted((one, other), key=lambda q: q.start)
    return 0 <= second.start - first.end <= _PAIR_GAP
