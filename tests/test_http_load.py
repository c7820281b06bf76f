"""Many clients at once, clients that go away, and the command itself."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike

from qa_plugin.plugin import QAPlugin
from qa_plugin.settings import Settings
from tests.bridges import TOWNS, write_bridges
from tests.fake_openai import FakeOpenAI, Scripted
from tests.http_servers import STRIKE, command, serving, write_articles
from tests.model_clients import questions_under_way, until

ROUND, CLIENTS = 200, 8
GROWTH_KILOBYTES = 2_000
"""In the third round, when all tables have been read: ten for each question."""
soon = partial(until, seconds=5.0)


# ---------------------------------------------------------------- many at once


def memory(process: int) -> int:
    """What a process holds, in kilobytes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("ascii"), re.MULTILINE)
    assert found
    return int(found[1])


def open_files(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


async def a_round(url: str) -> list[tuple[str, str]]:
    """Two hundred questions by eight clients, in turn of every kind; each town and what was said of it."""
    asked: asyncio.Queue[int] = asyncio.Queue()
    for number in range(ROUND):
        asked.put_nowait(number)
    told: list[tuple[str, str]] = []

    async def one(client: httpx.AsyncClient) -> None:
        while not asked.empty():
            number = asked.get_nowait()
            town = TOWNS[number % len(TOWNS)]
            told.append((town, await said(client, number // len(TOWNS), town)))

    async with asyncio.TaskGroup() as group:
        clients = [httpx.AsyncClient(base_url=url, timeout=120) for _ in range(CLIENTS)]
        for client in clients:
            group.create_task(one(client))
    for client in clients:
        await client.aclose()
    return told


async def said(client: httpx.AsyncClient, kind: int, town: str) -> str:
    question = f"How many workers built the {town} bridge?"
    messages = [{"role": "user", "content": question}]
    if kind % 4 == 0:
        reply = await client.post("/ask", json={"question": question})
        return str(reply.json()["answer"])
    if kind % 4 == 1:
        reply = await client.post("/v1/chat/completions", json={"messages": messages})
        return str(reply.json()["choices"][0]["message"]["content"])
    if kind % 4 == 2:
        reply = await client.post("/v1/responses", json={"input": question})
        return str(reply.json()["output"][0]["content"][0]["text"])
    text = ""
    body = {"messages": messages, "stream": True}
    async with client.stream("POST", "/v1/chat/completions", json=body) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: {"):
                text += json.loads(line[6:])["choices"][0]["delta"].get("content", "")
    return text


def test_two_hundred_questions_by_eight_clients_none_lost_none_mixed_up_memory_flat(tmp_path: Path) -> None:
    articles = write_bridges(tmp_path / "articles")
    with command("--articles", str(articles), folder=tmp_path) as (url, process):
        held = list[int]()
        files = 0
        for _ in range(3):
            told = asyncio.run(a_round(url))
            assert len(told) == ROUND
            assert [
                (t, s) for t, s in told if not s.startswith(f"{310 + TOWNS.index(t)} according to the city hall [1]")
            ] == []
            held.append(memory(process.pid))
            time.sleep(0.5)  # until the server has closed the connections of clients that hung up
            if not files and len(held) == 2:
                files = open_files(process.pid)
        assert held[2] - held[1] < GROWTH_KILOBYTES, held
        assert soon(lambda: open_files(process.pid) <= files + CLIENTS), (files, open_files(process.pid))


# ---------------------------------------------------------------- clients that go away


def with_model(folder: Path, fake: FakeOpenAI, **more: Any) -> QAPlugin:
    settings = Settings(
        api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", translate="never", cache=False, **more
    )
    return QAPlugin(write_bridges(folder / "articles"), store=folder / "store", settings=settings)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ask", {"question": "How many workers built the Valmar bridge?"}),
        ("/v1/chat/completions", {"messages": [{"content": "How many workers built the Valmar bridge?"}]}),
        (
            "/v1/chat/completions",
            {"messages": [{"content": "How many workers built the Valmar bridge?"}], "stream": True},
        ),
        ("/v1/responses", {"input": "How many workers built the Valmar bridge?", "stream": True}),
    ],
)
def test_a_client_that_goes_away_ends_its_question(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    with FakeOpenAI(chat="hang") as fake, with_model(tmp_path, fake) as plugin, serving(plugin) as url:
        text = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(text)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", httpx.URL(url).port or 0)) as client:
            client.sendall(head.encode() + text)
            assert soon(lambda: len(fake.requests) > 0)
            assert questions_under_way()
        assert soon(lambda: not questions_under_way())
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_what_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with (
        FakeOpenAI(chat="hang") as fake,
        with_model(tmp_path, fake) as plugin,
        serving(plugin, timeout_seconds=0.5) as url,
    ):
        reply = httpx.post(f"{url}/ask", json={"question": "How many workers built the Valmar bridge?"})
        assert (reply.status_code, reply.json()["error"]["code"]) == (504, "timeout")
        body = {"messages": [{"content": "How many workers built the Valmar bridge?"}], "stream": True}
        stream = httpx.post(f"{url}/v1/chat/completions", json=body)
        lines = [line for line in stream.text.splitlines() if line]
        assert json.loads(lines[-1].removeprefix("data: "))["error"]["code"] == "timeout"
        assert "[DONE]" not in stream.text
        assert soon(lambda: not questions_under_way())


# ---------------------------------------------------------------- with a language model


def test_what_a_model_says_is_streamed_and_what_fails_has_its_status(tmp_path: Path) -> None:
    script = [Scripted("310 workers built the Valmar bridge", "310 workers built it.", question="Valmar")]
    with FakeOpenAI(script) as fake, with_model(tmp_path, fake) as plugin, serving(plugin) as url:
        body = {"messages": [{"content": "How many workers built the Valmar bridge?"}]}
        whole = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=30).json()
        assert whole["choices"][0]["message"]["content"].startswith("310 workers built it. [1]")
        assert whole["usage"]["prompt_tokens"] > 0
        assert whole["usage"]["total_tokens"] == sum(list(whole["usage"].values())[:2])
        stream = httpx.post(f"{url}/v1/chat/completions", json=body | {"stream": True}, timeout=30).text
        chunks = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: {")]
        deltas = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
        assert "".join(deltas) == whole["choices"][0]["message"]["content"]
        assert "310 workers built it. [1]" in deltas
        assert httpx.get(f"{url}/healthz").json()["mode"] == "llm"
        fake.chat = "error_401"
        for more in ({}, {"stream": True}):
            reply = httpx.post(f"{url}/v1/chat/completions", json=body | more, timeout=30)
            if reply.headers["content-type"] == "application/json":
                assert (reply.status_code, reply.headers["x-should-retry"]) == (502, "false")
                assert reply.json()["error"]["code"] == "model_refused"
            else:
                assert '"code": "model_refused"' in reply.text


# ---------------------------------------------------------------- LlamaIndex as a client


def test_llama_index_asks_it_as_a_model(tmp_path: Path) -> None:
    with (
        QAPlugin(write_articles(tmp_path / "articles"), store=tmp_path / "store") as plugin,
        serving(plugin) as url,
    ):
        llm = OpenAILike(model="qa-plugin", api_base=f"{url}/v1", api_key="none", is_chat_model=True, max_retries=0)
        messages = [ChatMessage(role=MessageRole.USER, content=STRIKE)]
        whole = llm.chat(messages).message.content or ""
        assert whole.startswith("About 4,000 [1]")
        assert "".join(piece.delta or "" for piece in llm.stream_chat(messages)) == whole


# ---------------------------------------------------------------- the command


def run(*words: str, folder: Path, without: str = "") -> subprocess.CompletedProcess[str]:
    hidden = f"import sys; sys.modules.update(dict.fromkeys({without.split()!r})); " if without else ""
    code = f"{hidden}from qa_plugin.cli import main; raise SystemExit(main({list(words)!r}))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60, encoding="utf-8"
    )


def test_without_the_extra_the_command_says_what_brings_it(tmp_path: Path) -> None:
    done = run("serve", folder=tmp_path, without="uvicorn")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "qa-plugin: The server needs two more packages: pip install 'qa-plugin[serve]'.\n"


def test_the_command_refuses_before_it_opens_anything(tmp_path: Path) -> None:
    done = run("serve", "--host", "0.0.0.0", folder=tmp_path)  # noqa: S104 - refused
    assert done.returncode == 2
    assert "set QA_PLUGIN_TOKEN" in done.stderr
    assert run("serve", "--port", "70000", folder=tmp_path).returncode == 2
    done = run("serve", folder=tmp_path)
    assert done.returncode == 2
    assert "qa-plugin index" in done.stderr


def test_help_loads_no_server(tmp_path: Path) -> None:
    code = (
        "import sys; from qa_plugin.cli import main; main(['serve', '--help']); "
        "print([m for m in sys.modules if m.split('.')[0] in {'starlette', 'uvicorn', 'pydantic', 'chromadb'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("[]\n")
    assert "--port" in done.stdout


def test_ctrl_c_stops_it(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "articles")
    with command("--articles", str(articles), folder=tmp_path) as (url, process):
        assert httpx.get(f"{url}/healthz").json()["status"] == "ok"
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 130
    told = (tmp_path / "stderr.txt").read_text("utf-8")
    assert told.splitlines()[0] == "All stays on this machine."
    assert f"{url}/v1" in told
    assert "Traceback" not in told
