"""Which statements of a number speak of the same thing: of one event, in one frame, counting the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa_plugin.evidence.comparing.events import same_crowd, same_event, same_news
from qa_plugin.evidence.counting.found import Found, counts_asked, quantity_of
from qa_plugin.evidence.reading.clauses import person_keys, state_group
from qa_plugin.language.quantities import Quantity

_SETS_APART = frozenset({"part", "new", "rate", "planned", "difference", "out_of"})
"""Traits of a statement that make it one of another thing than a statement without them."""
_FORMER = frozenset({"former", "denied"})
_BEHIND, _COVERS = 5.0, 0.5
"""How far behind the best a statement's rank may be, and which share of the best one's score its sentence has."""
_EXACT_WITHIN = 0.25
"""How far from a bound, as a share of it, the number lies that it was said of."""
_OWN = 0.45
"""Share of what the best sentence says of the question that a rival's says itself."""
_EXACT = 1e-6
_WEIGHED_WITH = (0.7, 0.5)
"""What an article of an agreeing value holds of the question to be weighed as a report of the same thing: a share of
what the best one holds, and the least."""


def is_former(found: Found) -> bool:
    """Whether a number is presented as outdated, wrong, or denied."""
    return found.frame is not None and bool(_FORMER & found.frame.names)


def calls_wrong(found: Found) -> bool:
    """Whether a sentence gives a number as outdated, denied, or corrected by it."""
    return is_former(found) or _corrects(found)


def same_thing(
    best: Found,
    found: Sequence[Found],
    attributed: Callable[[Found], str | None],
    lacks_name: Callable[[int], bool] = lambda _: False,
    *,
    timed: bool = False,
    elsewhere: Callable[[Found], bool] = lambda _: False,
) -> list[Found]:
    """The statements that answer what the best one does, itself first; outdated ones among them.

    Strict on purpose: a disagreement that is none does more harm than one that is not shown. What agrees with the best
    is read first, so that what else its articles count is known for another thing. Where the question names a time
    (`timed`), the reports of another day are no news of it, nor is what is told of a place `elsewhere`.
    """
    chosen, called = [best], _by_all_names(best, found)
    mine = best.sentence.file_id
    order = sorted(
        found, key=lambda f: (not (_comparable(best, f) and _same_value(best, f)), f.sentence.file_id != mine)
    )
    for other in order:
        if other is best or not same_frame(best, other):
            continue
        news = same_news(best, other, lacks_name, timed=timed) and not elsewhere(other)
        right = _sets_right(best, chosen, other)
        if not (right or answers(called, other, ranked=not news, told=not news)):
            continue
        outdated = right or _outdated(best, other, found) or _was_outdated(chosen, other)
        if not (outdated or same_count(called, other, told=not news)):
            continue
        if other.sentence.file_id == best.sentence.file_id:
            fits = _beside(best, other, attributed)
        else:
            fits = _of_one_report(chosen, other, lacks_name, news=news, right=right)
        if fits and not told_apart(chosen, other, attributed):
            chosen.append(other)
    return [f for f in found if f in chosen] if best in found else chosen


def _by_all_names(best: Found, found: Sequence[Found]) -> Found:
    """The best one, counting what its article calls the same percentage, sum or length elsewhere too."""
    if best.counted is None or quantity_of(best).unit is None:
        return best
    mine = best.sentence.file_id
    again = [f for f in found if f.sentence.file_id == mine and same_frame(best, f) and says(f, quantity_of(best))]
    keys = (key for f in again if f.counted is not None for key in f.counted.keys)
    return replace(best, counted=replace(best.counted, keys=tuple(dict.fromkeys((*best.counted.keys, *keys)))))


