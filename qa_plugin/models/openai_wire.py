"""One model at one server, through the openai client; the only importer of openai.

The vendor's client sends the requests. Deadline, retries, redirects and the reading of bodies are ours, since
it retries what cannot succeed, follows redirects to hosts that nobody named, and takes any body for a reply.
"""

from __future__ import annotations

import json
import socket
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, Self, TypedDict, TypeVar, cast

from qa_plugin.errors import ModelRefused
from qa_plugin.models.addresses import address_of, host_of, is_this_machine
from qa_plugin.models.calls import CallFailed, DeadlinePassed, call_again, run_within, stream_within
from qa_plugin.models.cancelling import cancelled_now
from qa_plugin.models.failures import (
    Target,
    Trouble,
    call_failed,
    no_key,
    not_the_interface,
    refused,
    shown_cause,
    trouble_in,
    unreadable,
)
from qa_plugin.ports import THIS_MACHINE, Lost, Meter

Result = TypeVar("Result")

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_MAX_BODY_BYTES = 64 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_TOLD_BYTES = 4_000
"""What is looked at of a reply that is no JSON."""
_NO_KEY = "none"
"""Sent where no key is given: the client insists on one, servers without keys ignore it."""


class _Line:
    """A client that serves one request at a time, so that its sockets are those of that request."""

    def __init__(self, target: Target, *, base_url: str, trust_environment: bool) -> None:
        import openai

        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._given_up = False
        self._turn = 0
        self._sent_turn = -1
        self._http = openai.DefaultHttpxClient(
            follow_redirects=False, trust_env=trust_environment, event_hooks={"request": [self._watch]}
        )
        self.client = openai.OpenAI(
            api_key=target.secret or _NO_KEY, base_url=base_url, max_retries=0, http_client=self._http
        )

    @property
    def turn(self) -> int:
        """The number of the request that it serves, or will serve next."""
        return self._turn

    def give_up(self, turn: int) -> None:
        """Shut the sockets under a request that runs in another thread, if it does; it ends with an error there."""
        with self._lock:
            if turn != self._turn:  # it has ended meanwhile, and the line may serve another
                return
            self._given_up = True
            for one in self._sockets:
                _shut(one)

    def has_sent(self, turn: int) -> bool:
        """Whether the request went out whole, so that a model may have been at work on it."""
        return self._sent_turn >= turn

    def end_turn(self) -> bool:
        """The request has ended; says whether the line can serve another."""
        with self._lock:
            self._turn += 1
            return not self._given_up

    @contextmanager
    def got(self, url: str, target: Target, until: float) -> Iterator[Any]:
        """What an address gives, if it does."""
        headers = {"Authorization": f"Bearer {target.secret}"} if target.secret else {}
        with self._http.stream("GET", url, headers=headers, timeout=_timeout(until)) as response:
            if response.status_code != 200:
                raise refused(Trouble(response.status_code), target)
            yield response

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _watch(self, request: Any) -> None:  # noqa: ANN401 - of httpx or httpx2
        request.extensions["trace"] = self._traced

    def _traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Note each socket as it is opened, and that the request is sent; called by the HTTP library."""
        if event.endswith("send_request_body.complete"):
            self._sent_turn = self._turn
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        one = info["return_value"].get_extra_info("socket")
        if not isinstance(one, socket.socket):
            return
        with self._lock:
            self._sockets = [known for known in self._sockets if known.fileno() >= 0]
            self._sockets.append(one)
            if self._given_up:
                _shut(one)


class Wire:
    """Connections to one server, kept for the next request."""

    def __init__(self, target: Target, *, base_url: str, timeout_seconds: float, trust_environment: bool) -> None:
        self._target = target
        self._base_url = base_url
        self._timeout_seconds = timeout_seconds
        self._trust_environment = trust_environment
        self._idle: list[_Line] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._idle)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            _close_all(self._idle)

    def post(self, path: str, body: Mapping[str, Any] | None, *, deadline: float) -> bytes:
        """Send one request (without a body a GET) and return the body of its success.

        Raises:
            CallFailed: Anything else.
        """
        with self._failing():
            line, turn, until = self._begin(deadline)
        with self._failing(line, turn):
            give_up = partial(line.give_up, turn)
            sent = self._sent(line, partial(_posted, line, path, body, until))
            return run_within(lambda: b"".join(sent), deadline=until, abandon=give_up)

    def stream(self, path: str, body: Mapping[str, Any], *, deadline: float) -> Generator[bytes, None, None]:
        """Send one request and hand out the body of its success as it comes; closing the generator gives it up.

        Raises:
            CallFailed: Anything else, at any piece.
        """
        with self._failing():
            line, turn, until = self._begin(deadline)
        with self._failing(line, turn):
            give_up = partial(line.give_up, turn)
            sent = self._sent(line, partial(_posted, line, path, body, until))
            with closing(stream_within(lambda: sent, deadline=until, abandon=give_up)) as pieces:
                yield from pieces

    def get(self, url: str, *, deadline: float) -> bytes:
        """The body of what an address of the server gives.

        Raises:
            CallFailed: Nothing, or not with success.
        """
        with self._failing():
            line, turn, until = self._begin(deadline)
        with self._failing(line, turn):
            give_up = partial(line.give_up, turn)
            sent = self._sent(line, partial(line.got, url, self._target, until))
            return run_within(lambda: b"".join(sent), deadline=until, abandon=give_up)

    @contextmanager
    def _failing(self, line: _Line | None = None, turn: int = 0) -> Iterator[None]:
        """Make whatever goes wrong a failure of ours; without a status, what was sent may have been charged for."""
        try:
            yield
        except CallFailed:
            raise
        except Exception as error:  # noqa: BLE001 - two majors of the client on two HTTP libraries
            failed = call_failed(error, self._target)
            if failed.status is None:
                failed.lost = (failed.lost or Lost()) if line is not None and line.has_sent(turn) else None
            raise failed from shown_cause(error, self._target)

    def _begin(self, deadline: float) -> tuple[_Line, int, float]:
        """A line to send on, its turn, and until when it may take."""
        if self._target.secret is not None and not self._target.secret.isascii():
            raise CallFailed(ModelRefused("The API key holds characters that no key has. Copy it again."))
        cancelled_now()
        if deadline <= time.monotonic():
            raise DeadlinePassed
        with self._lock:
            line = self._idle.pop() if self._idle else None
        if line is None:
            line = _Line(self._target, base_url=self._base_url, trust_environment=self._trust_environment)
        return line, line.turn, min(deadline, time.monotonic() + self._timeout_seconds)

    def _sent(self, line: _Line, opened: Callable[[], AbstractContextManager[Any]]) -> Generator[bytes, None, None]:
        """Runs in the thread that may be given up; what it opened it closes or returns itself."""
        whole = False
        try:
            with opened() as response:
                size = 0
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > _MAX_BODY_BYTES:
                        raise unreadable(self._target, f"it is larger than {_MAX_BODY_BYTES >> 20} MB")
                    yield piece
            whole = True
        finally:
            if line.end_turn() and whole:
                with self._lock:
                    self._idle.append(line)
            else:
                line.close()


def _posted(line: _Line, path: str, body: Mapping[str, Any] | None, until: float) -> AbstractContextManager[Any]:
    # Any: the typed methods take each parameter by name, and check what is checked here.
    at = cast("Any", line.client)
    for name in path.strip("/").split("/"):
        at = getattr(at, name)
    sent = at.with_streaming_response
    posted: AbstractContextManager[Any] = (sent.list if body is None else sent.create)(
        **(body or {}), timeout=_timeout(until)
    )
    return posted


class ServerOptions(TypedDict, total=False):
    """How a server is reached, and how long and how often it is asked; what is not given is as `Server` has it."""

    api_key: str | None
    """May be left out for a server that wants none."""
    base_url: str | None
    """Up to and with `/v1`; OpenAI's own unless given."""
    timeout_seconds: float
    """What one request may take."""
    deadline_seconds: float
    """What one call, or one batch of texts, may take with all its requests and pauses."""
    attempts: int
    """Requests of one call or batch at most, besides those that find out what the server takes."""
    first_pause_seconds: float
    """Pause before the second request; it doubles from there."""


