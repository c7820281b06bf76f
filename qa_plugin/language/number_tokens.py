"""The tokens in which numbers are read: words and digit strings, and what the number table says of each.

Nearly every token of a text is no part of any number. What a token is gets worked out once per language and kept, so
that only the few places where a number can begin are looked at more closely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, compress, count
from operator import attrgetter
from typing import NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.scripts import marks

_DIGITS = r"\d+(?:(?:[.,٬٫'/]|(?: |&nbsp;)(?=\d{3}(?!\d)))\d+)*"
_TOKEN = re.compile(rf"([^\W\d_]+|{_DIGITS})")
"""Words and digit strings with their inner marks, in folded text."""


@cache
def _marked_token() -> re.Pattern[str]:
    """As `_TOKEN`, with the vowel signs of other scripts inside words."""
    return re.compile(rf"([^\W\d_](?:[^\W\d_]|[{marks()}])*|{_DIGITS})")


_ONE_MARK = re.compile(r"(\d+)([.,٬٫'/ ])(\d+)")
_SPACED = re.compile(r"(\d{1,3})((?: \d{3})+)([.,]\d{1,2})?")
_BETWEEN = frozenset({"a", "of", "de", "d"})
_BEGINS = attrgetter("begins")
_MAX_SHAPES = 100_000
"""How many tokens of a language are kept; a text of identifiers must not fill the memory."""


class Shape(NamedTuple):
    """What a token is to numbers."""

    plain: str
    """The token without accents and joined prefixes; empty for a word that is no part of a number."""
    joined: bool = False
    """Whether a joining prefix (Arabic و) was cut off its front."""
    digits: bool = False
    """Whether it is a digit string."""
    begins: bool = False
    """Whether a number can begin with it."""
    links: bool = False
    """Whether the token before it may be part of a longer number."""
    parts: tuple[str, ...] = ()
    """What it is parted into: numbers whose blanks do not part thousands (2018 500), words written as one (یکسوم)."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of one language, or of all of them, by what they do; folded and without accents."""

    units: dict[str, float]
    hundred: frozenset[str]
    scales: dict[str, float]
    glued: frozenset[str]
    before_currency: dict[str, float]
    """Scale letters before the sign of a currency alone: 20 M€."""
    duals: dict[str, float]
    weak: frozenset[str]
    joiners: frozenset[str]
    inner_joiners: frozenset[str]
    """Joiners within a group of a thousand: not the "de" of "um milhão de"."""
    halves: frozenset[str]
    fractions: dict[str, float]
    whole: frozenset[str]
    """Fraction words that say "one of" by themselves: a quarter of, ثلث."""
    whole_after: frozenset[str]
    """What must stand before those, where words have articles of their own."""
    owned: frozenset[str]
    """Fraction words that say by a pronoun what they are a part of: ربعهم."""
    measured: frozenset[str]
    """What is written as one with the number before it: پنج‌نفره, of five people."""
    strict: frozenset[str]
    """Fraction words that mean something else unless "of the" follows."""
    articles: frozenset[str]
    parted: frozenset[str]
    """What leads from a fraction word to what it is a part of."""
    dozens: dict[str, float]
    vague: dict[str, float]
    others: frozenset[str]
    """Words that only look like number words behind a prefix."""
    uncounted: frozenset[str]
    """Words that follow a number without being counted by it."""
    several: frozenset[str]
    """Words that make a scale vague: several thousand."""
    ordinals: dict[str, float]
    prefixes: tuple[str, ...]
    article: str
    """What a definite word begins with, where articles are joined to their words."""
    joined: bool
    """Whether number words are written as one without a hyphen."""
    decimal: str
    all: frozenset[str]
    beside: frozenset[str]
    """Words that tell what a fraction word beside them is."""
    looking: frozenset[str]
    """Words whose reading hangs on those beside them."""


_MAPS = ("units", "scales", "duals", "fractions", "dozens", "vague", "ordinals")
_LISTS = (
    *("hundred", "weak", "joiners", "halves", "glued", "several", "articles"),
    *("whole", "whole_after", "owned", "measured", "strict", "parted", "uncounted", "others"),
)


def _key(word: str) -> str:
    return bare(fold_text(word))


