"""Standard output and standard error: UTF-8 always, results on the one, all else on the other."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from qa_plugin.errors import QAPluginError
from qa_plugin.presentation import as_json, inline

if TYPE_CHECKING:
    from tqdm import tqdm

_WIDEST = 100
"""Longer lines are hard to read, however wide the window."""


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
        self._bar: tqdm[Any] | None = None
        self._shown = 0

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
        """A bar to hand to long work, or None where nobody would see it."""
        if self.plain or not sys.stderr.isatty():
            return None

        def show(done: int, total: int) -> None:
            if self._bar is None or self._bar.desc != doing:
                self.finish_progress()
                self._bar = _bar(doing, done, total)
            self._bar.total = total
            self._bar.update(done - self._bar.n)

        return show

    @contextlib.contextmanager
    def waiting(self, whom: str | None) -> Iterator[None]:
        """Show for whom is waited, and how long, once that takes more than a moment; wiped at the end.

        Args:
            whom: A model; None shows nothing.
        """
        if whom is None or self.plain or not sys.stderr.isatty():
            yield
            return
        done = threading.Event()

        def show() -> None:
            seconds = 0
            while not done.wait(1.0):
                seconds += 1
                self._show(f"Waiting for {inline(whom)}, {seconds} s")

        thread = threading.Thread(target=show, daemon=True, name="waiting")
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            self.finish_progress()

    def _show(self, text: str) -> None:
        _tell(f"\r{text:<{self._shown}}")
        self._shown = len(text)

    def finish_progress(self) -> None:
        """Wipe what shows that something is going on, if it stands there."""
        if self._shown:
            _tell("\r" + " " * self._shown + "\r")
            self._shown = 0
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.close()
            self._bar = None


def _bar(doing: str, done: int, total: int) -> tqdm[Any]:
    """A bar that goes away when it is closed; what is done already does not count for its speed."""
    from tqdm import tqdm  # nothing else needs it

    tqdm.monitor_interval = 0  # no thread for a bar
    # The number of rows is said because a terminal that does not know its own would hide the bar.
    return tqdm(desc=doing, total=total, initial=done, leave=False, file=sys.stderr, nrows=20)


def well_formed(text: str) -> str:
    """A text as proper Unicode: bytes that the locale could not read are taken for UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


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
