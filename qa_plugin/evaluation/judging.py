"""An optional judge: a language model says of free-text answers whether they are right.

It stands beside the check of the yardstick and changes no figure: what it is worth is told by how far the two agree.
Question, gold and answer are fenced by a marker that stands in none of them, so that no answer can order its own
verdict, and the same case is the same request, which need not be paid for twice.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from qa_plugin.errors import BudgetExceeded, ModelError, ModelUnreadable, SettingsError
from qa_plugin.evaluation.agreement import accuracy, cohens_kappa
from qa_plugin.evaluation.figures import Case
from qa_plugin.evaluation.numbers import CITATION_MARK
from qa_plugin.language.folding import cleaned, fold_text
from qa_plugin.ports import THIS_MACHINE, ChatModel, Message
from qa_plugin.prompting import PromptTemplate, load_template, prompt_hash
from qa_plugin.settings import Settings
from qa_plugin.spending import Bill, Cache, cost_usd
from qa_plugin.usage import Usage

Verdict = Literal["right", "wrong", "cannot_tell"]
Outcome = Literal["right", "wrong", "cannot_tell", "unreadable", "not_asked"]

VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "cannot_tell")
OUTCOMES: tuple[Outcome, ...] = (*VERDICTS, "unreadable", "not_asked")
"""`unreadable`: the reply had not the form. `not_asked`: the limit was reached, or the model failed."""
FREE_TEXT = frozenset({"what", "why", "quote", "yesno"})
"""Types whose answers are words, which the check finds by accepted forms; a value it reads exactly."""
MAX_COST_USD = 1.0
"""What all verdicts together may cost unless another limit is given, where the model's price is known."""
MAX_REPLY_TOKENS = 300
_MAX_QUESTION, _MAX_GOLD, _MAX_ANSWER, _MAX_REASON = 600, 2_500, 1_500, 300
_MAX_FORMS, _MAX_QUOTES = 12, 8
_FAILURES_IN_A_ROW = 3
"""After so many the server is taken to be gone, and no more is asked."""
_SHARE_DIGITS = 4

