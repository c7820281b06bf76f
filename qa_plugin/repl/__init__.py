"""A conversation at the terminal: `qa-plugin chat`.

Nothing that answers is imported here: the prompt stands before that is loaded.
"""

from __future__ import annotations

import os

from qa_plugin.repl.lines import Lines, history_file
from qa_plugin.repl.screen import Screen
from qa_plugin.repl.session import Session, Start

__all__ = ["Start", "converse"]

PROMPT = "qa> "


def converse(start: Start, *, visual: bool = False, remember: bool = True) -> int:
    """Hold a conversation on the process's own streams; the exit status.

    Args:
        start: How it begins.
        visual: Show right-to-left text in visual order.
        remember: Keep what is typed for the next time, in a file that only its user can read.
    """
    screen = Screen(os.environ, visual=visual)
    history = history_file(os.environ) if remember else None
    return Session(start, screen, lambda complete: Lines(PROMPT, history=history, complete=complete)).run()
