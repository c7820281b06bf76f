"""The ways in: standard input and output, or HTTP."""

from __future__ import annotations

import hmac
import io
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import anyio
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.lowlevel import NotificationOptions
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_plugin.errors import SettingsError
from qa_plugin.mcp_server.opening import Start
from qa_plugin.mcp_server.server import build_server

PATH = "/mcp"
_INTERRUPTED = 130
_SHORTEST_TOKEN = 16
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where HTTP is served, and what callers have to show."""

    host: str = "127.0.0.1"
    port: int = 8931
    """0 takes any free one."""
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.token is None:
            if not self.is_loopback:
                raise SettingsError(
                    f"Others can reach --host {self.host}: set QA_PLUGIN_TOKEN to a secret that callers have to send "
                    "(`openssl rand -hex 16` makes one), or leave --host out."
                )
        elif len(self.token) < _SHORTEST_TOKEN or not re.fullmatch(r"[!-~]+", self.token):
            raise SettingsError(
                f"QA_PLUGIN_TOKEN (not shown here) has to have {_SHORTEST_TOKEN} characters or more, ASCII and without "
                "blanks; `openssl rand -hex 16` makes one."
            )

    @property
    def shown(self) -> str:
        """The host as it stands in an address."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


# ---------------------------------------------------------------- standard input and output


def serve_stdio(start: Start) -> None:
    """Serve the process's own standard input and output until the input ends; for the main thread."""
    _log_to_stderr()
    # A thread waits for the next line, and nothing can call it back. An index that is only read can be dropped, one
    # that is written holds what was committed.
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    server = build_server(start)
    options = server.create_initialization_options(NotificationOptions(resources_changed=True))

    async def serve() -> None:
        stdin = anyio.wrap_file(Lines(sys.stdin.buffer, encoding="utf-8", errors="replace"))
        async with stdio_server(stdin=stdin) as (incoming, outgoing):
            await server.run(incoming, outgoing, options)

    anyio.run(serve)


class Lines(io.TextIOWrapper):
    """Lines of JSON, each made `whole`."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override] # as typeshed has it
        """The next line."""
        return whole(super().readline(size))


def whole(line: str) -> str:
    """JSON in which each escaped half of a surrogate pair is a replacement character, as long as before.

    Programs that cut a text within an emoji spell such a half; the protocol's parser refuses the line and answers
    nothing to it, so that its sender would wait for ever.
    """
    if "\\ud" not in line and "\\uD" not in line:
        return line
    return _ESCAPE.sub(lambda match: "\\ufffd" if match["lone"] else match[0], line)


# ---------------------------------------------------------------- HTTP


def serve_http(start: Start, address: Address, ready: Callable[[str], None]) -> None:
    """Serve HTTP until interrupted.

    Args:
        start: What is served.
        address: Where.
        ready: Is told the address, once it is taken.

    Raises:
        SettingsError: The address cannot be taken.
    """
    import uvicorn  # standard input does without

    _log_to_stderr()
    with _listening(address) as listener:
        ready(f"http://{address.shown}:{listener.getsockname()[1]}{PATH}")
        # Its own configuration of logs would write each request to standard output.
        config = uvicorn.Config(app(start, address), log_config=None, access_log=False, lifespan="on")
        uvicorn.Server(config).run(sockets=[listener])


def app(start: Start, address: Address) -> Starlette:
    """The application that answers the protocol over HTTP.

    It keeps no sessions: every request stands by itself, in the handshake era too. On a loopback address only
    browsers' pages of this machine get in (`Origin`, `Host`); elsewhere the token is what guards.
    """
    guard = _TokenGuard(address.token) if address.token else None
    # The protocol's settings want the address of an OAuth server. There is none, and none is announced.
    issuer = "http://127.0.0.1"
    auth = AuthSettings.model_validate({"issuer_url": issuer, "resource_server_url": None}) if guard else None
    application = build_server(start).streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        host=address.host,
        transport_security=_own_pages_only(address) if address.is_loopback else None,
        auth=auth,
        token_verifier=guard,
    )
    application.add_middleware(_WholeBodies)
    return application


def _own_pages_only(address: Address) -> TransportSecuritySettings:
    """Refuses what a page of another site makes a browser send, also where its name was made to lead here."""
    names = sorted({"127.0.0.1", "localhost", "[::1]", address.shown})
    return TransportSecuritySettings(
        allowed_hosts=[f"{name}:*" for name in names], allowed_origins=[f"http://{name}:*" for name in names]
    )


class _WholeBodies:
    """Makes bodies `whole`; to one that comes in parts the protocol's parser answers that it refuses it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def received() -> Message:
            message = await receive()
            if message["type"] == "http.request" and message.get("body"):
                # Latin-1 leaves every byte as it is.
                message["body"] = whole(message["body"].decode("latin-1")).encode("latin-1")
            return message

        await self._app(scope, received, send)


class _TokenGuard:
    """Lets in who sends the one token."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Whose token it is; None where it is not the one."""
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token):
            return None
        return AccessToken(token=token, client_id="bearer", scopes=[])


def _listening(address: Address) -> socket.socket:
    """A socket at the address, so that a taken one is told before anything is opened."""
    try:
        family, _, _, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(where[:2], family=family)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if number and number > 0 else error
        raise SettingsError(
            f"{address.host}:{address.port} cannot be listened at ({reason}). Give another --port, or --port 0 for any."
        ) from error


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
