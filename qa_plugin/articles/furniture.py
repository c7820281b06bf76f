"""How the lines look that a site puts around an article: buttons, labels, menus, notices, dates, credits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from qa_plugin.articles.credits import is_byline, is_credit_line
from qa_plugin.articles.lines import WORDS, Line, data, date_alone, folded_pattern, segments
from qa_plugin.language.folding import fold_text

LONGEST_MENU_ENTRY, MENU_ENTRY_WORDS = 25, 3
FEWEST_MENU_ENTRIES = 3
_FEWEST_LOOSE_ENTRIES = 4
"""Entries between dashes or dots, which headlines have as well."""
_LONGEST_BUTTON_LINE = 250
_LONGEST_LABEL_VALUE = 100
_LONGEST_TAG_LIST = 300
_LONGEST_RELATED = 220
_LONGEST_NOTICE = 700
_LONGEST_PARTED = 220
_MOSTLY, _ALL_BUT = 0.75, 0.95
_GLUED_MOSTLY = 0.85
_HEADLINE_WORDS = 5
_ICON_LETTERS = 2

SENTENCE_END = re.compile(r"[.!?…؟۔][\"'”“»)\]’]*$")
HEADING = re.compile(r"#{1,6}\s+")
_LABELLED = re.compile(r"\s*(?:[:|»›>]+|\s[-–—]\s|-\s)\s*")
_TAGS = frozenset(
    {"tag", "tags", "keywords", "topics", "mots", "palavras", *map(fold_text, ("وسوم", "الوسوم", "برچسب"))}
)
_HASHTAGS = re.compile(r"(?:[#@][\w_]+[\s,،|]*)+$")
_ADDRESS = re.compile(r"(?:\S{0,20}\s?:?\s?)?(?:https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+|[\w-]+(?:\.[\w-]+)+/\S*)$")
_STRONG_BETWEEN = re.compile(r"[|•·›▪☰▲▼]|\s»\s|\s{2,}|\t")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright\b)")
_CODE = re.compile(
    r"(?:var|let|const)\s[\w$]+\s?=|function\s?[\w$]*\([\w$, ]*\)\s?\{|(?:if|for|while|switch|catch)\s?\(.*\)\s?\{"
    r"|[\w$.\[\]]+\s?\|?=[^=].*;$|[a-z_$][\w$.]*\(.*[;{]$|(?:return|break|throw)\b.*;$"
    r"|[.#@]?[a-z][\w-]*(?:[ ,>]+[.#@]?[a-z][\w-]*){0,5}\s?\{|[})\]]+[;,]?\s?(?:\(|\)|else\b|catch\b|$)",
    re.ASCII,
)
"""A line of a script or a style sheet whose tags were lost: brackets or a semicolon where no sentence has them."""
_GLUED_FEWEST = 3
_GLUED_LETTERS = 4


@dataclass(frozen=True, slots=True)
class _Lists:
    phrases: dict[str, list[tuple[str, ...]]]
    """By their first word, the longest first."""
    glued: dict[str, list[str]]
    """The phrases written without spaces, by their first letters, the longest first."""
    fillers: frozenset[str]
    labels: frozenset[str]
    related: frozenset[str]
    notice_start: re.Pattern[str]
    notice: re.Pattern[str]


@cache
def _lists() -> _Lists:
    raw = data("boilerplate")
    phrases: dict[str, list[tuple[str, ...]]] = {}
    glued: dict[str, list[str]] = {}
    for words in {v for p in [*raw["networks"], *_every(raw["phrases"])] for v in _variants(p)}:
        phrases.setdefault(words[0], []).append(words)
        joined = "".join(words)
        if len(joined) >= _GLUED_LETTERS:
            glued.setdefault(joined[:_GLUED_LETTERS], []).append(joined)
    for longest_first in phrases.values():
        longest_first.sort(key=len, reverse=True)
    for joined_forms in glued.values():
        joined_forms.sort(key=len, reverse=True)
    notices = _every(raw["strong"])
    starting = [f"(?:{pattern[1:]})" for pattern in notices if pattern.startswith("^")]
    anywhere = [f"(?:{pattern})" for pattern in notices if not pattern.startswith("^")]
    return _Lists(
        phrases,
        glued,
        frozenset(WORDS.findall(fold_text(raw["fillers"]))),
        _folded(_every(raw["labels"])),
        _folded([*_every(raw["related"]), *_every(raw["tail"])]),
        folded_pattern(rf"[^\w]*(?:{'|'.join(starting)})"),
        folded_pattern("|".join(anywhere)),
    )


def _every(by_language: dict[str, list[str]]) -> list[str]:
    return [phrase for listed in by_language.values() for phrase in listed]


def _variants(phrase: str) -> set[tuple[str, ...]]:
    """A phrase's words; where a zero-width joiner stands, people also write a space or nothing."""
    forms = (WORDS.findall(fold_text(form)) for form in (phrase, phrase.replace("\u200c", " ")))
    return {tuple(word for word in words if len(word) > 1) for words in forms} - {()}


