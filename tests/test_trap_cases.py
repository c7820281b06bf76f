"""The runner of the trap cases: it finds each kind of fault, and the cases that are answered well stay so."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.trap_cases import ask_trap, faults_of, load_traps, main

CONFLICT: dict[str, Any] = {
    "id": "c",
    "kind": "genuine_conflict",
    "question": "How many people marched in Liran?",
    "expect": {
        "status": "conflicting",
        "forbidden_values": ["300"],
        "positions": [
            {"value": "8000", "by": ["police", "polícia"]},
            {"value": "40000", "by": ["organisateurs"]},
        ],
        "must_cite": ["a.txt", ["b.txt", "c.txt"]],
        "must_not_cite": ["d.txt"],
    },
}
ANSWERED: dict[str, Any] = {
    "id": "a",
    "kind": "correction",
    "question": "How many people died?",
    "expect": {
        "status": "answered",
        "values": ["13", "treze"],
        "forbidden_names": ["Dorne"],
        "history": ["30"],
        "must_cite": ["b.txt"],
        "independent": 2,
    },
}


def citation(source: str, *copies: str) -> dict[str, Any]:
    return {"source": source, "copies": list(copies)}


def position(statement: str, who: str | None) -> dict[str, Any]:
    return {"statement": statement, "attributed_to": who}


def conflicting() -> dict[str, Any]:
    positions = [position("8,000", "a polícia"), position("40,000 according to les organisateurs", None)]
    return {
        "status": "conflicting",
        "answer": "8,000 according to a polícia [1]; 40,000 according to les organisateurs [2]",
        "citations": [citation("a.txt"), citation("e.txt", "c.txt")],
        "conflicts": [{"positions": positions}],
        "history": [],
        "independent_sources": 2,
    }


def answered() -> dict[str, Any]:
    return {
        "status": "answered",
        "answer": "13 [1]",
        "citations": [citation("b.txt")],
        "conflicts": [],
        "history": [{"statement": "۳۰"}],
        "independent_sources": 2,
    }


def test_a_right_answer_has_no_fault() -> None:
    assert faults_of(CONFLICT, conflicting()) == []
    assert faults_of(ANSWERED, answered()) == []
    absent = {"expect": {"status": "not_in_sources", "values": [], "forbidden_values": ["320"]}}
    refused = {"status": "not_in_sources", "answer": "The sources do not answer this.", "citations": []}
    assert faults_of(absent, {**answered(), **refused, "history": []}) == []


@pytest.mark.parametrize("form", ["13", "۱۳", "thirteen", "Treze pessoas", "١٣ شخصا"])
def test_a_value_counts_in_any_script_and_in_words(form: str) -> None:
    assert faults_of(ANSWERED, {**answered(), "answer": f"{form} [1]"}) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"status": "conflicting"}, "status conflicting instead of answered"),
        ({"answer": "14 [1]"}, r"none of \['13', 'treze'\] in the answer"),
        ({"answer": "113 [1]"}, r"none of \['13', 'treze'\] in the answer"),
        ({"answer": "13 in Dorne [1]"}, "Dorne in the answer"),
        ({"citations": [citation("a.txt")]}, r"none of \['b.txt'\] cited"),
        ({"citations": []}, r"none of \['b.txt'\] cited"),
        ({"history": []}, r"\['30'\] not in the history"),
        ({"history": [{"statement": "31"}]}, r"\['30'\] not in the history"),
        ({"independent_sources": 1}, "1 independent sources instead of 2"),
    ],
)
def test_what_an_answer_lacks_is_found(changes: dict[str, Any], fault: str) -> None:
    faults = faults_of(ANSWERED, {**answered(), **changes})
    assert len(faults) == 1
    assert re.fullmatch(fault, faults[0])


def test_a_forbidden_value_is_found_in_any_script() -> None:
    answer = {**conflicting(), "answer": "۳۰۰ [1]"}
    assert faults_of(CONFLICT, answer) == ["300 in the answer"]


def test_what_must_not_be_cited_is_found() -> None:
    answer = conflicting()
    answer["citations"].append(citation("d.txt"))
    assert faults_of(CONFLICT, answer) == ["d.txt cited"]


def test_a_copy_of_what_must_be_cited_will_do() -> None:
    answer = conflicting()
    answer["citations"][1]["copies"] = []
    assert faults_of(CONFLICT, answer) == ["none of ['b.txt', 'c.txt'] cited"]


def test_a_position_that_is_missing_or_another_s_is_found() -> None:
    answer = conflicting()
    answer["conflicts"][0]["positions"].pop()
    assert faults_of(CONFLICT, answer) == ["no position of ['40000']"]
    answer = conflicting()
    answer["conflicts"][0]["positions"][0]["attributed_to"] = "the mayor"
    assert faults_of(CONFLICT, answer) == ["the position of ['8000'] is of none of ['police', 'polícia']"]


def test_a_position_in_words_is_met_by_any_of_its_forms() -> None:
    trap = copy.deepcopy(CONFLICT)
    trap["expect"]["positions"] = [{"value": ["was sold", "foi vendida"]}, {"value": ["not sold", "desmente"]}]
    answer = conflicting()
    answer["conflicts"] = [{"positions": [position("A refinaria foi vendida.", None), position("Nothing.", None)]}]
    assert faults_of(trap, answer) == ["no position of [['not sold', 'desmente']]"]


# ---------------------------------------------------------------- the command

ARTICLES = {
    "a.txt": "Bridge of Valmar\n\nThe new bridge of Valmar cost 48 million euros.\n",
    "deep/b.txt": "Ponte de Valmar\n\nA ponte de Valmar custou 48 milhões de euros.\n",
}


def trap_file(folder: Path, *values: str) -> Path:
    rows = [
        {
            "id": f"x{value}",
            "kind": "same_value",
            "question": "How much did the bridge of Valmar cost?",
            "articles": ARTICLES,
            "expect": {"status": "answered", "values": [value], "why": "both say so"},
        }
        for value in values
    ]
    path = folder / "traps.jsonl"
    path.write_text("".join(json.dumps(row) + "\n\n" for row in rows), encoding="utf-8")
    return path


def test_the_command_ends_well_where_all_are_as_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(trap_file(tmp_path, "48000000"))]) == 0
    assert capsys.readouterr().out == "1 of 1 as expected; not: none\n"


def test_the_command_names_what_is_not_as_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = trap_file(tmp_path, "48000000", "49000000")
    assert main([str(path)]) == 1
    assert capsys.readouterr().out == "1 of 2 as expected; not: x49000000\n"
    assert main([str(path), "--misses"]) == 1
    printed = capsys.readouterr().out
    assert "x49000000 [same_value] How much did the bridge of Valmar cost?" in printed
    assert "  - none of ['49000000'] in the answer" in printed
    assert "(both say so)" in printed


# ---------------------------------------------------------------- all cases


@pytest.mark.parametrize("trap", [pytest.param(trap, id=trap["id"]) for trap in load_traps()])
def test_every_case_is_answered_as_an_exact_reader_would(trap: dict[str, Any]) -> None:
    assert faults_of(trap, ask_trap(trap)) == []
