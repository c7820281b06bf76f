"""Whether what a question presupposes stands in the article that would answer it, or something else of its kind.

A question asks of a city, a line 5, women among the elected, a resignation. Words alone tell little, for an article in
another language may say them in words that the lexicon does not know: what tells is the absence of words that have no
synonyms, or another thing of the same kind in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.naming.named import find_names
from qa_plugin.evidence.reading.clauses import read_clauses
from qa_plugin.evidence.reading.cues import Cue, names_country, vocabulary
from qa_plugin.evidence.reading.days import date_slots, days_asked
from qa_plugin.evidence.reading.sentences import Sentence, keys_of, read_sentence
from qa_plugin.evidence.statements.occasions import Occasion
from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concept_name, is_place
from qa_plugin.language.questions import Question, Slot, Weighted
from qa_plugin.records import Hit, Span

SIGNALS = (
    "telling_missing",
    "missing_here",
    "place_missing",
    "place_other",
    "another_number",
    "namesake",
    "opposite",
    "untold",
    "undated",
)
"""The signals of the article that would answer, each from 0 to 1."""
CERTAIN = ("another_number", "namesake", "opposite")
"""Those that settle it whatever else fits."""
_TABLE = "premise.toml"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an article's passages: what it says, and its words, still to be read."""

    start: int
    text: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What the retrieved passages of one article say."""

    file_id: int
    language: str
    lines: tuple[Line, ...]
    keys: frozenset[str]
    """The search terms of its passages, and those of the question that it holds anywhere."""

    @classmethod
    def of(cls, file_id: int, hits: Sequence[Hit]) -> Told:
        """The passages of a file among the hits."""
        mine = [hit for hit in hits if hit.info.file_id == file_id]
        lines = {line.start: line for hit in mine for line in _lines(hit)}
        ordered = tuple(lines[start] for start in sorted(lines))
        held = frozenset().union(mine[0].article_keys, *(line.keys for line in ordered))
        return cls(file_id, mine[0].info.language, ordered, held)

    def read(self, line: Line) -> Sentence:
        """One of its lines as a sentence."""
        span = Span(line.start, line.start + len(line.text))
        return read_sentence(self.file_id, span, line.text, self.language, 0.0)

    def around(self, sentence: Sentence) -> frozenset[str]:
        """The search terms of a sentence and of those beside it."""
        at = next((i for i, line in enumerate(self.lines) if line.start == sentence.span.start), 0)
        return frozenset().union(*(line.keys for line in self.lines[max(0, at - 1) : at + 2]))

    def with_any(self, keys: frozenset[str]) -> Iterator[Line]:
        """The lines that say one of the terms."""
        return (line for line in self.lines if not keys.isdisjoint(line.keys))


def _lines(hit: Hit) -> Iterator[Line]:
    chunk = hit.chunk
    for span, terms in zip(chunk.sentences, chunk.terms, strict=False):
        text = chunk.text[span.start - chunk.start : span.end - chunk.start]
        yield Line(span.start, text, keys_of(terms))


def premise_signals(
    question: Question, slots: Sequence[Weighted], hits: Sequence[Hit], answering: Sentence
) -> dict[str, float]:
    """What speaks against the premise of a question in the article of the sentence that would answer it."""
    told = Told.of(answering.file_id, hits)
    first = list(_first_told(hits, told)) if _may_be_unknown(question) else []
    asked = [w.slot for w in slots]
    dated = date_slots(question, days_asked(question))
    lost = [w for w in slots if told.keys.isdisjoint((*w.slot.keys, *w.slot.near))]
    missing = [w.slot for w in lost]
    heaviest = max((w.weight for w in slots), default=0.0) or 1.0
    own = told.language == question.language
    places = [slot for slot in missing if _is_place(slot, question.language)]
    cities = [slot for slot in places if not _is_country(slot)]
    return {
        "telling_missing": float(any(_tells(slot) for slot in missing if not _of_a_person(slot, question))),
        "missing_here": max((w.weight for w in lost), default=0.0) / heaviest if own else 0.0,
        "place_missing": float(bool(cities)),
        "place_other": float(
            (bool(cities) and _names_other(told.keys, asked, country=False))
            or (len(places) > len(cities) and _names_other(told.around(answering), asked, country=True))
        ),
        "another_number": float(
            any(_another_number(*pair, told) for pair in _numbered([s for s in asked if s not in dated]))
        ),
        "namesake": float(_namesake(asked, told, answering)),
        "opposite": float(_opposite_said(asked, told)),
        "untold": float(any(_untold(question, asked, one) for one in first)),
        "undated": float(any(_undated(question, slots, one) for one in first)),
    }


_FILES = 3
"""Articles that may say that a thing is unknown, while another has the answer to something else."""


def _first_told(hits: Sequence[Hit], told: Told) -> Iterator[Told]:
    yield told
    files = list(dict.fromkeys(hit.info.file_id for hit in hits))[:_FILES]
    yield from (Told.of(file_id, hits) for file_id in files if file_id != told.file_id)


# ---------------------------------------------------------------- words that tell


@cache
def _telling() -> frozenset[str]:
    groups: Mapping[str, str] = load_toml(_TABLE)["telling"]
    return frozenset(name for names in groups.values() for name in names.split("|"))


def _names(slot: Slot) -> list[str]:
    return [concept_name(int(key[1:])) for key in slot.keys if key[0] == "c"]


def _of_a_person(slot: Slot, question: Question) -> bool:
    """Whether a word is part of a person's name, whatever else it is called by: Salma is no salmon."""
    named = find_names(read_sentence(0, Span(0, len(question.text)), question.text, question.language, 0.0))
    return any(name.kind == "person" and name.start <= slot.start and slot.end <= name.end for name in named)


