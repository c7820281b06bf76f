"""Many questions at once, from threads and from an event loop; what is given up leaves nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.concurrency import Job, Pool, in_order
from qa_plugin.errors import SettingsError
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Answer
from qa_plugin.settings import Settings
from tests.bridges import TOWNS, bridges_told, write_bridges
from tests.fake_openai import FakeOpenAI
from tests.model_clients import questions_under_way, until

QUESTIONS = [f"How many workers built the {town} bridge?" for town in TOWNS]
QUIET_SECONDS = 3.0
soon = partial(until, seconds=QUIET_SECONDS)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_bridges(tmp_path / "articles")


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(bridges_told()) as server:
        yield server


def with_model(articles: Path, tmp_path: Path, fake: FakeOpenAI, **more: Any) -> QAPlugin:
    settings = Settings(
        api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", timeout_seconds=30, translate="never", **more
    )
    return QAPlugin(articles, store=tmp_path / "store", settings=settings)


def without_times(answers: list[Answer]) -> list[dict[str, Any]]:
    return [answer.to_dict() | {"timings_ms": {}} for answer in answers]


def hung_up(fake: FakeOpenAI) -> bool:
    """Whether the other side has ended every connection that the server still holds."""
    server = fake._server
    assert server is not None
    with server.lock:
        for connection in server.open:
            try:
                if connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                    return False
            except BlockingIOError:
                return False
            except OSError:
                continue
    return True


# ---------------------------------------------------------------- many at once


def test_two_hundred_questions_in_eight_threads_are_answered_as_one_by_one(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store", settings=Settings()) as plugin:
        many = plugin.ask_many(QUESTIONS * 20, concurrency=8)
        alone = [plugin.ask(question) for question in QUESTIONS]
    assert without_times(many) == without_times(alone * 20)
    assert [answer.text[:3] for answer in alone] == [str(310 + at) for at in range(len(TOWNS))]
    assert questions_under_way() == []


def test_the_same_with_a_model_behind_a_server(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    with with_model(articles, tmp_path, fake) as plugin:
        many = plugin.ask_many(QUESTIONS * 20, concurrency=8)
    assert len(many) == 200
    assert [a.text for a in many] == [f"{310 + at} workers built it. [1]" for at in range(len(TOWNS))] * 20
    assert {a.mode for a in many} == {"llm"}
    assert soon(lambda: questions_under_way() == [])


def test_the_error_of_one_question_is_its_own(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store", settings=Settings()) as plugin:
        one, none, other = plugin.ask_many([QUESTIONS[0], "  ", QUESTIONS[1]])
    assert (one.status, none.status, other.status) == ("answered", "error", "answered")
    assert none.error is not None
    assert none.question == "  "
    assert other.text.startswith("311")


def test_no_more_run_at_once_than_was_said() -> None:
    running: list[int] = []
    most: list[int] = []

    def work() -> int:
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()
        return len(most)

    assert len(in_order([work] * 30, concurrency=3)) == 30
    assert max(most) == 3


def test_results_come_in_the_order_of_the_questions() -> None:
    def after(seconds: float) -> Callable[[], float]:
        def work() -> float:
            time.sleep(seconds)
            return seconds

        return work

    assert in_order([after(s) for s in (0.05, 0.0, 0.02)], concurrency=3) == [0.05, 0.0, 0.02]


def test_a_pool_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Pool(0)


@pytest.mark.parametrize("concurrency", [0, -1, 2.5, "8", True])
def test_a_number_at_a_time_that_makes_no_sense_is_refused(articles: Path, tmp_path: Path, concurrency: Any) -> None:
    with QAPlugin(articles, store=tmp_path / "store", settings=Settings()) as plugin:
        with pytest.raises(SettingsError, match=r"concurrency is .*; it must be a whole number from 1 to 1000"):
            plugin.ask_many(QUESTIONS, concurrency=concurrency)
        with pytest.raises(SettingsError, match="concurrency is"):
            asyncio.run(plugin.aask_many(QUESTIONS, concurrency=concurrency))
    assert not (tmp_path / "store").exists()


def test_a_job_that_was_given_up_before_its_turn_is_not_done() -> None:
    done: list[int] = []
    job = Job(lambda: done.append(1))
    job.cancel()
    job.run()
    assert done == []


# ---------------------------------------------------------------- from an event loop


def test_async_answers_are_the_same(articles: Path, tmp_path: Path) -> None:
    async def main(plugin: QAPlugin) -> tuple[list[Answer], Answer, list[dict[str, Any]]]:
        many = await plugin.aask_many(QUESTIONS, concurrency=4)
        return many, await plugin.aask(QUESTIONS[0]), [event async for event in plugin.astream(QUESTIONS[0])]

    with QAPlugin(articles, store=tmp_path / "store", settings=Settings()) as plugin:
        many, one, events = asyncio.run(main(plugin))
        assert without_times(many) == without_times([plugin.ask(question) for question in QUESTIONS])
    assert without_times([one]) == without_times(many[:1])
    assert [event["type"] for event in events] == ["retrieved", "claim", "answer"]
    assert without_times([events[-1]["answer"]]) == without_times(many[:1])


def test_an_error_in_a_stream_is_raised(articles: Path, tmp_path: Path) -> None:
    async def main(plugin: QAPlugin) -> None:
        async for _ in plugin.astream("  "):
            pass

    with (
        QAPlugin(articles, store=tmp_path / "store", settings=Settings()) as plugin,
        pytest.raises(Exception, match="question"),
    ):
        asyncio.run(main(plugin))


@pytest.mark.parametrize("how", ["aask", "aask_many", "astream"])
def test_a_cancelled_task_leaves_no_thread_and_no_socket(
    articles: Path, tmp_path: Path, fake: FakeOpenAI, how: str
) -> None:
    async def asked(plugin: QAPlugin) -> None:
        if how == "aask":
            await plugin.aask(QUESTIONS[0])
        elif how == "aask_many":
            await plugin.aask_many(QUESTIONS, concurrency=3)
        else:
            async for _ in plugin.astream(QUESTIONS[0]):
                pass

    async def main(plugin: QAPlugin) -> float:
        task = asyncio.create_task(asked(plugin))
        while not fake.requests_to("/chat/completions"):
            await asyncio.sleep(0.02)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - started

    fake.chat = "hang"
    with with_model(articles, tmp_path, fake) as plugin:
        plugin.index()
        assert asyncio.run(main(plugin)) < QUIET_SECONDS
    assert soon(lambda: questions_under_way() == [])
    assert soon(lambda: hung_up(fake))
    assert len(fake.requests_to("/chat/completions")) <= 3
