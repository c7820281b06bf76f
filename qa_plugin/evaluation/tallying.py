"""The marks of all cases under the name of each figure, in all and by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from qa_plugin.evaluation.definitions import DEFINITIONS, Definition


class Marked(Protocol):
    """A case as it is counted."""

    @property
    def marks(self) -> Mapping[str, Sequence[float]]:
        """By the name of the figure."""

    @property
    def groups(self) -> tuple[str, str]:
        """What its figures are counted under too: by language, by type."""

    @property
    def pairs(self) -> tuple[str, ...]:
        """The same by pair of languages."""

    @property
    def answerable(self) -> bool:
        """Whether the sources hold an answer."""


@dataclass(slots=True)
class Tally:
    """What one figure is made of."""

    definition: Definition
    marks: list[float] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)
    """For each mark, which case it is from."""
    answerable: list[bool] = field(default_factory=list)
    """For each mark, whether its question is answerable."""


def tally(cases: Iterable[Marked]) -> dict[str, Tally]:
    """For each figure and group that there is a mark for, all marks; what is derived is not among them."""
    found: dict[tuple[str, str], Tally] = {}
    for number, case in enumerate(cases):
        by_language, by_type = case.groups
        endings = {"language": (by_language,), "type": (by_type,), "pair": case.pairs}
        for definition in DEFINITIONS.values():
            marks = case.marks.get(definition.marks or definition.name, ())
            if not marks or definition.kind == "derived":
                continue
            for ending in ("", *(ending for group in definition.groups for ending in endings[group])):
                one = found.setdefault((definition.name, ending), Tally(definition))
                one.marks += marks
                one.cases += [number] * len(marks)
                one.answerable += [case.answerable] * len(marks)
    return {name + ending: found[name, ending] for name, ending in sorted(found)}
