"""The conversation at a terminal: over a pipe, and through a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from qa_plugin import QAPlugin
from qa_plugin.records import Citation
from qa_plugin.repl.texts import article
from tests.fake_openai import FakeOpenAI, Scripted

ARTICLES = {
    "cheia.pt.txt": "Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\n"
    "A cheia do Rio Verde deixou 41 mortos em Porto Velo, segundo os bombeiros.\n",
    "nil.ar.txt": "فيضان النيل\n\nالقاهرة، 5 مارس 2026\n\nأدى فيضان النيل إلى إجلاء ٩٠٠ شخص في الوادي.\n",
    "hostile.fr.txt": "Le pont\u202e fermé\n\nLe pont de Saint-Loup\x1b[2J est fermé depuis 12 jours.\n",
}
QUESTION = "How many people died in the Rio Verde flood?"
PROMPT = "qa>"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repl")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    with QAPlugin(folder / "articles", store=folder / "store") as plugin:
        plugin.index()
    return folder / "store"


def environment(store: Path, home: Path, **more: str) -> dict[str, str]:
    root = Path(__file__).resolve().parents[1]
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    return {
        **kept,
        "PYTHONPATH": str(root),
        "QA_PLUGIN_STORE": str(store),
        "XDG_STATE_HOME": str(home),
        "TERM": "xterm-256color",
        **more,
    }


def piped(store: Path, home: Path, text: str, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa_plugin", "chat", *options],
        input=text,
        env=environment(store, home, **more),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def terminal(store: Path, tmp_path: Path) -> Iterator[pexpect.spawn[str]]:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "qa_plugin", "chat"],
        env=environment(store, tmp_path),
        encoding="utf-8",
        timeout=60,
        dimensions=(50, 90),
    )
    child.expect(PROMPT)
    yield child
    child.close(force=True)


def asked(child: pexpect.spawn[str], line: str) -> str:
    child.sendline(line)
    child.expect(PROMPT)
    return str(child.before)


# ---------------------------------------------------------------- over a pipe


def test_a_pipe_is_answered_without_prompt_or_marks(store: Path, tmp_path: Path) -> None:
    done = piped(store, tmp_path, f"{QUESTION}\nAnd who said so?\n/why\n")
    first, second = done.stdout.split("\n\n\n")[0], done.stdout
    assert first.startswith("41 ")
    assert "cheia.pt.txt" in first
    assert "bombeiros [1]" in second
    assert "Passages: " in second
    assert "No claim was dropped." in second
    assert PROMPT not in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr.startswith("All stays on this machine.\n")
    assert done.returncode == 0
    assert not list(tmp_path.glob("qa-plugin/*")), "only what a person types is remembered"


def test_json_is_one_object_a_line(store: Path, tmp_path: Path) -> None:
    done = piped(store, tmp_path, f"{QUESTION}\n/lang xx\nQuem ganhou o xadrez?\n", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.get("status") for row in rows] == ["answered", None, "not_in_sources"]
    assert rows[1]["error"]["kind"] == "settings"
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nothing", "There is no /nothing; /help lists what there is."),
        ("/open 1", "Nothing was asked yet."),
        ("/why", "Nothing was asked yet."),
        ("/mode llm", "No language model is configured"),
        ("/mode fast", "/mode takes extractive or llm"),
        ("/order sideways", "/order takes logical or visual"),
        ("/save", "/save takes the name of a file"),
        ("/save talk.pdf", "/save writes .md, .txt, .jsonl and no .pdf."),
        ("/save talk", "/save writes .md, .txt, .jsonl and no file without an ending."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(store: Path, tmp_path: Path, line: str, said: str) -> None:
    done = piped(store, tmp_path, f"{line}\n")
    assert said in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_languages_and_files_of_a_conversation(store: Path, tmp_path: Path) -> None:
    talk, whole = tmp_path / "talk.md", tmp_path / "talk.jsonl"
    lines = [
        "/lang ar",
        "Who built the bridge of Saint-Loup?",
        "/lang all",
        QUESTION,
        "/open 1",
        "/sources",
        f"/save {talk}",
        f"/save {whole}",
    ]
    done = piped(store, tmp_path, "\n".join([*lines, f"/save {talk}"]))
    assert done.stdout.startswith("The sources do not answer this.")
    assert "»A cheia do Rio Verde deixou 41 mortos em Porto Velo, segundo os bombeiros.«" in done.stdout
    assert "hostile.fr.txt" in done.stdout
    assert talk.read_text(encoding="utf-8").count("\n## ") == 1
    statuses = [json.loads(line)["status"] for line in whole.read_text(encoding="utf-8").splitlines()]
    assert statuses == ["not_in_sources", "answered"]
    assert "is there already" in done.stderr
    assert done.returncode == 2


DISPUTE = {
    "one.en.txt": "Fire at Torvale mill\n\nMarch 3, 2026\n\nThe fire at Torvale mill killed 12 people, police said.\n",
    "two.en.txt": "Torvale mill fire\n\nMarch 3, 2026\n\nThe fire at Torvale mill killed 19 people, doctors said.\n",
    "three.en.txt": "Landslide in Ostrava Bay\n\nMarch 4, 2026\n\n"
    "Correction: the landslide in Ostrava Bay injured 25 people, not 31 as reported earlier.\n",
    "four.en.txt": "Slide in Ostrava Bay\n\nMarch 2, 2026\n\nThe landslide in Ostrava Bay injured 31 people.\n",
}
DISPUTED = ("How many people died in the fire at Torvale mill?", "How many people were injured in Ostrava Bay?")


def test_what_is_saved_says_all_that_the_screen_says(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for name, text in DISPUTE.items():
        (tmp_path / "articles" / name).write_text(text, encoding="utf-8")
    saves = [tmp_path / "talk.txt", tmp_path / "talk.md", tmp_path / "talk.jsonl"]
    lines = [*DISPUTED, "Who won at chess?", "and in Ostrava Bay?", *(f"/save {path}" for path in saves)]
    done = piped(tmp_path / "store", tmp_path, "\n".join(lines), "--articles", str(tmp_path / "articles"))
    assert done.returncode == 0, done.stderr
    screen = [line for line in done.stdout.splitlines() if line]
    assert "The sources disagree:" in done.stdout
    assert "Earlier: " in done.stdout
    plain, marked, whole = (path.read_text(encoding="utf-8") for path in saves)
    assert [line for line in plain.splitlines() if line and not line.startswith("? ")] == screen
    told = [re.sub("^(- |> )", "", line) for line in marked.splitlines() if line not in {"", ">"}]
    assert [line for line in told if not line.startswith("## ")] == [re.sub("^(– |    )", "", line) for line in screen]
    first = marked.split("\n## ")[0]
    assert re.search(r"\n\nThe sources disagree:.*\n\n- .*1[29].*\n- .*1[29].*\n\n\[1\] .*\n\n> ", first), first
    understood = [json.loads(line)["understood"] for line in whole.splitlines()]
    assert understood[:2] == list(DISPUTED)
    assert "Ostrava Bay" in understood[3]


def test_json_says_what_was_searched_for(store: Path, tmp_path: Path) -> None:
    done = piped(store, tmp_path, f"{QUESTION}\nAnd who said so?\n", "--json")
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["understood"] == first["question"] == QUESTION
    assert second["question"] == "And who said so?"
    assert "Rio Verde" in second["understood"]


def test_a_language_without_sources_is_said(store: Path, tmp_path: Path) -> None:
    done = piped(store, tmp_path, "/lang de\n/lang pt\n/lang all\n")
    assert done.stderr.count("No source that may answer is in ") == 1
    assert "No source that may answer is in de; there are some in ar, fr, pt." in done.stderr
    assert done.returncode == 0


def test_without_an_index_every_question_says_what_to_do(tmp_path: Path) -> None:
    done = piped(tmp_path / "none", tmp_path, "Anything?\n")
    assert "qa-plugin index" in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "none").exists()


def test_a_folder_named_at_the_start_is_read_first(store: Path, tmp_path: Path) -> None:
    done = piped(tmp_path / "new", tmp_path, f"{QUESTION}\n", "--articles", str(store.parent / "articles"))
    assert done.stdout.startswith("41 ")


def test_visual_order_is_an_option(store: Path, tmp_path: Path) -> None:
    question = "كم شخصا تم إجلاؤهم في فيضان النيل؟\n"
    logical, visual = piped(store, tmp_path, question), piped(store, tmp_path, question, "--visual")
    assert "فيضان النيل" in logical.stdout
    assert "فيضان النيل" not in visual.stdout
    assert re.search("[\ufe80-\ufefc]", visual.stdout), "letters in the forms that they are shown in"


# ---------------------------------------------------------------- at a terminal


def test_a_conversation_at_a_terminal(terminal: pexpect.spawn[str], tmp_path: Path) -> None:
    answer = asked(terminal, QUESTION)
    assert "41 " in answer
    assert "\x1b]8;;file://" in answer, "the name of a file is a link to it"
    assert "bombeiros" in asked(terminal, "and who said so?")
    opened = asked(terminal, "/op\t1")
    assert "\x1b[7mA cheia do Rio Verde deixou 41 mortos" in opened
    terminal.send("half a quest")
    terminal.expect("half a quest")
    time.sleep(0.5)  # readline hears Ctrl-C only while it waits for a key
    terminal.sendintr()
    terminal.expect(PROMPT)
    assert "/save FILE" in asked(terminal, "/help")
    terminal.sendeof()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    history = tmp_path / "qa-plugin" / "history"
    assert QUESTION in history.read_text(encoding="utf-8")
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_a_quote_is_broken_between_words_and_marked_on_each_line() -> None:
    text = f"Rio Verde\n\nDepois da chuva, {ARTICLES['cheia.pt.txt'].splitlines()[-1]} Fim.\n"
    quote = "A cheia do Rio Verde deixou 41 mortos em Porto Velo, segundo os bombeiros."
    start = text.index(quote)
    citation = Citation(1, "cheia.pt.txt", "pt", quote, start, start + len(quote))
    for mark in (lambda words: f"»{words}«"), (lambda words: f"\x1b[7m{words}\x1b[27m"):
        seen = [re.sub("\x1b.*?m", "", line) for line in article(citation, text, mark, width=30).splitlines()]
        assert max(map(len, seen)) <= 30
        assert [word for line in seen for word in line.replace("»", "").replace("«", "").split()] == text.split()
    marked = re.findall("»(.*?)«", article(citation, text, lambda words: f"»{words}«", width=30))
    assert len(marked) > 2
    assert " ".join(marked) == quote


def test_no_article_reaches_the_terminal_unclean(terminal: pexpect.spawn[str]) -> None:
    shown = asked(terminal, "Depuis combien de jours le pont de Saint-Loup est-il fermé ?")
    shown += asked(terminal, "/open 1") + asked(terminal, "/why") + asked(terminal, "/sources")
    assert "12 jours" in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown


def test_claims_of_a_model_are_shown_once(store: Path, tmp_path: Path) -> None:
    script = Scripted("deixou 41 mortos", "The flood killed 41 people.", question="died")
    with FakeOpenAI([script]) as fake:
        more = {"OPENAI_BASE_URL": fake.base_url, "OPENAI_API_KEY": fake.api_key, "QA_PLUGIN_MODEL": "fake-chat"}
        done = piped(store, tmp_path, f"{QUESTION}\n/mode extractive\n{QUESTION}\n", **more)
        assert done.stdout.count("The flood killed 41 people. [1]") == 1
        assert "41 mortos" in done.stdout.rpartition("The flood killed")[2]
        fake.chat = "error_500"
        failed = piped(store, tmp_path, "How many died?\n", "--no-fallback", "--no-cache", **more)
        assert (failed.returncode, failed.stdout) == (2, "")


def test_the_prompt_waits_for_nothing_large() -> None:
    code = "import sys, qa_plugin.repl; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    large = {"numpy", "chromadb", "openai", "tiktoken", "llama_index", "pydantic", "qa_plugin.plugin"}
    assert "qa_plugin.repl.session" in loaded
    assert not large & set(loaded)
