"""What a question asks: the kind of answer, the thing counted, the words to search by, whose statement is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from qa_plugin.data import load_toml
from qa_plugin.language.alike import near_of_count
from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.folding import Folded, bare, fold
from qa_plugin.language.lexicon import concept_name, kinds, related
from qa_plugin.language.quantities import Unit, unit_named
from qa_plugin.language.spellings import joined_keys, meant_keys, parted_keys, sounding_keys
from qa_plugin.language.terms import Term, find_terms
from qa_plugin.language.terms import keys as term_keys

NUMERIC = frozenset({"percent", "age", "duration", "weight", "length", "money", "count", "amount"})
"""Kinds whose answer is a quantity."""
TYPED = NUMERIC | {"date", "time", "score", "who", "where"}
"""Kinds whose answer is a few words and no sentence."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One word or phrase of the question: any of its keys in a sentence covers it."""

    keys: tuple[str, ...]
    word: str
    start: int
    end: int
    focus: bool = False
    """Whether it names the thing counted or asked after."""
    near: tuple[str, ...] = ()
    """Keys of what means nearly the same; they cover it in part."""
    sounds: tuple[str, ...] = ()
    """Keys of the words that a name in Latin letters may be in another script, and of the names that a word in the
    Arabic script may be; they too cover it in part, where no article holds it as what it is taken for."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read."""

    text: str
    language: str
    kind: str
    """A key of `data/questions.toml`, or `other`."""
    slots: tuple[Slot, ...]
    according: tuple[Slot, ...] = ()
    """The words that name whose statement is wanted."""
    unit: Unit | None = None
    """The unit that the question asks in (how many hectares), where it names one."""
    noun: str | None = None
    """The sort of answer that a noun asks for (which senator: `person`), as `answer_types` names it."""

    @property
    def focus(self) -> tuple[Slot, ...]:
        """The slots of the thing counted or asked after."""
        return tuple(slot for slot in self.slots if slot.focus)

    @property
    def keys(self) -> tuple[str, ...]:
        """All search terms."""
        return tuple(dict.fromkeys(k for slot in (*self.slots, *self.according) for k in slot.keys))


@dataclass(frozen=True, slots=True)
class Weighted:
    """A slot of the question with its weight in this index."""

    slot: Slot
    weight: float
    absent: bool
    """Whether no passage holds it."""
    key_weights: tuple[float, ...] = ()
    """What each key of the slot says, those of `near` at the end; a common reading says less than a rare one."""

    @property
    def readings(self) -> Iterator[tuple[str, float]]:
        """Each key that covers the slot, and what it says; of unweighted slots none."""
        return zip((*self.slot.keys, *self.slot.near), self.key_weights, strict=False)

    def said_by(self, terms: frozenset[str] | set[str]) -> float:
        """The weight of the rarest reading among the terms; 0 where none is."""
        if terms.isdisjoint(self.slot.keys) and terms.isdisjoint(self.slot.near):
            return 0.0  # so with most sentences, and a question asks this thousands of times
        return max((weight for key, weight in self.readings if key in terms), default=0.0)


_OTHER_TABLES = frozenset({"order", "according", "reasons", "perhaps_reasons", "no_reason", "alone"})


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = load_toml("questions.toml")
    languages = [language] if language in table else [c for c in table if c not in _OTHER_TABLES]
    return tuple(
        (kind, re.compile(pattern))
        for kind in table["order"]
        for code in languages
        for pattern in table[code].get(kind, [])
    )


@cache
def _any_of(name: str, language: str) -> re.Pattern[str]:
    """The patterns of a table of their own; of a language without such, those of all."""
    table = load_toml("questions.toml")[name]
    patterns = table[language] if language in table else [p for ps in table.values() for p in ps]
    return re.compile("|".join(patterns))


_QUOTED = re.compile(r"\"[^\"]{12,}")
_PERHAPS = 0.5
"""How far a sentence gives a reason whose words say "after" or "to", as sentences without a reason also do."""


