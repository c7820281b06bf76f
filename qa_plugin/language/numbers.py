"""Numbers in running text: digits of any script and locale, number words, and scale words, by value.

50,000 = 50.000 = 50 000 = ۵۰٬۰۰۰ = 50 mil = 50 ألف = fifty thousand. What is counted, how exactly, and what is
no quantity at all (years, dates, identifiers) is the business of `quantities`.
"""

from __future__ import annotations

from functools import lru_cache

from qa_plugin.language.folding import fold_text
from qa_plugin.language.number_reading import Number, NumberReader
from qa_plugin.language.number_tokens import TEXTS_KEPT, Tokens, number_words, tokenise

_TOO_LARGE = 1e30
"""Longer digit strings are keys and codes; the longest would be infinite."""


def find_numbers(text: str | Tokens, language: str = "und") -> list[Number]:
    """Find the numbers in a folded text; `language` (ISO 639-1) chooses the words and decides unclear marks."""
    return list(_numbers_in(text if isinstance(text, str) else text.text, language))


@lru_cache(maxsize=TEXTS_KEPT)
def _numbers_in(text: str, language: str) -> tuple[Number, ...]:
    tokens = tokenise(text, language)
    found: list[Number] = []
    end = 0
    for at in tokens.numeric:
        if at >= end:
            number, end = _number_at(tokens, at, language)
            if number is not None and number.value < _TOO_LARGE:
                found.append(number)
    return tuple(found)


def _number_at(tokens: Tokens, at: int, language: str) -> tuple[Number | None, int]:
    """The number that begins at a token, if one does, and the token to go on from."""
    shapes = tokens.shapes
    plain = shapes[at].plain
    if at and tokens.ends[at - 1] + 1 == tokens.starts[at] and _of_a_name(tokens, at):
        return None, at + 1
    words = number_words(language)
    if (at + 1 < len(shapes) and shapes[at + 1].links) or plain in words.looking:
        return NumberReader(tokens, language, at).read() or (None, at + 1)
    # Most numbers stand by themselves, and are read once.
    one = _alone(plain, language)
    if one is None:
        return None, at + 1
    start, end = tokens.starts[at], tokens.ends[at]
    return Number(start, end, one.value, one.kind, one.digits, one.weak, one.high, one.bare_digits, one.scale), at + 1


def _of_a_name(tokens: Tokens, at: int) -> bool:
    """Whether a number word stands behind the hyphen of another word: Pont-Neuf."""
    joined = tokens.text[tokens.ends[at - 1]] == "-" and not tokens.shapes[at].digits
    return joined and not tokens.shapes[at - 1].links


@lru_cache(maxsize=20_000)
def _alone(plain: str, language: str) -> Number | None:
    """The number that a token is with nothing before or behind it that belongs to it."""
    parsed = NumberReader(tokenise(plain, language), language, 0).read()
    return parsed[0] if parsed else None


def values(text: str, language: str = "und") -> set[float]:
    """Every value that a text states, with the parts of compound numbers left out."""
    return {round(number.value, 6) for number in find_numbers(fold_text(text), language)}
