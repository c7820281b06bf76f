"""The noun phrase at a place of a sentence: its head and what is said of it, by the word order of the language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa_plugin.evidence.reading.clauses import Clauses, Grammar, Token, grammar, joined_verb, person_keys
from qa_plugin.language.lexicon import is_place

_LONGEST = 3
"""Words behind a head that may still be said of it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Places of tokens: the head of a noun phrase, what is said of it, and where to read on."""

    head: int | None
    after: int
    modifiers: tuple[int, ...] = ()
    verb: bool = False
    """Whether the head is a verb or participle: those counted are not named beside the number."""
    others: bool = False
    """Whether those counted are others than were named before."""
    partitive: bool = False
    """Whether a pronoun stands for what is counted: "three of them"."""
    counter: bool = False
    """Whether the head is a word that only counts."""
    classified: bool = False
    """Whether such a word stands between the number and its head."""


class PhraseReader:
    """Reads the noun phrases of one sentence."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses = clauses
        self._tokens = clauses.tokens
        self._grammar: Grammar = grammar(clauses.language)

    def read(self, start: int, *, glued: bool = False, stop: int | None = None) -> Phrase:
        """The phrase that begins at a token; `glued` says that a hyphen joins it to the number.

        It ends before the token `stop`, if given.
        """
        if glued and self._clauses.plain(start) not in self._grammar.words("skip"):
            return Phrase(start, start + 1)
        lead = self._lead_in(start)
        if lead.head is None or lead.verb:
            return lead
        at = lead.head
        if self._grammar.head_last:
            found = self._last(at, len(self._tokens) if stop is None else stop)
        elif lead.counter:
            return replace(self._behind_counter(at, lead.after), classified=True)
        else:
            found = self._first(at)
            if stop is not None:
                found = replace(found, modifiers=tuple(place for place in found.modifiers if place < stop))
        return replace(found, others=lead.others)

    def counter(self, at: int) -> Phrase:
        """What a counting word counts."""
        return replace(self._behind_counter(at, at + 1), classified=True)

    # ------------------------------------------------------------ on the way to the head

    def _lead_in(self, start: int) -> Phrase:
        """Pass over what stands before the head; its place is in `head`, or None where no noun follows."""
        known = self._grammar
        others = counter = of = False
        at = start
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.number >= 0:
                if not of:
                    return Phrase(None, at, others=others)
            elif token.plain in known.words("others"):
                others = True
            elif token.plain in known.words("of") and at + 1 < len(self._tokens):
                of = True
                if self._tokens[at + 1].plain in known.words("pronouns"):
                    return Phrase(None, at + 2, others=others, partitive=True)
            elif token.plain in known.words("pronouns") and not token.content:
                return Phrase(None, at + 1, others=others, partitive=True)
            elif token.plain in known.words("classifiers") and not counter:
                counter = True
                return Phrase(at, at + 1, others=others, counter=True)
            elif not (token.plain in known.words("skip") or (token.plain == "'" and at > start)):
                break
            at += 1
        if at >= len(self._tokens) or not self._tokens[at].content or joined_verb(self._tokens[at], known):
            return Phrase(None, at, others=others)
        return Phrase(at, at, others=others)

    def _behind_counter(self, counter: int, start: int) -> Phrase:
        """What a counting word counts; the word itself where only a verb follows it."""
        known = self._grammar
        at, of, others = start, False, False
        while at < len(self._tokens) and (
            not self._tokens[at].content or self._tokens[at].plain in known.words("skip")
        ):
            token = self._tokens[at]
            if self._clauses.plain(at + 1) in known.words("not_of"):
                break
            if token.plain in known.words("of"):
                of = True
                if self._clauses.plain(at + 1) in known.words("pronouns"):
                    return Phrase(None, at + 2, partitive=True)
            elif token.plain in known.words("others"):
                others = True
            elif token.plain not in known.words("skip"):
                break
            at += 1
        alone = Phrase(counter, start, counter=True, others=others)
        if at >= len(self._tokens) or not self._tokens[at].content:
            return alone
        token = self._tokens[at]
        if token.plain in known.words("verbs") or token.plain in known.words("light_verbs"):
            return alone
        person = self._tokens[counter].plain in known.words("person_classifiers")
        if person and not of and (self.light(at + 1) or token.states):
            return alone
        if person and of and not self._many(token):
            return alone
        return self._first(at)

    def _many(self, token: Token) -> bool:
        """Whether a word names several, of whom some can be a part; people also come from a town."""
        known = self._grammar
        if known.words("many").empty or token.plain in known.words("many"):
            return True
        place = any(key[0] == "c" and is_place(int(key[1:])) for key in token.keys)
        return not place and token.plain.endswith(known.endings("many_endings"))

    def light(self, at: int) -> bool:
        """Whether a verb stands at a place that makes a verb of the noun before it."""
        return at < len(self._tokens) and self._tokens[at].plain in self._grammar.words("light_verbs")

    # ------------------------------------------------------------ the head

    def _last(self, start: int, stop: int) -> Phrase:
        """The first plural of a run of words, else its last: "30 North Korean soldiers"."""
        run = [at for at in self._run(start) if at < stop] or [start]
        first = self._tokens[run[0]]
        for position, at in enumerate(run):
            token = self._tokens[at]
            if self.plural(at) and not (self._modifies(token) and self._goes_on(run[position + 1 : position + 2])):
                return self._with_complement(at, tuple(run[:position]))
        if first.states or self._verbal(first):
            return Phrase(run[0], run[0] + 1, verb=True)
        kept = run[:1]
        for at in run[1:]:
            if self._tokens[at].states or self._verbal(self._tokens[at]):
                break
            kept.append(at)
        return self._with_complement(kept[-1], tuple(kept[:-1]))

    def _modifies(self, token: Token) -> bool:
        """Whether a word with the look of a plural may stand before a noun: "sports", "police"."""
        return token.plain in self._grammar.words("plural_modifiers") or token.plain in self._grammar.words("plurals")

    def _goes_on(self, following: list[int]) -> bool:
        return any(self.plural(at) for at in following)

    def _first(self, start: int) -> Phrase:
        """The first noun: "300 jovens voluntários", "30 soldats nord-coréens"."""
        token = self._tokens[start]
        if self._verbal(token):
            return Phrase(start, start + 1, verb=True)
        before: list[int] = []
        at = start
        while self._tokens[at].plain in self._grammar.words("before_head") and self._named(at + 1):
            before.append(at)
            at += 1
        return self._with_complement(at, tuple(before))

    def _named(self, at: int) -> bool:
        """Whether a noun stands at a place."""
        if at >= len(self._tokens) or not self._tokens[at].content:
            return False
        return not self._verbal(self._tokens[at]) and not (
            self._tokens[at].states and not self._tokens[at].plain.endswith(self._grammar.noun_endings)
        )

    def _verbal(self, token: Token) -> bool:
        known = self._grammar
        if known.noun_endings and token.plain.endswith(known.noun_endings):
            return False
        if known.words("classifiers") and token.plain in known.words("light_verbs"):
            return True
        return bool(known.verb_endings) and token.plain.endswith(known.verb_endings)

    def plural(self, at: int) -> bool:
        """Whether a word has the form of a plural, where the language has one."""
        token = self._tokens[at]
        known = self._grammar
        if token.plain in known.words("plurals") or token.plain.endswith(known.endings("plural_endings")):
            return True
        return token.plain.endswith(known.noun_endings) and not token.plain.endswith(known.endings("singular_endings"))

    def _run(self, start: int) -> list[int]:
        """Words that follow each other, hyphens between them aside."""
        run = [start]
        at = start + 1
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.content:
                run.append(at)
            elif not (token.plain == "-" and self._clauses.block[at] == self._clauses.block[start]):
                break
            at += 1
        return run

    # ------------------------------------------------------------ what is said of it

    def _with_complement(self, head: int, before: tuple[int, ...]) -> Phrase:
        after, found = self._adjectives(head + 1)
        token = self._clauses.plain(after)
        if (
            token in self._grammar.words("of")
            and self._clauses.block[min(after, len(self._tokens) - 1)] == (self._clauses.block[head])
        ):
            end, complement = self._complement(after + 1)
            found += complement
            after = end if complement else after
        return Phrase(head, after, (*before, *found))

    def _adjectives(self, start: int) -> tuple[int, tuple[int, ...]]:
        """The words behind a head where adjectives and genitives stand there."""
        if self._grammar.head_last:
            return start, ()
        found: list[int] = []
        at = start
        while at < len(self._tokens) and len(found) < _LONGEST:
            token = self._tokens[at]
            hyphen = token.plain == "-" and self._clauses.block[at] == self._clauses.block[start - 1]
            if not hyphen:
                if not token.content or token.states or self._verbal(token) or self.light(at + 1):
                    break
                if joined_verb(token, self._grammar):
                    break
                found.append(at)
            at += 1
        return at, tuple(found)

    def _complement(self, start: int) -> tuple[int, tuple[int, ...]]:
        at = start
        articles = self._grammar.words("articles")
        while at < len(self._tokens) and (self._tokens[at].plain == "'" or self._tokens[at].plain in articles):
            at += 1
        found: list[int] = []
        while at < len(self._tokens) and len(found) < _LONGEST:
            token = self._tokens[at]
            if not token.content or token.states:
                break
            found.append(at)
            at += 1
        return at, tuple(found)


def keys_of(clauses: Clauses, places: tuple[int, ...]) -> tuple[str, ...]:
    """The search terms of words, each once."""
    return tuple(dict.fromkeys(key for at in places for key in clauses.tokens[at].keys))


def head_keys(clauses: Clauses, at: int) -> tuple[str, ...]:
    """The search terms of a head; those of a person for a word that only counts people."""
    token = clauses.tokens[at]
    if token.plain in grammar(clauses.language).words("person_classifiers"):
        return person_keys()
    return token.keys
