"""A server that speaks OpenAI's interface on loopback, rightly and in many wrong ways.

It reads the fenced passages out of the messages, as a model would, and answers from a script: where the
question and a passage hold the words of an entry, its statement is the answer and those words are the quote.

    with FakeOpenAI([Scripted("more than 40 boats", "More than 40 boats.", question="boats")]) as fake:
        OpenAIChat("fake-chat", base_url=fake.base_url, api_key=fake.api_key)
        fake.chat = "invented_quote"          # from now on
        fake.next_chat = ["error_500"]        # for the next requests only
        fake.requests[-1].body
"""

from __future__ import annotations

import base64
import json
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast

from tests.fake_model import SPOILED, Scripted, word_vector
from tests.fake_replies import API_KEY, CHAT_REPLIES, FIXED, Reply, Said, chat_reply, error_reply, too_long
from tests.fake_streams import KEEP_ALIVE, STREAM_BEHAVIOURS, Plan, plan
from tests.fake_tools import Call

__all__ = ["API_KEY", "CHAT_BEHAVIOURS", "EMBEDDING_BEHAVIOURS", "FakeOpenAI", "Recorded", "Scripted"]

SLOW_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class FakeOpenAI:
    """The server; a context manager, listening between enter and exit."""

    def __init__(
        self,
        script: Mapping[str, str] | Iterable[Scripted] = (),
        *,
        chat: str = "honest",
        embeddings: str = "honest",
        api_key: str = API_KEY,
        dimension: int = 32,
        chat_models: tuple[str, ...] = ("fake-chat",),
        embedding_models: tuple[str, ...] = ("fake-embed",),
    ) -> None:
        if isinstance(script, Mapping):
            script = [Scripted(needle, claim) for needle, claim in script.items()]
        self.script = tuple(script)
        self.chat = chat
        self.embeddings = embeddings
        self.models = "honest"
        self.next_chat: list[str] = []
        self.translations: object = {}
        self.plan: object = None
        self.verdicts: dict[str, object] = {}
        """Words of a judged answer, and what is said about it: a JSON value, or a text as it is."""
        self.tool_turns: list[list[Call]] = []
        """What is called at each turn, where there are tools."""
        self.next_embeddings: list[str] = []
        self.api_key = api_key
        self.dimension = dimension
        self.chat_models = chat_models
        self.embedding_models = embedding_models
        self.pages: dict[str, object] = {}
        """What addresses give to a GET; the list of models is there anyway."""
        self.window: int | None = None
        """Words that a prompt may have; a longer one is rejected in the form of llama.cpp."""
        self.requests: list[Recorded] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> FakeOpenAI:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None or self._thread is None:
            return
        self.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the server listens only inside its with block")
        return int(self._server.server_address[1])

    @property
    def base_url(self) -> str:
        """What clients are given."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def open_connections(self) -> int:
        """How many connections clients keep open."""
        if self._server is None:
            raise RuntimeError("the server listens only inside its with block")
        with self._server.lock:
            return len(self._server.open)

    def requests_to(self, path: str) -> list[Recorded]:
        """The requests whose path ends so."""
        return [request for request in self.requests if request.path.endswith(path)]


# ---------------------------------------------------------------- the embedder


def _embeddings_reply(fake: FakeOpenAI, behaviour: str, body: Mapping[str, Any]) -> Reply:
    if behaviour in FIXED:
        return FIXED[behaviour]
    texts = body.get("input")
    texts = [texts] if isinstance(texts, str) else list(texts or [])
    if not all(texts):
        return error_reply(400, "'$.input' is invalid: an empty text.", param="input")
    dimension = body.get("dimensions") or fake.dimension
    rows: list[dict[str, Any]] = [
        {"object": "embedding", "index": at, "embedding": word_vector(text, dimension)} for at, text in enumerate(texts)
    ]
    if behaviour in SPOILED:
        SPOILED[behaviour](rows)
    if body.get("encoding_format") == "base64":
        for row in rows:
            row["embedding"] = base64.b64encode(struct.pack(f"<{dimension}f", *row["embedding"])).decode()
    usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
    return Reply({"object": "list", "data": rows, "model": body.get("model"), "usage": usage})


# ---------------------------------------------------------------- HTTP


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for every handler, and no socket is left open

    def __init__(self, fake: FakeOpenAI) -> None:
        self.fake = fake
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self.lock:
            self.open.add(connection)
            self.fake.connections += 1
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep open."""
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each reply on a kept connection waits 40 ms

    @property
    def fake(self) -> FakeOpenAI:
        return cast("_Server", self.server).fake

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""

    def do_GET(self) -> None:
        self._record({})
        if self.path in self.fake.pages:
            self._send(Reply(self.fake.pages[self.path]))
            return
        if not self.path.endswith("/models") or "/api/" in self.path:
            self._send(FIXED["unknown_path"])
            return
        if self.fake.models != "honest":
            self._send(FIXED[self.fake.models])
            return
        if self.headers.get("Authorization") not in {f"Bearer {self.fake.api_key}", "Bearer none"}:
            self._send(FIXED["bad_key"])
            return
        models = (*self.fake.chat_models, *self.fake.embedding_models)
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in models]
        self._send(Reply({"object": "list", "data": listed}))

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(content)
        self._record(body)
        chat = self.path.endswith("/chat/completions")
        queue, standing = (
            (self.fake.next_chat, self.fake.chat) if chat else (self.fake.next_embeddings, self.fake.embeddings)
        )
        behaviour = queue.pop(0) if queue else standing
        words = len(str(body.get("messages")).split())
        if chat and self.fake.window is not None and words > self.fake.window:
            self._send(too_long(words, self.fake.window))
        elif behaviour in _ODD_CONNECTIONS:
            _ODD_CONNECTIONS[behaviour](self)
        elif behaviour not in (CHAT_BEHAVIOURS if chat else EMBEDDING_BEHAVIOURS):
            self._send(error_reply(418, f"The fake server has no behaviour called {behaviour}."))
        elif self.headers.get("Authorization") not in {f"Bearer {self.fake.api_key}", "Bearer none"}:
            self._send(FIXED["bad_key"])
        else:
            self._answer(behaviour, (chat_reply if chat else _embeddings_reply)(self.fake, behaviour, body), body)

    def _answer(self, behaviour: str, reply: Reply | Said, body: Mapping[str, Any]) -> None:
        if isinstance(reply, Reply):
            self._send(reply)
        elif body.get("stream") and behaviour != "never_streams":
            wanted = bool((body.get("stream_options") or {}).get("include_usage"))
            self._send_stream(plan(behaviour, reply.completion, with_usage=wanted))
        else:
            if behaviour == "slow":
                self._wait(SLOW_SECONDS)
            self._send(Reply(reply.completion))

    def _record(self, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.requests.append(Recorded(self.command, self.path, headers, body))

    def _send(self, reply: Reply) -> None:
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_stream(self, stream: Plan) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in stream.pieces:
            if stream.pause_seconds and not self._wait(stream.pause_seconds):
                break
            self._chunk(piece)
        if stream.ending == "end":
            self._chunk(b"")
            return
        self.close_connection = True
        if stream.ending == "silence":
            self._wait(20)
        elif stream.ending == "trickle":
            while self._wait(0.05):
                self._chunk(KEEP_ALIVE)

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    def _wait(self, seconds: float) -> bool:
        """Pass the time; False as soon as the client is gone or the server stops."""
        until = time.monotonic() + seconds
        while not self.fake.stopping.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return True
            gone, _, _ = select.select([self.connection], [], [], min(left, 0.05))
            if gone and not self.connection.recv(1, socket.MSG_PEEK):
                break
        return False

    def hang(self) -> None:
        """Never answer."""
        self._wait(20)
        self.close_connection = True

    def trickle(self) -> None:
        """A blank now and then, so that no timeout between two bytes is ever reached."""
        self._drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")

    def trickle_headers(self) -> None:
        """The same before the body."""
        self._drip(b"HTTP/1.1 200 OK\r\nX-Wait: ", b".")

    def _drip(self, first: bytes, drop: bytes) -> None:
        self.close_connection = True
        self.wfile.write(first)
        until = time.monotonic() + 20
        while time.monotonic() < until and self._wait(0.05):
            self.wfile.write(drop)

    def disconnect(self) -> None:
        """Half a body, and gone."""
        self.close_connection = True
        self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"choices": [')

    def redirect(self) -> None:
        """On to another address of this server."""
        self._send(Reply(b"", 307, {"Location": f"http://localhost:{self.fake.port}/v1/elsewhere"}))


_ODD_CONNECTIONS: dict[str, Callable[[_Handler], None]] = {
    "hang": _Handler.hang,
    "trickle": _Handler.trickle,
    "trickle_headers": _Handler.trickle_headers,
    "disconnect": _Handler.disconnect,
    "redirect": _Handler.redirect,
}

CHAT_BEHAVIOURS = CHAT_REPLIES | STREAM_BEHAVIOURS | frozenset(_ODD_CONNECTIONS)
EMBEDDING_BEHAVIOURS = frozenset({"honest", *SPOILED, *FIXED, *_ODD_CONNECTIONS})
