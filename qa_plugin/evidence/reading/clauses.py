"""A sentence as words in clauses, each with what a language's table says of it; what numbers are read from."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.sentences import Sentence, of_text
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concept_name, concepts
from qa_plugin.language.month_names import calendar_words
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.terms import stop_words

TABLE = "counted.toml"
TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,٬٫/']\d+)*|[^\w\s]")
"""A word, number or mark of a folded text."""
_HARD = frozenset('.;!?()[]"')
_NO_COUNT = frozenset({"year", "date", "time", "identifier", "score", "ordinal"})


class Words:
    """Some words of a language; a star at an end of one stands for any letters."""

    def __init__(self, listed: Iterable[str]) -> None:
        plain = [bare(fold_text(word)).strip() for word in listed]
        self._exact = frozenset(word for word in plain if word and "*" not in word)
        self._prefixes = tuple(word[:-1] for word in plain if len(word) > 1 and word.endswith("*"))
        self._endings = tuple(word[1:] for word in plain if len(word) > 1 and word.startswith("*"))
        self._open = bool(self._prefixes or self._endings)

    @property
    def empty(self) -> bool:
        """Whether the language has no such words."""
        return not (self._exact or self._open)

    def __contains__(self, plain: object) -> bool:
        if plain in self._exact:
            return True
        return (
            self._open
            and isinstance(plain, str)
            and (plain.startswith(self._prefixes) or plain.endswith(self._endings))
        )


class Grammar:
    """The table of one language; a list that it does not have is empty."""

    def __init__(self, language: str) -> None:
        self._table: dict[str, str] = load_toml(TABLE).get(language, {})
        self._words: dict[str, Words] = {}
        self._endings: dict[str, tuple[str, ...]] = {}
        self.head_last = self._table.get("head") == "last"
        self.verb_endings = self.endings("verbs")
        self.noun_endings = self.endings("nouns")

    def words(self, name: str) -> Words:
        """The words of a list."""
        if name not in self._words:
            self._words[name] = Words(self._table.get(name, "").replace("\n", "").split("|"))
        return self._words[name]

    def endings(self, name: str) -> tuple[str, ...]:
        """The endings of a list."""
        if name not in self._endings:
            listed = self._table.get(name, "").split("|")
            self._endings[name] = tuple(bare(fold_text(ending)) for ending in listed if ending and ending != "~")
        return self._endings[name]


grammar = cache(Grammar)


@cache
def named_concepts(name: str) -> frozenset[str]:
    """The names of concepts in a list of the table's part on states."""
    return frozenset(load_toml(TABLE)["state"][name].replace("\n", "").split("|"))


@cache
def person_keys() -> tuple[str, ...]:
    """The search terms of a person, for a word that only counts people."""
    return tuple(f"c{concept}" for concept in concepts("person", "en"))


@cache
def is_state(key: str) -> bool:
    """Whether a search term says what happened to somebody."""
    return key[0] == "c" and concept_name(int(key[1:])) in named_concepts("concepts")


@cache
def state_group(key: str) -> str:
    """What stands for a search term that says what happened, and for those that mean the same of a count."""
    if key[0] != "c":
        return key
    name = concept_name(int(key[1:]))
    lines = load_toml(TABLE)["state"]["alike"]
    return next((line.split("|")[0] for line in lines if name in line.split("|")), key)


@cache
def is_fate(group: str) -> bool:
    """Whether a group of `state_group` says what became of people, so that it tells nothing of another fate."""
    return group in named_concepts("fates")


@cache
def is_plain_fate(group: str) -> bool:
    """Whether a group says a fate that sentences tell by name or not at all."""
    return group in named_concepts("plain_fates")


@cache
def is_crowd(key: str) -> bool:
    """Whether a search term tells those who came by what they came for: demonstrators, participants."""
    return state_group(key) in named_concepts("crowd")


class Token(NamedTuple):
    """A word, number or mark of the folded sentence."""

    start: int
    end: int
    plain: str
    """Without accents."""
    keys: tuple[str, ...]
    states: tuple[str, ...]
    """Those of its keys that say what happened to somebody."""
    small: bool
    """Whether it carries no topic."""
    word: bool
    capital: bool
    number: int
    """The quantity to which it belongs, or -1."""

    @property
    def content(self) -> bool:
        """Whether it may be part of what is counted."""
        return self.word and not self.small and self.number < 0


