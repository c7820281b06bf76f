"""The words of extracted claims: numbers and phrases in the question's language, all else as the quote has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.naming.bodies import same_body
from qa_plugin.evidence.reading.sentences import Candidate, Sentence
from qa_plugin.language.folding import cleaned
from qa_plugin.language.phrases import format_quantity, phrase
from qa_plugin.language.questions import NUMERIC, Question
from qa_plugin.language.terms import keys as term_keys
from qa_plugin.language.weekdays import format_day, weekday_name, weekday_of
from qa_plugin.records import DraftClaim, Evidence

MAX_CLAIM = 340
"""Characters of a claim that is a whole sentence."""
_CITED, _VOICES = 4, 3
"""Files cited for one value, and different voices that state it."""


def claims_of(question: Question, found: Sequence[Found], *, together: bool = False) -> tuple[DraftClaim, ...]:
    """One claim for what is told, and one for each who merely claims it; `together` makes it one.

    A value is printed once: who states it is named where it is one body alone, in however many languages.

    A name or a date is the same whoever says it; of its forms the one in the reader's script stands in the answer.
    """
    group = _agreeing([f.candidate for f in found if f.candidate is not None])
    if question.kind not in NUMERIC:
        readable = sorted(group, key=lambda c: -_familiar(question, c.sentence.language))
        return (claim_of(question, [c for c in readable if not _of_another_day(readable[0], c)], first=True),)
    if together:
        return (claim_of(question, group, first=True),)
    told = [candidate for candidate in group if not candidate.claimed]
    voices = [*_said_once(told), *_by_body([candidate for candidate in group if candidate.claimed])]
    return tuple(
        claim_of(question, _called_familiarly(question, voice), first=at == 0)
        for at, voice in enumerate(voices[:_VOICES])
    )


def _said_once(told: Sequence[Candidate]) -> list[list[Candidate]]:
    """What is told as it is, which is one claim: of a body if that alone states it, else of nobody."""
    bodies = _by_body(told)
    if len(bodies) < 2:
        return bodies
    outright = [candidate for candidate in told if candidate.attributed_to is None]
    first = outright or told[:1]
    rest = [candidate for candidate in told if candidate not in first]
    return [[replace(first[0], attributed_to=None), *first[1:], *rest]]


def _by_body(stated: Sequence[Candidate]) -> list[list[Candidate]]:
    """Statements by who states them, however their sentences call one body."""
    bodies: list[list[Candidate]] = []
    for candidate in stated:
        home = next((body for body in bodies if _one_body(body[0], candidate)), None)
        if home is None:
            bodies.append([candidate])
        else:
            home.append(candidate)
    return bodies


def _called_familiarly(question: Question, body: Sequence[Candidate]) -> list[Candidate]:
    """The statements of one body, the first of which calls it by its name in the reader's language or script."""
    names = [candidate for candidate in body if candidate.attributed_to is not None]
    if not names or body[0].attributed_to is None:
        return list(body)
    nearest = max(names, key=lambda c: _familiar(question, c.sentence.language))
    return [replace(body[0], attributed_to=nearest.attributed_to), *body[1:]]


def _one_body(one: Candidate, other: Candidate) -> bool:
    if one.attributed_to is None or other.attributed_to is None:
        return one.attributed_to is other.attributed_to
    return same_body(one.attributed_to, one.sentence.language, other.attributed_to, other.sentence.language)


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
        return _day(question, candidate) or cleaned(candidate.words)
    unit_words = ""
    if quantity.unit is not None and quantity.end > quantity.number_end:
        start, end = candidate.sentence.folded.span(quantity.number_end, quantity.end)
        unit_words = re.sub(r"^[\s-]*(?:de |d['’])?", "", cleaned(candidate.sentence.text[start:end])).strip()
    return format_quantity(quantity, question.language, unit_words=unit_words) or cleaned(candidate.words)


def _of_another_day(one: Candidate, other: Candidate) -> bool:
    """Whether two dates in the same words, as days of the week may be, come to two days."""
    days = [c.date.first if c.date is not None and c.date.is_whole else None for c in (one, other)]
    return None not in days and days[0] != days[1]


def _day(question: Question, candidate: Candidate) -> str | None:
    """A bare day of the week with the date that it comes to by that of its report, in the reader's language."""
    weekday = weekday_of(candidate.words) if candidate.date is not None else None
    if candidate.date is None or weekday is None:
        return None
    day = candidate.date.first if candidate.date.is_whole else None
    return weekday_name(weekday, question.language) if day is None else format_day(day, question.language)
