"""Numbers of a claim that its quotes state in other words: without the unit, as hours and minutes, by an article.

A unit that a quote leaves out must stand beside the number, or in the article that the quote is cut from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import is_state
from qa_plugin.language.comparators import comparator_after, comparator_before
from qa_plugin.language.folding import Folded, bare, fold_text
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.terms import find_terms
from qa_plugin.verification.dates import dated_in
from qa_plugin.verification.numbers import Stated, same, stated_in, supports
from qa_plugin.verification.times_told import and_a_half, hours_and_minutes, single_times
from qa_plugin.verification.units_left_out import ends_years, unit_in_article, unit_left_out, uses_currency
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
        ways: tuple[Callable[[], bool], ...] = (
            lambda: self._is_dated(claimed),
            lambda: unit_left_out(claimed, stated),
            lambda: ends_years(claimed, claims, stated),
            lambda: _expected(claimed, stated),
            lambda: hours_and_minutes(claimed, claims, stated),
            lambda: self._generation(claimed),
            lambda: and_a_half(claimed, claims, stated),
            lambda: self._both_ends(claimed, claims),
            lambda: any(supports(one, claimed) for one in self._read_otherwise(claimed)),
            lambda: any(supports(one, claimed) for one in self._unnumbered(claimed)),
            # Articles are read last.
            lambda: unit_in_article(claimed, stated, self._in_articles),
            lambda: self._currency_of_article(claimed),
            lambda: self._in_a_name(claimed),
        )
        return any(told() for told in ways)

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
            meant = load_toml("verification.toml")["read_otherwise"].get(language)
            if not meant or said.unit is None or _happens_to_people(text, language):
                continue
            for known in stated_in(text, language):
                quantity = known.quantity
                behind = _WORD_BEHIND.match(text, quantity.number_end)
                if behind is None or quantity.unit is not None or meant.get(behind[1]) != said.unit.name:
                    continue
                yield replace(known, quantity=replace(quantity, unit=said.unit, kind=said.unit.dimension))

    def _generation(self, claimed: Stated) -> bool:
        """Whether what looks like grams is a generation of networks, and a quote numbers one so: 5G, الجيل الخامس."""
        said = claimed.quantity
        table = load_toml("verification.toml")["generations"]
        written = self.claim.original[slice(*self.claim.span(said.number_end, said.end))]
        if written != "G" or said.value not in table["numbers"]:
            return False
        return any(
            one.quantity.kind == "ordinal"
            and same(one.quantity.value, said.value)
            and _of_generations(text, one.quantity)
            for text, language in self.texts
            for one in stated_in(text, language)
        )

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
            for match in single_times(said.unit.name, bare(text), language):
                start, end = match.span("time")
                if any(number.start < end and start < number.end for number in numbers):
                    continue
                before = comparator_before(text, start, language)
                after = comparator_after(text, end, language, len(text) + 2)
                comparator = before[0] if before else after[0] if after else None
                yield replace(claimed, quantity=replace(said, comparator=comparator), expected=False)

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
            for view in self.articles():
                if uses_currency(view, said.name) and not any(uses_currency(view, one) for one in rivals):
                    return True
        return False


_WORD_BEHIND = re.compile(r" ([^\W\d_]+)")


def _happens_to_people(text: str, language: str) -> bool:
    """Whether a quote tells of what happens to people."""
    return any(is_state(term.key) for term in find_terms(text, language))


@cache
def _generations() -> frozenset[str]:
    return frozenset(bare(fold_text(word)) for word in load_toml("verification.toml")["generations"]["words"])


def _of_generations(text: str, ordinal: Quantity) -> bool:
    """Whether an ordinal stands beside a word for generations."""
    before, after = WORD.findall(text[: ordinal.start])[-1:], WORD.findall(text[ordinal.end :])[:1]
    return not _generations().isdisjoint(map(bare, (*before, *after)))


def _expected(claimed: Stated, stated: Sequence[Stated]) -> bool:
    """Whether a claim sets something else against a value of the quotes: above the 180 million that was expected."""
    if not claimed.expected:
        return False
    alone = replace(claimed.quantity, comparator=None)
    return any(supports(known, replace(claimed, quantity=alone, expected=False)) for known in stated)
