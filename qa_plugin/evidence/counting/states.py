"""What happened to those a number counts: the killed, the arrested, the missing."""

from __future__ import annotations

from collections.abc import Sequence

from qa_plugin.evidence.counting.phrases import Phrase
from qa_plugin.evidence.reading.clauses import Clauses, Grammar, ahead, grammar, joined_verb


class StateReader:
    """Finds the words that say what happened to those counted in one sentence."""

    def __init__(self, clauses: Clauses, phrases: Sequence[Phrase], parts: Sequence[bool]) -> None:
        self._clauses = clauses
        self._tokens = clauses.tokens
        self._grammar: Grammar = grammar(clauses.language)
        self._phrases = phrases
        self._parts = parts

    def read(self, index: int) -> tuple[int, ...]:
        """The places of the words that say what happened to those counted, the first that decides."""
        first = self._first(index)
        if first is None:
            return ()
        phrase = self._phrases[index]
        if first == phrase.head:  # "the death of 15 detainees"
            before = self._adjacent(index)
            return (first,) if before is None else (before, first)
        return (first, *self._also(first)) if first >= self._start(index) else (first,)

    def _also(self, first: int) -> tuple[int, ...]:
        """A predicate behind a participle: "the people trapped there were evacuated"."""
        helped = False
        for at in range(first + 1, len(self._tokens)):
            token = self._tokens[at]
            if self._clauses.clause[at] != self._clauses.clause[first] or token.number >= 0:
                break
            helped = helped or token.plain in self._grammar.words("be")
            if helped and token.states and not self._circumstance(at):
                return (at,)
        return ()

    def _first(self, index: int) -> int | None:
        """A state at the head, around it, or of numbers it stands with."""
        phrase = self._phrases[index]
        places = (phrase.head, *phrase.modifiers) if phrase.head is not None else phrase.modifiers
        inner = next((at for at in places if self._tokens[at].states), None)
        if inner is not None:
            return inner
        finders = [self._adjacent, self._forward, self._backward, self._far]
        if not self._grammar.words("light_verbs").empty:  # verbs stand last
            finders = [self._forward, self._adjacent, self._far]
        for find in finders:
            place = find(index)
            if place is not None:
                return place
        return None

    def _adjacent(self, index: int) -> int | None:
        """A word right before the number: "killed 12", "death of 12"."""
        last = at = self._clauses.begins(index) - 1
        while at >= 0 and last - at < 3 and self._clauses.clause[at] == self._clauses.clause[last + 1]:
            token = self._tokens[at]
            if token.states:
                pointed = self._clauses.plain(at - 1) in self._grammar.words("articles")
                return None if pointed and not self._grammar.words("light_verbs").empty else at  # "this company"
            passes = token.small or any(token.plain in self._grammar.words(n) for n in ("light_verbs", "others"))
            if token.number >= 0 or token.plain in self._grammar.words("and") or not passes:
                break
            at -= 1
        return None

    def _start(self, index: int) -> int:
        phrase = self._phrases[index]
        behind = max(phrase.after, self._clauses.behind(index))
        return behind if phrase.head is None else phrase.head if phrase.verb else phrase.head + 1

    def _forward(self, index: int) -> int | None:
        """A word behind the head in its clause, before any other number."""
        start = self._start(index)
        for at in range(start, len(self._tokens)):
            token = self._tokens[at]
            if self._clauses.clause[at] != self._clauses.clause[start - 1] and not self._relative(at, start):
                break
            if token.number >= 0 and token.number != index:
                break
            if token.states and not self._circumstance(at):
                return None if self._governs(at) else at
        return None

    def _relative(self, at: int, start: int) -> bool:
        """Whether a clause goes on behind the pronoun that stands right at the head: "people who were killed"."""
        opens = self._clauses.block[start] != self._clauses.block[start - 1] and self._tokens[start].word
        return opens and self._clauses.clause[at] == self._clauses.clause[start]

    def _far(self, index: int) -> int | None:
        """A word past commas, past parts of the whole, and past numbers that this one stands beside."""
        start, part, and_words = self._start(index), False, self._grammar.words("and")
        for at in ahead(self._clauses, min(start, len(self._tokens) - 1)):
            token = self._tokens[at]
            if token.number >= 0 and token.number != index:
                part = part or self._parts[token.number]
                if self._parts[index] or not (
                    part or self._clauses.coordinated(token.number) or self._prepositional(token.number)
                ):
                    break
            elif self._clauses.clause[at] != self._clauses.clause[at - 1] and (
                token.plain in and_words or joined_verb(token, self._grammar)
            ):
                break
            elif token.states and not self._circumstance(at):
                return None if self._governs(at) else at
        return None

    def _circumstance(self, at: int) -> bool:
        """Whether a word tells where or after what: behind a preposition, or with a noun that has an article."""
        definite = self._grammar.endings("definite")
        if definite and all(self._clauses.plain(i).startswith(definite) for i in (at - 1, at)):
            return True
        while at and self._tokens[at - 1].states == self._tokens[at].states:
            at -= 1
        at -= 1
        if self._clauses.plain(at) in self._grammar.words("articles"):
            at -= 1
        return self._clauses.plain(at) in self._grammar.words("prepositions")

    def _prepositional(self, index: int) -> bool:
        """Whether a number stands in a complement: "300 athletes from 52 countries"."""
        first = self._clauses.begins(index)
        words = self._grammar.words("prepositions")
        return any(self._clauses.plain(at) in words for at in range(max(0, first - 3), first))

    def _governs(self, at: int) -> bool:
        """Whether a word behind one number belongs to the next: "12 soldiers wounded 30"."""
        at += 1
        while self._passes(at):
            at += 1
        return at < len(self._tokens) and self._tokens[at].number >= 0

    def _passes(self, at: int) -> bool:
        """Whether a word between a verb and its number says nothing of its own."""
        if at >= len(self._tokens) or any(
            self._clauses.plain(at) in self._grammar.words(n) for n in ("and", "verbal", "breaks")
        ):
            return False
        return self._tokens[at].small or self._clauses.plain(at) in self._grammar.words("light_verbs")

    def _backward(self, index: int) -> int | None:
        """A word before the number in its clause, behind the number before it."""
        first = self._clauses.begins(index)
        for at in range(first - 1, -1, -1):
            token = self._tokens[at]
            if token.number >= 0 or self._clauses.clause[at] != self._clauses.clause[first]:
                break
            if token.plain in self._grammar.words("and") and self._number_before(at):
                break
            if token.states:
                return at
        return None

    def _number_before(self, at: int) -> bool:
        return any(
            t.number >= 0
            for t, c in zip(self._tokens[:at], self._clauses.clause, strict=False)
            if c == self._clauses.clause[at]
        )
