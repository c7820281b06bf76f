"""An answer as the text of a chat message, with the places of its citations.

Chat programs show Markdown. What comes from articles may not act as such: a picture in a quote would be fetched, a
link would pose as one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from qa_plugin.presentation import inline, prose, render_rest
from qa_plugin.records import Answer, Citation

_MARK = re.compile(r"\[(\d+)\]")
_ACTING = re.compile(r"[\\`*\[]|(?<!\w)_|_(?!\w)|~~|<(?=[A-Za-z/!?])|(?m:^)[#>](?=\s|$)")
_SINGLE_END = re.compile(r"(?<!\n)\n(?!\n)")

Addresser = Callable[[Citation], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a citation stands in a text, in code points."""

    citation: Citation
    start: int
    end: int


def written(text: str) -> str:
    """Text as Markdown that shows it: its marks as they are, its line ends kept."""
    pieces: list[str] = []
    last = 0
    for mark in _MARK.finditer(text):
        pieces += [_still(text[last : mark.start()]), mark.group()]
        last = mark.end()
    return "".join([*pieces, _still(text[last:])])


def answer_text(text: str) -> str:
    """The short answer, or what of it there is so far."""
    return _broken(written("\n".join(map(inline, text.splitlines()))))


def below(answer: Answer, host: str) -> str:
    """What stands below the short answer: the sources with their quotes, and who answered."""
    return _broken(written(render_rest(answer, width=None, host=host)))


def whole(answer: Answer, host: str) -> str:
    """All of a chat message."""
    return f"{answer_text(answer.text)}\n\n{below(answer, host)}"


def marks(text: str, answer: Answer) -> list[Mark]:
    """Each mark of the short answer; citations without one have theirs in the list of sources."""
    short = len(answer_text(answer.text))
    citations = {citation.id: citation for citation in answer.citations}
    found: list[Mark] = []
    marked: set[int] = set()
    for mark in _MARK.finditer(text):
        number = int(mark[1])
        if number in citations and (mark.start() < short or number not in marked):
            marked.add(number)
            found.append(Mark(citations[number], mark.start(), mark.end()))
    return found


def nested(mark: Mark, address: Addresser) -> dict[str, Any]:
    """An annotation of a chat completion."""
    return {"type": "url_citation", "url_citation": _cited(mark, address)}


def flat(mark: Mark, address: Addresser) -> dict[str, Any]:
    """An annotation of a response."""
    return {"type": "url_citation", **_cited(mark, address)}


def article_address(base: str, source: str) -> str:
    """Where the page shows an article."""
    return f"{base}/?{urlencode({'open': source}, errors='replace')}"


def quote_address(base: str, citation: Citation) -> str:
    """Where the page shows a quote in its article."""
    return f"{article_address(base, citation.source)}&at={citation.start}-{citation.end}"


def _cited(mark: Mark, address: Addresser) -> dict[str, Any]:
    title = prose(mark.citation.title or "") or inline(mark.citation.source)
    return {"url": address(mark.citation), "title": title, "start_index": mark.start, "end_index": mark.end}


def _still(text: str) -> str:
    return _ACTING.sub(lambda found: f"\\{found.group()}", text)


def _broken(text: str) -> str:
    """Single line ends as Markdown's hard ones."""
    return _SINGLE_END.sub("  \n", text)
