"""Finding a quote in its file, whatever small changes were made to its spaces, digits or marks."""

from __future__ import annotations

import re

from qa_plugin.language.folding import fold
from qa_plugin.records import Span

MAX_QUOTE = 500
"""Characters of a quote; a longer one is no quote but a passage."""
MIN_QUOTE = 8
"""Letters and digits that a model must quote: fewer can be found anywhere."""

_SPACES_AND_MARKS = re.compile(r"[\s\"'‹›]+")
_WITHIN_NUMBERS = " .,٫٬\u00a0\u202f"


def locate(quote: str, text: str, start: int = 0, end: int | None = None) -> Span | None:
    """Where a quote stands in a file, whatever its spaces, digits, case or quotation marks; None if nowhere.

    Only the range from `start` to `end` is searched. What a model leaves out or changes beyond that is not found:
    the quote must be the file's own words, at least `MIN_QUOTE` letters of them and at most `MAX_QUOTE` characters.
    A part of a number is no quote of it; where a word was cut ("قالت" of "وقالت"), the whole word is given.
    """
    wanted = _SPACES_AND_MARKS.sub("", fold(quote).text.strip(" \"'.,…"))
    if sum(c.isalnum() for c in wanted) < MIN_QUOTE:
        return None
    folded = fold(text[start:end])
    places = [at for at, c in enumerate(folded.text) if not _SPACES_AND_MARKS.match(c)]
    squeezed = "".join(folded.text[at] for at in places)
    at = squeezed.find(wanted)
    while at >= 0:
        first, last = places[at], places[at + len(wanted) - 1] + 1
        if not (_parts_number(folded.text, first) or _parts_number(folded.text, last)):
            span = folded.span(*_whole_words(folded.text, first, last))
            return Span(start + span[0], start + span[1]) if span[1] - span[0] <= MAX_QUOTE else None
        at = squeezed.find(wanted, at + 1)
    return None


def _parts_number(text: str, at: int) -> bool:
    """Whether a cut parts a number: before the 5 of 15, before or behind a mark between its digits."""
    before, after = text[max(at - 2, 0) : at], text[at : at + 4]
    if before[-1:].isdigit() and after[:1].isdigit():
        return True
    if before[-1:].isdigit() and after[:1] in _WITHIN_NUMBERS and after[1:2].isdigit():
        return not after[0].isspace() or (after[1:].isdigit() and len(after) == 4)
    if before[:1].isdigit() and before[-1:] in _WITHIN_NUMBERS and len(before) == 2 and after[:1].isdigit():
        return not before[1].isspace() or (after[:3].isdigit() and len(after[:3]) == 3)
    return False


def _whole_words(text: str, first: int, last: int) -> tuple[int, int]:
    while first > 0 and text[first].isalpha() and text[first - 1].isalpha():
        first -= 1
    while last < len(text) and text[last - 1].isalpha() and text[last].isalpha():
        last += 1
    return first, last
