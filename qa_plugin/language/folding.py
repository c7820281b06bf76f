"""The folded view of a text, on which all matching happens, with the way back to the original.

Folding joins what differs in writing only: NFKC (so Arabic presentation forms become letters), case, the digits
of every script, the forms of yeh, kaf, alef and heh; and it leaves out what carries no meaning for matching:
tatweel, harakat, zero-width and bidirectional marks. Every quote is cut from the original, by the map.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

VERSION = "1"
"""Part of the index's fingerprint: raise it when the folded view of any text changes."""

_LETTERS = {
    # one yeh, one kaf, one alef, one heh
    **dict.fromkeys("يىئېۍۑ", "ی"),
    **dict.fromkeys("كڪګ", "ک"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ةۀەۂۃ", "ه"),
    "ؤ": "و",
    # one mark of each kind
    **dict.fromkeys("’‘ʼ‛`´′", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "٪": "%",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "…": "...",
}
_LINE_ENDS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_LEFT_OUT = frozenset(
    "ـ\u00ad\u034f\u061c\u180e\ufeff"
    + "".join(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]))
    + "".join(map(chr, [*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DD)]))
    + "".join(map(chr, [*range(0x06DF, 0x06E5), 0x06E7, 0x06E8, *range(0x06EA, 0x06EE), *range(0xFE00, 0xFE10)]))
)


def _fold_character(character: str) -> str:
    if character in _LEFT_OUT or 0xE0000 <= ord(character) <= 0xE007F:
        return ""
    if character in _LINE_ENDS:
        return "\n"
    if character in _LETTERS:
        return _LETTERS[character]
    digit = unicodedata.digit(character, -1)
    if digit >= 0 and unicodedata.category(character) == "Nd":
        return str(digit)
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in {"Cc", "Cs"}:
        return " "
    wide = unicodedata.normalize("NFKC", character)
    if wide == character:
        return character.casefold() if category[0] == "L" else character
    return "".join(_fold_character(c) for c in wide)


class _Table(dict[str, str]):
    """What each character becomes, worked out at first sight."""

    def __missing__(self, character: str) -> str:
        self[character] = found = _fold_character(character)
        return found


_TABLE = _Table()
_COMBINED = re.compile(r"[^\W\d_][\u0300-\u036f\u0653-\u0655]+")
_COMBINING = frozenset(map(chr, [*range(0x0300, 0x0370), *range(0x0653, 0x0656)]))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back."""

    text: str
    original: str
    _folded_at: tuple[int, ...]
    """Folded offsets from which `_original_at` counts, ascending; empty where both texts run in step."""
    _original_at: tuple[int, ...]
    _step: tuple[bool, ...]
    """Whether the run at this place goes in step, or all of it stands for one original cluster."""

    def offset(self, position: int) -> int:
        """The original offset of the character that became the folded one at `position`."""
        if not self._folded_at:
            return position
        run = bisect_right(self._folded_at, position) - 1
        base = self._original_at[run]
        return base + (position - self._folded_at[run] if self._step[run] else 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original range behind the folded one, as short as it can be (trailing marks stay outside)."""
        if end <= start:
            at = self.offset(start)
            return at, at
        last = self.offset(end - 1)
        return self.offset(start), self._cluster_end(end - 1, last)

    def _cluster_end(self, position: int, last: int) -> int:
        if not self._folded_at:
            return last + 1
        run = bisect_right(self._folded_at, position) - 1
        if self._step[run]:
            return last + 1
        match = _COMBINED.match(self.original, last)
        return match.end() if match else last + 1

    def position(self, offset: int) -> int:
        """The folded position at which the original `offset` stands, or the next one that is kept."""
        if not self._folded_at:
            return offset
        run = max(bisect_right(self._original_at, offset) - 1, 0)
        base = self._folded_at[run]
        following = self._folded_at[run + 1] if run + 1 < len(self._folded_at) else len(self.text)
        at = base + (offset - self._original_at[run]) if self._step[run] else base
        return min(at, following)


def fold(text: str) -> Folded:
    """Fold a text; `.text` is for matching, `.span` leads back to the original."""
    letters = set(text)
    changing = _changing(letters)
    odd = changing & _ODD
    combined = not letters.isdisjoint(_COMBINING) and _COMBINED.search(text) is not None
    in_step = _replaced(text, changing - odd)
    if not odd and not combined:
        return Folded(in_step, text, (), (), ())
    return _fold_with_map(text, in_step, _out_of_step(frozenset(odd), combined=combined))


