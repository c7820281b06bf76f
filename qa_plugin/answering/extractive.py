"""Answers without a language model: the value, date or name that the best sentences state, or the sentence itself.

Nothing is generated: numbers, comparators and "according to" stand in the question's language from a table of phrases,
all else in the words of the quote. What the sentences do not carry is `not_in_sources`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa_plugin.answering.confidence import confidence, signals
from qa_plugin.language.candidates import Candidate, Sentence, attribution_of, find_candidates, read_sentence
from qa_plugin.language.folding import cleaned
from qa_plugin.language.phrases import format_quantity, phrase
from qa_plugin.language.questions import NUMERIC, TYPED, Question, Weighted
from qa_plugin.language.terms import keys as term_keys
from qa_plugin.records import Draft, DraftClaim, Evidence, Hit

MAX_CLAIM = 340
"""Characters of a claim that is a whole sentence."""
_HITS, _SENTENCES = 25, 60
_SENTENCE_SHARE = 0.35
"""Sentences below this share of the best one's score are not read."""
_ANSWERED = 0.3
"""Confidence below which nothing is answered; chosen by the curve that `python -m eval` prints."""
_AGREE, _RIVAL = 0.5, 0.1
"""How far behind the best a candidate may be to stand beside it, or against it."""
_CITED = 4
_MAY_MISS = 0.1
"""Share of the question's weight that a second sentence may leave out and still speak of the same thing."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate with where it comes from."""

    candidate: Candidate
    published: str | None
    language: str


def answer(question: Question, hits: Sequence[Hit], slots: Sequence[Weighted], according: Sequence[Weighted]) -> Draft:
    """Draft an answer from ranked passages; the claims are still to be verified."""
    sentences = _sentences(question, hits, according)
    if not sentences or not slots:
        return Draft("not_in_sources")
    published = {hit.info.file_id: hit.info.published for hit in hits}
    held = {hit.info.file_id: hit.article_keys for hit in hits}
    found = [
        _Found(candidate, published[sentence.file_id], sentence.language)
        for sentence in sentences
        for candidate in find_candidates(question, slots, sentence)
    ]
    if question.kind in TYPED:
        found.sort(
            key=lambda f: (
                -round(f.candidate.fit + _familiar(question, f.language), 6),
                f.candidate.sentence.file_id,
            )
        )
        if found:
            return _typed(question, found, slots, held)
        if question.kind in NUMERIC:
            return Draft("not_in_sources")
    return _whole(question, sentences, slots, held)


def _familiar(question: Question, language: str) -> float:
    """Among equals the reader's own language and script come first."""
    if language == question.language:
        return 0.03
    arabic = {"ar", "fa"}
    return 0.02 if (language in arabic) == (question.language in arabic) else 0.0


def _sentences(question: Question, hits: Sequence[Hit], according: Sequence[Weighted]) -> list[Sentence]:
    """The sentences worth reading, best first; where a source is named, only what it states."""
    pool = [(score, hit, at) for hit in hits[:_HITS] for at, score in enumerate(hit.sentence_scores)]
    pool.sort(key=lambda row: (-row[0], row[1].info.file_id, row[1].chunk.sentences[row[2]].start))
    if not pool:
        return []
    least = pool[0][0] * _SENTENCE_SHARE
    found: list[Sentence] = []
    for score, hit, at in pool:
        if score < least or len(found) >= _SENTENCES:
            break
        span = hit.chunk.sentences[at]
        text = hit.chunk.text[span.start - hit.chunk.start : span.end - hit.chunk.start]
        sentence = read_sentence(hit.info.file_id, span, text, hit.info.language, score)
        if not according or _states(sentence, hit, according):
            found.append(sentence)
    return found


def _states(sentence: Sentence, hit: Hit, according: Sequence[Weighted]) -> bool:
    """Whether the named source states the sentence: it is named in it, or its article is credited to it."""
    credited = {key for name in hit.info.credits for key in term_keys(name, "en")}
    said = {term.key for term in sentence.terms}
    total = sum(w.weight for w in according)
    return any(
        sum(w.weight for w in according if any(k in known for k in w.slot.keys)) >= 0.5 * total
        for known in (credited, said)
    )


