"""One writer at a time: a lock file in the store, and beside it the number of the process that holds it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.errors import StoreError, StoreLocked

if TYPE_CHECKING:
    from filelock import BaseFileLock

_LOCK_NAME = "writer.lock"
_HOLDER_NAME = "writer.pid"
_MENDING = "mending"
"""Stands behind the number of a process that only reads, and builds the vector index anew."""
_AGAIN_SECONDS = 0.2
"""How long a lock is tried for before its note is read again."""


class WriterLock:
    """The right to write to a store; the operating system takes it back when the process ends, however."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: BaseFileLock | None = None

    def acquire(self, *, timeout_seconds: float, mending: bool = False, patience_seconds: float = 0.0) -> None:
        """Take the lock.

        Args:
            timeout_seconds: How long to wait for another writer.
            mending: Whether a reader takes it, for as long as it takes to build the vector index.
            patience_seconds: How long to wait for a reader that does so, at most: its user does not know of it, and
                cannot stop it. A lock without a note is tried once more: between the lock and its note is a gap, and
                who holds it then is not known yet.

        Raises:
            StoreLocked: Another process, or another store object of this one, holds it.
            StoreError: The folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        # Not bound to a thread: a store may be closed by another thread than opened it.
        lock = FileLock(self._folder / _LOCK_NAME, thread_local=False)
        until = time.monotonic() + patience_seconds
        wait, unknown = timeout_seconds, False
        try:
            while not lock.is_locked:
                try:
                    lock.acquire(timeout=wait)
                except Timeout:
                    left = until - time.monotonic()
                    holder, mends = self._holder()
                    if left <= 0 or not (mends or (holder is None and not unknown)):
                        raise StoreLocked(
                            f"The index in {self._folder} is being written to by process "
                            f"{holder or 'of unknown number'}. Wait until it is done, or stop it, and try again."
                        ) from None
                    wait, unknown = min(left, _AGAIN_SECONDS), holder is None
        except OSError as error:
            raise StoreError(
                f"The index folder {self._folder} cannot be written to ({error.strerror or error}). "
                "Check the rights on it, or name another with --store."
            ) from error
        self._lock = lock
        with suppress(OSError):
            note = f"{os.getpid()} {_MENDING}\n" if mending else f"{os.getpid()}\n"
            (self._folder / _HOLDER_NAME).write_text(note, encoding="ascii")

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._lock is None:
            return
        with suppress(OSError):
            (self._folder / _HOLDER_NAME).unlink()
        self._lock.release()
        self._lock = None

    def _holder(self) -> tuple[str | None, bool]:
        """The number of the process that holds it, None without a note; and whether it only mends."""
        with suppress(OSError, ValueError):
            number, *purpose = (self._folder / _HOLDER_NAME).read_text(encoding="ascii").split()
            return str(int(number)), purpose == [_MENDING]
        return None, False
