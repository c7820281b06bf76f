"""The noun that a number of a sentence counts: behind the number, or the subject in front of its verb."""

from __future__ import annotations

from dataclasses import replace

from qa_plugin.evidence.counting.changes import change_words
from qa_plugin.evidence.counting.frames import frame_of
from qa_plugin.evidence.counting.phrases import Phrase, PhraseReader
from qa_plugin.evidence.reading.clauses import Clauses, Grammar, grammar
from qa_plugin.language.quantities import Quantity

_MANY = 1000
"""From here on a word for persons or tonnes means tonnes, unless something happened to them."""


class NounReader:
    """Finds the nouns of the numbers of one sentence."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses = clauses
        self._tokens = clauses.tokens
        self._grammar: Grammar = grammar(clauses.language)
        self._reader = PhraseReader(clauses)

    def behind(self, index: int) -> Phrase:
        """The noun phrase behind a number."""
        quantity = self._clauses.quantities[index]
        text = self._clauses.text
        if quantity.unit is not None:
            return self._measured(quantity)
        at = self._clauses.behind(index)
        if text[quantity.number_end : quantity.number_end + 1] == "-" and text[quantity.number_end + 1].isalpha():
            return self._reader.read(at + 1, glued=True)
        if self._clauses.plain(at) in self._grammar.words("multiples"):
            return Phrase(at, at + 1)
        definite = self._definite(quantity)
        if definite is not None:
            return definite
        phrase = self._reader.read(at)
        says = phrase.head is None and self._clauses.plain(phrase.after) in self._grammar.words("be")
        if phrase.partitive or says:
            return self._predicate(phrase)
        if phrase.head is not None and self._clauses.plain(phrase.head) in self._grammar.words("count_nouns"):
            return self._numbered(phrase)
        if phrase.head is None:
            return self._shared(phrase) or phrase
        return phrase

    def _definite(self, quantity: Quantity) -> Phrase | None:
        """The noun in front of a number that has an article glued to it: "the soldiers the 30"."""
        at = self._clauses.at(quantity.number_start) - 1
        if at > 0 and self._clauses.plain(at) == "ال" and self._tokens[at - 1].content:
            return Phrase(at - 1, at)
        return None

    def _numbered(self, phrase: Phrase) -> Phrase:
        """The noun of a counting noun behind the number: "brings to 30 the total number of staff"."""
        assert phrase.head is not None  # noqa: S101
        for at in range(phrase.head + 1, phrase.head + 3):
            if self._clauses.plain(at) in self._grammar.words("of"):
                found = self._reader.read(at + 1)
                return found if found.head is not None and not found.verb else phrase
        return phrase

    def _shared(self, phrase: Phrase) -> Phrase | None:
        """The noun of the next number, where it serves both: "30 or 40 people", "not 30 but 13 people"."""
        at = phrase.after
        while at < len(self._tokens) and at - phrase.after < 3 and self._tokens[at].small and not phrase.others:
            at += 1
        if at == phrase.after or at >= len(self._tokens) or self._tokens[at].number < 0:
            return None
        if self._clauses.quantities[self._tokens[at].number].unit is not None:
            return None
        found = self._reader.read(self._clauses.behind(self._tokens[at].number))
        return found if found.head is not None and not found.verb else None

    def _predicate(self, phrase: Phrase) -> Phrase:
        """What those of a pronoun are said to be: "three of whom were women"."""
        at = phrase.after
        words = self._grammar.words("be")
        seen = False
        while self._clauses.plain(at) in words:
            at, seen = at + 1, True
        if at < len(self._tokens) and self._tokens[at].content and (seen or not self._tokens[at].states):
            found = self._reader.read(at)
            if found.head is not None and not found.verb and not self._tokens[found.head].states:
                named = phrase.partitive or self._reader.plural(found.head)
                return replace(found, classified=phrase.classified) if named else phrase
        return phrase

    def _measured(self, quantity: Quantity) -> Phrase:
        """What is measured in a unit: "50 tonnes of wheat"; or what a unit's word counts, where it has that sense."""
        at = self._clauses.at(quantity.end)
        counter = self._clauses.at(quantity.number_end)
        if self._clauses.plain(counter) in self._grammar.words("person_classifiers") and self._counts_people(
            quantity, counter
        ):
            phrase = self._reader.counter(counter)
            return self._predicate(phrase) if phrase.partitive else phrase
        dimension = quantity.unit.dimension if quantity.unit is not None else ""
        linked = self._clauses.plain(at) in self._grammar.words("of") or (
            dimension == "money" and self._clauses.plain(at) in self._grammar.words("of_money")
        )
        if not linked and dimension not in self._grammar.words("direct_dimensions"):
            return Phrase(None, at)
        start = at + 1 if linked else at
        articles = self._grammar.words("articles")
        while self._clauses.plain(start) == "'" or self._clauses.plain(start) in articles:
            start += 1
        if start >= len(self._tokens) or not self._tokens[start].content:
            return Phrase(None, at)
        if self._tokens[start].capital and dimension == "money":
            return Phrase(None, at)
        if not linked and (self._changes(start) or self._reader.light(start + 1)):
            return Phrase(None, at)
        found = self._reader.read(start)
        return Phrase(None, at) if found.verb else found

    def _counts_people(self, quantity: Quantity, counter: int) -> bool:
        """Whether a word that may mean persons or tonnes means persons: the number is small, and no goods follow."""
        if quantity.value != int(quantity.value):
            return False
        following = counter + 1
        while self._clauses.plain(following) in self._grammar.words("others"):
            following += 1
        if following >= len(self._tokens):
            return True
        token = self._tokens[following]
        if token.states:
            return True
        if quantity.value >= _MANY:
            return False
        return not token.content or token.plain.endswith(self._grammar.endings("human_endings"))

    # ------------------------------------------------------------ the subject

    def subject(self, index: int, phrase: Phrase) -> Phrase | None:
        """What a number is said of that stands before its verb: "the number of dead rose to 61", "dead: 61"."""
        first = self._clauses.begins(index)
        for at in range(first - 1, -1, -1):
            token = self._tokens[at]
            if self._clauses.block[at] != self._clauses.block[first]:
                break
            if token.number >= 0 and token.number != index and not self._leads_on(index, token.number):
                break
            if token.plain in self._grammar.words("count_nouns"):
                return self._of_count_noun(at, first)
        if phrase.head is not None and not phrase.verb and self._clauses.plain(first - 1) != ":":
            return None
        return self._linked(index)

    def before(self, last: int, stop: int) -> Phrase | None:
        """The noun phrase that ends at a token, of which nothing stands from the token `stop` on."""
        return self._noun_before(last, stop)

    def _leads_on(self, index: int, other: int) -> bool:
        """Whether another number is only the former state, or the step, on the way to this one."""
        before, here = (frame_of(self._clauses, self._clauses.quantities[i]) for i in (other, index))
        return before.has("former") or (here.has("current") and (before.has("difference") or before.has("new")))

    def _of_count_noun(self, at: int, stop: int) -> Phrase | None:
        """The noun behind "number of"; the counting noun itself where it says more than that something is counted."""
        token = self._tokens[at]
        linked = self._clauses.plain(at + 1) in self._grammar.words("of")
        needs_link = self._grammar.words("direct_dimensions").empty
        if linked or not needs_link:
            phrase = self._reader.read(at + 1, stop=stop)
            if phrase.head is not None and phrase.head < stop and (not phrase.verb or phrase.head <= at + 2):
                return phrase
        return Phrase(at, at + 1) if token.states else None

    def _linked(self, index: int) -> Phrase | None:
        """The subject of a verb that leads to the number: "attendance was 300", "sales rose by 12% to 300"."""
        first = self._clauses.begins(index)
        if index and self._leads_on(index, index - 1):
            earlier = self._clauses.begins(index - 1)
            if self._clauses.clause[earlier] == self._clauses.clause[first]:
                first = earlier
        at = first - 1
        if self._clauses.plain(at) == ":":
            return self._noun_before(at - 1, first)
        while at >= 0 and (self._clauses.plain(at) in self._grammar.words("links") or self._changes(at)):
            at -= 1
        if at < 0 or (at == first - 1 and self._grammar.words("light_verbs").empty):
            return None
        return self._noun_before(at, first)

    def _changes(self, at: int) -> bool:
        """Whether a word tells of a change: "rose", "cut"."""
        return self._clauses.plain(at) in change_words(self._clauses.language)["verbs"]

    def _inside(self, at: int) -> bool:
        """Whether a small word may stand inside a noun phrase: a preposition, or an article behind one."""
        prepositions = self._grammar.words("prepositions")
        if self._clauses.plain(at) in self._grammar.words("articles"):
            return self._clauses.plain(at - 1) in prepositions
        return self._clauses.plain(at) in prepositions or self._clauses.plain(at) == "'"

    def _noun_before(self, last: int, stop: int) -> Phrase | None:
        """The head of the noun phrase that ends at a token: the noun before its prepositions."""
        articles, prepositions = self._grammar.words("articles"), self._grammar.words("prepositions")
        at = start = last
        while at >= 0 and self._clauses.clause[at] == self._clauses.clause[last]:
            token = self._tokens[at]
            if token.plain in self._grammar.words("tells"):
                break
            if token.content:
                start = at
            elif token.plain in prepositions and at and (self._tokens[at - 1].content or token.plain in articles):
                start = at - 1
            elif not self._inside(at):
                break
            at -= 1
        while start < last and self._changes(start):
            start += 1
        if not self._tokens[start].content:
            return None
        phrase = self._reader.read(start, stop=last + 1)
        named = phrase.head is not None and phrase.head < stop
        opens = start == 0 or not self._tokens[start - 1].word
        noun = not phrase.verb or opens or self._clauses.plain(start - 1) in articles
        return phrase if named and noun else None
