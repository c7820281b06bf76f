"""What goes wrong, as a status and the error object that OpenAI's clients read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from qa_plugin.errors import ModelUnavailable, QAPluginError
from qa_plugin.presentation import inline

INVALID = "invalid_request_error"
SERVER = "server_error"

_STATUS: Mapping[str, int] = {
    "settings": 400,
    "function": 400,
    "budget_exceeded": 400,
    "consent_needed": 403,
    "articles": 404,
    "store": 503,
    "store_not_built": 503,
    "store_mismatch": 503,
    "store_damaged": 503,
    "store_locked": 503,
    "model": 502,
    "model_unavailable": 503,
    "model_refused": 502,
    "model_unreadable": 502,
}
_FUTILE = frozenset({"model", "model_refused", "model_unreadable", "store_mismatch", "store_damaged"})
"""Kinds for which asking again does not help; the openai package would try twice more."""


class FaultError(Exception):
    """A request that gets an error for an answer."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """As OpenAI's clients read it."""
        kind = INVALID if self.status < 500 else SERVER
        return {"error": {"message": inline(str(self)), "type": kind, "param": self.param, "code": self.code}}


def fault_of(error: Exception) -> FaultError:
    """Any failure as what the client is told."""
    if isinstance(error, FaultError):
        return error
    if isinstance(error, TimeoutError):
        return FaultError(504, "The question took too long and was given up.", code="timeout")
    if isinstance(error, ValidationError):
        return _unfit(error)
    if not isinstance(error, QAPluginError):
        return FaultError(
            500, f"Unexpected {type(error).__name__}; the server's own output says more.", code="unexpected"
        )
    headers: dict[str, str] = {}
    if error.kind in _FUTILE:
        headers["x-should-retry"] = "false"
    if isinstance(error, ModelUnavailable) and error.retry_after_seconds is not None:
        headers["retry-after"] = str(max(1, round(error.retry_after_seconds)))
    return FaultError(_STATUS.get(error.kind, 500), str(error), code=error.kind, headers=headers)


def _unfit(error: ValidationError) -> FaultError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"] if not str(part).startswith(("list[", "function-")))
    message = f"{place}: {first['msg']}" if place else f"The body does not fit: {first['msg']}"
    return FaultError(400, f"{message}. /openapi.json says what fits.", code="invalid_value", param=place or None)
