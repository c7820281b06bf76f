"""The order of the steps from a question to its ranked passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from qa_plugin.language.questions import Question, Weighted
from qa_plugin.records import ChunkTerms, Hit, Scope, SourceInfo, StoredChunk
from qa_plugin.retrieval import shares
from qa_plugin.retrieval.coverage import Coverage, Postings, cover, score_sentences
from qa_plugin.retrieval.reading import read_closely
from qa_plugin.retrieval.variety import Said, varied
from qa_plugin.retrieval.weights import weigh

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Item = TypeVar("Item")


class Searchable(Protocol):
    """What retrieval needs of the store."""

    def postings(self) -> Postings:
        """Where the terms stand, over the whole index."""
        ...

    def files_in(self, scope: Scope) -> list[int] | None:
        """The ids of the files in a scope; None where it does not limit."""
        ...

    def nearest(self, vector: NDArray[np.float32], limit: int, scope: Scope) -> list[tuple[int, float]]:
        """Chunk ids and cosine similarities, best first."""
        ...

    def chunk_terms(self, ids: Sequence[int]) -> list[ChunkTerms]:
        """The terms of chunks, in the order asked; those that are gone are left out."""
        ...

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Chunks in the order asked; those that are gone are left out."""
        ...

    def infos(self, file_ids: Iterable[int]) -> dict[int, SourceInfo]:
        """What is known of these files, without those that are gone."""
        ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranked passages and the weights they were ranked by."""

    hits: tuple[Hit, ...]
    slots: tuple[Weighted, ...]
    according: tuple[Weighted, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A passage before its text is read."""

    chunk_id: int
    file_id: int
    score: float
    best: int
    best_terms: str
    sentence_scores: tuple[float, ...]


def retrieve(
    question: Question,
    vector: NDArray[np.float32],
    store: Searchable,
    scope: Scope,
    *,
    passages: int = shares.PASSAGES,
    worded: bool = False,
) -> Ranking:
    """Rank the passages of the scope by how well they answer the question, best first.

    At least `passages` of them where there are as many, and on until `FILES` files are among them.

    Args:
        question: What is asked.
        vector: The same, embedded.
        store: The index.
        scope: The part of it that is looked at.
        passages: How many are wanted.
        worded: Only passages that hold something of the question, be it in other words or another language. Vectors of
            meaning find what shares no word; those of the built-in embedder find chance likenesses.
    """
    postings = store.postings()
    asked = (*question.slots, *question.according)
    frequencies = {key: len(postings.of(key)) for slot in asked for key in (*slot.keys, *slot.near, *slot.sounds)}
    count = max(len(postings.chunk_ids), shares.LEAST_COUNT)
    slots = weigh(question.slots, frequencies, count)
    according = weigh(question.according, frequencies, count)
    every = (*slots, *according)
    total = sum(weighted.weight for weighted in every) or 1.0
    coverage = cover(every, postings, total)
    lexical = _put_forward(coverage, postings, store.files_in(scope), passages)
    dense = dict(store.nearest(vector, shares.DENSE_LIMIT, scope)) if shares.DENSE_LIMIT else {}
    found = _known(store.chunk_terms(list(dict.fromkeys([*lexical, *dense]))), postings)
    if worded:
        found = _holding(found, coverage, postings)
    scored = _score(question, every, found, coverage, postings, dense, total) if found else []
    infos = _infos(scored, store)
    scored = [s for s in scored if s.file_id in infos]
    said = (Said(s.file_id, infos[s.file_id].language, frozenset(s.best_terms.split())) for s in scored)
    order = varied(said, len(scored), files=shares.READ)
    chosen = _enough([scored[at] for at in order], max(passages, shares.READ), lambda s: s.file_id)
    hits = _hits(chosen, infos, every, postings, store)
    hits = [*_vary(read_closely(question, slots, hits[: shares.READ])), *hits[shares.READ :]]
    return Ranking(tuple(_enough(hits, passages, lambda hit: hit.info.file_id)), slots, according)


def _known(found: Sequence[ChunkTerms], postings: Postings) -> list[ChunkTerms]:
    """The passages that have sentences, without those that a writer has added since the postings were read."""
    import numpy as np

    known = np.isin([passage.chunk_id for passage in found], postings.chunk_ids).tolist()
    return [passage for passage, is_known in zip(found, known, strict=True) if is_known and passage.terms]


def _holding(found: Sequence[ChunkTerms], coverage: Coverage, postings: Postings) -> list[ChunkTerms]:
    """The passages that hold any of the question."""
    import numpy as np

    places = np.searchsorted(postings.chunk_ids, [passage.chunk_id for passage in found])
    held = (coverage.passages[places] > 0).tolist()
    return [passage for passage, holds in zip(found, held, strict=True) if holds]


def _infos(scored: Sequence[_Scored], store: Searchable) -> dict[int, SourceInfo]:
    """What is known of each file, without those that a writer has removed meanwhile."""
    return store.infos(dict.fromkeys(s.file_id for s in scored))