def _tells(slot: Slot) -> bool:
    """Whether a word is read as a thing that is called by its name, and as nothing else."""
    names = _names(slot)
    return bool(names) and _telling().issuperset(names)


# ---------------------------------------------------------------- places


def _places(keys: Sequence[str] | frozenset[str]) -> set[int]:
    return {int(key[1:]) for key in keys if key[0] == "c" and is_place(int(key[1:]))}


def _is_place(slot: Slot, language: str) -> bool:
    """Whether a word names a place and nothing else; adjectives not: an article may leave out whose bank it is."""
    concepts = {int(key[1:]) for key in slot.keys if key[0] == "c"}
    if not concepts or _places(slot.keys) != concepts:
        return False
    return not vocabulary(language)[slot.word].cues & Cue.DEMONYM


def _is_country(slot: Slot) -> bool:
    return any(map(names_country, _places(slot.keys)))


def _names_other(said: frozenset[str], asked: Sequence[Slot], *, country: bool) -> bool:
    """Whether a country, or another place, is named that the question does not name."""
    wanted = {key for slot in asked for key in (*slot.keys, *slot.near)}
    return any(names_country(place) is country for place in _places(said - wanted))


# ---------------------------------------------------------------- numbers that are part of a name


_ORDINARY_NUMBER = re.compile(r"\d{1,3}")


