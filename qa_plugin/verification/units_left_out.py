"""Units that a quote leaves out: told by the number beside it, or by the article that it is cut from."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from qa_plugin.data import load_toml
from qa_plugin.language import lexicon
from qa_plugin.language.quantities import Quantity
from qa_plugin.verification.numbers import MILLION, Stated, compares, same, stated_in, supports
from qa_plugin.verification.views import TextView

_PAIR_GAP = 8
"""Characters between the two numbers of "to 4.75% from 4.25"."""
_PRICES_GAP = 20
"""The same of two prices: bought for 55 dinars each and sold for eighty."""


def unit_left_out(claimed: Stated, stated: Sequence[Stated]) -> bool:
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
        and compares(claimed.quantity, without.quantity)
        for without, with_unit in pairs
    )


def ends_years(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
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


def unit_in_article(
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
        and compares(said, known.quantity)
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


def uses_currency(view: TextView, currency: str) -> bool:
    """Whether an article names a currency with its country, or the country."""
    stated = stated_in(view.folded.text, view.language)
    if any(one.quantity.unit is not None and one.quantity.unit.name == currency and not one.money for one in stated):
        return True
    countries = load_toml("verification.toml")["money_of"].get(currency, ())
    return not {lexicon.concept_name(concept) for concept in view.own_concepts}.isdisjoint(countries)
