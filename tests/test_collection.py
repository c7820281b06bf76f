"""The project's own articles and questions: what the set has to hold, and that what is wrong with it is found."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.collection import (
    check_kinship,
    check_manifest,
    composition,
    independent_bounds,
    language_of,
    read_manifest,
)
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import UNANSWERABLE_KINDS, check_gold, load_questions
from qa_plugin.evaluation.questions import TYPES

LANGUAGES = {"en", "pt", "fr", "ar", "fa"}
TEXTS = {
    "wire.en.txt": "The river killed 30 people, the mayor said. The army says 12. A first report spoke of 9.",
    "copy.en.txt": "The river killed 30 people, the mayor said. The army says 12.",
    "own.pt.txt": "O rio matou 30 pessoas, disse a prefeita; o exército fala em 12.",
}


@pytest.fixture(scope="module")
def collection() -> Path:
    return Path(__file__).resolve().parents[1] / "eval"


@pytest.fixture(scope="module")
def questions(collection: Path) -> list[dict[str, Any]]:
    return load_questions(collection / "questions.jsonl")


# ---------------------------------------------------------------- what the set holds


def test_the_articles_are_of_many_events_that_several_outlets_report(collection: Path) -> None:
    rows = read_manifest(collection / "manifest.jsonl")
    assert len(rows) >= 40
    assert {row["language"] for row in rows} == LANGUAGES
    outlets = defaultdict(set)
    for row in rows:
        outlets[row["event"]].add(row["outlet"])
    assert sum(2 <= len(names) <= 6 for names in outlets.values()) >= 12
    relations = {row["relation"] for row in rows}
    assert {"copy", "translation", "same_agency", "update", "correction", "misquote", "trap"} <= relations


def test_every_language_asks_of_every_other(questions: list[dict[str, Any]]) -> None:
    assert len(questions) >= 250
    pairs = Counter((q["question_lang"], of) for q in questions for of in {language_of(s) for s in q["sources"]})
    assert {pair for pair, count in pairs.items() if count >= 9} == {(a, b) for a in LANGUAGES for b in LANGUAGES}
    assert min(Counter(question["type"] for question in questions)[kind] for kind in TYPES) >= 10


def test_the_hard_kinds_of_questions_are_there(questions: list[dict[str, Any]]) -> None:
    tags = Counter(tag for question in questions for tag in question.get("tags", ()))
    unanswerable = [question for question in questions if question["type"] == "unanswerable"]
    assert len(unanswerable) >= 50
    assert sum(tags[kind] for kind in UNANSWERABLE_KINDS) == len(unanswerable)
    assert min(tags[kind] for kind in UNANSWERABLE_KINDS) >= 20
    hard = {"conflict", "copies", "correction", "growth"}
    assert sum(not hard.isdisjoint(question.get("tags", ())) for question in questions) >= 60
    assert tags["conflict"] >= 30
    assert min(tags[tag] for tag in ("copies", "growth", "named-source")) >= 20
    assert min(tags[tag] for tag in ("correction", "translation")) >= 10
    counted = Counter(question.get("independent_sources") for question in questions)
    assert counted.total() - counted[None] >= 60
    assert min(counted[1], counted[2], counted[3]) >= 30


def test_every_gold_answer_has_a_quote_and_every_conflict_its_positions(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        assert bool(question.get("quotes")) == (question["type"] != "unanswerable"), question["id"]
        assert bool(question.get("positions")) == question["conflict"], question["id"]


def test_the_set_passes_its_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["problems"], found["questions"]) == ([], sum(row["all"] for row in found["tables"][1]["rows"]))


# ---------------------------------------------------------------- that faults are found


def asked(**fields: Any) -> dict[str, Any]:
    question: dict[str, Any] = {"id": "q", "question": "How many?", "question_lang": "en", "type": "count"}
    return question | {"accept": [], "value": 30, "sources": ["wire.en.txt"], "conflict": False} | fields


def disputed(*positions: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return asked(conflict=True, positions=list(positions), **fields)


def said(value: float, *sources: str) -> dict[str, Any]:
    return {"value": value, "attributed_to": None, "sources": list(sources or ["wire.en.txt"])}


@pytest.mark.parametrize(
    "question",
    [
        asked(tags=["growth", "copies"], independent_sources=1, former=[said(9)]),
        disputed(said(30), said(12), tags=["conflict"]),
        disputed(said(30), {"statement": "a dozen", "accept": ["12"], "sources": ["wire.en.txt"]}),
        disputed(said(30), {"statement": "in other words", "sources": ["wire.en.txt"]}),
        asked(type="unanswerable", sources=[], tags=["false-premise"]),
        asked(former=[{"statement": "in other words", "sources": ["own.pt.txt"]}]),
    ],
)
def test_fields_that_hold_pass(question: dict[str, Any]) -> None:
    assert check_gold([question], lambda source: TEXTS.get(source, "")) == []


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (asked(tags=["rumour"]), "tag 'rumour' is none of conflict, "),
        (asked(tags=["growth", "growth"]), "a tag is given twice"),
        (asked(tags=["conflict"]), "the tag 'conflict' and the field conflict do not agree"),
        (disputed(said(30), said(12), tags=["copies"]), "the tag 'conflict' and the field conflict do not agree"),
        (asked(tags=["absent-fact"]), "tag 'absent-fact', but its type is count"),
        (asked(type="unanswerable", sources=[], tags=[]), "unanswerable, so one of its tags has to be absent-fact"),
        (
            asked(type="unanswerable", sources=[], tags=["absent-fact", "false-premise"]),
            "unanswerable, so one of its tags has to be absent-fact",
        ),
        (asked(independent_sources=2), "2 independent sources, but 1 sources"),
        (asked(positions=[said(30), said(12)]), "it has positions, but conflict is not true"),
        (disputed(said(30)), "a disagreement has two positions or more"),
        (disputed(said(30), said(30)), "two positions are the same"),
        (disputed(said(30), said(13)), "position 2, 13, does not stand in wire.en.txt"),
        (
            disputed(said(30), {"statement": "a dozen", "accept": ["doze"], "sources": ["wire.en.txt"]}),
            "position 2, a dozen, does not stand in wire.en.txt",
        ),
        (disputed(said(30), said(12, "own.pt.txt")), "position 2 is in own.pt.txt, which is not among the sources"),
        (
            disputed(said(30), said(12), sources=["wire.en.txt", "own.pt.txt"]),
            "source own.pt.txt holds no position",
        ),
        (asked(former=[said(10)]), "former 1, 10, does not stand in wire.en.txt"),
        (asked(former=[said(9, "gone.txt")]), "former 1: there is no article gone.txt"),
        (asked(former=[said(30)]), "former 1 is the gold value"),
    ],
)
def test_fields_that_do_not_hold_are_reported(question: dict[str, Any], fault: str) -> None:
    problems = check_gold([question], lambda source: TEXTS.get(source, ""))
    assert [problem[: len(fault) + 3] for problem in problems] == [f"q: {fault}"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"independent_sources": 0}, "independent_sources has to be a whole number from 1 on, not 0"),
        ({"independent_sources": True}, "independent_sources has to be a whole number from 1 on, not true"),
        ({"tags": "growth"}, 'tags has to be a list of texts, not "growth"'),
        ({"positions": 1}, "positions has to be a list, not 1"),
        ({"former": [{"value": 3}]}, "former 1 has to be"),
        ({"former": [{"value": "3", "sources": ["wire.en.txt"]}]}, "former 1 has to be"),
        ({"positions": [said(1), {"statement": " ", "sources": ["wire.en.txt"]}]}, "positions 2 has to be"),
        ({"positions": [said(1) | {"attributed_to": 7}]}, "positions 1 has to be"),
        ({"positions": [said(1) | {"sources": []}]}, "positions 1 has to be"),
    ],
)
def test_a_field_of_another_form_is_refused(tmp_path: Path, fields: dict[str, Any], message: str) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps(asked() | fields), encoding="utf-8")
    with pytest.raises(SettingsError, match=f"line 1: {message}"):
        load_questions(tmp_path / "q.jsonl")


# ---------------------------------------------------------------- the list of articles


def listed(source: str, **fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"source": source, "language": source.split(".")[-2], "event": "flood", "outlet": source}
    row |= {"published": "2025-03-14", "credits": [], "relation": "original", "of": None, "notes": ""}
    return row | fields


ROWS = [listed("wire.en.txt"), listed("copy.en.txt", relation="copy", of="wire.en.txt"), listed("own.pt.txt")]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"source": "wire.fr.txt"}, "wire.en.txt: is not in the list of articles"),
        ({"source": "own.pt.txt", "language": "pt"}, "own.pt.txt: is listed 2 times"),
        ({"language": "fr"}, "wire.en.txt: its name says en, the list fr"),
        ({"relation": "cousin"}, "wire.en.txt: relation 'cousin' is none of original"),
        ({"relation": "copy"}, "wire.en.txt: a copy, but it does not say of which article"),
        ({"of": "gone.en.txt"}, "wire.en.txt: it is said to be of gone.en.txt, which is no other"),
        ({"of": "wire.en.txt"}, "wire.en.txt: it is said to be of wire.en.txt, which is no other"),
        ({"event": "fire"}, "copy.en.txt: it is said to be of wire.en.txt, which is about another event"),
        ({"published": "yesterday"}, "wire.en.txt: published 'yesterday' is no day"),
    ],
)
def test_a_fault_of_the_list_is_reported(changed: dict[str, Any], fault: str) -> None:
    assert check_manifest(ROWS, TEXTS.keys()) == []
    problems = check_manifest([ROWS[0] | changed, *ROWS[1:]], TEXTS.keys())
    assert any(problem.startswith(fault) for problem in problems)


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    with pytest.raises(SettingsError, match="cannot read the list of articles"):
        read_manifest(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="is not JSON lines"):
        read_manifest(path)
    path.write_text('{"source": "a"}', encoding="utf-8")
    with pytest.raises(SettingsError, match="line 1: language, event"):
        read_manifest(path)


def test_copies_are_one_source_and_an_agency_may_be() -> None:
    rows = [
        listed("a.en.txt", credits=["AFP"]),
        listed("b.fr.txt", credits=["AFP", "MAP"]),
        listed("c.ar.txt", credits=["MAP"]),
        listed("d.ar.txt", relation="copy", of="c.ar.txt"),
        listed("e.pt.txt", relation="translation", of="d.ar.txt"),
        listed("f.pt.txt"),
    ]
    index = {row["source"]: row for row in rows}
    assert independent_bounds(["a.en.txt", "f.pt.txt"], index) == (2, 2)
    assert independent_bounds(["a.en.txt", "b.fr.txt"], index) == (1, 2)
    assert independent_bounds(["a.en.txt", "c.ar.txt"], index) == (2, 2)
    assert independent_bounds(["c.ar.txt", "d.ar.txt", "e.pt.txt", "f.pt.txt"], index) == (2, 2)
    assert independent_bounds(list(index), index) == (2, 4)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"independent_sources": 1, "tags": ["copies"]}, None),
        ({"independent_sources": 2, "tags": ["copies"]}, "2 independent sources, but the list of articles makes it 1"),
        ({}, "the tag 'copies' and the list of articles do not agree"),
        ({"tags": ["copies", "translation"]}, "the tag 'translation' and the list of articles do not agree"),
    ],
)
def test_questions_and_the_list_have_to_agree(fields: dict[str, Any], fault: str | None) -> None:
    question = asked(sources=["wire.en.txt", "copy.en.txt"], **fields)
    assert check_kinship([question], ROWS) == ([] if fault is None else [f"q: {fault}"])


def test_the_composition_counts_by_the_language_that_asks() -> None:
    asked_of = [
        asked(sources=["wire.en.txt", "own.pt.txt"], tags=["growth"], independent_sources=2),
        asked(question_lang="fa", type="who"),
        asked(question_lang="fa", type="unanswerable", sources=[], tags=["absent-fact"]),
    ]
    tables = {table.title.split(",")[0]: table.to_dict()["rows"] for table in composition(asked_of)}
    assert tables["language of a gold article"] == [
        {"name": "en", "en": 1, "fa": 1, "all": 2},
        {"name": "pt", "en": 1, "fa": 0, "all": 1},
        {"name": "none", "en": 0, "fa": 1, "all": 1},
    ]
    assert [(row["name"], row["all"]) for row in tables["type"]] == [("count", 1), ("who", 1), ("unanswerable", 1)]
    assert [(row["name"], row["fa"]) for row in tables["tag"]] == [("growth", 0), ("absent-fact", 1)]
    assert [table.title for table in composition([asked()])][1:] == ["type"]
    assert tables["independent sources"] == [{"name": "2", "en": 1, "fa": 0, "all": 1}]
