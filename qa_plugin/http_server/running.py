"""The server on its socket. The one door to uvicorn."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from qa_plugin.errors import SettingsError
from qa_plugin.http_server.application import application
from qa_plugin.http_server.options import Serving

if TYPE_CHECKING:
    from qa_plugin.plugin import QAPlugin

_FAREWELL_SECONDS = 5
_IDLE_SECONDS = 30
_WAITING = 512
"""Connections that the system keeps until they are taken up."""


class Server:
    """A server that listens from the moment it is made, so that its address is known, and answers while it runs."""

    def __init__(self, plugin: QAPlugin, serving: Serving, version: str) -> None:
        """Take the port.

        Raises:
            SettingsError: The host or port cannot be had.
        """
        self._socket = _listening(serving)
        self._serving = serving
        config = uvicorn.Config(
            application(plugin, serving, version),
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=_FAREWELL_SECONDS,
        )
        self._server = uvicorn.Server(config)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        host = self._serving.host.strip("[]")
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        """Answer until `stop` is called or the process is told to end."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Have `run` come to its end, from any thread."""
        self._server.should_exit = True


def _listening(serving: Serving) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            serving.host.strip("[]"), serving.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(_WAITING)
        except OSError:
            found.close()
            raise
    except OSError as error:
        raise SettingsError(
            f"{serving.host} with port {serving.port} cannot be had ({error.strerror or error}); "
            "choose others with --host and --port."
        ) from error
    return found
