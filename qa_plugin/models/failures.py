"""What went wrong with a model, in one plain sentence that says what to do.

Vendors' exceptions are told apart by their attributes and the names of their classes, not by importing them:
one table serves both majors of openai, the HTTP libraries beneath them, and what LlamaIndex lets through.
"""

from __future__ import annotations

import email.utils
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qa_plugin.errors import ModelError, ModelRefused, ModelUnavailable, ModelUnreadable
from qa_plugin.language.folding import cleaned
from qa_plugin.models.calls import Again, CallFailed
from qa_plugin.ports import Lost, WindowExceeded

_MAX_DETAIL_CHARACTERS = 200
_MAX_DETAIL_READ = 2_000
_KEY_LIKE = re.compile(r"\b(?:sk|pk|key)-[\w*.-]{6,}|Bearer\s+\S+|\S*(?:\*{2}|•{2}|x{6})\S*", re.IGNORECASE)
"""Whole ones, and such as a server has masked."""
_WINDOW = re.compile(
    r"context.?(?:length|window|size)|maximum context|too many (?:input )?tokens|prompt is too long"
    r"|reduce the length|exceeds? the (?:available |model'?s? )?(?:context|maximum)",
    re.IGNORECASE,
)
_WINDOW_SAID = re.compile(r"context.?(?:length|window|size)\D{0,20}?(\d[\d,]{2,11})", re.IGNORECASE)
_ASKED_SAID = re.compile(
    r"(\d[\d,]{2,11}) in the messages|resulted in (\d[\d,]{2,11})|request has (\d[\d,]{2,11})"
    r"|request \((\d[\d,]{2,11}) tokens|keep the first (\d[\d,]{2,11}) tokens",
    re.IGNORECASE,
)
_QUOTA = re.compile(
    r"billing|exceeded your current quota|out of credit|insufficient.?(?:quota|credit|balance|funds)",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content.?(?:filter|policy)|safety system|responsible.?ai", re.IGNORECASE)
_MAY_BE_CHARGED = frozenset({504, 524})
"""What gateways say that gave up waiting for a model at work."""
_UNKNOWN_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """What was called, for the words of a message."""

    what: str
    """'language model' or 'embedder'."""
    model: str
    host: str
    setting: str
    """The environment variable that names the model."""
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a server said of its refusal."""

    status: int
    code: str = ""
    message: str = ""
    param: str = ""
    wait_seconds: float | None = None
    window: int | None = None
    asked: int | None = None
    """Tokens that the model has, and that the messages have, where they were too many."""


def call_failed(error: BaseException, target: Target) -> CallFailed:
    """Turn whatever a call raised into a failure of ours."""
    if isinstance(error, CallFailed):
        return error
    for cause in _chain(error):
        trouble = _trouble(cause)
        if trouble is not None:
            return refused(trouble, target)
    names = {base.__name__ for cause in _chain(error) for base in type(cause).__mro__}
    for known, describe in _BY_NAME:
        if known & names:
            return describe(error, target)
    return CallFailed(
        ModelUnavailable(
            f"The {target.what} {target.model} failed in an unexpected way ({type(error).__name__}"
            f"{_detail(str(error), target)}). Try again, or use another model."
        )
    )


def shown_cause(error: BaseException, target: Target) -> BaseException | None:
    """What a failure may be chained to: a traceback prints it, so not where a server repeated the key."""
    return None if target.secret and target.secret in f"{error!r} {error}" else error


def refused(trouble: Trouble, target: Target) -> CallFailed:
    """What an HTTP status, or an error inside a reply, means."""
    error, again = _meaning(trouble, target)
    return CallFailed(
        error,
        again=again,
        wait_seconds=trouble.wait_seconds,
        status=trouble.status,
        detail=" ".join((trouble.code, trouble.param, trouble.message))[:_MAX_DETAIL_READ],
        lost=Lost() if trouble.status in _MAY_BE_CHARGED else None,
    )


def trouble_in(body: object, *, status: int, headers: Mapping[str, str] | None = None) -> Trouble:
    """Read an error body of any shape: OpenAI's, a bare string, or nothing."""
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    wait = _wait_seconds(headers or {})
    if not isinstance(inner, Mapping):
        return Trouble(status, message=inner if isinstance(inner, str) else "", wait_seconds=wait)
    code = inner.get("code")
    if isinstance(code, int) and not isinstance(code, bool) and 400 <= code < 600 and status == 200:
        status = code
    words = (str(inner[name]) for name in ("code", "type") if isinstance(inner.get(name), str))
    message, param = inner.get("message") or inner.get("detail"), inner.get("param")
    return Trouble(
        status,
        code=" ".join(words),
        message=message if isinstance(message, str) else "",
        param=param if isinstance(param, str) else "",
        wait_seconds=wait,
        window=_tokens(inner.get("n_ctx")),
        asked=_tokens(inner.get("n_prompt_tokens")),
    )


def unreadable(target: Target, problem: str, *, reply: str = "") -> CallFailed:
    """A reply that came, but is not what the interface promises."""
    message = (
        f"The {target.what} {target.model} ({target.host}) sent a reply that cannot be used: {problem}. "
        f"Use another model, or check that {target.host} is a server for models."
    )
    return CallFailed(ModelUnreadable(message, reply=reply), again=Again.ONCE_MORE, lost=Lost(said=reply, ended=True))


def not_the_interface(target: Target, content: str) -> CallFailed:
    """A success that no server for models would send: a web page, or words."""
    page = content.startswith("<")
    said = "" if page else _detail(content, target)
    message = (
        f"{target.host} sent {'a web page' if page else 'a text'} in place of a reply{said}. No OpenAI-compatible "
        "server is at that address; check OPENAI_BASE_URL, which usually ends in /v1."
    )
    return CallFailed(ModelRefused(message))


def cut_off(target: Target, *, reply: str = "") -> CallFailed:
    """A reply that reached its length limit, which the next one would too."""
    message = (
        f"The reply of the {target.what} {target.model} ({target.host}) was cut off at its length limit. "
        "Ask for less, or use a model that says less before it answers."
    )
    return CallFailed(ModelUnreadable(message, reply=reply), lost=Lost(said=reply))


def filtered(target: Target) -> CallFailed:
    """A filter stood between question and reply."""
    return CallFailed(
        ModelRefused(f"The content filter of {target.host} stopped the question or the reply. Ask in other words.")
    )


def declined(target: Target) -> CallFailed:
    """The model itself said no."""
    return CallFailed(ModelRefused(f"The {target.what} {target.model} declined to answer. Ask in other words."))


# ---------------------------------------------------------------- by status


def _meaning(trouble: Trouble, target: Target) -> tuple[ModelError, Again]:
    said = f"{trouble.code} {trouble.message}"
    status, host = trouble.status, target.host
    detail = _detail(trouble.message, target)
    if status == 402 or (status == 429 and _out_of_quota(trouble)):
        return ModelRefused(
            f"The account at {host} is out of quota{detail}. Add credit there, or use another key."
        ), Again.NEVER
    if status == 401:
        return ModelRefused(
            f"{host} does not accept the API key{detail}. Check OPENAI_API_KEY, and that it belongs to this server "
            "(OPENAI_BASE_URL)."
        ), Again.NEVER
    if status == 429:
        return _busy(trouble, f"{host} accepts no more requests for now{detail}"), Again.WHILE_ALLOWED
    if status in {408, 409} or status >= 500:
        return _busy(trouble, f"{host} has a problem of its own (HTTP {status}){detail}"), Again.WHILE_ALLOWED
    return _for_good(trouble, target, said, detail), Again.NEVER


def _out_of_quota(trouble: Trouble) -> bool:
    # Some servers use the words of an empty account for a limit per minute, and then say how long to wait.
    if "insufficient_quota" in trouble.code:
        return True
    return trouble.wait_seconds is None and _QUOTA.search(trouble.message) is not None


def _busy(trouble: Trouble, what: str) -> ModelUnavailable:
    wait = trouble.wait_seconds
    when = "Try again later." if wait is None else f"It asks to wait {wait:.3g} seconds; try again then."
    return ModelUnavailable(f"{what}. {when}", retry_after_seconds=wait)


def _for_good(trouble: Trouble, target: Target, said: str, detail: str) -> ModelRefused:
    status, host, model = trouble.status, target.host, target.model
    if status == 413 or _WINDOW.search(said):
        return WindowExceeded(
            f"The text is too long for the {target.what} {model} ({host}){detail}. "
            "Use fewer passages or a model with a larger window. A server of your own may be set to give more "
            "(Ollama: OLLAMA_CONTEXT_LENGTH, llama.cpp: -c, vLLM: --max-model-len).",
            window=trouble.window or _number_in(_WINDOW_SAID, trouble.message),
            asked=trouble.asked or _number_in(_ASKED_SAID, trouble.message),
        )
    if status == 403:
        return ModelRefused(
            f"{host} does not allow this key to use the {target.what} {model}{detail}. "
            f"Use another model ({target.setting}) or another key."
        )
    if status == 404 or "model_not_found" in said:
        if _UNKNOWN_MODEL.search(said):
            return ModelRefused(
                f"{host} does not know the model {model}{detail}. Name one that it has in {target.setting}."
            )
        return ModelRefused(
            f"{host} has no such address (HTTP 404){detail}. Check OPENAI_BASE_URL; it usually ends in /v1."
        )
    if _FILTER.search(said):
        return ModelRefused(f"The content filter of {host} stopped the question{detail}. Ask in other words.")
    if 300 <= status < 400:
        return ModelRefused(
            f"{host} redirects to another address, and nothing is sent on to a host that was not named. "
            "Set OPENAI_BASE_URL to the final address."
        )
    return ModelRefused(
        f"{host} rejected the request to the {target.what} {model} (HTTP {status}){detail}. "
        "Use another model or server."
    )


def _trouble(error: BaseException) -> Trouble | None:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if not isinstance(status, int) or isinstance(status, bool) or status < 300:
        return None
    headers = getattr(response, "headers", None)
    body = getattr(error, "body", None)
    return trouble_in(body, status=status, headers=headers if isinstance(headers, Mapping) else None)


def _tokens(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _number_in(said: re.Pattern[str], message: str) -> int | None:
    found = said.search(message[:_MAX_DETAIL_READ])
    return int(next(filter(None, found.groups())).replace(",", "")) if found else None


def _wait_seconds(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = str(headers.get(name) or "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
            return float(value) * unit
        if value:
            try:
                return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
            except (ValueError, OverflowError):
                continue
    return None


# ---------------------------------------------------------------- by exception


def _timed_out(_error: BaseException, target: Target) -> CallFailed:
    return CallFailed(
        ModelUnavailable(
            f"The {target.what} {target.model} ({target.host}) did not answer in time. "
            "Try again later, or use a faster model."
        ),
        again=Again.WHILE_ALLOWED,
        lost=Lost(),
    )


def _not_connected(error: BaseException, target: Target) -> CallFailed:
    failed = _timed_out(error, target)
    failed.lost = None
    return failed


def _not_there(error: BaseException, target: Target) -> CallFailed:
    causes = list(_chain(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        why = "its name is not known; check OPENAI_BASE_URL and the network"
    elif any(isinstance(cause, ssl.SSLError) for cause in causes):
        why = "no secure connection could be made; check the address and its certificate"
    else:
        why = "nothing answers there; check that the server is running and that OPENAI_BASE_URL is right"
    return CallFailed(
        ModelUnavailable(f"The {target.what} at {target.host} cannot be reached: {why}."),
        again=Again.ONCE_MORE,
    )


def _broke_off(_error: BaseException, target: Target) -> CallFailed:
    return CallFailed(
        ModelUnavailable(f"The connection to {target.host} broke off before the reply was whole. Try again."),
        again=Again.WHILE_ALLOWED,
        lost=Lost(),
    )


def _no_json(_error: BaseException, target: Target) -> CallFailed:
    return unreadable(target, "it is not the JSON that was expected")


def _cut_off(_error: BaseException, target: Target) -> CallFailed:
    return cut_off(target)


def _filtered(_error: BaseException, target: Target) -> CallFailed:
    return filtered(target)


def no_key(target: Target) -> ModelRefused:
    """A hosted model was named, but no key."""
    return ModelRefused(
        f"There is no API key for {target.host}. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that wants none."
    )


_BY_NAME = (
    ({"ConnectTimeout", "PoolTimeout"}, _not_connected),
    ({"DeadlinePassed", "APITimeoutError", "TimeoutException", "TimeoutError"}, _timed_out),
    ({"ConnectError", "ConnectionRefusedError", "gaierror", "UnsupportedProtocol", "ProxyError"}, _not_there),
    ({"RemoteProtocolError", "ReadError", "WriteError", "ConnectionResetError", "DecodingError"}, _broke_off),
    ({"LengthFinishReasonError"}, _cut_off),
    ({"ContentFilterFinishReasonError"}, _filtered),
    ({"JSONDecodeError", "APIResponseValidationError", "ValidationError"}, _no_json),
    ({"APIConnectionError", "TransportError", "ConnectionError"}, _not_there),
)
"""Class names (of the error or a base of it) and what they mean; the first that fits counts."""


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _detail(message: str, target: Target) -> str:
    """What the server said, short, cleaned, and without anything that looks like a key."""
    words = " ".join(cleaned(message[:_MAX_DETAIL_READ]).split())
    if target.secret:
        words = words.replace(target.secret, "[key]")
    words = _KEY_LIKE.sub("[key]", words)
    if not words or words.startswith("<"):
        return ""
    cut = words[:_MAX_DETAIL_CHARACTERS].rstrip(".")
    return f": {cut}{'…' if len(words) > _MAX_DETAIL_CHARACTERS else ''}"
