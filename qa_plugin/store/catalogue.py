"""The truth: every file, chunk and vector of the index, in one SQLite file."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_plugin.errors import StoreError
from qa_plugin.language.markup import without_markup
from qa_plugin.records import Article, ChunkTerms, FileState, IndexedArticle, Scope, SourceInfo, StoredChunk
from qa_plugin.store.connection import CatalogueFile
from qa_plugin.store.roots import doubles, root_around
from qa_plugin.store.rows import article_of, checked_text, chunk_of, chunk_values, file_values, info_of, state_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TEXTS_KEPT = 256
_INFO = (
    "SELECT f.id, r.path, f.source, f.language, f.title, f.published, f.credits, f.characters, "
    "(SELECT count(*) FROM chunks AS c WHERE c.file_id = f.id) "
    "FROM files AS f JOIN roots AS r ON r.id = f.root_id"
)
_ARTICLE = "source, encoding, language, title, published, credits, body, text, text_checksum"
_CHUNK = "id, file_id, ordinal, start, end, sentences, terms"


class Catalogue(CatalogueFile):
    """What is in the catalogue, to read and to change."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        super().__init__(folder, write=write)
        self._texts: OrderedDict[int, str] = OrderedDict()

    # ------------------------------------------------------------ writing

    def replace(self, root: str, articles: Iterable[IndexedArticle]) -> None:
        """Add articles, or put them in the place of those of the same source."""
        with self.transaction():
            root_id = self._root_id(root)
            dimension = self.dimension
            for indexed in articles:
                dimension = self._put(root_id, indexed, dimension)
            self.bump_generation()

    def renew(self, articles: Iterable[tuple[str, IndexedArticle]], fingerprint: Mapping[str, str]) -> None:
        """Put these articles in the place of all there are, with vectors of another kind if need be."""
        with self.transaction():
            before = self._file_ids("SELECT id FROM files")
            dimension: int | None = None
            for root, indexed in articles:
                dimension = self._put(self._root_id(root), indexed, dimension)
            self._drop_files([file_id for file_id in before if self._has_file(file_id)])
            self.set_meta("fingerprint", json.dumps(dict(fingerprint)))
            self.bump_generation()

    def fail(self, root: str, failures: Sequence[tuple[FileState, str]]) -> None:
        """Remember files that could not be read; what was known of them is removed."""
        with self.transaction():
            root_id = self._root_id(root)
            for state, reason in failures:
                self._drop_source(root_id, state.source)
                self.rows(
                    "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)",
                    (root_id, state.source, state.content_hash, state.size, state.modified_ns, reason),
                )
            self.bump_generation()

    def remove(self, root: str, sources: Sequence[str]) -> None:
        """Take files out, whether they were read or failed."""
        with self.transaction():
            root_id = self._root_id(root)
            for source in sources:
                self._drop_source(root_id, source)
            self.bump_generation()

    def forget(self, root: str) -> int:
        """Take a whole root out, with its failures; the number of files that it had."""
        with self.transaction():
            root_ids = self._file_ids("SELECT id FROM roots WHERE path = ?", (root,))
            count = 0
            for root_id in root_ids:
                file_ids = self._file_ids("SELECT id FROM files WHERE root_id = ?", (root_id,))
                count = len(file_ids)
                self._drop_files(file_ids)
                self.rows("DELETE FROM failures WHERE root_id = ?", (root_id,))
                self.rows("DELETE FROM roots WHERE id = ?", (root_id,))
                self.set_base(root, None)
                self.bump_generation()
                self.set_meta("purge_due", "yes")
            return count

    def base(self, root: str) -> str | None:
        """The folder that the names of a root's documents are counted from."""
        return self.meta(f"base of {root}")

    def set_base(self, root: str, folder: str | None) -> None:
        """Remember it; None forgets it."""
        self.set_meta(f"base of {root}", folder)

    def purge(self) -> bool:
        """Overwrite what deleted rows left in the file; False while another process still reads from it."""
        with self._lock:
            self.rows("INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')")
            self.rows("VACUUM")
            busy = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
            if busy:
                return False
            self.set_meta("purge_due", None)
            return True

    def _root_id(self, root: str) -> int:
        self.rows("INSERT INTO roots (path) VALUES (?) ON CONFLICT DO NOTHING", (root,))
        return int(self.rows("SELECT id FROM roots WHERE path = ?", (root,))[0][0])

    def _file_ids(self, statement: str, values: Sequence[Any] = ()) -> list[int]:
        return [int(row[0]) for row in self.rows(statement, values)]

    def _has_file(self, file_id: int) -> bool:
        return bool(self.rows("SELECT 1 FROM files WHERE id = ?", (file_id,)))

    def _put(self, root_id: int, indexed: IndexedArticle, dimension: int | None) -> int | None:
        """Store one article, as a new file so that no id comes to mean other content."""
        values = file_values(root_id, indexed)
        self._drop_source(root_id, indexed.article.source)
        file_id = self.rows(
            "INSERT INTO files (root_id, source, content_hash, size, modified_ns, encoding, language, title, "
            "published, credits, body, text, characters, text_checksum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            values,
        )[0][0]
        for ordinal, chunk in enumerate(indexed.chunks):
            row, dimension = chunk_values(file_id, ordinal, chunk, dimension)
            chunk_id = self.rows(
                "INSERT INTO chunks (file_id, ordinal, start, end, tokens, sentences, terms, vector) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                row,
            )[0][0]
            self.rows("INSERT INTO chunk_terms (rowid, terms) VALUES (?, ?)", (chunk_id, row[6]))
            self.rows("INSERT INTO outbox VALUES (?)", (chunk_id,))
        return dimension

    def _drop_source(self, root_id: int, source: str) -> None:
        self._drop_files(self._file_ids("SELECT id FROM files WHERE root_id = ? AND source = ?", (root_id, source)))
        self.rows("DELETE FROM failures WHERE root_id = ? AND source = ?", (root_id, source))

    def _drop_files(self, file_ids: Iterable[int]) -> None:
        for file_id in file_ids:
            self._texts.pop(file_id, None)
            # The full-text table has no content of its own: to take a row out it must be told what was in it.
            self.rows(
                "INSERT INTO chunk_terms (chunk_terms, rowid, terms) "
                "SELECT 'delete', id, terms FROM chunks WHERE file_id = ?",
                (file_id,),
            )
            self.rows("INSERT OR IGNORE INTO outbox SELECT id FROM chunks WHERE file_id = ?", (file_id,))
            self.rows(
                "UPDATE signatures SET open = 1 WHERE file_id IN "
                "(SELECT one FROM links WHERE other = ?1 UNION SELECT other FROM links WHERE one = ?1)",
                (file_id,),
            )
            self.rows("DELETE FROM chunks WHERE file_id = ?", (file_id,))
            self.rows("DELETE FROM files WHERE id = ?", (file_id,))

    # ------------------------------------------------------------ reading

    def roots(self) -> list[str]:
        """The roots, in the order of their paths."""
        return [row[0] for row in self.rows("SELECT path FROM roots ORDER BY path")]

    def file_states(self, root: str) -> dict[str, FileState]:
        """What is known of each indexed file of a root, by source."""
        found = self.rows(
            "SELECT source, content_hash, size, modified_ns FROM files "
            "WHERE root_id = (SELECT id FROM roots WHERE path = ?)",
            (root,),
        )
        return {row[0]: state_of(*row) for row in found}

    def failures(self, root: str) -> dict[str, tuple[FileState, str]]:
        """The files of a root that could not be read, with the reason."""
        found = self.rows(
            "SELECT source, content_hash, size, modified_ns, reason FROM failures "
            "WHERE root_id = (SELECT id FROM roots WHERE path = ?)",
            (root,),
        )
        return {row[0]: (state_of(*row[:4]), row[4]) for row in found}

    def files_in(self, scope: Scope) -> list[int] | None:
        """The ids of the files in a scope; None where it does not limit."""
        if scope.roots is not None and set(self.roots()) <= set(scope.roots):
            scope = replace(scope, roots=None)
        if scope == Scope():
            return None
        conditions, values = ["1"], list[Any]()
        if scope.roots is not None:
            conditions.append("r.path IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(scope.roots))
        if scope.language is not None:
            conditions.append("f.language = ?")
            values.append(scope.language)
        # A limit may be a year or a month only: it is compared with as much of the date.
        if scope.date_from is not None:
            conditions.append("substr(f.published, 1, length(?)) >= ?")
            values += [scope.date_from, scope.date_from]
        if scope.date_to is not None:
            conditions.append("substr(f.published, 1, length(?)) <= ?")
            values += [scope.date_to, scope.date_to]
        if scope.without:
            conditions.append("f.id NOT IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(scope.without))
        found = self.rows(
            "SELECT f.id, f.source FROM files AS f JOIN roots AS r ON r.id = f.root_id "  # noqa: S608 - fixed parts
            f"WHERE {' AND '.join(conditions)}",
            values,
        )
        glob = scope.source_glob
        return [file_id for file_id, source in found if glob is None or fnmatchcase(source, glob)]

    def doubles(self) -> tuple[int, ...]:
        """The files of roots inside other roots that those hold as well."""
        roots = self.roots()
        if not any(root_around(root, roots) for root in roots):
            return ()
        files_of: dict[str, dict[str, int]] = {root: {} for root in roots}
        for root, source, file_id in self.rows(
            "SELECT r.path, f.source, f.id FROM files AS f JOIN roots AS r ON r.id = f.root_id ORDER BY f.id"
        ):
            files_of[root][source] = file_id
        return tuple(doubles(roots, files_of))

    def sources(self, scope: Scope) -> list[SourceInfo]:
        """The files in a scope, by root and source."""
        allowed = self.files_in(scope)
        wanted = None if allowed is None else set(allowed)
        found = self.rows(f"{_INFO} ORDER BY r.path, f.source")
        return [info_of(row) for row in found if wanted is None or row[0] in wanted]

    def infos(self, file_ids: Iterable[int]) -> dict[int, SourceInfo]:
        """Those of these files that are there, by id."""
        of_these = f"{_INFO} WHERE f.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - fixed parts
        rows = self.rows(of_these, (json.dumps(list(file_ids)),))
        return {row[0]: info_of(row) for row in rows}

    def source(self, file_id: int) -> SourceInfo:
        """One file, as `sources` lists it."""
        return info_of(self._only(f"{_INFO} WHERE f.id = ?", file_id))

    def text(self, file_id: int) -> str:
        """A file's unaltered text."""
        with self._lock:
            if file_id in self._texts:
                self._texts.move_to_end(file_id)
                return self._texts[file_id]
            text, checksum, source = self._only("SELECT text, text_checksum, source FROM files WHERE id = ?", file_id)
            self._texts[file_id] = checked_text(text, checksum, source)
            if len(self._texts) > _TEXTS_KEPT:
                self._texts.popitem(last=False)
            return self._texts[file_id]

    def readable(self, file_id: int) -> str:
        """A file's text without markup, as long as it is with it."""
        return without_markup(self.text(file_id))

    def article(self, file_id: int) -> Article:
        """A file as it was read."""
        return article_of(self._only(f"SELECT {_ARTICLE} FROM files WHERE id = ?", file_id))  # noqa: S608

    def all_articles(self) -> Iterator[tuple[str, Article, FileState]]:
        """Every root, article and file state, one after another; the files may be replaced meanwhile."""
        for file_id in self._file_ids("SELECT id FROM files ORDER BY id"):
            found = self.rows(
                f"SELECT r.path, f.content_hash, f.size, f.modified_ns, {_ARTICLE} "  # noqa: S608
                "FROM files AS f JOIN roots AS r ON r.id = f.root_id WHERE f.id = ?",
                (file_id,),
            )
            for root, content_hash, size, modified_ns, *row in found:
                yield root, article_of(row), state_of(row[0], content_hash, size, modified_ns)

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Chunks in the order asked; those that are no longer there are left out."""
        wanted = json.dumps([int(chunk_id) for chunk_id in ids])
        with self.snapshot():
            found = self.rows(
                f"SELECT {_CHUNK} FROM chunks WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (wanted,),
            )
            by_id = {row[0]: chunk_of(row, self.readable(row[1])) for row in found}
        return [by_id[chunk_id] for chunk_id in ids if chunk_id in by_id]

    def chunk_terms(self, ids: Sequence[int]) -> list[ChunkTerms]:
        """The terms of chunks in the order asked; those that are no longer there are left out."""
        found = self.rows(
            "SELECT id, file_id, terms, sentences = '[]' FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(chunk_id) for chunk_id in ids]),),
        )
        by_id = {row[0]: ChunkTerms(row[0], row[1], () if row[3] else tuple(row[2].split("\n"))) for row in found}
        return [by_id[chunk_id] for chunk_id in ids if chunk_id in by_id]

    def chunks_of_file(self, file_id: int) -> list[StoredChunk]:
        """All chunks of a file, in order."""
        statement = f"SELECT {_CHUNK} FROM chunks WHERE file_id = ? ORDER BY ordinal"  # noqa: S608 - fixed parts
        with self.snapshot():
            return [chunk_of(row, self.readable(file_id)) for row in self.rows(statement, (file_id,))]

    def chunk_count(self, scope: Scope) -> int:
        """How many chunks a scope holds."""
        allowed = self.files_in(scope)
        if allowed is None:
            return int(self.rows("SELECT count(*) FROM chunks")[0][0])
        statement = "SELECT count(*) FROM chunks WHERE file_id IN (SELECT value FROM json_each(?))"
        return int(self.rows(statement, (json.dumps(allowed),))[0][0])

    def file_count(self, scope: Scope) -> int:
        """How many files a scope holds."""
        allowed = self.files_in(scope)
        return len(allowed) if allowed is not None else int(self.rows("SELECT count(*) FROM files")[0][0])

    def vectors(
        self, ids: Sequence[int] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Chunk ids, file ids, and vectors one to a row, of all chunks or of those asked."""
        import numpy as np

        if ids is None:
            found = self.rows("SELECT id, file_id, vector FROM chunks ORDER BY id")
        else:
            found = self.rows(
                "SELECT id, file_id, vector FROM chunks WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
                (json.dumps([int(i) for i in ids]),),
            )
        chunk_ids = np.array([row[0] for row in found], dtype=np.int64)
        file_ids = np.array([row[1] for row in found], dtype=np.int64)
        flat = np.frombuffer(b"".join(row[2] for row in found), dtype=np.float32)
        return chunk_ids, file_ids, flat.reshape(len(found), -1) if found else flat.reshape(0, 0)

    def problems(self) -> list[str]:
        """What is wrong with the file, one sentence each; reads all of it."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for file_id in self._file_ids("SELECT id FROM files ORDER BY id"):
            try:
                self.article(file_id)
            except StoreError as error:
                found.append(str(error))
        return found

    def _only(self, statement: str, file_id: int) -> Any:  # noqa: ANN401 - a row of any columns
        found = self.rows(statement, (file_id,))
        if not found:
            raise StoreError(f"There is no file {file_id} in the index (any more); ask again.")
        return found[0]
