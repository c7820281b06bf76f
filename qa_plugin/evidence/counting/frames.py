"""In what frame a number is stated: planned, new, a part, a former state, denied; told by cue words of its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.changes import changing_verbs, steps
from qa_plugin.evidence.counting.futures import future_of
from qa_plugin.evidence.reading.clauses import TABLE, TOKEN, Clauses, Words, grammar, read_clauses
from qa_plugin.evidence.reading.sentences import Sentence, of_text
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Flag:
    """One trait of a number's frame, and the place in the folded sentence of the words that say so."""

    name: str
    """`planned`, `total`, `new`, `period`, `rate`, `part`, `out_of`, `former`, `current`, `amounts`, `difference`,
    `corrected`, `denied`, `so_far`."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """How a number is stated; without flags it is a plain statement of what is."""

    flags: tuple[Flag, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of its flags."""
        return frozenset(flag.name for flag in self.flags)

    def has(self, name: str) -> bool:
        """Whether a flag is set."""
        return any(flag.name == name for flag in self.flags)


@dataclass(frozen=True, slots=True)
class _Cue:
    name: str
    words: tuple[Words, ...]
    before: bool
    """Whether it may stand in front of the number."""
    after: bool
    touching: bool = False
    """Whether it must stand right in front of it."""
    loose: bool = False
    """Whether it may stand anywhere in front of it in its clause, as adverbs of time do."""
    dated: bool = False
    """Whether a word of time must stand behind the number: "against 30 in 2019", but "five votes against two"."""


_PLACES = frozenset({"before", "touching", "loose", "dated", "after", "around"})


@dataclass(frozen=True, slots=True)
class _Found:
    cue: _Cue
    first: int
    last: int
    """Places of its first and last token."""


def frame(sentence: Sentence, quantity: Quantity) -> Frame:
    """The frame of a quantity of the sentence."""
    return _by_place(sentence).get(quantity.number_start, Frame())


@of_text()
def _by_place(sentence: Sentence) -> dict[int, Frame]:
    """The frames of a sentence by where their numbers begin."""
    clauses = read_clauses(sentence)
    return {quantity.number_start: frame_of(clauses, quantity) for quantity in clauses.quantities}


def frame_of(clauses: Clauses, quantity: Quantity) -> Frame:
    """The frame of a quantity of a sentence that was parted into clauses already."""
    frames = _frames(clauses)
    return next(
        (f for q, f in zip(clauses.quantities, frames, strict=True) if q.number_start == quantity.number_start), Frame()
    )


_MAX_WORDS = 50_000
"""How many words are kept with the cues that they begin."""


