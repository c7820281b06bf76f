"""Values as plain text for people.

The text stands in logical order, as every terminal, clipboard and search expects it; terminals that know
Arabic script order and shape it themselves. Whatever comes from a file (names, titles, quotes) is shown on
one line and without control and bidirectional characters, so that no article can move the cursor or pose as
the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa_plugin.language.folding import cleaned
from qa_plugin.ports import THIS_MACHINE
from qa_plugin.records import Answer, Citation, Conflict, IndexReport, Position, SearchResult, SourceInfo

LANGUAGES = {"en": "English", "pt": "Portuguese", "fr": "French", "ar": "Arabic", "fa": "Persian"}
_MARKS = {"fr": ("«\u202f", "\u202f»"), "ar": ("«", "»"), "fa": ("«", "»")}
_INDENT = "    "
_TITLE_COLUMNS = 90
_EXCERPT = 360
"""Characters of a passage that `search` shows; the JSON has all of it."""
_FAILURES_SHOWN = 10

_SPACE = re.compile("[^\\S\xa0\u202f\u2007]+")
"""White space and line ends of every kind, but not the spaces that hold words together."""
_CITED = re.compile(r"(?:\s*\[\d+\])+\s*$")


# ---------------------------------------------------------------- the pieces


def inline(text: str) -> str:
    """Text from elsewhere as one safe line: cleaned, every line end and run of spaces one space."""
    return cleaned(_SPACE.sub(" ", text)).strip(" ")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: marks none, wide East Asian characters two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def wrap(text: str, width: int | None, *, first: str = "", rest: str = "") -> str:
    """Break a text at spaces so that lines fit; `first` and `rest` begin the first and the other lines.

    A word longer than the line stays whole (an address is to be copied); `width` None breaks nothing.
    """
    if width is None:
        return first + text
    lines: list[str] = []
    line, used = first, columns(first)
    start = True
    for word in text.split(" "):
        length = columns(word)
        if not start and used + 1 + length > width:
            lines.append(line)
            line, used, start = rest, columns(rest), True
        line += word if start else f" {word}"
        used += length + (not start)
        start = False
    return "\n".join([*lines, line])


def shortened(text: str, most: int) -> str:
    """The text, or as much of it as fits `most` columns with an ellipsis."""
    if columns(text) <= most:
        return text
    kept: list[str] = []
    used = 0
    for character in text:
        used += columns(character)
        if used > most - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def _details(language: str, published: str | None, title: str | None) -> str:
    known = [LANGUAGES.get(language, "" if language == "und" else inline(language)), published or ""]
    if title and inline(title):
        known.append(shortened(inline(title), _TITLE_COLUMNS))
    return ", ".join(part for part in known if part)


def _heading(
    number: str, source: str, language: str, published: str | None, title: str | None, *, width: int | None
) -> str:
    details = _details(language, published, title)
    text = inline(source) + (f" ({details})" if details else "")
    return wrap(text, width, first=f"{number} ", rest=_INDENT)


def _quoted(quote: str, language: str, width: int | None) -> str:
    opening, closing = _MARKS.get(language, ("“", "”"))
    return wrap(f"{opening}{inline(quote)}{closing}", width, first=_INDENT, rest=_INDENT)


def _marks(ids: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in ids)


# ---------------------------------------------------------------- an answer


def render(answer: Answer, *, width: int | None, host: str | None = None) -> str:
    """An answer for people: the short answer, each source with its quote, then who answered and what left.

    Args:
        answer: What to show.
        width: Columns to wrap at; None leaves every paragraph on one line.
        host: The host that the question was sent to; None or `THIS_MACHINE` where it did not leave.
    """
    blocks = [_answer(answer, width)]
    blocks += [_source(citation, width, f"[{citation.id}]") for citation in answer.citations]
    if answer.history:
        blocks.append("\n".join(_position(p, width, first="Earlier: ") for p in answer.history))
    if answer.near:
        nearest = [_source(citation, width, "–") for citation in answer.near]
        blocks.append("\n\n".join(["Nearest:", *nearest]))
    if answer.warnings:
        blocks.append("\n".join(wrap(inline(warning), width, first="Note: ") for warning in answer.warnings))
    if answer.status != "error":
        blocks.append(wrap(_by(answer, host), width))
    return "\n\n".join(block for block in blocks if block)


def _answer(answer: Answer, width: int | None) -> str:
    if answer.error is not None and not answer.text:
        return wrap(f"No answer: {inline(answer.error[1])}", width)
    if answer.status == "conflicting" and answer.conflicts:
        return "\n\n".join(_conflict(conflict, width) for conflict in answer.conflicts)
    return "\n".join(wrap(inline(line), width) for line in answer.text.splitlines())


def _conflict(conflict: Conflict, width: int | None) -> str:
    about = inline(conflict.about)
    head = wrap(f"The sources disagree: {about}" if about else "The sources disagree:", width)
    return "\n".join([head, *(_position(p, width, first="– ") for p in conflict.positions)])


def _position(position: Position, width: int | None, *, first: str) -> str:
    """A position with its marks once, whether or not the statement brings them along."""
    statement = _CITED.sub("", inline(position.statement))
    by = inline(position.attributed_to or "")
    extra = [by] if by and by.casefold() not in statement.casefold() else []
    extra += [position.published] if position.published else []
    if position.independent_sources > 1:
        extra.append(f"{position.independent_sources} independent sources")
    said = f"({', '.join(extra)})" if extra else ""
    text = " ".join(filter(None, [statement, _marks(position.citations), said]))
    return wrap(text, width, first=first, rest=" " * columns(first))


def _source(citation: Citation, width: int | None, number: str) -> str:
    lines = [
        _heading(number, citation.source, citation.language, citation.published, citation.title, width=width),
        _quoted(citation.quote, citation.language, width),
    ]
    if citation.copies:
        copies = "also in: " + ", ".join(inline(copy) for copy in citation.copies)
        lines.append(wrap(copies, width, first=_INDENT, rest=_INDENT))
    return "\n".join(lines)


def _by(answer: Answer, host: str | None) -> str:
    if answer.mode == "llm":
        at = f" at {inline(host)}" if host else ""
        if host == THIS_MACHINE:
            at = " on this machine"
        return f"Answered by {inline(answer.model or 'a language model')}{at}; every quote checked."
    if host and host != THIS_MACHINE:
        return f"Answered by extraction; the question was sent to {inline(host)}."
    return "Answered by extraction; nothing left this machine."


# ---------------------------------------------------------------- lists


def render_search(results: Sequence[SearchResult], *, width: int | None) -> str:
    """Passages found, best first: each file's name, and the passage around the sentence that fits best."""
    if not results:
        return "Nothing in the sources."
    blocks = []
    for number, result in enumerate(results, start=1):
        heading = _heading(f"{number}.", result.source, result.language, result.published, result.title, width=width)
        blocks.append(f"{heading}\n{wrap(_excerpt(result), width, first=_INDENT, rest=_INDENT)}")
    return "\n\n".join(blocks)


