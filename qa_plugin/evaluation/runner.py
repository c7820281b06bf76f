"""Ask every question and grade what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from qa_plugin.errors import QAPluginError
from qa_plugin.evaluation.figures import Figures
from qa_plugin.evaluation.grading import grade


def run(
    ask: Callable[[str], Mapping[str, Any]],
    questions: Sequence[Mapping[str, Any]],
    text_of: Callable[[str], str],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Figures:
    """Ask all questions, one after the other, and grade the answers.

    Args:
        ask: From a question to the JSON of its answer; a `QAPluginError` makes a failed line and no end.
        questions: As `load_questions` gives them.
        text_of: The text of a source as offsets count in it; empty where there is no such source.
        progress: Called with the number of questions asked so far, and of all.
    """
    answers: list[Mapping[str, Any]] = []
    for question in questions:
        answers.append(_answer(ask, question["question"]))
        if progress is not None:
            progress(len(answers), len(questions))
    return grade(questions, answers, text_of)


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