_UNCHANGED: set[str] = set()
"""Characters met so far that folding leaves as they are: nearly all of any text."""
_CHANGED: set[str] = set()
"""Those met so far that it changes or leaves out."""
_ODD: set[str] = set()
"""Those of them that do not become one other character."""


def _changing(letters: set[str]) -> set[str]:
    """Those of some characters that folding changes or leaves out."""
    changing = letters - _UNCHANGED
    if changing <= _CHANGED:
        return changing
    unchanged = {letter for letter in changing if _TABLE[letter] == letter}
    changing -= unchanged
    # Before a character is known to change it is known how, for who reads at the same time.
    _ODD.update([letter for letter in changing if len(_TABLE[letter]) != 1])
    _CHANGED.update(changing)
    _UNCHANGED.update(unchanged)
    return changing


def _replaced(text: str, letters: Iterable[str]) -> str:
    """The text with those of its letters folded that become one other letter, or several.

    Few letters of a text change, and what they become does not change again: this takes a third of the time of
    `str.translate`, which looks at every character.
    """
    for letter in letters:
        text = text.replace(letter, _TABLE[letter])
    return text


@lru_cache(maxsize=1_000)
def _out_of_step(odd: frozenset[str], *, combined: bool) -> re.Pattern[str]:
    """Where a text and its folded view do not run in step."""
    patterns = [_COMBINED.pattern] if combined else []
    if odd:
        patterns.append(f"[{re.escape(''.join(sorted(odd)))}]")
    return re.compile("|".join(patterns))


def _fold_with_map(text: str, in_step: str, out_of_step: re.Pattern[str]) -> Folded:
    pieces: list[str] = []
    folded_at: list[int] = []
    original_at: list[int] = []
    step: list[bool] = []
    length = previous = 0

    def add(piece: str, at: int, *, in_step: bool) -> None:
        nonlocal length
        pieces.append(piece)
        folded_at.append(length)
        original_at.append(at)
        step.append(in_step)
        length += len(piece)

    for match in out_of_step.finditer(text):
        start = match.start()
        if start > previous:
            add(in_step[previous:start], previous, in_step=True)
        piece = _folded_cluster(match.group())
        if piece:
            add(piece, start, in_step=False)
        previous = match.end()
    if previous < len(text):
        add(in_step[previous:], previous, in_step=True)
    return Folded("".join(pieces), text, tuple(folded_at), tuple(original_at), tuple(step))


@lru_cache(maxsize=10_000)
def _folded_cluster(cluster: str) -> str:
    return "".join(_TABLE[character] for character in unicodedata.normalize("NFKC", cluster))


def fold_text(text: str) -> str:
    """The folded text alone, where no way back is needed."""
    letters = set(text)
    if not letters.isdisjoint(_COMBINING) and _COMBINED.search(text):
        return fold(text).text
    return _replaced(text, _changing(letters))


_MARKS = re.compile("[\u0300-\u036f]")
_SPECIAL = (("ø", "o"), ("ł", "l"), ("đ", "d"), ("ð", "d"), ("þ", "th"), ("æ", "ae"), ("œ", "oe"), ("ı", "i"))


def _without_accents(text: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text))
    for letter, letters in _SPECIAL:
        plain = plain.replace(letter, letters)
    return unicodedata.normalize("NFC", plain)


_bare_known: dict[str, str] = {}
_BARE_KEPT, _LONGEST_KEPT = 200_000, 64
"""Words that are kept; what is longer is a line or a passage, and 200,000 of those would fill the memory."""


def bare(word: str) -> str:
    """A folded word without the accents of the Latin script, as many people type it."""
    if word.isascii():
        return word
    found = _bare_known.get(word)
    if found is None:
        found = _without_accents(word)
        if len(word) <= _LONGEST_KEPT and len(_bare_known) < _BARE_KEPT:
            _bare_known[word] = found
    return found


_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_JOINERS = re.compile(
    "(?<![\u0600-\u08ff\u0900-\u0dff\ufb50-\ufeff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u08ff\u0900-\u0dff\ufb50-\ufeff])"
)


def cleaned(text: str) -> str:
    """Text that is safe to show: no control, bidirectional, tag or zero-width characters, no lone surrogates.

    Joiners stay where a script needs them (between Arabic-script or Indic letters); tabs and line ends stay.
    """
    safe = _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Nearly no text has joiners, and to look around every place for one takes long.
    return _JOINERS.sub("", safe) if "\u200c" in safe or "\u200d" in safe else safe
