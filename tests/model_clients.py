"""Clients of the fake server with pauses short enough for tests."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from qa_plugin.answering.messages import reply_schema
from qa_plugin.models.openai_models import OpenAIChat, OpenAIEmbedder
from qa_plugin.ports import ChatModel, Completion, Message
from tests.fake_openai import FakeOpenAI

ASK = (Message("system", "Answer in JSON."), Message("user", "Question: How many boats?"))
GRACE_SECONDS = 0.5
"""By how much a call may outlast its deadline."""
_QUICK: dict[str, Any] = {"timeout_seconds": 5.0, "deadline_seconds": 10.0, "first_pause_seconds": 0.01}


def chat_at(fake: FakeOpenAI, **options: Any) -> OpenAIChat:
    """A chat model at the fake server."""
    given = {"base_url": fake.base_url, "api_key": fake.api_key} | _QUICK | options
    return OpenAIChat("fake-chat", **given)


def embedder_at(fake: FakeOpenAI, **options: Any) -> OpenAIEmbedder:
    """An embedder at the fake server."""
    given = {"base_url": fake.base_url, "api_key": fake.api_key} | _QUICK | options
    return OpenAIEmbedder("fake-embed", **given)


def complete(chat: ChatModel, *, deadline: float | None = None) -> str:
    """Ask the usual question, in the usual form."""
    return chat.complete(ASK, schema=reply_schema(), max_tokens=300, deadline=deadline).text


def stream(chat: ChatModel, *, deadline: float | None = None) -> tuple[list[str], Completion]:
    """Ask the usual question for a reply in pieces: those, and the whole."""
    made = chat.stream(ASK, schema=reply_schema(), max_tokens=300, deadline=deadline)
    pieces: list[str] = []
    while True:
        try:
            pieces.append(next(made))
        except StopIteration as ended:
            return pieces, ended.value


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no objects, which would be made while counting


def until(true: Callable[[], bool], *, seconds: float = 2.0) -> bool:
    """Wait for something that another thread does; says whether it came about."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


def questions_under_way() -> list[str]:
    """The threads of this process in which a question is answered or a model is asked."""
    return [thread.name for thread in threading.enumerate() if thread.name in {"model-call", "qa-plugin-question"}]