def _excerpt(result: SearchResult) -> str:
    text = result.text
    if len(text) <= _EXCERPT:
        return inline(text)
    best_start = max(result.best[0] - result.start, 0)
    best_end = min(result.best[1] - result.start, len(text))
    room = max(_EXCERPT - (best_end - best_start), 0)
    start = max(best_start - room // 3, 0)
    end = min(max(start + _EXCERPT, best_end), len(text))
    if start > 0:  # begin with a whole word, unless there is none before the sentence
        space = text.find(" ", start, best_start)
        start = space + 1 if space >= 0 else best_start
    if end < len(text):
        space = text.rfind(" ", best_end, end)
        end = space if space >= 0 else best_end
    before, after = "… " if start > 0 else "", " …" if end < len(text) else ""
    return before + inline(text[start:end]) + after


def render_sources(sources: Sequence[SourceInfo], *, width: int | None) -> str:
    """The files of the index as a table under each root: name, language, date, title."""
    if not sources:
        return "The index holds no files."
    ordered = sorted(sources, key=lambda info: (info.root, info.source))
    by_root = groupby(ordered, key=lambda info: info.root)
    return "\n\n".join("\n".join(_root(root, list(group), width)) for root, group in by_root)


def _root(root: str, infos: list[SourceInfo], width: int | None) -> Iterator[str]:
    passages = sum(info.chunks for info in infos)
    yield f"{inline(root)} ({counted(len(infos), 'file')}, {counted(passages, 'passage')})"
    names = [inline(info.source) for info in infos]
    widest = max(map(columns, names))
    if width is not None:
        widest = min(widest, max(width // 2, 16))
    for name, info in zip(names, infos, strict=True):
        shown = name if width is None else shortened(name, widest)
        padded = shown + " " * (widest - columns(shown))
        fixed = f"  {padded}  {inline(info.language):<3}  {info.published or '':<10}"
        title = inline(info.title or "")
        if width is not None:
            title = shortened(title, max(width - columns(fixed) - 2, 1))
        yield f"{fixed}  {title}".rstrip()


def render_report(report: IndexReport, *, width: int | None) -> str:
    """What `index` did, in one line, and the files that could not be read with the reason of each."""
    counts = [
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.removed), "removed"),
        (report.unchanged, "unchanged"),
        (len(report.failed), "not read"),
    ]
    said = [f"{number:,} {word}" for number, word in counts if number or word in {"added", "unchanged"}]
    lines = [", ".join(said) + "."]
    for source, reason in report.failed[:_FAILURES_SHOWN]:
        lines.append(wrap(f"{inline(source)}: {inline(reason)}", width, first="  ", rest=_INDENT))
    if len(report.failed) > _FAILURES_SHOWN:
        lines.append(f"  and {len(report.failed) - _FAILURES_SHOWN:,} more (all of them with --json)")
    return "\n".join(lines)


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
