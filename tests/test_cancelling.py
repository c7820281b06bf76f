"""Calls that nobody wants any more end at once and leave nothing behind."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from qa_plugin.models.calls import call_again, run_within
from qa_plugin.models.cancelling import CallCancelled, Cancelled, cancellable, current
from tests.fake_openai import FakeOpenAI
from tests.model_clients import chat_at, complete, embedder_at, open_files, stream, until

AT_ONCE_SECONDS = 1.0


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def cancelled_during(work: Callable[[], object], when: Callable[[], bool]) -> float:
    """Run in a thread and cancel when it is so; seconds from there until it had ended with `CallCancelled`."""
    token = Cancelled()
    ended: list[BaseException | float] = []

    def run() -> None:
        try:
            with cancellable(token):
                work()
        except BaseException as error:  # noqa: BLE001 - looked at below
            ended.extend([error, time.monotonic()])

    thread = threading.Thread(target=run)
    thread.start()
    assert until(when)
    started = time.monotonic()
    token.cancel()
    thread.join(5)
    error, at = ended
    assert isinstance(error, CallCancelled)
    assert isinstance(at, float)
    return at - started


@pytest.mark.parametrize("behaviour", ["hang", "trickle", "trickle_headers"])
def test_a_call_that_waits_for_its_reply_ends_and_hangs_up(fake: FakeOpenAI, behaviour: str) -> None:
    chat = chat_at(fake)
    complete(chat)
    chat.close()
    assert until(lambda: fake.open_connections == 0)
    before = open_files()
    fake.chat = behaviour
    for _ in range(3):
        fake.requests.clear()
        assert cancelled_during(lambda: complete(chat), lambda: len(fake.requests) == 1) < AT_ONCE_SECONDS
    assert "model-call" not in {thread.name for thread in threading.enumerate()}
    assert until(lambda: fake.open_connections == 0)
    assert until(lambda: open_files() <= before)
    fake.chat = "honest"
    assert complete(chat)
    chat.close()


@pytest.mark.parametrize("behaviour", ["hang", "stream_stalls", "stream_trickles", "stream_trickles_at_once"])
def test_a_stream_ends_and_hangs_up(fake: FakeOpenAI, behaviour: str) -> None:
    chat = chat_at(fake)
    complete(chat)
    chat.close()
    assert until(lambda: fake.open_connections == 0)
    before = open_files()
    fake.chat = behaviour
    assert cancelled_during(lambda: stream(chat), lambda: len(fake.requests) == 2) < AT_ONCE_SECONDS
    assert "model-call" not in {thread.name for thread in threading.enumerate()}
    assert until(lambda: fake.open_connections == 0)
    assert until(lambda: open_files() <= before)


def test_a_stream_that_is_looked_at_hangs_up_before_its_next_piece_is_asked_for(fake: FakeOpenAI) -> None:
    fake.chat = "stream_stalls"
    chat = chat_at(fake)
    with cancellable() as token:
        made = chat.stream([], schema=None, max_tokens=9, deadline=None)
        next(made)
        assert fake.open_connections == 1
        token.cancel()
        assert until(lambda: fake.open_connections == 0)
        with pytest.raises(CallCancelled, match=r"^$"):
            next(made)


def test_a_pause_ends(fake: FakeOpenAI) -> None:
    fake.chat = "busy_for_long"
    chat = chat_at(fake, deadline_seconds=1000)
    assert cancelled_during(lambda: complete(chat), lambda: len(fake.requests) == 1) < AT_ONCE_SECONDS
    chat.close()
    assert len(fake.requests) == 1


def test_an_embedder_ends_too(fake: FakeOpenAI) -> None:
    fake.embeddings = "hang"
    embedder = embedder_at(fake)
    assert cancelled_during(lambda: embedder.embed_query("a"), lambda: len(fake.requests) == 1) < AT_ONCE_SECONDS
    assert until(lambda: fake.open_connections == 0)


def test_what_is_begun_after_it_was_cancelled_sends_nothing(fake: FakeOpenAI) -> None:
    chat = chat_at(fake)
    with cancellable() as token:
        token.cancel()
        with pytest.raises(CallCancelled, match=r"^$"):
            complete(chat)
        with pytest.raises(CallCancelled, match=r"^$"):
            stream(chat)
        with pytest.raises(CallCancelled, match=r"^$"):
            run_within(lambda: 1, deadline=time.monotonic() + 5)
    assert fake.requests == []
    assert complete(chat)
    chat.close()


def test_one_cancelled_call_leaves_the_others_of_the_model_alone(fake: FakeOpenAI) -> None:
    fake.chat = "slow"
    chat = chat_at(fake)
    replies: list[str] = []
    others = [threading.Thread(target=lambda: replies.append(complete(chat))) for _ in range(3)]
    for other in others:
        other.start()
    assert until(lambda: len(fake.requests) == 3)
    cancelled_during(lambda: complete(chat), lambda: len(fake.requests) == 4)
    for other in others:
        other.join()
    chat.close()
    assert len(replies) == 3


def test_a_cancelled_task_ends_the_call_in_its_thread(fake: FakeOpenAI) -> None:
    fake.chat = "hang"
    chat = chat_at(fake)

    async def ask() -> None:
        with cancellable() as token:
            try:
                await asyncio.to_thread(complete, chat)
            except asyncio.CancelledError:
                token.cancel()
                raise

    async def give_up() -> None:
        task = asyncio.create_task(ask())
        while not fake.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(give_up())
    assert until(lambda: fake.open_connections == 0)


def test_an_outer_block_cancels_the_inner_one_and_not_the_other_way_round() -> None:
    with cancellable() as outer:
        with cancellable() as inner:
            assert current() is inner
            inner.cancel()
        assert current() is outer
        assert not outer.is_set
        with cancellable() as other:
            outer.cancel()
            assert other.is_set
        with cancellable() as late:
            assert late.is_set
    assert contextvars.Context().run(current) is current()


def test_work_that_ends_by_itself_first_has_its_result() -> None:
    with cancellable() as token:
        assert run_within(lambda: 7, deadline=time.monotonic() + 5) == 7
        token.cancel()
    assert call_again(lambda: 8, deadline=time.monotonic() + 5, attempts=1, first_pause_seconds=1) == 8