# ---------------------------------------------------------------- typed answers


def _typed(
    question: Question, found: Sequence[_Found], slots: Sequence[Weighted], held: Mapping[int, frozenset[str]]
) -> Draft:
    best = found[0]
    sentence = best.candidate.sentence
    sure = confidence(signals(question, slots, sentence, held[sentence.file_id], best.candidate), typed=True)
    if sure < _ANSWERED:
        return Draft("not_in_sources", confidence=sure)
    with_attribution = [
        replace(f, candidate=replace(f.candidate, attributed_to=attribution_of(f.candidate.sentence, question)))
        for f in found
        if f.candidate.fit >= best.candidate.fit - _AGREE
        and _speaks_of_it(question, slots, f.candidate, best.candidate)
    ]
    rivals = _rivals(question, with_attribution)
    if rivals and question.kind in NUMERIC:
        return _disputed(question, with_attribution, rivals, sure)
    claims = _claims(question, _agreeing(with_attribution))
    return Draft("answered", claims, confidence=sure)


def _speaks_of_it(question: Question, slots: Sequence[Weighted], candidate: Candidate, best: Candidate) -> bool:
    """Whether a sentence says of the question itself what the best one does.

    A number may stand beside the best one when the rest of the sentence says less; a name or date only where its
    sentence names the same people and things: who else was met in the same town is another matter.
    """
    if question.kind in NUMERIC or candidate is best:
        return candidate.focused or not best.focused
    said = {t.key for t in candidate.sentence.terms}
    by_best = {t.key for t in best.sentence.terms}
    total = sum(w.weight for w in slots) or 1.0
    missing = [w.weight for w in slots if by_best & set(w.slot.keys) and not said & set(w.slot.keys)]
    return sum(missing) <= _MAY_MISS * total


def _same(first: Candidate, second: Candidate) -> bool:
    """Whether two candidates give the same answer in so many words."""
    if first.quantity is not None and second.quantity is not None:
        same_value = abs(first.quantity.value - second.quantity.value) < 1e-6
        return (
            same_value
            and first.quantity.dimension == second.quantity.dimension
            and first.quantity.vague == second.quantity.vague
        )
    mine = set(term_keys(first.words, first.sentence.language))
    return bool(mine & set(term_keys(second.words, second.sentence.language)))


def _agreeing(found: Sequence[_Found]) -> list[_Found]:
    """The best candidate and those of other files that state the same, one a file and attribution."""
    chosen: list[_Found] = []
    files: set[int] = set()
    for item in found:
        if item.candidate.sentence.file_id in files or (chosen and not _same(chosen[0].candidate, item.candidate)):
            continue
        chosen.append(item)
        files.add(item.candidate.sentence.file_id)
    return chosen[:_CITED]


def _claims(question: Question, group: Sequence[_Found]) -> tuple[DraftClaim, ...]:
    """One claim for what is stated outright, and one for each who is only said to state it.

    A name or a date is the same whoever says it; of its forms the one in the reader's script stands in the answer.
    """
    candidates = [item.candidate for item in group]
    if question.kind not in NUMERIC:
        readable = sorted(group, key=lambda f: -_familiar(question, f.language))
        return (_claim(question, [f.candidate for f in readable], first=True),)
    by_source: dict[str | None, list[Candidate]] = {}
    for candidate in candidates:
        by_source.setdefault(candidate.attributed_to, []).append(candidate)
    order = sorted(by_source, key=lambda name: name is not None)
    return tuple(_claim(question, by_source[name], first=at == 0) for at, name in enumerate(order[:2]))


