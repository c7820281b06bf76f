"""Token counts by tiktoken, offline.

tiktoken wants to download its tables on first use. LlamaIndex ships the one that is needed; it is found without
importing LlamaIndex. Where it is missing, the count is a stated upper bound: one token a UTF-8 byte over three,
never fewer than one a word.
"""

from __future__ import annotations

import importlib.metadata
import os
from functools import cache, lru_cache
from typing import Protocol

ENCODING = "o200k_base"


class _Encoding(Protocol):
    def encode_ordinary(self, text: str) -> list[int]: ...


def _shipped_tables() -> str | None:
    try:
        distribution = importlib.metadata.distribution("llama-index-core")
    except importlib.metadata.PackageNotFoundError:
        return None
    folder = str(distribution.locate_file("llama_index/core/_static/tiktoken_cache"))
    return folder if os.path.isdir(folder) else None  # noqa: PTH112 - locate_file gives no pathlib path


@cache
def _encoding(name: str) -> _Encoding | None:
    import tiktoken

    tables = _shipped_tables()
    if tables is not None:
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", tables)
    try:
        return tiktoken.get_encoding(name)
    except Exception:  # noqa: BLE001 - requests, OSError, ValueError: whatever it was, there is no table
        return None


_LONGEST_RUN = 4096
"""tiktoken fails on very long runs of blanks; longer pieces are counted in parts."""


@lru_cache(maxsize=4_000)  # sentences, headings and prompts that come again; some MB
def count_tokens(text: str, encoding: str = ENCODING) -> int:
    """The number of tokens of a text; special tokens in it count as plain text."""
    table = _encoding(encoding)
    if table is None:
        return max(len(text.split()), -(-len(text.encode("utf-8", "replace")) // 3))
    if len(text) <= _LONGEST_RUN:
        return len(table.encode_ordinary(text))
    return sum(len(table.encode_ordinary(text[at : at + _LONGEST_RUN])) for at in range(0, len(text), _LONGEST_RUN))