_FENCE = re.compile(r"\A\s*(?:```(?:json)?\s*\n(?P<fenced>.*?)\n\s*```|(?P<bare>.*?))\s*\Z", re.DOTALL)
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": list(VERDICTS)}, "reason": {"type": "string"}},
    "required": ["verdict", "reason"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class JudgePrompts:
    """The two messages that a judge is sent."""

    system: PromptTemplate
    user: PromptTemplate

    @classmethod
    def of(cls, settings: Settings) -> JudgePrompts:
        """The shipped ones, or those of the folder that is set.

        Raises:
            PromptError: A file is missing or unreadable.
        """
        return cls(
            load_template("judge.system.md", override=settings.prompts),
            load_template("judge.user.md", override=settings.prompts),
        )

    @property
    def prompt_hash(self) -> str:
        """Changes when one of them does; it is not part of the hash that travels with answers."""
        return prompt_hash((self.system, self.user))


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer, as the judge and as the check see it."""

    id: str
    outcome: Outcome
    reason: str
    correct: bool
    """What the check of the yardstick says, which stays what it is."""

    @property
    def disagrees(self) -> bool:
        """Whether the judge says the opposite of the check."""
        return self.outcome == ("wrong" if self.correct else "right")


@dataclass(frozen=True, slots=True)
class Judgement:
    """All verdicts, and how far they agree with the check."""

    judged: tuple[Judged, ...]
    model: str
    prompt_hash: str
    usage: Usage = field(default_factory=Usage)

    @property
    def decided(self) -> tuple[Judged, ...]:
        """Those that the judge calls right or wrong; the agreement is over these."""
        return tuple(one for one in self.judged if one.outcome in {"right", "wrong"})

    @property
    def disagreements(self) -> tuple[Judged, ...]:
        """Those on which judge and check differ, to be read by a person."""
        return tuple(one for one in self.judged if one.disagrees)

    @property
    def accuracy(self) -> float | None:
        """The share of the decided on which both agree."""
        return accuracy(*self._ratings())

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa of the two over the decided; None where it is not defined."""
        return cohens_kappa(*self._ratings())

    def to_dict(self) -> dict[str, Any]:
        """As JSON, with every disagreement."""
        counts = Counter(one.outcome for one in self.judged)
        return {
            "model": self.model,
            "prompt_hash": self.prompt_hash,
            "judged": len(self.judged),
            **{outcome: counts[outcome] for outcome in OUTCOMES},
            "agreement": {"n": len(self.decided), "accuracy": _rounded(self.accuracy), "kappa": _rounded(self.kappa)},
            "disagreements": [
                {"id": one.id, "correct": one.correct, "verdict": one.outcome, "reason": one.reason}
                for one in self.disagreements
            ],
            "usage": self.usage.to_dict(),
        }

    def text(self) -> str:
        """The same as lines, for people."""
        counts = Counter(one.outcome for one in self.judged)
        outcomes = ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
        cost = "unknown cost" if self.usage.cost_usd is None else f"{self.usage.cost_usd:.4f} USD"
        lines = [
            f"judge {self.model}: {len(self.judged)} free-text answers: {outcomes}",
            f"agreement with `correct` (n={len(self.decided)}): accuracy {_shown(self.accuracy)}, "
            f"Cohen's kappa {_shown(self.kappa)}",
            f"{self.usage.prompt_tokens:,} + {self.usage.completion_tokens:,} tokens, {cost}, "
            f"{self.usage.kept_replies} replies kept from before",
        ]
        for one in self.disagreements:
            check = "correct" if one.correct else "not correct"
            lines.append(f"  {one.id}: check {check}, judge {one.outcome}: {one.reason}")
        if unasked := next((one for one in self.judged if one.outcome == "not_asked"), None):
            lines.append(f"  {unasked.id} is the first that was not asked: {unasked.reason}")
        return "\n".join(lines)

    def _ratings(self) -> tuple[list[bool], list[bool]]:
        decided = self.decided
        return [one.correct for one in decided], [one.outcome == "right" for one in decided]


def to_judge(cases: Iterable[Case], types: Iterable[str] = FREE_TEXT) -> list[Case]:
    """The cases that a judge is asked about: answerable questions of these types to which something was answered."""
    among = frozenset(types)
    return [case for case in cases if case.question["type"] in among and _is_answered(case)]


def judge_messages(question: Mapping[str, Any], answer: str, prompts: JudgePrompts) -> tuple[Message, ...]:
    """What a judge is sent about one answer.

    Raises:
        PromptError: The holes of a prompt do not fit.
    """
    asked = _clipped(str(question["question"]), _MAX_QUESTION)
    gold = _clipped(_gold(question), _MAX_GOLD)
    said = _clipped(CITATION_MARK.sub("", answer), _MAX_ANSWER) or "(nothing)"
    marker = _marker((asked, gold, said))
    user = prompts.user.fill(marker=marker, question=asked, gold=gold, answer=said)
    return Message("system", prompts.system.fill()), Message("user", user)


def read_verdict(reply: str) -> tuple[Verdict, str] | None:
    """Verdict and reason of a reply; None where it is not the one JSON object that was asked for, fenced or bare."""
    found = _FENCE.match(reply.removeprefix("\ufeff"))
    text = (found["fenced"] or found["bare"] or "") if found else ""
    try:
        said = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.keys() != {"verdict", "reason"}:
        return None
    verdict, reason = said["verdict"], said["reason"]
    if verdict not in VERDICTS or not isinstance(reason, str):
        return None
    return cast("Verdict", verdict), _one_line(reason)


class Judge:
    """A language model that judges free-text answers, one after the other, with one bill for all of them."""

    def __init__(
        self,
        model: ChatModel | None,
        settings: Settings,
        *,
        cache: Cache | None = None,
        max_cost_usd: float | None = None,
    ) -> None:
        """Find out whether it can judge; nothing is sent.

        Args:
            model: Who judges.
            settings: Prompts, prices and deadline. Its limits are of one question; the verdicts are bounded together.
            cache: Where replies are kept.
            max_cost_usd: What all may cost; `MAX_COST_USD` where the price is known, else no limit.

        Raises:
            SettingsError: There is no model, or the limit cannot be kept.
            PromptError: A prompt is missing or unreadable.
        """
        if model is None:
            raise SettingsError("a judge is a language model: set OPENAI_API_KEY or OPENAI_BASE_URL to name one")
        known = cost_usd("chat", model.name, 0, prices=settings.prices) is not None
        if max_cost_usd is not None and not known and model.destination != THIS_MACHINE:
            raise SettingsError(
                f"the price of {model.name} is not known, so that a limit of {max_cost_usd:g} USD cannot be kept: "
                "give its price in the file of QA_PLUGIN_PRICES, or set no limit for the judge"
            )
        self._limit = MAX_COST_USD if max_cost_usd is None and known else max_cost_usd
        # The limits of the settings are of one question, and this bill is of all verdicts.
        bounded = replace(settings, max_cost_usd=self._limit, max_prompt_tokens=None)
        self._bill = Bill(bounded, model, cache=cache)
        self._name = model.name
        self._prompts = JudgePrompts.of(settings)
        self._seconds = settings.deadline_seconds
        self._failures = 0

    def judge(
        self,
        cases: Iterable[Case],
        *,
        types: Iterable[str] = FREE_TEXT,
        progress: Callable[[int, int], None] | None = None,
    ) -> Judgement:
        """The verdicts on what was answered to questions of these types; nothing of the cases is changed.

        Args:
            cases: As graded.
            types: Of the questions whose answers are judged.
            progress: Called with the number of verdicts so far, and of all.

        Raises:
            PromptError: The holes of a prompt do not fit.
        """
        asked = to_judge(cases, types)
        judged: list[Judged] = []
        for case in asked:
            outcome, reason = self._verdict(case)
            judged.append(Judged(str(case.question["id"]), outcome, reason, all(case.marks["correct"])))
            if progress is not None:
                progress(len(judged), len(asked))
        return Judgement(tuple(judged), self._name, self._prompts.prompt_hash, self._bill.usage)

    def _verdict(self, case: Case) -> tuple[Outcome, str]:
        if self._failures >= _FAILURES_IN_A_ROW:
            return "not_asked", f"the model failed {self._failures} times in a row"
        messages = judge_messages(case.question, str(case.answer.get("answer") or ""), self._prompts)
        try:
            text = self._said(messages)
        except BudgetExceeded:  # a kept reply may still stand in for a later one
            return "not_asked", f"it could go over the limit of {self._limit:g} USD for all verdicts"
        except ModelUnreadable as error:
            return "unreadable", _one_line(str(error))
        except ModelError as error:
            self._failures += 1
            return "not_asked", _one_line(str(error))
        self._failures = 0
        return read_verdict(text) or ("unreadable", _one_line(text))

    def _said(self, messages: Sequence[Message]) -> str:
        model = cast("ChatModel", self._bill.model)
        deadline = time.monotonic() + self._seconds
        return model.complete(messages, schema=_SCHEMA, max_tokens=MAX_REPLY_TOKENS, deadline=deadline).text


def _is_answered(case: Case) -> bool:
    return case.answer.get("status") in {"answered", "conflicting"} and bool(case.marks.get("correct"))


def _gold(question: Mapping[str, Any]) -> str:
    """The gold answer, with what tells that other words say the same."""
    parts = [str(question.get("answer") or "; ".join(question["accept"]) or question.get("value"))]
    forms = [form for form in question["accept"] if form not in parts[0]][:_MAX_FORMS]
    if forms:
        parts.append("Also right: " + "; ".join(forms))
    if question.get("conflict"):
        parts.append("The sources disagree; each position is right as one of several.")
    quotes = list(dict.fromkeys(row["quote"] for row in question.get("quotes") or ()))[:_MAX_QUOTES]
    parts += [f"A source says: {_one_line(quote)}" for quote in quotes]
    return "\n".join(parts)


def _marker(texts: Sequence[str]) -> str:
    """Digits that stand in none of the texts, in no script; the same for the same texts."""
    digest = hashlib.sha256(json.dumps(list(texts)).encode())
    folded = [fold_text(text) for text in texts]
    marker = ""
    while not marker or any(marker in text for text in folded):
        digest.update(b"next")
        marker += str(10**8 + int.from_bytes(digest.digest()) % (9 * 10**8))
    return marker


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object each of whose names stands once: two verdicts are none."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _clipped(text: str, most: int) -> str:
    text = cleaned(text).strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _one_line(text: str) -> str:
    return _clipped(" ".join(cleaned(text).split()), _MAX_REASON)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _SHARE_DIGITS)


def _shown(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"
