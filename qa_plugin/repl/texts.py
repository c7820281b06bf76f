"""What the commands of a conversation show, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_plugin.answering.following import Turn
from qa_plugin.presentation import inline, prose, render, shortened, wrap
from qa_plugin.records import Answer, Citation, SourceInfo

_RANKS = 12
"""Passages that `/why` shows."""
_SENTENCE = 160
_MARKS = 2
"""Columns that the marks of a quote may take on a line."""
_ITEM, _INDENT = "– ", "    "
"""How `render` begins the items of a list, and what belongs to the line above."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it was shown."""

    answer: Answer
    understood: str
    """The question that was searched for."""
    host: str | None
    """Where it was sent."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the answer, and what was searched for."""
        return {**self.answer.to_dict(), "understood": self.understood}


def why(turn: Turn, text_of: Callable[[str], str], *, width: int | None) -> str:
    """What was searched for, what was found and used, and what failed the checks."""
    answer = turn.answer
    lines = []
    if turn.understood != turn.question:
        lines.append(wrap(inline(turn.understood), width, first="Searched for: ", rest="    "))
    spent = ", ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in answer.timings_ms.items())
    by = f"model {inline(answer.model)}" if answer.mode == "llm" and answer.model else "extraction"
    lines.append(f"Status {answer.status}, confidence {answer.confidence:.2f}, by {by}; ms: {spent}.")
    used = sum(line.used for line in answer.retrieved)
    lines.append(f"Passages: {len(answer.retrieved)} retrieved, {used} used (*). The first:")
    for number, line in enumerate(answer.retrieved[:_RANKS], 1):
        sentence = shortened(prose(text_of(line.source)[line.best[0] : line.best[1]]), _SENTENCE)
        head = f"{number:>3} {'*' if line.used else ' '} {line.score:.2f}  {inline(line.source)}: "
        lines.append(wrap(sentence, width, first=head, rest="       "))
    lines += _dropped(answer, width)
    return "\n".join(lines)


def _dropped(answer: Answer, width: int | None) -> list[str]:
    if not answer.dropped:
        return ["No claim was dropped."]
    lines = ["Dropped, since a check failed:"]
    for text, reason in answer.dropped:
        lines.append(wrap(f"{inline(text)}: {inline(reason)}", width, first="  – ", rest="    "))
    return lines


def article(citation: Citation, text: str, mark: Callable[[str], str], *, width: int | None) -> str:
    """The article with the quote marked, paragraph by paragraph."""
    shown = []
    for start, end in _paragraphs(text):
        first, last = max(start, citation.start), min(end, citation.end)
        if first >= last:
            shown.append(wrap(prose(text[start:end]), width))
            continue
        parts = (text[start:first], text[first:last], text[last:end])
        shown.append(_with_mark(*map(prose, parts), mark=mark, width=width))
    return "\n\n".join(part for part in shown if part)


def _with_mark(before: str, quote: str, after: str, *, mark: Callable[[str], str], width: int | None) -> str:
    """A paragraph with the quote marked on each of its lines."""
    whole = " ".join(filter(None, [before, quote, after]))
    # Wrapped without marks, which are no text, but with room for them: breaking a line changes a space, and no place.
    text = wrap(whole, None if width is None else width - _MARKS)
    start = len(before) + 1 if before else 0
    lines, at = [], 0
    for line in text.split("\n"):
        first, last = (min(max(place - at, 0), len(line)) for place in (start, start + len(quote)))
        marked = mark(line[first:last]) if first < last else ""
        lines.append(line[:first] + marked + line[last:])
        at += len(line) + 1
    return "\n".join(lines)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((at, at + len(line)))
        at += len(line)
    return found


def path_of(info: SourceInfo) -> Path:
    """Where the file stands."""
    root = Path(info.root)
    return root if root.is_file() else root / info.source


def transcript(told: Iterable[Told], *, markdown: bool) -> str:
    """A conversation: each question, and all that the screen shows of its answer."""
    parts = []
    for one in told:
        shown = render(one.answer, width=None, host=one.host)
        question = inline(one.answer.question)
        parts.append(f"## {question}\n\n{_as_markdown(shown)}" if markdown else f"? {question}\n\n{shown}")
    return ("\n\n" if markdown else "\n\n\n").join(parts) + "\n"


def _as_markdown(shown: str) -> str:
    """What the screen shows, each line a paragraph: items stay a list, and quotes are quotations."""
    text, before = "", ""
    for line in filter(None, shown.split("\n")):
        if line.startswith(_ITEM):
            kind, new = "-", f"- {line.removeprefix(_ITEM)}"
        elif line.startswith(_INDENT):
            kind, new = ">", f"> {line.strip()}"
        else:
            kind, new = "", line
        between = "\n" if kind == before == "-" else "\n>\n" if kind == before == ">" else "\n\n"
        text += (between if text else "") + new
        before = kind
    return text
