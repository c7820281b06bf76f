"""Replies of language models that are worth keeping, in a file of their own beside the catalogue.

Not in the catalogue: who only asks opens that for reading, and may do so while another process writes. What is lost
here costs one call, so nothing here ever fails: a file that cannot be read or written is done without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

CACHE_NAME = "replies.sqlite3"
_MOST = 2_000
_BUSY_TIMEOUT_SECONDS = 0.3

Result = TypeVar("Result")


class ReplyCache:
    """Keeps texts by key, the newest two thousand."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CACHE_NAME

    def get(self, key: str) -> str | None:
        """What was put under a key; None where nothing was, or it cannot be read."""
        if not self._path.is_file():
            return None
        row = self._with(lambda file: file.execute("SELECT value FROM replies WHERE key = ?", (key,)).fetchone())
        return str(row[0]) if row else None

    def put(self, key: str, value: str) -> None:
        """Keep a text, if that is possible."""

        def write(file: sqlite3.Connection) -> None:
            file.execute("CREATE TABLE IF NOT EXISTS replies (id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT)")
            file.execute("INSERT OR REPLACE INTO replies (key, value) VALUES (?, ?)", (key, value))
            file.execute("DELETE FROM replies WHERE id <= (SELECT max(id) FROM replies) - ?", (_MOST,))
            file.commit()

        self._with(write)

    def clear(self) -> None:
        """Delete all, to the last byte."""
        for path in (self._path, self._path.with_name(f"{CACHE_NAME}-journal")):
            path.unlink(missing_ok=True)

    def _with(self, work: Callable[[sqlite3.Connection], Result]) -> Result | None:
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_SECONDS)) as file:
                return work(file)
        except (sqlite3.OperationalError, UnicodeError):  # locked, or not to be written to; half a surrogate pair
            return None
        except sqlite3.DatabaseError:  # no database: the next reply begins a new one
            with suppress(OSError):
                self.clear()
            return None
