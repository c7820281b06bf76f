"""Whether the passages answer at all: what the likeliest sentence, typed answer and article tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.premise import CERTAIN, SIGNALS
from qa_plugin.evidence.signals import sure
from qa_plugin.evidence.subjects import CERTAIN as CERTAIN_OF_SUBJECTS
from qa_plugin.evidence.subjects import SIGNALS as SIGNALS_OF_SUBJECTS

_OF_SENTENCE = ("focus_missing", "another_day")
_OF_TYPED = ("score", "event_astray", "event_apart")
_OF_ARTICLE = ("unnamed", "gone", "gone_abroad", *SIGNALS, *SIGNALS_OF_SUBJECTS)
GATE = (
    "sentence",
    "typed",
    "value",
    "value_margin",
    "held",
    *_OF_SENTENCE,
    *(f"typed_{name}" for name in _OF_TYPED),
    *_OF_ARTICLE,
)
"""What tells whether the passages answer at all: signals of the best sentence, the best typed answer, its article."""
_OF_OTHERS = ("owner_other", "fate_other", "group_other")
_SETTLING = (*CERTAIN, *CERTAIN_OF_SUBJECTS, *_OF_OTHERS, "namesake_here", "persons_for_things")
_SETTLED = 0.1
"""How sure an answer is at most whose premise is another's, or whose article holds nearly nothing of the question."""
_LEAST_HELD = 0.145
"""Share of the question that its article must hold: more than one word of seven, which texts share by chance."""
_LEAST_OF_EVENT = 0.25
"""Share of the question, beside what is counted, that the article of a number holds at least where it lacks a name."""
RANKS = 3.0
"""Ranks, and how far they lie apart, are counted in this."""


def gate_of(typed: Sequence[Found], sentences: Sequence[Found]) -> dict[str, float]:
    """The signals of the first of each kind."""
    return gate_signals(_of(sentences[0]), _of(typed[0]) if typed else None)


def answerable(gate: Mapping[str, float], family: str) -> float:
    """How sure it is by these signals that the passages answer, from 0 to 1."""
    undated = gate.get("undated", 0.0) and gate.get("typed_event_apart", 1.0)
    another = gate.get("typed_event_astray", 0.0) or undated
    # A name may be spelt in a way that is not known; where next to nothing else is held either, it is missing.
    gone = (gate.get("gone", 0.0) or gate.get("gone_abroad", 0.0)) and gate.get("held_event", 1.0) < _LEAST_OF_EVENT
    settled = another or gone or any(gate.get(name, 0.0) for name in _SETTLING) or gate["held"] < _LEAST_HELD
    return min(sure(gate, family, "answerable"), _SETTLED if settled else 1.0)


def _of(found: Found) -> dict[str, float]:
    return {**found.signals, "rank": found.rank / RANKS}


def gate_signals(sentence: Mapping[str, float], typed: Mapping[str, float] | None) -> dict[str, float]:
    """What tells whether the passages answer: how well the first of each kind fits, and how far the next is behind.

    Args:
        sentence: The signals of the best sentence, with its `rank` and its `margin`.
        typed: Those of the best typed answer.
    """
    signals = {name: sentence[name] for name in _OF_SENTENCE}
    signals |= {"bias": 1.0, "sentence": sentence["rank"], "held": sentence["article"]}
    if typed is None:
        return signals
    signals |= {f"typed_{name}": typed.get(name, 0.0) for name in _OF_TYPED}
    signals |= {name: typed.get(name, 0.0) for name in _OF_OTHERS}
    # What is to be counted is spoken of nowhere, in no language, and the number counts people.
    signals["persons_for_things"] = min(typed.get("focus_absent", 0.0), typed.get("persons_for_things", 0.0))
    signals["held_event"] = typed.get("event", 1.0)
    return {**signals, "typed": 1.0, "value": typed["rank"], "value_margin": typed["margin"]}
