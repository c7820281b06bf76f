"""What the conversation writes: results on standard output, all else on standard error, plain where nobody looks on.

Text of articles is cleaned by `presentation` before it comes here; what is added here are the marks of terminals:
bold and faint type, and links (OSC 8), which terminals that do not know them leave out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from qa_plugin.errors import SettingsError
from qa_plugin.presentation import columns, inline

_WIDEST = 100
_NO_LINKS = frozenset({"linux", "dumb", ""})
"""Values of TERM whose terminals would show the marks of a link."""


class Screen:
    """Where a conversation is shown."""

    def __init__(self, environ: Mapping[str, str], *, visual: bool = False) -> None:
        """Look at the streams as they are now.

        Args:
            environ: For TERM and NO_COLOR.
            visual: Put right-to-left lines in the order of their looks, for terminals that do not.
        """
        term = environ.get("TERM", "")
        self.looked_at = sys.stdout.isatty()
        """Whether a person reads standard output."""
        self._styled = self.looked_at and term not in {"dumb", ""} and not environ.get("NO_COLOR")
        self._linked = self.looked_at and term not in _NO_LINKS
        self._order: Callable[[str], str] | None = None
        self._status = 0
        if visual:
            self.set_visual(visual=True)

    # ------------------------------------------------------------ pieces of text

    @property
    def width(self) -> int | None:
        """Columns to wrap at, or None where standard output is no terminal."""
        if not self.looked_at:
            return None
        try:
            return min(os.get_terminal_size(sys.stdout.fileno()).columns or 80, _WIDEST)
        except (OSError, ValueError):
            return 80

    def faint(self, text: str) -> str:
        """Text that stands back."""
        return f"\x1b[2m{text}\x1b[22m" if self._styled else text

    def marked(self, text: str) -> str:
        """Text that stands out; where there is no type for that, between arrows."""
        return f"\x1b[7m{text}\x1b[27m" if self._styled else f"»{text}«"

    def link(self, text: str, path: Path) -> str:
        """Text that opens a file where the terminal knows links; documents that came as texts have no place."""
        linked = self._linked and path.is_absolute()
        return f"\x1b]8;;{path.as_uri()}\x1b\\{text}\x1b]8;;\x1b\\" if linked else text

    def set_visual(self, *, visual: bool) -> None:
        """Switch between logical order, which terminals that know bidirectional text want, and visual order.

        Raises:
            SettingsError: What puts letters in visual order is not installed.
        """
        self._order = _visual_order() if visual else None

    # ------------------------------------------------------------ writing

    def show(self, text: str, *, end: str = "\n") -> None:
        """Write a result."""
        self.wipe()
        _write(sys.stdout, self._ordered(text) + end)

    def say(self, text: str) -> None:
        """Write a line that is no result."""
        self.wipe()
        _write(sys.stderr, self._ordered(inline(text)) + "\n")

    def status(self, text: str) -> None:
        """Show what is being done, until something else is written; nothing where nobody looks on."""
        if self._styled and sys.stderr.isatty():
            self.wipe()
            self._status = columns(text)
            _write(sys.stderr, f"\r{self.faint(text)}")

    def wipe(self) -> None:
        """Take away the status, if one stands there."""
        if self._status:
            _write(sys.stderr, "\r" + " " * self._status + "\r")
            self._status = 0

    def _ordered(self, text: str) -> str:
        if self._order is None:
            return text
        return "\n".join(map(self._order, text.split("\n")))


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _visual_order() -> Callable[[str], str]:
    try:
        from arabic_reshaper import reshape
        from bidi import get_display
    except ImportError as error:
        raise SettingsError(
            "Visual order needs two more packages: pip install 'qa-plugin[rtl]' (python-bidi is under the LGPL)."
        ) from error

    def order(line: str) -> str:
        ordered: str = get_display(reshape(line))
        return ordered

    return order
