"""Overhead: CPU time of a question beside a language model that answers at once, in a large index."""

from __future__ import annotations

import gc
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.growth import distractors
from eval.lying_models import LyingChat, honest
from eval.parallel import AlignedLine
from eval.ranking import local_settings
from eval.tables import Row, Table
from qa_plugin.language.detection import detect
from qa_plugin.language.sentences import split_sentences
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Scope, Span
from qa_plugin.responding import Responder
from qa_plugin.tables_kept import keep_tables

CHUNKS = 10_000
KEPT = "tables kept"
COLUMNS = ("p50 ms", "p95 ms", "most ms", "passages", "n")
_SHARE = 0.95


def measure_overhead(
    articles: Path,
    questions: Sequence[Mapping[str, Any]],
    *,
    lines: Sequence[AlignedLine] | None = None,
    chunks: int = CHUNKS,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """CPU milliseconds of a question, all threads together; the model's own time is not counted.

    All questions are asked three times, each time of a model that says the gold: once when nothing was asked before but
    one question, so that tables are read, once more, and once more as in a process that lets the garbage collector pass
    over those tables.

    Args:
        articles: The folder that is asked.
        questions: As `load_questions` gives them.
        lines: What distractors are made of; the sentences of the articles themselves unless given.
        chunks: How many of them there are, about.
        progress: Is told what is done.
    """
    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as work:
        folder = Path(work) / "articles"
        shutil.copytree(articles, folder)
        (folder / "added").mkdir()
        for name, text in distractors(lines or _own_lines(articles), frozenset(), chunks):
            (folder / "added" / name).write_bytes(text.encode())
        settings = replace(local_settings(), translate="never", store=Path(work) / "store")
        with QAPlugin(folder, settings=settings) as plugin:
            if progress is not None:
                progress(f"{chunks:,} chunks to index")
            plugin.index(yes=True)
            passages = plugin.opened().chunk_count()
            _spent(plugin, questions[0])
            rows = []
            for name in ("first sight", "again", KEPT):
                if progress is not None:
                    progress(name)
                if name == KEPT:
                    keep_tables()
                rows.append(_row(name, sorted(_spent(plugin, question) for question in questions), passages))
            gc.unfreeze()
    return Table("overhead beside a language model", COLUMNS, tuple(rows))


def _own_lines(articles: Path) -> list[AlignedLine]:
    """The sentences of the articles as if they were aligned: rows that hold one of each language."""
    sentences: dict[str, list[str]] = {}
    for path in sorted(p for p in articles.rglob("*") if p.is_file()):
        text = path.read_bytes().decode("utf-8-sig")
        for paragraph in filter(str.strip, text.split("\n")):
            language = detect(text)
            spans = split_sentences(paragraph, Span(0, len(paragraph)), language)
            sentences.setdefault(language, []).extend(paragraph[span.start : span.end] for span in spans)
    least = min(map(len, sentences.values()))
    return [AlignedLine(at, "", {name: texts[at] for name, texts in sentences.items()}) for at in range(least)]


def _spent(plugin: QAPlugin, question: Mapping[str, Any]) -> float:
    model = _Timed(honest, question)
    responder = Responder(plugin.settings, model, plugin.embedder)
    started = time.process_time()
    responder.answer(question["question"], plugin.opened(), Scope())
    return 1000 * (time.process_time() - started - model.spent)


class _Timed(LyingChat):
    """A model that knows what it took itself."""

    spent = 0.0

    def complete(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as it is there
        started = time.process_time()
        try:
            return super().complete(*arguments, **named)
        finally:
            self.spent += time.process_time() - started


def _row(name: str, spent: Sequence[float], passages: int) -> Row:
    figures = (statistics.median(spent), spent[min(int(_SHARE * len(spent)), len(spent) - 1)], spent[-1])
    values: dict[str, float] = dict(zip(COLUMNS, (round(figure, 1) for figure in figures), strict=False))
    return Row(name, values | {"passages": passages, "n": len(spent)})
