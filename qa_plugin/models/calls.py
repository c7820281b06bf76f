"""How a model is called, whoever made it: under a wall-clock deadline, again where that may help, until cancelled."""

from __future__ import annotations

import contextvars
import enum
import queue
import random
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, InvalidStateError
from contextlib import closing, suppress
from copy import copy
from typing import TypeVar

from qa_plugin.errors import BudgetExceeded, ModelError
from qa_plugin.models.cancelling import CallCancelled, cancelled_now, current, on_cancel
from qa_plugin.ports import Lost, Meter

Piece = TypeVar("Piece")
Result = TypeVar("Result")

_LONGEST_PAUSE_SECONDS = 8.0
_FAREWELL_SECONDS = 0.2
"""How long an abandoned call is waited for, so that it can close its connection."""
_LAST_BYTES_SECONDS = 0.05
"""How long a stream that is no longer read may take to end by itself, so that its connection can be kept."""


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
        lost: Lost | None = None,
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.wait_seconds = wait_seconds
        self.status = status
        self.detail = detail
        self.lost = lost
        """What was or may have been charged for; None where nothing was."""


class DeadlinePassed(Exception):  # noqa: N818
    """The call was given up."""


def call_again(
    call: Callable[[], Result],
    *,
    deadline: float,
    attempts: int,
    first_pause_seconds: float,
    meter: Meter | None = None,
) -> Result:
    """Call until it succeeds, fails for good, the next pause would pass the deadline, or the meter refuses.

    Raises:
        CallFailed: The last failure.
        CallCancelled: Nobody wants the reply any more.
    """
    for made in range(1, attempts + 1):
        try:
            return call()
        except CallFailed as failed:
            tell(meter, failed)
            backoff = min(first_pause_seconds * 2 ** (made - 1), _LONGEST_PAUSE_SECONDS)
            pause = max(backoff * random.uniform(0.5, 1.0), failed.wait_seconds or 0.0)  # noqa: S311 - no secret
            if made >= min(attempts, failed.again) or time.monotonic() + pause >= deadline:
                _tell_calls(failed.error, made)
                raise
            refuse_again(meter, failed)
        if current().wait(pause):
            raise CallCancelled
    raise ValueError(f"attempts must be at least 1, not {attempts}")


def tell(meter: Meter | None, failed: CallFailed) -> None:
    """Put what a failure cost on the bill, if there is one."""
    if meter is not None and failed.lost is not None:
        meter.lost(failed.lost)


def refuse_again(meter: Meter | None, failed: CallFailed) -> None:
    """Raise the failure, with the reason beside it, where the call may not be made again."""
    try:
        if meter is not None:
            meter.check()
    except BudgetExceeded as refusal:
        error = copy(failed.error)
        error.args = (f"{failed.error} It was not asked again. {refusal}",)
        raise CallFailed(error, status=failed.status, detail=failed.detail) from refusal


def run_within(work: Callable[[], Result], *, deadline: float, abandon: Callable[[], None] | None = None) -> Result:
    """Run in a thread of its own and give up at the deadline, or when the call is cancelled.

    Timeouts of a client count the silence between two bytes; a server that sends one blank a second never
    runs into them. The thread is what holds against that, and against a resolver that hangs.

    Args:
        work: What to run.
        deadline: Value of `time.monotonic()`.
        abandon: Ends the work from outside when it is given up; it may close the connection.

    Raises:
        DeadlinePassed: The work was not done in time.
        CallCancelled: Nobody wants its result any more.
    """
    outcome: Future[Result] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            result = context.run(work)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            _fail(outcome, error)
        else:
            with suppress(InvalidStateError):  # cancelled meanwhile
                outcome.set_result(result)

    thread = _thread(run, deadline)
    with on_cancel(lambda: _fail(outcome, CallCancelled())):
        thread.start()
        try:
            return outcome.result(timeout=max(deadline - time.monotonic(), 0.0))
        except BaseException as error:
            if outcome.done() and not isinstance(error, CallCancelled):
                raise
            # Given up, by the deadline, by Ctrl-C or cancelled: nobody waits for the reply any more.
            if abandon is not None:
                abandon()
                thread.join(_FAREWELL_SECONDS)
            if isinstance(error, TimeoutError):
                raise DeadlinePassed from None
            raise


def stream_within(
    work: Callable[[], Generator[Piece, None, None]], *, deadline: float, abandon: Callable[[], None] | None = None
) -> Generator[Piece, None, None]:
    """The same for work that hands out pieces; closing the generator gives the work up.

    The work goes on while a piece is looked at, so that a slow reader loses no reply; what has come is handed out
    after the deadline too.
    """
    pieces: queue.SimpleQueue[Piece | _End] = queue.SimpleQueue()
    given_up = threading.Event()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            with closing(work()) as made:
                for piece in made:
                    pieces.put(piece)
                    if given_up.is_set() or time.monotonic() > deadline:
                        break
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            pieces.put(_End(error))
        else:
            pieces.put(_End(DeadlinePassed() if time.monotonic() > deadline else None))

    def give_up() -> None:
        given_up.set()
        pieces.put(_End(CallCancelled()))
        if abandon is not None:
            abandon()

    thread = _thread(lambda: context.run(run), deadline)
    with on_cancel(give_up):
        thread.start()
        try:
            yield from _pieces(pieces, deadline)
        finally:
            thread.join(_LAST_BYTES_SECONDS)
            if thread.is_alive():
                give_up()
                thread.join(_FAREWELL_SECONDS)


def _tell_calls(error: ModelError, made: int) -> None:
    if made > 1:
        error.args = (f"{error} It was asked {made} times.", *error.args[1:])


class _End:
    """Nothing more comes, for this reason."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def _pieces(pieces: queue.SimpleQueue[Piece | _End], deadline: float) -> Generator[Piece, None, None]:
    while True:
        try:
            piece = pieces.get(timeout=max(deadline - time.monotonic(), 0.0))
        except queue.Empty:
            raise DeadlinePassed from None
        cancelled_now()
        if not isinstance(piece, _End):
            yield piece
        elif piece.error is None:
            return
        else:
            raise piece.error


def _thread(run: Callable[[], None], deadline: float) -> threading.Thread:
    """A thread that is not started yet; raises where it is too late to start one."""
    cancelled_now()
    if deadline <= time.monotonic():
        raise DeadlinePassed
    return threading.Thread(target=run, daemon=True, name="model-call")


def _fail(outcome: Future[Result], error: BaseException) -> None:
    with suppress(InvalidStateError):  # it was told otherwise first
        outcome.set_exception(error)
