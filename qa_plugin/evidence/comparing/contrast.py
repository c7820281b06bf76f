"""Numbers that somebody else sets against the one that answers, in its sentence or in those around it.

"The director says 31 pieces are gone. The inspector says 27": what the second counts is told by the first alone. So
less is asked of it than of a rival elsewhere: another speaker, the same frame, no noun or the same one, and no other
day, place or fate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from qa_plugin.evidence.comparing.alike import is_former
from qa_plugin.evidence.counting.counted import Counted, counted
from qa_plugin.evidence.counting.found import Found, quantity_of
from qa_plugin.evidence.counting.frames import frame
from qa_plugin.evidence.counting.scenes import elsewhere, of_old
from qa_plugin.evidence.naming.named import find_names
from qa_plugin.evidence.reading.clauses import grammar, named_concepts, person_keys, read_clauses, state_group
from qa_plugin.evidence.reading.days import day_of
from qa_plugin.evidence.reading.sentences import Candidate, Sentence
from qa_plugin.evidence.statements.surroundings import Speaker, Surroundings
from qa_plugin.language.attribution import telling_verbs
from qa_plugin.language.folding import bare
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.quantities import NO_QUANTITY, Quantity
from qa_plugin.language.questions import Question
from qa_plugin.language.resolution import find_dated
from qa_plugin.records import Hit

_BEFORE, _BEHIND = 1, 2
"""Sentences around the one that answers in which somebody may be set against it."""
_APART = frozenset({"part", "new", "rate", "planned", "difference", "out_of"})
_GONE = frozenset({"former", "denied", "corrected"})
_MOST = 12.0
"""How many times the one number the other may be: who counts the same differs by less."""
_ANCHORS = 8
_NEVER_LEFT_OUT = frozenset({"age", "duration", "percent", "fraction", "temperature"})
_AT_ONCE = 8
"""Characters from a verb of saying to the number that it leads to."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A statement of the answer, with what stands around it."""

    found: Found
    around: Surroundings
    speaker: Speaker | None


def set_against(
    question: Question, statements: Sequence[Found], found: Sequence[Found], hits: Sequence[Hit]
) -> list[Found]:
    """The numbers that others state against those of `statements`, each with who states it.

    The statements all tell the same value, the likeliest first; of those whose article sets a number against them, they
    are given back too, with their speakers. So are others of that value that were `found`.
    """
    known = [*statements, *_echoes(statements, found)]
    against: list[Found] = []
    for anchor in _anchors(question, known, hits):
        rivals = list(_rivals(question, anchor))
        if rivals:
            told = anchor.found
            who = anchor.speaker.words if anchor.speaker is not None else None
            against += [_by(told, who), *rivals]
    return against


def _echoes(statements: Sequence[Found], found: Sequence[Found]) -> Iterator[Found]:
    """Statements of the same value in other articles, or in other words."""
    best = quantity_of(statements[0])
    places = {(f.sentence.file_id, f.sentence.span.start) for f in statements}
    for other in found:
        if other.candidate is None or other.candidate.quantity is None:
            continue
        same = other.candidate.quantity.dimension == best.dimension and other.candidate.quantity.value == best.value
        here = (other.sentence.file_id, other.sentence.span.start)
        if same and here not in places and not (other.signals.get("another_day") or other.signals.get("counts_other")):
            yield other


def _anchors(question: Question, statements: Sequence[Found], hits: Sequence[Hit]) -> Iterator[_Anchor]:
    for told in statements[:_ANCHORS]:
        if is_former(told) or quantity_of(told).vague or of_old(question, told):
            continue
        around = Surroundings.of(told.sentence, hits, before=_BEFORE, behind=_BEHIND)
        head = told.counted.head if told.counted is not None else None
        place = quantity_of(told).number_start
        yield _Anchor(told, around, around.speaker(around.at, place, question, head))


def _by(told: Found, who: str | None) -> Found:
    assert told.candidate is not None  # noqa: S101 - typed only
    return replace(told, candidate=replace(told.candidate, attributed_to=who or told.candidate.attributed_to))


def _rivals(question: Question, anchor: _Anchor) -> Iterator[Found]:
    sentences = anchor.around.sentences
    for at in range(max(anchor.around.at - _BEFORE, 0), len(sentences)):
        for quantity in sentences[at].quantities:
            rival = _rival(question, anchor, at, quantity)
            if rival is not None:
                yield rival


