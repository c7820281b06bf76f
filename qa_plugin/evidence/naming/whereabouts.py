"""What a place is to somebody: where they were born, live, were going or come from, and where a thing happened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import read_clauses
from qa_plugin.evidence.reading.predicates import is_topic
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, meets
from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.questions import Question, Slot

RELATIONS = ("birth", "home", "goal", "origin")
_BEHIND = tuple(f"{name}_behind" for name in RELATIONS)
_ASKS = tuple(f"asks_{name}" for name in RELATIONS)
_REACH = 4
"""Words between what tells of a place and the place."""
_MARK = re.compile(r"[.,;:!?،؛؟()\"]")
_WORD = re.compile(r"\w+")


@cache
def _patterns(language: str) -> Mapping[str, re.Pattern[str]]:
    table = load_toml("whereabouts.toml").get(language, {})
    begins = rf"(?<!\w){_plain(table.get('prefix', ''))}"
    return {
        name: re.compile("|".join(rf"{begins}(?:{_plain(text)})(?!\w)" for text in table.get(name, [])) or "(?!)")
        for name in (*RELATIONS, *_BEHIND, *_ASKS, "breaks")
    }


@lru_cache(maxsize=128)  # asked for every place in a sentence
def _plain(text: str) -> str:
    """A text folded and without accents, letter for letter."""
    return "".join(plain if len(plain := bare(letter)) == 1 else letter for letter in fold_text(text))


def asked_relation(question: Question) -> str | None:
    """For which of these places a question asks; None where it asks where something happened."""
    text, patterns = _plain(question.text), _patterns(question.language)
    return next((name for name in RELATIONS if patterns[f"asks_{name}"].search(text)), None)


def relation_of(sentence: Sentence, start: int, end: int) -> str | None:
    """What the place at some offsets of a sentence is to somebody; None where something happened there, or nothing."""
    text, patterns = _plain(sentence.folded.text), _patterns(sentence.language)
    nearest: tuple[int, str] | None = None
    for name in RELATIONS:
        for cue in patterns[name].finditer(text, 0, end):
            if _reaches(text, cue.end(), start, patterns["breaks"]):
                nearest = max(nearest or (-1, ""), (cue.end(), name))
    if nearest is not None:
        return nearest[1]
    for name in RELATIONS:
        cue_behind = patterns[f"{name}_behind"].search(text, end)
        if cue_behind and _reaches(text, end, cue_behind.start(), patterns["breaks"]):
            return name
    return None


def _reaches(text: str, first: int, last: int, breaks: re.Pattern[str]) -> bool:
    """Whether one clause holds both places, and few words part them; what is written together parts nothing."""
    if first > last:
        return first - last <= 1
    between = text[first:last]
    return len(_WORD.findall(between)) <= _REACH and not _MARK.search(between) and not breaks.search(text, first, last)


def _happens(question: Question) -> list[Slot]:
    """The words of a question that may say what happened: common words that name nobody."""
    return [
        s for s in question.slots if is_topic(s) and answer_type(s.keys, s.word.split()[-1]) not in {"person", "body"}
    ]


def _tells_apart(sentence: Sentence) -> bool:
    """Whether a sentence says of some place that somebody was born there, lives there or was going there."""
    text, patterns = _plain(sentence.folded.text), _patterns(sentence.language)
    return any(patterns[name].search(text) for name in (*RELATIONS, *_BEHIND))


def place_signals(question: Question, candidate: Candidate) -> dict[str, float]:
    """Whether a place is where what is asked of happened, or what it was to somebody otherwise.

    `scene_met`: the sentence tells places apart, and this one is as asked: by its own words, or in the clause of what
    happened. `scene_other`: another place of theirs.
    """
    if question.kind != "where" or not (candidate.placed or candidate.name_kind == "place"):
        return {"scene_met": 0.0, "scene_other": 0.0}
    sentence = candidate.sentence
    relation, asked = relation_of(sentence, candidate.start, candidate.end), asked_relation(question)
    if asked is not None or relation is not None:
        met = relation == asked
        return {"scene_met": float(met), "scene_other": float(not met and relation is not None)}
    met = _tells_apart(sentence) and _in_clause_of(_happens(question), candidate)
    return {"scene_met": float(met), "scene_other": 0.0}


def _in_clause_of(slots: Sequence[Slot], candidate: Candidate) -> bool:
    """Whether the clause of a place says one of some words."""
    clauses, terms = read_clauses(candidate.sentence), candidate.sentence.terms
    last = len(clauses.clause) - 1
    clause = clauses.clause[min(clauses.at(candidate.start), last)]
    beside = {t.key for t in terms if clauses.clause[min(clauses.at(t.start), last)] == clause}
    return any(meets(slot, beside) for slot in slots)
