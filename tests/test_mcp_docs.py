"""Every snippet for a host, taken from the page: read as the host reads it, its command started and asked."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from qa_plugin.cli.arguments import parse
from qa_plugin.mcp_server.tools import listed
from tests.conftest import REPOSITORY
from tests.mcp_news import QUESTIONS, environment, write_articles

PAGE = (REPOSITORY / "qa_plugin" / "docs" / "mcp.md").read_text("utf-8")
README = (REPOSITORY / "README.md").read_text("utf-8")
Command = tuple[str, ...]


def _under(key: str) -> Callable[[str], Command]:
    def read(snippet: str) -> Command:
        server = json.loads(snippet)[key]["news"]
        assert server.keys() <= {"type", "command", "args", "env"}
        assert server.get("type", "stdio") == "stdio"
        assert server.get("env", {}) == {}
        return (server["command"], *server["args"])

    return read


def _shell(snippet: str) -> Command:
    words = shlex.split(snippet)
    assert words[:5] == ["claude", "mcp", "add", "news", "--"]
    return tuple(words[5:])


def _toml(snippet: str) -> Command:
    server = tomllib.loads(snippet)["mcp_servers"]["news"]
    assert server.keys() == {"command", "args"}
    return (server["command"], *server["args"])


def _opencode(snippet: str) -> Command:
    server = json.loads(snippet)["mcp"]["news"]
    assert (server["type"], server["enabled"]) == ("local", True)
    return tuple(server["command"])


HOSTS: Mapping[str, Callable[[str], Command]] = {
    "Claude Desktop": _under("mcpServers"),
    "Claude Code": _shell,
    "Cursor": _under("mcpServers"),
    "VS Code": _under("servers"),
    "Zed": _under("context_servers"),
    "Codex": _toml,
    "Gemini CLI": _under("mcpServers"),
    "opencode": _opencode,
}


def snippet_of(host: str, page: str = PAGE) -> str:
    section = re.search(rf"^## {re.escape(host)}\n(.*?)(?=^## |\Z)", page, flags=re.M | re.S)
    assert section, host
    [snippet] = re.findall(r"^```\w+\n(.*?)^```", section[1], flags=re.M | re.S)
    assert "To see that it works: " in section[1]
    return str(snippet)


class Tried:
    """Starts a command as a host does and asks it; the same command is started once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles = write_articles(folder)
        self._found: dict[Command, list[Any]] = {}

    def __call__(self, command: Command) -> list[Any]:
        if command not in self._found:
            self._found[command] = asyncio.run(self._try(command))
        return self._found[command]

    async def _try(self, command: Command) -> list[Any]:
        places = {"/path/to/articles": str(self._articles), "/path/to/store": str(self._folder / "store")}
        program, *arguments = (places.get(word, word) for word in command)
        assert program == "/path/to/.venv/bin/qa-plugin"
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "qa_plugin", *arguments], env=environment(), cwd="/"
        )
        async with Client(server, read_timeout_seconds=120) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            asked = await client.call_tool("ask", {"question": QUESTIONS[0]})
        return [tools, asked.structured_content["answer"][:3]]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return Tried(tmp_path_factory.mktemp("hosts"))


@pytest.mark.parametrize("host", HOSTS)
def test_the_snippet_of_a_host_starts_a_server_that_answers(tried: Tried, host: str) -> None:
    assert tried(HOSTS[host](snippet_of(host))) == [["search", "fetch", "ask", "search_articles"], "41 "]


def test_the_snippet_of_the_readme_is_that_of_the_page(tried: Tried) -> None:
    [snippet] = re.findall(r"^```json\n(.*?)^```", README, flags=re.M | re.S)
    assert HOSTS["Claude Desktop"](snippet) == HOSTS["Claude Desktop"](snippet_of("Claude Desktop"))


def test_no_host_stands_there_untried() -> None:
    with_snippet = re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?To see that it works", PAGE, flags=re.M | re.S)
    assert set(with_snippet) == set(HOSTS)


def test_every_tool_is_told() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.M)
    assert set(rows) == {tool.name for tool in listed(writes=True)}


def test_the_commands_over_http_are_understood() -> None:
    section = PAGE[PAGE.index("## Over HTTP") :]
    commands = re.findall(r"^```sh\n(?:QA_PLUGIN_TOKEN=\S{16,} )?qa-plugin (.*?)\n```", section, flags=re.M)
    assert len(commands) == 2
    for words in commands:
        assert parse(shlex.split(words)).http is True


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE)
    assert links
    assert [link for link in links if not (REPOSITORY / "qa_plugin" / "docs" / link).exists()] == []
