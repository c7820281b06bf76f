"""Standard output and standard error: UTF-8 always, results on the one, all else on the other."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from qa_plugin.errors import QAPluginError
from qa_plugin.presentation import inline

_WIDEST = 100
"""Longer lines are hard to read, however wide the window."""
_SECONDS_BETWEEN_COUNTS = 0.1
# Characters that JSON may hold as they are, but that move a terminal's cursor, turn its text round, or that
# readers of lines take for the end of one.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class OutputError(QAPluginError):
    """A result could not be written."""

    kind = "output"


class ReaderGoneError(Exception):
    """Who read standard output has gone, as `head` does: no fault, and nothing to say.

    Not a bare BrokenPipeError, which a connection can raise too.
    """


class Terminal:
    """Where a command writes; knows whether people or programs read."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self.plain = False
        """No progress display, even at a terminal."""
        self.debug = False
        """Show where unexpected errors come from."""
        self._shown = 0
        self._shown_at = 0.0

    @property
    def width(self) -> int | None:
        """Columns to wrap results at, or None where standard output is no terminal."""
        if not sys.stdout.isatty():
            return None
        try:
            return min(os.get_terminal_size(sys.stdout.fileno()).columns or 80, _WIDEST)
        except (OSError, ValueError):
            return 80

    # ------------------------------------------------------------ results

    def result(self, text: str) -> None:
        """Print a result for people."""
        self.exactly(f"{text}\n")

    def exactly(self, text: str) -> None:
        """Write a result as it is, with nothing added."""
        self.finish_progress()
        self._write(text)

    def data(self, value: object, *, line: bool = False) -> None:
        """Print a result for programs: JSON, on one line unless people are looking on.

        Args:
            value: What to print.
            line: One line in any case, and at once.
        """
        indent = 2 if sys.stdout.isatty() and not line else None
        self.exactly(f"{as_json(value, indent=indent)}\n")
        if line:
            self.flush()

    def flush(self) -> None:
        """Hand over what is written, so that a failure to do so is known now."""
        self._write("", flush=True)

    def _write(self, text: str, *, flush: bool = False) -> None:
        try:
            sys.stdout.write(text)
            if flush:
                sys.stdout.flush()
        except BrokenPipeError as error:
            abandon(sys.stdout)
            raise ReaderGoneError from error
        except OSError as error:
            abandon(sys.stdout)
            raise OutputError(f"The result could not be written: {error.strerror or error}.") from error

    # ------------------------------------------------------------ all else

    def say(self, line: str) -> None:
        """Tell the person at the terminal something, in one line."""
        self.finish_progress()
        _tell(f"{inline(line)}\n")

    def fail(self, kind: str, message: str) -> None:
        """Tell why there is no result; in JSON too, where that was asked for."""
        self.say(f"qa-plugin: {message}")
        if self.json:
            with contextlib.suppress(OutputError):
                self.data({"error": {"kind": kind, "message": inline(message)}}, line=True)

    def pass_on(self, notices: list[str]) -> None:
        """Say what gathered during a call, once."""
        for notice in notices:
            self.say(notice)
        notices.clear()

    def trace(self, error: BaseException) -> None:
        """Show where an unexpected error came from, to those who asked."""
        if self.debug:
            self.finish_progress()
            _tell("".join(traceback.format_exception(error)))

    # ------------------------------------------------------------ progress

    def progress(self, doing: str) -> Callable[[int, int], None] | None:
        """A counter to hand to long work, or None where nobody would see it."""
        if self.plain or not sys.stderr.isatty():
            return None

        def show(done: int, total: int) -> None:
            now = time.monotonic()
            if done < total and now - self._shown_at < _SECONDS_BETWEEN_COUNTS:
                return
            self._shown_at = now
            text = f"{doing} {done:,} of {total:,}"
            _tell(f"\r{text:<{self._shown}}")
            self._shown = len(text)

        return show

    def finish_progress(self) -> None:
        """Wipe the counter, if one stands there."""
        if self._shown:
            _tell("\r" + " " * self._shown + "\r")
            self._shown = 0


def as_json(value: object, *, indent: int | None = None) -> str:
    """JSON with every script legible, safe to show, and on one line for every reader of lines."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:  # JSON has no infinity, which is what a number of 400 digits reads as
        text = json.dumps(_finite(value), ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def well_formed(text: str) -> str:
    """A text as proper Unicode: bytes that the locale could not read are taken for UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def prepare_streams() -> None:
    """UTF-8 whatever the locale says, line ends as they are, and no character that cannot be written."""
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    # pytest and notebooks put other kinds of stream here, which take every character as it is.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def abandon(stream: TextIO) -> None:
    """Point a stream nowhere, so that the interpreter's own last flush does not complain.

    See https://docs.python.org/3/library/signal.html#note-on-sigpipe.
    """
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def read_standard_input() -> str:
    """All of standard input as UTF-8; what is not becomes a replacement character."""
    if sys.stdin is None:
        return ""
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace")


def _tell(text: str) -> None:
    """Write to standard error; where that is not possible, the result still matters."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)


def _nowhere() -> Any:  # noqa: ANN401 - typeshed's type of the standard streams is not a class to construct
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - lives as long as the process
