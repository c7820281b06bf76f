"""What went wrong, in words; and work that is given up."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator

import openai
import pytest

from qa_plugin.errors import (
    ModelError,
    ModelRefused,
    ModelUnavailable,
)
from qa_plugin.models.calls import DeadlinePassed, run_within
from qa_plugin.models.failures import Target, Trouble, call_failed, refused, trouble_in

TARGET = Target("language model", "m", "example.org", "QA_PLUGIN_MODEL", "k3y-of-someone")


def _vendor_errors(base: type[BaseException]) -> Iterator[type[BaseException]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _vendor_errors(kind)


def test_every_error_of_the_vendor_becomes_one_of_ours() -> None:
    kinds = set(_vendor_errors(openai.OpenAIError))
    assert {openai.RateLimitError, openai.APITimeoutError, openai.LengthFinishReasonError} <= kinds
    for kind in kinds:
        error = kind.__new__(kind)
        error.args = ("with k3y-of-someone in it",)
        failed = call_failed(error, TARGET)
        assert isinstance(failed.error, ModelError), kind
        assert "k3y" not in str(failed.error)


@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 432), 451, *range(500, 530)])
def test_every_status_has_a_message(status: int) -> None:
    error = refused(Trouble(status, message="<html>"), TARGET).error
    assert isinstance(error, ModelUnavailable if status in {408, 409, 429} or status >= 500 else ModelRefused)
    assert re.fullmatch(r"[^<\n]{20,300}\.", str(error))


@pytest.mark.parametrize("status", [401, 402, 403, 404, 400, 429, 500])
def test_what_a_server_says_is_told_short_and_without_keys(status: int) -> None:
    said = f"Key k3y-of-someone or sk-proj-12345678 or ab****yz\n\x1b is bad. {'very ' * 100}"
    message = str(refused(Trouble(status, message=said), TARGET).error)
    assert "Key [key] or [key] or [key] is bad. very" in message
    assert re.fullmatch(r"[^\n\x1b]{100,420}\.", message)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_the_wait_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert trouble_in({"error": {}}, status=429, headers=headers).wait_seconds == seconds


def test_words_of_an_empty_account_with_a_wait_are_a_rate_limit() -> None:
    words = "You exceeded your current quota, please check your plan and billing details."
    assert isinstance(refused(Trouble(429, message=words), TARGET).error, ModelRefused)
    assert isinstance(refused(Trouble(429, message=words, wait_seconds=20), TARGET).error, ModelUnavailable)


@pytest.mark.parametrize("body", [None, "", "text", b"x", 5, [], {}, {"error": None}, {"error": 7}, {"detail": ["x"]}])
def test_error_bodies_of_any_shape_are_read(body: object) -> None:
    assert isinstance(refused(trouble_in(body, status=400), TARGET).error, ModelRefused)


def test_work_that_fails_in_its_thread_fails_here() -> None:
    with pytest.raises(TimeoutError, match="its own"):
        run_within(lambda: (_ for _ in ()).throw(TimeoutError("its own")), deadline=time.monotonic() + 5)


def test_work_that_is_given_up_is_told() -> None:
    stop = threading.Event()
    with pytest.raises(DeadlinePassed, match=r"^$"):
        run_within(lambda: stop.wait(10), deadline=time.monotonic() + 0.1, abandon=stop.set)
    assert stop.is_set()
