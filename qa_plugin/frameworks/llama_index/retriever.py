"""The plugin's search as a LlamaIndex retriever."""

from __future__ import annotations

import asyncio

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from qa_plugin.frameworks.llama_index.nodes import passage_node
from qa_plugin.functions.functions import Library
from qa_plugin.records import Scope

SIMILARITY_TOP_K = 10


class QAPluginRetriever(BaseRetriever):
    """Passages for a query, best first; none where not a word of it is in the sources.

    Ids and places of the nodes are the same each time. `start_char_idx` and `end_char_idx` count in what
    `qa.source_text(node.metadata["source"])` gives; the text of a node is shown without control characters.
    """

    def __init__(
        self,
        plugin: Library,
        *,
        similarity_top_k: int = SIMILARITY_TOP_K,
        scope: Scope | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        """Wrap a plugin.

        Args:
            plugin: What is searched.
            similarity_top_k: How many passages a query gets at most.
            scope: Which part of the index is searched.
            callback_manager: LlamaIndex's.
        """
        super().__init__(callback_manager=callback_manager)
        self._plugin = plugin
        self._limit = similarity_top_k
        self._scope = scope

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._plugin.search(query_bundle.query_str, limit=self._limit, scope=self._scope)
        return [passage_node(one) for one in found]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