def gives(kind: str, folded: str, language: str) -> float:
    """How far a folded sentence gives what an untyped question of this kind asks for: a reason, words in quotes."""
    if kind == "why":
        plain = bare(folded)
        if _any_of("no_reason", language).search(plain):
            return 0.0
        if _any_of("reasons", language).search(plain):
            return 1.0
        return _PERHAPS if _any_of("perhaps_reasons", language).search(plain) else 0.0
    return 1.0 if kind == "quote" and _QUOTED.search(folded) else 0.0


def read_question(text: str, language: str) -> Question:
    """Read a question in a language (ISO 639-1, or `und` for all patterns at once)."""
    folded = fold(text)
    plain = "".join(c if len(c) == 1 else "?" for c in map(_bare_character, folded.text))
    ranges = _according_ranges(plain, language)
    kind, asked_end = _kind(_blanked(plain, ranges), language)
    terms = find_terms(folded, language)
    inside = [t for t in terms if not any(a <= t.start < b for a, b in ranges)]
    named = [t for t in terms if any(a <= t.start < b for a, b in ranges)]
    slots = _slots(inside, folded, language)
    kind = _kind_by_noun(kind, asked_end, slots, plain, language)
    asked = [slot for slot in slots if not _asks(slot, plain, language, kind)]
    focus = _focus(plain, asked_end, asked, language) if kind == "count" else None
    marked = tuple(replace(slot, focus=slot is focus) for slot in asked)
    if kind == "count":
        near = near_of_count([slot.keys for slot in marked])
        marked = tuple(
            replace(s, near=tuple(dict.fromkeys((*s.near, *more)))) for s, more in zip(marked, near, strict=True)
        )
    unit = _unit(plain, asked_end, kind)
    noun: str | None = None
    if kind in {"who", "where"}:
        asking = plain[:asked_end].split()
        noun = answer_type(term_keys(asking[-1], language), asking[-1]) if asking else None
        noun = noun or answer_type_behind(plain, asked_end, slots, language)
        if kind == "who" and noun == "place":
            kind = "where"  # what is the name of the stadium
    return Question(text, language, kind, marked, _slots(named, folded, language), unit, noun)


def _bare_character(character: str) -> str:
    return bare(character)


def _blanked(plain: str, ranges: Sequence[tuple[int, int]]) -> str:
    """The question with the source that it names taken out: "according to the man who …" does not ask who."""
    for start, end in ranges:
        plain = plain[:start] + " " * (end - start) + plain[end:]
    return plain


_LONG_STATEMENT = 14
"""Words above which a text without a question mark is none."""


def _kind(plain: str, language: str) -> tuple[str, int]:
    """The kind of answer asked for, and where the words that ask for it end.

    The words that stand first decide ("What did he say when …" asks no date), among equals the order of the table;
    what only asks "what", and an inversion further on, give way to all others.
    """
    # In a sentence to search by, "who" and "when" ask nothing, unless it begins by asking.
    statement = len(plain.split()) > _LONG_STATEMENT and "?" not in plain
    lead = len(plain) - len(plain.lstrip(" ,،"))  # a question may begin behind "according to X,"
    best: tuple[bool, int, int, str, int] | None = None
    for order, (kind, pattern) in enumerate(_patterns(language)):
        match = pattern.search(plain[lead:])
        if match and (match.start() == 0 or not statement):
            weak = kind == "what" or (kind == "yesno" and match.start() > 0)
            found = (weak, match.start() + lead, order, kind, match.end() + lead)
            best = found if best is None else min(best, found)
    return ("other", 0) if best is None else (best[3], best[4])


_NOUNS_READ = 4
_BEFORE_NOUN = re.compile(r"\W{0,2}(?:\w{1,6}\W){0,3}")
_BY_TYPE = {"person": "who", "body": "who", "place": "where", "money": "money", "percent": "percent", "date": "date"}


def answer_type_behind(plain: str, asked_end: int, slots: Sequence[Slot], language: str) -> str | None:
    """The sort of answer that the noun behind the asking words asks for; None where it asks for no sort."""
    following = [slot for slot in slots if slot.start >= asked_end][:_NOUNS_READ]
    if not following or not _BEFORE_NOUN.fullmatch(plain, asked_end, following[0].start):
        following = []
    run = following[:1]
    for slot in following[1:]:
        if plain[run[-1].end : slot.start] not in {" ", "-"}:
            break
        run.append(slot)
    # The head stands last in English, and first in the others.
    types = [
        answer_type(slot.keys, slot.word.split()[-1 if language == "en" else 0])
        for slot in (reversed(run) if language == "en" else run[:2])
    ]
    return next((name for name in types if name), None)


