"""Models of the evaluation, which reply at once: a stream of theirs has one piece."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from qa_plugin.ports import Completion, Message


class WholeReplies(ABC):
    """A chat model that is asked once and streams what it replied."""

    @abstractmethod
    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message; see `ChatModel.complete`."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        """The same in one piece."""
        done = self.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        yield done.text
        return done
