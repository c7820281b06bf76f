"""How the numbers that answer a question stand to each other: the same, agreeing, superseded, or at odds.

Two statements disagree only where they speak of the same thing, in the same frame, of the same day, and no interval of
the one meets the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from qa_plugin.evidence.clauses import person_keys, state_group
from qa_plugin.evidence.events import same_crowd, same_event
from qa_plugin.evidence.found import Found, quantity_of
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.resolution import find_dated

_SETS_APART = frozenset({"part", "new", "rate", "planned", "difference", "out_of"})
"""Traits of a statement that make it one of another thing than a statement without them."""
_FORMER = frozenset({"former", "denied"})
_BEHIND, _COVERS = 5.0, 0.5
"""How far behind the best a statement's rank may be, and which share of the best one's score its sentence has."""
_EXACT_WITHIN = 0.25
"""How far from a bound, as a share of it, the number lies that it was said of."""
_ASKED = 0.6
_OWN = 0.45
"""Share of what the best sentence says of the question that a rival's says itself."""
_EXACT = 1e-6
_CITED_BESIDE, _WEIGHED_WITH = (0.5, 0.0), (0.7, 0.5)
"""What an article of an agreeing value holds of the question, as a share of what the best one holds and at the least:
to be cited beside it, and to be weighed as a report of the same thing."""


@dataclass(slots=True)
class Side:
    """The statements of one value; vaguer ones that agree with it stand here too."""

    quantity: Quantity
    statements: list[Found] = field(default_factory=list)
    superseded: bool = False

    @property
    def first(self) -> Found:
        """The likeliest statement that is not presented as outdated, if there is one.

        Of "more than 50,000" and 50,400 it is the exact one.
        """
        standing = [f for f in self.statements if not is_former(f)] or self.statements
        likeliest = quantity_of(standing[0])
        if likeliest.comparator is None:
            return standing[0]
        article = standing[0].sentence.file_id
        others = (f for f in standing if f.sentence.file_id != article)
        return next((f for f in others if _is_exact_form(quantity_of(f), likeliest)), standing[0])

    @property
    def published(self) -> str | None:
        """The latest date of an article that states the value itself; None where none is dated."""
        exact = [f for f in self.statements if not is_former(f) and not quantity_of(f).vague]
        return max((f.published for f in exact if f.published and _says(f, self.quantity)), default=None)

    def has(self, trait: str) -> bool:
        """Whether a statement has a trait."""
        return any(f.frame is not None and f.frame.has(trait) for f in self.statements)


def _is_exact_form(quantity: Quantity, bound: Quantity) -> bool:
    """Whether a number says exactly what another only bounds; not whatever lies somewhere below or above."""
    gap = abs(quantity.in_base(quantity.value) - bound.in_base(bound.value))
    exact = quantity.comparator is None and not quantity.vague
    return exact and gap <= _EXACT_WITHIN * abs(bound.in_base(bound.value))


def is_former(found: Found) -> bool:
    """Whether a number is presented as outdated, wrong, or denied."""
    return found.frame is not None and bool(_FORMER & found.frame.names)


def same_thing(
    best: Found,
    found: Sequence[Found],
    attributed: Callable[[Found], str | None],
    lacks_name: Callable[[int], bool] = lambda _: False,
) -> list[Found]:
    """The statements that answer what the best one does, itself first; outdated ones among them.

    Strict on purpose: a disagreement that is none does more harm than one that is not shown. What agrees with the best
    is read first, so that what else its articles count is known for another thing.
    """
    chosen = [best]
    mine = best.sentence.file_id
    order = sorted(
        found, key=lambda f: (not (_comparable(best, f) and _same_value(best, f)), f.sentence.file_id != mine)
    )
    for other in order:
        if other is best or not same_frame(best, other) or not answers(best, other):
            continue
        if not (same_count(best, other) or _outdated(best, other, found) or _was_outdated(chosen, other)):
            continue
        if other.sentence.file_id == best.sentence.file_id:
            fits = _beside(best, other, attributed)
        else:
            agrees = _same_value(best, other)
            fits = same_event(chosen, other) or same_crowd(best, other) or (agrees and _agrees_nearby(best, other))
            if fits and not agrees and lacks_name(other.sentence.file_id) and not lacks_name(best.sentence.file_id):
                continue
        if fits and not told_apart(chosen, other, attributed):
            chosen.append(other)
    return [f for f in found if f in chosen] if best in found else chosen


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
        and _says(f, quantity_of(other))
        and counts_asked(f)
        for f in found
    )


