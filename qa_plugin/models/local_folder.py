"""A model that lies on this machine: where it is, what kind it is, how it wants its texts.

Looks and downloads nothing. What a folder says of itself decides (the files that sentence-transformers writes);
what it does not say comes from `data/models.toml`, by the model's name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from qa_plugin.data import load_toml
from qa_plugin.errors import SettingsError
from qa_plugin.models.prefixes import known_prefixes

VERSION = "1"
"""Changes with how texts become vectors here."""
INSTALL = "pip install 'qa-plugin[local]'"
_PACKAGES = {"onnx": ("onnxruntime", "tokenizers"), "static": ("model2vec",)}
_ONNX_FILES = ("onnx/model.onnx", "model.onnx")
"""Looked for first: the unaltered weights; then whatever else is there, such as a quantised version."""
_STATIC_FILES = ("model.safetensors", "0_StaticEmbedding/model.safetensors")
_PLAIN_MODULES = frozenset({"Transformer", "Pooling", "Normalize", "StaticEmbedding"})
_POOLING = {"pooling_mode_cls_token": "cls", "pooling_mode_lasttoken": "lasttoken", "pooling_mode_mean_tokens": "mean"}
_QUERY_PROMPTS = ("query", "search_query", "retrieval.query", "web_search_query", "s2p_query")
_PASSAGE_PROMPTS = ("passage", "document", "search_document", "retrieval.passage")
_MAX_TOKENS = 512
_BLOCK, _BLOCKS = 1 << 16, 32
"""What is read of a large file to know it by."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model in a folder, and how it is to be used."""

    name: str
    """As settings name it; of a folder its full path."""
    folder: Path
    kind: Literal["onnx", "static"]
    weights: Path
    tokenizer: Path
    query_prefix: str = ""
    passage_prefix: str = ""
    pooling: str = "mean"
    """`cls`, `mean` or `lasttoken`; which token stands for a text where the model itself does not say."""
    max_tokens: int = _MAX_TOKENS
    padding: int = 0
    """Id of the token that fills a row up."""
    other_modules: tuple[str, ...] = ()
    """What the model has behind its pooling; weights in ONNX mostly leave it out."""

    @property
    def fingerprint(self) -> str:
        """Changes when the files do, or how they are used; not when the folder is moved or copied."""
        digest = hashlib.sha256()
        used = (self.query_prefix, self.passage_prefix, self.pooling, self.max_tokens, self.padding)
        digest.update(repr(used).encode())
        data = self.weights.with_name(f"{self.weights.name}_data")
        for path in (self.weights, data, self.tokenizer, self.folder / "config.json", self.folder / "modules.json"):
            if path.is_file():
                _add_file(digest, path)
        return f"local {VERSION} {self.kind} {digest.hexdigest()[:16]}"


def find_model(name: str) -> LocalModel:
    """Find a model by its folder, or by its name among what was downloaded before.

    Raises:
        SettingsError: It is not on this machine, is of no kind that can be used, or a package is not installed.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        return _read(str(folder), folder)
    if folder.is_absolute() or name.startswith((".", "~")) or "\\" in name or name.count("/") > 1:
        raise SettingsError(f"There is no folder {folder} with a model; give the folder as local:PATH.")
    return _read(name, _downloaded(name))


def _downloaded(name: str) -> Path:
    """The folder of a model in the cache that Hugging Face's tools share."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise SettingsError(f"To use {name}, install what local models need: {INSTALL}") from error
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:
        raise SettingsError(_how_to_get(name)) from error


def _how_to_get(name: str) -> str:
    known = load_toml("models.toml")["local"].get(name)
    wanted = f"about {known['gigabytes']:.2f} GB, licence {known['licence']}" if known else "look there for its size"
    include = "".join(f' --include "{pattern}"' for pattern in known["files"]) if known else ""
    return (
        f"The model {name} is not on this machine, and nothing is downloaded unasked. To get it from "
        f"https://huggingface.co/{name} ({wanted}), run: hf download {name}{include} — "
        "or name a folder that holds a model, as local:PATH."
    )


