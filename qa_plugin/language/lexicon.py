"""The lexicon: which concepts a word or phrase of a language stands for.

The rows are plain files in `data/lexicon/` (one concept a row, its forms in each language). They are compiled into
`data/compiled/`, one file per language so that a question reads only those it needs, with country names from CLDR,
by `python -m qa_plugin.language.lexicon_build`. A folder that adds to the data has rows and compiled files of its own;
those stand in for the package's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from qa_plugin.data import added_folder, added_version, read_package_text, read_text
from qa_plugin.errors import SettingsError
from qa_plugin.language.stems import CLITIC, forms, plain_inflections

MAX_CONCEPTS = 4
"""A form that stands for more concepts than this says too little to search by."""
STEM = "~"
"""Before a form that is no word of a row but the stem of some."""
BARE = "^"
"""Before a form that is a word of a row without its accents."""


@dataclass(frozen=True)
class Lexicon:
    """Forms of one language, or of all that share a script.

    What a form stands for stays text until it is asked for: a hundred thousand little lists would take time to build,
    and again at every round of the garbage collector.
    """

    words: dict[str, str]
    """Form → concepts, parted by blanks; a stem has `STEM` before it, a word that has lost its accents `BARE`."""
    heads: dict[str, str]
    """First word → the phrases that begin with it, each as its further words and its concept, parted by bars."""
    inner_words: frozenset[str]
    """Every word with which some phrase goes on."""

    def phrases(self, first: str) -> list[tuple[tuple[str, ...], int]]:
        """The further words and the concept of every phrase that begins with a word, longest first."""
        rows = [row.split(" ") for row in self.heads[first].split("|")] if first in self.heads else []
        return [(tuple(rest), int(concept)) for *rest, concept in rows]


@cache
def _read(name: str) -> dict[str, Any]:
    if name == "concepts":
        _check_added()
    found: dict[str, Any] = json.loads(read_text(f"compiled/{name}.json"))
    return found


def _check_added() -> None:
    """Concepts are numbered, so an added folder's files must have been compiled from this package's rows."""
    folder = added_folder()
    if folder is None or not (folder / "lexicon").is_dir():
        return
    remedy = f"Run `python -m qa_plugin.language.lexicon_build --data {folder}`."
    if not (folder / "compiled" / "concepts.json").is_file():
        raise SettingsError(f"The lexicon's rows in {folder} are not compiled. {remedy}")
    if json.loads(read_text("compiled/concepts.json")).get("package") != package_version():
        raise SettingsError(f"The lexicon in {folder} was compiled for another version of the package. {remedy}")


def package_version() -> str:
    """A hash over the content of the package's own lexicon."""
    return str(json.loads(read_package_text("compiled/concepts.json"))["version"])


def version() -> str:
    """A hash over the lexicon's content and what else was added to the data; part of the index's fingerprint."""
    added = added_version()
    return str(_read("concepts")["version"]) + (f" {added}" if added else "")


def languages() -> tuple[str, ...]:
    """The languages that have words in the lexicon."""
    return tuple(_read("concepts")["languages"])


def concept_name(concept: int) -> str:
    """The first English form of a concept, for explanations."""
    return str(_read("concepts")["names"][concept])


@cache
def _places() -> frozenset[int]:
    return frozenset(map(int, _read("concepts")["places"].split()))


def is_place(concept: int) -> bool:
    """Whether a concept is a country, city, region, river, … ; its forms are names and adjectives alike (French)."""
    return concept in _places()


@cache
def related(concept: int) -> tuple[int, ...]:
    """The concepts that mean nearly the same: they share words with it in several languages."""
    return tuple(map(int, _read("concepts")["related"].get(str(concept), "").split()))


@cache
def kinds(concept: int) -> tuple[int, ...]:
    """The concepts that are kinds of another by their names: a foreign minister is a minister; places aside."""
    return _kinds().get(concept, ())


@cache
def _kinds() -> dict[int, tuple[int, ...]]:
    names: list[str] = _read("concepts")["names"]
    numbers = {name: number for number, name in enumerate(names)}
    found: dict[int, tuple[int, ...]] = {}
    for number, name in enumerate(names):
        *modifiers, head = name.split(" ")
        if modifiers and head in numbers and not is_place(number):
            found[numbers[head]] = (*found.get(numbers[head], ()), number)
    return found


@cache
def lexicon(language: str) -> Lexicon:
    """The forms of a language; empty for one that has no words here."""
    if language not in languages():
        return Lexicon({}, {}, frozenset())
    tables = _read(language)
    inner = frozenset(" ".join(tables["phrases"].values()).replace("|", " ").split(" "))
    return Lexicon(tables["words"], tables["phrases"], inner)


@lru_cache(maxsize=20_000)  # texts share most of their words, and to cut one to its stem takes long; 300 bytes each
def concepts(word: str, language: str) -> tuple[int, ...]:
    """The concepts of a folded word: of its least changed form that is known; empty where none is.

    A word that a row names stands for that row's concept alone, and so does its plain inflection: what merely shares
    its stem ("customs" and "customers", "imported" and "important") or its letters without accents ("marche" and
    "marché") counts where neither is known.
    """
    known = lexicon(language).words
    for key in _keys(word, language) if known else ():
        if key in known:
            return tuple(map(int, known[key].split(" ")))
    return ()


def _keys(word: str, language: str) -> list[str]:
    """The keys a folded word may be found under, the closest first."""
    candidates = forms(word, language)
    if language in CLITIC:
        return list(candidates)
    plain, stems = candidates[0], [STEM + form for form in candidates]
    unaccented = [BARE + form for form in (plain, *plain_inflections(plain, language))]
    written = [word, *plain_inflections(word, language)]
    return [*written, *unaccented, *stems] if word == plain else [*written, *stems, *unaccented, plain]
