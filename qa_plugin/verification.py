"""What must hold before a claim is printed: its quotes stand in their files, and its numbers in its quotes.

Numbers are compared by value, not by digits: 10,000 is carried by ۱۰٬۰۰۰ and by "10 هزار", 12.5 is not by 125.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa_plugin.language.folding import fold
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.records import Draft, DraftClaim

_MARK = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote cut from a file, with the language of its article."""

    text: str
    language: str


def check_claim(text: str, language: str, quotes: Sequence[Quote]) -> str | None:
    """The reason why a claim may not be printed, or None if it may.

    Args:
        text: The claim, without citation marks.
        language: ISO 639-1 code of the language the claim is written in.
        quotes: The quotes it rests on, cut from their files.
    """
    if not text.strip():
        return "empty claim"
    if not quotes:
        return "no quote"
    quoted = [q for quote in quotes for q in _stated(quote.text, quote.language)]
    for quantity in _stated(_MARK.sub(" ", text), language):
        if quantity.weak or quantity.vague or quantity.kind == "ordinal":
            continue
        if not any(_carries(known, quantity) for known in quoted):
            words = fold(text).text[quantity.number_start : quantity.number_end]
            return f"the number {words} is not in the quotes"
    return None


def _stated(text: str, language: str) -> list[Quantity]:
    """All readings of the numbers of a text: by its language's rules, and by those of none in particular."""
    folded = fold(text).text
    return [
        *find_quantities(folded, language),
        *(find_quantities(folded, "und") if language == "und" else []),
    ]


def _carries(known: Quantity, claimed: Quantity) -> bool:
    """Whether a quote's number carries a claim's: same value; percent only by percent, money only by money."""
    values = {known.value, known.low, known.high} if known.comparator == "range" else {known.value}
    if claimed.comparator == "range":
        return known.comparator == "range" and (known.low, known.high) == (claimed.low, claimed.high)
    if all(abs(value - claimed.value) > 1e-6 * max(1.0, abs(value)) for value in values):
        return False
    special = {"percent", "money"}
    if claimed.unit is not None and claimed.unit.dimension in special:
        return known.unit is not None and known.unit.dimension == claimed.unit.dimension
    return True


def check(draft: Draft, language: str, quote_of: Callable[[DraftClaim], Sequence[Quote]]) -> Draft:
    """The draft without the claims that fail, which are moved to `dropped` with the reason.

    A disagreement of which fewer than two positions are left is none; a draft of which nothing is left is
    `not_in_sources`.
    """
    dropped = list(draft.dropped)

    def kept(claims: Sequence[DraftClaim]) -> tuple[DraftClaim, ...]:
        good: list[DraftClaim] = []
        for claim in claims:
            reason = check_claim(claim.text, language, quote_of(claim))
            if reason is None:
                good.append(claim)
            else:
                dropped.append((claim.text, reason))
        return tuple(good)

    claims, positions, history = kept(draft.claims), kept(draft.conflicting), kept(draft.history)
    status = draft.status
    if status == "conflicting" and len(positions) < 2:
        status, claims, positions = ("answered", (*claims, *positions), ()) if claims or positions else (status, (), ())
    if not claims and not positions:
        status, history = "not_in_sources", ()
    return replace(draft, status=status, claims=claims, conflicting=positions, history=history, dropped=tuple(dropped))
