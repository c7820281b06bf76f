"""Whether a sentence speaks of another place or time than the one that answers does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date

from qa_plugin.evidence.counting.found import Found, quantity_of
from qa_plugin.evidence.naming.named import Name, find_names
from qa_plugin.evidence.reading.cues import Cue
from qa_plugin.evidence.reading.days import day_of
from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.evidence.reading.words import has, read_words
from qa_plugin.language.attribution import find_attributions
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.questions import Question
from qa_plugin.language.resolution import find_dated

_KIND_BEFORE = 3
"""Words before a name that may tell its kind: "the neighbouring province of …"."""
_LONG_AGO = 31
"""Days between an article and the end of a year that is over for it: early in January the last one is not."""


def in_same_scene(question: Question, best: Found, found: Sequence[Found]) -> list[Found]:
    """The statements but for those of another value that the article of the best one tells of another place or time.

    A sentence that says the place which is asked of is of no other one.
    """
    asked = {key for slot in question.slots for key in slot.keys}
    known = asked | {term.key for term in best.sentence.terms}

    old = of_old(question, best)

    def apart(other: Found) -> bool:
        if other.sentence.file_id != best.sentence.file_id or other.sentence.span == best.sentence.span:
            return False
        if other.frame is not None and {"former", "denied", "corrected"} & other.frame.names:
            return False
        if quantity_of(best).agrees(quantity_of(other)):
            return False
        return elsewhere(other.sentence, asked, known) or old or bool(_years_over(other) - _years_over(best))

    return [f for f in found if f is best or f.candidate is None or f.candidate.quantity is None or not apart(f)]


def of_another_place(question: Question, best: Found) -> Callable[[Found], bool]:
    """What tells of a statement that its sentence names a place which neither the best one's nor the question names."""
    asked = {key for slot in question.slots for key in slot.keys}
    known = asked | {term.key for term in best.sentence.terms}
    return lambda other: elsewhere(other.sentence, asked, known)


def elsewhere(sentence: Sentence, asked: Set[str], known: Set[str]) -> bool:
    """Whether a sentence names a place of which no word is `known`, or speaks of a neighbour, and no place `asked` of.

    Who speaks may be of any place.
    """
    speakers = [(one.start, one.end) for one in find_attributions(sentence.folded, sentence.language)]
    places = [n for n in _places(sentence) if not _within(n.start, n.end, speakers)]
    beside = any(
        term.key[0] == "c"
        and term.key not in known
        and concept_name(int(term.key[1:])) in _NEXT
        and not _within(term.start, term.end, speakers)
        for term in sentence.terms
    )
    if beside or any(asked & _keys(sentence, name) for name in places):
        return beside
    return any(known.isdisjoint(_keys(sentence, name)) for name in places)


_NEXT = frozenset({"adjacent", "neighbour"})
"""Concepts that tell a place by the one that was spoken of."""


def _within(start: int, end: int, places: Sequence[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in places)


def of_old(question: Question, told: Found) -> bool:
    """Whether a sentence tells of a year long over that the question does not name."""
    asked = find_dated(question.text, question.language, day_of(told.published))
    return bool(_years_over(told) - {(m.first, m.last) for m in asked})


def _years_over(told: Found) -> set[tuple[date, date]]:
    """Times that a sentence names and that lie in a year before that of its article."""
    day = day_of(told.published)
    if day is None:
        return set()
    return {
        (m.first, m.last)
        for m in find_dated(told.sentence.text, told.sentence.language, day)
        if m.first is not None and m.last is not None and m.last.year < day.year and (day - m.last).days > _LONG_AGO
    }


def _places(sentence: Sentence) -> Iterator[Name]:
    """The places that a sentence names; also what only the word for its kind tells to be one."""
    for name in find_names(sentence):
        if name.kind == "place" or (name.kind == "unknown" and _behind_kind(sentence, name)):
            yield name


def _behind_kind(sentence: Sentence, name: Name) -> bool:
    words = [word for word in read_words(sentence) if word.end <= name.start]
    return any(has(word, Cue.PLACE_TYPE) for word in words[-_KIND_BEFORE:])


def _keys(sentence: Sentence, name: Name) -> set[str]:
    return {t.key for t in sentence.terms if name.start <= t.start and t.end <= name.end}
