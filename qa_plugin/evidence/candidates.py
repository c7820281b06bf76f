"""Typed answers cut from a sentence: quantities, dates, names, each with how well it fits the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from qa_plugin.evidence.counting.measures import measure_of, says_as_asked
from qa_plugin.evidence.naming.named import Name, find_names, find_places, find_roles
from qa_plugin.evidence.naming.parties import Parties
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, distance, meets, nearness, of_text, word_index
from qa_plugin.language.attribution import Attribution, find_attributions
from qa_plugin.language.folding import bare, fold, fold_text
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.month_names import without_weekdays
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.questions import Question, Slot, Weighted
from qa_plugin.language.resolution import find_dated
from qa_plugin.language.terms import Term
from qa_plugin.language.times import find_times

_RARE_KIND = 0.3
"""What a sum of money, a percentage, a date or a measure adds where one is asked for: few sentences hold one."""
_POINTS = re.compile(r"\bpoints?\b|\bpontos?\b|نقطه|نقاط|واحد درصد")
_MUCH = 1e6
_ORDINAL = 0.3
"""What "the 36th" loses as an answer to how many."""
_COUNTS = frozenset({"count"})
_DIMENSIONS = {
    "percent": frozenset({"percent", "fraction"}),
    "money": frozenset({"money"}),
    "age": frozenset({"age", "duration"}),
    "duration": frozenset({"duration"}),
    "length": frozenset({"length", "area", "speed"}),
    "weight": frozenset({"weight"}),
    "count": _COUNTS,
    "amount": frozenset(
        {"count", "percent", "fraction", "money", "age", "duration", "length", "area", "speed", "weight", "temperature"}
    ),
}
_OUTLET = re.compile(r"\s[-–—|]\s((?:[^\W\d]+\s){1,3})(\d+)\s*$")
"""The name of an outlet behind a headline, with the number that belongs to it: "… - News 24"."""
_PEOPLE = frozenset({"people", "person", "man", "human", "citizen", "individual"})
_PEOPLE_EVENTS = frozenset(
    {"die", "kill", "injure", "death", "victim", "dead", "wound", "arrest", "evacuate", "displace"}
)


def find_candidates(
    question: Question, slots: Sequence[Weighted], sentence: Sentence, published: date | None = None
) -> list[Candidate]:
    """The typed answers of one sentence, in order; empty for kinds that are answered by a sentence.

    From the day on which it was `published` dates are reckoned.
    """
    if question.kind in _DIMENSIONS:
        return _quantities(question, slots, sentence)
    if question.kind == "date":
        return _dates(question, slots, sentence, published)
    if question.kind in {"who", "where"}:
        return _names(question, slots, sentence)
    if question.kind in {"time", "score"}:
        return _moments(question, slots, sentence)
    return []


def attribution_of(
    sentence: Sentence,
    question: Question,
    place: int,
    counted: tuple[int, int] | None = None,
    *,
    denial: bool = False,
) -> str | None:
    """Who states what stands at a place of the folded sentence, in its own words, unless the question named them.

    Nobody is named by the noun that is `counted`. Whoever denies it does not state it; with `denial`, who denies it
    is asked for.
    """
    for found in _attributions(sentence):
        if (found.denies and not denial) or not found.governs(place):
            continue
        if counted is not None and found.start < counted[1] and counted[0] < found.end:
            continue
        keys = {t.key for t in sentence.terms if found.start <= t.start and t.end <= found.end}
        if keys and not any(meets(slot, keys) for slot in question.according):
            own = sentence.language == question.language
            start, end = sentence.folded.span(found.start if own else found.noun, found.end)
            if not find_dated(sentence.text[start:end], sentence.language, None):
                words = sentence.text[start:end].strip()
                leads = own and found.noun > found.start and not sentence.folded.text[: found.start].strip()
                return words[:1].lower() + words[1:] if leads else words  # an article that began the sentence
    return None


def only_claimed(sentence: Sentence, place: int) -> bool:
    """Whether what stands at a place of the folded sentence is told as a mere claim of somebody's."""
    governing = [found for found in _attributions(sentence) if not found.denies and found.governs(place)]
    return bool(governing) and governing[0].claim


@of_text()
def _attributions(sentence: Sentence) -> tuple[Attribution, ...]:
    return tuple(find_attributions(sentence.folded, sentence.language))


# ---------------------------------------------------------------- quantities


