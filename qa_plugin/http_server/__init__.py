"""The plugin over HTTP: OpenAI's interface, the plugin's own, and a page for the browser.

Importing this loads neither starlette nor uvicorn, which the extra `serve` brings.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from qa_plugin.errors import SettingsError
from qa_plugin.http_server.options import HOST, PORT, Serving

if TYPE_CHECKING:
    from qa_plugin.http_server.running import Server
    from qa_plugin.plugin import QAPlugin

__all__ = ["HOST", "PORT", "Serving", "check_installed", "server"]


def check_installed() -> None:
    """See that what the extra brings is there, before an index is opened for nothing.

    Raises:
        SettingsError: It is not; the message is the command that brings it.
    """
    if any(find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise SettingsError("The server needs two more packages: pip install 'qa-plugin[serve]'.")


def server(plugin: QAPlugin, serving: Serving | None = None, *, version: str = "0") -> Server:
    """A server that listens already and answers while `run` runs.

    Args:
        plugin: What answers.
        serving: Where it listens and what bounds it has; this machine's own address unless given.
        version: What it says of itself.

    Raises:
        SettingsError: The extra `serve` is not installed, or the port cannot be had.
    """
    check_installed()
    from qa_plugin.http_server.running import Server

    return Server(plugin, serving or Serving(), version)
