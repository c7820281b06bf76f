"""Numbers of a claim that its quotes state in other words: without the unit, as hours and minutes, by an article.

A unit that a quote leaves out must stand beside the number, or in the article that the quote is cut from.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language import lexicon
from qa_plugin.language.comparators import comparator_after, comparator_before
from qa_plugin.language.folding import Folded, bare, fold_text
from qa_plugin.language.quantities import Quantity, unit_named
from qa_plugin.verification.dates import dated_in
from qa_plugin.verification.numbers import MILLION, Stated, carried_comparators, same, stated_in, supports
from qa_plugin.verification.views import WORD, TextView, language_of, sounds

_NAME_BEFORE = re.compile(r"([^\W\d_]{3,})-$")
_NAME_BEFORE_NUMBER = re.compile(r"([^\W\d_]{3,})[ -]?$")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What stands in the quotes of a claim, and in their articles, which are read only where it is needed."""

    claim: Folded
    language: str
    texts: Sequence[tuple[str, str]]
    """The folded quotes, with their languages."""
    stated: Sequence[Stated]
    articles: Callable[[], Iterable[TextView]]

    def carries(self, claimed: Stated, claims: Sequence[Stated]) -> bool:
        """Whether a quantity of a claim, of these, is told in other words than its own."""
        stated = self.stated
        return (
            self._is_dated(claimed)
            or _unit_left_out(claimed, stated)
            or _ends_years(claimed, claims, stated)
            or _known(claimed, stated)
            or _hours_and_minutes(claimed, claims, stated)
            or _generation(claimed, stated)
            or _and_a_half(claimed, claims, stated)
            or self._both_ends(claimed, claims)
            or any(supports(one, claimed) for one in self._read_otherwise(claimed))
            or _unit_in_article(claimed, stated, self._in_articles)
            or self._currency_of_article(claimed)
            or any(supports(one, claimed) for one in self._unnumbered(claimed))
            or self._in_a_name(claimed)
        )

    def _both_ends(self, claimed: Stated, claims: Sequence[Stated]) -> bool:
        """Whether "from 2.9 to 3.75 million" names two values that the quotes state apart; "between" says more."""
        said = claimed.quantity
        if said.comparator != "range" or claimed.between:
            return False
        ends = (replace(said, comparator=None, value=end, low=end, high=end) for end in (said.low, said.high))
        alone = (replace(claimed, quantity=end) for end in ends)
        return all(any(supports(known, end) for known in self.stated) or self.carries(end, claims) for end in alone)

    def _read_otherwise(self, claimed: Stated) -> Iterator[Stated]:
        """What the word behind a number may mean as well: ۱۷۰ تن, so many people or tonnes."""
        said = claimed.quantity
        for text, language in self.texts:
            for known in stated_in(text, language):
                quantity = known.quantity
                behind = _WORD_BEHIND.match(text, quantity.number_end)
                unit = unit_named(behind[1]) if behind is not None and quantity.unit is None else None
                if unit is not None and said.unit is not None and unit.name == said.unit.name == "tonne":
                    yield replace(known, quantity=replace(quantity, unit=unit, kind=unit.dimension))

    def _is_dated(self, claimed: Stated) -> bool:
        """Whether a year is among the dates of the claim, which are checked by the days that they name."""
        start, end = self.claim.span(claimed.quantity.start, claimed.quantity.end)
        dates = dated_in(self.claim.original, self.language, None)
        return claimed.quantity.kind == "year" and any(one.start <= start and end <= one.end for one in dates)

    def _in_a_name(self, claimed: Stated) -> bool:
        """Whether a number is a part of a name that an article has with it: Sepidar-2, سپیدار ۲."""
        said, text = claimed.quantity, self.claim.text
        word = _NAME_BEFORE.search(text, 0, said.start)
        if said.kind != "identifier" or word is None:
            return False
        keys = sounds(word[1], language_of(word[1], self.language))
        return any(
            one.quantity.value == said.value
            and (other := _NAME_BEFORE_NUMBER.search(view.folded.text, 0, one.quantity.start)) is not None
            and not keys.isdisjoint(sounds(other[1], language_of(other[1], view.language)))
            for view in self.articles()
            for one in stated_in(view.folded.text, view.language)
        )

    def _unnumbered(self, claimed: Stated) -> Iterator[Stated]:
        """Times that a quote names without their "one": قبل عام, a year ago; على الأقل يوم, at least one day."""
        said = claimed.quantity
        if said.value != 1 or said.unit is None or said.unit.dimension != "duration":
            return
        for text, language in self.texts:
            numbers = [one.quantity for one in stated_in(text, language)]
            for match in WORD.finditer(text):
                if bare(match.group()) not in _singular(said.unit.name) or text[match.end() + 1 :][:1].isdecimal():
                    continue
                if any(number.start <= match.start() < number.end for number in numbers):
                    continue
                before = comparator_before(text, match.start(), language)
                after = comparator_after(text, match.end(), language, len(text) + 2)
                comparator = before[0] if before else after[0] if after else None
                yield replace(claimed, quantity=replace(said, comparator=comparator), known=False)

    def _in_articles(self) -> Iterator[Sequence[Stated]]:
        return (stated_in(view.folded.text, view.language) for view in self.articles())

    def _currency_of_article(self, claimed: Stated) -> bool:
        """Whether a quote says "rials" alone, and its article whose: by another sum, or by the country it names."""
        said = claimed.quantity.unit
        if said is None or said.dimension != "money":
            return False
        for known in self.stated:
            if said.name not in known.money or claimed.money:
                continue
            if not supports(replace(known, quantity=replace(known.quantity, unit=said)), claimed):
                continue
            rivals = known.money - {said.name}
            if any(_uses(view, said.name) and not any(_uses(view, one) for one in rivals) for view in self.articles()):
                return True
        return False


