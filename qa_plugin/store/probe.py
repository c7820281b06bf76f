"""Try a vector index in a process of its own: `python -m qa_plugin.store.probe STORE DIRECTORY`.

Ends with 0 if the index finds what it should. Anything else, a signal too, means that it must not be used.
"""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from pathlib import Path

from qa_plugin.errors import StoreError
from qa_plugin.store.catalogue import Catalogue
from qa_plugin.store.upkeep import finds_its_vectors
from qa_plugin.store.vectors import VectorIndex, VectorIndexError

_LARGEST_FILE_BYTES = 64 << 30  # a damaged graph was seen to grow to terabytes


def main(folder: Path, directory: str) -> int:
    """The exit status for one index."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows, or limited further already
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE_BYTES, _LARGEST_FILE_BYTES))
    try:
        with (
            closing(Catalogue(folder, write=False)) as catalogue,
            closing(VectorIndex(folder / directory)) as index,
        ):
            return 0 if finds_its_vectors(index, catalogue) else 1
    except (StoreError, VectorIndexError):
        return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
