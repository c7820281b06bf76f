"""How many passages a second of one core the built-in embedder takes, of words new to it and of words it knows.

`measure_speed` starts this module in a process of its own, in which nothing has been remembered yet.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from eval.parallel import AlignedLine, load_aligned
from eval.tables import Row, Table

CHUNKS = 10_000
WORDS = (100, 130)
"""Fewest and most words of a chunk."""
SEEDS = {"first sight": 1, "second sight": 2}
"""Where the random numbers begin: what is seen second are other chunks of the same words."""
COLUMNS = ("chunks", "words", "cpu s", "a second")
_BATCH = 100
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def make_chunks(lines: Sequence[AlignedLine], count: int, *, seed: int) -> list[str]:
    """Texts of 100 to 130 words of random lines, in the languages of the file in turn; the same for a seed."""
    pick = random.Random(seed)  # noqa: S311 - the same texts each time, no secret
    languages = list(lines[0].texts)
    found: list[str] = []
    for number in range(count):
        language, length = languages[number % len(languages)], pick.randint(*WORDS)
        words: list[str] = []
        while len(words) < length:
            words += pick.choice(lines).texts[language].split() or [language]
        found.append(" ".join(words[:length]))
    return found


def measure_speed(aligned: Path, *, count: int = CHUNKS) -> Table:
    """Chunks per CPU second at first and at second sight, on one core, in a fresh process."""
    load_aligned(aligned)  # what is wrong with the file is said here
    command = [sys.executable, "-m", "eval.embedding_speed", str(aligned.resolve()), str(count)]
    environment = {**os.environ, **dict.fromkeys(_THREADS, "1"), "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env=environment)  # noqa: S603
    return Table("embedding speed", COLUMNS, tuple(Row(name, values) for name, values in json.loads(done.stdout)))


def _sights(aligned: Path, count: int) -> list[tuple[str, dict[str, float]]]:
    from qa_plugin.embeddings import BuiltInEmbedder
    from qa_plugin.language.detection import detect

    lines = load_aligned(aligned)
    embedder = BuiltInEmbedder(detect)
    found: list[tuple[str, dict[str, float]]] = []
    for name, seed in SEEDS.items():
        chunks = make_chunks(lines, count, seed=seed)
        words = sum(len(chunk.split()) for chunk in chunks)
        started = time.process_time()
        for at in range(0, len(chunks), _BATCH):
            embedder.embed_documents(chunks[at : at + _BATCH])
        spent = time.process_time() - started
        values = {"chunks": len(chunks), "words": words, "cpu s": round(spent, 3)}
        found.append((name, {**values, "a second": round(len(chunks) / max(spent, 1e-9))}))
    return found


def _main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(json.dumps(_sights(Path(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    _main()
