"""The routes: what is asked under which address, and replies as HTTP has them. The one door to starlette."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from qa_plugin.http_server import chat_completions, openapi, responses
from qa_plugin.http_server.faults import FaultError, fault_of
from qa_plugin.http_server.guarding import App, Guard
from qa_plugin.http_server.lifeline import Lifeline
from qa_plugin.http_server.looking import Looking
from qa_plugin.http_server.options import Serving
from qa_plugin.http_server.requests import AskRequest, ChatRequest, ResponsesRequest, SearchRequest
from qa_plugin.http_server.speaking import Speaker
from qa_plugin.http_server.telling import Teller
from qa_plugin.presentation import as_json

if TYPE_CHECKING:
    from qa_plugin.plugin import QAPlugin

_LOG = logging.getLogger(__name__)
_FILES = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
Event = tuple[str | None, dict[str, Any]]
Read = TypeVar("Read", AskRequest, SearchRequest)


def application(plugin: QAPlugin, serving: Serving, version: str) -> App:
    """The server as an ASGI application.

    Args:
        plugin: What answers.
        serving: Bounds and token.
        version: Of the package.
    """
    routes = _Routes(plugin, serving, version)
    made = [
        Route("/ask", routes.json(routes.ask), methods=["GET", "POST"]),
        Route("/search", routes.json(routes.search), methods=["GET", "POST"]),
        Route("/articles/{id:path}", routes.json(routes.article)),
        Route("/healthz", routes.json(routes.health)),
        Route("/openapi.json", routes.json(routes.document)),
        Route("/v1/models", routes.json(routes.models)),
        Route("/v1/models/{id:path}", routes.json(routes.model)),
        Route("/v1/chat/completions", routes.chat, methods=["POST"]),
        Route("/v1/responses", routes.respond, methods=["POST"]),
        *(Route(path, _file(*shown)) for path, shown in _FILES.items()),
    ]
    app = Starlette(routes=made, exception_handlers={HTTPException: _no_such})
    return Guard(Lifeline(app, serving), serving)


class _Routes:
    def __init__(self, plugin: QAPlugin, serving: Serving, version: str) -> None:
        self._plugin = plugin
        self._seconds = serving.timeout_seconds
        self._version = version
        self._speaker = Speaker(plugin)
        self._looking = Looking(plugin, self._speaker, version)

    def json(self, handle: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
        """A handler of requests from one that returns JSON values or raises."""

        async def handled(request: Request) -> Response:
            try:
                async with asyncio.timeout(self._seconds):
                    return _json(await handle(request))
            except Exception as error:  # noqa: BLE001 - whatever it is, its client is told
                return _fault(error)

        return handled

    # ------------------------------------------------------------ the plugin's own

    async def ask(self, request: Request) -> dict[str, Any]:
        return await self._looking.ask(await _read(AskRequest, request))

    async def search(self, request: Request) -> dict[str, Any]:
        return await self._looking.search(await _read(SearchRequest, request))

    async def article(self, request: Request) -> dict[str, Any]:
        return await self._looking.article(request.path_params["id"])

    async def health(self, _: Request) -> dict[str, Any]:
        return self._looking.health()

    async def document(self, _: Request) -> dict[str, Any]:
        return openapi.document(self._version)

    # ------------------------------------------------------------ OpenAI's

    async def models(self, _: Request) -> dict[str, Any]:
        return self._looking.models()

    async def model(self, request: Request) -> dict[str, Any]:
        return self._looking.model(request.path_params["id"])

    async def chat(self, request: Request) -> Response:
        try:
            wanted, teller = ChatRequest.model_validate_json(await request.body()), self._teller(request)
            if wanted.stream:
                return await self._streamed(chat_completions.stream(wanted, self._speaker, teller), end="[DONE]")
        except Exception as error:  # noqa: BLE001 - whatever it is, its client is told
            return _fault(error)
        return await self.json(lambda _: chat_completions.complete(wanted, self._speaker, teller))(request)

    async def respond(self, request: Request) -> Response:
        try:
            wanted, teller = ResponsesRequest.model_validate_json(await request.body()), self._teller(request)
            if wanted.stream:
                return await self._streamed(responses.stream(wanted, self._speaker, teller))
        except Exception as error:  # noqa: BLE001 - whatever it is, its client is told
            return _fault(error)
        return await self.json(lambda _: responses.complete(wanted, self._speaker, teller))(request)

    def _teller(self, request: Request) -> Teller:
        return Teller(self._plugin, str(request.base_url).rstrip("/"))

    async def _streamed(self, events: AsyncGenerator[Event, None], *, end: str | None = None) -> Response:
        """A stream, once its first event is there: what fails before that still has a status of its own."""
        timed = _timed(events, self._seconds)
        try:
            first = await anext(timed)
        except BaseException:
            await timed.aclose()
            raise
        return StreamingResponse(
            _lines(first, timed, end), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )


# ---------------------------------------------------------------- requests


async def _read(kind: type[Read], request: Request) -> Read:
    if request.method == "POST":
        return kind.model_validate_json(await request.body())
    sent = request.query_params
    # A field of many values is given once for each.
    many = {name: sent.getlist(name) for name, field in kind.model_fields.items() if field.annotation == list[str]}
    return kind.model_validate({**sent, **{name: values for name, values in many.items() if values}})


# ---------------------------------------------------------------- replies


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401 - JSON
    return Response(as_json(value).encode(), status, headers, "application/json")


def _fault(error: Exception) -> Response:
    fault = fault_of(error)
    if fault.code == "unexpected":
        _LOG.error("a request failed", exc_info=error)
    return _json(fault.body(), fault.status, fault.headers)


async def _no_such(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = "takes other methods" if status == 405 else "is nothing"
    allowed = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    message = f"At {request.url.path} there {said}; /openapi.json says what there is."
    if status == 405:
        message = f"{request.url.path} is not asked by {request.method}; /openapi.json says how."
    return _json(FaultError(status, message, code="no_such_route").body(), status, allowed)


async def _timed(events: AsyncGenerator[Event, None], seconds: float) -> AsyncGenerator[Event, None]:
    """The same events, as long as there is time; waiting for the client does not count."""
    left = seconds
    loop = asyncio.get_running_loop()
    async with aclosing(events):
        while True:
            started = loop.time()
            try:
                async with asyncio.timeout(left):
                    event = await anext(events)
            except StopAsyncIteration:
                return
            left -= loop.time() - started
            yield event


async def _lines(first: Event, rest: AsyncGenerator[Event, None], end: str | None) -> AsyncIterator[str]:
    """Events as the lines of an event stream; a failure is the last of them."""
    async with aclosing(rest):
        yield _event(first)
        try:
            async for event in rest:
                yield _event(event)
        except Exception as error:  # noqa: BLE001 - the status is sent, so that the stream has to tell
            fault = fault_of(error)
            if fault.code == "unexpected":
                _LOG.error("a stream failed", exc_info=error)
            yield _event((None, fault.body()))
            return
    if end is not None:
        yield f"data: {end}\n\n"


def _event(event: Event) -> str:
    name, value = event
    named = f"event: {name}\n" if name else ""
    return f"{named}data: {as_json(value)}\n\n"


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def shown(_: Request) -> Response:
        return Response(resources.files(__package__).joinpath("page", name).read_bytes(), media_type=kind)

    return shown
