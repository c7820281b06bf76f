"""The words with which a language speaks of days, weeks, months and years, as tables ready for matching.

Every mention has a word that carries it, its anchor ("Wednesday", "yesterday", "week"); texts are searched for anchors
alone, and only there for what stands before and after them ("three … ago", "late last …").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.language.calendars import GREGORIAN, ISLAMIC, JALALI
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.number_tokens import number_words

WEEKDAY, DAYS, SPAN, UNIT, SEASON, MONTH, DECADE, CENTURY, TENS, PLURAL_YEAR = (
    "weekday", "days", "span", "unit", "season", "month", "decade", "century", "tens", "plural_year",
)  # fmt: skip
ALONE, LED, CALLED, NAMED = "alone", "led", "called", "named"
"""What a month's name needs beside it."""
_COUNTS = (1, 2, None)
"""What the singular, the dual and the plural of a unit count by themselves."""
_ARTICLE = "ال"
_NEAR = 48
"""How many characters before a word are looked at."""
_DIGITS = r"\d{1,3}"


_BEFORE = (
    *("last_before", "past_before", "next_before", "this_before", "ago_before", "ahead_before"),
    *("few", "about", "leads", "weekday_leads", "weekend_leads", "month_words", "deadline", "between"),
    *("names_before", "day_names_before", "unit_names_before", "habit_before"),
)
_AFTER = (
    *("last_after", "next_after", "this_after", "ago_after", "ahead_after", "ago_not_after", "of", "gregorian_era"),
    *("weak_after", "dayparts", "month_words", "equals", "names_after", "day_names_after"),
)
"""Lists of the table that become patterns of their own."""


class Anchor(NamedTuple):
    """What a word, or the first word of several, stands for."""

    rest: str
    """What follows the first word, with what parts them."""
    kind: str
    value: Any
    """A weekday's or season's number, a range of days, a unit's name and count, a month's number and calendar."""
    certain: bool = True
    """Whether it needs no other word beside it."""
    joined: int = 0
    """How many letters of the word are a joined preposition."""