def _put_forward(coverage: Coverage, postings: Postings, allowed: Sequence[int] | None, passages: int) -> list[int]:
    """The passages that hold most of the question, best first.

    Of those that hold the very same of its words only some, unless there would be fewer than `passages`.

    Args:
        coverage: What the passages of the whole index hold.
        postings: Where those passages stand.
        allowed: The files of the scope; None for all.
        passages: How many are wanted.
    """
    import numpy as np

    scores = coverage.passages + shares.ARTICLE_SHARE * coverage.articles[postings.file_of]
    scores[coverage.passages == 0] = 0.0
    if allowed is not None:
        scores[~np.isin(postings.file_ids, np.array(allowed, dtype=np.int64))[postings.file_of]] = 0.0
    found = np.flatnonzero(scores)
    found = found[np.argsort(-scores[found], kind="stable")]
    chosen: list[int] = []
    passed: list[int] = []
    alike: dict[int, int] = {}
    for place, pattern in zip(found.tolist(), coverage.pattern[found].tolist(), strict=True):
        if len(chosen) >= shares.LEXICAL_LIMIT:
            break
        alike[pattern] = alike.get(pattern, 0) + 1
        (chosen if alike[pattern] <= shares.ALIKE_LIMIT else passed).append(place)
    chosen += passed[: max(passages - len(chosen), 0)]
    ids: list[int] = postings.chunk_ids[chosen].tolist()
    return ids


def _score(
    question: Question,
    slots: Sequence[Weighted],
    passages: Sequence[ChunkTerms],
    coverage: Coverage,
    postings: Postings,
    dense: dict[int, float],
    total: float,
) -> list[_Scored]:
    import numpy as np

    places = np.searchsorted(postings.chunk_ids, [p.chunk_id for p in passages])
    files = postings.file_of[places]
    sentences = score_sentences(question, slots, passages, coverage.in_article[files], total)
    near = _nearness([dense.get(p.chunk_id) for p in passages])
    near *= shares.STATEMENT_SHARE if question.kind == "other" else shares.DENSE_SHARE
    best = np.maximum.reduceat(sentences.scores, sentences.starts)
    around = shares.CHUNK_SHARE * coverage.passages[places] + shares.ARTICLE_SHARE * coverage.articles[files]
    scores = (best + around + near).tolist()
    found: list[_Scored] = []
    for at, passage in enumerate(passages):
        start = int(sentences.starts[at])
        own = tuple(sentences.scores[start : start + len(passage.terms)].tolist())
        top = own.index(max(own))
        found.append(_Scored(passage.chunk_id, passage.file_id, scores[at], top, passage.terms[top], own))
    found.sort(key=lambda s: (-s.score, s.chunk_id))
    return found


def _nearness(similarities: Sequence[float | None]) -> NDArray[np.float64]:
    """Similarities on one scale for every embedder: from 0, as far as the last that the vectors found, to 1, the same.

    Some embedders give any two texts a cosine of 0.8; only what is above that says anything.
    """
    import numpy as np

    found = [similarity for similarity in similarities if similarity is not None]
    floor = max(min(found, default=0.0), 0.0)
    near = np.array([floor if similarity is None else similarity for similarity in similarities])
    nearness: NDArray[np.float64] = np.maximum(near - floor, 0.0) / max(1.0 - floor, 1e-6)
    return nearness


def _hits(
    scored: Sequence[_Scored],
    infos: Mapping[int, SourceInfo],
    slots: Sequence[Weighted],
    postings: Postings,
    store: Searchable,
) -> list[Hit]:
    """The scored passages with their texts and what is known of their files."""
    by_id = {s.chunk_id: s for s in scored}
    said = _said_in(dict.fromkeys(s.file_id for s in scored), slots, postings)
    hits: list[Hit] = []
    for chunk in store.chunks(list(by_id)):
        own, file_id = by_id[chunk.chunk_id], chunk.file_id
        best = chunk.sentences[own.best]
        hits.append(Hit(chunk, infos[file_id], own.score, best, own.sentence_scores, said[file_id]))
    return hits


def _vary(hits: Sequence[Hit]) -> list[Hit]:
    """The hits with what only repeats behind what does not."""
    said = (
        Said(h.info.file_id, h.info.language, frozenset(h.chunk.terms[h.chunk.sentences.index(h.best)].split()))
        for h in hits
    )
    return [hits[at] for at in varied(said, len(hits), files=shares.FILES)]


def _said_in(file_ids: Iterable[int], slots: Sequence[Weighted], postings: Postings) -> dict[int, frozenset[str]]:
    """The question's terms that each file holds anywhere."""
    import numpy as np

    wanted = list(file_ids)
    places = np.searchsorted(postings.file_ids, wanted)
    said: dict[int, set[str]] = {file_id: set() for file_id in wanted}
    for key in {key for weighted in slots for key, _ in weighted.readings}:
        holds = np.zeros(len(postings.file_ids) + 1, dtype=bool)  # the last place is of files not known
        holds[postings.file_of[postings.of(key)]] = True
        for at in np.flatnonzero(holds[places]).tolist():
            said[wanted[at]].add(key)
    return {file_id: frozenset(keys) for file_id, keys in said.items()}


def _enough(found: Sequence[Item], passages: int, file_of: Callable[[Item], int]) -> list[Item]:
    """The first `passages`, and on until `FILES` files are among them."""
    enough: list[Item] = []
    files: set[int] = set()
    for item in found:
        if len(enough) >= passages and len(files) >= shares.FILES:
            break
        enough.append(item)
        files.add(file_of(item))
    return enough
