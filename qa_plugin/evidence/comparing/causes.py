"""Another cause that somebody else names for the same thing, beside the one that answers why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.comparing.denials import Opposition, claimant_of
from qa_plugin.evidence.reading.clauses import Words, counts
from qa_plugin.evidence.reading.predicates import is_topic
from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.evidence.reading.words import read_words
from qa_plugin.evidence.statements.surroundings import Speaker, Surroundings
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
            if not speaker.is_other(claimant) or speaker.denies:
                continue
            theirs = _cause(question, other, speaker)
            if not theirs and at == around.at + 1 and _is_of_cause(sentence) and _set_against(other, speaker):
                theirs = _told(question, other, speaker)
            if theirs and mine.isdisjoint(theirs):
                return Opposition(other, 0, speaker.words, claimant.words)
    return None


def _is_of_cause(sentence: Sentence) -> bool:
    """Whether a sentence speaks of the cause as such, so that who comes next and disagrees need not."""
    return _named(sentence.language)[1].search(bare(sentence.folded.text)) is not None


def _set_against(sentence: Sentence, speaker: Speaker) -> bool:
    """Whether a sentence sets its speaker against the one before: "X, however, speaks of …"."""
    last = max((end for _, end in telling_verbs(sentence.folded, sentence.language)), default=0)
    words = (bare(word.text) for word in read_words(sentence) if word.start < last)
    text = sentence.folded.text
    if any(counts(q, text) and not q.weak and q.value > 1 for q in sentence.quantities):
        return False  # it tells how much, and not why
    return 0 <= speaker.start < last and any(word in _against(sentence.language) for word in words)


def _told(question: Question, sentence: Sentence, speaker: Speaker) -> set[str]:
    """What a sentence tells beside who speaks and what was asked."""
    asked = {key for slot in question.slots for key in (*slot.keys, *slot.near)}
    verbs = telling_verbs(sentence.folded, sentence.language)
    return {
        term.key
        for term in sentence.terms
        if term.key[0] in "cns"
        and term.key not in asked | speaker.keys
        and not any(start < term.end and term.start < end for start, end in verbs)
    }


@cache
def _against(language: str) -> Words:
    return Words(load_toml("causes.toml")["against"].get(language, []))


def cause_before(question: Question, sentence: Sentence, hits: Sequence[Hit]) -> tuple[Sentence, Opposition] | None:
    """The sentence right before one that names a cause which the speaker of this one sets another against."""
    around = Surroundings.of(sentence, hits, before=1, behind=0)
    if not around.at:
        return None
    stated = around.sentences[around.at - 1]
    other = other_cause(question, stated, hits) if names_cause(stated) else None
    return (stated, other) if other is not None and other.sentence.span == sentence.span else None


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
