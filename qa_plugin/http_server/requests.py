"""What clients send; what is not named here is ignored, as servers of this kind do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from qa_plugin.functions.records import DateFrom, DateTo, Language, Source

Question = Annotated[str, Field(description="A whole question, in any of the languages.")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore")


class AskRequest(_Request):
    """A question, which sources may answer it, and what was asked of them before."""

    question: Question
    previous: Annotated[
        list[str],
        Field(description="The questions before it, the last at the end; it may lean on them. Six are gone back to."),
    ] = []
    language: Language = None
    source: Source = None
    date_from: DateFrom = None
    date_to: DateTo = None


class SearchRequest(_Request):
    """Words to look for, and in which sources."""

    query: Annotated[str, Field(description="What to look for, in any of the languages.")]
    limit: Annotated[int, Field(ge=1, le=100, description="At most so many passages.")] = 10
    language: Language = None
    source: Source = None
    date_from: DateFrom = None
    date_to: DateTo = None


class Part(_Request):
    """A part of a message; only text is read."""

    type: str = "text"
    text: str | None = None


class Message(_Request):
    """A message of a conversation; only those of the user are read."""

    role: str = "user"
    content: str | list[Part] | None = None


class StreamOptions(_Request):
    """What a stream holds besides the text."""

    include_usage: bool | None = None


class ChatRequest(_Request):
    """A chat completion; the last message of the user is the question, those before it are the conversation."""

    messages: Annotated[list[Message], Field(min_length=1)]
    model: str | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class ResponsesRequest(_Request):
    """A response; the whole conversation is sent each time, nothing is kept."""

    input: str | list[Message]
    model: str | None = None
    instructions: Any = None
    previous_response_id: str | None = None
    stream: bool | None = None

    @property
    def messages(self) -> Sequence[Message]:
        """The input as messages."""
        return [Message(content=self.input)] if isinstance(self.input, str) else self.input