def _rival(question: Question, anchor: _Anchor, at: int, quantity: Quantity) -> Found | None:
    told, sentence = anchor.found, anchor.around.sentences[at]
    mine = quantity_of(told)
    stated = _as_meant(question, mine, quantity)
    if stated is None or not _may_differ(_as_meant(question, stated, mine) or mine, stated):
        return None
    counts = counted(sentence, quantity)
    speaker = anchor.around.speaker(at, quantity.number_start, question, counts.head)
    if speaker is None or (anchor.speaker is not None and not speaker.is_other(anchor.speaker)):
        return None
    bare_number = _is_bare(sentence, counts)
    if bare_number and at != anchor.around.at and _goes_with_another(anchor, at):
        return None
    if anchor.speaker is None and not (
        bare_number and at > anchor.around.at and _names_nobody(told, sentence, speaker)
    ):
        return None
    if not _same_frame(told, sentence, quantity, bare_number=bare_number):
        return None
    if not (
        _counts_no_more(question, told, counts)
        if bare_number
        else _counts_same(question, told, sentence, counts, speaker)
    ):
        return None
    if _of_another_day(told, sentence) or _elsewhere(question, told, sentence, speaker):
        return None
    candidate = Candidate(sentence, quantity.start, quantity.end, 0.0, stated, speaker.words)
    how = frame(sentence, quantity)
    return Found(sentence, candidate, told.signals, told.rank, told.published, counted=counts, frame=how)


def _as_meant(question: Question, mine: Quantity, other: Quantity) -> Quantity | None:
    """The number in the unit that it leaves to the one before it: "3.2 million euros …, X says 2.75 million"."""
    if other.kind in NO_QUANTITY or other.weak or other.vague:
        return None
    if other.dimension == mine.dimension:
        return other
    if other.unit is None and other.kind == "count" and mine.unit is not None:
        return None if mine.kind in _NEVER_LEFT_OUT else replace(other, unit=mine.unit, kind=mine.kind)
    left_out = mine.unit is None and mine.kind == "count" and other.kind == "money"
    return other if left_out and question.kind == "money" else None


def _may_differ(mine: Quantity, other: Quantity) -> bool:
    one, two = abs(mine.in_base(mine.value)), abs(other.in_base(other.value))
    return not mine.agrees(other) and 0 < max(one, two) <= _MOST * min(one, two)


def _is_bare(sentence: Sentence, counts: Counted) -> bool:
    """Whether no noun stands with a number but one of an earlier number: a verb of saying may be read as one."""
    if counts.head is None or (counts.elliptic and counts.antecedent):
        return True
    return any(start <= counts.head[0] < end for start, end in telling_verbs(sentence.folded, sentence.language))


def _goes_with_another(anchor: _Anchor, at: int) -> bool:
    """Whether a number without a noun stands in a sentence before the one that answers and is said of something else.

    So it is behind that one where another noun is counted between them.
    """
    if at < anchor.around.at:
        # "The ministry puts the losses at 12 million. The union says the losses are 30 million."
        told = anchor.found.counted
        return told is None or anchor.around.sentences[at].keys.isdisjoint(told.keys)
    return any(
        quantity.kind == "count" and not quantity.weak and not _is_bare(sentence, counted(sentence, quantity))
        for sentence in anchor.around.sentences[anchor.around.at + 1 : at]
        for quantity in sentence.quantities
    )


def _same_frame(told: Found, sentence: Sentence, quantity: Quantity, *, bare_number: bool) -> bool:
    mine = told.frame.names if told.frame is not None else frozenset()
    theirs = _frame_names(sentence, quantity)
    if bare_number and _led_to(sentence, quantity):
        theirs -= {"part"}  # "he counted only 270 of them"
    if _GONE & (mine | theirs):
        return False
    # In one sentence the second speaker need not repeat that it is of a year, or still to come.
    goes_on = bare_number or sentence.span == told.sentence.span
    return theirs & _APART <= mine & _APART if goes_on else theirs & _APART == mine & _APART


def _frame_names(sentence: Sentence, quantity: Quantity) -> frozenset[str]:
    """The traits of a number, but for those that a verb of saying only seems to tell: "corrects the ministry"."""
    verbs = telling_verbs(sentence.folded, sentence.language)
    return frozenset(
        flag.name
        for flag in frame(sentence, quantity).flags
        if flag.name == "denied" or not any(start < flag.end and flag.start < end for start, end in verbs)
    )


