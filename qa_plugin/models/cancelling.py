"""Giving up calls from outside: a mark that travels with the context and ends what is under way in it."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Callable, Iterator


class CallCancelled(BaseException):
    """Whoever asked no longer wants the reply.

    No `Exception`, as in asyncio: nothing that handles failures should take this for one, and try again or answer
    otherwise.
    """


class Cancelled:
    """Whether the calls of a context are still wanted; `cancel` may come from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._ends: dict[object, Callable[[], None]] = {}

    @property
    def is_set(self) -> bool:
        """Whether it was cancelled."""
        return self._event.is_set()

    def cancel(self) -> None:
        """End every call under way, and each that is begun from now on."""
        with self._lock:
            self._event.set()
            ends = list(self._ends.values())
        for end in ends:
            end()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is cancelled; says whether it is."""
        return self._event.wait(seconds)

    @contextlib.contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """Call `end` if it is cancelled inside of the block, or was before."""
        key = object()
        with self._lock:
            self._ends[key] = end
            late = self._event.is_set()
        try:
            if late:
                end()
            yield
        finally:
            with self._lock:
                self._ends.pop(key, None)


_NEVER = Cancelled()
_current: contextvars.ContextVar[Cancelled] = contextvars.ContextVar("cancelled", default=_NEVER)


@contextlib.contextmanager
def cancellable(token: Cancelled | None = None) -> Iterator[Cancelled]:
    """Make the calls inside of the block end with `CallCancelled` once the token is cancelled.

    Args:
        token: One made elsewhere, such as in the thread that will cancel it; a new one unless given. It is also
            cancelled with the block around this one, if there is any.
    """
    token = token or Cancelled()
    outer = current()
    before = _current.set(token)
    try:
        with contextlib.nullcontext() if outer in {_NEVER, token} else outer.ending(token.cancel):
            yield token
    finally:
        _current.reset(before)


def current() -> Cancelled:
    """The token of this context; one that nobody cancels where there is none."""
    return _current.get()


def cancelled_now() -> None:
    """Raise `CallCancelled` if the calls of this context are no longer wanted."""
    if current().is_set:
        raise CallCancelled


def on_cancel(end: Callable[[], None]) -> contextlib.AbstractContextManager[None]:
    """Call `end` if this context is cancelled inside of the block."""
    return current().ending(end)
