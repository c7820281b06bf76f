"""Values as plain text for people.

The text stands in logical order, as every terminal, clipboard and search expects it; terminals that know
Arabic script order and shape it themselves. Whatever comes from a file (names, titles, quotes) is shown on
one line and without control and bidirectional characters, so that no article can move the cursor or pose as
the answer.
"""

from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa_plugin.language.folding import cleaned
from qa_plugin.ports import THIS_MACHINE
from qa_plugin.records import Answer, Citation, Conflict, IndexReport, Position, SearchResult, SourceInfo

_MARKS = {"fr": ("«\u202f", "\u202f»"), "ar": ("«", "»"), "fa": ("«", "»")}
_INDENT = "    "
_TITLE_COLUMNS = 90
_EXCERPT = 360
"""Characters of a passage that `search` shows; the JSON has all of it."""
_FAILURES_SHOWN = 10
_NAMES_SHOWN = 5
_REJECTED_SHOWN, _SAID_COLUMNS, _WHY_COLUMNS = 5, 90, 120

_SPACE = re.compile("[^\\S\xa0\u202f\u2007]+")
"""White space and line ends of every kind, but not the spaces that hold words together."""
_CITED = re.compile(r"(?:\s*\[\d+\])+\s*$")
_INSIDE_WORDS = "a|abbr|b|big|bdi|bdo|cite|code|em|font|i|mark|small|span|strong|sub|sup|u"
_TAG = re.compile(
    rf"</?(?:(?P<inside>{_INSIDE_WORDS})|address|article|aside|blockquote|br|button|center|dd|div|dl|dt|figcaption|figure"
    r"|footer|form|h[1-6]|header|hr|iframe|img|input|label|li|link|main|meta|nav|ol|p|picture|pre|q|script|section|source"
    r"|style|table|tbody|td|tfoot|th|thead|tr|ul|video)(?:\s[^<>=]*=[^<>]*)?\s?/?>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Characters that JSON may hold as they are, but that move a terminal's cursor, turn its text round, or that
# readers of lines take for the end of one.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_GONE = "\0"
"""Stands where a character of a tag stood; a file's own NULs are not shown either."""


# ---------------------------------------------------------------- the pieces


def inline(text: str) -> str:
    """Text from elsewhere as one safe line: cleaned, every line end and run of spaces one space."""
    return cleaned(_SPACE.sub(" ", text)).strip(" ")


def prose(text: str) -> str:
    """Text of an article as one safe line, without the tags and entities of HTML that it may hold."""
    plain = _ENTITY.sub(lambda match: html.unescape(match.group()), _untagged(text).replace(_GONE, ""))
    return inline(plain) or inline(text)


def _untagged(text: str) -> str:
    """The text without tags, every other character at its place."""

    def gap(match: re.Match[str]) -> str:
        first = _GONE if match["inside"] else " "
        return first + _GONE * (len(match.group()) - 1)

    return _TAG.sub(gap, text) if "<" in text else text


def _label(language: str, name: str, **holes: str) -> str:
    """A set phrase in the question's language."""
    from qa_plugin.language.phrases import phrase  # --help does without

    return phrase(language, f"label_{name}", **holes)


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


def _details(language: str, published: str | None, title: str | None, reader: str) -> str:
    from qa_plugin.language.phrases import language_name  # --help does without

    unnamed = "" if language == "und" else inline(language)
    known = [language_name(language, reader) or unnamed, published or ""]
    if title and prose(title):
        known.append(shortened(prose(title), _TITLE_COLUMNS))
    return _label(reader, "comma").join(part for part in known if part)


def _heading(number: str, file: Citation | SearchResult, width: int | None, reader: str) -> str:
    details = _details(file.language, file.published, file.title, reader)
    text = inline(file.source) + (f" ({details})" if details else "")
    return wrap(text, width, first=f"{number} ", rest=_INDENT)


def _quoted(quote: str, language: str, width: int | None) -> str:
    opening, closing = _MARKS.get(language, ("“", "”"))
    return wrap(f"{opening}{prose(quote)}{closing}", width, first=_INDENT, rest=_INDENT)


def _marks(ids: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in ids)


# ---------------------------------------------------------------- an answer


def render(answer: Answer, *, width: int | None, host: str | None = None, signed: bool = True) -> str:
    """An answer for people: the short answer, each source with its quote, then who answered and what left.

    Args:
        answer: What to show.
        width: Columns to wrap at; None leaves every paragraph on one line.
        host: The host that the question was sent to; None or `THIS_MACHINE` where it did not leave.
        signed: Say who answered and what left; not where the text itself goes on to who knows where.
    """
    rest = render_rest(answer, width=width, host=host, signed=signed)
    return "\n\n".join(block for block in (_answer(answer, width), rest) if block)


def render_rest(answer: Answer, *, width: int | None, host: str | None = None, signed: bool = True) -> str:
    """What `render` shows below the answer itself."""
    reader = answer.question_language
    blocks = [_source(citation, width, f"[{citation.id}]", reader) for citation in answer.citations]
    if answer.history:
        earlier = f"{_label(reader, 'earlier')} "
        blocks.append("\n".join(_position(p, width, reader, first=earlier) for p in answer.history))
    if answer.near:
        nearest = [_source(citation, width, "–", reader) for citation in answer.near]
        blocks.append("\n\n".join([_label(reader, "nearest"), *nearest]))
    if answer.warnings or answer.dropped:
        note = f"{_label(reader, 'note')} "
        notes = [*answer.warnings, *_rejected(answer)]
        blocks.append("\n".join(wrap(inline(line), width, first=note) for line in notes))
    if signed and answer.status != "error":
        blocks.append(wrap(_by(answer, host), width))
    return "\n\n".join(block for block in blocks if block)


def _answer(answer: Answer, width: int | None) -> str:
    if answer.error is not None and not answer.text:
        return wrap(f"No answer: {inline(answer.error[1])}", width)
    if answer.status == "conflicting" and answer.conflicts:
        return "\n\n".join(_conflict(conflict, width, answer.question_language) for conflict in answer.conflicts)
    return "\n".join(wrap(inline(line), width) for line in answer.text.splitlines())


def _conflict(conflict: Conflict, width: int | None, reader: str) -> str:
    head = wrap(f"{_label(reader, 'disagree')} {inline(conflict.about)}".rstrip(), width)
    return "\n".join([head, *(_position(p, width, reader, first="– ") for p in conflict.positions)])


def _position(position: Position, width: int | None, reader: str, *, first: str) -> str:
    """A position with its marks once, whether or not the statement brings them along."""
    statement = _CITED.sub("", inline(position.statement))
    by = inline(position.attributed_to or "")
    extra = [by] if by and by.casefold() not in statement.casefold() else []
    extra += [position.published] if position.published else []
    if position.independent_sources > 1:
        extra.append(_label(reader, "independent", n=str(position.independent_sources)))
    said = f"({_label(reader, 'comma').join(extra)})" if extra else ""
    text = " ".join(filter(None, [statement, _marks(position.citations), said]))
    return wrap(text, width, first=first, rest=" " * columns(first))


def _source(citation: Citation, width: int | None, number: str, reader: str) -> str:
    lines = [
        _heading(number, citation, width, reader),
        _quoted(citation.quote, citation.language, width),
    ]
    if citation.copies:
        copies = f"{_label(reader, 'also_in')} {_some(citation.copies, _label(reader, 'comma'))}"
        lines.append(wrap(copies, width, first=_INDENT, rest=_INDENT))
    return "\n".join(lines)


def _by(answer: Answer, host: str | None) -> str:
    reader, elsewhere = answer.question_language, inline(host or "")
    if answer.mode == "llm":
        model = inline(answer.model or _label(reader, "a_model"))
        name = "model_here" if host == THIS_MACHINE else "model_at" if host else "model"
        kept = f" {_label(reader, 'kept')}" if _all_kept(answer) else ""
        return _label(reader, name, m=model, x=elsewhere) + kept
    if host and host != THIS_MACHINE:
        return _label(reader, "extracted_at", x=elsewhere)
    return _label(reader, "extracted")


def _rejected(answer: Answer) -> Iterator[str]:
    """What a model said of which nothing is left, with the reasons: else nobody could tell what it got wrong."""
    from qa_plugin.language.phrases import phrase  # --help does without

    asked = answer.usage.completion_tokens or answer.usage.kept_replies
    if answer.mode == "llm" or not asked:
        return
    for text, reason in answer.dropped[:_REJECTED_SHOWN]:
        said, why = (shortened(inline(part), most) for part, most in ((text, _SAID_COLUMNS), (reason, _WHY_COLUMNS)))
        yield phrase(answer.question_language, "note_rejected", x=said, e=why)


def _all_kept(answer: Answer) -> bool:
    """Whether the model was not asked at all, since what it said earlier was kept."""
    return answer.usage.kept_replies > 0 and not answer.usage.completion_tokens


# ---------------------------------------------------------------- lists


def render_search(results: Sequence[SearchResult], *, width: int | None) -> str:
    """Passages found, best first: each file's name, and the passage around the sentence that fits best."""
    if not results:
        return "Nothing in the sources."
    blocks = []
    for number, result in enumerate(results, start=1):
        heading = _heading(f"{number}.", result, width, "en")
        blocks.append(f"{heading}\n{wrap(_excerpt(result), width, first=_INDENT, rest=_INDENT)}")
    return "\n\n".join(blocks)


def _excerpt(result: SearchResult) -> str:
    text = _untagged(result.text)
    if len(text) <= _EXCERPT:
        return prose(text)
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
    return before + prose(text[start:end]) + after


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
        title = prose(info.title or "")
        if width is not None:
            title = shortened(title, max(width - columns(fixed) - 2, 1))
        yield f"{fixed}  {title}".rstrip()
        if info.copies:
            yield wrap(_some(info.copies), width, first=f"{_INDENT}  copies: ", rest=f"{_INDENT}    ")
        if info.translations:
            yield wrap(_some(info.translations), width, first=f"{_INDENT}  translations: ", rest=f"{_INDENT}    ")


def _some(names: Sequence[str], comma: str = ", ") -> str:
    """The first names of a list, and how many more there are."""
    more = len(names) - _NAMES_SHOWN
    return comma.join(map(inline, names[:_NAMES_SHOWN])) + (f" (+{more})" if more > 0 else "")


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
    holds = "hold" if len(report.empty) > 1 else "holds"
    empty = f" {counted(len(report.empty), 'file')} {holds} no article text." if report.empty else ""
    lines = [", ".join(said) + f".{empty}"]
    for source, reason in report.failed[:_FAILURES_SHOWN]:
        lines.append(wrap(f"{inline(source)}: {inline(reason)}", width, first="  ", rest=_INDENT))
    if len(report.failed) > _FAILURES_SHOWN:
        lines.append(f"  and {len(report.failed) - _FAILURES_SHOWN:,} more (all of them with --json)")
    return "\n".join(lines)


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# ---------------------------------------------------------------- JSON


def as_json(value: object, *, indent: int | None = None) -> str:
    """JSON with every script legible, safe to show, and on one line for every reader of lines."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:  # JSON has no infinity, which is what a number of 400 digits reads as
        text = json.dumps(_finite(value), ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
