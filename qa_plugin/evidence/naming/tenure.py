"""Who holds an office and who held it: new, former, acting are told by adjectives and by those who come and go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.naming.named import Name, find_names
from qa_plugin.evidence.reading.cues import Cue, vocabulary
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, said_keys
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.questions import Question, Slot
from qa_plugin.language.terms import Term, stop_words

_NAMES = ("new", "former", "acting", "current")
_SIDES = ("new_left", "new_right", "former_left", "former_right", "succeeds")
_ASKS = tuple(f"asks_{name}" for name in ("new", "former", "current", "none"))
_BESIDE = 3
"""Words between an adjective and the noun of its office."""
_REACH = 7
"""Words between what puts somebody into an office, or out of it, and their name."""
_FAR = 16
"""The same to the left, where the subject of a verb has clauses of its own."""
_HARD = re.compile(r"[.;:!?؟؛]\s")
_BEFORE_NOUN = re.compile(r"[,،(]\s?")
_MARK = re.compile(r"[.,;:!?،؛؟()\"]")
_WORD = re.compile(r"\w+")


# ---------------------------------------------------------------- words


@cache
def _patterns(language: str) -> Mapping[str, re.Pattern[str]]:
    table: dict[str, list[str]] = load_toml("tenure.toml").get(language, {})
    return {
        name: re.compile("|".join(rf"(?<!\w)(?:{_plain(text)})(?!\w)" for text in table.get(name, [])) or "(?!)")
        for name in (*_NAMES, *_SIDES, *_ASKS)
    }


def _plain(text: str) -> str:
    """A text folded and without accents, letter for letter."""
    folded = fold_text(text)
    return "".join(c if len(b := bare(c)) != 1 else b for c in folded)


# ---------------------------------------------------------------- what is asked


@dataclass(frozen=True, slots=True)
class Office:
    """The office that a question asks after, and in what state of it."""

    wanted: str
    """`new`, `former`, `acting` or `current`."""
    role: tuple[Slot, ...]
    """The words of the question that name the office."""
    keys: frozenset[str]
    """All search terms of the question."""

    @classmethod
    def of(cls, question: Question) -> Office | None:
        """What a question asks of an office; None where it asks of none, or not in what state."""
        if question.kind != "who":
            return None
        text, patterns = _plain(question.text), _patterns(question.language)
        known = vocabulary(question.language)
        roles = tuple(s for s in question.slots if any(known[word].cues & Cue.ROLE for word in s.word.split()))
        if not roles or patterns["asks_none"].search(text):
            return None
        wanted = {
            name
            for name in _NAMES
            for cue in patterns[name].finditer(text)
            if any(_qualifies(text, cue, s, question.language) for s in roles)
        }
        wanted |= {name for name in ("new", "former") if patterns[f"asks_{name}"].search(text)}
        if not wanted and patterns["asks_current"].search(text):
            wanted = {"current"}
        keys = frozenset(key for s in question.slots for key in (*s.keys, *s.near))
        return cls(wanted.pop(), roles, keys) if len(wanted) == 1 else None


def _qualifies(text: str, cue: re.Match[str], noun: Slot | Term, language: str) -> bool:
    """Whether an adjective belongs to a noun: no small word parts them but "of" behind the noun, and no mark."""
    first, last = (cue.end(), noun.start) if cue.end() <= noun.start else (noun.end, cue.start())
    if first >= last:
        return True
    between, known, stops = _WORD.findall(text[first:last]), vocabulary(language), stop_words(language)
    behind = noun.end <= cue.start()
    return (
        len(between) <= _BESIDE
        and not _MARK.search(text, first, last)
        and all(word not in stops or (behind and known[word].cues & Cue.OF) for word in between)
    )


# ---------------------------------------------------------------- what a sentence says


def _persons(office: Office, sentence: Sentence) -> list[Name]:
    """The persons named, or where there are none the names that may be some; not what the question names itself."""
    asked = {t.start for t in sentence.terms if t.key in office.keys}
    found = [
        name
        for name in find_names(sentence)
        if any(name.start <= t.start < name.end and t.start not in asked for t in sentence.terms)
    ]
    return [name for name in found if name.kind == "person"] or [name for name in found if name.kind == "unknown"]


def states_said(office: Office, sentence: Sentence) -> Iterator[tuple[Name, str]]:
    """Who is said in a sentence to hold the office newly, or no longer, or for the time being."""
    patterns = _patterns(sentence.language)
    persons = _persons(office, sentence)
    if not persons:
        return
    text = _plain(sentence.folded.text)
    role = [t for t in sentence.terms if any(t.key in slot.keys for slot in office.role)]
    for state in ("new", "former", "acting"):
        for cue in patterns[state].finditer(text):
            if any(_qualifies(text, cue, t, sentence.language) for t in role):
                name = _described(office, sentence, text, cue, persons)
                if name is not None:
                    yield name, state
    for side in ("new_left", "former_left"):
        for cue in patterns[side].finditer(text):
            before = [
                name for name in persons if name.end <= cue.start() and _reaches(text, name.end, cue.start(), _FAR)
            ]
            if before:
                yield before[-1], side.partition("_")[0]
    for side in ("new_right", "former_right"):
        for cue in patterns[side].finditer(text):
            behind = _behind(text, cue.end(), persons)
            if behind:
                yield behind[0], side.partition("_")[0]
    for cue in patterns["succeeds"].finditer(text):
        behind = _behind(text, cue.end(), persons)
        yield from zip(behind, ("new", "former") if len(behind) > 1 else ("former",), strict=False)


def _reaches(text: str, start: int, end: int, words: int) -> bool:
    return not _HARD.search(text, start, end) and len(_WORD.findall(text[start:end])) <= words


def _behind(text: str, at: int, persons: Sequence[Name]) -> list[Name]:
    """The names behind a place, each near the one before."""
    found: list[Name] = []
    for name in persons:
        # An Arabic preposition is written together with the name.
        if name.start >= at - 2 and name.end > at and _reaches(text, at, max(name.start, at), _REACH):
            found.append(name)
            at = name.end
    return found


def _described(
    office: Office, sentence: Sentence, text: str, cue: re.Match[str], persons: Sequence[Name]
) -> Name | None:
    """Whom an adjective of the office describes: behind its noun phrase, or before it and a comma."""
    for name in persons:
        if name.titled is not None and name.titled[0] <= cue.start() and cue.end() <= name.start:
            return name
    for name in persons:
        gap = text[name.end : cue.start()]
        if name.end <= cue.start() and _BEFORE_NOUN.match(gap) and len(_WORD.findall(gap)) <= _BESIDE:
            return name
    stops = stop_words(sentence.language)
    asked = {at for t in sentence.terms if t.key in office.keys for at in range(t.start, t.end)}
    for name in persons:
        if name.start >= cue.end():
            between = _WORD.finditer(text, cue.end(), name.start)
            return name if all(m.group() in stops or m.start() in asked for m in between) else None
    return None


# ---------------------------------------------------------------- who holds it


@dataclass(frozen=True, slots=True)
class Holders:
    """What all sentences read say of those who may hold the office."""

    office: Office | None = None
    said: Mapping[frozenset[str], frozenset[str]] = field(default_factory=dict)
    """By the terms of a name, in what states it is said to be."""

    @classmethod
    def of(cls, question: Question, sentences: Sequence[Sentence]) -> Holders:
        """Read the sentences, where the question asks for the state of an office."""
        office = Office.of(question)
        if office is None:
            return cls()
        said: dict[frozenset[str], set[str]] = {}
        for sentence in sentences:
            here: dict[frozenset[str], set[str]] = {}
            for name, state in states_said(office, sentence):
                here.setdefault(_keys(sentence, name), set()).add(state)
            for keys, states in here.items():
                # Who goes once came too: "X, who was elected in 2005, steps down".
                said.setdefault(keys, set()).update(states - {"new"} if "former" in states else states)
        return cls(office, {keys: frozenset(states) for keys, states in said.items() if keys})

    def signals(self, candidates: Sequence[Candidate]) -> dict[str, float]:
        """Whether one of some answers holds the office as asked; whether some do not, and none does."""
        if self.office is None:
            return {"office_met": 0.0, "office_other": 0.0}
        fits = [self._fits(said_keys(c.words, c.sentence.language)) for c in candidates]
        met = any(fit is True for fit in fits)
        return {"office_met": float(met), "office_other": float(not met and any(fit is False for fit in fits))}

    def _fits(self, keys: frozenset[str]) -> bool | None:
        """Whether a name is said to hold the office as asked; None where nothing tells."""
        assert self.office is not None  # noqa: S101 - asked only then
        wanted = self.office.wanted
        states = {state for name, told in self.said.items() if name <= keys or keys <= name for state in told}
        if {"new", "former"} <= states or not keys:
            return None
        if wanted in states:
            return True
        if wanted == "current":
            return False if "former" in states else None
        others = {"new": {"former"}, "former": {"new"}, "acting": {"former"}}[wanted]
        return False if states & others else None


def _keys(sentence: Sentence, name: Name) -> frozenset[str]:
    start, end = sentence.folded.span(name.start, name.end)
    return said_keys(sentence.text[start:end], sentence.language)
