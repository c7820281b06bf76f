"""The sentences that answer as they stand: where no value answers, or where why or what was asked.

A headline gives way to a sentence that says the same. A second sentence stands beside the first only where it adds what
was asked: the reason, or words of the question that the first one lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.weighing import Weighing
from qa_plugin.language.questions import Question, Weighted
from qa_plugin.language.terms import keys as term_keys

_TWO_SENTENCES = 345
"""Characters that two sentences may have together to be the answer."""
ANOTHER = ("other_speaker", "office_other")
"""What tells that a sentence speaks of somebody else, who stands beside no answer."""
_SENTENCE = 25
"""Characters below which a line is hardly a sentence of the story."""
_AS_MUCH = 0.8
"""Share of what a headline says of the question that a sentence says which takes its place."""
_GAP = 3
"""Characters between two sentences that stand side by side, in one paragraph or at the turn of two."""
_ADDS = 0.05
"""Share of the question that a second sentence says and the first does not."""
_TOLD = 0.5
"""Share of the question that stands in or before a reason which needs no second sentence."""
_BY_ITSELF = 0.55
"""How well a reason must fit to answer alone, where there is no room for the likeliest sentence with it."""
_RANKS_BEHIND, _LESS_OF_QUESTION = 2.0, 0.1
"""How far behind, and how much less of the question, an article may have that gives the reason."""
_PERHAPS, _FOLLOWS, _ANY, _LEAST = 0.3, 0.3, 0.4, 0.25
"""What a reason adds that is none for sure, and a sentence that comes next; what any reason adds; the least of all."""


def whole(
    question: Question, weighing: Weighing, slots: Sequence[Weighted], alone: float, *, must_hold: bool = False
) -> list[Found]:
    """The likeliest sentence, with a second one of its article where that adds what was asked, in their order there.

    With `must_hold` one of them must hold a value of the kind asked for: no sentence without a number answers "how
    many". It is empty where none does.
    """
    found = _without_headings(weighing.sentences)
    best = found[0]
    # How sure the first is says little of one that is not the first.
    needs_second = best is not weighing.sentences[0] or best.sure < alone
    if must_hold and not best.signals["holds"]:
        held = next((f for f in found[1:] if f.signals["holds"] and _goes_with(f, best)), None)
        chosen = [best, held] if held is not None else []
    elif question.kind == "why":
        chosen = _with_reason(found)
    elif needs_second:
        chosen = [best, *[f for f in found[1:] if _goes_with(f, best) and _adds(f, best, slots)][:1]]
    else:
        chosen = [best]
    return sorted(chosen, key=lambda f: f.sentence.span.start)


def _without_headings(found: Sequence[Found]) -> list[Found]:
    """The sentences without the headlines of which a sentence of the same article says as much."""
    most: dict[int, float] = {}
    for item in found:
        if not item.signals["heading"] and not item.signals["title"]:
            file_id = item.sentence.file_id
            most[file_id] = max(most.get(file_id, 0.0), item.signals["own"])
    return [
        f
        for f in found
        if not (f.signals["heading"] or f.signals["title"])
        or most.get(f.sentence.file_id, -1.0) < _AS_MUCH * f.signals["own"]
    ] or list(found)


def _with_reason(found: Sequence[Found]) -> list[Found]:
    """The likeliest sentence and the one that gives the reason, which often comes next and names nothing again."""
    best = found[0]
    if best.signals["reason"] and _told(best) >= _TOLD:
        return [best]
    reasons = [(_reason(f, best), f) for f in found[1:] if _same_article(f, best) and not f.signals["heading"]]
    reasons = sorted((row for row in reasons if row[0] >= _LEAST), key=itemgetter(0), reverse=True)
    if not best.signals["reason"] and not any(f.signals["reason"] for _, f in reasons):
        elsewhere = next((f for f in found[1:] if _gives_it_elsewhere(f, best)), None)
        if elsewhere is not None:
            return [elsewhere]
    if not reasons or best.signals["reason"] or reasons[0][0] < _BY_ITSELF:
        return [best, *_fitting(reasons, best)]
    if best.signals["own"] <= reasons[0][1].signals["own"]:
        return [reasons[0][1]]
    return [best, *fitting] if (fitting := _fitting(reasons, best)) else [reasons[0][1]]


def reasons_beside(found: Sequence[Found]) -> list[Found]:
    """Further sentences that give a reason for what the likeliest one tells, in whatever article."""
    return [
        f for f in found if f.signals.get("reason") and _told(f) >= _TOLD and f.rank >= found[0].rank - _RANKS_BEHIND
    ]


def _fitting(reasons: Sequence[tuple[float, Found]], best: Found) -> list[Found]:
    return [f for _, f in reasons if _room(f, best)][:1]


def _gives_it_elsewhere(found: Found, best: Found) -> bool:
    """Whether another article, hardly less likely, gives the reason, and tells of what."""
    return (
        bool(found.signals["reason"])
        and not _same_article(found, best)
        and _told(found) >= _TOLD
        and found.rank >= best.rank - _RANKS_BEHIND
        and found.signals["article"] >= best.signals["article"] - _LESS_OF_QUESTION
    )


def _told(found: Found) -> float:
    """Share of the question that a sentence says, or the one before it."""
    return min(found.signals["own"] + found.signals["before"], 1.0)


def _same_article(one: Found, other: Found) -> bool:
    return one.sentence.file_id == other.sentence.file_id


def _reason(found: Found, best: Found) -> float:
    """How far a sentence gives the reason for what the likeliest one tells."""
    signals = found.signals
    given = signals["reason"] + _PERHAPS * signals["perhaps_reason"]
    return given * (_ANY + _told(found)) + _FOLLOWS * (_beside(found, best) and _behind(found, best))


def _adds(other: Found, best: Found, slots: Sequence[Weighted]) -> bool:
    """Whether a sentence adds what was asked to the likeliest one."""
    if other.signals["holds"] or other.signals.get("marked") or _beside(other, best):
        return True
    mine, its = (f.sentence.keys for f in (best, other))
    more = sum(max(w.said_by(its) - w.said_by(mine), 0.0) for w in slots)
    return more >= _ADDS * sum(w.weight for w in slots)


def _goes_with(other: Found, best: Found) -> bool:
    first, second = best.sentence, other.sentence
    return (
        _room(other, best)
        and _same_article(other, best)
        and not other.signals["heading"]
        and other.signals["own"] > 0
        and not any(other.signals.get(name, 0.0) > best.signals.get(name, 0.0) for name in ANOTHER)
        and set(term_keys(first.text, first.language)) != set(term_keys(second.text, second.language))
    )


def _room(other: Found, best: Found) -> bool:
    return (
        len(other.sentence.text) >= _SENTENCE and len(best.sentence.text) + len(other.sentence.text) <= _TWO_SENTENCES
    )


def _behind(other: Found, best: Found) -> bool:
    return other.sentence.span.start >= best.sentence.span.end


def _beside(other: Found, best: Found) -> bool:
    """Whether two sentences of an article stand side by side."""
    first, second = sorted((other.sentence.span, best.sentence.span), key=lambda span: span.start)
    return second.start - first.end <= _GAP
