"""The built-in embedder: a text's terms, weighted and hashed into a vector. No download, no model, deterministic.

Concepts and names are the same terms in every language, so a question meets an article across scripts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from qa_plugin.language import lexicon
from qa_plugin.language.folding import fold
from qa_plugin.language.terms import VERSION as TERMS_VERSION
from qa_plugin.language.terms import Term, find_function_words, find_terms

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

DIMENSION = 512
VERSION = "2"
_WEIGHTS = {"c": 1.0, "n": 0.8, "v": 0.7, "s": 0.4, "f": 0.15}


@lru_cache(maxsize=500_000)
def _places(key: str) -> tuple[tuple[int, float], ...]:
    """Where a term stands in the vector: two places with a sign each, so that two terms seldom fall together."""
    digest = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")
    weight = _WEIGHTS.get(key[:1], 0.4)
    first, second = digest % DIMENSION, (digest >> 20) % DIMENSION
    return (
        (first, weight if digest >> 62 & 1 else -weight),
        (second, weight if digest >> 63 & 1 else -weight),
    )


def embed_terms(texts: Iterable[Sequence[Term]]) -> NDArray[np.float32]:
    """Vectors of unit length, one row per list of terms; a text without any term gets the first axis.

    A word that stands for several concepts gives each a part of its weight.
    """
    import numpy as np

    rows = list(texts)
    vectors: NDArray[np.float32] = np.zeros((len(rows), DIMENSION), dtype=np.float32)
    for row, terms in zip(vectors, rows, strict=True):
        readings = Counter((term.start, term.key[0]) for term in terms)
        weights: dict[str, float] = {}
        for term in terms:
            weights[term.key] = weights.get(term.key, 0.0) + 1.0 / readings[term.start, term.key[0]]
        for key, weight in weights.items():
            amount = math.log1p(weight)
            for place, sign in _places(key):
                row[place] += sign * amount
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[lengths[:, 0] == 0, 0] = 1.0
    lengths[lengths == 0] = 1.0
    vectors /= lengths
    return vectors


def _all_terms(text: str, language: str) -> list[Term]:
    folded = fold(text)
    return [*find_terms(folded, language), *find_function_words(folded, language)]


class BuiltInEmbedder:
    """The default embedder; `detect` tells the language of a text."""

    name = "built-in"
    dimension = DIMENSION
    costs = False
    destination = "this machine"

    def __init__(self, detect: Callable[[str], str]) -> None:
        self._detect = detect

    @property
    def fingerprint(self) -> str:
        """What the vectors depend on."""
        return f"built-in {VERSION} terms {TERMS_VERSION} lexicon {lexicon.version()}"

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages."""
        return embed_terms(_all_terms(text, self._detect(text)) for text in texts)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        vector: NDArray[np.float32] = self.embed_documents([text])[0]
        return vector
