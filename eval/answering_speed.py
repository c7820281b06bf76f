"""CPU time of a question by step, over sentences that were not read before and when all was asked once before.

The product keeps no such clock. The steps are timed from outside, by module attributes that are set to a function that
runs a stopwatch around the former one, and then set back. A step that calls another one is charged for its own part.
"""

from __future__ import annotations

import inspect
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.ranking import indexed_plugin
from eval.tables import Row, Table
from qa_plugin.errors import SettingsError
from qa_plugin.plugin import QAPlugin

STEPS = (
    ("retrieve", "qa_plugin.searching", "retrieve"),
    ("read closely", "qa_plugin.retrieval.ranking", "read_closely"),
    ("weigh evidence", "qa_plugin.answering.extractive", "weigh"),
    ("agree", "qa_plugin.answering.extractive", "answer"),
    ("verify", "qa_plugin.verification.premise", "run_held"),
    ("verify", "qa_plugin.responding", "check"),
    ("assemble", "qa_plugin.responding", "assemble"),
)
"""Each step with the module and the name of what takes it; a name may stand for several."""
REST, WHOLE, UNDERSTANDING = "all else", "the whole", "evidence and verification"
UNDERSTOOD = ("read closely", "weigh evidence", "agree", "verify")
"""The steps that read quantities, dates and names and check them: `UNDERSTANDING` is their sum."""
COLUMNS = ("unread ms", "unread p95", "again ms", "again p95", "n")
_READING = ("qa_plugin.evidence", "qa_plugin.language", "qa_plugin.verification")
_OF_TEXTS = frozenset({"text", "folded", "sentence", "clauses", "words"})
"""A function of these modules that takes one of these keeps what it read in sentences."""

Spent = dict[str, float]
"""Milliseconds by step."""


class Stopwatch:
    """CPU time by step; while an inner step runs, the outer one's watch stands still."""

    def __init__(self, clock: Callable[[], float] = time.process_time) -> None:
        self._clock = clock
        self._running: list[str] = []
        self._since = 0.0
        self.spent: Spent = {}

    def around(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time charged to a step."""

        def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            self._turn()
            self._running.append(step)
            try:
                return function(*arguments, **named)
            finally:
                self._turn()
                self._running.pop()

        return timed

    def _turn(self) -> None:
        now = self._clock()
        if self._running:
            step = self._running[-1]
            self.spent[step] = self.spent.get(step, 0.0) + 1000 * (now - self._since)
        self._since = now


@contextmanager
def _timed(watch: Stopwatch) -> Iterator[None]:
    """Every step with the stopwatch around it.

    Raises:
        SettingsError: The product no longer has what takes a step.
    """
    before: list[tuple[object, str, Any]] = []
    try:
        for step, module, name in STEPS:
            home = sys.modules.get(module)
            if home is None or not hasattr(home, name):
                raise SettingsError(f"cannot time the step {step!r}: there is no {name} in {module}")
            before.append((home, name, getattr(home, name)))
            setattr(home, name, watch.around(step, getattr(home, name)))
        yield
    finally:
        for home, name, value in reversed(before):
            setattr(home, name, value)


def measure_answering(
    articles: Path, questions: Sequence[str], store: Path, *, clock: Callable[[], float] = time.process_time
) -> Table:
    """CPU milliseconds of a question by step: a median and the time that one of twenty takes longer than.

    All questions are asked three times. The first time is not counted: tables are read then, and words looked up. The
    second time all that was read in sentences is forgotten before each question (`unread`), then nothing (`again`).
    """
    with indexed_plugin(articles, store) as plugin:
        for question in questions:
            plugin.ask(question)
        unread, again = (_ask_all(plugin, questions, clock, forget=forget) for forget in (True, False))
    names = [*dict.fromkeys(step for step, _, _ in STEPS), REST, UNDERSTANDING, WHOLE]
    rows: list[Row] = []
    for name in names:
        values = {**_figures("unread", name, unread), **_figures("again", name, again), "n": len(questions)}
        rows.append(Row(name, values))
    return Table("answering speed", COLUMNS, tuple(rows))


def _ask_all(plugin: QAPlugin, questions: Sequence[str], clock: Callable[[], float], *, forget: bool) -> list[Spent]:
    """What each question takes; nothing is kept of its answer."""
    caches = _caches_of_sentences() if forget else []
    found: list[Spent] = []
    for question in questions:
        for cache in caches:
            cache.cache_clear()
        watch = Stopwatch(clock)
        with _timed(watch):
            watch.around(REST, plugin.ask)(question)
        whole = sum(watch.spent.values())
        understood = sum(watch.spent.get(step, 0.0) for step in UNDERSTOOD)
        found.append({**watch.spent, UNDERSTANDING: understood, WHOLE: whole})
    return found


def _caches_of_sentences() -> list[Any]:
    """The functions that keep what they read in sentences, told by what they take."""
    modules = [m for name, m in list(sys.modules.items()) if any(f"{name}.".startswith(f"{p}.") for p in _READING)]
    cached = [value for m in modules for value in vars(m).values() if callable(getattr(value, "cache_clear", None))]
    functions = [one for one in cached if not inspect.isclass(inspect.unwrap(one))]
    return [one for one in functions if not _OF_TEXTS.isdisjoint(inspect.signature(one).parameters)]


def _figures(sight: str, name: str, spent: Sequence[Spent]) -> dict[str, float]:
    """Of a step its median and 95th percentile; a question without it counts as 0."""
    each = sorted(one.get(name, 0.0) for one in spent)
    return {
        f"{sight} ms": round(statistics.median(each), 2),
        f"{sight} p95": round(each[min(int(0.95 * len(each)), len(each) - 1)], 2),
    }
