"""Changes: whether a number is the state that one led to, the state before, or the step between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import TABLE, Clauses, Words, grammar

_MAX_WORDS = 50_000
_NEAR = 8
"""Words in front of a former state in which the new one may stand."""


class Step(NamedTuple):
    """What a number is in a change, and the places of the first and last word that say so."""

    name: str
    """`current`, `former` or `difference`; `amounts` beside it where the verb need tell of no change: "has reached"."""
    first: int
    last: int


def changing_verbs(clauses: Clauses) -> list[int]:
    """Where verbs of change stand in a sentence."""
    language = clauses.language
    return [at for at, token in enumerate(clauses.tokens) if token.number < 0 and _changes(token.plain, language)]


def steps(clauses: Clauses, changing: Sequence[int], index: int) -> Iterator[Step]:
    """What a number of a sentence is in a change that its clause tells of.

    Args:
        clauses: The sentence.
        changing: Where its verbs of change stand.
        index: Which of its numbers.
    """
    return _Change(clauses, changing, index).steps() if changing else iter(())


@cache
def change_words(language: str) -> dict[str, Words]:
    """The verbs of change of a language, and what stands between them and their numbers."""
    row = load_toml(TABLE)["change"].get(language, {})
    return {
        name: Words(row.get(name, "").replace("\n", "").split("|"))
        for name in ("verbs", "to", "from", "by", "reach", "amounts")
    }


@lru_cache(maxsize=_MAX_WORDS)
def _changes(word: str, language: str) -> bool:
    """Whether a word may be a verb of change."""
    return word in change_words(language)["verbs"]


class _Change:
    """One number of a clause that tells of a change."""

    def __init__(self, clauses: Clauses, changing: Sequence[int], index: int) -> None:
        self._clauses = clauses
        self._index = index
        quantity = clauses.quantities[index]
        self._first = clauses.at(quantity.start)
        self._number = clauses.at(quantity.number_start)
        self._last = max(clauses.at(quantity.end - 1), self._number)
        clause = clauses.clause
        self._verbs = [at for at in changing if clause[at] == clause[self._number]]

    def steps(self) -> Iterator[Step]:
        """What the number is."""
        if not self._verbs:
            return
        words = change_words(self._clauses.language)
        for step in self._told(words):
            yield step
            if step.name == "current" and all(self._clauses.plain(verb) in words["amounts"] for verb in self._verbs):
                yield Step("amounts", step.first, step.last)

    def _told(self, words: dict[str, Words]) -> Iterator[Step]:
        verbs = self._verbs
        at = self._number - 1  # "from" may have been read as part of a comparator
        if not any(self._clauses.plain(at) in words[way] for way in ("from", "to")):
            at = self._first - 1
        plain = self._clauses.plain(at)
        last = next((v for v in reversed(verbs) if v < self._first), None)
        if self._clauses.quantities[self._index].comparator == "range" or plain in words["to"]:
            yield Step("current", at if plain in words["to"] else verbs[0], max(at, verbs[0]))
        elif plain in words["from"] and self._goes_on(words):
            yield Step("former", at, at)
        elif last is not None and plain in words["by"]:
            yield Step("difference", last, at)
        elif last is not None and self._clauses.plain(last) in words["to"] and self._free(last):
            yield Step("current", last, last)
        elif last == at and plain not in words["reach"] and self._bare():
            yield Step("difference", last, last)
        elif last is None and self._free_behind(verbs[0]) and self._verbs_follow():
            yield Step("difference", verbs[0], verbs[0])

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

    def _verbs_follow(self) -> bool:
        """Whether the language has verbs that stand behind what they are said of: "۱۲ درصد افزایش یافت"."""
        return not grammar(self._clauses.language).words("light_verbs").empty

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
