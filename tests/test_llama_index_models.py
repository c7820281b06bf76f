"""LlamaIndex's models behind our ports, and ours behind its."""

from __future__ import annotations

import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from qa_plugin.answering.messages import Passage, answer_messages, parse_reply, reply_schema
from qa_plugin.errors import (
    ModelError,
    ModelRefused,
    ModelUnavailable,
    ModelUnreadable,
    QAPluginError,
)
from qa_plugin.ports import THIS_MACHINE, ChatModel, Embedder, WindowExceeded
from qa_plugin.prompting import load_prompts
from tests.fake_openai import FakeOpenAI, Scripted
from tests.model_clients import ASK, GRACE_SECONDS, complete, embedder_at, stream


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    script = [Scripted("40 barcos foram retirados", "40 boats were removed.", question="boats")]
    with FakeOpenAI(script) as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def _quiet_imports() -> None:
    """Imported once here, so that what the vendor warns of at import is no failure of a test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import llama_index.core
        import llama_index.embeddings.openai  # type: ignore[import-untyped]
        import llama_index.llms.openai  # noqa: F401


def llama_chat(fake: FakeOpenAI, **options: Any) -> Any:
    from llama_index.llms.openai import OpenAI

    # The class insists on a name that it knows; the server answers to any.
    given: dict[str, Any] = {"api_base": fake.base_url, "api_key": fake.api_key, "timeout": 3.0}
    return OpenAI(model="gpt-4o-mini", max_retries=0, **(given | options))


def test_an_llm_of_llama_index_is_a_chat_model(fake: FakeOpenAI) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    chat: ChatModel = LlamaIndexChat(llama_chat(fake))
    assert (chat.name, chat.destination) == ("gpt-4o-mini", THIS_MACHINE)
    passage = Passage(1, "Diz-se que 40 barcos foram retirados.")
    messages = answer_messages("The boats?", language="English", passages=[passage], prompts=load_prompts())
    completion = chat.complete(messages, schema=reply_schema(), max_tokens=99, deadline=None)
    assert parse_reply(completion.text).claims[0].text == "40 boats were removed."
    assert (completion.prompt_tokens, completion.completion_tokens, completion.finish_reason) == (
        120,
        34,
        "stop",
    )
    assert [message["role"] for message in fake.requests[0].body["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    ("behaviour", "kind", "message"),
    [
        ("bad_key", ModelRefused, "does not accept the API key"),
        ("quota", ModelRefused, "out of quota"),
        ("error_500", ModelUnavailable, "HTTP 500"),
        ("window", WindowExceeded, "too long"),
        ("refusal", ModelRefused, "declined"),
        ("content_filter", ModelRefused, "content filter"),
        ("length", ModelUnreadable, "cut off"),
        ("null_content", ModelUnreadable, "no text"),
        ("no_choices", ModelUnavailable, "failed in an unexpected way"),
        ("html", ModelError, "gpt-4o-mini"),
        ("disconnect", ModelUnavailable, "broke off|cannot be reached"),
    ],
)
def test_failures_inside_of_llama_index_become_ours(
    fake: FakeOpenAI, behaviour: str, kind: type[QAPluginError], message: str
) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    fake.chat = behaviour
    chat = LlamaIndexChat(llama_chat(fake))
    with pytest.raises(kind, match=message) as raised:
        complete(chat)
    assert fake.api_key not in "".join(traceback.format_exception(raised.value)) + repr(chat)


def test_a_slow_llm_of_llama_index_is_given_up_at_the_deadline(fake: FakeOpenAI) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    fake.chat = "hang"
    chat = LlamaIndexChat(llama_chat(fake, timeout=1.0), deadline_seconds=0.4)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        complete(chat)
    assert time.monotonic() - started < 0.4 + GRACE_SECONDS
    for thread in threading.enumerate():
        if thread.name == "model-call":
            thread.join()


def test_the_mock_llm_of_llama_index_answers_on_this_machine() -> None:
    from llama_index.core.llms import MockLLM

    from qa_plugin.models.llama_index_models import LlamaIndexChat

    chat = LlamaIndexChat(MockLLM())
    assert (chat.name, chat.destination) == ("MockLLM", THIS_MACHINE)
    completion = chat.complete(ASK, schema=None, max_tokens=9, deadline=None)
    assert "How many boats?" in completion.text
    assert completion.estimated


def test_an_embedding_of_llama_index_is_an_embedder(fake: FakeOpenAI) -> None:
    from llama_index.embeddings.openai import OpenAIEmbedding

    from qa_plugin.models.llama_index_models import LlamaIndexEmbedder

    inner = OpenAIEmbedding(
        model_name="fake-embed", api_base=fake.base_url, api_key=fake.api_key, max_retries=0, timeout=3.0
    )
    embedder: Embedder = LlamaIndexEmbedder(inner)
    rows = embedder.embed_documents(["forty boats", "", "thirty cars"])
    assert rows.dtype == np.float32
    assert (rows.shape, embedder.dimension) == ((3, 32), 32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(embedder.embed_query("forty boats"), rows[0], atol=1e-6)
    assert (embedder.name, embedder.destination, embedder.costs) == ("fake-embed", THIS_MACHINE, True)
    assert embedder.fingerprint == "llama_index OpenAIEmbedding fake-embed full"
    fake.embeddings = "nan"
    with pytest.raises(ModelUnreadable, match="not finite"):
        embedder.embed_documents(["one"])
    fake.embeddings = "bad_key"
    with pytest.raises(ModelRefused, match="does not accept the API key"):
        embedder.embed_query("one")


def test_queries_and_documents_go_through_the_two_calls_of_llama_index() -> None:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from qa_plugin.models.llama_index_models import LlamaIndexEmbedder

    class Sided(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return [1.0, 0.0]

        def _get_text_embedding(self, text: str) -> list[float]:
            return [0.0, 2.0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    embedder = LlamaIndexEmbedder(Sided())
    assert embedder.embed_query("a").tolist() == [1.0, 0.0]
    assert embedder.embed_documents(["a", "b"]).tolist() == [[0.0, 1.0]] * 2
    assert embedder.destination == "wherever Sided is set to"


def test_the_mock_embedding_costs_nothing() -> None:
    from llama_index.core.embeddings import MockEmbedding

    from qa_plugin.models.llama_index_models import LlamaIndexEmbedder

    embedder = LlamaIndexEmbedder(MockEmbedding(embed_dim=4))
    assert (embedder.costs, embedder.destination, embedder.dimension) == (False, THIS_MACHINE, 4)
    assert embedder.embed_documents([]).shape == (0, 4)


def test_an_embedder_of_ours_serves_llama_index(fake: FakeOpenAI) -> None:
    import asyncio

    from llama_index.core.base.embeddings.base import BaseEmbedding

    from qa_plugin.models.llama_index_models import as_llama_index_embedding

    ours = embedder_at(fake)
    theirs = as_llama_index_embedding(ours)
    assert isinstance(theirs, BaseEmbedding)
    assert type(theirs) is type(as_llama_index_embedding(ours))
    assert theirs.model_name == "fake-embed"
    expected = ours.embed_documents(["forty boats", "cars"]).tolist()
    assert theirs.get_text_embedding_batch(["forty boats", "cars"]) == expected
    assert theirs.get_text_embedding("cars") == expected[1]
    assert theirs.get_query_embedding("cars") == expected[1]
    assert asyncio.run(theirs.aget_query_embedding("cars")) == expected[1]
    assert asyncio.run(theirs.aget_text_embedding_batch(["forty boats", "cars"])) == expected
    ours.close()


# ---------------------------------------------------------------- in pieces


def test_an_llm_of_llama_index_streams(fake: FakeOpenAI) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    chat: ChatModel = LlamaIndexChat(llama_chat(fake))
    pieces, completion = stream(chat)
    assert len(pieces) > 3
    assert "".join(pieces) == completion.text
    assert '"not_in_sources"' in completion.text
    assert (completion.finish_reason, completion.estimated) == ("stop", True)
    given = llama_chat(fake, additional_kwargs={"stream_options": {"include_usage": True}})
    completion = stream(LlamaIndexChat(given))[1]
    assert (completion.prompt_tokens, completion.completion_tokens, completion.estimated) == (120, 34, False)


@pytest.mark.parametrize(
    ("behaviour", "kind", "message"),
    [
        ("bad_key", ModelRefused, "does not accept the API key"),
        ("error_500", ModelUnavailable, "HTTP 500"),
        ("stream_cut", ModelUnreadable, "it ends in the middle"),
        ("stream_cut_at_once", ModelUnreadable, "it ends in the middle"),
        ("stream_broken", ModelUnavailable, "broke off"),
        ("stream_error", ModelError, "gpt-4o-mini|problem of its own"),
        ("stream_bad_event", ModelUnreadable, "not the JSON"),
        ("stream_filtered", ModelRefused, "content filter"),
        ("refusal", ModelRefused, "declined"),
        ("length", ModelUnreadable, "cut off"),
        ("empty", ModelUnreadable, "no text"),
    ],
)
def test_streams_that_fail_inside_of_llama_index_fail_as_ours(
    fake: FakeOpenAI, behaviour: str, kind: type[QAPluginError], message: str
) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    fake.chat = behaviour
    with pytest.raises(kind, match=message):
        stream(LlamaIndexChat(llama_chat(fake)))


def test_a_stream_of_llama_index_that_is_closed_is_read_no_further(fake: FakeOpenAI) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    fake.chat = "stream_trickles"
    made = LlamaIndexChat(llama_chat(fake, timeout=1.0)).stream(ASK, schema=None, max_tokens=9, deadline=None)
    next(made)
    started = time.monotonic()
    made.close()
    assert time.monotonic() - started < GRACE_SECONDS


def test_a_slow_stream_of_llama_index_is_given_up_at_the_deadline(fake: FakeOpenAI) -> None:
    from qa_plugin.models.llama_index_models import LlamaIndexChat

    fake.chat = "stream_stalls"
    chat = LlamaIndexChat(llama_chat(fake, timeout=1.0), deadline_seconds=0.4)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        stream(chat)
    assert time.monotonic() - started < 0.4 + GRACE_SECONDS


def test_classes_that_cannot_stream_give_one_piece_and_others_what_they_have() -> None:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse
    from llama_index.core.llms import MockLLM

    from qa_plugin.models.llama_index_models import LlamaIndexChat

    class Whole(MockLLM):
        def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
            raise NotImplementedError

    class Cumulative(MockLLM):
        """Says the whole so far each time, and no difference."""

        def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
            for text in ("How", "How many", "How many boats"):
                yield ChatResponse(message=ChatMessage(role="assistant", content=text))

    pieces, completion = stream(LlamaIndexChat(Whole(max_tokens=None)))
    assert pieces == [completion.text]
    assert "How many boats?" in completion.text
    pieces, completion = stream(LlamaIndexChat(Cumulative(max_tokens=None)))
    assert (pieces, completion.text) == (["How", " many", " boats"], "How many boats")
    assert completion.estimated
    pieces, completion = stream(LlamaIndexChat(MockLLM()))
    assert len(pieces) > 1
    assert "How many boats?" in completion.text
