"""What the page knows: the figures of a run and its cases, as small as the page can read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qa_plugin.evaluation.figures import Case, Figures
from qa_plugin.evaluation.report.differences import difference_intervals
from qa_plugin.evaluation.report.passages import AROUND, Passages
from qa_plugin.evaluation.report.shown import HEADLINE, plain_values, shown_figures
from qa_plugin.evaluation.runs import Run

_KNOWN = frozenset(
    {"id", "question", "question_lang", "type", "answer", "accept", "value", "sources", "conflict", "quotes", "notes"}
)
_AS_IT_IS = ("status", "confidence", "conflicts", "history", "dropped", "warnings", "error", "mode", "model", "usage")


def payload_of(
    run: Run, text_of: Callable[[str], str], against: Run | None, baseline: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Everything the script of the page reads."""
    passages = Passages(text_of)
    figures = run.figures
    shares = _shares(run if against is None else Run(run.system, run.cases + against.cases))
    cases = [_case(case, passages, shares) for case in run.cases]
    payload = {
        "system": asdict(run.system),
        "figures": [asdict(figure) for figure in shown_figures(figures.values)],
        "headline": [[name, text] for name, text in HEADLINE.items() if name in figures.values],
        "run": _numbers(figures),
        "baseline": None if baseline is None else plain_values(baseline),
        "shares": shares,
        "cases": cases,
        "against": None if against is None else _against(run, against, passages, shares),
    }
    return {**payload, "sources": passages.names(), "texts": passages.parts()}


def _shares(run: Run) -> list[str]:
    """The shares that cases pass or do not, each once."""
    return list(dict.fromkeys(name for case in run.cases for name in case.passed))


def _numbers(figures: Figures) -> dict[str, Any]:
    return {
        "values": figures.values,
        "counts": figures.counts,
        "intervals": figures.intervals,
    }


def _against(run: Run, against: Run, passages: Passages, shares: Sequence[str]) -> dict[str, Any]:
    """The other run, its cases in the order of the run that is shown; null where it lacks one."""
    by_id = {str(case.question["id"]): case for case in against.cases}
    others = [by_id.get(str(case.question["id"])) for case in run.cases]
    return {
        "system": asdict(against.system),
        **_numbers(against.figures),
        "differences": difference_intervals(run.cases, against.cases),
        "cases": [None if other is None else _graded(other, passages, shares) for other in others],
    }


def _case(case: Case, passages: Passages, shares: Sequence[str]) -> dict[str, Any]:
    question = case.question
    graded = _graded(case, passages, shares)
    graded["retrieved"] = _retrieved(case, passages)
    graded["near"] = _citations(case.answer.get("near"), passages)
    return {
        "id": str(question["id"]),
        "question": question["question"],
        "language": question["question_lang"],
        "type": question["type"],
        "pairs": [pair.strip() for pair in case.pairs],
        "gold": _gold(question, passages),
        "extra": {name: value for name, value in question.items() if name not in _KNOWN},
        **graded,
    }


def _gold(question: Mapping[str, Any], passages: Passages) -> dict[str, Any]:
    return {
        "answer": question.get("answer") or "",
        "accept": list(question.get("accept") or ()),
        "value": question.get("value"),
        "conflict": bool(question.get("conflict")),
        "notes": question.get("notes") or "",
        "sources": [passages.number(source) for source in question.get("sources") or ()],
        "quotes": [_gold_quote(quote, passages) for quote in question.get("quotes") or ()],
    }


def _gold_quote(quote: Mapping[str, str], passages: Passages) -> dict[str, Any]:
    """With where it stands in its file: -1 where it does not."""
    source, words = quote["source"], quote["quote"]
    start = passages.text(source).find(words) if words else -1
    if start >= 0:
        passages.need(source, start, start + len(words), around=AROUND)
    return {"source": passages.number(source), "quote": words, "start": start, "end": start + len(words)}


def _graded(case: Case, passages: Passages, shares: Sequence[str]) -> dict[str, Any]:
    """The answer and how it did."""
    answer, passed = case.answer, case.passed
    return {
        "outcome": _outcome(case),
        "why": case.why,
        "held": [shares.index(name) for name, held in passed.items() if held],
        "lost": [shares.index(name) for name, held in passed.items() if not held],
        "rank": _rank(case),
        "text": answer.get("answer") or "",
        "ms": (answer.get("timings_ms") or {}).get("total"),
        "citations": _citations(answer.get("citations"), passages),
        **{name: answer[name] for name in _AS_IT_IS if answer.get(name)},
    }


def _outcome(case: Case) -> str:
    if any(case.marks.get("failed", ())):
        return "error"
    if case.missed:
        return "wrong"
    return "faulty" if case.why else "right"


def _rank(case: Case) -> int | None:
    """The place of the first gold file among the different files that were retrieved."""
    gold = set(case.question.get("sources") or ())
    files = dict.fromkeys(passage["source"] for passage in case.answer.get("retrieved") or ())
    return next((place for place, source in enumerate(files, 1) if source in gold), None)


def _citations(citations: Sequence[Mapping[str, Any]] | None, passages: Passages) -> list[dict[str, Any]]:
    return [_citation(citation, passages) for citation in citations or ()]


def _citation(citation: Mapping[str, Any], passages: Passages) -> dict[str, Any]:
    source, start, end = citation["source"], citation["start"], citation["end"]
    passages.need(source, start, end, around=AROUND)
    return {
        **citation,
        "source": passages.number(source),
        "exact": passages.text(source)[start:end] == citation["quote"],
    }


def _retrieved(case: Case, passages: Passages) -> list[list[Any]]:
    """Source, start, end, start and end of the best sentence, score, and 1 where it was used."""
    rows = []
    for passage in case.answer.get("retrieved") or ():
        source, start, end = passage["source"], passage["start"], passage["end"]
        passages.need(source, start, end)
        first, last = passage.get("best") or (start, start)
        score = round(passage.get("score") or 0, 3)
        rows.append([passages.number(source), start, end, first, last, score, int(bool(passage.get("used")))])
    return rows