def _was_outdated(chosen: Sequence[Found], other: Found) -> bool:
    """Whether a number is one that was called outdated or wrong."""
    return any((is_former(f) or _corrects(f)) and _says(f, quantity_of(other)) for f in chosen[1:])


def agreeing(side: Side, found: Sequence[Found]) -> list[Found]:
    """Further statements of a side's value, from other files: to agree less is asked than to stand against."""
    best = side.first
    files = {f.sentence.file_id for f in side.statements}
    more: list[Found] = []
    for other in found:
        if (
            other.sentence.file_id in files
            or not same_frame(best, other)
            or quantity_of(other).vague
            or is_former(other)
        ):
            continue
        if not _says(other, side.quantity) or other.signals.get("another_day") or other.signals.get("counts_other"):
            continue
        met = other.signals.get("counts_asked", 0.0) >= _ASKED or best.signals.get("counts_asked", 0.0) < _ASKED
        if met and _holds_enough(best, other, _CITED_BESIDE):
            more.append(other)
            files.add(other.sentence.file_id)
    return more


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


def answers(best: Found, other: Found, *, ranked: bool = True) -> bool:
    """Whether a statement says of the asked thing what the best one does; if `ranked`, also nearly as well."""
    if any(other.signals.get(name) and not best.signals.get(name) for name in ("another_day", "nameless", "set_apart")):
        return False
    if other.signals.get("state_other") and not best.signals.get("state_other"):
        return False
    if is_former(other) or _corrects(other) or same_crowd(best, other):
        return True
    if ranked and not _nearly_as_well(best, other):
        return False
    if counts_asked(best) and not counts_asked(other):
        return False
    return not other.signals.get("counts_other") or bool(best.signals.get("counts_other"))


def counts_asked(found: Found) -> bool:
    """Whether a number counts what was asked: by its noun, or people to whom happened what was asked."""
    people = found.signals.get("counts_people") and found.signals.get("state_met")
    return bool(people) or found.signals.get("counts_asked", 0.0) >= _ASKED


def _nearly_as_well(best: Found, other: Found) -> bool:
    said = other.signals["own"] >= _OWN * best.signals["own"]
    return said and other.rank >= best.rank - _BEHIND and other.signals["level"] >= _COVERS * best.signals["level"]


def _says(found: Found, quantity: Quantity) -> bool:
    return abs(quantity_of(found).value - quantity.value) <= _EXACT * max(abs(quantity.value), 1.0)


def same_count(best: Found, other: Found) -> bool:
    """Whether both numbers count the same: a shared noun, or the same that happened to those counted.

    One sum or length stated of a town and of its mayor is the same.
    """
    if best.counted is None or other.counted is None:
        return False
    if same_crowd(best, other) or (quantity_of(best).unit is not None and _same_value(best, other)):
        return True
    unasked = other.signals.get("state_unasked") and not best.signals.get("state_unasked")
    if unasked and not (is_former(other) or _is_exact_form(quantity_of(other), quantity_of(best))):
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
    return own and _holds_enough(best, other, _WEIGHED_WITH)


def _holds_enough(best: Found, other: Found, bounds: tuple[float, float]) -> bool:
    """Whether an article holds enough of the question for an agreeing value in it to be of the same thing."""
    share, least = bounds
    return other.signals["article"] >= max(share * best.signals["article"], least)


def sides_of(found: Sequence[Found]) -> list[Side]:
    """The statements by value, the likeliest first; a vague one goes to the first side that it agrees with."""
    sides: list[Side] = []
    for item in sorted(found, key=lambda f: quantity_of(f).vague):
        home = _home(sides, item)
        if home is not None:
            home.statements.append(item)
        elif not quantity_of(item).vague or not sides:
            sides.append(Side(quantity_of(item), [item]))
    _supersede(sides)
    return sides


def _home(sides: Iterable[Side], item: Found) -> Side | None:
    quantity = quantity_of(item)
    same = (
        side for side in sides if abs(side.quantity.value - quantity.value) < 1e-6 and side.quantity.agrees(quantity)
    )
    return next(same, None) or next((side for side in sides if side.quantity.agrees(quantity)), None)


