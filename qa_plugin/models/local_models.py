"""Embedding models on this machine, as equals of those behind a server: no connection, no download."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from qa_plugin.errors import ModelRefused, ModelUnreadable
from qa_plugin.models.local_folder import LocalModel, find_model
from qa_plugin.models.vectors import unit_rows
from qa_plugin.ports import THIS_MACHINE
from qa_plugin.settings import LOCAL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Encoder(Protocol):
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class LocalEmbedder:
    """A model in a folder of this machine; its weights are loaded when the first text is embedded."""

    costs = False
    destination = THIS_MACHINE

    def __init__(self, name: str) -> None:
        """Find the model.

        Args:
            name: `local:` and a folder, or the name of a model that was downloaded before.

        Raises:
            SettingsError: It is not there, cannot be used, or the extra `local` is not installed.
        """
        self._model = find_model(name.removeprefix(LOCAL))
        self._encoder: _Encoder | None = None
        self._dimension: int | None = None
        self._fingerprint: str | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"LocalEmbedder(name={self.name!r}, kind={self._model.kind!r})"

    @property
    def name(self) -> str:
        """`local:` and the model's name, or the full path of its folder."""
        return f"{LOCAL}{self._model.name}"

    @property
    def dimension(self) -> int:
        """Length of the vectors; embeds one word to find out."""
        return self._dimension or len(self.embed_query("dimension"))

    @property
    def fingerprint(self) -> str:
        """What the vectors depend on: the model's files, and the words put before a text."""
        if self._fingerprint is None:
            self._fingerprint = self._model.fingerprint
        return self._fingerprint

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text, in their order."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return self._embed([self._model.passage_prefix + text for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question."""
        vector: NDArray[np.float32] = self._embed([self._model.query_prefix + text])[0]
        return vector

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        encoder = self._loaded()
        try:
            rows = encoder.encode([_encodable(text) for text in texts])
        except Exception as error:
            raise self._refused("cannot be run", error) from error
        if len(rows) != len(texts):
            raise ModelUnreadable(f"The model in {self._model.folder} gave {len(rows)} vectors for {len(texts)} texts.")
        try:
            vectors = unit_rows(rows, dimension=self._dimension)
        except ValueError as error:
            raise ModelUnreadable(f"The model in {self._model.folder} is of no use: {error}.") from error
        # A text without any token that the model knows has no direction; the first axis is as good as any.
        vectors[~vectors.any(axis=1), 0] = 1.0
        self._dimension = vectors.shape[1]
        return vectors

    def _loaded(self) -> _Encoder:
        with self._lock:
            if self._encoder is None:
                try:
                    self._encoder = _load(self._model)
                except Exception as error:
                    raise self._refused("cannot be loaded", error) from error
            return self._encoder

    def _refused(self, what: str, error: Exception) -> ModelRefused:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        return ModelRefused(
            f"The model in {self._model.folder} {what} ({reason}). Get it again, or name another by QA_PLUGIN_EMBEDDER."
        )


def _load(model: LocalModel) -> _Encoder:
    if model.kind == "static":
        from qa_plugin.models.static_encoder import StaticEncoder

        return StaticEncoder(model)
    from qa_plugin.models.onnx_encoder import OnnxEncoder

    return OnnxEncoder(model)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode() or " "  # lone surrogates have no UTF-8
