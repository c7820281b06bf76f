"""The code of the page on frameworks works as it stands there."""

from __future__ import annotations

import re
import shutil
import warnings
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.test_readme import write_elsewhere

PAGE = REPOSITORY / "qa_plugin" / "docs" / "frameworks.md"
_PARTS = re.split(r"^##+ ([^\n]+)$", PAGE.read_text("utf-8"), flags=re.M)[1:]
BLOCKS = [
    (name, block)
    for name, part in zip(_PARTS[::2], _PARTS[1::2], strict=True)
    for block in re.findall(r"^```python\n(.*?)^```", part, flags=re.M | re.S)
]
SHOWN = {
    "Its documents": "['dispatch-17']\n1\n",
    "Retriever and query engine": "More than 4,500 [1]",
    "Tools and agents": "4,500 [1]",
    "The built-in embedder": "A cheia deixou 41 mortos.\n",
    "LangChain": "4,500 [1]",
    "Pydantic AI": "4,500 [1]",
}


def test_every_block_is_run() -> None:
    assert [name for name, _ in BLOCKS] == list(SHOWN)
    assert PAGE.read_text("utf-8").count("```python\n") == len(SHOWN)


def run(block: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the frameworks
        exec(compile(block, PAGE.name, "exec", dont_inherit=True), {})  # noqa: S102 - the page's own code


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=[name for name, _ in BLOCKS])
def test_the_block_runs(
    name: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(REPOSITORY / "eval" / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    run(block)
    assert SHOWN[name] in capsys.readouterr().out


@pytest.mark.parametrize("block", [block for _, block in BLOCKS], ids=[name for name, _ in BLOCKS])
def test_the_block_runs_where_nothing_answers(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_elsewhere(tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    run(block)
