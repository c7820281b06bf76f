"""A run: a set of questions with the answers one system gave, and the file it is kept in.

A file is JSON lines, in UTF-8: what was measured, then a case a line. A line is written when its answer is there, so
that a run that was cut off can go on; in a run that came to its end they stand in the order of the questions.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.figures import Case, Figures

FORMAT = 1
"""The form of the files; one of another number is not read."""
_ESCAPE = "backslashreplace"
"""Half a surrogate pair, which UTF-8 cannot write, stands as JSON would write it anyway."""


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
    concurrency: int = 1
    """How many questions were asked at a time, which their milliseconds depend on."""

    def line(self) -> str:
        """All of it for people."""
        prompts = f" with prompts {self.prompt_hash}" if self.prompt_hash else ""
        by = {"extractive": "by extraction", "replayed": f"by the recorded replies of {self.model}"}
        answered = by.get(self.mode, f"by the model {self.model}") + prompts
        return (
            f"{self.questions} asked of {self.articles}, answered {answered}; embedder {self.embedder}; "
            f"{self.concurrency} at a time; qa-plugin {self.version}, {self.made}"
        )

    def differences(self, other: System) -> list[str]:
        """What differs, but for the time."""
        ours, theirs = asdict(self), asdict(other)
        return [f"{name} {ours[name]} there, {theirs[name]} now" for name in _SAME if ours[name] != theirs[name]]


_SAME = tuple(name for name in System.__slots__ if name != "made")


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


def digest_of(questions: Iterable[Mapping[str, Any]], texts: Iterable[tuple[str, str]]) -> str:
    """Sixteen hex digits of the SHA-256 of questions and articles.

    Args:
        questions: In their order.
        texts: Name and text of each article, in any order.
    """
    digest = hashlib.sha256()
    for question in questions:
        digest.update(_bytes(json.dumps(question, ensure_ascii=False, sort_keys=True)))
    for name, text in sorted(texts):
        digest.update(_bytes(name) + hashlib.sha256(_bytes(text)).digest())
    return digest.hexdigest()[:16]


def save_run(run: Run, path: Path) -> None:
    """Write the whole run; what was there is replaced at once or not at all.

    Raises:
        SettingsError: It cannot be written.
    """
    beside = path.with_name(path.name + ".new")
    with _writing(path), beside.open("w", encoding="utf-8", errors=_ESCAPE, newline="\n") as file:
        file.writelines([header_line(run.system), *map(case_line, run.cases)])
    with _writing(path):
        beside.replace(path)


def refuse_to_replace(path: Path) -> None:
    """Say, before anything is asked, that a file is there already.

    Raises:
        SettingsError: It is.
    """
    if path.exists():
        raise SettingsError(f"{path} is there already: go on with it by --resume, or name another file by --out")


def refuse_unwritable(path: Path, what: str) -> None:
    """Say, before anything is asked, that a file cannot be written; as far as that can be known without writing.

    Raises:
        SettingsError: Its folder is not there or nothing may be written in it, or it is no file.
    """
    folder = path.parent
    if not folder.is_dir():
        raise SettingsError(f"cannot write {what} {path}: there is no folder {folder}; make it, or name another")
    if path.is_dir():
        raise SettingsError(f"cannot write {what} {path}: it is a folder; name a file")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise SettingsError(f"cannot write {what} {path}: permission denied; name another place")


@contextmanager
def kept(path: Path, system: System, *, resume: bool = False) -> Iterator[tuple[Run, Callable[[Case], None]]]:
    """Begin a run in a file: what it holds already, without what failed, and where to hand each further case.

    A case is written at once, so that who stops it loses nothing.

    Raises:
        SettingsError: There is a file already and `resume` was not said, it is a run of something else, or it cannot
            be written.
    """
    begun = _resumed(path, system, resume=resume) if path.exists() else Run(system, ())
    save_run(begun, path)  # without a line that was cut off, which the next would be added to
    with path.open("a", encoding="utf-8", errors=_ESCAPE, newline="\n") as file:

        def add(case: Case) -> None:
            with _writing(path):
                file.write(case_line(case))
                file.flush()

        yield begun, add


def _resumed(path: Path, system: System, *, resume: bool) -> Run:
    if not resume:
        refuse_to_replace(path)
    begun = load_run(path)
    if differences := begun.system.differences(system):
        raise SettingsError(
            f"{path} is a run of something else ({'; '.join(differences)}): "
            "measure the same again, or name another file by --out"
        )
    return Run(begun.system, tuple(case for case in begun.cases if "error" not in case.answer))


def load_run(path: Path) -> Run:
    """Read a run; a last line that was cut off is left out.

    Raises:
        SettingsError: The file cannot be read or is no run of this form.
    """
    try:
        first, *others = path.read_bytes().split(b"\n")
        head = json.loads(first)
    except OSError as error:
        raise SettingsError(f"cannot read the run {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SettingsError(f"{path} is no run: its first line is not JSON") from error
    if not isinstance(head, Mapping) or head.get("format") != FORMAT:
        raise SettingsError(f"{path} is no run of format {FORMAT}: measure again with `qa-plugin eval --out {path}`")
    try:
        system = System(**{name: value for name, value in head.items() if name != "format"})
    except TypeError as error:
        raise SettingsError(f"{path} is no run of this version ({error}): measure again into another file") from error
    return Run(system, tuple(_cases(others, path)))


def _cases(lines: Iterable[bytes], path: Path) -> Iterable[Case]:
    lines = [line for line in lines if line]
    for number, line in enumerate(lines, 2):
        try:
            yield Case(**json.loads(line))
        except (ValueError, TypeError) as error:
            if number == len(lines) + 1:
                return
            raise SettingsError(f"{path}, line {number}: no case of a run: measure again") from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SettingsError(f"cannot write the run {path}: {error.strerror or error}") from error


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", _ESCAPE) + b"\0"


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
