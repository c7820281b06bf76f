"""How many tokens a server gives a model: often fewer than the model could take, and some servers say so.

Each kind of server has a place of its own for it. None of them is asked to answer anything: what they list is read,
once a day for a model at a server, and what the server says when a prompt was too long counts at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

from qa_plugin.errors import ModelUnavailable
from qa_plugin.models.addresses import without_secrets
from qa_plugin.models.calls import CallFailed
from qa_plugin.ports import Memory

Read = Callable[[str], Mapping[str, object]]
"""What an address of the server gives."""

_REMEMBERED_SECONDS = 24 * 3600.0
_LEAST, _MOST = 256, 100_000_000
_UNLOADED = 4_096
"""What Ollama gives a model unless it is told otherwise (docs/context-length.mdx of Ollama, 2026); what is longer it
cuts off without a word. It says what a model has only while that is loaded."""
_OF_A_LISTED_MODEL = ("max_model_len", "loaded_context_length", "context_window", "context_length")
"""vLLM and SGLang, LM Studio, Groq, OpenRouter."""

_known: dict[str, tuple[int, float]] = {}
"""What was found out in this process and when, by place; 0 where the server did not say."""


class Windows:
    """What is known of the window of one model at one server, in this process and beyond it."""

    def __init__(self, base_url: str, model: str, *, memory: Memory | None) -> None:
        """Ask nothing yet.

        Args:
            base_url: Where the model is, up to and with `/v1`.
            model: Its name.
            memory: Keeps what was found out for the next process, if it does.
        """
        place = json.dumps(["window", without_secrets(base_url), model])
        self._key = f"window {sha256(place.encode('utf-8', 'replace')).hexdigest()}"
        self._base_url = base_url
        self._model = model
        self._memory = memory

    def known(self) -> int | None:
        """What was found out within a day, 0 where the server does not say; None where nobody has asked."""
        kept = _known.get(self._key) or self._remembered()
        if kept is None or not 0 <= time.time() - kept[1] < _REMEMBERED_SECONDS:
            return None
        _known[self._key] = kept
        return kept[0]

    def keep(self, window: int) -> None:
        """Note what a server has said."""
        if window == 0 or _believable(window):
            _known[self._key] = kept = (window, time.time())
            if self._memory is not None:
                self._memory.put(self._key, json.dumps(kept))

    def asked(self, read: Read) -> int | None:
        """The window, asked for where that was not done; None where the server does not say.

        Args:
            read: Gets an address of the server, or raises `CallFailed`; one that cannot be reached now is asked again.
        """
        known = self.known()
        if known is None:
            try:
                found, lasting = self._found(read)
            except ModelUnavailable:
                return None
            if not lasting:
                return found
            known = found or 0
            self.keep(known)
        return known or None

    def _found(self, read: Read) -> tuple[int | None, bool]:
        """What the server says, and whether it will be so tomorrow."""
        entry = _entry(_got(read, f"{self._base_url}/models").get("data"), self._model)
        if entry is None:
            return None, True
        found = _said(entry)
        if found is not None:
            return found, True
        root = self._base_url.removesuffix("/v1")
        if entry.get("owned_by") == "llamacpp":
            settings = _got(read, f"{root}/props").get("default_generation_settings")
            return _believable(settings.get("n_ctx")) if isinstance(settings, Mapping) else None, True
        running = _got(read, f"{root}/api/ps").get("models")
        if isinstance(running, list):  # Ollama
            loaded = _entry(running, self._model, alone=False)
            found = _said(loaded) if loaded is not None else None
            return found or _UNLOADED, found is not None
        entry = _entry(_got(read, f"{root}/api/v0/models").get("data"), self._model)
        return (_said(entry) if entry is not None else None), True

    def _remembered(self) -> tuple[int, float] | None:
        try:
            value = json.loads((self._memory and self._memory.get(self._key)) or "null")
            window, since = value
        except (ValueError, TypeError, RecursionError):
            return None
        right = window == 0 or _believable(window)
        return (window, float(since)) if right and isinstance(since, int | float) else None


def _got(read: Read, url: str) -> Mapping[str, object]:
    """What an address gives; nothing where there is no such address, or something else."""
    try:
        return read(url)
    except CallFailed as failed:
        if isinstance(failed.error, ModelUnavailable):
            raise failed.error from failed
        return {}


def _entry(listed: object, model: str, *, alone: bool = True) -> Mapping[str, object] | None:
    """What is listed of a model; of a server with a single one that, since such take any name for it."""
    entries = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    for entry in entries:
        names = (entry.get(name) for name in ("id", "model", "name"))
        if model.removesuffix(":latest") in {name.removesuffix(":latest") for name in names if isinstance(name, str)}:
            return entry
    return entries[0] if alone and len(entries) == 1 else None


def _said(entry: Mapping[str, object]) -> int | None:
    meta = entry.get("meta")
    own = meta.get("n_ctx") if isinstance(meta, Mapping) else None  # llama.cpp
    said: Iterator[object] = iter((own, *(entry.get(name) for name in _OF_A_LISTED_MODEL)))
    return next((window for value in said if (window := _believable(value)) is not None), None)


def _believable(value: object) -> int | None:
    """A number of tokens that can be one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and _LEAST <= value <= _MOST else None