def _claim(question: Question, candidates: Sequence[Candidate], *, first: bool) -> DraftClaim:
    best = candidates[0]
    text = _words(question, best)
    attributed = best.attributed_to if question.kind in NUMERIC else None
    if attributed:
        text = phrase(question.language, "according", s=text, x=cleaned(attributed))
    evidence = tuple(Evidence(c.sentence.file_id, c.sentence.span.start, c.sentence.span.end) for c in candidates)
    value = best.quantity.value if best.quantity is not None and not best.quantity.vague else None
    return DraftClaim(text[:1].upper() + text[1:] if first else text, evidence, value, attributed)


def _words(question: Question, candidate: Candidate) -> str:
    """The answer itself: a number in the reader's language, a name or date in the words of the quote."""
    quantity = candidate.quantity
    if quantity is None:
        return cleaned(candidate.words)
    unit_words = ""
    if quantity.unit is not None and quantity.end > quantity.number_end:
        start, end = candidate.sentence.folded.span(quantity.number_end, quantity.end)
        unit_words = re.sub(r"^[\s-]*(?:de |d['’])?", "", cleaned(candidate.sentence.text[start:end])).strip()
    return format_quantity(quantity, question.language, unit_words=unit_words) or cleaned(candidate.words)


# ---------------------------------------------------------------- disagreement


def _rivals(question: Question, found: Sequence[_Found]) -> list[_Found]:
    """Candidates that fit as well as the best and cannot be true beside it: first of each such value."""
    best = found[0].candidate
    if best.quantity is None or not best.focused or best.quantity.vague:
        return []
    rivals: list[_Found] = []
    for item in found[1:]:
        candidate = item.candidate
        quantity = candidate.quantity
        if quantity is None or not candidate.focused or quantity.vague or candidate.fit < best.fit - _RIVAL:
            continue
        same_place = (
            candidate.sentence.file_id == best.sentence.file_id and candidate.attributed_to == best.attributed_to
        )
        if same_place or quantity.agrees(best.quantity) or not _as_well(candidate, best):
            continue
        if all(not (r.candidate.quantity and r.candidate.quantity.agrees(quantity)) for r in rivals):
            rivals.append(item)
    return rivals[:3]


def _as_well(candidate: Candidate, best: Candidate) -> bool:
    """Whether a rival's sentence itself covers the question, as the best one's does."""
    return candidate.sentence.score >= 0.8 and best.sentence.score >= 0.8


def _disputed(question: Question, found: Sequence[_Found], rivals: Sequence[_Found], sure: float) -> Draft:
    """The latest dated value with the others as history; positions where nothing tells which is later."""
    sides = [found[0], *rivals]
    dates = [side.published for side in sides]
    if all(dates) and len(set(dates)) == len(dates):
        sides.sort(key=lambda side: side.published or "", reverse=True)
        latest = _claims(question, _agreeing([sides[0], *(f for f in found if f is not sides[0])]))
        history = tuple(_claim(question, [side.candidate], first=True) for side in sides[1:])
        return Draft("answered", latest, history=history, confidence=sure)
    positions = tuple(_claims(question, _agreeing([side, *(f for f in found if f is not side)]))[0] for side in sides)
    return Draft("conflicting", (), conflicting=positions, confidence=sure, about=question.text)


# ---------------------------------------------------------------- whole sentences


def _whole(
    question: Question,
    sentences: Sequence[Sentence],
    slots: Sequence[Weighted],
    held: Mapping[int, frozenset[str]],
) -> Draft:
    best = max(sentences, key=lambda s: s.score + _familiar(question, s.language))
    sure = confidence(signals(question, slots, best, held[best.file_id], None), typed=False)
    if sure < _ANSWERED:
        return Draft("not_in_sources", confidence=sure)
    text = " ".join(cleaned(best.text).split())
    if len(text) > MAX_CLAIM:
        text = text[:MAX_CLAIM].rsplit(" ", 1)[0] + "…"
    evidence = (Evidence(best.file_id, best.span.start, best.span.end),)
    return Draft("answered", (DraftClaim(text, evidence),), confidence=sure)
