"""Numbers that cannot be true beside each other: the one that stands with what was said before, or every position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_plugin.answering.wording import claims_of
from qa_plugin.evidence.comparing.agreement import Side
from qa_plugin.evidence.comparing.alike import calls_wrong
from qa_plugin.evidence.counting.found import Found, quantity_of
from qa_plugin.language.questions import Question
from qa_plugin.records import Draft, DraftClaim

MAX_POSITIONS, MAX_HISTORY = 4, 4


def answered(question: Question, side: Side, history: Sequence[Side], beside: Sequence[Found], sure: float) -> Draft:
    """The value that stands, with those before it as history."""
    stated = _as_stated(side).statements
    claims = claims_of(question, [side.first, *(f for f in stated if f is not side.first), *beside])
    former = tuple(_position(question, _as_stated(old)) for old in history[:MAX_HISTORY])
    return Draft("answered", claims, history=former, confidence=sure)


def conflicting(question: Question, sides: Sequence[Side], history: Sequence[Side], sure: float) -> Draft:
    """Every position, none preferred."""
    positions = tuple(_position(question, side) for side in sides[:MAX_POSITIONS])
    former = tuple(_position(question, _as_stated(old)) for old in history[:MAX_HISTORY])
    return Draft("conflicting", (), conflicting=positions, history=former, confidence=sure, about=question.text)


def _as_stated(side: Side) -> Side:
    """A former value with those who stated it; who only calls it wrong or outdated is no source of it.

    Where nobody else is left, the correction is all that tells what was stated.
    """
    stated = [f for f in side.statements if not calls_wrong(f)]
    return replace(side, statements=stated) if stated else side


def _position(question: Question, side: Side) -> DraftClaim:
    """The value with all that state it exactly, led by one who is named, if there is one."""
    exact = [f for f in side.statements if f.candidate and f.candidate.quantity and not f.candidate.quantity.vague]
    first = side.first
    if first.candidate is not None and first.candidate.attributed_to is None:
        first = next((f for f in exact if _names_who(f) and _in_the_same_words(f, first)), first)
    return claims_of(question, [first, *(f for f in exact if f is not first)], together=True)[0]


def _names_who(found: Found) -> bool:
    return found.candidate is not None and found.candidate.attributed_to is not None


def _in_the_same_words(one: Found, other: Found) -> bool:
    """Whether two numbers of a side are the same number, with the same comparator."""
    mine, its = quantity_of(one), quantity_of(other)
    return mine.comparator == its.comparator and mine.agrees(its) and mine.value * mine.factor == its.value * its.factor


def named_otherwise(question: Question, answers: Sequence[Found], sure: float) -> Draft:
    """Names or days that cannot be true beside each other, each a position."""
    positions = tuple(claims_of(question, [found])[0] for found in answers[:MAX_POSITIONS])
    return Draft("conflicting", (), conflicting=positions, confidence=sure, about=question.text)