def _of_one_report(
    chosen: Sequence[Found], other: Found, lacks_name: Callable[[int], bool], *, news: bool, right: bool
) -> bool:
    """Whether another article reports what those chosen do: a rival in it must lack no name that the best one has."""
    best = chosen[0]
    agrees = _same_value(best, other)
    fits = news or right or same_event(chosen, other) or same_crowd(best, other)
    if not (fits or (agrees and _agrees_nearby(best, other))):
        return False
    return agrees or right or not lacks_name(other.sentence.file_id) or lacks_name(best.sentence.file_id)


def _sets_right(best: Found, chosen: Sequence[Found], other: Found) -> bool:
    """Whether a sentence gives a number and says that it is not the best one's: "164 metres long, not 146"."""
    return not is_former(other) and any(
        is_former(f)
        and _same_value(f, best)
        and (f.sentence.file_id, f.sentence.span) == (other.sentence.file_id, other.sentence.span)
        for f in chosen[1:]
    )


def _outdated(best: Found, other: Found, found: Sequence[Found]) -> bool:
    """Whether the article of the best one calls a number outdated or wrong that counts the same in other words.

    It does where the sentence is the same and so is the unit, or where another article gives it as the answer.
    """
    if other.sentence.file_id != best.sentence.file_id or not (is_former(other) or _corrects(other)):
        return False
    if _corrects(best) or is_former(best):
        return False
    if other.sentence.span == best.sentence.span and quantity_of(best).unit is not None:
        return True
    return any(
        f.sentence.file_id != best.sentence.file_id
        and _comparable(f, other)
        and says(f, quantity_of(other))
        and counts_asked(f)
        for f in found
    )


def _was_outdated(chosen: Sequence[Found], other: Found) -> bool:
    """Whether a number is one that was called outdated or wrong."""
    return any((is_former(f) or _corrects(f)) and says(f, quantity_of(other)) for f in chosen[1:])


def told_apart(chosen: Sequence[Found], other: Found, attributed: Callable[[Found], str | None]) -> bool:
    """Whether an article gives two values that are not of two voices: then it counts two things."""
    return any(
        one.sentence.file_id == other.sentence.file_id
        and not _same_value(one, other)
        and not (is_former(one) or is_former(other) or _corrects(one) or _corrects(other))
        and not _two_voices(attributed(one), attributed(other))
        for one in chosen
    )


