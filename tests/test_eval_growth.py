"""How retrieval fares as a folder grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import growth
from eval.parallel import AlignedLine, load_aligned
from qa_plugin.errors import SettingsError
from tests import aligned_articles
from tests.aligned_articles import asked_from

aligned, articles = aligned_articles.aligned, aligned_articles.articles


def test_distractors_are_five_lines_a_chunk_and_no_evidence() -> None:
    languages = ("en", "fa")
    lines = [AlignedLine(n, "a.txt", {lang: f"{lang} {n}" for lang in languages}) for n in range(12)]
    files = growth.distractors(lines, frozenset({3, 4}), 10)
    assert [len(text.split("\n\n")) for _, text in files] == [4, 4, 2]
    for name, text in files:
        language = name.split(".")[1]
        for chunk in text.split("\n\n"):
            rows = chunk.split()
            assert set(rows[::2]) == {language}
            assert len(set(rows[1::2])) == 5
            assert not {"3", "4"} & set(rows[1::2])
    assert files == growth.distractors(lines, frozenset({3, 4}), 10)
    assert growth.distractors(lines, frozenset({3, 4}), 20)[:2] == files[:2]
    with pytest.raises(SettingsError, match="only 4 aligned lines are no evidence, where 5 are needed"):
        growth.distractors(lines, frozenset(range(8)), 1)


def test_growth_measures_the_fall(articles: Path, aligned: Path) -> None:
    lines = load_aligned(aligned)
    asked = [
        asked_from("The doctors moved 340 patients to a school", sources=("hospital.fa.txt",)),
        asked_from("Rain destroyed the wheat harvest in the north", sources=("harvest.ar.txt",)),
    ]
    evidence_of_none = frozenset({2})  # the harvest line is in no distractor
    table = growth.measure_growth(articles, asked, lines, evidence=evidence_of_none, amounts=[4, 40])
    assert [row.name for row in table.rows] == ["articles alone", "4 added", "40 added"]
    assert [row.values["added"] for row in table.rows] == [0, 4, 40]
    assert table.rows[0].values["passages"] == 3
    assert table.rows[2].values["passages"] > table.rows[1].values["passages"] > 3
    assert table.rows[0].values["hit@5"] == 1.0
    # all other lines are in every chunk: five files with the school before its own article is what there is to see
    for row in table.rows:
        assert row.values["fall"] == pytest.approx(1.0 - row.values["hit@5"])
        assert row.values["hit@5"] >= 0.5
        assert row.values["cpu ms"] > 0
    assert sorted(path.name for path in articles.iterdir()) == ["harvest.ar.txt", "hospital.fa.txt", "match.fr.txt"]


def test_amounts_rise() -> None:
    assert growth.read_amounts("5000,20000") == [5000, 20000]
    for text in ("20,5", "many", "0", "5,5"):
        with pytest.raises(SettingsError, match="no list of rising numbers"):
            growth.read_amounts(text)


def test_evidence_lines_of_all_questions_are_kept_out() -> None:
    assert growth.evidence_lines([{"evidence_lines": [1, 2]}, {}, {"evidence_lines": [2, 9]}]) == {1, 2, 9}
