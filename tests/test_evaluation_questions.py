"""Question files: what may be left out, what is refused, and gold that does not hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.__main__ import main
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import check_gold, load_questions
from tests.conftest import REPOSITORY
from tests.hand_made_cases import TEXTS, gold_question, text_of

GOOD = '{"question": "Who?", "question_lang": "en", "type": "who", "accept": ["Noor"], "sources": ["a.en.txt"]}'


def test_questions_get_what_is_optional(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    unanswerable = '{"id": "u", "question": "Why\u2028?", "question_lang": "fr", "type": "unanswerable"}'
    path.write_bytes(f"\ufeff{GOOD}\r\n\n{unanswerable}\n".encode())
    first, second = load_questions(path)
    assert (first["id"], first["answer"], first["value"], first["conflict"]) == ("line 1", "", None, False)
    assert (second["id"], second["accept"], second["sources"]) == ("u", [], [])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"line 2: not JSON \(.* at column 2\)"),
        ("[]", "line 2: not a JSON object but list"),
        ('{"question": "Who?", "type": "who"}', "line 2: question_lang, accept, sources missing"),
        (GOOD.replace('"who"', '"whom"'), "line 2: type 'whom' is none of count, money"),
        (GOOD.replace('["Noor"]', '"Noor"'), 'line 2: accept has to be a list of texts, not "Noor"'),
        (GOOD.replace('["a.en.txt"]', "[1]"), r"line 2: sources has to be a list of texts, not \[1\]"),
        (GOOD.replace('"Who?"', '" "'), 'line 2: question has to be a text, not " "'),
        (GOOD.replace("{", '{"value": "5", '), 'line 2: value has to be a number or null, not "5"'),
        (GOOD.replace("{", '{"value": true, '), "line 2: value has to be a number or null, not true"),
    ],
)
def test_a_bad_line_is_named_with_its_fault(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"q.jsonl, {message}"):
        load_questions(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the questions .*gone\.jsonl"):
        load_questions(tmp_path / "gone.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no questions"):
        load_questions(tmp_path / "empty.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "\xe9"}')
    with pytest.raises(SettingsError, match=r"latin\.jsonl is not UTF-8 \(byte 14\)"):
        load_questions(tmp_path / "latin.jsonl")


def test_gold_that_does_not_hold_is_reported() -> None:
    good_quote = {"source": "a.en.txt", "quote": "General Dara Noor"}
    questions = [
        gold_question("en", "who", ["a.en.txt"], id="good", accept=["Noor"], quotes=[good_quote]),
        gold_question("en", "who", ["gone.txt"], id="source", accept=["Noor"]),
        gold_question("en", "who", ["a.en.txt"], id="quote", accept=["Noor"], quotes=[good_quote | {"quote": "Nour"}]),
        gold_question("en", "who", ["b.fr.txt"], id="other", accept=["Noor"], quotes=[good_quote]),
        gold_question("en", "who", ["a.en.txt"], id="form", accept=["Noor"], quotes=["General"]),
        gold_question("en", "who", ["a.en.txt"], id="gold"),
        gold_question("en", "count", ["a.en.txt"], id="zero", value=0),
        gold_question("en", "who", [], id="nowhere", accept=["Noor"]),
        gold_question("en", "unanswerable", ["a.en.txt"], id="known"),
        gold_question("en", "unanswerable", [], id="good"),
    ]
    assert check_gold(questions, text_of) == [
        "source: there is no article gone.txt",
        "quote: quote 1 does not stand in a.en.txt: 'Nour'",
        "other: quote 1 is from a.en.txt, which is not among the sources",
        'form: quote 1 has to be {"source": …, "quote": …}, both texts',
        "gold: neither accept nor value says what answers it",
        "nowhere: type who, but it has no sources",
        "known: unanswerable, but it has sources",
        "good: the id is used twice",
    ]


def _folder(tmp_path: Path, lines: str) -> list[str]:
    for source, text in TEXTS.items():
        (tmp_path / source).write_text(text, encoding="utf-8")
    (tmp_path / "q.jsonl").write_text(lines, encoding="utf-8")
    return ["--articles", str(tmp_path), "--questions", str(tmp_path / "q.jsonl")]


def test_the_check_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_folder(tmp_path, GOOD), "--check"]) == 0
    out, err = capsys.readouterr()
    assert (out.split("\n\n")[-1], err) == ("type\n     en  all\nwho   1    1\n", "1 questions, 0 problems\n")
    assert main([*_folder(tmp_path, GOOD.replace("a.en", "gone")), "--check"]) == 1
    assert capsys.readouterr().out.startswith("line 1: there is no article gone.txt\n\n")


def test_a_reader_that_has_gone_is_no_fault() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with open(writes, "wb") as gone:  # noqa: PTH123 - a number and no path
        done = subprocess.run(
            [sys.executable, "-m", "eval", "--check"], cwd=REPOSITORY, stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_a_bad_file_is_one_plain_line_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_folder(tmp_path, "{}"), "--check"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "q.jsonl, line 1: question, question_lang, type, accept, sources missing" in err
    assert main(["--articles", str(tmp_path / "gone")]) == 2
    assert "there is no folder" in capsys.readouterr().err
