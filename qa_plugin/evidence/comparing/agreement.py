"""How the numbers that answer a question stand to each other: the same, agreeing, superseded, or at odds.

Two statements disagree only where they speak of the same thing, in the same frame, of the same day, and no interval of
the one meets the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from qa_plugin.evidence.comparing.alike import holds_enough, is_exact_form, is_former, same_frame, says
from qa_plugin.evidence.counting.found import ASKED, Found, quantity_of
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.resolution import find_dated

_CITED_BESIDE = (0.5, 0.0)
"""What an article of an agreeing value holds of the question to be cited beside the best one: a share of what that one
holds, and the least."""


@dataclass(slots=True)
class Side:
    """The statements of one value; vaguer ones that agree with it stand here too."""

    quantity: Quantity
    statements: list[Found] = field(default_factory=list)
    superseded: bool = False

    @property
    def first(self) -> Found:
        """The likeliest that is not presented as outdated, if any; of "more than 50,000" and 50,400 the exact one."""
        standing = [f for f in self.statements if not is_former(f)] or self.statements
        likeliest = quantity_of(standing[0])
        if likeliest.comparator is None:
            return standing[0]
        article = standing[0].sentence.file_id
        others = (f for f in standing if f.sentence.file_id != article)
        return next((f for f in others if is_exact_form(quantity_of(f), likeliest)), standing[0])

    @property
    def published(self) -> str | None:
        """The latest date of an article that states the value itself; None where none is dated."""
        exact = [f for f in self.statements if not is_former(f) and not quantity_of(f).vague]
        return max((f.published for f in exact if f.published and says(f, self.quantity)), default=None)

    @property
    def grew(self) -> bool:
        """Whether a statement tells that the value changed to what it is; "has reached" need not mean so."""
        names = [f.frame.names for f in self.statements if f.frame is not None]
        return any("current" in each and "amounts" not in each for each in names)

    def has(self, trait: str) -> bool:
        """Whether a statement has a trait."""
        return any(f.frame is not None and f.frame.has(trait) for f in self.statements)


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
        if not says(other, side.quantity) or other.signals.get("another_day") or other.signals.get("counts_other"):
            continue
        met = other.signals.get("counts_asked", 0.0) >= ASKED or best.signals.get("counts_asked", 0.0) < ASKED
        if met and holds_enough(best, other, _CITED_BESIDE):
            more.append(other)
            files.add(other.sentence.file_id)
    return more


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
    highest = len(moved) == 1 and all(moved[0].quantity.value >= side.quantity.value for side in sides)
    return moved[0] if highest and (moved[0].grew or not _of_one_day(sides)) else None


def _of_one_day(sides: Sequence[Side]) -> bool:
    """Whether articles of one day state the values, each another."""
    files = {f.sentence.file_id for side in sides for f in side.statements}
    return len(files) > 1 and len({side.published for side in sides}) == 1 and sides[0].published is not None


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
