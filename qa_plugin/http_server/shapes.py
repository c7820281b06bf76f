"""What goes out, for the OpenAPI document: a test holds every reply against these.

The answer is that of `qa-plugin ask --json`; the rest has the form of OpenAI's interface.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_plugin.functions.records import Asked, Former

Status = Literal["answered", "conflicting", "not_in_sources"]


class _Shape(BaseModel):
    """A reply may grow; what stands here is always there."""

    model_config = ConfigDict(extra="allow")


# ---------------------------------------------------------------- the plugin's own


class Fault(_Shape):
    """Why there is no result."""

    message: Annotated[str, Field(description="What happened and what to do, for people.")]
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: Annotated[str, Field(description="The kind of the failure, for programs.")]


class FaultReply(_Shape):
    """An error."""

    error: Fault


class ClaimShape(_Shape):
    """A printed statement."""

    text: str
    citations: list[int]
    verified: bool


class Dropped(_Shape):
    """A statement that failed the checks."""

    text: str
    reason: str


class CitationShape(_Shape):
    """A quote; start and end count code points in the text of its article, which is that of /articles/{id}."""

    id: int
    source: str
    language: str
    quote: str
    start: int
    end: int
    title: str | None
    published: str | None
    copies: list[str]


class PositionShape(_Shape):
    """One side of a disagreement."""

    statement: str
    value: float | None
    attributed_to: str | None
    citations: list[int]
    independent_sources: int


class ConflictShape(_Shape):
    """What the sources disagree about."""

    about: str
    positions: list[PositionShape]


class RetrievedShape(_Shape):
    """A line of the ranking."""

    source: str
    start: int
    end: int
    best: Annotated[list[int], Field(min_length=2, max_length=2)]
    score: float
    used: bool


class UsageShape(_Shape):
    """What an answer took."""

    prompt_tokens: int
    completion_tokens: int
    embedding_tokens: int
    cost_usd: float | None


class AnswerReply(_Shape):
    """A checked answer."""

    question: str
    question_language: str
    status: Status
    answer: str
    confidence: float
    claims: list[ClaimShape]
    dropped: list[Dropped]
    citations: list[CitationShape]
    conflicts: list[ConflictShape]
    history: list[Former]
    independent_sources: int
    near: list[CitationShape]
    retrieved: list[RetrievedShape]
    mode: Literal["extractive", "llm"]
    model: str | None
    warnings: list[str]
    usage: UsageShape
    timings_ms: dict[str, float]
    understood: Annotated[
        str, Field(description="What was searched for: the question itself, unless it leaned on those before it.")
    ]


class Found(_Shape):
    """A passage."""

    source: str
    start: int
    end: int
    best: Annotated[list[int], Field(min_length=2, max_length=2)]
    text: str
    score: float
    language: str
    title: str | None
    published: str | None


class SearchReply(_Shape):
    """Passages, best first."""

    query: str
    results: list[Found]


class ArticleReply(_Shape):
    """An article, its text as the offsets of quotes count in it."""

    id: str
    title: str | None
    language: str
    published: str | None
    credits: list[str]
    copies: list[str]
    translations: list[str]
    text: str


class Health(_Shape):
    """That the server is there, and what answers."""

    status: Literal["ok"]
    version: str
    mode: Literal["extractive", "llm"]
    destination: Annotated[str, Field(description="Where questions and passages go, as one sentence.")]


# ---------------------------------------------------------------- OpenAI's


class ModelShape(_Shape):
    """A model."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(_Shape):
    """What there is to ask."""

    object: Literal["list"]
    data: list[ModelShape]


class UrlCitation(_Shape):
    """Where a mark stands in the text, in code points, and where its quote can be read."""

    url: str
    title: str
    start_index: int
    end_index: int


class NestedCitation(_Shape):
    """An annotation of a chat completion."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class FlatCitation(UrlCitation):
    """An annotation of a response."""

    type: Literal["url_citation"]


class ChatMessage(_Shape):
    """The reply: the short answer, its sources with their quotes, who answered."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[NestedCitation]


class ChatChoice(_Shape):
    """The one choice."""

    index: Literal[0]
    message: ChatMessage
    logprobs: None
    finish_reason: Literal["stop"]


class ChatUsage(_Shape):
    """Tokens of the language model; none without one."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatReply(_Shape):
    """A chat completion."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: Annotated[list[ChatChoice], Field(min_length=1, max_length=1)]
    usage: ChatUsage
    qa_plugin: Annotated[Asked | None, Field(description="The answer in parts; null where nothing was looked up.")]


class OutputText(_Shape):
    """The text of a response."""

    type: Literal["output_text"]
    text: str
    annotations: list[FlatCitation]


class OutputMessage(_Shape):
    """The message of a response."""

    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    status: Literal["in_progress", "completed"]
    content: list[OutputText]


class ResponseUsage(_Shape):
    """Tokens of the language model; none without one."""

    input_tokens: int
    input_tokens_details: dict[str, int]
    output_tokens: int
    output_tokens_details: dict[str, int]
    total_tokens: int


class ResponsesReply(_Shape):
    """A response."""

    id: str
    object: Literal["response"]
    created_at: int
    status: Literal["in_progress", "completed"]
    model: str
    output: list[OutputMessage]
    error: None
    metadata: dict[str, str]
    tools: list[Any]
    usage: ResponseUsage | None
    qa_plugin: Annotated[Asked | None, Field(description="The answer in parts; null where nothing was looked up.")]
