"""What a text says of itself: its headline and its day of publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from qa_plugin.articles.credits import begins_with_report
from qa_plugin.articles.lines import WORDS, Line, data, date_alone, front_matter, lines_of, segments
from qa_plugin.language.dates import DateMention, find_dates
from qa_plugin.language.folding import cleaned, fold_text
from qa_plugin.language.month_names import without_weekdays
from qa_plugin.records import Span

_LONGEST_TITLE = 220
_SHORTEST_TITLE = 10
_TITLE_WORDS = 2
_KICKER_WORDS = 3
_TITLE_SEARCH = 6
_LONGEST_LABELLED_LINE = 160
_TOP_LINES, _END_LINES = 12, 8
_DATELINE_ROOM = 70
_DATELINE_PARAGRAPHS = 3
_LONGEST_LABEL_WORDS = 6
_LONGEST_PLACE_LINE, _PLACE_WORDS = 110, 6

_NO_HEADLINE_END = re.compile(r"[.;:,،؛۔…][\"'”“»)\]’]*$")
_HEADING_MARK = re.compile(r"#{1,6}\s+$")
_AFTER_DATELINE = re.compile(r"[\s,.]*(?:[(/\[][^()/\[\]\n]{2,40}[)/\]])?\s*(?:[-–—ـ]|$)")
_PLACE = re.compile(r"[^.!?؟:;\n]{0,45}$")


def title(text: str, body: Sequence[Span]) -> str | None:
    """The headline: from front matter, a `#` heading, or a first line that looks like one."""
    fields, _ = front_matter(text)
    if fields.get("title"):
        return _tidy(fields["title"])
    if not body:
        return None
    if _HEADING_MARK.search(text[max(0, body[0].start - 8) : body[0].start]):
        return _tidy(text[body[0].start : body[0].end])
    lines = [text[span.start : span.end] for span in body[:_TITLE_SEARCH]]
    if len(lines) > 1 and len(lines[0]) <= _LONGEST_TITLE and begins_with_report(lines[0]):
        lines = lines[1:]
    if not _is_headline(lines):
        return None
    if len(lines[0].split()) <= _KICKER_WORDS < len(lines[1].split()) and _is_headline(lines[1:]):
        return _tidy(lines[1])  # a section's name stood above the headline
    return _tidy(lines[0])


def _is_headline(lines: Sequence[str]) -> bool:
    """Whether the first of these paragraphs is short, no sentence with a stop, and above longer text."""
    line = lines[0].strip()
    if len(lines) < 2 or "\n" in line or not _SHORTEST_TITLE <= len(line) <= _LONGEST_TITLE:
        return False
    if len(line.split()) < _TITLE_WORDS or _NO_HEADLINE_END.search(line):
        return False
    return max(map(len, lines[1:])) > len(line)


def _tidy(words: str) -> str | None:
    return " ".join(cleaned(words).replace("\ufeff", "").split()) or None


def published(text: str, body: Sequence[Span]) -> str | None:
    """The day of publication as an ISO date, where the text gives a whole one outside the story."""
    fields, start = front_matter(text)
    for name in ("date", "published", "publication_date", "published_at", "pubdate", "publishdate"):
        if found := whole_day(fields.get(name, "")):
            return found
    lines = lines_of(text, start)
    return (
        _labelled(lines, "published")
        or _date_line(lines)
        or _dateline(text, body)
        or _place_line(lines)
        or _labelled(lines, "updated")
    )


def _date_line(lines: Sequence[Line]) -> str | None:
    """The date of a line at the top or end that says little else, alone or beside other entries."""
    edges = lines if len(lines) <= _TOP_LINES + _END_LINES else [*lines[:_TOP_LINES], *lines[-_END_LINES:]]
    for line in edges:
        parts = segments(line.raw) if len(line.raw) <= _LONGEST_LABELLED_LINE else []
        for part in [line.raw, *(parts if len(parts) > 1 else [])]:
            date = date_alone(part)
            if date and not _has_label(part, "updated"):
                return _first_whole([date])
    return None


def whole_day(words: str) -> str | None:
    """The first whole date of a text, as an ISO date."""
    return _first_whole(find_dates(words))


def _first_whole(dates: Sequence[DateMention]) -> str | None:
    return next((date.first.isoformat() for date in dates if date.is_whole and date.first), None)


@cache
def _labels(kind: str) -> frozenset[str]:
    return frozenset(" ".join(WORDS.findall(fold_text(label))) for label in data("boilerplate")["dates"][kind])


def _has_label(part: str, kind: str) -> bool:
    words = WORDS.findall(fold_text(part))
    return any(" ".join(words[:count]) in _labels(kind) for count in range(1, _LONGEST_LABEL_WORDS))


def _labelled(lines: Sequence[Line], kind: str) -> str | None:
    """The date after "Published:" and the like, which need not fill the line: "Ana | Publicado em 13/07/2025"."""
    for line in lines:
        if len(line.raw) > _LONGEST_LABELLED_LINE:
            continue
        for date in find_dates(line.raw):
            if date.is_whole and _ends_with_label(line.raw[: date.start], kind):
                return _first_whole([date])
    return None


def _ends_with_label(before: str, kind: str) -> bool:
    """Whether a label stands right before a date, with at most weekdays, times and marks between."""
    folded = fold_text(before)
    position = max(folded.rfind(":"), folded.rfind("|"))
    if position > 0 and not any(c.isdigit() for c in folded[position:]):
        head = WORDS.findall(re.split(r"[|•·/]", folded[:position])[-1])
        if " ".join(head) in _labels(kind):
            return True
    segment = WORDS.findall(re.split(r"[|•·:/]|\s[-–]\s", folded)[-1])
    return any(
        " ".join(segment[:count]) in _labels(kind) and len(segment) - count <= 2
        for count in range(1, min(len(segment), _LONGEST_LABEL_WORDS) + 1)
    )


def _dateline(text: str, body: Sequence[Span]) -> str | None:
    """The date of "PARIS, 13 juillet 2025 (AFP) –" at the beginning of the story."""
    for span in body[:_DATELINE_PARAGRAPHS]:
        head = text[span.start : span.end][: 2 * _DATELINE_ROOM]
        for date in find_dates(head):
            if date.end > _DATELINE_ROOM or not date.is_whole:
                continue
            after = _AFTER_DATELINE.match(head, date.end)
            if after and after.end() < len(head) and _PLACE.match(head[: date.start]) and _is_short(head[: date.start]):
                return _first_whole([date])
    return None


def _place_line(lines: Sequence[Line]) -> str | None:
    """The date of a line of its own that gives place, date and outlet: "Lages, 14 de julho de 2025 (Reuters)"."""
    for line in lines[:_TOP_LINES]:
        raw = line.raw.strip()
        if len(raw) > _LONGEST_PLACE_LINE:
            continue
        dates = [date for date in find_dates(raw) if date.is_whole]
        if len(dates) != 1:
            continue
        before, after = raw[: dates[0].start], raw[dates[0].end :]
        place = without_weekdays(fold_text(before)).rstrip(" ,،-–—")
        closed = not after.strip(" .") or after.strip().startswith(("(", "|", "-", "–", "—"))
        if closed and place and len(WORDS.findall(place)) <= _PLACE_WORDS and len(WORDS.findall(after)) <= _PLACE_WORDS:
            return _first_whole(dates)
    return None


def _is_short(place: str) -> bool:
    return len(WORDS.findall(place)) <= 5
