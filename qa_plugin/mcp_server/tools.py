"""The tools: what they say of themselves, and what they do."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, TypeVar

import anyio.from_thread
import anyio.to_thread
from mcp_types import CallToolResult, ContentBlock, Tool, ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field

from qa_plugin import presentation
from qa_plugin.errors import BudgetExceeded, FunctionError, ModelError, QAPluginError, StoreError, StoreLocked
from qa_plugin.functions import ARGUMENTS, DESCRIPTIONS, RESULTS, arguments_of, shown
from qa_plugin.functions.records import (
    ArticlePage,
    AskArguments,
    Document,
    FetchArguments,
    SearchArguments,
    SearchArticlesArguments,
    SearchResults,
)
from qa_plugin.mcp_server import texts
from qa_plugin.mcp_server.opening import Opened, Opening
from qa_plugin.records import Answer, IndexReport
from qa_plugin.scoping import scope_of

Report = Callable[[float, float, str], Coroutine[Any, Any, None]]
"""Tells the caller how far a call is: done, of how much, what is being done."""

Arguments = TypeVar("Arguments", bound=BaseModel)

STEPS = 3
"""Of an answer: retrieve, answer, verify."""

_logger = logging.getLogger(__name__)


class Reindexed(BaseModel):
    """What bringing the index in line did."""

    model_config = ConfigDict(frozen=True)

    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    failed: list[dict[str, str]] = Field(description="Files that could not be read: source and reason.")


def listed(*, writes: bool) -> list[Tool]:
    """The tools that a server has."""
    reading = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    tools = [
        Tool(
            name=name,
            title=texts.TITLES[name],
            description=DESCRIPTIONS[name],
            input_schema=ARGUMENTS[name].model_json_schema(),
            output_schema=RESULTS[name].model_json_schema(mode="serialization"),
            annotations=reading,
        )
        for name in ARGUMENTS
    ]
    if writes:
        # What is gone from the folder goes from the index: not a mere addition.
        writing = ToolAnnotations(
            read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
        )
        tools.append(
            Tool(
                name="reindex",
                title=texts.TITLES["reindex"],
                description=texts.REINDEX,
                input_schema={"type": "object", "properties": {}, "additionalProperties": False},
                output_schema=Reindexed.model_json_schema(mode="serialization"),
                annotations=writing,
            )
        )
    return tools


class Tools:
    """The tools over an index that may still be opening."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._calls: dict[str, Callable[[Mapping[str, Any], Report], Awaitable[CallToolResult]]] = {
            "search": self._search,
            "fetch": self._fetch,
            "ask": self._ask,
            "search_articles": self._search_articles,
        }
        if opening.start.writes:
            self._calls["reindex"] = self._reindex

    def __contains__(self, name: str) -> bool:
        return name in self._calls

    async def call(self, name: str, arguments: Mapping[str, Any], report: Report) -> CallToolResult:
        """Call a tool; what goes wrong is a result too, worded for the model that called."""
        try:
            return await self._calls[name](arguments, report)
        except QAPluginError as error:
            return _failed(_advice(error, name))
        except Exception:
            # The text of an unforeseen error is for whoever runs the server: it may hold anything.
            _logger.exception("%s failed", name)
            return _failed(f"{name} failed inside the server, which has logged why. Other questions may still work.")

    # ------------------------------------------------------------ each of them

    async def _search(self, given: Mapping[str, Any], report: Report) -> CallToolResult:
        asked = _as(SearchArguments, "search", given)
        opened = await self._opened(report)
        found: SearchResults = await anyio.to_thread.run_sync(opened.functions.search, asked.query)
        return _result(found, [texts.as_text(found)])

    async def _fetch(self, given: Mapping[str, Any], report: Report) -> CallToolResult:
        asked = _as(FetchArguments, "fetch", given)
        opened = await self._opened(report)
        read: Document = await anyio.to_thread.run_sync(opened.functions.fetch, asked.id)
        return _result(read, [texts.as_text(read)])

    async def _search_articles(self, given: Mapping[str, Any], report: Report) -> CallToolResult:
        asked = _as(SearchArticlesArguments, "search_articles", given)
        opened = await self._opened(report)
        work = partial(opened.functions.search_articles, **asked.model_dump())
        found: ArticlePage = await anyio.to_thread.run_sync(work)
        return _result(found, [texts.text(texts.page(found))])

    async def _ask(self, given: Mapping[str, Any], report: Report) -> CallToolResult:
        asked = _as(AskArguments, "ask", given)
        opened = await self._opened(report)
        answer = await _answer(opened, asked, report)
        told = opened.functions.asked(answer)
        prose = texts.text(presentation.render(answer, width=None, host=opened.host))
        return _result(told, [prose, *texts.links(told)])

    async def _reindex(self, given: Mapping[str, Any], report: Report) -> CallToolResult:
        if given:
            raise FunctionError("reindex takes no arguments; call it again without any.")
        await self._opened(report)
        told = -1

        def progress(done: int, total: int) -> None:
            nonlocal told
            percent = done * 100 // max(total, 1)
            if percent > told:  # a message a file would be too many
                told = percent
                anyio.from_thread.run(report, done, total, f"Reading {done:,} of {total:,}")

        done: IndexReport = await anyio.to_thread.run_sync(self._opening.reindex, progress)
        readable = texts.text(presentation.render_report(done, width=None))
        return _result(Reindexed.model_validate(_cleaned(done)), [readable])

    async def _opened(self, report: Report) -> Opened:
        begun = self._opening.begin()
        if not begun.done():
            await report(0, STEPS, "Opening the index")
        return await self._opening.opened()


