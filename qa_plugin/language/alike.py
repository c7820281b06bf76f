"""What happened to those counted, said in several words: who died was killed, a house that burnt was destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.lexicon import concept_name, concepts


def near_of_count(words: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """For each word of a question for a number, by its terms, those of others that tell of the count the same."""
    return [tuple(dict.fromkeys(other for key in keys for other in _alike(key))) for keys in words]


@cache
def _alike(key: str) -> tuple[str, ...]:
    if key[0] != "c":
        return ()
    name = concept_name(int(key[1:]))
    lines = (line.split("|") for line in load_toml("counted.toml")["state"]["alike"])
    line: list[str] = next((line for line in lines if name in line), [])
    found = (concept for word in line for concept in concepts(word, "en") if concept_name(concept) in line)
    return tuple(dict.fromkeys(f"c{concept}" for concept in found if f"c{concept}" != key))