def _read(name: str, folder: Path) -> LocalModel:
    config = _json(folder / "config.json")
    modules = [str(row.get("type", "")).rpartition(".")[2] for row in _rows(folder / "modules.json")]
    static = config.get("model_type") == "model2vec" or "StaticEmbedding" in modules
    kind: Literal["onnx", "static"] = "static" if static else "onnx"
    weights = _first(folder, _STATIC_FILES if static else _ONNX_FILES)
    if weights is None and not static:
        weights = next(iter(sorted([*folder.glob("onnx/*.onnx"), *folder.glob("*.onnx")])), None)
    tokenizer = _first(weights.parent if weights else folder, ("tokenizer.json", "../tokenizer.json"))
    if weights is None or tokenizer is None:
        raise SettingsError(
            f"{folder} holds no model that can be used: neither onnx/model.onnx nor a static model of model2vec, "
            "with a tokenizer.json. Name a folder that does, or serve the model and set OPENAI_BASE_URL."
        )
    missing = [package for package in _PACKAGES[kind] if find_spec(package) is None]
    if missing:
        raise SettingsError(f"To use {name}, install {' and '.join(missing)}: {INSTALL}")
    query, passage = _prefixes(folder, " ".join((name, str(config.get("_name_or_path", "")))))
    return LocalModel(
        name,
        folder,
        kind,
        weights,
        tokenizer,
        query,
        passage,
        _pooling(_json(folder / "1_Pooling" / "config.json")),
        _max_tokens(folder, config),
        int(config.get("pad_token_id") or 0),
        tuple(module for module in modules if module not in _PLAIN_MODULES),
    )


def _prefixes(folder: Path, names: str) -> tuple[str, str]:
    """What goes before a question and before a passage: as the folder says, else as the model's family is known for."""
    prompts = _json(folder / "config_sentence_transformers.json").get("prompts")
    if isinstance(prompts, dict):
        query, passage = (_given(prompts, keys) for keys in (_QUERY_PROMPTS, _PASSAGE_PROMPTS))
        if query or passage:
            return query, passage
    return known_prefixes(names)


def _given(prompts: dict[str, Any], keys: Iterable[str]) -> str:
    return next((prompts[key] for key in keys if isinstance(prompts.get(key), str)), "")


def _pooling(config: dict[str, Any]) -> str:
    named = config.get("pooling_mode")
    if isinstance(named, str):
        return named
    return next((mode for key, mode in _POOLING.items() if config.get(key)), "mean")


def _max_tokens(folder: Path, config: dict[str, Any]) -> int:
    # Models of RoBERTa's family count their positions from two.
    positions = config.get("max_position_embeddings")
    reserved = 2 if "roberta" in str(config.get("model_type", "")) else 0
    limits = [
        _json(folder / "sentence_bert_config.json").get("max_seq_length"),
        _json(folder / "tokenizer_config.json").get("model_max_length"),
        positions - reserved if isinstance(positions, int) else None,
    ]
    return int(min([_MAX_TOKENS, *(limit for limit in limits if isinstance(limit, int | float) and limit > 0)]))


def _first(folder: Path, names: Iterable[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _json(path: Path) -> dict[str, Any]:
    value = _parsed(path)
    return value if isinstance(value, dict) else {}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    value = _parsed(path)
    yield from (row for row in (value if isinstance(value, list) else []) if isinstance(row, dict))


def _parsed(path: Path) -> object:
    if not path.is_file():
        return None
    try:
        value: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"The model's file {path} cannot be read ({error}); get the model again.") from error
    return value


def _add_file(digest: hashlib._Hash, path: Path) -> None:
    """A small file as a whole; of a large one its size and parts from all over it, since it is looked at each time."""
    size = path.stat().st_size
    digest.update(f"{path.name} {size}".encode())
    with path.open("rb") as file:
        if size <= _BLOCK * _BLOCKS:
            digest.update(file.read())
            return
        for part in range(_BLOCKS):
            file.seek((size - _BLOCK) * part // (_BLOCKS - 1))
            digest.update(file.read(_BLOCK))
