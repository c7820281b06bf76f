"""Answers without a language model: the value, date or name that the best sentences state, or the sentence itself.

Nothing is generated: numbers, comparators and "according to" stand in the question's language from a table of phrases,
all else in the words of the quote. What the sentences do not carry is `not_in_sources`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa_plugin.answering.affirmation import affirmed
from qa_plugin.answering.contesting import contested
from qa_plugin.answering.disagreement import answered, conflicting, named_otherwise
from qa_plugin.answering.whole import ANOTHER, reasons_beside, whole
from qa_plugin.answering.wording import claims_of, sentence_claim
from qa_plugin.data import load_toml
from qa_plugin.evidence.candidates import attribution_of, only_claimed
from qa_plugin.evidence.comparing.agreement import agreeing, opposed, settle, sides_of
from qa_plugin.evidence.comparing.alike import same_thing
from qa_plugin.evidence.comparing.contrast import set_against
from qa_plugin.evidence.comparing.growth import in_order
from qa_plugin.evidence.comparing.rivals import rivals
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.counting.precedence import APART
from qa_plugin.evidence.counting.scenes import in_same_scene, of_another_place
from qa_plugin.evidence.reading.sentences import Candidate
from qa_plugin.evidence.weighing import NamesLacked, Weighing, certainty, nothing_lacked, weigh
from qa_plugin.language.questions import NUMERIC, Question, Weighted
from qa_plugin.records import Draft, Hit

_AGREE = 0.5
"""How far behind the best a candidate may be to stand beside it."""
_CONTESTED = frozenset({"yesno", "why"})
_OF_EVENT = 0.25
"""Share of the question, beside who is counted and what happened to them, that the article of a toll holds at least."""
_MAY_MISS = 0.1
"""Share of the question's weight that a second sentence may leave out and still speak of the same thing."""


def answer(
    question: Question,
    hits: Sequence[Hit],
    slots: Sequence[Weighted],
    according: Sequence[Weighted],
    names_lacked: NamesLacked = nothing_lacked,
) -> Draft:
    """Draft an answer from ranked passages; the claims are still to be verified.

    `names_lacked` says of a file which names of the question its article lacks, as signals.
    """
    weighing = weigh(question, hits, slots, according, names_lacked)
    if not weighing.sentences:
        return Draft("not_in_sources")
    levels = load_toml("levels.toml")[weighing.family]
    if weighing.typed and weighing.typed[0].signals.get("another_day"):
        return Draft("not_in_sources", confidence=weighing.answerable)  # of the time asked after nothing is told
    if question.kind in NUMERIC and weighing.typed:
        draft = _number(question, weighing, levels, hits)
        if draft is not None:
            return draft
    if weighing.answerable < levels["answer"]:
        return Draft("not_in_sources", confidence=weighing.answerable)
    if question.kind == "yesno":
        draft = affirmed(question, weighing, hits)
        if draft is not None:
            return draft
    if weighing.typed and weighing.typed[0].sure >= levels["value"]:
        if said_of_anything(weighing.typed[0], levels):
            return Draft("not_in_sources", confidence=weighing.answerable)
        return _typed(question, weighing, slots)
    return _whole(question, weighing, slots, levels["alone"], hits)


# ---------------------------------------------------------------- numbers


def _number(question: Question, weighing: Weighing, levels: Mapping[str, float], hits: Sequence[Hit]) -> Draft | None:
    """The number that answers, weighed against all others of the same thing; None where it is not sure enough."""

    def who(found: Found) -> str | None:
        return _who(_attributed(question, found))

    # Only those that may speak of the same thing are asked who says so.
    of_scene = in_same_scene(question, weighing.typed[0], weighing.typed)
    best = weighing.typed[0]
    timed, another_place = weighing.timed(best), of_another_place(question, best)
    same = same_thing(best, of_scene, who, weighing.lacks_name, timed=timed, elsewhere=another_place)
    together = [_attributed(question, found) for found in same]
    sides = sides_of(together)
    standing, history = settle(sides, _who, timed=timed)
    if len(standing) == 1 and not timed:
        further = in_order(standing[0], together, weighing.typed, who, weighing.lacks_name)
        together += [_attributed(question, found) for found in further]
        standing, history = settle(sides_of(together), _who) if further else (standing, history)
    beside = [_attributed(question, found) for found in agreeing(standing[0], weighing.typed)]
    against: list[Found] = []
    if len(standing) == 1 and not question.according:
        against = set_against(question, [*standing[0].statements, *beside], weighing.typed, hits)
    if against:
        standing, history = opposed(standing[0], against, history)
    given = standing[0].first if len(standing) == 1 else None
    sure, answerable = certainty(weighing, [*together, *against], given)
    if answerable < levels["answer"] or sure < levels["value"]:
        return None
    if _of_another_event(standing[0].first):
        return Draft("not_in_sources", confidence=answerable)
    if len(standing) > 1:
        return conflicting(question, standing, history, answerable)
    return answered(question, standing[0], history, beside, answerable)