@dataclass(frozen=True, slots=True, eq=False)
class Clauses:
    """A sentence's words, its quantities, and to which clause each word belongs."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    clause: tuple[int, ...]
    """The clause of each token: parted at all marks but those of lists."""
    ends: tuple[int, ...]
    """Where each token ends."""
    block: tuple[int, ...]
    """The block of each token: parted at hard marks and conjunctions."""

    def at(self, offset: int) -> int:
        """The first token that ends behind an offset."""
        return bisect_right(self.ends, offset)

    def begins(self, index: int) -> int:
        """The first token of a quantity, its comparator included."""
        return self.at(self.quantities[index].start)

    def behind(self, index: int) -> int:
        """The token behind a quantity."""
        quantity = self.quantities[index]
        return self.at(quantity.number_end if quantity.unit is None else quantity.end)

    def coordinated(self, index: int) -> bool:
        """Whether a conjunction or a comma stands right before a quantity."""
        known = grammar(self.language)
        at = self.begins(index) - 1
        while at >= 0 and self.plain(at) in known.words("others"):
            at -= 1
        if self.plain(at) == "," or self.plain(at) in known.words("and"):
            return True
        written_on = known.endings("clitic_and")
        return bool(written_on) and self.plain(self.begins(index)).startswith(written_on)

    def plain(self, at: int) -> str:
        """The word at a place; empty outside the sentence."""
        return self.tokens[at].plain if 0 <= at < len(self.tokens) else ""


def read_clauses(sentence: Sentence) -> Clauses:
    """Part a sentence into clauses; of the last few sentences what was read is kept."""
    return _read(sentence)


def counts(quantity: Quantity, text: str) -> bool:
    """Whether a number counts or measures at all; Arabic "and" glued to digits makes them no identifier."""
    if quantity.kind == "identifier" and quantity.number_start and text[quantity.number_start - 1] in "ولب":
        return True
    return quantity.kind not in _NO_COUNT


@of_text(kept=64)
def _read(sentence: Sentence) -> Clauses:
    text, language, original = sentence.folded.text, sentence.language, sentence.text
    found = tuple(q for q in sentence.quantities if counts(q, text) and not q.weak)
    words = list(TOKEN.finditer(text))
    starts = [word.start() for word in words]
    keys: dict[int, list[str]] = {}
    for key, start, end in sentence.terms:
        if key[0] in _KEPT:
            at = bisect_left(starts, start)  # nearly all terms are one word: no range is made for them
            while at < len(starts) and starts[at] < end:
                keys.setdefault(at, []).append(key)
                at += 1
    numbers: dict[int, int] = {}
    for index, quantity in enumerate(found):
        # Behind the noun of a number a comparator may follow: 41 شخصا على الأقل.
        end = quantity.number_end if quantity.unit is None else max(quantity.number_end, quantity.end)
        for at in _within(starts, quantity.number_start, end):
            numbers.setdefault(at, index)
    known = _vocabulary(language)
    written = [known[word.group()] for word in words]
    in_step = len(original) == len(text)
    tokens = tuple(
        [
            _token(start, word, said, keys.get(at, ()), numbers.get(at, -1), original, in_step=in_step)
            for at, (start, word, said) in enumerate(zip(starts, words, written, strict=True))
        ]
    )
    clause, block = _parted(tokens, written, found, text, grammar(language))
    return Clauses(text, language, tokens, found, clause, tuple([token.end for token in tokens]), block)


_KEPT = frozenset("csng")
"""How search terms begin that are kept with the word."""


def _within(starts: Sequence[int], start: int, end: int) -> range:
    """The tokens that begin in a range of the text."""
    return range(bisect_left(starts, start), bisect_left(starts, end))


class _Written(NamedTuple):
    """What a word, number or mark is by itself."""

    plain: str
    letters: bool
    small: bool
    breaks: bool
    """Whether it begins another block."""
    joins: bool
    """Whether it may join a clause: whatever does is one of these."""


class _Vocabulary(dict[str, _Written]):
    """The words of a language, each looked up at first sight."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._listed = stop_words(language) | calendar_words()
        known = grammar(language)
        self._adverbs, self._breaks, self._joins = (known.words(name) for name in ("adverbs", "breaks", "and"))
        self._written_on = known.endings("clitic_and")

    def __missing__(self, written: str) -> _Written:
        if len(self) >= _MAX_WORDS:
            self.clear()
        plain, letters = bare(written), written[0].isalpha()
        small = letters and (plain in self._listed or plain in self._adverbs)
        joins = plain in self._joins or (bool(self._written_on) and plain.startswith(self._written_on))
        self[written] = found = _Written(plain, letters, small, plain in self._breaks, joins)
        return found


_MAX_WORDS = 50_000
"""How many words are kept of a language."""
_vocabulary = cache(_Vocabulary)
_made = partial(tuple.__new__, Token)
"""A token of a tuple, in half the time that `Token` takes."""


