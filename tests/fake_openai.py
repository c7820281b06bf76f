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
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast

from tests.fake_model import MODELS, SPOILED, WRAPPINGS, Scripted, wants_translation, word_vector

__all__ = ["API_KEY", "CHAT_BEHAVIOURS", "EMBEDDING_BEHAVIOURS", "FakeOpenAI", "Recorded", "Scripted"]

API_KEY = "test-key-7f3a9c"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply: a JSON value, or raw bytes."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


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
        self.next_chat: list[str] = []
        self.translations: object = {}
        self.next_embeddings: list[str] = []
        self.api_key = api_key
        self.dimension = dimension
        self.chat_models = chat_models
        self.embedding_models = embedding_models
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

    def requests_to(self, path: str) -> list[Recorded]:
        """The requests whose path ends so."""
        return [request for request in self.requests if request.path.endswith(path)]


# ---------------------------------------------------------------- replies


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


def _error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Reply:
    kind = "invalid_request_error" if status < 429 else "server_error"
    return Reply({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_SHORT = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
_HTML = b"<!DOCTYPE html><html><body><h1>Welcome to the hotel network</h1></body></html>"
_FIXED: dict[str, Reply] = {
    "quota": _error(429, _QUOTA, code="insufficient_quota"),
    "busy_for_long": Reply({"error": {"message": "Rate limit reached."}}, 429, {"Retry-After": "300"}),
    "error_500": _error(500, "The server had an error."),
    "html_502": Reply(_HTML, 502, {"Content-Type": "text/html"}),
    "bad_key": _error(401, f"Incorrect API key provided: {API_KEY}.", code="invalid_api_key"),
    "forbidden": _error(403, "Project does not have access."),
    "unknown_model": _error(404, "The model `x` does not exist.", code="model_not_found"),
    "unknown_path": Reply(b"404 page not found", 404, {"Content-Type": "text/plain"}),
    "window": _error(400, _SHORT, code="context_length_exceeded", param="messages"),
    "bad_request": _error(400, f"Nonsense in the request of Bearer {API_KEY}\x1b[31m."),
    "filter_400": _error(400, "The response was filtered.", code="content_filter"),
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


def _chat_reply(fake: FakeOpenAI, behaviour: str, body: Mapping[str, Any]) -> Reply:
    if behaviour in _FIXED:
        return _FIXED[behaviour]
    rejection = _rejection(behaviour, body)
    if rejection is not None:
        return rejection
    if behaviour == "rate_limited_once":
        fake.chat = "honest"
        error = {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}
        return Reply({"error": error}, 429, {"Retry-After": "1"})
    if behaviour == "refusal":
        return Reply(_completion(body, None, refusal="I cannot help with that."))
    honest = (
        fake.translations if wants_translation(body) else MODELS.get(behaviour, MODELS["honest"])(fake.script, body)
    )
    text = json.dumps(honest, ensure_ascii=False)
    if behaviour in {"length", "content_filter"}:
        return Reply(_completion(body, text[:20], finish_reason=behaviour))
    return Reply(_completion(body, WRAPPINGS.get(behaviour, str)(text)))


def _rejection(behaviour: str, body: Mapping[str, Any]) -> Reply | None:
    """What a server says that does not take one of the parameters."""
    form = (body.get("response_format") or {}).get("type")
    if behaviour == "no_json_schema" and form == "json_schema":
        return _error(400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported.")
    if behaviour == "plain_only" and form is not None:
        return _error(400, "Unrecognized request argument supplied: response_format")
    if behaviour == "reasoning" and "max_tokens" in body:
        message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        return _error(400, message, code="unsupported_parameter", param="max_tokens")
    if behaviour == "reasoning" and "temperature" in body:
        message = "Unsupported value: 'temperature' does not support 0 with this model."
        return _error(400, message, code="unsupported_value", param="temperature")
    return None


# ---------------------------------------------------------------- the embedder


def _embeddings_reply(fake: FakeOpenAI, behaviour: str, body: Mapping[str, Any]) -> Reply:
    if behaviour in _FIXED:
        return _FIXED[behaviour]
    texts = body.get("input")
    texts = [texts] if isinstance(texts, str) else list(texts or [])
    if not all(texts):
        return _error(400, "'$.input' is invalid: an empty text.", param="input")
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
        if behaviour in _ODD_CONNECTIONS:
            _ODD_CONNECTIONS[behaviour](self)
        elif behaviour not in (CHAT_BEHAVIOURS if chat else EMBEDDING_BEHAVIOURS):
            self._send(_error(418, f"The fake server has no behaviour called {behaviour}."))
        elif self.headers.get("Authorization") not in {f"Bearer {self.fake.api_key}", "Bearer none"}:
            self._send(_FIXED["bad_key"])
        else:
            self._send((_chat_reply if chat else _embeddings_reply)(self.fake, behaviour, body))

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

    def hang(self) -> None:
        """Never answer."""
        self.fake.stopping.wait(20)
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
        while time.monotonic() < until and not self.fake.stopping.wait(0.05):
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

CHAT_BEHAVIOURS = frozenset(
    {*MODELS, *WRAPPINGS, *_FIXED, *_ODD_CONNECTIONS}
    | {
        "refusal",
        "rate_limited_once",
        "length",
        "content_filter",
        "no_json_schema",
        "plain_only",
        "reasoning",
    }
)
EMBEDDING_BEHAVIOURS = frozenset({"honest", *SPOILED, *_FIXED, *_ODD_CONNECTIONS})
