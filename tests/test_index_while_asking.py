"""Questions while the index is written: each sees the state before or the one after, in every thread and process."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.errors import ModelUnavailable, StoreLocked
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Answer
from qa_plugin.settings import Settings
from qa_plugin.store import connection
from tests.fake_model import ScriptedChat

TOWNS = ("Valmar", "Sarandim", "Guapira", "Tessaly", "Brunn", "Kerem", "Lundby", "Ostrava")
ARTICLES = 40
"""More than are written in one batch."""
QUESTIONS = [f"How many workers built the {town} bridge?" for town in TOWNS[:3]]
SECONDS = 4.0
"""How long it is asked and written."""
_ASKING = """
import json, sys
from qa_plugin import QAPlugin
from qa_plugin.settings import Settings
with QAPlugin(store=sys.argv[1], settings=Settings()) as plugin:
    while line := sys.stdin.readline():
        print(json.dumps(plugin.ask(line.strip()).to_dict()), flush=True)
"""


def write(folder: Path, version: int) -> None:
    """All articles in a version; each is in another file than in the version before, and has other numbers."""
    folder.mkdir(exist_ok=True)
    for at in range(ARTICLES):
        town, report = TOWNS[at % len(TOWNS)], at // len(TOWNS)
        workers = 310 + 100 * version + at % len(TOWNS)
        text = f"Bridge of {town}\n\n{workers} workers built the {town} bridge, report {'abcdef'[report]} said.\n"
        (folder / f"{at}-{1 - version}.txt").unlink(missing_ok=True)
        (folder / f"{at}-{version}.txt").write_text(text, encoding="utf-8")


def told(answer: dict[str, Any]) -> str:
    """An answer without what no state of the index decides."""
    ranked = [{**hit, "score": 0.0} for hit in answer["retrieved"]]
    return json.dumps({**answer, "timings_ms": {}, "retrieved": ranked}, sort_keys=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write(folder, 0)
    return folder


@pytest.fixture
def plugin(folder: Path, tmp_path: Path) -> Iterator[QAPlugin]:
    with QAPlugin(folder, store=tmp_path / "store", settings=Settings()) as plugin:
        yield plugin


def in_threads(works: list[Callable[[], object]], wrong: list[BaseException] | None = None) -> list[BaseException]:
    """Run all at once; what went wrong, which those that go on may look at in `wrong`."""
    wrong = [] if wrong is None else wrong

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            wrong.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_every_answer_is_that_of_one_state(plugin: QAPlugin, folder: Path, tmp_path: Path) -> None:
    right: dict[str, set[str]] = {question: set() for question in QUESTIONS}
    for version in (1, 0):
        write(folder, version)
        plugin.index()
        for question in QUESTIONS:
            right[question].add(told(plugin.ask(question).to_dict()))
    assert all(len(answers) == 2 for answers in right.values())
    given: list[tuple[str, str]] = []
    written: list[int] = []
    wrong: list[BaseException] = []
    until = time.monotonic() + SECONDS

    def going_on() -> bool:
        # Until there was something to see, however slow the machine is.
        return not wrong and (time.monotonic() < until or len(written) < 2)

    def ask(question: str) -> None:
        while going_on():
            given.append((question, told(plugin.ask(question).to_dict())))

    def ask_elsewhere() -> None:
        command = [sys.executable, "-c", _ASKING, str(tmp_path / "store")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            while going_on():
                for question in QUESTIONS:
                    print(question, file=process.stdin, flush=True)
                    answer = json.loads(process.stdout.readline()) | {"usage": {}}
                    given.append((question, told(answer | {"usage": usage})))
            process.stdin.close()
            assert process.wait(60) == 0

    def index() -> None:
        while going_on():
            write(folder, 1 - len(written) % 2)
            plugin.index()
            written.append(1)

    usage = plugin.ask(QUESTIONS[0]).to_dict()["usage"]
    assert in_threads([index, ask_elsewhere, *(lambda q=q: ask(q) for q in QUESTIONS)], wrong) == []
    assert len(written) > 1
    assert len(given) > 6
    assert [question for question, answer in given if answer not in right[question]] == []
    seen = {question: {answer for asked, answer in given if asked == question} for question in QUESTIONS}
    assert seen == right


def test_a_question_that_waits_for_its_model_ends_on_the_state_that_it_began_with(
    plugin: QAPlugin, folder: Path
) -> None:
    events = plugin.stream(QUESTIONS[0])
    assert next(events)["type"] == "retrieved"
    write(folder, 1)
    plugin.index()
    assert plugin.ask(QUESTIONS[0]).text.startswith("410")
    *_, last = events
    old: Answer = last["answer"]
    assert old.text.startswith("310")
    assert old.citations[0].source.endswith("-0.txt")
    assert plugin.ask(QUESTIONS[0]).text.startswith("410")


def test_between_questions_nothing_is_held(plugin: QAPlugin, folder: Path, tmp_path: Path) -> None:
    plugin.ask(QUESTIONS[0])
    with contextlib.closing(plugin.stream(QUESTIONS[0])) as events:
        next(events)
    with QAPlugin(store=tmp_path / "store", settings=Settings()) as other:
        assert other.forget(folder) == ARTICLES
    with QAPlugin(folder, store=tmp_path / "store", settings=Settings()) as again:
        again.index()
        with contextlib.closing(again.stream(QUESTIONS[0])) as events:
            next(events)
            with pytest.raises(StoreLocked, match="a question here that is not answered yet"):
                again.forget(folder)


def test_a_conversation_goes_on_while_the_index_is_written(plugin: QAPlugin, folder: Path) -> None:
    chat = plugin.chat()
    assert chat.ask(QUESTIONS[0]).text.startswith("310")
    write(folder, 1)
    assert in_threads([plugin.index, lambda: chat.ask(QUESTIONS[1])]) == []
    assert chat.ask("And the Guapira bridge?").text.startswith("412")


def test_two_threads_that_index_wait_for_each_other(plugin: QAPlugin, folder: Path) -> None:
    write(folder, 1)
    assert in_threads([plugin.index] * 3 + [lambda: plugin.ask(QUESTIONS[0])]) == []
    assert len(plugin.sources()) == ARTICLES


def test_the_index_can_be_let_go_of_while_a_question_runs(plugin: QAPlugin) -> None:
    events = plugin.stream(QUESTIONS[0])
    next(events)
    plugin.close()
    *_, last = events
    assert last["answer"].text.startswith("310")


@pytest.mark.parametrize("slow", [False, True], ids=["quick", "slow"])
def test_what_takes_long_is_seen_in_steps_and_what_fails_keeps_what_was_done(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, slow: bool
) -> None:
    monkeypatch.setattr(connection, "_TOGETHER_SECONDS", 0.0 if slow else 60.0)
    seen: list[int] = []

    def look(done: int, total: int) -> None:
        with QAPlugin(store=tmp_path / "store", settings=Settings()) as other:
            seen.append(len(other.sources()))
        if done == total:
            raise ModelUnavailable("the embedder is gone")

    with QAPlugin(folder, store=tmp_path / "store", settings=Settings()) as plugin:
        with pytest.raises(ModelUnavailable):
            plugin.index(progress=look)
        assert seen == ([32, 40] if slow else [0, 0])
        assert plugin.index().unchanged == ARTICLES


def test_a_model_is_asked_about_one_state(folder: Path, tmp_path: Path) -> None:
    quote = {"passage": 1, "quote": "310 workers built the Valmar bridge"}
    model = ScriptedChat({"status": "answered", "claims": [{"text": "310 workers.", "quotes": [quote]}]})
    with QAPlugin(folder, store=tmp_path / "store", settings=Settings()) as plugin:
        plugin._model = model
        events = plugin.stream(QUESTIONS[0])
        next(events)
        write(folder, 1)
        plugin.index()
        *_, last = events
    assert last["answer"].mode == "llm"
    assert last["answer"].text.startswith("310 workers.")
