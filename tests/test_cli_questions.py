"""A file of questions: a line each, in order, whatever happens."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import environment, run, said, write_news


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_news(tmp_path)


def test_each_line_gets_an_answer_in_order_whatever_happens(folder: Path) -> None:
    lines: list[bytes] = [
        "\ufeff".encode() + b'{"question": "How many people were evacuated?", "id": 1}',
        b"{not json",
        b'["a list"]',
        b"",
        b'{"text": "no question"}',
        b'{"question": "  "}',
        b'{"question": 7}',
        b'{"question": "\xff"}',
        b"[" * 100_000,
        b'{"question": "a lone surrogate \\ud800 in it"}',
        '{"question": "Combien la rénovation du musée a-t-elle coûté ?"}'.encode(),
    ]
    (folder / "q.jsonl").write_bytes(b"\r\n".join(lines))
    status, output, errors = said(run("ask", "--articles", "news", "--questions", "q.jsonl", "--json", cwd=folder))
    answers: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    assert len(answers) == 10
    assert [answer["status"] == "error" for answer in answers] == [False, *[True] * 7, False, False]
    assert "4,200" in answers[0]["answer"]
    assert answers[9]["question"].startswith("Combien")
    assert answers[5]["question"] == "7", "what could be read of a failed line is lost"
    for answer in answers[1:8]:
        assert answer["error"]["kind"] == "question"
        assert answer["citations"] == answer["retrieved"] == []
    assert status == 2
    assert [answer["error"]["message"].split(" is ")[0].split(" has ")[0] for answer in answers[1:8]] == [
        f"Line {number}" for number in (2, 3, 5, 6, 7, 8, 9)
    ]
    assert "7 of 10 lines failed; the first: Line 2 is not JSON" in errors.splitlines()[-1]


def test_the_id_of_a_line_stands_in_its_answer(folder: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"id": "a-1", "question": "How many people were evacuated?"},
        {"id": {"n": [1]}, "question": "x" * 5000},
        {"id": None, "question": 3.5},
        {"id": 0},
        {"question": "Who won the chess championship?"},
    ]
    given = "\n".join(map(json.dumps, lines)).encode()
    done = run("ask", "--articles", "news", "--questions", "-", "--json", cwd=folder, given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a.get("id", "none") for a in answers] == ["a-1", {"n": [1]}, None, 0, "none"]
    assert [a["question"] for a in answers] == [
        "How many people were evacuated?", "x" * 5000, "3.5", "", "Who won the chess championship?",
    ]  # fmt: skip
    assert [a["status"] for a in answers] == ["answered", "error", "error", "error", "not_in_sources"]
    assert next(iter(answers[0])) == "id"
    assert done.returncode == 2


def test_questions_without_failure_are_status_0_even_if_nothing_is_found(folder: Path) -> None:
    question = b'{"question": "Who won the chess championship?"}\n'
    done = run("ask", "--articles", "news", "--questions", "-", "--json", cwd=folder, given=question)
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "not_in_sources"


def test_questions_without_an_index_still_give_a_line_each(tmp_path: Path) -> None:
    given = b'{"question": "One?"}\n{"question": "Two?"}\n'
    done = run("ask", "--questions", "-", "--json", cwd=tmp_path, given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(a["question"], a["status"], a["error"]["kind"]) for a in answers] == [
        ("One?", "error", "store_not_built"),
        ("Two?", "error", "store_not_built"),
    ]
    assert done.returncode == 2


def test_a_fault_that_concerns_all_lines_still_gives_a_line_each(tmp_path: Path) -> None:
    given = b'{"question": "One?"}\nnot json\n'
    done = run("ask", "--articles", "absent", "--questions", "-", "--json", cwd=tmp_path, given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(a["question"], a["error"]["kind"]) for a in answers] == [("One?", "articles"), ("", "question")]
    assert done.returncode == 2


def test_an_answer_comes_before_the_next_question(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    with subprocess.Popen(
        [sys.executable, "-m", "qa_plugin", "ask", "--questions", "-", "--json"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in ("How many people were evacuated?", "Who is the mayor?"):
            process.stdin.write(json.dumps({"question": question}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_a_file_without_questions_is_told(folder: Path) -> None:
    (folder / "q.jsonl").write_bytes(b"\n\n")
    status, _, errors = said(run("ask", "--articles", "news", "--questions", "q.jsonl", "--json", cwd=folder))
    assert status == 2
    assert "The file holds no questions" in errors


def test_questions_for_people(folder: Path) -> None:
    given = b'{"question": "How many people were evacuated?"}\n{}\n'
    status, output, _ = said(run("ask", "--articles", "news", "--questions", "-", cwd=folder, given=given))
    assert status == 2
    assert output.startswith("? How many people were evacuated?\n\n")
    assert 'has no question; it must be an object such as {"question": "…"}.' in output
