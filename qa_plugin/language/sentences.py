"""Sentences of a paragraph, as places in the text.

`. ! ? ؟ ۔` and the full stops of other scripts end a sentence, but for abbreviations, initials, numbers and web
addresses. Other marks (`؛ : …` and the semicolon) part only what would exceed `LONG` characters; what has none of them
is parted at commas, then at blanks, so that every sentence can be quoted whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.records import Span

VERSION = "3"
"""Part of the index's fingerprint: raise it when any text is parted otherwise."""
LONG = 400
"""Characters above which a sentence is parted at lesser marks."""
LONGEST = 500
"""No sentence is longer than this; it is also the longest quote."""

_CLOSERS = "\"'”’»)\\]›}“」』）\u200b"
_STOPS = "؟۔।॥。！？｡։።፧။៕\u037e"
"""Full stops and question marks that mean nothing else."""
_WIDE_STOPS = "。！？｡"
"""Those behind which no blank is written."""
_END = re.compile(rf"(?:[!?{_STOPS}]+|\.+|…(?=\s+[^\W\d_]))[{_CLOSERS}]*")
_BLOCK = re.compile(r"(?:(?!(?:\r\n?|\n)[^\S\r\n]*[\r\n]).)+", flags=re.S)
"""Text without an empty line in it; a line end alone is a blank, since paragraphs may be wrapped."""
_WORD_BEFORE = re.compile(r"[^\s(\[«“\"'’،,]+$")
_LESSER = (
    re.compile(rf"[؛;…:][{_CLOSERS}]*(?=\s)|[；：]"),
    re.compile(r"[،,](?=\s)|[，、]"),
    re.compile(r"\s"),
)


@cache
def _abbreviations(language: str) -> frozenset[str]:
    table = load_toml("abbreviations.toml")
    if language in table:
        return frozenset(table[language])
    return frozenset(word for words in table.values() for word in words)


def split_sentences(text: str, paragraph: Span, language: str = "und") -> list[Span]:
    """The sentences of one paragraph, trimmed of white space, as offsets in `text`."""
    found: list[Span] = []
    for block in _BLOCK.finditer(text, paragraph.start, paragraph.end):
        start = block.start()
        for end in [*_ends(text, block.start(), block.end(), language), block.end()]:
            span = _trimmed(text, start, end)
            if span is not None:
                found.extend(_parts(text, span))
            start = end
    return found


def _ends(text: str, start: int, stop: int, language: str) -> Iterator[int]:
    for match in _END.finditer(text, start, stop):
        if match.end() < stop and _ends_here(text, start, match, language):
            yield match.end()


def _ends_here(text: str, start: int, match: re.Match[str], language: str) -> bool:
    end = match.end()
    follows = text[end]
    stops = match.group().rstrip("\"'”’»)]›}“」』）\u200b")
    before = _WORD_BEFORE.search(text, max(start, match.start() - 24), match.start())
    word = before.group() if before else ""
    if stops[-1:] in _WIDE_STOPS:
        return True
    if not follows.isspace():
        # Glued by scraping: "região.O ministro"; not example.com, 3.5, U.S.
        glued = stops == "." and len(word) >= 3 and word.isalpha() and word[-1].islower() and follows.isupper()
        marked = stops != "." and follows.isalpha() and stops[0] in _STOPS
        return (glued and not text[end + 1 : end + 2].isupper()) or marked
    after = text[end : end + 40].replace("\u200b", "").lstrip()[:1]
    if after.islower():
        return stops[0] not in ".…" and after.isalpha() and stops[0] in _STOPS
    if stops == ".":
        bare_word = word.lower().lstrip("(").rstrip(".")
        if bare_word in _abbreviations(language):
            return False
        initial = len(word) == 1 and word.isalpha() and word.isupper()
        if initial or re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word):
            return bool(after) and not after.isalpha()
    return True


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and (text[start].isspace() or text[start] in "\ufeff\u200b\u200e\u200f"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\u200b\u200e\u200f"):
        end -= 1
    return Span(start, end) if end > start else None


def _parts(text: str, span: Span, level: int = 0) -> list[Span]:
    """Part what is too long at the lesser marks, as few times as will do."""
    limit = LONG if level == 0 else LONGEST
    if span.end - span.start <= limit:
        return [span]
    if level == len(_LESSER):
        return [Span(at, min(at + LONGEST, span.end)) for at in range(span.start, span.end, LONGEST)]
    pieces: list[Span] = []
    start, fits = span.start, 0
    cuts = [match.end() for match in _LESSER[level].finditer(text, span.start, span.end)]
    for cut in [*cuts, span.end]:
        if cut - start > limit and fits:
            pieces.append(Span(start, fits))
            start = fits
        fits = cut
    pieces.append(Span(start, span.end))
    trimmed = [t for piece in pieces if (t := _trimmed(text, *piece)) is not None]
    return [part for piece in trimmed for part in _parts(text, piece, level + 1)]
