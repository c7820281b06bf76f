"""The face of the store: what other rooms use."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from qa_plugin.errors import ArticlesError, StoreError, StoreLocked
from qa_plugin.records import Article, ChunkTerms, FileState, IndexedArticle, Scope, SourceInfo, StoredChunk
from qa_plugin.store import upkeep
from qa_plugin.store.cache import DiskCache
from qa_plugin.store.catalogue import Catalogue
from qa_plugin.store.connection import CatalogueFile
from qa_plugin.store.links import Links
from qa_plugin.store.lock import WriterLock
from qa_plugin.store.postings import Postings
from qa_plugin.store.rows import unit_vector
from qa_plugin.store.vector_search import VectorSearch

_LOCK_SECONDS, _MENDING_SECONDS = 0.5, 60.0
"""How long a writer waits for another one, and for a reader that builds the vector index."""
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
        self._vector_search = VectorSearch(folder, catalogue, writes=lock is not None)
        self.links = Links(catalogue)
        """Which files are linked as copies or translations."""
        self._postings: Postings | None = None
        self._watch: CatalogueFile | None = None
        """Sees what is written while the catalogue is held."""
        self._seen = 0
        self._lock = threading.RLock()

    @classmethod
    def open(cls, folder: Path, *, fingerprint: Mapping[str, str], write: bool = False) -> Self:
        """Open a store; only a writer creates it.

        Args:
            folder: Where the store is.
            fingerprint: What vectors and chunks are made with now; compare by `fingerprint_difference`.
            write: Take the right to write, which only one process can have. A reader that just then builds the vector
                index is waited for, up to 60 seconds.

        Raises:
            StoreNotBuilt: There is none, and this is no writer.
            StoreLocked: Another process writes, or has built the vector index for longer than that.
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
        lock.acquire(timeout_seconds=_LOCK_SECONDS, patience_seconds=_MENDING_SECONDS)
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
            self._vector_search.close()
            self._catalogue.close()
            if self._watch is not None:
                self._watch.close()
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

    # ------------------------------------------------------------ one state

    def hold(self) -> None:
        """See the index as it is now until `release`, whatever a writer does; once at a time."""
        if self._watch is None:
            self._watch = CatalogueFile(self.folder, write=False)
        self._seen = self._watch.foreign_changes  # looked at first, so that nothing falls between the two
        self._catalogue.hold()

    def release(self) -> None:
        """See what was written meanwhile."""
        self._catalogue.release()

    def has_moved_on(self) -> bool:
        """Whether anything was written since `hold`."""
        return self._watch is not None and self._watch.foreign_changes != self._seen

    # ------------------------------------------------------------ writing

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let readers see all changes of the block at once, at its end, or in steps where it takes long.

        If it fails, what was done stays.
        """
        with self._writer().together():
            yield

    def breathe(self) -> None:
        """Between two changes of `together`: where it takes long already, let readers see what is done."""
        self._writer().breathe()

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
                        "its former state, or a question here that is not answered yet, so traces stay in the files. "
                        "End it and try again."
                    )
            return count

    def _purge(self) -> bool:
        self._vector_search.close()
        self._catalogue.set_meta("index", None)
        DiskCache(self.folder).clear()
        upkeep.sweep(self.folder, keep=None)
        return self._catalogue.purge()

    def synchronise(self) -> None:
        """Bring Chroma in line with the catalogue; call it once, after the last change."""
        catalogue = self._writer()
        with self._lock:
            self._vector_search.close()
            upkeep.synchronise(catalogue, self.folder)

    def _writer(self) -> Catalogue:
        if self._writer_lock is None:
            raise StoreError(f"The index {self.folder} was opened for reading; open it with write=True to change it.")
        return self._catalogue

    def base(self, root: str) -> str | None:
        """The folder that the names of a root's documents are counted from, where there is one."""
        return self._catalogue.base(root)

    def set_base(self, root: str, folder: str | None) -> None:
        """Remember it, until the root is forgotten."""
        self._writer().set_base(root, folder)

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

    def infos(self, file_ids: Iterable[int]) -> dict[int, SourceInfo]:
        """Those of these files that are there, by id."""
        return self._catalogue.infos(file_ids)

    def source(self, file_id: int) -> SourceInfo:
        """One file."""
        return self._catalogue.source(file_id)

    def named(self, name: str) -> SourceInfo:
        """One file by its path as answers give it.

        Raises:
            ArticlesError: No such file is in the index, or more than one.
        """
        found = [info for info in self.sources() if name in {info.source, f"{Path(info.root).name}/{info.source}"}]
        if len(found) > 1:
            doubles = set(self.doubles())
            found = [info for info in found if info.file_id not in doubles]
        if len(found) == 1:
            return found[0]
        if not found:
            raise ArticlesError(f"{name} is not in the index. `qa-plugin sources` lists what is.")
        roots = ", ".join(f"{Path(info.root).name}/{info.source}" for info in found)
        raise ArticlesError(f"{name} is in the index more than once. Say which: {roots}.")

    def text(self, file_id: int) -> str:
        """A file's unaltered text."""
        return self._catalogue.text(file_id)

    def readable(self, file_id: int) -> str:
        """A file's text without the markup that a scraper left in it; offsets are the same."""
        return self._catalogue.readable(file_id)

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
            return self._vector_search.nearest(query, limit, allowed)

    @property
    def vector_backend(self) -> str:
        """`chroma`, or `catalogue` with the reason, as the next search would go."""
        with self._lock:
            return self._vector_search.backend
