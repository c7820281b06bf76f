"""How fast passages are embedded and questions answered, step by step."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from eval import answering_speed, embedding_speed
from eval.parallel import load_aligned
from qa_plugin.answering import extractive
from qa_plugin.errors import SettingsError
from qa_plugin.evidence.reading import sentences
from tests import aligned_articles

aligned, articles = aligned_articles.aligned, aligned_articles.articles


# ---------------------------------------------------------------- embedding


def test_chunks_to_embed_are_of_the_length_asked_in_all_languages_in_turn(aligned: Path) -> None:
    lines = load_aligned(aligned)
    chunks = embedding_speed.make_chunks(lines, 25, seed=1)
    assert len(set(chunks)) == 25
    assert all(100 <= len(chunk.split()) <= 130 for chunk in chunks)
    for number, chunk in enumerate(chunks):
        language = list(lines[0].texts)[number % 5]
        assert set(chunk.split()) <= {word for line in lines for word in line.texts[language].split()}
    assert chunks == embedding_speed.make_chunks(lines, 25, seed=1)
    assert set(chunks).isdisjoint(embedding_speed.make_chunks(lines, 25, seed=2))


def test_speed_is_chunks_by_cpu_time(aligned: Path) -> None:
    table = embedding_speed.measure_speed(aligned, count=20)
    assert [row.name for row in table.rows] == ["first sight", "second sight"]
    for row in table.rows:
        assert row.values["chunks"] == 20
        assert 2000 <= row.values["words"] <= 2600
        seconds, rounding = row.values["cpu s"], 0.0006  # the table gives thousandths
        assert 20 / (seconds + rounding) - 1 <= row.values["a second"] <= 20 / max(seconds - rounding, 1e-9) + 1
    # what is loaded and worked out at first sight is not paid for again
    assert table.rows[1].values["a second"] > table.rows[0].values["a second"]


# ---------------------------------------------------------------- answering


def test_an_inner_step_is_not_charged_to_the_outer_one() -> None:
    ticks = iter([0.0, 1.0, 4.0, 6.0])
    watch = answering_speed.Stopwatch(lambda: next(ticks))
    inner = watch.around("inner", lambda: "done")
    assert watch.around("outer", lambda: inner())() == "done"
    assert watch.spent == {"outer": 1000 * (1.0 + 2.0), "inner": 1000 * 3.0}


TIMED = ["How many patients did the doctors move?", "When did the team win the match?"]


def test_steps_of_a_question_add_up_to_the_whole(articles: Path, tmp_path: Path) -> None:
    ticks = itertools.count()  # a clock that every look at it moves on
    table = answering_speed.measure_answering(articles, TIMED, tmp_path / "store", clock=lambda: float(next(ticks)))
    rows = {row.name: row.values for row in table.rows}
    steps = dict.fromkeys(step for step, _, _ in answering_speed.STEPS)
    assert list(rows) == [*steps, answering_speed.REST, answering_speed.UNDERSTANDING, answering_speed.WHOLE]
    for sight in ("unread ms", "again ms"):  # of two questions the median is the mean
        parts = sum(rows[step][sight] for step in (*steps, answering_speed.REST))
        assert rows[answering_speed.WHOLE][sight] == pytest.approx(parts)
        understood = sum(rows[step][sight] for step in answering_speed.UNDERSTOOD)
        assert rows[answering_speed.UNDERSTANDING][sight] == pytest.approx(understood)
        for step in ("retrieve", "read closely", "weigh evidence", "agree", "verify", "assemble"):
            assert rows[step][sight] > 0, step


def test_what_was_read_in_a_sentence_is_not_read_again_unless_forgotten(articles: Path, tmp_path: Path) -> None:
    def sentences_read() -> float:
        return float(vars(sentences)["_read"].cache_info().misses)

    table = answering_speed.measure_answering(articles, TIMED[:1], tmp_path / "store", clock=sentences_read)
    understood = {row.name: row.values for row in table.rows}[answering_speed.UNDERSTANDING]
    assert understood["unread ms"] > 0
    assert understood["again ms"] == 0


def test_a_step_that_is_gone_is_an_error(articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = (*answering_speed.STEPS, ("tidy up", "qa_plugin.responding", "tidy_up"))
    monkeypatch.setattr(answering_speed, "STEPS", gone)
    before = vars(extractive)["weigh"]
    with pytest.raises(SettingsError, match="no tidy_up in qa_plugin"):
        answering_speed.measure_answering(articles, ["How many beds?"], tmp_path / "store")
    assert vars(extractive)["weigh"] is before
