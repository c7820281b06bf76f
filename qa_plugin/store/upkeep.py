"""Keeping the vector index in line with the catalogue.

Each state of the index is a folder of its own, `chroma-<n>`. A new one is made as `chroma-<n>.building`, from
a copy of the last and what changed since, or anew from the catalogue; it is checked, closed and renamed, and
only then does the catalogue name it. No process reads a folder that another writes, and a process that is
killed leaves the last folder untouched. Whether a folder is still as it was closed is told by sizes and times
of its files, in milliseconds.

An index over many vectors that are almost one can fall apart although nothing is damaged. Where the check shows
that, the catalogue remembers it for its generation, and answers exactly in its place.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.records import Scope
from qa_plugin.store.catalogue import Catalogue
from qa_plugin.store.rows import IndexState
from qa_plugin.store.vectors import VectorIndex, VectorIndexError, VectorsNotFoundError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_logger = logging.getLogger(__name__)
_DATABASE = "chroma.sqlite3"
_BUILDING = ".building"
_CHECK_DATABASE_UP_TO_BYTES = 32_000_000
_PROBE_ALL_UP_TO = 1_000
_PROBE_SAMPLE = 300
_SHARE_TO_FIND = 0.99
_RANK, _ALIKE = 10, 1e-4
"""Among so many copies that are almost one, an approximate index may give one for the other."""
_FAR_AT_ONCE = 64
_PROBE_SECONDS = 60.0


class Condition(Enum):
    """What a look at the vector index says; the value goes into messages."""

    SOUND = "sound"
    MOVED = "its files were copied or touched"
    OUTDATED = "it is not in line with the catalogue"
    DAMAGED = "its files are missing or damaged"
    DOUBTED = "it failed before"
    UNFIT = "Chroma does not find all of so many that are alike"


def condition_of(folder: Path, state: IndexState, generation: int) -> Condition:
    """Judge the index by what the catalogue remembers of it, without opening it."""
    if state.unfit and state.generation == generation:
        return Condition.UNFIT
    if state.directory is None or state.generation != generation:
        return Condition.OUTDATED
    return _condition_of_files(folder, state)


def _condition_of_files(folder: Path, state: IndexState) -> Condition:
    if state.doubt:
        return Condition.DOUBTED
    directory = folder / str(state.directory)
    found = _files_of(directory)
    if {name: size for name, (size, _) in found.items()} != {n: size for n, (size, _) in state.files.items()}:
        return Condition.DAMAGED
    if not _is_readable(directory / _DATABASE):
        return Condition.DAMAGED
    return Condition.SOUND if found == dict(state.files) else Condition.MOVED


def _files_of(directory: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file; Chroma's own database is rewritten by every opening and has no time."""
    found = {}
    for path in directory.rglob("*"):
        name = path.relative_to(directory).as_posix()
        if path.is_file() and not name.startswith(f"{_DATABASE}-"):
            status = path.stat()
            found[name] = (status.st_size, 0 if name == _DATABASE else status.st_mtime_ns)
    return found


