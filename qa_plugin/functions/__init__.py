"""The plugin as a few typed functions, for whatever calls functions: assistants, agents, servers.

Importing this loads pydantic; nothing of it is loaded by the command line's `ask` or `search`.
"""

from __future__ import annotations

from qa_plugin.functions.calling import ARGUMENTS, DESCRIPTIONS, RESULTS, arguments_of, call_tool, tool_schemas
from qa_plugin.functions.functions import Functions, Library, article_url, shown
from qa_plugin.functions.limiting import Limited, Streaming

__all__ = [
    "ARGUMENTS",
    "DESCRIPTIONS",
    "RESULTS",
    "Functions",
    "Library",
    "Limited",
    "Streaming",
    "arguments_of",
    "article_url",
    "call_tool",
    "shown",
    "tool_schemas",
]
