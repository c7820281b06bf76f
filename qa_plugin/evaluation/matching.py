"""Whether a text gives the gold answer, and whether an answer's numbers stand in its quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from qa_plugin.evaluation.numbers import (
    DECIMALS_KEPT,
    WrittenNumber,
    stated_values,
    values_of,
    without_marks,
    written_numbers,
)
from qa_plugin.evaluation.tables import fold, tables

_NUMBER_FORM = re.compile(r"[\d.,٬٫،' ]+")
_ANY_DIGIT = re.compile(r"\d")


def holds(text: str, question: Mapping[str, Any]) -> bool:
    """The text gives one of the question's accepted forms, or its gold value."""
    text = without_marks(text)
    if any(occurs(form, text) for form in question["accept"]):
        return True
    value = question.get("value")
    if value is None:
        return False
    # "one", "um" and "un" are articles too: the value 1 counts in digits only
    stated = stated_values(text) if value != 1 else values_of(written_numbers(text))
    return round(float(value), DECIMALS_KEPT) in stated


def occurs(form: str, text: str) -> bool:
    """The form stands in the text: a number by value, else whole words, Arabic and Persian clitics aside."""
    folded = fold(form).strip()
    if not folded:
        return False
    if _NUMBER_FORM.fullmatch(folded):
        return not _single_values(written_numbers(form)).isdisjoint(values_of(written_numbers(text)))
    return _form_pattern(folded).search(fold(text)) is not None


def unsupported_numbers(answer: str, quotes: Iterable[str]) -> list[WrittenNumber]:
    """The numbers in digits of the answer that have no reading whose every value a quote states."""
    quoted: set[float] = set()
    for quote in quotes:
        quoted |= stated_values(quote, generous=True)
    return [number for number in written_numbers(answer) if not number.stands_in(quoted)]


def _single_values(numbers: Iterable[WrittenNumber]) -> set[float]:
    """The values of readings that stand for one value: an accepted "10/12" does not accept a lone 10."""
    return {value for number in numbers for reading in number.readings if len(reading) == 1 for value in reading}


@lru_cache(maxsize=4096)
def _form_pattern(folded: str) -> re.Pattern[str]:
    words = [re.escape(word) for word in folded.split(" ")]
    if folded in tables().words:  # "dix" is not in "dix-huit"
        return re.compile(rf"(?<![\w-]){_optional(tables().before_accepted_numbers)}{words[0]}(?![\w-])")
    between = r"\s*" if _ANY_DIGIT.search(folded) else r"\s+"  # "12 %" is also "12%"
    return re.compile(_left_edge(folded[0]) + between.join(words) + _right_edge(folded[-1]))


def _left_edge(first: str) -> str:
    if first.isdigit():
        return r"(?<![\d.,٬٫])"
    if first in "$£€%":
        return r"(?<!\w)"
    return rf"(?<!\w){_optional(tables().before_words)}"


def _right_edge(last: str) -> str:
    if last.isdigit():
        return r"(?!\d|[.,٬٫]\d)"
    if not last.isalpha():
        return ""
    return rf"{_optional(tables().after_words)}(?!\w)"


def _optional(clitics: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, clitics))})?"
