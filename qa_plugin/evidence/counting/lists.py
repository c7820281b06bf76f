"""One sentence that gives a number for each of several places or days: which of them is the one asked for.

The sentence is parted between two numbers, at the mark or conjunction that stands there, else in the middle of the
words between them; what stands in a number's part is said of it: "12 in Marsa, 30 in Kelb", "96 on Monday and 41 on
Tuesday".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from qa_plugin.evidence.counting.counted import counted
from qa_plugin.evidence.reading.clauses import Clauses, grammar, read_clauses, state_group
from qa_plugin.evidence.reading.days import day_met
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, of_text
from qa_plugin.language.dates import DateMention
from qa_plugin.language.questions import Question
from qa_plugin.language.resolution import find_dated

_MARKS = frozenset(",;،؛")


def elsewhere(
    question: Question, days: Sequence[DateMention], candidates: Sequence[Candidate], published: str | None
) -> frozenset[int]:
    """Which of the numbers of one sentence are said of another place or day than the question names."""
    asked = [frozenset(slot.keys) for slot in question.slots if not any(key[0] == "c" for key in slot.keys)]
    if len(candidates) < 2 or candidates[0].quantity is None or not (days or asked):
        return frozenset()
    sentence = candidates[0].sentence
    parts = _parts(sentence)
    placed = [(at, parts.get(c.quantity.number_start)) for at, c in enumerate(candidates) if c.quantity is not None]
    known = {at: part for at, part in placed if part is not None}
    return _other_day(question, days, sentence, known, published) | _other_place(asked, candidates, known)


@of_text()
def _parts(sentence: Sentence) -> dict[int, tuple[int, int]]:
    """The part of each number of a sentence, by where the number begins."""
    clauses = read_clauses(sentence)
    quantities = sorted(clauses.quantities, key=lambda q: q.number_start)
    if not quantities:
        return {}
    bounds = [0]
    for one, other in pairwise(quantities):
        bounds.append(max(_bound(clauses, one.end, other.start), bounds[-1]))
    bounds.append(len(sentence.folded.text) + 1)
    return {q.number_start: (a, b) for q, (a, b) in zip(quantities, pairwise(bounds), strict=True)}


def _bound(clauses: Clauses, start: int, end: int) -> int:
    """Where the part of one number ends and that of the next begins."""
    inside = clauses.tokens[clauses.at(start) : clauses.at(end)]
    between = [token for token in inside if start <= token.start]
    joins = grammar(clauses.language).words("and")
    mark = next((t for t in between if t.plain in _MARKS), None)
    mark = mark or next((t for t in between if t.plain in joins), None)
    if mark is not None:
        return mark.start
    return between[len(between) // 2].start if between else end


def _other_day(
    question: Question,
    days: Sequence[DateMention],
    sentence: Sentence,
    parts: Mapping[int, tuple[int, int]],
    published: str | None,
) -> frozenset[int]:
    """The numbers in whose parts only other days are named, where the asked one is named in another part."""
    if not days:
        return frozenset()
    met: dict[int, bool] = {}
    said = find_dated(sentence.text, sentence.language, None)
    for at, (start, end) in parts.items():
        mine = [d for d in said if start <= sentence.folded.position(d.start) < end]
        if mine:
            met[at] = any(day_met(days, question, d, sentence, published) for d in mine)
    return frozenset(at for at, this in met.items() if not this) if any(met.values()) else frozenset()


def _other_place(
    asked: Sequence[frozenset[str]], candidates: Sequence[Candidate], parts: Mapping[int, tuple[int, int]]
) -> frozenset[int]:
    """The numbers whose parts name another place or body, where a part with a like number names the one asked for."""
    sentence = candidates[0].sentence
    if not asked:
        return frozenset()
    held = {at: _held(sentence, part, asked) for at, part in parts.items()}
    most = max(map(len, held.values()), default=0)
    named = {at for at, names in held.items() if most and len(names) == most}
    return frozenset(
        at
        for at in held
        if at not in named
        and any(_alike(candidates[at], candidates[other]) for other in named)
        and (held[at] or _names_another(sentence, parts[at], asked))
    )


def _held(sentence: Sentence, part: tuple[int, int], asked: Sequence[frozenset[str]]) -> set[int]:
    keys = {t.key for t in sentence.terms if part[0] <= t.start < part[1]}
    return {at for at, slot in enumerate(asked) if keys & slot}


def _names_another(sentence: Sentence, part: tuple[int, int], asked: Sequence[frozenset[str]]) -> bool:
    """Whether a part has a name that was not asked for: a word that the lexicon does not know."""
    terms = [t for t in sentence.terms if part[0] <= t.start < part[1]]
    known = {t.start for t in terms if t.key[0] in "cv"}
    names = {t.start: t.key for t in terms if t.key[0] == "n" and t.start not in known}
    return any(not any(key in slot for slot in asked) for key in names.values())


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether two numbers of a sentence count the same, so that each may be what was asked."""
    if one.quantity is None or other.quantity is None or one.quantity.dimension != other.quantity.dimension:
        return False
    if one.quantity.unit is not None:
        return True
    mine, theirs = (counted(one.sentence, q) for q in (one.quantity, other.quantity))
    states = [set(map(state_group, c.state)) for c in (mine, theirs)]
    if all(states) and not states[0] & states[1]:
        return False
    return bool(set(mine.keys) & set(theirs.keys)) or (all(states) and not mine.keys)
