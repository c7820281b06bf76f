"""Which files of a folder are articles, and their bytes: read without following links or waiting on pipes."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa_plugin.articles.decoding import UnreadableFile, decode
from qa_plugin.errors import ArticlesError

__all__ = ["RawFile", "Scan", "ScannedFile", "UnreadableFile", "decode", "read_bytes", "scan"]

READ_SUFFIXES = (".txt", ".md")
MAX_FILE_BYTES = 50 * 1024 * 1024
STORE_FILE = "catalogue.sqlite3"
"""A folder that holds this file is a store and no folder of articles."""
_SKIPPED_FOLDERS = frozenset({"venv", "site-packages", "node_modules", "__pycache__", "__MACOSX"})
_ENVIRONMENT_FILE = "pyvenv.cfg"


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file that will be read, as the scan found it."""

    path: Path
    source: str
    """Path relative to the root, with `/`."""
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What is in a folder of articles."""

    root: Path
    files: tuple[ScannedFile, ...]
    other_formats: tuple[tuple[str, int], ...]
    """How many files of each other suffix there are, the most frequent first."""
    failed: tuple[tuple[str, str], ...]
    """Source and reason of what could not even be listed."""

    @property
    def total_bytes(self) -> int:
        """How much there is to read."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file's bytes with its state at the moment of reading."""

    data: bytes
    size: int
    modified_ns: int


def scan(root: Path) -> Scan:
    """List the articles under a root, which may be a single file, sorted by source.

    Hidden files and folders, stores, virtual environments and links are left out; the root may be a link.

    Raises:
        ArticlesError: The root does not exist, or is neither a folder nor a file.
    """
    try:
        real = root.expanduser().resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise ArticlesError(f"there is no folder or file {str(root)!r}: give an existing path") from error
    files: list[ScannedFile] = []
    other: Counter[str] = Counter()
    failed: list[tuple[str, str]] = []
    if stat.S_ISREG(mode):
        found = [(real, real.name)]
    elif stat.S_ISDIR(mode):
        found = list(_walk(real, "", failed))
    else:
        raise ArticlesError(f"{str(root)!r} is neither a folder nor a file: give a folder of .txt and .md files")
    for path, source in found:
        if path.suffix.lower() not in READ_SUFFIXES:
            other[path.suffix.lower() or "(no suffix)"] += 1
        elif not _is_valid_name(source):
            failed.append((_shown(source), "its name is not valid Unicode: rename it"))
        else:
            try:
                state = path.lstat()
            except OSError as error:
                failed.append((source, f"it cannot be read: {error.strerror}"))
            else:
                files.append(ScannedFile(path, source, state.st_size, state.st_mtime_ns))
    files.sort(key=lambda file: file.source)
    return Scan(real, tuple(files), tuple(other.most_common()), tuple(sorted(failed)))


def _walk(folder: Path, prefix: str, failed: list[tuple[str, str]]) -> Iterator[tuple[Path, str]]:
    """Regular files below a folder, with their sources; what cannot be listed goes to `failed`."""
    pending = [(folder, prefix)]
    while pending:
        folder, prefix = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            failed.append((_shown(prefix) or ".", f"the folder cannot be listed: {error.strerror}"))
            continue
        names = {entry.name for entry in entries}
        if prefix and (STORE_FILE in names or _ENVIRONMENT_FILE in names):
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED_FOLDERS:
                    pending.append((Path(entry.path), f"{prefix}{entry.name}/"))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path), prefix + entry.name


def _is_valid_name(source: str) -> bool:
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(source: str) -> str:
    return source.encode("utf-8", "replace").decode()


def read_bytes(path: Path) -> RawFile:
    """A regular file's bytes; nothing else is opened for reading, and no link is followed.

    Raises:
        UnreadableFile: It is gone, a link, no regular file, too large, or not permitted.
    """
    # Without O_NONBLOCK, opening a pipe that took the file's name would wait for ever. Windows lacks both flags.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        _must_be_regular(path.lstat().st_mode)
        descriptor = os.open(path, flags)
        try:
            state = os.fstat(descriptor)
            _must_be_regular(state.st_mode)  # again: another file may have taken its place
            if state.st_size > MAX_FILE_BYTES:
                raise UnreadableFile(_too_large(state.st_size))
            data = _read_all(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableFile(f"it cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(_too_large(len(data)))
    return RawFile(data, len(data), state.st_mtime_ns)


def _must_be_regular(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise UnreadableFile("it is a link, and links are not followed")
    if not stat.S_ISREG(mode):
        raise UnreadableFile("it is not a regular file")


def _read_all(descriptor: int) -> bytes:
    """The whole file, but never more than one byte beyond the limit, even if it grows meanwhile."""
    data = bytearray()
    while len(data) <= MAX_FILE_BYTES:
        piece = os.read(descriptor, min(1 << 20, MAX_FILE_BYTES + 1 - len(data)))
        if not piece:
            break
        data += piece
    return bytes(data)


def _too_large(size: int) -> str:
    limit = MAX_FILE_BYTES // 1024 // 1024
    return f"it is too large for an article ({size // 1024 // 1024} MB, the limit is {limit} MB): split it"