def _quantities(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    measure = measure_of(question)
    fitting = [q for q in sentence.quantities if _wanted(question, q) and measure.fits(q, sentence)]
    if not fitting:
        return []  # so with most, and to look for the terms takes long
    starts = word_index(sentence.folded.text)
    asked = {key for key in question.keys if key[0] == "v" and key in sentence.keys}
    focus, outlet = _focus_of(question, sentence), _number_of_outlet(question, sentence)
    found: list[Candidate] = []
    for quantity in fitting:
        key = f"v{int(quantity.value)}" if quantity.value == int(quantity.value) else ""
        if key in asked or quantity.number_start == outlet:
            continue
        gap = _focus_gap(focus, sentence, quantity, starts)
        focused = gap is not None or _implied(question, sentence, quantity)
        if quantity.weak and (gap is None or gap > (0 if quantity.value == 1 else 2)):
            continue
        fit = sentence.score + 0.3 * nearness(slots, sentence, quantity.number_start, starts)
        if question.kind != "count" or question.unit is not None:
            fit += _RARE_KIND if quantity.kind != "count" or question.kind == "amount" else 0.0
        if question.kind == "count" and question.unit is None:
            fit += 0.25 - 0.04 * gap if gap is not None else 0.05 if focused else _unfocused(focus)
        if quantity.vague:
            fit -= 0.12
        if quantity.kind == "fraction":
            fit -= 0.1
        if quantity.kind == "ordinal":
            fit -= _ORDINAL
        found.append(Candidate(sentence, quantity.start, quantity.end, fit, quantity, None, focused))
    return found


def _number_of_outlet(question: Question, sentence: Sentence) -> int | None:
    """Where a number stands that belongs to the name of who publishes; None where words of the question go with it."""
    found = _OUTLET.search(sentence.folded.text)
    if found is None:
        return None
    keys = set(question.keys)
    told = any(found.start(1) <= term.start < found.end(1) and term.key in keys for term in sentence.terms)
    return None if told else found.start(2)


def _wanted(question: Question, quantity: Quantity) -> bool:
    """Whether a quantity is of the kind asked for."""
    if quantity.kind == "ordinal":
        return question.kind in {"count", "amount"} and question.unit is None and not quantity.weak
    if quantity.kind in {"year", "date", "time", "identifier", "score"}:
        return False
    if question.kind == "percent" and quantity.unit is not None:
        points = _POINTS.search(bare(fold_text(question.text))) is not None
        return quantity.kind in _DIMENSIONS["percent"] and points == (quantity.unit.name == "percentage_point")
    if question.unit is not None and question.kind != "money":
        return (quantity.unit is not None and quantity.unit.dimension == question.unit.dimension) or (
            question.unit.name == "year" and quantity.kind == "age" and question.kind == "age"
        )
    if question.kind == "money" and quantity.kind == "count" and quantity.scale >= _MUCH:
        return True  # a currency that no table knows
    return quantity.kind in _DIMENSIONS[question.kind]


def _focus_of(question: Question, sentence: Sentence) -> list[Term] | None:
    """Where a sentence names the thing asked after; None where the question asks after none."""
    keys = {key for slot in question.focus for key in slot.keys}
    if not question.focus:
        return None
    return [] if sentence.keys.isdisjoint(keys) else [term for term in sentence.terms if term.key in keys]


def _focus_gap(
    focus: Sequence[Term] | None, sentence: Sentence, quantity: Quantity, starts: Sequence[int]
) -> int | None:
    """Words between the number and the thing asked after, where it stands near enough to be what is counted."""
    if focus is None:
        return 0
    best: int | None = None
    for term in focus:
        between = distance(starts, term.start, quantity.number_start)
        text = sentence.folded.text
        if term.start >= quantity.number_end:
            if (
                re.search(r"[.;:!?()]", text[quantity.end : term.start])
                or between > 5
                or _number_between(sentence, quantity, term.start)
            ):
                continue
            gap = between - 1
        else:
            # "soldiers: 5,000", "o número de soldados é de 5 mil", and verb-last Persian
            if between > 6 or _counted_otherwise(sentence, quantity, term):
                continue
            gap = between + 1
        best = gap if best is None else min(best, gap)
    return best


def _unfocused(focus: Sequence[Term] | None) -> float:
    """What a number loses that the thing counted does not stand beside: less where the sentence names it at all."""
    return -0.12 if focus else -0.25


def _number_between(sentence: Sentence, quantity: Quantity, stop: int) -> bool:
    return any(t.key[0] == "v" and quantity.number_end < t.start < stop for t in sentence.terms)


def _counted_otherwise(sentence: Sentence, quantity: Quantity, focus: Term) -> bool:
    """Whether the word right behind the number names another thing that is counted."""
    after = [t for t in sentence.terms if t.start >= quantity.end and t.key[0] in "cs"]
    if not after or quantity.unit is not None:
        return False
    gap = sentence.folded.text[quantity.end : after[0].start]
    return len(gap.split()) <= 1 and not re.search(r"[.,;:!?()]", gap) and after[0].key != focus.key


def _implied(question: Question, sentence: Sentence, quantity: Quantity) -> bool:
    """People are often not named: "12 were killed" answers how many people were."""
    focus = {concept_name(int(k[1:])) for slot in question.focus for k in slot.keys if k[0] == "c"}
    if not focus & _PEOPLE:
        return not focus and not question.focus
    near = {
        concept_name(int(t.key[1:])) for t in sentence.terms if t.key[0] == "c" and -25 <= t.start - quantity.end <= 30
    }
    return bool(near & (_PEOPLE | _PEOPLE_EVENTS))


# ---------------------------------------------------------------- dates


_ASKED_YEAR = re.compile(r"\b(?:year|ano|annee|عام|سنه|سال)")
_LITTLE_SAID = 0.25
"""What a date loses that only says "today" or "this year": a report says it of anything."""


def _dates(
    question: Question, slots: Sequence[Weighted], sentence: Sentence, published: date | None
) -> list[Candidate]:
    starts = word_index(sentence.folded.text)
    found: list[Candidate] = []
    asked = fold(question.text).text
    year = _ASKED_YEAR.search(bare(asked)) is not None
    for mention in find_dated(sentence.text, sentence.language, published):
        start, end = sentence.folded.position(mention.start), sentence.folded.position(mention.end)
        if sentence.folded.text[start:end] in asked or not says_as_asked(question, mention):
            continue
        fit = sentence.score + 0.3 * nearness(slots, sentence, start, starts) + _RARE_KIND
        if year and mention.year is None:
            fit -= 0.2
        if mention.year is not None and mention.month is None and not year:
            fit -= 0.1
        if (
            mention.relative
            and mention.month is None
            and mention.day is None
            and not _is_weekday(sentence.folded.text[start:end])
        ):
            fit -= _LITTLE_SAID
        found.append(Candidate(sentence, start, end, fit, focused=True, date=mention))
    return found


def _is_weekday(words: str) -> bool:
    return without_weekdays(words) != words


def _moments(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    """Times of day, or scores."""
    text = sentence.folded.text
    starts = word_index(text)
    if question.kind == "time":
        places = [(time.start, time.end) for time in find_times(text)]
    else:
        scores = [q for q in sentence.quantities if q.kind == "score"]
        places = [(a.start, b.end) for a, b in zip(scores[::2], scores[1::2], strict=False)]
    return [
        Candidate(
            sentence, a, b, sentence.score + 0.3 * nearness(slots, sentence, a, starts) + _RARE_KIND, focused=True
        )
        for a, b in places
    ]


# ---------------------------------------------------------------- names


def _names(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    starts = word_index(sentence.folded.text)
    found: list[Candidate] = []
    where = question.kind == "where"
    named = list(find_names(sentence))
    nouns = find_places(sentence) if where else find_roles(sentence)
    named += [noun for noun in nouns if not any(_overlap(noun, other) for other in named)]
    if any(key in {"v2", "v3"} for slot in question.slots for key in slot.keys):
        named += _joined(named, sentence)
    parties = None if where else Parties.of(question, sentence)
    for name in named:
        start, end = name.start, name.end
        if parties is not None and parties.other(name):
            continue
        if not _says_more(name, sentence, (*question.slots, *question.according)):
            continue
        fit = sentence.score + 0.3 * nearness(slots, sentence, start, starts)
        placed = name.placed or name.kind == "place"
        if where:
            fit += 0.12 if placed else -0.2
        elif placed:
            fit -= 0.08
        found.append(Candidate(sentence, start, end, fit, focused=True, placed=name.placed, name_kind=name.kind))
    return found


def _says_more(name: Name, sentence: Sentence, asked: Sequence[Slot]) -> bool:
    """Whether a name has a word that the question does not name."""
    words: dict[int, set[str]] = {}
    for term in sentence.terms:
        if name.start <= term.start and term.end <= name.end:
            words.setdefault(term.start, set()).add(term.key)
    return not words or any(not any(meets(slot, keys) for slot in asked) for keys in words.values())


def _overlap(one: Name, other: Name) -> bool:
    return one.start < other.end and other.start < one.end


_JOINED = re.compile(r"\s?(?:,|،|&|and|e|et|و|com|avec|with)?(?:\s(?:a|o|la|le|les|the))?\s?")


def _joined(named: Sequence[Name], sentence: Sentence) -> list[Name]:
    """Pairs of names that a conjunction joins, as answers to "which two"."""
    inside = sorted(named, key=lambda name: name.start)
    return [
        replace(one, end=other.end)
        for one, other in pairwise(inside)
        if one.end < other.start and _JOINED.fullmatch(sentence.folded.text, one.end, other.start)
    ]
