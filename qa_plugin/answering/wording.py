"""The words of extracted claims: numbers and phrases in the question's language, all else as the quote has it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_plugin.evidence.found import Found
from qa_plugin.evidence.sentences import Candidate, Sentence
from qa_plugin.language.folding import cleaned
from qa_plugin.language.phrases import format_quantity, phrase
from qa_plugin.language.questions import NUMERIC, Question
from qa_plugin.language.terms import keys as term_keys
from qa_plugin.records import DraftClaim, Evidence

MAX_CLAIM = 340
"""Characters of a claim that is a whole sentence."""
_CITED, _VOICES = 4, 3
"""Files cited for one value, and different voices that state it."""


def claims_of(question: Question, found: Sequence[Found], *, together: bool = False) -> tuple[DraftClaim, ...]:
    """One claim for what is stated outright, and one for each who is only said to state it; `together` makes it one.

    A name or a date is the same whoever says it; of its forms the one in the reader's script stands in the answer.
    """
    group = _agreeing([f.candidate for f in found if f.candidate is not None])
    if question.kind not in NUMERIC:
        readable = sorted(group, key=lambda c: -_familiar(question, c.sentence.language))
        return (claim_of(question, readable, first=True),)
    if together:
        return (claim_of(question, group, first=True),)
    by_source: dict[str | None, list[Candidate]] = {}
    for candidate in group:
        by_source.setdefault(candidate.attributed_to, []).append(candidate)
    order = sorted(by_source, key=lambda name: name is not None)
    return tuple(claim_of(question, by_source[name], first=at == 0) for at, name in enumerate(order[:_VOICES]))


def claim_of(question: Question, candidates: Sequence[Candidate], *, first: bool) -> DraftClaim:
    """The claim that these candidates make together; `first` begins it with a capital letter."""
    best = candidates[0]
    text = _words(question, best)
    attributed = best.attributed_to if question.kind in NUMERIC else None
    if attributed:
        text = phrase(question.language, "according", s=text, x=cleaned(attributed))
    evidence = tuple(Evidence(c.sentence.file_id, c.sentence.span.start, c.sentence.span.end) for c in candidates)
    value = best.quantity.value if best.quantity is not None and not best.quantity.vague else None
    return DraftClaim(text[:1].upper() + text[1:] if first else text, evidence, value, attributed)


def sentence_claim(sentence: Sentence) -> DraftClaim:
    """A whole sentence as the claim."""
    text = " ".join(cleaned(sentence.text).split())
    if len(text) > MAX_CLAIM:
        text = text[:MAX_CLAIM].rsplit(" ", 1)[0] + "…"
    return DraftClaim(text, (Evidence(sentence.file_id, sentence.span.start, sentence.span.end),))


def _familiar(question: Question, language: str) -> float:
    """Among equals the reader's own language and script come first."""
    if language == question.language:
        return 2.0
    arabic = {"ar", "fa"}
    return 1.0 if (language in arabic) == (question.language in arabic) else 0.0


def _agreeing(found: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate and those of other files that state the same, one a file and attribution."""
    chosen: list[Candidate] = []
    files: set[int] = set()
    for item in found:
        if item.sentence.file_id in files or (chosen and not same(chosen[0], item)):
            continue
        chosen.append(item)
        files.add(item.sentence.file_id)
    return chosen[:_CITED]


def same(first: Candidate, second: Candidate) -> bool:
    """Whether two candidates give the same answer in so many words."""
    if first.quantity is not None and second.quantity is not None:
        one, two = (q.in_base(q.value) for q in (first.quantity, second.quantity))
        return (
            abs(one - two) <= 1e-9 * max(abs(one), abs(two), 1.0)
            and first.quantity.dimension == second.quantity.dimension
            and first.quantity.vague == second.quantity.vague
        )
    mine = set(term_keys(first.words, first.sentence.language))
    return bool(mine & set(term_keys(second.words, second.sentence.language)))


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
