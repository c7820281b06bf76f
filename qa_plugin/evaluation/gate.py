"""The gate: whether a run is worse than its baseline, by which figures, and for which questions.

Three things fail it. A figure beyond its limit, or one that is a promise (`STRICT`) and that any question has lost. A
fall of more than a margin, whatever a test says. And a significant fall, however small:

- Both runs answered the same questions, so that they are compared question by question: how many fell and how many
  rose. Were the change neutral, each question that moved would have fallen or risen with the same chance, which is the
  exact sign test (for marks of 0 and 1 McNemar's). It needs no draws, no seed and no shape of the marks. Answers are
  the same each time; chance comes in with the questions, which stand for all that might be asked.
- Many figures are tested, of which most measure nearly the same. At 5 % each a neutral change would fail by one of them
  every other time; divided by their number (Bonferroni) a true fall of all would not. So the chances are held against
  the steps of Benjamini and Hochberg (1995): where nothing has become worse, and the figures go together, one neutral
  change in twenty fails (Simes 1986), and a fall that shows in several figures needs less in each. All figures of the
  whole make one such family, those by language and by type another.
- A baseline is not lowered unasked, so that falls which are too small for either add up until they are not.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.baseline import (
    STRICT,
    UNGATED,
    Baseline,
    Shares,
    base_of,
    by_id,
    load_baseline,
    save_baseline,
    shares_of,
)
from qa_plugin.evaluation.definitions import DEFINITIONS
from qa_plugin.evaluation.figures import LOWER_IS_BETTER, Case
from qa_plugin.evaluation.runs import Run

LEVEL = 0.05
"""How often each of the two families of tests may fail a neutral change."""
MARGIN, GROUP_MARGIN = 0.03, 0.1
"""What a figure of the whole, or of a language or type, may lose without being significant."""
LEAST = 3
"""Questions that must have fallen, less those that rose, before a margin counts: of ten, one is a tenth."""
GONE = "questions"
"""The name by which it is allowed that questions of the baseline are no longer asked."""
_ANY_FALL = 1e-9


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one figure over the questions that both runs have."""

    figure: str
    """With the language (`/fr`) or type (`:count`) that it is of, if any."""
    before: float
    after: float
    fell: tuple[str, ...] = ()
    """Ids of the questions that have less of it."""
    rose: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    """Why that fails the gate; empty where it does not."""

    @property
    def worse(self) -> bool:
        """Whether it is worse than before, by however little."""
        down = self.after - self.before if base_of(self.figure) in LOWER_IS_BETTER else self.before - self.after
        return down > _ANY_FALL

    def line(self) -> str:
        """The move as a line of a table."""
        moved = f"{len(self.fell)} fell, {len(self.rose)} rose" if self.fell or self.rose else ""
        return f"{self.figure:<24} {self.before:.3f} → {self.after:.3f}  {moved:<20} {'; '.join(self.why)}".rstrip()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A run held against a baseline."""

    falls: tuple[Move, ...]
    """The figures that fail."""
    moves: tuple[Move, ...]
    """All figures of the whole."""
    fallen: Mapping[str, tuple[Case, tuple[str, ...]]]
    """By id the questions that lost something that a failing figure counts, and those figures; most of them first."""
    new: tuple[str, ...]
    gone: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing fails."""
        return not (self.falls or self.gone)

    def text(self, *, shown: int = 10) -> str:
        """What happened, in lines for people; of the questions that fell the first few."""
        lines = list(self.notes)
        moved = [move for move in self.moves if move.fell or move.rose or move.before != move.after]
        if self.passed:
            lines += [move.line() for move in moved]
            return "\n".join([*lines, "gate: passed" if moved else "gate: passed, nothing has moved"])
        if self.falls:
            told = self._telling()
            lines += [f"gate: fallen figures, counting those by language and type: {len(self.falls)}", *told]
        if self.gone:
            lines.append(
                f"gate: questions of the baseline that were not asked, {len(self.gone)}: {_some(self.gone, shown)}"
            )
        if self.fallen:
            title = (
                f"questions that fell, {shown} of {len(self.fallen)}"
                if len(self.fallen) > shown
                else "questions that fell"
            )
            lines += [title, *self._fallen_lines()[:shown]]
        return "\n".join(lines)

    def _telling(self) -> list[str]:
        """The falls of the whole, and those of a language or type where the whole has not fallen."""
        whole = {move.figure for move in self.falls}
        return [m.line() for m in self.falls if m.figure == base_of(m.figure) or base_of(m.figure) not in whole]

    def details(self) -> str:
        """Every figure and every question that fell, with what is wrong with its answer now."""
        lines = [*(move.line() for move in self.falls), ""]
        for line, (case, _) in zip(self._fallen_lines(), self.fallen.values(), strict=True):
            now = f"  now {case.answer.get('status')}: {_plain(case.answer.get('answer'))}"
            lines += [line, now, f"  why: {'; '.join(case.why)}"]
        return "\n".join([*lines, ""])

    def _fallen_lines(self) -> list[str]:
        return [
            f"{name} [{case.question['question_lang']}, {case.question['type']}] {_plain(case.question['question'])}"
            f"  ({', '.join(figures)})"
            for name, (case, figures) in self.fallen.items()
        ]


