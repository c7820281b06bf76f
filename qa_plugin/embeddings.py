"""The built-in embedder: a text's terms, weighted and hashed into a vector. No download, no model, deterministic.

Concepts and names are the same terms in every language, so a question meets an article across scripts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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


_OTHER_WEIGHT = 0.4
_BLOCK = 256
"""How many texts are summed up at a time; the sums of all at once could fill the memory."""


_MAX_DIGESTS = 200_000


class _Digests(dict[str, int]):
    """What decides where each term stands in the vector; a plain table, which costs the garbage collector nothing."""

    def __missing__(self, key: str) -> int:
        if len(self) >= _MAX_DIGESTS:
            self.clear()
        self[key] = found = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")
        return found


_DIGESTS = _Digests()


def embed_terms(texts: Iterable[Sequence[Term]]) -> NDArray[np.float32]:
    """Vectors of unit length, one row per list of terms; a text without any term gets the first axis.

    A word that stands for several concepts gives each a part of its weight.
    """
    import numpy as np

    rows = list(texts)
    vectors: NDArray[np.float32] = np.zeros((len(rows), DIMENSION), dtype=np.float32)
    for at in range(0, len(rows), _BLOCK):
        vectors[at : at + _BLOCK] = _sums(rows[at : at + _BLOCK])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[lengths[:, 0] == 0, 0] = 1.0
    lengths[lengths == 0] = 1.0
    vectors /= lengths
    return vectors


def _sums(rows: Sequence[Sequence[Term]]) -> NDArray[np.float64]:
    """The sum of each row's terms: every term stands in two places with a sign each, so that two seldom meet."""
    import numpy as np

    digests: list[int] = []
    amounts: list[float] = []
    lengths: list[int] = []
    for terms in rows:
        weights = _weights(terms)
        digests += map(_DIGESTS.__getitem__, weights)
        amounts += [_WEIGHTS.get(key[0], _OTHER_WEIGHT) * math.log1p(weight) for key, weight in weights.items()]
        lengths.append(len(weights))
    digest, amount = np.array(digests, dtype=np.uint64), np.array(amounts)
    base = np.repeat(np.arange(len(rows)) * DIMENSION, lengths)
    sums = np.zeros(len(rows) * DIMENSION)
    for place_at, sign_at in ((0, 62), (20, 63)):
        places = base + (digest >> np.uint64(place_at)).astype(np.int64) % DIMENSION
        signs = (digest >> np.uint64(sign_at) & np.uint64(1)).astype(np.float64) * 2 - 1
        sums += np.bincount(places, weights=signs * amount, minlength=len(sums))
    return sums.reshape(len(rows), DIMENSION)


def _weights(terms: Sequence[Term]) -> dict[str, float]:
    readings_at = [(start, key[0]) for key, start, _ in terms]
    readings = Counter(readings_at)
    weights: defaultdict[str, float] = defaultdict(float)
    for term, place in zip(terms, readings_at, strict=True):
        weights[term.key] += 1.0 / readings[place]
    return weights


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
