"""Chat and embeddings of servers that speak OpenAI's interface: what is asked, and how replies are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from qa_plugin.errors import ModelRefused
from qa_plugin.models.calls import CallFailed
from qa_plugin.models.failures import cut_off, declined, filtered
from qa_plugin.models.openai_wire import DEFAULT_BASE_URL, Server
from qa_plugin.models.vectors import unit_rows
from qa_plugin.ports import Completion, Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_BATCH_SIZE = 128
_MAX_BATCH_CHARACTERS = 120_000
"""Keeps a batch under the 300,000 tokens of one request in any script."""


# ---------------------------------------------------------------- chat


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What one model at one server takes; found out by what it rejects."""

    form: str = "json_schema"
    length: str = "max_tokens"
    temperature: bool = True
    length_changed: bool = False


_NEXT_FORM = {"json_schema": "json_object", "json_object": "plain"}
_FORM = re.compile(r"response_?format|json_?schema|json_?object|json mode|structured|schema|grammar", re.IGNORECASE)
_OTHER_LENGTH = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_dialects: dict[tuple[str, str], _Dialect] = {}
"""What was found out in this process, by base URL and model."""


class OpenAIChat(Server):
    """A chat model behind OpenAI's chat completions interface."""

    _what = "language model"
    _setting = "QA_PLUGIN_MODEL"

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message; see `ChatModel.complete`."""
        until = self.until(deadline)
        place = (self._base_url, self._model)
        dialect = _dialects.get(place) or self._first_dialect()
        while True:
            body = self._body(messages, dialect, schema, max_tokens)
            try:
                completion = self.call("/chat/completions", body, self._completion, deadline=until)
            except CallFailed as failed:
                changed = _changed(dialect, failed, with_schema=schema is not None)
                if changed is None:
                    raise failed.error from failed.__cause__
                dialect = changed
            else:
                _dialects[place] = dialect
                return completion

    def _first_dialect(self) -> _Dialect:
        # OpenAI's own newer models reject the old name; most other servers know no other.
        return _Dialect(length="max_completion_tokens" if self._base_url == DEFAULT_BASE_URL else "max_tokens")

    def _body(
        self,
        messages: Sequence[Message],
        dialect: _Dialect,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": m.role, "content": _sendable(m.content)} for m in messages],
            dialect.length: max_tokens,
        }
        if dialect.temperature:
            body["temperature"] = 0
        if schema is not None and dialect.form == "json_schema":
            named = {"name": "reply", "strict": True, "schema": dict(schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        elif schema is not None and dialect.form == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _completion(self, data: dict[str, Any]) -> Completion:
        choices = data.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(message, dict):
            raise self.unreadable("it holds no message")
        text = _content(message.get("content"))
        finish = choice.get("finish_reason")
        if finish == "content_filter":
            raise filtered(self._target)
        if finish == "length":
            raise cut_off(self._target, reply=text or "")
        if message.get("refusal"):
            raise declined(self._target)
        if not text or not text.strip():
            raise self.unreadable("it holds no text")
        usage = data.get("usage")
        return Completion(
            text,
            prompt_tokens=_count(usage, "prompt_tokens"),
            completion_tokens=_count(usage, "completion_tokens"),
            finish_reason=finish if isinstance(finish, str) else "stop",
        )


def _changed(dialect: _Dialect, failed: CallFailed, *, with_schema: bool) -> _Dialect | None:
    """The dialect without what was rejected; None where the rejection was about something else."""
    if failed.status not in {400, 422} or type(failed.error) is not ModelRefused:
        return None
    said = failed.detail
    if _OTHER_LENGTH[dialect.length] in said and not dialect.length_changed:
        return replace(dialect, length=_OTHER_LENGTH[dialect.length], length_changed=True)
    if dialect.temperature and "temperature" in said:
        return replace(dialect, temperature=False)
    if with_schema and dialect.form in _NEXT_FORM and _FORM.search(said):
        return replace(dialect, form=_NEXT_FORM[dialect.form])
    return None


def _content(content: object) -> str | None:
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else None


def _count(usage: object, name: str) -> int:
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


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
        api_key: str | None = None,
        base_url: str | None = None,
        dimension: int | None = None,
        prefixes: tuple[str, str] = ("", ""),
        batch_size: int = DEFAULT_BATCH_SIZE,
        timeout_seconds: float = 60.0,
        deadline_seconds: float = 120.0,
        attempts: int = 5,
        first_pause_seconds: float = 0.5,
    ) -> None:
        """Describe the embedder; nothing is sent before the first call.

        Args:
            model: The name that the server knows it by.
            api_key: May be left out for a server that wants none.
            base_url: Up to and with `/v1`; OpenAI's own unless given.
            dimension: Asks for shorter vectors, where the model can give them.
            prefixes: Words before a question and before a passage, for models that were trained with such.
            batch_size: Texts in one request at most.
            timeout_seconds: What one request may take.
            deadline_seconds: What one batch may take, with all its requests and pauses.
            attempts: Requests for one batch at most.
            first_pause_seconds: Pause before the second request; it doubles from there.

        Raises:
            SettingsError: The base URL is none.
        """
        super().__init__(
            model,
            api_key=api_key,
            base_url=base_url,
            timeout_seconds=timeout_seconds,
            deadline_seconds=deadline_seconds,
            attempts=attempts,
            first_pause_seconds=first_pause_seconds,
        )
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
            vectors = self.call(
                "/embeddings",
                body,
                lambda data: self._vectors(data, len(texts)),
                deadline=self.until(None),
            )
        except CallFailed as failed:
            raise failed.error from failed.__cause__
        self._dimension = vectors.shape[1]
        return vectors

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
