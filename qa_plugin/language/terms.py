"""Search terms of a text: concepts, names, numbers and stems, the same for articles and questions.

`c12` is a concept of the lexicon, in whatever language it was said; `nPTN` a name's skeleton; `v10000` a number's
value; `ssoldad` a stem of a word that the lexicon does not know. A question in one language meets an article in
another in the first three.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language import lexicon, names, stems
from qa_plugin.language.folding import Folded, bare, fold, fold_text
from qa_plugin.language.numbers import find_numbers

VERSION = f"1.{names.VERSION}.{stems.VERSION}"
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")
_LATIN_LANGUAGES = ("en", "pt", "fr")


@dataclass(frozen=True, slots=True)
class Term:
    """One search term and the place of its words in the folded text."""

    key: str
    start: int
    end: int


@cache
def stop_words(language: str) -> frozenset[str]:
    """The words of a language that carry no topic, folded and without accents."""
    table = load_toml("stopwords.toml")
    return frozenset(bare(fold_text(w)) for w in table.get(language, "").split())


@lru_cache(maxsize=300_000)
def _word_language(word: str, language: str) -> str:
    """The language to look a word up in: another script than the text's is another language's word."""
    arabic = _ARABIC_LETTER.match(word) is not None
    if arabic:
        return language if language in {"ar", "fa"} else "ar"
    return language if language not in {"ar", "fa", "und"} else "en"


@lru_cache(maxsize=300_000)
def word_keys(word: str, language: str, *, name: bool) -> tuple[str, ...]:
    """The terms of one folded word; `name` says that it is written as a name (a capital inside a sentence)."""
    of = _word_language(word, language)
    plain = bare(word)
    if plain in stop_words(of) or (len(plain) < 2 and plain.isascii()):
        return ()
    found = [f"c{c}" for c in lexicon.concepts(word, of)]
    if not found and of != language and of == "en":
        found = [f"c{c}" for other in _LATIN_LANGUAGES for c in lexicon.concepts(word, other)][:2]
    known = bool(found)
    if not known:
        found.append(f"s{stems.stem(word, of)}")
    if (name or not known) and len(plain) >= 2:
        front = plain[2:] if of == "ar" and plain.startswith("ال") and len(plain) > 4 else plain
        found.extend(f"n{key}" for key in names.skeletons(front, of))
        if of == "ar" and front[:1] in "وبلف" and len(front) > 3 and not known:
            found.extend(f"n{key}" for key in names.skeletons(front[1:].removeprefix("ال"), of))
    return tuple(dict.fromkeys(found))


def find_terms(text: str | Folded, language: str, *, spans: Iterable[tuple[int, int]] | None = None) -> list[Term]:
    """The terms of a text in order; offsets are of the folded text, as are those of `spans`, if given."""
    folded = fold(text) if isinstance(text, str) else text
    found: list[Term] = []
    for start, end in spans if spans is not None else [(0, len(folded.text))]:
        found.extend(_terms(folded, start, end, language))
    return found


def _terms(folded: Folded, start: int, end: int, language: str) -> list[Term]:
    part = folded.text[start:end]
    found: list[Term] = []
    taken: set[int] = set()
    for number in find_numbers(part, language):
        if number.weak or number.kind in {"ordinal", "fraction"}:
            continue
        found.append(Term(_number_key(number.value), start + number.start, start + number.end))
        if not number.digits:
            taken.update(range(number.start, number.end))
    words = list(_WORD.finditer(part))
    at = 0
    while at < len(words):
        match = words[at]
        if match.start() in taken:
            at += 1
            continue
        phrase = _phrase(words, at, language)
        if phrase:
            concept, length = phrase
            place = (start + match.start(), start + words[at + length - 1].end())
            found.append(Term(f"c{concept}", *place))
            # Part of a name stands for all of it: "Kim" in the next sentence.
            for named in words[at : at + length]:
                parts = word_keys(named.group(), language, name=False)
                found.extend(Term(key, *place) for key in parts if key[0] == "n")
            at += length
            continue
        word = match.group()
        name = word[0] < "\u0250" and _is_capital(folded, start + match.start()) and match.start() > 0
        found.extend(
            Term(key, start + match.start(), start + match.end()) for key in word_keys(word, language, name=name)
        )
        at += 1
    found.sort(key=lambda term: term.start)
    return found


def _is_capital(folded: Folded, position: int) -> bool:
    return folded.original[folded.offset(position)].isupper()


def _number_key(value: float) -> str:
    return "v" + (str(int(value)) if value == int(value) else repr(round(value, 6)).replace(".", "p"))


def _phrase(words: list[re.Match[str]], at: int, language: str) -> tuple[int, int] | None:
    """A phrase of the lexicon that begins at this word: its concept and its number of words."""
    word = words[at].group()
    of = _word_language(word, language)
    phrases = lexicon.lexicon(of).phrases
    for first in stems.forms(word, of):
        for rest, concept in phrases.get(first, ()):
            last = at + len(rest)
            if last < len(words) and all(
                expected in stems.forms(words[at + 1 + i].group(), of) for i, expected in enumerate(rest)
            ):
                gap = words[last].start() - words[at].end()
                if gap <= sum(len(r) for r in rest) + 8 * len(rest):
                    return concept, len(rest) + 1
    return None


def keys(text: str, language: str) -> list[str]:
    """The term keys of a text, in order, with repeats."""
    return [term.key for term in find_terms(text, language)]


@cache
def _function_words(language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, row in load_toml("function_words.toml").items():
        for word in row.get(language, "").split():
            found.setdefault(bare(fold_text(word)), []).append(f"f{name}")
    return {word: tuple(names) for word, names in found.items()}


_SHAPES = (("f?", "?"), ("f!", "!"), ('f"', '"'), ("f:", ":"), ("f%", "%"))


def find_function_words(text: str | Folded, language: str) -> list[Term]:
    """The small words of a text, and its telling marks: what shapes a sentence whatever it is about.

    They are no search terms; vectors hold them lightly.
    """
    folded = fold(text) if isinstance(text, str) else text
    known = _function_words(language)
    found: list[Term] = []
    for match in _WORD.finditer(folded.text):
        found.extend(Term(key, match.start(), match.end()) for key in known.get(bare(match.group()), ()))
    found.extend(Term(key, 0, 0) for key, mark in _SHAPES if mark in folded.text)
    return found
