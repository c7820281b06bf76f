"""The plugin as LlamaIndex's own parts: retriever, query engine, tools, embedding, and a place for its documents.

Importing this loads `llama_index.core`. `QAPlugin.as_retriever`, `as_query_engine` and `as_tool` make them too.
"""

from __future__ import annotations

from qa_plugin.frameworks.llama_index.documents import given_documents
from qa_plugin.frameworks.llama_index.embedding import BuiltInEmbedding
from qa_plugin.frameworks.llama_index.query_engine import QAPluginQueryEngine
from qa_plugin.frameworks.llama_index.retriever import QAPluginRetriever
from qa_plugin.frameworks.llama_index.tools import QAPluginToolSpec, engine_tool

__all__ = [
    "BuiltInEmbedding",
    "QAPluginQueryEngine",
    "QAPluginRetriever",
    "QAPluginToolSpec",
    "engine_tool",
    "given_documents",
]
