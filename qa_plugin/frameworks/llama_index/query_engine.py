"""The plugin as a LlamaIndex query engine: checked answers as its responses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from typing import Any, Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import (
    RESPONSE_TYPE,
    AsyncStreamingResponse,
    Response,
    StreamingResponse,
)
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle

from qa_plugin.assembly import joined
from qa_plugin.frameworks.llama_index.nodes import citation_nodes
from qa_plugin.functions.limiting import Streaming
from qa_plugin.language.folding import cleaned
from qa_plugin.presentation import render
from qa_plugin.records import Answer, Claim, Scope


class Answering(Streaming, Protocol):
    """What the engine needs of the plugin."""

    async def aask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """Answer a question without blocking."""

    def stream(self, question: str, *, scope: Scope | None = None) -> Generator[dict[str, Any], None, None]:
        """The steps of an answer, the answer last."""


class QAPluginQueryEngine(BaseQueryEngine):
    """Answers whose `source_nodes` are the exact quotes, by the order of the `[n]` in the text.

    `metadata` holds the whole answer as `Answer.to_dict()` gives it: status, claims, conflicts and all else. A
    question that the sources do not answer has a response that says so, with the status `not_in_sources` and no nodes.
    """

    def __init__(
        self,
        plugin: Answering,
        *,
        scope: Scope | None = None,
        streaming: bool = False,
        sources_in_text: bool = False,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        """Wrap a plugin.

        Args:
            plugin: What answers.
            scope: Which part of the index is asked.
            streaming: Respond in pieces, each claim once it is checked; nodes and metadata are filled in at the end.
            sources_in_text: Put the quotes behind the answer, for readers who see only the text, as agents do. Not
                in pieces.
            callback_manager: LlamaIndex's.
        """
        super().__init__(callback_manager=callback_manager)
        self._plugin = plugin
        self._scope = scope
        self._streaming = streaming
        self._sources_in_text = sources_in_text

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        question = query_bundle.query_str
        if not self._streaming:
            return self._response(self._plugin.ask(question, scope=self._scope))
        nodes, metadata = list[NodeWithScore](), dict[str, Any]()

        def pieces() -> Generator[str, None, None]:
            told = _Told(nodes, metadata)
            with closing(self._plugin.stream(question, scope=self._scope)) as events:
                for event in events:
                    yield from told.pieces(event)

        return StreamingResponse(pieces(), nodes, metadata)

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        question = query_bundle.query_str
        if not self._streaming:
            return self._response(await self._plugin.aask(question, scope=self._scope))
        nodes, metadata = list[NodeWithScore](), dict[str, Any]()

        async def pieces() -> AsyncGenerator[str, None]:
            told = _Told(nodes, metadata)
            async with aclosing(self._plugin.astream(question, scope=self._scope)) as events:
                async for event in events:
                    for piece in told.pieces(event):
                        yield piece

        return AsyncStreamingResponse(pieces(), nodes, metadata)

    def _response(self, answer: Answer) -> Response:
        text = render(answer, width=None, signed=False) if self._sources_in_text else cleaned(answer.text)
        return Response(text, citation_nodes(answer), answer.to_dict())


class _Told:
    """What of an answer has been said; together the pieces are its text."""

    def __init__(self, nodes: list[NodeWithScore], metadata: dict[str, Any]) -> None:
        self._nodes = nodes
        self._metadata = metadata
        self._claims: list[Claim] = []
        self._said = ""

    def pieces(self, event: dict[str, Any]) -> Generator[str, None, None]:
        """What an event of the stream adds."""
        if event["type"] == "claim":
            self._claims.append(Claim(event["text"], tuple(event["citations"])))
            yield from self._up_to(cleaned(joined(self._claims)))
        elif event["type"] == "answer":
            answer: Answer = event["answer"]
            self._nodes += citation_nodes(answer)
            self._metadata.update(answer.to_dict())
            yield from self._up_to(cleaned(answer.text))

    def _up_to(self, text: str) -> Generator[str, None, None]:
        # Claims are said as they are printed; should an answer differ all the same, it is said whole.
        piece = text[len(self._said) :] if text.startswith(self._said) else f"\n\n{text}"
        self._said = text
        if piece:
            yield piece
