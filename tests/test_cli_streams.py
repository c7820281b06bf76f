"""What the program writes and where: JSON, pipes, a full disk, Ctrl-C, what a terminal is shown."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa_plugin.cli import main
from qa_plugin.cli.terminal import well_formed
from qa_plugin.presentation import as_json
from tests.command_line import environment, run, write_news
from tests.fake_openai import FakeOpenAI


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_news(tmp_path)


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
