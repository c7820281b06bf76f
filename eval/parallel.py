"""The aligned file: the sentences of some articles, the same in several languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_plugin.errors import SettingsError

_PLACE = ("line", "file")


@dataclass(frozen=True, slots=True)
class AlignedLine:
    """One row: a sentence in each language, and the article that it is from."""

    number: int
    file: str
    texts: Mapping[str, str]
    """The sentence by language code."""


def load_aligned(path: Path) -> list[AlignedLine]:
    """Read a file of tab-separated columns: `line`, `file`, and one for each language.

    Raises:
        SettingsError: It cannot be read, or is not such a file; the message says why.
    """
    try:
        rows = [row.removesuffix("\r").split("\t") for row in path.read_bytes().decode("utf-8-sig").split("\n")]
    except OSError as error:
        raise SettingsError(f"cannot read the aligned file {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    header = rows[0]
    if missing := [name for name in _PLACE if name not in header]:
        raise SettingsError(f"{path}: no column {', '.join(missing)} in its first line, but {', '.join(header)}")
    found: list[AlignedLine] = []
    for at, cells in enumerate(rows[1:], 2):
        if cells == [""]:
            continue
        row = dict(zip(header, cells, strict=False))
        if len(cells) != len(header) or not row["line"].isdecimal():
            raise SettingsError(f"{path}, line {at}: not a number and {len(header) - 1} more cells parted by tabs")
        texts = {name: text for name, text in row.items() if name not in _PLACE}
        found.append(AlignedLine(int(row["line"]), row["file"], texts))
    if not found:
        raise SettingsError(f"{path} holds no lines below its first")
    return found


def check_languages(lines: Sequence[AlignedLine], languages: Sequence[str]) -> None:
    """Refuse a language that the file has no column for.

    Raises:
        SettingsError: There is one; the message names those that there are.
    """
    known = lines[0].texts
    if missing := sorted({language for language in languages if language not in known}):
        raise SettingsError(f"the aligned file has no column {', '.join(missing)}, but {', '.join(known)}")


def half_of(file: str) -> int:
    """Which of two halves an article belongs to, 0 or 1: by its name alone, so that it never changes sides."""
    return hashlib.md5(file.encode(), usedforsecurity=False).digest()[0] % 2
