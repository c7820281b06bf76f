"""The plugin as a few typed functions, for whatever calls functions: assistants, agents, servers.

Importing this loads pydantic; nothing of it is loaded by the command line's `ask` or `search`.
"""

from __future__ import annotations

from qa_plugin.functions.calling import ARGUMENTS, DESCRIPTIONS, call_tool, tool_schemas
from qa_plugin.functions.functions import Functions, article_url

__all__ = ["ARGUMENTS", "DESCRIPTIONS", "Functions", "article_url", "call_tool", "tool_schemas"]
