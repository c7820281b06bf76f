"""A conversation: each question may go on from the ones before it."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import AbstractContextManager, aclosing, closing
from functools import partial
from typing import Any

from qa_plugin.answering.following import Turn
from qa_plugin.asking import words_of_question
from qa_plugin.concurrency import Pool, awaited, events_of
from qa_plugin.records import Answer, Scope
from qa_plugin.responding import Responder
from qa_plugin.store import Store

__all__ = ["MAX_TURNS", "Chat", "Turn"]

MAX_TURNS = 8
Opened = Callable[[Scope | None], AbstractContextManager[tuple[Responder, Store, Scope]]]


class Chat:
    """Questions that may lean on what was said: "And who said so?", "and in 2023?", "where does it say that?".

    One conversation is one line of thought: ask its questions one after the other. Several may go on side by side.
    """

    def __init__(
        self,
        opened: Opened,
        pool: Pool,
        *,
        scope: Scope | None = None,
        max_turns: int = MAX_TURNS,
        turns: Iterable[Turn] = (),
    ) -> None:
        """Begin a conversation; `QAPlugin.chat` does.

        Args:
            opened: What answers, over which index, in which scope.
            pool: Where `aask` and `astream` wait.
            scope: Which part of the index is asked, unless a question names another.
            max_turns: How many turns are kept; older ones are forgotten.
            turns: What was said before, in another conversation.
        """
        self._opened = opened
        self._pool = pool
        self._scope = scope
        self._turns: deque[Turn] = deque(turns, maxlen=max(max_turns, 1))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked, as it was understood, and answered; the last at the end."""
        return tuple(self._turns)

    def reset(self) -> None:
        """Forget all that was said."""
        self._turns.clear()

    def ask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """Answer a question, which may lean on those before it; else as `QAPlugin.ask`.

        Raises:
            StoreNotBuilt: There is no index yet.
            ModelError: The language model failed, and the settings do not allow the extractive answer instead.
            BudgetExceeded: It would take more than the settings allow; nothing was sent.
        """
        *_, last = self._events(question, scope, streamed=False)
        answer: Answer = last["answer"]
        return answer

    async def aask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """The same without blocking the event loop; cancelling the task ends the call of the model."""
        return await awaited(self._pool, partial(self.ask, question, scope=scope))

    def stream(self, question: str, *, scope: Scope | None = None) -> Generator[dict[str, Any], None, None]:
        """The steps of an answer as they are done, as `QAPlugin.stream` gives them.

        The turn is kept once the answer came; one that is given up before leaves the conversation as it was.
        """
        yield from self._events(question, scope, streamed=True)

    async def astream(self, question: str, *, scope: Scope | None = None) -> AsyncGenerator[dict[str, Any], None]:
        """The same without blocking the event loop."""
        async with aclosing(events_of(self._pool, partial(self.stream, question, scope=scope))) as events:
            async for event in events:
                yield event

    def _events(self, question: str, scope: Scope | None, *, streamed: bool) -> Generator[dict[str, Any], None, None]:
        words = words_of_question(question, "chat().ask")
        with (
            self._opened(scope or self._scope) as (responder, store, chosen),
            closing(responder.events(words, store, chosen, streamed=streamed, past=self.turns)) as events,
        ):
            while True:
                try:
                    yield next(events)
                except StopIteration as end:
                    self._turns.append(end.value)
                    return
