"""`ask --questions FILE`: one answer a line, in order, whatever happens."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qa_plugin.cli.arguments import UsageError
from qa_plugin.cli.terminal import Terminal, well_formed
from qa_plugin.errors import QAPluginError
from qa_plugin.presentation import as_json, counted, inline, render
from qa_plugin.records import Answer
from qa_plugin.tables_kept import keep_tables


class QuestionError(QAPluginError):
    """A line of a question file holds no question."""

    kind = "question"


@dataclass(frozen=True, slots=True)
class _Line:
    question: str = ""
    named: dict[str, object] = field(default_factory=dict)
    """The `id` of the line, where it has one, to be handed back with the answer."""
    fault: QuestionError | None = None


@contextlib.contextmanager
def lines(name: str) -> Iterator[Iterable[bytes]]:
    """The lines of a question file; `-` is standard input, which is read as it comes.

    Raises:
        UsageError: There is no such file.
    """
    if name == "-":
        yield sys.stdin.buffer
        return
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise UsageError(f"The questions {name} cannot be read: {error.strerror or error}.") from error
        yield file


def answer_all(
    questions: Iterable[bytes],
    ask: Callable[[str], Answer],
    terminal: Terminal,
    *,
    notices: list[str],
    host: str,
) -> bool:
    """Answer each line at once and in order; a line that fails gets an answer with the status `error`.

    Lines of white space alone are passed over. The `id` of a line stands in its answer.

    Args:
        questions: The lines as bytes.
        ask: Answers one question.
        terminal: Where the answers go.
        notices: What gathers while a question is answered.
        host: The host that gets the questions.

    Returns:
        Whether any line failed.
    """
    answered = failures = 0
    first = ""
    for number, line in enumerate(questions, start=1):
        if not line.strip():
            continue
        read = _read(line, number)
        answer = _answer(read, ask, terminal)
        answered += 1
        if answered == 1:
            keep_tables()
        if answer.error is not None:
            failures += 1
            first = first or (answer.error[1] if read.fault else f"line {number}: {answer.error[1]}")
        terminal.pass_on(notices)
        if terminal.json:
            terminal.data(read.named | answer.to_dict(), line=True)
        else:
            shown = render(answer, width=terminal.width, host=host)
            terminal.result(f"? {inline(answer.question)}\n\n{shown}\n")
            terminal.flush()
    if not answered:
        raise UsageError('The file holds no questions; each line is a JSON object such as {"question": "…"}.')
    if failures:
        terminal.say(f"qa-plugin: {failures:,} of {counted(answered, 'line')} failed; the first: {first}")
    return failures > 0


def _answer(line: _Line, ask: Callable[[str], Answer], terminal: Terminal) -> Answer:
    if line.fault is not None:
        return _failed(line.question, line.fault.kind, str(line.fault))
    try:
        return ask(line.question)
    except QAPluginError as error:
        return _failed(line.question, error.kind, str(error))
    except Exception as error:  # noqa: BLE001 - one line's fault must not cost the answers of the others
        terminal.trace(error)
        return _failed(line.question, "unexpected", f"Unexpected {type(error).__name__}: {error}")


def _failed(question: str, kind: str, message: str) -> Answer:
    return Answer(question=question, question_language="und", status="error", text="", error=(kind, inline(message)))


def _read(line: bytes, number: int) -> _Line:
    """What a line says, as far as it can be read."""
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _Line(fault=QuestionError(f"Line {number} is not UTF-8 (byte {error.start}); save the file as UTF-8."))
    except (ValueError, RecursionError) as error:
        return _Line(fault=QuestionError(f"Line {number} is not JSON ({error}); it must be an object on one line."))
    if not isinstance(found, dict):
        found = {}
    named = {"id": found["id"]} if "id" in found else {}
    question = found.get("question")
    if isinstance(question, str) and question.strip():
        return _Line(well_formed(question).strip(), named)
    shown = as_json(question) if question is not None and not isinstance(question, str) else ""
    fault = QuestionError(f'Line {number} has no question; it must be an object such as {{"question": "…"}}.')
    return _Line(shown, named, fault)
