"""Units beside a number: after it in words or signs, before it as the sign or code of a currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement: its canonical name, dimension, and factor to the dimension's base."""

    name: str
    dimension: str
    factor: float
    offset: float = 0.0
    """What is added after the factor: degrees Fahrenheit begin elsewhere."""


class Stated(NamedTuple):
    """A unit found in a text, and how far it reaches."""

    unit: Unit
    at: int
    """Its end, or its start where it stands before the number."""
    times: float = 1.0
    """What the word multiplies the number by, besides naming the unit."""


def _key(words: str) -> str:
    return " ".join(bare(fold_text(words)).split())


_RULES = frozenset({"words", "accented", "ambiguous", "multiples", "large_only", "persons"})
"""Tables of the file that are no dimensions."""


@cache
def _by_name() -> dict[str, tuple[Unit, list[str], str]]:
    found: dict[str, tuple[Unit, list[str], str]] = {}
    for dimension, units in load_toml("units.toml").items():
        if dimension not in _RULES:
            for name, entry in units.items():
                unit = Unit(name, dimension, float(entry["factor"]), float(entry.get("offset", 0.0)))
                found[name] = unit, entry["forms"], entry.get("base", name)
    return found


@cache
def _forms() -> tuple[dict[str, Unit], int]:
    found: dict[str, Unit] = {}
    for unit, forms, _ in _by_name().values():
        for form in forms:
            found.setdefault(_key(form), unit)
    return found, max(len(form.split()) for form in found)


@cache
def _rule(name: str) -> dict[str, object]:
    return {_key(form): value for form, value in load_toml("units.toml")[name].items()}


@cache
def _known() -> frozenset[str]:
    """Every form that names a unit in some language."""
    return frozenset((*_forms()[0], *_rule("ambiguous"), *_rule("multiples"))) - {""}


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(map(_key, load_toml("units.toml")["words"][name]))


def unit_named(words: str) -> Unit | None:
    """The unit that the folded words name, if they name one."""
    return _forms()[0].get(bare(words))


@cache
def compared_as(unit: Unit) -> str:
    """What may be compared with what: all of a dimension, money only within a currency."""
    return f"money {_by_name()[unit.name][2]}" if unit.dimension == "money" else unit.dimension


@cache
def alike(one: Unit, other: Unit) -> bool:
    """Whether two units may be meant by one word, as the dollars and the rials of several countries are."""
    return compared_as(one) == compared_as(other) or not _form_words(one.name).isdisjoint(_form_words(other.name))


@cache
def _form_words(name: str) -> frozenset[str]:
    return frozenset(word for form in _by_name()[name][1] for word in _key(form).split() if len(word) >= _SHORT_UNIT)


_AFTER = re.compile(
    r"(?:[ -]?(?=[^\W\d_])| ?(?=\W))"
    r"([^\W\d_]{1,2}[23](?!\w)|[^\W\d_](?:\.[^\W\d_])+\.?|[^\W\d_]+\.?(?:['/ -][^\W\d_]+){0,3}"
    r"|°(?: ?[cf](?!\w))?|%|[$¢-¥\u20a0-\u20cf])"
)
_MAX_WORDS = 50_000
"""How many words are kept of which it is known whether a unit can begin with them."""


class _MayBegin(dict[str, bool]):
    """Whether the form of a unit can begin with a word of a text, worked out at first sight: with most none can."""

    def __init__(self) -> None:
        super().__init__()
        self._first_words = frozenset(form.partition(" ")[0] for form in _known())

    def __missing__(self, word: str) -> bool:
        if len(self) >= _MAX_WORDS:
            self.clear()
        plain = bare(word)
        # What may be written to a unit's word is taken off: see the readings in `unit_after`.
        found = "-" in plain or "'" in plain
        found = found or any(plain.removesuffix(end) in self._first_words for end in ("", ".", "ی", "ای"))
        self[word] = found
        return found


_may_begin = cache(lambda: _MayBegin())  # a function, so that it has a signature
_PIECE = re.compile(r"\S+")
_SHORT_UNIT = 3
_GLUED = re.compile(r"[^\W\d_]+")


