"""Whether the articles that would answer a question hold the names that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from qa_plugin.evidence.naming.named import Name, find_names
from qa_plugin.evidence.reading.cues import Cue, vocabulary
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.evidence.weighing import NamesLacked
from qa_plugin.language.folding import Folded, bare, fold
from qa_plugin.language.scripts import script_of
from qa_plugin.language.sentences import split_sentences
from qa_plugin.records import SourceInfo, Span
from qa_plugin.verification.names import NamedWord, edits, held_word, named_words, run_held
from qa_plugin.verification.views import WORD, TextView, sounds, view_of

_MOST = 0.5
"""Share of a name's letters whose loss is the loss of the name: of Port-Gallion a text may say the half otherwise."""


class Articles(Protocol):
    """Where articles are read."""

    def readable(self, file_id: int) -> str:
        """The text of a file."""
        ...

    def source(self, file_id: int) -> SourceInfo:
        """What is known of a file."""
        ...


def names_lacked(question: str, language: str, articles: Articles) -> NamesLacked:
    """A function that tells of a file which names of the question its article lacks, in any script.

    `unnamed`: some name, or a word that may be one; `gone`: most of a name, in an article whose spelling is the
    question's own; `gone_abroad`: the same where it would be spelt otherwise, so that it may have been overlooked.
    `namesake`: a sentence names another of the same family, and the article the one asked after.
    """
    asked = fold(question)
    named = named_words(asked, language)
    sure = _sure_names(named, question, language)

    @cache
    def lacks(file_id: int, sentence: Span | None = None) -> Mapping[str, float]:
        of = articles.source(file_id).language
        text = articles.readable(file_id)
        article = view_of(text, of)
        if sentence is not None:
            said = text[sentence.start : sentence.end]
            return {"namesake": float(any(_namesake(asked, run, said, article) for run in sure if run))}
        held = [run_held(asked, run, [article]) for run in named]
        lost = any(
            not (all_held if part == run else run_held(asked, part, [article])) and _mostly_lost(part, article)
            for run, part, all_held in zip(named, sure, held, strict=True)
            if part
        )
        own = of == language or (_latin(asked.text) and not _arabic(of))
        return {
            "unnamed": float(not all(held)),
            "gone": float(lost and own),
            "gone_abroad": float(lost and not own),
        }

    return lacks


def _arabic(language: str) -> bool:
    return language in {"ar", "fa", "ur", "ckb", "ps"}


def _latin(text: str) -> bool:
    return all(script_of(letter) == "latin" for letter in text if letter.isalpha())


def _sure_names(runs: Sequence[Sequence[NamedWord]], question: str, language: str) -> list[list[NamedWord]]:
    """Of each name of a question what is one for sure, if any: no words of a script without capitals, no demonyms."""
    named = find_names(read_sentence(0, Span(0, len(question)), question, language, 0.0))
    return [[word for word in run if _is_sure(word, named)] for run in runs]


def _is_sure(word: NamedWord, named: Sequence[Name]) -> bool:
    if vocabulary(word.language)[word.word].cues & Cue.DEMONYM:
        return False
    capital = script_of(word.word[0]) != "arabic"
    return capital or any(name.start < word.end and word.start < name.end for name in named)


def _mostly_lost(run: Sequence[NamedWord], article: TextView) -> bool:
    """Whether most of a name stands nowhere in an article."""
    proper = [word for word in run if not word.ordinary] or run
    lost = sum(len(word.word) for word in proper if not held_word(word, run, article))
    return lost > _MOST * sum(len(word.word) for word in proper)


# ---------------------------------------------------------------- namesakes


def _namesake(asked: Folded, run: Sequence[NamedWord], said: str, article: TextView) -> bool:
    """Whether a sentence names another of the family of whom the question names, and the article that one elsewhere."""
    language = article.language
    sentence = view_of(said, language)
    absent = [word for word in run if not held_word(word, run, sentence)]
    if any(word.ordinary or word.concepts for word in run):
        return False
    if not absent or not any(held_word(word, run, article) for word in absent):
        return False
    question = view_of(asked.original, run[0].language)
    for other in _people(said, language):
        words = _words(other, language)
        if len(words) < _SHORTEST or held_word(words[0], words, question) or not _far(run[0], words[0]):
            continue
        if script_of(words[0].word[0]) == "arabic" and not vocabulary(language)[words[0].word].cues & Cue.GIVEN:
            continue  # without capitals a name may be read with the word before it
        view = view_of(words[-1].word, language)
        if run[0] in absent and run[-1] not in absent and held_word(run[-1], run, view):
            return True
        unheard = not any(held_word(word, run, article) for word in run[1:])
        if unheard and any(_related(bearer, words, language) for bearer in _bearers(absent, article)):
            return True
    return False


def _far(one: NamedWord, other: NamedWord) -> bool:
    """Whether two given names cannot be one in two spellings: in two scripts, whether they begin with other sounds."""
    first, second = bare(one.word), bare(other.word)
    if script_of(first[0]) == script_of(second[0]):
        return not edits(first, second, limit=(len(first) + 1) // 2)
    initials = {key[0] for key in sounds(one.word, one.language)}
    return initials.isdisjoint(key[0] for key in sounds(other.word, other.language))


def _people(text: str, language: str) -> list[str]:
    """The names in a sentence that are of persons."""
    read = read_sentence(0, Span(0, len(text)), text, language, 0.0)
    spans = [read.folded.span(name.start, name.end) for name in find_names(read) if name.kind == "person"]
    return [text[start:end] for start, end in spans]


_SHORTEST = 2
"""Words of a name from which it tells who of a family is meant."""
_PARTICLE = 2
"""Letters up to which a word inside a name is a particle."""


def _words(name: str, language: str) -> list[NamedWord]:
    """The words of a name, those too that the dictionary knows."""
    found = WORD.finditer(fold(name).text)
    return [NamedWord(*m.span(), m.group(), language) for m in found if len(m.group()) > _PARTICLE]


def _bearers(run: Sequence[NamedWord], article: TextView) -> list[str]:
    """The names of several words in an article that hold a name of the question.

    By these the family is known where its name sounds like too little to be met in another script.
    """
    text = article.folded.original
    spans = split_sentences(text, Span(0, len(text)), article.language)
    sentences = (text[span.start : span.end] for span in spans)
    holding = [said for said in sentences if any(held_word(w, run, view_of(said, article.language)) for w in run)]
    named = [name for said in holding for name in _people(said, article.language)]
    return [n for n in named if " " in n and any(held_word(w, run, view_of(n, article.language)) for w in run)]


def _related(bearer: str, other: Sequence[NamedWord], language: str) -> bool:
    """Whether two names share the family's and differ in the given one."""
    words = _words(bearer, language)
    if len(words) < _SHORTEST:
        return False
    same_family = held_word(other[-1], other, view_of(words[-1].word, language))
    return same_family and not held_word(other[0], other, view_of(words[0].word, language))
