"""The MCP server in memory, in both eras of the protocol: what it offers, and what its tools answer."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CacheableResult,
    PromptReference,
    ResourceLink,
    ResourceTemplateReference,
    TextContent,
    TextResourceContents,
)

from qa_plugin import QAPlugin
from qa_plugin.functions import Functions
from qa_plugin.language.folding import cleaned
from qa_plugin.mcp_server import Start, build_server
from qa_plugin.presentation import render
from qa_plugin.records import Scope
from qa_plugin.settings import Settings
from qa_plugin.store import Store
from tests.mcp_news import ARTICLES, ERAS, HOSTILE, QUESTIONS, with_client, write_articles

UNSAFE = {chr(c) for c in range(32) if chr(c) not in "\n\t"} | {"\x7f", "\u202e", "\u2066", "\ud800", "\u200f"}
READING = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    folder = tmp_path_factory.mktemp("mcp")
    start = Start(Settings(store=folder / "store"), write_articles(folder))
    with QAPlugin(start.articles, settings=start.settings) as plugin:
        plugin.index()
    return start


@pytest.fixture(scope="module")
def qa(start: Start) -> Iterator[QAPlugin]:
    with QAPlugin(start.articles, settings=start.settings) as plugin:
        yield plugin


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call(start: Start, era: str, name: str, **arguments: Any) -> Any:
    return with_client(build_server(start), era, lambda client: client.call_tool(name, arguments))


def text_of(result: Any) -> str:
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text


# ---------------------------------------------------------------- what is offered


def test_both_eras_find_the_same_server(start: Start, era: str) -> None:
    async def look(client: Client) -> None:
        assert client.protocol_version == ERAS[era]
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.title) == (
            "qa-plugin",
            "News articles, asked with exact quotes",
        )
        assert client.instructions is not None
        assert "not_in_sources" in client.instructions
        capabilities = client.server_capabilities.model_dump(exclude_none=True)
        assert {"tools", "resources", "prompts", "completions"} <= capabilities.keys()
        assert "logging" not in capabilities

    with_client(build_server(start), era, look)


def test_every_tool_is_described_and_reads_only(start: Start, era: str) -> None:
    tools = with_client(build_server(start), era, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["search", "fetch", "ask", "search_articles"]
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.model_dump(by_alias=True, exclude_none=True) == READING
        assert tool.title
        assert tool.description
        assert tool.output_schema is not None
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert all(field["description"] for field in tool.input_schema["properties"].values())
    assert list(tools[0].input_schema["properties"]) == ["query"]
    assert list(tools[1].input_schema["properties"]) == ["id"]


def test_lists_may_be_kept_for_an_hour(start: Start) -> None:
    async def look(client: Client) -> None:
        lists: list[CacheableResult] = [
            await client.list_tools(),
            await client.list_prompts(),
            await client.list_resource_templates(),
        ]
        assert {(found.ttl_ms, found.cache_scope) for found in lists} == {(3_600_000, "public")}
        of_articles: list[CacheableResult] = [
            await client.read_resource("news://articles/rio.pt.txt"),
            await client.list_resources(),
        ]
        assert {(found.ttl_ms, found.cache_scope) for found in of_articles} == {(300_000, "private")}

    with_client(build_server(start), "auto", look)


def test_lists_are_answered_before_the_index_is_open(start: Start, era: str) -> None:
    begun, open_now = threading.Event(), threading.Event()

    def say(_: str) -> None:  # called while the index is being opened
        begun.set()
        assert open_now.wait(60)

    async def look(client: Client) -> None:
        assert await asyncio.to_thread(begun.wait, 60)
        assert len((await client.list_tools()).tools) == 4
        assert len((await client.list_prompts()).prompts) == 3
        assert len((await client.list_resource_templates()).resource_templates) == 1
        for _ in range(2):
            too_soon = await client.list_resources()
            assert (too_soon.resources, too_soon.next_cursor, too_soon.ttl_ms) == ([], None, 0)
        steps: list[str | None] = []

        async def progress(progress: float, total: float | None, message: str | None) -> None:
            steps.append(message)

        asked = asyncio.create_task(client.call_tool("ask", {"question": QUESTIONS[0]}, progress_callback=progress))
        while not steps:
            await asyncio.sleep(0.01)
        assert steps == ["Opening the index"]
        assert not asked.done()
        open_now.set()
        assert (await asked).structured_content["status"] == "answered"
        assert len((await client.list_resources()).resources) == len(ARTICLES)

    try:
        with_client(build_server(replace(start, say=say)), era, look)
    finally:
        open_now.set()


# ---------------------------------------------------------------- ask


@pytest.mark.parametrize("question", QUESTIONS)
def test_ask_answers_as_the_plugin_does(start: Start, qa: QAPlugin, era: str, question: str) -> None:
    answer = qa.ask(question)
    result = call(start, era, "ask", question=question)
    assert not result.is_error
    assert result.structured_content == Functions(qa).asked(answer).model_dump(mode="json")
    assert text_of(result) == render(answer, width=None, host=qa.host)
    links = [item for item in result.content if isinstance(item, ResourceLink)]
    cited = [cleaned(citation.source) for citation in answer.citations or answer.near]
    assert [link.name for link in links] == list(dict.fromkeys(cited))
    assert len(links) == len(result.content) - 1


def test_what_an_answer_links_to_can_be_read(start: Start, era: str) -> None:
    async def follow(client: Client) -> None:
        result = await client.call_tool("ask", {"question": "Depuis quand le pont est-il fermé ?"})
        [link] = [item for item in result.content if isinstance(item, ResourceLink)]
        read = await client.read_resource(link.uri)
        [contents] = read.contents
        assert isinstance(contents, TextResourceContents)
        assert contents.uri == link.uri
        assert "Le pont est fermé" in contents.text
        fetched = await client.call_tool("fetch", {"id": link.name})
        assert fetched.structured_content["text"] == contents.text

    with_client(build_server(start), era, follow)


def test_ask_says_how_far_it_is(start: Start, era: str) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async def ask(client: Client) -> None:
        await client.call_tool("fetch", {"id": "rio.pt.txt"})  # the index is open now
        await client.call_tool("ask", {"question": QUESTIONS[5]}, progress_callback=note)
        await asyncio.sleep(0.05)

    with_client(build_server(start), era, ask)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert {total for _, total, _ in told} == {3}
    messages = " | ".join(str(message) for _, _, message in told)
    assert messages.startswith("Retrieving passages | Answering from ")
    assert messages.endswith("Verified 1 claim | Verified 2 claims | Done")


def test_filters_narrow_an_answer(start: Start, era: str) -> None:
    asked = call(start, era, "ask", question=QUESTIONS[0], language="pt", source=None)
    assert [citation["source"] for citation in asked.structured_content["citations"]] == ["rio.pt.txt"]
    later = call(start, era, "ask", question=QUESTIONS[0], date_from="2027")
    assert later.structured_content["status"] == "not_in_sources"


# ---------------------------------------------------------------- the other tools


def test_search_and_fetch_are_what_connectors_expect(start: Start, era: str) -> None:
    found = call(start, era, "search", query="rail strike")
    [item] = found.content
    assert json.loads(item.text) == found.structured_content
    assert found.structured_content["results"][0] == {
        "id": "agency/rail.en.txt",
        "title": "Rail strike",
        "url": "news://articles/agency%2Frail.en.txt",
    }
    read = call(start, era, "fetch", id="agency/rail.en.txt")
    [item] = read.content
    assert json.loads(item.text) == read.structured_content
    assert read.structured_content == {
        "id": "agency/rail.en.txt",
        "title": "Rail strike",
        "text": ARTICLES["agency/rail.en.txt"],
        "url": "news://articles/agency%2Frail.en.txt",
        "metadata": {"language": "en", "published": "2025-03-09"},
    }


def test_articles_are_listed_page_by_page(start: Start, era: str) -> None:
    async def pages(client: Client) -> tuple[list[str], str]:
        ids, texts, arguments = [], "", dict[str, Any](limit=3)
        while True:
            page = await client.call_tool("search_articles", arguments)
            ids += [article["id"] for article in page.structured_content["articles"]]
            texts += text_of(page)
            if (cursor := page.structured_content["next_cursor"]) is None:
                return ids, texts
            arguments["cursor"] = cursor

    ids, texts = with_client(build_server(start), era, pages)
    assert len(ids) == len(set(ids)) == len(ARTICLES)
    assert all(f"id: {name}" in texts for name in ids)
    found = call(start, era, "search_articles", query="زلزله", language="fa")
    assert "در زلزله شیراز" in text_of(found)
    none = call(start, era, "search_articles", source="nowhere/*")
    assert text_of(none).startswith("No article fits")


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("ask", {}, "It takes: question, language"),
        ("ask", {"question": "x", "lang": "pt"}, "It takes: question, language"),
        ("ask", {"question": " "}, "question is empty"),
        ("ask", {"question": "x" * 5000}, "at most 4,000"),
        ("ask", {"question": "x", "date_from": "soon"}, "write it as 2024"),
        ("fetch", {"id": "../../etc/passwd"}, "call search or search_articles for ids"),
        ("fetch", {"id": "no\ud83d\x1b.txt"}, "call search or search_articles for ids"),
        ("search_articles", {"cursor": "WyJ4Il0="}, "Leave it out"),
        ("search_articles", {"limit": "many\x1b"}, "limit: Input should be a valid integer"),
    ],
)
def test_a_call_that_does_not_fit_says_what_to_do(
    start: Start, name: str, arguments: dict[str, Any], message: str
) -> None:
    result = call(start, "auto", name, **arguments)
    assert result.is_error
    assert message in text_of(result)
    assert not UNSAFE & set(text_of(result))


def test_a_tool_that_is_not_there_is_refused_with_those_that_are(start: Start, era: str) -> None:
    async def look(client: Client) -> None:
        for name in ("grep", "reindex", "as\x1bk"):
            with pytest.raises(MCPError, match="There are: search, fetch, ask, search_articles") as refused:
                await client.call_tool(name, {})
            assert refused.value.code == -32602
            assert not UNSAFE & set(refused.value.message)

    with_client(build_server(start), era, look)


# ---------------------------------------------------------------- resources, prompts


def test_articles_are_listed_as_resources_page_by_page(tmp_path: Path, era: str) -> None:
    articles = write_articles(tmp_path)
    for number in range(120):
        (articles / f"note{number:03}.txt").write_text(f"Note {number}\n\nNothing much happened in Port Amsel.")
    (articles / "sea").mkdir()
    (articles / "sea" / "boat.txt").write_text(
        "Boats collide in the harbour of Port Amsel\n\nJune 2, 2026\n\n"
        "Two boats collided in the night, the harbour police said.\n"
    )
    start = Start(Settings(store=tmp_path / "store"), articles)

    async def look(client: Client) -> None:
        await client.call_tool("search_articles", {})  # the index is open now
        first = await client.list_resources()
        assert len(first.resources) == 100
        newest = first.resources[0]
        assert (newest.uri, newest.name) == ("news://articles/sea%2Fboat.txt", "sea/boat.txt")
        assert newest.title == "Boats collide in the harbour of Port Amsel"
        assert (newest.description, newest.mime_type) == ("en, 2026-06-02", "text/plain")
        second = await client.list_resources(cursor=first.next_cursor)
        assert second.next_cursor is None
        both = [*first.resources, *second.resources]
        assert len({one.uri for one in both}) == len(both) == len(ARTICLES) + 121
        assert not re.search(
            "[\x00-\x1f\u202e\ud800-\udfff]", "".join(f"{one.name}{one.title}{one.uri}" for one in both)
        )
        for one in (newest, *(one for one in both if one.name.startswith("hostile"))):
            assert (await client.read_resource(one.uri)).contents
        with pytest.raises(MCPError, match="The cursor is of no page of this list") as refused:
            await client.list_resources(cursor="nonsense")
        assert refused.value.code == -32602

    with_client(build_server(start), era, look)


def test_without_an_index_no_articles_are_listed_until_there_is_one(tmp_path: Path, era: str) -> None:
    start = Start(Settings(store=tmp_path / "none"))

    async def look(client: Client) -> None:
        for _ in range(2):
            none = await client.list_resources()
            assert (none.resources, none.ttl_ms) == ([], 0)
            assert (await client.call_tool("search_articles", {})).is_error  # it was tried to open it
        with QAPlugin(settings=start.settings) as plugin:
            plugin.index(write_articles(tmp_path))
        while not (await client.list_resources()).resources:
            await asyncio.sleep(0.01)

    with_client(build_server(start), era, look)


def test_what_keeps_articles_from_being_listed_is_told(tmp_path: Path, era: str) -> None:
    start = Start(Settings(store=tmp_path))
    (tmp_path / "catalogue.sqlite3").write_bytes(b"no database" * 1000)

    async def look(client: Client) -> None:
        assert (await client.call_tool("search_articles", {})).is_error
        with pytest.raises(MCPError, match="is damaged"):
            await client.list_resources()

    with_client(build_server(start), era, look)


def test_articles_are_resources_by_a_template(start: Start, era: str) -> None:
    async def look(client: Client) -> None:
        [template] = (await client.list_resource_templates()).resource_templates
        assert (template.uri_template, template.mime_type) == ("news://articles/{id}", "text/plain")
        for name in ("nil.ar.txt", "agency/rail.en.txt"):
            read = await client.read_resource(f"news://articles/{name.replace('/', '%2F')}")
            [contents] = read.contents
            assert isinstance(contents, TextResourceContents)
            assert contents.text == ARTICLES[name]
        for uri in ("news://articles/..%2F..%2Fetc%2Fpasswd", "news://articles/%FF%00", "file:///etc/passwd"):
            with pytest.raises(MCPError) as refused:
                await client.read_resource(uri)
            assert refused.value.code == -32602

    with_client(build_server(start), era, look)


def test_ids_are_completed(start: Start, era: str) -> None:
    async def look(client: Client) -> None:
        template = ResourceTemplateReference(type="ref/resource", uri="news://articles/{id}")

        async def completed(typed: str, name: str = "id") -> list[str]:
            found = (await client.complete(template, {"name": name, "value": typed})).completion
            assert found.total == len(found.values)
            return found.values

        assert await completed("RIO") == ["rio.pt.txt"]
        assert (await completed("r"))[0] == "rio.pt.txt"
        assert await completed("rail") == ["agency/rail.en.txt"]
        assert len(await completed("")) == len(ARTICLES)
        assert await completed("rio", "name") == []
        other = PromptReference(type="ref/prompt", name="ask_news")
        assert (await client.complete(other, {"name": "question", "value": "r"})).completion.values == []

    with_client(build_server(start), era, look)


def test_prompts_are_described_and_hold_their_argument(start: Start, era: str) -> None:
    async def look(client: Client) -> None:
        prompts = (await client.list_prompts()).prompts
        assert [prompt.name for prompt in prompts] == ["ask_news", "compare_sources", "fact_check"]
        for prompt in prompts:
            assert prompt.description
            [argument] = prompt.arguments or []
            assert argument.required
            assert argument.description
            filled = await client.get_prompt(prompt.name, {argument.name: "Cost: $5 \x1b[2J\u202eسیل"})
            [message] = filled.messages
            assert isinstance(message.content, TextContent)
            assert "Cost: $5 [2Jسیل" in message.content.text
            assert "`ask`" in message.content.text
            with pytest.raises(MCPError, match=f"{prompt.name} needs {argument.name}"):
                await client.get_prompt(prompt.name, {})
        with pytest.raises(MCPError, match="There are: ask_news"):
            await client.get_prompt("haiku", {})

    with_client(build_server(start), era, look)


def test_prompts_can_be_replaced(start: Start, tmp_path: Path) -> None:
    (tmp_path / "mcp.ask_news.md").write_text("Ask: $question")
    own = replace(start, settings=replace(start.settings, prompts=tmp_path))
    filled = with_client(build_server(own), "auto", lambda client: client.get_prompt("ask_news", {"question": "Who?"}))
    assert isinstance(filled.messages[0].content, TextContent)
    assert filled.messages[0].content.text == "Ask: Who?"


# ---------------------------------------------------------------- hostile material, failures


def test_nothing_unprintable_reaches_the_protocol(start: Start, era: str) -> None:
    async def look(client: Client) -> str:
        question = "Qui dit que le pont est fermé ?\x1b[2J\u202e\u2066"
        results = [
            await client.call_tool("ask", {"question": question}),
            await client.call_tool("search", {"query": "pont\x07"}),
            await client.call_tool("search_articles", {"query": "pont\u202e"}),
            await client.call_tool("fetch", {"id": HOSTILE}),
            await client.call_tool("fetch", {"id": "hostile[2J.fr.txt"}),
        ]
        assert not any(result.is_error for result in results)
        template = ResourceTemplateReference(type="ref/resource", uri="news://articles/{id}")
        completed = await client.complete(template, {"name": "id", "value": "hostile"})
        assert completed.completion.values == ["hostile[2J.fr.txt"]
        return json.dumps([r.model_dump(mode="json") for r in (*results, completed)], ensure_ascii=False)

    said = with_client(build_server(start), era, look)
    # A line end within a text is spelled in JSON: neither it nor any other control character stands there as it is.
    assert not UNSAFE & set(said)
    assert not any(f"\\u{ord(character):04x}" in said for character in UNSAFE)
    said.encode("utf-8")


def test_without_an_index_the_tools_say_so_and_find_it_once_it_is_there(tmp_path: Path, era: str) -> None:
    told: list[str] = []
    start = Start(Settings(store=tmp_path / "store"), say=told.append)

    async def look(client: Client) -> None:
        missing = await client.call_tool("ask", {"question": QUESTIONS[0]})
        assert missing.is_error
        assert "Tell the user" in text_of(missing)
        assert any("could not be opened" in line for line in told)
        with QAPlugin(settings=start.settings) as plugin:
            plugin.index(write_articles(tmp_path))
        assert not (await client.call_tool("ask", {"question": QUESTIONS[0]})).is_error

    with_client(build_server(start), era, look)


def test_limits_of_the_server_hold_for_every_tool(start: Start, era: str) -> None:
    limited = replace(start, scope=Scope(language="en", source_glob="dam-*"))

    async def look(client: Client) -> None:
        listed = await client.call_tool("search_articles", {})
        assert {a["id"] for a in listed.structured_content["articles"]} == {"dam-one.en.txt", "dam-two.en.txt"}
        narrowed = await client.call_tool("search_articles", {"source": "*-two*"})
        assert [a["id"] for a in narrowed.structured_content["articles"]] == ["dam-two.en.txt"]
        assert (await client.call_tool("fetch", {"id": "rio.pt.txt"})).is_error
        assert not (await client.call_tool("fetch", {"id": "dam-one.en.txt"})).is_error
        other = await client.call_tool("ask", {"question": QUESTIONS[0], "language": "pt"})
        assert "Only articles in en" in text_of(other)
        died = await client.call_tool("ask", {"question": QUESTIONS[0]})
        assert died.structured_content["status"] == "not_in_sources"
        dam = await client.call_tool("ask", {"question": QUESTIONS[5]})
        assert dam.structured_content["status"] == "conflicting"
        with pytest.raises(MCPError):
            await client.read_resource("news://articles/rio.pt.txt")

    with_client(build_server(limited), era, look)


def test_the_index_is_brought_in_line_only_where_that_is_allowed(tmp_path: Path, era: str) -> None:
    articles = write_articles(tmp_path)
    start = Start(Settings(store=tmp_path / "store"), articles, writes=True)

    async def look(client: Client) -> None:
        tool = (await client.list_tools()).tools[-1]
        assert tool.name == "reindex"
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is False
        question = {"question": "How many boats sank near Port Amsel?"}
        before = await client.call_tool("ask", question)
        assert before.structured_content["status"] == "not_in_sources"
        (articles / "boats.en.txt").write_text("Boats\n\nNine boats sank near Port Amsel, the harbour master said.")
        done = await client.call_tool("reindex", {})
        assert done.structured_content == {
            "added": ["boats.en.txt"],
            "changed": [],
            "removed": [],
            "unchanged": len(ARTICLES),
            "failed": [],
        }
        after = await client.call_tool("ask", question)
        assert after.structured_content["citations"][0]["source"] == "boats.en.txt"
        assert (await client.call_tool("reindex", {"path": "/"})).is_error
        with Store.open(start.settings.store, fingerprint={}, write=True):
            locked = await client.call_tool("reindex", {})
            assert text_of(locked).endswith("Call reindex again in a minute.")
            assert not (await client.call_tool("ask", question)).is_error

    with_client(build_server(start), era, look)


def test_a_call_that_is_given_up_does_not_stop_the_next(start: Start) -> None:
    async def look(client: Client) -> None:
        for _ in range(5):
            asked = asyncio.create_task(client.call_tool("ask", {"question": QUESTIONS[0]}))
            await asyncio.sleep(0.005)
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
        assert not (await client.call_tool("ask", {"question": QUESTIONS[0]})).is_error

    with_client(build_server(start), "legacy", look)


def test_what_nobody_foresaw_is_logged_and_not_told(start: Start, era: str, caplog: pytest.LogCaptureFixture) -> None:
    def say(line: str) -> None:
        if "could not be opened" not in line:
            raise ZeroDivisionError("secret \ud800\x1b")

    async def look(client: Client) -> None:
        failed = await client.call_tool("ask", {"question": QUESTIONS[0]})
        assert failed.is_error
        assert text_of(failed).startswith("ask failed inside the server")
        with pytest.raises(MCPError, match="failed inside the server") as refused:
            await client.read_resource("news://articles/rio.pt.txt")
        assert refused.value.code == -32603
        assert len((await client.list_tools()).tools) == 4

    with_client(build_server(replace(start, say=say)), era, look)
    assert caplog.text.count("ZeroDivisionError: secret") == 2


def test_servers_that_start_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    start = Start(Settings(store=tmp_path / "store"), write_articles(tmp_path))

    async def ask(_: int) -> str:
        async with Client(build_server(start), read_timeout_seconds=120) as client:
            asked = await client.call_tool("ask", {"question": QUESTIONS[0]})
            return str(asked.structured_content["status"])

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*map(ask, range(4)))

    assert asyncio.run(all_of_them()) == ["answered"] * 4
