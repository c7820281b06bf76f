"""Ask every question, as many at a time as is allowed, and grade what comes back; what is there is kept."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import Any

from qa_plugin.errors import QAPluginError
from qa_plugin.evaluation.figures import Case, Figures
from qa_plugin.evaluation.grading import grade_case
from qa_plugin.evaluation.runs import Run, System, kept, save_run

Question = Mapping[str, Any]
Answer = Mapping[str, Any]
Ask = Callable[[str], Answer]
TextOf = Callable[[str], str]
Progress = Callable[[int, int], None] | None
Spread = Callable[[Sequence[Callable[[], Answer]]], Generator[tuple[int, Answer], None, None]]
"""Does all works; gives the number and the result of each as soon as it is done."""


def one_by_one(works: Sequence[Callable[[], Answer]]) -> Generator[tuple[int, Answer], None, None]:
    """One work after the other, in the calling thread."""
    for number, work in enumerate(works):
        yield number, work()


def run(ask: Ask, questions: Sequence[Question], text_of: TextOf, *, progress: Progress = None) -> Figures:
    """Ask all questions, one after the other, and grade the answers.

    Args:
        ask: From a question to the JSON of its answer; a `QAPluginError` makes a failed line and no end.
        questions: As `load_questions` gives them.
        text_of: The text of a source as offsets count in it; empty where there is no such source.
        progress: Called with the number of questions asked so far, and of all.
    """
    return Figures.of(_asked(ask, questions, text_of, {}, spread=one_by_one, keep=None, progress=progress))


def measure(
    ask: Ask,
    questions: Sequence[Question],
    text_of: TextOf,
    system: System,
    *,
    out: Path | None = None,
    resume: bool = False,
    spread: Spread = one_by_one,
    progress: Progress = None,
) -> Run:
    """Ask all questions and grade the answers; the cases are in the order of the questions, however they came.

    Args:
        ask: As of `run`, from any thread that `spread` asks in.
        questions: As `load_questions` gives them.
        text_of: As of `run`.
        system: What is measured.
        out: A file that takes each case as soon as it is there.
        resume: Go on with the run in that file: answers that it holds are graded anew, and what failed or is not
            in it is asked.
        spread: How many questions are asked at a time.
        progress: Called with the number of questions answered so far, and of all.

    Raises:
        SettingsError: The file is there already and `resume` was not said, it is a run of something else, or it
            cannot be written.
    """
    if out is None:
        return Run(system, _asked(ask, questions, text_of, {}, spread=spread, keep=None, progress=progress))
    with kept(out, system, resume=resume) as (begun, add):
        known = _known(begun.cases, questions)
        done = Run(begun.system, _asked(ask, questions, text_of, known, spread=spread, keep=add, progress=progress))
    save_run(done, out)
    return done


def _asked(
    ask: Ask,
    questions: Sequence[Question],
    text_of: TextOf,
    known: Mapping[int, Answer],
    *,
    spread: Spread,
    keep: Callable[[Case], None] | None,
    progress: Progress,
) -> tuple[Case, ...]:
    """The cases of all questions; those whose answers are not known, by their number, are asked."""
    cases = {number: grade_case(questions[number], answer, text_of) for number, answer in known.items()}
    missing = [number for number in range(len(questions)) if number not in known]
    if known and progress is not None:
        progress(len(cases), len(questions))
    with closing(spread([partial(_answer, ask, questions[number]["question"]) for number in missing])) as answers:
        for place, answer in answers:
            number = missing[place]
            cases[number] = grade_case(questions[number], answer, text_of)
            if keep is not None:
                keep(cases[number])
            if progress is not None:
                progress(len(cases), len(questions))
    return tuple(cases[number] for number in range(len(questions)))


def _known(cases: Iterable[Case], questions: Sequence[Question]) -> dict[int, Answer]:
    """By the number of the question, the answers of cases."""
    left: defaultdict[str, deque[Answer]] = defaultdict(deque)
    for case in cases:
        left[_key(case.question)].append(case.answer)
    found = ((number, left[_key(question)]) for number, question in enumerate(questions))
    return {number: answers.popleft() for number, answers in found if answers}


def _key(question: Question) -> str:
    return json.dumps(question, sort_keys=True)


def folder_texts(folder: Path) -> Callable[[str], str]:
    """The `text_of` of a folder of UTF-8 files: line ends and byte order mark stay, as offsets count them."""

    @cache
    def text_of(source: str) -> str:
        path = folder / source
        return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""

    return text_of


def _answer(ask: Callable[[str], Mapping[str, Any]], question: str) -> Mapping[str, Any]:
    try:
        # an answer may hold the question as it was understood: the order says whose it is
        return {**ask(question), "question": question}
    except QAPluginError as error:
        return {"question": question, "status": "error", "error": {"kind": error.kind, "message": str(error)}}
