"""The MCP server as a process: over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pexpect
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ResourceListChangedNotification

from qa_plugin import QAPlugin, SettingsError
from qa_plugin.functions import Functions
from qa_plugin.mcp_server import Address
from qa_plugin.mcp_server.transports import whole
from qa_plugin.store import Store
from tests.mcp_news import (
    ARTICLES,
    ERAS,
    HOSTILE,
    QUESTIONS,
    command,
    environment,
    http_server,
    over_stdio,
    with_client,
    write_articles,
)

TOKEN = "0123456789abcdef-secret"  # noqa: S105
ANYWHERE = "0.0.0.0"  # noqa: S104
JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
ASKING = r'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"ask","arguments":{"question":"QUESTION"}}}'
BROKEN = r"How many people died in the flood? \ud83d \u202e \u001b[2J"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    with QAPlugin(write_articles(folder), store=folder / "store") as plugin:
        plugin.index()
    return folder


@pytest.fixture(scope="module")
def answers(folder: Path) -> dict[str, Any]:
    with QAPlugin(store=folder / "store") as plugin:
        return {q: Functions(plugin).asked(plugin.ask(q)).model_dump(mode="json") for q in QUESTIONS}


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with http_server(folder, "--store", "store") as (url, _):
        yield url


async def ask_all(client: Client) -> dict[str, Any]:
    found = {question: await client.call_tool("ask", {"question": question}) for question in QUESTIONS}
    return {question: result.structured_content for question, result in found.items()}


# ---------------------------------------------------------------- standard input and output


@pytest.mark.parametrize("era", ERAS)
def test_over_standard_input_and_output_the_answers_are_the_same(
    folder: Path, answers: dict[str, Any], era: str
) -> None:
    async def look(client: Client) -> None:
        assert client.protocol_version == ERAS[era]
        assert await ask_all(client) == answers

    with_client(over_stdio(command("--store", "store"), folder), era, look)


def test_who_lists_articles_too_soon_is_told_to_list_again(tmp_path: Path) -> None:
    write_articles(tmp_path)
    changed = asyncio.Event()

    async def told(message: object) -> None:
        if isinstance(message, ResourceListChangedNotification):
            changed.set()

    async def look() -> None:
        server = over_stdio(command("--store", "store", "--articles", "articles"), tmp_path)
        async with AsyncExitStack() as opened:
            with Store.open(tmp_path / "store", fingerprint={}, write=True):  # the server waits for this writer
                client = Client(server, mode="legacy", read_timeout_seconds=60, message_handler=told)
                await opened.enter_async_context(client)
                assert client.server_capabilities.resources is not None
                assert client.server_capabilities.resources.list_changed
                assert (await client.list_resources()).resources == []
                assert not changed.is_set()
            await asyncio.wait_for(changed.wait(), 60)
            assert len((await client.list_resources()).resources) == len(ARTICLES)

    asyncio.run(look())


def test_standard_output_holds_nothing_but_the_protocol(folder: Path) -> None:
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        "no JSON at all",
        ASKING.replace("QUESTION", BROKEN),
        r'{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"fetch\udc00","arguments":{}}}',
        json.dumps(
            {
                "jsonrpc": "2.0",
                "id": 4,
                "method": "tools/call",
                "params": {"name": "fetch", "arguments": {"id": HOSTILE}},
            }
        ),
    ]
    process = subprocess.Popen(
        command("--store", "store"),
        cwd=folder,
        env=environment(PYTHONIOENCODING="ascii"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        process.stdin.flush()
        replies = [json.loads(process.stdout.readline()) for _ in range(4)]
        rest, said = process.communicate(timeout=30)  # closes standard input, at which the server leaves
    finally:
        process.kill()
    assert (process.returncode, rest) == (0, b"")
    assert b"All stays on this machine." in said
    by_id = {reply["id"]: reply for reply in replies}
    assert by_id[1]["result"]["serverInfo"]["name"] == "qa-plugin"
    asked = by_id[2]["result"]["structuredContent"]
    assert asked["status"] == "answered"
    assert asked["question"] == "How many people died in the flood? \ufffd  [2J"
    assert "There is no tool 'fetch\ufffd'" in by_id[3]["error"]["message"]
    assert "Le pont est fermé[2J depuis lundi" in by_id[4]["result"]["structuredContent"]["text"]


def test_half_a_surrogate_pair_is_replaced_and_nothing_else() -> None:
    pair, literal = r'{"a": "\ud83d\ude00 é \uD83D\uDE00"}', r'{"a": "\\ud83d \\\\ud83d"}'
    assert (whole(pair), whole(literal)) == (pair, literal)
    assert whole(r'"\ud83d x \\\ud83d \ude00\ud83d\ude00 \uDFFF"') == r'"\ufffd x \\\ufffd \ufffd\ud83d\ude00 \ufffd"'
    for text in ("😀 \\ud83d", "\ud83d", "\ude00\ud83d", "\\\ud83d\\"):
        assert json.loads(whole(json.dumps(text))).encode("utf-8")
        assert len(whole(json.dumps(text))) == len(json.dumps(text))


def test_ctrl_c_and_ctrl_d_end_it_at_a_terminal(folder: Path) -> None:
    for key, status in (("\x03", 130), ("\x04", 0)):
        words = command("--store", "store")
        child = pexpect.spawn(
            words[0],
            words[1:],
            cwd=str(folder),
            env=dict(environment()),
            encoding="utf-8",
            timeout=30,
        )
        child.expect("Ctrl-D leaves")
        child.expect("All stays on this machine")
        child.send(key)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == status


# ---------------------------------------------------------------- HTTP


@pytest.mark.parametrize("era", ERAS)
def test_over_http_the_answers_are_the_same(address: str, answers: dict[str, Any], era: str) -> None:
    steps: list[str | None] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message)

    async def look(client: Client) -> None:
        assert client.protocol_version == ERAS[era]
        assert await ask_all(client) == answers
        await client.call_tool("ask", {"question": QUESTIONS[0]}, progress_callback=note)
        read = await client.read_resource("news://articles/shiraz.fa.txt")
        assert [part.model_dump()["text"] for part in read.contents] == [ARTICLES["shiraz.fa.txt"]]

    with_client(address, era, look)
    assert steps[0] == "Retrieving passages"
    assert steps[-1] == "Done"


def test_two_hundred_questions_of_eight_clients_are_answered_each_with_its_own(
    address: str, answers: dict[str, Any]
) -> None:
    async def one(number: int) -> int:
        async with Client(address, mode="legacy" if number % 2 else "auto", read_timeout_seconds=120) as client:
            for step in range(25):
                question = QUESTIONS[(number + step) % len(QUESTIONS)]
                result = await client.call_tool("ask", {"question": question})
                assert result.structured_content == answers[question]
        return 25

    async def all_of_them() -> int:
        return sum(await asyncio.gather(*map(one, range(8))))

    assert asyncio.run(all_of_them()) == 200


def test_other_origins_and_hosts_are_refused(address: str) -> None:
    for header, status in (({"origin": "http://evil.example"}, 403), ({"host": "evil.example"}, 421)):
        assert httpx2.post(address, headers={**JSON, **header}, json={}).status_code == status
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    own = httpx2.post(address, headers={**JSON, "origin": address.removesuffix("/mcp")}, json=listing)
    assert own.status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 for a loopback")
def test_another_loopback_address_answers_to_its_own_name(folder: Path) -> None:
    with http_server(folder, "--store", "store", "--host", "127.0.0.2") as (url, _):
        assert url.startswith("http://127.0.0.2:")
        code = (
            "import httpx2, json, sys; url, headers, body = json.loads(sys.argv[1]); "
            "print(*(httpx2.post(url, headers={**headers, **more}, json=body).status_code "
            "for more in ({}, {'host': 'evil.example'})))"
        )
        request = [url, JSON, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}]
        # In a process of its own, since tests may connect to 127.0.0.1 only.
        done = subprocess.run([sys.executable, "-c", code, json.dumps(request)], capture_output=True, timeout=60)
        assert done.stdout.split() == [b"200", b"421"]


def test_half_a_surrogate_pair_over_http_is_replaced(address: str) -> None:
    body = ASKING.replace("QUESTION", BROKEN)
    reply = httpx2.post(address, headers=JSON, content=body)
    assert reply.status_code == 200
    assert r'"question":"How many people died in the flood? � ' in reply.text
    assert "\x1b" not in reply.text
    assert httpx2.post(address, headers=JSON, content="no JSON").status_code == 400


def test_only_who_has_the_token_gets_in(folder: Path) -> None:
    arguments = ("--store", "store", "--host", ANYWHERE)
    with http_server(folder, *arguments, variables={"QA_PLUGIN_TOKEN": TOKEN}) as (url, process):
        url = url.replace(ANYWHERE, "127.0.0.1")
        for sent in (b"", b"Bearer wrong", b"Basic " + TOKEN.encode(), f"Bearer {TOKEN}é".encode()):
            headers = {name.encode(): value.encode() for name, value in JSON.items()}
            refused = httpx2.post(url, headers={**headers, **({b"authorization": sent} if sent else {})}, json={})
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer ")
            assert "resource_metadata" not in refused.headers["www-authenticate"]

        async def look() -> None:
            async with httpx2.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}, timeout=60) as http:
                for era, version in ERAS.items():
                    async with Client(streamable_http_client(url, http_client=http), mode=era) as client:
                        assert client.protocol_version == version
                        asked = await client.call_tool("ask", {"question": QUESTIONS[0]})
                        assert asked.structured_content["status"] == "answered"

        asyncio.run(look())
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=20)
        assert process.returncode == 130
        assert out == ""
        assert TOKEN not in said


def test_where_others_can_come_in_a_good_token_is_demanded() -> None:
    for host in ("127.0.0.1", "::1", "localhost", "127.8.8.8"):
        assert Address(host).is_loopback
    for host in (ANYWHERE, "::", "news.example.org", "10.0.0.1", "localhost.example.org"):
        with pytest.raises(SettingsError, match="set QA_PLUGIN_TOKEN"):
            Address(host)
        assert TOKEN not in repr(Address(host, token=TOKEN))
    for token in ("short", "x" * 15, "with a blank in it", "sécret-sécret-sécret"):
        with pytest.raises(SettingsError, match="16 characters or more") as refusal:
            Address(token=token)
        assert token not in str(refusal.value)


# ---------------------------------------------------------------- the command


def run(words: list[str], folder: Path, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        words, cwd=folder, env=environment(**variables), capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "80"], "give --http with them"),
        (["--http", "--port", "70000"], "is no port"),
        (["--http", "--host", ANYWHERE], "set QA_PLUGIN_TOKEN"),
        (["--from", "soon"], "write it as 2024"),
    ],
)
def test_a_command_that_does_not_fit_says_what_to_do(folder: Path, arguments: list[str], message: str) -> None:
    status, said = run(command(*arguments), folder)
    assert status == 2
    assert message in said
    assert len(said.splitlines()) == 1


def test_a_port_that_is_taken_is_told_at_once(folder: Path, address: str) -> None:
    port = address.rpartition(":")[2].removesuffix("/mcp")
    status, said = run(command("--http", "--port", port), folder)
    assert status == 2
    assert f"127.0.0.1:{port} cannot be listened at ({os.strerror(errno.EADDRINUSE)}). Give another --port" in said
    assert len(said.splitlines()) == 1


def test_without_the_extra_the_command_that_brings_it_is_named(folder: Path) -> None:
    code = "import sys; sys.modules['mcp_types'] = None; from qa_plugin.cli import main; sys.exit(main(['mcp']))"
    status, said = run([sys.executable, "-c", code], folder)
    assert status == 2
    assert said == "qa-plugin: `qa-plugin mcp` needs one more package: pip install 'qa-plugin[mcp]'.\n"


def test_help_does_without_the_protocol(folder: Path) -> None:
    code = (
        "import sys; from qa_plugin.cli import main; main(['mcp', '--help']); "
        "sys.exit(any(name.partition('.')[0] in {'mcp', 'mcp_types', 'pydantic', 'chromadb'} for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, timeout=60)
    assert done.returncode == 0
    assert b"--allow-write" in done.stdout