def _folded(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(words) for phrase in phrases for words in _variants(phrase))


def is_furniture(line: Line, *, first: bool, near_edge: bool) -> bool:
    """Whether a line is the site's and not the article's; in doubt it is the article's.

    Args:
        line: The line.
        first: No line of the article came before, so this may be its headline.
        near_edge: It stands near the beginning or end, where notices and menus are.
    """
    if not any(c.isalpha() for c in line.folded):
        return not SENTENCE_END.search(line.raw) or len(line.raw) <= FEWEST_MENU_ENTRIES
    if (
        _CODE.match(line.raw)
        or _ADDRESS.match(line.folded)
        or _HASHTAGS.match(line.folded)
        or _is_notice(line, near_edge=near_edge)
    ):
        return True
    if len(line.raw) > _LONGEST_TAG_LIST:
        return False
    return (
        _is_buttons(line.folded)
        or _is_labelled(line, first=first)
        or (len(line.raw) <= _LONGEST_LABEL_VALUE and _COPYRIGHT.match(line.folded) is not None)
        or (near_edge and _is_about_article(line))
        or _is_parted(line, near_edge=near_edge)
        or (near_edge and _is_glued(line))
    )


def is_tail_heading(line: Line) -> bool:
    """Whether only lists and forms come below this line: "Related articles", "Leave a comment"."""
    return _label(line.folded) in _lists().related


def is_menu_entry(line: Line) -> bool:
    """Whether a line is short enough for the entry of a menu, and says nothing."""
    return _is_short_entry(line.raw) and not HEADING.match(line.raw)


def _is_short_entry(raw: str) -> bool:
    return (
        len(raw) <= LONGEST_MENU_ENTRY
        and len(raw.split()) <= MENU_ENTRY_WORDS
        and not SENTENCE_END.search(raw)
        and not any(c.isdigit() for c in raw)
    )


def _is_notice(line: Line, *, near_edge: bool) -> bool:
    if len(line.raw) > (_LONGEST_NOTICE if near_edge else _LONGEST_BUTTON_LINE):
        return False
    lists = _lists()
    return bool(lists.notice_start.match(line.folded) or lists.notice.search(line.folded))


def _is_about_article(line: Line) -> bool:
    """Whether a line is only a date, a credit or a writer's name."""
    return date_alone(line.raw) is not None or is_credit_line(line) or is_byline(line)


