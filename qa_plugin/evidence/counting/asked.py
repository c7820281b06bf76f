"""How what a number counts, and how it is stated, stands to what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.counted import Counted
from qa_plugin.evidence.counting.frames import Frame, cue_names
from qa_plugin.evidence.reading.clauses import is_crowd, is_fate, is_state, person_keys, state_group
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.questions import Question, Slot
from qa_plugin.records import Span

TRAITS = ("planned", "total", "new", "rate", "part", "former", "difference", "corrected", "denied", "so_far")
_ASKED_TRAITS = ("planned", "total", "new", "rate")
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks to be counted."""

    focus: tuple[Slot, ...]
    slots: tuple[Slot, ...]
    states: frozenset[str]
    """What happened to those counted, one term for all that mean the same."""
    traits: frozenset[str]
    people: bool
    """Whether people in general are asked after."""
    things: bool
    """Whether what is asked after is known, and no person."""

    @classmethod
    def of(cls, question: Question) -> Asked:
        """Read a question once."""
        own = {key for slot in question.slots for key in slot.keys}
        # "Injured in the prison": what prison is near to is not asked for beside it.
        keys = own if any(map(is_state, own)) else own | {key for slot in question.slots for key in slot.near}
        text = read_sentence(0, Span(0, len(question.text)), question.text, question.language, 0.0)
        persons, traits = set(person_keys()), cue_names(text)
        people = not question.focus or any(
            persons.intersection(slot.keys) or any(map(is_crowd, slot.keys)) for slot in question.focus
        )
        states = frozenset(state_group(key) for key in keys if is_state(key))
        if people and not states:
            # "How many marched": but of those who died in a march nobody asks how many marched.
            states = frozenset(state_group(key) for key in keys if is_crowd(key))
        return cls(
            question.focus,
            question.slots,
            states,
            traits - {"rate"} if "total" in traits else traits,
            people,
            bool(question.focus) and not people and not any(map(_may_be_persons, question.focus)),
        )


@cache
def _groups() -> tuple[frozenset[str], ...]:
    rows: list[str] = load_toml("counted.toml")["groups"]["apart"]
    return tuple(frozenset(row.split("|")) for row in rows)


def _of_other_group(focus: Sequence[Slot], counted: Counted) -> bool:
    """Whether those counted are of another group than those asked after, and nobody is of both: police, supporters."""
    wanted = {concept_name(int(key[1:])) for slot in focus for key in slot.keys if key[0] == "c"}
    told = {concept_name(int(key[1:])) for key in counted.keys if key[0] == "c"}
    near = {key for slot in focus for key in (*slot.keys, *slot.near)}
    if not near.isdisjoint((*counted.keys, *counted.modifiers)):
        return False
    return any(wanted & group and told & group for group in _groups())


def count_signals(asked: Asked, counted: Counted, frame: Frame) -> dict[str, float]:
    """How far a number counts what was asked, and in the frame that was asked for; each signal from 0 to 1."""
    mine = (*counted.keys, *counted.modifiers)
    known = counted.head is not None and not counted.elliptic
    focus = _met(asked.focus, mine)
    anything = _met(asked.slots, (*mine, *counted.state))
    states = set(map(state_group, counted.state))
    crowd = {state_group(key) for key in counted.keys if is_crowd(key)} & asked.states
    names = frame.names
    fated = bool(states & asked.states and set(counted.keys) & set(counted.state))
    people = asked.people and (bool(crowd) or fated or _people(counted))
    return {
        "counts_focus": focus,
        "counts_asked": anything,
        "counts_other": 1.0 if known and not anything and not crowd and not people else 0.0,
        "counts_people": 1.0 if people or (asked.people and states and counted.elliptic) else 0.0,
        "state_met": 1.0 if (states | crowd) & asked.states else 0.0,
        "persons_for_things": 1.0 if asked.things and not focus and _persons(counted) else 0.0,
        "state_other": 1.0 if states and asked.states and not states & asked.states else 0.0,
        "group_other": 1.0 if _of_other_group(asked.focus, counted) else 0.0,
        "fate_other": 1.0 if _fates(states) and _fates(asked.states) and not states & asked.states else 0.0,
        "state_unasked": 1.0 if states and not asked.states else 0.0,
        **{f"stated_{trait}": 1.0 if trait in names and trait not in asked.traits else 0.0 for trait in TRAITS},
        **{f"wanted_{trait}": 1.0 if trait in names and trait in asked.traits else 0.0 for trait in _ASKED_TRAITS},
        "lacks_trait": 1.0 if any(t in asked.traits and t not in names for t in _ASKED_TRAITS) else 0.0,
    }


def _fates(states: Iterable[str]) -> bool:
    return any(map(is_fate, states))


def _may_be_persons(slot: Slot) -> bool:
    """Whether a word of the question names persons, or what it names is not known."""
    if not any(key[0] == "c" for key in slot.keys) or not set(person_keys()).isdisjoint(slot.keys):
        return True
    return answer_type(slot.keys, slot.word.split()[0]) == "person"


def _persons(counted: Counted) -> bool:
    """Whether those counted are persons, by what they do."""
    return _people(counted) or answer_type(counted.keys, "") == "person"


def _people(counted: Counted) -> bool:
    return bool(set(person_keys()).intersection(counted.keys))


def _met(slots: Iterable[Slot], keys: Iterable[str]) -> float:
    mine = set(keys)
    best = 0.0
    for slot in slots:
        if mine.intersection(slot.keys):
            return 1.0
        if mine.intersection(slot.near):
            best = _NEAR
    return best