@cache
def number_words(language: str) -> NumberWords:
    """The number words of a language; those of all languages where the table has none for it."""
    tables = load_toml("numbers.toml")
    chosen = [tables[language]] if language in tables else [t for n, t in tables.items() if n != "every_language"]

    def merged(name: str) -> dict[str, float]:
        return {_key(w): float(v) for table in chosen for w, v in table.get(name, {}).items()}

    def listed(name: str) -> frozenset[str]:
        return frozenset(_key(w) for table in chosen for w in table.get(name, []))

    maps = {n: merged(n) for n in _MAPS}
    maps["before_currency"] = {_key(w): float(v) for w, v in tables["every_language"]["before_currency"].items()}
    sets = {n: listed(n) for n in _LISTS}
    sets["inner_joiners"] = sets["joiners"] - {"de"}
    known = frozenset().union(*maps.values(), sets["hundred"], sets["halves"], sets["several"])
    prefixes = sorted({_key(p) for table in chosen for p in table.get("prefixes", [])}, key=len, reverse=True)
    return NumberWords(
        **maps,  # type: ignore[arg-type]
        **sets,  # type: ignore[arg-type]
        prefixes=tuple(prefixes),
        article=_key(next((table["article"] for table in chosen if "article" in table), "")),
        joined=any(table.get("joined") for table in chosen),
        decimal=chosen[0]["decimal"] if len(chosen) == 1 else ".",
        all=known,
        beside=sets["parted"] | sets["articles"] | sets["whole_after"],
        looking=frozenset(maps["vague"])
        | sets["whole"]
        | sets["owned"]
        | sets["halves"]
        | (maps["duals"].keys() & maps["scales"].keys()),
    )


_NO_NUMBER = Shape("")
"""All other words: one shape, since a hundred thousand equal ones would only feed the garbage collector."""


