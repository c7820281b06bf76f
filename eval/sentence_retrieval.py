"""Sentence retrieval: does a sentence of one language find itself in another, among all others."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.parallel import AlignedLine, check_languages, half_of
from eval.ranking import Ranker, by_searching, indexed_plugin
from eval.tables import Row, Table, share
from qa_plugin.errors import SettingsError

PAIRS = "en-pt,en-fr,en-ar,en-fa,ar-fa,fa-ar"
COLUMNS = ("R@1", "half 0", "half 1", "n", "cpu ms")


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Pairs of languages as they are given: `en-pt,ar-fa`, the queries' before the documents'.

    Raises:
        SettingsError: It is not such a list.
    """
    pairs = [tuple(part.strip() for part in pair.split("-")) for pair in text.split(",")]
    if not all(len(pair) == 2 and all(pair) for pair in pairs):
        raise SettingsError(f"{text!r} is no list of language pairs; write for example {PAIRS}")
    return [(pair[0], pair[1]) for pair in pairs]


def measure_pairs(
    lines: Sequence[AlignedLine],
    pairs: Sequence[tuple[str, str]],
    *,
    step: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """R@1 of each pair, for every `step`th line as a query; all lines are documents."""
    check_languages(lines, [language for pair in pairs for language in pair])
    rows: dict[tuple[str, str], Row] = {}
    for target in dict.fromkeys(target for _, target in pairs):
        with line_files(lines, target) as articles:
            plugin = indexed_plugin(articles, articles.parent / "store")
            rank = by_searching(plugin)
            for pair in [pair for pair in pairs if pair[1] == target]:
                if progress is not None:
                    progress(f"{pair[0]}-{target}")
                rows[pair] = _row(f"{pair[0]}-{target}", rank, lines, pair, step)
            plugin.close()
    return Table("sentence retrieval", COLUMNS, tuple(rows[pair] for pair in dict.fromkeys(pairs)))


@contextmanager
def line_files(lines: Sequence[AlignedLine], language: str) -> Iterator[Path]:
    """A temporary folder in which each line of a language is a file of its own, named by its number."""
    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as name:
        articles = Path(name) / "lines"
        articles.mkdir()
        for line in lines:
            if line.texts[language].strip():
                (articles / _file(line)).write_bytes(line.texts[language].encode())
        yield articles


def finds(rank: Ranker, lines: Sequence[AlignedLine], pair: tuple[str, str], step: int = 1) -> list[tuple[str, bool]]:
    """For each query its article, and whether its line came first and alone: a tie for the first place is a miss."""
    source, target = pair
    found: list[tuple[str, bool]] = []
    for line in lines[::step]:
        if not line.texts[source].strip() or not line.texts[target].strip():
            continue
        ranking = rank(line.texts[source])
        right = bool(ranking) and ranking[0].source == _file(line)
        tied = any(other.source != ranking[0].source and other.score >= ranking[0].score for other in ranking)
        found.append((line.file, right and not tied))
    return found


def _file(line: AlignedLine) -> str:
    return f"{line.number}.txt"


def _row(name: str, rank: Ranker, lines: Sequence[AlignedLine], pair: tuple[str, str], step: int) -> Row:
    started = time.process_time()
    found = finds(rank, lines, pair, step)
    spent = time.process_time() - started
    halves = [[right for file, right in found if half_of(file) == half] for half in (0, 1)]
    values: dict[str, float] = {"R@1": share(sum(right for _, right in found), len(found))}
    for half, marks in enumerate(halves):
        if marks:
            values[f"half {half}"] = share(sum(marks), len(marks))
    return Row(name, {**values, "n": len(found), "cpu ms": round(1000 * spent / max(len(found), 1), 1)})
