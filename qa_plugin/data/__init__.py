"""Language data as plain files, read on first use."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def load_toml(name: str) -> dict[str, Any]:
    """Read a data file of this folder; the result is shared, so treat it as frozen."""
    return tomllib.loads(read_text(name))


def read_text(name: str) -> str:
    """Read a data file of this folder as UTF-8 text."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def names(folder: str) -> list[str]:
    """The file names in a folder of this one, sorted."""
    return sorted(entry.name for entry in resources.files(__package__).joinpath(folder).iterdir() if entry.is_file())
