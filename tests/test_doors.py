"""One question at every door: the same answer, citations and status; and the page that lists doors and their tests."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx2
import pytest
from mcp import Client
from openai import OpenAI
from playwright.sync_api import expect

from qa_plugin import QAPlugin
from qa_plugin.cli.commands import COMMANDS
from qa_plugin.language.folding import cleaned
from qa_plugin.presentation import prose
from tests.browsers import browser
from tests.conftest import REPOSITORY
from tests.http_servers import BRIDGE, DAYS, DEATHS, NOTHING, STRIKE, serving, write_articles
from tests.mcp_news import ERAS, environment, http_server, over_stdio, with_client
from tests.mcp_news import command as mcp_command
from tests.test_frameworks_page import BLOCKS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from qa_plugin.frameworks.llama_index import QAPluginToolSpec
    from qa_plugin.llm_plugin import News

QUESTIONS = (
    STRIKE,
    DEATHS,
    "كم عدد القتلى في فيضان ريو فيردي؟",
    BRIDGE,
    "پس از چند روز اعتصاب راه‌آهن پایان یافت؟",
    DAYS,
    NOTHING,
)
"""Answered, conflicting and not in the sources; asked in four languages of sources in four."""
PAGE = REPOSITORY / "qa_plugin" / "docs" / "doors.md"
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and "`tests/" in line
]
NO_DOORS = {"index", "forget", "search", "sources", "doctor", "eval"}
"""Commands that answer nothing, or no question of a reader's."""


class Same(NamedTuple):
    """What must not depend on the door."""

    status: str
    answer: str
    citations: tuple[tuple[int, str, int, int, str], ...]
    conflicts: tuple[tuple[str, ...], ...]


