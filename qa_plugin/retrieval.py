"""From a question to a ranking of passages, each with the sentence in it that fits best.

Two channels bring candidates: the full-text index over terms, and the vectors. They are fused by what a reader
would look for: how much of the question a sentence covers, then what stands around it, then the rest of its article.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from qa_plugin.language.questions import NUMERIC, Question, Slot, Weighted
from qa_plugin.records import Hit, Scope, SourceInfo, Span, StoredChunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEXICAL_LIMIT = 200
DENSE_LIMIT = 60
PASSAGES, FILES = 20, 10
"""A ranking holds at least this many passages, and goes on until this many files are in it."""

# Shares of a question word's weight by where it is found; tuned by `python -m eval`, never to single questions.
_BESIDE, _IN_CHUNK, _IN_ARTICLE = 0.45, 0.35, 0.25
_DENSE_SHARE, _CHUNK_SHARE, _TYPE_SHARE = 0.15, 0.1, 0.06
_KIND_WEIGHTS = {"c": 1.0, "n": 1.0, "v": 0.8, "s": 0.8}
_FOCUS_WEIGHT = 1.4
_LEAST_COUNT = 200
"""Passages that rarity is reckoned by at least: in a folder of five articles a word of three still says much."""


class Searchable(Protocol):
    """What retrieval needs of the store."""

    def lexical(self, terms: Sequence[str], limit: int, scope: Scope) -> list[tuple[int, float]]:
        """Chunk ids and scores by the full-text index, best first."""
        ...

    def nearest(self, vector: NDArray[np.float32], limit: int, scope: Scope) -> list[tuple[int, float]]:
        """Chunk ids and cosine similarities, best first."""
        ...

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Chunks in the order asked."""
        ...

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many chunks each term stands."""
        ...

    def chunk_count(self, scope: Scope) -> int:
        """How many chunks a scope holds."""
        ...

    def source(self, file_id: int) -> SourceInfo:
        """What is known of a file."""
        ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranked passages and the weights they were ranked by."""

    hits: tuple[Hit, ...]
    slots: tuple[Weighted, ...]
    according: tuple[Weighted, ...]


def retrieve(question: Question, vector: NDArray[np.float32], store: Searchable, scope: Scope) -> Ranking:
    """Rank the passages of the scope by how well they answer the question, best first."""
    frequencies = store.document_frequencies(question.keys)
    count = max(store.chunk_count(Scope()), _LEAST_COUNT)
    slots = weigh(question.slots, frequencies, count)
    according = weigh(question.according, frequencies, count)
    lexical = store.lexical(question.keys, LEXICAL_LIMIT, scope) if question.keys else []
    dense = store.nearest(vector, DENSE_LIMIT, scope)
    ids = list(dict.fromkeys([i for i, _ in lexical] + [i for i, _ in dense]))
    chunks = store.chunks(ids)
    infos: dict[int, SourceInfo] = {}
    for chunk in chunks:
        if chunk.file_id not in infos:
            infos[chunk.file_id] = store.source(chunk.file_id)
    hits = _score(question, (*slots, *according), chunks, dict(dense), infos)
    return Ranking(tuple(_enough(hits)), slots, according)


def weigh(slots: Sequence[Slot], frequencies: Mapping[str, int], count: int) -> tuple[Weighted, ...]:
    """The weight of each slot: rare words say more; of several readings the commonest counts."""
    found: list[Weighted] = []
    for slot in slots:
        frequency = max((frequencies.get(key, 0) for key in slot.keys), default=0)
        rarity = math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
        kind = max(_KIND_WEIGHTS.get(key[:1], 0.5) for key in slot.keys)
        weight = rarity * kind * (_FOCUS_WEIGHT if slot.focus else 1.0)
        found.append(Weighted(slot, max(weight, 0.05), frequency == 0))
    present = [w.weight for w in found if not w.absent]
    if not present:
        return tuple(found)
    usual = sum(present) / len(present)
    # A word that no article holds is often one that they say otherwise; only what is asked for must be there.
    return tuple(replace(w, weight=min(w.weight, usual)) if w.absent and not w.slot.focus else w for w in found)


def covered(slot: Slot, terms: frozenset[str] | set[str]) -> bool:
    """Whether any reading of the slot is among the terms."""
    return any(key in terms for key in slot.keys)


def _score(
    question: Question,
    slots: Sequence[Weighted],
    chunks: Sequence[StoredChunk],
    dense: Mapping[int, float],
    infos: Mapping[int, SourceInfo],
) -> list[Hit]:
    keys = {key for weighted in slots for key in weighted.slot.keys}
    total = sum(w.weight for w in slots) or 1.0
    sentences = {c.chunk_id: [frozenset(line.split()) for line in c.terms] for c in chunks}
    by_file: dict[int, set[str]] = defaultdict(set)
    for chunk in chunks:
        for said in sentences[chunk.chunk_id]:
            by_file[chunk.file_id] |= said & keys
    hits: list[Hit] = []
    for chunk in chunks:
        terms = sentences[chunk.chunk_id]
        whole = frozenset().union(*terms) & keys if terms else frozenset[str]()
        scores = tuple(
            _sentence(slots, terms, at, whole, by_file[chunk.file_id]) / total + _typed(question, chunk, at, terms[at])
            for at in range(len(terms))
        )
        if not scores:
            continue
        best = max(range(len(scores)), key=scores.__getitem__)
        cover = sum(w.weight for w in slots if covered(w.slot, whole)) / total
        score = scores[best] + _CHUNK_SHARE * cover + _DENSE_SHARE * max(dense.get(chunk.chunk_id, 0.0), 0.0)
        hits.append(Hit(chunk, infos[chunk.file_id], score, chunk.sentences[best], scores))
    hits.sort(key=lambda hit: (-hit.score, hit.info.source, hit.chunk.start))
    return hits


def _sentence(
    slots: Sequence[Weighted],
    sentences: Sequence[frozenset[str]],
    at: int,
    chunk: frozenset[str],
    article: set[str],
) -> float:
    """How much of the question one sentence covers, itself and by what stands around it."""
    score = 0.0
    for weighted in slots:
        keys = weighted.slot.keys
        if any(k in sentences[at] for k in keys):
            share = 1.0
        elif any(k in chunk for k in keys):
            beside = sentences[max(0, at - 1) : at + 2]
            share = _BESIDE if any(k in terms for terms in beside for k in keys) else _IN_CHUNK
        else:
            share = _IN_ARTICLE if any(k in article for k in keys) else 0.0
        score += share * weighted.weight
    return score


_DIGIT = re.compile(r"\d")


def _typed(question: Question, chunk: StoredChunk, at: int, terms: frozenset[str]) -> float:
    """A little more for a sentence that holds the kind of thing asked for."""
    if question.kind in NUMERIC:
        return _TYPE_SHARE if any(k[0] == "v" and k not in question.keys for k in terms) else 0.0
    if question.kind == "date":
        span: Span = chunk.sentences[at]
        text = chunk.text[span.start - chunk.start : span.end - chunk.start]
        return _TYPE_SHARE if _DIGIT.search(text) else 0.0
    if question.kind in {"who", "where"}:
        return _TYPE_SHARE if any(k[0] == "n" and k not in question.keys for k in terms) else 0.0
    return 0.0


def _enough(hits: Sequence[Hit]) -> list[Hit]:
    """At least `PASSAGES` passages, and on until `FILES` files are among them."""
    found: list[Hit] = []
    files: set[int] = set()
    for hit in hits:
        if len(found) >= PASSAGES and len(files) >= FILES:
            break
        found.append(hit)
        files.add(hit.info.file_id)
    return found
