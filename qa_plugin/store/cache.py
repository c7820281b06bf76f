"""What was paid for once, in a file of its own beside the catalogue: replies of models, vectors of embedders.

Not in the catalogue: who only asks opens that for reading, and may do so while another process writes. What is lost
here costs a call, so nothing here ever fails: a file that cannot be read or written is done without, one that is
damaged or of another version is put aside. Every call has a connection of its own, so that threads, processes and
forks need no care.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TypeVar

CACHE_NAME = "cache.sqlite3"
MAX_BYTES = 512 * 2**20
_VERSION = 1
_BUSY_TIMEOUT_SECONDS = 1.0
_KEYS_AT_ONCE = 500
_ROOM_TO_MAKE = 0.1
"""Share of the whole that is cleared at once, so that not every further value clears one."""
_SECONDS_BETWEEN_NOTES = 60.0
"""When a value was last used is noted no finer than this: a read that writes nothing waits for nobody."""
_AROUND_A_VALUE = 150
"""Bytes of key, check and index entries."""
# Triggers keep the sum, so that no statement has to read all sizes.
_SCHEMA = (
    "CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, digest BLOB NOT NULL, used REAL NOT NULL,"
    " size INTEGER NOT NULL)",
    "CREATE INDEX by_use ON entries (used, key, size)",
    "CREATE TABLE total (bytes INTEGER NOT NULL)",
    "INSERT INTO total VALUES (0)",
    "CREATE TRIGGER came AFTER INSERT ON entries BEGIN UPDATE total SET bytes = bytes + new.size; END",
    "CREATE TRIGGER went AFTER DELETE ON entries BEGIN UPDATE total SET bytes = bytes - old.size; END",
    f"PRAGMA user_version = {_VERSION}",
)

Result = TypeVar("Result")


class DiskCache:
    """Keeps bytes by key up to a size; what was not used for longest goes first."""

    def __init__(
        self, folder: Path, *, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time, make: bool = False
    ) -> None:
        """Name the place; nothing is read or made before the first call.

        Args:
            folder: Where the file is. Nothing is kept while there is no such folder.
            max_bytes: Of all that is kept.
            clock: Tells when a value was used.
            make: Make the folder when there is something to keep.
        """
        self._path = folder / CACHE_NAME
        self._max_bytes = max_bytes
        self._clock = clock
        self._make = make

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What is kept under these keys, as far as it is whole."""
        wanted = list(keys)
        if not wanted or not self._path.is_file():
            return {}
        now = self._clock()
        rows = self._with(lambda file: _rows(file, wanted)) or []
        old = [(now, key) for key, _, used in rows if abs(now - used) >= _SECONDS_BETWEEN_NOTES]
        if old:
            self._with(lambda file: _note(file, old))
        return {key: value for key, value, _ in rows}

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep values, if that is possible."""
        now = self._clock()
        rows = [(k, v, _digest(k, v), now, len(v) + _AROUND_A_VALUE) for k, v in values.items()]
        rows = [row for row in rows if row[4] <= self._max_bytes]
        if not rows:
            return
        if self._make:
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
        self._with(lambda file: self._write(file, rows))

    def clear(self) -> None:
        """Delete all, to the last byte."""
        for path in (self._path, self._aside):
            for end in ("", "-journal"):
                path.with_name(f"{path.name}{end}").unlink(missing_ok=True)

    @property
    def _aside(self) -> Path:
        return self._path.with_name(f"{CACHE_NAME}.unreadable")

    def _write(self, file: sqlite3.Connection, rows: list[tuple[str, bytes, bytes, float, int]]) -> None:
        file.execute("BEGIN IMMEDIATE")
        # Not INSERT OR REPLACE, which runs no trigger for the row that it deletes.
        file.executemany("DELETE FROM entries WHERE key = ?", [(row[0],) for row in rows])
        file.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)
        (total,) = file.execute("SELECT bytes FROM total").fetchone()
        if total > self._max_bytes:
            _make_room(file, total - int(self._max_bytes * (1 - _ROOM_TO_MAKE)))
        file.execute("COMMIT")

    def _with(self, work: Callable[[sqlite3.Connection], Result]) -> Result | None:
        for _ in range(2):  # a second time after a file was put aside
            try:
                with closing(self._opened()) as file:
                    return work(file)
            except (sqlite3.OperationalError, UnicodeError):
                return None  # locked, full, or not to be written to
            except (sqlite3.Error, TypeError, ValueError):  # no database, or one that holds what was never put there
                self._put_aside()
        return None

    def _opened(self) -> sqlite3.Connection:
        file = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None)
        try:
            # What a crash of the machine leaves of it is found out by digests; there is no need to wait for the disk.
            file.execute("PRAGMA synchronous = OFF")
            if _version(file) != _VERSION:
                _begin(file)
        except BaseException:
            file.close()
            raise
        return file

    def _put_aside(self) -> None:
        with suppress(OSError):
            self._path.replace(self._aside)
            self._path.with_name(f"{CACHE_NAME}-journal").unlink(missing_ok=True)


class KeptTexts:
    """Texts in a cache, one at a time: what was learnt of servers."""

    def __init__(self, cache: DiskCache) -> None:
        self._cache = cache

    def get(self, key: str) -> str | None:
        """What is kept under this key."""
        kept = self._cache.get([key]).get(key)
        return kept.decode("utf-8", "replace") if kept is not None else None

    def put(self, key: str, value: str) -> None:
        """Keep a text, if that is possible."""
        self._cache.put({key: value.encode("utf-8", "replace")})


def _begin(file: sqlite3.Connection) -> None:
    """Make the tables in a new file.

    Raises:
        sqlite3.DatabaseError: The file is of another version, or no file of ours.
    """
    file.execute("BEGIN IMMEDIATE")
    version = _version(file)  # another process may have made them meanwhile
    if version == 0 and not file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for statement in _SCHEMA:
            file.execute(statement)
    elif version != _VERSION:
        raise sqlite3.DatabaseError("a cache of another version")
    file.execute("COMMIT")


def _version(file: sqlite3.Connection) -> int:
    return int(file.execute("PRAGMA user_version").fetchone()[0])


def _rows(file: sqlite3.Connection, keys: list[str]) -> list[tuple[str, bytes, float]]:
    """Key, value and time of last use of what is whole."""
    return [
        (key, value, float(used))
        for part in _parts(keys)
        for key, value, digest, used in file.execute(
            f"SELECT key, value, digest, used FROM entries WHERE key IN ({', '.join('?' * len(part))})",  # noqa: S608
            part,
        )
        if isinstance(value, bytes) and digest == _digest(key, value)
    ]


def _note(file: sqlite3.Connection, used: list[tuple[float, str]]) -> None:
    file.execute("BEGIN IMMEDIATE")
    file.executemany("UPDATE entries SET used = ? WHERE key = ?", used)
    file.execute("COMMIT")


def _make_room(file: sqlite3.Connection, size: int) -> None:
    """Delete at least so many bytes, those first that were not used for longest."""
    gone = []
    for key, of_key in file.execute("SELECT key, size FROM entries ORDER BY used"):
        gone.append((key,))
        size -= of_key
        if size <= 0:
            break
    file.executemany("DELETE FROM entries WHERE key = ?", gone)


def _parts(keys: list[str]) -> Iterator[list[str]]:
    remaining = iter(keys)
    while part := list(islice(remaining, _KEYS_AT_ONCE)):
        yield part


def _digest(key: str, value: bytes) -> bytes:
    return blake2b(key.encode("utf-8", "replace") + b"\0" + value, digest_size=8).digest()