def unit_after(text: str, end: int, language: str, *, scale: float = 1.0) -> Stated | None:
    """The unit that follows a number; `scale` is the number's last scale word."""
    match = _AFTER.match(text, end)
    if match is None:
        return None
    (forms, longest), known = _forms(), _known()
    written = match.group(1)
    if written[0] == "°":
        return Stated(forms[written.replace(" ", "")], match.end(1))
    if match.start(1) == end and (glued := _GLUED.match(written)) and glued.group() in _words("glued"):
        return Stated(forms["°" + glued.group()], end + glued.end())
    words = [(m.group(), m.end()) for m in _PIECE.finditer(written)]
    if words[0][0] in load_toml("units.toml")["accented"]["words"]:
        return None
    if bare(words[0][0]) in _words("skip"):
        words = words[1:]
    if not words or not _may_begin()[words[0][0]]:
        return None  # so with most
    for count in range(min(longest, len(words)), 0, -1):
        form = bare(" ".join(w for w, _ in words[:count]))
        # An ending ی makes an adjective of a Persian unit: 60 سانتیمتری.
        adjective = form.removesuffix("ی") if language == "fa" and len(form) > _SHORT_UNIT else ""
        minutely = form.removesuffix("ای") if language == "fa" and form.endswith("های") else ""
        for candidate in (
            form,
            form.split("-")[0],
            form.removesuffix("."),
            form.partition("'")[2],
            adjective,
            minutely,
        ):
            stated = _reading(candidate, language, scale) if candidate in known else None
            if stated is not None and (candidate not in form[2:] or form[1:2] == "'"):
                stop = match.start(1) + words[count - 1][1]
                if _is_persons(candidate, text, stop):
                    return None
                trailing = len(form) - len(candidate) if form.startswith(candidate) else 0
                return Stated(stated[0], stop - trailing, stated[1])
    return None


def _reading(form: str, language: str, scale: float) -> tuple[Unit, float] | None:
    """The unit that a form names in a language, after a number of this scale; and what it multiplies by."""
    if not form:
        return None
    if form in _rule("ambiguous"):
        names = _rule("ambiguous")[form]
        assert isinstance(names, dict)  # noqa: S101 - for the type checker
        return _by_name()[names.get(language) or next(iter(names.values()))][0], 1.0
    if form in _rule("multiples"):
        multiple = _rule("multiples")[form]
        assert isinstance(multiple, dict)  # noqa: S101 - for the type checker
        return _by_name()[multiple["unit"]][0], float(multiple["times"])
    least = _rule("large_only").get(form, 0.0)
    unit = _forms()[0].get(form)
    return (unit, 1.0) if unit is not None and (not least or scale >= float(str(least))) else None


def _is_persons(form: str, text: str, end: int) -> bool:
    """Whether a unit's word counts people here, as Persian تن does before what befell them."""
    follows = _rule("persons").get(form)
    if follows is None:
        return False
    word = _PIECE.match(text, end + 1)
    return word is None or bare(word.group()).strip(".,;:!?()") in _persons_words(form)


@cache
def _persons_words(form: str) -> frozenset[str]:
    listed = _rule("persons")[form]
    assert isinstance(listed, list)  # noqa: S101 - for the type checker
    return frozenset(map(_key, listed))


@cache
def _before() -> re.Pattern[str]:
    """Signs and codes of currencies; a percent sign, which Arabic and Persian write in front as well."""
    codes = {name.lower() for name, (unit, _, _) in _by_name().items() if unit.dimension == "money" and len(name) == 3}
    signs = {key for key, unit in _forms()[0].items() if unit.dimension == "money" and not key.isalpha()}
    names = sorted((codes & set(_forms()[0])) | {s for s in signs if len(s) <= 4} | _words("before"), key=len)
    alternatives = "|".join(re.escape(name) for name in reversed(names))
    return re.compile(rf"(?<!\w)(?:({alternatives})\s?|(?<![%\d])(%))$")


def unit_before(text: str, start: int) -> Stated | None:
    """The currency or percent sign that stands before a number."""
    match = _before().search(text[max(0, start - 6) : start])
    if match is None:
        return None
    unit = _forms()[0][match[1] or match[2]]
    return Stated(unit, start - (match.end() - match.start()))


def unit_noun_before(text: str, start: int, language: str) -> Stated | None:
    """The unit's noun before its "one", as Arabic writes it: نقطة مئوية واحدة."""
    words = [(m.group(), m.start()) for m in _PIECE.finditer(text, max(0, start - 32), start)][-3:]
    for word, at in words:
        stated = _reading(bare(text[at:start].strip()), language, 1.0)
        if stated and word:
            return Stated(stated[0], at)
    return None
