"""How much of the question passages, articles and sentences hold: sums over all of them at once."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qa_plugin.language.questions import NUMERIC, Question, Weighted
from qa_plugin.records import ChunkTerms
from qa_plugin.retrieval import shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Postings(Protocol):
    """Where the terms stand: places of passages, counted as `chunk_ids` lists them."""

    @property
    def chunk_ids(self) -> NDArray[np.int64]:
        """The ids of all passages, rising."""
        ...

    @property
    def file_ids(self) -> NDArray[np.int64]:
        """The ids of all files that have passages, rising."""
        ...

    @property
    def file_of(self) -> NDArray[np.int64]:
        """For each passage the place of its file in `file_ids`."""
        ...

    def of(self, term: str) -> NDArray[np.int64]:
        """The places of the passages that hold a term, rising."""
        ...


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the question every passage and every article of the index holds, as shares of its weight."""

    passages: NDArray[np.float64]
    articles: NDArray[np.float64]
    """How much an article speaks of the question: a word in many of its passages counts more."""
    in_article: NDArray[np.float64]
    """For each article (row) what each slot (column) counts in a sentence of it that does not hold the slot: more for
    a word that the article says throughout, which its sentences need not repeat."""
    pattern: NDArray[np.int64]
    """Equal for passages that hold the same terms of the question."""


def cover(slots: Sequence[Weighted], postings: Postings, total: float) -> Coverage:
    """Score every passage and article of the index by the weighted slots, whose weights sum up to `total`."""
    import numpy as np

    count, files = len(postings.chunk_ids), len(postings.file_ids)
    sizes = np.bincount(postings.file_of, minlength=files)
    norm = 1 - shares.LENGTH + shares.LENGTH * sizes / max(sizes.mean(), 1e-9) if files else sizes.astype(float)
    passages, articles = np.zeros(count), np.zeros(files)
    in_article = np.zeros((files, len(slots)))
    pattern = np.zeros(count, dtype=np.int64)
    marks = np.random.default_rng(1).integers(1, 2**62, size=sum(len(w.key_weights) for w in slots))
    mark = iter(marks.tolist())
    for column, weighted in enumerate(slots):
        said = np.zeros(count)
        for key, weight in weighted.readings:
            places = postings.of(key)
            said[places] = np.maximum(said[places], weight)
            pattern[places] ^= next(mark)
        places = np.flatnonzero(said)
        passages += said
        often = np.bincount(postings.file_of[places], minlength=files)
        most = np.zeros(files)
        np.maximum.at(most, postings.file_of[places], said[places])
        throughout = often / np.maximum(often + shares.SATURATION * norm, 1e-9)
        articles += most * throughout
        in_article[:, column] = shares.THROUGHOUT * most * throughout
    return Coverage(passages / total, articles / total, in_article, pattern)


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """The sentences of some passages, one after another."""

    scores: NDArray[np.float64]
    starts: NDArray[np.int64]
    """Where each passage's sentences begin among the scores."""


def score_sentences(
    question: Question,
    slots: Sequence[Weighted],
    passages: Sequence[ChunkTerms],
    in_article: NDArray[np.float64],
    total: float,
) -> SentenceScores:
    """How much of the question each sentence holds, itself and by what stands around it.

    `in_article` has a row for each of the passages, which all have sentences.
    """
    import numpy as np

    readings: dict[str, list[tuple[int, float]]] = {}
    for column, weighted in enumerate(slots):
        for key, weight in weighted.readings:
            readings.setdefault(key, []).append((column, weight))
    lines = [line for passage in passages for line in passage.terms]
    lengths = np.array([len(passage.terms) for passage in passages])
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    own = np.zeros((len(lines), len(slots)))
    known = frozenset(readings)
    for row, line in enumerate(lines):
        said = [0.0] * len(slots)
        for key in known.intersection(line.split()):
            for column, weight in readings[key]:
                said[column] = max(said[column], weight)
        if any(said):
            own[row] = said
    beside = own.copy()
    inside = np.ones(len(lines), dtype=bool)
    inside[starts] = False  # the first sentence of a passage has none before it
    beside[1:][inside[1:]] = np.maximum(beside[1:], own[:-1])[inside[1:]]
    beside[:-1][inside[1:]] = np.maximum(beside[:-1], own[1:])[inside[1:]]
    around = np.maximum(shares.BESIDE * beside, np.repeat(in_article, lengths, axis=0))
    chunk = np.repeat(np.maximum.reduceat(own, starts, axis=0), lengths, axis=0)
    scores = np.maximum(np.maximum(own, around), shares.IN_CHUNK * chunk).sum(axis=1) / total
    return SentenceScores(scores + _typed(question, lines, known), starts)


def _typed(question: Question, lines: Sequence[str], known: Set[str]) -> NDArray[np.float64]:
    """A little more for a sentence that holds the kind of thing asked for."""
    import numpy as np

    if question.kind in NUMERIC or question.kind == "date":
        wanted = "v"
    elif question.kind in {"who", "where"}:
        wanted = "n"
    else:
        return np.zeros(len(lines))
    mark, asked = f" {wanted}", [key for key in known if key[0] == wanted]
    held = [mark in f" {line}" for line in lines]
    if asked:
        held = [
            holds and any(key[0] == wanted and key not in known for key in line.split())
            for holds, line in zip(held, lines, strict=True)
        ]
    return shares.TYPE_SHARE * np.array(held, dtype=float)
