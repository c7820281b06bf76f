"""Runs of the evaluation: in parallel, stopped and gone on with, on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main as eval_main
from qa_plugin.cli import main
from qa_plugin.concurrency import as_done
from qa_plugin.errors import ModelUnavailable, SettingsError
from qa_plugin.evaluation import DEFINITIONS, Run, System, digest_of, load_run, measure
from tests.bridges import bridges_told, write_bridges
from tests.conftest import REPOSITORY
from tests.fake_openai import FakeOpenAI

TOWNS = ("Valmar", "Guapira", "Tessaly", "Brunn")
SYSTEM = System("1", "extractive", None, "built-in", None, "news", "q.jsonl", "abc", "2026-01-02T03:04:05+00:00")


def _question(number: int) -> dict[str, Any]:
    question = f"How many workers built the {TOWNS[number % 4]} bridge, asked {number}?"
    gold = {"answer": "", "accept": [], "value": 310 + number % 4, "sources": [f"{number % 4}.en.txt"]}
    return {"id": f"q{number}", "question": question, "question_lang": "en", "type": "count", "conflict": False} | gold


QUESTIONS = [_question(number) for number in range(12)]


def _answer(question: str) -> Mapping[str, Any]:
    return {"status": "answered", "answer": f"to {question}", "confidence": 0.5, "timings_ms": {"total": 1.0}}


def _measured(
    asked: list[str], out: Path, *, system: System = SYSTEM, stop_after: int = 99, resume: bool = True
) -> Run:
    """A run whose asking is noted, and which a person stops after so many answers."""

    def ask(question: str) -> Mapping[str, Any]:
        if len(asked) == stop_after:
            raise KeyboardInterrupt
        asked.append(question)
        return _answer(question)

    return measure(ask, QUESTIONS, lambda _: "", system, out=out, resume=resume)


# ---------------------------------------------------------------- in parallel


def test_cases_are_in_order_however_answers_come(tmp_path: Path) -> None:
    running, most, lock = 0, 0, threading.Lock()
    done: list[tuple[int, int]] = []

    def ask(question: str) -> Mapping[str, Any]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05 if question.endswith(("0?", "4?")) else 0.01)  # later ones overtake
        with lock:
            running -= 1
        return _answer(question)

    measured = partial(measure, ask, QUESTIONS, lambda _: "", SYSTEM)
    run = measured(
        out=tmp_path / "run.jsonl",
        spread=partial(as_done, concurrency=3),
        progress=lambda at, total: done.append((at, total)),
    )
    assert most == 3
    assert [case.question for case in run.cases] == QUESTIONS
    assert all(case.answer["answer"] == f"to {case.question['question']}" for case in run.cases)
    assert done == [(at, 12) for at in range(1, 13)]
    assert load_run(tmp_path / "run.jsonl") == run
    assert measured() == run


def test_an_error_ends_what_is_not_yet_asked() -> None:
    asked: list[int] = []

    def work(number: int) -> int:
        asked.append(number)
        if number == 1:
            raise KeyError(number)
        time.sleep(0.01)
        return number

    with pytest.raises(KeyError):
        list(as_done([partial(work, number) for number in range(50)], concurrency=1))
    assert len(asked) < 50


def test_works_that_are_no_longer_wanted_are_not_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.01)
        return number

    answers = as_done([partial(work, number) for number in range(50)], concurrency=2)
    next(answers)
    answers.close()
    known = len(begun)
    time.sleep(0.1)
    assert len(begun) == known < 50


# ---------------------------------------------------------------- stopped, gone on with


def test_a_stopped_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    out, asked = tmp_path / "run.jsonl", list[str]()
    with pytest.raises(KeyboardInterrupt):
        _measured(asked, out, stop_after=5)
    assert [case.question["id"] for case in load_run(out).cases] == ["q0", "q1", "q2", "q3", "q4"]
    run = _measured(asked, out, system=replace(SYSTEM, made="later"))
    assert asked == [question["question"] for question in QUESTIONS]
    assert run == load_run(out) == measure(_answer, QUESTIONS, lambda _: "", SYSTEM)
    _measured(asked, out)
    assert len(asked) == 12


def test_a_line_that_was_cut_within_a_letter_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    questions = [QUESTIONS[0], {**QUESTIONS[1], "question": "چند نفر؟"}]
    run = measure(_answer, questions, lambda _: "", SYSTEM, out=out)
    whole = out.read_bytes()
    out.write_bytes(whole[: whole.rindex("؟".encode()) + 1])
    assert load_run(out).cases == run.cases[:1]
    assert measure(_answer, questions, lambda _: "", SYSTEM, out=out, resume=True) == run
    assert out.read_bytes() == whole


def test_what_failed_is_asked_again(tmp_path: Path) -> None:
    out, down = tmp_path / "run.jsonl", True

    def ask(question: str) -> Mapping[str, Any]:
        if down and "asked 3" in question:
            raise ModelUnavailable("the server is busy: try later")
        return _answer(question)

    assert measure(ask, QUESTIONS, lambda _: "", SYSTEM, out=out).figures.values["failed"] == round(1 / 12, 4)
    down = False
    assert measure(ask, QUESTIONS, lambda _: "", SYSTEM, out=out, resume=True).figures.values["failed"] == 0
    assert [case.question["id"] for case in load_run(out).cases] == [question["id"] for question in QUESTIONS]


def test_questions_that_are_twice_the_same_are_both_answered(tmp_path: Path) -> None:
    twice: Sequence[Mapping[str, Any]] = [QUESTIONS[0], QUESTIONS[1], QUESTIONS[0]]
    out, asked = tmp_path / "run.jsonl", list[str]()

    def ask(question: str) -> Mapping[str, Any]:
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(question)
        return _answer(question)

    with pytest.raises(KeyboardInterrupt):
        measure(ask, twice, lambda _: "", SYSTEM, out=out)
    assert len(measure(_answer, twice, lambda _: "", SYSTEM, out=out, resume=True).cases) == 3


def test_a_run_of_something_else_is_not_gone_on_with(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    _measured([], out)
    before = out.read_bytes()
    with pytest.raises(
        SettingsError, match=r"something else \(digest abc there, xyz now; concurrency 1 there, 2 now\)"
    ):
        _measured([], out, system=replace(SYSTEM, digest="xyz", concurrency=2))
    with pytest.raises(SettingsError, match="is there already: go on with it by --resume"):
        _measured([], out, resume=False)
    assert out.read_bytes() == before
    with pytest.raises(SettingsError, match="cannot write the run"):
        _measured([], tmp_path / "gone" / "run.jsonl")


def test_the_digest_is_of_questions_and_articles() -> None:
    texts = [("a.txt", "one"), ("b.txt", "two")]
    one = digest_of(QUESTIONS, texts)
    assert one == digest_of(QUESTIONS, reversed(texts))
    others = [
        digest_of(QUESTIONS[:-1], texts),
        digest_of(list(reversed(QUESTIONS)), texts),
        digest_of(QUESTIONS, [("a.txt", "two"), ("b.txt", "one")]),
        digest_of(QUESTIONS, [("a.txt", "onetwo"), ("b.txt", "")]),
    ]
    assert len({one, *others}) == 5


# ---------------------------------------------------------------- from the command line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bridges(tmp_path / "news", TOWNS, ending="en.txt")
    _write_questions(tmp_path, 12)
    return tmp_path


def _write_questions(folder: Path, count: int) -> None:
    lines = (json.dumps(_question(number)) + "\n" for number in range(count))
    (folder / "q.jsonl").write_text("".join(lines), encoding="utf-8")


def _options(folder: Path, *more: str) -> list[str]:
    return ["--articles", str(folder / "news"), "--questions", str(folder / "q.jsonl"), *more]


def _environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "PYTHONUNBUFFERED"}}
    return kept | {"PYTHONPATH": str(REPOSITORY)} | variables


def test_ctrl_c_keeps_what_is_there_and_says_how_to_go_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write_questions(folder, 2000)
    out = folder / "run.jsonl"
    words = [sys.executable, "-m", "qa_plugin", "eval", *_options(folder, "--out", str(out))]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment())
    while not out.exists() or out.read_bytes().count(b"\n") < 20:
        assert process.poll() is None, process.stderr
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, b"")
    said = errors.decode().splitlines()[-1]
    kept = len(load_run(out).cases)
    assert (
        said
        == f"Stopped after {kept:,} of 2,000 questions; they are kept in {out}. The same command with --resume goes on."
    )

    _write_questions(folder, 3)  # to answer the others too would take long; the rest of another set is refused
    assert main(["eval", *_options(folder, "--out", str(out), "--resume")], environ={}) == 2
    assert "digest" in capsys.readouterr().err


def test_both_doors_show_the_same_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "run.jsonl"
    assert main(["eval", "--json", *_options(folder, "--out", str(out), "--misses", "1")], environ={}) == 0
    ours = json.loads(capsys.readouterr().out)
    assert ours["system"]["mode"] == "extractive"
    assert ours["correct"] == 1
    assert ours["intervals"]["correct"] == [1, 1]
    assert ours["misses"] == []
    before = out.read_bytes()
    again = _options(folder, "--out", str(out), "--resume", "--json")
    assert eval_main(again) == 0
    theirs = json.loads(capsys.readouterr().out)
    assert theirs == {name: value for name, value in ours.items() if name != "misses"}
    assert out.read_bytes() == before

    (folder / "q.jsonl").write_text(json.dumps({**_question(0), "value": 9}) + "\n", encoding="utf-8")
    assert eval_main(_options(folder, "--misses", "3")) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("q.jsonl asked of news, answered by extraction; embedder built-in; 1 at a time; qa-plugin ")
    assert "why: gives neither an accepted form nor the value" in shown


def test_a_live_model_is_asked_several_questions_at_a_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with FakeOpenAI(bridges_told(TOWNS), chat="slow") as fake:
        environ = {"OPENAI_API_KEY": fake.api_key, "OPENAI_BASE_URL": fake.base_url, "QA_PLUGIN_MODEL": "fake-chat"}
        environ["QA_PLUGIN_STORE"] = str(folder / "store")
        began = time.monotonic()
        assert main(["eval", "--json", *_options(folder, "--concurrency", "12")], environ=environ) == 0
        took = time.monotonic() - began
        asked = len(fake.requests_to("/chat/completions"))
    found = json.loads(capsys.readouterr().out)
    assert (found["system"]["mode"], found["system"]["model"], found["system"]["concurrency"]) == (
        "llm",
        "fake-chat",
        12,
    )
    assert len(found["system"]["prompt_hash"]) == 12
    assert found["correct"] == 1
    assert found["prompt_tokens"] > 0
    assert (found["unknown_costs"], found["cost_usd"]) == (0, 0)  # a model of this machine
    assert asked >= 12
    assert took < 12 * found["ms"] / 1000  # one after the other they would take longer than that


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--resume"], "--out RUN.jsonl --resume"),
        (["--concurrency", "0"], "no number from 1 to 1000"),
        (["--misses", "-1"], "no number of answers"),
    ],
)
def test_options_that_do_not_fit_are_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["eval", *_options(folder, *options)], environ={}) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1


def test_a_run_that_is_there_is_refused_before_anything_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "run.jsonl").write_text("mine\n", encoding="utf-8")
    assert main(["eval", *_options(folder, "--out", str(folder / "run.jsonl"))], environ={}) == 2
    assert "is there already" in capsys.readouterr().err
    assert (folder / "run.jsonl").read_text(encoding="utf-8") == "mine\n"
    assert main(["eval", *_options(folder, "--out", str(folder / "run.jsonl"), "--resume")], environ={}) == 2
    assert "is no run" in capsys.readouterr().err


def test_define_says_every_figure_and_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--define"], environ={}) == 0
    shown = capsys.readouterr().out
    assert "\nmrr\n" in shown
    assert "= 1 ÷ rank of the first gold file, mean over questions" in shown
    assert main(["eval", "--define", "--json"], environ={}) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == list(DEFINITIONS)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("plain", [{}, {"NO_COLOR": "1"}], ids=["terminal", "NO_COLOR"])
def test_a_bar_is_shown_at_a_terminal_only(folder: Path, plain: dict[str, str]) -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "qa_plugin", "eval", *_options(folder, "--json")],
        stdout=subprocess.PIPE,
        stderr=follower,
        env=_environment(TERM="xterm", **plain),
        check=True,
        timeout=120,
    )
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert json.loads(done.stdout)["n"] == 12
    assert ("\rAsking: " in shown) is (not plain)
    assert "\x1b" not in shown


def test_recorded_replies_make_a_run_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recordings = REPOSITORY / "eval" / "recordings"
    (tmp_path / "set.txt").write_text("\n".join(_recorded_ids(recordings)[:3]) + "\n", encoding="utf-8")
    options = ["--replay", str(recordings / "recordings.jsonl"), "--set", str(tmp_path / "set.txt")]
    out = tmp_path / "run.jsonl"
    assert eval_main([*options, "--out", str(out)]) in {0, 1}
    run = load_run(out)
    assert (run.system.mode, len(run.cases), run.figures.values["quote_exact"]) == ("replayed", 3, 1)
    assert run.system.model
    assert eval_main([*options, "--resume", "--out", str(out)]) == 2
    assert "--resume is of the main run alone" in capsys.readouterr().err
    assert eval_main(["--check", "--out", str(out), "--concurrency", "2"]) == 2
    assert "--out, --concurrency is of the main run alone" in capsys.readouterr().err


def _recorded_ids(recordings: Path) -> list[str]:
    lines = (recordings / "set.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_a_report_is_written_beside_an_earlier_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.en.txt").write_text("The fire on Hill Road killed 14 people.\n", encoding="utf-8")
    question = {"id": "1", "question": "How many people did the fire kill?", "question_lang": "en", "type": "count"}
    (tmp_path / "q.jsonl").write_text(
        json.dumps({**question, "accept": ["14"], "value": 14, "sources": ["a.en.txt"]}) + "\n", encoding="utf-8"
    )
    run, page, baseline = (tmp_path / name for name in ("run.jsonl", "page.html", "baseline.json"))
    command = ["eval", "--articles", str(articles), "--questions", str(tmp_path / "q.jsonl")]
    assert main([*command, "--against", str(run)]) == 2
    assert "--report FILE.html" in capsys.readouterr().err
    assert main([*command, "--out", str(run), "--raise-baseline", str(baseline)]) == 0
    assert main([*command, "--report", str(page), "--against", str(run), "--gate", str(baseline)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "How many people did the fire kill?" in text
    assert str(page) in capsys.readouterr().err
