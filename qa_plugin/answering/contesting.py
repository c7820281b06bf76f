"""A statement and its denial, or two causes of one thing, as the two positions that they are."""

from __future__ import annotations

from collections.abc import Sequence

from qa_plugin.answering.wording import sentence_claim
from qa_plugin.evidence.comparing.causes import cause_before, names_cause, other_cause
from qa_plugin.evidence.comparing.denials import Opposition, denied_at_once
from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.language.folding import cleaned
from qa_plugin.language.questions import Question
from qa_plugin.records import Draft, DraftClaim, Evidence, Hit

_STATEMENTS = 4
"""The likeliest statements, of which one may be denied at once."""


def contested(question: Question, statements: Sequence[Sentence], hits: Sequence[Hit], sure: float) -> Draft | None:
    """Both positions of the likeliest statement that another than its speaker denies at once.

    Asked why, it may be another cause that they name. None where all agree.
    """
    if question.according:  # whoever names a source asks for its position
        return None
    for sentence in statements[:_STATEMENTS]:
        other = None
        if question.kind == "why":
            if not names_cause(sentence):
                found = cause_before(question, sentence, hits)
                if found is None:
                    continue
                return Draft("conflicting", (), conflicting=_positions(*found), confidence=sure, about=question.text)
            other = other_cause(question, sentence, hits)
        other = other or denied_at_once(question, sentence, hits)
        if other is not None:
            positions = _positions(sentence, other)
            return Draft("conflicting", (), conflicting=positions, confidence=sure, about=question.text)
    return None


def _positions(stated: Sentence, other: Opposition) -> tuple[DraftClaim, DraftClaim]:
    """Each in the words of its sentence, or of its part of the one that both share."""
    if not other.start:
        first, second = sentence_claim(stated), sentence_claim(other.sentence)
        return _by(first.text, stated, other.claimed_by), _by(second.text, other.sentence, other.by)
    before, behind = stated.text[: other.start], stated.text[other.start :]
    claim, answer = _trimmed(before) + ".", _trimmed(behind)
    return _by(claim, stated, other.claimed_by), _by(answer[:1].upper() + answer[1:], stated, other.by)


def _by(text: str, sentence: Sentence, who: str | None) -> DraftClaim:
    return DraftClaim(text, (Evidence(sentence.file_id, sentence.span.start, sentence.span.end),), attributed_to=who)


def _trimmed(text: str) -> str:
    return " ".join(cleaned(text).split()).strip(" ,;:،؛–—-")