@dataclass(frozen=True, slots=True)
class DateWords:
    """The tables of one language."""

    anchors: dict[str, list[Anchor]]
    """By their first word, the longest first."""
    before: dict[str, re.Pattern[str] | None]
    """What ends just before a place, by what it does; the group `word` is the word found."""
    after: dict[str, re.Pattern[str] | None]
    """What begins at a place."""
    parts: dict[str, tuple[int, int]]
    decades: dict[str, int]
    ordinals: dict[str, int]
    calendar: str
    week_starts: int
    number: re.Pattern[str]
    ones: frozenset[str]
    habits: frozenset[str]
    """What sets the language apart: `capitals`, `plural_ago`, `number_follows`."""

    def ends_at(self, name: str, text: str, start: int) -> re.Match[str] | None:
        """The words of a list that end just before a place."""
        pattern = self.before.get(name)
        return pattern.search(text, max(0, start - _NEAR), start) if pattern else None

    def begins_at(self, name: str, text: str, end: int, limit: int | None = None) -> re.Match[str] | None:
        """The words of a list that begin at a place."""
        pattern = self.after.get(name)
        return pattern.match(text, end, len(text) if limit is None else limit) if pattern else None

    def fills(self, name: str, text: str, start: int, end: int) -> bool:
        """Whether the words of a list are all that stands between two places."""
        pattern = self.after.get(name)
        return pattern is not None and pattern.fullmatch(text, start, end) is not None

    def within(self, name: str, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Where the words of a list stand between two places."""
        pattern = self.after.get(name)
        return pattern.finditer(text, start, end) if pattern else iter(())


@cache
def date_words(language: str) -> DateWords | None:
    """The words of a language, or None where the table has none for it."""
    table = load_toml("dates.toml")["words"].get(language)
    return None if table is None else _Builder(language, table).built()


def plain(written: str) -> str:
    """Words as the tables have them, where a line may end between them."""
    return " ".join(written.split())


def forms(listed: str) -> list[str]:
    """The forms of a cell of the table: folded, with and without accents, the longest first."""
    found = {form.strip() for form in fold_text(listed).split(",")} - {""}
    return sorted(found | {bare(form) for form in found}, key=lambda form: (-len(form), form))


_ROMAN = {"i": 1, "v": 5, "x": 10}
_LEADING = re.compile(r"(?:ال)?(\d+)")


def ordinal(word: str, known: dict[str, int]) -> int | None:
    """The number of a century: 19th, xixe, nineteenth."""
    if word in known:
        return known[word]
    if match := _LEADING.match(word):
        return int(match.group(1))
    letters = [_ROMAN[letter] for letter in re.match(r"[ivx]*", word).group()]  # type: ignore[union-attr]
    return sum(-a if a < b else a for a, b in zip(letters, [*letters[1:], 0], strict=True)) or None


_FIRST_WORD = re.compile(r"[^\W\d_]+")


class _Builder:
    def __init__(self, language: str, table: dict[str, Any]) -> None:
        self.language = language
        self.table = table
        self.anchors: dict[str, list[Anchor]] = {}
        self.prefixes: str = fold_text(table.get("prefixes", ""))

    def built(self) -> DateWords:
        self._add_anchors()
        for listed in self.anchors.values():
            listed.sort(key=lambda anchor: (-len(anchor.rest), anchor.joined))
        parts = {form: (k, n) for name, (k, n) in self.table.get("parts", {}).items() for form in forms(name)}
        decades = {f: v for name, v in self.table.get("decade_words", {}).items() for f in forms(name)}
        ordinals = {f: at + 1 for at, names in enumerate(self.table.get("ordinals", [])) for f in forms(names)}
        number = self._number()
        return DateWords(
            self.anchors,
            {**self._befores(), "parts": self._before_parts(parts), "number": _ending(rf"(?P<word>{number})")},
            self._afters(number, decades, ordinals),
            parts,
            decades,
            ordinals,
            self.table.get("calendar", GREGORIAN),
            self.table.get("week_starts", 0),
            re.compile(number),
            frozenset(forms(self.table.get("one", ""))),
            frozenset(self.table.get("habits", [])),
        )

    # ---------------------------------------------------------------- anchors

    def _add_anchors(self) -> None:
        table = self.table
        for at, names in enumerate(table.get("weekdays", [])):
            self._add(names, WEEKDAY, at)
            for glued in forms(table.get("glued", "")):
                self._add(",".join(name + glued for name in forms(names)), WEEKDAY, at)
        for at, names in enumerate(table.get("weekdays_weak", [])):
            self._add(names, WEEKDAY, at, certain=False)
        for name, days in table.get("days", {}).items():
            self._add(name, DAYS, tuple(days))
        for name, (unit, away) in table.get("spans", {}).items():
            self._add(name, SPAN, (unit, away))
        for unit, cells in table.get("units", {}).items():
            for count, names in zip(_COUNTS, cells, strict=True):
                self._add(names, UNIT, (unit, count))
        for at, names in enumerate(table.get("seasons", [])):
            self._add(names, SEASON, at, certain=False)
        for calendar in (GREGORIAN, JALALI, ISLAMIC):
            for level in (LED, CALLED, NAMED):
                for name, month in table.get(f"{level}_{calendar}", {}).items():
                    self._add(name, MONTH, (month, calendar, level))
                    if calendar == JALALI:
                        self._add(name + fold_text("ماه"), MONTH, (month, calendar, ALONE))
        self._add(table.get("decade_before", ""), DECADE, None)
        for name, tens in table.get("tens", {}).items():
            article = f",{_ARTICLE}{name}" if self.prefixes else ""
            self._add(name + article, TENS, tens)
        self._add(table.get("decade_suffix", ""), PLURAL_YEAR, None)

    def _add(self, names: str, kind: str, value: object, *, certain: bool = True) -> None:
        for form in forms(names):
            word = _FIRST_WORD.match(form)
            if word is None:
                continue
            first, rest = word.group(), form[word.end() :]
            self._list(first, Anchor(rest, kind, value, certain))
            for prefix in self.prefixes:
                self._list(prefix + first, Anchor(rest, kind, value, certain, joined=1))
            if self.prefixes and first.startswith(_ARTICLE):
                self._list("لل" + first[2:], Anchor(rest, kind, value, certain, joined=1))

    def _list(self, word: str, anchor: Anchor) -> None:
        listed = self.anchors.setdefault(word, [])
        if all((known.rest, known.kind) != (anchor.rest, anchor.kind) for known in listed):
            listed.append(anchor)

    # ---------------------------------------------------------------- patterns

    def _number(self) -> str:
        """A number below a thousand, in digits or in words."""
        words = number_words(self.language)
        known = {*words.units, *words.hundred, *forms(self.table.get("one", ""))}
        accented = {fold_text(w) for w in load_toml("numbers.toml").get(self.language, {}).get("units", {})}
        word = _any(known | accented)
        joiner = _any(words.inner_joiners) if words.inner_joiners else "-"
        article = f"(?:{_ARTICLE})?" if self.prefixes else ""
        return rf"(?<!\w){article}(?:{_DIGITS}|(?:{word})(?:(?:[ -](?:{joiner})?[ -]?)(?:{word}))*)(?!\w)"

    def _befores(self) -> dict[str, re.Pattern[str] | None]:
        found = {name.removesuffix("_before"): self._before(self.table.get(name, "")) for name in _BEFORE}
        found["seasons"] = self._before(",".join(self.table.get("seasons", [])))
        words = number_words(self.language)
        found["halves"] = self._before(",".join(words.halves))
        units = ",".join(cell for cells in self.table.get("units", {}).values() for cell in cells)
        joiner = f"(?:{_any(words.inner_joiners)})"
        found["compound"] = re.compile(rf"(?:{_any(forms(units))})\s(?:{joiner}\s)$") if words.inner_joiners else None
        ordinals = [form for names in self.table.get("ordinals", []) for form in forms(names)]
        numeral = r"\d{1,2}(?:st|nd|rd|th|e|ème|eme|er|º)?|[ivx]{1,5}(?:e|ème|eme|er)"
        found["century"] = re.compile(rf"(?<!\w)(?P<word>{numeral}|{_any(ordinals)})[\s-]$")
        found["ordinals"] = self._before_ordinal(ordinals)
        links = _any(forms(self.table.get("links", "")))
        day = r"(?<![\d.,:/])(?P<word>[12]?\d|3[01])(?:st|nd|rd|th|º)?"
        found["day_of"] = re.compile(
            rf"(?:{day}\s(?:(?:{links})\s){{1,2}}|(?<=\bdia\s){day.replace('word', 'dia')}\s)$"
        )
        return found

    def _before_ordinal(self, ordinals: Iterable[str]) -> re.Pattern[str]:
        """A day of the month in words, and what parts it from the month."""
        links, leads = forms(self.table.get("ordinal_links", "")), forms(self.table.get("ordinal_leads", ""))
        link = rf"(?:{_any(links)})\s" if links else ""
        return re.compile(rf"(?:^|[.,;:(\n]\s?|(?<!\w)(?:{_any(leads)})\s)(?P<word>{_any(ordinals)})\s{link}$")

    def _before(self, listed: str) -> re.Pattern[str] | None:
        prefix = f"[{self.prefixes}]?" if self.prefixes else ""
        words = forms(listed)
        return _ending(rf"(?<!\w){prefix}(?P<word>{_any(words)})") if words else None

    def _before_parts(self, parts: Iterable[str]) -> re.Pattern[str] | None:
        words = [*parts]
        if not words:
            return None
        links = forms(self.table.get("links", ""))
        link = rf"(?:(?:{_any(links)})(?:\s|(?<='))){{0,3}}" if links else ""
        prefix = f"[{self.prefixes}]?" if self.prefixes else ""
        return re.compile(rf"(?<!\w){prefix}(?P<word>{_any(words)})(?:\s|-){link}$")

    def _afters(
        self, number: str, decades: Iterable[str], ordinals: Iterable[str]
    ) -> dict[str, re.Pattern[str] | None]:
        found = {name.removesuffix("_after"): _starting(forms(self.table.get(name, ""))) for name in _AFTER}
        links, ranges = forms(self.table.get("links", "")), forms(self.table.get("ranges", ""))
        found["links"] = re.compile(rf"[\s,]{{1,2}}(?:(?:{_any(links)})(?:\s|(?<='))){{0,3}}") if links else None
        found["ranges"] = re.compile(rf"\s?(?:-|(?<=\s)(?:{_any(ranges)})(?=\s))\s?(?:(?:{_any(links)})(?:\s|(?<=')))?")
        day_ranges = forms(self.table.get("day_ranges", ""))
        found["day_ranges"] = re.compile(rf"\s(?:{_any(day_ranges)})\s(?:(?:{_any(links)})\s)?")
        found["pairs"] = _starting(forms(self.table.get("pairs", "")))
        found["number"] = re.compile(rf"\s(?P<word>{number})")
        found["decade"] = re.compile(rf"\s(?:(?P<year>1\d\d0|20\d0)|(?P<tens>\d0)|(?P<word>{_any(decades)}))(?!\w)")
        found["century"] = re.compile(
            rf"\s(?P<word>(?:ال)?\d{{1,2}}(?:\s?ام|\s?م)?|[ivx]{{1,5}}|{_any(ordinals)})(?!\w)"
        )
        found["before_era"] = self._within("before_era", r"\s\(?")
        for name in ("future_stops", "future_before"):
            found[name] = self._within(name, r"(?<!\w)")
        found["future_after"] = self._within("future_after", r"(?<!\w)ن?")
        return found

    def _within(self, name: str, begins: str) -> re.Pattern[str] | None:
        words = forms(self.table.get(name, ""))
        return re.compile(rf"{begins}(?:{_any(words)})(?!\w)") if words else None


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; it matches nothing where there are none."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in ordered) or r"(?!)"


def _ending(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}(?:[\s-]|(?<='))$")


def _starting(words: list[str]) -> re.Pattern[str] | None:
    return re.compile(rf",?\s(?P<word>{_any(words)})(?!\w)") if words else None
