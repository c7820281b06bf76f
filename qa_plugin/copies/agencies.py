"""Which agency a statement comes from: the one that its sentence names, or those that the article credits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from qa_plugin.copies.outline import words_of
from qa_plugin.data import load_toml

_ANY = "agencies"
"""What stands for "with agencies": it says not which, so that two who say it may owe nothing to each other."""
_LONGEST = 6
_TELLING = 6
"""Letters of a name in a script without capitals that is hardly a word as well (رويترز, but not مهر or فارس)."""
_WORD = re.compile(r"\w+")


def agencies_of(credited: Iterable[str]) -> frozenset[str]:
    """The agencies that are credited by name."""
    return frozenset(credited) - {_ANY}


def named_agency(sentence: str) -> str | None:
    """The first agency or outlet that a sentence names, by its English name."""
    words = _WORD.findall(sentence)
    keys = [_key(word) for word in words]
    for at in range(len(words)):
        for after in range(min(at + _LONGEST, len(words)), at, -1):
            found = _names().get("".join(keys[at:after]))
            if found and _is_meant(words[at:after], keys[at - 1] if at else ""):
                return found
    return None


def _is_meant(words: list[str], before: str) -> bool:
    """Whether the words are the name and not what they say otherwise: "le monde", "a map", خلیج فارس."""
    last = words[-1]
    if last.upper() != last.lower():
        key = "".join(map(_key, words))
        return all(map(str.isupper, words)) if key in _in_capitals() else last[0].isupper()
    return len(words) > 1 or before in _before() or (len(last) >= _TELLING and not last.startswith("ال"))


@cache
def _names() -> dict[str, str]:
    listed = load_toml("agencies.toml")["names"]
    forms = {_key(form): name for name in listed if name != _ANY for form in (name, *listed[name])}
    return {form: name for form, name in forms.items() if form}


@cache
def _in_capitals() -> frozenset[str]:
    """Names that mean something else in small letters (MAP, SPA, AP)."""
    forms = [form for name, listed in load_toml("agencies.toml")["names"].items() for form in (name, *listed)]
    capitals = {_key(form) for form in forms if form.isascii() and form.isupper()}
    return frozenset(capitals - {_key(form) for form in forms if not form.isupper()})


@cache
def _before() -> frozenset[str]:
    """The last words of what introduces a name: agency, according to."""
    phrases = [words_of(phrase) for phrase in load_toml("agencies.toml")["words"]["before"]]
    return frozenset(words[-1] for words in phrases if words and len("".join(words)) > 2)


def _key(form: str) -> str:
    return "".join(words_of(form))
