"""Whether the articles that would answer a question hold the names that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Protocol

from qa_plugin.evidence.cues import Cue, vocabulary
from qa_plugin.evidence.named import Name, find_names
from qa_plugin.evidence.sentences import read_sentence
from qa_plugin.language.folding import Folded, fold
from qa_plugin.language.scripts import script_of
from qa_plugin.records import SourceInfo, Span
from qa_plugin.verification.names import NamedWord, held_word, missing_name, named_words, run_held
from qa_plugin.verification.views import TextView, view_of

_MOST = 0.5
"""Share of a name's letters whose loss is the loss of the name: of Port-Gallion a text may say the half otherwise."""


class Articles(Protocol):
    """Where articles are read."""

    def text(self, file_id: int) -> str:
        """The text of a file."""
        ...

    def source(self, file_id: int) -> SourceInfo:
        """What is known of a file."""
        ...


def names_lacked(question: str, language: str, articles: Articles) -> Callable[[int], Mapping[str, float]]:
    """A function that tells of a file which names of the question its article lacks, in any script.

    `unnamed`: some name, or a word that may be one; `gone`: most of a name, in an article whose spelling is the
    question's own; `gone_abroad`: the same where it would be spelt otherwise, so that it may have been overlooked.
    """
    asked = fold(question)
    runs = _sure_names(asked, question, language)

    @cache
    def lacks(file_id: int) -> Mapping[str, float]:
        of = articles.source(file_id).language
        article = view_of(articles.text(file_id), of)
        lost = any(_lost(asked, run, article) for run in runs)
        own = of == language or (_latin(asked.text) and not _arabic(of))
        return {
            "unnamed": float(missing_name(asked, language, [article], tuple) is not None),
            "gone": float(lost and own),
            "gone_abroad": float(lost and not own),
        }

    return lacks


def _arabic(language: str) -> bool:
    return language in {"ar", "fa", "ur", "ckb", "ps"}


def _latin(text: str) -> bool:
    return all(script_of(letter) == "latin" for letter in text if letter.isalpha())


def _sure_names(asked: Folded, question: str, language: str) -> list[list[NamedWord]]:
    """The names of a question without what may be none: words of a script without capitals, and demonyms."""
    named = find_names(read_sentence(0, Span(0, len(question)), question, language, 0.0))
    runs = [[word for word in run if _is_sure(word, named)] for run in named_words(asked, language)]
    return [run for run in runs if run]


def _is_sure(word: NamedWord, named: Sequence[Name]) -> bool:
    if vocabulary(word.language)[word.word].cues & Cue.DEMONYM:
        return False
    capital = script_of(word.word[0]) != "arabic"
    return capital or any(name.start < word.end and word.start < name.end for name in named)


def _lost(asked: Folded, run: Sequence[NamedWord], article: TextView) -> bool:
    if run_held(asked, run, [article]):
        return False
    proper = [word for word in run if not word.ordinary] or run
    lost = sum(len(word.word) for word in proper if not held_word(word, run, article))
    return lost > _MOST * sum(len(word.word) for word in proper)
