"""How a model is called, whoever made it: under a wall-clock deadline, and again where that may help."""

from __future__ import annotations

import contextvars
import enum
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from qa_plugin.errors import ModelError

Result = TypeVar("Result")

_LONGEST_PAUSE_SECONDS = 8.0
_FAREWELL_SECONDS = 0.2
"""How long an abandoned call is waited for, so that it can close its connection."""


class Again(enum.IntEnum):
    """How often a call that failed this way is made in all; more than `ONCE_MORE` is the caller's number."""

    NEVER = 1
    ONCE_MORE = 2
    WHILE_ALLOWED = 1_000


class CallFailed(Exception):  # noqa: N818 - as the error tree of the package
    """One call failed; `error` is what the caller of the package gets unless another call does better."""

    def __init__(
        self,
        error: ModelError,
        *,
        again: Again = Again.NEVER,
        wait_seconds: float | None = None,
        status: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.wait_seconds = wait_seconds
        self.status = status
        self.detail = detail


class DeadlinePassed(Exception):  # noqa: N818
    """The call was given up."""


def call_again(call: Callable[[], Result], *, deadline: float, attempts: int, first_pause_seconds: float) -> Result:
    """Call until it succeeds, fails for good, or the next pause would pass the deadline.

    Raises:
        CallFailed: The last failure.
    """
    for made in range(1, attempts + 1):
        try:
            return call()
        except CallFailed as failed:
            backoff = min(first_pause_seconds * 2 ** (made - 1), _LONGEST_PAUSE_SECONDS)
            pause = max(backoff * random.uniform(0.5, 1.0), failed.wait_seconds or 0.0)  # noqa: S311 - no secret
            if made >= min(attempts, failed.again) or time.monotonic() + pause >= deadline:
                raise
        time.sleep(pause)
    raise ValueError(f"attempts must be at least 1, not {attempts}")


def run_within(work: Callable[[], Result], *, deadline: float, abandon: Callable[[], None] | None = None) -> Result:
    """Run in a thread of its own and give up at the deadline.

    Timeouts of a client count the silence between two bytes; a server that sends one blank a second never
    runs into them. The thread is what holds against that, and against a resolver that hangs.

    Args:
        work: What to run.
        deadline: Value of `time.monotonic()`.
        abandon: Ends the work from outside when it is given up; it may close the connection.

    Raises:
        DeadlinePassed: The work was not done in time.
    """
    outcome: Future[Result] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            outcome.set_result(context.run(work))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            outcome.set_exception(error)

    thread = threading.Thread(target=run, daemon=True, name="model-call")
    if deadline <= time.monotonic():
        raise DeadlinePassed
    thread.start()
    try:
        return outcome.result(timeout=max(deadline - time.monotonic(), 0.0))
    except BaseException as error:
        if outcome.done():
            raise
        # Given up by the deadline or by Ctrl-C: either way nobody waits for the reply any more.
        if abandon is not None:
            abandon()
            thread.join(_FAREWELL_SECONDS)
        if isinstance(error, TimeoutError):
            raise DeadlinePassed from None
        raise
