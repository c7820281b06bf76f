"""Replies in pieces, at the wire: what comes is the whole reply, or an error, and never a part taken for it."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Iterator

import pytest

from qa_plugin.answering.messages import reply_schema
from qa_plugin.errors import ModelError, ModelRefused, ModelUnavailable, ModelUnreadable
from qa_plugin.models import openai_wire
from qa_plugin.models.calls import CallFailed
from qa_plugin.models.chat_replies import Reader, heard
from qa_plugin.models.event_stream import NoEvents, event_data
from qa_plugin.models.failures import Target
from qa_plugin.ports import WindowExceeded
from tests.fake_openai import CHAT_BEHAVIOURS, FakeOpenAI
from tests.model_clients import ASK, GRACE_SECONDS, chat_at, complete, open_files, stream, until

NOTHING_FOUND = {"status": "not_in_sources", "claims": [], "positions": [], "history": []}


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.mark.parametrize(
    "behaviour",
    ["honest", "slow", "stream_no_done", "stream_done_only", "stream_thinks", "stream_odd_framing", "stream_lingers"],
)
def test_the_pieces_are_the_reply(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    pieces, completion = stream(chat)
    chat.close()
    assert len(pieces) > 3
    assert "".join(pieces) == completion.text
    assert json.loads(completion.text) == NOTHING_FOUND
    assert completion.finish_reason == "stop"
    assert len(fake.requests) == 1
    body = fake.requests[0].body
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})
    counted = behaviour not in {"stream_no_done", "stream_done_only"}
    assert ((completion.prompt_tokens, completion.completion_tokens) == (120, 34)) is counted
    assert completion.estimated is not counted


@pytest.mark.parametrize("behaviour", ["fenced_json", "prose", "cut_json", "obey_injection", "no_system_role"])
def test_what_the_model_says_is_the_same_in_pieces_and_whole(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    pieces, completion = stream(chat)
    assert "".join(pieces) == completion.text == complete(chat)
    chat.close()


def test_a_piece_is_there_before_the_next_one_is_sent(fake: FakeOpenAI) -> None:
    fake.chat = "stream_stalls"
    chat = chat_at(fake)
    started = time.monotonic()
    made = chat.stream(ASK, schema=None, max_tokens=9, deadline=None)
    assert next(made)
    assert time.monotonic() - started < 1.0
    made.close()
    chat.close()


def test_nothing_is_sent_before_the_first_piece_is_asked_for(fake: FakeOpenAI) -> None:
    made = chat_at(fake).stream(ASK, schema=None, max_tokens=9, deadline=None)
    made.close()
    assert fake.requests == []


@pytest.mark.parametrize("behaviour", ["no_stream", "no_stream_501", "never_streams", "parts"])
def test_a_server_that_does_not_stream_gives_one_piece(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    pieces, completion = stream(chat)
    assert pieces == [completion.text]
    assert stream(chat)[0] == pieces
    chat.close()
    rejected = 1 if behaviour.startswith("no_stream") else 0
    assert len(fake.requests) == 2 + rejected
    assert ("stream" in fake.requests[-1].body) is not rejected


def test_a_server_without_stream_options_is_asked_without_them(fake: FakeOpenAI) -> None:
    fake.chat = "no_stream_options"
    chat = chat_at(fake)
    for _ in range(2):
        pieces, completion = stream(chat)
        assert len(pieces) > 3
        assert completion.estimated
    chat.close()
    assert ["stream_options" in request.body for request in fake.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("behaviour", "kind", "message"),
    [
        ("stream_cut", ModelUnreadable, "it ends in the middle"),
        ("stream_broken", ModelUnavailable, "broke off before the reply was whole"),
        ("stream_error", ModelUnavailable, "problem of its own"),
        ("stream_bad_event", ModelUnreadable, "it is not JSON"),
        ("stream_filtered", ModelRefused, "content filter"),
        ("length", ModelUnreadable, "cut off at its length limit"),
    ],
)
def test_what_breaks_in_the_middle_is_an_error_and_is_not_sent_again(
    fake: FakeOpenAI, behaviour: str, kind: type[ModelError], message: str
) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    made = chat.stream(ASK, schema=reply_schema(), max_tokens=300, deadline=None)
    assert next(made)
    with pytest.raises(kind, match=message):
        list(made)
    chat.close()
    assert len(fake.requests) == 1


def test_what_had_come_of_a_cut_reply_is_kept_in_the_error(fake: FakeOpenAI) -> None:
    fake.chat = "stream_cut"
    chat = chat_at(fake)
    pieces: list[str] = []
    with pytest.raises(ModelUnreadable, match="it ends in the middle") as raised:
        pieces += chat.stream(ASK, schema=reply_schema(), max_tokens=300, deadline=None)
    chat.close()
    assert raised.value.reply.startswith('{"status"')


@pytest.mark.parametrize(
    ("behaviour", "kind", "requests", "message"),
    [
        ("bad_key", ModelRefused, 1, "does not accept the API key"),
        ("quota", ModelRefused, 1, "out of quota"),
        ("window", WindowExceeded, 1, "too long for the language model"),
        ("redirect", ModelRefused, 1, "nothing is sent on"),
        ("error_500", ModelUnavailable, 3, "HTTP 500"),
        ("busy_for_long", ModelUnavailable, 1, "asks to wait 300 seconds"),
        ("disconnect", ModelUnavailable, 3, "broke off"),
        ("stream_error_at_once", ModelUnavailable, 3, "accepts no more requests for now"),
        ("stream_cut_at_once", ModelUnreadable, 2, "it ends in the middle"),
        ("html", ModelRefused, 1, "a web page in place of a reply"),
        ("json_list", ModelUnreadable, 2, "it is not a JSON object"),
        ("no_choices", ModelUnreadable, 2, "it holds no message"),
        ("empty", ModelUnreadable, 2, "it holds no text"),
        ("null_content", ModelUnreadable, 2, "it holds no text"),
        ("refusal", ModelRefused, 1, "declined to answer"),
    ],
)
def test_before_the_first_piece_the_same_holds_as_for_whole_replies(
    fake: FakeOpenAI, behaviour: str, kind: type[ModelError], requests: int, message: str
) -> None:
    fake.chat = behaviour
    chat = chat_at(fake, attempts=3)
    with pytest.raises(kind, match=message):
        stream(chat)
    chat.close()
    assert len(fake.requests) == requests


@pytest.mark.parametrize(
    "behaviour", ["error_500", "rate_limited_once", "stream_cut_at_once", "stream_error_at_once", "empty"]
)
def test_a_failure_before_the_first_piece_that_passes_is_not_seen(fake: FakeOpenAI, behaviour: str) -> None:
    fake.next_chat = [behaviour]
    chat = chat_at(fake)
    assert json.loads(stream(chat)[1].text) == NOTHING_FOUND
    chat.close()
    assert len(fake.requests) == 2


@pytest.mark.parametrize(
    "behaviour", ["hang", "trickle", "stream_trickles_at_once", "stream_stalls", "stream_trickles"]
)
def test_no_silence_and_no_trickle_outlasts_the_deadline(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        stream(chat, deadline=started + 0.5)
    assert 0.4 < time.monotonic() - started < 0.5 + GRACE_SECONDS
    chat.close()
    assert "model-call" not in {thread.name for thread in threading.enumerate()}


def test_who_reads_slowly_loses_nothing(fake: FakeOpenAI) -> None:
    chat = chat_at(fake, timeout_seconds=0.5)
    pieces = []
    for piece in chat.stream(ASK, schema=reply_schema(), max_tokens=300, deadline=None):
        pieces.append(piece)
        time.sleep(0.15)
    chat.close()
    assert json.loads("".join(pieces)) == NOTHING_FOUND


@pytest.mark.parametrize("behaviour", ["honest", "stream_stalls", "stream_trickles"])
def test_a_stream_that_is_closed_leaves_nothing_behind(fake: FakeOpenAI, behaviour: str) -> None:
    fake.next_chat = ["honest"]
    chat = chat_at(fake)
    complete(chat)  # imports and the first connection
    chat.close()
    assert until(lambda: fake.open_connections == 0)
    before = open_files()
    for _ in range(3):
        fake.chat = behaviour
        made = chat.stream(ASK, schema=None, max_tokens=9, deadline=None)
        next(made)
        made.close()
    assert "model-call" not in {thread.name for thread in threading.enumerate()}
    chat.close()
    assert until(lambda: fake.open_connections == 0)
    assert until(lambda: open_files() <= before)


@pytest.mark.parametrize("behaviour", sorted(CHAT_BEHAVIOURS))
def test_keys_are_in_no_message_or_traceback(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake, attempts=1, deadline_seconds=1.0)
    shown = ""
    try:
        stream(chat)
    except ModelError as error:
        shown = repr(error) + "".join(traceback.format_exception(error))
    chat.close()
    assert fake.api_key not in shown
    assert until(lambda: "model-call" not in {thread.name for thread in threading.enumerate()})


def test_the_connection_of_a_stream_is_kept_for_the_next(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    for _ in range(3):
        stream(chat)
    complete(chat)
    chat.close()
    assert fake.connections == 1


def test_a_stream_without_end_is_ended(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_wire, "_MAX_BODY_BYTES", 600)
    chat = chat_at(fake, attempts=1)
    with pytest.raises(ModelUnreadable, match="it is larger than"):
        stream(chat)
    chat.close()


# ---------------------------------------------------------------- the format

EVENTS = '\ufeff: hello\r\nevent: x\rdata: {"a":\ndata:1}\r\n\r\nid\n\ndata\n\ndata: «é»\u2028\n\n'.encode()


def test_events_are_read_as_the_format_has_them() -> None:
    assert list(event_data([EVENTS])) == ['{"a":\n1}', "", "«é»\u2028"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_events_do_not_depend_on_how_the_bytes_are_cut(size: int) -> None:
    chunks = [EVENTS[at : at + size] for at in range(0, len(EVENTS), size)]
    assert list(event_data(chunks)) == list(event_data([EVENTS]))


def test_a_reply_that_is_cut_off_at_any_byte_is_none() -> None:
    chunks = [{"delta": {"content": piece}} for piece in ("«40»", " navios", ".")]
    events = [{"choices": [chunk]} for chunk in [*chunks, {"delta": {}, "finish_reason": "stop"}]]
    content = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    reader = Reader(Target("language model", "m", "x.org", "M"), ASK, len)
    for end in range(len(content) + 1):
        try:
            pieces = list(heard(reader, event_data([content[:end]]), json.loads))
        except (NoEvents, CallFailed):
            assert end < len(content)
        else:
            assert end == len(content)
            assert pieces == ["«40»", " navios", "."]


def test_an_event_that_is_cut_off_at_any_byte_is_none() -> None:
    whole = list(event_data([EVENTS]))
    for end in range(len(EVENTS)):
        try:
            read = list(event_data([EVENTS[:end]]))
        except NoEvents:
            assert end <= len("\ufeff".encode())
        else:
            assert read == whole[: len(read)]
            assert len(read) < len(whole)


@pytest.mark.parametrize("content", [b"", b"\n", b'{"data": 1}', b"<html>", b"dat", b"database: 1\n\n"])
def test_what_is_no_event_stream_is_handed_back_whole(content: bytes) -> None:
    with pytest.raises(NoEvents, match=r"^$") as raised:
        list(event_data([content[:2], content[2:]]))
    assert raised.value.content == content.lstrip()