def same(parts: dict[str, Any]) -> Same:
    """All that, without control characters, which programs that print are not given."""
    cited = tuple((c["id"], c["source"], c["start"], c["end"], cleaned(c["quote"])) for c in parts["citations"])
    conflicts = tuple(tuple(p["statement"] for p in conflict["positions"]) for conflict in parts["conflicts"])
    return Same(parts["status"], parts["answer"], cited, conflicts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doors")
    with QAPlugin(write_articles(folder / "articles"), store=folder / "store") as plugin:
        plugin.index()
    return folder


@pytest.fixture(scope="module")
def qa(folder: Path) -> Iterator[QAPlugin]:
    with QAPlugin(store=folder / "store") as plugin:
        yield plugin


@pytest.fixture(scope="module")
def expected(qa: QAPlugin) -> dict[str, Same]:
    found = {question: same(qa.ask(question).to_dict()) for question in QUESTIONS}
    statuses = [found[question].status for question in QUESTIONS]
    assert statuses == ["answered", "conflicting", "conflicting", "answered", "answered", "answered", "not_in_sources"]
    return found


@pytest.fixture(scope="module")
def url(qa: QAPlugin) -> Iterator[str]:
    with serving(qa) as address:
        yield address


def run(folder: Path, *words: str, given: Sequence[str]) -> list[dict[str, Any]]:
    """What a command prints, an object a line."""
    done = subprocess.run(
        [sys.executable, "-m", "qa_plugin", *words, "--store", "store", "--json"],
        input="".join(f"{line}\n" for line in given),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---------------------------------------------------------------- Python and the terminal


def test_python_without_blocking_and_as_a_stream(qa: QAPlugin, expected: dict[str, Same]) -> None:
    for question in QUESTIONS:
        assert same(asyncio.run(qa.aask(question)).to_dict()) == expected[question]
        *_, last = qa.stream(question)
        assert same(last["answer"].to_dict()) == expected[question]
        assert same(qa.chat().ask(question).to_dict()) == expected[question]


def test_ask(folder: Path, expected: dict[str, Same]) -> None:
    told = run(folder, "ask", "--questions", "-", given=[json.dumps({"question": q}) for q in QUESTIONS])
    assert [same(parts) for parts in told] == list(expected.values())


def test_chat(folder: Path, expected: dict[str, Same]) -> None:
    told = run(folder, "chat", given=QUESTIONS)
    assert [same(parts) for parts in told] == list(expected.values())


# ---------------------------------------------------------------- assistants


async def through(client: Client) -> list[Same]:
    found = [await client.call_tool("ask", {"question": question}) for question in QUESTIONS]
    parts: list[Any] = [result.structured_content for result in found]
    for result, part in zip(found, parts, strict=True):
        text = spaced(getattr(result.content[0], "text", ""))
        assert all(spaced(prose(citation["quote"])) in text for citation in part["citations"])
    return [same(part) for part in parts]


@pytest.mark.parametrize("era", ERAS)
def test_mcp_over_standard_input_and_output(folder: Path, expected: dict[str, Same], era: str) -> None:
    server = over_stdio(mcp_command("--store", "store"), folder)
    assert with_client(server, era, through) == list(expected.values())


@pytest.mark.parametrize("era", ERAS)
def test_mcp_over_http(folder: Path, expected: dict[str, Same], era: str) -> None:
    with http_server(folder, "--store", "store") as (address, _):
        assert with_client(address, era, through) == list(expected.values())


def test_function_calling(qa: QAPlugin, expected: dict[str, Same]) -> None:
    told = [qa.call_tool("ask", json.dumps({"question": question})) for question in QUESTIONS]
    assert [same(parts) for parts in told] == list(expected.values())


# ---------------------------------------------------------------- HTTP


def test_the_address_for_programs(url: str, expected: dict[str, Same]) -> None:
    with httpx2.Client(base_url=url, timeout=60) as client:
        told = [client.post("/ask", json={"question": question}).raise_for_status().json() for question in QUESTIONS]
    assert [same(parts) for parts in told] == list(expected.values())


def test_chat_completions_and_responses(url: str, expected: dict[str, Same]) -> None:
    with OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, timeout=60) as client:
        for question, wanted in expected.items():
            chat = client.chat.completions.create(model="qa-plugin", messages=[{"role": "user", "content": question}])
            response = client.responses.create(model="qa-plugin", input=question)
            for reply, text in (
                (chat, chat.choices[0].message.content or ""),
                (response, response.output_text),
            ):
                assert same((reply.model_extra or {})["qa_plugin"]) == wanted
                assert text.startswith(wanted.answer.splitlines()[0])


def test_the_page(url: str, expected: dict[str, Same]) -> None:
    shown = {"answered": "Answered", "conflicting": "The sources disagree", "not_in_sources": "Not in the sources"}
    with browser() as chromium:
        page = chromium.new_page()
        for question, wanted in expected.items():
            page.goto(f"{url}/?{urlencode({'q': question})}")
            expect(page.locator(".status")).to_have_text(shown[wanted.status], timeout=20_000)
            quotes = page.locator(".source blockquote").all_inner_texts() if wanted.citations else []
            assert [spaced(quote) for quote in quotes] == [spaced(quote) for *_, quote in wanted.citations]


def spaced(text: str) -> str:
    """A text as a browser sets it."""
    return " ".join(text.split())


# ---------------------------------------------------------------- frameworks


def test_llama_index(qa: QAPlugin, expected: dict[str, Same]) -> None:
    engine = qa.as_query_engine()
    for question, wanted in expected.items():
        response = engine.query(question)
        assert same(dict(response.metadata or {})) == wanted
        assert [cleaned(node.node.get_content()) for node in response.source_nodes] == [
            cited[-1] for cited in wanted.citations
        ]
    (tool,) = [one for one in QAPluginToolSpec(qa).to_tool_list() if one.metadata.name == "ask"]
    told = [json.loads(tool(question=question).content) for question in QUESTIONS]
    assert [same(parts) for parts in told] == list(expected.values())


def test_llm(folder: Path, expected: dict[str, Same]) -> None:
    tools: dict[str, Any] = {tool.name: tool.implementation for tool in News(store=str(folder / "store")).tools()}
    told = [json.loads(tools["News_ask"](question=question)) for question in QUESTIONS]
    assert [same(parts) for parts in told] == list(expected.values())


@pytest.mark.parametrize("framework", ["LangChain", "Pydantic AI"])
def test_frameworks_with_the_code_of_the_page(qa: QAPlugin, expected: dict[str, Same], framework: str) -> None:
    (block,) = [block for name, block in BLOCKS if name == framework]
    tree = ast.parse(block)
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)]
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the frameworks
        exec(compile(tree, framework, "exec", dont_inherit=True), found)  # noqa: S102 - the page's own code
        (tool,) = [one for one in found["tools_of"](qa) if one.name == "ask"]
        ask = tool.invoke if framework == "LangChain" else lambda given: tool.function(**given)
        told = [ask({"question": question}) for question in QUESTIONS]
    assert [same(parts) for parts in told] == list(expected.values())


# ---------------------------------------------------------------- the page that lists them


def test_the_page_names_tests_that_are_there() -> None:
    assert len(ROWS) >= 10
    for *_, cell in ROWS:
        named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", cell)
        assert named, cell
        for path, name in named:
            tree = ast.parse((REPOSITORY / path).read_text("utf-8"))
            assert not name or name in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}, (path, name)


def test_the_page_lists_every_door() -> None:
    doors = " ".join(row[0] for row in ROWS)
    assert set(re.findall(r"`qa-plugin (\w+)", doors)) == COMMANDS.keys() - NO_DOORS
    here = {name for name in globals() if name.startswith("test_") and "page_" not in name}
    listed = set(re.findall(r"`tests/test_doors\.py::(\w+)`", PAGE.read_text("utf-8")))
    assert listed == here
