"""The built-in embedder: a text's terms, weighted and hashed into a vector. No download, no model, deterministic.

Concepts and names are the same terms in every language, so a question meets an article across scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qa_plugin.language import lexicon
from qa_plugin.language.parts import RECORD, Part, beginning, parts, pieces
from qa_plugin.language.terms import VERSION as TERMS_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

DIMENSION = 512
VERSION = "2"
_WEIGHTS = {"c": 1.0, "n": 0.8, "v": 0.7, "s": 0.4, "f": 0.15, "g": 0.15}
_OTHER_WEIGHT = 0.4
_BLOCK = 256
"""How many texts are summed up at a time; the sums of all at once could fill the memory."""


def _whole(text: str, language: str) -> bytes:
    """The records of a text: its terms, its small words, its telling marks."""
    found = parts(text, language)
    records = [part.terms for part in found] + [part.small for part in found]
    return b"".join(records) + beginning(text, language)


def _of_sentences(text: str, language: str, sentences: Iterable[Sequence[Part]]) -> bytes:
    """The records of a text whose terms are those of its sentences."""
    terms = [part.terms for sentence in sentences for part in sentence]
    small = [part.small for part in pieces(text, language)]
    return b"".join(terms + small) + beginning(text, language)


def embed_sentences(texts: Iterable[tuple[str, str, Iterable[Sequence[Part]]]]) -> NDArray[np.float32]:
    """Vectors of passages, each given with its language and the parts of its sentences."""
    return _vectors([_of_sentences(*text) for text in texts])


def _vectors(texts: Sequence[bytes]) -> NDArray[np.float32]:
    """Vectors of unit length, one row per text; a text without any term gets the first axis."""
    import numpy as np

    vectors: NDArray[np.float32] = np.zeros((len(texts), DIMENSION), dtype=np.float32)
    for at in range(0, len(texts), _BLOCK):
        vectors[at : at + _BLOCK] = _sums(texts[at : at + _BLOCK])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[lengths[:, 0] == 0, 0] = 1.0
    lengths[lengths == 0] = 1.0
    vectors /= lengths
    return vectors


def _sums(texts: Sequence[bytes]) -> NDArray[np.float64]:
    """The sum of each text's terms: every term stands in two places with a sign each, so that two seldom meet."""
    import numpy as np

    records = np.frombuffer(b"".join(texts), dtype=RECORD)
    row = np.repeat(np.arange(len(texts)), [len(text) // records.itemsize for text in texts])
    # By text, then by term; in the order of the text where both are the same, so that sums come out the same too.
    order = np.lexsort((records["digest"], row))
    records, row = records[order], row[order]
    digest = records["digest"]
    first = np.flatnonzero(np.append(True, (digest[1:] != digest[:-1]) | (row[1:] != row[:-1]))[: len(row)])
    shares = np.add.reduceat(records["share"], first) if len(first) else records["share"]
    digest, base = digest[first], row[first] * DIMENSION
    amount = _weights_by_letter()[records["kind"][first]] * np.log1p(shares)
    sums = np.zeros(len(texts) * DIMENSION)
    for place_at, sign_at in ((0, 62), (20, 63)):
        places = base + (digest >> np.uint64(place_at)).astype(np.int64) % DIMENSION
        signs = (digest >> np.uint64(sign_at) & np.uint64(1)).astype(np.float64) * 2 - 1
        sums += np.bincount(places, weights=signs * amount, minlength=len(sums))
    return sums.reshape(len(texts), DIMENSION)


def _weights_by_letter() -> NDArray[np.float64]:
    import numpy as np

    weights = np.full(128, _OTHER_WEIGHT)
    for letter, weight in _WEIGHTS.items():
        weights[ord(letter)] = weight
    return weights


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
        return _vectors([_whole(text, self._detect(text)) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        vector: NDArray[np.float32] = self.embed_documents([text])[0]
        return vector
