"""Exact nearest neighbours by comparing with every vector: slower than an index, never wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa_plugin.store.catalogue import Catalogue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ExactScan:
    """The catalogue's vectors in memory, read again when the catalogue has changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._generation = -1

    def nearest(
        self, query: NDArray[np.float32], limit: int, *, generation: int, allowed: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        """Chunk ids with their cosine similarity, best first; equal ones by id."""
        import numpy as np

        if self._generation != generation:
            self._ids, self._files, self._matrix = self._catalogue.vectors()
            self._generation = generation
        if not len(self._ids):
            return []
        ids, similarities = self._ids, self._matrix @ query
        if allowed is not None:
            # Leaving out afterwards costs less than copying the vectors that stay.
            rows = np.flatnonzero(np.isin(self._files, np.array(allowed, dtype=np.int64)))
            ids, similarities = ids[rows], similarities[rows]
        order = np.arange(len(ids))
        if limit < len(ids):
            # All that equal the last place are kept: among equals the ids decide, not the partition.
            last_place = np.partition(similarities, len(ids) - limit)[len(ids) - limit]
            order = np.flatnonzero(similarities >= last_place)
        order = order[np.lexsort((ids[order], -similarities[order]))][:limit]
        return [(int(ids[i]), float(similarities[i])) for i in order]
