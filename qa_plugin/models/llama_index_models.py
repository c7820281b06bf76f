"""Models of LlamaIndex behind our ports, and our embedders behind its; the only importer of llama_index."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from copy import copy
from typing import TYPE_CHECKING, Any, Self, TypeVar

from qa_plugin.errors import ModelError
from qa_plugin.models.addresses import host_of, is_this_machine
from qa_plugin.models.calls import CallFailed, run_within, stream_within, tell
from qa_plugin.models.chat_replies import CountTokens, Reader, Reply, at_most
from qa_plugin.models.failures import Target, call_failed, shown_cause, unreadable
from qa_plugin.models.vectors import unit_rows
from qa_plugin.ports import THIS_MACHINE, Completion, Embedder, Message, Meter

if TYPE_CHECKING:
    import numpy as np
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse
    from llama_index.core.llms import LLM
    from numpy.typing import NDArray

Result = TypeVar("Result")


class LlamaIndexChat:
    """A LlamaIndex `LLM` as a chat model.

    Its own settings hold (retries, tokens, temperature); the deadline is ours. A call that passes it, or is
    cancelled, is given up; it may run on unseen until the model's next piece or its own timeout, since its
    connection is its own.
    """

    _meter: Meter | None = None

    def __init__(self, llm: LLM, *, deadline_seconds: float = 120.0, count_tokens: CountTokens = at_most) -> None:
        """Wrap the model.

        Args:
            llm: Any LlamaIndex `LLM`.
            deadline_seconds: What one call may take.
            count_tokens: Counts where the model's reply does not say what it took, or what cannot be.
        """
        self._llm = llm
        self._deadline_seconds = deadline_seconds
        self._count_tokens = count_tokens
        self._target = _target(llm, "language model")

    def __repr__(self) -> str:
        return f"LlamaIndexChat(name={self.name!r}, destination={self.destination!r})"

    def metered(self, meter: Meter) -> Self:
        """The same model, telling a meter of calls that gave nothing; see `Metered`."""
        same = copy(self)
        same._meter = meter
        return same

    @property
    def name(self) -> str:
        """The model's name, or that of its class."""
        return self._target.model

    @property
    def destination(self) -> str:
        """The host that the object names, or `THIS_MACHINE`."""
        return _destination(self._llm)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message; see `ChatModel.complete`.

        Schema and length stay with the model's own settings: what one class takes, another rejects.
        """
        chat = _chat(messages)
        response = _run(lambda: self._llm.chat(chat), self._target, self._until(deadline), self._meter)
        reply = Reply([response.message.content or ""])
        self._note(reply, response)
        return self._completion(reply, messages)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        """Ask for it in pieces, where the class can give them; see `ChatModel.stream`."""
        reply = Reply()
        open_ended = False
        try:
            with closing(self._responses(messages, self._until(deadline), reply)) as responses:
                for response in responses:
                    piece = _added(reply.text, response)
                    self._note(reply, response)
                    open_ended = open_ended or isinstance(_get(response.raw, "choices"), list)
                    if piece:
                        reply.parts.append(piece)
                        yield piece
        except NotImplementedError:
            completion = self.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
            yield completion.text
            return completion
        if open_ended and reply.finish is None:  # of OpenAI's form, which says when a reply has ended
            raise self._told(Reader(self._target, messages, self._count_tokens).cut(reply))
        return self._completion(reply, messages)

    def _responses(
        self, messages: Sequence[Message], until: float, reply: Reply
    ) -> Generator[ChatResponse, None, None]:
        chat = _chat(messages)
        stream_chat = getattr(self._llm, "stream_chat", None)
        if stream_chat is None:
            raise NotImplementedError

        def work() -> Generator[ChatResponse, None, None]:
            yield from stream_chat(chat)

        try:
            with closing(stream_within(work, deadline=until)) as responses:
                yield from responses
        except NotImplementedError:
            raise
        except Exception as error:  # noqa: BLE001 - any vendor's any error
            failed = Reader(self._target, messages, self._count_tokens).broken(call_failed(error, self._target), reply)
            raise self._told(failed) from shown_cause(error, self._target)

    def _told(self, failed: CallFailed) -> ModelError:
        """The error of a failure that the meter was told of."""
        tell(self._meter, failed)
        return failed.error

    def _note(self, reply: Reply, response: ChatResponse) -> None:
        """What the raw reply says beside the text, where it is of OpenAI's form."""
        choice = _first(_get(response.raw, "choices"))
        finish = _get(choice, "finish_reason")
        if isinstance(finish, str):
            reply.finish = finish
        if _get(_get(choice, "message"), "refusal") or _get(_get(choice, "delta"), "refusal"):
            reply.refused = True
        usage = _get(response.raw, "usage")
        if usage is not None:
            reply.usage({name: _get(usage, name) for name in ("prompt_tokens", "completion_tokens")})

    def _completion(self, reply: Reply, messages: Sequence[Message]) -> Completion:
        try:
            return Reader(self._target, messages, self._count_tokens).completion(reply)
        except CallFailed as failed:
            raise self._told(failed) from None

    def _until(self, deadline: float | None) -> float:
        own = time.monotonic() + self._deadline_seconds
        return own if deadline is None else min(own, deadline)


