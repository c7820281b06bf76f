"""From what a model says it quotes to the place in the file that is quoted."""

from __future__ import annotations

from collections.abc import Sequence

from qa_plugin.answering.messages import PassageQuote
from qa_plugin.answering.packing import Packed
from qa_plugin.language.folding import fold
from qa_plugin.language.quantities import quantities_of
from qa_plugin.language.quoting import MAX_QUOTE, MIN_QUOTE, locate
from qa_plugin.records import Evidence, Span


class QuoteNotFound(Exception):  # noqa: N818 - reads as what is the case
    """Why a quote is none, in words that the model can be told."""


def place_of(quote: PassageQuote, passages: Sequence[Packed]) -> Evidence:
    """Where the quote stands in its file, grown to the whole of the quantities that it begins or ends in.

    A quote that begins behind "more than" or ends before "million" would carry another number than the file states.

    Raises:
        QuoteNotFound: It stands in no such place.
    """
    if not 1 <= quote.passage <= len(passages):
        raise QuoteNotFound(f"It cites passage {quote.passage}, which was not given; there are 1 to {len(passages)}.")
    passage = passages[quote.passage - 1]
    span = locate(quote.quote, passage.text)
    if span is None:
        raise QuoteNotFound(_why(quote, passages))
    span = _with_whole_quantities(span, passage)
    if span.end - span.start > MAX_QUOTE:
        raise QuoteNotFound(f"Its quote has more than {MAX_QUOTE} characters; quote only what carries the statement.")
    return Evidence(passage.info.file_id, passage.start + span.start, passage.start + span.end)


def _why(quote: PassageQuote, passages: Sequence[Packed]) -> str:
    if sum(c.isalnum() for c in quote.quote) < MIN_QUOTE:
        return f"Its quote “{quote.quote}” is too short to be told from other places; quote at least a clause."
    if len(quote.quote) > MAX_QUOTE:
        return f"Its quote has more than {MAX_QUOTE} characters; quote only what carries the statement."
    others = [str(n) for n, other in enumerate(passages, 1) if n != quote.passage and locate(quote.quote, other.text)]
    if others:
        return f"Its quote does not stand in passage {quote.passage}, but in passage {others[0]}."
    return f"Its quote does not stand in passage {quote.passage} letter by letter, nor in any other."


def _with_whole_quantities(span: Span, passage: Packed) -> Span:
    folded = fold(passage.text)
    first, last = folded.position(span.start), folded.position(span.end)
    for quantity in quantities_of(folded, passage.info.language):
        if quantity.start < first < quantity.end:
            first = quantity.start
        if quantity.start < last < quantity.end:
            last = quantity.end
    return Span(*folded.span(first, last))
