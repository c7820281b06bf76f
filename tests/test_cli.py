from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.cli import main
from qa_plugin.cli.arguments import UsageError, asks_for_json, parse
from qa_plugin.cli.terminal import well_formed
from qa_plugin.errors import SettingsError
from qa_plugin.presentation import as_json
from qa_plugin.scoping import day
from tests.fake_openai import FakeOpenAI

HEAVY = ("numpy", "chromadb", "openai", "llama_index", "tiktoken", "snowballstemmer", "babel", "onnxruntime")

ENGLISH = """Floods empty three districts of Marlow

The river Ansel rose by two metres in one night.
Civil Defence said on Saturday that 4,200 people were evacuated from three districts.
Schools will stay closed until Wednesday, the mayor, Ana Duarte, told reporters in Marlow.
"""
FRENCH = """Le musée de Brévent rouvre ses portes

Le musée de Brévent a rouvert ses portes après deux ans de travaux.
La rénovation a coûté 18 millions d'euros, selon la directrice du musée.
"""
PERSIAN = """افتتاح خط تازه مترو در شهر سارین

خط تازه مترو در شهر سارین روز دوشنبه افتتاح شد.
به گفته شهردار، این خط ۱۲ ایستگاه دارد و ساخت آن شش سال طول کشید.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with three articles in `news/`."""
    news = tmp_path / "news"
    (news / "sub").mkdir(parents=True)
    (news / "flood.txt").write_text(ENGLISH, encoding="utf-8")
    (news / "sub" / "musée.txt").write_text(FRENCH, encoding="utf-8")
    (news / "metro.txt").write_text(PERSIAN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A working folder with nothing in it."""
    path = tmp_path / "empty"
    path.mkdir()
    return path


def environment(**variables: str) -> dict[str, str]:
    """The process's environment without what would change an answer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "QA_PLUGIN_")) and name not in {"NO_COLOR", "PYTHONUNBUFFERED"}
    }
    package = str(Path(__file__).resolve().parent.parent)
    return kept | {"PYTHONPATH": package} | variables


def run(
    *words: str | bytes, cwd: Path, given: bytes | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "qa_plugin", *words],
        cwd=cwd,
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        env=environment(**variables),
        timeout=120,
        check=False,
    )


def said(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    """Status, standard output and standard error."""
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# ---------------------------------------------------------------- the grammar


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "How", "many", "people?"],
        ["ask", "How many people?"],
        ["ask", "--json", "How", "many", "people?"],
        ["ask", "How", "--json", "many", "people?"],
        ["ask", "How", "--language", "fr", "many", "people?", "--offline"],
        ["--json", "ask", "How", "many", "--store", "x", "people?"],
        ["ask", "--", "How", "many", "people?"],
        ["ask", "How", "--json", "--", "many", "people?"],
    ],
)
def test_words_are_joined_wherever_options_stand(words: list[str]) -> None:
    assert " ".join(parse(words).words) == "How many people?"


@pytest.mark.parametrize("words", [["ask", "at", "-5", "degrees"], ["ask", "at", "--json", "-5", "degrees"]])
def test_a_negative_number_is_a_word(words: list[str]) -> None:
    assert parse(words).words == ["at", "-5", "degrees"]


def test_all_after_two_dashes_are_words() -> None:
    arguments = parse(["ask", "--", "--json", "what"])
    assert arguments.words == ["--json", "what"]
    assert not arguments.json
    assert not asks_for_json(["ask", "--", "--json", "what"])


@pytest.mark.parametrize(
    "words",
    [["--store", "x", "--json", "--offline", "sources"], ["sources", "--store", "x", "--json", "--offline"]],
)
def test_common_options_stand_before_and_after_the_command(words: list[str]) -> None:
    arguments = parse(words)
    assert (arguments.store, arguments.json, arguments.offline) == ("x", True, True)


def test_an_option_before_the_command_is_not_lost_after_it() -> None:
    arguments = parse(["--store", "x", "ask", "--json", "what"])
    assert (arguments.store, arguments.json, arguments.offline) == ("x", True, False)


