"""OpenAI's responses, whole and as a stream; nothing is kept, the conversation comes with every request."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import count
from typing import Any

from qa_plugin.http_server.faults import FaultError
from qa_plugin.http_server.reading import Asked, read
from qa_plugin.http_server.requests import ResponsesRequest
from qa_plugin.http_server.speaking import Said, Speaker
from qa_plugin.http_server.telling import MODEL, Teller
from qa_plugin.http_server.writing import flat

Event = tuple[str | None, dict[str, Any]]


async def complete(request: ResponsesRequest, speaker: Speaker, teller: Teller) -> dict[str, Any]:
    """A response."""
    said = await speaker.reply(_asked(request))
    return _Response(teller).done(said.text, said)


async def stream(request: ResponsesRequest, speaker: Speaker, teller: Teller) -> AsyncGenerator[Event, None]:
    """The same in the events of the interface; the annotations come after the text."""
    response, numbers = _Response(teller), count()
    text, said, begun = "", Said(""), False
    async with aclosing(speaker.pieces(_asked(request))) as pieces:
        async for said in pieces:
            if not begun:
                begun = True
                for event in response.beginning():
                    yield _numbered(event, numbers)
            text += said.text
            if said.text:
                yield _numbered(response.delta(said.text), numbers)
    for event in response.ending(text, said):
        yield _numbered(event, numbers)


def _asked(request: ResponsesRequest) -> Asked:
    if request.previous_response_id is not None:
        raise FaultError(
            400,
            "No response is kept here: send the whole conversation as input, without previous_response_id.",
            code="unsupported_value",
            param="previous_response_id",
        )
    return read(request.messages)


def _numbered(event: dict[str, Any], numbers: Iterator[int]) -> Event:
    return event["type"], event | {"sequence_number": next(numbers)}


class _Response:
    """One response, of one message with one text."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._item = f"msg_{uuid.uuid4().hex}"
        self._place = {"item_id": self._item, "output_index": 0, "content_index": 0}
        self._head: dict[str, Any] = {
            "id": f"resp_{uuid.uuid4().hex}",
            "object": "response",
            "created_at": int(time.time()),
            "status": "in_progress",
            "model": MODEL,
            "output": [],
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "store": False,
            "temperature": None,
            "tool_choice": "none",
            "tools": [],
            "top_p": None,
            "usage": None,
            "qa_plugin": None,
        }

    def done(self, text: str, said: Said) -> dict[str, Any]:
        """The whole."""
        answer = said.answer
        return self._head | {
            "status": "completed",
            "output": [self._message("completed", [self._text(text, said)])],
            "metadata": {"status": answer.status} if answer else {},
            "usage": _usage(said),
            "qa_plugin": self._teller.parts(answer),
        }

    def beginning(self) -> Iterator[dict[str, Any]]:
        """What comes before the text."""
        yield {"type": "response.created", "response": self._head}
        yield {"type": "response.in_progress", "response": self._head}
        item = self._message("in_progress", [])
        yield {"type": "response.output_item.added", "output_index": 0, "item": item}
        yield {"type": "response.content_part.added", **self._place, "part": _output_text("", [])}

    def delta(self, text: str) -> dict[str, Any]:
        """A piece of the text."""
        return {"type": "response.output_text.delta", **self._place, "delta": text, "logprobs": []}

    def ending(self, text: str, said: Said) -> Iterator[dict[str, Any]]:
        """What comes after the text."""
        part = self._text(text, said)
        for number, annotation in enumerate(part["annotations"]):
            yield {
                "type": "response.output_text.annotation.added",
                **self._place,
                "annotation_index": number,
                "annotation": annotation,
            }
        yield {"type": "response.output_text.done", **self._place, "text": text, "logprobs": []}
        yield {"type": "response.content_part.done", **self._place, "part": part}
        item = self._message("completed", [part])
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        yield {"type": "response.completed", "response": self.done(text, said)}

    def _message(self, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self._item, "type": "message", "role": "assistant", "status": status, "content": content}

    def _text(self, text: str, said: Said) -> dict[str, Any]:
        return _output_text(text, self._teller.annotations(text, said.answer, flat))


def _output_text(text: str, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def _usage(said: Said) -> dict[str, Any]:
    prompt = said.answer.usage.prompt_tokens if said.answer else 0
    completion = said.answer.usage.completion_tokens if said.answer else 0
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": prompt + completion,
    }
