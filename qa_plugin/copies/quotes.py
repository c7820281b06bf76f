"""The same sentence in a copy: where a quote stands in another file."""

from __future__ import annotations

from collections.abc import Iterable

from qa_plugin.copies.outline import words_of
from qa_plugin.records import Span

_SAME = 0.7
"""Share of the words of both sentences that they have in common, in a copy that an editor went over."""


def same_sentence(quote: str, text: str, sentences: Iterable[Span]) -> Span | None:
    """The sentence of a text that says what a quote says, in nearly the same words and with the same numbers."""
    asked = words_of(quote)
    numbers = _numbers(asked)
    best: tuple[float, int, Span] | None = None
    listed = list(sentences)
    exact = next((Span(at, at + len(quote)) for span in listed if (at := text.find(quote, *span)) >= 0), None)
    if exact is not None:
        return exact
    for span in listed:
        words = words_of(text[span.start : span.end])
        if words == asked:
            return span
        if numbers != _numbers(words):
            continue
        share = _common(asked, words)
        if share >= _SAME and (best is None or (share, -span.start) > best[:2]):
            best = (share, -span.start, span)
    return best[2] if best else None


def alike(one: str, other: str) -> float:
    """Share of the words of two quotes that they have in common."""
    return _common(words_of(one), words_of(other))


def _numbers(words: Iterable[str]) -> list[str]:
    return sorted(word for word in words if any(map(str.isdigit, word)))


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    first, second = set(one), set(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
