"""The options of `qa-plugin eval` that hold a run against a baseline, or make it one."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_plugin.cli.terminal import Terminal
from qa_plugin.errors import SettingsError

if TYPE_CHECKING:
    from qa_plugin.evaluation.runs import Run

PASSED, FALLEN = 0, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this module to the command."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--gate", type=Path, metavar="BASELINE", help="exit status 1 where answers are worse than this")
    what.add_argument("--raise-baseline", type=Path, metavar="BASELINE", help="make what is measured now the baseline")
    parser.add_argument(
        "--allow-lower",
        action="append",
        default=[],
        metavar="NAME",
        help="of --raise-baseline: a figure that may become lower, or `questions` where some go; more than once",
    )


def refuse_in_vain(arguments: argparse.Namespace, mode: str, model: str | None) -> None:
    """Say, before anything is asked, what `held` could only fail of after it.

    Args:
        arguments: Of the command.
        mode: Of the run that is to be.
        model: The same.

    Raises:
        SettingsError: The baseline cannot be read or written, is of another kind of run, or an option does not fit.
    """
    from qa_plugin.evaluation import gate
    from qa_plugin.evaluation.baseline import load_baseline
    from qa_plugin.evaluation.runs import refuse_unwritable

    raised = arguments.raise_baseline
    gate.refuse_allowed(arguments.allow_lower, raising=bool(raised))
    if raised:
        refuse_unwritable(raised, "the baseline")
    path = arguments.gate or (raised if raised and raised.exists() else None)
    if path:
        gate.refuse_another_kind(load_baseline(path), mode, model)


def held(run: Run, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do with a run what the options ask for, and tell it; the exit status.

    Raises:
        SettingsError: The baseline cannot be read, is of another kind of run, or would be lowered.
    """
    from qa_plugin.evaluation import gate  # only where it is asked for

    if arguments.raise_baseline:
        try:
            told = gate.raise_baseline(run, arguments.raise_baseline, allow_lower=arguments.allow_lower)
        except gate.LoweredError as error:
            _say("\n".join(error.lines), terminal)
            raise SettingsError(error.short) from error
        _say(told, terminal)
    if not arguments.gate:
        return PASSED
    verdict = gate.gate(run, arguments.gate)
    _say(verdict.text(), terminal)
    if not verdict.passed:
        terminal.say(f"Mend it; or, where it is meant: --raise-baseline {arguments.gate} --allow-lower NAME")
    return PASSED if verdict.passed else FALLEN


def figures_of(arguments: argparse.Namespace) -> Mapping[str, Any] | None:
    """The figures of the baseline that is named, for the page of a run; None where none is.

    Raises:
        SettingsError: It cannot be read or is none.
    """
    path = getattr(arguments, "baseline", None) or arguments.gate
    if not path:
        return None
    from qa_plugin.evaluation.baseline import load_baseline

    return {name: figure.value for name, figure in load_baseline(path).figures.items()}


def _say(text: str, terminal: Terminal) -> None:
    for line in text.splitlines():
        terminal.say(line)
