"""The program as a person runs it: before there is an index, and over articles."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qa_plugin.cli import main
from tests.command_line import ENGLISH, environment, run, said, write_news

HEAVY = ("numpy", "chromadb", "openai", "llama_index", "tiktoken", "snowballstemmer", "babel", "onnxruntime")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_news(tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A working folder with nothing in it."""
    path = tmp_path / "empty"
    path.mkdir()
    return path


# ---------------------------------------------------------------- without an index


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


# ---------------------------------------------------------------- over articles


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


# ---------------------------------------------------------------- eval


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
