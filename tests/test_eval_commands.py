"""The measurements of retrieval from the command line, their tables, and the page that defines them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import answering_speed, baselines, context, embedding_speed, evidence, growth, switches
from eval.__main__ import main
from eval.tables import Row, Table
from tests import aligned_articles
from tests.aligned_articles import ROWS, write_aligned

aligned, articles, questions = aligned_articles.aligned, aligned_articles.articles, aligned_articles.questions


def _run(capsys: pytest.CaptureFixture[str], *options: object) -> tuple[int, str, str]:
    status = main([str(option) for option in options])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_command_measures_sentence_retrieval(aligned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _run(capsys, "--aligned", aligned, "--pairs", "en-ar", "--step", "2", "--json")
    assert status == 0
    table = json.loads(out)
    assert table["title"] == "sentence retrieval"
    assert [(row["name"], row["n"]) for row in table["rows"]] == [("en-ar", 3)]


def test_command_measures_evidence(
    articles: Path, questions: Path, aligned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ("--articles", articles, "--questions", questions)
    status, out, _ = _run(capsys, "--evidence", *named, "--aligned", aligned, "--json")
    assert status == 0
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert rows["all"] == {"name": "all", **dict.fromkeys(evidence.COLUMNS, 1.0), "n": 2}
    assert (rows["asked in en"]["n"], rows["asked in pt"]["n"]) == (1, 1)
    assert sum(row["n"] for name, row in rows.items() if name.startswith("half")) == 2

    status, out, err = _run(capsys, "--evidence", *named)
    assert (status, out) == (2, "")
    assert "name it with --aligned" in err


def test_command_measures_growth(
    articles: Path, questions: Path, aligned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = write_aligned(aligned, [*ROWS, *[("other.en.txt", *row[1:]) for row in ROWS]])
    named = ("--articles", articles, "--questions", questions, "--aligned", more)
    status, out, _ = _run(capsys, "--growth", *named, "--added", "4")
    assert status == 0
    assert out.splitlines()[0] == "growth"
    assert [line.split("  ")[0] for line in out.splitlines()[2:]] == ["articles alone", "4 added"]


@pytest.mark.parametrize("option", ["--growth", "--speed"])
def test_what_is_made_of_aligned_lines_needs_them(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = _run(capsys, option)
    assert status == 2
    assert "name a file with --aligned" in err


def test_table_is_aligned_text() -> None:
    table = Table("a title", ("hit@1", "n"), (Row("one", {"hit@1": 0.5, "n": 1200}), Row("other", note="no model")))
    assert table.text().splitlines() == [
        "a title",
        "       hit@1      n",
        "one    0.500  1,200",
        "other                no model",
    ]


def test_readme_defines_every_option_and_figure(repository: Path) -> None:
    text = (repository / "eval" / "README.md").read_text("utf-8")
    columns = (*evidence.COLUMNS, "R@1", "half 0", *growth.COLUMNS, *embedding_speed.COLUMNS)
    columns = (*columns, *answering_speed.COLUMNS[:-1], *(step for step, _, _ in answering_speed.STEPS))
    columns = (*columns, *context.COLUMNS[:-1])
    for word in (
        "--aligned",
        "--evidence",
        "--context",
        "--ablation",
        "--growth",
        "--speed",
        "--answering-speed",
        *columns,
    ):
        assert f"`{word}`" in text or f"{word} " in text, word
    for name in [part.name for part in switches.PARTS] + [name for name, _ in baselines.BASELINES]:
        assert f"| {name} |" in text, name
