"""The plugin as tools of LlamaIndex's agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from llama_index.core.tools import QueryEngineTool, ToolMetadata
from llama_index.core.tools.tool_spec.base import SPEC_FUNCTION_TYPE, BaseToolSpec

from qa_plugin.frameworks.llama_index.query_engine import Answering, QAPluginQueryEngine
from qa_plugin.functions import ARGUMENTS, DESCRIPTIONS, Functions, call_tool
from qa_plugin.functions.functions import Library
from qa_plugin.presentation import as_json
from qa_plugin.records import Scope


def engine_tool(plugin: Answering, *, name: str, description: str | None, scope: Scope | None) -> QueryEngineTool:
    """The plugin's answers as one tool, their quotes in the text that the model reads."""
    engine = QAPluginQueryEngine(plugin, scope=scope, sources_in_text=True)
    return QueryEngineTool.from_defaults(engine, name=name, description=description or DESCRIPTIONS["ask"])


class QAPluginToolSpec(BaseToolSpec):
    """`ask`, `search`, `fetch` and `search_articles`, with the schemas and results of every other door.

    Each gives JSON. A call that does not fit raises `FunctionError`, which agents pass on to their model.
    """

    spec_functions: ClassVar[list[SPEC_FUNCTION_TYPE]] = ["ask", "search", "fetch", "search_articles"]  # type: ignore[misc]

    def __init__(self, plugin: Library) -> None:
        """Wrap a plugin."""
        self._functions = Functions(plugin)

    def get_metadata_from_fn_name(
        self, fn_name: str, spec_functions: list[SPEC_FUNCTION_TYPE] | None = None
    ) -> ToolMetadata | None:
        """Description and schema as other doors have them."""
        return ToolMetadata(description=DESCRIPTIONS[fn_name], name=fn_name, fn_schema=ARGUMENTS[fn_name])

    def ask(
        self,
        question: str,
        language: str | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> str:
        """A checked answer with its quotes."""
        filters = {"language": language, "source": source, "date_from": date_from, "date_to": date_to}
        return self._called("ask", {"question": question, **filters})

    def search(self, query: str) -> str:
        """Articles for a query."""
        return self._called("search", {"query": query})

    def fetch(self, id: str) -> str:  # noqa: A002 - the name that assistants know
        """An article, whole."""
        return self._called("fetch", {"id": id})

    def search_articles(
        self,
        query: str | None = None,
        language: str | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> str:
        """Articles by words and filters, page by page."""
        filters = {"language": language, "source": source, "date_from": date_from, "date_to": date_to}
        return self._called("search_articles", {"query": query, **filters, "limit": limit, "cursor": cursor})

    def _called(self, name: str, arguments: Mapping[str, Any]) -> str:
        return as_json(call_tool(self._functions, name, arguments))
