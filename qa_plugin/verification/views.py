"""A text as names are looked for in it: its words, concepts and the sounds of its names, each worked out when asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import chain, repeat

from qa_plugin.data import load_toml
from qa_plugin.language import lexicon
from qa_plugin.language.bodies import body_forms
from qa_plugin.language.folding import bare, fold, fold_text
from qa_plugin.language.names import skeletons
from qa_plugin.language.scripts import script_of
from qa_plugin.language.stems import CLITIC, forms
from qa_plugin.language.terms import find_terms, stop_words

WORD = re.compile(r"[^\W\d_]+")
LONGEST_QUOTE = 500
_LOAN = 5
"""Letters from which a word without a capital may be what another script writes as an unknown word."""
_JOINED_TO_NAMES = ("وال", "بال", "فال", "کال", "لل", "ال", "و", "ف", "ب", "ل", "ک")
_ON_NAMES = ("هایی", "های", "ها", "یها", "یی", "ی")


def language_of(word: str, language: str) -> str:
    """The language to read a word in: another script than the text's own is read as its usual language."""
    arabic = script_of(word[0]) == "arabic"
    if arabic:
        return language if language in CLITIC else "ar"
    return "en" if language in CLITIC else language


@lru_cache(maxsize=20_000)
def bases(word: str, language: str) -> tuple[str, ...]:
    """A name without what a language writes to its front or end; first as it stands."""
    plain = bare(word)
    if language == "ar":
        return (plain, *(plain[len(p) :] for p in _JOINED_TO_NAMES if plain.startswith(p) and len(plain) - len(p) > 2))
    if language == "fa":
        return (plain, *(plain[: -len(s)] for s in _ON_NAMES if plain.endswith(s) and len(plain) - len(s) > 2))
    return (plain, plain[:-1]) if plain.endswith("s") and len(plain) > 4 else (plain,)


@lru_cache(maxsize=20_000)
def sounds(word: str, language: str) -> frozenset[str]:
    """The skeletons of a name, as it stands and without what is written to it."""
    front = bases(word, language) if language in CLITIC else (*_spelt(word), *_spoken(word, language))
    # تس is how the Arabic script writes the z of some languages: هولتسل.
    front = (*front, *(base.replace("تس", "س") for base in front if "تس" in base))
    keys = {key for base in front for key in skeletons(base, language)}
    # تش is how the Arabic script writes ch.
    return frozenset(keys | {_DOUBLE.sub(r"\1", key.replace("TX", "X")) for key in keys if "TX" in key})


_DOUBLE = re.compile(r"(.)\1+")


def _spelt(word: str) -> tuple[str, ...]:
    """A name as it stands, and with what a language writes in its own way written plainly."""
    plain = word
    for written, sound in load_toml("verification.toml")["spellings"].items():
        plain = plain.replace(written, sound)
    return (bare(word),) if plain == word else (bare(word), bare(plain))


def _spoken(word: str, language: str) -> tuple[str, ...]:
    """A French name without the consonants at its end that are not heard: Picard, بيكار."""
    unheard = load_toml("verification.toml")["unheard"].get(language)
    plain = bare(word)
    heard = re.sub(unheard, "", plain) if unheard else plain
    return () if heard == plain else (heard,)


# Articles share most of their words, and to cut one to its stem takes long; some 200 bytes each here and below.
@lru_cache(maxsize=20_000)
def _forms(word: str, language: str) -> tuple[str, ...]:
    return forms(word, language_of(word, language))


@lru_cache(maxsize=20_000)
def _concepts(word: str, language: str) -> tuple[int, ...]:
    return lexicon.concepts(word, language_of(word, language))


@lru_cache(maxsize=20_000)
def _may_be_named(word: str, language: str, *, short: bool) -> bool:
    """Whether a word of the Arabic script may be part of a name; in a `short` text it may be of the dictionary too."""
    known = bare(word) in stop_words(language_of(word, language)) or (not short and _concepts(word, language))
    return len(word) > 1 and not known


