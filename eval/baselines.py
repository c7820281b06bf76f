"""Other ways to rank the same passages, to stand beside the product's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.ranking import Passage, Ranker
from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.language.detection import detect
from qa_plugin.language.terms import keys
from qa_plugin.records import Span, StoredChunk
from qa_plugin.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]
    """From texts to vectors of unit length, one row each."""

DEPTH = 200
"""Passages in a ranking; ten files are among them in any collection of news."""
_SMALL = 1e-9
_WORD = re.compile(r"\w+")
_MODEL_FILES = ("config.json", "model.onnx", "tokenizer.json", "tokenizer_config.json", "vocab.txt")


class NotAtHandError(Exception):
    """A baseline needs what this machine does not have; the message says what."""


class Passages:
    """All passages of an index, with their sentences."""

    def __init__(self, store: Store) -> None:
        self.chunks: list[StoredChunk] = []
        self.sources: list[str] = []
        for info in store.sources():
            for chunk in store.chunks_of_file(info.file_id):
                self.chunks.append(chunk)
                self.sources.append(info.source)
        self.sentences: list[tuple[int, Span, str]] = [
            (at, span, chunk.text[span.start - chunk.start : span.end - chunk.start])
            for at, chunk in enumerate(self.chunks)
            for span in chunk.sentences
        ]
        """The place of each sentence's passage, its span, its text."""

    def texts(self) -> list[str]:
        """The text of each passage."""
        return [chunk.text for chunk in self.chunks]


def tf_idf(store: Store) -> Ranker:
    """Words as they are written, weighted by tf-idf, compared by cosine: what search knew before all else."""
    import numpy as np

    passages = Passages(store)
    counts = [Counter(_words(text)) for text in passages.texts()]
    held = Counter(word for count in counts for word in count)
    axes = {word: axis for axis, word in enumerate(held)}
    idf = np.array([np.log((1 + len(counts)) / (1 + number)) + 1 for number in held.values()])

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = np.zeros((len(texts), len(axes)), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word, number in Counter(_words(text)).items():
                if word in axes:
                    row[axes[word]] = (1 + np.log(number)) * idf[axes[word]]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, _SMALL)
        return vectors

    return by_vectors(passages, embed)


def chroma_default(store: Store) -> Ranker:
    """all-MiniLM-L6-v2, the model that Chroma embeds with where none is named.

    Raises:
        NotAtHandError: The model is not on this machine; it is never downloaded from here.
    """
    try:
        from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2
    except ImportError as error:
        raise NotAtHandError(f"not measured: {error}") from error
    folder = Path(ONNXMiniLM_L6_V2.DOWNLOAD_PATH) / ONNXMiniLM_L6_V2.EXTRACTED_FOLDER_NAME
    if missing := [name for name in _MODEL_FILES if not (folder / name).is_file()]:
        shown = str(folder).replace(str(Path.home()), "~")
        raise NotAtHandError(f"not measured: no {missing[0]} in {shown}, and nothing is downloaded for it")
    try:
        model: Any = ONNXMiniLM_L6_V2()
    except ValueError as error:
        raise NotAtHandError(f"not measured: {error}") from error
    return by_vectors(Passages(store), lambda texts: _rows(model(list(texts))))


def vectors_alone(store: Store) -> Ranker:
    """The built-in embedder by cosine and nothing else."""
    embedder = BuiltInEmbedder(detect)
    return by_vectors(Passages(store), embedder.embed_documents, sentences=False)


def bm25_of_terms(store: Store) -> Ranker:
    """BM25 (k1 1.2, b 0.75) over the search terms and nothing else."""
    import numpy as np

    passages = Passages(store)
    counts = [Counter(" ".join(chunk.terms).split()) for chunk in passages.chunks]
    lengths = np.array([count.total() for count in counts])
    norm = 1.2 * (0.25 + 0.75 * lengths / max(float(lengths.mean()), _SMALL))
    holders: dict[str, list[int]] = {}
    for at, count in enumerate(counts):
        for term in count:
            holders.setdefault(term, []).append(at)

    def rank(question: str) -> list[Passage]:
        scores = np.zeros(len(counts))
        for term in dict.fromkeys(keys(question, detect(question))):
            at = np.array(holders.get(term, ()), dtype=np.int64)
            often = np.array([counts[place][term] for place in at])
            idf = np.log1p((len(counts) - len(at) + 0.5) / (len(at) + 0.5))
            scores[at] += idf * often * 2.2 / (often + norm[at])
        best = [int(at) for at in np.argsort(-scores, kind="stable")[:DEPTH] if scores[at] > 0]
        return [Passage(passages.sources[at], float(scores[at])) for at in best]

    return rank


def by_vectors(passages: Passages, embed: Embed, *, sentences: bool = True) -> Ranker:
    """Passages by the cosine of their vectors with the question's, in each the sentence with the highest."""
    import numpy as np

    matrix = embed(passages.texts())
    of = np.array([at for at, _, _ in passages.sentences])
    inner = embed([text for _, _, text in passages.sentences]) if sentences else None

    def rank(question: str) -> list[Passage]:
        vector = embed([question])[0]
        scores = matrix @ vector
        near = inner @ vector if inner is not None else None
        found: list[Passage] = []
        for at in np.argsort(-scores, kind="stable")[:DEPTH]:
            best: Span | None = None
            if near is not None:
                own = np.flatnonzero(of == at)
                best = passages.sentences[own[np.argmax(near[own])]][1]
            found.append(Passage(passages.sources[at], float(scores[at]), best))
        return found

    return rank


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _rows(vectors: Any) -> NDArray[np.float32]:  # noqa: ANN401 - a list of arrays, or one
    import numpy as np

    found: NDArray[np.float32] = np.array(vectors, dtype=np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    found /= np.maximum(lengths, _SMALL)
    return found


BASELINES: tuple[tuple[str, Callable[[Store], Ranker]], ...] = (
    ("vectors and nothing else", vectors_alone),
    ("BM25 of the search terms and nothing else", bm25_of_terms),
    ("words, tf-idf", tf_idf),
    ("all-MiniLM-L6-v2, Chroma's default", chroma_default),
)
