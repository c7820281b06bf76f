"""Who may ask: this machine's own programs, pages of this server, and whoever has the token.

A page of any site can send requests to 127.0.0.1, and by DNS rebinding it can even read the replies: its own name
then means this machine. Both show in headers that a page cannot forge: the first in Origin and Sec-Fetch-Site, the
second in Host.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from qa_plugin.http_server.faults import FaultError
from qa_plugin.http_server.options import Serving, is_loopback
from qa_plugin.presentation import as_json

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = frozenset({"/", "/page.js", "/page.css", "/icon.svg", "/healthz", "/openapi.json"})
"""What says nothing of the articles and needs no token: a browser has to get the page to be asked for one."""

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Lets through what may pass, and puts on every reply the headers that keep browsers in bounds."""

    def __init__(self, app: App, serving: Serving) -> None:
        """Guard an application."""
        self._app = app
        self._serving = serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        try:
            self._check(scope["path"], _headers(scope))
        except FaultError as fault:
            await refuse(fault, sealed)
            return
        await self._app(scope, receive, sealed)

    def _check(self, path: str, headers: dict[str, str]) -> None:
        host = headers.get("host", "")
        if self._serving.loopback and not is_loopback(_name(host)):
            raise FaultError(
                421,
                f"This server is asked as 127.0.0.1 or localhost, not as {_name(host)!r}: use that address, or let a "
                "proxy set the Host header.",
                code="wrong_host",
            )
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        # A proxy that sets Host hides the name under which browsers know the page; they themselves say whose it is.
        if origin is not None and site != "same-origin" and not _is_of(origin, host):
            raise FaultError(403, f"Pages of {origin!r} may not ask this server.", code="wrong_origin")
        if path != "/" and site not in {"same-origin", "none"}:
            raise FaultError(403, "Pages of other sites may not ask this server.", code="wrong_origin")
        if self._serving.token is not None and path not in OPEN:
            self._check_token(headers.get("authorization", ""))

    def _check_token(self, given: str) -> None:
        scheme, _, token = given.partition(" ")
        wanted = (self._serving.token or "").encode()
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), wanted):
            raise FaultError(
                401,
                "The token is missing or wrong: send the server's QA_PLUGIN_TOKEN as the API key "
                "(Authorization: Bearer …).",
                code="invalid_api_key",
                headers={"www-authenticate": "Bearer"},
            )


async def refuse(fault: FaultError, send: Send) -> None:
    """Send an error as the reply."""
    body = as_json(fault.body()).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), **fault.headers}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _is_of(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
