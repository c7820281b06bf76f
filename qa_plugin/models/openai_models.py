"""Chat and embeddings of servers that speak OpenAI's interface: what is asked, and how replies are read."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from qa_plugin.errors import ModelError
from qa_plugin.models.addresses import without_secrets
from qa_plugin.models.calls import CallFailed, tell
from qa_plugin.models.chat_replies import CountTokens, Reader, at_most, heard
from qa_plugin.models.dialects import Asked, Dialect, Dialects, after_reply, changed, rejects, spoken
from qa_plugin.models.event_stream import NoEvents, event_data
from qa_plugin.models.openai_wire import DEFAULT_BASE_URL, Server, ServerOptions
from qa_plugin.models.vectors import unit_rows
from qa_plugin.models.windows import Windows
from qa_plugin.ports import Completion, Memory, Message, WindowExceeded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Result = TypeVar("Result")

_PATH = "/chat/completions"
_LISTED_WITHIN_SECONDS = 3.0
"""What a look at the models of a server may take, with all of its places."""
DEFAULT_BATCH_SIZE = 128
_MAX_BATCH_CHARACTERS = 120_000
"""Keeps a batch under the 300,000 tokens of one request in any script."""


# ---------------------------------------------------------------- chat


@dataclass(frozen=True, slots=True)
class _Request:
    """What a caller wants, before it is said in a dialect."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None
    max_tokens: int
    deadline: float
    stream: bool = False

    @property
    def asked(self) -> Asked:
        """What of a dialect it makes use of."""
        return Asked(self.schema is not None, any(m.role == "system" for m in self.messages), self.stream)


