"""Where articles come from: what stands under a root now, and how one of it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from qa_plugin.articles.files import scan
from qa_plugin.articles.reader import read_article
from qa_plugin.records import Article, FileState


class Entry(Protocol):
    """Something that may be an article, before it is read."""

    @property
    def source(self) -> str:
        """Its name under the root."""
        ...

    @property
    def size(self) -> int:
        """In bytes."""
        ...

    @property
    def modified_ns(self) -> int:
        """When it changed; 0 where nothing tells."""
        ...


class Origin(Protocol):
    """A root with what is under it."""

    @property
    def name(self) -> str:
        """The root, as the index knows it."""
        ...

    @property
    def entries(self) -> Sequence[Entry]:
        """What can be read, by source."""
        ...

    @property
    def failed(self) -> Sequence[tuple[str, str]]:
        """Source and reason of what cannot."""
        ...

    def read(self, at: int) -> tuple[Article, FileState]:
        """One of the entries, read.

        Raises:
            UnreadableFile: It cannot be.
        """
        ...

    def nothing_there(self) -> str:
        """What to say where it holds nothing."""
        ...


class Folder:
    """The files of a folder, or a single file."""

    def __init__(self, root: Path) -> None:
        """Look what is there.

        Raises:
            ArticlesError: The root is missing.
        """
        self._found = scan(root)
        self.name = str(self._found.root)
        self.entries = self._found.files
        self.failed = self._found.failed

    def read(self, at: int) -> tuple[Article, FileState]:
        """See `Origin`."""
        return read_article(self.entries[at].path, self._found.root)

    def nothing_there(self) -> str:
        """See `Origin`."""
        found = self._found
        if not found.other_formats and not found.failed:
            return f"{found.root} is empty. Put .txt or .md articles there, or name another folder."
        others = ", ".join(f"{count} {suffix}" for suffix, count in found.other_formats[:6])
        detail = f" (found {others}, which are not read yet)" if others else ""
        return f"{found.root} holds no .txt or .md files{detail}. Name a folder that does."
