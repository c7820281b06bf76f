"""Future forms of verbs, by which a number is told to be planned."""

from __future__ import annotations

from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import TABLE, Words
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concepts

_SHORT = 4
"""Letters up to which a word is taken for no future form."""


class Future:
    """Tells future forms of verbs by their beginning, where a language has such."""

    def __init__(self, language: str) -> None:
        row = load_toml(TABLE)["cues"]["planned"].get(language, {})
        self._language = language
        self._prefixes = tuple(fold_text(p) for p in row.get("future", "").split("|") if p)
        self._never = Words(row.get("not_future", "").split("|"))
        self._endings = tuple(fold_text(e) for e in row.get("endings", "").split("|") if e)

    def __call__(self, written: str, *, capital: bool) -> bool:
        """Whether a word is a future form."""
        if self._prefixes:
            plain = bare(written).removeprefix("و")
            if len(plain) <= _SHORT or not plain.startswith(self._prefixes) or plain in self._never:
                return False
            return bool(concepts(plain[1:], self._language))  # the verb without its sign
        # Accents tell here: French "-era" is a future, "-éra" none.
        return len(written) > _SHORT + 1 and not capital and written.endswith(self._endings)


future_of = cache(Future)
