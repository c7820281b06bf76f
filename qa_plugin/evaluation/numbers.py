"""The values that a text states: 10,000 = 10.000 = ۱۰٬۰۰۰ = 10 هزار = dez mil; 12.5 is not 125.

A written number is not always one value: 10.12 may be a decimal, a time or a day. So every written number
keeps all its readings, and whoever compares says whether one of them will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from qa_plugin.evaluation.tables import fold, tables

CITATION_MARK = re.compile(r"\[\d+(?:\s*[,;]\s*\d+)*\]")
"""`[1]` or `[2, 3]`: what ties an answer to its citations, and no number of it."""

DECIMALS_KEPT = 6
_GROUP_MARKS = frozenset(".,٬،' ")
_DECIMAL_MARKS = frozenset(".,٫")
_DIGITS = re.compile(
    r"""
    (?: (?<![a-z\d]) (?<![a-z]-)    # not the 16 of F-16 or the 2 of km2 ...
      | (?<=\dh) )                  # ... but the 30 of 2h30
    \d+
    (?: (?: [.,٬٫،'/:] | [ ](?=\d{3}(?!\d)) ) \d+ )*
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(r"[^\W\d]+|\d+|[^\w\s]")

Reading = frozenset[float]
"""The values that a written number stands for, read one way: several for a date or a time."""


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number in digits, with every way to read it, the likeliest first."""

    readings: tuple[Reading, ...]

    def stands_in(self, stated: set[float]) -> bool:
        """Whether all the values of one reading are among those."""
        return any(reading <= stated for reading in self.readings)


def without_marks(text: str) -> str:
    """The text with its citation marks as gaps, so that what stands on either side does not join."""
    return CITATION_MARK.sub(" | ", text)


def written_numbers(text: str) -> list[WrittenNumber]:
    """The numbers in digits, each times the scale word after it: 10 هزار is 10000, and not 10."""
    folded = without_marks(fold(text))
    return [_written_number(folded, match) for match in _DIGITS.finditer(folded)]


def values_of(numbers: Iterable[WrittenNumber]) -> set[float]:
    """Every value of every reading."""
    return {value for number in numbers for reading in number.readings for value in reading}


def stated_values(text: str, *, generous: bool = False) -> set[float]:
    """Every value in digits or words; generous, for quotes, adds the parts of number words, and months."""
    found = values_of(written_numbers(text))
    tokens = _TOKEN.findall(fold(text))
    for parts in _word_runs(tokens):
        found.add(sum(parts))
        if generous:
            found.update(parts)
    if generous:
        found.update(tables().months[token] for token in tokens if token in tables().months)
    return {round(value, DECIMALS_KEPT) for value in found}


# ---------------------------------------------------------------- in digits


def _written_number(folded: str, match: re.Match[str]) -> WrittenNumber:
    scale, alone_too = _scale_after(folded, match.end())
    found = [
        frozenset(round(value * scale, DECIMALS_KEPT) for value in reading) if len(reading) == 1 else reading
        for reading in _readings(match[0], scaled=scale != 1.0)
    ]
    if alone_too:
        found += _readings(match[0], scaled=False)
    return WrittenNumber(tuple(found))


def _scale_after(folded: str, end: int) -> tuple[float, bool]:
    """What to multiply by, and whether the number also counts without it: 100m may be metres or millions."""
    match = _scale_pattern().match(folded, end)
    if match is None:
        return 1.0, False
    first, second = match.groups()
    further = tables().scales.get(second or "", 1.0)
    if first != "m":
        return tables().scales[first] * further, False
    return (1.0 if folded[end] == " " else 1e6 * further), True


@cache
def _scale_pattern() -> re.Pattern[str]:
    longest_first = sorted(tables().scales, key=len, reverse=True)
    second = "|".join(re.escape(word) for word in reversed(longest_first))
    first = "|".join(re.escape(word) for word in [*longest_first, "m"])
    return re.compile(rf" ?-?({first})\b(?: de)?(?: ({second})\b)?")


def _readings(digits: str, *, scaled: bool) -> list[Reading]:
    """Every way to read a run of digits and marks.

    Three digits after a single mark are a group (50,000 is not 50), unless a scale word follows (1,250
    million) or the number begins with a lone zero.
    """
    groups = re.split(r"\D", digits)
    marks = re.findall(r"\D", digits)
    side_by_side = frozenset(map(float, groups))
    if not marks:
        return [side_by_side]
    found = [frozenset([value]) for value in _single_values(groups, marks, scaled=scaled)]
    day_or_time = marks in (["."], [","]) and len(groups[0]) <= 2 and len(groups[1]) == 2
    if not found or day_or_time or not set(marks).isdisjoint(" :/"):
        found.append(side_by_side)
    return found


def _single_values(groups: list[str], marks: list[str], *, scaled: bool) -> Iterator[float]:
    """The values of the whole as one number: with group marks, with a decimal mark, with both."""
    kinds = set(marks)
    in_groups = len(kinds) == 1 and kinds <= _GROUP_MARKS and len(groups[0]) <= 3 and _threes(groups[1:])
    if in_groups:
        yield float("".join(groups))
    if len(marks) == 1:
        surely_decimal = scaled or marks[0] == "٫" or groups[0] == "0" or not in_groups
        if surely_decimal and (marks[0] in _DECIMAL_MARKS or marks[0] == "/"):
            yield float(f"{groups[0]}.{groups[1]}")
    if len(kinds) == 2 and marks[-1] in _DECIMAL_MARKS and marks.count(marks[-1]) == 1 and _threes(groups[1:-1]):
        yield float(f"{''.join(groups[:-1])}.{groups[-1]}")


def _threes(groups: list[str]) -> bool:
    return all(len(group) == 3 for group in groups)


# ---------------------------------------------------------------- in words


def _word_runs(tokens: list[str]) -> Iterator[list[float]]:
    """The addends of each number in words: "mil e duzentos" is [1000, 200].

    A scale multiplies the one word before it, so "cinquenta e dois mil" is beyond this reader
    and gives [50, 2000].
    """
    run: list[float] = []
    for token in tokens:
        value = _word_value(token)
        if value is not None:
            if run and value >= 100 and value > run[-1]:
                run[-1] *= value
            else:
                run.append(value)
        elif run and token not in tables().connectors:
            yield run
            run = []
    if run:
        yield run


def _word_value(token: str) -> float | None:
    known = tables()
    candidates = [
        token,
        *(token.removeprefix(clitic) for clitic in known.before_read_numbers if token.startswith(clitic)),
    ]
    return next(
        (value for word in candidates if (value := _lookup(word, known.scales, known.words)) is not None),
        None,
    )


def _lookup(word: str, *lists: Mapping[str, float]) -> float | None:
    return next((words[word] for words in lists if word in words), None)
