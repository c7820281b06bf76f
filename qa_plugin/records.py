"""The values that pass between the rooms: frozen, without I/O, importing nothing of ours.

Offsets everywhere count Unicode code points in the file's bytes decoded by the encoding rule
(`qa_plugin.articles.files`), so that `text[start:end]` is what a record speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qa_plugin.usage import Usage as Usage


class Span(NamedTuple):
    """A half-open range of code points in a text."""

    start: int
    end: int


# ---------------------------------------------------------------- articles → chunks → store


@dataclass(frozen=True, slots=True)
class Article:
    """One file as read: its unaltered text and what the text says of itself."""

    source: str
    """Path relative to its root, with `/`."""
    text: str
    encoding: str
    language: str
    """ISO 639-1 code, or `und`."""
    title: str | None
    published: str | None
    """ISO date, where the text gives a whole one."""
    credits: tuple[str, ...]
    """Agencies and outlets that the text credits as its source, by their English names where known."""
    body: tuple[Span, ...]
    """The paragraphs that are article and not site boilerplate, in order."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences of one article, packed under a token budget."""

    start: int
    end: int
    sentences: tuple[Span, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with what it is found by: the terms of each sentence, and its vector."""

    chunk: Chunk
    terms: tuple[str, ...]
    """One string per sentence: its search terms, parted by spaces."""
    vector: tuple[float, ...] | Any
    """A one-dimensional float32 array of unit length."""


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """All that the catalogue keeps of one article."""

    article: Article
    content_hash: str
    size: int
    modified_ns: int
    chunks: tuple[IndexedChunk, ...]


@dataclass(frozen=True, slots=True)
class FileState:
    """What the catalogue knows of a file, to tell whether it changed."""

    source: str
    content_hash: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A file in the index, as `sources` lists it."""

    file_id: int
    root: str
    """Absolute path of the folder (or file) that was given to `index`."""
    source: str
    language: str
    title: str | None
    published: str | None
    credits: tuple[str, ...]
    characters: int
    chunks: int
    copies: tuple[str, ...] = ()
    """The other files that are the same report, as answers name them; only `sources` fills this and the next."""
    translations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as it comes back from the catalogue."""

    chunk_id: int
    file_id: int
    ordinal: int
    """Place among the chunks of its file, from 0."""
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    terms: tuple[str, ...]


class ChunkTerms(NamedTuple):
    """The search terms of a chunk without its text."""

    chunk_id: int
    file_id: int
    terms: tuple[str, ...]
    """One string for each sentence; empty where the chunk has no sentences."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the index a question is asked of; None means no limit."""

    roots: tuple[str, ...] | None = None
    language: str | None = None
    source_glob: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    without: tuple[int, ...] = ()
    """Ids of files to leave out."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What bringing the index in line did."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    """Source and reason of each file that could not be read."""
    empty: tuple[str, ...] = ()
    """Files that were read but hold no article text, whether added, changed or unchanged."""
    usage: Usage = field(default_factory=Usage)
    """What an embedder that costs was sent."""

    def __add__(self, other: IndexReport) -> IndexReport:
        """The report of both."""
        return IndexReport(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
            self.failed + other.failed,
            self.empty + other.empty,
            self.usage + other.usage,
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON that `index --json` prints."""
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "removed": list(self.removed),
            "unchanged": self.unchanged,
            "failed": [{"source": source, "reason": reason} for source, reason in self.failed],
            "empty": list(self.empty),
            "usage": _fields(self.usage, "embedding_tokens", "cost_usd"),
        }


