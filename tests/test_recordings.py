"""Recorded replies: rounds of requests, replies kept as they are, what makes them stale, the bars to reach."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.recorded import load_recordings
from eval.recording_options import questions_of
from eval.recording_set import article_language, choose, group_of, recordable, related_files
from qa_plugin.evaluation import load_questions

ARTICLES = {
    "yard.en.txt": "Boat yard at Liran\n\nThe yard at Liran repaired 41 boats in March, its manager Ada Kerrin said.\n",
    "porto.pt.txt": "O porto de Liran\n\nO porto de Liran recebeu 312 navios em abril, segundo a capitania.\n",
}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "boats", "type": "count", "question": "How many boats did the yard at Liran repair?", "value": 41}
    | {"question_lang": "en", "accept": ["41"], "sources": ["yard.en.txt"]},
    {"id": "ships", "type": "count", "question": "How many ships did the port of Liran receive?", "value": 312}
    | {"question_lang": "en", "accept": ["312"], "sources": ["porto.pt.txt"]},
    {"id": "mayor", "type": "unanswerable", "question": "Who is the mayor of Liran?", "question_lang": "en"},
]
BOATS = "The yard at Liran repaired 41 boats in March"
SHIPS = "O porto de Liran recebeu 312 navios em abril"


@dataclass
class Desk:
    """A small set with its recordings, worked by the command."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "recordings.jsonl"

    @property
    def open(self) -> Path:
        return self.folder / "recordings-open"

    def run(self, what: str, *more: str) -> int:
        sets = ["--articles", str(self.folder / "articles"), "--questions", str(self.folder / "questions.jsonl")]
        return main([*sets, what, str(self.file), *more])

    def record(self, *more: str) -> list[str]:
        """The names of the requests that wait."""
        assert self.run("--record", *more) == 0
        return [row["name"] for row in self.requests()]

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.open / "requests.jsonl").read_text("utf-8").splitlines()]

    def reply(self, name: str, reply: object) -> None:
        text = reply if isinstance(reply, str) else json.dumps(reply)
        (self.open / f"{name}.reply.txt").write_bytes(text.encode("utf-8"))

    def fill(self, *more: str) -> int:
        return self.run("--fill", "--answered-by", "some-model", "--asked-how", "by hand", *more)

    def claim(self, source: str, text: str, quote: str) -> dict[str, Any]:
        """A reply with one claim; the passage is looked up as it was sent."""
        sent = load_recordings(self.file).questions["boats"].passages
        number = next(at for at, passage in enumerate(sent, 1) if passage.source == source)
        return reply(claims=[{"text": text, "quotes": [{"passage": number, "quote": quote}]}])

    def all_right(self) -> None:
        self.record()
        self.reply("001", self.claim("yard.en.txt", "The yard repaired 41 boats.", BOATS))
        sent = load_recordings(self.file).questions["ships"].passages
        number = next(at for at, passage in enumerate(sent, 1) if passage.source == "porto.pt.txt")
        quotes = [{"passage": number, "quote": SHIPS}]
        self.reply("002", reply(claims=[{"text": "The port received 312 ships.", "quotes": quotes}]))
        self.reply("003", reply("not_in_sources"))
        assert self.fill() == 0

    def replay(self, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = self.run("--replay", "--json", *more)
        return status, json.loads(capsys.readouterr().out)


def reply(status: str = "answered", **lists: Any) -> dict[str, Any]:
    return {"status": status, "claims": [], "positions": [], "history": []} | lists


def whole(found: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = found["rows"][0]
    assert row["name"] == "all"
    return row


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "articles").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "articles" / name).write_text(text, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS), encoding="utf-8")
    return Desk(tmp_path)


@pytest.fixture
def prompts(desk: Desk, repository: Path) -> Callable[[str, str], tuple[str, str]]:
    """Options that name a copy of the prompts, with a sentence put before one of them."""

    def changed(name: str, sentence: str) -> tuple[str, str]:
        folder = desk.folder / "prompts"
        shutil.copytree(repository / "prompts", folder)
        path = folder / name
        path.write_text(f"{path.read_text('utf-8')}\n{sentence}\n", encoding="utf-8")
        return "--prompts", str(folder)

    return changed


# ---------------------------------------------------------------- rounds


def test_requests_are_written_to_the_letter_and_once(desk: Desk) -> None:
    assert desk.record() == ["001", "002", "003"]
    before = {path.name: path.read_bytes() for path in desk.open.iterdir()}
    for row in desk.requests():
        system, user = (message["content"] for message in row["request"]["messages"])
        assert before[f"{row['name']}.txt"].decode("utf-8") == f"{system}\n=== user ===\n{user}"
        assert "Question: " in user
    kept = desk.file.read_bytes()
    assert desk.record() == ["001", "002", "003"]
    assert {path.name: path.read_bytes() for path in desk.open.iterdir()} == before
    assert desk.file.read_bytes() == kept


