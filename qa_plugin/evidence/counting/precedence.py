"""Which of two numbers that both fit the question goes first, where it asks for no part, plan or step.

Those to whom happened what is asked go before others, the whole before its part, what is before what is planned, all
before what was added.

The words of a question fit a plan in the reader's own language better than the deed in another: what a number says of
itself tells more. The two change ranks, so that what speaks for the place speaks for the number that answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa_plugin.evidence.counting.asked import Asked
from qa_plugin.evidence.counting.found import Found, quantity_of
from qa_plugin.evidence.counting.frames import Flag

APART = "set_apart"
"""Signal of a number that gave way: it is no rival of the one that answers."""
_ASKED, _OWN = 0.6, 0.45
_SLIGHT = 0.02
"""Share of the question that is no name: the names that one article has, the other must have."""
_STEPS = frozenset({"new", "period", "rate"})
_STATES = frozenset({"total", "current"})
_UNREAL = frozenset({"planned", "former", "denied", "out_of", "part", *_STEPS})


def in_precedence(found: Sequence[Found], asked: Asked) -> list[Found]:
    """The numbers, with ranks exchanged where one must give way."""
    numbers = list(found)
    for may_give_way, gives_way in _RULES:
        for at in sorted(range(len(numbers)), key=lambda i: -numbers[i].rank):
            if may_give_way(numbers[at], asked):
                numbers = _given_way(numbers, at, gives_way, asked)
    return numbers


_Rule = Callable[[Found, Found, Asked, Sequence[Found]], bool]
"""Whether the first gives way to the second, where it may give way at all."""


def _given_way(numbers: list[Found], at: int, gives_way: _Rule, asked: Asked) -> list[Found]:
    one = numbers[at]
    before = [i for i, other in enumerate(numbers) if _comparable(one, other) and gives_way(one, other, asked, numbers)]
    if not before:
        return numbers
    numbers = list(numbers)
    signals = one.signals | {APART: 1.0}
    numbers[at] = replace(one, signals=signals)
    first = max(before, key=lambda i: numbers[i].rank)
    if numbers[first].rank < one.rank:
        other = numbers[first]
        numbers[at] = replace(one, signals=signals, rank=other.rank)
        numbers[first] = replace(other, rank=one.rank)
    return numbers


def _comparable(one: Found, other: Found) -> bool:
    mine, theirs = quantity_of(one), quantity_of(other)
    return mine.dimension == theirs.dimension and not theirs.vague and mine.value != theirs.value


def _other_fate(one: Found, _: Asked) -> bool:
    """Whether something else happened to those one counts than is asked."""
    return bool(one.signals.get("state_other"))


def _fate(one: Found, other: Found, asked: Asked, _: Sequence[Found]) -> bool:
    """Whether to those the other counts happened what is asked."""
    if not other.signals.get("state_met") or _UNREAL & _names(other):
        return False
    return other.signals["own"] >= one.signals["own"] and other.signals["lost"] <= one.signals["lost"] + _SLIGHT


def _is_part(one: Found, _: Asked) -> bool:
    return "part" in _names(one)


def _part(one: Found, other: Found, asked: Asked, _: Sequence[Found]) -> bool:
    """Whether one is a part of the other, of the same sentence, that answers no worse."""
    if one.sentence.span != other.sentence.span or one.sentence.file_id != other.sentence.file_id:
        return False
    whole = quantity_of(other).value > quantity_of(one).value and not _UNREAL & _names(other)
    if not whole or quantity_of(other).number_start > quantity_of(one).number_start:
        return False
    if _tells_apart(one, asked) or one.signals.get("counts_focus"):
        return False
    return all(other.signals.get(name, 0.0) >= one.signals.get(name, 0.0) for name in _FITTING)


def _tells_apart(part: Found, asked: Asked) -> bool:
    """Whether what stands behind a part is a word of the question that stands nowhere before it."""
    start = quantity_of(part).number_start
    before, behind = set[str](), set[str]()
    for term in part.sentence.terms:
        (before if term.start < start else behind).add(term.key)
    return any(behind.intersection(slot.keys) and not before.intersection(slot.keys) for slot in asked.slots)


_FITTING = ("counts_focus", "counts_asked", "state_met")


def _is_plan(one: Found, asked: Asked) -> bool:
    """Whether one is a plan where none is asked for."""
    return "planned" in _names(one) and "planned" not in asked.traits and not _asks_so(one, "planned", asked)


def _plan(one: Found, other: Found, asked: Asked, _: Sequence[Found]) -> bool:
    """Whether one is only planned of what the other says was done."""
    if _UNREAL & _names(other):
        return False
    if not _counts_same(one, other) or asked.traits & _names(one) - _names(other):
        return False
    dated = one.published is not None and other.published is not None
    if dated and (other.published or "") < (one.published or ""):
        return False
    if other.signals.get("state_other") or other.signals["own"] < _OWN * one.signals["own"]:
        return False
    return other.signals.get("counts_asked", 0.0) >= _ASKED and other.signals["lost"] <= one.signals["lost"] + _SLIGHT


def _is_step(one: Found, asked: Asked) -> bool:
    """Whether one is what was added in some time, where all is asked for."""
    return "total" in asked.traits and bool(_STEPS & _names(one)) and not _STATES & _names(one)


def _step(one: Found, other: Found, asked: Asked, found: Sequence[Found]) -> bool:
    """Whether one is a step to the other, which says all."""
    if not _STATES & _names(other) or {"planned", "former", "denied"} & _names(other):
        return False
    if quantity_of(other).value <= quantity_of(one).value:
        return False
    return _counts_same(one, other) or any(_is_step_to(step, other) for step in found)


def _is_step_to(step: Found, other: Found) -> bool:
    """Whether a sentence says what was added of the thing asked for, and how many there are now."""
    beside = (step.sentence.file_id, step.sentence.span) == (other.sentence.file_id, other.sentence.span)
    return beside and bool(_STEPS & _names(step)) and step.signals.get("counts_asked", 0.0) >= _ASKED


def _counts_same(one: Found, other: Found) -> bool:
    if one.counted is None or other.counted is None:
        return False
    return bool(set(one.counted.keys) & set(other.counted.keys)) or (
        one.counted.unit is not None and not one.counted.keys and not other.counted.keys
    )


def _names(found: Found) -> frozenset[str]:
    return found.frame.names if found.frame is not None else frozenset()


def _asks_so(found: Found, name: str, asked: Asked) -> bool:
    """Whether the words that make a number a plan are words of the question: "ordered", where that is asked."""
    keys = {key for slot in asked.slots for key in slot.keys}
    flags: Sequence[Flag] = found.frame.flags if found.frame is not None else ()
    return any(
        flag.start <= term.start and term.end <= flag.end and term.key in keys
        for flag in flags
        if flag.name == name
        for term in found.sentence.terms
    )


_RULES: tuple[tuple[Callable[[Found, Asked], bool], _Rule], ...] = (
    (_other_fate, _fate),
    (_is_part, _part),
    (_is_plan, _plan),
    (_is_step, _step),
)
"""Each rule with what tells, soon, of a number whether it can give way by it to any other."""
