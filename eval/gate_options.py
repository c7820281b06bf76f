"""The options of the gate: hold the project's own set against its baselines, raise these, write the README's part."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_plugin.errors import SettingsError

if TYPE_CHECKING:
    from qa_plugin.evaluation.gate import Verdict
    from qa_plugin.evaluation.runs import Run

PASSED, FALLEN = 0, 1
_RAISING = "python -m eval --raise-baseline --allow-lower NAME"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this module to the command."""
    group = parser.add_argument_group("gate")
    group.add_argument("--gate", action="store_true", help="hold the project's own set against its baselines")
    group.add_argument(
        "--fallen", type=Path, default=Path("gate-fallen.txt"), metavar="FILE", help="what fell, in full"
    )
    group.add_argument("--raise-baseline", action="store_true", help="make what is measured now the baselines")
    group.add_argument(
        "--allow-lower",
        action="append",
        default=[],
        metavar="NAME",
        help="of --raise-baseline: a figure that may become lower, or `questions` where some go; more than once",
    )
    group.add_argument("--readme", action="store_true", help="write the figures of the baselines into README.md")


def wanted(arguments: argparse.Namespace) -> bool:
    """Whether the gate is asked for."""
    return bool(arguments.gate or arguments.raise_baseline or arguments.readme)


def carry_out(arguments: argparse.Namespace, questions: Sequence[Mapping[str, Any]]) -> int:
    """Do what the options ask for; the exit status, 1 where something has fallen.

    Raises:
        SettingsError: The articles or questions are not the project's own, a baseline would be lowered that was not
            to be, or a file is not what it should be.
    """
    from eval.gating import ALL, ARTICLES, QUESTIONS
    from eval.readme_figures import write_readme
    from qa_plugin.evaluation.baseline import load_baseline
    from qa_plugin.evaluation.gate import gate, raise_baseline
    from qa_plugin.evaluation.runs import refuse_unwritable

    if (arguments.articles.resolve(), arguments.questions.resolve()) != (ARTICLES, QUESTIONS):
        raise SettingsError("the gate is of the project's own set; for your own: qa-plugin eval --gate FILE")
    for one in ALL if arguments.gate else ():
        load_baseline(one.baseline)  # now, and not when all has been asked
    if arguments.gate:
        refuse_unwritable(arguments.fallen, "what fell into")
    verdicts: dict[str, Verdict] = {}
    for one in ALL if arguments.gate or arguments.raise_baseline else ():
        run = one.measure(questions, _progress(one.name))
        if arguments.raise_baseline:
            print(raise_baseline(run, one.baseline, allow_lower=arguments.allow_lower))
        if arguments.gate:
            verdicts[one.name] = gate(run, one.baseline)
            print(f"{one.name}, {len(run.cases)} questions{_milliseconds(run)}\n{verdicts[one.name].text()}\n")
    if arguments.raise_baseline or arguments.readme:
        print(write_readme())
    return _told(verdicts, arguments.fallen)


def _told(verdicts: Mapping[str, Verdict], path: Path) -> int:
    failed = {name: verdict for name, verdict in verdicts.items() if not verdict.passed}
    if not failed:
        return PASSED
    path.write_text("".join(f"== {name}\n{verdict.details()}\n" for name, verdict in failed.items()), "utf-8")
    print(f"All that fell, with the answers of now: {path}")
    print(f"Mend it; or, where the fall is meant, raise the baseline and have the change of it reviewed:\n  {_RAISING}")
    return FALLEN


def _milliseconds(run: Run) -> str:
    """Shown only: it hangs on the machine."""
    median = run.figures.values.get("ms")
    return "" if median is None else f", median {median:.0f} ms"


def _progress(name: str) -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\r{name}: {done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show
