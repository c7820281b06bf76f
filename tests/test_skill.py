"""The skill for assistants: a form that they load, and commands that do what it says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "qa_plugin" / "docs" / "skills" / "news-qa"
TEXT = (FOLDER / "SKILL.md").read_text("utf-8")
_, FRONT, BODY = TEXT.split("---\n", 2)
KNOWN = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
FOUND, NOTHING = 0, 1


def test_it_has_the_form_that_assistants_load() -> None:
    fields = yaml.safe_load(FRONT)
    assert TEXT.startswith("---\n")
    assert fields.keys() <= KNOWN
    assert fields["name"] == FOLDER.name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fields["name"])
    assert len(fields["name"]) <= 64
    assert 0 < len(fields["description"]) <= 1024
    assert not set(fields["description"]) & set("<>")
    assert len(fields["compatibility"]) <= 500
    assert len(BODY.splitlines()) < 500


def test_its_commands_run_and_give_what_it_reads(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "eval" / "articles", tmp_path / "articles")
    (tmp_path / "questions.jsonl").write_text('{"question": "How many troops were deployed?"}\n', encoding="utf-8")
    commands = [line.strip().removeprefix("$ ") for line in BODY.splitlines() if line.strip().startswith("$ ")]
    assert BODY.count("```console") <= len(commands)
    said: dict[str, Any] = {}
    for command in commands:
        name, *words = shlex.split(command.replace("FILE", _a_file(said)))
        assert name == "qa-plugin"
        done = subprocess.run(
            [sys.executable, "-m", "qa_plugin", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == FOUND, (command, done.stdout, done.stderr)
        said[command] = json.loads(done.stdout) if "--json" in words else done.stdout
    answer = said['qa-plugin ask --json "How many troops were deployed?"']
    assert answer["status"] == "answered"
    assert all(citation["quote"] and citation["source"] for citation in answer["citations"])
    assert said["qa-plugin ask --questions questions.jsonl --json"]["answer"] == answer["answer"]
    text = said["qa-plugin sources --text FILE"]
    assert text.rstrip("\n") == (tmp_path / "articles" / _a_file(said)).read_text("utf-8").rstrip("\n")


def _a_file(said: dict[str, Any]) -> str:
    listed = said.get("qa-plugin sources --json")
    return str(listed[0]["file"]) if listed else "none"


def test_the_statuses_and_fields_that_it_names_are_those_of_answers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The rail strike ended after 12 days, the union said.", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "qa_plugin", "ask", "--json", "--articles", "a.txt", "Who won the chess olympiad?"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["status"]) == (NOTHING, "not_in_sources")
    named = set(re.findall(r"`([a-z_]+)`", BODY)) - {"answered", "conflicting", "not_in_sources"}
    assert named
    assert named <= answer.keys()
