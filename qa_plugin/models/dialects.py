"""What one model at one server takes of OpenAI's interface: found out by what it rejects, and remembered."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import Any

from qa_plugin.errors import ModelRefused
from qa_plugin.models.addresses import without_secrets
from qa_plugin.models.calls import CallFailed
from qa_plugin.ports import Memory, Message

_REMEMBERED_SECONDS = 7 * 24 * 3600.0
"""After this long everything is tried again: a server may have been upgraded."""
_REJECTED = frozenset({400, 422})
_OWN_TROUBLE = 500
_NOT_MADE_FOR_THAT = frozenset({405, 501})


@dataclass(frozen=True, slots=True)
class Dialect:
    """What can be said to a model; the first one is all that the interface knows."""

    form: str = "json_schema"
    length: str = "max_tokens"
    temperature: bool = True
    system: bool = True
    stream: bool = True
    stream_usage: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a dialect a request made use of."""

    schema: bool
    system: bool
    stream: bool


_NEXT_FORM = {"json_schema": "json_object", "json_object": "plain"}
_FORMS = (*_NEXT_FORM, "plain")
_OTHER_LENGTH = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_FORM = re.compile(r"response_?format|json_?schema|json_?object|json mode|structured|schema|grammar", re.IGNORECASE)
_STREAM_USAGE = re.compile(r"stream_?options|include_?usage", re.IGNORECASE)
_STREAM = re.compile(r"\bstream(?:ing|ed)?\b", re.IGNORECASE)
_SYSTEM = re.compile(
    r"\bsystem\b.{0,40}\b(?:role|messages?|prompts?)\b|\broles?\b.{0,60}\bsystem\b|roles must alternate"
    r"|only user and assistant roles",
    re.IGNORECASE,
)


def changed(dialect: Dialect, failed: CallFailed, asked: Asked) -> Dialect | None:
    """The dialect without what was rejected; None where the failure was about something else."""
    said = failed.detail
    rejected = rejects(failed)
    # What a chat template rejects comes as an error of the server's own from some.
    if asked.system and dialect.system and (rejected or failed.status == _OWN_TROUBLE) and _SYSTEM.search(said):
        return replace(dialect, system=False)
    if asked.stream and dialect.stream and failed.status in _NOT_MADE_FOR_THAT:
        return replace(dialect, stream=False)
    if not rejected:
        return None
    if asked.stream and dialect.stream_usage and _STREAM_USAGE.search(said):
        return replace(dialect, stream_usage=False)
    if _OTHER_LENGTH[dialect.length] in said:
        return replace(dialect, length=_OTHER_LENGTH[dialect.length])
    if dialect.temperature and "temperature" in said:
        return replace(dialect, temperature=False)
    if asked.schema and dialect.form in _NEXT_FORM and _FORM.search(said):
        return replace(dialect, form=_NEXT_FORM[dialect.form])
    if asked.stream and dialect.stream and _STREAM.search(said):
        return replace(dialect, stream=False)
    return None


def rejects(failed: CallFailed) -> bool:
    """Whether a server took offence at something in the request, and not at key, window or model."""
    return failed.status in _REJECTED and type(failed.error) is ModelRefused


def after_reply(dialect: Dialect, text: str, *, with_schema: bool) -> Dialect:
    """What a reply tells: prose where JSON was asked for shows that the form is taken and not kept to."""
    if with_schema and "{" not in text and dialect.form in _NEXT_FORM:
        return replace(dialect, form=_NEXT_FORM[dialect.form])
    return dialect


def spoken(messages: Sequence[Message], dialect: Dialect) -> list[Message]:
    """The messages as the model takes them: without a system role its text goes before the first user message."""
    if dialect.system:
        return list(messages)
    before = "\n\n".join(message.content for message in messages if message.role == "system")
    others = [message for message in messages if message.role != "system"]
    at = next((at for at, message in enumerate(others) if message.role == "user"), None)
    if not before:
        return others
    if at is None:
        return [Message("user", before), *others]
    others[at] = Message("user", f"{before}\n\n{others[at].content}")
    return others


# ---------------------------------------------------------------- remembering

_known: dict[str, tuple[Dialect, float]] = {}
"""What was found out in this process and when, by place."""


class Dialects:
    """What is known of one model at one server, in this process and beyond it."""

    def __init__(self, base_url: str, model: str, *, first: Dialect, memory: Memory | None) -> None:
        """Look nothing up yet.

        Args:
            base_url: Where the model is.
            model: Its name.
            first: What is tried where nothing is known.
            memory: Keeps what was found out for the next process, if it does.
        """
        place = json.dumps(["dialect", without_secrets(base_url), model])
        # Hashed, since the path of an address may be somebody's secret too.
        self._key = f"dialect {sha256(place.encode('utf-8', 'replace')).hexdigest()}"
        self._memory = memory
        self._written: Dialect | None = None
        self.first = first

    def known(self) -> Dialect | None:
        """What was found out, unless that is long ago."""
        kept = self._kept()
        return kept and kept[0]

    def _kept(self) -> tuple[Dialect, float] | None:
        """The same, with when it was found out."""
        kept = _known.get(self._key)
        if kept is None:
            kept = self._remembered()
            self._written = kept and kept[0]
        if kept is None or not 0 <= time.time() - kept[1] < _REMEMBERED_SECONDS:
            return None
        _known[self._key] = kept
        return kept

    def keep(self, dialect: Dialect) -> None:
        """Note what worked; when it was found out stays, so that all is tried again some day."""
        kept = self._kept()  # looked at once: another thread may forget it meanwhile
        since = kept[1] if kept is not None and kept[0] == dialect else time.time()
        _known[self._key] = (dialect, since)
        if self._memory is not None and self._written != dialect:
            self._memory.put(self._key, json.dumps({**asdict(dialect), "since": since}))
            self._written = dialect

    def forget(self) -> None:
        """Take back what has proved wrong."""
        _known.pop(self._key, None)
        if self._memory is not None:
            self._memory.put(self._key, "")
            self._written = None

    def _remembered(self) -> tuple[Dialect, float] | None:
        try:
            value = json.loads((self._memory and self._memory.get(self._key)) or "null")
        except (ValueError, RecursionError):
            return None
        return _read(value) if isinstance(value, dict) else None


def _read(value: Mapping[str, Any]) -> tuple[Dialect, float] | None:
    """A dialect as it was kept; None where it is not one, such as that of another version."""
    names = [field.name for field in fields(Dialect)]
    kept, since = {name: value.get(name) for name in names}, value.get("since")
    switches = all(isinstance(kept[name], bool) for name in names if name not in {"form", "length"})
    if not switches or kept["form"] not in _FORMS or kept["length"] not in tuple(_OTHER_LENGTH):
        return None
    if not isinstance(since, int | float):
        return None
    return Dialect(**kept), float(since)  # type: ignore[arg-type]  # checked above
