"""What sort of answer a noun asks for: "which senator" a name, "which day" a date, "what bail" a sum of money."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concept_name


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    concepts: dict[str, str] = {}
    words: dict[str, str] = {}
    for name, table in load_toml("answer_types.toml").items():
        for concept in table["concepts"].split():
            concepts.setdefault(concept, name)
        for word in table["words"].split():
            words.setdefault(bare(fold_text(word)), name)
    return concepts, words


def answer_type(keys: Iterable[str], word: str) -> str | None:
    """The sort of answer that a noun asks for, by its word, else by its concepts; None where it asks for no sort.

    Args:
        keys: The search terms of the noun.
        word: The noun as the folded question has it.
    """
    concepts, words = _tables()
    plain = bare(word)
    for form in (
        plain,
        plain.removesuffix("s"),
        plain.removesuffix("ی"),
        plain.removeprefix("ال"),
        plain.removesuffix("ها"),
        plain.removesuffix("ان"),
    ):
        if form in words:
            return words[form]
    for key in keys:
        if key[0] == "c":
            found = concepts.get(concept_name(int(key[1:])).replace(" ", "_"))
            if found:
                return found
    return None