class OpenAIChat(Server):
    """A chat model behind OpenAI's chat completions interface."""

    _what = "language model"
    _setting = "QA_PLUGIN_MODEL"

    def __init__(
        self,
        model: str,
        *,
        memory: Memory | None = None,
        count_tokens: CountTokens = at_most,
        **options: Unpack[ServerOptions],
    ) -> None:
        """Describe the model; nothing is sent before the first call.

        Args:
            model: The name that the server knows it by.
            memory: Keeps what was found out about the server for the next process.
            count_tokens: Counts where the server does not, or wrongly.
            **options: How the server is reached and asked; see `ServerOptions`.

        Raises:
            SettingsError: The base URL is none.
        """
        super().__init__(model, **options)
        # OpenAI's own newer models reject the old name; most other servers know no other.
        length = "max_completion_tokens" if self._base_url == DEFAULT_BASE_URL else "max_tokens"
        self._dialects = Dialects(self._base_url, model, first=Dialect(length=length), memory=memory)
        self._windows = Windows(self._base_url, model, memory=memory)
        self._count_tokens = count_tokens

    @property
    def place(self) -> str:
        """The address; one machine may serve several models under one name."""
        return without_secrets(self._base_url)

    def window(self, *, ask: bool, deadline: float | None) -> int | None:
        """What the server gives the model, where it says so; OpenAI's own windows are those of the models."""
        if not ask or self._base_url == DEFAULT_BASE_URL:
            return self._windows.known() or None
        until = min(self.until(deadline), time.monotonic() + _LISTED_WITHIN_SECONDS)
        return self._windows.asked(lambda url: self.listed(url, deadline=until))

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message; see `ChatModel.complete`."""
        request = _Request(tuple(messages), schema, max_tokens, self.until(deadline))
        try:
            completion = self.again(lambda: self._adapted(request, self._whole), deadline=request.deadline)
        except CallFailed as failed:
            raise self._learnt(failed) from failed.__cause__
        self._learn(request, completion)
        return completion

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        """Ask for it in pieces; see `ChatModel.stream`."""
        request = _Request(tuple(messages), schema, max_tokens, self.until(deadline), stream=True)
        try:
            first, others = self.again(lambda: self._adapted(request, self._begun), deadline=request.deadline)
        except CallFailed as failed:
            raise self._learnt(failed) from failed.__cause__
        try:
            with closing(others):
                yield first
                completion = yield from others
        except CallFailed as failed:
            tell(self._meter, failed)
            raise self._learnt(failed) from failed.__cause__
        self._learn(request, completion)
        return completion

    def _learnt(self, failed: CallFailed) -> ModelError:
        """The error of a failure; a server that was sent too much often says how much it takes."""
        if isinstance(failed.error, WindowExceeded) and failed.error.window:
            self._windows.keep(failed.error.window)
        return failed.error

    def _adapted(self, request: _Request, send: Callable[[_Request, Dialect], Result]) -> Result:
        """Send a request in the richest dialect that the server takes."""
        remembered = self._dialects.known()
        dialect = remembered or self._dialects.first
        tried: set[Dialect] = set()
        while True:
            tried.add(dialect)
            try:
                result = send(request, dialect)
            except CallFailed as failed:
                other = changed(dialect, failed, request.asked)
                if other is None or other in tried:
                    if remembered in {None, self._dialects.first} or not rejects(failed):
                        raise
                    # What was found out once may be what is wrong by now.
                    self._dialects.forget()
                    remembered, other = None, self._dialects.first
                    tried.clear()
                dialect = other
            else:
                self._dialects.keep(dialect)
                return result

    def _learn(self, request: _Request, completion: Completion) -> None:
        dialect = self._dialects.known()
        if dialect is not None:
            self._dialects.keep(after_reply(dialect, completion.text, with_schema=request.schema is not None))

    def _whole(self, request: _Request, dialect: Dialect) -> Completion:
        body = self._body(request, dialect)
        return self.exchange(_PATH, body, self._reader(request).whole, deadline=request.deadline)

    def _begun(self, request: _Request, dialect: Dialect) -> tuple[str, Generator[str, None, Completion]]:
        """The first piece of a reply, and the others."""
        pieces = self._pieces(request, dialect) if dialect.stream else self._one_piece(request, dialect)
        return next(pieces), pieces  # a reply without any is unreadable, and raises

    def _one_piece(self, request: _Request, dialect: Dialect) -> Generator[str, None, Completion]:
        completion = self._whole(request, dialect)
        yield completion.text
        return completion

    def _pieces(self, request: _Request, dialect: Dialect) -> Generator[str, None, Completion]:
        body = self._body(request, dialect) | {"stream": True}
        if dialect.stream_usage:
            body["stream_options"] = {"include_usage": True}
        reader = self._reader(request)
        with closing(self.pieces(_PATH, body, deadline=request.deadline)) as content:
            try:
                return (yield from heard(reader, event_data(content), self.decoded))
            except NoEvents as plain:  # the server took no notice of the wish
                completion = reader.whole(self.decoded(plain.content))
                yield completion.text
                return completion

    def _reader(self, request: _Request) -> Reader:
        return Reader(self._target, request.messages, self._count_tokens)

    def _body(self, request: _Request, dialect: Dialect) -> dict[str, Any]:
        said = spoken(request.messages, dialect)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": m.role, "content": _sendable(m.content)} for m in said],
            dialect.length: request.max_tokens,
        }
        if dialect.temperature:
            body["temperature"] = 0
        if request.schema is not None and dialect.form == "json_schema":
            named = {"name": "reply", "strict": True, "schema": dict(request.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        elif request.schema is not None and dialect.form == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # lone surrogates have no UTF-8


# ---------------------------------------------------------------- embeddings


class OpenAIEmbedder(Server):
    """An embedding model behind OpenAI's embeddings interface."""

    _what = "embedder"
    _setting = "QA_PLUGIN_EMBEDDER"

    def __init__(
        self,
        model: str,
        *,
        dimension: int | None = None,
        prefixes: tuple[str, str] = ("", ""),
        batch_size: int = DEFAULT_BATCH_SIZE,
        **options: Unpack[ServerOptions],
    ) -> None:
        """Describe the embedder; nothing is sent before the first call.

        Args:
            model: The name that the server knows it by.
            dimension: Asks for shorter vectors, where the model can give them.
            prefixes: Words before a question and before a passage, for models that were trained with such.
            batch_size: Texts in one request at most.
            **options: How the server is reached and asked; see `ServerOptions`.

        Raises:
            SettingsError: The base URL is none.
        """
        super().__init__(model, **options)
        self._asked_dimension = dimension
        self._query_prefix, self._passage_prefix = prefixes
        self._dimension = dimension
        self._batch_size = batch_size

    @property
    def dimension(self) -> int:
        """Length of the vectors; asks the server once where it was not given."""
        if self._dimension is None:
            self.embed_query("dimension")
        if self._dimension is None:  # pragma: no cover - embed_query sets it or raises
            raise AssertionError
        return self._dimension

    @property
    def fingerprint(self) -> str:
        """Server, model, dimension that was asked for, and the words before a text."""
        used = f"openai {self._base_url} {self._model} {self._asked_dimension or 'full'}"
        return f"{used} {self._query_prefix!r} {self._passage_prefix!r}" if self._has_prefixes else used

    @property
    def costs(self) -> bool:
        """True of every server but one on this machine."""
        return not self._local

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text, in their order."""
        import numpy as np

        batches = [self._embed(batch) for batch in self._batches([self._passage_prefix + text for text in texts])]
        return np.concatenate(batches) if batches else np.zeros((0, self.dimension), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question."""
        vector: NDArray[np.float32] = self._embed([self._query_prefix + text])[0]
        return vector

    @property
    def _has_prefixes(self) -> bool:
        return bool(self._query_prefix or self._passage_prefix)

    def _batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        batch: list[str] = []
        characters = 0
        for text in texts:
            if batch and (len(batch) >= self._batch_size or characters + len(text) > _MAX_BATCH_CHARACTERS):
                yield batch
                batch, characters = [], 0
            batch.append(text)
            characters += len(text)
        if batch:
            yield batch

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        body: dict[str, Any] = {
            "model": self._model,
            # Servers reject an empty text, and with it the whole batch.
            "input": [_sendable(text) or " " for text in texts],
            "encoding_format": "float",
        }
        if self._asked_dimension is not None:
            body["dimensions"] = self._asked_dimension
        try:
            deadline = self.until(None)
            vectors = self.again(lambda: self._vectors_of(body, texts, deadline), deadline=deadline)
        except CallFailed as failed:
            raise failed.error from failed.__cause__
        self._dimension = vectors.shape[1]
        return vectors

    def _vectors_of(self, body: Mapping[str, Any], texts: list[str], deadline: float) -> NDArray[np.float32]:
        try:
            return self.exchange("/embeddings", body, lambda data: self._vectors(data, len(texts)), deadline=deadline)
        except CallFailed as failed:
            if failed.lost is not None:
                failed.lost = replace(failed.lost, texts=tuple(texts))
            raise

    def _vectors(self, data: dict[str, Any], count: int) -> NDArray[np.float32]:
        """The rows in the order of the texts: one too few, or out of place, is a wrong vector on a text."""
        rows = data.get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.unreadable("it holds no list of vectors")
        if len(rows) != count:
            raise self.unreadable(f"it holds {len(rows)} vectors for {count} texts")
        placed = {row.get("index"): row.get("embedding") for row in rows if type(row.get("index")) is int}
        if placed.keys() != set(range(count)):
            raise self.unreadable("its vectors do not say which text each belongs to")
        return self._checked([placed[at] for at in range(count)])

    def _checked(self, rows: list[Any]) -> NDArray[np.float32]:
        try:
            return unit_rows(rows, dimension=self._dimension)
        except ValueError as wrong:
            raise self.unreadable(str(wrong)) from None