class TextView:
    """A quote or an article; what is asked of it first is worked out then, and kept."""

    def __init__(self, text: str, language: str) -> None:
        self.folded = fold(text)
        self.language = language

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word, without accents."""
        return frozenset(self._in_order)

    @cached_property
    def _in_order(self) -> list[str]:
        return [word if word.isascii() else bare(word) for word in WORD.findall(self.folded.text)]

    @cached_property
    def sequence(self) -> tuple[str, ...]:
        """The words that a name may be made of, in order: those with a capital, and all of the Arabic script."""
        return tuple(
            match.group()
            for match in WORD.finditer(self.folded.text)
            if len(match.group()) > 1
            and (
                script_of(match.group()[0]) == "arabic"
                or self.folded.original[self.folded.offset(match.start())].isupper()
            )
        )

    @cached_property
    def plain(self) -> str:
        """The words with single blanks between them and around the whole, to look for phrases in."""
        return f" {' '.join(self._in_order)} "

    @cached_property
    def forms(self) -> frozenset[str]:
        """What the words may be forms of."""
        return frozenset(chain.from_iterable(map(_forms, self.words, repeat(self.language))))

    @cached_property
    def word_concepts(self) -> frozenset[int]:
        """The concepts of single words; found much sooner than those of phrases."""
        return frozenset(chain.from_iterable(map(_concepts, self.words, repeat(self.language))))

    @cached_property
    def own_concepts(self) -> frozenset[int]:
        """The concepts of the words themselves, and of phrases."""
        keys = {term.key for term in find_terms(self.folded, self.language) if term.key[0] == "c"}
        return self.word_concepts.union(int(key[1:]) for key in keys)

    @cached_property
    def concepts(self) -> frozenset[int]:
        """The concepts, those that mean nearly the same with them."""
        found = self.own_concepts
        return found | {near for one in found for near in lexicon.related(one)}

    @cached_property
    def named(self) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
        """The words that may be parts of names, as they stand and without what is written to them; their sounds."""
        found: dict[str, frozenset[str]] = {}
        # In a quote any word may be a name, also one of the dictionary; in an article too many would sound alike.
        short = len(self.folded.text) <= LONGEST_QUOTE
        before_named = False
        last: str | None = None
        for match in WORD.finditer(self.folded.text):
            word = match.group()
            if script_of(word[0]) == "arabic":
                named = _may_be_named(word, self.language, short=short)
                if named or before_named:
                    language = language_of(word, self.language)
                    if named and last is not None:
                        found.setdefault(last, sounds(last, language))
                    found.setdefault(word, sounds(word, language))
                before_named, last = named, word
            elif self.folded.original[self.folded.offset(match.start())].isupper():
                found.setdefault(word, sounds(word, language_of(word, self.language)))
        return tuple((bases(word, language_of(word, self.language)), keys) for word, keys in found.items() if keys)

    @cached_property
    def loans(self) -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
        """Words without a capital that no dictionary knows, such as the names of currencies, and their sounds."""
        if len(self.folded.text) > LONGEST_QUOTE:
            return ()
        words = {
            word
            for word in WORD.findall(self.folded.text)
            if len(word) >= _LOAN and script_of(word[0]) != "arabic" and not _concepts(word, self.language)
        }
        found = [(of, frozenset().union(*(sounds(one, self.language) for one in of))) for of in self._loan_bases(words)]
        return tuple((of, keys) for of, keys in found if keys)

    def _loan_bases(self, words: Iterable[str]) -> list[tuple[str, ...]]:
        return [tuple(reversed(bases(word, language_of(word, self.language)))) for word in sorted(words)]

    @cached_property
    def initials(self) -> frozenset[str]:
        """The first letters of every run of two to six capitalised words, the small words in them left out or in."""
        found: set[str] = set()
        run: list[tuple[str, bool]] = []
        inside = _inside()
        for match in WORD.finditer(self.folded.text):
            word = bare(match.group())
            capital = self.folded.original[self.folded.offset(match.start())].isupper()
            if capital or (run and word in inside):
                run.append((word[0], capital))
                run = run[-8:]
                for first in range(len(run)):
                    part = run[first:]
                    if part[0][1] and capital and len(part) > 1:
                        found.add("".join(letter for letter, _ in part))
                        found.add("".join(letter for letter, big in part if big))
            else:
                run = []
        return frozenset(one for one in found if len(one) > 1)

    def bodies(self, names: frozenset[str]) -> bool:
        """Whether the text names one of these agencies or bodies in any form."""
        return any(
            form in self.capitals if form in _initials() else f" {form} " in self.plain
            for form, name in body_forms().items()
            if name in names
        )

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words that stand in capitals."""
        words = ((m.group(), *self.folded.span(m.start(), m.end())) for m in WORD.finditer(self.folded.text))
        return frozenset(bare(word) for word, start, end in words if self.folded.original[start:end].isupper())


def view_of(text: str, language: str) -> TextView:
    """The view of a text, kept for the next claim and question."""
    return _quote_view(text, language) if len(text) <= LONGEST_QUOTE else _article_view(text, language)


# The many quotes, each of which is made in no time, must not drive out the articles, which take long to read.
@lru_cache(maxsize=512)  # some 2 KB each
def _quote_view(text: str, language: str) -> TextView:
    return TextView(text, language)


@lru_cache(maxsize=256)  # some 70 KB each, for a report of 400 words
def _article_view(text: str, language: str) -> TextView:
    return TextView(text, language)


@lru_cache(maxsize=1)
def _inside() -> frozenset[str]:
    return frozenset(bare(fold_text(word)) for word in load_toml("verification.toml")["names"]["inside"])


@lru_cache(maxsize=1)
def _initials() -> frozenset[str]:
    """The forms that are initials, and small words where they do not stand in capitals: UN, un."""
    tables = load_toml("agencies.toml")["names"] | load_toml("bodies.toml")["names"]
    forms_ = (form for listed in tables.values() for form in listed)
    return frozenset(bare(fold_text(form)) for form in forms_ if form.isascii() and form.isalpha() and form.isupper())
