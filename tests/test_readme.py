"""The README's code works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.M | re.S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "reader"
    shutil.copytree(REPOSITORY / "eval" / "articles", place / "articles")
    return place


def test_the_two_commands_come_first_and_each_makes_its_environment() -> None:
    first, second, *others = _blocks("sh")
    assert others == []
    assert all(block.startswith("test -d .venv || python3 -m venv .venv\n") for block in (first, second))
    assert '"How many troops were deployed?"' in first
    assert second.rstrip().endswith("-m pytest")


def test_console_blocks_run(folder: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "QA_PLUGIN_"))}
    environment["PYTHONPATH"] = str(REPOSITORY)
    lines = [line.removeprefix("$ ") for block in _blocks("console") for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "qa-plugin"
        done = subprocess.run(
            [sys.executable, "-m", "qa_plugin", *words[1:]],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert done.stdout.strip()


def test_python_blocks_run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    for block in _blocks("python"):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - the README's own code
    shown = capsys.readouterr().out
    assert "answered More than 4,500 [1]" in shown


def write_elsewhere(articles: Path) -> None:
    """Articles that answer none of the questions asked in the documentation, in folders below."""
    (articles / "town" / "2024").mkdir(parents=True)
    (articles / "town" / "2024" / "pond.txt").write_text("Pond\n\nThe pond of Wickerby froze over, a keeper said.\n")


NOTHING = "The sources do not answer this."
PRINTED_WHERE_NOTHING_ANSWERS = [
    f"not_in_sources {NOTHING}\n",
    f"['search', 'fetch', 'ask', 'search_articles'] not_in_sources {NOTHING}\n[]\n",
    f"{NOTHING} not_in_sources []\n",
    f"How many troops were deployed? {NOTHING}\n",
]
"""By each block, in their order."""


@pytest.mark.parametrize(("block", "printed"), list(zip(_blocks("python"), PRINTED_WHERE_NOTHING_ANSWERS, strict=True)))
def test_python_blocks_run_where_nothing_answers(
    block: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_elsewhere(tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - the README's own code
    assert capsys.readouterr().out == printed


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) > 10
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_every_setting_that_is_read_is_told() -> None:
    source = (REPOSITORY / "qa_plugin" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"\"((?:QA_PLUGIN|OPENAI)_[A-Z_]+)\"", source))
    assert read
    assert {name for name in read if f"`{name}`" not in README} == set()