def _led_to(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether a number is what a verb of saying leads to at once, and no clause."""
    text, breaks = sentence.folded.text, grammar(sentence.language).words("breaks")
    return any(
        0 <= quantity.number_start - end <= _AT_ONCE
        and not any(bare(word) in breaks for word in text[end : quantity.number_start].split())
        for _, end in telling_verbs(sentence.folded, sentence.language)
    )


def _names_nobody(told: Found, sentence: Sentence, speaker: Speaker) -> bool:
    """Whether a sentence names nothing that the one before it does not name, but who speaks."""
    said = {t.key for t in told.sentence.terms} | speaker.keys
    return all(
        said & {t.key for t in sentence.terms if name.start <= t.start and t.end <= name.end}
        for name in find_names(sentence)
    )


def _counts_no_more(question: Question, told: Found, counts: Counted) -> bool:
    """Whether a number without its noun says nothing of those it counts that was not said or asked."""
    states = set(map(state_group, counts.state))
    known = (*told.counted.keys, *told.counted.antecedent) if told.counted is not None else ()
    if counts.antecedent and known and set(counts.antecedent).isdisjoint(known):
        return False
    return states <= _states(question, told)


def _counts_same(question: Question, told: Found, sentence: Sentence, counts: Counted, speaker: Speaker) -> bool:
    """Whether a number counts the noun of the other one or of the question, and says no more of it than is known.

    A speaker who stands right before the noun, as behind an Arabic verb, says nothing of it.
    """
    mine = set(told.counted.keys) if told.counted is not None else set()
    asked = {key for slot in question.focus for key in (*slot.keys, *slot.near)}
    said = {key for slot in question.slots for key in (*slot.keys, *slot.near)} | {t.key for t in told.sentence.terms}
    nouns = set(counts.keys)
    persons = set(person_keys())
    same = bool(nouns & (mine | asked)) or (counts.unit is not None and bool(nouns & said))
    same = same or bool(nouns & persons and (mine & persons or asked & persons))
    if told.counted is not None and told.counted.state and not counts.state and nouns <= persons:
        # "52 people were hurt … 9 people had to be cut free": what became of people is not left out but for this.
        same = same and not _says_more(sentence, counts, said | speaker.keys)
    told_more = {key for key in counts.modifiers if key[0] == "c" and not _plainly(key)} - said - nouns - speaker.keys
    return same and not told_more and set(map(state_group, counts.state)) <= _states(question, told)


def _says_more(sentence: Sentence, counts: Counted, known: Set[str]) -> bool:
    """Whether the clause of a number says more of those whom it counts than is known."""
    clauses, verbs = read_clauses(sentence), telling_verbs(sentence.folded, sentence.language)
    assert counts.head is not None  # noqa: S101 - a noun was found
    clause = clauses.clause[clauses.at(counts.head[0])]
    return any(
        clauses.clause[clauses.at(token.start)] == clause
        and token.content
        and not any(start <= token.start < end for start, end in verbs)
        and bool(token.keys)
        and known.isdisjoint(token.keys)
        and set(counts.keys).isdisjoint(token.keys)
        for token in clauses.tokens
    )


def _plainly(key: str) -> bool:
    """Whether a word says of a number only that it is the right one."""
    return concept_name(int(key[1:])) in named_concepts("plainly")


def _states(question: Question, told: Found) -> set[str]:
    asked = {state_group(key) for slot in question.slots for key in (*slot.keys, *slot.near)}
    return asked | {state_group(key) for key in (told.counted.state if told.counted is not None else ())}


def _of_another_day(told: Found, sentence: Sentence) -> bool:
    """Whether a sentence names a time that the other does not name, and that is not the day of the article."""
    if sentence.span == told.sentence.span:
        return False
    day = day_of(told.published)
    known = {(m.first, m.last) for m in find_dated(told.sentence.text, told.sentence.language, day)}
    known_words = set(_times(told.sentence, day))
    for mention, words in zip(find_dated(sentence.text, sentence.language, day), _times(sentence, day), strict=True):
        near = day is not None and mention.first is not None and abs((day - mention.first).days) <= 1
        if (
            not near
            and words not in known_words
            and (mention.first is None or (mention.first, mention.last) not in known)
        ):
            return True
    return False


def _times(sentence: Sentence, day: date | None) -> list[str]:
    return [bare(sentence.text[m.start : m.end]) for m in find_dated(sentence.text, sentence.language, day)]


def _elsewhere(question: Question, told: Found, sentence: Sentence, speaker: Speaker) -> bool:
    """Whether a sentence names a place that neither the other nor the question names."""
    if sentence.span == told.sentence.span:
        return False
    asked = {key for slot in question.slots for key in slot.keys}
    return elsewhere(sentence, asked, asked | {t.key for t in told.sentence.terms} | speaker.keys)