class _Shapes(dict[str, Shape]):
    """The shapes of a language's tokens, each worked out at first sight."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.words = number_words(language)
        # Where words have no vowel signs, as the number words tell, the plain pattern does, and is faster.
        plain = language in load_toml("numbers.toml") and not re.search(f"[{marks()}]", "".join(self.words.all))
        self.split = (_TOKEN if plain else _marked_token()).split

    def __missing__(self, token: str) -> Shape:
        if len(self) >= _MAX_SHAPES:
            self.clear()
        if token[0].isdecimal():
            several = " " in token and not _SPACED.fullmatch(token)
            parts = tuple(re.split("( )", token)) if several else ()
            found = Shape(token, digits=True, begins=True, links=True, parts=parts)
        else:
            found = self._word(bare(token))
        self[token] = found
        return found

    def _word(self, plain: str) -> Shape:
        words, joined = self.words, False
        if plain in words.others or plain[1:] in words.others:
            return _NO_NUMBER
        if plain not in words.all:
            for prefix in words.prefixes:
                if plain.startswith(prefix) and plain[len(prefix) :] in words.all:
                    plain, joined = plain[len(prefix) :], prefix[0] == "و"
                    break
        begins = plain in words.all
        if not begins and words.joined and (parts := _written_as_one(plain, words)):
            return Shape(plain, begins=True, links=True, parts=parts)
        links = begins or plain in words.joiners or plain in _BETWEEN
        if links:
            return Shape(plain, joined, begins=begins, links=True)
        return Shape(plain) if plain in words.beside else _NO_NUMBER


_shapes = cache(_Shapes)


def _written_as_one(word: str, words: NumberWords) -> tuple[str, ...]:
    """The number words in one word, with the gaps between: یکسوم, دههزار, یکونیم; empty where it is another word.

    The first must be followed by a scale, a denominator, or "and": two plain numbers together are some other word.
    """
    for at in range(2, len(word) - 1):
        head, rest = word[:at], word[at:]
        if head in words.units:
            if rest in words.scales or rest in words.fractions or rest in words.measured:
                return (head, "", rest)
            joiner, last = rest[0], rest[1:]
            if joiner in words.joiners and (last in words.units or last in words.halves):
                return (head, "", joiner, "", last)
    return ()


class Tokens(NamedTuple):
    """The tokens of a text, in order; the lists run in step."""

    text: str
    written: list[str]
    shapes: list[Shape]
    starts: list[int]
    ends: list[int]
    numeric: list[int]
    """Where numbers can begin."""


TEXTS_KEPT = 128
"""Texts of which is kept how they are parted, some 3 KB each: a sentence's terms and its quantities begin with the same
tokens and numbers, and a question reads up to some fifty sentences for the ones, then for the others."""


@lru_cache(maxsize=TEXTS_KEPT)
def tokenise(text: str, language: str) -> Tokens:
    """Part a folded text into its words and digit strings; nobody may change what it gives."""
    known = _shapes(language)
    pieces = known.split(text)
    written = pieces[1::2]
    shapes = list(map(known.__getitem__, written))
    numeric = list(compress(count(), map(_BEGINS, shapes)))
    if numeric and any(shapes[at].parts for at in numeric):
        pieces = _parted(pieces, known)
        written = pieces[1::2]
        shapes = [known[token] for token in written]
        numeric = [at for at, shape in enumerate(shapes) if shape.begins]
    places = list(accumulate(map(len, pieces)))
    return Tokens(text, written, shapes, places[0:-1:2], places[1::2], numeric)


def _parted(pieces: list[str], known: _Shapes) -> list[str]:
    found: list[str] = []
    for at, piece in enumerate(pieces):
        found.extend((at % 2 and known[piece].parts) or [piece])
    return found


def digit_value(token: str, decimal: str, *, scaled: bool) -> float | None:
    """The value of a folded digit string with its marks; None where it is no single number (a date, a ratio).

    `decimal` is the locale's decimal mark; it decides only where the form leaves it open. Three digits after a
    single mark are a group, unless a scale word follows (`scaled`) and the locale reads the mark as decimal.
    """
    if token.isdecimal():
        return float(token)
    if "&" in token:
        token = token.replace("&nbsp;", " ")
    match = _ONE_MARK.fullmatch(token)
    if match:
        return _one_mark(*match.groups(), decimal=decimal, scaled=scaled)
    marks = re.findall(r"\D", token)
    groups = re.split(r"\D", token)
    if "/" in marks:
        return None
    if len(set(marks)) == 1:
        whole = all(len(g) == 3 for g in groups[1:]) and len(groups[0]) <= 3 and marks[0] != "٫"
        indian = marks[0] == "," and len(groups[-1]) == 3 and all(len(g) == 2 for g in groups[1:-1])
        return float("".join(groups)) if (whole or indian) and groups[0] != "0" else None
    if marks.count(marks[-1]) == 1 and marks[-1] in ".,٫" and all(len(g) == 3 for g in groups[1:-1]):
        return float("".join(groups[:-1]) + "." + groups[-1])
    return None


def _one_mark(whole: str, mark: str, rest: str, *, decimal: str, scaled: bool) -> float | None:
    if mark == "٫":
        return float(f"{whole}.{rest}")
    if mark == "/":
        # Persian writes 3/5 for 3.5; elsewhere it is a date or a ratio.
        return float(f"{whole}.{rest}") if decimal == "/" and len(rest) <= 2 else None
    grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    if mark in "٬' ":
        return float(whole + rest) if grouped else None
    if grouped and not (scaled and (mark == decimal or (decimal == "/" and mark == "."))):
        return float(whole + rest)
    return float(f"{whole}.{rest}")


def added_to_group(
    group: float | None, last: float, value: float, *, joined: bool = False
) -> tuple[float, float] | None:
    """A group below a thousand with one more word: its value, and that of the word; None where it does not go on."""
    if group is None:
        return value, value
    if value == 20 and last == 4 and not joined:
        return group - 4 + 80, 80.0  # quatre-vingts
    if value == 10 and 2 < last < 10:
        return group + value, 1.0  # ثلاثة عشر
    if value < 20 and last in {60.0, 80.0, 20.0} and value >= 10:
        return group + value, 10.0 if value == 10 else 1.0  # soixante-dix(-sept)
    if value == 10 and last in {1.0, 2.0} and group % 100 < 3:
        return group + value, 1.0  # أحد عشر
    if value < 10 and last == 10 and value >= 7:
        return group + value, 1.0  # dix-sept
    if 20 <= value < 100 and last < 10 and group % 100 < 10:
        return group + value, 1.0  # خمسة وعشرون
    if value < last and value and (last >= 100 or (last >= 20 and value < 10)):
        return group + value, value
    return None
