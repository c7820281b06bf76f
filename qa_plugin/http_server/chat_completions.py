"""OpenAI's chat completions, whole and as a stream."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from qa_plugin.http_server.reading import read
from qa_plugin.http_server.requests import ChatRequest
from qa_plugin.http_server.speaking import Said, Speaker
from qa_plugin.http_server.telling import MODEL, Teller
from qa_plugin.http_server.writing import nested

Event = tuple[str | None, dict[str, Any]]


async def complete(request: ChatRequest, speaker: Speaker, teller: Teller) -> dict[str, Any]:
    """A chat completion."""
    said = await speaker.reply(read(request.messages))
    message = {
        "role": "assistant",
        "content": said.text,
        "refusal": None,
        "annotations": teller.annotations(said.text, said.answer, nested),
    }
    return {
        **_head("chat.completion"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": _usage(said),
        "qa_plugin": teller.parts(said.answer),
    }


async def stream(request: ChatRequest, speaker: Speaker, teller: Teller) -> AsyncGenerator[Event, None]:
    """The same in pieces; the annotations come with the last of the text."""
    counted = bool(request.stream_options and request.stream_options.include_usage)
    head = _head("chat.completion.chunk") | ({"usage": None} if counted else {})
    text, said, begun = "", Said(""), False
    async with aclosing(speaker.pieces(read(request.messages))) as pieces:
        async for said in pieces:
            if not begun:
                begun = True
                yield None, head | _delta({"role": "assistant", "content": ""})
            text += said.text
            annotations = teller.annotations(text, said.answer, nested)
            if said.text or annotations:
                delta: dict[str, Any] = {"content": said.text}
                yield None, head | _delta(delta | ({"annotations": annotations} if annotations else {}))
    yield None, head | _delta({}, finish_reason="stop") | {"qa_plugin": teller.parts(said.answer)}
    if counted:
        yield None, head | {"choices": [], "usage": _usage(said)}


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _delta(delta: dict[str, Any], *, finish_reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]}


def _usage(said: Said) -> dict[str, int]:
    prompt = said.answer.usage.prompt_tokens if said.answer else 0
    completion = said.answer.usage.completion_tokens if said.answer else 0
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
