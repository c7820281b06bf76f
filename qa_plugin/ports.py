"""The two interfaces behind which models stand, one that chats and one that embeds, and what they remember with.

Every implementation honours all of them, and lets nothing but `ModelError` and its children out; and `CallCancelled`
where its caller cancelled it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, runtime_checkable

from qa_plugin.errors import ModelRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["system", "user", "assistant"]

THIS_MACHINE = "this machine"
"""The `destination` of a model whose input never leaves the computer."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a language model."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model said, and what it took."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    finish_reason: str = "stop"
    estimated: bool = False
    """Whether tokens were counted here, because the model did not say, or said what cannot be."""
    kept: bool = False
    """Whether it was kept from an earlier call, and so took nothing now."""


class WindowExceeded(ModelRefused):
    """The messages are too long for the model: fewer passages may fit."""

    def __init__(self, message: str, *, window: int | None = None, asked: int | None = None) -> None:
        """Say what the server said.

        Args:
            message: For a person.
            window: Tokens that the model has.
            asked: Tokens that the messages have, as the server counts them.
        """
        super().__init__(message)
        self.window = window
        self.asked = asked


class ChatModel(Protocol):
    """A language model that completes a conversation."""

    @property
    def name(self) -> str:
        """The model's name, as answers report it."""
        ...

    @property
    def destination(self) -> str:
        """The host that gets the messages, or `THIS_MACHINE`."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        """Ask for the next message.

        Args:
            messages: The conversation so far.
            schema: JSON schema that the reply should follow. A wish: not every model can be held to it, so
                the reply is read with care in any case.
            max_tokens: Upper bound of the reply.
            deadline: Value of `time.monotonic()` by which there is a reply or an error; None leaves it to the
                model's own limit.

        Raises:
            ModelUnavailable: Not reachable, overloaded or too slow.
            ModelRefused: Key, quota, model name, window or filter.
            ModelUnreadable: No usable text came back.
        """
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        """The same in pieces, as they come; the generator's return value is the whole.

        Closing the generator gives the call up and leaves no connection. What fails is tried again only before
        the first piece: after it the error comes out of the middle, and the pieces are no reply. A model or
        server that cannot stream gives its whole text as one piece.

        Raises:
            ModelUnreadable: Also where the stream ends before the reply does.
        """
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """A request that gave nothing to use, and was or may have been charged for all the same."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    said: str = ""
    """The reply as far as it came."""
    ended: bool = False
    """Whether the reply had come to its end; of another that said nothing it is not known how long it was."""
    texts: tuple[str, ...] = ()
    """What an embedder was sent."""


class Meter(Protocol):
    """Is told of requests that gave nothing, and may refuse the next one of the same call."""

    def lost(self, request: Lost) -> None:
        """Put a request on the bill."""
        ...

    def check(self) -> None:
        """Whether the call may be made again.

        Raises:
            BudgetExceeded: It would take too much.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """A model that knows which of its requests are charged for, although its caller sees only the last."""

    def metered(self, meter: Meter) -> Self:
        """The same model, with its connections, telling a meter of what gave nothing."""
        ...


@runtime_checkable
class Windowed(Protocol):
    """A model whose server may say how many tokens it gives it, which may be fewer than the model could take."""

    def window(self, *, ask: bool, deadline: float | None) -> int | None:
        """Tokens of prompt and reply together; None where that is not known.

        Args:
            ask: Whether the server may be asked what it lists, if that was not done.
            deadline: Until when.
        """
        ...


@runtime_checkable
class Placed(Protocol):
    """A model that shares its name and host with others: which one it is."""

    @property
    def place(self) -> str:
        """The address, without anything secret."""
        ...


class Memory(Protocol):
    """Keeps small texts beyond the process; what is lost costs a little time, so neither call ever fails."""

    def get(self, key: str) -> str | None:
        """What was kept, if it still is."""
        ...

    def put(self, key: str, value: str) -> None:
        """Keep a text, if that is possible."""
        ...


class Embedder(Protocol):
    """Texts to vectors of unit length; documents and queries are different calls."""

    @property
    def name(self) -> str:
        """The embedder's name, as settings and `doctor` show it."""
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector; may ask the model once to find out."""
        ...

    @property
    def fingerprint(self) -> str:
        """Two embedders with the same fingerprint give the same vectors."""
        ...

    @property
    def costs(self) -> bool:
        """Whether embedding everything anew costs money or a download."""
        ...

    @property
    def destination(self) -> str:
        """The host that gets the texts, or `THIS_MACHINE`."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, in the order of the texts."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question or search."""
        ...
