"""What the catalogue remembers of likeness between files: a signature of each, and which are linked.

A file is open until it has been compared with the others. When one is removed, those that were linked with it are
open again: what held them together may have gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from qa_plugin.records import Scope
from qa_plugin.store.catalogue import Catalogue

_HAS_LINKS = "SELECT count(*) FROM sqlite_schema WHERE name = 'links'"
_UNDATED = "~"
"""Behind every date."""
_SCOPES_KEPT = 16

Made = TypeVar("Made")


class Link(NamedTuple):
    """Two files that are one report."""

    one: int
    other: int
    kind: str


class Links:
    """The signatures and links of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._settled = 0
        self._kept: tuple[tuple[int, int, int], dict[Scope, Any]] | None = None

    def prepare(self, version: str) -> None:
        """Forget what was made by another version."""
        if self._catalogue.meta("links") == version:
            return
        with self._catalogue.transaction():
            self._catalogue.rows("DELETE FROM links")
            self._catalogue.rows("DELETE FROM signatures")
            self._catalogue.set_meta("links", version)

    def unsigned(self) -> list[int]:
        """The files without a signature."""
        found = self._catalogue.rows(
            "SELECT id FROM files WHERE id NOT IN (SELECT file_id FROM signatures) ORDER BY id"
        )
        return [int(row[0]) for row in found]

    def sign(self, signatures: Iterable[tuple[int, bytes]]) -> None:
        """Remember signatures of files, which are open then."""
        with self._catalogue.transaction():
            for file_id, value in signatures:
                self._catalogue.rows("INSERT OR REPLACE INTO signatures VALUES (?, ?, 1)", (file_id, value))

    def signatures(self) -> list[tuple[int, bytes]]:
        """The files and their signatures; too short ones have an empty one."""
        return [(int(row[0]), bytes(row[1])) for row in self._catalogue.rows("SELECT file_id, value FROM signatures")]

    def open_files(self) -> list[int]:
        """The files that are still to be compared."""
        found = self._catalogue.rows("SELECT file_id FROM signatures WHERE open ORDER BY file_id")
        return [int(row[0]) for row in found]

    def settle(self, file_ids: Sequence[int], links: Iterable[Link]) -> None:
        """Remember what comparing these files gave."""
        with self._catalogue.transaction():
            for link in links:
                pair = sorted((link.one, link.other))
                self._catalogue.rows("INSERT OR REPLACE INTO links VALUES (?, ?, ?)", (*pair, link.kind))
            self._catalogue.rows(
                "UPDATE signatures SET open = 0 WHERE file_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(file_ids)),),
            )
        self._settled += 1

    def behind(self) -> int:
        """How many files are still to be compared, in a catalogue of any layout."""
        if not self._catalogue.rows(_HAS_LINKS)[0][0]:
            return int(self._catalogue.rows("SELECT count(*) FROM files")[0][0])
        return len(self.unsigned()) + len(self.open_files())

    def kept(self, scope: Scope, make: Callable[[], Made]) -> Made:
        """What was made of the links in a scope, made anew when anything in the catalogue has changed."""
        state = (self._catalogue.foreign_changes, self._catalogue.generation, self._settled)
        # Taken once: another thread may put what it sees, of a later state, in its place meanwhile.
        kept = self._kept
        if kept is None or kept[0] != state or len(kept[1]) >= _SCOPES_KEPT:
            kept = self._kept = (state, {})
        made = kept[1]
        if scope not in made:
            made[scope] = make()
        return cast("Made", made[scope])

    def all(self) -> list[Link]:
        """Every link; none in a catalogue of a layout that had none."""
        if not self._catalogue.rows(_HAS_LINKS)[0][0]:
            return []
        return [Link(*row) for row in self._catalogue.rows("SELECT one, other, kind FROM links ORDER BY one, other")]

    def order(self, file_ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
        """By file what puts the earliest dated first, and without dates the first by path."""
        found = self._catalogue.rows(
            "SELECT f.id, f.published, f.source, r.path FROM files AS f JOIN roots AS r ON r.id = f.root_id "
            "WHERE f.id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(file_ids)),),
        )
        return {row[0]: (row[1] or _UNDATED, row[2], row[3]) for row in found}
