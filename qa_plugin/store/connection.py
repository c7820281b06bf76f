"""The catalogue's file: statements, transactions, and what is remembered about the whole."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa_plugin.store.rows import IndexState
from qa_plugin.store.schema import CATALOGUE_NAME, open_catalogue, translated

_TOGETHER_SECONDS = 10.0
"""Of work that a kill may cost; what takes longer is seen in steps."""


class CatalogueFile:
    """The file and a connection to it, which several threads may share."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self.path = folder / CATALOGUE_NAME
        self._folder = folder
        self._write = write
        self._since = 0.0
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
        """All or nothing; when it has returned, it is on the disk, or will be with the `together` around it."""
        with self._lock:
            inner = self._connection.in_transaction
            self.rows("SAVEPOINT part" if inner else "BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with translated(self.path):
                    if self._connection.in_transaction and inner:
                        self._connection.execute("ROLLBACK TO part")
                        self._connection.execute("RELEASE part")
                    elif self._connection.in_transaction:
                        self._connection.rollback()
                raise
            self.rows("RELEASE part" if inner else "COMMIT")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let readers see all transactions of the block at once, at its end; if it fails, those that were done."""
        self.rows("BEGIN IMMEDIATE")
        self._since = time.monotonic()
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self.rows("COMMIT")

    def breathe(self) -> None:
        """Between two transactions of `together`: where it takes long, what is done goes on the disk and is seen."""
        if self._connection.in_transaction and time.monotonic() - self._since >= _TOGETHER_SECONDS:
            self.rows("COMMIT")
            self.rows("BEGIN IMMEDIATE")
            self._since = time.monotonic()

    def hold(self) -> None:
        """See the catalogue as it is now, whatever is committed, until `release`."""
        with self._lock:
            self.rows("BEGIN")
            self.rows("SELECT value FROM meta LIMIT 1")  # a transaction begins with its first look

    def release(self) -> None:
        """See what is committed again; harmless where nothing is held."""
        with self._lock:
            if self._process == os.getpid() and self._connection.in_transaction:
                self.rows("COMMIT")

    @property
    def foreign_changes(self) -> int:
        """A number that changes with whatever another connection commits."""
        return int(self.rows("PRAGMA data_version")[0][0])

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