_WORD_BEHIND = re.compile(r" ([^\W\d_]+)")


@cache
def _singular(unit: str) -> frozenset[str]:
    return frozenset(bare(fold_text(form)) for form in load_toml("verification.toml")["unnumbered"].get(unit, ()))


def _uses(view: TextView, currency: str) -> bool:
    """Whether an article names a currency with its country, or the country."""
    stated = stated_in(view.folded.text, view.language)
    if any(one.quantity.unit is not None and one.quantity.unit.name == currency and not one.money for one in stated):
        return True
    country = load_toml("verification.toml")["money_of"].get(currency)
    return country in {lexicon.concept_name(concept) for concept in view.own_concepts}


def _known(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether a claim sets something else against a value of the quotes: above the 180 million that was expected."""
    if not claimed.known:
        return False
    alone = replace(claimed.quantity, comparator=None)
    return any(supports(known, replace(claimed, quantity=alone, known=False)) for known in stated)


# ---------------------------------------------------------------- hours and minutes

_HOUR, _MINUTE = 3600.0, 60.0
_TIMES_GAP = 7
"""Characters between hours and their minutes: 1 h 45, two hours and 48 minutes."""


def _hours_and_minutes(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
    """Whether a number is of hours with minutes, and the quotes state as long a time: 1 h 45, uma hora e 45 minutos."""
    spans = [seconds for pair, seconds in _spans(claims) if claimed in pair]
    told = [seconds for _, seconds in _spans(stated)]
    told += [one.quantity.value * one.quantity.factor for one in stated if one.quantity.kind == "duration"]
    return any(same(seconds, other) for seconds in spans for other in told)


def _spans(found: Sequence[Stated]) -> Iterator[tuple[tuple[Stated, Stated], float]]:
    """Hours with the minutes behind them, in seconds."""
    for first, second in itertools.pairwise(found):
        hours, minutes = first.quantity, second.quantity
        if not 0 <= minutes.start - hours.end <= _TIMES_GAP or minutes.value >= 60 or hours.comparator == "range":
            continue
        clock = hours.kind == minutes.kind == "time"
        if clock or (hours.factor == _HOUR and minutes.factor == _MINUTE and hours.kind == minutes.kind == "duration"):
            yield (first, second), hours.value * _HOUR + minutes.value * _MINUTE


_GENERATIONS = range(2, 8)


def _generation(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether what looks like grams is a generation of networks, and the quotes number one so: 5G, الجيل الخامس."""
    said = claimed.quantity
    if said.unit is None or said.unit.name != "gram" or said.end != said.number_end + 1:
        return False
    ordinals = (one.quantity.value for one in stated if one.quantity.kind == "ordinal")
    return said.value in _GENERATIONS and any(same(value, said.value) for value in ordinals)


_HALF_GAP = 16
"""Characters between a number and the half behind what it counts: ثلاثة مواسم ونصف الموسم."""


def _and_a_half(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
    """Whether a claim or a quote states the whole and the half of a number apart."""
    said = claimed.quantity
    wholes = [total for first, total in _with_halves(claims) if first is claimed]
    return said.unit is None and (
        any(same(total, known.quantity.value) and known.quantity.unit is None for total in wholes for known in stated)
        or any(
            first.quantity.comparator == said.comparator and any(same(total, one) for one in (said.value, *wholes))
            for first, total in _with_halves(stated)
        )
    )


def _with_halves(found: Sequence[Stated]) -> Iterator[tuple[Stated, float]]:
    """Numbers with a half behind what they count, and what they are with it."""
    for first, second in itertools.pairwise(found):
        whole, half = first.quantity, second.quantity
        near = 0 <= half.start - whole.end <= _HALF_GAP
        if half.kind == "fraction" and half.value == 0.5 and near and whole.unit is None and whole.kind == "count":
            yield first, whole.value + 0.5


# ---------------------------------------------------------------- units that are left out

_PAIR_GAP = 8
"""Characters between the two numbers of "to 4.75% from 4.25"."""
_PRICES_GAP = 20
"""The same of two prices: bought for 55 dinars each and sold for eighty."""


def _unit_left_out(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether the quotes state the value without its unit, next to another with it: "to 4.75% from 4.25".

    A speed or a temperature is taken up again from further away: "we had 92 kilometres an hour; our limit is 80".
    """
    unit = claimed.quantity.unit
    if unit is None:
        return False
    far = unit.dimension in load_toml("verification.toml")["taken_up"]["dimensions"]
    gap = _PRICES_GAP if unit.dimension == "money" else _PAIR_GAP
    pairs = [*itertools.pairwise(stated), *zip(stated[1:], stated, strict=False)]
    return any(
        with_unit.quantity.unit is not None
        and with_unit.quantity.unit.name == unit.name
        and without.quantity.unit is None
        and without.quantity.kind == "count"
        and not without.counts
        and without.quantity.comparator is None
        and (far or _stand_together(without.quantity, with_unit.quantity, gap))
        and same(without.quantity.value, claimed.quantity.value)
        and (claimed.quantity.comparator or "none")
        in carried_comparators().get(without.quantity.comparator or "none", ())
        for without, with_unit in pairs
    )


def _ends_years(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
    """Whether a number is the second year of "from 2003 to 2006", and a year of the quotes."""
    said = claimed.quantity
    return (
        said.unit is None
        and said.comparator == "up_to"
        and any(one.quantity.kind == "year" and 0 <= said.start - one.quantity.end <= _PAIR_GAP for one in claims)
        and any(one.quantity.kind == "year" and same(one.quantity.value, said.value) for one in stated)
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
        and known.quantity.scale >= MILLION
        and not known.counts
        and same(known.quantity.value, said.value)
        and (said.comparator or "none") in carried_comparators().get(known.quantity.comparator or "none", ())
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
        if one.quantity.unit is None and same(one.quantity.value, said.value):
            sums = [other.quantity for other in article[:at] if other.quantity.scale >= MILLION]
            last = sums[-1] if sums else None
            near = last is not None and one.quantity.start - last.end <= _REACH
            if near and last is not None and last.unit is not None and last.unit == said.unit:
                return True
    return False


def _stand_together(one: Quantity, other: Quantity, gap: int) -> bool:
    first, second = sorted((one, other), key=lambda q: q.start)
    return 0 <= second.start - first.end <= gap
