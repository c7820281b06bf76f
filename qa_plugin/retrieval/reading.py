"""The best passages, read: does a sentence hold what was asked for, near what was asked of?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.folding import fold_text
from qa_plugin.language.questions import TYPED, Question, Weighted, gives
from qa_plugin.records import Hit
from qa_plugin.retrieval import shares


def read_closely(question: Question, slots: Sequence[Weighted], hits: Sequence[Hit]) -> list[Hit]:
    """Rank passages anew by what their best sentences hold."""
    if not hits:
        return []
    least = shares.CLOSE_SHARE * max(max(hit.sentence_scores) for hit in hits)
    # A sentence that is not read must not gain by that over those that are.
    unread = -shares.WITHOUT if _has_values(question) else 0.0
    read: list[Hit] = []
    for hit in hits:
        best, closest = hit.best, -1.0
        for at, (span, score) in enumerate(zip(hit.chunk.sentences, hit.sentence_scores, strict=True)):
            found = score + (_holds(question, slots, hit, at, score) if score >= least else unread)
            if found > closest:
                closest, best = found, span
        read.append(replace(hit, score=hit.score + closest - max(hit.sentence_scores), best=best))
    read.sort(key=lambda hit: (-hit.score, hit.info.source, hit.chunk.start))
    return read


def _has_values(question: Question) -> bool:
    """Whether a value answers, which is found where it stands; that a name is missing is less sure."""
    return question.kind in TYPED and question.kind not in {"who", "where"}


def _holds(question: Question, slots: Sequence[Weighted], hit: Hit, at: int, score: float) -> float:
    """What a typed answer in one sentence of a passage adds to its score."""
    span = hit.chunk.sentences[at]
    text = hit.chunk.text[span.start - hit.chunk.start : span.end - hit.chunk.start]
    loss = shares.HEADLINE if text == hit.info.title else 0.0
    if question.kind not in TYPED:
        return shares.MARKED * gives(question.kind, fold_text(text), hit.info.language) - loss
    sentence = read_sentence(hit.info.file_id, span, text, hit.info.language, score, hit.chunk.terms[at])
    fits = [candidate.fit - score for candidate in find_candidates(question, slots, sentence)]
    if not fits:
        return -loss - (shares.WITHOUT if _has_values(question) else 0.0)
    return shares.CLOSE_WEIGHT * max(min(max(fits), shares.CLOSE_CAP), 0.0) - loss
