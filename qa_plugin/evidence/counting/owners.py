"""Whose an age or a price is: the person or thing that a number of a sentence belongs to.

Only what the words around the number bind to it is an owner; where they bind nothing, nothing is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.nouns import NounReader
from qa_plugin.evidence.counting.phrases import Phrase, PhraseReader, head_keys, keys_of
from qa_plugin.evidence.naming.named import Name, find_names
from qa_plugin.evidence.reading.clauses import Clauses, Token, Words, grammar, read_clauses
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.questions import Question, Slot
from qa_plugin.records import Span

_BESIDE = 4
"""Words between a name and its bearer's age at most."""
_SHORT_UNITS = frozenset({"day", "week", "hour", "minute", "second"})


@cache
def _words(language: str, name: str) -> Words:
    return Words(load_toml("owners.toml").get(language, {}).get(name, "").split("|"))


@cache
def _concepts(name: str) -> frozenset[str]:
    return frozenset(load_toml("owners.toml")[name].split("|"))


@cache
def _things() -> frozenset[str]:
    works: str = load_toml("premise.toml")["telling"]["works"]
    return _concepts("things").union(works.split("|"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose age or price a question asks for."""

    kind: str
    keys: frozenset[str]
    """All search terms of the question, with those that mean nearly the same."""
    person: frozenset[str]
    """Those of the persons that it names."""
    young: bool
    """Whether it asks of somebody or something just born."""

    @classmethod
    def of(cls, question: Question) -> Wanted | None:
        """What a question wants; None where it asks for no age and no price."""
        names = {concept_name(int(key[1:])) for slot in question.slots for key in slot.keys if key[0] == "c"}
        if question.kind != "age" and not (question.kind in {"money", "amount"} and names & _concepts("asked")):
            return None
        text = read_sentence(0, Span(0, len(question.text)), question.text, question.language, 0.0)
        people = [name for name in find_names(text) if name.kind == "person"]
        return cls(
            "age" if question.kind == "age" else "price",
            frozenset(key for slot in question.slots if not _prices(slot) for key in (*slot.keys, *slot.near)),
            frozenset(term.key for term in text.terms if any(_within(term, name) for name in people)),
            bool(names & _concepts("young")),
        )


def _prices(slot: Slot) -> bool:
    return bool(_named(slot.keys) & _concepts("asked"))


def _within(term: tuple[str, int, int], name: Name) -> bool:
    return name.start <= term[1] and term[2] <= name.end


def owner_other(wanted: Wanted, sentence: Sentence, quantity: Quantity) -> bool:
    """Whether an age or a price is that of somebody or something else than was asked after."""
    if wanted.kind == "age":
        return _no_age(wanted, quantity) or _another_person(wanted, sentence, quantity)
    return quantity.kind in {"money", "count"} and _another_thing(wanted, sentence, quantity)


# ---------------------------------------------------------------- ages


def _no_age(wanted: Wanted, quantity: Quantity) -> bool:
    """Whether a time is too short for an age: those of grown people are told in years."""
    short = quantity.unit is not None and quantity.unit.name in _SHORT_UNITS
    return quantity.kind != "age" and short and not wanted.young


def _another_person(wanted: Wanted, sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the person named beside an age is not the one whose age was asked."""
    if not wanted.person:
        return False
    clauses = read_clauses(sentence)
    first, last = clauses.at(quantity.number_start), clauses.at(quantity.end - 1)
    people = [name for name in find_names(sentence) if name.kind == "person"]
    gaps = {name: _gap(clauses, name, first, last) for name in people}
    near = [name for name, gap in gaps.items() if gap is not None]
    if not near:
        return False
    owner = min(near, key=lambda name: gaps[name] or 0)
    mine = {term.key for term in sentence.terms if _within(term, owner)}
    return bool(mine) and wanted.person.isdisjoint(mine)


def _gap(clauses: Clauses, name: Name, first: int, last: int) -> int | None:
    """Words between a name and an age; None where a mark that ends a statement, or too much, stands between."""
    before, behind = clauses.at(name.end - 1), clauses.at(name.start)
    between = range(before + 1, first) if before < first else range(last + 1, behind)
    words = [at for at in between if clauses.tokens[at].word]
    if len(words) > _BESIDE or len({clauses.block[at] for at in (*between, first)} - {clauses.block[first]}) > 1:
        return None
    return len(words)


# ---------------------------------------------------------------- prices


def _another_thing(wanted: Wanted, sentence: Sentence, quantity: Quantity) -> bool:
    """Whether what has the price is a thing that the question does not name."""
    clauses = read_clauses(sentence)
    index = next((i for i, q in enumerate(clauses.quantities) if q.number_start == quantity.number_start), None)
    if index is None:
        return False
    first = clauses.begins(index)
    at = _linked(clauses, index)
    behind = _behind(clauses, index)
    if behind is not None and behind.head is not None:
        return _other(wanted, (*head_keys(clauses, behind.head), *keys_of(clauses, behind.modifiers)))
    if at is None and not _price_named(clauses, first):
        return False
    ahead = [token.keys for token in clauses.tokens[:first] if token.keys and _same_clause(clauses, token, first)]
    named = any(not wanted.keys.isdisjoint(keys) for keys in ahead)
    head = NounReader(clauses).before(at, first) if at is not None else None
    if head is not None and head.head is not None and not grammar(clauses.language).head_last:
        keys = head_keys(clauses, head.head)
        if _named(keys) & _things():
            return _other(wanted, keys)
    # Where the head of what stands in front is not told, no word of the question may stand there.
    return not named and any(_other(wanted, keys) for keys in ahead)


def _same_clause(clauses: Clauses, token: Token, at: int) -> bool:
    return clauses.clause[clauses.at(token.start)] == clauses.clause[at]


def _other(wanted: Wanted, keys: Sequence[str]) -> bool:
    return wanted.keys.isdisjoint(keys) and bool(_named(keys) & _things())


def _named(keys: Sequence[str]) -> set[str]:
    return {concept_name(int(key[1:])) for key in keys if key[0] == "c"}


def _price_named(clauses: Clauses, first: int) -> bool:
    """Whether the words before a number name a price: the cost of the hall was three million."""
    ahead = (token for token in clauses.tokens[:first] if _same_clause(clauses, token, first))
    return any(_named(token.keys) & _concepts("asked") for token in ahead)


def _linked(clauses: Clauses, index: int) -> int | None:
    """Where the words end that a link joins to a price behind it: a hall worth three million, the hall cost three."""
    links, hinges = _words(clauses.language, "links"), _words(clauses.language, "hinges")
    at, hinged = clauses.begins(index) - 1, _glued(clauses, index)
    while at >= 0 and clauses.plain(at) in links:
        hinged = hinged or clauses.plain(at) in hinges
        at -= 1
    return at if hinged and at >= 0 else None


def _glued(clauses: Clauses, index: int) -> bool:
    """Whether an ending makes the unit an adjective of the noun before it, as in Persian."""
    endings = _words(clauses.language, "adjectives")
    return clauses.plain(clauses.at(clauses.quantities[index].number_end)) in endings


def _behind(clauses: Clauses, index: int) -> Phrase | None:
    """The noun that a price stands before as an adjective: a three-million-euro hall, a €3m hall."""
    quantity = clauses.quantities[index]
    modifies = clauses.plain(clauses.begins(index) - 1) in _words(clauses.language, "articles")
    if not modifies or quantity.unit is None:
        return None
    phrase = PhraseReader(clauses).read(clauses.at(quantity.end))
    return phrase if not phrase.verb else None


__all__ = ["Wanted", "owner_other"]
