"""Replies and vectors that were paid for once: kept by the hash of all that decided them, so never paid for twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from qa_plugin.ports import ChatModel, Completion, Embedder, Lost, Message, Metered
from qa_plugin.spending.around import AroundChat
from qa_plugin.tokens import count_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VERSION = 1
_TEXTS_AT_ONCE = 128
"""What is paid for when a failure loses the rest; as many as one request of most servers takes."""


class Cache(Protocol):
    """Where bytes are kept by key; it may forget any of them, and it never fails."""

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What is kept under these keys."""
        ...

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep values, if that is possible."""
        ...


class CachedChat(AroundChat):
    """A chat model whose replies are kept: the same request to the same model at the same place is made once.

    A reply that holds nothing of the asked form is not kept, so that asking again may do better.
    """

    def __init__(self, model: ChatModel, cache: Cache) -> None:
        super().__init__(model)
        self._cache = cache
        self.kept = 0
        """How many replies came from the cache."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message; see `ChatModel.complete`. A kept reply has no tokens and is marked `kept`."""
        key = self._key(messages, schema, max_tokens)
        found = self._found(key)
        if found is not None:
            return found
        done = self._model.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        self._keep(key, done, schema)
        return done

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        """The reply in pieces; a kept one comes whole."""
        key = self._key(messages, schema, max_tokens)
        found = self._found(key)
        if found is not None:
            yield found.text
            return found
        done = yield from self._model.stream(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        self._keep(key, done, schema)
        return done

    def _key(self, messages: Sequence[Message], schema: Mapping[str, Any] | None, max_tokens: int) -> str:
        said = [[message.role, message.content] for message in messages]
        return _hash("completion", self.name, self.place, said, schema, max_tokens)

    def _found(self, key: str) -> Completion | None:
        try:
            kept = json.loads(self._cache.get([key]).get(key, b"null"))
            done = Completion(str(kept["text"]), finish_reason=str(kept["finish_reason"]), kept=True)
        except (ValueError, TypeError, KeyError):  # nothing is there, or something else
            return None
        self.kept += 1
        return done

    def _keep(self, key: str, done: Completion, schema: Mapping[str, Any] | None) -> None:
        if not done.kept and done.finish_reason == "stop" and _has_form(done.text, schema):
            value = {"text": done.text, "finish_reason": done.finish_reason}
            self._cache.put({key: json.dumps(value).encode()})


class PaidEmbedder:
    """An embedder that costs, with its tokens counted and, given a cache, its vectors kept."""

    def __init__(self, embedder: Embedder, *, encoding: str, cache: Cache | None = None) -> None:
        """Wrap an embedder.

        Args:
            embedder: Who is asked for what is not kept.
            encoding: How its tokens are counted.
            cache: Where vectors are kept; None keeps none.
        """
        self._embedder = embedder
        self._encoding = encoding
        self._cache = cache
        self._lock = threading.Lock()
        self.tokens_sent = 0
        """All that went to the embedder through this object, in tokens."""

    @property
    def name(self) -> str:
        """The embedder's name."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._embedder.dimension

    @property
    def fingerprint(self) -> str:
        """What the vectors depend on."""
        return self._embedder.fingerprint

    @property
    def costs(self) -> bool:
        """Whether embedding costs money or a download."""
        return self._embedder.costs

    @property
    def destination(self) -> str:
        """The host that gets the texts."""
        return self._embedder.destination

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, in the order of the texts; the same text is sent once."""
        import numpy as np

        keys = [self._key("document", text) for text in texts]
        text_of = dict(zip(keys, texts, strict=True))
        rows = self._kept(list(text_of))
        missing = [key for key in text_of if key not in rows]
        rows |= self._sent(missing, text_of)
        if len({len(row) for row in rows.values()}) > 1:  # the model gives another length than it did
            rows = self._sent(list(text_of), text_of)
        return np.stack([rows[key] for key in keys]) if texts else np.zeros((0, self.dimension), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question or search."""
        return self.query(text)[0]

    def query(self, text: str) -> tuple[NDArray[np.float32], int]:
        """The vector of a question, and the tokens that were sent for it."""
        key = self._key("query", text)
        kept = self._kept([key])
        if kept:
            return kept[key], 0
        tally = _Tally(self._count)
        vector = tally.of(self._embedder).embed_query(text)
        tokens = tally.tokens + self._count([text])
        self._keep({key: vector})
        return vector, tokens

    def tokens_to_send(self, texts: Iterable[str]) -> int:
        """The tokens of those texts whose vectors are not kept; nothing is sent."""
        text_of = {self._key("document", text): text for text in texts}
        kept = self._cache.get(text_of) if self._cache is not None else {}
        return sum(count_tokens(text, self._encoding) for key, text in text_of.items() if key not in kept)

    def _sent(self, keys: Sequence[str], text_of: Mapping[str, str]) -> dict[str, NDArray[np.float32]]:
        rows: dict[str, NDArray[np.float32]] = {}
        for at in range(0, len(keys), _TEXTS_AT_ONCE):
            part = keys[at : at + _TEXTS_AT_ONCE]
            texts = [text_of[key] for key in part]
            came = dict(zip(part, _Tally(self._count).of(self._embedder).embed_documents(texts), strict=True))
            self._count(texts)
            self._keep(came)  # before the next may fail
            rows |= came
        return rows

    def _count(self, texts: Sequence[str]) -> int:
        tokens = sum(count_tokens(text, self._encoding) for text in texts)
        with self._lock:
            self.tokens_sent += tokens
        return tokens

    def _key(self, kind: str, text: str) -> str:
        return _hash(kind, self.fingerprint, self.destination, text)

    def _kept(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        import numpy as np

        found = self._cache.get(keys) if self._cache is not None else {}
        return {
            key: np.frombuffer(value, dtype="<f4").astype(np.float32)
            for key, value in found.items()
            if value and len(value) % 4 == 0
        }

    def _keep(self, rows: Mapping[str, NDArray[np.float32]]) -> None:
        if self._cache is not None and rows:
            self._cache.put({key: row.astype("<f4").tobytes() for key, row in rows.items()})


class _Tally:
    """The meter of an embedder: counts the texts of requests that gave nothing and may have been charged for."""

    def __init__(self, count: Callable[[Sequence[str]], int]) -> None:
        self._count = count
        self.tokens = 0

    def of(self, embedder: Embedder) -> Embedder:
        """The embedder, telling this of such requests if it can."""
        return embedder.metered(self) if isinstance(embedder, Metered) else embedder

    def lost(self, request: Lost) -> None:
        """Count a request."""
        self.tokens += self._count(request.texts)

    def check(self) -> None:
        """Refuse nothing: whoever embeds has agreed to what it costs."""


def _hash(*parts: object) -> str:
    return sha256(json.dumps([_VERSION, *parts], sort_keys=True).encode()).hexdigest()


def _has_form(text: str, schema: Mapping[str, Any] | None) -> bool:
    """Whether a reply holds an object with the names that a schema requires."""
    if schema is None:
        return True
    try:
        value = json.loads(text[text.index("{") : text.rindex("}") + 1])
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() >= set(schema.get("required", ()))
