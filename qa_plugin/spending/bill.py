"""What one question takes: every call counted, and checked against the limits before it is made."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa_plugin.errors import ModelError, ModelUnreadable
from qa_plugin.ports import THIS_MACHINE, ChatModel, Completion, Embedder, Lost, Message, Metered
from qa_plugin.records import Usage
from qa_plugin.settings import Settings
from qa_plugin.spending.around import AroundChat
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


class CountedChat(AroundChat):
    """A chat model whose calls go on a bill, with every request that they took.

    Tokens that the model does not count are counted here. Of a request that timed out or broke off nobody says what it
    took: it is put down with its prompt and what came of its reply; where nothing came, with the longest reply that was
    allowed. Limits so hold whatever becomes of a call.
    """

    def __init__(self, model: ChatModel, bill: Bill) -> None:
        super().__init__(model)
        self._bill = bill

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
        call = _Call(self._bill, self._model, messages, schema, max_tokens)
        try:
            done = call.model.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        except ModelUnreadable as error:
            call.unreadable(error, ())
            raise
        call.done(done)
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
        call = _Call(self._bill, self._model, messages, schema, max_tokens)
        came: list[str] = []
        try:
            pieces = call.model.stream(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
            done = yield from _noted(pieces, came)
        except ModelUnreadable as error:
            call.unreadable(error, came)
            raise
        except BaseException as error:
            call.broken_off(error, came)
            raise
        call.done(done)
        return done


class _Call:
    """One call, which may be several requests; the meter of the model that makes them."""

    def __init__(
        self,
        bill: Bill,
        model: ChatModel,
        messages: Sequence[Message],
        schema: Mapping[str, Any] | None,
        max_tokens: int,
    ) -> None:
        self._bill = bill
        self._asked = model
        self._prompt_tokens = tokens_of(messages, schema, bill.encoding(model))
        self._max_tokens = max_tokens
        self._tells = isinstance(model, Metered)
        self.model = model.metered(self) if isinstance(model, Metered) else model
        """Who is to be asked."""
        self.check()

    def check(self) -> None:
        """Raise `BudgetExceeded` if a request more would go over a limit."""
        self._bill.check(self._asked, self._prompt_tokens, self._max_tokens)

    def lost(self, request: Lost) -> None:
        """Put a request on the bill that gave nothing."""
        completion = request.completion_tokens
        if completion is None:
            completion = self._count(request.said) if request.said or request.ended else self._max_tokens
        self._add(request.prompt_tokens, completion, known=request.completion_tokens is not None)

    def done(self, done: Completion) -> None:
        """Put the request on the bill that gave the reply."""
        if not done.kept:
            said = done.completion_tokens or self._count(done.text)
            self._add(done.prompt_tokens, said, known=bool(done.completion_tokens) and not done.estimated)

    def unreadable(self, error: ModelUnreadable, came: Sequence[str]) -> None:
        """What was answered is charged for, of whatever use it is."""
        if not self._tells:
            self._add(None, self._count("".join(came) or error.reply), known=False)

    def broken_off(self, error: BaseException, came: Sequence[str]) -> None:
        """What came before a stream was given up, or broke off and nobody told."""
        if came and not (self._tells and isinstance(error, ModelError)):
            self._add(None, self._count("".join(came)), known=False)

    def _count(self, text: str) -> int:
        return count_tokens(text, self._bill.encoding(self._asked))

    def _add(self, prompt: int | None, completion: int, *, known: bool) -> None:
        self._bill.add(self._asked, prompt or self._prompt_tokens, completion, estimated=not (known and prompt))


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
