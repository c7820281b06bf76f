"""The built-in embedder as one of LlamaIndex's embeddings: five languages, no download, no key."""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.language.detection import detect


class BuiltInEmbedding(BaseEmbedding):
    """The built-in embedder, for any index or pipeline of LlamaIndex; it can be pickled and made JSON as others."""

    model_name: str = "built-in"
    embed_batch_size: int = 256

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex serialises it by."""
        return "BuiltInEmbedding"

    @property
    def embedder(self) -> BuiltInEmbedder:
        """What it wraps; a plugin that is given this as `embed_model` uses it directly."""
        return BuiltInEmbedder(detect)

    def _get_query_embedding(self, query: str) -> list[float]:
        return _floats(self.embedder.embed_query(query))

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [_floats(row) for row in self.embedder.embed_documents(texts)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


def _floats(row: Any) -> list[float]:  # noqa: ANN401 - a row of an array
    return [float(value) for value in row]