def _numbered(asked: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Words with the number that tells which one: line 5, Falcon-9, the 97 kg class; not what is counted."""
    for slot in asked:
        if not _ORDINARY_NUMBER.fullmatch(slot.word) or not any(key[0] == "v" for key in slot.keys):
            continue
        for other in asked:
            before = 0 < slot.start - other.end + 1 <= 2
            if other is not slot and slot.word != other.word and (before or _measures(slot, other, asked)):
                yield other, slot


def _measures(number: Slot, unit: Slot, asked: Sequence[Slot]) -> bool:
    """Whether a unit of one or two letters stands behind a number."""
    return 0 <= unit.start - number.end <= 1 and len(unit.word) <= 2 and unit in asked


def _another_number(word: Slot, number: Slot, told: Told) -> bool:
    """Whether an article has the word with other numbers, and never with this one."""
    keys, wanted = frozenset(word.keys), frozenset(number.keys)
    others = False
    for line in told.with_any(keys):
        sentence = told.read(line)
        values = [term for term in sentence.terms if term.key[0] == "v"]
        for term in sentence.terms:
            if term.key not in keys:
                continue
            beside = {v.key for v in values if 0 <= v.start - term.end <= 2 or 0 <= term.start - v.end <= 2}
            if beside & wanted:
                return False
            others = others or bool(beside)
    return others


# ---------------------------------------------------------------- namesakes


_IN_A_NAME = 4
"""Characters between the words of a name at most."""


def _namesake(asked: Sequence[Slot], told: Told, answering: Sentence) -> bool:
    """Whether the answer is of another of the same family: the one asked after is named elsewhere in the article."""
    said = answering.keys
    runs = list(name_runs(asked))
    if not any(len(run) > 1 for run in runs):
        return False
    wanted = {key for slot in asked for key in slot.keys}
    persons = [name for name in find_names(answering) if name.kind == "person"]
    for run in runs:
        absent = [slot for slot in run if said.isdisjoint(slot.keys)]
        if not absent or len(absent) == len(run) or any(told.keys.isdisjoint(slot.keys) for slot in absent):
            continue
        held = {key for slot in run if slot not in absent for key in slot.keys}
        for name in persons:
            words: dict[int, set[str]] = {}
            for term in answering.terms:
                if name.start <= term.start and term.end <= name.end:
                    words.setdefault(term.start, set()).add(term.key)
            if any(held & keys for keys in words.values()) and any(not wanted & keys for keys in words.values()):
                return True
    return False


def name_runs(asked: Sequence[Slot]) -> Iterator[list[Slot]]:
    """The words of the question that may be names, those of one name together."""
    run: list[Slot] = []
    for slot in sorted(asked, key=lambda slot: slot.start):
        if any(key[0] == "n" for key in slot.keys) and not _names(slot):
            if run and slot.start - run[-1].end > _IN_A_NAME:
                yield run
                run = []
            run.append(slot)
    if run:
        yield run


# ---------------------------------------------------------------- deeds that were not done


@cache
def _opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    pairs = [row.split("|") for row in load_toml(_TABLE)["opposites"]]
    return tuple(
        (frozenset(map(str.strip, one.split(","))), frozenset(map(str.strip, other.split(",")))) for one, other in pairs
    )


def _opposite_said(asked: Sequence[Slot], told: Told) -> bool:
    """Whether an article says of those the question speaks of the opposite of what it presupposes."""
    about = frozenset(key for slot in asked if not _names(slot) or _is_person(slot) for key in slot.keys)
    presupposed = {name for slot in asked for name in _names(slot)}
    sides = [
        (done, undone)
        for one, other in _opposites()
        for done, undone in ((one, other), (other, one))
        if presupposed & done and not presupposed & undone
    ]
    if not sides or not about:
        return False
    said = [_concepts(keys) for line in told.with_any(about) for keys in _clauses(told.read(line)) if about & keys]
    return any(
        any(names & undone and not names & done for names in said) and not any(names & done for names in said)
        for done, undone in sides
    )


def _clauses(sentence: Sentence) -> list[set[str]]:
    """The search terms of each clause of a sentence."""
    clauses = read_clauses(sentence)
    found: dict[int, set[str]] = {}
    for term in sentence.terms:
        at = min(clauses.at(term.start), len(clauses.clause) - 1)
        found.setdefault(clauses.clause[at], set()).add(term.key)
    return list(found.values())


def _concepts(keys: Iterable[str]) -> set[str]:
    return {concept_name(int(key[1:])) for key in keys if key[0] == "c"}


def _is_person(slot: Slot) -> bool:
    kin: str = load_toml(_TABLE)["telling"]["kin"]
    return answer_type(slot.keys, slot.word) == "person" or not set(kin.split("|")).isdisjoint(_names(slot))


# ---------------------------------------------------------------- what is said to be unknown


@cache
def _listed(name: str, language: str) -> re.Pattern[str] | None:
    patterns = load_toml(_TABLE)[name].get(language)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})") if patterns else None


@cache
def _attributes() -> Mapping[str, frozenset[str]]:
    """For each kind of question the concepts that name what it asks for."""
    return {kind: frozenset(names.split("|")) for kind, names in load_toml(_TABLE)["attributes"].items()}


def _may_be_unknown(question: Question) -> bool:
    """Whether it is looked for that an article calls what is asked for unknown; of other kinds none is read for it."""
    return question.kind == "date" or bool(_attributes().get(question.kind))


def _untold(question: Question, asked: Sequence[Slot], told: Told) -> bool:
    """Whether an article says that what is asked for is not known or was not told."""
    pattern = _listed("unknown", told.language)
    if pattern is None:
        return False
    wanted = _attributes().get(question.kind, frozenset())
    if not wanted:
        return False
    focus = {key for slot in question.focus for key in slot.keys}

    def asks(keys: Set[str]) -> bool:
        met = any(not keys.isdisjoint((*slot.keys, *slot.near)) for slot in asked)
        return met and (not focus or not focus.isdisjoint(keys)) and bool(_concepts(keys) & wanted)

    # What a line as a whole does not say, no clause of it says.
    return any(
        asks(line.keys)
        and pattern.search(bare(fold_text(line.text))) is not None
        and any(asks(keys) for keys in _near(told.read(line), pattern))
        for line in told.lines
    )


_HALF = 0.5


def _undated(question: Question, slots: Sequence[Weighted], told: Told) -> bool:
    """Whether an article says of what is asked of that no day is known or set for it."""
    pattern = _listed("undated", told.language)
    if question.kind != "date" or pattern is None:
        return False
    own = Occasion.of(question, slots).own
    half = _HALF * sum(w.weight for w in slots)
    return any(
        pattern.search(bare(fold_text(line.text))) is not None
        for line in told.lines
        if own & line.keys or sum(w.said_by(line.keys) for w in slots) >= half
    )


def _near(sentence: Sentence, pattern: re.Pattern[str]) -> Iterator[set[str]]:
    """The search terms of the clauses that say that something is unknown."""
    clauses = read_clauses(sentence)
    for match in pattern.finditer(bare(sentence.folded.text)):
        at = [
            place for place in (clauses.at(match.start()), clauses.at(match.end() - 1)) if place < len(clauses.clause)
        ]
        inside = {clauses.clause[place] for place in at}
        yield {
            term.key
            for term in sentence.terms
            if clauses.clause[min(clauses.at(term.start), len(clauses.clause) - 1)] in inside
        }
