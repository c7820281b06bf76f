"""How well evidence is found, each figure by hand, and how much of it is sent to a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import context, evidence
from eval.evidence import Place
from eval.parallel import load_aligned
from eval.ranking import Passage, Ranker, indexed_plugin
from qa_plugin.errors import SettingsError
from qa_plugin.records import Span
from tests import aligned_articles
from tests.aligned_articles import asked_from

aligned = aligned_articles.aligned


def test_evidence_figures_by_hand() -> None:
    gold = Place("gold.txt", Span(10, 20))
    right, beside = Passage("gold.txt", 1.0, Span(15, 25)), Passage("gold.txt", 1.0, Span(20, 30))
    others = [Passage(f"{number}.txt", 1.0, Span(10, 20)) for number in range(9)]
    rankings = {
        "first": [right, *others],
        "third": [others[0], beside, right],
        "fourth": [others[0], others[1], beside, right],
        "sixth file": [*others[:5], right],
        "tenth file": [*others, right],
        "nothing": [],
    }
    figures = evidence.measure(rankings.__getitem__, [asked_from(name, gold) for name in rankings])
    assert figures == {
        "hit@1": round(1 / 6, 4),  # first
        "hit@5": round(3 / 6, 4),  # third, fourth
        "hit@10": round(5 / 6, 4),  # sixth, tenth
        "best@1": round(1 / 6, 4),
        "best@3": round(2 / 6, 4),  # first, third; a span that only touches is no overlap
    }


def test_questions_without_known_evidence_count_for_files_only() -> None:
    place = Place("gold.txt", Span(0, 5))
    rank: Ranker = lambda _: [Passage("gold.txt", 1.0, Span(0, 5))]  # noqa: E731
    assert evidence.measure(rank, [asked_from("a", place), asked_from("b", sources=("other.txt",))]) == {
        "hit@1": 0.5,
        "hit@5": 0.5,
        "hit@10": 0.5,
        "best@1": 1.0,
        "best@3": 1.0,
    }


def test_evidence_is_placed_by_aligned_lines_and_by_quotes(aligned: Path) -> None:
    texts = {"harvest.ar.txt": "first line\nsecond line\n", "plain.txt": "so it is, and so it was"}
    base = {"type": "what", "question_lang": "en", "id": "1", "question": "?"}
    found = evidence.with_evidence(
        [
            {**base, "sources": ["harvest.ar.txt"], "evidence_lines": [3]},
            {**base, "sources": ["plain.txt"], "quotes": [{"source": "plain.txt", "quote": "so it"}]},
            {**base, "sources": ["plain.txt"]},
            {**base, "type": "unanswerable", "sources": []},
        ],
        lambda source: texts.get(source, ""),
        load_aligned(aligned),
    )
    assert [[(p.source, texts[p.source][p.span.start : p.span.end]) for p in asked.evidence] for asked in found] == [
        [("harvest.ar.txt", "second line")],
        [("plain.txt", "so it"), ("plain.txt", "so it")],
        [],
    ]
    assert [place.span.start for place in found[1].evidence] == [0, 14]


def test_evidence_by_lines_needs_those_lines(aligned: Path) -> None:
    question = {"type": "what", "question_lang": "en", "id": "q7", "question": "?", "sources": ["harvest.ar.txt"]}
    with pytest.raises(SettingsError, match="q7 names its evidence by the lines of an aligned file"):
        evidence.with_evidence([{**question, "evidence_lines": [3]}], lambda _: "", None)
    with pytest.raises(SettingsError, match="q7: no line 99 of the aligned file is in the articles"):
        evidence.with_evidence([{**question, "evidence_lines": [99]}], lambda _: "a\nb", load_aligned(aligned))


def test_context_counts_what_is_sent_and_what_of_the_evidence_is_in_it(tmp_path: Path) -> None:
    name, text = "hospital.en.txt", "Hospital\n\nThe hospital of Valmar has 120 beds and 40 nurses.\n"
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / name).write_text(text, encoding="utf-8")
    at = text.index("beds")
    asked = [
        evidence.Asked("How many beds does the hospital have?", "en", frozenset({source}), source, (place,))
        for source, place in (
            (name, evidence.Place(name, Span(at, at + 4))),
            ("none.txt", evidence.Place("none.txt", Span(at, at + 4))),
            (name, evidence.Place(name, Span(at, len(text) + 9))),
            (name, evidence.Place("none.txt", Span(at, at + 4))),
        )
    ]
    with indexed_plugin(tmp_path / "own", tmp_path / "store") as plugin:
        table = context.measure_context(plugin, asked)
    for row in table.rows:
        assert (row.values["evidence"], row.values["gold file"], row.values["n"]) == (0.25, 0.75, 4)
        assert row.values["files"] >= 1
        assert row.values["tokens"] > 0