def _is_buttons(folded: str) -> bool:
    """Whether known phrases make up the line; everyday words that stand alone must make up all of it."""
    if len(folded) > _LONGEST_BUTTON_LINE:
        return False
    words = [word for word in WORDS.findall(folded) if len(word) > 1 and not word.isdigit()]
    lists = _lists()
    covered = fillers = longest = several = at = 0
    while at < len(words):
        found = next((p for p in lists.phrases.get(words[at], ()) if tuple(words[at : at + len(p)]) == p), ())
        if found:
            covered += sum(map(len, found))
            longest = max(longest, len(found))
            several += 1
        elif words[at] in lists.fillers:
            fillers += len(words[at])
        at += len(found) or 1
    share = _MOSTLY if longest > 1 or several >= FEWEST_MENU_ENTRIES else _ALL_BUT
    return covered > 0 and covered + fillers >= share * sum(map(len, words))


def _is_glued(line: Line) -> bool:
    """Whether a line is several known phrases that lost the spaces between them, as scraped menus do."""
    letters = "".join(word for word in WORDS.findall(line.folded) if not word.isdigit())
    if len(letters) > LONGEST_MENU_ENTRY * 4 or SENTENCE_END.search(line.raw):
        return False
    lists = _lists()
    covered = found = at = 0
    while at < len(letters):
        phrase = next((p for p in lists.glued.get(letters[at : at + 4], ()) if letters.startswith(p, at)), "")
        covered += len(phrase)
        found += bool(phrase)
        at += len(phrase) or 1
    if found < _GLUED_FEWEST:
        return found > 1 and covered == len(letters)
    return covered >= _GLUED_MOSTLY * len(letters)


def _is_labelled(line: Line, *, first: bool) -> bool:
    """Whether a line is a label with its value, or points to another article."""
    lists = _lists()
    folded = line.folded.lstrip("*•-–[(> ")
    separator = _LABELLED.search(folded)
    label = _label(folded[: separator.start()] if separator else folded)
    value = folded[separator.end() :] if separator else ""
    words = value.split()
    if not label or (first and len(words) >= _HEADLINE_WORDS):
        return False
    if label in lists.related:
        return len(value) <= _LONGEST_RELATED
    if not first and _begins_with_related(line):
        return True
    if separator is None or label not in lists.labels:
        return False
    if label.split()[0] in _TAGS:
        return True
    return len(value) <= _LONGEST_LABEL_VALUE and not (SENTENCE_END.search(value) and len(words) > _HEADLINE_WORDS)


def _label(folded: str) -> str:
    return " ".join(word for word in WORDS.findall(folded) if len(word) > 1 and not word.isdigit())


def _begins_with_related(line: Line) -> bool:
    """Whether a line points elsewhere with no colon after it: "Leia também Prefeitura abre…"."""
    if len(line.raw) > _LONGEST_RELATED or SENTENCE_END.search(line.raw):
        return False
    words = _label(fold_text(" ".join(segments(line.raw)))).split()
    return any(" ".join(words[:count]) in _lists().related for count in (2, 3, 4))


def _is_parted(line: Line, *, near_edge: bool) -> bool:
    """Whether a line holds several entries side by side, all of them known or as short as those of a menu."""
    if len(line.raw) > _LONGEST_PARTED or (SENTENCE_END.search(line.raw) and not near_edge):
        return False
    parts = segments(line.raw)
    if len(parts) < 2:
        return False
    others = [part for part in parts if not _is_known_part(part)]
    if not others:
        return True
    if not near_edge or not all(_is_short_entry(part) for part in others):
        return False
    few = FEWEST_MENU_ENTRIES if _STRONG_BETWEEN.search(line.raw) else _FEWEST_LOOSE_ENTRIES
    return len(parts) >= few or (2 * len(others) <= len(parts) and few == FEWEST_MENU_ENTRIES)


def _is_known_part(part: str) -> bool:
    line = Line(0, len(part), part, fold_text(part))
    if sum(c.isalpha() for c in part) <= _ICON_LETTERS:
        return True
    return (
        _is_buttons(line.folded)
        or _is_labelled(line, first=False)
        or _is_about_article(line)
        or _ADDRESS.match(line.folded) is not None
    )
