"""Comparators around a number, and the interval that a statement with one stands for."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text

_WORD = re.compile(r"[^\s\d(){}\[\]\"«»:;!?|]+")
_WORD_AFTER = re.compile(r"[^\s,.;:!?()\[\]]+")
_JOINED = ("و", "ف", "ب", "ل")
"""Arabic words that are joined to the one that follows."""
_REACH = 64
_LONGEST = 6


def _key(words: str) -> str:
    return " ".join(bare(fold_text(words)).split())


def _table() -> dict[str, Any]:
    return load_toml("comparators.toml")


@cache
def words_of(table: str, name: str) -> frozenset[str]:
    """A list of the table of comparators, as keys."""
    return frozenset(map(_key, _table()[table][name]))


@cache
def _before(language: str) -> tuple[dict[str, str], frozenset[str]]:
    """Comparators before a number, and the words that they end with."""
    found = _listed("before", language)
    return found, frozenset(form.rpartition(" ")[2] for form in found) | words_of("articles", "words")


@cache
def _after(language: str) -> tuple[dict[str, str], frozenset[str]]:
    """Comparators behind a number, and the words that they begin with."""
    found = _listed("after", language)
    return found, frozenset(form.partition(" ")[0] for form in found)


def _listed(place: str, language: str) -> dict[str, str]:
    part = _table()[place]
    codes = [language] if language in part else list(part)
    found = {_key(form): name for code in codes for name, forms in part[code].items() for form in forms}
    return found | {f"{form[:-1]}'": name for form, name in found.items() if form.endswith(" de")}  # près d'une


_NONE = "none"
"""Of forms that end like a comparator and are none."""


def comparator_before(text: str, start: int, language: str) -> tuple[str, int] | None:
    """The comparator that ends where a number or its sign begins, and where it starts."""
    table, last_words = _before(language)
    first = max(0, start - _REACH)
    # Nearly always the last word shows that there is none, and the others need not be parted.
    near = text[first:start].rstrip(" (")
    pieces = near.rsplit(None, 1)
    last = _WORD.findall(pieces[-1]) if pieces and near.endswith(pieces[-1]) else []
    if not last or not any(form in last_words for form in _unjoined(bare(last[-1]).strip(",."))):
        return None
    words = [(m.group(), m.start()) for m in _WORD.finditer(text, first, start)][-_LONGEST:]
    if not words or text[words[-1][1] + len(words[-1][0]) : start].strip(" ("):
        return None
    found = _longest(words, table)
    if found is None and bare(words[-1][0]) in words_of("articles", "words"):
        found = _longest(words[:-1], table)
    if found is None:
        return None
    name, at = found
    if name == _NONE:
        return None
    if bare(words[at][0]) in words_of("during", "words") and _is_during(text, words[:at], start):
        return None
    turned = _table()["negated"]["turned"].get(name)
    if turned and at and any(bare(word) in words_of("negated", "words") for word, _ in words[max(0, at - 2) : at]):
        return turned, words[at][1]
    return name, words[at][1]


_TIMED = re.compile(r"\S+ ([^\W\d_]+)(?: ([^\W\d_]+))?")


def _is_during(text: str, before: list[tuple[str, int]], start: int) -> bool:
    """Whether "over" says during: over six decades, 16% over three years; but for over six years, over a year ago."""
    timed = _TIMED.match(text, start)
    if timed is None or bare(timed[1]) not in words_of("during", "times"):
        return False
    led = bool(before) and bare(before[-1][0]).strip(",.") in words_of("during", "more_before")
    return not led and bare(timed[2] or "") not in words_of("during", "more_behind")


def _longest(words: list[tuple[str, int]], table: dict[str, str]) -> tuple[str, int] | None:
    for at in range(len(words)):
        for form in _unjoined(bare(" ".join(word for word, _ in words[at:])).strip(",.")):
            if form in table:
                return table[form], at
    return None


def _unjoined(form: str) -> tuple[str, ...]:
    """A form as it stands, and without what is joined to its front: qu'environ, وأكثر من."""
    if form.startswith(_JOINED):
        return form, form[1:]
    return (form, form.rpartition("'")[2]) if "'" in form and " " not in form else (form,)


def comparator_after(text: str, end: int, language: str, following: int) -> tuple[str, int] | None:
    """The comparator behind a number or behind what it counts, and its end.

    Args:
        text: The folded text.
        end: Where the number and its unit end.
        language: ISO 639-1 code.
        following: Where the next number begins; a comparator right before it is that one's.
    """
    if text.startswith("+", end):
        return "at_least", end + 1
    if not text.startswith(" ", end):
        return None
    table, first_words = _after(language)
    words = [(m.group(), m.start(), m.end()) for m in _WORD_AFTER.finditer(text, end, min(end + 48, following))]
    for skip in range(min(3, len(words))):
        gap = text[words[skip - 1][2] : words[skip][1]] if skip else " "
        if gap not in {" ", ", "}:
            return None
        if bare(words[skip][0]) not in first_words:
            continue
        for count in range(min(3, len(words) - skip), 0, -1):
            stop = words[skip + count - 1][2]
            form = bare(" ".join(word for word, _, _ in words[skip : skip + count]))
            if form.split()[0] in words_of("ranges", "and") and not _ends(text, stop):
                continue  # 28 million were spent, and more actors came
            if form in table and stop + 1 < following and (not skip or count > 1 or (gap == " " and _ends(text, stop))):
                return table[form], stop
    return None


def _ends(text: str, stop: int) -> bool:
    """Whether a part of a sentence ends here; a single word behind the noun may begin something else otherwise."""
    return text[stop : stop + 1] in {"", "\n", *".,;:!?)"}


def is_negative_before(text: str, start: int) -> int | None:
    """Where the minus of a number begins: its sign, or a word for it."""
    if text[start - 1 : start] == "-" and not text[start - 2 : start - 1].strip(" (\n"):
        return start - 1
    word = text[max(0, start - 12) : start].rstrip(" ").rpartition(" ")[2]
    if word and text[start - 1 : start] == " " and bare(word) in words_of("negative", "before"):
        return start - 1 - len(word)
    return None


@cache
def _negative_after() -> re.Pattern[str]:
    forms = sorted(words_of("negative", "after"), key=len, reverse=True)
    return re.compile(rf" (?:{'|'.join(map(re.escape, forms))})(?!\w)")


def is_negative_after(text: str, end: int) -> int | None:
    """The end of "below zero" behind a number and its unit."""
    match = _negative_after().match(bare(text[end : end + 32]))
    return end + match.end() if match else None


def interval(low: float, high: float, comparator: str | None, *, exact: bool) -> tuple[float, float]:
    """What a stated value or range of values stands for, by the table of intervals.

    A bare round number is what rounds to it, unless it is `exact`, as a share or a word like "dozens" is.
    """
    if comparator is not None:
        factors = _table()["intervals"][comparator]
        ends = low * factors["low"], max(high, high * factors["high"]) if high > low else high * factors["high"]
        return min(ends), max(ends)
    half = 0.0 if exact else rounding(low) / 2
    return low - half, high + half


def rounding(value: float) -> float:
    """The step to which a bare round number is rounded: 1,000 for 50,000, 100 for 1,300; none below 100."""
    if value < 100 or value != int(value):
        return 0.0
    digits = str(int(value))
    zeros = len(digits) - len(digits.rstrip("0"))
    return 0.0 if zeros < 2 else float(10 ** min(zeros, len(digits) - 1)) * (0.1 if zeros >= len(digits) - 1 else 1.0)
