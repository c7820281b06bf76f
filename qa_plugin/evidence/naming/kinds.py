"""Whether a name is a person's, a place's or a body's, from what stands in it and around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.naming.latin_names import Found
from qa_plugin.evidence.reading.cues import Cue, key
from qa_plugin.evidence.reading.words import Word, has

_PLACE = Cue.CITY | Cue.COUNTRY
_AGE = re.compile(r"^[,(] ?$|^ \($")


@cache
def _agencies() -> frozenset[str]:
    rows = load_toml("agencies.toml")["names"]
    return frozenset(re.sub(r"[\s.-]+", " ", key(form)).strip() for forms in rows.values() for form in forms)


def kind_of(words: Sequence[Word], found: Found, *, placed: bool) -> str:
    """The kind of a name: person, place, body or unknown."""
    inside = words[found.first : found.last]
    if " ".join(w.text for w in inside) in _agencies():
        return "body"
    if found.kind:
        return found.kind
    return _by_itself(inside, arabic=inside[0].text[0] >= "\u0600") or _by_neighbours(words, found, placed=placed)


def _by_itself(inside: Sequence[Word], *, arabic: bool) -> str:
    first = inside[0]
    if has(first, _PLACE) and first.span >= len(inside) and not has(first, Cue.DEMONYM):
        return "place"
    if any(has(w, Cue.MARK) for w in (first, inside[-1])) and len(inside) > 1 and not has(first, Cue.GIVEN):
        return "body"
    if has(first, Cue.GIVEN) and len(inside) > 1 and not any(has(w, Cue.BODY) for w in inside[-1:]):
        return "place" if has(inside[-1], Cue.PLACE_HEAD) and not has(inside[-1], Cue.FAMILY) else "person"
    if any(has(w, Cue.BODY) for w in inside) and not arabic:
        return "place" if has(inside[-1], Cue.PLACE_HEAD) and not has(inside[-1], Cue.BODY) else "body"
    if any(has(w, Cue.PLACE_HEAD) for w in inside) and not arabic and len(inside) > 1:
        return "place"
    if all(has(w, _PLACE) for w in inside):
        return "place"
    if len(inside) == 1 and first.upper and 2 <= len(first.text) <= 6:
        return "body"
    return ""


def _named_kind(words: Sequence[Word], first: int) -> bool:
    """Whether a kind of place stands right before a name: "aldeia de Monsanto"."""
    at = first - 1
    while at > 0 and first - at <= 2 and has(words[at], Cue.OF) and words[at + 1].gap in {" ", "'"}:
        at -= 1
    return at >= 0 and has(words[at], Cue.PLACE_TYPE) and words[at + 1].gap in {" ", "'"}


def _by_neighbours(words: Sequence[Word], found: Found, *, placed: bool) -> str:
    inside = words[found.first : found.last]
    before = words[found.first - 1] if found.first else None
    after = words[found.last] if found.last < len(words) else None
    if _named_kind(words, found.first):
        return "place"
    personal = has(inside[0], Cue.GIVEN) or any(has(w, Cue.FAMILY) for w in inside)
    if placed and not personal:
        return "place"
    if personal or (after is not None and after.text.isdigit() and len(after.text) == 2 and _AGE.match(after.gap)):
        return "person"
    spoken = (after is not None and has(after, Cue.SPEECH) and after.gap in {" ", ", "}) or (
        before is not None and has(before, Cue.SPEECH) and inside[0].gap == " "
    )
    if spoken and len(inside) <= 3:
        return "person"
    if before is not None and has(before, Cue.BODY) and inside[0].gap in {" ", ' "'}:
        return "body"
    if has(inside[0], Cue.PLACE_LEAD) and len(inside) > 1:
        return "place"
    if (
        after is not None
        and has(after, Cue.ROLE)
        and after.gap == " "
        and not after.capital
        and after.text[0] < "\u0600"
    ):
        return "body"  # "Nordvik officials"
    article = before is not None and has(before, Cue.PLACE_BEFORE) and inside[0].gap in {" ", "'"}
    joined = any(has(w, Cue.JOIN) and not has(w, Cue.PART) for w in inside)
    if 2 <= len(inside) <= 4 and not has(inside[0], Cue.FORM) and not article and not joined:
        return "person"
    return "unknown"
