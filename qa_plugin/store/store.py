"""The face of the store: what other rooms use."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from qa_plugin.errors import StoreError, StoreLocked
from qa_plugin.records import Article, ChunkTerms, FileState, IndexedArticle, Scope, SourceInfo, StoredChunk
from qa_plugin.store import upkeep
from qa_plugin.store.cache import ReplyCache
from qa_plugin.store.catalogue import Catalogue
from qa_plugin.store.lock import WriterLock
from qa_plugin.store.postings import Postings
from qa_plugin.store.rows import unit_vector
from qa_plugin.store.scan import ExactScan
from qa_plugin.store.vectors import VectorIndex, VectorIndexError

_LOCK_SECONDS = 0.5
_READER_BUILDS_UP_TO = 20_000
"""Chunks; building a larger index takes longer than anybody waits for an answer."""
_EVERYWHERE = Scope()


class Store:
    """An index of articles: the catalogue, and Chroma beside it.

    Any number of processes may read while one writes. Threads may share a store.
    """

    def __init__(
        self, folder: Path, catalogue: Catalogue, fingerprint: Mapping[str, str], lock: WriterLock | None
    ) -> None:
        self.folder = folder
        self._catalogue = catalogue
        self._fingerprint = dict(fingerprint)
        self._writer_lock = lock
        self._scan = ExactScan(catalogue)
        self._postings: Postings | None = None
        self._index: VectorIndex | None = None
        self._index_key: tuple[str | None, int] | None = None
        self._process = os.getpid()
        self._given_up: dict[tuple[str | None, int, int], str] = {}
        self._counted = (-1, 0)
        self._lock = threading.RLock()

    @classmethod
    def open(cls, folder: Path, *, fingerprint: Mapping[str, str], write: bool = False) -> Self:
        """Open a store; only a writer creates it.

        Args:
            folder: Where the store is.
            fingerprint: What vectors and chunks are made with now; compare by `fingerprint_difference`.
            write: Take the right to write, which only one process can have.

        Raises:
            StoreNotBuilt: There is none, and this is no writer.
            StoreLocked: Another process writes.
            StoreDamaged: The catalogue is no database, or not whole.
        """
        if not write:
            return cls(folder, Catalogue(folder, write=False), fingerprint, None)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The index folder {folder} cannot be made ({error.strerror}). Name another with --store."
            ) from error
        lock = WriterLock(folder)
        lock.acquire(timeout_seconds=_LOCK_SECONDS)
        try:
            store = cls(folder, Catalogue(folder, write=True), fingerprint, lock)
            upkeep.sweep(folder, keep=store._catalogue.index_state.directory)
            if store._catalogue.meta("purge_due"):
                store._purge()
        except BaseException:
            lock.release()
            raise
        return store

    def close(self) -> None:
        """Bring the vector index in line if this is the writer, and let go of everything."""
        with self._lock:
            try:
                if self._writer_lock is not None:
                    self.synchronise()
            finally:
                self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:  # an interrupted writer ends at once: what it committed stays, the next process does the rest
            self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            self._close_index()
            self._catalogue.close()
            if self._writer_lock is not None:
                self._writer_lock.release()
                self._writer_lock = None

    # ------------------------------------------------------------ fingerprint and generation

    @property
    def generation(self) -> int:
        """A number that grows with every change of what can be found."""
        return self._catalogue.generation

    @property
    def fingerprint_stored(self) -> dict[str, str] | None:
        """What the vectors and chunks in the index were made with."""
        value = self._catalogue.meta("fingerprint")
        return None if value is None else dict(json.loads(value))

    def fingerprint_difference(self) -> dict[str, tuple[str, str]]:
        """By name what was used and what is wanted, where they differ; empty while nothing is stored."""
        stored = self.fingerprint_stored
        if stored is None:
            return {}
        pairs = {n: (stored.get(n, ""), self._fingerprint.get(n, "")) for n in {*stored, *self._fingerprint}}
        return {name: pair for name, pair in sorted(pairs.items()) if pair[0] != pair[1]}

    def set_fingerprint(self) -> None:
        """Say that all that is in the index was made with the wanted fingerprint."""
        self._writer().set_meta("fingerprint", json.dumps(self._fingerprint))

    # ------------------------------------------------------------ writing

    def replace(self, root: str, articles: Sequence[IndexedArticle]) -> None:
        """Add articles or put them in the place of former ones; when this returns they are on the disk."""
        catalogue = self._writer()
        if not articles:
            return
        if self.fingerprint_stored is None:
            self.set_fingerprint()
        catalogue.replace(root, articles)

    def renew(self, articles: Iterable[tuple[str, IndexedArticle]]) -> None:
        """Put articles, with their roots, in the place of all there are, under the wanted fingerprint.

        One transaction, whatever the dimension of the new vectors: until it is done the former index stands.
        The articles may be made from `all_articles` while they are taken.
        """
        self._writer().renew(articles, self._fingerprint)

    def fail(self, root: str, failures: Sequence[tuple[FileState, str]]) -> None:
        """Remember files that could not be read, with the reason; their former content is removed."""
        if failures:
            self._writer().fail(root, failures)

    def remove(self, root: str, sources: Sequence[str]) -> None:
        """Take files out of the index."""
        if sources:
            self._writer().remove(root, sources)

    def forget(self, root: str) -> int:
        """Take a root out so that no byte of it stays in the folder; the number of files that it had.

        Raises:
            StoreLocked: It is out of the index, but a reader holds the bytes; the next writer clears them.
        """
        catalogue = self._writer()
        with self._lock:
            count = catalogue.forget(root)
            if catalogue.meta("purge_due"):
                purged = self._purge()
                self.synchronise()
                if not purged:
                    raise StoreLocked(
                        f"The articles are out of the index {self.folder}, but another process still reads "
                        "its former state, so traces stay in the files. End that process and try again."
                    )
            return count

    def _purge(self) -> bool:
        self._close_index()
        self._catalogue.set_meta("index", None)
        ReplyCache(self.folder).clear()
        upkeep.sweep(self.folder, keep=None)
        return self._catalogue.purge()

    def synchronise(self) -> None:
        """Bring Chroma in line with the catalogue; call it once, after the last change."""
        catalogue = self._writer()
        with self._lock:
            self._close_index()
            upkeep.synchronise(catalogue, self.folder)

    def _writer(self) -> Catalogue:
        if self._writer_lock is None:
            raise StoreError(f"The index {self.folder} was opened for reading; open it with write=True to change it.")
        return self._catalogue

    # ------------------------------------------------------------ what is in it

    def roots(self) -> list[str]:
        """The roots in the index."""
        return self._catalogue.roots()

    def doubles(self) -> tuple[int, ...]:
        """The files of roots inside other roots that those hold as well."""
        return self._catalogue.doubles()

    def file_states(self, root: str) -> dict[str, FileState]:
        """What is known of each indexed file of a root, by source."""
        return self._catalogue.file_states(root)

    def failures(self, root: str) -> dict[str, tuple[FileState, str]]:
        """The files of a root that could not be read, with the reason, by source."""
        return self._catalogue.failures(root)

    def sources(self, scope: Scope = _EVERYWHERE) -> list[SourceInfo]:
        """The files in a scope, by root and source."""
        return self._catalogue.sources(scope)

    def source(self, file_id: int) -> SourceInfo:
        """One file."""
        return self._catalogue.source(file_id)

    def text(self, file_id: int) -> str:
        """A file's unaltered text."""
        return self._catalogue.text(file_id)

    def article(self, file_id: int) -> Article:
        """A file as it was read."""
        return self._catalogue.article(file_id)

    def all_articles(self) -> Iterator[tuple[str, Article, FileState]]:
        """Root, article and state of every file, for making chunks anew without the disk."""
        return self._catalogue.all_articles()

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Chunks in the order asked; ids that a writer has removed meanwhile are left out."""
        return self._catalogue.chunks(ids)

    def chunk_terms(self, ids: Sequence[int]) -> list[ChunkTerms]:
        """The terms of chunks in the order asked; ids that a writer has removed meanwhile are left out."""
        return self._catalogue.chunk_terms(ids)

    def chunks_of_file(self, file_id: int) -> list[StoredChunk]:
        """All chunks of a file, in order."""
        return self._catalogue.chunks_of_file(file_id)

    def chunk_count(self, scope: Scope = _EVERYWHERE) -> int:
        """How many chunks a scope holds."""
        return self._catalogue.chunk_count(scope)

    def file_count(self, scope: Scope = _EVERYWHERE) -> int:
        """How many files a scope holds."""
        return self._catalogue.file_count(scope)

    def problems(self) -> list[str]:
        """What is wrong with the catalogue, one sentence each; reads all of it."""
        return self._catalogue.problems()

    # ------------------------------------------------------------ search

    def postings(self) -> Postings:
        """Where each term stands, as of now."""
        with self._lock:
            if self._postings is None or self._postings.generation != self.generation:
                self._postings = Postings(self._catalogue)
            return self._postings

    def files_in(self, scope: Scope) -> list[int] | None:
        """The ids of the files in a scope; None where it does not limit."""
        return self._catalogue.files_in(scope)

    def nearest(self, vector: Any, limit: int, scope: Scope = _EVERYWHERE) -> list[tuple[int, float]]:  # noqa: ANN401
        """Chunk ids with their cosine similarity to a vector, best first.

        From Chroma where that is in order and the scope does not limit, else by comparing with all vectors.
        """
        query = unit_vector(vector, dimension=self._catalogue.dimension)
        if limit < 1:
            return []
        allowed = self._catalogue.files_in(scope)
        with self._lock:
            generation = self.generation
            if allowed is None:
                index = self._healthy_index(generation)
                if index is not None:
                    with suppress(VectorIndexError):
                        found = index.nearest(query.reshape(1, -1), limit)[0]
                        if len(found) == min(limit, self._chunks_at(generation)):
                            return found
                    self._give_up(generation, "it failed in a search")
            return self._scan.nearest(query, limit, generation=generation, allowed=allowed)

    def _chunks_at(self, generation: int) -> int:
        if self._counted[0] != generation:
            self._counted = (generation, self._catalogue.chunk_count(_EVERYWHERE))
        return self._counted[1]

    @property
    def vector_backend(self) -> str:
        """`chroma`, or `catalogue` with the reason, as the next search would go."""
        with self._lock:
            if self._catalogue.dimension is None:
                return "catalogue (the index is empty)"
            state, generation = self._catalogue.index_state, self.generation
            reason = self._given_up.get((state.directory, state.generation, generation))
            if not os.access(self.folder, os.W_OK):
                reason = "the folder cannot be written to"
            if reason is None:
                condition = upkeep.condition_of(self.folder, state, generation)
                if condition in {upkeep.Condition.SOUND, upkeep.Condition.MOVED}:
                    return "chroma"
                reason = condition.value
            return f"catalogue ({reason})"

    def _healthy_index(self, generation: int) -> VectorIndex | None:
        """The vector index if it can be used, after mending what this process may mend."""
        state = self._catalogue.index_state
        if self._index is not None and self._process == os.getpid():
            if self._index_key == (state.directory, generation) and not state.doubt:
                return self._index
            self._close_index()
        if (state.directory, state.generation, generation) in self._given_up or self._catalogue.dimension is None:
            return None
        if self._process != os.getpid() or not os.access(self.folder, os.W_OK):
            return None  # Chroma hangs in a forked process, and opens no folder that it cannot write to
        condition = upkeep.condition_of(self.folder, state, generation)
        if condition is upkeep.Condition.UNFIT:
            return None
        tried = False
        if condition is not upkeep.Condition.SOUND and self._writer_lock is None:
            tried = self._mend()
            state = self._catalogue.index_state
            condition = upkeep.condition_of(self.folder, state, generation)
        if condition is upkeep.Condition.MOVED:
            tried = True
            if upkeep.probe_in_child(self.folder, str(state.directory)):
                condition = upkeep.Condition.SOUND
        if condition is upkeep.Condition.SOUND:
            return self._opened(str(state.directory), generation)
        if tried:  # once is enough; where another process was writing, the next search tries again
            self._given_up[(state.directory, state.generation, generation)] = condition.value
        return None

    def _opened(self, directory: str, generation: int) -> VectorIndex | None:
        try:
            index = VectorIndex(self.folder / directory)
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
        if self._catalogue.chunk_count(_EVERYWHERE) > _READER_BUILDS_UP_TO:
            return False
        lock = WriterLock(self.folder)
        with suppress(StoreError):
            lock.acquire(timeout_seconds=0)
            try:
                with closing(Catalogue(self.folder, write=True)) as catalogue:
                    upkeep.synchronise(catalogue, self.folder)
                return True
            finally:
                lock.release()
        return False

    def _give_up(self, generation: int, reason: str) -> None:
        """Leave an index that failed, for this process and, by a note in the catalogue, for the others."""
        state = self._catalogue.index_state
        directory = self._index_key[0] if self._index_key else state.directory
        self._close_index()
        if directory != state.directory or directory is None:
            return  # another process has put a new index in its place: that is no failure
        self._given_up[(state.directory, state.generation, generation)] = reason
        with suppress(StoreError):
            if self._writer_lock is not None:
                upkeep.doubt(self._catalogue, directory, reason)
            else:
                with closing(Catalogue(self.folder, write=True)) as catalogue:
                    upkeep.doubt(catalogue, directory, reason)

    def _close_index(self) -> None:
        index, self._index, self._index_key = self._index, None, None
        if index is not None and self._process == os.getpid():
            index.close()