def refuse_another_kind(baseline: Baseline, mode: str, model: str | None) -> None:
    """Say that a baseline is none for runs of such a mode and model.

    Raises:
        SettingsError: It is of others.
    """
    for name, is_ in (("mode", mode), ("model", model)):
        if (was := baseline.system.get(name)) != is_:
            raise SettingsError(f"the baseline is of {name} {was}, this run of {is_}: give each a baseline of its own")


def compare(baseline: Baseline, run: Run) -> Verdict:
    """Hold a run against a baseline.

    Raises:
        SettingsError: They are not of the same kind: extraction is not held against a model.
    """
    refuse_another_kind(baseline, run.system.mode, run.system.model)
    cases = by_id(run)
    both = [name for name in baseline.questions if name in cases]
    pairs = {name: (baseline.questions[name], shares_of(cases[name])) for name in both}
    new = tuple(name for name in cases if name not in baseline.questions)
    gone = tuple(name for name in baseline.questions if name not in cases)
    of_whole, of_groups = _moves(pairs, cases)
    whole = [*_judged(of_whole, MARGIN, pairs), *(() if new or gone else _without_marks(baseline, run, of_whole))]
    found = {move.figure: move for move in (*whole, *_judged(of_groups, GROUP_MARGIN, {}))}
    for move in _beyond_limits(baseline, run, found):
        found[move.figure] = move
    falls = tuple(move for move in found.values() if move.why)
    moves = tuple(move for name, move in found.items() if name == base_of(name))
    return Verdict(falls, moves, _fallen(falls, cases), new, gone, tuple(_notes(baseline, run, new)))


def _notes(baseline: Baseline, run: Run, new: Sequence[str]) -> Iterable[str]:
    if baseline.system.get("digest") != run.system.digest:
        yield "The baseline is of another set of articles or questions; compared is what both have. Raise it anew."
    if new:
        yield f"New questions, that stand in no baseline yet, {len(new)}: {_some(new, 10)}"


# ---------------------------------------------------------------- what has moved


def _moves(pairs: Mapping[str, tuple[Shares, Shares]], cases: Mapping[str, Case]) -> tuple[list[Move], list[Move]]:
    """Every figure of the whole, and every one by language and by type, over the questions it applies to in both."""
    heaps: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for name, (before, after) in pairs.items():
        for figure in before.keys() & after.keys():
            for ending in ("", *cases[name].groups):
                heaps[figure + ending].append((name, before[figure], after[figure]))
    moves = [_move(figure, heap) for figure, heap in sorted(heaps.items())]
    return [m for m in moves if m.figure == base_of(m.figure)], [m for m in moves if m.figure != base_of(m.figure)]


