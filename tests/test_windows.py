"""What a server gives a model: learnt where it says so, asked for where it matters, believed when it refuses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.errors import ModelRefused
from qa_plugin.models import windows
from qa_plugin.models.failures import Target, call_failed, refused, trouble_in
from qa_plugin.models.windows import Windows
from qa_plugin.plugin import QAPlugin
from qa_plugin.ports import WindowExceeded
from qa_plugin.settings import Settings
from tests.fake_openai import FakeOpenAI, Scripted
from tests.model_clients import chat_at, complete

WORDS = ("granite", "timber", "mortar", "cement", "gravel", "copper", "marble", "cobalt")
QUESTION = "How many workers built the Valmar bridge?"


class Kept(dict[str, str]):
    """What lasts beyond the process."""

    def put(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    needle = "310 workers built the Valmar bridge"
    with FakeOpenAI([Scripted(needle, "310 workers built it.", question="Valmar")]) as server:
        yield server


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """More about the bridge than a small window takes."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for at in range(30):
        more = " ".join(
            f"The {WORDS[(at + n) % 8]} of the Valmar bridge came from quarry {at} in load {n}, workers said."
            for n in range(25)
        )
        first = "310 workers built the Valmar bridge in two years, the city hall said." if at == 0 else ""
        (folder / f"{at}.txt").write_text(f"Bridge works {at}\n\n{first} {more}\n", encoding="utf-8")
    return folder


def plugin_at(fake: FakeOpenAI, articles: Path, tmp_path: Path, **more: Any) -> QAPlugin:
    given: dict[str, Any] = {"api_key": fake.api_key, "base_url": fake.base_url, "model": "fake-chat"} | more
    return QAPlugin(articles, store=tmp_path / "store", settings=Settings(translate="never", chunk_tokens=400, **given))


def sent(fake: FakeOpenAI) -> list[int]:
    """The words of each prompt that was sent."""
    return [len(str(r.body["messages"]).split()) for r in fake.requests_to("/chat/completions")]


def looked_up(fake: FakeOpenAI) -> list[str]:
    return [request.path for request in fake.requests if request.method == "GET"]


# ---------------------------------------------------------------- what servers say

LISTED: dict[str, tuple[dict[str, Any], dict[str, object], int | None]] = {
    "vllm": ({"owned_by": "vllm", "max_model_len": 8192}, {}, 8192),
    "llama.cpp": ({"owned_by": "llamacpp", "meta": {"n_ctx": 6144, "n_ctx_train": 131072}}, {}, 6144),
    "older llama.cpp": (
        {"owned_by": "llamacpp", "meta": {"n_ctx_train": 131072}},
        {"/props": {"default_generation_settings": {"n_ctx": 2048}}},
        2048,
    ),
    "llama.cpp that hides it": ({"owned_by": "llamacpp"}, {}, None),
    "lm studio": (
        {"owned_by": "organization_owner"},
        {"/api/v0/models": {"data": [{"id": "fake-chat", "loaded_context_length": 5000, "max_context_length": 9}]}},
        5000,
    ),
    "ollama": (
        {"owned_by": "library"},
        {"/api/ps": {"models": [{"name": "fake-chat:latest", "model": "fake-chat:latest", "context_length": 16384}]}},
        16384,
    ),
    "ollama, not loaded": ({"owned_by": "library"}, {"/api/ps": {"models": []}}, 4096),
    "ollama, another loaded": (
        {"owned_by": "library"},
        {"/api/ps": {"models": [{"name": "other", "context_length": 16384}]}},
        4096,
    ),
    "openrouter": ({"context_length": 65536}, {}, 65536),
    "says nothing": ({}, {}, None),
    "odd": ({"max_model_len": "many", "meta": [1], "context_length": True, "context_window": -1}, {}, None),
}


@pytest.mark.parametrize("kind", LISTED)
def test_each_kind_of_server_is_understood(fake: FakeOpenAI, kind: str) -> None:
    entry, pages, window = LISTED[kind]
    fake.pages = {"/v1/models": {"data": [{"id": "another"}, {"id": "fake-chat", **entry}]}, **pages}
    with_it = chat_at(fake)
    assert with_it.window(ask=True, deadline=None) == window
    assert {r.headers.get("authorization") for r in fake.requests} == {f"Bearer {fake.api_key}"}
    with_it.close()


