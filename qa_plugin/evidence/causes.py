"""Another cause that somebody else names for the same thing, beside the one that answers why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.denials import Opposition, claimant_of
from qa_plugin.evidence.predicates import is_topic
from qa_plugin.evidence.sentences import Sentence
from qa_plugin.evidence.surroundings import Speaker, Surroundings
from qa_plugin.language.attribution import telling_verbs
from qa_plugin.language.folding import bare
from qa_plugin.language.questions import Question
from qa_plugin.records import Hit

_BEFORE, _BEHIND = 3, 2
"""Sentences around a reason in which somebody may name another."""


def other_cause(question: Question, sentence: Sentence, hits: Sequence[Hit]) -> Opposition | None:
    """What another than who speaks in a sentence names as the cause of the same; None where nobody does.

    Both have to be named, and the causes to share no word: who names the same one in other words is seldom told from
    a rival across languages, so both stand in one article.
    """
    around = Surroundings.of(sentence, hits, before=_BEFORE, behind=_BEHIND)
    claimant = claimant_of(question, around)
    if claimant is None:
        return None
    mine = _cause(question, sentence, claimant)
    if not mine:
        return None
    for at in range(max(around.at - _BEHIND, 0), len(around.sentences)):
        other = around.sentences[at]
        if at == around.at:
            continue
        for speaker, _ in around.speakers(at, question):
            theirs = _cause(question, other, speaker) if speaker.is_other(claimant) and not speaker.denies else set()
            if theirs and mine.isdisjoint(theirs):
                return Opposition(other, 0, speaker.words, claimant.words)
    return None


def names_cause(sentence: Sentence) -> bool:
    """Whether a sentence says plainly what the cause of something is."""
    text = bare(sentence.folded.text)
    return any(pattern.search(text) for pattern in _named(sentence.language))


def _cause(question: Question, sentence: Sentence, speaker: Speaker) -> set[str]:
    """The words for the cause that a sentence names, those of the question and who speaks left out.

    It is empty too where what is asked after is itself the cause: trains that stand still because of the strike.
    """
    text = bare(sentence.folded.text)
    behind, around = (pattern.search(text) for pattern in _named(sentence.language))
    cue = behind or around
    if cue is None:
        return set()
    asked = {key for slot in question.slots for key in (*slot.keys, *slot.near)}
    topics = {key for slot in question.slots if is_topic(slot) for key in slot.keys}
    apart = [cue.span(), *telling_verbs(sentence.folded, sentence.language)]
    found: set[str] = set()
    for term in sentence.terms:
        if term.key[0] not in "cns" or any(start < term.end and term.start < end for start, end in apart):
            continue
        if behind is not None and term.start >= behind.end() and term.key in topics:
            return set()
        if (behind is None or term.start >= behind.end()) and term.key not in asked | speaker.keys:
            found.add(term.key)
    return found


@cache
def _named(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a cause is named, by where it stands to the words."""
    table = load_toml("causes.toml")
    never = ["(?!)"]
    behind, around = ("|".join(table[place].get(language, never)) for place in ("behind", "around"))
    return re.compile(behind), re.compile(around)
