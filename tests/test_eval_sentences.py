"""The aligned file, and sentences that are found across languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.parallel import AlignedLine, half_of, load_aligned
from eval.ranking import Passage
from eval.sentence_retrieval import finds, measure_pairs, read_pairs
from qa_plugin.errors import SettingsError
from tests import aligned_articles
from tests.aligned_articles import ROWS, write_aligned

aligned = aligned_articles.aligned


# ---------------------------------------------------------------- the aligned file


def test_aligned_file_is_read(aligned: Path) -> None:
    lines = load_aligned(aligned)
    assert [line.number for line in lines] == [0, 1, 2, 3, 4, 5]
    assert lines[2].file == "harvest.ar.txt"
    assert lines[2].texts["pt"] == "A chuva destruiu a colheita de trigo no norte."
    assert list(lines[0].texts) == ["en", "pt", "fr", "ar", "fa"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("line\ten\n0\tone\n", "no column file in its first line, but line, en"),
        ("line\tfile\ten\n", "holds no lines"),
        ("line\tfile\ten\n0\ta.txt\n", "line 2: not a number and 2 more cells"),
        ("line\tfile\ten\none\ta.txt\tone\n", "line 2: not a number"),
    ],
)
def test_what_is_no_aligned_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text(content)
    with pytest.raises(SettingsError, match=message):
        load_aligned(path)


def test_missing_aligned_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the aligned file .*none\.tsv"):
        load_aligned(tmp_path / "none.tsv")


def test_halves_go_by_the_name_of_the_article() -> None:
    halves = [half_of(f"{number}.en.txt") for number in range(200)]
    assert 60 < sum(halves) < 140
    assert halves == [half_of(f"{number}.en.txt") for number in range(200)]


# ---------------------------------------------------------------- sentence retrieval


def _line(number: int, file: str = "a.txt") -> AlignedLine:
    return AlignedLine(number, file, {"en": f"query {number}", "pt": f"texto {number}"})


def test_a_tie_for_the_first_place_is_a_miss() -> None:
    answers = {
        "query 0": [Passage("0.txt", 2.0), Passage("1.txt", 1.0)],  # right
        "query 1": [Passage("1.txt", 2.0), Passage("0.txt", 2.0)],  # tied
        "query 2": [Passage("1.txt", 2.0), Passage("2.txt", 1.0)],  # wrong
        "query 3": [],  # nothing found
        "query 4": [Passage("4.txt", 2.0), Passage("4.txt", 2.0)],  # two passages of its own
        "query 5": [Passage("5.txt", 0.5)],  # alone
    }
    found = finds(answers.__getitem__, [_line(number) for number in range(6)], ("en", "pt"))
    assert [right for _, right in found] == [True, False, False, False, True, True]


def test_every_nth_line_is_a_query() -> None:
    asked: list[str] = []

    def rank(query: str) -> list[Passage]:
        asked.append(query)
        return []

    finds(rank, [_line(number) for number in range(7)], ("en", "pt"), 3)
    assert asked == ["query 0", "query 3", "query 6"]


def test_sentences_are_found_across_languages_but_not_beside_their_double(tmp_path: Path) -> None:
    rows = [*ROWS, ("double.en.txt", *ROWS[0][1:])]
    table = measure_pairs(load_aligned(write_aligned(tmp_path / "a.tsv", rows)), [("en", "pt"), ("ar", "fa")])
    # the hospital stands there twice: neither of the two queries has a first place of its own
    assert [(row.name, row.values["R@1"], row.values["n"]) for row in table.rows] == [
        ("en-pt", round(5 / 7, 4), 7),
        ("ar-fa", round(5 / 7, 4), 7),
    ]
    by_half: dict[int, list[bool]] = {0: [], 1: []}
    for row in rows:
        by_half[half_of(row[0])].append(row[1] != ROWS[0][1])
    for half, marks in by_half.items():
        expected = round(sum(marks) / len(marks), 4) if marks else None
        assert table.rows[0].values.get(f"half {half}") == expected


def test_pairs_are_read_or_refused(aligned: Path) -> None:
    assert read_pairs("en-pt, ar-fa") == [("en", "pt"), ("ar", "fa")]
    with pytest.raises(SettingsError, match="'en' is no list of language pairs"):
        read_pairs("en")
    with pytest.raises(SettingsError, match="no column de, but en, pt, fr, ar, fa"):
        measure_pairs(load_aligned(aligned), [("en", "de")])
