"""The lines of a text with their places, its front matter, and lines that are nothing but a date."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.language.dates import DateMention, find_dates
from qa_plugin.language.folding import fold_text
from qa_plugin.language.month_names import without_weekdays
from qa_plugin.language.times import find_times

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BLANK = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x1f"
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<fields>(?:.*\r?\n){0,60}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)")
_FIELD = re.compile(r"(?m)^(?P<name>[A-Za-z_-]{2,30})[ \t]*:[ \t]*(?P<value>[^\r\n]*?)[ \t]*\r?$")
_LONGEST_DATE_LINE = 160
_MOST_LETTERS_BESIDE_DATE = 16
"""Room for the name of a town ("Lisboa, 13 de julho de 2025")."""
_MOST_WORDS_BESIDE_DATE = 2
_MARKDOWN_TARGET = re.compile(r"\]\([^()\s]*\)")
_BETWEEN = re.compile(
    r"\s{2,}|\t|\s*[|•·▪▸▶◄■☰→←↗★▲▼;؛]+\s*|\s+[-–—/.>»›=]+\s+"
    r"|(?<=[a-zß-öø-ÿ)\]])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])|(?<=[A-ZÀ-ÖØ-Þ]{2})(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])"
)
_AROUND_ENTRY = " \t\u00a0*_[]()#>-–—.,:"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
WORDS = re.compile(r"[^\W_]+")


class Line(NamedTuple):
    """A line without the white space and invisible marks around it."""

    start: int
    end: int
    raw: str
    folded: str


@lru_cache(maxsize=1)  # three readers in a row ask for the same lines
def lines_of(text: str, start: int = 0) -> tuple[Line, ...]:
    """The lines of a text that hold anything, from an offset on."""
    lines = []
    for match in _LINE.finditer(text, start):
        raw = match.group()
        stripped = raw.lstrip(_BLANK + _INVISIBLE)
        left = match.start() + len(raw) - len(stripped)
        stripped = stripped.rstrip(_BLANK + _INVISIBLE)
        if stripped:
            lines.append(Line(left, left + len(stripped), stripped, fold_text(stripped)))
    return tuple(lines)


def segments(raw: str) -> list[str]:
    """The entries that a line holds side by side: between bars, dots, dashes or wide gaps, or glued on."""
    plain = _MARKDOWN_TARGET.sub("]", raw)
    if "«" in plain:
        plain = plain.replace("»", "”")  # the end of a quotation, then, and no arrow
    return [part for piece in _BETWEEN.split(plain) if (part := piece.strip(_AROUND_ENTRY))]


def front_matter(text: str) -> tuple[dict[str, str], int]:
    """The fields between `---` lines at a text's beginning, names in small letters, and where it goes on."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, 0
    fields = {field["name"].lower(): field["value"].strip("\"' ") for field in _FIELD.finditer(match["fields"])}
    return (fields, match.end()) if fields else ({}, 0)


def date_alone(line: str, *, room: int = _MOST_LETTERS_BESIDE_DATE) -> DateMention | None:
    """The whole date that makes up a line, beside labels, weekdays, times and at most a town; else None."""
    if len(line) > _LONGEST_DATE_LINE or not any(c.isdigit() for c in line):
        return None
    dates = find_dates(line)
    whole = [date for date in dates if date.is_whole]
    if not whole:
        return None
    rest = line
    for start, end in sorted([*((d.start, d.end) for d in dates), *find_times(line)], reverse=True):
        rest = rest[:start] + " " + rest[end:]
    spaced = f" {' '.join(WORDS.findall(without_weekdays(fold_text(rest))))} "
    for phrase in _beside_dates():
        while f" {phrase} " in spaced:
            spaced = spaced.replace(f" {phrase} ", " ")
    left = spaced.split()
    return whole[0] if sum(map(len, left)) <= room and len(left) <= _MOST_WORDS_BESIDE_DATE else None


@cache
def _beside_dates() -> list[str]:
    phrases = {phrase for listed in data("boilerplate")["dates"].values() for phrase in listed}
    return sorted({" ".join(WORDS.findall(fold_text(phrase))) for phrase in phrases}, key=len, reverse=True)


def folded_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern to match folded text with: its letters beyond ASCII are folded, its syntax is left alone."""
    return re.compile(_BEYOND_ASCII.sub(lambda match: fold_text(match.group()), pattern))


def data(name: str) -> dict[str, Any]:
    """A table of `qa_plugin/data`, read once."""
    return load_toml(f"{name}.toml")
