"""The program as a person runs it, a process of its own, in a working folder with three articles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY

ENGLISH = """Floods empty three districts of Marlow

The river Ansel rose by two metres in one night.
Civil Defence said on Saturday that 4,200 people were evacuated from three districts.
Schools will stay closed until Wednesday, the mayor, Ana Duarte, told reporters in Marlow.
"""
FRENCH = """Le musée de Brévent rouvre ses portes

Le musée de Brévent a rouvert ses portes après deux ans de travaux.
La rénovation a coûté 18 millions d'euros, selon la directrice du musée.
"""
PERSIAN = """افتتاح خط تازه مترو در شهر سارین

خط تازه مترو در شهر سارین روز دوشنبه افتتاح شد.
به گفته شهردار، این خط ۱۲ ایستگاه دارد و ساخت آن شش سال طول کشید.
"""


def write_news(folder: Path) -> Path:
    """Three articles in `news/` of a working folder."""
    news = folder / "news"
    (news / "sub").mkdir(parents=True)
    (news / "flood.txt").write_text(ENGLISH, encoding="utf-8")
    (news / "sub" / "musée.txt").write_text(FRENCH, encoding="utf-8")
    (news / "metro.txt").write_text(PERSIAN, encoding="utf-8")
    return folder


def environment(**variables: str) -> dict[str, str]:
    """The process's environment without what would change an answer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "QA_PLUGIN_")) and name not in {"NO_COLOR", "PYTHONUNBUFFERED"}
    }
    return kept | {"PYTHONPATH": str(REPOSITORY)} | variables


def run(
    *words: str | bytes, cwd: Path, given: bytes | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "qa_plugin", *words],
        cwd=cwd,
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        env=environment(**variables),
        timeout=120,
        check=False,
    )


def said(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    """Status, standard output and standard error."""
    return done.returncode, done.stdout.decode(), done.stderr.decode()