def _is_readable(database: Path) -> bool:
    """Whether SQLite finds nothing wrong: Chroma's own reading of a damaged database may end the process."""
    if database.stat().st_size > _CHECK_DATABASE_UP_TO_BYTES:
        return True
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def probe_in_child(folder: Path, directory: str) -> bool:
    """Try the index in another process, since opening a damaged one may end the process that does."""
    package_parent = str(Path(__file__).resolve().parents[2])
    paths = [package_parent, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and a folder of ours
            [sys.executable, "-m", "qa_plugin.store.probe", str(folder.absolute()), directory],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def finds_its_vectors(index: VectorIndex, catalogue: Catalogue) -> bool:
    """Whether the index holds as many vectors as the catalogue, and a sample of them finds itself, or as good."""
    ids = [int(row[0]) for row in catalogue.rows("SELECT id FROM chunks ORDER BY id")]
    if index.count() != len(ids):
        return False
    if len(ids) > _PROBE_ALL_UP_TO:
        ids = sorted(random.sample(ids, _PROBE_SAMPLE))  # another sample each time
    _, _, vectors = catalogue.vectors(ids)
    missed = index.missed(vectors)
    allowed = (1.0 - _SHARE_TO_FIND) * len(ids)
    return len(missed) <= allowed or _far_off(missed, vectors, catalogue) <= allowed


def _far_off(missed: Mapping[int, float], vectors: NDArray[np.float32], catalogue: Catalogue) -> int:
    """How many of the missed found nothing as near as the nearest few that there are, by comparing with all."""
    import numpy as np

    _, _, everything = catalogue.vectors()
    last = len(everything) - min(_RANK, 1 + len(everything) // 100)
    far = 0
    for start in range(0, len(missed), _FAR_AT_ONCE):
        rows = list(missed)[start : start + _FAR_AT_ONCE]
        near_enough = np.partition(vectors[rows] @ everything.T, last, axis=1)[:, last]
        far += sum(not missed[row] > least - _ALIKE for row, least in zip(rows, near_enough, strict=True))
    return far


def synchronise(catalogue: Catalogue, folder: Path) -> None:
    """Bring the index in line with the catalogue; needs the writer lock, embeds nothing.

    A failure is logged and leaves the index as it was: the catalogue answers meanwhile.
    """
    state, generation = catalogue.index_state, catalogue.generation
    chunk_count = catalogue.chunk_count(Scope())
    if chunk_count == 0:
        _commit(catalogue, IndexState(generation=generation))
        sweep(folder, keep=None)
        return
    if state.unfit and state.generation == generation:
        return
    condition = Condition.OUTDATED if state.directory is None else _condition_of_files(folder, state)
    if condition is Condition.MOVED and state.generation == generation:
        condition = Condition.DAMAGED
        if probe_in_child(folder, str(state.directory)):
            state = state._replace(files=_files_of(folder / str(state.directory)))
            _commit(catalogue, state)
            condition = Condition.SOUND
    sound = condition is Condition.SOUND
    if sound and state.generation == generation:
        return
    changed = [int(row[0]) for row in catalogue.rows("SELECT chunk_id FROM outbox ORDER BY chunk_id")]
    try:
        if sound and not changed:
            _commit(catalogue, state._replace(generation=generation))
        elif sound and 2 * (len(changed) + state.deleted) <= chunk_count:
            _extend(catalogue, folder, state, changed)
        else:
            _build(catalogue, folder, state)
    except VectorsNotFoundError as error:
        _logger.info("%s; the catalogue answers in its place until it changes.", error)
        _commit(catalogue, IndexState(generation=generation, unfit=True))
        sweep(folder, keep=None)
    except (VectorIndexError, OSError) as error:
        sweep(folder, keep=state.directory)
        _logger.warning("The vector index could not be built (%s); the catalogue answers in its place.", error)


def _extend(catalogue: Catalogue, folder: Path, state: IndexState, changed: list[int]) -> None:
    """Apply what changed to a copy of the last index."""
    directory = _next_directory(folder, state)
    shutil.copytree(folder / str(state.directory), directory)
    present, _, vectors = catalogue.vectors(changed)
    absent = sorted(set(changed) - set(present.tolist()))
    try:
        with closing(VectorIndex(directory)) as index:
            index.delete(absent)
            index.put(present.tolist(), vectors)
        _seal(catalogue, folder, directory, deleted=state.deleted + len(absent))
    except VectorIndexError as error:
        _logger.info("The vector index is built anew, since it could not be extended: %s", error)
        _build(catalogue, folder, state)


def _build(catalogue: Catalogue, folder: Path, state: IndexState) -> None:
    """Build the index from the catalogue alone."""
    directory = _next_directory(folder, state)
    ids, _, vectors = catalogue.vectors()
    # Copies stand beside each other in the catalogue; put in one after another they would link to none but each other.
    order = random.Random(len(ids)).sample(range(len(ids)), len(ids))  # noqa: S311 - to be the same each time
    with closing(VectorIndex(directory, create=True)) as index:
        index.put(ids[order].tolist(), vectors[order])
    _seal(catalogue, folder, directory, deleted=0)


def _next_directory(folder: Path, state: IndexState) -> Path:
    """A folder to build in, under a number that no folder has had."""
    names = [path.name.removesuffix(_BUILDING) for path in folder.glob("chroma-*")]
    numbers = [int(name[7:]) for name in [*names, state.directory or ""] if name[7:].isdecimal()]
    directory = folder / f"chroma-{max(numbers, default=0) + 1}{_BUILDING}"
    shutil.rmtree(directory, ignore_errors=True)
    return directory


def _seal(catalogue: Catalogue, folder: Path, building: Path, *, deleted: int) -> None:
    """Check what was built, put it on the disk, and only then let the catalogue name it."""
    with closing(VectorIndex(building)) as index:
        if not finds_its_vectors(index, catalogue):
            raise VectorsNotFoundError(f"{building.name} does not find the vectors that were put into it")
    final = building.with_name(building.name.removesuffix(_BUILDING))
    files = _files_of(building)
    for name in files:
        _to_disk(building / name)
    building.rename(final)
    _to_disk(folder)
    _commit(catalogue, IndexState(final.name, catalogue.generation, files, deleted))
    sweep(folder, keep=final.name)


def _to_disk(path: Path) -> None:
    with suppress(OSError):  # Windows opens no folders; there the rename itself is durable
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _commit(catalogue: Catalogue, state: IndexState) -> None:
    with catalogue.transaction():
        catalogue.set_meta("index", state.to_json())
        if state.generation == catalogue.generation:
            catalogue.rows("DELETE FROM outbox")


def doubt(catalogue: Catalogue, directory: str, reason: str) -> None:
    """Note that an index failed, so that the next process with the right to does build it anew."""
    with catalogue.transaction():
        state = catalogue.index_state
        if state.directory == directory:
            catalogue.set_meta("index", state._replace(doubt=reason).to_json())


def sweep(folder: Path, *, keep: str | None) -> None:
    """Delete every index folder but one; what a killed process left may hold removed articles."""
    for path in folder.glob("chroma-*"):
        name = path.name.removesuffix(_BUILDING)
        if path.is_dir() and name[7:].isdecimal() and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
