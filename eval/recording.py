"""Rounds of recording, and what recordings come to: figures, what is stale, and whether the bars are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any

from eval.open_requests import Open
from eval.recorded import Header, Recorded, Recordings, prompt_of
from eval.replaying import Replayed, Stage
from eval.tables import Row, Table
from qa_plugin.evaluation import Case, Figures, grade
from qa_plugin.prompting import Prompts
from qa_plugin.spending import cost_usd

BARS = {"correct_cited": 0.95, "abstained_right": 0.95, "quote_exact": 1.0}
"""What a set of recordings has to reach."""
SHARES = (
    "correct_cited",
    "correct",
    "abstained_right",
    "abstained_wrong",
    "false_conflict",
    "quote_exact",
    "verified_numbers",
)
TAKEN = ("dropped", "asked again", "prompt", "completion", "usd/1000", "n")
Question = Mapping[str, Any]
Progress = Callable[[int, int], None] | None


@dataclass(frozen=True, slots=True)
class Round:
    """One round of recording."""

    recordings: Recordings
    waiting: tuple[Open, ...]
    stale: tuple[str, ...]
    """Questions whose replies were to other messages than those of today; they are asked anew."""


def record(questions: Sequence[Question], recordings: Recordings, stage: Stage, *, progress: Progress = None) -> Round:
    """Go through the questions as far as replies are known; what is not known is to be asked.

    A question that has a recording keeps its passages; one that has none, or a stale one, gets those found now.
    """
    waiting: list[Open] = []
    stale: list[str] = []
    for number, question in enumerate(questions, 1):
        name, words = str(question["id"]), question["question"]
        known = recordings.questions.get(name)
        outcome = stage.replay(words, known) if known else stage.draw_up(name, words)
        why = stale_by(outcome, known, stage.prompts) if known else ""
        if why:
            stale.append(f"{name}: {why}")
            if outcome.changed or not outcome.recorded.calls:
                outcome = stage.draw_up(name, words)
        # What is not stale keeps even the replies that the checks do not ask for today.
        recordings = recordings.with_question(outcome.recorded if why or not known else known)
        made = len(outcome.recorded.calls) + 1
        file = f"{number:03}" if made == 1 else f"{number:03}-{made}"
        waiting += [Open(file, name, request) for request in outcome.missing[-1:]]
        if progress is not None:
            progress(number, len(questions))
    header = _header(recordings.header, stage) if waiting else recordings.header
    return Round(replace(recordings, header=header), tuple(waiting), tuple(stale))


def _header(header: Header, stage: Stage) -> Header:
    hash_ = stage.prompts.prompt_hash
    return replace(header, prompt_hash=hash_, context_tokens=stage.settings.context_tokens)


def stale_by(outcome: Replayed, known: Recorded, prompts: Prompts) -> str:
    """Why the replies of a recording are to other messages than are sent today; empty where they are not.

    A second request names what the checks found. Where it differs because they find something else, the recording
    is not stale: the model is not asked again then, and what failed stays dropped.
    """
    if outcome.changed:
        return f"{', '.join(outcome.changed)} no longer holds what was sent of it"
    if not known.calls:
        return ""
    for request in outcome.missing:
        if request.kind == "answer":
            return "prompt, schema or the form of passages has changed"
        of_kind = [call for call in known.calls if call.kind == request.kind]
        if of_kind and all(call.prompt != prompt_of(request.kind, prompts) for call in of_kind):
            return f"the prompt of the {request.kind} has changed"
    return ""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a file of recordings comes to."""

    model: str
    priced_as: str
    figures: Figures
    outcomes: tuple[Replayed, ...]
    """One for each case of the figures."""
    stale: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    """Questions without any reply."""
    further: tuple[str, ...] = ()
    """Questions of which a second request has no reply; graded as if the model could not be asked again."""

    @property
    def below(self) -> dict[str, float]:
        """The figures that do not reach their bars; one that nothing counts towards does not."""
        found = {name: self.figures.values.get(name, 0.0) for name in BARS}
        return {name: value for name, value in found.items() if value < BARS[name]}

    @property
    def passes(self) -> bool:
        """Whether all is answered, nothing stale, and every bar reached."""
        return not (self.stale or self.unanswered or self.below)

    def table(self) -> Table:
        """The figures in all, by question language and by kind of question."""
        pairs = list(zip(self.figures.cases, self.outcomes, strict=True))
        languages = sorted({str(case.question["question_lang"]) for case, _ in pairs})
        groups: dict[str, list[tuple[Case, Replayed]]] = {"all": pairs}
        groups |= {one: [p for p in pairs if p[0].question["question_lang"] == one] for one in languages}
        groups["conflicting"] = [p for p in pairs if p[0].question.get("conflict")]
        title = f"recorded replies of {self.model}, cost as of {self.priced_as}"
        return Table(title, (*SHARES, *TAKEN), tuple(self._row(name, group) for name, group in groups.items()))

    def _row(self, name: str, pairs: Sequence[tuple[Case, Replayed]]) -> Row:
        values = Figures.of(case for case, _ in pairs).values
        return Row(name, {**{k: values[k] for k in SHARES if k in values}, **self._taken([r for _, r in pairs])})

    def _taken(self, outcomes: Sequence[Replayed]) -> dict[str, float]:
        if not outcomes:
            return {"n": 0}
        prompt = fmean(sum(c.prompt_tokens for c in one.recorded.calls) for one in outcomes)
        completion = fmean(sum(c.completion_tokens for c in one.recorded.calls) for one in outcomes)
        cost = cost_usd("chat", self.priced_as, round(prompt * 1000), round(completion * 1000))
        again = [len(one.recorded.calls) + len(one.missing) > 1 for one in outcomes]
        return {
            "dropped": sum(len(one.answer.dropped) for one in outcomes if one.answer),
            "asked again": fmean(again),
            "prompt": round(prompt),
            "completion": round(completion),
            **({"usd/1000": cost} if cost is not None else {}),
            "n": len(outcomes),
        }


