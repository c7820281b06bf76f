"""News agencies and international bodies by the names and initials that each language has for them."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.terms import stop_words

_WORD = re.compile(r"[^\W\d_]+")


@cache
def body_forms() -> dict[str, str]:
    """Every form in which an agency is credited, or a body named, with its name; folded words with blanks between."""
    table = load_toml("agencies.toml")["names"] | load_toml("bodies.toml")["names"]
    return {" ".join(_words(form)): name for name, forms in table.items() for form in forms}


@lru_cache(maxsize=2_000)
def known_body(name: str, language: str) -> str | None:
    """The body that a name in a language is of, its article aside: "l'ONU", "the UN"; None of any other."""
    words, small = _words(name), stop_words(language)
    while words and (words[0] in small or len(words[0]) == 1) and " ".join(words) not in body_forms():
        del words[0]
    return body_forms().get(" ".join(words))


def _words(name: str) -> list[str]:
    return list(map(bare, _WORD.findall(fold_text(name))))
