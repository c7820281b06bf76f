"""The word lists of the yardstick, and the folding that all texts go through before they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml

_ONE_FORM = {
    # one form of each Arabic or Persian letter
    **dict.fromkeys("يىئ", "ی"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ةۀ", "ه"),
    "ك": "ک",
    "ؤ": "و",
    # one apostrophe, one hyphen, one percent sign
    **dict.fromkeys("’‘ʼ", "'"),
    **dict.fromkeys("–−", "-"),
    "٪": "%",
    # harakat, tatweel, joiners and bidirectional marks carry nothing that an answer is judged by
    **dict.fromkeys(map(chr, [*range(0x064B, 0x0660), 0x0670]), ""),
    **dict.fromkeys(map(chr, [0x0640, 0xFEFF, *range(0x200C, 0x2010), *range(0x202A, 0x202D)]), ""),
    **dict.fromkeys(map(chr, range(0x2066, 0x206A)), ""),
}
_SPACE = re.compile(r"\s+")


class _Characters(dict[int, str]):
    """A table for `str.translate` that learns each character at first sight."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = unicodedata.digit(character, -1)
        self[code] = found = str(digit) if digit >= 0 else _ONE_FORM.get(character, character)
        return found


_CHARACTERS = _Characters()


def fold(text: str) -> str:
    """The text without what differs in writing only: case, digits, letter forms, marks, kinds of space."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold().translate(_CHARACTERS))


@dataclass(frozen=True, slots=True)
class Tables:
    """Folded words with their values, and what may be written together with a word."""

    scales: Mapping[str, float]
    words: Mapping[str, float]
    months: Mapping[str, float]
    before_words: tuple[str, ...]
    before_accepted_numbers: tuple[str, ...]
    before_read_numbers: tuple[str, ...]
    after_words: tuple[str, ...]
    connectors: frozenset[str]


@cache
def tables() -> Tables:
    """The tables of `data/evaluation.toml`, all languages joined: an answer may quote any of them."""
    data = load_toml("evaluation.toml")
    clitics = {place: tuple(map(fold, forms)) for place, forms in data["clitics"].items()}
    return Tables(
        scales=_values(data["scales"].values()),
        words=_values(data["words"].values()),
        months=_values(data["months"].values()),
        connectors=frozenset(data["connectors"]["within_numbers"]),
        **clitics,
    )


def _values(by_language: Iterable[Mapping[str, list[str]]]) -> dict[str, float]:
    return {fold(word): float(value) for language in by_language for value, words in language.items() for word in words}
