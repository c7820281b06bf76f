"""Transformer models in ONNX, run on this machine's processor: the only importer of onnxruntime and tokenizers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qa_plugin.models.local_folder import LocalModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 32
_ERRORS_ONLY = 3
_POOLED = "sentence_embedding"
"""The output of models that were stored with their pooling."""


class OnnxEncoder:
    """A loaded model; raises whatever its libraries raise."""

    def __init__(self, model: LocalModel) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        self._model = model
        self._session = InferenceSession(str(model.weights), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_tokens)
        outputs = [output.name for output in self._session.get_outputs()]
        self._output = _POOLED if _POOLED in outputs else outputs[0]
        if model.other_modules and self._output != _POOLED:
            others = ", ".join(model.other_modules)
            raise ValueError(f"it ends in {others}, which {model.weights.name} does not hold")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, in their order; texts of like length are taken together, for they cost least so."""
        import numpy as np

        rows = [encoding.ids or [self._model.padding] for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        found: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            found.update(zip(places, self._batch([rows[at] for at in places]), strict=True))
        return np.stack([found[at] for at in range(len(rows))]).astype(np.float32)

    def _batch(self, rows: list[list[int]]) -> NDArray[np.float32]:
        import numpy as np

        longest = max(map(len, rows))
        mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        values = {
            "input_ids": np.array([row + [self._model.padding] * (longest - len(row)) for row in rows]),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
            "position_ids": np.broadcast_to(np.arange(longest), mask.shape),
        }
        inputs: dict[str, Any] = {}
        for wanted in self._session.get_inputs():
            if wanted.name not in values:
                raise ValueError(f"it wants an input {wanted.name!r}, which no embedding model has")
            inputs[wanted.name] = values[wanted.name].astype(np.int32 if "int32" in wanted.type else np.int64)
        (states,) = self._session.run([self._output], inputs)
        return self._pooled(states, mask)

    def _pooled(self, states: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        import numpy as np

        if states.ndim == 2:
            return states
        if self._model.pooling == "cls":
            pooled: NDArray[np.float32] = states[:, 0]
        elif self._model.pooling == "lasttoken":
            pooled = states[np.arange(len(states)), mask.sum(axis=1) - 1]
        elif self._model.pooling == "mean":
            pooled = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        else:
            raise ValueError(f"its pooling {self._model.pooling!r} is none of cls, lasttoken and mean")
        return pooled
