"""What a call costs of which only the last request gives something: every request that may be charged for counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.errors import ModelError, ModelUnavailable, ModelUnreadable
from qa_plugin.models.openai_models import OpenAIChat
from qa_plugin.records import Usage
from qa_plugin.settings import Settings
from qa_plugin.spending import Bill, PaidEmbedder, cost_usd, tokens_of
from qa_plugin.tokens import count_tokens
from tests.fake_openai import FakeOpenAI
from tests.model_clients import ASK, chat_at, complete, embedder_at, stream

PROMPT, COMPLETION = 120, 34
"""What the fake server says that a request took."""
MOST = 300
"""The longest reply that the tests ask for."""
QUICK: dict[str, Any] = {"timeout_seconds": 0.3}


class Elsewhere(OpenAIChat):
    """A model at a host whose work has a price."""

    destination = "far.test"


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI({"boats": "More than 40 boats."}) as server:
        yield server


def estimate() -> int:
    from qa_plugin.answering.messages import reply_schema

    return tokens_of(ASK, reply_schema(), "o200k_base")


def billed(
    fake: FakeOpenAI, settings: Settings, ask: Callable[[Any], object] = complete, **options: Any
) -> tuple[Usage, ModelError | None]:
    chat = chat_at(fake, **options)
    bill = Bill(settings, chat)
    try:
        ask(bill.model)
    except ModelError as error:
        return bill.usage, error
    finally:
        chat.close()
    return bill.usage, None


@pytest.mark.parametrize("behaviour", ["hang", "trickle", "disconnect"])
def test_a_request_that_timed_out_or_broke_off_counts_with_the_longest_reply(fake: FakeOpenAI, behaviour: str) -> None:
    fake.next_chat = [behaviour]
    usage, error = billed(fake, Settings(), **QUICK)
    assert error is None
    assert (usage.prompt_tokens, usage.completion_tokens) == (estimate() + PROMPT, MOST + COMPLETION)
    assert usage.estimated


def test_it_counts_where_nothing_comes_after_it_too(fake: FakeOpenAI) -> None:
    fake.chat = "hang"
    usage, error = billed(fake, Settings(), **QUICK, attempts=3)
    assert isinstance(error, ModelUnavailable)
    assert (usage.prompt_tokens, usage.completion_tokens) == (3 * estimate(), 3 * MOST)


@pytest.mark.parametrize("behaviour", ["error_500", "rate_limited_once", "html_502", "error_429_in_200"])
def test_what_a_server_refused_is_free(fake: FakeOpenAI, behaviour: str) -> None:
    fake.next_chat = [behaviour]
    assert billed(fake, Settings()) == (Usage(PROMPT, COMPLETION), None)


@pytest.mark.parametrize("behaviour", ["no_json_schema", "reasoning", "no_stream"])
def test_what_a_server_is_found_not_to_take_is_free(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    assert billed(fake, Settings(), stream) == (Usage(PROMPT, COMPLETION), None)
    assert len(fake.requests) > 1


def test_what_was_never_sent_is_free(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    fake.__exit__(None, None, None)
    bill = Bill(Settings(), chat)
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        complete(bill.model)  # type: ignore[arg-type]
    assert bill.usage == Usage()


@pytest.mark.parametrize("behaviour", ["length", "content_filter", "refusal"])
def test_a_reply_of_no_use_counts_as_the_server_says(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    usage, error = billed(fake, Settings())
    assert error is not None
    assert usage == Usage(PROMPT, COMPLETION)


def test_a_reply_of_no_use_and_the_one_after_it_count_both(fake: FakeOpenAI) -> None:
    fake.next_chat = ["empty"]
    assert billed(fake, Settings()) == (Usage(2 * PROMPT, 2 * COMPLETION), None)


@pytest.mark.parametrize("behaviour", ["stream_cut", "stream_broken", "stream_stalls", "stream_error"])
def test_a_stream_that_broke_off_counts_as_far_as_it_came(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour

    def ask(model: Any) -> None:
        list(model.stream(ASK, schema=None, max_tokens=MOST, deadline=None))

    usage, error = billed(fake, Settings(), ask, **QUICK)
    assert error is not None
    assert usage.prompt_tokens == tokens_of(ASK, None, "o200k_base")
    assert 0 < usage.completion_tokens < COMPLETION
    assert usage.estimated


def test_a_stream_that_is_given_up_counts_as_far_as_it_came(fake: FakeOpenAI) -> None:
    fake.chat = "stream_stalls"
    chat = chat_at(fake)
    bill = Bill(Settings(), chat)
    assert bill.model is not None
    pieces = bill.model.stream(ASK, schema=None, max_tokens=MOST, deadline=None)
    first = next(pieces)
    pieces.close()
    assert bill.usage.completion_tokens == count_tokens(first)


def test_the_limit_of_tokens_holds_over_all_requests_of_a_call(fake: FakeOpenAI) -> None:
    fake.chat = "hang"
    usage, error = billed(fake, Settings(max_prompt_tokens=2 * estimate()), **QUICK)
    assert len(fake.requests) == 2
    assert usage.prompt_tokens == 2 * estimate()
    assert isinstance(error, ModelUnavailable)
    assert "did not answer in time" in str(error)
    assert "not asked again" in str(error)
    assert "QA_PLUGIN_MAX_PROMPT_TOKENS); nothing more was sent" in str(error)


def test_the_limit_of_cost_holds_over_all_requests_of_a_call(fake: FakeOpenAI, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('dated = "2031-01-02"\n[chat.fake-chat]\nprompt = 1\ncompletion = 4\n', encoding="utf-8")
    one = cost_usd("chat", "fake-chat", estimate(), MOST, prices=prices)
    assert one is not None
    fake.chat = "hang"
    chat = Elsewhere("fake-chat", base_url=fake.base_url, api_key=fake.api_key, timeout_seconds=0.3)
    bill = Bill(Settings(max_cost_usd=2.5 * one, prices=prices), chat)
    with pytest.raises(ModelUnavailable, match="It was not asked again"):
        complete(bill.model)  # type: ignore[arg-type]
    assert len(fake.requests) == 2
    assert bill.usage.cost_usd == pytest.approx(2 * one)


def test_the_error_keeps_its_kind_where_a_limit_ends_the_call(fake: FakeOpenAI) -> None:
    fake.chat = "empty"
    _, error = billed(fake, Settings(max_prompt_tokens=estimate() + PROMPT - 1))
    assert isinstance(error, ModelUnreadable)
    assert len(fake.requests) == 1


def test_an_embedder_counts_the_texts_of_a_request_that_timed_out(fake: FakeOpenAI) -> None:
    fake.next_embeddings = ["hang"]
    embedder = PaidEmbedder(embedder_at(fake, timeout_seconds=0.3), encoding="cl100k_base")
    _, tokens = embedder.query("How many boats were repaired?")
    once = count_tokens("How many boats were repaired?", "cl100k_base")
    assert tokens == embedder.tokens_sent == 2 * once
    fake.next_embeddings = ["error_500"]
    embedder.embed_documents(["boats"])
    assert embedder.tokens_sent == 2 * once + 1


def test_a_model_of_llama_index_counts_calls_that_gave_nothing(fake: FakeOpenAI) -> None:
    from llama_index.llms.openai import OpenAI

    from qa_plugin.models.llama_index_models import LlamaIndexChat

    llm = OpenAI("gpt-4o", api_key=fake.api_key, api_base=fake.base_url, max_retries=0, timeout=0.3)
    fake.next_chat = ["hang", "length"]
    bill = Bill(Settings(), LlamaIndexChat(llm))
    for kind in (ModelUnavailable, ModelUnreadable):
        with pytest.raises(kind):
            complete(bill.model)  # type: ignore[arg-type]
    assert bill.usage.prompt_tokens == estimate() + PROMPT
    assert bill.usage.completion_tokens == MOST + COMPLETION
