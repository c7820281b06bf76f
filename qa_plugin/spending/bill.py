"""What one question takes: every call counted, and checked against the limits before it is made."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa_plugin.errors import ModelUnreadable
from qa_plugin.ports import THIS_MACHINE, ChatModel, Completion, Embedder, Message
from qa_plugin.records import Usage
from qa_plugin.settings import Settings
from qa_plugin.spending.budget import check_budget, tokens_of
from qa_plugin.spending.kept import Cache, CachedChat, PaidEmbedder
from qa_plugin.spending.prices import cost_usd, encoding_of
from qa_plugin.tokens import count_tokens

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class Bill:
    """The calls of one question go through this, so that its usage is known whatever becomes of them."""

    def __init__(self, settings: Settings, model: ChatModel | None, *, cache: Cache | None = None) -> None:
        """Open a bill.

        Args:
            settings: Limits and prices.
            model: The language model; None where none answers.
            cache: Where its replies are kept; None keeps none.
        """
        self._settings = settings
        self._lock = threading.Lock()
        self._spent = Usage()
        counted = CountedChat(model, self) if model is not None else None
        self._cached = CachedChat(counted, cache) if counted is not None and cache is not None else None
        self.model: ChatModel | None = self._cached or counted
        """The language model, each call of which goes on the bill."""

    @property
    def usage(self) -> Usage:
        """What was taken so far."""
        with self._lock:
            return self._spent + Usage(kept_replies=self._cached.kept if self._cached is not None else 0)

    def embed_query(self, embedder: Embedder, text: str) -> NDArray[np.float32]:
        """The vector of a question; one that costs goes on the bill."""
        if not isinstance(embedder, PaidEmbedder):
            return embedder.embed_query(text)
        vector, tokens = embedder.query(text)
        self._add(embedding_usage(embedder, tokens, self._settings.prices))
        return vector

    def check(self, model: ChatModel, prompt_tokens: int, max_completion_tokens: int) -> None:
        """Refuse a call that would go over the limits; see `check_budget`."""
        check_budget(self._settings, model, prompt_tokens, max_completion_tokens, spent=self.usage)

    def add(self, model: ChatModel, prompt_tokens: int, completion_tokens: int, *, estimated: bool) -> None:
        """Put a call on the bill."""
        usage = chat_usage(model, prompt_tokens, completion_tokens, self._settings.prices)
        self._add(replace(usage, estimated=estimated))

    def encoding(self, model: ChatModel) -> str:
        """How a model's tokens are counted."""
        return encoding_of(model.name, prices=self._settings.prices)

    def _add(self, usage: Usage) -> None:
        with self._lock:
            self._spent += usage


class CountedChat:
    """A chat model whose calls go on a bill; tokens that it does not count are counted here."""

    def __init__(self, model: ChatModel, bill: Bill) -> None:
        self._model = model
        self._bill = bill

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def destination(self) -> str:
        """The host that gets the messages."""
        return self._model.destination

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message; see `ChatModel.complete`.

        Raises:
            BudgetExceeded: It would take too much; nothing was sent.
        """
        prompt = self._checked(messages, schema, max_tokens)
        try:
            done = self._model.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        except ModelUnreadable as error:  # it was answered, and what was answered is charged for
            self._add(prompt, error.reply)
            raise
        self._add_completion(prompt, done)
        return done

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        """The reply in pieces; one that is given up is charged for as far as it came.

        Raises:
            BudgetExceeded: It would take too much; nothing was sent.
        """
        prompt = self._checked(messages, schema, max_tokens)
        came: list[str] = []
        done: Completion | None = None
        try:
            pieces = self._model.stream(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
            done = yield from _noted(pieces, came)
        except ModelUnreadable as error:
            came = came or [error.reply or " "]
            raise
        finally:
            if done is not None:
                self._add_completion(prompt, done)
            elif came:
                self._add(prompt, "".join(came))
        return done

    def _checked(self, messages: Sequence[Message], schema: Mapping[str, Any] | None, max_tokens: int) -> int:
        prompt = tokens_of(messages, schema, self._bill.encoding(self._model))
        self._bill.check(self._model, prompt, max_tokens)
        return prompt

    def _add_completion(self, prompt: int, done: Completion) -> None:
        if not done.kept:
            said = done.completion_tokens or count_tokens(done.text, self._bill.encoding(self._model))
            estimated = done.estimated or not (done.prompt_tokens and done.completion_tokens)
            self._bill.add(self._model, done.prompt_tokens or prompt, said, estimated=estimated)

    def _add(self, prompt: int, said: str) -> None:
        tokens = count_tokens(said, self._bill.encoding(self._model))
        self._bill.add(self._model, prompt, tokens, estimated=True)


def chat_usage(model: ChatModel, prompt_tokens: int, completion_tokens: int, prices: Path | None = None) -> Usage:
    """Tokens that a chat model took, with their cost; what runs on this machine costs nothing."""
    free = model.destination == THIS_MACHINE
    cost = 0.0 if free else cost_usd("chat", model.name, prompt_tokens, completion_tokens, prices=prices)
    return Usage(prompt_tokens, completion_tokens, cost_usd=cost)


def embedding_usage(embedder: Embedder, tokens: int, prices: Path | None = None) -> Usage:
    """Tokens that an embedder was sent, with their cost."""
    free = embedder.destination == THIS_MACHINE or not tokens
    cost = 0.0 if free else cost_usd("embedding", embedder.name, tokens, prices=prices)
    return Usage(embedding_tokens=tokens, cost_usd=cost)


def _noted(pieces: Generator[str, None, Completion], came: list[str]) -> Generator[str, None, Completion]:
    """The same pieces, each noted as it comes; closing this closes them."""
    try:
        while True:
            piece = next(pieces)
            came.append(piece)
            yield piece
    except StopIteration as end:
        done: Completion = end.value
        return done
    finally:
        pieces.close()
