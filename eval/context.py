"""Context: how many files, and how much of the evidence, are in what is sent to a language model; none is asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from statistics import fmean

from eval.evidence import Asked
from eval.tables import Row, Table, share
from qa_plugin.answering.packing import Packed
from qa_plugin.generating import passages_within
from qa_plugin.language.detection import detect
from qa_plugin.language.questions import read_question
from qa_plugin.linking import groups_in
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Scope
from qa_plugin.searching import ranked
from qa_plugin.tokens import count_tokens

BUDGETS = (1_200, 2_500)
COLUMNS = ("files", "tokens", "gold file", "evidence", "n")


def measure_context(plugin: QAPlugin, asked: Sequence[Asked]) -> Table:
    """What is sent for each question, at several budgets."""
    store = plugin.opened()
    scope = Scope()
    groups = groups_in(store, scope)
    count = lru_cache(maxsize=50_000)(count_tokens)
    sent: dict[int, list[list[Packed]]] = {budget: [] for budget in BUDGETS}
    for one in asked:
        ranking = ranked(read_question(one.question, detect(one.question)), store, scope, plugin.embedder)
        for budget, passages in sent.items():
            passages.append(passages_within(budget, ranking.hits, groups, store.text, count))
    return Table(
        "what is sent to a language model",
        COLUMNS,
        tuple(Row(f"{budget:,} tokens", _figures(passages, asked)) for budget, passages in sent.items()),
    )


def _figures(sent: Sequence[Sequence[Packed]], asked: Sequence[Asked]) -> dict[str, float]:
    known = [(passages, one) for passages, one in zip(sent, asked, strict=True) if one.evidence]
    return {
        "files": round(fmean(len({p.info.file_id for p in passages}) for passages in sent), 2),
        "tokens": round(fmean(sum(count_tokens(p.text) for p in passages) for passages in sent)),
        "gold file": share(
            sum(not one.sources.isdisjoint(p.info.source for p in ps) for ps, one in zip(sent, asked, strict=True)),
            len(asked),
        ),
        "evidence": share(sum(_holds(passages, one) for passages, one in known), len(known)),
        "n": len(asked),
    }


def _holds(passages: Sequence[Packed], asked: Asked) -> bool:
    return any(
        passage.info.source == place.source and passage.start <= place.span.start and place.span.end <= passage.end
        for passage in passages
        for place in asked.evidence
    )
