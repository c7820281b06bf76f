"""A sentence, or an answer in it, with all that was read of it."""

from __future__ import annotations

from dataclasses import dataclass

from qa_plugin.evidence.counting.counted import Counted
from qa_plugin.evidence.counting.frames import Frame
from qa_plugin.evidence.reading.sentences import Candidate, Sentence
from qa_plugin.language.quantities import Quantity

ASKED = 0.6
"""How far a number at least counts what was asked, by its noun."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence, or an answer in it, with how well it fits and where it comes from."""

    sentence: Sentence
    candidate: Candidate | None
    signals: dict[str, float]
    rank: float
    published: str | None
    sure: float = 0.0
    """Only of the first of its kind."""
    counted: Counted | None = None
    """What its number counts."""
    frame: Frame | None = None
    """How its number is stated."""


def quantity_of(found: Found) -> Quantity:
    """The number of a found that states one."""
    assert found.candidate is not None and found.candidate.quantity is not None  # noqa: S101, PT018 - numbers only
    return found.candidate.quantity


def counts_asked(found: Found) -> bool:
    """Whether a number counts what was asked: by its noun, or people to whom happened what was asked."""
    people = found.signals.get("counts_people") and found.signals.get("state_met")
    return bool(people) or found.signals.get("counts_asked", 0.0) >= ASKED
