"""Whether a name or a day that another article gives cannot be true beside the likeliest one.

Most who took part, spoke or were hurt are named beside others. So a rival is only who did, or the place or day of,
what happens once, in a report of the same event and day, where neither article knows the other's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.comparing.events import near_in_time, same_event
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.reading.cues import Cue
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.evidence.reading.words import has, read_words
from qa_plugin.language.attribution import Attribution, find_attributions
from qa_plugin.language.dates import DateMention
from qa_plugin.language.folding import bare
from qa_plugin.language.lexicon import concept_name, concepts
from qa_plugin.language.names import skeletons
from qa_plugin.language.questions import Question
from qa_plugin.language.resolution import find_dated
from qa_plugin.records import Span

_OWN = 0.45
"""Share of the question that a rival's sentence says."""
_KIND_BEFORE = 4
"""Words before the name of a place that may tell its kind."""
_AHEAD = 0.25
"""By how much an answer must stand before the next of its article."""


def rivals(
    question: Question, found: Sequence[Found], lacks_name: Callable[[int], bool] = lambda _: False
) -> list[Found]:
    """The likeliest answer of each other article that cannot be true beside the first; none for most questions."""
    if not found or question.kind not in load_toml("once.toml")["once"]:
        return []
    best, seen = found[0], {found[0].sentence.file_id}
    if not _is_one(question, best, found):
        return []
    chosen: list[Found] = []
    for other in found[1:]:
        if other.sentence.file_id in seen:
            continue
        seen.add(other.sentence.file_id)
        if (
            _is_one(question, other, found)
            and near_in_time(best, other)
            and not lacks_name(other.sentence.file_id)
            and _same_event(best, other)
            and _apart(question.kind, best, other, found)
        ):
            chosen.append(other)
    return chosen


def _is_one(question: Question, answer: Found, found: Sequence[Found]) -> bool:
    """Whether a sentence says of one answer alone what happens once."""
    question_said = _read(question.text, question.language)
    if answer.candidate is None or not _once(question_said, question.kind) & _once(answer.sentence, question.kind):
        return False
    if any(one.start <= answer.candidate.start < one.end for one in _speakers(answer)):
        return False
    kinds = load_toml("once.toml")["kinds"].get(question.kind)
    if kinds is not None and answer.candidate.name_kind not in kinds.split("|"):
        return False
    if question.kind == "where" and (not answer.candidate.placed or _may_hold_another(answer)):
        return False
    nearby = [f for f in found if f is not answer and f.sentence == answer.sentence]
    return all(answer.rank - f.rank >= _AHEAD for f in nearby)


@lru_cache(maxsize=64)
def _read(question: str, language: str) -> Sentence:
    return read_sentence(0, Span(0, len(question)), question, language, 0.0)


def _once(sentence: Sentence, kind: str) -> set[str]:
    """What a text says that happens once; also by words that are no search terms, as "won", which is money as well."""
    listed = load_toml("once.toml")["once"][kind].split("|")
    words = (concept for word in sentence.folded.text.split() for concept in concepts(word, sentence.language))
    said = {concept_name(concept) for concept in words}
    return (said | _concepts(sentence)).intersection(listed)


def _concepts(sentence: Sentence) -> set[str]:
    return {concept_name(int(term.key[1:])) for term in sentence.terms if term.key[0] == "c"}


def _speakers(answer: Found) -> list[Attribution]:
    """Who states the sentence: one who tells of what happened did not do it."""
    return find_attributions(answer.sentence.folded, answer.sentence.language)


def _may_hold_another(answer: Found) -> bool:
    """Whether a place is told by its kind, or a country: a village and its province are both where it was."""
    assert answer.candidate is not None  # noqa: S101 - typed only
    words = read_words(answer.sentence)
    inside = [at for at, w in enumerate(words) if answer.candidate.start <= w.start < answer.candidate.end]
    around = words[max(0, min(inside, default=0) - _KIND_BEFORE) : max(inside, default=-1) + 2]
    return any(has(word, Cue.PLACE_TYPE | Cue.COUNTRY) for word in around)


def _same_event(best: Found, other: Found) -> bool:
    alike = same_event([best], other) or other.signals["own"] >= _OWN
    return alike and _marks(best) == _marks(other)


def _marks(found: Found) -> set[str]:
    """What tells a race or a prize from others of its name."""
    listed = load_toml("once.toml")["apart"]["concepts"].split("|")
    return _concepts(found.sentence).intersection(listed)


def _apart(kind: str, best: Found, other: Found, found: Sequence[Found]) -> bool:
    if kind == "date":
        days = [_day(one) for one in (best, other)]
        return days[0] is not None and days[1] is not None and days[0] != days[1]
    theirs = [f for f in found if f.sentence.file_id == other.sentence.file_id]
    mine = [f for f in found if f.sentence.file_id == best.sentence.file_id]
    return not any(_alike(best, f) for f in theirs) and not any(_alike(other, f) for f in mine)


def _day(found: Found) -> date | None:
    """The day that a candidate names, if it names one alone."""
    if found.candidate is None:
        return None
    try:
        told = date.fromisoformat((found.published or "")[:10])
    except ValueError:
        return None
    start, end = found.sentence.folded.span(found.candidate.start, found.candidate.end)
    mentions: list[DateMention] = find_dated(found.sentence.text, found.sentence.language, told)
    mention = next((m for m in mentions if m.start < end and start < m.end), None)
    return mention.first if mention is not None and mention.is_whole else None


def _alike(one: Found, other: Found) -> bool:
    """Whether two names may be one: any words of theirs are the same, of one meaning, or sound nearly alike."""
    mine, theirs = _words(one), _words(other)
    return any(_one_word(first, second) for first in mine for second in theirs)


def _words(found: Found) -> list[tuple[str, str]]:
    if found.candidate is None:
        return []
    candidate = found.candidate
    text = candidate.sentence.folded.text[candidate.start : candidate.end]
    return [(bare(word), candidate.sentence.language) for word in text.split() if len(word) > 1]


def _one_word(first: tuple[str, str], second: tuple[str, str]) -> bool:
    if first[0] == second[0]:
        return True
    keys, others = set(skeletons(*first)), set(skeletons(*second))
    return any(_near(mine, its) for mine in keys for its in others)


def _near(mine: str, its: str) -> bool:
    """Whether two skeletons differ by one sound at most; of short ones by none."""
    if mine == its:
        return True
    if min(len(mine), len(its)) <= _SHORT or abs(len(mine) - len(its)) > 1:
        return False
    longer, shorter = sorted((mine, its), key=len, reverse=True)
    if len(longer) == len(shorter):
        return sum(a != b for a, b in zip(longer, shorter, strict=True)) <= 1
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


_SHORT = 2
"""Sounds up to which two skeletons that differ are of two words."""
