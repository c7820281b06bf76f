"""The Model Context Protocol server: `qa-plugin mcp`.

Needs the extra `mcp`. Nothing that answers is imported before the lists of tools can be given.
"""

from __future__ import annotations

from qa_plugin.mcp_server.opening import Start
from qa_plugin.mcp_server.server import build_server
from qa_plugin.mcp_server.transports import Address, app, serve_http, serve_stdio

__all__ = ["Address", "Start", "app", "build_server", "serve_http", "serve_stdio"]