# ---------------------------------------------------------------- retrieval → answer → verification


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved passage with its article's metadata."""

    chunk: StoredChunk
    info: SourceInfo
    score: float
    best: Span
    """The sentence that fits the question best, as offsets in the file."""
    sentence_scores: tuple[float, ...] = ()
    article_keys: frozenset[str] = frozenset()
    """The question's search terms that its article holds anywhere."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that a claim rests on, by its place in a file."""

    file_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim before it is checked."""

    text: str
    evidence: tuple[Evidence, ...]
    value: float | None = None
    """The number that the claim states, where it is an answer of that kind."""
    attributed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer proposes; nothing of it is printed before verification."""

    status: str
    claims: tuple[DraftClaim, ...] = ()
    conflicting: tuple[DraftClaim, ...] = ()
    """Positions, where the sources disagree; these are then the answer."""
    history: tuple[DraftClaim, ...] = ()
    confidence: float = 0.0
    about: str = ""
    dropped: tuple[tuple[str, str], ...] = ()
    """Text and reason of what could not even be drafted."""


# ---------------------------------------------------------------- the answer


@dataclass(frozen=True, slots=True)
class Claim:
    """A printed statement and the ids of the citations that carry it."""

    text: str
    citations: tuple[int, ...]
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote cut from a file: `text[start:end] == quote`."""

    id: int
    source: str
    language: str
    quote: str
    start: int
    end: int
    title: str | None = None
    published: str | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """One side of a disagreement, or a former state of a count."""

    statement: str
    value: float | None
    attributed_to: str | None
    citations: tuple[int, ...]
    independent_sources: int = 1
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the sources disagree about, with every position."""

    about: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One line of the ranking."""

    source: str
    start: int
    end: int
    best: tuple[int, int]
    score: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A passage found by `search`."""

    source: str
    start: int
    end: int
    best: tuple[int, int]
    text: str
    score: float
    language: str
    title: str | None
    published: str | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON that `search --json` prints for it."""
        return _fields(self, *self.__slots__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer; `to_dict` is the JSON of every door."""

    question: str
    question_language: str
    status: str
    """`answered`, `conflicting`, `not_in_sources`, or `error` (only in batches)."""
    text: str
    confidence: float = 0.0
    claims: tuple[Claim, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    history: tuple[Position, ...] = ()
    independent_sources: int = 0
    near: tuple[Citation, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    mode: str = "extractive"
    model: str | None = None
    prompt_hash: str | None = None
    warnings: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    timings_ms: dict[str, float] = field(default_factory=dict)
    error: tuple[str, str] | None = None
    """Kind and message, where the status is `error`."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the contract."""
        found: dict[str, Any] = {
            "question": self.question,
            "question_language": self.question_language,
            "status": self.status,
            "answer": self.text,
            "confidence": round(self.confidence, 4),
            "claims": [_fields(c, *c.__slots__) for c in self.claims],
            "dropped": [{"text": text, "reason": reason} for text, reason in self.dropped],
            "citations": [_citation(c) for c in self.citations],
            "conflicts": [{"about": c.about, "positions": [_position(p) for p in c.positions]} for c in self.conflicts],
            "history": [_former(p) for p in self.history],
            "independent_sources": self.independent_sources,
            "near": [_citation(c) for c in self.near],
            "retrieved": [_retrieved(r) for r in self.retrieved],
            "mode": self.mode,
            "model": self.model,
            "prompt_hash": self.prompt_hash,
            "warnings": list(self.warnings),
            "usage": self.usage.to_dict(),
            "timings_ms": self.timings_ms,
        }
        if self.error is not None:
            found["error"] = {"kind": self.error[0], "message": self.error[1]}
        return found


def _fields(value: object, *names: str) -> dict[str, Any]:
    found = {name: getattr(value, name) for name in names}
    return {name: list(field) if isinstance(field, tuple) else field for name, field in found.items()}


def _citation(citation: Citation) -> dict[str, Any]:
    return _fields(citation, *citation.__slots__)


def _position(position: Position) -> dict[str, Any]:
    return _fields(position, "statement", "value", "attributed_to", "citations", "independent_sources")


def _former(position: Position) -> dict[str, Any]:
    return _fields(position, "statement", "value", "published", "citations")


def _retrieved(line: Retrieved) -> dict[str, Any]:
    return _fields(line, *line.__slots__) | {"score": round(line.score, 6)}
