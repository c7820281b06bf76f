"""Search by vector: Chroma's index where it can be trusted, a comparison with all vectors where not.

Whether the index may be used is judged before each search. A process mends what it may mend, leaves an index that
failed, and answers from the catalogue meanwhile: that is exact, only slower.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.errors import StoreError
from qa_plugin.records import Scope
from qa_plugin.store import upkeep
from qa_plugin.store.catalogue import Catalogue
from qa_plugin.store.lock import WriterLock
from qa_plugin.store.scan import ExactScan
from qa_plugin.store.vectors import VectorIndex, VectorIndexError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_READER_BUILDS_UP_TO = 20_000
"""Chunks; building a larger index takes longer than anybody waits for an answer."""


class VectorSearch:
    """The nearest chunks of one store, by whichever way is in order.

    Takes no lock among threads: the store calls it under its own, which also keeps searches from opening an index
    that the store is about to replace.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, *, writes: bool) -> None:
        """Open nothing yet.

        Args:
            folder: Where the store is.
            catalogue: The store's.
            writes: The store holds the right to write until it is closed, and brings the index in line itself;
                only for a reader is it mended here.
        """
        self._folder = folder
        self._catalogue = catalogue
        self._writes = writes
        self._scan = ExactScan(catalogue)
        self._index: VectorIndex | None = None
        self._index_key: tuple[str | None, int] | None = None
        self._process = os.getpid()
        self._given_up: dict[tuple[str | None, int, int], str] = {}
        self._counted = (-1, 0)

    def nearest(self, query: NDArray[np.float32], limit: int, allowed: Sequence[int] | None) -> list[tuple[int, float]]:
        """Chunk ids with their cosine similarity to a unit vector, best first.

        Chroma is asked only where no files are named as allowed.
        """
        generation = self._catalogue.generation
        if allowed is None:
            index = self._healthy_index(generation)
            if index is not None:
                with suppress(VectorIndexError):
                    found = index.nearest(query.reshape(1, -1), limit)[0]
                    if len(found) == min(limit, self._chunks_at(generation)):
                        return found
                self._give_up(generation, "it failed in a search")
        return self._scan.nearest(query, limit, generation=generation, allowed=allowed)

    @property
    def backend(self) -> str:
        """`chroma`, or `catalogue` with the reason, as the next search would go; opens and mends nothing."""
        if self._catalogue.dimension is None:
            return "catalogue (the index is empty)"
        state, generation = self._catalogue.index_state, self._catalogue.generation
        reason = self._given_up.get((state.directory, state.generation, generation))
        if not os.access(self._folder, os.W_OK):
            reason = "the folder cannot be written to"
        if reason is None:
            condition = upkeep.condition_of(self._folder, state, generation)
            if condition in {upkeep.Condition.SOUND, upkeep.Condition.MOVED}:
                return "chroma"
            reason = condition.value
        return f"catalogue ({reason})"

    def close(self) -> None:
        """Let go of the index, before its folder is replaced or the store ends; the next search opens one again."""
        index, self._index, self._index_key = self._index, None, None
        if index is not None and self._process == os.getpid():
            index.close()

    def _healthy_index(self, generation: int) -> VectorIndex | None:
        """The vector index if it can be used, after mending what this process may mend."""
        state = self._catalogue.index_state
        if self._index is not None and self._process == os.getpid():
            if self._index_key == (state.directory, generation) and not state.doubt:
                return self._index
            self.close()
        if (state.directory, state.generation, generation) in self._given_up or self._catalogue.dimension is None:
            return None
        if self._process != os.getpid() or not os.access(self._folder, os.W_OK):
            return None  # Chroma hangs in a forked process, and opens no folder that it cannot write to
        condition = upkeep.condition_of(self._folder, state, generation)
        if condition is upkeep.Condition.UNFIT:
            return None
        tried = False
        if condition is not upkeep.Condition.SOUND and not self._writes:
            tried = self._mend()
            state = self._catalogue.index_state
            condition = upkeep.condition_of(self._folder, state, generation)
        if condition is upkeep.Condition.MOVED:
            tried = True
            if upkeep.probe_in_child(self._folder, str(state.directory)):
                condition = upkeep.Condition.SOUND
        if condition is upkeep.Condition.SOUND:
            return self._opened(str(state.directory), generation)
        if tried:  # once is enough; where another process was writing, the next search tries again
            self._given_up[(state.directory, state.generation, generation)] = condition.value
        return None

    def _opened(self, directory: str, generation: int) -> VectorIndex | None:
        try:
            index = VectorIndex(self._folder / directory)
        except VectorIndexError:
            self._give_up(generation, "it could not be opened")
            return None
        self._index, self._index_key = index, (directory, generation)
        with suppress(VectorIndexError):
            if index.count() == self._chunks_at(generation):
                return index
        self._give_up(generation, "it could not be read")
        return None

    def _mend(self) -> bool:
        """As a reader, take the right to write for as long as it takes to build the index."""
        if self._catalogue.chunk_count(Scope()) > _READER_BUILDS_UP_TO:
            return False
        lock = WriterLock(self._folder)
        with suppress(StoreError):
            lock.acquire(timeout_seconds=0, mending=True)
            try:
                with closing(Catalogue(self._folder, write=True)) as catalogue:
                    upkeep.synchronise(catalogue, self._folder)
                return True
            finally:
                lock.release()
        return False

    def _give_up(self, generation: int, reason: str) -> None:
        """Leave an index that failed, for this process and, by a note in the catalogue, for the others."""
        state = self._catalogue.index_state
        directory = self._index_key[0] if self._index_key else state.directory
        self.close()
        if directory != state.directory or directory is None:
            return  # another process has put a new index in its place: that is no failure
        self._given_up[(state.directory, state.generation, generation)] = reason
        with suppress(StoreError):
            if self._writes:
                upkeep.doubt(self._catalogue, directory, reason)
            else:
                with closing(Catalogue(self._folder, write=True)) as catalogue:
                    upkeep.doubt(catalogue, directory, reason)

    def _chunks_at(self, generation: int) -> int:
        if self._counted[0] != generation:
            self._counted = (generation, self._catalogue.chunk_count(Scope()))
        return self._counted[1]
