"""Finding a quote in its file, whatever small changes were made to its spaces, digits or marks."""

from __future__ import annotations

import re

from qa_plugin.language.folding import fold
from qa_plugin.records import Span

MAX_QUOTE = 500
"""Characters of a quote; a longer one is no quote but a passage."""
MIN_QUOTE = 8
"""Letters and digits that a model must quote: fewer can be found anywhere."""

_SPACES = re.compile(r"\s+")


def locate(quote: str, text: str, start: int = 0, end: int | None = None) -> Span | None:
    """Where a quote stands in a file, whatever its spaces, digits, case or quotation marks; None if nowhere.

    Only the range from `start` to `end` is searched. What a model leaves out or changes beyond that is not found:
    the quote must be the file's own words, at least `MIN_QUOTE` letters of them and at most `MAX_QUOTE` characters.
    """
    wanted = _SPACES.sub(" ", fold(quote).text).strip(" \"'.,…")
    if sum(c.isalnum() for c in wanted) < MIN_QUOTE:
        return None
    folded = fold(text[start:end])
    pattern = r"\s+".join(re.escape(word) for word in wanted.split(" "))
    match = re.search(pattern, folded.text)
    if match is None:
        return None
    first, last = folded.span(match.start(), match.end())
    return Span(start + first, start + last) if last - first <= MAX_QUOTE else None
