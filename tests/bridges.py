"""Articles that differ in a town and a number only, so that an answer that was mixed up is seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.fake_openai import Scripted

TOWNS = (
    "Valmar",
    "Porto Velo",
    "Sarandim",
    "Nova Altmark",
    "Guapira",
    "Tessaly",
    "Brunn",
    "Ostrava",
    "Kerem",
    "Lundby",
)


def write_bridges(folder: Path, towns: Sequence[str] = TOWNS, *, ending: str = "txt") -> Path:
    """An article for each town, of 310 workers in the first one and one more in each after it."""
    folder.mkdir()
    for at, town in enumerate(towns):
        text = f"Bridge of {town}\n\n{310 + at} workers built the {town} bridge in two years, the city hall said.\n"
        (folder / f"{at}.{ending}").write_text(text, encoding="utf-8")
    return folder


def bridges_told(towns: Sequence[str] = TOWNS) -> list[Scripted]:
    """What a model says where it is asked after one of them."""
    return [
        Scripted(f"{310 + at} workers built the {town} bridge", f"{310 + at} workers built it.", question=town)
        for at, town in enumerate(towns)
    ]
