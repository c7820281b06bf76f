"""What of a text is article: everything but what the site put around it. In doubt a line stays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_plugin.articles.credits import begins_with_report, is_outlet_name
from qa_plugin.articles.furniture import (
    FEWEST_MENU_ENTRIES,
    HEADING,
    MENU_ENTRY_WORDS,
    SENTENCE_END,
    is_furniture,
    is_menu_entry,
    is_tail_heading,
)
from qa_plugin.articles.lines import Line, front_matter, lines_of, segments
from qa_plugin.language.folding import fold_text
from qa_plugin.records import Span

_LINES_AT_TOP, _LINES_AT_END = 12, 20
_PROSE_LENGTH = 40
_PROSE_WITHOUT_STOP = 120
_STORY_LENGTH = 60
_STORY_WITHOUT_STOP = 200
_HEADLINE_WORDS = 4
_MASTHEAD_WORDS = 5
_OUTLET_NAME_WORDS = 7
_LINE_END = re.compile(r"[^\S\r\n]*(?:\r\n|\r|\n)[^\S\r\n]*")
_FEWEST_WRAPPED = 2
_NARROWEST, _WIDEST, _RAGGED = 40, 120, 25
_UNFINISHED, _SMALL_LETTERS = 0.6, 0.3
"""Shares of lines that end inside a sentence and that begin with a small letter, in wrapped text."""
_FULL_STOP = re.compile(r"[.۔][\"'”“»)\]’]*$")
_BARS = re.compile(r"[|»›▪☰]")


def body_spans(text: str) -> tuple[Span, ...]:
    """The paragraphs that are article, in order; a headline is a paragraph of its own.

    Lines that a fixed width broke are joined into their paragraph.
    """
    lines = _joined(text, lines_of(text, front_matter(text)[1]))
    kept = _without_masthead(lines, _without_menus(lines, _kept(lines)))
    return tuple(_span(line) for line, keep in zip(lines, kept, strict=True) if keep)


def _span(line: Line) -> Span:
    heading = HEADING.match(line.raw)
    return Span(line.start + (heading.end() if heading else 0), line.end)


def dropped_lines(text: str) -> list[str]:
    """The lines that `body_spans` leaves out, for looking at what it does."""
    body = body_spans(text)
    return [
        line.raw for line in lines_of(text) if not any(span.start < line.end and line.start < span.end for span in body)
    ]


# ---------------------------------------------------------------- line by line


def _kept(lines: Sequence[Line]) -> list[bool]:
    kept: list[bool] = []
    in_tail = False
    for number, line in enumerate(lines):
        if in_tail and _is_prose(line):
            in_tail = False
        near_edge = number < _LINES_AT_TOP or number >= len(lines) - _LINES_AT_END
        dropped = in_tail or is_furniture(line, first=not any(kept), near_edge=near_edge)
        if dropped and any(kept) and is_tail_heading(line):
            in_tail = True
        kept.append(not dropped)
    return kept


def _is_prose(line: Line) -> bool:
    if len(line.raw) >= _PROSE_WITHOUT_STOP:
        return True
    return len(line.raw) >= _PROSE_LENGTH and SENTENCE_END.search(line.raw) is not None


# ---------------------------------------------------------------- top and end


def _without_menus(lines: Sequence[Line], kept: Sequence[bool]) -> list[bool]:
    """Drop runs of very short lines at the very beginning and end."""
    result = list(kept)
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        run: list[int] = []
        for number in order:
            if kept[number] and not is_menu_entry(lines[number]):
                break
            run.append(number)
        if len(run) == len(lines) or len(run) < FEWEST_MENU_ENTRIES:
            continue
        entries = [number for number in run if kept[number]]
        if order.step == 1 and entries[-1:] == run[-1:] and len(lines[run[-1]].raw.split()) >= MENU_ENTRY_WORDS:
            entries.pop()  # right above the story it may be the headline
        for number in entries:
            result[number] = False
    return result


def _without_masthead(lines: Sequence[Line], kept: Sequence[bool]) -> list[bool]:
    """Drop the site's name and the section's, which stand above the headline."""
    result = list(kept)
    top = []
    for number, line in enumerate(lines[:_LINES_AT_TOP]):
        if kept[number]:
            if _begins_story(line):
                break
            top.append(number)
    headline = next((n for n in top if not _is_masthead(lines[n].raw) and _can_be_headline(lines[n].raw)), None)
    if headline is not None:
        for number in top[: top.index(headline)]:
            raw = lines[number].raw
            result[number] = not (_is_masthead(raw) or len(raw.split()) < _HEADLINE_WORDS)
    return result


def _begins_story(line: Line) -> bool:
    length = len(line.raw)
    return length >= _STORY_WITHOUT_STOP or (length >= _STORY_LENGTH and SENTENCE_END.search(line.raw) is not None)


def _can_be_headline(raw: str) -> bool:
    if len(raw.split()) < _HEADLINE_WORDS or raw[-1] in ".:;,،؛":
        return False
    return not begins_with_report(raw)


def _is_masthead(raw: str) -> bool:
    """Whether a line looks like the name of a paper with its section or motto."""
    words = raw.split()
    letters = [c for c in raw if c.isalpha()]
    parts = segments(raw)
    short_parts = len(parts) > 1 and all(len(part.split()) <= _MASTHEAD_WORDS for part in parts)
    if short_parts and (_BARS.search(raw) or len(parts) >= FEWEST_MENU_ENTRIES):
        return True
    if len(words) <= _MASTHEAD_WORDS and letters and all(c.isupper() for c in letters):
        return True
    return len(words) <= _OUTLET_NAME_WORDS + len(parts) and any(map(is_outlet_name, parts))


# ---------------------------------------------------------------- lines of a fixed width


def _joined(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines, those that a fixed width broke joined into their paragraph."""
    joined: list[Line] = []
    block: list[Line] = []
    for line in lines:
        if block and not _LINE_END.fullmatch(text, block[-1].end, line.start):
            joined += _block(text, block)
            block = []
        block.append(line)
    return joined + _block(text, block)


def _block(text: str, block: list[Line]) -> list[Line]:
    for above in (0, 1):  # a headline may stand right above its story
        lines = block[above:]
        if _is_wrapped(lines):
            raw = text[lines[0].start : lines[-1].end]
            return [*block[:above], Line(lines[0].start, lines[-1].end, raw, fold_text(raw))]
    return block


def _is_wrapped(block: Sequence[Line]) -> bool:
    """Whether lines make up one paragraph: alike in length, and broken inside sentences."""
    inner = [line.raw for line in block[:-1]]
    if len(inner) < _FEWEST_WRAPPED or any(HEADING.match(line) or line[0] in "-*•" for line in inner):
        return False
    widths = [len(line) for line in inner]
    if max(widths) > _WIDEST or min(widths) < _NARROWEST or max(widths) - min(widths) > _RAGGED:
        return False
    unfinished = sum(not SENTENCE_END.search(line) for line in inner) / len(inner)
    small = sum(line.raw[0].islower() for line in block[1:]) / len(inner)
    cased = any(line.raw[0].lower() != line.raw[0].upper() for line in block)
    return unfinished >= _UNFINISHED and (small >= _SMALL_LETTERS if cased else len(inner) > _FEWEST_WRAPPED + 1)
