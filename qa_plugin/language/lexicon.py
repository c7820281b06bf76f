"""The lexicon: which concepts a word or phrase of a language stands for.

The rows are plain files in `data/lexicon/` (one concept a row, its forms in each language). They are compiled into
`data/lexicon.json`, with country names from CLDR, by `python -m qa_plugin.language.lexicon_build`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import read_text
from qa_plugin.language.stems import forms

MAX_CONCEPTS = 4
"""A form that stands for more concepts than this says too little to search by."""


@dataclass(frozen=True)
class Lexicon:
    """Forms of one language, or of all that share a script."""

    words: dict[str, tuple[int, ...]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]]
    """First word → the further words of a phrase and its concept, longest first."""


@cache
def _compiled() -> tuple[str, tuple[str, ...], dict[str, Lexicon]]:
    raw = json.loads(read_text("lexicon.json"))
    lexicons = {
        language: Lexicon(
            {form: tuple(ids) for form, ids in tables["words"].items()},
            {
                first: tuple((tuple(rest), concept) for rest, concept in rows)
                for first, rows in tables["phrases"].items()
            },
        )
        for language, tables in raw["languages"].items()
    }
    return raw["version"], tuple(raw["concepts"]), lexicons


def version() -> str:
    """A hash over the lexicon's content, part of the index's fingerprint."""
    return _compiled()[0]


def languages() -> tuple[str, ...]:
    """The languages that have words in the lexicon."""
    return tuple(_compiled()[2])


def concept_name(concept: int) -> str:
    """The first English form of a concept, for explanations."""
    return _compiled()[1][concept]


@cache
def lexicon(language: str) -> Lexicon:
    """The forms of a language; empty for one that has no words here."""
    return _compiled()[2].get(language, Lexicon({}, {}))


@cache
def concepts(word: str, language: str) -> tuple[int, ...]:
    """The concepts of a folded word: of its least changed form that is known; empty where none is."""
    known = lexicon(language).words
    for form in forms(word, language):
        found = known.get(form)
        if found is not None:
            return found
    return ()
