"""Whether two names of who speaks are one body's: in two languages, with a nationality added, or as an acronym."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.cues import names_country
from qa_plugin.language.bodies import known_body
from qa_plugin.language.folding import bare, fold
from qa_plugin.language.lexicon import concept_name, is_place, related
from qa_plugin.language.terms import find_terms, stop_words

_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]\b)*")
_ACRONYM = re.compile(r"(?:[A-ZÀ-Þ]\.?){2,7}")


@dataclass(frozen=True, slots=True)
class _Body:
    words: tuple[frozenset[str], ...]
    """The search terms of each word, without those of nations and words that every authority bears."""
    nations: frozenset[str]
    acronym: str
    initials: str


def same_body(one: str, language: str, other: str, its_language: str) -> bool:
    """Whether two names in their languages are of one speaker, as far as their words tell."""
    if bare(fold(one).text) == bare(fold(other).text):
        return True
    bodies = known_body(one, language), known_body(other, its_language)
    if None not in bodies:
        return bodies[0] == bodies[1]
    mine, its = _read(one, language), _read(other, its_language)
    if mine.acronym and its.acronym:
        return mine.acronym == its.acronym
    if mine.acronym or its.acronym:
        return (mine.acronym or its.acronym) == (its.initials if mine.acronym else mine.initials)
    if mine.nations and its.nations and not mine.nations & its.nations:
        return False
    if not mine.words or not its.words:
        return mine == its
    return len(mine.words) == len(its.words) and _matched(mine.words, its.words)


def _matched(mine: Sequence[frozenset[str]], its: Sequence[frozenset[str]]) -> bool:
    """Whether each word of the one has a word of the other for its own."""
    left = list(its)
    for keys in mine:
        found = next((at for at, others in enumerate(left) if _meets(keys, others)), None)
        if found is None:
            return False
        del left[found]
    return True


def _meets(keys: frozenset[str], others: frozenset[str]) -> bool:
    return not keys.isdisjoint(others) or not _near(keys).isdisjoint(others)


def _near(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(f"c{near}" for key in keys if key[0] == "c" for near in related(int(key[1:])))


@lru_cache(maxsize=2_000)
def _read(name: str, language: str) -> _Body:
    folded = fold(name)
    words: dict[int, set[str]] = {}
    for term in find_terms(folded, language):
        words.setdefault(term.start, set()).add(term.key)
    stops = stop_words(language)
    written = [match.group() for match in _WORD.finditer(name)]
    telling = [word for word in written if bare(fold(word).text) not in stops]
    acronym = written[-1] if len(telling) <= 1 and written and _ACRONYM.fullmatch(written[-1]) else ""
    kept = [frozenset(keys) for keys in words.values()]
    nations = frozenset(key for keys in kept for key in keys if _nation(key))
    return _Body(
        tuple(keys for keys in kept if not any(map(_nation, keys)) and not any(map(_generic, keys))),
        nations,
        bare(fold(acronym.replace(".", "")).text),
        "".join(bare(fold(word).text)[:1] for word in telling) if len(telling) > 1 else "",
    )


def _nation(key: str) -> bool:
    return key[0] == "c" and is_place(int(key[1:])) and names_country(int(key[1:]))


def _generic(key: str) -> bool:
    return key[0] == "c" and concept_name(int(key[1:])) in _generic_names()


@cache
def _generic_names() -> frozenset[str]:
    listed: str = load_toml("parties.toml")["generic"]
    return frozenset(listed.split("|"))
