"""Arabic nouns in the dual, each of which carries its number: جنديان, two soldiers."""

from __future__ import annotations

from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import fold_text
from qa_plugin.language.number_reading import Number
from qa_plugin.language.number_tokens import Tokens


@cache
def dual_nouns() -> dict[str, str]:
    """Arabic duals, with what may be joined to their front, and the noun that each is two of."""
    table = load_toml("comparators.toml")["duals"]
    first, second = table["endings"]
    forms = {noun + ending: noun for noun in table["nouns"] for ending in (first, second)}
    forms |= {noun + first: noun for noun in table["nouns_of_first"]}
    return {front + fold_text(form): fold_text(noun) for form, noun in forms.items() for front in _FRONTS}


_FRONTS = ("", "و", "ل", "ب", "ف")


def duals_in(tokens: Tokens) -> list[Number]:
    """Nouns in the dual, each of which carries its number: جنديان."""
    duals = dual_nouns()
    return [
        Number(tokens.starts[at], tokens.ends[at], 2.0, "dual", digits=False)
        for at, word in enumerate(tokens.written)
        if word in duals
    ]