def _token(
    start: int, word: re.Match[str], known: _Written, keys: Sequence[str], number: int, original: str, *, in_step: bool
) -> Token:
    """One token, with its search terms and its quantity; the `original` text, where it runs in step, has capitals."""
    plain, letters, small, _, _ = known
    states = tuple([key for key in keys if is_state(key)]) if keys else ()
    capital = in_step and original[start].isupper()
    return _made((start, word.end(), plain, tuple(keys), states, small and not states, letters, capital, number))


def _parted(
    tokens: Sequence[Token], written: Sequence[_Written], quantities: Sequence[Quantity], text: str, known: Grammar
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The clause and the block of each token."""
    clauses: list[int] = []
    blocks: list[int] = []
    clause = block = 0
    for at, (plain, letters, _, breaks, joins) in enumerate(written):
        if (not letters and _hard(tokens, at, text)) or breaks:
            block += 1
            clause += 1
        elif (plain == "," and not _lists(tokens, quantities, at, known)) or (
            joins and _joins_clause(tokens, at, known)
        ):
            clause += 1
        clauses.append(clause)
        blocks.append(block)
    return tuple(clauses), tuple(blocks)


def _hard(tokens: Sequence[Token], at: int, text: str) -> bool:
    token = tokens[at]
    if token.plain == "-":
        return text[token.start - 1 : token.start] in {" ", ""} and text[token.end : token.end + 1] in {" ", ""}
    return token.plain in _HARD and (token.plain != "." or text[token.end : token.end + 1] in {" ", ""})


def _lists(tokens: Sequence[Token], quantities: Sequence[Quantity], at: int, known: Grammar) -> bool:
    """Whether a comma stands between numbers of a list: "30 soldiers, 12 tanks"."""
    behind = at + 2 if at + 1 < len(tokens) and tokens[at + 1].plain in known.words("and") else at + 1
    if behind >= len(tokens) or not any(t.number >= 0 for t in tokens[max(0, at - 6) : at]):
        return False
    listed = next((q for q in quantities if q.start <= tokens[behind].start < q.number_end), None)
    return listed is not None and not _partitive(tokens, listed, known)


def _partitive(tokens: Sequence[Token], quantity: Quantity, known: Grammar) -> bool:
    """Whether a pronoun stands behind a number: "…, 40 of whom …" is a clause of its own."""
    following = [token.plain for token in tokens if token.start >= quantity.end][:2]
    return any(word in known.words("pronouns") for word in following)


def _joins_clause(tokens: Sequence[Token], at: int, known: Grammar) -> bool:
    """Whether a conjunction begins a clause of its own: a verb follows it, and no further number."""
    token = tokens[at]
    if joined_verb(token, known):
        return True
    if token.plain not in known.words("and") or at + 1 >= len(tokens):
        return False
    following = tokens[at + 1]
    if at and not known.words("light_verbs").empty and tokens[at - 1].plain in known.words("light_verbs"):
        return True  # where verbs stand last, a clause is over behind one
    ahead_of = next((t for t in tokens[at + 1 :] if t.plain not in known.words("others")), following)
    if ahead_of.number >= 0:
        return _said_of_last(tokens, at, known)
    if not following.word:
        return False
    if following.plain in known.words("verbal"):
        return True
    return bool(following.states) and _is_verb(following, known)


def _said_of_last(tokens: Sequence[Token], at: int, known: Grammar) -> bool:
    """Whether a verb stands between the last number and a conjunction: its clause is over."""
    last = next((i for i in range(at - 1, -1, -1) if tokens[i].number >= 0), at)
    return any(
        token.plain in known.words("verbal")
        or (bool(known.noun_endings) and not known.head_last and token.content and _finite(token, known))
        for token in tokens[last + 1 : at]
    )


def _finite(token: Token, known: Grammar) -> bool:
    return _is_verb(token, known) and not token.plain.endswith(known.noun_endings)


def _is_verb(token: Token, known: Grammar) -> bool:
    return bool(known.verb_endings) and token.plain.endswith(known.verb_endings)


def joined_verb(token: Token, known: Grammar) -> bool:
    """Whether "and" is written together with a verb of its own clause, as in Arabic."""
    mark = known.endings("clitic_and")
    if token.number >= 0 or not mark or not token.plain.startswith(mark) or len(token.plain) < 3 or not token.word:
        return False
    if token.small:
        return token.plain.removeprefix(mark[0]) in known.words("verbal")
    return token.plain not in known.words("clitic_no")


def ahead(clauses: Clauses, start: int) -> Iterator[int]:
    """Places from a token on, up to the end of its block."""
    for at in range(start, len(clauses.tokens)):
        if clauses.block[at] != clauses.block[start]:
            return
        yield at
