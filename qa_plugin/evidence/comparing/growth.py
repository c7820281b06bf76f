"""Earlier and later reports of one count, told by their dates where the words of two reports differ much.

To be shown as former, or to be preferred as later, a report needs to be less alike than to be called a rival: what
grew is no disagreement. In return the values must be in order: both dated, soon after each other, and the later one
higher or said to have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from qa_plugin.evidence.comparing.agreement import Side
from qa_plugin.evidence.comparing.alike import answers, is_former, same_count, same_frame, told_apart
from qa_plugin.evidence.counting.found import Found, counts_asked, quantity_of

_SOON = 120
"""Days within which reports speak of one event."""
_CHANGED = frozenset({"current", "so_far", "total"})
_OF_ARTICLE = 0.6
"""Share of what the best article holds of the question that the article of an earlier or later report holds."""
_HELD = 0.4
_OWN = 0.45
"""Share of what the best one's sentence says of the question that the other's says."""
_ALIKE = 0.8
"""Share of what the best one's article holds, where no state and no word of change tells that one count is meant."""
_SLIGHT = 0.02
"""Share of the question that is no name."""
_STEADY = frozenset({"age", "duration", "fraction", "ordinal"})
"""What reports do not see grow from day to day."""
_MASSES = frozenset({"area", "weight", "volume"})
"""What is measured of one event in one unit; a sum or a percentage may be of anything."""


def in_order(
    standing: Side,
    chosen: Sequence[Found],
    found: Sequence[Found],
    attributed: Callable[[Found], str | None],
    lacks_name: Callable[[int], bool] = lambda _: False,
) -> list[Found]:
    """Further statements of the count that stands, each earlier or later than it by date."""
    best = standing.first
    files = {f.sentence.file_id for f in chosen}
    more: list[Found] = []
    for other in found:
        if other.sentence.file_id in files or not same_frame(best, other) or is_former(other):
            continue
        if quantity_of(other).vague or not _counts_it(best, other) or not _ordered(best, other):
            continue
        if _same_story([*chosen], other, lacks_name) and not told_apart([*chosen, *more], other, attributed):
            more.append(other)
    return more


def _counts_it(best: Found, other: Found) -> bool:
    """Whether a number counts what the best one does, and what was asked."""
    if quantity_of(best).dimension in _STEADY or not same_count(best, other) or not answers(best, other, ranked=False):
        return False
    if other.signals["own"] < _OWN * best.signals["own"]:
        return False
    if quantity_of(best).dimension in _MASSES:
        return True
    if best.signals.get("state_met"):
        return bool(other.signals.get("state_met"))
    if quantity_of(best).unit is not None:
        return _changed(best) or _changed(other)
    told = _changed(best) or _changed(other) or other.signals["article"] >= _ALIKE * best.signals["article"]
    return told and counts_asked(other)


def _ordered(best: Found, other: Found) -> bool:
    """Whether one is later than the other by date, and by its value or words the newer state of the same count."""
    one, two = (_day(f.published) for f in (best, other))
    if one is None or two is None or one == two or abs((one - two).days) > _SOON:
        return False
    earlier, later = (best, other) if one < two else (other, best)
    values = [quantity_of(f).in_base(quantity_of(f).value) for f in (earlier, later)]
    if quantity_of(best).agrees(quantity_of(other)) and later is not best and values[1] <= values[0]:
        return False
    return values[1] > values[0] or _changed(later)


def _changed(found: Found) -> bool:
    return found.frame is not None and bool(_CHANGED & found.frame.names)


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None


def _same_story(chosen: Sequence[Found], other: Found, lacks_name: Callable[[int], bool]) -> bool:
    """Whether an article tells of the event: it has the names asked for, or a name and a topic of those chosen."""
    best = chosen[0]
    if other.signals["lost"] > best.signals["lost"] + _SLIGHT:
        return False
    held = other.signals["article"] >= max(_HELD, _OF_ARTICLE * best.signals["article"])
    if held and (not lacks_name(other.sentence.file_id) or lacks_name(best.sentence.file_id)):
        return True
    counted = set(other.counted.keys) | set(other.counted.state) if other.counted is not None else set()
    mine = _keys(other) - counted
    return any(_meet(mine, _keys(one) - counted) for one in chosen)


def _meet(mine: set[str], theirs: set[str]) -> bool:
    shared = mine & theirs
    return any(key[0] == "n" for key in shared) and any(key[0] == "c" for key in shared)


def _keys(found: Found) -> set[str]:
    return {key for key in found.sentence.keys if key[0] in "cn"}