def _of_another_event(found: Found) -> bool:
    """Whether a number of people tells of the fate asked after, in an article that holds next to nothing else asked."""
    met = found.signals.get("counts_people") and found.signals.get("state_met")
    return bool(met) and found.signals["event"] < _OF_EVENT


def _attributed(question: Question, found: Found) -> Found:
    assert found.candidate is not None  # noqa: S101 - typed only
    quantity = found.candidate.quantity
    place = quantity.number_start if quantity is not None else found.candidate.start
    head = found.counted.head if found.counted is not None else None
    who = attribution_of(found.sentence, question, place, head)
    claimed = who is not None and only_claimed(found.sentence, place)
    return replace(found, candidate=replace(found.candidate, attributed_to=who, claimed=claimed))


def _who(found: Found) -> str | None:
    return found.candidate.attributed_to if found.candidate is not None else None


# ---------------------------------------------------------------- dates and names


def said_of_anything(found: Found, levels: Mapping[str, float]) -> bool:
    """Whether an answer is a day counted from that of the report, and none too sure."""
    date = found.candidate.date if found.candidate is not None else None
    return date is not None and date.relative and found.sure < levels["deictic"]


def _typed(question: Question, weighing: Weighing, slots: Sequence[Weighted]) -> Draft:
    best = weighing.typed[0]
    others = rivals(question, weighing.typed, weighing.lacks_name)
    if others:
        return named_otherwise(question, [best, *others], weighing.answerable)
    beside = [
        found
        for found in weighing.typed
        if found.candidate is not None
        and best.candidate is not None
        and not found.signals.get(APART)
        and found.candidate.fit >= best.candidate.fit - _AGREE
        and not any(found.signals[name] > best.signals[name] for name in ANOTHER)
        and _speaks_of_it(slots, found.candidate, best.candidate)
    ]
    former = tuple(claims_of(question, [wrong])[0] for wrong in weighing.former)
    return Draft("answered", claims_of(question, beside), history=former, confidence=weighing.answerable)


def _speaks_of_it(slots: Sequence[Weighted], candidate: Candidate, best: Candidate) -> bool:
    """Whether a sentence names the same people and things as the best one: who else was met there is another matter."""
    if candidate is best:
        return True
    said = candidate.sentence.keys
    by_best = best.sentence.keys
    total = sum(w.weight for w in slots) or 1.0
    missing = [w.weight for w in slots if by_best & set(w.slot.keys) and not said & set(w.slot.keys)]
    return sum(missing) <= _MAY_MISS * total


# ---------------------------------------------------------------- whole sentences


def _whole(
    question: Question, weighing: Weighing, slots: Sequence[Weighted], alone: float, hits: Sequence[Hit]
) -> Draft:
    chosen = whole(question, weighing, slots, alone, must_hold=weighing.family in {"number", "moment"})
    if question.kind in _CONTESTED:
        reasons = reasons_beside(weighing.sentences) if question.kind == "why" else []
        said = dict.fromkeys(f.sentence for f in (*chosen, *reasons))
        disputed = contested(question, list(said), hits, weighing.answerable) if chosen else None
        if disputed is not None:
            return disputed
    status = "answered" if chosen else "not_in_sources"
    return Draft(status, tuple(sentence_claim(f.sentence) for f in chosen), confidence=weighing.answerable)
