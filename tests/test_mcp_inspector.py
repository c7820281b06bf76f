"""The MCP server before others' tools: the inspector's command line, the conformance scenarios, an older client.

They come from npm (and want Node 22) and PyPI, so that they run with what takes long (`.ci/long`).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin import QAPlugin
from tests.mcp_news import QUESTIONS, command, environment, http_server, write_articles
from tests.test_mcp_docs import snippet_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

INSPECTOR = ("-p", "node@22", "-p", "@modelcontextprotocol/inspector@2.12", "--", "mcp-inspector", "--cli")
CONFORMANCE = ("-p", "node@22", "-p", "@modelcontextprotocol/conformance@0.1.16", "--", "conformance", "server")
SCENARIOS = ("server-initialize", "ping", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection")
OLDER = """
import asyncio, json, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client

async def ask(streams):
    async with ClientSession(streams[0], streams[1]) as session:
        version = (await session.initialize()).protocolVersion
        names = [tool.name for tool in (await session.list_tools()).tools]
        asked = await session.call_tool("ask", json.loads(sys.argv[2]))
        article = await session.read_resource(asked.content[1].uri)
        return [version, names, asked.structuredContent["status"], len(article.contents[0].text) > 0]

async def main():
    async with streamablehttp_client(sys.argv[1]) as streams:
        found = [await ask(streams)]
    words = json.loads(sys.argv[3])
    server = StdioServerParameters(command=words[0], args=words[1:], env=json.loads(sys.argv[4]))
    async with stdio_client(server) as streams:
        found.append(await ask(streams))
    print(json.dumps(found))

asyncio.run(main())
"""
"""A client on the first major version of the protocol's package."""
QUESTION = json.dumps({"question": QUESTIONS[0]})


@pytest.fixture(scope="module")
def npx(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where npx is; the test is skipped where it, or what it brings, cannot be had."""
    found = shutil.which("npx")
    if found is None:
        pytest.skip("npx is not installed")
    for tool in (INSPECTOR, CONFORMANCE):
        tried = subprocess.run([found, "-y", *tool, "--help"], capture_output=True, text=True, timeout=600)
        if tried.returncode != 0:
            pytest.skip(f"npm cannot bring {tool[3]}: {tried.stderr.strip()[-200:]}")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inspected")
    with QAPlugin(write_articles(folder), store=folder / "store") as plugin:
        plugin.index()
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with http_server(folder, "--store", "store") as (url, _):
        yield url


def run(npx: str, *words: str, folder: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [npx, "-y", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("npm "))
    return done.returncode, done.stdout, said


def inspect(npx: str, *words: str, folder: Path | None = None) -> tuple[int, Any, str]:
    status, out, said = run(npx, *INSPECTOR, *words, folder=folder)
    return status, json.loads(out) if out.strip() else None, said


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_strict_inspector_has_nothing_to_say(npx: str, address: str, era: str) -> None:
    status, found, said = inspect(npx, address, "--method", "tools/list", "--strict", "--protocol-era", era)
    assert (status, said) == (0, "")
    assert [tool["name"] for tool in found["tools"]] == ["search", "fetch", "ask", "search_articles"]
    for method in ("resources/list", "resources/templates/list", "prompts/list"):
        status, found, _ = inspect(npx, address, "--method", method, "--protocol-era", era)
        assert status == 0
        assert len(found) >= 1


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_calls_tools_and_tells_failures(npx: str, address: str, era: str) -> None:
    calling = (address, "--method", "tools/call", "--tool-name", "ask", "--protocol-era", era)
    status, found, _ = inspect(npx, *calling, "--tool-args-json", QUESTION)
    assert status == 0
    assert found["structuredContent"]["answer"].startswith("41 ")
    status, found, _ = inspect(npx, *calling, "--tool-args-json", '{"q": 1}')
    assert status == 5
    assert found["isError"] is True


def test_the_printed_configuration_is_one_of_the_inspector(npx: str, folder: Path, tmp_path: Path) -> None:
    config = json.loads(snippet_of("Claude Desktop"))
    server = config["mcpServers"]["news"]
    program, *rest = command()[:-1]
    places = {"/path/to/articles": str(folder / "articles"), "/path/to/store": str(folder / "store")}
    server["command"], server["args"] = program, [*rest, *(places.get(word, word) for word in server["args"])]
    server["env"] = environment()
    (tmp_path / "mcp.json").write_text(json.dumps(config))
    words = ("--config", "mcp.json", "--method", "tools/list", "--strict", "--server")
    assert inspect(npx, *words, "news", folder=tmp_path)[0] == 0
    assert inspect(npx, *words, "olds", folder=tmp_path)[0] == 1


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_two_hundred_calls_of_ten_at_a_time_all_succeed(npx: str, address: str, era: str) -> None:
    load = ("--load", "--load-requests", "200", "--load-concurrency", "10", "--load-duration", "200")
    words = (address, "--method", "tools/call", "--tool-name", "ask", "--tool-args-json", QUESTION)
    status, found, _ = inspect(npx, *words, *load, "--protocol-era", era)
    assert status == 0
    assert (found["requests"], found["ok"], found["toolErrors"], found["errors"]) == (200, 200, 0, 0)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_server_conforms(npx: str, address: str, scenario: str, tmp_path: Path) -> None:
    status, out, said = run(npx, *CONFORMANCE, "--url", address, "--scenario", scenario, folder=tmp_path)
    assert status == 0, out + said
    assert re.search(r"Passed: (\d+)/\1, 0 failed", out + said), out + said


def test_a_client_of_the_major_version_before_is_answered(folder: Path, address: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    got = subprocess.run([python, "-m", "pip", "install", "-q", "mcp>=1.20,<2"], capture_output=True, text=True)
    if got.returncode != 0:
        pytest.skip(f"pip cannot bring mcp 1: {got.stderr.strip()[-200:]}")
    words = json.dumps(command("--store", folder / "store"))
    done = subprocess.run(
        [python, "-c", OLDER, address, QUESTION, words, json.dumps(environment())],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    wanted = ["2025-11-25", ["search", "fetch", "ask", "search_articles"], "answered", True]
    assert json.loads(done.stdout) == [wanted, wanted]
