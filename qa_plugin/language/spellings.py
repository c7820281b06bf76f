"""Other spellings of a name: in one word or several, and as words of the dictionary that sound like it.

A script without capitals writes many names with words that it uses for other things too: Sorkh is سرخ, "red". Articles
hold such a word by what it means, so a name in Latin letters is looked for by that meaning as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language import lexicon, names
from qa_plugin.language.folding import bare
from qa_plugin.language.stems import CLITIC

_LEAST_LETTERS, _LEAST_CONSONANTS = 4, 2
"""A shorter name sounds like too many words."""
_MOST_WORDS = 4
"""A name that sounds like more words than these says too little to look for any of them."""
_JOINER = "\u200c"
_LEAST_SIGNS = 3
"""Signs of a word's sound below which many others share it."""
_LEAST_PART = 3
_VOWELS = frozenset("aeiouy")


def joined_keys(parts: Sequence[str], language: str) -> tuple[str, ...]:
    """The terms of words that another text may write as one: Gardaneh-Sorkh, گردنه‌سرخ."""
    return tuple(f"n{key}" for key in names.skeletons("".join(map(bare, parts)), language))


def parted_keys(original: str, language: str) -> tuple[str, ...]:
    """The terms of the parts of a word that a joiner holds together; of a word without one none."""
    parts = [part for part in original.split(_JOINER) if len(part) >= _LEAST_PART]
    if len(parts) < 2:
        return ()
    return tuple(dict.fromkeys(f"n{key}" for part in parts for key in names.skeletons(part, language)))


def sounding_keys(word: str, language: str) -> tuple[str, ...]:
    """The terms of a word in the Arabic script that has a meaning, as part of a name: Zitoun is الزيتون, "olives"."""
    plain = word.removeprefix("ال") if len(word) >= _LEAST_PART + 2 else word
    return tuple(f"n{key}" for key in names.skeletons(plain, language) if len(key) >= _LEAST_SIGNS)


@lru_cache(maxsize=1_000)
def meant_keys(name: str) -> tuple[str, ...]:
    """The concepts of the Arabic and Persian words that a folded name in Latin letters may be."""
    plain = bare(name)
    if not _is_telling(plain):
        return ()
    pattern = re.compile(f"^{_spelt(plain)}$", re.MULTILINE)
    found: dict[str, None] = {}
    for language in sorted(CLITIC):
        words = pattern.findall(_words(language))
        if len(words) <= _MOST_WORDS:
            found |= dict.fromkeys(f"c{c}" for word in words for c in lexicon.concepts(word, language))
    return tuple(found)


@lru_cache(maxsize=10_000)  # every name of an article is asked for
def spelt_as(name: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern of a name's words in the Arabic script, written apart or as one; None where they tell too little.

    It is to be looked for in folded words with blanks between and around them. What these languages write to the front
    or end of a name may stand there.
    """
    parts = [bare(word) for word in name]
    if not all(part.isascii() and part.isalpha() for part in parts) or not _is_telling("".join(parts)):
        return None
    fronts, ends = ("|".join(load_toml("names.toml")["written_on"][place]) for place in ("front", "back"))
    return re.compile(f" (?:{fronts})?" + " ?".join(f"(?:ال)?{_spelt(part)}" for part in parts) + f"(?:{ends})? ")


def is_spelt(name: str, written: str) -> bool:
    """Whether a folded word in the Arabic script may be a name in Latin letters, as `spelt_as` has it."""
    letters = frozenset(written)
    if any(letters.isdisjoint(ways) for ways in _needed(name)):
        return False  # so with most, and no pattern is made for them
    pattern = spelt_as((name,))
    return pattern is not None and pattern.fullmatch(f" {written} ") is not None


@lru_cache(maxsize=10_000)
def _needed(name: str) -> tuple[frozenset[str], ...]:
    """The ways to write each letter of a name that the Arabic script never leaves out."""
    table = load_toml("names.toml")["spelt"]
    single, ending = _parted(bare(name))
    parts = (match.group() for match in _letters().finditer(single[: len(single) - len(ending)]))
    return tuple(frozenset(table["written"].get(part, part)) for part in parts if part not in table["open"])


def _is_telling(plain: str) -> bool:
    consonants = {letter for letter in plain if letter not in _VOWELS}
    enough = len(plain) >= _LEAST_LETTERS and len(consonants) >= _LEAST_CONSONANTS
    return enough and plain.isascii() and plain.isalpha()


@cache
def _words(language: str) -> str:
    return "\n".join(word for word in lexicon.lexicon(language).words if word.isalpha())


def _spelt(name: str) -> str:
    """A pattern of what a name in Latin letters may be in those of the Arabic script."""
    table = load_toml("names.toml")["spelt"]
    single, ending = _parted(name)
    body = single[: len(single) - len(ending)]
    found = []
    for match in _letters().finditer(body):
        part = match.group()
        if part in table["open"]:
            # Arabic and Persian leave out a short vowel, but never the first of a word.
            found.append(f"[{table['open'][part]}]{{{int(not match.start())},{len(part)}}}")
        else:
            found.append(f"[{table['written'].get(part, part)}]")
    return "".join(found) + (f"(?:{table['last'][ending]})" if ending else "")


def _parted(name: str) -> tuple[str, str]:
    """A name with doubled letters written once, and the ending of it that is written in ways of its own."""
    single = re.sub(r"(.)\1+", r"\1", name) if not re.search("oo|ee", name) else name
    listed = load_toml("names.toml")["spelt"]["last"]
    return single, next((e for e in sorted(listed, key=len, reverse=True) if single.endswith(e)), "")


@cache
def _letters() -> re.Pattern[str]:
    table = load_toml("names.toml")["spelt"]
    listed = sorted({*table["open"], *table["written"]}, key=len, reverse=True)
    return re.compile("|".join([*listed, "."]))
