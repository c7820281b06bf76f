"""The functions in the tool loop of the openai package, over HTTP, as somebody's program runs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from qa_plugin import QAPlugin, QAPluginError
from tests.fake_openai import FakeOpenAI

QUESTION = "How many people died in the flood?"
QUOTE = "A cheia deixou 41 mortos, segundo os bombeiros."
ASK = {"question": QUESTION, "language": "pt", "source": None, "date_from": "2026", "date_to": None}


@pytest.fixture
def qa(tmp_path: Path) -> Iterator[QAPlugin]:
    folder = tmp_path / "articles"
    folder.mkdir()
    text = f"Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\n{QUOTE}"
    (folder / "rio.pt.txt").write_text(text, encoding="utf-8")
    with QAPlugin(folder, store=tmp_path / "store") as plugin:
        yield plugin


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def created(client: openai.OpenAI) -> Callable[..., Any]:
    return client.chat.completions.create


def parsed(client: openai.OpenAI) -> Callable[..., Any]:
    """What refuses tools that are not strict before anything is sent, and reads the arguments itself."""
    return client.chat.completions.parse


def loop(qa: QAPlugin, fake: FakeOpenAI, way: Callable[[openai.OpenAI], Callable[..., Any]]) -> tuple[str, list[Any]]:
    """The loop that the documentation of openai shows: what the model says at last, and the messages."""
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    with openai.OpenAI(base_url=fake.base_url, api_key=fake.api_key, max_retries=0) as client:
        for _ in range(5):
            reply = way(client)(model="fake-chat", messages=messages, tools=qa.tool_schemas())
            said = reply.choices[0].message
            messages.append(said.model_dump(exclude_none=True, exclude={"parsed": True}))
            if not said.tool_calls:
                return str(said.content), messages
            for call in said.tool_calls:
                try:
                    result = json.dumps(qa.call_tool(call.function.name, call.function.arguments), ensure_ascii=False)
                except QAPluginError as error:
                    result = str(error)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    raise AssertionError("the model went on calling")


@pytest.mark.parametrize("way", [created, parsed])
def test_a_model_searches_asks_and_answers(
    qa: QAPlugin, fake: FakeOpenAI, way: Callable[[openai.OpenAI], Callable[..., Any]]
) -> None:
    fake.tool_turns = [[("search", {"query": "flood"}), ("fetch", {"id": "rio.pt.txt"})], [("ask", ASK)]]
    said, messages = loop(qa, fake, way)
    assert json.loads(said) == qa.call_tool("ask", ASK)
    assert json.loads(said)["citations"][0]["quote"] == QUOTE
    results = [json.loads(message["content"]) for message in messages if message["role"] == "tool"]
    assert results[0]["results"][0]["id"] == "rio.pt.txt"
    assert QUOTE in results[1]["text"]
    sent = fake.requests_to("/chat/completions")
    assert len(sent) == 3
    assert sent[0].body["tools"] == qa.tool_schemas()


def test_a_model_that_calls_wrongly_reads_what_to_do(qa: QAPlugin, fake: FakeOpenAI) -> None:
    fake.tool_turns = [[("grep", {"word": "flood"})], [("fetch", {"id": "nowhere"})], [("ask", {"question": " "})]]
    said, messages = loop(qa, fake, created)
    told = [message["content"] for message in messages if message["role"] == "tool"]
    assert "There are: search, fetch, ask, search_articles" in told[0]
    assert "call search or search_articles for ids" in told[1]
    assert said == told[2]
    assert "question is empty" in said


def test_the_server_takes_strict_schemas_only(qa: QAPlugin, fake: FakeOpenAI) -> None:
    loose = qa.tool_schemas()
    del loose[2]["function"]["parameters"]["additionalProperties"]
    with (
        openai.OpenAI(base_url=fake.base_url, api_key=fake.api_key, max_retries=0) as client,
        pytest.raises(openai.BadRequestError) as refused,
    ):
        created(client)(model="fake-chat", messages=[{"role": "user", "content": QUESTION}], tools=loose)
    assert refused.value.code == "invalid_function_parameters"
