from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest

from qa_plugin.answering.messages import MAX_REPLY_CHARACTERS
from qa_plugin.answering.partial import PartialReply

CLAIMS = [{"text": 'a "b\\" {c} [d', "quotes": [{"passage": 1, "quote": "x]}"}]}, {"text": "٤٠ قارباً", "quotes": []}]
REPLY: dict[str, Any] = {
    "status": "answered",
    "claims": CLAIMS,
    "positions": [{"statement": "s"}],
    "history": [{"statement": "not told while it comes"}],
}
TOLD = [("claims", CLAIMS[0]), ("claims", CLAIMS[1]), ("positions", {"statement": "s"})]


def told(text: str, sizes: int) -> list[tuple[str, dict[str, Any]]]:
    reader = PartialReply()
    return [entry for at in range(0, len(text), sizes) for entry in reader.feed(text[at : at + sizes])]


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "around", ["{}", "\ufeff\n {}", "```json\n{}\n```", '```\n{}```\nI hope it helps {{"claims": 1}}.']
)
def test_entries_come_in_whatever_pieces(size: int, indent: int | None, around: str) -> None:
    text = around.format("\0").replace("{{", "{").replace("}}", "}").replace("\0", json.dumps(REPLY, indent=indent))
    assert told(text, size) == TOLD


def test_an_entry_comes_with_its_last_character() -> None:
    reader = PartialReply()
    text = json.dumps(REPLY, ensure_ascii=False)
    end = text.index("}, {") + 1
    assert list(reader.feed(text[: end - 1])) == []
    assert reader.status == "answered"
    assert list(reader.feed(text[end - 1 : end])) == TOLD[:1]


@pytest.mark.parametrize(
    "text",
    [
        "I think: " + json.dumps(REPLY),
        "<think>" + json.dumps(REPLY) + "</think>",
        "[" + json.dumps(REPLY) + "]",
        "",
        "{]" + json.dumps(REPLY),
        json.dumps({"answer": REPLY}),
    ],
)
def test_what_does_not_begin_with_the_object_is_left_to_the_whole(text: str) -> None:
    assert told(text, 3) == []


def test_the_status_is_that_of_the_outermost_object() -> None:
    reader = PartialReply()
    list(reader.feed('{"claims": [{"status": "conflicting"}], "x": {"status": "conflicting"}, "status": "answered"'))
    assert reader.status == "answered"


@pytest.mark.parametrize("unit", ["{", "[", '{"a":[', '"', "\\", '{"claims":[{', "}", " "])
def test_hostile_pieces_take_no_long_time(unit: str) -> None:
    started = time.perf_counter()
    told('{"claims": [' + unit * (MAX_REPLY_CHARACTERS // len(unit)), 100)
    told(unit * (MAX_REPLY_CHARACTERS // len(unit)), 100)
    assert time.perf_counter() - started < 3.0


def test_any_beginning_of_a_reply_gives_a_beginning_of_its_entries() -> None:
    text = json.dumps(REPLY)
    chance = random.Random(5)  # noqa: S311 - repeatable, not secret
    for _ in range(100):
        some = told(text[: chance.randrange(len(text))], chance.randint(1, 9))
        assert some == TOLD[: len(some)]
