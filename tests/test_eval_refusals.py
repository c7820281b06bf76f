"""What `qa-plugin eval` finds wrong before it asks: slips in the questions, files that cannot be read or written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main as eval_main
from qa_plugin.cli import main
from qa_plugin.evaluation import check_gold
from qa_plugin.evaluation.baseline import Baseline, save_baseline
from tests.test_gate import all_right, run_of

NEWS = {
    "ferry.pt.txt": "A balsa\n\nA balsa levou 310 passageiros na segunda-feira, disse o porto.\n",
    "toll.en.txt": "The toll\n\nThe flood killed 41 people, the mayor said. Schools stay closed.\n",
    "toll-too.en.txt": "The toll again\n\nThe flood killed 44 people, the hospital said. Roads stay closed.\n",
}
FERRY: dict[str, Any] = {
    **{"id": "ferry", "question": "How many passengers did the ferry carry?", "question_lang": "en", "type": "count"},
    **{"answer": "310", "accept": ["310"], "value": 310, "sources": ["ferry.pt.txt"]},
}
TOLL: dict[str, Any] = {
    **{"id": "toll", "question": "How many people did the flood kill?", "question_lang": "en", "type": "count"},
    **{"answer": "41 or 44", "accept": ["41", "44"], "value": None, "sources": ["toll.en.txt", "toll-too.en.txt"]},
    "conflict": True,
}


def options(folder: Path, *questions: Mapping[str, Any]) -> list[str]:
    (folder / "news").mkdir()
    for name, text in NEWS.items():
        (folder / "news" / name).write_text(text, encoding="utf-8")
    (folder / "q.jsonl").write_text("".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8")
    return ["--articles", str(folder / "news"), "--questions", str(folder / "q.jsonl")]


def evaluated(words: list[str], capsys: pytest.CaptureFixture[str], environ: Mapping[str, str] | None = None) -> Any:
    status = main(["eval", *words], environ=environ or {})
    out, err = capsys.readouterr()
    return status, out, err


# ---------------------------------------------------------------- the questions


SLIPS = (
    {**FERRY, "sources": ["fery.pt.txt"]},
    {**TOLL, "conflct": True},
    {**TOLL, "id": "other", "positions": [{"value": 41, "atributed_to": "mayor", "sources": ["toll.en.txt"]}] * 2},
)


def test_a_run_says_slips_in_one_line_each_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = evaluated(options(tmp_path, *SLIPS, {**FERRY, "id": "third", "my": 1}), capsys)
    assert status == 0
    assert "correct" in out
    told = [line for line in err.splitlines() if line.startswith("q.jsonl: ")]
    assert told == [
        "q.jsonl: gold files that are not there: fery.pt.txt of ferry; --check tells all",
        "q.jsonl: keys that nothing reads: 'conflct' ('conflict' is meant?) of toll, "
        "'atributed_to' ('attributed_to' is meant?) in positions of other, 'my' of third; --check tells all",
    ]


def test_questions_with_one_id_are_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = evaluated(options(tmp_path, FERRY, {**TOLL, "id": "ferry"}), capsys)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "questions have the same id: ferry; give each its own" in err


def test_both_doors_check_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*options(tmp_path, *SLIPS, FERRY), "--check"]
    status, out, err = evaluated(words, capsys)
    assert status == 1
    assert "ferry: there is no article fery.pt.txt" in out.splitlines()
    assert "toll: nothing reads the key 'conflct' ('conflict' is meant?)" in out.splitlines()
    assert "ferry: the id is used twice" in out.splitlines()
    assert err == f"4 questions, {len(out.splitlines())} problems\n"
    assert eval_main(words) == 1
    assert capsys.readouterr().out.split("\n\n")[0].splitlines() == out.splitlines()


def test_the_check_reads_a_folder_as_it_is_indexed_or_the_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quote = "وقال رئيس البلدية إن الفيضان قتل 61 شخصا في الوادي"
    asked = {**TOLL, "id": "ar", "conflict": False, "value": 61, "accept": [], "sources": ["old.ar.txt"]}
    asked["quotes"] = [{"source": "old.ar.txt", "quote": quote}]
    words = options(tmp_path, asked)
    (tmp_path / "news" / "old.ar.txt").write_bytes(f"فيضانات\n\nهطلت الأمطار أياما. {quote}.\n".encode("cp1256"))
    assert evaluated([*words, "--check", "--json"], capsys)[:2] == (0, '{"questions": 1, "problems": []}\n')
    environ = {"QA_PLUGIN_STORE": str(tmp_path / "store")}
    assert main(["index", words[1]], environ=environ) == 0
    capsys.readouterr()
    status, out, err = evaluated([*words[2:], "--check"], capsys, environ)
    assert (status, out, err.splitlines()[-1]) == (0, "", "1 questions, 0 problems")
    (tmp_path / "q.jsonl").write_text(json.dumps({**asked, "sources": ["gone.txt"]}) + "\n", encoding="utf-8")
    assert evaluated([*words[2:], "--check"], capsys, environ)[0] == 1
    status, _, err = evaluated([*words, "--check", "--out", str(tmp_path / "run.jsonl")], capsys)
    assert (status, "leave out --out" in err) == (2, True)


def test_keys_that_are_known_are_no_faults() -> None:
    question = {**FERRY, "notes": "read twice", "quotes": [{"source": "ferry.pt.txt", "quote": "310 passageiros"}]}
    question |= {"conflict": False, "tags": [], "independent_sources": 1, "evidence_lines": [1]}
    assert check_gold([question], lambda source: NEWS.get(source, "")) == []


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--report", "FOLDER/page.html", "--against", "FOLDER/gone.jsonl"], "cannot read the run"),
        (["--gate", "FOLDER/gone.json"], "cannot read the baseline"),
        (["--gate", "FOLDER/q.jsonl"], "is no baseline"),
        (["--gate", "FOLDER/model.json"], "the baseline is of mode llm, this run of extractive"),
        (["--report", "FOLDER/gone/page.html"], "cannot write the report FOLDER/gone/page.html: there is no folder"),
        (["--report", "FOLDER/news"], "cannot write the report FOLDER/news: it is a folder"),
        (["--out", "FOLDER/gone/run.jsonl"], "cannot write the run FOLDER/gone/run.jsonl: there is no folder"),
        (["--raise-baseline", "FOLDER/gone/base.json"], "cannot write the baseline FOLDER/gone/base.json: there is no"),
        (["--allow-lower", "correct"], "--allow-lower is of --raise-baseline"),
        (["--gate", "FOLDER/model.json", "--allow-lower", "correct"], "--allow-lower is of --raise-baseline"),
        (["--raise-baseline", "FOLDER/b.json", "--allow-lower", "corect"], "no such figure; correct is meant?"),
        (["--raise-baseline", "FOLDER/b.json", "--allow-lower", "zzz"], "no such figure; `--define` lists them"),
    ],
)
def test_what_could_only_fail_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    words = options(tmp_path, FERRY)
    run = run_of(all_right(3))
    save_baseline(Baseline.of(run), tmp_path / "model.json")
    text = (tmp_path / "model.json").read_text(encoding="utf-8").replace('"extractive"', '"llm"')
    (tmp_path / "model.json").write_text(text, encoding="utf-8")
    status, out, err = evaluated([*words, *(word.replace("FOLDER", str(tmp_path)) for word in more)], capsys)
    assert (status, out) == (2, "")
    assert said.replace("FOLDER", str(tmp_path)) in err
    assert err.count("\n") == 1, "no word of where data goes, which is said when the index is opened"


def test_the_gate_of_the_repository_refuses_names_of_no_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert eval_main(["--raise-baseline", "--allow-lower", "corect"]) == 2
    assert "correct is meant?" in capsys.readouterr().err
    assert eval_main(["--gate", "--allow-lower", "correct"]) == 2
    assert "give both, or neither" in capsys.readouterr().err
    assert eval_main(["--gate", "--fallen", "/gone/fallen.txt"]) == 2
    assert "there is no folder /gone" in capsys.readouterr().err


def test_a_run_of_other_articles_is_not_compared_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = options(tmp_path, FERRY)
    assert evaluated([*words, "--out", str(tmp_path / "run.jsonl")], capsys)[0] == 0
    (tmp_path / "news" / "toll.en.txt").unlink()
    more = ["--report", str(tmp_path / "p.html"), "--against", str(tmp_path / "run.jsonl")]
    more += ["--out", str(tmp_path / "second.jsonl")]
    status, out, err = evaluated([*words, *more], capsys)
    assert (status, out) == (2, "")
    assert "are of different questions or articles" in err
    assert not (tmp_path / "second.jsonl").exists(), "nothing was asked"


# ---------------------------------------------------------------- what is told


def test_right_but_flawed_answers_come_after_the_wrong_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unseen = {**TOLL, "accept": ["people"], "question": "Who was killed by the flood, as the mayor said?"}
    wrong = {**FERRY, "id": "wrong", "value": 9, "accept": ["9"]}
    words = [*options(tmp_path, unseen, wrong), "--json", "--misses"]
    figures = json.loads(evaluated([*words, "9"], capsys)[1])
    told = [(miss["id"], miss["flawed"]) for miss in figures["misses"]]
    assert told[0] == ("wrong", False)
    assert ("toll", True) in told, "a disagreement that was not seen: the answer gives an accepted form all the same"
    assert [flawed for _, flawed in told] == sorted(flawed for _, flawed in told)
    assert [miss["id"] for miss in json.loads(evaluated([*words, "1"], capsys)[1])["misses"]] == ["wrong"]
    shown = evaluated([*words[:4], "--misses", "9"], capsys)[1]
    assert "\n  why: gives neither" in shown
    assert "\n  right, but flawed: " in shown


def test_a_refusal_to_lower_has_a_figure_on_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "base.json"
    words = options(tmp_path, FERRY)
    assert evaluated([*words, "--raise-baseline", str(path)], capsys)[0] == 0
    (tmp_path / "q.jsonl").write_text(json.dumps({**FERRY, "value": 9, "accept": ["9"]}) + "\n", encoding="utf-8")
    before = path.read_bytes()
    status, _, err = evaluated([*words, "--raise-baseline", str(path)], capsys)
    *_, last = err.splitlines()
    figures = [line.split()[0] for line in err.splitlines() if "→" in line]
    assert (status, path.read_bytes()) == (2, before)
    assert {"correct", "correct_cited"} <= set(figures)
    assert len(figures) == len(set(figures))
    assert "stays as it is: it would be lowered by" in last
    assert "--allow-lower correct" in last
