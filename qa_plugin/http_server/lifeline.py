"""A request and its client: the body within bounds, and no work for somebody who has gone."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from qa_plugin.http_server.faults import FaultError
from qa_plugin.http_server.guarding import App, Message, Receive, Scope, Send, refuse
from qa_plugin.http_server.options import Serving


class Lifeline:
    """Reads the body, hands it on, and cancels what is done for a client that hangs up."""

    def __init__(self, app: App, serving: Serving) -> None:
        """Stand before an application."""
        self._app = app
        self._serving = serving
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._under_way >= self._serving.most_at_once:
            busy = FaultError(503, "Too many requests at once.", code="overloaded", headers={"retry-after": "2"})
            await refuse(busy, send)
            return
        self._under_way += 1
        try:
            body = await self._body(scope, receive)
            if body is not None:
                await self._while_there(scope, body, receive, send)
        except FaultError as fault:
            await refuse(fault, send)
        finally:
            self._under_way -= 1

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; None where the client went away before it was sent."""
        self._check_size(int(dict(scope["headers"]).get(b"content-length", b"0") or 0))
        body = bytearray()
        try:
            async with asyncio.timeout(self._serving.upload_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    self._check_size(len(body))
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise FaultError(408, "The body of the request did not arrive in time.", code="timeout") from None

    def _check_size(self, size: int) -> None:
        most = self._serving.body_bytes
        if size > most:
            raise FaultError(
                413,
                f"The body of the request is larger than {most:,} bytes; send fewer or shorter messages.",
                code="too_large",
                headers={"connection": "close"},
            )

    async def _while_there(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Run the application until it is done or its client gone."""
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            if unread:
                return unread.pop()
            await asyncio.Event().wait()  # that the client goes is noticed here, not there
            raise AssertionError

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        async def run() -> None:
            await self._app(scope, again, send)

        work, leaving = asyncio.create_task(run()), asyncio.create_task(gone())
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (work, leaving):
                task.cancel()
            for task in (work, leaving):
                with suppress(asyncio.CancelledError, OSError):
                    await task
