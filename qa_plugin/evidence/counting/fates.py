"""Whether a number may tell of the fate that is asked after: how many died, were hurt or arrested, are missing.

A sentence that says nothing of that fate does not count those who met it, whatever else it says of how many people.
"""

from __future__ import annotations

from collections.abc import Iterable

from qa_plugin.evidence.counting.asked import Asked
from qa_plugin.evidence.counting.counted import Counted
from qa_plugin.evidence.reading.clauses import is_plain_fate, is_state, state_group
from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.language.questions import Question, Slot


def fates_asked(question: Question, asked: Asked) -> frozenset[str]:
    """The fates that a question asks after, as far as its words leave no doubt and sentences tell them by name.

    The commonest sense of a word counts. Where those counted are called by what happened to them ("the wounded"), what
    else the question tells is no fate of theirs.
    """
    if any(keys and all(map(is_state, keys)) for keys in map(_known, question.focus)):
        return frozenset()
    # Of things it is asked only right beside them: not how many houses the displaced were given.
    slots = _beside(question) if asked.things else question.slots
    told = [slot for slot in slots if slot not in question.focus and any(map(is_state, _known(slot)[:1]))]
    surely = [slot for slot in told if all(map(is_state, _known(slot)))] or told
    return frozenset(filter(is_plain_fate, {group for slot in surely for group in _groups(_known(slot))}))


def untold(fates: frozenset[str], sentence: Sentence, counted: Counted) -> bool:
    """Whether neither what is said of a number nor the rest of its sentence tells one of the fates asked after."""
    return bool(fates) and fates.isdisjoint(_groups(counted.state)) and fates.isdisjoint(_groups(sentence.keys))


def _groups(keys: Iterable[str]) -> set[str]:
    return {state_group(key) for key in keys if is_state(key)}


def _known(slot: Slot) -> list[str]:
    """What the lexicon knows a word for, the commonest sense first."""
    return [key for key in slot.keys if key[0] == "c"]


def _beside(question: Question) -> list[Slot]:
    """The words right before and behind those that are counted."""
    order = sorted(question.slots, key=lambda slot: slot.start)
    places = {order.index(slot) for slot in question.focus if slot in order}
    return [slot for at, slot in enumerate(order) if {at - 1, at + 1} & places]
