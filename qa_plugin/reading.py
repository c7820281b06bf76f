"""The index as questions see it: one state of it from a question's first look to its last, whatever is written.

Questions that run at the same time share a store as long as nothing is written; one that comes after a change gets a
store of its own, and the former is closed when its last question is answered. Between questions nothing is held, so
that a writer can fold its log and clear what was forgotten.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from qa_plugin.ports import Embedder
from qa_plugin.store import Store


class Opened(NamedTuple):
    """A store, and the embedder that its vectors are from."""

    store: Store
    embedder: Embedder


@dataclass(slots=True)
class _Edition:
    opened: Opened
    readers: int = 0
    retired: bool = False


class Readers:
    """Who reads from an index that may be written to at any time."""

    def __init__(self, open_index: Callable[[], Opened]) -> None:
        """Open nothing yet.

        Args:
            open_index: Opens the index as it is; called by one thread at a time, while the others wait.
        """
        self._open = open_index
        self._lock = threading.RLock()
        self._current: _Edition | None = None

    @contextmanager
    def reading(self) -> Iterator[Opened]:
        """The newest state of the index, the same for the whole block."""
        edition = self._begun()
        try:
            yield edition.opened
        finally:
            self._ended(edition)

    def newest(self) -> Opened:
        """The index without holding a state of it: whoever reads sees what is written meanwhile."""
        with self._lock:
            if self._current is None:
                self._current = _Edition(self._open())
            return self._current.opened

    def close(self) -> None:
        """Let go of the index, as soon as nobody reads; whoever reads next opens it again."""
        with self._lock:
            edition, self._current = self._current, None
            if edition is not None:
                edition.retired = True
                if not edition.readers:
                    edition.opened.store.close()

    def _begun(self) -> _Edition:
        with self._lock:
            if self._current is not None and self._current.readers and self._current.opened.store.has_moved_on():
                self.close()
            opened, _ = self.newest()
            if not self._readers:
                opened.hold()
                if opened.fingerprint_difference():  # made anew by another embedder, which opening takes account of
                    opened.release()
                    self.close()
                    opened, _ = self.newest()
                    opened.hold()
            edition = self._current
            if edition is None:  # pragma: no cover - `newest` sets it
                raise AssertionError
            edition.readers += 1
            return edition

    @property
    def _readers(self) -> int:
        return self._current.readers if self._current is not None else 0

    def _ended(self, edition: _Edition) -> None:
        with self._lock:
            edition.readers -= 1
            if not edition.readers:
                edition.opened.store.release()
                if edition.retired:
                    edition.opened.store.close()
