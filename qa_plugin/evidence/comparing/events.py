"""Whether sentences of two articles report one event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from qa_plugin.evidence.counting.found import Found, quantity_of
from qa_plugin.evidence.reading.clauses import is_crowd
from qa_plugin.language.resolution import find_dated

_LESS_OF_ARTICLE, _OTHER_WORD = 0.12, 0.1
"""By how much less of the question the article of a statement may hold, if it is not alike, or says it otherwise."""
_ALIKE = 0.5
"""Share of their terms that two sentences have in common that report the same event."""
_OF_ARTICLE, _LEAST_SHARED = 0.7, 4
"""Share of the question that both articles hold; least terms shared."""
_LEAST_OWN = 0.3
"""Share of the question that a rival's sentence says itself."""
_LEAST_BESIDE = 0.25
"""Share of the question that a sentence says itself, where its article has the names and the day."""
_MOST_TIMES = 12.0
"""How many times the one number the other may be: who counts the same differs by less."""
_WEEK, _MONTH = 7, 31
_MOST_DAYS = 1
"""Days between the articles of one event."""


def same_event(chosen: Sequence[Found], other: Found) -> bool:
    """Whether a sentence of another article reports the event of those chosen, the best of them first."""
    best = chosen[0]
    # What happened is held in part where it is said in another word: houses burnt, houses destroyed.
    same_fate = all(f.signals.get("state_met") and f.signals["counts_asked"] >= 1 for f in (best, other))
    less = _LESS_OF_ARTICLE + (_OTHER_WORD if same_fate else 0.0)
    # Of people who met the fate asked after ("41 killed", "60 dead") only the rest of the question tells which event.
    people = all(f.signals.get("counts_people") and f.signals.get("state_met") for f in (best, other))
    held, most = (max(f.signals["article"], f.signals["event"] if people else 0.0) for f in (other, best))
    if held >= most - less and held >= _OF_ARTICLE and other.signals["own"] >= _LEAST_OWN:
        return True
    mine = _content(other)
    for one in chosen:
        theirs = _content(one)
        shared = len(mine & theirs)
        if shared >= _LEAST_SHARED and shared >= _ALIKE * min(len(mine), len(theirs)):
            return True
    return False


def same_crowd(best: Found, other: Found) -> bool:
    """Whether both numbers count those who came to one gathering: how many they were is what the article is about.

    Its sentence need not say of which; but a day that it names may be another.
    """
    return (
        bool(other.signals.get("state_met"))
        and all(map(_counts_crowd, (best, other)))
        and max(other.signals["article"], other.signals["event"]) >= _OF_ARTICLE
        and near_in_time(best, other)
        and not _of_long_ago(other)
    )


def same_news(best: Found, other: Found, lacks_name: Callable[[int], bool], *, timed: bool = False) -> bool:
    """Whether articles of one day, or of one and the next, tell of what the question names by name.

    Their words may differ much: who disputes a number seldom tells again what happened. So what is counted must be told
    by what happened to people, or be measured. What grew may do so for a week, and be set right within a month. Where
    the question names a time (`timed`), only articles of one day are of it; what happened on it needs no name, if both
    hold the most of it.
    """
    named = bool(best.signals.get("asks_name"))
    if timed:
        both = all(f.signals["event"] >= _OF_ARTICLE for f in (best, other))
        named = best.published == other.published and (named or both)
    if not named or other.signals["own"] < _LEAST_BESIDE:
        return False
    if quantity_of(best).unit is None and not all(f.signals.get("state_met") for f in (best, other)):
        return False
    values = [abs(quantity_of(f).in_base(quantity_of(f).value)) for f in (best, other)]
    if max(values) > _MOST_TIMES * min(values):
        return False
    names = other.frame.names if other.frame is not None else frozenset()
    days = _MONTH if {"former", "corrected"} & names else _WEEK if "current" in names else _MOST_DAYS
    if not near_in_time(best, other, days=days) or _of_long_ago(other, days=_MONTH):
        return False
    return not any(lacks_name(f.sentence.file_id) for f in (best, other))


def near_in_time(one: Found, other: Found, *, days: int = _MOST_DAYS) -> bool:
    """Whether the articles of two statements are known to be of one day, or of so many days after each other."""
    try:
        published = [date.fromisoformat((f.published or "")[:10]) for f in (one, other)]
    except ValueError:
        return False
    return abs((published[0] - published[1]).days) <= days


def _of_long_ago(found: Found, *, days: int = _WEEK) -> bool:
    """Whether a sentence names a day, month or year that is not of the days before its article."""
    told = date.fromisoformat((found.published or "")[:10])
    dated = find_dated(found.sentence.text, found.sentence.language, told)
    return any(m.first is None or abs((told - m.first).days) > days for m in dated)


def _counts_crowd(found: Found) -> bool:
    """Whether a number counts participants, or people of whom the sentence says that they came."""
    if found.counted is None or not all(map(is_crowd, found.counted.state)):
        return False  # of those who came some were arrested
    people = found.signals.get("counts_people") and not found.counted.state
    said = [term.key for term in found.sentence.terms] if people else []
    return any(map(is_crowd, (*found.counted.keys, *found.counted.state, *said)))


def _content(found: Found) -> set[str]:
    return {key for key in found.sentence.keys if key[0] in "cn"}