def _move(figure: str, heap: Sequence[tuple[str, float, float]]) -> Move:
    before, after = sum(was for _, was, _ in heap) / len(heap), sum(is_ for _, _, is_ in heap) / len(heap)
    if base_of(figure) in LOWER_IS_BETTER:
        before, after = 1 - before, 1 - after
    fell = tuple(name for name, was, is_ in heap if is_ < was)
    return Move(figure, before, after, fell, tuple(name for name, was, is_ in heap if is_ > was))


def _judged(moves: Sequence[Move], margin: float, pairs: Mapping[str, tuple[Shares, Shares]]) -> list[Move]:
    """The moves with the reasons why they fail, if they do; `pairs` are looked at for promises."""
    chances = {move.figure: chance_of(len(move.fell), len(move.rose)) for move in moves}
    significant = discoveries(chances)
    judged: list[Move] = []
    for move in moves:
        why: list[str] = []
        lost = _lost(move.figure, pairs) if move.figure in STRICT else ()
        if lost:
            why.append(f"no question may lose it, {len(lost)} did")
        if abs(move.after - move.before) > margin and move.worse and len(move.fell) - len(move.rose) >= LEAST:
            why.append(f"more than {margin:g}")
        if move.figure in significant:
            why.append(f"significant, p = {chances[move.figure]:.2g}")
        fell = tuple(dict.fromkeys((*move.fell, *lost)))
        judged.append(Move(move.figure, move.before, move.after, fell, move.rose, tuple(why)))
    return judged


def _lost(figure: str, pairs: Mapping[str, tuple[Shares, Shares]]) -> tuple[str, ...]:
    """The questions that have less of a figure; where it did not apply before, less than all of it."""
    return tuple(name for name, (was, is_) in pairs.items() if is_.get(figure, 1.0) < was.get(figure, 1.0))


def _without_marks(baseline: Baseline, run: Run, moves: Iterable[Move]) -> list[Move]:
    """Figures that no single question has, such as a mean of two others: only their values can be compared."""
    known = {move.figure for move in moves} | UNGATED
    values = run.figures.values
    found = [Move(name, f.value, values[name]) for name, f in baseline.figures.items() if name in values.keys() - known]
    beyond = (f"more than {MARGIN:g}",)
    return [
        Move(m.figure, m.before, m.after, why=beyond) if m.worse and abs(m.after - m.before) > MARGIN else m
        for m in found
    ]


def _beyond_limits(baseline: Baseline, run: Run, moves: Mapping[str, Move]) -> Iterable[Move]:
    values = run.figures.values
    for name, limit in baseline.limits.items():
        reached = Move(name, limit, values.get(name, limit))
        if reached.worse:
            move = moves.get(name, reached)
            why = (f"{values[name]:.4f} is beyond its limit, {limit:g}", *move.why)
            yield Move(name, move.before, move.after, move.fell, move.rose, why)


def _fallen(falls: Iterable[Move], cases: Mapping[str, Case]) -> dict[str, tuple[Case, tuple[str, ...]]]:
    lost: defaultdict[str, list[str]] = defaultdict(list)
    for move in falls:
        for name in move.fell:
            lost[name].append(base_of(move.figure))
    figures = {name: tuple(dict.fromkeys(lost[name])) for name in sorted(lost)}
    return {name: (cases[name], figures[name]) for name in sorted(figures, key=lambda name: -len(figures[name]))}


# ---------------------------------------------------------------- chance


def chance_of(fell: int, rose: int) -> float:
    """The chance that at least so many of the questions that moved have fallen, were falls and rises as likely."""
    moved = fell + rose
    ways = together = math.comb(moved, fell)
    for number in range(fell, moved):
        ways = ways * (moved - number) // (number + 1)
        together += ways
    return float(Fraction(together, 2**moved))


def discoveries(chances: Mapping[str, float], level: float = LEVEL) -> frozenset[str]:
    """The names whose chances are small enough for so many of them, by Benjamini and Hochberg's steps."""
    ranked = sorted(chances, key=lambda name: chances[name])
    small = [at for at, name in enumerate(ranked, 1) if chances[name] <= level * at / len(ranked)]
    return frozenset(ranked[: max(small, default=0)])