def test_replies_are_kept_as_they_came_and_signed(desk: Desk) -> None:
    desk.record()
    said = '\ufeff Sure!\r\n```json\n{"status": "not_in_sources"}\n```\n\n که‌ نه '
    desk.reply("003", said)
    assert desk.fill() == 0
    recordings = load_recordings(desk.file)
    (call,) = recordings.questions["mayor"].calls
    assert call.reply == said
    assert call.kind == "answer"
    assert call.prompt_tokens > 500
    assert call.completion_tokens > 10
    assert (recordings.header.model, recordings.header.asked) == ("some-model", "by hand")
    assert recordings.header.recorded
    assert sorted(path.name for path in desk.open.glob("003*")) == []
    assert len(list((desk.open / "filled").glob("003.*"))) == 2
    assert desk.record() == ["001", "002"]


def test_nothing_is_taken_unsigned_or_from_a_second_model(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.record()
    desk.reply("003", reply("not_in_sources"))
    assert desk.run("--fill") == 2
    assert "--answered-by" in capsys.readouterr().err
    assert desk.fill() == 0
    desk.reply("002", reply("not_in_sources"))
    assert desk.run("--fill", "--answered-by", "another") == 2
    assert "replies of one model" in capsys.readouterr().err
    assert (desk.open / "002.reply.txt").exists()
    assert desk.run("--fill") == 0
    assert load_recordings(desk.file).questions["ships"].calls


def test_a_file_that_is_still_empty_waits(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.record()
    desk.reply("001", "\n")
    assert desk.fill() == 0
    assert "0 replies taken, 3 requests still wait" in capsys.readouterr().out
    assert (desk.open / "001.reply.txt").exists()


def test_only_what_failed_is_asked_again(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.record()
    desk.reply("001", desk.claim("yard.en.txt", "The yard repaired 45 boats.", BOATS))
    desk.reply("003", reply("not_in_sources"))
    desk.fill()
    assert desk.record() == ["001-2", "002"]
    system, user, said, again = desk.requests()[0]["request"]["messages"]
    assert [m["role"] for m in (system, user, said, again)] == ["system", "user", "assistant", "user"]
    assert "45 boats" in said["content"]
    assert "45 boats" in again["content"]
    text = (desk.open / "001-2.txt").read_text("utf-8")
    assert text.index("\n=== user ===\n") < text.index("\n=== assistant ===\n") < text.rindex("\n=== user ===\n")
    desk.reply("001-2", desk.claim("yard.en.txt", "The yard repaired 41 boats.", BOATS))
    desk.fill()
    assert desk.record() == ["002"]
    assert [call.kind for call in load_recordings(desk.file).questions["boats"].calls] == ["answer", "recheck"]
    status, found = desk.replay(capsys)
    assert status == 1
    assert found["unanswered"] == ["ships"]
    assert (whole(found)["correct_cited"], whole(found)["asked again"], whole(found)["dropped"]) == (1.0, 0.5, 1)


def test_a_reply_to_what_is_no_longer_asked_is_not_taken_for_another(
    desk: Desk, prompts: Callable[[str, str], tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    desk.record()
    desk.reply("002", reply("not_in_sources"))
    kept = desk.file.read_bytes()
    assert desk.run("--record", *prompts("answer.system.md", "Be brief.")) == 2
    assert "002.reply.txt" in capsys.readouterr().err
    assert desk.file.read_bytes() == kept


# ---------------------------------------------------------------- replay


def test_right_replies_reach_the_bars(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.all_right()
    status, found = desk.replay(capsys, "--priced-as", "gpt-5-mini")
    row = whole(found)
    assert (status, found["passes"], found["below"]) == (0, True, {})
    assert [row[name] for name in ("correct_cited", "correct", "abstained_right", "quote_exact")] == [1.0] * 4
    assert (row["abstained_wrong"], row["verified_numbers"], row["asked again"], row["n"]) == (0.0, 1.0, 0.0, 3)
    calls = [call for one in load_recordings(desk.file).questions.values() for call in one.calls]
    assert row["prompt"] == round(sum(call.prompt_tokens for call in calls) / 3)
    assert 0 < row["usd/1000"] < 100


def test_wrong_replies_do_not(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.record()
    for name in ("001", "002", "003"):
        desk.reply(name, reply("not_in_sources"))
    desk.fill()
    status, found = desk.replay(capsys)
    assert (status, found["stale"], found["unanswered"]) == (1, [], [])
    assert found["below"] == {"correct_cited": 0.0, "quote_exact": 0.0}
    assert whole(found)["abstained_wrong"] == 1.0
    assert desk.run("--replay", "--misses", "1") == 1
    shown = capsys.readouterr().out
    assert "boats: abstained, but the sources say it" in shown
    assert "correct_cited is 0.000, below its bar" in shown


def test_another_retrieval_makes_nothing_stale(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.all_right()
    before = desk.replay(capsys)[1]["rows"]
    for number in range(9):
        text = f"Boats of Liran {number}\n\nThe yard at Liran repaired many boats, and Port {number} received ships.\n"
        (desk.folder / "articles" / f"more-{number}.en.txt").write_text(text, encoding="utf-8")
    status, found = desk.replay(capsys)
    assert (status, found["rows"]) == (0, before)


def test_another_prompt_makes_all_stale(
    desk: Desk, prompts: Callable[[str, str], tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    desk.all_right()
    option = prompts("answer.system.md", "Be brief.")
    status, found = desk.replay(capsys, *option)
    assert status == 1
    assert [line.split(":")[0] for line in found["stale"]] == ["boats", "ships", "mayor"]
    assert desk.record(*option) == ["001", "002", "003"]
    assert not any(one.calls for one in load_recordings(desk.file).questions.values())


def test_another_article_makes_those_stale_that_were_sent_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.all_right()
    (desk.folder / "articles" / "yard.en.txt").write_text("Boat yard\n\nIt repaired 44 boats.\n", encoding="utf-8")
    status, found = desk.replay(capsys)
    assert status == 1
    assert "boats: yard.en.txt no longer holds what was sent of it" in found["stale"]


def half_right(desk: Desk) -> None:
    """All answered, the first by a true statement and a false one that was mended when it came back."""
    desk.all_right()
    first = desk.claim("yard.en.txt", "The yard repaired 41 boats.", BOATS)
    wrong = desk.claim("yard.en.txt", "It repaired 52 boats in March.", BOATS)
    rows = [json.loads(line) for line in desk.file.read_text("utf-8").splitlines()]
    rows[1]["calls"][0]["reply"] = json.dumps({**first, "claims": first["claims"] + wrong["claims"]})
    desk.file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_second_request_without_a_reply_is_told_and_graded_without(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    half_right(desk)
    status, found = desk.replay(capsys)
    assert (status, found["stale"], found["further"]) == (0, [], ["boats: recheck"])
    assert (whole(found)["dropped"], whole(found)["correct_cited"]) == (1, 1.0)
    assert desk.record() == ["001-2"]


def test_another_prompt_of_the_second_request_makes_those_stale_that_have_one(
    desk: Desk, prompts: Callable[[str, str], tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    half_right(desk)
    desk.record()
    desk.reply("001-2", reply("answered", claims=[]))
    desk.fill()
    assert desk.replay(capsys)[1]["further"] == []
    option = prompts("recheck.user.md", "Be quick.")
    status, found = desk.replay(capsys, *option)
    assert (status, found["stale"]) == (1, ["boats: the prompt of the recheck has changed"])
    assert desk.record(*option) == ["001-2"]


# ---------------------------------------------------------------- the project's own


def test_the_set_is_the_one_that_the_script_chooses(repository: Path) -> None:
    folder = repository / "eval"
    questions = load_questions(folder / "questions.jsonl")
    related = related_files(folder / "manifest.jsonl")
    chosen = choose(recordable(questions), related)
    listed = questions_of(folder / "recordings" / "set.txt", questions)
    assert [question["id"] for question in listed] == [question["id"] for question in chosen]
    assert len(chosen) == 84
    groups = Counter(group_of(question, frozenset(related)) for question in chosen)
    assert groups["unanswerable"] >= 18
    assert groups["conflicting"] + groups["related"] >= 12
    assert min(Counter(question["question_lang"] for question in chosen).values()) >= 15
    assert min(Counter(map(article_language, chosen)).values()) >= 12
    assert {question["type"] for question in chosen} == {question["type"] for question in questions}


def test_the_choice_is_not_the_seed_alone(repository: Path) -> None:
    """Another seed gives other questions and the same spread."""
    questions = load_questions(repository / "eval" / "questions.jsonl")
    related = related_files(repository / "eval" / "manifest.jsonl")
    one, other = choose(questions, related), choose(questions, related, seed=7)
    assert {q["id"] for q in one} != {q["id"] for q in other}
    for chosen in (one, other):
        languages = Counter(question["question_lang"] for question in chosen)
        assert max(languages.values()) - min(languages.values()) <= 2


def test_the_recordings_pass(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = repository / "eval" / "recordings" / "recordings.jsonl"
    if not any(one.calls for one in load_recordings(file).questions.values()):
        pytest.skip(f"{file.name} holds no replies yet")
    status = main(["--replay", str(file), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["stale"] == []
    assert found["unanswered"] == []
    assert found["below"] == {}
    assert status == 0