@dataclass(slots=True)
class _Heap:
    """What is found while recordings are replayed."""

    cases: list[tuple[Question, Mapping[str, Any], Replayed]] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    further: list[str] = field(default_factory=list)


def replay(
    questions: Sequence[Question],
    recordings: Recordings,
    stage: Stage,
    text_of: Callable[[str], str],
    *,
    priced_as: str,
    progress: Progress = None,
) -> Replay:
    """Answer the questions from their recordings, and grade the answers.

    Args:
        questions: The set.
        recordings: Replies to their requests.
        stage: The articles.
        text_of: The text of a source as offsets count in it.
        priced_as: The hosted model whose prices the cost is reckoned by.
        progress: Called with the number of questions answered so far, and of all.
    """
    heap = _Heap()
    for number, question in enumerate(questions, 1):
        _replay_one(question, recordings, stage, heap)
        if progress is not None:
            progress(number, len(questions))
    figures = grade([q for q, _, _ in heap.cases], [answer for _, answer, _ in heap.cases], text_of)
    return Replay(
        recordings.header.model or "nobody",
        priced_as,
        figures,
        tuple(outcome for _, _, outcome in heap.cases),
        tuple(heap.stale),
        tuple(heap.unanswered),
        tuple(heap.further),
    )


def _replay_one(question: Question, recordings: Recordings, stage: Stage, heap: _Heap) -> None:
    name = str(question["id"])
    known = recordings.questions.get(name)
    if known is None or not known.calls:
        heap.unanswered.append(name)
        return
    outcome = stage.replay(question["question"], known)
    if why := stale_by(outcome, known, stage.prompts):
        heap.stale.append(f"{name}: {why}")
        return
    heap.further += [f"{name}: {request.kind}" for request in outcome.missing]
    error = {"kind": "model_unavailable", "message": "no reply to the second request is recorded"}
    answer = outcome.answer.to_dict() if outcome.answer else {"status": "error", "error": error}
    heap.cases.append((question, {**answer, "question": question["question"]}, outcome))
