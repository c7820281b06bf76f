"""What the fake server replies: the scripted model's words in OpenAI's form, and what servers say instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests import fake_tools
from tests.fake_model import MODELS, WRAPPINGS, verdict_on, wants_plan, wants_verdict

if TYPE_CHECKING:
    from tests.fake_openai import FakeOpenAI

API_KEY = "test-key-7f3a9c"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply: a JSON value, or raw bytes."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A reply of the model, which goes out whole or as a stream."""

    completion: dict[str, Any]


def _completion(
    body: Mapping[str, Any], content: object, *, finish_reason: object = "stop", refusal: str | None = None
) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": body.get("model"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 34, "total_tokens": 154},
    }


def error_reply(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Reply:
    kind = "invalid_request_error" if status < 429 else "server_error"
    return Reply({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


def too_long(asked: int, window: int) -> Reply:
    """As llama.cpp rejects a prompt that does not fit."""
    message = f"request ({asked} tokens) exceeds the available context size ({window} tokens), try increasing it"
    error = {"message": message, "type": "exceed_context_size_error", "code": 400}
    return Reply({"error": {**error, "n_prompt_tokens": asked, "n_ctx": window}}, 400)


_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_SHORT = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
_HTML = b"<!DOCTYPE html><html><body><h1>Welcome to the hotel network</h1></body></html>"
FIXED: dict[str, Reply] = {
    "quota": error_reply(429, _QUOTA, code="insufficient_quota"),
    "busy_for_long": Reply({"error": {"message": "Rate limit reached."}}, 429, {"Retry-After": "300"}),
    "error_500": error_reply(500, "The server had an error."),
    "out_of_memory": Reply(b"CUDA out of memory.\n Tried to allocate 2 GiB", 500, {"Content-Type": "text/plain"}),
    "not_pulled": Reply({"error": 'model "x" not found, try pulling it first'}, 404),
    "plain_words": Reply(b"Ollama is running", 200, {"Content-Type": "text/plain"}),
    "html_502": Reply(_HTML, 502, {"Content-Type": "text/html"}),
    "bad_key": error_reply(401, f"Incorrect API key provided: {API_KEY}.", code="invalid_api_key"),
    "forbidden": error_reply(403, "Project does not have access."),
    "unknown_model": error_reply(404, "The model `x` does not exist.", code="model_not_found"),
    "unknown_path": Reply(b"404 page not found", 404, {"Content-Type": "text/plain"}),
    "window": error_reply(400, _SHORT, code="context_length_exceeded", param="messages"),
    "bad_request": error_reply(400, f"Nonsense in the request of Bearer {API_KEY}\x1b[31m."),
    "filter_400": error_reply(400, "The response was filtered.", code="content_filter"),
    "html": Reply(_HTML, 200, {"Content-Type": "text/html"}),
    "bad_json": Reply(b'{"choices": [', 200, {"Content-Type": "application/json"}),
    "deep_json": Reply(b"[" * 100_000, 200, {"Content-Type": "application/json"}),
    "json_list": Reply([1, 2, 3]),
    "error_in_200": Reply({"error": {"message": "Upstream is down."}}),
    "error_429_in_200": Reply({"error": {"message": "Slow down.", "code": 429}}),
    "error_text_in_200": Reply({"error": "model runner has stopped"}),
    "no_choices": Reply({"choices": []}),
    "choices_text": Reply({"choices": "none"}),
    "choice_null": Reply({"choices": [None]}),
    "message_list": Reply({"choices": [{"message": ["hello"]}]}),
    "content_number": Reply({"choices": [{"message": {"content": 42}}]}),
    "null_content": Reply({"choices": [{"message": {"role": "assistant", "content": None}}]}),
    "odd_usage": Reply({"choices": [{"message": {"content": "fine"}}], "usage": {"prompt_tokens": "many"}}),
    "parts": Reply({"choices": [{"message": {"content": [{"type": "text", "text": "fine"}, {"type": "x"}]}}]}),
}


def chat_reply(fake: FakeOpenAI, behaviour: str, body: Mapping[str, Any]) -> Reply | Said:
    """What a server that behaves so replies to a request."""
    if behaviour in FIXED:
        return FIXED[behaviour]
    rejection = _rejection(behaviour, body)
    if rejection is not None:
        return rejection
    if behaviour == "rate_limited_once":
        fake.chat = "honest"
        error = {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}
        return Reply({"error": error}, 429, {"Retry-After": "1"})
    if behaviour == "refusal":
        return Said(_completion(body, None, refusal="I cannot help with that."))
    if "tools" in body:
        return _with_tools(fake, body)
    said = _said(fake, behaviour, body)
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    if behaviour in {"length", "content_filter"}:
        return Said(_completion(body, text[:20], finish_reason=behaviour))
    if behaviour == "ignores_json_schema" and _form(body) == "json_schema":
        text = WRAPPINGS["prose"](text)
    completion = _completion(body, WRAPPINGS.get(behaviour, str)(text))
    if behaviour in _USAGES:
        completion["usage"] = _USAGES[behaviour]
    return Said(completion)


def _with_tools(fake: FakeOpenAI, body: Mapping[str, Any]) -> Reply | Said:
    wrong = fake_tools.faults(body["tools"])
    if wrong:
        return error_reply(400, wrong[0], code="invalid_function_parameters", param="tools")
    message = fake_tools.message(fake.tool_turns, body)
    completion = _completion(body, None, finish_reason="tool_calls" if "tool_calls" in message else "stop")
    completion["choices"][0]["message"] = message
    return Said(completion)


def _said(fake: FakeOpenAI, behaviour: str, body: Mapping[str, Any]) -> object:
    if wants_plan(body):
        return _plan(fake, body)
    if wants_verdict(body):
        return verdict_on(body, fake.verdicts)
    return MODELS.get(behaviour, MODELS["honest"])(fake.script, body)


def _plan(fake: FakeOpenAI, body: Mapping[str, Any]) -> object:
    """The plan that was set, or the question as it is, with the translations that were set."""
    question = str(body["messages"][-1]["content"]).splitlines()[-1]
    return fake.plan or {"question": question, "parts": [], "translations": fake.translations}


_USAGES: dict[str, object] = {
    "usage_missing": None,
    "usage_list": [120, 34],
    "usage_zero": {"prompt_tokens": 0, "completion_tokens": 0},
    "usage_negative": {"prompt_tokens": -120, "completion_tokens": -34},
    "usage_text": {"prompt_tokens": "120", "completion_tokens": "34"},
    "usage_true": {"prompt_tokens": True, "completion_tokens": True},
    "usage_huge": {"prompt_tokens": 10**12, "completion_tokens": 10**12},
}


# ---------------------------------------------------------------- what a server does not take


def _form(body: Mapping[str, Any]) -> str | None:
    form = (body.get("response_format") or {}).get("type")
    return str(form) if form else None


def _has_system(body: Mapping[str, Any]) -> bool:
    return any(message.get("role") == "system" for message in body.get("messages", []))


_NOT_SYSTEM = "Conversation roles must alternate user/assistant/user/assistant/..."
_NOT_LENGTH = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
_NOT_ZERO = "Unsupported value: 'temperature' does not support 0 with this model."
_REJECTIONS: dict[str, tuple[tuple[Callable[[Mapping[str, Any]], bool], Reply], ...]] = {
    "no_json_schema": (
        (
            lambda body: _form(body) == "json_schema",
            error_reply(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported."),
        ),
    ),
    "plain_only": (
        (lambda body: _form(body) is not None, error_reply(400, "Unrecognized request argument: response_format")),
    ),
    "reasoning": (
        (
            lambda body: "max_tokens" in body,
            error_reply(400, _NOT_LENGTH, code="unsupported_parameter", param="max_tokens"),
        ),
        (
            lambda body: "temperature" in body,
            error_reply(400, _NOT_ZERO, code="unsupported_value", param="temperature"),
        ),
    ),
    "old_length_only": (
        (
            lambda body: "max_completion_tokens" in body,
            error_reply(422, "Extra inputs are not permitted", param="max_completion_tokens"),
        ),
    ),
    "no_system_role": ((_has_system, error_reply(400, "System role not supported")),),
    "no_system_role_500": ((_has_system, error_reply(500, _NOT_SYSTEM)),),
    "no_stream": ((lambda body: bool(body.get("stream")), error_reply(400, "'stream' is not supported.")),),
    "no_stream_501": ((lambda body: bool(body.get("stream")), error_reply(501, "Not implemented.")),),
    "no_stream_options": (
        (
            lambda body: "stream_options" in body,
            error_reply(400, "Unrecognized request argument supplied: stream_options"),
        ),
    ),
    "never_streams": (),
}


def _rejection(behaviour: str, body: Mapping[str, Any]) -> Reply | None:
    """What a server says that does not take one of the parameters."""
    return next((reply for meets, reply in _REJECTIONS.get(behaviour, ()) if meets(body)), None)


CHAT_REPLIES = frozenset(
    {*MODELS, *WRAPPINGS, *FIXED, *_USAGES, *_REJECTIONS, "refusal", "rate_limited_once", "length", "content_filter"}
    | {"ignores_json_schema"}
)
