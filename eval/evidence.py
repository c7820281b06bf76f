"""Evidence: does a ranking begin with the articles, and the sentences, that hold the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.parallel import AlignedLine, half_of
from eval.ranking import Passage, Ranker
from eval.tables import Row, Table, share
from qa_plugin.errors import SettingsError
from qa_plugin.records import Span

HITS = (1, 5, 10)
BESTS = (1, 3)
COLUMNS = (*(f"hit@{depth}" for depth in HITS), *(f"best@{depth}" for depth in BESTS))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file the evidence stands."""

    source: str
    span: Span


@dataclass(frozen=True, slots=True)
class Asked:
    """An answerable question with its gold."""

    question: str
    language: str
    sources: frozenset[str]
    first_source: str
    evidence: tuple[Place, ...]
    """Empty where the question file does not say."""


def with_evidence(
    questions: Sequence[Mapping[str, Any]], text_of: Callable[[str], str], lines: Sequence[AlignedLine] | None
) -> list[Asked]:
    """The answerable questions, each with the places of its evidence.

    Args:
        questions: As `load_questions` gives them; evidence is in `evidence_lines` (numbers of aligned lines) or in
            `quotes` (`{"source", "quote"}`).
        text_of: The text of a source.
        lines: The aligned file; its rows for one article are, in order, the lines of that article's file.

    Raises:
        SettingsError: The evidence names aligned lines that there are not.
    """
    places = _line_places(lines, text_of) if lines is not None else None
    found: list[Asked] = []
    for question in questions:
        if question["type"] == "unanswerable":
            continue
        evidence = tuple(_evidence(question, text_of, places))
        sources = question["sources"]
        found.append(Asked(question["question"], question["question_lang"], frozenset(sources), sources[0], evidence))
    return found


def _evidence(
    question: Mapping[str, Any], text_of: Callable[[str], str], places: Mapping[int, Place] | None
) -> Iterator[Place]:
    numbers = question.get("evidence_lines") or ()
    if numbers and places is None:
        raise SettingsError(
            f"question {question['id']} names its evidence by the lines of an aligned file: name it with --aligned"
        )
    for number in numbers:
        if places is None or number not in places:
            raise SettingsError(f"question {question['id']}: no line {number} of the aligned file is in the articles")
        yield places[number]
    for quote in () if numbers else question.get("quotes") or ():
        text, wanted = text_of(quote["source"]), quote["quote"]
        start = text.find(wanted) if wanted else -1
        while start >= 0:
            yield Place(quote["source"], Span(start, start + len(wanted)))
            start = text.find(wanted, start + len(wanted))


def _line_places(lines: Sequence[AlignedLine], text_of: Callable[[str], str]) -> dict[int, Place]:
    """The place of each aligned line in its article's file, for the articles that are there."""
    by_file: defaultdict[str, list[int]] = defaultdict(list)
    for line in lines:
        by_file[line.file].append(line.number)
    found: dict[int, Place] = {}
    for file, numbers in by_file.items():
        start = 0
        for number, text in zip(numbers, text_of(file).split("\n"), strict=False):
            found[number] = Place(file, Span(start, start + len(text)))
            start += len(text) + 1
    return found


def marks(rank: Ranker, asked: Asked) -> dict[str, bool]:
    """What one question adds to each figure that applies to it."""
    ranking = rank(asked.question)
    files = list(dict.fromkeys(passage.source for passage in ranking))
    found = {f"hit@{depth}": not asked.sources.isdisjoint(files[:depth]) for depth in HITS}
    if asked.evidence and not any(passage.best is None for passage in ranking):
        for depth in BESTS:
            found[f"best@{depth}"] = any(_holds(passage, asked.evidence) for passage in ranking[:depth])
    return found


def _holds(passage: Passage, evidence: Sequence[Place]) -> bool:
    """Whether the passage's best sentence overlaps a place of the evidence."""
    best = passage.best
    return best is not None and any(
        place.source == passage.source and best.start < place.span.end and place.span.start < best.end
        for place in evidence
    )


def add_up(found: Sequence[Mapping[str, bool]]) -> dict[str, float]:
    """The share of each figure, of the questions that it applies to."""
    tally: defaultdict[str, list[bool]] = defaultdict(list)
    for case in found:
        for name, mark in case.items():
            tally[name].append(mark)
    return {name: share(sum(tally[name]), len(tally[name])) for name in COLUMNS if name in tally}


def measure(rank: Ranker, questions: Sequence[Asked]) -> dict[str, float]:
    """All figures over all questions."""
    return add_up([marks(rank, asked) for asked in questions])


def measure_table(rank: Ranker, questions: Sequence[Asked]) -> Table:
    """All figures for the whole, for two halves of the articles, and by question language."""
    cases = [(asked, marks(rank, asked)) for asked in questions]
    groups = {"all": cases}
    for half in (0, 1):
        groups[f"half {half}"] = [case for case in cases if half_of(case[0].first_source) == half]
    for language in dict.fromkeys(asked.language for asked in questions):
        groups[f"asked in {language}"] = [case for case in cases if case[0].language == language]
    rows = [
        Row(name, {**add_up([found for _, found in group]), "n": len(group)}) for name, group in groups.items() if group
    ]
    return Table("evidence", (*COLUMNS, "n"), tuple(rows))
