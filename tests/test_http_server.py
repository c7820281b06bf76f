"""The server over real sockets: same answers as the plugin, a true OpenAPI document, and who may ask."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from qa_plugin.errors import SettingsError
from qa_plugin.http_server import Serving, server
from qa_plugin.http_server.writing import answer_text, whole
from qa_plugin.plugin import QAPlugin
from tests.conftest import REPOSITORY
from tests.http_servers import BRIDGE, DAYS, DEATHS, NOTHING, STRIKE, serving, write_articles

TITLE = """### Task:
Generate a concise, 3-5 word title with an emoji summarizing the chat history.
### Output:
JSON format: { "title": "your concise title here" }
### Chat History:
<chat_history>
USER: How many trains ran on Sunday?
ASSISTANT: Twelve.
</chat_history>"""
TAGS = '### Task:\nGenerate 1-3 broad tags.\n### Output:\nJSON format: { "tags": ["tag1", "tag2"] }'
FOLLOW_UPS = '### Task:\nSuggest 3-5 follow-up questions.\nJSON format: { "follow_ups": ["Question 1?"] }'
LIBRECHAT = """Provide a concise, 5-word-or-less title for the conversation, using title case conventions. \
Only return the title itself.

Conversation:
User: How many trains ran on Sunday?
AI: Twelve."""


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QAPlugin]:
    folder = tmp_path_factory.mktemp("http")
    with QAPlugin(write_articles(folder / "articles"), store=folder / "store") as plugin:
        yield plugin


@pytest.fixture(scope="module")
def client(qa: QAPlugin) -> Iterator[httpx.Client]:
    with serving(qa) as url, httpx.Client(base_url=url, timeout=60) as found:
        yield found


def chat(client: httpx.Client, *questions: str, **more: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": question} for question in questions]
    reply = client.post("/v1/chat/completions", json={"messages": messages} | more)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def content(completion: dict[str, Any]) -> str:
    return str(completion["choices"][0]["message"]["content"])


def fault(reply: httpx.Response, status: int, code: str) -> str:
    assert reply.status_code == status, reply.text
    error = reply.json()["error"]
    assert list(error) == ["message", "type", "param", "code"]
    assert error["code"] == code
    return str(error["message"])


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(answer | {"timings_ms": {}}))  # type: ignore[no-any-return]


# ---------------------------------------------------------------- the same answers


def test_ten_questions_have_the_answers_of_the_plugin(tmp_path: Path) -> None:
    lines = (REPOSITORY / "eval" / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines[:: len(lines) // 10]][:10]
    with (
        QAPlugin(REPOSITORY / "eval" / "articles", store=tmp_path / "store") as plugin,
        serving(plugin) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        statuses = set()
        for question in questions:
            answer = plugin.ask(question)
            statuses.add(answer.status)
            wanted = timeless(answer.to_dict() | {"understood": question})
            assert timeless(client.post("/ask", json={"question": question}).json()) == wanted
            assert timeless(client.get("/ask", params={"question": question}).json()) == wanted
            completion = chat(client, question)
            assert content(completion) == whole(answer, plugin.host)
            assert content(completion).startswith(answer_text(answer.text))
            response = client.post("/v1/responses", json={"input": question}).json()
            assert response["output"][0]["content"][0]["text"] == content(completion)
            for parts in (completion["qa_plugin"], response["qa_plugin"]):
                assert (parts["status"], parts["answer"]) == (answer.status, answer.text)
                places = [(one["source"], one["start"], one["end"]) for one in parts["citations"]]
                assert places == [(one.source, one.start, one.end) for one in answer.citations]
        assert len(statuses) >= 2


def test_a_question_may_lean_on_those_before_it(client: httpx.Client, qa: QAPlugin) -> None:
    follow_up = "And who said so?"
    alone = client.post("/ask", json={"question": follow_up}).json()
    assert (alone["status"], alone["understood"]) == ("not_in_sources", follow_up)
    talk = qa.chat()
    talk.ask(DAYS)
    wanted = timeless(talk.ask(follow_up).to_dict() | {"understood": talk.turns[-1].understood})
    assert (wanted["status"], "union" in wanted["answer"]) == ("answered", True)
    past = [NOTHING, " ", DAYS]
    for previous in (past, [DAYS], [STRIKE] * 9 + [DAYS]):
        sent = {"question": follow_up, "previous": previous}
        assert timeless(client.post("/ask", json=sent).json()) == wanted
        assert timeless(client.get("/ask", params=sent).json()) == wanted
    narrowed = {"question": "and who said so?", "previous": [DEATHS], "language": "ar"}
    assert {one["source"] for one in client.get("/ask", params=narrowed).json()["citations"]} == {"verde.ar.txt"}
    fault(client.post("/ask", json={"question": follow_up, "previous": DAYS}), 400, "invalid_value")


def test_filters_narrow_what_answers(client: httpx.Client) -> None:
    found = client.get("/ask", params={"question": DEATHS, "language": "ar"}).json()
    assert {citation["source"] for citation in found["citations"]} == {"verde.ar.txt"}
    message = fault(client.get("/ask", params={"question": DEATHS, "date_from": "soon"}), 400, "settings")
    assert "write it as 2024" in message


def test_search_and_articles(client: httpx.Client, qa: QAPlugin) -> None:
    found = client.get("/search", params={"query": "rail strike", "limit": 2}).json()
    assert found == {
        "query": "rail strike",
        "results": json.loads(json.dumps([hit.to_dict() for hit in qa.search("rail strike", limit=2)])),
    }
    posted = client.post("/search", json={"query": "rail strike", "limit": 2}).json()
    assert posted == found
    article = client.get("/articles/agency%2Frail.en.txt").json()
    assert (article["title"], article["published"]) == ("Rail strike", "2025-03-09")
    first = found["results"][0]
    assert article["text"][first["start"] : first["end"]] == first["text"]
    assert article["text"] == qa.source_text("agency/rail.en.txt")
    fault(client.get("/articles/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404, "articles")


# ---------------------------------------------------------------- conversations


def test_questions_before_are_gone_back_to(client: httpx.Client, qa: QAPlugin) -> None:
    conversation = qa.chat()
    conversation.ask(DAYS)
    wanted = conversation.ask("And who said so?")
    assert wanted.citations
    once = chat(client, DAYS, "And who said so?")  # asked again, since this conversation was not answered here
    assert content(once) == whole(wanted, qa.host)
    chat(client, DAYS)
    again = chat(client, DAYS, "And who said so?")
    assert content(again) == content(once)
    besides = chat(client, "word " * 1000, TITLE, DAYS, "And who said so?")
    assert content(besides) == content(once)


def test_content_in_parts_and_what_is_unknown(client: httpx.Client) -> None:
    parts = [{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": STRIKE}]
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts, "name": "x"}]
    body = {"model": "whatever", "messages": messages, "tools": [{"type": "function"}], "n": 3, "foo": {"bar": 1}}
    reply = client.post("/v1/chat/completions", json=body)
    assert content(reply.json()).startswith("About 4,000 [1]")
    items = [{"role": "user", "content": [{"type": "input_text", "text": STRIKE}]}, {"type": "reasoning", "id": "r"}]
    reply = client.post("/v1/responses", json={"input": items, "instructions": "Be brief.", "store": True})
    assert reply.json()["output"][0]["content"][0]["text"].startswith("About 4,000 [1]")


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        (TITLE, '{"title": "How many trains ran on Sunday?"}'),
        (TAGS, '{"tags": []}'),
        (FOLLOW_UPS, '{"follow_ups": []}'),
        (LIBRECHAT, "How many trains ran on Sunday?"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_chores_of_chat_programs_look_nothing_up(
    client: httpx.Client, prompt: str, wanted: str, *, stream: bool
) -> None:
    body = {"messages": [{"role": "user", "content": prompt}], "stream": stream}
    reply = client.post("/v1/chat/completions", json=body)
    if not stream:
        assert content(reply.json()) == wanted
        assert reply.json()["qa_plugin"] is None
        return
    chunks = events(reply)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == wanted


def test_a_question_among_documents_of_the_chat_program(client: httpx.Client) -> None:
    prompt = f"### Task:\nRespond to the user query.\n<context>x</context>\n<user_query>\n{STRIKE}\n</user_query>"
    assert content(chat(client, prompt)).startswith("About 4,000 [1]")


def events(reply: httpx.Response) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in reply.text.splitlines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_what_articles_hold_does_not_act_in_a_chat(client: httpx.Client) -> None:
    completion = chat(client, BRIDGE)
    text = content(completion)
    assert completion["qa_plugin"]["citations"][0]["source"] == "hostile.fr.txt"
    assert "!\\[vu](" in text
    assert "![" not in text
    assert "<img" not in text
    assert not set(text) & set("\x1b\u202e")
    annotation = completion["choices"][0]["message"]["annotations"][0]["url_citation"]
    assert not set(annotation["title"]) & set("\x1b\u202e")


# ---------------------------------------------------------------- the document


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def holds(document: dict[str, Any], path: str, method: str, reply: httpx.Response) -> None:
    """Hold a reply against what the document says of it."""
    replies = document["paths"][path][method]["responses"]
    told = replies.get(str(reply.status_code)) or replies["default"]
    schema = told["content"][reply.headers["content-type"].partition(";")[0]]["schema"]
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
    absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
    Draft202012Validator(absolute, registry=registry).validate(reply.json())


def test_the_document_is_one(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()  # type: ignore[no-untyped-call,unused-ignore]
    assert document["info"]["version"] == "1.2.3"


def test_replies_are_as_the_document_says(client: httpx.Client, document: dict[str, Any]) -> None:
    for question in (STRIKE, DEATHS, NOTHING, BRIDGE):
        holds(document, "/ask", "get", client.get("/ask", params={"question": question}))
        holds(document, "/ask", "post", client.post("/ask", json={"question": question}))
        body = {"messages": [{"role": "user", "content": question}]}
        holds(document, "/v1/chat/completions", "post", client.post("/v1/chat/completions", json=body))
        holds(document, "/v1/responses", "post", client.post("/v1/responses", json={"input": question}))
    chore = {"messages": [{"role": "user", "content": TITLE}]}
    holds(document, "/v1/chat/completions", "post", client.post("/v1/chat/completions", json=chore))
    holds(document, "/search", "get", client.get("/search", params={"query": "strike"}))
    holds(document, "/search", "post", client.post("/search", json={"query": "strike"}))
    holds(document, "/articles/{id}", "get", client.get("/articles/verde.ar.txt"))
    holds(document, "/articles/{id}", "get", client.get("/articles/none"))
    holds(document, "/healthz", "get", client.get("/healthz"))
    holds(document, "/v1/models", "get", client.get("/v1/models"))
    holds(document, "/v1/models/{id}", "get", client.get("/v1/models/qa-plugin"))
    holds(document, "/v1/models/{id}", "get", client.get("/v1/models/other"))
    holds(document, "/ask", "get", client.get("/ask"))
    holds(document, "/healthz", "get", client.get("/healthz", headers={"host": "evil.example"}))
    holds(document, "/v1/responses", "post", client.post("/v1/responses", content=b"{"))


def test_the_document_names_every_route(document: dict[str, Any], client: httpx.Client) -> None:
    for path, operations in document["paths"].items():
        for method in ("get", "post", "delete"):
            reply = client.request(method, path.replace("{id}", "x"), content=b"" if method == "post" else None)
            assert (reply.status_code == 405) == (method not in operations), (method, path)


# ---------------------------------------------------------------- who may ask


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "[", "10.0.0.1:8932"])
def test_another_name_is_refused(client: httpx.Client, host: str) -> None:
    message = fault(client.get("/ask", params={"question": STRIKE}, headers={"host": host}), 421, "wrong_host")
    assert "127.0.0.1 or localhost" in message


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "[::1]:80", "127.0.0.2"])
def test_this_machine_has_several_names(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://["},
        {"origin": "https://evil.example", "sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_pages_of_others_are_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    fault(client.get("/ask", params={"question": STRIKE}, headers=headers), 403, "wrong_origin")
    fault(client.post("/v1/chat/completions", content=b"x", headers=headers), 403, "wrong_origin")


def test_its_own_page_may_ask(client: httpx.Client) -> None:
    own = {"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    assert client.get("/healthz", headers=own).status_code == 200
    behind = {"origin": "https://news.example", "sec-fetch-site": "same-origin", "host": "127.0.0.1"}
    assert client.get("/healthz", headers=behind).status_code == 200
    rebound = behind | {"host": "news.example"}
    fault(client.get("/healthz", headers=rebound), 421, "wrong_host")


def test_a_token_is_wanted_where_there_is_one(qa: QAPlugin) -> None:
    with serving(qa, token="s3cret") as url, httpx.Client(base_url=url) as client:  # noqa: S106
        for path in ("/", "/page.js", "/page.css", "/icon.svg", "/healthz", "/openapi.json"):
            assert client.get(path).status_code == 200
        for path in ("/v1/models", "/ask", "/search", "/articles/verde.ar.txt", "/nothing"):
            reply = client.get(path)
            assert "QA_PLUGIN_TOKEN" in fault(reply, 401, "invalid_api_key")
            assert reply.headers["www-authenticate"] == "Bearer"
        for wrong in ("Bearer s3cre", "Bearer s3cret2", "s3cret", "Basic s3cret", "Bearer \xe9"):
            fault(client.get("/v1/models", headers={b"authorization": wrong.encode("latin-1")}), 401, "invalid_api_key")
        assert client.get("/v1/models", headers={"authorization": "bearer s3cret"}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_other_machines_need_a_token(host: str) -> None:
    with pytest.raises(SettingsError, match="set QA_PLUGIN_TOKEN"):
        Serving(host=host)
    assert not Serving(host=host, token="x").loopback  # noqa: S106


def test_every_reply_keeps_browsers_in_bounds(client: httpx.Client) -> None:
    for reply in (client.get("/"), client.get("/nothing"), client.get("/healthz", headers={"host": "evil.example"})):
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in reply.headers


# ---------------------------------------------------------------- bounds


def test_what_is_no_request_is_refused(client: httpx.Client) -> None:
    for body in (b"", b"{", b"[]", b"\xff", b'{"messages": "x"}', b'{"messages": [{"content": "\\ud800"}]}'):
        fault(client.post("/v1/chat/completions", content=body), 400, "invalid_value")
    fault(client.post("/v1/chat/completions", content=b'{"messages":' + b"[" * 100_000), 400, "invalid_value")
    fault(
        client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": " "}]}), 400, "invalid_value"
    )
    assert "4,000" in fault(client.get("/ask", params={"question": "x" * 4001}), 400, "settings")
    fault(client.get("/search", params={"query": "x", "limit": 0}), 400, "invalid_value")
    fault(client.get("/nothing"), 404, "no_such_route")
    fault(client.delete("/ask"), 405, "no_such_route")


def test_a_body_has_bounds(qa: QAPlugin) -> None:
    with serving(qa, body_bytes=1000, upload_seconds=0.3) as url, httpx.Client(base_url=url) as client:
        fault(client.post("/ask", content=b"x" * 1001), 413, "too_large")
        fault(client.post("/ask", content=iter([b"x" * 600, b"x" * 600])), 413, "too_large")
        assert client.post("/ask", json={"question": STRIKE}).status_code == 200
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as slow:
            slow.sendall(b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
            slow.settimeout(5)
            assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_no_more_at_once_than_allowed(qa: QAPlugin) -> None:
    with serving(qa, most_at_once=1, upload_seconds=20) as url, httpx.Client(base_url=url) as client:
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as first:
            first.sendall(b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
            end = time.monotonic() + 5
            while client.get("/healthz").status_code == 200 and time.monotonic() < end:
                time.sleep(0.01)
            reply = client.get("/healthz")
            fault(reply, 503, "overloaded")
            assert reply.headers["retry-after"] == "2"
        while client.get("/healthz").status_code != 200 and time.monotonic() < end + 5:
            time.sleep(0.01)
        assert client.get("/healthz").status_code == 200


def test_a_port_that_is_taken_is_named(qa: QAPlugin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port} cannot be had .*--port"):
            server(qa, Serving(port=port))
    with pytest.raises(SettingsError, match="cannot be had"):
        server(qa, Serving(host="192.0.2.1", token="x"))  # noqa: S106 - of no machine


@pytest.mark.parametrize("token", [" \x01", "clé", "a\nb"])
def test_a_token_that_no_header_carries_is_refused(token: str) -> None:
    with pytest.raises(SettingsError, match="QA_PLUGIN_TOKEN holds"):
        Serving(token=token)
