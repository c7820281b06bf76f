"""Times of day in a text: "14h30", "8 pm", "ساعت ۱۰:۳۰". Their numbers are no quantities."""

from __future__ import annotations

import re

from qa_plugin.language.folding import Folded, fold
from qa_plugin.records import Span

_NUMBER = re.compile(r"\d+")
_HALF = (
    r"(?:\s?(?:a\.?m|p\.?m)(?:\.|(?!\w))"
    r"|\s?(?:صباحا|مساء|ظهرا|بعد الظهر|فجرا|ص|م|صبح|عصر|بامداد|بعدازظهر|شب)(?!\w))"
)
_ZONE = r"(?:\s?(?:gmt|utc|cest|cet|est|edt|pst|pdt|bst|hrs?|h)(?!\w)|\s?بتوقیت|z(?!\w))"
_CLOCK = re.compile(rf"(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?(?![\d:]){_HALF}?{_ZONE}?")
_LETTER_H = re.compile(rf"(?P<hour>\d{{1,2}})\s?h\s?(?P<minute>\d\d)(?:\s?min)?(?!\w){_ZONE}?")
_HALF_DAY = re.compile(rf"(?P<hour>\d{{1,2}})(?:[.:](?P<minute>\d\d))?(?:{_HALF}|\s?o'clock){_ZONE}?")
_HOUR_WORD = re.compile(r"(?P<hour>\d{1,2})(?:\s?h(?:eures?|oras)?(?:\s(?:et|e)?\s?(?P<minute>\d\d))?)(?!\w)")
_AFTER_HOUR = re.compile(rf"(?P<hour>\d{{1,2}})(?:[.:]?(?P<minute>\d\d))?(?!\d){_HALF}?{_ZONE}?")
_ZONED = re.compile(r"(?P<hour>\d{1,2})[.:]?(?P<minute>\d\d)?\s?(?:gmt|utc|cest|cet|hrs)(?!\w)")
_PREPOSITION = re.compile(r"(?<!\w)(?<!y )(?:à|às|as|vers|dès|das|pelas|jusqu'à|até|at|de|a)\s$")
_HOUR_BEFORE = re.compile(r"(?<!\w)(?:[وبلف]?الساعه|ساعت)\s$")


def find_times(text: str | Folded) -> list[Span]:
    """Where times of day are written; offsets are the text's own, of a folded one those of its original."""
    folded = fold(text) if isinstance(text, str) else text
    found: list[Span] = []
    end = 0
    for number in _NUMBER.finditer(folded.text):
        if number.start() < end or number.end() - number.start() > 4:
            continue
        match = _time_at(folded.text, number.start())
        if match:
            end = match.end()
            found.append(Span(*folded.span(match.start(), end)))
    return found


def _time_at(text: str, start: int) -> re.Match[str] | None:
    if start >= 2 and text[start - 1] in ".,:/" and text[start - 2].isdigit():
        return None
    before = text[max(0, start - 12) : start]
    patterns = [_CLOCK, _LETTER_H, _HALF_DAY, _ZONED]
    if _HOUR_BEFORE.search(before):
        patterns = [_AFTER_HOUR]
    elif _PREPOSITION.search(before):
        patterns.append(_HOUR_WORD)
    for pattern in patterns:
        match = pattern.match(text, start)
        if match and int(match["hour"]) <= 24 and int(match["minute"] or 0) <= 59:
            return match
    return None
