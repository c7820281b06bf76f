"""Which sentences of the ranked passages are worth reading for an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa_plugin.evidence.reading.orders import asks_of_machines, orders_of
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.evidence.statements.speakers import Voice, earlier, voices
from qa_plugin.language.questions import Question, Weighted
from qa_plugin.language.terms import keys as term_keys
from qa_plugin.records import Hit

_HITS, _SENTENCES = 20, 50
_SHARE = 0.35
"""Sentences below this share of the best one's score are not read."""
_FOLLOWED = 6
"""Sentences whose next one is read too, where the reason is asked for."""


def worth_reading(
    question: Question, hits: Sequence[Hit], according: Sequence[Weighted]
) -> list[tuple[Sentence, tuple[Sentence, ...]]]:
    """The sentences worth reading, best first; where it matters who speaks, each with those right before it.

    Of a named source only what it states, for a yes/no question also what it denies.
    """
    spoken = bool(according) or question.kind == "quote"
    found: list[tuple[Sentence, tuple[Sentence, ...]]] = []
    for score, hit, at in _ranked(question, hits):
        if len(found) >= _SENTENCES:
            break
        span = hit.chunk.sentences[at]
        text = hit.chunk.text[span.start - hit.chunk.start : span.end - hit.chunk.start]
        sentence = read_sentence(hit.info.file_id, span, text, hit.info.language, score)
        before = earlier(hit, at) if spoken else ()
        if not according or _states(sentence, before, hit, according, denials=question.kind == "yesno"):
            found.append((sentence, before))
    return found


def _ranked(question: Question, hits: Sequence[Hit]) -> Iterator[tuple[float, Hit, int]]:
    """Sentences by score and place; what instructs machines is among them only where that is asked after."""
    any_text = asks_of_machines(question)
    orders: dict[int, frozenset[int]] = {}

    def passed_over(hit: Hit, at: int) -> bool:
        if any_text:
            return False
        if id(hit) not in orders:
            orders[id(hit)] = orders_of(hit)
        return at in orders[id(hit)]

    pool = [(score, hit, at) for hit in hits[:_HITS] for at, score in enumerate(hit.sentence_scores)]
    pool.sort(key=lambda row: (-row[0], row[1].info.file_id, row[1].chunk.sentences[row[2]].start))
    worth: list[tuple[float, Hit, int]] = []
    # Orders are looked for only in the passages of sentences that are worth reading.
    for score, hit, at in pool:
        if worth and score < worth[0][0] * _SHARE:
            break
        if not passed_over(hit, at):
            worth.append((score, hit, at))
    yield from worth
    if question.kind != "why":
        return
    # A reason may stand in what comes next, whatever that says.
    known = {(id(hit), at) for _, hit, at in worth}
    for _, hit, at in worth[:_FOLLOWED]:
        behind = at + 1
        if behind < len(hit.sentence_scores) and (id(hit), behind) not in known and not passed_over(hit, behind):
            yield hit.sentence_scores[behind], hit, behind


def _states(
    sentence: Sentence, before: Sequence[Sentence], hit: Hit, according: Sequence[Weighted], *, denials: bool
) -> bool:
    """Whether the named source states the sentence: it is named in it, goes on speaking, or its article is its own."""
    speakers = voices(sentence, before)
    if not denials and _denied_by(speakers, sentence, according):
        return False
    credited = {key for name in hit.info.credits for key in term_keys(name, "en")}
    said = {term.key for term in sentence.terms}
    total = sum(w.weight for w in according)
    return any(
        sum(w.weight for w in according if any(k in known for k in w.slot.keys)) >= 0.5 * total
        for known in (credited, said, *(voice.keys for voice in speakers))
    )


def _denied_by(speakers: Sequence[Voice], sentence: Sentence, according: Sequence[Weighted]) -> bool:
    """Whether the named source denies, or does not confirm, what the sentence itself says of it."""
    return any(
        voice.found.denies and not voice.keys.isdisjoint(key for w in according for key in w.slot.keys)
        for voice in speakers
        if voice.sentence is sentence
    )