class _Cues(dict[str, tuple[_Cue, ...]]):
    """The cues that each word of a language begins, looked up at first sight."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._all: list[_Cue] = []
        self._by_word: dict[str, list[int]] = {}
        self._open: list[int] = []
        """Those that begin with any word of some letters."""
        for name, row in load_toml(TABLE)["cues"].items():
            for place, phrases in row.get(language, {}).items():
                for words in filter(None, map(_phrase, phrases.split("|"))) if place in _PLACES else ():
                    begin = self._open if "*" in words[0] else self._by_word.setdefault(words[0], [])
                    begin.append(len(self._all))
                    self._all.append(_cue(name, place, words))

    def __missing__(self, word: str) -> tuple[_Cue, ...]:
        if len(self) >= _MAX_WORDS:
            self.clear()
        opened = (at for at in self._open if word in self._all[at].words[0])
        self[word] = found = tuple(self._all[at] for at in sorted([*self._by_word.get(word, ()), *opened]))
        return found


_cues = cache(_Cues)


def _cue(name: str, place: str, words: list[str]) -> _Cue:
    ways = tuple(place == way for way in ("touching", "loose", "dated"))
    return _Cue(name, tuple(Words([word]) for word in words), place != "after", place in {"after", "around"}, *ways)


def _phrase(phrase: str) -> list[str]:
    """The words of a phrase as the tokens of a text are parted: at apostrophes too."""
    folded = bare(fold_text(phrase.strip()))
    return folded.replace("'", " ' ").replace("-", " - ").split()


def speaks_of(sentence: Sentence, name: str) -> bool:
    """Whether one of the traits is among those of a sentence; where its cues stand nowhere, nothing else is read."""
    begun = _cues(sentence.language)
    words = [bare(word) for word in TOKEN.findall(sentence.folded.text)]
    said = any(
        all(at + i < len(words) and words[at + i] in form for i, form in enumerate(cue.words))
        for at, word in enumerate(words)
        for cue in begun[word]
        if cue.name == name
    )
    return said and name in cue_names(sentence)


def cue_names(sentence: Sentence) -> frozenset[str]:
    """The traits that the words of a sentence or question speak of, whatever numbers stand in it."""
    return frozenset(found.cue.name for found in _find(read_clauses(sentence)))


@lru_cache(maxsize=64)
def _frames(clauses: Clauses) -> tuple[Frame, ...]:
    found = list(_find(clauses))
    changing = changing_verbs(clauses)
    return tuple(_Framing(clauses, found, changing, index).frame() for index in range(len(clauses.quantities)))


@lru_cache(maxsize=_MAX_WORDS)
def _is_future(word: str, language: str) -> bool:
    """Whether a word written small is a future form of a verb."""
    return future_of(language)(word, capital=False)


def _find(clauses: Clauses) -> Iterator[_Found]:
    """The cues of a sentence."""
    cues, tokens, language = _cues(clauses.language), clauses.tokens, clauses.language
    for at, token in enumerate(tokens):
        if token.number >= 0 or (token.capital and at):
            continue  # "May" is no "may"
        for cue in cues[token.plain]:
            last = at + len(cue.words) - 1
            if last == at or (
                last < len(tokens) and all(tokens[at + i].plain in cue.words[i] for i in range(1, len(cue.words)))
            ):
                yield _Found(cue, at, last)
        if token.small:
            continue
        written = clauses.text[token.start : token.end]
        if future_of(language)(written, capital=True) if token.capital else _is_future(written, language):
            yield _Found(_PLANNED, at, at)


_PLANNED = _Cue("planned", (), before=True, after=True)


class _Framing:
    """Which cues of a sentence hold for one of its numbers."""

    def __init__(self, clauses: Clauses, found: list[_Found], changing: list[int], index: int) -> None:
        table = load_toml(TABLE)["frames"]
        self._spread, self._whole = frozenset(table["spread"]), frozenset(table["sentence"])
        self._closing = frozenset(table["closing"])
        self._reach: int = table["reach"]
        self._clauses = clauses
        self._grammar = grammar(clauses.language)
        self._found = found
        self._changing = changing
        """Where verbs of change stand."""
        self._index = index
        quantity = clauses.quantities[index]
        self._first = clauses.at(quantity.start)
        self._number = clauses.at(quantity.number_start)
        self._last = max(clauses.at(quantity.end - 1), self._number)
        self._compared = quantity.comparator is not None

    def frame(self) -> Frame:
        flags: dict[str, Flag] = {}
        for found in self._found:
            name = found.cue.name
            if name not in flags and self._holds(found):
                flags[name] = self._flag(name, found.first, found.last)
        for name, first, last in steps(self._clauses, self._changing, self._index):
            flags.setdefault(name, self._flag(name, first, last))
        if "current" in flags:
            flags.pop("former", None)
        return Frame(tuple(flags.values()))

    def _flag(self, name: str, first: int, last: int) -> Flag:
        tokens = self._clauses.tokens
        return Flag(name, tokens[first].start, tokens[last].end)

    def _holds(self, found: _Found) -> bool:
        name = found.cue.name
        if name in self._whole:
            return True
        if name == "new" and self._first <= found.first < self._number and self._compared:
            return False  # "more than 700" are no more than before
        before = found.last < self._first or found.first < self._number <= found.last + 1
        if not before and found.first < self._number:
            return False  # a word of the comparator: "more than"
        if not (found.cue.before if before else found.cue.after):
            return False
        if self._clauses.block[self._place(found)] != self._clauses.block[self._number]:
            return False
        if name == "part":
            return self._parts(found, before=before)
        if name == "out_of":
            return self._whole_of(found)
        if name == "planned" and self._others_whole(found):
            return False
        if name in self._spread:
            # Behind all that was said, it was said of all: "14 were injured and 230 arrested so far".
            return self._same_clause(found) or (name in self._closing and not before)
        return self._near(found, before=before)

    def _place(self, found: _Found) -> int:
        """The place that tells a cue's clause: "denied that 30 …" goes on behind its conjunction."""
        if self._clauses.block[found.first] != self._clauses.block[found.last]:
            return found.last
        behind = min(found.last + 1, len(self._clauses.tokens) - 1)
        return behind if self._clauses.plain(behind) in self._grammar.words("breaks") else found.first

    def _same_clause(self, found: _Found) -> bool:
        """Whether a cue stands in the number's clause, or in a few words in front of it: "so far, 30 …"."""
        clause, at = self._clauses.clause, self._place(found)
        if clause[at] == clause[self._number]:
            return True
        comma = found.last + 1
        fronted = self._clauses.plain(comma) == "," and clause[comma] == clause[self._number]
        return fronted and (at == 0 or found.first - clause.index(clause[at]) <= _FRONTED)

    def _parts(self, found: _Found, *, before: bool) -> bool:
        """A part's cue holds for the numbers behind it up to a comma; behind a number, only right at it."""
        tokens = self._clauses.tokens
        following = next((t for t in tokens[found.last + 1 :] if not t.small), None)
        if not before:
            leads = following is not None and following.number >= 0
            return not leads and 0 <= found.first - self._last - 1 <= 1
        listed = any(
            self._clauses.plain(at) == "," and self._clauses.plain(at + 1) in self._grammar.words("and")
            for at in range(found.last + 2, self._first)
        )
        return self._same_clause(found) and not listed and not self._tells_deed(found)

    def _whole_of(self, found: _Found) -> bool:
        """Whether a number is the whole of which one before it was said: "7 of the 24 trains", "7 sur les 24"."""
        clause, tokens = self._clauses.clause, self._clauses.tokens
        soon = range(max(0, found.first - _OF_WHOLE), found.first)
        earlier = any(tokens[at].number >= 0 and clause[at] == clause[self._number] for at in soon)
        return earlier and found.last + 1 == self._first

    def _others_whole(self, found: _Found) -> bool:
        """Whether a cue stands right at the whole of which this number is said: "23 of the 80 promised wells"."""
        tokens = self._clauses.tokens
        return any(
            self._last < whole.first < found.first <= whole.last + 1 + _AT_WHOLE and tokens[whole.last + 1].number >= 0
            for whole in self._found
            if whole.cue.name == "out_of" and whole.last + 1 < len(tokens)
        )

    def _tells_deed(self, found: _Found) -> bool:
        """Whether a part's cue leads a clause with a subject of its own: "dont l'effondrement a fait 17 morts"."""
        opens = self._clauses.plain(found.last + 1) in self._grammar.words("subject_articles")
        behind = next((t for t in self._clauses.tokens[found.last + 2 :] if t.word or t.number >= 0), None)
        return opens and behind is not None and behind.number < 0

    def _near(self, found: _Found, *, before: bool) -> bool:
        """Whether a cue is the number's: within reach, in its clause, and no other number nearer."""
        between = range(found.last + 1, self._first) if before else range(self._last + 1, found.first)
        if not self._same_clause(found) or (len(between) > self._reach and not found.cue.loose):
            return False
        and_words = self._grammar.words("and")
        if any(
            self._clauses.tokens[at].number not in {-1, self._index} or self._clauses.plain(at) in and_words
            for at in between
        ):
            return False
        if found.cue.touching:
            return not between
        if found.cue.dated and not self._dated():
            return False
        if before:
            near = found.cue.loose or len(between) <= _TIGHT.get(found.cue.name, self._reach) or self._of_count(found)
            return near and (not between or not self._behind_another(found))
        return found.cue.name != "rate" or self._clauses.plain(found.first - 1) not in self._grammar.words(
            "prepositions"
        )

    def _dated(self) -> bool:
        """Whether a year or a word of time stands soon behind the number."""
        behind = self._clauses.tokens[self._last + 1 : self._last + 1 + self._reach + 2]
        times = self._grammar.words("times")
        return any(token.plain in times or _YEAR.fullmatch(token.plain) for token in behind)

    def _of_count(self, found: _Found) -> bool:
        """Whether a cue is said of a count and so of the number it leads to: "an earlier toll had spoken of 30"."""
        words = self._grammar.words("count_nouns")
        return any(self._clauses.plain(at) in words for at in (found.first - 1, found.last, found.last + 1))

    def _behind_another(self, found: _Found) -> bool:
        """Whether a cue is said of the number in front of it: "3,000 meals a week to 600 families"."""
        both = any(other.cue.after and other.first == found.first for other in self._found)
        earlier = range(max(0, found.first - 3), found.first)
        return both and any(self._clauses.tokens[at].number >= 0 for at in earlier)


_YEAR = re.compile(r"(?:1[34589]|20)\d\d")
_TIGHT = {"former": 2, "new": 1, "total": 2, "rate": 3}
"""Words that may stand between a cue and the number behind it."""
_AT_WHOLE = 3
"""Words from a number that says of how many to the end of the words that go with it."""
_OF_WHOLE = 12
"""Words in front of a number that says of how many, in which the number stands that is so many of them."""
_FRONTED = 3
"""Words that may stand before a cue in the opening words of a clause."""
