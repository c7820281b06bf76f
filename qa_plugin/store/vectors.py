"""Chroma, behind a few functions: the only module that imports it.

Chroma holds ids and vectors, nothing else. Its local index does not survive a process that ends while it
writes, and opening a damaged one can end the process. A folder is therefore written once, closed, and from
then on only read (`qa_plugin.store.upkeep`); all that Chroma raises becomes a `VectorIndexError`, and whoever
gets one answers from the catalogue.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLLECTION = "chunks"
_DATABASE = "chroma.sqlite3"
_CONFIGURATION = {
    "hnsw": {
        "space": "cosine",
        # News holds copies of copies. With Chroma's own 16 neighbours a crowd of vectors that are almost one links
        # only to itself, and part of it is never found; far more neighbours make equal vectors slow to put in.
        "max_neighbors": 24,
        "ef_construction": 200,
        "ef_search": 400,
        # Rows that are not yet in the saved graph are replayed by every process that opens it.
        "sync_threshold": 100,
        "batch_size": 100,
    }
}
_PROBES_AT_ONCE = 256
_PROBE_DEPTH = 60
"""As deep as searches go."""
_ALIKE = 1e-4
# Opening one path in several threads at once fails, so one at a time.
_opening = threading.Lock()


class VectorIndexError(Exception):
    """Chroma failed; the catalogue must answer instead."""


class VectorsNotFoundError(VectorIndexError):
    """Chroma built an index in which it does not find what was put in."""


@contextmanager
def _guarded(action: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # A panic in Chroma's Rust code arrives as a BaseException of its own.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise VectorIndexError(f"Chroma could not {action}: {error}") from error
        raise


class VectorIndex:
    """One folder of Chroma's, open."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        if not create and not (folder / _DATABASE).is_file():
            # Chroma would make an empty index there and find nothing.
            raise VectorIndexError(f"There is no vector index in {folder.name}")
        self._client: Any = None
        with _guarded(f"open {folder.name}"), _opening:
            import chromadb
            from chromadb.config import Settings

            self._client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
            try:
                if create:
                    self._collection = self._client.create_collection(
                        _COLLECTION, embedding_function=None, configuration=_CONFIGURATION
                    )
                else:
                    self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
                self._batch_size = int(self._client.get_max_batch_size())
            except BaseException:
                self.close()
                raise

    def count(self) -> int:
        """How many vectors Chroma says it holds; it may still not find them."""
        with _guarded("count"):
            return int(self._collection.count())

    def put(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors, or replace those of the same id."""
        with _guarded("store vectors"):
            for start in range(0, len(ids), self._batch_size):
                part = slice(start, start + self._batch_size)
                self._collection.upsert(ids=[str(i) for i in ids[part]], embeddings=vectors[part])

    def delete(self, ids: Sequence[int]) -> None:
        """Take vectors out; ids that are not there are passed over."""
        with _guarded("delete vectors"):
            for start in range(0, len(ids), self._batch_size):
                self._collection.delete(ids=[str(i) for i in ids[start : start + self._batch_size]])

    def nearest(self, queries: NDArray[np.float32], limit: int) -> list[list[tuple[int, float]]]:
        """For each query the ids with their cosine similarity, best first."""
        with _guarded("search"):
            found = self._collection.query(query_embeddings=queries, n_results=limit, include=["distances"])
            rows = zip(found["ids"], found["distances"] or [], strict=True)
            pairs = [[(int(i), 1.0 - float(d)) for i, d in zip(*row, strict=True)] for row in rows]
        return [sorted(row, key=lambda pair: (-pair[1], pair[0])) for row in pairs]

    def missed(self, vectors: NDArray[np.float32]) -> dict[int, float]:
        """The rows of stored vectors that find neither themselves nor their equal, with the best similarity found.

        It is that of opposites where fewer were found than asked for.
        """
        missed, depth = dict[int, float](), min(_PROBE_DEPTH, self.count())
        for start in range(0, len(vectors), _PROBES_AT_ONCE):
            answers = self.nearest(vectors[start : start + _PROBES_AT_ONCE], depth)
            for row, found in enumerate(answers, start):
                best = found[0][1] if found and len(found) == depth else -1.0
                if not best > 1.0 - _ALIKE:  # so that what is no number counts as missed
                    missed[row] = best
        return missed

    def close(self) -> None:
        """Let go of the folder; without it, 60 opened indexes cost 741 file handles."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(VectorIndexError), _guarded("close"):
            if hasattr(client, "close"):
                client.close()
            else:  # before chromadb 1.5 only all clients of the process could be closed
                from chromadb.api.shared_system_client import SharedSystemClient

                SharedSystemClient.clear_system_cache()
