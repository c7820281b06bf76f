"""The gate: what makes it fail and what does not, the file of a baseline, and the figures in the README."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from eval import readme_figures
from eval.__main__ import main
from eval.gating import ALL, ARTICLES, QUESTIONS, digest_of
from qa_plugin.cli import gating
from qa_plugin.cli.terminal import Terminal
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import Case, Run, System, load_questions
from qa_plugin.evaluation.baseline import Baseline, Figure, load_baseline, save_baseline
from qa_plugin.evaluation.gate import LEVEL, chance_of, compare, discoveries, gate, raise_baseline

SYSTEM = System("1", "extractive", None, "built-in", None, "articles", "q.jsonl", "abc", "2026-01-02T03:04:05Z")
Marks = Mapping[str, Sequence[float]]


def case(number: int, **marks: Sequence[float]) -> Case:
    kind, language = ("count", "date")[number % 2], ("en", "fr", "fa")[number % 3]
    question = {"id": f"q{number:03}", "question": f"Which {number}?", "question_lang": language, "type": kind}
    return Case(question, {"status": "answered", "answer": f"{number}"}, marks, ["it is wrong"] if marks else [])


def run_of(correct: Sequence[float], *, exact: Sequence[float] | None = None, system: System = SYSTEM) -> Run:
    """A run of as many questions, each with a mark for `correct` and one for `quote_exact`."""
    quotes = [1.0] * len(correct) if exact is None else exact
    marks = enumerate(zip(correct, quotes, strict=True))
    return Run(system, tuple(case(n, correct=[right], quote_exact=[1.0, one]) for n, (right, one) in marks))


def all_right(count: int = 100) -> list[float]:
    return [1.0] * count


def with_wrong(count: int, *wrong: int) -> list[float]:
    return [0.0 if number in wrong else 1.0 for number in range(count)]


# ---------------------------------------------------------------- chance


@pytest.mark.parametrize(
    ("fell", "rose", "chance"),
    [(0, 0, 1.0), (1, 0, 0.5), (5, 0, 1 / 32), (4, 1, 6 / 32), (0, 5, 1.0), (9, 1, 11 / 1024)],
)
def test_the_sign_test_is_exact(fell: int, rose: int, chance: float) -> None:
    assert chance_of(fell, rose) == pytest.approx(chance)


def test_the_sign_test_of_many_questions_is_that_of_the_normal_curve() -> None:
    z = (3_000 - 0.5 - 2_950) / math.sqrt(5_900 / 4)
    assert chance_of(3_000, 2_900) == pytest.approx(math.erfc(z / math.sqrt(2)) / 2, abs=1e-4)


def test_of_many_figures_one_needs_more_than_several_that_go_together() -> None:
    others = {f"other{number}": 1.0 for number in range(18)}
    assert discoveries({**others, "a": 0.01, "b": 0.5}) == frozenset()
    assert discoveries({**others, "a": 0.002, "b": 0.5}) == {"a"}
    assert discoveries({**others, "a": 0.005, "b": 0.0045}) == {"a", "b"}
    assert discoveries({}) == frozenset()


def test_a_neutral_change_fails_seldom() -> None:
    """Ten figures that go together fall or rise by chance: no more of such changes fail than the level says."""
    fails = 0.0
    for fell in range(21):
        share = math.comb(20, fell) / 2**20
        fails += share * bool(discoveries({f"f{at}": chance_of(fell, 20 - fell) for at in range(10)}))
    assert 0 < fails <= LEVEL


# ---------------------------------------------------------------- what fails


def test_the_same_answers_pass() -> None:
    run = run_of(with_wrong(100, 3, 5))
    verdict = compare(Baseline.of(run), run)
    assert (verdict.passed, verdict.text()) == (True, "gate: passed, nothing has moved")


def test_what_rises_passes_and_is_told() -> None:
    verdict = compare(Baseline.of(run_of(with_wrong(100, 3, 5))), run_of(all_right()))
    assert verdict.passed
    assert "correct                  0.980 → 1.000  0 fell, 2 rose" in verdict.text()


def test_a_few_that_fall_pass_until_they_are_too_many() -> None:
    baseline = Baseline.of(run_of(all_right(1000)))
    assert compare(baseline, run_of(with_wrong(1000, *range(3)))).passed
    [whole, *_] = compare(baseline, run_of(with_wrong(1000, *range(8)))).falls
    assert whole.figure == "correct"
    assert whole.why == ("significant, p = 0.0039",)


def test_as_many_that_rise_as_fall_are_no_fall() -> None:
    before = with_wrong(400, *range(20))
    after = with_wrong(400, *range(20, 40))
    assert compare(Baseline.of(run_of(before)), run_of(after)).passed


def test_more_than_the_margin_fails_whatever_the_test_says() -> None:
    before = with_wrong(200, *range(30))
    after = with_wrong(200, *range(30, 67))
    [whole, *_] = compare(Baseline.of(run_of(before)), run_of(after)).falls
    assert (whole.figure, whole.why) == ("correct", ("more than 0.03",))


def test_one_question_of_few_is_no_fall() -> None:
    assert compare(Baseline.of(run_of(all_right(10))), run_of(with_wrong(10, 4))).passed
    assert not compare(Baseline.of(run_of(all_right(10))), run_of(with_wrong(10, 4, 5, 6))).passed


def test_a_language_that_falls_is_seen_where_others_rise() -> None:
    english, french = range(0, 45, 3), range(1, 151, 3)
    before, after = with_wrong(300, *french), with_wrong(300, *english)
    verdict = compare(Baseline.of(run_of(before)), run_of(after))
    assert [move.figure for move in verdict.falls] == ["correct/en"]


def test_a_promise_is_lost_by_one_question() -> None:
    lost = [1.0] * 99 + [0.0]
    verdict = compare(Baseline.of(run_of(all_right())), run_of(all_right(), exact=lost))
    assert [(move.figure, move.fell) for move in verdict.falls] == [("quote_exact", ("q099",))]
    assert "no question may lose it, 1 did" in verdict.text()
    assert "0.9950 is beyond its limit, 1" in verdict.text()


def test_a_promise_counts_where_it_did_not_apply_before() -> None:
    before = Run(SYSTEM, (case(0, correct=[1.0]), case(1, correct=[1.0], quote_exact=[0.0])))
    after = Run(SYSTEM, (case(0, correct=[1.0], quote_exact=[0.0]), case(1, correct=[1.0], quote_exact=[0.0])))
    [move] = compare(Baseline.of(before), after).falls
    assert (move.figure, move.fell) == ("quote_exact", ("q000",))


def test_lower_is_better_for_some() -> None:
    before = Run(SYSTEM, tuple(case(n, abstained_wrong=[0.0]) for n in range(40)))
    after = Run(SYSTEM, tuple(case(n, abstained_wrong=[float(n < 10)]) for n in range(40)))
    assert next(m.figure for m in compare(Baseline.of(before), after).falls) == "abstained_wrong"
    assert compare(Baseline.of(after), before).passed


def test_shares_between_none_and_all_are_compared() -> None:
    before = Run(SYSTEM, tuple(case(n, cite_precision=[1.0, 1.0, 0.0]) for n in range(40)))
    after = Run(SYSTEM, tuple(case(n, cite_precision=[1.0, 0.0, 0.0]) for n in range(40)))
    assert not compare(Baseline.of(before), after).passed


def test_latency_and_cost_are_not_gated() -> None:
    before = Run(SYSTEM, tuple(case(n, ms=[10.0], cost_usd=[0.1], correct=[1.0]) for n in range(40)))
    after = Run(SYSTEM, tuple(case(n, ms=[9_000.0], cost_usd=[0.9], correct=[1.0]) for n in range(40)))
    baseline = Baseline.of(before)
    assert compare(baseline, after).passed
    assert set(baseline.figures) == {"correct"}


def test_a_limit_of_ones_own_is_held_to() -> None:
    baseline = replace(Baseline.of(run_of(with_wrong(100, 1))), limits={"correct": 0.99, "correct/en": 1.0})
    assert compare(baseline, run_of(with_wrong(100, 1))).passed
    verdict = compare(baseline, run_of(with_wrong(100, 1, 3)))
    assert {move.figure for move in verdict.falls} == {"correct", "correct/en"}


def test_questions_that_are_gone_fail_and_new_ones_are_told() -> None:
    baseline = Baseline.of(run_of(all_right(50)))
    verdict = compare(baseline, run_of(all_right(49), system=replace(SYSTEM, digest="other")))
    assert (verdict.passed, verdict.gone) == (False, ("q049",))
    assert "The baseline is of another set of articles or questions" in verdict.text()
    verdict = compare(baseline, run_of([*all_right(50), 0.0]))
    assert (verdict.passed, verdict.new) == (True, ("q050",))
    assert "New questions, that stand in no baseline yet, 1: q050" in verdict.text()


def test_a_model_is_not_held_against_extraction() -> None:
    system = replace(SYSTEM, mode="llm", model="m")
    with pytest.raises(SettingsError, match="the baseline is of mode extractive, this run of llm"):
        compare(Baseline.of(run_of(all_right(3))), run_of(all_right(3), system=system))


def test_questions_have_ids_of_their_own() -> None:
    one = case(1, correct=[1.0])
    with pytest.raises(SettingsError, match="two questions have the same id"):
        Baseline.of(Run(SYSTEM, (one, one)))


def test_who_fell_is_told_with_the_answer() -> None:
    verdict = compare(Baseline.of(run_of(all_right())), run_of(with_wrong(100, *range(30))))
    text = verdict.text(shown=2)
    assert "questions that fell, 2 of 30" in text
    assert "q000 [en, count] Which 0?  (correct)" in text
    assert "q002" not in text
    assert verdict.details().count("  why: it is wrong") == 30


# ---------------------------------------------------------------- the file


def test_a_baseline_comes_back_as_it_was_and_has_a_line_for_each_question(tmp_path: Path) -> None:
    run = run_of(with_wrong(30, 7), exact=with_wrong(30, 8))
    baseline = Baseline.of(run, limits={"correct": 0.5}, intervals={"correct": (0.9, 1.0)})
    path = tmp_path / "baseline.json"
    save_baseline(baseline, path)
    assert load_baseline(path) == baseline
    lines = path.read_text("utf-8").splitlines()
    assert [line[3:7] for line in lines if line.startswith('  "q0')] == [f"q{number:03}" for number in range(30)]
    [line] = [line for line in lines if '"q007"' in line]
    assert json.loads("{" + line.strip().rstrip(",") + "}") == {
        "q007": {"short": {"correct": 0.0}, "passes": "quote_exact"}
    }
    assert "2026" not in path.read_text("utf-8")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "figures": []}'])
def test_what_is_no_baseline_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match="baseline"):
        load_baseline(path)


def test_a_baseline_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read the baseline"):
        gate(run_of(all_right(3)), tmp_path / "none.json")


# ---------------------------------------------------------------- raising it


def test_a_baseline_is_raised_and_tells_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert "a first baseline, of 50 questions" in raise_baseline(run_of(with_wrong(50, 1, 2)), path)
    assert "nothing has changed" in raise_baseline(run_of(with_wrong(50, 1, 2)), path)
    told = raise_baseline(run_of(all_right(51)), path)
    assert "correct                  0.960 → 1.000" in told
    assert "new questions, 1: q050" in told
    assert "questions that do otherwise than before, 2: q001, q002" in told
    assert gate(run_of(all_right(51)), path).passed


def test_nothing_is_lowered_unasked(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    raise_baseline(run_of(all_right(50)), path)
    before = path.read_bytes()
    lower = run_of(with_wrong(49, 1), exact=with_wrong(49, 2))
    with pytest.raises(SettingsError, match="--allow-lower correct --allow-lower questions --allow-lower quote_exact"):
        raise_baseline(lower, path)
    with pytest.raises(SettingsError, match="--allow-lower questions --allow-lower quote_exact"):
        raise_baseline(lower, path, allow_lower=["correct"])
    assert path.read_bytes() == before
    raise_baseline(lower, path, allow_lower=["correct", "questions", "quote_exact"])
    assert load_baseline(path).limits == {}
    assert gate(lower, path).passed


def test_limits_of_ones_own_stay(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(Baseline.of(run_of(with_wrong(50, 1)), limits={"correct": 0.9}), path)
    raise_baseline(run_of(all_right(50)), path)
    assert load_baseline(path).limits == {"quote_exact": 1.0, "correct": 0.9}


def test_the_command_line_raises_and_gates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    gating.add_options(parser)
    path, terminal = tmp_path / "baseline.json", Terminal(json=False)
    good, bad = run_of(all_right(50)), run_of(with_wrong(50, *range(20)))
    assert gating.held(good, parser.parse_args(["--raise-baseline", str(path)]), terminal) == 0
    assert gating.held(good, parser.parse_args(["--gate", str(path)]), terminal) == 0
    capsys.readouterr()
    assert gating.held(bad, parser.parse_args(["--gate", str(path)]), terminal) == 1
    shown = capsys.readouterr().err
    assert "correct 1.000 → 0.600 20 fell, 0 rose" in shown
    assert f"--raise-baseline {path} --allow-lower NAME" in shown
    assert gating.held(bad, parser.parse_args([]), terminal) == 0


# ---------------------------------------------------------------- the project's own


def test_the_baselines_are_of_the_sets_as_they_are() -> None:
    own = load_baseline(ALL[0].baseline)
    assert set(own.questions) == {str(question["id"]) for question in load_questions(QUESTIONS)}
    assert own.system["digest"] == digest_of(QUESTIONS, ARTICLES)
    assert set(own.system) == set(asdict(SYSTEM)) - {"made"}
    for one in ALL:
        assert load_baseline(one.baseline).questions, one.name


def test_the_gate_is_of_the_own_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--gate", "--articles", str(tmp_path)]) == 2
    assert "for your own: qa-plugin eval --gate FILE" in capsys.readouterr().err


def test_the_readme_has_the_figures_of_the_baselines() -> None:
    readme = readme_figures.README.read_text("utf-8")
    assert readme_figures.current(readme) == readme, "python -m eval --readme"


def test_figures_are_written_between_their_marks() -> None:
    figures = {"correct": Figure(0.5, 1_200, (0.45, 0.55), {"en": 0.75}), "failed": Figure(0.0, 1_200)}
    own = Baseline({}, figures, {}, {"a": {}, "b": {}})
    replayed = Baseline({}, {"correct": Figure(0.9, 10)}, {}, {"a": {}})
    written = readme_figures.block([own, replayed])
    assert "| `correct` | 1,200 | 0.500 | 0.450–0.550 | 0.750 | 0.900 |" in written
    assert "| `failed` ↓ | 1,200 | 0.000 |  |  |  |" in written
    text = f"before\n{readme_figures.BEGIN}\nold\n{readme_figures.END}\nafter\n"
    assert readme_figures.with_block(text, "new") == text.replace("old", "new")
    with pytest.raises(SettingsError, match="once each"):
        readme_figures.with_block(text + text, "new")