class Server:
    """One model at one server: what the chat and the embedding side have in common."""

    _what: str
    _setting: str
    _meter: Meter | None = None

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_seconds: float = 60.0,
        deadline_seconds: float = 120.0,
        attempts: int = 5,
        first_pause_seconds: float = 0.5,
    ) -> None:
        """Describe the server; nothing is sent before the first call.

        Raises:
            SettingsError: The base URL is none.
        """
        self._model = model
        self._base_url = (base_url or DEFAULT_BASE_URL).rstrip("/")
        host = host_of(self._base_url)
        self._local = is_this_machine(host)
        key = (api_key or "").strip()
        self._host = host
        self._target = Target(self._what, model, address_of(self._base_url), self._setting, key or None)
        self._needs_key = self._base_url == DEFAULT_BASE_URL and not key
        self._deadline_seconds = deadline_seconds
        self._attempts = attempts
        self._first_pause_seconds = first_pause_seconds
        self._wire = Wire(
            self._target,
            base_url=self._base_url,
            timeout_seconds=timeout_seconds,
            trust_environment=not self._local,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self._model!r}, destination={self.destination!r})"

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def destination(self) -> str:
        """The server's host, or `THIS_MACHINE`."""
        return THIS_MACHINE if self._local else self._host

    def metered(self, meter: Meter) -> Self:
        """The same model, with its connections, telling a meter of what gave nothing; see `Metered`."""
        same = copy(self)
        same._meter = meter
        return same

    def close(self) -> None:
        """Close idle connections; the object stays usable."""
        self._wire.close()

    def again(self, call: Callable[[], Result], *, deadline: float) -> Result:
        """Call as often as may help; `CallFailed` is the last failure."""
        if self._needs_key:
            raise CallFailed(no_key(self._target))
        return call_again(
            call,
            deadline=deadline,
            attempts=self._attempts,
            first_pause_seconds=self._first_pause_seconds,
            meter=self._meter,
        )

    def exchange(self, path: str, body: Mapping[str, Any], read: Callable[[Any], Result], *, deadline: float) -> Result:
        """Send one request and read its reply."""
        return read(self.decoded(self._wire.post(path, body, deadline=deadline)))

    def listed(self, url: str, *, deadline: float) -> dict[str, Any]:
        """What an address of the server gives, as a JSON object."""
        return self.decoded(self._wire.get(url, deadline=deadline))

    def models(self, *, deadline: float) -> tuple[str, ...]:
        """The names of the models that the server lists, asked once; none where it gives no list.

        Raises:
            CallFailed: With the status of its refusal, where it gave one.
        """
        rows = self.decoded(self._wire.post("/models", None, deadline=deadline)).get("data")
        names = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return tuple(name for name in names if isinstance(name, str) and name)

    def pieces(self, path: str, body: Mapping[str, Any], *, deadline: float) -> Generator[bytes, None, None]:
        """Send one request and hand out its reply as it comes."""
        return self._wire.stream(path, body, deadline=deadline)

    def decoded(self, content: bytes | str) -> dict[str, Any]:
        """A JSON object as servers send it, unless it is an error that came with a success code."""
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            # A str is one event of a stream, so that the server does speak the interface.
            whole = content[:_TOLD_BYTES].decode("utf-8-sig", "replace").lstrip() if isinstance(content, bytes) else ""
            if whole[:1] in {"", "{", "["}:
                raise self.unreadable("it is not JSON") from None
            raise not_the_interface(self._target, whole) from None
        if not isinstance(found, dict):
            raise self.unreadable("it is not a JSON object")
        if found.get("error"):
            trouble = trouble_in(found, status=200)
            # An error that comes with a success code and names no other is the server's own trouble.
            raise refused(trouble if trouble.status != 200 else replace(trouble, status=502), self._target)
        return found

    def unreadable(self, problem: str) -> CallFailed:
        """A failure to raise for a reply that does not keep to the interface."""
        return unreadable(self._target, problem)

    def until(self, given: float | None) -> float:
        """The moment by which a call that begins now must end."""
        own = time.monotonic() + self._deadline_seconds
        return own if given is None else min(own, given)


def _timeout(until: float) -> Any:  # noqa: ANN401 - of httpx or httpx2
    """Silence up to the deadline; less while connecting, which nothing can end from outside."""
    import openai

    remaining = max(until - time.monotonic(), 0.001)
    return openai.Timeout(remaining, connect=min(remaining, _CONNECT_SECONDS))


def _shut(one: socket.socket) -> None:
    try:
        # The plain socket's method: a TLS socket's own also takes the state that the other thread reads with.
        socket.socket.shutdown(one, socket.SHUT_RDWR)
    except OSError:
        return


def _close_all(lines: list[_Line]) -> None:
    while lines:
        lines.pop().close()
