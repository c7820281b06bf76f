"""Who denies at once what somebody states: in its sentence, or in one of the next two.

"Her lawyer says that he reported it in writing. The company denies having received the letter": the denial names little
of what it denies. It has to point back to it, by a word of it or of the question, or by one like "this" or "the claim".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_plugin.evidence.reading.predicates import table_of
from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.evidence.reading.words import read_words
from qa_plugin.evidence.statements.surroundings import Speaker, Surroundings
from qa_plugin.language.attribution import telling_verbs
from qa_plugin.language.folding import bare
from qa_plugin.language.questions import Question
from qa_plugin.records import Hit

_BEHIND, _QUOTED_FROM, _QUOTED_TO = 2, 3, 2
"""Sentences behind a statement that may deny it, and before and behind a quotation that name who speaks in it."""
_MARKS = ",;"
_QUOTES = (("«", "»"), ("“", "”"), ("‹", "›"))


@dataclass(frozen=True, slots=True)
class Opposition:
    """A sentence that speaks against another, with who states each."""

    sentence: Sentence
    start: int
    """Where in the sentence's text it begins, if it stands behind the statement itself; else 0."""
    by: str
    claimed_by: str | None


def denied_at_once(question: Question, sentence: Sentence, hits: Sequence[Hit]) -> Opposition | None:
    """The first denial of a statement by another than who states it; None where nobody is said to state it."""
    around = Surroundings.of(sentence, hits, before=_QUOTED_FROM, behind=_BEHIND)
    inside = _denied_inside(question, around)
    if inside is not None:
        return inside
    claimant = claimant_of(question, around)
    if claimant is None:
        return None
    for at in range(around.at + 1, min(around.at + _BEHIND + 1, len(around.sentences))):
        denying = around.sentences[at]
        for speaker, _ in around.speakers(at, question):
            if speaker.denies and speaker.is_other(claimant) and _points_back(question, sentence, denying, speaker, 0):
                return Opposition(denying, 0, speaker.words, claimant.words)
    return None


def _denied_inside(question: Question, around: Surroundings) -> Opposition | None:
    """A denial behind the statement, in the same sentence: "she said …, an account that the ministry denied"."""
    sentence = around.sentences[around.at]
    speakers = [speaker for speaker, _ in around.speakers(around.at, question)]
    for denier in (one for one in speakers if one.denies and one.start > 0):
        begins = max(sentence.folded.text.rfind(mark, 0, denier.start) for mark in _MARKS) + 1
        told = any(end <= begins for _, end in telling_verbs(sentence.folded, sentence.language))
        if not begins or not told or not _points_back(question, sentence, sentence, denier, begins):
            continue
        claimant = next((one for one in speakers if not one.denies and 0 <= one.start < begins), None)
        if claimant is None or denier.is_other(claimant):
            start = sentence.folded.span(begins, begins + 1)[0]
            return Opposition(sentence, start, denier.words, claimant.words if claimant is not None else None)
    return None


def claimant_of(question: Question, around: Surroundings) -> Speaker | None:
    """Who states a sentence: the first that it names, or who speaks in the quotation that it begins or ends."""
    named = [speaker for speaker, _ in around.speakers(around.at, question)]
    if named:
        return next((speaker for speaker in named if not speaker.denies), None)
    text = around.sentences[around.at].text
    if _is_open(text):
        places = range(around.at + 1, min(around.at + 1 + _QUOTED_TO, len(around.sentences)))
    elif _is_closed(text):
        places = range(around.at - 1, max(around.at - 1 - _QUOTED_FROM, -1), -1)
    else:
        return None
    for at in places:
        told = [speaker for speaker, _ in around.speakers(at, question) if not speaker.denies]
        if told:
            return told[-1]
    return None


def _is_closed(text: str) -> bool:
    """Whether a sentence ends a quotation that it does not begin."""
    straight = text.count('"') % 2 == 1 and text.rstrip(" .").endswith('"')
    return straight or any(text.count(last) > text.count(first) for first, last in _QUOTES)


def _is_open(text: str) -> bool:
    """Whether a sentence begins a quotation that it does not end."""
    straight = text.count('"') % 2 == 1 and text.lstrip().startswith('"')
    return straight or any(text.count(first) > text.count(last) for first, last in _QUOTES)


def _points_back(question: Question, stated: Sentence, denying: Sentence, speaker: Speaker, first: int) -> bool:
    """Whether a denial that begins at a place of its sentence speaks of what was stated."""
    told = set(_told(denying, speaker, first))
    known = {t.key for t in stated.terms} | {key for slot in question.slots for key in (*slot.keys, *slot.near)}
    if not told or (stated is not denying and told & known):
        return True
    table = table_of(denying.language)
    back, reports = table.words("back"), table.words("reports")
    words = [bare(word.text) for word in read_words(denying) if first <= word.start]
    return any(word in back or word in reports for word in words)


def _told(sentence: Sentence, speaker: Speaker, first: int) -> Iterator[str]:
    """The terms of a denial, but for who denies and the verb."""
    verbs = telling_verbs(sentence.folded, sentence.language)
    for term in sentence.terms:
        if term.start < first or term.key in speaker.keys or term.key[0] not in "cns":
            continue
        if not any(start <= term.start < end for start, end in verbs):
            yield term.key