def _supersede(sides: Sequence[Side]) -> None:
    """Mark the values that a text itself calls outdated or wrong."""
    for side in sides:
        outdated = [f for f in side.statements if is_former(f)]
        side.superseded = bool(outdated) and any(
            other is not side and not all(is_former(f) for f in other.statements) for other in sides
        )
    for side in sides:
        if side.superseded or not side.has("corrected"):
            continue
        # An erratum names both values; the one that its article also states outright is the right one.
        erring = {f.sentence.file_id for f in side.statements if f.frame is not None and f.frame.has("corrected")}
        outright = {f.sentence.file_id for f in side.statements if f.frame is None or not f.frame.has("corrected")}
        rivals = [
            other
            for other in sides
            if other is not side
            and any(f.sentence.file_id in erring and not is_former(f) for f in other.statements)
            and any(
                f.sentence.file_id in erring and not (f.frame is not None and f.frame.has("corrected"))
                for f in other.statements
            )
        ]
        side.superseded = bool(rivals) and not erring & outright
    if sides and all(side.superseded for side in sides):
        sides[0].superseded = False


def settle(
    sides: Sequence[Side], attributed: Callable[[Found], str | None], *, timed: bool = False
) -> tuple[list[Side], list[Side]]:
    """The sides that stand, and those that are history: a correction, a date or a growth may settle which is later.

    Where the question names a time (`timed`), a later report is no better answer than an earlier one.
    """
    standing = [side for side in sides if not side.superseded]
    history = [side for side in sides if side.superseded]
    corrected = [side for side in standing if side.has("corrected")]
    if len(standing) > 1 and len(corrected) == 1:
        # A correction speaks against what was reported before, not against what a rival says.
        history += [side for side in standing if side is not corrected[0] and _not_later(side, corrected[0])]
        standing = [side for side in standing if side not in history]
    if len(standing) > 1 and not timed:
        latest = _latest(standing, attributed)
        if latest is not None:
            history += [side for side in standing if side is not latest]
            standing = [latest]
    return standing, history


def _not_later(side: Side, other: Side) -> bool:
    return side.published is None or other.published is None or side.published <= other.published


def _latest(sides: Sequence[Side], attributed: Callable[[Found], str | None]) -> Side | None:
    """The side that is later than all others by date or wording; None where nothing tells."""
    dates = [side.published for side in sides]
    if all(dates) and len(set(dates)) == len(dates):
        latest = max(sides, key=lambda side: side.published or "")
        grown = all(latest.quantity.value >= side.quantity.value for side in sides)
        names = {attributed(side.first) for side in sides}
        if grown or latest.has("current") or latest.has("so_far") or len(names) == 1 or None in names:
            return latest
    grown_by = _of_later_day(sides)
    if grown_by is not None:
        return grown_by
    moved = [side for side in sides if side.has("current")]
    if len(moved) == 1 and all(moved[0].quantity.value >= side.quantity.value for side in sides):
        return moved[0]
    return None


def _of_later_day(sides: Sequence[Side]) -> Side | None:
    """Of counts that one article tells of different days, the last, where it is a toll or said to have grown."""
    last = max(sides, key=lambda side: (side.first.sentence.span.start, side.quantity.value))
    grown = all(last.quantity.value >= side.quantity.value for side in sides)
    if not grown or len({side.first.sentence.file_id for side in sides}) > 1:
        return None
    toll = last.first.counted is not None and bool(last.first.counted.state)
    named = [_times_named(side.first) for side in sides]
    apart = all(named) and len(set[str]().union(*named)) == sum(map(len, named))
    return last if apart and (toll or last.has("so_far") or last.has("current")) else None


def _times_named(found: Found) -> set[str]:
    text, language = found.sentence.text, found.sentence.language
    return {bare(fold_text(text[m.start : m.end])) for m in find_dated(text, language, None)}


def opposed(standing: Side, against: Sequence[Found], history: Sequence[Side]) -> tuple[list[Side], list[Side]]:
    """The sides where others state numbers `against` the one that stands, and the history without those.

    Who is named for a value goes before who only repeats it.
    """
    voiced = [f for f in against if f.candidate is not None and f.candidate.attributed_to is not None]
    sides = sides_of([*voiced, *(f for f in against if f not in voiced), *standing.statements])
    former = [old for old in history if not any(side.quantity.agrees(old.quantity) for side in sides)]
    return sides, former