def _two_voices(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _comparable(best: Found, other: Found) -> bool:
    """Whether both are numbers of one dimension."""
    if best.candidate is None or other.candidate is None:
        return False
    one, two = best.candidate.quantity, other.candidate.quantity
    return one is not None and two is not None and one.dimension == two.dimension


def same_frame(best: Found, other: Found) -> bool:
    """Whether both are numbers of one dimension, and neither a plan, a part, a rate or a step beside the other."""
    if not _comparable(best, other):
        return False
    mine = frozenset() if best.frame is None else best.frame.names
    theirs = frozenset() if other.frame is None else other.frame.names
    return mine & _SETS_APART == theirs & _SETS_APART


def answers(best: Found, other: Found, *, ranked: bool = True, told: bool = True) -> bool:
    """Whether a statement says of the asked thing what the best one does; if `ranked`, also nearly as well.

    Unless it has to be `told`, a measure without a noun may be of the asked thing.
    """
    if any(other.signals.get(name) and not best.signals.get(name) for name in ("another_day", "nameless", "set_apart")):
        return False
    if other.signals.get("state_other") and not best.signals.get("state_other"):
        return False
    if is_former(other) or _corrects(other) or same_crowd(best, other):
        return True
    if ranked and not _nearly_as_well(best, other):
        return False
    if _one_noun(best, other):
        return True
    if counts_asked(best) and not counts_asked(other) and (told or not _is_bare_measure(other)):
        return False
    return not other.signals.get("counts_other") or bool(best.signals.get("counts_other"))


def _one_noun(best: Found, other: Found) -> bool:
    """Whether a percentage, sum or length is said to be of the same as the best one."""
    if quantity_of(other).unit is None or best.counted is None or other.counted is None:
        return False
    return not set(best.counted.keys).isdisjoint(other.counted.keys)


def _nearly_as_well(best: Found, other: Found) -> bool:
    if other.signals["own"] < _OWN * best.signals["own"] or other.signals["level"] < _COVERS * best.signals["level"]:
        return False
    # How many people met the fate that is asked after is the same question in whatever words it is told.
    exact = all(f.signals.get("counts_people") and f.signals.get("state_met") for f in (best, other))
    return exact or other.rank >= best.rank - _BEHIND


def says(found: Found, quantity: Quantity) -> bool:
    """Whether a statement gives a value."""
    return abs(quantity_of(found).value - quantity.value) <= _EXACT * max(abs(quantity.value), 1.0)


def _is_bare_measure(found: Found) -> bool:
    """Whether nothing tells what a percentage, a sum or a length is of."""
    return quantity_of(found).unit is not None and found.counted is not None and not found.counted.keys


def same_count(best: Found, other: Found, *, told: bool = True) -> bool:
    """Whether both numbers count the same: a shared noun, or the same that happened to those counted.

    One sum or length stated of a town and of its mayor is the same. Unless it has to be `told`, so is one of nothing.
    """
    if best.counted is None or other.counted is None:
        return False
    if not told and (_is_bare_measure(best) or _is_bare_measure(other)):
        return True
    if same_crowd(best, other) or (quantity_of(best).unit is not None and _same_value(best, other)):
        return True
    unasked = other.signals.get("state_unasked") and not best.signals.get("state_unasked")
    if unasked and not (is_former(other) or is_exact_form(quantity_of(other), quantity_of(best))):
        return False
    mine, theirs = (set(map(state_group, f.counted.state)) if f.counted else set() for f in (best, other))
    if mine and theirs and not mine & theirs:
        return False
    nouns = set(best.counted.keys) & set(other.counted.keys)
    if nouns and nouns <= set(person_keys()) and not _tells_of_whom(best, other):
        return False
    return bool(nouns or mine & theirs) or not (best.counted.keys or other.counted.keys)


def _tells_of_whom(best: Found, other: Found) -> bool:
    """Whether something tells that two numbers of people count the same ones: what is asked, or their sentences."""
    asked = all(counts_asked(f) or f.signals.get("state_met") for f in (best, other))
    same_file = best.sentence.file_id == other.sentence.file_id
    return asked or same_file or _same_value(best, other) or min(f.signals["own"] for f in (best, other)) >= _OWN


def _beside(best: Found, other: Found, attributed: Callable[[Found], str | None]) -> bool:
    """Whether one article gives a second value for the same thing: as outdated or wrong, or from somebody else."""
    if is_former(other) or is_former(best) or _corrects(best) or _corrects(other) or _same_value(best, other):
        return True
    return _two_voices(attributed(best), attributed(other))


def _same_value(one: Found, other: Found) -> bool:
    return quantity_of(one).agrees(quantity_of(other))


def _corrects(found: Found) -> bool:
    return found.frame is not None and found.frame.has("corrected")


def _agrees_nearby(best: Found, other: Found) -> bool:
    """Whether another article gives an agreeing value and holds much of the question: that makes no disagreement."""
    own = other.signals["own"] >= _OWN * best.signals["own"]
    return own and holds_enough(best, other, _WEIGHED_WITH)


def holds_enough(best: Found, other: Found, bounds: tuple[float, float]) -> bool:
    """Whether an article holds enough of the question for an agreeing value in it to be of the same thing."""
    share, least = bounds
    return other.signals["article"] >= max(share * best.signals["article"], least)


def is_exact_form(quantity: Quantity, bound: Quantity) -> bool:
    """Whether a number says exactly what another only bounds; not whatever lies somewhere below or above."""
    gap = abs(quantity.in_base(quantity.value) - bound.in_base(bound.value))
    exact = quantity.comparator is None and not quantity.vague
    return exact and gap <= _EXACT_WITHIN * abs(bound.in_base(bound.value))
