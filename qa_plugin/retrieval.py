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

from qa_plugin.language.candidates import find_candidates, read_sentence
from qa_plugin.language.folding import fold_text
from qa_plugin.language.questions import NUMERIC, TYPED, Question, Slot, Weighted, gives
from qa_plugin.records import Hit, Scope, SourceInfo, Span, StoredChunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEXICAL_LIMIT = 200
DENSE_LIMIT = 60
PASSAGES, FILES = 20, 10
"""A ranking holds at least this many passages, and goes on until this many files are in it."""

# Shares of a question word's weight by where it is found; tuned by `python -m eval`, never to single questions.
_BESIDE, _IN_CHUNK, _IN_ARTICLE = 0.8, 0.7, 0.6
_DENSE_SHARE, _STATEMENT_SHARE = 0.3, 1.0
"""What the vectors' similarity adds: little for a question, as much as the words for a statement to search by."""
_CHUNK_SHARE, _ARTICLE_SHARE, _TYPE_SHARE = 0.05, 0.1, 0.06
_KIND_WEIGHTS = {"c": 1.0, "n": 1.0, "v": 0.8, "s": 0.8}
_FOCUS_WEIGHT = 1.4
_LEAST_COUNT = 200
"""Passages that rarity is reckoned by at least: in a folder of five articles a word of three still says much."""


_CLOSE = 30
"""Passages that are read for typed answers."""
_HEADLINE, _MARKED = 0.15, 0.15
_CLOSE_SHARE, _CLOSE_WEIGHT, _CLOSE_CAP = 0.5, 1.0, 0.6


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
    hits = _read_closely(question, slots, hits)
    return Ranking(tuple(_enough(hits)), slots, according)


def weigh(slots: Sequence[Slot], frequencies: Mapping[str, int], count: int) -> tuple[Weighted, ...]:
    """The weight of each slot: rare words say more, and of several readings the rarer one."""
    found: list[Weighted] = []
    for slot in slots:
        held = [frequencies.get(key, 0) for key in slot.keys]
        factor = _FOCUS_WEIGHT if slot.focus else 1.0
        weights = tuple(
            max(factor * _KIND_WEIGHTS.get(key[:1], 0.5) * math.log(1 + (count - n + 0.5) / (n + 0.5)), 0.05)
            for key, n in zip(slot.keys, held, strict=True)
        )
        present = [w for w, n in zip(weights, held, strict=True) if n]
        found.append(Weighted(slot, min(present) if present else max(weights), not present, weights))
    usual = [w.weight for w in found if not w.absent]
    if not usual:
        return tuple(found)
    mean = sum(usual) / len(usual)
    # A word that no article holds is often one that they say otherwise; only what is asked for must be there.
    return tuple(replace(w, weight=min(w.weight, mean)) if w.absent and not w.slot.focus else w for w in found)


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
        for terms in sentences[chunk.chunk_id]:
            by_file[chunk.file_id] |= terms & keys
    hits: list[Hit] = []
    dense_share = _STATEMENT_SHARE if question.kind == "other" else _DENSE_SHARE
    for chunk in chunks:
        lines = sentences[chunk.chunk_id]
        whole = frozenset().union(*lines) & keys if lines else frozenset[str]()
        scores = tuple(
            _sentence(slots, lines, at, whole, by_file[chunk.file_id]) / total + _typed(question, chunk, at, lines[at])
            for at in range(len(lines))
        )
        if not scores:
            continue
        best = max(range(len(scores)), key=scores.__getitem__)
        cover = sum(w.said_by(whole) for w in slots) / total
        article = sum(w.said_by(by_file[chunk.file_id]) for w in slots) / total
        score = (
            scores[best]
            + _CHUNK_SHARE * cover
            + _ARTICLE_SHARE * article
            + dense_share * max(dense.get(chunk.chunk_id, 0.0), 0.0)
        )
        said = frozenset(by_file[chunk.file_id])
        hits.append(Hit(chunk, infos[chunk.file_id], score, chunk.sentences[best], scores, said))
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
    beside = frozenset().union(*sentences[max(0, at - 1) : at + 2])
    for weighted in slots:
        own = weighted.said_by(sentences[at])
        around = max(
            _BESIDE * weighted.said_by(beside),
            _IN_CHUNK * weighted.said_by(chunk),
            _IN_ARTICLE * weighted.said_by(article),
        )
        score += max(own, around)
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


def _read_closely(question: Question, slots: Sequence[Weighted], hits: list[Hit]) -> list[Hit]:
    """Rank the first passages anew by whether a sentence of theirs holds what was asked for, near what was asked of."""
    if not hits:
        return hits
    least = _CLOSE_SHARE * max(max(hit.sentence_scores) for hit in hits)
    read: list[Hit] = []
    for hit in hits[:_CLOSE]:
        best, gain = hit.best, 0.0
        closest = -1.0
        for span, score in zip(hit.chunk.sentences, hit.sentence_scores, strict=True):
            found = score + (_holds(question, slots, hit, span, score) if score >= least else 0.0)
            if found > closest:
                closest, best = found, span
        gain = closest - max(hit.sentence_scores)
        read.append(replace(hit, score=hit.score + gain, best=best))
    read.sort(key=lambda hit: (-hit.score, hit.info.source, hit.chunk.start))
    return [*read, *hits[_CLOSE:]]


def _holds(question: Question, slots: Sequence[Weighted], hit: Hit, span: Span, score: float) -> float:
    """What a typed answer in the sentence adds to its score."""
    text = hit.chunk.text[span.start - hit.chunk.start : span.end - hit.chunk.start]
    # The headline names what the article is about, and seldom says what one would ask.
    loss = _HEADLINE if text == hit.info.title else 0.0
    if question.kind not in TYPED:
        return (_MARKED if gives(question.kind, fold_text(text), hit.info.language) else 0.0) - loss
    sentence = read_sentence(hit.info.file_id, span, text, hit.info.language, score)
    fits = [candidate.fit - score for candidate in find_candidates(question, slots, sentence)]
    return (_CLOSE_WEIGHT * max(min(max(fits), _CLOSE_CAP), 0.0) if fits else 0.0) - loss


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
