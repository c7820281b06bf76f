"""Records to rows of the catalogue and back, and what is refused on the way in."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from qa_plugin.errors import StoreDamaged, StoreError
from qa_plugin.records import Article, FileState, IndexedArticle, IndexedChunk, SourceInfo, Span, StoredChunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORTEST_LENGTH = 1e-6


class IndexState(NamedTuple):
    """What the catalogue remembers of the vector index beside it."""

    directory: str | None = None
    """The folder under the store, or None where no index was built."""
    generation: int = -1
    """The generation of the catalogue that the index agrees with."""
    files: Mapping[str, tuple[int, int]] = {}
    """Size and modification time of each file of the directory when it was closed."""
    deleted: int = 0
    """Vectors taken out since the index was last built whole; their space is never freed."""
    doubt: str = ""
    """Why the index must not be trusted although the rest agrees."""
    unfit: bool = False
    """Whether Chroma did not find its vectors at this generation, so that there is none and none is to be tried."""

    def to_json(self) -> str:
        """The value in the catalogue."""
        return json.dumps(self._asdict())

    @classmethod
    def from_json(cls, value: str | None) -> IndexState:
        """Read the value; an unreadable one counts as no index."""
        if value is None:
            return cls()
        try:
            found = json.loads(value)
            found["files"] = {name: (size, time) for name, (size, time) in found["files"].items()}
            return cls(**found)
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()


def unit_vector(vector: Any, *, dimension: int | None) -> NDArray[np.float32]:  # noqa: ANN401 - sequence or array
    """A vector as float32 of unit length.

    Raises:
        StoreError: It is not one-dimensional, not of the index's dimension, not finite, or of no length.
    """
    import numpy as np

    try:
        array = np.asarray(vector, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise StoreError(f"A vector is not a list of numbers ({error}); check the embedder.") from error
    if array.ndim != 1 or array.size == 0:
        raise StoreError(f"A vector has the shape {array.shape}, one dimension is needed; check the embedder.")
    if dimension is not None and array.size != dimension:
        raise StoreError(
            f"A vector has {array.size} dimensions, those in the index have {dimension}: "
            "the embedder is not the one that the index was made with."
        )
    length = float(np.linalg.norm(array.astype(np.float64)))
    if not math.isfinite(length):
        raise StoreError("A vector holds a value that is not a finite number; check the embedder.")
    if length < _SHORTEST_LENGTH:
        raise StoreError("A vector has no length, so it has no direction to compare; check the embedder.")
    return (array / np.float32(length)).astype(np.float32)


def file_values(root_id: int, indexed: IndexedArticle) -> tuple[Any, ...]:
    """The row of `files` without its id."""
    article = indexed.article
    encoded = _encoded(article.text, article.source)
    _encoded(article.source, ascii(article.source))
    return (
        root_id,
        article.source,
        indexed.content_hash,
        indexed.size,
        indexed.modified_ns,
        article.encoding,
        article.language,
        article.title,
        article.published,
        json.dumps(article.credits, ensure_ascii=False),
        json.dumps(article.body),
        article.text,
        len(article.text),  # SQLite's own length() ends at a NUL
        zlib.crc32(encoded),
    )


def _encoded(text: str, source: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise StoreError(
            f"The text or name of {source} holds half a surrogate pair at {error.start}; it cannot be stored."
        ) from error


def chunk_values(
    file_id: int, ordinal: int, indexed: IndexedChunk, dimension: int | None
) -> tuple[tuple[Any, ...], int]:
    """The row of `chunks` without its id, and the dimension of its vector."""
    chunk = indexed.chunk
    if len(indexed.terms) != len(chunk.sentences):
        raise StoreError(
            f"A chunk has {len(chunk.sentences)} sentences but terms for {len(indexed.terms)}; "
            "each sentence needs one string of terms."
        )
    vector = unit_vector(indexed.vector, dimension=dimension)
    row = (
        file_id,
        ordinal,
        chunk.start,
        chunk.end,
        chunk.tokens,
        json.dumps(chunk.sentences),
        "\n".join(" ".join(terms.split()) for terms in indexed.terms),
        vector.tobytes(),
    )
    return row, int(vector.size)


def state_of(source: str, content_hash: str, size: int, modified_ns: int) -> FileState:
    """A file's state from its columns."""
    return FileState(source=source, content_hash=content_hash, size=size, modified_ns=modified_ns)


def checked_text(text: str, checksum: int, source: str) -> str:
    """The text, if it is still the one that was stored.

    Raises:
        StoreDamaged: It is not: SQLite itself does not notice a changed byte inside a text.
    """
    if zlib.crc32(text.encode()) != checksum:
        raise StoreDamaged(
            f"The text of {source} in the index is not the one that was stored. "
            "Delete the index folder and run `qa-plugin index PATH` to make it anew."
        )
    return text


def article_of(row: Sequence[Any]) -> Article:
    """An article from `source, encoding, language, title, published, credits, body, text, text_checksum`."""
    source, encoding, language, title, published, credits_json, body, text, checksum = row
    return Article(
        source=source,
        text=checked_text(text, checksum, source),
        encoding=encoding,
        language=language,
        title=title,
        published=published,
        credits=tuple(_parsed(credits_json)),
        body=_spans(body),
    )


def info_of(row: Sequence[Any]) -> SourceInfo:
    """A listing from `id, path, source, language, title, published, credits, characters, chunks`."""
    file_id, root, source, language, title, published, credits_json, characters, chunks = row
    return SourceInfo(
        file_id=file_id,
        root=root,
        source=source,
        language=language,
        title=title,
        published=published,
        credits=tuple(_parsed(credits_json)),
        characters=characters,
        chunks=chunks,
    )


def chunk_of(row: Sequence[Any], text: str) -> StoredChunk:
    """A chunk from `id, file_id, ordinal, start, end, sentences, terms` and its file's text."""
    chunk_id, file_id, ordinal, start, end, sentences_json, terms = row
    sentences = _spans(sentences_json)
    return StoredChunk(
        chunk_id=chunk_id,
        file_id=file_id,
        ordinal=ordinal,
        start=start,
        end=end,
        text=text[start:end],
        sentences=sentences,
        terms=tuple(terms.split("\n")) if sentences else (),
    )


def _spans(value: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in _parsed(value))


def _parsed(value: str) -> list[Any]:
    try:
        found = json.loads(value)
    except ValueError as error:
        raise StoreDamaged(
            f"The index holds a value that it cannot have stored ({error}). "
            "Delete the index folder and run `qa-plugin index PATH` to make it anew."
        ) from error
    return list(found)
