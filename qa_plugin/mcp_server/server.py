"""The server: which handler answers which request of the protocol, in both of its eras."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib import metadata
from urllib.parse import unquote

import anyio.to_thread
from anyio.abc import TaskGroup
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    ResourceTemplate,
    ResourceTemplateReference,
    TextResourceContents,
)
from pydantic import ValidationError

from qa_plugin.errors import FunctionError, QAPluginError, StoreNotBuilt
from qa_plugin.language.folding import cleaned
from qa_plugin.mcp_server import prompts, texts, tools
from qa_plugin.mcp_server.opening import Opened, Opening, Start
from qa_plugin.presentation import inline

Context = ServerRequestContext[Opening]

_logger = logging.getLogger(__name__)

_HOUR_MS = 3_600_000
_ARTICLE_MS = 300_000
"""How long an article may be taken for unchanged."""
_COMPLETIONS = 100
"""The most that the protocol allows at a time."""
_PAGE = 100
"""Articles that are listed at a time."""
_ARTICLES = texts.TEMPLATE.partition("{")[0]


def build_server(start: Start) -> Server[Opening]:
    """A server of the protocol; it begins to open its index when it is run, and answers lists before that is open."""
    handlers = _Handlers(start)
    server = Server(
        texts.NAME,
        version=_version(),
        title=texts.TITLE,
        description="Short answers from a folder of news, every claim tied to an exact quote.",
        instructions=prompts.instructions(override=start.settings.prompts),
        cache_hints=_cache_hints(start),
        lifespan=handlers.lifespan,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_completion=handlers.complete,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
    )
    server.middleware.append(_failures_told)
    return server


def _version() -> str:
    try:
        return metadata.version("qa-plugin")
    except metadata.PackageNotFoundError:
        return ""


def _cache_hints(start: Start) -> Mapping[CacheableMethod, CacheHint]:
    """Lists stay as they are while a server runs, and articles unless it may bring them in line itself."""
    fixed = CacheHint(ttl_ms=_HOUR_MS, scope="public")
    article = CacheHint(ttl_ms=0 if start.writes else _ARTICLE_MS, scope="private")
    return {
        "tools/list": fixed,
        "prompts/list": fixed,
        "resources/templates/list": fixed,
        "server/discover": fixed,
        "resources/list": article,
        "resources/read": article,
    }


class _Handlers:
    """What answers the requests."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._opening = Opening(start)
        self._tools = tools.Tools(self._opening)
        self._running: TaskGroup | None = None
        self._announced: Future[Opened] | None = None
        """The opening at whose end a host is told to list again."""

    @asynccontextmanager
    async def lifespan(self, _: Server[Opening]) -> AsyncIterator[Opening]:
        self._opening.begin()
        try:
            async with anyio.create_task_group() as self._running:
                yield self._opening
                self._running.cancel_scope.cancel()
        finally:
            self._opening.close()

    # ------------------------------------------------------------ tools

    async def list_tools(self, _: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=tools.listed(writes=self._start.writes))

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in self._tools:
            raise _refused(tools.unknown(params.name, writes=self._start.writes))
        return await self._tools.call(params.name, params.arguments or {}, context.session.report_progress)

    # ------------------------------------------------------------ articles as resources

    async def list_resources(self, context: Context, params: PaginatedRequestParams | None) -> ListResourcesResult:
        """A page of the articles, the newest first; hosts list at once, so that nothing is waited for."""
        opening = self._opening.standing()
        if not opening.done():
            if self._running is not None and self._announced is not opening:
                self._announced = opening
                self._running.start_soon(_list_again, context, opening)
            return ListResourcesResult(resources=[], ttl_ms=0)
        try:
            functions = opening.result().functions
            listing = partial(functions.search_articles, limit=_PAGE, cursor=params.cursor if params else None)
            page = await anyio.to_thread.run_sync(listing)
        except StoreNotBuilt:  # the tools say what to do
            return ListResourcesResult(resources=[], ttl_ms=0)
        except FunctionError as error:
            raise _refused("The cursor is of no page of this list. Leave it out for the first page.") from error
        return ListResourcesResult(resources=list(map(texts.resource, page.articles)), next_cursor=page.next_cursor)

    async def list_templates(self, _: Context, __: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        article = ResourceTemplate(
            uri_template=texts.TEMPLATE,
            name="article",
            title="News article",
            description=texts.TEMPLATE_ABOUT,
            mime_type="text/plain",
        )
        return ListResourceTemplatesResult(resource_templates=[article])

    async def read_resource(self, _: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        uri = params.uri
        if not uri.startswith(_ARTICLES):
            raise _refused(f"There is no resource {inline(uri)!r}; articles are {texts.TEMPLATE}.")
        try:
            opened = await self._opening.opened()
            name = unquote(uri.removeprefix(_ARTICLES), errors="replace")
            read = await anyio.to_thread.run_sync(opened.functions.fetch, name)
        except FunctionError as error:
            raise _refused(inline(str(error))) from error
        contents = TextResourceContents(uri=cleaned(uri), mime_type="text/plain", text=read.text)
        return ReadResourceResult(contents=[contents])

    async def complete(self, _: Context, params: CompleteRequestParams) -> CompleteResult:
        """Ids that begin with what is typed, then those that hold it."""
        known = isinstance(params.ref, ResourceTemplateReference) and params.ref.uri == texts.TEMPLATE
        if not known or params.argument.name != "id":
            return CompleteResult(completion=Completion(values=[], total=0, has_more=False))
        opened = await self._opening.opened()
        ids = await anyio.to_thread.run_sync(opened.functions.ids)
        typed = params.argument.value.casefold()
        fitting = [name for name in ids if typed in name.casefold()]
        fitting.sort(key=lambda name: not name.casefold().startswith(typed))
        shown = fitting[:_COMPLETIONS]
        completion = Completion(values=shown, total=len(fitting), has_more=len(fitting) > len(shown))
        return CompleteResult(completion=completion)

    # ------------------------------------------------------------ prompts

    async def list_prompts(self, _: Context, __: PaginatedRequestParams | None) -> ListPromptsResult:
        return ListPromptsResult(prompts=prompts.listed())

    async def get_prompt(self, _: Context, params: GetPromptRequestParams) -> GetPromptResult:
        try:
            return prompts.filled(params.name, params.arguments, override=self._start.settings.prompts)
        except FunctionError as error:
            raise _refused(inline(str(error))) from error


async def _list_again(context: Context, opening: Future[Opened]) -> None:
    """Tell a host that listed too soon that there are articles now; over HTTP there is no way to tell it."""
    with suppress(Exception):  # the tools say what failed
        await asyncio.wrap_future(opening)
        await context.session.send_resource_list_changed()


async def _failures_told(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Words what fails for the caller; the text of what was not foreseen may hold anything, and stays here."""
    try:
        return await call_next(ctx)
    except (MCPError, ValidationError):  # the protocol's own package words these
        raise
    except QAPluginError as error:
        raise MCPError(INTERNAL_ERROR, inline(str(error))) from error
    except Exception as error:
        _logger.exception("%s failed", ctx.method)
        raise MCPError(INTERNAL_ERROR, "This failed inside the server, which has logged why.") from error


def _refused(message: str) -> MCPError:
    return MCPError(INVALID_PARAMS, message)
