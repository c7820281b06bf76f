"""Embedding models of a few words, made on the spot: in ONNX (its bytes written here) and static ones.

Words of the same meaning have the same vector, in whatever language, as in a large multilingual model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MEANINGS = (
    ("boats", "barcos", "bateaux", "قوارب", "قایق"),
    ("flood", "enchente", "inondation", "فيضان", "سیل"),
    ("school", "escola", "école", "مدرسة", "مدرسه"),
    ("query",),
    ("passage",),
)
DIMENSION = len(MEANINGS) + 1
"""The last axis is that of words that the model does not know."""
VOCABULARY = {"[PAD]": 0, "[UNK]": 1} | {
    word: 2 + at for at, word in enumerate(word for words in MEANINGS for word in words)
}


def table() -> NDArray[np.float32]:
    """The vector of each word of the vocabulary; that of the padding would be seen in any mean it got into."""
    rows: NDArray[np.float32] = np.zeros((len(VOCABULARY), DIMENSION), np.float32)
    rows[0] = 100.0
    rows[1, -1] = 0.01
    for axis, words in enumerate(MEANINGS):
        for word in words:
            rows[VOCABULARY[word], axis] = 2.0
    return rows


def tokenizer() -> Any:
    """One token a word."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    made = Tokenizer(WordLevel(dict(VOCABULARY), unk_token="[UNK]"))  # noqa: S106 - a token of words
    made.pre_tokenizer = Whitespace()
    return made


def write_onnx(
    folder: Path, *, pooling: str = "mean", rows: NDArray[np.float32] | None = None, third_input: str = "token_type_ids"
) -> Path:
    """A model folder as sentence-transformers and its ONNX export write it."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    content = _model_bytes(table() if rows is None else rows, ("input_ids", "attention_mask", third_input))
    (folder / "onnx" / "model.onnx").write_bytes(content)
    tokenizer().save(str(folder / "tokenizer.json"))
    files: dict[str, object] = {
        "config.json": {"model_type": "bert", "pad_token_id": 0, "max_position_embeddings": 64},
        "modules.json": [{"type": f"sentence_transformers.models.{kind}"} for kind in ("Transformer", "Pooling")],
        "1_Pooling/config.json": {"pooling_mode_cls_token": False, f"pooling_mode_{pooling}_tokens": True},
    }
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value), encoding="utf-8")
    return folder


def write_static(folder: Path) -> Path:
    """A folder of model2vec; needs that package."""
    from model2vec import StaticModel

    StaticModel(table(), tokenizer(), config={}).save_pretrained(str(folder))
    return folder


# ---------------------------------------------------------------- protocol buffers, as far as ONNX needs them


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _value(name: str, kind: int, dimensions: tuple[str, ...]) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, dimension)) for dimension in dimensions)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _model_bytes(rows: NDArray[np.float32], inputs: tuple[str, ...]) -> bytes:
    """A graph that looks each token up in a table."""
    floats, integers = 1, 7
    node = _bytes(1, "table") + _bytes(1, "input_ids") + _bytes(2, "last_hidden_state") + _bytes(4, "Gather")
    tensor = _number(1, rows.shape[0]) + _number(1, rows.shape[1]) + _number(2, floats) + _bytes(8, "table")
    graph = _bytes(1, node) + _bytes(2, "tiny") + _bytes(5, tensor + _bytes(9, rows.astype("<f4").tobytes()))
    graph += b"".join(_bytes(11, _value(name, integers, ("batch", "tokens"))) for name in inputs)
    graph += _bytes(12, _value("last_hidden_state", floats, ("batch", "tokens", "width")))
    return _number(1, 8) + _bytes(8, _bytes(1, "") + _number(2, 17)) + _bytes(7, graph)
