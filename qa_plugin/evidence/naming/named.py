"""Names, roles and places in a sentence, as answers to who and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast

from qa_plugin.data import load_toml
from qa_plugin.evidence.naming.arabic_names import find_arabic
from qa_plugin.evidence.naming.kinds import kind_of
from qa_plugin.evidence.naming.latin_names import Found, find_latin
from qa_plugin.evidence.naming.noun_phrases import place_spans, role_spans
from qa_plugin.evidence.reading.cues import Cue, listed
from qa_plugin.evidence.reading.sentences import Sentence, of_text
from qa_plugin.evidence.reading.words import Word, capitals_are_weak, has, read_words
from qa_plugin.language.folding import bare, fold_text

Kind = Literal["person", "place", "body", "unknown", "role"]
_REACH = 6
"""Words over which a preposition of place may reach its name: "na cidade costeira do leste de Wonsan"."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, a role or a place in a sentence; offsets are of the folded text."""

    start: int
    end: int
    placed: bool
    """Whether it stands where a place is named."""
    kind: Kind = "unknown"
    titled: tuple[int, int] | None = None
    """The name with the title before it: "President X"."""


@of_text()
def find_names(sentence: Sentence) -> tuple[Name, ...]:
    """The names that a sentence holds, in order; those of months and days left out."""
    words = read_words(sentence)
    text = sentence.folded.text
    roles = role_spans(words, sentence.language)
    found = _found(sentence, words, roles)
    names: list[Name] = []
    for one in found:
        if _only_words(words, one, roles):
            continue
        start, end = words[one.first].begin, words[one.last - 1].end
        if text.count('"', start, end) % 2 and text[end : end + 1] == '"':
            end += 1
        placed = _prefixed(words[one.first]) or _placed(text, words[one.first].start)
        kind = cast("Kind", kind_of(words, one, placed=_strictly_placed(words, one.first)))
        titled = one.titled if one.titled is not None else _role_before(words, one.first, roles)
        if titled is not None and one.titled is not None:
            behind = _role_before(words, titled, roles)
            titled = titled if behind is None else behind
        if kind == "body":
            titled = None
        if titled is not None and kind in {"unknown", "place"} and not _known_place(words, one):
            kind = "person"
        whole = (words[titled].begin, end) if titled is not None and kind == "person" else None
        names.append(Name(start, end, placed, kind, whole))
    return tuple(_coordinated(text, names, sentence.language))


@of_text()
def find_roles(sentence: Sentence) -> tuple[Name, ...]:
    """Those who act by common noun, each as its whole noun phrase; titles of a name belong to the name."""
    words = read_words(sentence)
    names = find_names(sentence)
    found: list[Name] = []
    for first, last in role_spans(words, sentence.language):
        start, end = words[first].begin, words[last - 1].end
        titles = any(n.titled is not None and n.titled[0] < end and start < n.start for n in names)
        inside = any((n.start <= start and end <= n.end) or n.start <= start < n.end for n in names)
        if not titles and not inside and not _in_bodies(words[first:last], names):
            found.append(Name(start, end, placed=False, kind="role"))
    return tuple(found)


def _in_bodies(phrase: Sequence[Word], names: Sequence[Name]) -> bool:
    """Whether the head of a role's phrase belongs to a name: the "Committee" of a committee's name."""
    heads = [word for word in phrase if has(word, Cue.ROLE)][:1]
    return any(n.start <= head.start < n.end and n.kind in {"body", "place"} for head in heads for n in names)


@of_text()
def find_places(sentence: Sentence) -> tuple[Name, ...]:
    """Places by common noun behind a preposition, which stays outside: "in | a warehouse near the port"."""
    words = read_words(sentence)
    names = find_names(sentence)
    found: list[Name] = []
    for first, last in place_spans(words, sentence.language):
        start, end = words[first].begin, words[last - 1].end
        head = next(word.begin for word in words[first:last] if has(word, Cue.PLACE | Cue.PLACE_TYPE))
        if not any(n.start <= head < n.end for n in names):
            found.append(Name(start, end, placed=True, kind="place"))
    return tuple(found)


