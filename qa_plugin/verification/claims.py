"""Claims checked one by one; a draft without those that fail.

Numbers and dates must stand in the quotes by value; names in the quotes or in the articles that they are cut from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from qa_plugin.language.detection import UNDETERMINED, detect
from qa_plugin.language.folding import Folded, fold
from qa_plugin.records import Draft, DraftClaim
from qa_plugin.verification.dates import dated_in, stated_dates, unsupported_date
from qa_plugin.verification.elsewhere import Elsewhere
from qa_plugin.verification.names import missing_name
from qa_plugin.verification.numbers import Stated, stated_in, unsupported
from qa_plugin.verification.views import TextView, view_of

_MARK = re.compile(r"\[\d+\]")
_TELLING = 40
"""Characters from which the language of a claim can be told from its words."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote cut from a file, with what is known of its article."""

    text: str
    language: str
    published: str | None = None
    """ISO 8601; what a quote tells of "Wednesday" is resolved by it."""
    article: Callable[[], TextView] | None = None
    """The whole article, asked for only where a name is not in the quote."""


def check_claim(text: str, language: str, quotes: Sequence[Quote]) -> str | None:
    """The reason why a claim may not be printed, or None if it may.

    Args:
        text: The claim, without citation marks.
        language: ISO 639-1 code of the language the claim is written in.
        quotes: The quotes it rests on, cut from their files.
    """
    words = " ".join(_MARK.sub(" ", text).split())
    if not words:
        return "The claim is empty."
    if not quotes:
        return "The claim has no quote."
    claim = fold(words)
    views = [view_of(quote.text, quote.language) for quote in quotes]
    if _verbatim(claim.text, views):
        return None
    reason = _reason(claim, language, quotes, views)
    if reason is None or len(words) < _TELLING:
        return reason
    # A claim may be in another language than the question: a sentence of an article, or a model's slip.
    told = detect(words)
    return reason if told in {language, UNDETERMINED} else _reason(claim, told, quotes, views)


def _verbatim(claim: str, views: Sequence[TextView]) -> bool:
    """Whether the claim is a part of a quote, word by word; it may have been cut short."""
    plain = " ".join(claim.removesuffix("...").split())
    for view in views:
        quote = " ".join(view.folded.text.split())
        at = quote.find(plain)
        before, after = quote[at - 1 : at] if at > 0 else "", quote[at + len(plain) :][:2]
        if at >= 0 and not (before + plain[0]).isalnum() and not _goes_on(plain, after):
            return True
    return False


def _goes_on(plain: str, after: str) -> bool:
    """Whether a cut parts a word or a number: "30" of "30,000"."""
    return ((plain[-1] + after[:1]).isalnum() and bool(after[:1])) or (plain[-1].isdigit() and after[1:].isdigit())


def _reason(claim: Folded, language: str, quotes: Sequence[Quote], views: Sequence[TextView]) -> str | None:
    stated = [s for quote, view in zip(quotes, views, strict=True) for s in stated_in(view.folded.text, quote.language)]
    return (
        _number_reason(claim, language, quotes, views, stated)
        or _date_reason(claim, language, quotes, {s.quantity.value for s in stated})
        or _name_reason(claim, language, quotes, views)
    )


def _shown(claim: Folded, start: int, end: int) -> str:
    first, last = claim.span(start, end)
    return claim.original[first:last].strip()


def _number_reason(
    claim: Folded, language: str, quotes: Sequence[Quote], views: Sequence[TextView], stated: Sequence[Stated]
) -> str | None:
    texts = [(view.folded.text, view.language) for view in views]
    elsewhere = Elsewhere(claim, language, texts, stated, lambda: _articles(quotes))
    wrong = unsupported(claim.text, language, stated, elsewhere.carries)
    if wrong is None:
        return None
    quantity = wrong.quantity
    words = _shown(claim, quantity.start, quantity.end)
    if any(abs(known.quantity.value - quantity.value) < 1e-6 * max(1.0, abs(quantity.value)) for known in stated):
        return (
            f"The quotes do not say “{words}”: the number stands there, but with another unit, or more or less exactly."
        )
    return f"The number “{words}” is not in the quotes."


def _date_reason(claim: Folded, language: str, quotes: Sequence[Quote], values: Set[float]) -> str | None:
    claimed = dated_in(claim.original, language, None)
    if not claimed:
        return None
    stated = [one for quote in quotes for one in stated_dates(quote.text, quote.language, _day(quote.published))]
    wrong = unsupported_date(claimed, stated, values)
    return None if wrong is None else f"The date “{claim.original[wrong.start : wrong.end]}” is not in the quotes."


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None  # a year or a month alone


def _articles(quotes: Sequence[Quote]) -> Iterator[TextView]:
    for quote in quotes:
        if quote.article is not None:
            yield quote.article()


def _name_reason(claim: Folded, language: str, quotes: Sequence[Quote], views: Sequence[TextView]) -> str | None:
    name = missing_name(claim, language, views, lambda: _articles(quotes))
    return None if name is None else f"The name “{name}” is neither in the quotes nor in their articles."


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