class LlamaIndexEmbedder:
    """A LlamaIndex embedding as an embedder; queries and documents go through its different calls."""

    def __init__(self, embed_model: BaseEmbedding, *, deadline_seconds: float = 600.0) -> None:
        """Wrap the model.

        Args:
            embed_model: Any LlamaIndex embedding.
            deadline_seconds: What one call of ours may take, which may be many batches of its own.
        """
        self._embed_model = embed_model
        self._deadline_seconds = deadline_seconds
        self._target = _target(embed_model, "embedder")
        self._dimension: int | None = None

    def __repr__(self) -> str:
        return f"LlamaIndexEmbedder(name={self.name!r}, destination={self.destination!r})"

    @property
    def name(self) -> str:
        """The model's name, or that of its class."""
        return self._target.model

    @property
    def dimension(self) -> int:
        """Length of the vectors; embeds one word to find out."""
        return self._dimension or len(self.embed_query("dimension"))

    @property
    def fingerprint(self) -> str:
        """Class, model and the dimension that was asked of it."""
        asked = _get(self._embed_model, "dimensions") or "full"
        return f"llama_index {self._embed_model.class_name()} {self.name} {asked}"

    @property
    def costs(self) -> bool:
        """True, for all that can be known; false of LlamaIndex's own mock."""
        return not _is_mock(self._embed_model)

    @property
    def destination(self) -> str:
        """The host that the object names, or `THIS_MACHINE`."""
        return _destination(self._embed_model)

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text, in their order."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        wanted = [text or " " for text in texts]
        rows = self._run(lambda: self._embed_model.get_text_embedding_batch(wanted))
        return self._checked(rows, len(texts))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question."""
        row = self._run(lambda: self._embed_model.get_query_embedding(text or " "))
        vector: NDArray[np.float32] = self._checked([row], 1)[0]
        return vector

    def _run(self, work: Callable[[], Result]) -> Result:
        return _run(work, self._target, time.monotonic() + self._deadline_seconds)

    def _checked(self, rows: list[Any], count: int) -> NDArray[np.float32]:
        if len(rows) != count:
            raise unreadable(self._target, f"it holds {len(rows)} vectors for {count} texts").error
        try:
            vectors = unit_rows(rows, dimension=self._dimension)
        except ValueError as wrong:
            raise unreadable(self._target, str(wrong)).error from wrong
        self._dimension = vectors.shape[1]
        return vectors


def as_llama_index_embedding(embedder: Embedder) -> BaseEmbedding:
    """Give an embedder of ours to LlamaIndex."""
    return _adapter_class()(embedder)


@functools.cache
def _adapter_class() -> Callable[[Embedder], BaseEmbedding]:
    """Made at first use, since the class it derives from takes seconds to import."""
    import asyncio

    from llama_index.core.base.embeddings.base import BaseEmbedding
    from pydantic import PrivateAttr

    class PluginEmbedding(BaseEmbedding):
        """An embedder of qa-plugin as LlamaIndex's."""

        _embedder: Embedder = PrivateAttr()

        def __init__(self, embedder: Embedder) -> None:
            super().__init__(model_name=embedder.name, embed_batch_size=256)
            self._embedder = embedder

        @classmethod
        def class_name(cls) -> str:
            return "PluginEmbedding"

        def _get_query_embedding(self, query: str) -> list[float]:
            return _floats(self._embedder.embed_query(query))

        def _get_text_embedding(self, text: str) -> list[float]:
            return _floats(self._embedder.embed_documents([text])[0])

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [_floats(row) for row in self._embedder.embed_documents(texts)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return await asyncio.to_thread(self._get_query_embedding, query)

        async def _aget_text_embedding(self, text: str) -> list[float]:
            return await asyncio.to_thread(self._get_text_embedding, text)

        async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return await asyncio.to_thread(self._get_text_embeddings, texts)

    return PluginEmbedding


def _floats(row: NDArray[np.float32]) -> list[float]:
    return [float(value) for value in row]


def _run(work: Callable[[], Result], target: Target, deadline: float, meter: Meter | None = None) -> Result:
    try:
        return run_within(work, deadline=deadline)
    except Exception as error:  # noqa: BLE001 - any vendor's any error
        failed = call_failed(error, target)
        tell(meter, failed)
        raise failed.error from shown_cause(error, target)


def _target(model: object, what: str) -> Target:
    kind = type(model).__name__
    name = _get(model, "model") or _get(model, "model_name")
    key = _get(model, "api_key")
    return Target(
        what,
        name if isinstance(name, str) and name != "unknown" else kind,
        _host(model) or f"the {kind} of LlamaIndex",
        f"the {kind} object",
        key if isinstance(key, str) and key else None,
    )


def _destination(model: object) -> str:
    if _is_mock(model):
        return THIS_MACHINE
    host = _host(model)
    if host is None:
        return f"wherever {type(model).__name__} is set to"
    return THIS_MACHINE if is_this_machine(host) else host


def _host(model: object) -> str | None:
    for attribute in ("api_base", "base_url"):
        address = _get(model, attribute)
        if isinstance(address, str) and address.startswith(("http://", "https://")):
            return host_of(address)
    return None


def _is_mock(model: object) -> bool:
    # Models that compute something come in packages of their own; the core has only those for tests.
    return type(model).__module__.startswith("llama_index.core.")


def _get(value: object, name: str) -> Any:  # noqa: ANN401 - what vendors put there
    """A field of raw replies, which are objects with some vendors and dictionaries with others."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _first(items: object) -> object:
    return items[0] if isinstance(items, list) and items else None


def _chat(messages: Sequence[Message]) -> list[ChatMessage]:
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    return [ChatMessage(role=MessageRole(m.role), content=m.content) for m in messages]


def _added(so_far: str, response: ChatResponse) -> str:
    """The piece that a response adds; some say only the whole."""
    if response.delta is not None:
        return response.delta
    return (response.message.content or "").removeprefix(so_far)