def _found(sentence: Sentence, words: Sequence[Word], roles: Sequence[tuple[int, int]]) -> list[Found]:
    found = find_latin(words, weak=capitals_are_weak(sentence))
    if sentence.language in {"ar", "fa"}:
        found += find_arabic(words, sentence.language, roles)
    return sorted(found, key=lambda one: one.first)


def _only_words(words: Sequence[Word], one: Found, roles: Sequence[tuple[int, int]]) -> bool:
    """Whether capitals inside the phrase of a role are its common words: "ministro da Saúde"."""
    if one.kind or words[one.first].text[0] >= "\u0600":
        return False
    inside = any(first < one.first and one.last <= last for first, last in roles)
    proper = Cue.CITY | Cue.COUNTRY | Cue.GIVEN | Cue.FAMILY | Cue.BODY
    return inside and all(has(w, Cue.FORM | Cue.STOP) and not has(w, proper) for w in words[one.first : one.last])


def _role_before(words: Sequence[Word], first: int, roles: Sequence[tuple[int, int]]) -> int | None:
    """Where the role begins that stands right before a name, with or without a comma."""
    if words[first].gap not in {" ", ", "}:
        return None
    for start, end in roles:
        if end == first:
            # "le directeur du groupe Orvane" is no title of Orvane's.
            of = any(has(w, Cue.OF) for w in words[start:end]) and words[first].text[0] < "\u0600"
            return None if of and words[first].gap == " " and not has(words[first], Cue.GIVEN) else start
    return None


def _known_place(words: Sequence[Word], one: Found) -> bool:
    return has(words[one.first], Cue.CITY | Cue.COUNTRY)


def _prefixed(word: Word) -> bool:
    """Whether the Arabic preposition of place is written together with a word."""
    return word.facts.cut > 0 and word.text[0] == "ب"


def _strictly_placed(words: Sequence[Word], first: int) -> bool:
    """Whether a preposition of place stands right before a name, or only an article between."""
    at = first - 1
    if _prefixed(words[first]):
        return True
    while at >= 0 and first - at <= 2 and has(words[at], Cue.PLACE_BEFORE) and words[at + 1].gap in {" ", "'"}:
        if has(words[at], Cue.PREPOSITION):
            break
        at -= 1
    return at >= 0 and has(words[at], Cue.PREPOSITION) and words[at + 1].gap in {" ", "'"}


def _coordinated(text: str, names: list[Name], language: str) -> list[Name]:
    """Names of unknown kind take the kind of the name they are listed beside."""
    for at, name in enumerate(names):
        if name.kind != "unknown":
            continue
        for other in (at - 1, at + 1):
            if 0 <= other < len(names) and names[other].kind in {"person", "place", "body"}:
                left, right = sorted((name, names[other]), key=lambda one: one.start)
                between = text[left.end : right.start].strip()
                listing = listed(language, bare(between)) & Cue.LISTING
                if listing or (between == "," and names[other].kind == "place"):
                    names[at] = replace(name, kind=names[other].kind)
    return names


# ---------------------------------------------------------------- where a place is named


@cache
def _place_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words before a place's name, and those that say it only behind one of them ("na cidade costeira de …")."""
    table = load_toml("names.toml")
    before = frozenset(bare(fold_text(w)) for words in table["place_before"].values() for w in words.split())
    return before, frozenset(table["of"]["all"].split())


def _placed(text: str, start: int) -> bool:
    """Whether a name stands where a place is named."""
    place_before, of = _place_words()
    before = [bare(w) for w in re.findall(r"[^\W\d_]+|[,.;:!?]", text[max(0, start - 60) : start])][-_REACH:]
    arabic = "\u0600" <= text[start] <= "\u06ff"
    if not before:
        return False
    if before[-1] in place_before:
        return True
    if before[-1] in of:
        return any(w in place_before for w in before[:-1]) and not any(w in ",.;:!?" for w in before)
    return arabic and any(w in place_before for w in before[-2:])
