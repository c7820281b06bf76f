"""Times and halves that a quote tells in other words: 1 h 45, "a year ago", three and a half."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.verification.numbers import Stated, compares, same

_HOUR, _MINUTE = 3600.0, 60.0
_TIMES_GAP = 7
"""Characters between hours and their minutes: 1 h 45, two hours and 48 minutes."""


def hours_and_minutes(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
    """Whether a number is of hours with minutes, and the quotes state as long a time: 1 h 45, uma hora e 45 minutos."""
    spans = [(hours.quantity, seconds) for (hours, minutes), seconds in _spans(claims) if claimed in {hours, minutes}]
    told = [(hours.quantity, seconds) for (hours, _), seconds in _spans(stated)]
    told += [(q, q.value * q.factor) for q in (one.quantity for one in stated) if q.kind == "duration"]
    return any(same(seconds, other) and compares(said, known) for said, seconds in spans for known, other in told)


def _spans(found: Sequence[Stated]) -> Iterator[tuple[tuple[Stated, Stated], float]]:
    """Hours with the minutes behind them, in seconds."""
    for first, second in itertools.pairwise(found):
        hours, minutes = first.quantity, second.quantity
        if not 0 <= minutes.start - hours.end <= _TIMES_GAP or minutes.value >= 60 or hours.comparator == "range":
            continue
        clock = hours.kind == minutes.kind == "time"
        if clock or (hours.factor == _HOUR and minutes.factor == _MINUTE and hours.kind == minutes.kind == "duration"):
            yield (first, second), hours.value * _HOUR + minutes.value * _MINUTE


_HALF_GAP = 16
"""Characters between a number and the half behind what it counts: ثلاثة مواسم ونصف الموسم."""


def and_a_half(claimed: Stated, claims: Sequence[Stated], stated: Sequence[Stated]) -> bool:
    """Whether a claim or a quote states the whole and the half of a number apart."""
    said = claimed.quantity
    wholes = [total for first, total in _with_halves(claims) if first is claimed]
    return said.unit is None and (
        any(
            same(total, known.quantity.value) and known.quantity.unit is None and compares(said, known.quantity)
            for total in wholes
            for known in stated
        )
        or any(
            first.quantity.comparator == said.comparator and any(same(total, one) for one in (said.value, *wholes))
            for first, total in _with_halves(stated)
        )
    )


def _with_halves(found: Sequence[Stated]) -> Iterator[tuple[Stated, float]]:
    """Numbers with a half behind what they count, and what they are with it."""
    for first, second in itertools.pairwise(found):
        whole, half = first.quantity, second.quantity
        near = 0 <= half.start - whole.end <= _HALF_GAP
        if half.kind == "fraction" and half.value == 0.5 and near and whole.unit is None and whole.kind == "count":
            yield first, whole.value + 0.5


# ---------------------------------------------------------------- times without a number


@cache
def _single(unit: str, language: str) -> tuple[re.Pattern[str], ...]:
    table = load_toml("verification.toml")
    row = table["unnumbered_in"].get(language)
    if row is None:
        return ()
    words = "|".join(sorted({bare(fold_text(form)) for form in table["unnumbered"].get(unit, ())}))
    time = f"(?P<time>{row['article']}(?:{words}))(?!\\w)"
    patterns = (around.replace("{}", time) for around in row["around"])
    return tuple(re.compile(rf"(?<!\w){pattern}") for pattern in patterns)


def single_times(unit: str, plain: str, language: str) -> Iterator[re.Match[str]]:
    """Where a folded text without accents has a word for a time that means one of them, in the group `time`."""
    return itertools.chain.from_iterable(pattern.finditer(plain) for pattern in _single(unit, language))
