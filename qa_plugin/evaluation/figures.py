"""The figures: what cases add up to, in all, by question language, by type and by pair of languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from qa_plugin.evaluation.aggregation import derived, value_of
from qa_plugin.evaluation.bootstrap import Interval, intervals
from qa_plugin.evaluation.definitions import DEFINITIONS, SHOWN_DIGITS, definition_of, rounded
from qa_plugin.evaluation.tallying import tally

MAIN = tuple(DEFINITIONS)
"""The names of the figures, in the order in which they are shown."""
LOWER_IS_BETTER = frozenset(name for name, definition in DEFINITIONS.items() if definition.lower_is_better)
THRESHOLDS = tuple(step / 20 for step in range(21))
"""Of the abstention curve."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its answer, and how the answer did."""

    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """What the case adds to each figure that applies to it: one number, or one for each citation, claim or file."""
    why: list[str] = field(default_factory=list)
    """What is wrong, one plain phrase for each; empty where nothing is."""
    missed: bool = False
    """An answerable question that is not answered correctly, or an unanswerable one that is answered."""

    @property
    def passed(self) -> dict[str, bool]:
        """For each share that applies to the case, whether it is all that it can be."""
        return {
            name: not any(marks) if name in LOWER_IS_BETTER else all(mark >= 1 for mark in marks)
            for name, marks in self.marks.items()
            if DEFINITIONS[name].unit == "share" and DEFINITIONS[name].kind == "mean"
        }

    @property
    def answerable(self) -> bool:
        """Whether the sources hold an answer."""
        return bool(self.question["type"] != "unanswerable")

    @property
    def groups(self) -> tuple[str, str]:
        """The endings under which figures of the case are counted too: its language and its type."""
        return f"/{self.question['question_lang']}", f":{self.question['type']}"

    @property
    def pairs(self) -> tuple[str, ...]:
        """The endings for some: the question's language and each gold source's, as in `name.xx.txt`."""
        asked_in = self.question["question_lang"]
        languages = {_language_of(source) for source in self.question.get("sources", ())}
        return tuple(sorted(f" {asked_in}>{language}" for language in languages if language))


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What would come of it if answers of less confidence than this were abstentions too."""

    threshold: float
    right: float
    """Share of the unanswerable questions that would be abstained on: `abstained_right`."""
    wrong: float
    """Share of the answerable ones: `abstained_wrong`."""
    correct: float
    """Share of the answerable ones that would be answered, and are answered correctly."""


@dataclass(frozen=True)
class Figures:
    """All figures of a set of cases; shares are rounded to four digits."""

    values: dict[str, float]
    counts: dict[str, int]
    """How many marks each figure is made of."""
    cases: tuple[Case, ...]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Figures:
        """Add up the marks of the cases."""
        cases = tuple(cases)
        values: dict[str, float] = {}
        counts: dict[str, int] = {}
        for key, marks in tally(cases).items():
            if (value := value_of(marks)) is not None:
                values[key], counts[key] = value, len(marks.marks)
        for key, (value, parts) in derived(values).items():
            values[key] = rounded(key, value)
            counts[key] = sum(counts[part] for part in parts)
        return cls(values, counts, cases)

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """The 95 % bootstrap confidence interval of each figure, over cases; the same each time."""
        found = intervals(tally(self.cases), len(self.cases))
        return {key: found[key] for key in self.values if key in found}

    @property
    def misses(self) -> tuple[Case, ...]:
        """The cases to look at first."""
        return tuple(case for case in self.cases if case.missed)

    @property
    def flawed(self) -> tuple[Case, ...]:
        """The cases to look at next: the answer is right, and something beside it is wrong."""
        return tuple(case for case in self.cases if case.why and not case.missed)

    @property
    def unknown_costs(self) -> int:
        """How many answers say that their cost is not known."""
        usages = (case.answer.get("usage") or {} for case in self.cases)
        return sum("cost_usd" in usage and usage["cost_usd"] is None for usage in usages)

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """What a threshold on `confidence` would make of the answers; empty without both kinds of question."""
        answers = [case for case in self.cases if "abstention_auc" in case.marks]
        sure = [(case, case.marks["abstention_auc"][0], "abstention_precision" in case.marks) for case in answers]
        unanswerable = [one for one in sure if not one[0].answerable]
        answerable = [one for one in sure if one[0].answerable]
        if not unanswerable or not answerable:
            return ()
        return tuple(
            CurvePoint(
                threshold,
                _share(abstains or score < threshold for _, score, abstains in unanswerable),
                _share(abstains or score < threshold for _, score, abstains in answerable),
                _share(not abstains and score >= threshold and not case.missed for case, score, abstains in answerable),
            )
            for threshold in THRESHOLDS
        )

    def to_dict(self) -> dict[str, float]:
        """The number of questions as `n`, and every figure by name."""
        return {"n": len(self.cases), **self.values}

    def to_json(self) -> dict[str, Any]:
        """The same with `intervals`, the abstention `curve` and `unknown_costs`."""
        points = [{name: getattr(point, name) for name in CurvePoint.__slots__} for point in self.curve]
        more = {"intervals": {key: list(interval) for key, interval in self.intervals.items()}, "curve": points}
        return {**self.to_dict(), **more, "unknown_costs": self.unknown_costs}

    def table(self) -> str:
        """All figures as aligned text: the main ones, then by question language, by type, by pair, by confidence."""
        sections = [f"{len(self.cases)} questions\n" + self._main_table()]
        languages = _ordered(case.question["question_lang"] for case in self.cases)
        types = _ordered(case.question["type"] for case in self.cases)
        pairs = sorted({name.removeprefix("hit@1") for name in self.values if name.startswith("hit@1 ")})
        sections.append(self._grid("by question language", [(lang, f"/{lang}") for lang in languages]))
        sections.append(self._grid("by type", [(kind, f":{kind}") for kind in types]))
        sections += [self._pair_table(pairs), self._curve_table()]
        return "\n\n".join(section for section in sections if section)

    def _main_table(self) -> str:
        return "\n".join(self._main_row(name) for name in MAIN if name in self.values)

    def _main_row(self, name: str) -> str:
        low_high = [_shown(name, bound) for bound in self.intervals.get(name, ())]
        between = f"[{', '.join(low_high)}]" if low_high else ""
        unknown = f", {self.unknown_costs} unknown" if name == "cost_usd" and self.unknown_costs else ""
        return f"{name:<20}{self._cell(name, 9)}  {between:<20}  (n={self.counts[name]}{unknown})"

    def _grid(self, title: str, columns: Sequence[tuple[str, str]]) -> str:
        """Figures downwards, groups across."""
        rows = [name for name in MAIN if any(name + ending in self.values for _, ending in columns)]
        if not rows:
            return ""
        widths = [max(len(label), 8) for label, _ in columns]
        heads = "".join(f"  {label:>{width}}" for (label, _), width in zip(columns, widths, strict=True))
        lines = [title, f"{'':<20}{heads}"]
        for name in rows:
            cells = (
                "  " + self._cell(name + ending, width) for (_, ending), width in zip(columns, widths, strict=True)
            )
            lines.append(f"{name:<20}{''.join(cells)}".rstrip())
        return "\n".join(lines)

    def _pair_table(self, pairs: Sequence[str]) -> str:
        """Pairs downwards: five languages make twenty-five."""
        if not pairs:
            return ""
        names = [name for name in MAIN if "pair" in DEFINITIONS[name].groups]
        lines = ["by pair, question > source", f"{'':<20}" + "".join(f"  {name:>9}" for name in names)]
        for pair in pairs:
            cells = "".join("  " + self._cell(name + pair, 9) for name in names)
            lines.append(f"{pair.strip():<20}{cells}  (n={self.counts[names[0] + pair]})")
        return "\n".join(lines)

    def _curve_table(self) -> str:
        points = [point for point in self.curve if round(point.threshold * 20) % 2 == 0]
        rows = [f"{p.threshold:<20.1f}  {p.right:>15.3f}  {p.wrong:>15.3f}  {p.correct:>9.3f}" for p in points]
        heads = f"{'':<20}  {'abstained_right':>15}  {'abstained_wrong':>15}  {'correct':>9}"
        return "\n".join(["if less confidence than this were an abstention", heads, *rows]) if rows else ""

    def _cell(self, key: str, width: int) -> str:
        return f"{_shown(key, self.values[key]) if key in self.values else '':>{width}}"


def _shown(key: str, value: float) -> str:
    return f"{value:.{SHOWN_DIGITS[definition_of(key).unit]}f}"


def _share(chosen: Iterable[bool]) -> float:
    marks = list(chosen)
    return rounded("correct", sum(marks) / len(marks))


def _ordered(names: Iterable[str]) -> list[str]:
    """Each name once, in the order of the question file."""
    return list(dict.fromkeys(names))


def _language_of(source: str) -> str:
    language = PurePosixPath(source).stem.rsplit(".", 1)[-1]
    return language if len(language) == 2 else ""
