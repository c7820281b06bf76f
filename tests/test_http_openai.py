"""The openai package, of whatever major is installed, as a client of the server as people start it."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam
from openai.types.responses import Response

from tests.http_servers import DAYS, DEATHS, NOTHING, STRIKE, command, write_articles

TOKEN = "a-long-random-text"  # noqa: S105 - of this test


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    articles = write_articles(folder / "articles")
    with command("--articles", str(articles), folder=folder, QA_PLUGIN_TOKEN=TOKEN) as (address, _):
        yield address


@pytest.fixture
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{url}/v1", api_key=TOKEN, max_retries=0, timeout=60) as found:
        yield found


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def test_models(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["qa-plugin"]
    assert client.models.retrieve("qa-plugin").object == "model"
    with pytest.raises(openai.NotFoundError, match="There is no model"):
        client.models.retrieve("gpt-9")


def test_a_chat_completion(client: OpenAI, url: str) -> None:
    reply = client.chat.completions.create(
        model="qa-plugin", messages=[user(STRIKE)], temperature=0.3, seed=1, stop=["x"], max_tokens=5
    )
    choice = reply.choices[0]
    text = choice.message.content or ""
    assert text.startswith("About 4,000 [1]")
    assert "“Some 4,000 drivers took part in the rail strike.”" in text
    assert choice.finish_reason == "stop"
    annotation = (choice.message.annotations or [])[0].url_citation
    assert text[annotation.start_index : annotation.end_index] == "[1]"
    assert annotation.title == "Rail strike"
    assert annotation.url.startswith(f"{url}/?open=agency%2Frail.en.txt&at=")
    assert reply.usage is not None
    assert reply.usage.total_tokens == 0
    assert (reply.model_extra or {})["qa_plugin"]["status"] == "answered"


def test_a_streamed_chat_completion(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="qa-plugin", messages=[user(DEATHS)])
    stream = client.chat.completions.create(
        model="qa-plugin", messages=[user(DEATHS)], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert len({chunk.id for chunk in chunks}) == 1
    *told, last, counted = chunks
    assert [chunk.choices[0].finish_reason for chunk in told] == [None] * len(told)
    assert last.choices[0].finish_reason == "stop"
    assert counted.choices == []
    assert counted.usage is not None
    text = "".join(chunk.choices[0].delta.content or "" for chunk in told)
    assert text == whole.choices[0].message.content
    streamed = [a for chunk in told for a in (chunk.choices[0].delta.model_extra or {}).get("annotations", [])]
    assert streamed == [a.model_dump() for a in whole.choices[0].message.annotations or []]
    assert len(streamed) >= 2


def test_a_stream_without_usage_has_none(client: OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="qa-plugin", messages=[user(STRIKE)], stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


def test_a_follow_up(client: OpenAI) -> None:
    first = client.chat.completions.create(model="qa-plugin", messages=[user(DAYS)])
    said: ChatCompletionMessageParam = {"role": "assistant", "content": first.choices[0].message.content}
    second = client.chat.completions.create(model="qa-plugin", messages=[user(DAYS), said, user("And who said so?")])
    parts = (second.model_extra or {})["qa_plugin"]
    assert parts["question"] == "And who said so?"
    assert [citation["source"] for citation in parts["citations"]] == ["agency/rail.en.txt"]
    alone = client.chat.completions.create(model="qa-plugin", messages=[user("And who said so?")])
    assert (alone.model_extra or {})["qa_plugin"] != parts


def test_a_response(client: OpenAI) -> None:
    reply = client.responses.create(model="qa-plugin", input=STRIKE)
    assert reply.output_text.startswith("About 4,000 [1]")
    assert reply.status == "completed"
    assert reply.metadata == {"status": "answered"}
    Response.model_validate(reply.to_dict())
    content = reply.output[0].to_dict()["content"]
    assert isinstance(content, list)
    annotation = content[0]["annotations"][0]
    assert annotation["type"] == "url_citation"
    assert reply.output_text[annotation["start_index"] : annotation["end_index"]] == "[1]"


def test_a_streamed_response(client: OpenAI) -> None:
    whole = client.responses.create(model="qa-plugin", input=[{"role": "user", "content": DEATHS}])
    events = list(client.responses.create(model="qa-plugin", input=DEATHS, stream=True))
    for event in events:
        type(event).model_validate(event.to_dict())  # the package itself takes whatever comes
    assert [event.sequence_number for event in events] == list(range(len(events)))
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert kinds[-4:] == [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert kinds.count("response.output_text.annotation.added") >= 2
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == whole.output_text
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == text


def test_the_accumulating_streams_of_the_package(client: OpenAI) -> None:
    with client.responses.stream(model="qa-plugin", input=STRIKE) as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output_text.startswith("About 4,000 [1]")
    with client.chat.completions.stream(model="qa-plugin", messages=[user(STRIKE)]) as chat:
        for _ in chat:
            pass
        assert (chat.get_final_completion().choices[0].message.content or "").startswith("About 4,000 [1]")


def test_what_is_not_in_the_sources_is_said(client: OpenAI) -> None:
    reply = client.chat.completions.create(model="qa-plugin", messages=[user(NOTHING)])
    assert (reply.choices[0].message.content or "").startswith("The sources do not answer this.")
    assert reply.choices[0].message.annotations == []


def test_errors_are_those_of_the_package(client: OpenAI, url: str) -> None:
    with pytest.raises(openai.BadRequestError) as empty:
        client.chat.completions.create(model="qa-plugin", messages=[])
    assert (empty.value.param, empty.value.code, empty.value.type) == (
        "messages",
        "invalid_value",
        "invalid_request_error",
    )
    with pytest.raises(openai.BadRequestError, match="at most 4,000"):
        client.chat.completions.create(model="qa-plugin", messages=[user("word " * 1000)], stream=True)
    with pytest.raises(openai.BadRequestError, match="previous_response_id"):
        client.responses.create(model="qa-plugin", input="x?", previous_response_id="resp_1")
    with (
        OpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError, match="QA_PLUGIN_TOKEN"),
    ):
        stranger.models.list()
