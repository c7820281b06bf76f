"""In what frame a number is stated: planned, new, a part, a former state, denied; told by cue words of its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.futures import future_of
from qa_plugin.evidence.reading.clauses import TABLE, TOKEN, Clauses, Words, grammar, read_clauses
from qa_plugin.evidence.reading.sentences import Sentence, of_text
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Flag:
    """One trait of a number's frame, and the place in the folded sentence of the words that say so."""

    name: str
    """`planned`, `total`, `new`, `period`, `rate`, `part`, `out_of`, `former`, `current`, `difference`, `corrected`,
    `denied`, `so_far`."""
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
        for name, row in load_toml(TABLE)["cues"].items():
            for place, phrases in row.get(language, {}).items():
                if place in _PLACES:
                    self._all += [_cue(name, place, words) for words in map(_phrase, phrases.split("|")) if words]

    def __missing__(self, word: str) -> tuple[_Cue, ...]:
        if len(self) >= _MAX_WORDS:
            self.clear()
        self[word] = found = tuple(cue for cue in self._all if word in cue.words[0])
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
    language = clauses.language
    changing = [at for at, token in enumerate(clauses.tokens) if token.number < 0 and _changes(token.plain, language)]
    return tuple(_Framing(clauses, found, changing, index).frame() for index in range(len(clauses.quantities)))


@lru_cache(maxsize=_MAX_WORDS)
def _changes(word: str, language: str) -> bool:
    """Whether a word may be a verb of change."""
    return word in change_words(language)["verbs"]


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
        for flag in self._change():
            flags.setdefault(flag.name, flag)
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

    # ------------------------------------------------------------ changes

    def _change(self) -> Iterator[Flag]:
        """Flags of a number in a change: the state it led to, the one before, or the step between them."""
        verbs = self._change_verbs()
        if not verbs:
            return
        words = change_words(self._clauses.language)
        at = self._number - 1  # "from" may have been read as part of a comparator
        if not any(self._clauses.plain(at) in words[way] for way in ("from", "to")):
            at = self._first - 1
        plain = self._clauses.plain(at)
        last = next((v for v in reversed(verbs) if v < self._first), None)
        if self._clauses.quantities[self._index].comparator == "range" or plain in words["to"]:
            yield self._flag("current", at if plain in words["to"] else verbs[0], max(at, verbs[0]))
        elif plain in words["from"] and self._goes_on(words):
            yield self._flag("former", at, at)
        elif last is not None and plain in words["by"]:
            yield self._flag("difference", last, at)
        elif last is not None and self._clauses.plain(last) in words["to"] and self._free(last):
            yield self._flag("current", last, last)
        elif last == at and plain not in words["reach"] and self._bare():
            yield self._flag("difference", last, last)
        elif not self._grammar.words("light_verbs").empty and last is None and self._free_behind(verbs[0]):
            yield self._flag("difference", verbs[0], verbs[0])

    def _bare(self) -> bool:
        """Whether no noun that could be an object stands behind the number: "rose 12%", but "cut 300 jobs"."""
        behind = self._clauses.tokens[self._last + 1 : self._last + 2]
        return self._clauses.quantities[self._index].unit is not None or not any(t.content for t in behind)

    def _free(self, verb: int) -> bool:
        """Whether no other number stands between a verb and this one."""
        return all(t.number < 0 for t in self._clauses.tokens[verb + 1 : self._first])

    def _free_behind(self, verb: int) -> bool:
        """Whether a verb follows the number at once, its unit aside."""
        return verb == self._last + 1

    def _change_verbs(self) -> list[int]:
        clause = self._clauses.clause
        return [at for at in self._changing if clause[at] == clause[self._number]]

    def _goes_on(self, words: dict[str, Words]) -> bool:
        """Whether the new state stands near: "from 30 to 61", "to 61 from 30"."""
        near = range(max(0, self._first - _NEAR), len(self._clauses.tokens))
        return any(self._leads_to_number(at, words) for at in near if not self._first <= at <= self._last)

    def _leads_to_number(self, at: int, words: dict[str, Words]) -> bool:
        plain, clause = self._clauses.plain(at), self._clauses.clause
        if plain not in words["to"] or plain in words["verbs"] or clause[at] != clause[self._number]:
            return False
        behind = at + 1
        while behind < len(clause) and self._clauses.tokens[behind].small:
            behind += 1
        return behind < len(clause) and self._clauses.tokens[behind].number >= 0


@cache
def change_words(language: str) -> dict[str, Words]:
    """The verbs of change of a language, and what stands between them and their numbers."""
    row = load_toml(TABLE)["change"].get(language, {})
    return {
        name: Words(row.get(name, "").replace("\n", "").split("|")) for name in ("verbs", "to", "from", "by", "reach")
    }


_NEAR = 8
"""Words in front of a former state in which the new one may stand."""
_YEAR = re.compile(r"(?:1[34589]|20)\d\d")
_TIGHT = {"former": 2, "new": 1, "total": 2, "rate": 3}
"""Words that may stand between a cue and the number behind it."""
_AT_WHOLE = 3
"""Words from a number that says of how many to the end of the words that go with it."""
_OF_WHOLE = 12
"""Words in front of a number that says of how many, in which the number stands that is so many of them."""
_FRONTED = 3
"""Words that may stand before a cue in the opening words of a clause."""
