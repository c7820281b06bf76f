"""Where the terms stand, from SQLite's full-text index: read at first need, kept while the catalogue stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_plugin.store.catalogue import Catalogue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TERMS_KEPT = 4096


class Postings:
    """The places of all terms at one generation of the catalogue.

    A place is the position of a passage in `chunk_ids`. Passages that are added later have none.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        import numpy as np

        self._catalogue = catalogue
        with catalogue.snapshot():
            self.generation = catalogue.generation
            found = catalogue.rows("SELECT id, file_id FROM chunks ORDER BY id")
        self.chunk_ids: NDArray[np.int64] = np.array([row[0] for row in found], dtype=np.int64)
        files, of = np.unique(np.array([row[1] for row in found], dtype=np.int64), return_inverse=True)
        self.file_ids: NDArray[np.int64] = files
        self.file_of: NDArray[np.int64] = of.astype(np.int64).reshape(-1)
        self._places: dict[str, NDArray[np.int64]] = {}

    def of(self, term: str) -> NDArray[np.int64]:
        """The places of the passages that hold a term, rising."""
        found = self._places.get(term)
        if found is None:
            if len(self._places) >= _TERMS_KEPT:
                self._places.clear()
            found = self._places[term] = self._read(term)
        return found

    def _read(self, term: str) -> NDArray[np.int64]:
        import numpy as np

        # One row that names all passages is read several times as fast as a row for each.
        listed = self._catalogue.rows(
            "SELECT group_concat(rowid) FROM chunk_terms WHERE chunk_terms MATCH ?", (_quoted(term),)
        )[0][0]
        if not listed or not len(self.chunk_ids):
            return np.zeros(0, dtype=np.int64)
        ids = np.sort(np.fromstring(listed, dtype=np.int64, sep=","))
        places = np.minimum(np.searchsorted(self.chunk_ids, ids), len(self.chunk_ids) - 1)
        known: NDArray[np.int64] = places[self.chunk_ids[places] == ids]
        return known


def _quoted(term: str) -> str:
    """A term as an FTS5 string, in which only the quotation mark means something."""
    return '"' + term.replace('"', '""').replace("\0", " ") + '"'
