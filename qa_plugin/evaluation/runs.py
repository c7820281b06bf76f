"""A run: a set of questions with the answers one system gave, and the file it is kept in.

A file is JSON lines, in UTF-8: what was measured, then a case a line in the order of the questions. A line is
written when its answer is there, so that a run that was cut off can go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.figures import Case, Figures

FORMAT = 1
"""The form of the files; one of another number is not read."""


@dataclass(frozen=True, slots=True)
class System:
    """What was measured on what, as far as it can change a figure."""

    version: str
    """Of the package."""
    mode: str
    """`extractive`, `llm` or `replayed`."""
    model: str | None
    embedder: str
    prompt_hash: str | None
    """Of the prompts, where a model was asked."""
    articles: str
    """The name of the folder, without the way to it."""
    questions: str
    """The name of the question file, without the way to it."""
    digest: str
    """Of questions and articles together: runs of different ones are not compared."""
    made: str
    """When it began, ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True)
class Run:
    """The cases of one run, graded, with what they add up to."""

    system: System
    cases: tuple[Case, ...]

    @property
    def figures(self) -> Figures:
        """What the cases add up to; made anew at each call."""
        return Figures.of(self.cases)


def header_line(system: System) -> str:
    """The first line of a file."""
    return _line({"format": FORMAT, **asdict(system)})


def case_line(case: Case) -> str:
    """The line of one case."""
    return _line(asdict(case))


def save_run(run: Run, path: Path) -> None:
    """Write the whole run."""
    path.write_text("".join([header_line(run.system), *map(case_line, run.cases)]), encoding="utf-8")


def load_run(path: Path) -> Run:
    """Read a run; a last line that was cut off is left out.

    Raises:
        SettingsError: The file cannot be read or is no run of this form.
    """
    try:
        first, *others = path.read_text(encoding="utf-8").split("\n")
        head = json.loads(first)
    except OSError as error:
        raise SettingsError(f"cannot read the run {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SettingsError(f"{path} is no run: its first line is not JSON") from error
    if not isinstance(head, Mapping) or head.get("format") != FORMAT:
        raise SettingsError(f"{path} is no run of format {FORMAT}: measure again with `qa-plugin eval --out {path}`")
    system = System(**{name: value for name, value in head.items() if name != "format"})
    return Run(system, tuple(_cases(others, path)))


def _cases(lines: Iterable[str], path: Path) -> Iterable[Case]:
    lines = [line for line in lines if line]
    for number, line in enumerate(lines, 2):
        try:
            yield Case(**json.loads(line))
        except (ValueError, TypeError) as error:
            if number == len(lines) + 1:
                return
            raise SettingsError(f"{path}, line {number}: no case of a run: measure again") from error


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
