"""Replies of the fake server as event streams, rightly and in the ways that streams go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PIECE_CHARACTERS = 8
DONE = b"data: [DONE]\n\n"
KEEP_ALIVE = b": keep-alive\n\n"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written, piece by piece, and how it ends: `end`, `cut`, `silence` or `trickle`."""

    pieces: Sequence[bytes]
    ending: str = "end"
    pause_seconds: float = 0.0


def plan(behaviour: str, completion: Mapping[str, Any], *, with_usage: bool) -> Plan:
    """How a completion is streamed by a server that behaves so."""
    chunks = _chunks(completion)
    usage = [{**_shell(completion), "choices": [], "usage": completion["usage"]}] if with_usage else []
    return _PLANS.get(behaviour, _right)(chunks, usage)


def _shell(completion: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": completion["id"], "object": "chat.completion.chunk", "model": completion["model"], "created": 1}


def _chunks(completion: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first says who speaks, the last why it ends."""
    choice = completion["choices"][0]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    for name in ("content", "refusal"):
        text = choice["message"][name] or ""
        deltas += [{name: text[at : at + _PIECE_CHARACTERS]} for at in range(0, len(text), _PIECE_CHARACTERS) if text]
    reasons = [None] * len(deltas) + [choice["finish_reason"]]
    return [
        {**_shell(completion), "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], "usage": None}
        for delta, reason in zip([*deltas, {}], reasons, strict=True)
    ]


def _event(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def _events(values: Sequence[object]) -> list[bytes]:
    return [_event(value) for value in values]


Chunks = list[dict[str, Any]]


def _right(chunks: Chunks, usage: Chunks) -> Plan:
    return Plan([*_events(chunks + usage), DONE])


def _half(chunks: Chunks) -> list[bytes]:
    return _events(chunks[: max(len(chunks) // 2, 2)])


def _thinking(chunks: Chunks, usage: Chunks) -> Plan:
    """What a model thinks comes beside what it says, under the two names that servers give it."""
    thoughts = [
        {**chunks[0], "choices": [{"index": 0, "delta": {name: "Let me see: {", "content": None}}]}
        for name in ("reasoning_content", "reasoning")
    ]
    return _right([*thoughts, *chunks], usage)


def _odd_framing(chunks: Chunks, usage: Chunks) -> Plan:
    """All that the format allows, cut where no character ends."""
    text = KEEP_ALIVE + b"".join(
        b"id: 7\r\nevent: message\r\ndata:" + json.dumps(value, ensure_ascii=False).encode() + b"\r\n\r\n"
        for value in chunks + usage
    )
    text = b"\xef\xbb\xbf\r\n" + text + b"data:[DONE]\r\n\r\n"
    return Plan([text[at : at + 5] for at in range(0, len(text), 5)])


_PLANS: dict[str, Callable[[Chunks, Chunks], Plan]] = {
    "stream_cut": lambda chunks, usage: Plan(_half(chunks)),
    "stream_cut_at_once": lambda chunks, usage: Plan(_events(chunks[:1])),
    "stream_broken": lambda chunks, usage: Plan(_half(chunks), "cut"),
    "stream_stalls": lambda chunks, usage: Plan(_half(chunks), "silence"),
    "stream_trickles": lambda chunks, usage: Plan(_half(chunks), "trickle"),
    "stream_trickles_at_once": lambda chunks, usage: Plan([], "trickle"),
    "stream_error": lambda chunks, usage: Plan(
        [*_half(chunks), _event({"error": {"message": "Out of memory."}}), DONE]
    ),
    "stream_error_at_once": lambda chunks, usage: Plan([_event({"error": {"message": "Slow down.", "code": 429}})]),
    "stream_bad_event": lambda chunks, usage: Plan([*_half(chunks), b'data: {"choi\n\n', DONE]),
    "stream_filtered": lambda chunks, usage: Plan(
        [*_half(chunks), _event({"choices": [{"delta": {}, "finish_reason": "content_filter"}]})]
    ),
    "stream_no_done": lambda chunks, usage: Plan(_events(chunks)),
    "stream_done_only": lambda chunks, usage: Plan([*_events(chunks[:-1]), DONE]),
    "stream_lingers": lambda chunks, usage: Plan([*_events(chunks + usage), DONE], "silence"),
    "stream_thinks": _thinking,
    "stream_odd_framing": _odd_framing,
    "slow": lambda chunks, usage: Plan([*_events(chunks + usage), DONE], pause_seconds=0.03),
}
STREAM_BEHAVIOURS = frozenset(_PLANS)
"""Of these only `slow` shows where no stream is asked for."""