@pytest.mark.parametrize("page", ["no list", {"data": "x"}, {"data": []}, {"data": [{"id": 7}, "x"]}, [1]])
def test_what_is_no_list_says_nothing(fake: FakeOpenAI, page: object) -> None:
    fake.pages = {"/v1/models": page}
    chat = chat_at(fake)
    assert chat.window(ask=True, deadline=None) is None
    assert chat.window(ask=True, deadline=None) is None
    assert len(fake.requests) <= 1 + 2  # and is not asked again
    chat.close()


def test_a_server_with_one_model_takes_any_name_for_it(fake: FakeOpenAI) -> None:
    fake.pages = {"/v1/models": {"data": [{"id": "/models/some.gguf", "meta": {"n_ctx": 3000}}]}}
    chat = chat_at(fake)
    assert chat.window(ask=True, deadline=None) == 3000
    chat.close()


def test_it_is_asked_once_a_day_and_remembered_for_the_next_process(
    fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.pages = {"/v1/models": {"data": [{"id": "fake-chat", "max_model_len": 8192}]}}
    memory = Kept()
    for _ in range(2):
        assert chat_at(fake, memory=memory).window(ask=True, deadline=None) == 8192
        monkeypatch.setattr(windows, "_known", {})  # as another process begins
    assert len(fake.requests) == 1
    assert fake.base_url not in str(memory)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert chat_at(fake, memory=memory).window(ask=True, deadline=None) == 8192
    assert len(fake.requests) == 2


def test_what_ollama_gives_before_a_model_is_loaded_is_not_remembered(fake: FakeOpenAI) -> None:
    fake.pages = {"/v1/models": {"data": [{"id": "fake-chat"}]}, "/api/ps": {"models": []}}
    chat = chat_at(fake)
    assert chat.window(ask=True, deadline=None) == 4096
    fake.pages["/api/ps"] = {"models": [{"model": "fake-chat", "context_length": 32768}]}
    assert chat.window(ask=True, deadline=None) == 32768
    chat.close()


@pytest.mark.parametrize("kept", ["", "[]", "[5]", '["many", 1]', "[8192, null]", "[-3, 1]", "[" * 100_000])
def test_what_was_never_kept_is_passed_over(kept: str) -> None:
    memory = Kept()
    Windows("http://far.test/v1", "m", memory=memory).keep(8192)
    windows._known.clear()
    memory.update(dict.fromkeys(memory, kept))
    assert Windows("http://far.test/v1", "m", memory=memory).known() is None


def test_openai_itself_is_not_asked() -> None:
    from qa_plugin.models.openai_models import OpenAIChat

    assert OpenAIChat("gpt-9", api_key="x").window(ask=True, deadline=None) is None


REFUSALS = [
    ("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", 8192, 9000),
    (
        "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens (112946 in the "
        "messages, 10000 in the completion). Please reduce the length of the messages or completion.",
        16384,
        112946,
    ),
    (
        "'max_tokens' is too large: 8192. This model's maximum context length is 8,192 tokens and your request has "
        "1210 input tokens.",
        8192,
        1210,
    ),
    ("request (13392 tokens) exceeds the available context size (8192 tokens), try increasing it", 8192, 13392),
    (
        "Trying to keep the first 6269 tokens when context the overflows. However, the model is loaded with context "
        "length of only 4096 tokens, which is not enough.",
        4096,
        6269,
    ),
    ("The prompt is too long: please reduce the length of it.", None, None),
]


@pytest.mark.parametrize(("message", "window", "asked"), REFUSALS)
def test_a_refusal_says_the_window_and_what_was_asked(message: str, window: int | None, asked: int | None) -> None:
    failed = refused(trouble_in({"error": {"message": message}}, status=400), Target("language model", "m", "h", "M"))
    assert isinstance(failed.error, WindowExceeded)
    assert (failed.error.window, failed.error.asked) == (window, asked)
    assert "OLLAMA_CONTEXT_LENGTH" in str(failed.error)
    assert call_failed(failed, Target("", "", "", "")) is failed


# ---------------------------------------------------------------- what follows for a question


def test_a_prompt_that_fits_anywhere_asks_nothing(fake: FakeOpenAI, articles: Path, tmp_path: Path) -> None:
    with plugin_at(fake, articles, tmp_path) as plugin:
        plugin.settings = Settings(**{**_fields(plugin.settings), "context_tokens": 1000})
        assert plugin.ask(QUESTION).mode == "llm"
    assert looked_up(fake) == []


def _fields(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__slots__}


def test_a_model_with_a_row_of_its_own_is_not_asked_for(fake: FakeOpenAI, articles: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('dated = "2031-01-02"\n[chat.fake-chat]\nwindow = 100_000\n', encoding="utf-8")
    with plugin_at(fake, articles, tmp_path, prices=prices) as plugin:
        assert plugin.ask(QUESTION).mode == "llm"
    assert looked_up(fake) == []


def test_a_server_that_gives_less_is_sent_less(fake: FakeOpenAI, articles: Path, tmp_path: Path) -> None:
    with plugin_at(fake, articles, tmp_path, context_tokens=6000, cache=False) as plugin:
        plugin.ask(QUESTION)
        (usual,) = sent(fake)
        windows._known.clear()
        fake.requests.clear()
        fake.pages = {"/v1/models": {"data": [{"id": "fake-chat", "max_model_len": 4500}]}}
        answer = plugin.ask(QUESTION)
        plugin.ask(QUESTION)
    assert answer.text.startswith("310 workers built it.")
    assert len(sent(fake)) == 2
    assert max(sent(fake)) < 0.75 * usual
    assert looked_up(fake) == ["/v1/models"]


def test_a_window_that_only_the_refusal_tells_is_met_at_once_and_remembered(
    fake: FakeOpenAI, articles: Path, tmp_path: Path
) -> None:
    fake.window = 1300 + 1200  # with room for the reply, which is counted in as well
    with plugin_at(fake, articles, tmp_path, context_tokens=9000, cache=False) as plugin:
        answer = plugin.ask(QUESTION)
        assert answer.text.startswith("310 workers built it.")
        first, second = sent(fake)
        assert second <= 1300 < fake.window < first
        plugin.ask(QUESTION)
    assert len(sent(fake)) == 3


def test_a_smaller_window_than_any_is_remembered_from_its_refusal(
    fake: FakeOpenAI, articles: Path, tmp_path: Path
) -> None:
    with plugin_at(fake, articles, tmp_path, context_tokens=1200, cache=False) as plugin:
        plugin.ask(QUESTION)
        (usual,) = sent(fake)
        fake.window = usual - 50
        for _ in range(2):
            plugin.ask(QUESTION)
    assert len(sent(fake)) == 1 + 2 + 1
    assert looked_up(fake) == []


def test_a_server_that_cannot_be_reached_is_asked_again(fake: FakeOpenAI) -> None:
    port = fake.port
    fake.__exit__(None, None, None)
    memory = Kept()
    chat = chat_at(fake, base_url=f"http://127.0.0.1:{port}/v1", memory=memory)
    assert chat.window(ask=True, deadline=None) is None
    assert memory == {}
    assert chat.window(ask=False, deadline=None) is None


def test_what_does_not_fit_a_second_time_either_is_a_clear_error(
    fake: FakeOpenAI, articles: Path, tmp_path: Path
) -> None:
    fake.window = 100
    with (
        plugin_at(fake, articles, tmp_path) as plugin,
        pytest.raises(WindowExceeded, match=r"exceeds the available context size.*model with a larger window.*OLLAMA"),
    ):
        plugin.ask(QUESTION)
    first, second = sent(fake)
    assert second < first


def test_the_repair_that_does_not_fit_is_not_a_call_too_many(fake: FakeOpenAI, articles: Path, tmp_path: Path) -> None:
    fake.chat = "prose"
    with plugin_at(fake, articles, tmp_path) as plugin:
        plugin.ask(QUESTION)
        first, second = sent(fake)
        fake.requests.clear()
        fake.window = (first + second) // 2
        answer = QAPlugin(articles, store=tmp_path / "store", settings=_without_cache(plugin.settings)).ask(QUESTION)
    assert answer.mode == "extractive"
    assert "no usable answer" in " ".join(answer.warnings)
    assert len(sent(fake)) == 2


def _without_cache(settings: Settings) -> Settings:
    return Settings(**{**_fields(settings), "cache": False})


def test_a_server_that_does_not_list_its_models_answers_all_the_same(
    fake: FakeOpenAI, articles: Path, tmp_path: Path
) -> None:
    fake.pages = {"/v1/models": json.dumps("nothing here")}
    with plugin_at(fake, articles, tmp_path) as plugin:
        assert plugin.ask(QUESTION).mode == "llm"


def test_a_window_refused_for_another_reason_stays_that_error(fake: FakeOpenAI) -> None:
    fake.chat = "bad_request"
    chat = chat_at(fake)
    with pytest.raises(ModelRefused) as caught:
        complete(chat)
    assert not isinstance(caught.value, WindowExceeded)
    chat.close()
