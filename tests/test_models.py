"""Chat models at the wire: real HTTP, against a server that is wrong in every way we know of."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator

import pytest

from qa_plugin.answering.messages import Passage, answer_messages, parse_reply, reply_schema
from qa_plugin.errors import (
    ModelError,
    ModelRefused,
    ModelUnavailable,
    ModelUnreadable,
    SettingsError,
)
from qa_plugin.models.openai_models import OpenAIChat, OpenAIEmbedder
from qa_plugin.ports import THIS_MACHINE, Message, WindowExceeded
from qa_plugin.prompting import load_prompts
from tests.fake_openai import CHAT_BEHAVIOURS, FakeOpenAI, Scripted
from tests.model_clients import ASK, GRACE_SECONDS, chat_at, complete, embedder_at


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    script = [Scripted("40 barcos foram retirados", "40 boats were removed.", question="boats")]
    with FakeOpenAI(script) as server:
        yield server


def test_a_question_goes_out_and_a_cited_reply_comes_back(fake: FakeOpenAI) -> None:
    passage = Passage(4, "A autarquia diz que 40 barcos foram retirados do porto.", "pt")
    messages = answer_messages("How many boats?", language="English", passages=[passage], prompts=load_prompts())
    chat = chat_at(fake)
    completion = chat.complete(messages, schema=reply_schema(), max_tokens=300, deadline=None)
    chat.close()
    reply = parse_reply(completion.text)
    assert reply.claims[0].text == "40 boats were removed."
    assert reply.claims[0].quotes == ((4, "40 barcos foram retirados"),)
    assert (completion.prompt_tokens, completion.completion_tokens, completion.finish_reason) == (
        120,
        34,
        "stop",
    )
    request = fake.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {fake.api_key}"
    assert request.body == {
        "model": "fake-chat",
        "messages": [{"role": m.role, "content": m.content} for m in messages],
        "max_tokens": 300,
        "temperature": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": reply_schema()},
        },
    }


@pytest.mark.parametrize(
    ("behaviour", "kind", "requests", "message"),
    [
        ("bad_key", ModelRefused, 1, "does not accept the API key: Incorrect .* .key.. Check OPENAI_API_KEY"),
        ("forbidden", ModelRefused, 1, "does not allow this key"),
        ("unknown_model", ModelRefused, 1, "does not know the model fake-chat. .* QA_PLUGIN_MODEL"),
        ("unknown_path", ModelRefused, 1, "no such address .* usually ends in /v1"),
        ("quota", ModelRefused, 1, "out of quota: You exceeded .* details. Add credit"),
        ("not_pulled", ModelRefused, 1, "not know the model fake-chat: .* try pulling it first. Name one"),
        ("out_of_memory", ModelUnavailable, 3, "HTTP 500.: CUDA out of memory. Tried to allocate 2 GiB. Try again"),
        ("plain_words", ModelRefused, 1, "sent a text in place of a reply: Ollama is running. No OpenAI-compatible"),
        ("window", WindowExceeded, 1, "too long for the language model .* fewer passages"),
        ("bad_request", ModelRefused, 1, "HTTP 400.: Nonsense in the request of .key."),
        ("filter_400", ModelRefused, 1, "content filter .* other words"),
        ("redirect", ModelRefused, 1, "nothing is sent on to a host that was not named"),
        ("error_500", ModelUnavailable, 3, "problem of its own .HTTP 500.: The server had an error. Try again later"),
        ("html_502", ModelUnavailable, 3, "problem of its own .HTTP 502.. Try again later"),
        ("error_in_200", ModelUnavailable, 3, "problem of its own"),
        ("error_text_in_200", ModelUnavailable, 3, "problem of its own"),
        ("error_429_in_200", ModelUnavailable, 3, "accepts no more requests for now"),
        ("disconnect", ModelUnavailable, 3, "broke off before the reply was whole"),
        ("html", ModelRefused, 1, "a web page in place of a reply. No OpenAI-compatible .* ends in /v1"),
        ("bad_json", ModelUnreadable, 2, "it is not JSON"),
        ("deep_json", ModelUnreadable, 2, "it is not JSON"),
        ("json_list", ModelUnreadable, 2, "it is not a JSON object"),
        ("no_choices", ModelUnreadable, 2, "it holds no message"),
        ("choices_text", ModelUnreadable, 2, "it holds no message"),
        ("choice_null", ModelUnreadable, 2, "it holds no message"),
        ("message_list", ModelUnreadable, 2, "it holds no message"),
        ("content_number", ModelUnreadable, 2, "it holds no text"),
        ("null_content", ModelUnreadable, 2, "it holds no text"),
        ("empty", ModelUnreadable, 2, "it holds no text"),
        ("refusal", ModelRefused, 1, "declined to answer"),
        ("content_filter", ModelRefused, 1, "content filter"),
        ("length", ModelUnreadable, 1, "cut off at its length limit"),
    ],
)
def test_what_goes_wrong_becomes_one_plain_message(
    fake: FakeOpenAI, behaviour: str, kind: type[ModelError], requests: int, message: str
) -> None:
    fake.chat = behaviour
    chat = chat_at(fake, attempts=3)
    with pytest.raises(kind, match=message) as raised:
        complete(chat)
    chat.close()
    assert type(raised.value) is kind
    assert len(fake.requests) == requests
    said = str(raised.value)
    assert "\n" not in said
    assert "\x1b" not in said
    assert "None" not in said
    assert fake.api_key not in said
    assert said.endswith(f" It was asked {requests} times.") is (requests > 1)


@pytest.mark.parametrize("behaviour", ["error_500", "disconnect", "bad_json", "empty", "error_in_200", "html_502"])
def test_a_failure_that_passes_is_not_seen(fake: FakeOpenAI, behaviour: str) -> None:
    fake.next_chat = [behaviour]
    chat = chat_at(fake)
    assert '"not_in_sources"' in complete(chat)
    chat.close()
    assert len(fake.requests) == 2


def test_a_rate_limit_is_waited_for_as_long_as_the_server_asks(fake: FakeOpenAI) -> None:
    fake.chat = "rate_limited_once"
    chat = chat_at(fake)
    started = time.monotonic()
    assert '"not_in_sources"' in complete(chat)
    chat.close()
    assert 1.0 <= time.monotonic() - started < 2.0
    assert len(fake.requests) == 2


def test_a_wait_beyond_the_deadline_is_told_and_not_waited_for(fake: FakeOpenAI) -> None:
    fake.chat = "busy_for_long"
    chat = chat_at(fake)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="asks to wait 300 seconds") as raised:
        complete(chat)
    chat.close()
    assert raised.value.retry_after_seconds == 300
    assert time.monotonic() - started < 1.0
    assert len(fake.requests) == 1


@pytest.mark.parametrize("behaviour", ["hang", "trickle", "trickle_headers"])
@pytest.mark.parametrize("given", [True, False], ids=["deadline of the call", "own deadline"])
def test_no_silence_and_no_trickle_outlasts_the_deadline(fake: FakeOpenAI, behaviour: str, *, given: bool) -> None:
    fake.chat = behaviour
    chat = chat_at(fake, deadline_seconds=10.0 if given else 0.5)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        complete(chat, deadline=started + 0.5 if given else None)
    assert 0.4 < time.monotonic() - started < 0.5 + GRACE_SECONDS
    chat.close()
    assert "model-call" not in {thread.name for thread in threading.enumerate()}


def test_one_slow_request_leaves_time_for_another(fake: FakeOpenAI) -> None:
    fake.next_chat = ["trickle"]
    chat = chat_at(fake, timeout_seconds=0.5)
    assert '"not_in_sources"' in complete(chat)
    chat.close()
    assert len(fake.requests) == 2


def test_a_deadline_that_is_past_sends_nothing(fake: FakeOpenAI) -> None:
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        complete(chat_at(fake), deadline=time.monotonic() - 1)
    assert fake.requests == []


@pytest.mark.parametrize(
    ("behaviour", "forms"),
    [
        ("honest", ["json_schema"]),
        ("no_json_schema", ["json_schema", "json_object"]),
        ("plain_only", ["json_schema", "json_object", None]),
    ],
)
def test_the_ladder_of_structured_output(fake: FakeOpenAI, behaviour: str, forms: list[str | None]) -> None:
    fake.chat = behaviour
    for chat in (chat_at(fake), chat_at(fake)):
        assert '"not_in_sources"' in complete(chat)
        chat.close()
    sent = [(request.body.get("response_format") or {}).get("type") for request in fake.requests]
    assert sent == [*forms, forms[-1]]


def test_parameters_that_a_model_rejects_are_left_out_from_then_on(fake: FakeOpenAI) -> None:
    fake.chat = "reasoning"
    for chat in (chat_at(fake), chat_at(fake)):
        complete(chat)
        chat.close()
    assert len(fake.requests) == 4
    last = fake.requests[-1].body
    assert last["max_completion_tokens"] == 300
    assert not last.keys() & {"max_tokens", "temperature"}
    assert last["response_format"]["type"] == "json_schema"


def test_without_a_schema_none_is_sent(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    chat.complete(ASK, schema=None, max_tokens=5, deadline=None)
    chat.close()
    assert "response_format" not in fake.requests[0].body


@pytest.mark.parametrize("behaviour", ["odd_usage", "parts"])
def test_odd_replies_that_hold_a_text_are_taken(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    completion = chat.complete(ASK, schema=None, max_tokens=5, deadline=None)
    chat.close()
    assert (completion.text, completion.estimated) == ("fine", True)


def test_the_connection_is_kept_for_the_next_question(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    for _ in range(3):
        complete(chat)
    assert fake.connections == 1
    chat.close()
    complete(chat)
    chat.close()
    assert fake.connections == 2


def test_questions_from_many_threads_do_not_mix(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    passage = Passage(1, "Diz-se que 40 barcos foram retirados.")
    found: dict[str, str] = {}

    def ask(about: str) -> None:
        messages = answer_messages(f"And the {about}?", language="English", passages=[passage], prompts=load_prompts())
        found[about] = parse_reply(chat.complete(messages, schema=None, max_tokens=50, deadline=None).text).status

    threads = [threading.Thread(target=ask, args=(about,)) for about in ["boats", "tanks", "boats too", "cars"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chat.close()
    assert found == {
        "boats": "answered",
        "boats too": "answered",
        "tanks": "not_in_sources",
        "cars": "not_in_sources",
    }


def test_text_that_has_no_utf_8_is_sent_all_the_same(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    chat.complete([Message("user", "a\ud800b")], schema=None, max_tokens=5, deadline=None)
    chat.close()
    assert fake.requests[0].body["messages"][0]["content"] == "a?b"


# ---------------------------------------------------------------- addresses and keys


def test_a_server_that_is_not_there_is_named() -> None:
    with FakeOpenAI() as fake:
        address = fake.base_url
    with pytest.raises(ModelUnavailable, match=r"at 127\.0\.0\.1:\d+ cannot be reached: nothing answers there"):
        complete(OpenAIChat("m", base_url=address, first_pause_seconds=0.01))


def test_a_name_that_does_not_resolve_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelUnavailable, match=r"models\.invalid cannot be reached: "):
        complete(OpenAIChat("m", base_url="http://models.invalid/v1", first_pause_seconds=0.01, deadline_seconds=5))


def test_without_a_key_nothing_is_sent_to_the_hosted_service() -> None:
    chat = OpenAIChat("m", api_key="  ")
    assert chat.destination == "api.openai.com"
    with pytest.raises(ModelRefused, match=r"no API key for api\.openai\.com\. Set OPENAI_API_KEY"):
        complete(chat)


def test_a_server_without_keys_needs_none(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-server")
    chat = chat_at(fake, api_key=None)
    complete(chat)
    chat.close()
    assert fake.requests[0].headers["authorization"] == "Bearer none"


def test_a_key_with_odd_characters_is_refused(fake: FakeOpenAI) -> None:
    with pytest.raises(ModelRefused, match="characters that no key has"):
        complete(chat_at(fake, api_key="sk-ключ"))
    assert fake.requests == []


@pytest.mark.parametrize(
    ("base_url", "destination"),
    [
        ("http://127.0.0.1:11434/v1", THIS_MACHINE),
        ("http://localhost:1234/v1/", THIS_MACHINE),
        ("http://[::1]:8080/v1", THIS_MACHINE),
        ("https://user:pass@models.example.org:8443/v1", "models.example.org"),
        ("http://192.168.1.5/v1", "192.168.1.5"),
        ("https://localhost.example.org/v1", "localhost.example.org"),
    ],
)
def test_the_destination_is_the_host_that_gets_the_data(base_url: str, destination: str) -> None:
    assert OpenAIChat("m", base_url=base_url).destination == destination
    embedder = OpenAIEmbedder("m", base_url=base_url)
    assert embedder.destination == destination
    assert embedder.costs is (destination != THIS_MACHINE)


@pytest.mark.parametrize("base_url", ["localhost:11434/v1", "ftp://example.org", "https://", "http://[::1", "/v1"])
def test_a_base_url_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(SettingsError, match=r"looks like https://example\.org/v1"):
        OpenAIChat("m", base_url=base_url)


def test_what_stays_on_this_machine_goes_through_no_proxy(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    chat = chat_at(fake)
    complete(chat)
    chat.close()
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    "behaviour", sorted(CHAT_BEHAVIOURS - {"hang", "trickle", "trickle_headers", "rate_limited_once"})
)
def test_keys_are_in_no_message_representation_or_traceback(
    fake: FakeOpenAI, behaviour: str, caplog: pytest.LogCaptureFixture
) -> None:
    fake.chat = behaviour
    chat = chat_at(fake, attempts=2)
    shown = [repr(chat), repr(embedder_at(fake))]
    with caplog.at_level(logging.INFO):
        try:
            complete(chat)
        except ModelError as error:
            shown += [str(error), repr(error), "".join(traceback.format_exception(error))]
    chat.close()
    assert fake.api_key not in "\n".join([*shown, caplog.text])


def test_importing_the_models_imports_no_vendor() -> None:
    code = (
        "import sys, qa_plugin.models.openai_models, qa_plugin.models.llama_index_models as l; "
        "qa_plugin.models.openai_models.OpenAIEmbedder; "
        "print(sorted({'openai', 'llama_index', 'httpx', 'httpx2', 'numpy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
