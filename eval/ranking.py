"""What is measured: anything that ranks passages for a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa_plugin.asking import MAX_QUESTION
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Span
from qa_plugin.settings import Settings, from_environment


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of a ranking."""

    source: str
    score: float
    best: Span | None = None
    """The sentence in it that fits best, where the ranking says so."""


Ranker = Callable[[str], Sequence[Passage]]
"""From a question to passages, best first."""


def local_settings() -> Settings:
    """The settings of the environment without any connection: a ranking needs no language model."""
    return replace(from_environment(), offline=True, model=None, api_key=None, base_url=None)


def indexed_plugin(articles: Path, store: Path) -> QAPlugin:
    """A plugin over a folder, its index made in `store`."""
    plugin = QAPlugin(articles, store=store, settings=local_settings())
    plugin.index(yes=True)
    return plugin


def by_asking(plugin: QAPlugin) -> Ranker:
    """The ranking that an answer reports as `retrieved`."""

    def rank(question: str) -> list[Passage]:
        return [Passage(r.source, r.score, Span(*r.best)) for r in plugin.ask(question).retrieved]

    return rank


def by_searching(plugin: QAPlugin, *, limit: int = 10) -> Ranker:
    """The first results of `search`."""

    def rank(query: str) -> list[Passage]:
        found = plugin.search(query[:MAX_QUESTION], limit=limit)
        return [Passage(result.source, result.score, Span(*result.best)) for result in found]

    return rank
