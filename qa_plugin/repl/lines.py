"""The lines that are typed or piped in; editing, history and completion are those of GNU readline."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

_KEPT = 1000
"""Lines of history."""


class Lines:
    """Reads a line at a time, with a prompt where a person types."""

    def __init__(self, prompt: str, *, history: Path | None, complete: Callable[[str, str], list[str]]) -> None:
        """Make ready to read; nothing is read yet.

        Args:
            prompt: What stands before what is typed.
            history: The file that remembers what was typed; None remembers nothing.
            complete: From the line so far and its last word to the words that may stand there.
        """
        self.typed = sys.stdin.isatty()
        """Whether a person types."""
        self._prompt = prompt
        self._history = history
        self._complete = complete

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Read the history, and write it at the end."""
        if not self.typed:
            with contextlib.suppress(AttributeError, ValueError):  # a stream of another kind takes text as it is
                sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]
            yield
            return
        try:
            import readline
        except ImportError:
            yield
            return
        readline.set_completer(self._completion(readline.get_line_buffer))
        readline.set_completer_delims(" ")
        readline.parse_and_bind("tab: complete")
        readline.set_history_length(_KEPT)
        if self._history is not None:
            with contextlib.suppress(OSError):
                readline.read_history_file(self._history)
        try:
            yield
        finally:
            if self._history is not None:
                with contextlib.suppress(OSError):
                    self._history.parent.mkdir(parents=True, exist_ok=True)
                    os.close(os.open(self._history, os.O_CREAT | os.O_WRONLY, 0o600))
                    readline.write_history_file(self._history)

    def read(self) -> str:
        """The next line.

        Raises:
            EOFError: There is none.
            KeyboardInterrupt: Ctrl-C was typed.
        """
        if self.typed:
            return input(self._prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line

    def _completion(self, line: Callable[[], str]) -> Callable[[str, int], str | None]:
        def complete(word: str, number: int) -> str | None:
            found = self._complete(line(), word)
            return found[number] if number < len(found) else None

        return complete


def history_file(environ: Mapping[str, str]) -> Path:
    """Where what was typed is remembered, by the XDG base directories."""
    state = environ.get("XDG_STATE_HOME") or ""
    folder = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
    return folder / "qa-plugin" / "history"
