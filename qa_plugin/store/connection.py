"""The catalogue's file: statements, transactions, and what is remembered about the whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa_plugin.store.rows import IndexState
from qa_plugin.store.schema import CATALOGUE_NAME, open_catalogue, translated


class CatalogueFile:
    """The file and a connection to it, which several threads may share."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self.path = folder / CATALOGUE_NAME
        self._folder = folder
        self._write = write
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._connection = open_catalogue(self._folder, write=self._write)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows that a statement gives."""
        if self._process != os.getpid():
            # SQLite must not be used across a fork; the parent's connection is left as it is.
            self._write = False
            self._begin()
        with self._lock, translated(self.path):
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; when it has returned, it is on the disk."""
        with self._lock:
            self.rows("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with translated(self.path):
                    if self._connection.in_transaction:
                        self._connection.rollback()
                raise
            self.rows("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state of the catalogue for several statements, whatever another process commits meanwhile."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self.rows("BEGIN")
            try:
                yield
            finally:
                self.rows("COMMIT")

    def close(self) -> None:
        """Close the connection; the last one to close folds the log into the file."""
        if self._process == os.getpid():
            with self._lock, translated(self.path):
                self._connection.close()

    def meta(self, key: str) -> str | None:
        """A remembered value."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def set_meta(self, key: str, value: str | None) -> None:
        """Remember a value; None forgets it."""
        if value is None:
            self.rows("DELETE FROM meta WHERE key = ?", (key,))
        else:
            self.rows(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                (key, value),
            )

    @property
    def generation(self) -> int:
        """A number that grows with every change of what can be found."""
        return int(self.meta("generation") or 0)

    def bump_generation(self) -> None:
        """Make readers notice; part of each transaction that changes what can be found."""
        self.set_meta("generation", str(self.generation + 1))

    @property
    def dimension(self) -> int | None:
        """The length of the vectors, once there is one."""
        found = self.rows("SELECT length(vector) FROM chunks LIMIT 1")
        return int(found[0][0]) // 4 if found else None

    @property
    def index_state(self) -> IndexState:
        """What is remembered of the vector index."""
        return IndexState.from_json(self.meta("index"))
