"""The texts of the articles, as far as the page shows them: each part once, however often it was retrieved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

AROUND = 200
"""Characters before and after a quote that are shown with it."""
_GAP = 400
"""Parts that stand closer are kept as one."""


class Passages:
    """Numbers the sources in the order in which they are met, and notes which parts of them are needed."""

    def __init__(self, text_of: Callable[[str], str]) -> None:
        self._text_of = text_of
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._needed: dict[str, list[tuple[int, int]]] = {}

    def number(self, source: str) -> int:
        """The number that stands for the source in the page."""
        return self._numbers.setdefault(source, len(self._numbers))

    def text(self, source: str) -> str:
        """The whole text."""
        if source not in self._texts:
            self._texts[source] = self._text_of(source)
        return self._texts[source]

    def need(self, source: str, start: int, end: int, *, around: int = 0) -> None:
        """Keep a part of the text, and so many characters on both sides."""
        size = len(self.text(source))
        first, last = max(0, start - around), min(size, end + around)
        if first < last:
            self._needed.setdefault(source, []).append((first, last))

    def names(self) -> list[str]:
        """The sources by number."""
        return list(self._numbers)

    def parts(self) -> list[list[tuple[int, str]]]:
        """For each source, by number, the parts that are needed with where they start."""
        return [
            [(start, self.text(source)[start:end]) for start, end in _merged(self._needed.get(source, ()))]
            for source in self._numbers
        ]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + _GAP:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
