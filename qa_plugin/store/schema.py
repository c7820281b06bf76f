"""The catalogue's tables, and how its file is opened.

The catalogue is one SQLite file. Everything that the index knows is in it, the vectors too, so that whatever
happens to the vector index beside it can be mended from here, without embedding anything again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa_plugin.errors import StoreDamaged, StoreError, StoreLocked, StoreMismatch, StoreNotBuilt

CATALOGUE_NAME = "catalogue.sqlite3"
SCHEMA_VERSION = 2
_APPLICATION_ID = 0x51415049
_BUSY_TIMEOUT_SECONDS = 5.0

# Ids are AUTOINCREMENT because an id must never come to mean other content: Chroma and open readers keep ids.
# The full-text table reads its content from `chunks`, so that terms are stored once. Whatever is no space and
# no control character belongs to a term: terms are made elsewhere, here they are only kept apart.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE);
CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  root_id INTEGER NOT NULL REFERENCES roots (id),
  source TEXT NOT NULL,
  content_hash TEXT NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
  encoding TEXT NOT NULL, language TEXT NOT NULL, title TEXT, published TEXT,
  credits TEXT NOT NULL, body TEXT NOT NULL,
  text TEXT NOT NULL, characters INTEGER NOT NULL, text_checksum INTEGER NOT NULL,
  UNIQUE (root_id, source)
);
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_id INTEGER NOT NULL REFERENCES files (id),
  ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, tokens INTEGER NOT NULL,
  sentences TEXT NOT NULL, terms TEXT NOT NULL, vector BLOB NOT NULL,
  UNIQUE (file_id, ordinal)
);
CREATE TABLE failures (
  root_id INTEGER NOT NULL REFERENCES roots (id),
  source TEXT NOT NULL,
  content_hash TEXT NOT NULL, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (root_id, source)
) WITHOUT ROWID;
CREATE TABLE outbox (chunk_id INTEGER PRIMARY KEY);
CREATE VIRTUAL TABLE chunk_terms USING fts5 (
  terms, content='chunks', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);
"""
# Since layout 2. What deletes a file takes them along, so that a catalogue of layout 1 needs only the tables.
_LINKS = """
CREATE TABLE signatures (
  file_id INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
  value BLOB NOT NULL, open INTEGER NOT NULL
);
CREATE TABLE links (
  one INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  other INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE INDEX links_back ON links (other);
"""
_FIRST_VALUES = f"""
INSERT INTO meta VALUES ('generation', '0');
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""  # noqa: S608 - numbers of this module


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into the errors of this package."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = str(error)
        if "locked" in reason or "busy" in reason:
            raise StoreLocked(f"The index {path} is in use by another process; try again shortly.") from error
        if any(sign in reason for sign in ("malformed", "no such table", "no such column", "decode to UTF-8")):
            raise _damaged(path, reason) from error
        raise StoreError(
            f"The index {path} cannot be used: {reason}. Check the disk and the rights on the folder."
        ) from error
    except sqlite3.DatabaseError as error:
        if type(error) is sqlite3.DatabaseError:  # its subclasses speak of the use, not of the file
            raise _damaged(path, str(error)) from error
        raise StoreError(f"The index {path} was used wrongly or after it was closed: {error}.") from error


def _damaged(path: Path, reason: str) -> StoreDamaged:
    return StoreDamaged(
        f"The index {path} is damaged ({reason}). Restore the file from a backup, "
        f"or delete the folder {path.parent} and run `qa-plugin index PATH` to begin anew."
    )


def open_catalogue(folder: Path, *, write: bool) -> sqlite3.Connection:
    """Open the catalogue of a store; a writer creates it where there is none.

    Raises:
        StoreNotBuilt: There is no catalogue, and this is no writer.
        StoreDamaged: The file is no database, or none of ours.
        StoreMismatch: A newer version of the package made it.
    """
    path = folder / CATALOGUE_NAME
    if write:
        connection = _connected(path, "mode=rwc")
    elif path.is_file():
        connection = _open_for_reading(path)
    else:
        raise StoreNotBuilt(f"There is no index in {folder} yet. Run `qa-plugin index PATH` to make one.")
    try:
        with translated(path):
            _prepare(connection, path, write=write)
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(path: Path, options: str) -> sqlite3.Connection:
    with translated(path):
        # The store serialises the use of a connection by a lock of its own.
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?{options}",
            uri=True,
            timeout=_BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )


def _open_for_reading(path: Path) -> sqlite3.Connection:
    """Open with what rights there are: a database with a write-ahead log normally wants to create files."""
    for options in ("mode=rw", "mode=ro"):
        connection = _connected(path, options)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if "locked" in str(error):
                with translated(path):
                    raise
        except sqlite3.DatabaseError:
            return connection  # damaged: the caller's first statement says how
        else:
            return connection
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > 0:
        # Opened as immutable the log would be passed over, and with it acknowledged articles.
        raise StoreError(
            f"The index {path} was not closed cleanly and its folder cannot be written to. "
            "Run `qa-plugin sources` once where the folder is writable, or copy the folder to such a place."
        )
    return _connected(path, "mode=ro&immutable=1")


def _prepare(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if write:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        if tables == 0:
            _create(connection)
            return
    elif tables == 0:
        raise StoreNotBuilt(f"The index {path} is empty. Run `qa-plugin index PATH` to fill it.")
    else:
        connection.execute("PRAGMA query_only = ON")
    if application != _APPLICATION_ID:
        raise _damaged(path, "it is the database of another program")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 1:
        if write:
            connection.executescript(f"BEGIN IMMEDIATE; {_LINKS} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    elif version != SCHEMA_VERSION:
        raise StoreMismatch(
            f"The index {path} has layout {version}, this qa-plugin reads layout {SCHEMA_VERSION}. "
            "Use the version that made it, or another folder with --store."
        )
    connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} {_LINKS} {_FIRST_VALUES} COMMIT;")