def _kind_by_noun(kind: str, asked_end: int, slots: Sequence[Slot], plain: str, language: str) -> str:
    """The kind of answer where only the noun behind the asking word tells it: which senator, what bail."""
    if kind == "amount":
        return _kind_of_amount(slots, plain)
    if kind not in {"what", "other"} or _any_of("alone", language).search(plain[:asked_end]):
        return kind
    found = answer_type_behind(plain, asked_end, slots, language)
    asks = plain.rstrip(" \"'»)").endswith(("?", "؟"))
    if kind == "what":
        return _BY_TYPE.get(found, "amount") if found else kind
    if found in _AMOUNTS and len(plain.split()) <= _LONG_STATEMENT and (language == "en" or not asks):
        return _BY_TYPE.get(found, "amount")
    return "yesno" if asks and language != "en" else kind


def _kind_of_amount(slots: Sequence[Slot], plain: str) -> str:
    """Whether "how much" asks for money or a share, as what is asked of tells: costs, wages, "in percent"."""
    if _IN_PERCENT.search(plain):
        return "percent"
    if any((unit := unit_named(slot.word)) is not None and unit.dimension == "money" for slot in slots):
        return "money"
    if any(_means(slot, _CHANGES) for slot in slots):
        return "amount"  # prices and wages fall by a share or a sum
    return "money" if any(_means(slot, _PAID) for slot in slots) else "amount"


_IN_PERCENT = re.compile(r"\b(?:per ?cent|por cento|pour cent|درصد|فی المیه|فی المایه|بالمیه|بالمایه)\b|%")
_CHANGES = frozenset({"increase", "decrease", "growth", "shrink", "climb", "jump", "lower", "fall over", "raise"})


_PAID = frozenset(
    {"cost", "price", "pay", "salary", "spend", "earn", "fine", "rent", "bail", "budget", "expensive", "prize"}
)
_AMOUNTS = frozenset({"money", "percent", "count"})
_ASKS_ON = re.compile(
    r"[,?!;.]|\b(?:how many|how much|what|when|where|why"
    r"|quant\w+|quando|quem|onde|qual|combien|quand|quel\w*|کم|چند|چه|متی|این|کدام)\b"
)


def _according_ranges(plain: str, language: str) -> list[tuple[int, int]]:
    """Where the question names a source: up to the next mark, or the next word that asks or does."""
    found: list[tuple[int, int]] = []
    for match in _any_of("according", language).finditer(plain):
        stop = _ASKS_ON.search(plain, match.end())
        end = stop.start() if stop else len(plain)
        if plain[match.end() : end].strip():
            found.append((match.start(), min(end, match.end() + 90)))
    return found


def _slots(terms: Sequence[Term], folded: Folded, language: str) -> tuple[Slot, ...]:
    """Terms of the same words together; a word said twice once."""
    by_place: dict[tuple[int, int], list[str]] = {}
    for term in terms:
        by_place.setdefault((term.start, term.end), []).append(term.key)
    found: list[Slot] = []
    seen: set[str] = set()
    for (start, end), keys in by_place.items():
        sounding: tuple[str, ...] = ()
        if keys[0][0] == "c" and not folded.text[start].isascii():
            # An article's word may be a name or not, and is found by both; the question's is taken for what it says.
            sounding = sounding_keys(folded.text[start:end], language)
            keys = [key for key in keys if key[0] != "n"]
        if keys[0] not in seen:
            name = _may_be_name(keys, folded, start)
            parts = parted_keys(folded.original[slice(*folded.span(start, end))], language) if name else ()
            sounds = meant_keys(folded.text[start:end]) if name else ()
            own = tuple(dict.fromkeys((*keys, *parts)))
            found.append(Slot(own, folded.text[start:end], start, end, near=_near(keys), sounds=(*sounds, *sounding)))
            seen.update(keys)
    return _with_joined(found, folded, language)


