"""The whole beside itself without each of its parts, and beside other ways to rank the same passages."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.baselines import BASELINES, NotAtHandError
from eval.evidence import COLUMNS, Asked, measure
from eval.parallel import AlignedLine, check_languages
from eval.ranking import Ranker, by_asking, by_searching, indexed_plugin
from eval.sentence_retrieval import finds, line_files
from eval.switches import PARTS, Part, switched_off
from eval.tables import Row, Table, share
from qa_plugin.plugin import QAPlugin
from qa_plugin.store import Store

PAIR = ("en", "ar")
STEP = 4
RECALL = f"R@1 {'-'.join(PAIR)}"


class Bench:
    """The articles and, if there are any, the aligned lines: indexed once for all parts that leave the index alone."""

    def __init__(
        self, articles: Path, questions: Sequence[Asked], lines: Path | None, aligned: Sequence[AlignedLine], work: Path
    ) -> None:
        self._folders = {"articles": articles, **({"lines": lines} if lines is not None else {})}
        self._questions, self._aligned, self._work = questions, aligned, work
        self._made = 0
        self._plugins = self._indexed()

    def whole(self) -> Row:
        """With everything on."""
        return self._row("the whole", self._plugins)

    def without(self, part: Part) -> Row:
        """With one part off."""
        with switched_off(part):
            plugins = self._indexed() if part.indexed else self._plugins
            try:
                return self._row(f"without {part.name}", plugins)
            finally:
                if part.indexed:
                    _close(plugins)

    def beside(self, name: str, make: Callable[[Store], Ranker]) -> Row:
        """Another way to rank the passages of the same index."""
        with _stores(self._plugins) as stores:
            try:
                rankers = {folder: make(store) for folder, store in stores.items()}
            except NotAtHandError as error:
                return Row(name, note=str(error))
            return Row(name, self._figures(rankers["articles"], rankers.get("lines")))

    def close(self) -> None:
        """Let go of the indexes."""
        _close(self._plugins)

    def _indexed(self) -> dict[str, QAPlugin]:
        self._made += 1
        return {
            name: indexed_plugin(folder, self._work / f"{name}-{self._made}") for name, folder in self._folders.items()
        }

    def _row(self, name: str, plugins: dict[str, QAPlugin]) -> Row:
        lines = plugins.get("lines")
        return Row(name, self._figures(by_asking(plugins["articles"]), by_searching(lines) if lines else None))

    def _figures(self, rank: Ranker, rank_lines: Ranker | None) -> dict[str, float]:
        found = measure(rank, self._questions)
        if rank_lines is not None:
            marks = [right for _, right in finds(rank_lines, self._aligned, PAIR, STEP)]
            found[RECALL] = share(sum(marks), len(marks))
        return found


def measure_parts(
    articles: Path,
    questions: Sequence[Asked],
    aligned: Sequence[AlignedLine] | None = None,
    *,
    parts: Sequence[Part] = PARTS,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """The table: the whole, without each part, and the baselines.

    Args:
        articles: Folder to ask about.
        questions: Answerable questions with their gold.
        aligned: Aligned lines, of which every fourth is searched for; without them that column is left out.
        parts: What to switch off in turn.
        progress: Called with the name of each row before it is measured.
    """
    say = progress or (lambda _: None)
    with _bench(articles, questions, aligned) as bench:
        say("the whole")
        rows = [bench.whole()]
        for part in parts:
            say(f"without {part.name}")
            rows.append(bench.without(part))
        for name, make in BASELINES:
            say(name)
            rows.append(bench.beside(name, make))
    return Table("ablation", (*COLUMNS, *([RECALL] if aligned else [])), tuple(rows))


@contextmanager
def _bench(articles: Path, questions: Sequence[Asked], aligned: Sequence[AlignedLine] | None) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as work:
        if not aligned:
            bench = Bench(articles, questions, None, (), Path(work))
            yield bench
            bench.close()
            return
        check_languages(aligned, PAIR)
        with line_files(aligned, PAIR[1]) as lines:
            bench = Bench(articles, questions, lines, aligned, Path(work))
            yield bench
            bench.close()


@contextmanager
def _stores(plugins: dict[str, QAPlugin]) -> Iterator[dict[str, Store]]:
    stores = {name: Store.open(plugin.settings.store, fingerprint={}) for name, plugin in plugins.items()}
    try:
        yield stores
    finally:
        for store in stores.values():
            store.close()


def _close(plugins: dict[str, QAPlugin]) -> None:
    for plugin in plugins.values():
        plugin.close()
