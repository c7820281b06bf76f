"""Growth: what is left of the ranking, and what a question costs, when many more passages are in the index."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.evidence import Asked
from eval.parallel import AlignedLine
from eval.ranking import local_settings
from eval.tables import Row, Table, share
from qa_plugin.errors import SettingsError
from qa_plugin.plugin import QAPlugin
from qa_plugin.store import Store

ADDED = "5000,20000"
LINES, CHUNKS, SEED = 5, 4, 1
"""Lines in a distractor chunk, chunks in a file, and where the random numbers begin."""
COLUMNS = ("added", "passages", "hit@1", "hit@5", "fall", "cpu ms")
_WARM = 10
"""Questions that are asked before the clock runs."""
_FOLDER = "distractors"


def read_amounts(text: str) -> list[int]:
    """Numbers of distractor chunks as they are given: `5000,20000`.

    Raises:
        SettingsError: It is no such list, or does not rise.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) for part in parts) or sorted({int(p) for p in parts}) != [
        int(part) for part in parts
    ]:
        raise SettingsError(f"{text!r} is no list of rising numbers; write for example {ADDED}")
    return [int(part) for part in parts]


def evidence_lines(questions: Iterable[Mapping[str, Any]]) -> frozenset[int]:
    """The numbers of the aligned lines that are evidence for any question."""
    return frozenset(number for question in questions for number in question.get("evidence_lines") or ())


def distractors(lines: Sequence[AlignedLine], evidence: frozenset[int], chunks: int) -> list[tuple[str, str]]:
    """Names and texts of files made of random lines that are no evidence, each in one language; always the same.

    A shorter list is the beginning of a longer one, but for a last file that is not full.
    """
    usable = [line for line in lines if line.number not in evidence]
    if len(usable) < LINES:
        raise SettingsError(f"only {len(usable)} aligned lines are no evidence, where {LINES} are needed")
    pick = random.Random(SEED)  # noqa: S311 - the same files each time, no secret
    languages = sorted(usable[0].texts)
    files: list[tuple[str, str]] = []
    for number in range(-(-chunks // CHUNKS)):
        language = pick.choice(languages)
        paragraphs = ["\n".join(line.texts[language] for line in pick.sample(usable, LINES)) for _ in range(CHUNKS)]
        paragraphs = paragraphs[: chunks - number * CHUNKS]
        files.append((f"{number:05}.{language}.txt", "\n\n".join(paragraphs) + "\n"))
    return files


def measure_growth(
    articles: Path,
    questions: Sequence[Asked],
    lines: Sequence[AlignedLine],
    *,
    evidence: frozenset[int],
    amounts: Sequence[int],
    progress: Callable[[str], None] | None = None,
) -> Table:
    """hit@1, hit@5 and its fall, and CPU time per question, for the articles alone and with distractors added."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as work:
        folder = Path(work) / "articles"
        (folder / _FOLDER).mkdir(parents=True)
        _copy(articles, folder)
        for amount in (0, *amounts):
            if progress is not None:
                progress(f"{amount:,} added")
            for name, text in distractors(lines, evidence, amount):
                (folder / _FOLDER / name).write_bytes(text.encode())
            found = _ask_all(folder, Path(work) / "store", questions)
            base = rows[0].values["hit@5"] if rows else found["hit@5"]
            name = f"{amount:,} added" if amount else "articles alone"
            rows.append(Row(name, {"added": amount, **found, "fall": round(base - found["hit@5"], 4)}))
    return Table("growth", COLUMNS, tuple(rows))


def _copy(articles: Path, folder: Path) -> None:
    for path in articles.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(articles)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def _ask_all(folder: Path, store: Path, questions: Sequence[Asked]) -> dict[str, float]:
    with QAPlugin(folder, store=store, settings=local_settings()) as plugin:
        plugin.index(yes=True)
        for asked in questions[:_WARM]:
            plugin.ask(asked.question)
        first = fifth = 0
        spent: list[float] = []
        for asked in questions:
            started = time.process_time()
            answer = plugin.ask(asked.question)
            spent.append(1000 * (time.process_time() - started))
            files = list(dict.fromkeys(passage.source for passage in answer.retrieved))
            first += not asked.sources.isdisjoint(files[:1])
            fifth += not asked.sources.isdisjoint(files[:5])
    with Store.open(store, fingerprint={}) as opened:
        passages = opened.chunk_count()
    return {
        "passages": passages,
        "hit@1": share(first, len(questions)),
        "hit@5": share(fifth, len(questions)),
        "cpu ms": round(statistics.median(spent), 1),
    }