def _may_be_name(keys: Sequence[str], folded: Folded, start: int) -> bool:
    """Whether a word that no dictionary knows is written as a name, or in a script that has no capitals."""
    named = all(key[0] in "sn" for key in keys) and any(key[0] == "n" for key in keys)
    first = folded.original[folded.offset(start)]
    return named and (first.isupper() or not first.islower())


def _with_joined(slots: Sequence[Slot], folded: Folded, language: str) -> tuple[Slot, ...]:
    """The slots; those of a name in two words also with the terms of the two written as one."""
    found = list(slots)
    for at, (one, other) in enumerate(pairwise(slots)):
        if folded.text[one.end : other.start] in {" ", "-"} and all(
            _may_be_name(slot.keys, folded, slot.start) for slot in (one, other)
        ):
            more = joined_keys((one.word, other.word), language)
            for place in (at, at + 1):
                found[place] = replace(found[place], keys=tuple(dict.fromkeys((*found[place].keys, *more))))
    return tuple(found)


def _near(keys: Sequence[str]) -> tuple[str, ...]:
    others = [f"c{other}" for key in keys if key[0] == "c" for other in (*related(int(key[1:])), *kinds(int(key[1:])))]
    return tuple(dict.fromkeys(key for key in others if key not in keys))


_ASKING = 14
"""Characters within which the words of a question's beginning ask and name nothing."""
_ONLY_SMALL_WORDS = re.compile(r"(?:\W{1,2}(?:\w{1,3}|اجمالی|مجموع|حصیله)){0,2}\W?")
_ASKED_TO_THE_END = NUMERIC - {"money"} | {"date", "time", "score", "yesno", "what"}


_SUMS = frozenset({"money", "amount", "sum", "quantity"})


def _means(slot: Slot, names: frozenset[str]) -> bool:
    return any(key[0] == "c" and concept_name(int(key[1:])) in names for key in slot.keys)


def _asks(slot: Slot, plain: str, language: str, kind: str) -> bool:
    """Whether a word belongs to the asking ("what year", "percentage") and not to the thing asked after."""
    for found, pattern in _patterns(language):
        if found == kind:
            match = pattern.search(plain)
            if match and match.start() <= slot.start and slot.end <= match.end():
                if kind == "money" and not _means(slot, _SUMS):
                    return False  # "what bail", "the price of": sentences that answer say it too
                if kind not in _ASKED_TO_THE_END:
                    return slot.end <= match.start() + _ASKING
                # What stands between "how much did" and "weigh" is the thing asked after.
                return _ONLY_SMALL_WORDS.fullmatch(plain, slot.end, match.end()) is not None
            if match:
                return False
    return False


@cache
def _unmarked_plurals() -> frozenset[str]:
    return frozenset(load_toml("counted.toml")["en"]["plurals"].split("|"))


@cache
def _person_counters(language: str) -> frozenset[str]:
    """Words that stand for the people counted, and that are part of the asking: the Persian "chand nafar"."""
    return frozenset(load_toml("counted.toml").get(language, {}).get("person_classifiers", " ").split("|"))


def _focus(plain: str, start: int, slots: Sequence[Slot], language: str) -> Slot | None:
    """The head of the noun phrase behind the asking words: its first content word, in English its first plural."""
    following = [slot for slot in slots if slot.end > start]
    if not following or plain[:start].rpartition(" ")[2] in _person_counters(language):
        return None
    if language == "en":
        last = following[0]
        for slot in following[:4]:
            if slot is not last and plain[last.end : slot.start] != " ":
                break
            last = slot
            word = slot.word.split()[-1]
            if word in _unmarked_plurals() or (word.endswith("s") and not word.endswith(("ss", "us", "is"))):
                return slot
    return following[0]


def _unit(plain: str, asked_end: int, kind: str) -> Unit | None:
    if kind not in NUMERIC:
        return None
    words = plain[asked_end:].replace("?", " ").split()[:3]
    for count in (2, 1):
        for first in range(min(2, len(words))):
            unit = unit_named(" ".join(words[first : first + count]))
            if unit is not None and len(words[first]) > 2:
                return unit
    before = plain[:asked_end].replace("?", " ").split()[-1:]
    return unit_named(before[0]) if before and len(before[0]) > 2 else None