async def _answer(opened: Opened, asked: AskArguments, report: Report) -> Answer:
    """The answer of the plugin, its steps told as they are done."""
    scope = scope_of(language=asked.language, source=asked.source, date_from=asked.date_from, date_to=asked.date_to)
    await report(0, STEPS, "Retrieving passages")
    claims = 0
    async with aclosing(opened.library.astream(asked.question, scope=scope)) as events:
        async for event in events:
            if event["type"] == "retrieved":
                await report(1, STEPS, f"Answering from {presentation.counted(len(event['sources']), 'article')}")
            elif event["type"] == "claim":
                claims += 1
                await report(STEPS - 1 / claims, STEPS, f"Verified {presentation.counted(claims, 'claim')}")
            elif event["type"] == "answer":
                await report(STEPS, STEPS, "Done")
                answer: Answer = event["answer"]
                return answer
    raise RuntimeError("the answer ended before it was there")


def _as(kind: type[Arguments], name: str, given: Mapping[str, Any]) -> Arguments:
    asked = arguments_of(name, given)
    assert isinstance(asked, kind)  # noqa: S101 - one table holds both
    return asked


def _cleaned(report: IndexReport) -> dict[str, Any]:
    def names(files: tuple[str, ...]) -> list[str]:
        return [presentation.inline(name) for name in files]

    return {
        "added": names(report.added),
        "changed": names(report.changed),
        "removed": names(report.removed),
        "unchanged": report.unchanged,
        "failed": [
            {"source": presentation.inline(source), "reason": presentation.inline(reason)}
            for source, reason in report.failed
        ],
    }


def _result(record: BaseModel, content: list[ContentBlock]) -> CallToolResult:
    return CallToolResult(content=content, structured_content=record.model_dump(mode="json"))


def _failed(message: str) -> CallToolResult:
    return CallToolResult(content=[texts.text(message)], is_error=True)


def _advice(error: QAPluginError, name: str) -> str:
    """What went wrong, and what the model may call instead."""
    said = presentation.inline(str(error))
    if isinstance(error, ModelError | BudgetExceeded):
        return f"{said} Meanwhile search_articles and fetch find and read the articles themselves."
    if isinstance(error, StoreLocked):
        return f"{said} Call {name} again in a minute."
    if isinstance(error, StoreError):
        return f"{said} Tell the user: only whoever runs this server can mend that."
    if isinstance(error, FunctionError):
        return said
    return f"{name}: {said}"


def unknown(name: str, *, writes: bool) -> str:
    """What a caller of a tool that is not there is told."""
    names = [tool.name for tool in listed(writes=writes)]
    more = " reindex is there only where the server was started with --allow-write." if name == "reindex" else ""
    return f"There is no tool {shown(name)}. There are: {', '.join(names)}.{more}"