def test_paths_may_stand_on_both_sides_of_an_option() -> None:
    arguments = parse(["index", "a", "--yes", "b"])
    assert (arguments.paths, arguments.yes) == (["a", "b"], True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["How", "many?"], r"There is no command 'How'\. To ask something: qa-plugin ask"),
        (["ask", "How", "--jsn", "many"], r"There is no option --jsn; `qa-plugin ask --help` lists them"),
        (["ask", "x", "--lang", "fr"], r"There is no option --lang;"),
        (["sources", "more"], r"'more' is one word too many; `qa-plugin sources --help`"),
        (["index"], r"PATH; `qa-plugin index --help` shows how"),
        (["ask", "x", "--language", "xx"], r"'xx' is none of en, pt, fr, ar, fa and und"),
        (
            ["ask", "x", "--from", "yesterday"],
            r"--from: 'yesterday' is no date; write it as 2024, 2024-03 or",
        ),
        (["ask", "x", "--to", "2024-13"], r"--to: '2024-13' is no date"),
        (["ask", "x", "--from", "2024-02-30"], r"--from: '2024-02-30' is no date"),
        (["ask", "x", "--from", "2025", "--to", "2024"], r"--from 2025-01-01 is after --to 2024-12-31"),
        (["search", "x", "--limit", "0"], r"'0' is no number from 1 to 1000"),
        (["ask", "x", "--store", ""], r"it is empty; give a value"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(words)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-2", "2023-02-01", "2023-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-03-15", "2024-03-15", "2024-03-15"),
        (" ۲۰۲۴-۰۳ ", "2024-03-01", "2024-03-31"),
    ],
)
def test_a_year_or_month_stands_for_its_first_or_last_day(text: str, first: str, last: str) -> None:
    assert day(text, last=False) == first
    assert day(text, last=True) == last


