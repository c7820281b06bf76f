"""The plugin inside the real `llm` package: its tools, its fragments, its command."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shlex
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qa_plugin import QAPlugin
from tests.conftest import REPOSITORY

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import llm
    from llm.cli import cli
    from llm.plugins import load_plugins, pm

QUESTION = "How many people died in the flood?"
QUOTE = "A cheia deixou 41 mortos, segundo os bombeiros."
RIO = f"Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\n{QUOTE}"


@pytest.fixture(autouse=True)
def _plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The entry point of the package loaded as `llm` loads it, with a user folder and an index of our own."""
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    monkeypatch.setenv("QA_PLUGIN_STORE", str(tmp_path / "store"))
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "rio.pt.txt").write_text(RIO, encoding="utf-8")
    with QAPlugin(store=tmp_path / "store") as qa:
        qa.index(tmp_path / "articles")
    load_plugins()
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["llm"]
    ours = [importlib.metadata.EntryPoint(name, value, "llm").load() for name, value in declared.items()]
    added = [module for module in ours if not pm.is_registered(module)]
    for module in added:
        pm.register(module)
    yield
    for module in added:
        pm.unregister(module)


class Calling(llm.Model):
    """A model that asks with the tool and repeats the quote that it read; without tools it repeats its prompt."""

    model_id = "calling"
    can_stream = False
    supports_tools = True

    def execute(self, prompt: llm.Prompt, *others: Any, **named: Any) -> Iterator[str]:
        response = named.get("response") or others[1]
        if prompt.tool_results:
            yield json.loads(prompt.tool_results[0].output)["citations"][0]["quote"]
        elif not prompt.tools:
            yield prompt.prompt
        else:
            response.add_tool_call(llm.ToolCall("News_ask", {"question": prompt.prompt}))
            yield ""


def test_a_model_asks_with_the_tools(tmp_path: Path) -> None:
    toolbox: Any = llm.get_tools()["News"]
    for box in (toolbox(), toolbox(str(tmp_path / "articles"), str(tmp_path / "store"))):
        assert [tool.name for tool in box.tools()] == ["News_ask", "News_fetch", "News_search", "News_search_articles"]
        assert Calling().chain(QUESTION, tools=[box]).text() == QUOTE
    with QAPlugin(store=tmp_path / "store") as qa:
        assert json.loads(toolbox().ask(QUESTION)) == qa.call_tool("ask", {"question": QUESTION})
        listed = json.loads(toolbox().search_articles(language="pt"))
        assert listed == qa.call_tool("search_articles", {"language": "pt"})


def test_a_call_that_does_not_fit_is_told_to_the_model() -> None:
    class Fetching(Calling):
        def execute(self, prompt: llm.Prompt, *others: Any, **named: Any) -> Iterator[str]:
            response = named.get("response") or others[1]
            if prompt.tool_results:
                yield prompt.tool_results[0].output
            else:
                response.add_tool_call(llm.ToolCall("News_fetch", {"id": "nowhere"}))
                yield ""

    toolbox: Any = llm.get_tools()["News"]
    said = Fetching().chain("Read it", tools=[toolbox()]).text()
    assert "call search or search_articles for ids" in said


def test_passages_and_articles_stand_before_a_prompt() -> None:
    loaders: Any = llm.get_fragment_loaders()
    (passage,) = loaders["news"](QUESTION)
    assert QUOTE in passage
    assert passage.source == f"rio.pt.txt:0-{len(RIO)}"
    assert str(loaders["news-article"]("rio.pt.txt")) == RIO
    with pytest.raises(ValueError, match="Nothing in the sources"):
        loaders["news"]("xylophone quartet")
    with pytest.raises(ValueError, match="is not in the index"):
        loaders["news-article"]("nowhere")


def test_the_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Local:
        """What makes the scripted model one that the command knows."""

        @llm.hookimpl
        def register_models(self, register: Any) -> None:
            register(Calling())

    monkeypatch.chdir(tmp_path)
    page = (REPOSITORY / "qa_plugin" / "docs" / "frameworks.md").read_text("utf-8")
    (block,) = re.findall(r"^```console\n(.*?)^```", page, flags=re.M | re.S)
    commands = [shlex.split(line.removeprefix("$ ")) for line in block.splitlines()]
    assert [words[0] for words in commands] == ["llm"] * 3
    local = Local()
    pm.register(local)
    try:
        assert CliRunner().invoke(cli, ["models", "default", "calling"]).exit_code == 0
        said = []
        for _, *words in commands:
            asked = [word.replace("FILE", "rio.pt.txt").replace("troops deployed", "flood") for word in words]
            asked[-1] = QUESTION if "-T" in words else asked[-1]
            done = CliRunner().invoke(cli, asked)
            assert done.exit_code == 0, done.output
            said.append(done.stdout)
    finally:
        pm.unregister(local)
    assert said[0].strip() == QUOTE
    assert all(QUOTE in text for text in said[1:])
    assert "rio.pt.txt" in said[1]


def test_the_command_lists_the_tools_and_shows_fragments() -> None:
    listed = CliRunner().invoke(cli, ["tools", "list"])
    assert listed.exit_code == 0, listed.output
    assert "News:" in listed.output
    shown = CliRunner().invoke(cli, ["fragments", "loaders"])
    assert "news-article:" in shown.output
