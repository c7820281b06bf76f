"""Grade answers against their questions, one case at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.figures import LOWER_IS_BETTER, Case, Figures
from qa_plugin.evaluation.matching import holds, unsupported_numbers
from qa_plugin.evaluation.numbers import CITATION_MARK, stated_values, written_numbers
from qa_plugin.evaluation.overlap import is_cited, overlapped
from qa_plugin.evaluation.ranking import files_of, ndcg, recall, reciprocal_rank, success

ANSWER_LIMIT = 350
POSITIONS_LIMIT = 600
"""An answer that lists the positions of a disagreement may be longer."""
SHORT_LIMIT = 120
QUOTE_LIMIT = 500
TYPED = frozenset({"count", "money", "percent", "date", "who", "where"})
"""Types whose answer is a value: a paragraph or a list that holds it somewhere is not what was asked."""
NUMBERS_LIMIT = 2
DATE_NUMBERS_LIMIT = 3
HIT_DEPTHS = (1, 5, 10)
RECALL_DEPTHS = (5, 10, 20)
GAIN_DEPTH = 10

_WITH_CLAIMS = frozenset({"answered", "conflicting"})
_NOT_FOUND = "not_in_sources"


def grade(
    questions: Sequence[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
    text_of: Callable[[str], str],
) -> Figures:
    """Grade answers that stand in the order of their questions.

    Args:
        questions: As `load_questions` gives them.
        answers: The JSON of each answer.
        text_of: The text of a source as offsets count in it; empty where there is no such source.

    Raises:
        SettingsError: The answers are not those to the questions.
    """
    if len(questions) != len(answers):
        raise SettingsError(
            f"{len(questions)} questions but {len(answers)} answers: "
            "give one answer for each question, in the same order"
        )
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True), 1):
        if answer.get("question", question["question"]) != question["question"]:
            raise SettingsError(
                f"answer {number} is to another question ({answer['question']!r} instead of "
                f"{question['question']!r}): give the answers in the order of the questions"
            )
    return Figures.of(
        grade_case(question, answer, text_of) for question, answer in zip(questions, answers, strict=True)
    )


def grade_case(question: Mapping[str, Any], answer: Mapping[str, Any], text_of: Callable[[str], str]) -> Case:
    """Grade one answer."""
    sheet = _Sheet(question, answer)
    sheet.mark("failed", sheet.status not in {*_WITH_CLAIMS, _NOT_FOUND}, _failure(answer))
    _grade_quotes(sheet, text_of)
    _grade_expense(sheet)
    _grade_claims(sheet)
    _grade_abstaining(sheet)
    if sheet.status in _WITH_CLAIMS:
        unsupported = unsupported_numbers(sheet.text, [c["quote"] for c in sheet.citations])
        sheet.mark("verified_numbers", not unsupported, f"{len(unsupported)} numbers of the answer stand in no quote")
    if question["type"] == "unanswerable":
        missed = sheet.status != _NOT_FOUND
        sheet.mark("abstained_right", not missed, "answered, but the sources do not say it")
    else:
        _grade_retrieval(sheet)
        missed = not _grade_answer(sheet)
        _grade_citations(sheet, text_of)
        _grade_conflict(sheet)
    return Case(question, answer, sheet.marks, sheet.why, missed)


@dataclass(slots=True)
class _Sheet:
    """What is found out about one answer, while it is graded."""

    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    marks: dict[str, list[float]] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)

    @property
    def status(self) -> str | None:
        return self.answer.get("status")

    @property
    def text(self) -> str:
        return self.answer.get("answer") or ""

    @property
    def bare_text(self) -> str:
        return CITATION_MARK.sub("", self.text).strip()

    @property
    def citations(self) -> Sequence[Mapping[str, Any]]:
        return self.answer.get("citations") or ()

    def mark(self, name: str, value: float, fault: str = "") -> None:
        """Add to a figure; where the value is the bad one of the two, the fault says what is wrong."""
        self.marks.setdefault(name, []).append(float(value))
        if fault and bool(value) == (name in LOWER_IS_BETTER):
            self.why.append(fault)


def _failure(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return f"failed: {error['message']}" if isinstance(error, Mapping) and "message" in error else "no status"


def _grade_quotes(sheet: _Sheet, text_of: Callable[[str], str]) -> None:
    for number, citation in enumerate(sheet.citations, 1):
        quote = citation["quote"]
        exact = bool(quote.strip()) and text_of(citation["source"])[citation["start"] : citation["end"]] == quote
        sheet.mark("quote_exact", exact, f"citation {number} is not what its file says at its offsets")


def _grade_expense(sheet: _Sheet) -> None:
    """What the answer took; a cost that is not known is no mark."""
    if "total" in (sheet.answer.get("timings_ms") or {}):
        sheet.mark("ms", sheet.answer["timings_ms"]["total"])
    usage = sheet.answer.get("usage") or {}
    for name in ("prompt_tokens", "completion_tokens", "cost_usd"):
        if usage.get(name) is not None:
            sheet.mark(name, usage[name])


def _grade_claims(sheet: _Sheet) -> None:
    """One mark for each claim that was made, whether it was printed or dropped."""
    for claim in sheet.answer.get("claims") or ():
        sheet.mark("groundedness", bool(claim.get("verified")))
    for _ in sheet.answer.get("dropped") or ():
        sheet.mark("groundedness", value=False)


def _grade_abstaining(sheet: _Sheet) -> None:
    unanswerable, abstained = sheet.question["type"] == "unanswerable", sheet.status == _NOT_FOUND
    if abstained:
        sheet.mark("abstention_precision", unanswerable)
    if unanswerable:
        sheet.mark("abstention_recall", abstained)
    if abstained or sheet.status in _WITH_CLAIMS:
        confidence = sheet.answer.get("confidence")
        if confidence is not None:
            sheet.mark("abstention_auc", confidence)
    if sheet.status == "conflicting":
        sheet.mark("conflict_precision", bool(sheet.question.get("conflict")))


def _grade_retrieval(sheet: _Sheet) -> None:
    gold = frozenset(sheet.question["sources"])
    files = files_of(sheet.answer.get("retrieved") or ())
    for depth in HIT_DEPTHS:
        fault = f"no gold source among the first {depth} files" if depth == max(HIT_DEPTHS) else ""
        sheet.mark(f"hit@{depth}", success(files, gold, depth), fault)
    for depth in RECALL_DEPTHS:
        sheet.mark(f"recall@{depth}", recall(files, gold, depth))
    sheet.mark("mrr", reciprocal_rank(files, gold))
    sheet.mark(f"ndcg@{GAIN_DEPTH}", ndcg(files, gold, GAIN_DEPTH))


def _grade_citations(sheet: _Sheet, text_of: Callable[[str], str]) -> None:
    """How much of the gold is cited, and how much of what is cited is the gold quote."""
    if sheet.status not in _WITH_CLAIMS:
        return
    for source in dict.fromkeys(sheet.question["sources"]):
        sheet.mark("cite_recall", is_cited(source, sheet.citations))
    gold = sheet.question.get("quotes") or ()
    meets = overlapped(sheet.citations, gold, text_of)
    for at in range(len(gold)):
        sheet.mark("quote_recall", any(row[at] for row in meets))
    if gold:
        for row in meets:
            sheet.mark("quote_precision", any(row))


def _grade_conflict(sheet: _Sheet) -> None:
    if sheet.question.get("conflict"):
        reported = sheet.status == "conflicting"
        sheet.mark("conflict_recall", reported, "" if sheet.status == _NOT_FOUND else "the sources disagree")
    known = sheet.question.get("independent_sources")
    if known is not None:
        counted = sheet.answer.get("independent_sources")
        sheet.mark("source_count", counted == known, f"independent sources are {known}, not {counted}")


def _grade_answer(sheet: _Sheet) -> bool:
    """Mark the answer to an answerable question, and say whether it is correct."""
    question, gold = sheet.question, set(sheet.question["sources"])
    conflicting, abstained = sheet.status == "conflicting", sheet.status == _NOT_FOUND
    sheet.mark("abstained_wrong", abstained, "abstained, but the sources say it")
    if not question.get("conflict"):
        sheet.mark("false_conflict", conflicting, "the sources do not disagree")
    fault = _fault_of(sheet)
    correct = not fault
    sheet.mark("correct", correct, "" if abstained else fault)
    if question["type"] in TYPED:
        settled = _is_short(sheet) or (conflicting and bool(question.get("conflict")))
        sheet.mark("correct_short", correct and settled, "a list or a paragraph, not the value" if correct else "")
    carried = any(
        c["source"] in gold and len(c["quote"]) <= QUOTE_LIMIT and holds(c["quote"], question) for c in sheet.citations
    )
    sheet.mark("correct_cited", correct and carried, "no citation from a gold source holds it" if correct else "")
    if not abstained:
        for number, citation in enumerate(sheet.citations, 1):
            sheet.mark("cite_precision", citation["source"] in gold, f"citation {number} is not from a gold source")
    return correct


def _fault_of(sheet: _Sheet) -> str:
    """Why the answer is not correct; empty where it is."""
    limit = POSITIONS_LIMIT if sheet.status == "conflicting" else ANSWER_LIMIT
    if sheet.status not in _WITH_CLAIMS:
        return "no answer"
    if len(sheet.bare_text) > limit:
        return f"{len(sheet.bare_text)} characters long, where {limit} are allowed"
    return "" if holds(sheet.text, sheet.question) else "gives neither an accepted form nor the value"


def _is_short(sheet: _Sheet) -> bool:
    """At most so many characters, and so many numbers that the question does not hold."""
    known = stated_values(sheet.question["question"])
    new = [number for number in written_numbers(sheet.text) if not number.readings[0] <= known]
    most = DATE_NUMBERS_LIMIT if sheet.question["type"] == "date" else NUMBERS_LIMIT
    return len(sheet.bare_text) <= SHORT_LIMIT and len(new) <= most
