"""Figures with a definition of others: equal to trusted implementations, and worked out by hand."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa_plugin.evaluation import Case, Figures, folder_texts, grade, load_questions
from qa_plugin.evaluation.aggregation import area_under_roc, percentile
from qa_plugin.evaluation.bootstrap import draws, samples
from qa_plugin.evaluation.definitions import DEFINITIONS, as_text, markdown, name_of
from qa_plugin.evaluation.ranking import ndcg, recall, reciprocal_rank, success
from qa_plugin.evaluation.tallying import tally
from tests.grader import GRADER, disagreements, graded_elsewhere

TEXTS = {
    "a.en.txt": "Three thousand people left\nthe valley on Monday. The mayor spoke of a hard night.",
    "b.en.txt": "Updated. Three thousand people left the valley on Monday.",
    "c.fr.txt": "Trois mille personnes ont quitté la vallée.",
}


def _text_of(source: str) -> str:
    return TEXTS.get(source, "")


def _question(kind: str = "count", sources: Sequence[str] = ("a.en.txt",), **gold: Any) -> dict[str, Any]:
    found = {"id": "q", "question": "How many?", "question_lang": "en", "type": kind, "answer": "", "accept": []}
    return {**found, "value": None, "sources": [] if kind == "unanswerable" else list(sources), **gold}


def _cited(source: str, quote: str, *copies: str) -> dict[str, Any]:
    start = TEXTS[source].index(quote)
    return {"id": 1, "source": source, "quote": quote, "start": start, "end": start + len(quote), "copies": [*copies]}


def _answer(*citations: dict[str, Any], status: str = "answered", **fields: Any) -> dict[str, Any]:
    return {"status": status, "answer": "many", "citations": list(citations), **fields}


def _values(*pairs: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, float]:
    return grade([question for question, _ in pairs], [answer for _, answer in pairs], _text_of).values


# ---------------------------------------------------------------- ranking, against ir-measures


@pytest.mark.parametrize("seed", range(40))
def test_ranking_figures_are_those_of_ir_measures(seed: int) -> None:
    ir_measures = pytest.importorskip("ir_measures", reason="ir-measures of the group `test` is not installed")
    chance = random.Random(seed)  # noqa: S311 - the same rankings each time, no secret
    pool = [f"{number}.en.txt" for number in range(40)]
    files, gold = chance.sample(pool, chance.randrange(1, 31)), set(chance.sample(pool, chance.randrange(1, 15)))
    ours = {f"Success@{depth}": success(files, gold, depth) for depth in (1, 5, 10)}
    ours |= {f"R@{depth}": recall(files, gold, depth) for depth in (5, 10, 20)}
    ours |= {"RR": reciprocal_rank(files, gold), "nDCG@10": ndcg(files, gold, 10)}
    found = ir_measures.iter_calc(
        [ir_measures.parse_measure(name) for name in ours],
        {"q": dict.fromkeys(gold, 1)},
        {"q": {file: float(len(files) - rank) for rank, file in enumerate(files)}},
    )
    theirs = {str(metric.measure): metric.value for metric in found}
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_a_ranking_of_passages_is_one_of_files() -> None:
    retrieved = [{"source": source} for source in ("b.en.txt", "b.en.txt", "b.en.txt", "a.en.txt", "x", "c.fr.txt")]
    values = _values((_question(sources=["a.en.txt", "c.fr.txt"]), _answer(retrieved=retrieved)))
    best = 1 + 1 / np.log2(3)
    assert (values["mrr"], values["hit@1"], values["recall@5"]) == (0.5, 0, 1)
    assert values["ndcg@10"] == round((1 / np.log2(3) + 1 / np.log2(5)) / best, 4)
    assert values["recall@5 en>fr"] == 1


def test_nothing_retrieved_is_worth_nothing() -> None:
    values = _values((_question(), _answer()))
    assert {values[name] for name in ("hit@10", "recall@20", "mrr", "ndcg@10")} == {0}
    assert (recall([], [], 5), ndcg([], [], 10)) == (0, 0)


# ---------------------------------------------------------------- citations, claims


def test_a_copy_that_a_citation_names_is_cited() -> None:
    question = _question(sources=["a.en.txt", "b.en.txt", "c.fr.txt"])
    quote = "people left\nthe valley"
    assert _values((question, _answer(_cited("a.en.txt", quote))))["cite_recall"] == 0.3333
    assert _values((question, _answer(_cited("a.en.txt", quote, "b.en.txt"))))["cite_recall"] == 0.6667
    assert "cite_recall" not in _values((question, _answer(status="not_in_sources")))


@pytest.mark.parametrize(
    ("citation", "precision", "covered"),
    [
        (_cited("a.en.txt", "The mayor spoke"), 0, 0),
        (_cited("a.en.txt", "the valley on Monday. The mayor"), 1, 1),
        (_cited("a.en.txt", "on Monday.", "b.en.txt"), 1, 2),  # what overlaps in the one does in the other
        (_cited("b.en.txt", "Updated.", "a.en.txt"), 0, 0),
        (_cited("b.en.txt", "thousand people left the valley", "a.en.txt"), 1, 2),  # where lines break elsewhere
        (_cited("b.en.txt", "thousand people left the valley"), 1, 1),  # named no copy
        (_cited("b.en.txt", "Updated. Three thousand people", "a.en.txt"), 1, 2),  # no such words in the copy
        (_cited("c.fr.txt", "Trois mille"), 0, 0),
    ],
)
def test_quotes_meet_gold_quotes(citation: dict[str, Any], precision: int, covered: int) -> None:
    gold = [
        {"source": "a.en.txt", "quote": "Three thousand people left\nthe valley on Monday."},
        {"source": "b.en.txt", "quote": "Three thousand people left the valley on Monday."},
        {"source": "c.fr.txt", "quote": "personnes ont quitté la vallée"},
    ]
    figures = grade([_question(quotes=gold)], [_answer(citation)], _text_of)
    assert (figures.values["quote_precision"], figures.values["quote_recall"]) == (precision, round(covered / 3, 4))
    assert (figures.counts["quote_precision"], figures.counts["quote_recall"]) == (1, 3)


def test_quote_figures_need_gold_quotes() -> None:
    assert not {"quote_precision", "quote_recall"} & set(_values((_question(), _answer(_cited("a.en.txt", "Three")))))


def test_groundedness_counts_what_was_dropped_as_made() -> None:
    claims = [{"text": "x", "verified": True}, {"text": "y", "verified": True}, {"text": "z", "verified": False}]
    dropped = [{"text": "w", "reason": "no quote"}]
    assert _values((_question(), _answer(claims=claims, dropped=dropped)))["groundedness"] == 0.5


# ---------------------------------------------------------------- abstaining, conflicts, sources, expense


def _abstaining() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    said, none = _question(value=3000), _question("unanswerable")
    return [
        (said, _answer(confidence=0.9) | {"answer": "3,000"}),
        (said, _answer(confidence=0.6)),
        (said, _answer(status="not_in_sources", confidence=0.2)),
        (none, _answer(status="not_in_sources", confidence=0.1)),
        (none, _answer(status="not_in_sources", confidence=0.2)),
        (none, _answer(confidence=0.7)),
    ]


def test_abstaining_by_hand() -> None:
    values = _values(*_abstaining())
    assert (values["abstention_precision"], values["abstention_recall"]) == (0.6667, 0.6667)
    assert values["abstention_f1"] == pytest.approx(2 / 3, abs=1e-4)
    # .9 above three; .6 above two; .2 above one and equal to one
    assert values["abstention_auc"] == round((3 + 2 + 1.5) / 9, 4)
    assert values["abstention_auc/en"] == values["abstention_auc"]


def test_the_curve_is_what_a_threshold_would_do() -> None:
    questions, answers = zip(*_abstaining(), strict=True)
    curve = {point.threshold: point for point in grade(questions, answers, _text_of).curve}
    third = 0.3333
    assert (curve[0].right, curve[0].wrong, curve[0].correct) == (0.6667, third, third)
    assert (curve[0.65].right, curve[0.65].wrong, curve[0.65].correct) == (0.6667, 0.6667, third)
    assert (curve[0.75].right, curve[0.75].wrong, curve[0.75].correct) == (1, 0.6667, third)
    assert (curve[1].right, curve[1].wrong, curve[1].correct) == (1, 1, 0)
    table = grade(questions, answers, _text_of).table().split("\n\n")[-1].splitlines()
    assert [line.split() for line in (table[1], table[2], table[-1])] == [
        ["abstained_right", "abstained_wrong", "correct"],
        ["0.0", "0.667", "0.333", "0.333"],
        ["1.0", "1.000", "1.000", "0.000"],
    ]
    assert grade(questions[:3], answers[:3], _text_of).curve == ()


def test_no_right_abstention_has_no_f1_of_nothing() -> None:
    values = _values((_question(), _answer(status="not_in_sources")), (_question("unanswerable"), _answer()))
    assert (values["abstention_precision"], values["abstention_recall"], values["abstention_f1"]) == (0, 0, 0)
    assert "abstention_auc" not in values


def test_conflicts_and_sources_by_hand() -> None:
    real = _question(conflict=True, independent_sources=2)
    values = _values(
        (real, _answer(status="conflicting", independent_sources=2)),
        (real, _answer(independent_sources=1)),
        (_question(independent_sources=3), _answer(status="conflicting", independent_sources=3)),
        (_question("unanswerable"), _answer(status="conflicting", independent_sources=9)),
        (_question(), _answer(independent_sources=7)),
    )
    assert (values["conflict_precision"], values["conflict_recall"]) == (0.3333, 0.5)
    assert values["source_count"] == 0.6667


def test_expense_by_hand_and_unknown_costs_beside() -> None:
    costs: list[float | None] = [0.0012, None, 0.0002, None]
    answers = [
        _answer(
            usage={"prompt_tokens": 100 * at, "completion_tokens": at, "cost_usd": cost},
            timings_ms={"total": 10.0 * at},
        )
        for at, cost in enumerate(costs, 1)
    ]
    figures = grade([_question()] * 4, answers, _text_of)
    names = ("prompt_tokens", "completion_tokens", "cost_usd", "ms", "ms_p95")
    assert [figures.values[name] for name in names] == pytest.approx([250, 2.5, 0.0007, 25, 38.5])
    assert (figures.counts["cost_usd"], figures.unknown_costs) == (2, 2)
    assert "(n=2, 2 unknown)" in figures.table()


def test_percentile_and_area_are_those_of_known_definitions() -> None:
    chance = np.random.default_rng(3)
    marks = [float(mark) for mark in chance.normal(size=37)]
    for share in (0.5, 0.95, 0.0, 1.0):
        assert percentile(marks, share) == pytest.approx(float(np.percentile(marks, share * 100)), abs=1e-12)
    assert area_under_roc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75  # scikit-learn's own example
    assert area_under_roc([0.1], [True]) is None


# ---------------------------------------------------------------- intervals


def _many(count: int) -> Figures:
    chance = random.Random(5)  # noqa: S311 - the same cases each time, no secret
    cases = []
    for number in range(count):
        language, kind = chance.choice(("en", "fa", "fr")), chance.choice(("count", "who", "unanswerable"))
        question = _question(kind) | {"question_lang": language, "sources": [f"{number % 7}.{language}.txt"]}
        abstains = chance.random() < 0.4
        marks: dict[str, list[float]] = {
            "ms": [chance.random() * 100],
            "abstention_auc": [round(chance.random(), 1)],
            "quote_exact": [float(chance.random() < 0.9) for _ in range(chance.randrange(4))],
        }
        if kind == "unanswerable":
            marks |= {"abstained_right": [float(abstains)], "abstention_recall": [float(abstains)]}
        else:
            marks |= {"abstained_wrong": [float(abstains)], "correct": [float(chance.random() < 0.7)]}
        if abstains:
            marks["abstention_precision"] = [float(kind == "unanswerable")]
        cases.append(Case(question, {}, marks))
    return Figures.of(cases)


def test_the_cases_as_they_are_give_the_figures_themselves() -> None:
    figures = _many(60)
    found = samples(tally(figures.cases), np.ones((1, 60)))
    assert set(found) == set(figures.values)
    assert {key: found[key][0] for key in found} == pytest.approx(figures.values, rel=1e-5, abs=2e-4)


def test_resamples_are_drawn_cases() -> None:
    """Each kind of figure in a resample is the figure of the cases that were drawn, one by one."""
    figures = _many(40)
    weights = draws(40, resamples=5)
    assert (weights.sum(axis=1) == 40).all()
    found = samples(tally(figures.cases), weights)
    for row, counts in enumerate(weights):
        drawn = [case for case, count in zip(figures.cases, counts, strict=True) for _ in range(int(count))]
        values = Figures.of(drawn).values
        assert {key: found[key][row] for key in values} == pytest.approx(values, rel=1e-5, abs=2e-4)
        assert all(np.isnan(found[key][row]) for key in set(found) - set(values))


def test_an_interval_of_a_share_is_that_of_the_textbook() -> None:
    """Of n yes-or-no marks it is close to 1.96 standard errors around the share."""
    cases = [Case(_question(), {}, {"correct": [float(number % 10 < 7)]}) for number in range(400)]
    low, high = Figures.of(cases).intervals["correct"]
    error = 1.96 * (0.7 * 0.3 / 400) ** 0.5
    assert (low, high) == pytest.approx((0.7 - error, 0.7 + error), abs=0.006)


def test_marks_of_one_case_are_not_taken_for_independent() -> None:
    apart = [Case(_question(), {}, {"quote_exact": [float(number % 2)]}) for number in range(80)]
    together = [Case(_question(), {}, {"quote_exact": [float(number % 2)] * 8}) for number in range(10)]
    widths = [high - low for low, high in (Figures.of(cases).intervals["quote_exact"] for cases in (apart, together))]
    assert widths[1] > 2 * widths[0]


def test_intervals_are_the_same_each_time_and_within_a_second() -> None:
    ones, others = _many(484), _many(484)
    began = time.process_time()
    assert ones.intervals
    assert time.process_time() - began < 1
    assert ones.intervals == others.intervals
    assert set(ones.intervals) == set(ones.values)
    assert all(low <= ones.values[key] <= high for key, (low, high) in ones.intervals.items() if ones.counts[key] > 30)
    assert grade([], [], _text_of).intervals == {}


def test_json_adds_to_the_keys_and_takes_none_away() -> None:
    figures = _many(30)
    said = json.loads(json.dumps(figures.to_json()))
    assert {key: said[key] for key in figures.to_dict()} == figures.to_dict()
    assert set(said) - set(figures.to_dict()) == {"intervals", "curve", "unknown_costs"}
    assert said["intervals"]["correct"] == list(figures.intervals["correct"])
    assert len(said["curve"]) == 21


# ---------------------------------------------------------------- definitions


def test_every_figure_is_defined_and_the_documentation_says_so(repository: Path) -> None:
    assert markdown() in (repository / "eval" / "README.md").read_text(encoding="utf-8")
    for definition in DEFINITIONS.values():
        assert all((definition.of, definition.means, definition.formula, definition.source))
        assert f"\n{definition.name}" in f"\n{as_text()}"
    figures = _many(60).values
    assert {name_of(key) for key in figures} <= set(DEFINITIONS)


# ---------------------------------------------------------------- real answers, against an independent grader


@pytest.mark.skipif(not GRADER.is_file(), reason=f"there is no independent grader {GRADER}")
def test_real_answers_are_graded_as_by_the_independent_grader(repository: Path, tmp_path: Path) -> None:
    from qa_plugin import QAPlugin

    articles = repository / "eval" / "articles"
    questions = load_questions(repository / "eval" / "questions.jsonl")[::4]
    with QAPlugin(articles, store=tmp_path / "store") as plugin:
        answers: list[Mapping[str, Any]] = [plugin.ask(question["question"]).to_dict() for question in questions]
    for name, records in (("q", questions), ("a", answers)):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    theirs = graded_elsewhere(articles, tmp_path / "q.jsonl", tmp_path / "a.jsonl")
    ours = grade(questions, answers, folder_texts(articles)).to_dict()
    assert disagreements(ours, theirs) == {}
    assert {"correct/fa", "correct:count", "hit@5 en>ar"} <= set(theirs)
