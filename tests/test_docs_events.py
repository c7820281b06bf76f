"""The page on events and errors says what is."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from qa_plugin import QAPlugin, QAPluginError, errors
from qa_plugin.settings import Settings
from tests.conftest import REPOSITORY

PAGE = files("qa_plugin").joinpath("docs/events.md").read_text("utf-8")
QUESTION = "How many troops were deployed?"
FAMILIES = ("QAPluginError", "ModelError")
"""What is never raised itself."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(REPOSITORY / "eval" / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_events_hold_what_the_page_says(folder: Path) -> None:
    rows = re.findall(r"^\| `(retrieved|claim|answer)` \|[^|]*\|(.*)\|$", PAGE, re.MULTILINE)
    told = {name: {"type", *re.findall(r"`(\w+)`:", keys)} for name, keys in rows}
    with QAPlugin(folder / "articles", settings=Settings(store=folder / "store")) as plugin:
        events = list(plugin.stream(QUESTION))
        (failed,) = plugin.ask_many([""])
        with pytest.raises(QAPluginError):
            list(plugin.stream(""))
    assert {event["type"]: set(event) for event in events} == told
    assert [event["type"] for event in events] == ["retrieved", *["claim"] * (len(events) - 2), "answer"]
    assert len(events) > 2
    assert (failed.status, failed.text, failed.claims, failed.citations) == ("error", "", (), ())
    assert failed.error is not None
    assert failed.to_dict()["error"] == dict(zip(("kind", "message"), failed.error, strict=True))
    assert "error" not in events[-1]["answer"].to_dict()


def test_every_error_stands_on_the_page() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE))
    found = {
        name: kind.kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, QAPluginError) and name not in {*FAMILIES}
    }
    assert told == found


def test_the_blocks_of_the_page_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, "events.md", "exec"), {})  # noqa: S102 - the page is the project's own
        assert "4,500" in capsys.readouterr().out
