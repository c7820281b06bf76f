"""The figures: what cases add up to, in all, by question language, by type and by pair of languages."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

MAIN = (
    "hit@1",
    "hit@5",
    "hit@10",
    "correct",
    "correct_short",
    "correct_cited",
    "cite_precision",
    "quote_exact",
    "verified_numbers",
    "abstained_right",
    "abstained_wrong",
    "abstention",
    "false_conflict",
    "failed",
    "ms",
)
"""The names of the figures, in the order in which they are shown."""
LOWER_IS_BETTER = frozenset({"abstained_wrong", "false_conflict", "failed", "ms"})
SHARE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its answer, and how the answer did."""

    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """What the case adds to each figure that applies to it: one number, or one for each citation."""
    why: list[str] = field(default_factory=list)
    """What is wrong, one plain phrase for each; empty where nothing is."""
    missed: bool = False
    """An answerable question that is not answered correctly, or an unanswerable one that is answered."""

    @property
    def passed(self) -> dict[str, bool]:
        """For each share that applies to the case, whether it is as it should be."""
        return {
            name: not any(marks) if name in LOWER_IS_BETTER else all(marks)
            for name, marks in self.marks.items()
            if name != "ms"
        }

    @property
    def groups(self) -> tuple[str, str]:
        """The endings under which every figure of the case is counted too: its language and its type."""
        return f"/{self.question['question_lang']}", f":{self.question['type']}"

    @property
    def pairs(self) -> tuple[str, ...]:
        """The endings for retrieval: the question's language and each gold source's, as in `name.xx.txt`."""
        asked_in = self.question["question_lang"]
        languages = {_language_of(source) for source in self.question.get("sources", ())}
        return tuple(sorted(f" {asked_in}>{language}" for language in languages if language))


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a set of cases; shares are rounded to four digits, `ms` is a median."""

    values: dict[str, float]
    counts: dict[str, int]
    """How many marks each figure is made of."""
    cases: tuple[Case, ...]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Figures:
        """Add up the marks of the cases."""
        cases = tuple(cases)
        tally: defaultdict[str, list[float]] = defaultdict(list)
        for case in cases:
            for name, marks in case.marks.items():
                for ending in ("", *case.groups, *(case.pairs if name.startswith("hit@") else ())):
                    tally[name + ending].extend(marks)
        kept = {name: tally[name] for name in sorted(tally) if tally[name]}
        values = {name: _value(name, marks) for name, marks in kept.items()}
        counts = {name: len(marks) for name, marks in kept.items()}
        if "abstained_right" in values and "abstained_wrong" in values:
            right, wrong = values["abstained_right"], values["abstained_wrong"]
            values["abstention"] = round((right + 1 - wrong) / 2, SHARE_DIGITS)
            counts["abstention"] = counts["abstained_right"] + counts["abstained_wrong"]
        return cls(values, counts, cases)

    @property
    def misses(self) -> tuple[Case, ...]:
        """The cases to look at first."""
        return tuple(case for case in self.cases if case.missed)

    def to_dict(self) -> dict[str, float]:
        """The number of questions as `n`, and every figure by name."""
        return {"n": len(self.cases), **self.values}

    def table(self) -> str:
        """All figures as aligned text: the main ones, then by question language, by type and by pair."""
        sections = [f"{len(self.cases)} questions\n" + self._main_table()]
        languages = _ordered(case.question["question_lang"] for case in self.cases)
        types = _ordered(case.question["type"] for case in self.cases)
        pairs = sorted({name.removeprefix("hit@1") for name in self.values if name.startswith("hit@1 ")})
        sections.append(self._grid("by question language", [(lang, f"/{lang}") for lang in languages]))
        sections.append(self._grid("by type", [(kind, f":{kind}") for kind in types]))
        sections.append(self._pair_table(pairs))
        return "\n\n".join(section for section in sections if section)

    def _main_table(self) -> str:
        return "\n".join(
            f"{name:<18}{self._cell(name, 9)}  (n={self.counts[name]})" for name in MAIN if name in self.values
        )

    def _grid(self, title: str, columns: Sequence[tuple[str, str]]) -> str:
        """Figures downwards, groups across."""
        rows = [name for name in MAIN if any(name + ending in self.values for _, ending in columns)]
        if not rows:
            return ""
        widths = [max(len(label), 7) for label, _ in columns]
        heads = "".join(f"  {label:>{width}}" for (label, _), width in zip(columns, widths, strict=True))
        lines = [title, f"{'':<18}{heads}"]
        for name in rows:
            cells = (
                "  " + self._cell(name + ending, width) for (_, ending), width in zip(columns, widths, strict=True)
            )
            lines.append(f"{name:<18}{''.join(cells)}".rstrip())
        return "\n".join(lines)

    def _pair_table(self, pairs: Sequence[str]) -> str:
        """Pairs downwards: five languages make twenty-five."""
        if not pairs:
            return ""
        hits = [name for name in MAIN if name.startswith("hit@")]
        lines = ["by pair, question > source", f"{'':<18}" + "".join(f"  {name:>7}" for name in hits)]
        for pair in pairs:
            cells = "".join("  " + self._cell(name + pair, 7) for name in hits)
            lines.append(f"{pair.strip():<18}{cells}  (n={self.counts[hits[0] + pair]})")
        return "\n".join(lines)

    def _cell(self, name: str, width: int) -> str:
        if name not in self.values:
            return " " * width
        return f"{self.values[name]:>{width}.{1 if name.startswith('ms') else 3}f}"


def _value(name: str, marks: Sequence[float]) -> float:
    if name.startswith(("ms/", "ms:")) or name == "ms":
        return float(statistics.median(marks))
    return round(sum(marks) / len(marks), SHARE_DIGITS)


def _ordered(names: Iterable[str]) -> list[str]:
    """Each name once, in the order of the question file."""
    return list(dict.fromkeys(names))


def _language_of(source: str) -> str:
    language = PurePosixPath(source).stem.rsplit(".", 1)[-1]
    return language if len(language) == 2 else ""
