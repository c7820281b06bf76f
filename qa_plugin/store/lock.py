"""One writer at a time: a lock file in the store, and beside it the number of the process that holds it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.errors import StoreError, StoreLocked

if TYPE_CHECKING:
    from filelock import BaseFileLock

_LOCK_NAME = "writer.lock"
_HOLDER_NAME = "writer.pid"


class WriterLock:
    """The right to write to a store; the operating system takes it back when the process ends, however."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: BaseFileLock | None = None

    def acquire(self, *, timeout_seconds: float) -> None:
        """Take the lock.

        Raises:
            StoreLocked: Another process, or another store object of this one, holds it.
            StoreError: The folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        # Not bound to a thread: a store may be closed by another thread than opened it.
        lock = FileLock(self._folder / _LOCK_NAME, timeout=timeout_seconds, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            holder = self._holder()
            raise StoreLocked(
                f"The index in {self._folder} is being written to by process {holder}. "
                "Wait until it is done, or stop it, and try again."
            ) from None
        except OSError as error:
            raise StoreError(
                f"The index folder {self._folder} cannot be written to ({error.strerror or error}). "
                "Check the rights on it, or name another with --store."
            ) from error
        self._lock = lock
        with suppress(OSError):
            (self._folder / _HOLDER_NAME).write_text(f"{os.getpid()}\n", encoding="ascii")

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._lock is None:
            return
        with suppress(OSError):
            (self._folder / _HOLDER_NAME).unlink()
        self._lock.release()
        self._lock = None

    def _holder(self) -> str:
        with suppress(OSError, ValueError):
            return str(int((self._folder / _HOLDER_NAME).read_text(encoding="ascii")))
        return "of unknown number"
