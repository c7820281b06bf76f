"""Language data as plain files, read on first use.

A folder of one's own with the same layout adds to these files (`use_folder`): that is how a language is added.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from qa_plugin.errors import SettingsError

_PACKAGE = resources.files(__package__)


class _Folder:
    """The added folder of this process, and whether data was read before it was named."""

    path: Path | None = None
    read = False


def use_folder(path: Path | None) -> None:
    """Let a folder's files add to the data of this process; None keeps to what is used already.

    Data is read once and kept in many tables, so this comes before anything is read.

    Raises:
        SettingsError: There is no such folder, or data was read without it already.
    """
    if path is None or path.resolve() == _Folder.path:
        return
    if not path.is_dir():
        raise SettingsError(f"QA_PLUGIN_DATA names {path}, which is no folder; name one, or leave it unset.")
    if _Folder.read or _Folder.path is not None:
        raise SettingsError(
            f"The data of {path} cannot be added: this process has read its language data already. "
            "Set QA_PLUGIN_DATA before the first question, or start another process."
        )
    _Folder.path = path.resolve()


def added_folder() -> Path | None:
    """The folder that adds to the package's data, if there is one."""
    return _Folder.path


@cache
def added_version() -> str:
    """A hash over the tables of the added folder; empty without one."""
    _Folder.read = True  # what is found out here must stay so
    if _Folder.path is None:
        return ""
    digest = hashlib.sha256()
    for file in sorted(_Folder.path.glob("*.toml")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def load_toml(name: str) -> dict[str, Any]:
    """Read a table, with what the added folder holds of it; the result is shared, so treat it as frozen.

    Raises:
        SettingsError: The added folder's file is no TOML, or gives a table where the package has none.
    """
    _Folder.read = True
    found = tomllib.loads((_PACKAGE / name).read_text("utf-8"))
    added = _Folder.path / name if _Folder.path is not None else None
    if added is None or not added.is_file():
        return found
    try:
        return _joined(found, tomllib.loads(added.read_text("utf-8")), name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{added} cannot be read ({error}); correct it, or unset QA_PLUGIN_DATA.") from error


def _joined(ours: dict[str, Any], added: dict[str, Any], place: str) -> dict[str, Any]:
    """Two tables as one: tables are joined, lists follow each other, other values are replaced."""
    joined = dict(ours)
    for key, value in added.items():
        mine, where = joined.get(key), f"{place}: {key}"
        if mine is not None and (isinstance(mine, dict | list) or isinstance(value, dict | list)):
            if type(mine) is not type(value):
                kind = "a table" if isinstance(mine, dict) else "a list" if isinstance(mine, list) else "a single value"
                raise SettingsError(f"In the folder of QA_PLUGIN_DATA, {where} must be {kind}.")
            joined[key] = _joined(mine, value, where) if isinstance(mine, dict) else [*mine, *value]
        else:
            joined[key] = value
    return joined


def read_text(name: str) -> str:
    """Read a file of this folder as UTF-8 text; the added folder's, where it has one of this name."""
    _Folder.read = True
    if _Folder.path is not None and (_Folder.path / name).is_file():
        return (_Folder.path / name).read_text("utf-8")
    return (_PACKAGE / name).read_text("utf-8")


def read_package_text(name: str) -> str:
    """Read a file of this folder as UTF-8 text, whatever was added."""
    _Folder.read = True
    return (_PACKAGE / name).read_text("utf-8")


def names(folder: str) -> list[str]:
    """The file names in a folder of this one, sorted."""
    return sorted(entry.name for entry in (_PACKAGE / folder).iterdir() if entry.is_file())