@pytest.mark.parametrize("text", ["", "24", "0000", "2024-00", "2024-01-00", "2024-1-1-1", "2024/01", "20240101"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(SettingsError, match="is no date"):
        day(text, last=False)


def test_language_codes_are_taken_as_people_write_them() -> None:
    assert parse(["ask", "x", "--language", "pt-BR"]).language == "pt"
    assert parse(["ask", "x", "--language", "UND"]).language == "und"


# ---------------------------------------------------------------- JSON and text


def test_json_is_legible_and_one_line_for_every_reader_of_lines() -> None:
    value = {"text": "خبر\u2028\u0085\n\x1b[31m\u202e\ud800\x9b"}
    text = as_json(value)
    assert len(text.splitlines()) == 1
    assert "خبر" in text
    assert text.encode("utf-8")
    assert not set(text) & set("\u2028\u0085\x1b\u202e\x9b")
    assert json.loads(text) == value


def test_json_has_null_where_a_number_is_not_finite() -> None:
    assert as_json({"value": [1.5, float("inf")], "at": (float("nan"),)}) == '{"value": [1.5, null], "at": [null]}'


def test_bytes_that_the_locale_could_not_read_are_utf_8() -> None:
    assert well_formed("چند".encode().decode("ascii", "surrogateescape")) == "چند"
    assert well_formed("a\udcffb") == "a\ufffdb"
    assert well_formed("a\ud800b") == "a?b"


# ---------------------------------------------------------------- the program, without an index


def test_alone_it_prints_three_examples(empty: Path) -> None:
    status, output, errors = said(run(cwd=empty))
    assert (status, errors) == (0, "")
    lines = output.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("qa-plugin ") and len(line) <= 80 for line in lines)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("words", [[], ["--help"], ["ask", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from qa_plugin.cli import main\n"
        f"status = main({words!r})\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print(status, heavy, time.process_time(), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        env=environment(),
        check=True,
        timeout=60,
    )
    status, heavy, seconds = done.stderr.decode().strip().rsplit("\n", 1)[-1].split(" ")
    assert (status, heavy) == ("0", "[]")
    assert float(seconds) < 0.3


def test_help_names_the_commands_that_work_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    output = capsys.readouterr().out
    for command in ("index", "forget", "ask", "chat", "search", "serve", "mcp", "sources", "doctor", "eval"):
        assert f"\n    {command} " in output


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("qa-plugin ")


def test_a_usage_error_is_one_plain_line_and_status_2(tmp_path: Path) -> None:
    status, output, errors = said(run("indx", "news", cwd=tmp_path))
    assert (status, output) == (2, "")
    assert errors.startswith("qa-plugin: There is no command 'indx'.")
    assert errors.count("\n") == 1


def test_with_json_a_usage_error_is_json_too(tmp_path: Path) -> None:
    status, output, errors = said(run("ask", "--json", cwd=tmp_path))
    assert status == 2
    error = json.loads(output)["error"]
    assert error["kind"] == "usage"
    assert errors == f"qa-plugin: {error['message']}\n"


def test_a_wrong_setting_is_told_before_anything_is_done(tmp_path: Path) -> None:
    status, output, errors = said(run("ask", "x", "--json", cwd=tmp_path, QA_PLUGIN_OFFLINE="maybe"))
    assert status == 2
    assert json.loads(output)["error"]["kind"] == "settings"
    assert errors.startswith("qa-plugin: QA_PLUGIN_OFFLINE is 'maybe'")


@pytest.mark.parametrize("words", [["ask", "Anything?"], ["search", "anything"], ["sources"]])
def test_without_an_index_it_says_which_command_makes_one(words: list[str], empty: Path) -> None:
    status, output, errors = said(run(*words, cwd=empty))
    assert (status, output) == (2, "")
    assert "qa-plugin index" in errors.splitlines()[-1]
    assert "Traceback" not in errors
    assert list(empty.iterdir()) == []


def test_an_empty_question_is_refused(tmp_path: Path) -> None:
    status, _, errors = said(run("ask", "-", cwd=tmp_path, given=b" \n"))
    assert status == 2
    assert errors == 'qa-plugin: There is nothing to look for; try: qa-plugin ask "How many people were evacuated?"\n'


def test_a_question_and_a_file_of_questions_do_not_go_together(tmp_path: Path) -> None:
    status, _, errors = said(run("ask", "x", "--questions", "q.jsonl", cwd=tmp_path))
    assert status == 2
    assert "not both" in errors


def test_a_missing_question_file_is_told(tmp_path: Path) -> None:
    status, _, errors = said(run("ask", "--questions", "q.jsonl", "--json", cwd=tmp_path))
    assert status == 2
    assert errors.startswith("qa-plugin: The questions q.jsonl cannot be read: No such file")


# ---------------------------------------------------------------- the program, over articles


def test_ask_over_a_folder_prints_a_cited_answer(folder: Path) -> None:
    status, output, errors = said(
        run("ask", "--articles", "news", "How", "many", "people", "were", "evacuated?", cwd=folder)
    )
    assert status == 0, errors
    assert errors.splitlines()[0] == "All stays on this machine."
    assert "4,200" in output.splitlines()[0]
    assert "[1] flood.txt (English" in output
    assert "4,200 people were evacuated from three districts." in output
    assert output.endswith("\n\nAnswered by extraction; nothing left this machine.\n")


def test_json_quotes_are_exact(folder: Path) -> None:
    status, output, _ = said(run("ask", "--json", "--articles", "news", "How many people were evacuated?", cwd=folder))
    assert status == 0
    answer = json.loads(output)
    assert answer["status"] == "answered"
    assert answer["citations"]
    for citation in answer["citations"]:
        text = (folder / "news" / citation["source"]).read_bytes().decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_nothing_in_the_sources_is_status_1(folder: Path) -> None:
    status, output, _ = said(run("ask", "--articles", "news", "--json", "Who won the chess championship?", cwd=folder))
    assert status == 1
    answer = json.loads(output)
    assert (answer["status"], answer["citations"]) == ("not_in_sources", [])


def test_a_question_from_standard_input_in_an_ascii_locale(folder: Path) -> None:
    done = run(
        "ask", "--articles", "news", "-",
        cwd=folder, given="این خط مترو چند ایستگاه دارد؟\n".encode(),
        LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
    )  # fmt: skip
    status, output, errors = said(done)
    assert status == 0, errors
    assert "۱۲ ایستگاه" in output


def test_a_question_as_words_in_an_ascii_locale(folder: Path) -> None:
    question = "این خط مترو چند ایستگاه دارد؟"
    done = run(
        "ask", "--articles", "news", "--json", *question.encode().split(),
        cwd=folder, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
    )  # fmt: skip
    assert json.loads(done.stdout)["question"] == question


def test_the_life_of_an_index(folder: Path) -> None:
    status, output, errors = said(run("index", "news", cwd=folder))
    assert (status, output) == (0, "3 added, 0 unchanged.\n"), errors
    assert errors.splitlines()[0] == "All stays on this machine."

    (folder / "news" / "flood.txt").write_text(ENGLISH.replace("4,200", "4,300"), encoding="utf-8")
    (folder / "news" / "metro.txt").unlink()
    status, output, _ = said(run("index", "news", "--json", cwd=folder))
    assert status == 0
    report = json.loads(output)
    assert (report["changed"], report["removed"], report["unchanged"]) == (["flood.txt"], ["metro.txt"], 1)

    status, output, _ = said(run("ask", "How many people were evacuated?", cwd=folder))
    assert status == 0
    assert "4,300" in output.splitlines()[0]

    status, output, _ = said(run("forget", "news", cwd=folder))
    assert (status, output) == (0, "2 files forgotten.\n")
    status, output, _ = said(run("ask", "How many people were evacuated?", "--json", cwd=folder))
    assert status in {1, 2}
    assert "4,300" not in output


def test_index_tells_what_it_could_not_read_and_what_is_empty(folder: Path) -> None:
    (folder / "news" / "scan.txt").write_bytes(b"%PDF-1.7 not text")
    (folder / "news" / "empty.txt").write_bytes(b"")
    status, output, errors = said(run("index", "news", cwd=folder))
    assert status == 0
    assert output.startswith("4 added, 0 unchanged, 1 not read. 1 file holds no article text.\n")
    assert "1 file could not be read and will be missing; the first: scan.txt: it is a PDF document" in errors
    status, output, errors = said(run("index", "news", "--json", cwd=folder))
    assert status == 0
    assert json.loads(output)["empty"] == ["empty.txt"]
    assert "scan.txt" in errors


def test_forget_takes_roots_and_says_so(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    status, output, errors = said(run("forget", "news/sub", cwd=folder))
    assert (status, output) == (2, "")
    assert f"news/sub is part of the root {folder}/news, and roots are forgotten whole" in errors
    status, output, _ = said(run("forget", "elsewhere", cwd=folder))
    assert status == 1
    assert output == "Nothing of elsewhere is in the index; `qa-plugin sources` lists what is.\n"
    _, output, _ = said(run("forget", "--help", cwd=folder))
    assert "a root of the index" in " ".join(output.split())


def test_a_search_that_nothing_matches_is_status_1(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    status, output, _ = said(run("search", "zzyzzyva", "9,876,543", cwd=folder))
    assert (status, output) == (1, "Nothing in the sources.\n")
    status, output, _ = said(run("search", "zzyzzyva", "--json", cwd=folder))
    assert (status, json.loads(output)["results"]) == (1, [])


def test_articles_limits_the_answer_to_that_root(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "flood.txt").write_text(ENGLISH.replace("4,200", "9,100"), encoding="utf-8")
    assert run("index", "other", cwd=folder).returncode == 0
    _, output, _ = said(run("ask", "--articles", "news", "--json", "How many people were evacuated?", cwd=folder))
    answer = json.loads(output)
    assert "4,200" in answer["answer"]
    assert "9,100" not in output


def test_options_narrow_the_search(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    status, output, _ = said(run("search", "le musée de Brévent", "--json", cwd=folder))
    assert status == 0
    found = json.loads(output)
    assert found["query"] == "le musée de Brévent"
    assert found["results"][0]["source"] == "sub/musée.txt"
    for narrowed in (["--language", "fa"], ["--source", "flood*"], ["--limit", "1"]):
        status, output, _ = said(run("search", "le musée de Brévent", "--json", *narrowed, cwd=folder))
        sources = {result["source"] for result in json.loads(output)["results"]}
        expected = {"--language": "metro.txt", "--source": "flood.txt", "--limit": "sub/musée.txt"}[narrowed[0]]
        assert sources <= {expected}
        assert status == (0 if sources else 1)


def test_sources_and_their_texts(folder: Path) -> None:
    raw = "\ufeffLine one of it.\r\nLine two, “quoted”.\r\n"
    (folder / "news" / "dos.txt").write_bytes(raw.encode())
    assert run("index", "news", cwd=folder).returncode == 0
    status, output, _ = said(run("sources", cwd=folder))
    assert status == 0
    assert output.startswith(str(folder / "news"))
    assert "  sub/musée.txt" in output
    status, output, _ = said(run("sources", "--json", cwd=folder))
    listed = {entry["file"]: entry for entry in json.loads(output)}
    assert set(listed) == {"dos.txt", "flood.txt", "metro.txt", "sub/musée.txt"}
    assert listed["metro.txt"]["language"] == "fa"
    assert listed["dos.txt"]["characters"] == len(raw)
    keys = ["file", "root", "language", "title", "published", "credits", "characters", "chunks", "copies"]
    keys.append("translations")
    assert list(listed["metro.txt"]) == keys
    assert run("sources", "--text", "dos.txt", cwd=folder).stdout == raw.encode()
    status, output, errors = said(run("sources", "--text", "absent.txt", cwd=folder))
    assert (status, output) == (2, "")
    assert "absent.txt" in errors


def test_the_store_stands_where_it_is_told(folder: Path) -> None:
    assert run("--store", "a/b", "index", "news", cwd=folder).returncode == 0
    assert not (folder / "vectorstore").exists()
    assert run("sources", cwd=folder, QA_PLUGIN_STORE="a/b").returncode == 0
    assert run("sources", "--store", "a/c", cwd=folder, QA_PLUGIN_STORE="a/b").returncode == 2


# ---------------------------------------------------------------- a file of questions


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


# ---------------------------------------------------------------- pipes, signals, streams


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows report a lost reader differently")
def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    for number in range(400):
        (folder / "news" / f"copy-{number}.txt").write_text(f"{number} people left Marlow.\n" * 3, encoding="utf-8")
    assert run("index", "news", cwd=folder).returncode == 0
    for words, buffered in ((["sources", "--json"], ""), (["--help"], ""), (["--help"], "1")):
        with subprocess.Popen(
            [sys.executable, "-m", "qa_plugin", *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(PYTHONUNBUFFERED=buffered),
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            errors = process.stderr.read().decode()
            assert process.wait(timeout=60) == 141
        assert errors in {"", "All stays on this machine.\n"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", [[], ["--help"], ["doctor", "--json"]])
def test_a_full_disk_is_told(words: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qa_plugin", *words],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "qa-plugin: The result could not be written: No space left on device.\n"


def unread(pipe: int) -> int:
    """How many bytes of a pipe nobody has taken yet."""
    import fcntl
    import termios

    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signal to one process")
def test_ctrl_c_is_130_without_a_traceback(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    questions, asking = os.pipe()
    # A shell that runs the tests in the background has them ignore Ctrl-C, and what they start as well.
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "qa_plugin", "ask", "--questions", "-", "--json"],
            cwd=folder,
            stdin=questions,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
    finally:
        signal.signal(signal.SIGINT, ignored)
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        os.write(asking, b'{"question": "How many people were evacuated?"}\n')
        assert json.loads(process.stdout.readline())["status"] == "answered"
        os.write(asking, b"\n")  # passed over; once it is taken, the first question is over and done with
        until = time.monotonic() + 60
        while unread(questions) and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert b"Traceback" not in process.stderr.read()
    os.close(questions)
    os.close(asking)


def test_an_unexpected_error_is_one_line_and_its_traceback_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(words: list[str]) -> None:
        raise RuntimeError("a fault\nof ours")

    monkeypatch.setattr("qa_plugin.cli.parse", fail)
    assert main(["sources", "--json"], environ={}) == 2
    output, errors = capsys.readouterr()
    assert errors == (
        "qa-plugin: Unexpected RuntimeError: a fault of ours (QA_PLUGIN_DEBUG=1 shows where it comes from).\n"
    )
    assert json.loads(output)["error"]["kind"] == "unexpected"
    assert main(["sources"], environ={"QA_PLUGIN_DEBUG": "1"}) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("plain", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["terminal", "NO_COLOR", "dumb"])
def test_progress_is_shown_at_a_terminal_only(folder: Path, plain: dict[str, str]) -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "qa_plugin", "index", "news"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=follower,
        env=environment(TERM="xterm") | plain,
        check=True,
        timeout=120,
    )
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert done.stdout == b"3 added, 0 unchanged.\n"
    assert ("\rReading" in shown) is (not plain)
    assert "\x1b" not in shown


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("plain", [{}, {"NO_COLOR": "1"}], ids=["terminal", "NO_COLOR"])
def test_a_model_that_takes_long_is_seen_to_be_waited_for(folder: Path, plain: dict[str, str]) -> None:
    import pty

    leader, follower = pty.openpty()
    with FakeOpenAI(chat="hang") as fake:
        given = {"OPENAI_BASE_URL": fake.base_url, "QA_PLUGIN_MODEL": "fake-chat", "TERM": "xterm"}
        done = subprocess.run(
            [sys.executable, "-m", "qa_plugin", "ask", "--articles", "news", "How many people were evacuated?"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=follower,
            env=environment(**given, QA_PLUGIN_TIMEOUT="2.5", QA_PLUGIN_DEADLINE="2.5") | plain,
            timeout=120,
        )
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert (done.returncode, done.stdout) == (2, b"")
    assert ("\rWaiting for fake-chat, 1 s" in shown) is (not plain)
    wiped = shown.replace("\r\n", "\n").splitlines()[-1].rpartition("\r")[2]
    assert wiped.startswith("qa-plugin: The language model fake-chat")


# ---------------------------------------------------------------- doctor and eval


def test_doctor_says_what_is_set_up(folder: Path) -> None:
    status, output, _ = said(run("doctor", cwd=folder))
    assert status == 0
    assert "→ Make one: qa-plugin index PATH" in output
    assert "nothing: all stays on this machine" in output
    assert not (folder / "vectorstore").exists()

    assert run("index", "news", cwd=folder).returncode == 0
    status, output, _ = said(run("doctor", "--json", cwd=folder))
    assert status == 0
    checks = {check["name"]: check for check in json.loads(output)["checks"]}
    assert checks["index"]["state"] == "ok"
    assert checks["index"]["detail"].startswith("3 files, ")


def test_doctor_says_what_leaves_and_never_shows_the_key(folder: Path) -> None:
    done = run(
        "doctor", "--json",
        cwd=folder, OPENAI_API_KEY="sk-very-secret", OPENAI_BASE_URL="http://llm.example.org:8080/v1",
        http_proxy="http://127.0.0.1:9", no_proxy="", QA_PLUGIN_MODEL="small-model",
    )  # fmt: skip
    assert done.returncode == 0
    assert b"sk-very-secret" not in done.stdout + done.stderr
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    place = "llm.example.org:8080"
    assert checks["leaves"]["detail"] == f"to {place}: each question and the passages found for it"
    assert checks["host"]["detail"] == "llm.example.org is reached through a proxy, which was not tried"
    assert checks["answers"]["detail"] == f"by the model small-model at {place}; OPENAI_API_KEY is set (not shown)"


def test_doctor_tells_a_host_that_does_not_answer(folder: Path) -> None:
    done = run("doctor", "--json", cwd=folder, OPENAI_BASE_URL="http://127.0.0.1:9/v1", no_proxy="*")
    assert done.returncode == 2
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["host"]["state"] == "fail"
    assert "--offline" in checks["host"]["mend"]
    assert checks["answers"]["state"] == "warn"
    assert "QA_PLUGIN_MODEL" in checks["answers"]["mend"]
    assert checks["leaves"]["detail"] == "nothing: all stays on this machine"


def test_doctor_offline_opens_no_connection(folder: Path) -> None:
    done = run("doctor", "--json", "--offline", cwd=folder, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 0
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert "host" not in checks
    assert "offline is set" in checks["answers"]["detail"]


def test_doctor_tells_a_damaged_index(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    (folder / "vectorstore" / "catalogue.sqlite3").write_bytes(b"no database" * 1000)
    for leftover in (folder / "vectorstore").glob("catalogue.sqlite3-*"):
        leftover.unlink()
    status, output, errors = said(run("doctor", cwd=folder))
    assert status == 2
    assert "fail  index" in output
    assert "catalogue.sqlite3" in output
    assert "Traceback" not in errors


def test_eval_measures_in_an_index_of_its_own(folder: Path) -> None:
    question = {
        "id": "q1",
        "question": "How many people were evacuated?",
        "question_lang": "en",
        "type": "count",
        "answer": "4,200",
        "accept": ["4,200"],
        "value": 4200,
        "sources": ["flood.txt"],
    }
    (folder / "q.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    status, output, errors = said(run("eval", "--articles", "news", "--questions", "q.jsonl", "--json", cwd=folder))
    assert status == 0, errors
    assert json.loads(output)
    assert not (folder / "vectorstore").exists()
    status, output, _ = said(run("eval", "--articles", "news", "--questions", "q.jsonl", cwd=folder))
    assert status == 0
    assert "correct" in output


def test_eval_needs_questions(tmp_path: Path) -> None:
    status, _, errors = said(run("eval", cwd=tmp_path))
    assert status == 2
    assert "--questions" in errors
