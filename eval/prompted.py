"""What a model reads in a prompt: the numbered passages between their fences."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCED = re.compile(
    r"^\[(?P<marker>[0-9a-f]+)\] begin passage (?P<number>\d+)\n(?P<head>.*?)\n\n(?P<text>.*?)\n"
    r"\[(?P=marker)\] end passage (?P=number)$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class SeenPassage:
    """A passage as the model reads it."""

    number: int
    text: str


def seen_passages(prompt: str) -> list[SeenPassage]:
    """The fenced passages of a prompt."""
    return [SeenPassage(int(match["number"]), match["text"]) for match in _FENCED.finditer(prompt)]
