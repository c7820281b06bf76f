"""A baseline: what a set of questions came to when it was last agreed to, question by question, and its file.

The file is JSON that people review: a line for each figure and one for each question, in order, without anything that
depends on the machine or the day, so that a change of it shows what has changed and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.figures import LOWER_IS_BETTER, Case
from qa_plugin.evaluation.runs import Run

FORMAT = 1
UNGATED = frozenset({"ms", "ms_p95", "prompt_tokens", "completion_tokens", "cost_usd"})
"""Figures that hang on the machine or the model's price, or are no shares: they are shown and not held against."""
STRICT = ("failed", "quote_exact", "verified_numbers")
"""Figures that are a promise: no question may lose one, whatever else it gains."""
SHARE_DIGITS = 4

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was."""

    value: float
    count: int
    """How many marks it is made of."""
    interval: tuple[float, float] | None = None
    """Where it lies with 95 % confidence."""
    by_language: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run is held against."""

    system: Mapping[str, str | None]
    """What was measured on what: a `System` without the day."""
    figures: Mapping[str, Figure]
    limits: Mapping[str, float]
    """By figure (`correct`, `correct/fr`, `correct:count`) its floor; where lower is better, what it may not exceed."""
    questions: Mapping[str, Shares]
    """By id of the question how far it has each figure that applies to it: 1 is as it should be, 0 is not at all."""

    @classmethod
    def of(
        cls,
        run: Run,
        *,
        limits: Mapping[str, float] | None = None,
        intervals: Mapping[str, tuple[float, float]] | None = None,
    ) -> Baseline:
        """The baseline that a run makes; strict figures that are as they should be become limits.

        Raises:
            SettingsError: Two questions have the same id.
        """
        figures = run.figures
        intervals = figures.intervals if intervals is None else intervals
        names = [name for name in figures.values if not set("/: ") & set(name) and name not in UNGATED]
        found = {
            name: Figure(
                figures.values[name],
                figures.counts[name],
                intervals.get(name),
                {
                    key.removeprefix(f"{name}/"): value
                    for key, value in figures.values.items()
                    if key.startswith(f"{name}/")
                },
            )
            for name in sorted(names)
        }
        kept = {name: ideal(name) for name in STRICT if name in found and found[name].value == ideal(name)}
        system = {name: value for name, value in asdict(run.system).items() if name != "made"}
        return cls(
            system, found, {**kept, **(limits or {})}, {id_: shares_of(case) for id_, case in by_id(run).items()}
        )


def ideal(figure: str) -> float:
    """What a share is where nothing is wrong."""
    return 0.0 if base_of(figure) in LOWER_IS_BETTER else 1.0


def base_of(figure: str) -> str:
    """The name of a figure without the language, type or pair that it is of."""
    for mark in "/: ":
        figure = figure.partition(mark)[0]
    return figure


def by_id(run: Run) -> dict[str, Case]:
    """The cases by the ids of their questions, in the order of the ids.

    Raises:
        SettingsError: Two questions have the same id, so that they cannot be told apart from run to run.
    """
    cases = {str(case.question["id"]): case for case in run.cases}
    if len(cases) < len(run.cases):
        raise SettingsError("two questions have the same id: give each its own, so that runs can be compared")
    return dict(sorted(cases.items()))


def shares_of(case: Case) -> dict[str, float]:
    """How far a case has each figure that applies to it: 1 is as it should be, also where lower is better."""
    shares: dict[str, float] = {}
    for name, marks in sorted(case.marks.items()):
        if marks and name not in UNGATED:
            mean = sum(marks) / len(marks)
            shares[name] = round(1 - mean if name in LOWER_IS_BETTER else mean, SHARE_DIGITS)
    return shares


# ---------------------------------------------------------------- the file


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Write the file."""
    figures = {name: _figure_fields(figure) for name, figure in baseline.figures.items()}
    questions = {name: _question_fields(shares) for name, shares in baseline.questions.items()}
    parts = [
        f' "format": {FORMAT}',
        f' "system": {_line(baseline.system)}',
        f' "limits": {_lines(baseline.limits)}',
        f' "figures": {_lines(figures)}',
        f' "questions": {_lines(questions)}',
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def load_baseline(path: Path) -> Baseline:
    """Read the file.

    Raises:
        SettingsError: It cannot be read or is no baseline of this form.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise SettingsError(
                f"{path} is a baseline of format {found['format']}, {FORMAT} is read here: raise it anew"
            )
        figures = {name: _figure(fields) for name, fields in found["figures"].items()}
        questions = {name: _shares(fields) for name, fields in found["questions"].items()}
        return Baseline(found["system"], figures, found["limits"], questions)
    except OSError as error:
        raise SettingsError(f"cannot read the baseline {path}: {error.strerror or error}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(f"{path} is no baseline ({error}): make one with --raise-baseline") from error


def _figure_fields(figure: Figure) -> dict[str, Any]:
    interval = {"interval": list(figure.interval)} if figure.interval else {}
    return {"value": figure.value, "n": figure.count, **interval, **{f"/{k}": v for k, v in figure.by_language.items()}}


def _figure(fields: Mapping[str, Any]) -> Figure:
    low_high: Sequence[float] = fields.get("interval") or ()
    interval = (low_high[0], low_high[1]) if low_high else None
    languages = {name.removeprefix("/"): value for name, value in fields.items() if name.startswith("/")}
    return Figure(fields["value"], fields["n"], interval, languages)


def _question_fields(shares: Shares) -> dict[str, Any]:
    """What falls short first: that is what a review looks for."""
    return {
        "short": {name: share for name, share in shares.items() if share < 1},
        "passes": " ".join(name for name, share in shares.items() if share >= 1),
    }


def _shares(fields: Mapping[str, Any]) -> Shares:
    return dict(sorted([*fields["short"].items(), *((name, 1.0) for name in fields["passes"].split())]))


def _lines(fields: Mapping[str, Any]) -> str:
    return "{\n" + ",\n".join(_named(fields.items())) + "\n }" if fields else "{}"


def _named(items: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"  {_line(name)}: {_line(value)}" for name, value in items]


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