# ---------------------------------------------------------------- against a file


class LoweredError(SettingsError):
    """A baseline would be lowered unasked; says by what in lines, `short` in one."""

    def __init__(self, path: Path, lines: Sequence[str], refused: Sequence[str]) -> None:
        options = f"If that is meant: {' '.join(f'--allow-lower {name}' for name in refused)}"
        super().__init__("\n".join([f"{path} stays as it is: it would be lowered.", *lines, options]))
        self.lines = tuple(lines)
        self.short = f"{path} stays as it is: it would be lowered by {', '.join(refused)}. {options}"


def refuse_allowed(names: Iterable[str], *, raising: bool) -> None:
    """Say what is wrong with the names of what may become lower.

    Args:
        names: As they are given.
        raising: Whether a baseline is to be raised, without which they say nothing.

    Raises:
        SettingsError: Nothing is raised, or a name is none of a figure that is held.
    """
    names = list(names)
    if names and not raising:
        raise SettingsError("--allow-lower is of --raise-baseline: give both, or neither")
    known = [*(name for name in DEFINITIONS if name not in UNGATED), GONE]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"{near[0]} is meant?" if near else "`--define` lists them"
            raise SettingsError(f"--allow-lower {name}: there is no such figure; {hint}")


def gate(run: Run, path: Path) -> Verdict:
    """Hold a run against the baseline of a file.

    Raises:
        SettingsError: There is no such file, or it is of another kind of run.
    """
    return compare(load_baseline(path), run)


def raise_baseline(
    run: Run,
    path: Path,
    *,
    allow_lower: Collection[str] = (),
    intervals: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """Make a run the baseline of a file, and tell in lines what that changes.

    Args:
        run: What shall be held to from now on.
        path: The file; the limits that somebody wrote into it stay.
        allow_lower: The figures that may become lower, and `questions` where some may go.
        intervals: By figure where it lies with 95 % confidence.

    Raises:
        LoweredError: A figure would be lower that was not named; nothing is written.
        SettingsError: The file cannot be read or is of another kind of run.
    """
    if not path.exists():
        save_baseline(Baseline.of(run, intervals=intervals), path)
        return f"{path}: a first baseline, of {len(run.cases)} questions"
    old = load_baseline(path)
    verdict = compare(old, run)
    lower = {move.figure for move in verdict.moves if move.worse} | {base_of(move.figure) for move in verdict.falls}
    lower |= {GONE} if verdict.gone else set()
    if refused := sorted(lower - set(allow_lower)):
        raise LoweredError(path, [move.line() for move in verdict.moves if move.worse], refused)
    broken = {move.figure for move in verdict.falls if base_of(move.figure) in allow_lower}
    limits = {name: limit for name, limit in old.limits.items() if name not in broken}
    new = Baseline.of(run, limits=limits, intervals=intervals)
    if new == old:
        return f"{path}: nothing has changed"
    save_baseline(new, path)
    return "\n".join([f"{path}: written", *_difference(old, new)])


def _difference(old: Baseline, new: Baseline) -> Iterable[str]:
    for name in sorted(old.figures.keys() | new.figures.keys()):
        was, is_ = old.figures.get(name), new.figures.get(name)
        if was is None or is_ is None:
            yield f"{name:<24} {'is new' if was is None else 'is no longer there'}"
        elif was.value != is_.value:
            yield Move(name, was.value, is_.value).line()
    for title, before, after in (("new", old.questions, new.questions), ("gone", new.questions, old.questions)):
        if names := [name for name in after if name not in before]:
            yield f"{title} questions, {len(names)}: {_some(names, 10)}"
    changed = [name for name, shares in new.questions.items() if old.questions.get(name, shares) != shares]
    if changed:
        yield f"questions that do otherwise than before, {len(changed)}: {_some(changed, 10)}"


def _some(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def _plain(text: object) -> str:
    """Text of an article or answer on one line, without what moves a terminal's cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())[:160]
