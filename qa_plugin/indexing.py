"""Bringing the index in line with the files of a root: articles → text → chunks → embeddings → store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.articles.decoding import UnreadableFile
from qa_plugin.articles.documents import LANGUAGE_GIVEN, Documents, GivenDocument, root_of
from qa_plugin.articles.origins import Folder, Origin
from qa_plugin.articles.reader import language_of
from qa_plugin.chunks import split_article
from qa_plugin.embeddings import BuiltInEmbedder, embed_sentences
from qa_plugin.errors import ArticlesError, ConsentNeeded
from qa_plugin.language.markup import without_markup
from qa_plugin.language.parts import Part, parts
from qa_plugin.ports import Embedder
from qa_plugin.records import Article, Chunk, FileState, IndexedArticle, IndexedChunk, IndexReport
from qa_plugin.settings import Settings
from qa_plugin.spending import PaidEmbedder, embedding_usage, price_of
from qa_plugin.store import Store
from qa_plugin.tokens import count_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_FILES, MAX_BYTES, MAX_COST_USD, MAX_TOKENS_OF_UNKNOWN_PRICE = 20_000, 10**9, 1.0, 1_000_000
"""Above these somebody has to say yes."""
_BATCH = 32
"""Files in one transaction; what an interruption can cost."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Doing:
    """How indexing goes on with those who wait for it."""

    yes: bool = False
    """Large or paid work was agreed to."""
    progress: Progress | None = None
    announce: Callable[[str], None] | None = None
    """Is told tokens and cost before an embedder is paid."""


_ALONE = Doing()


def bring_in_line(
    store: Store, root: Path, embedder: Embedder, settings: Settings, doing: Doing = _ALONE
) -> IndexReport:
    """Add new files, read changed ones again, remove what is gone; safe to interrupt and to repeat.

    Raises:
        ArticlesError: The root is missing, or holds nothing that can be read.
        ConsentNeeded: It is large or would cost much money, and `yes` was not said.
    """
    return _bring(store, Folder(root), embedder, settings, doing)


def bring_documents_in_line(
    store: Store,
    name: str,
    given: Sequence[GivenDocument],
    embedder: Embedder,
    settings: Settings,
    doing: Doing = _ALONE,
) -> IndexReport:
    """The same with documents under a name: those that are there and are not given again are removed.

    Raises:
        ArticlesError: The name is not fit for one, or there are no documents at all.
        ConsentNeeded: See `bring_in_line`.
    """
    root = root_of(name)
    documents = Documents(root, given, store.base(root))
    done = _bring(store, documents, embedder, settings, doing)
    store.set_base(root, documents.base)
    return done


def _bring(store: Store, found: Origin, embedder: Embedder, settings: Settings, doing: Doing) -> IndexReport:
    name = found.name
    known = store.file_states(name)
    failures = store.failures(name)
    if not found.entries and not known:
        raise ArticlesError(found.nothing_there())
    _ask_consent(found, doing)
    if isinstance(embedder, PaidEmbedder):
        _announce(_planned(found, known, embedder, settings), embedder, settings, doing)
    sent_before = _sent(embedder)
    gone = sorted({*known, *failures} - {entry.source for entry in found.entries})
    store.remove(name, gone)
    added: list[str] = []
    changed: list[str] = []
    empty: list[str] = []
    failed: list[tuple[str, str]] = list(found.failed)
    unchanged = 0
    for start in range(0, len(found.entries), _BATCH):
        batch = range(start, min(start + _BATCH, len(found.entries)))
        fresh: list[tuple[Article, FileState]] = []
        unreadable: list[tuple[FileState, str]] = []
        for at in batch:
            entry = found.entries[at]
            try:
                article, state = found.read(at)
            except UnreadableFile as error:
                unreadable.append((FileState(entry.source, "", entry.size, entry.modified_ns), error.reason))
                failed.append((entry.source, error.reason))
                continue
            if not article.body:
                empty.append(entry.source)
            before = known.get(entry.source)
            if before is not None and before.content_hash == state.content_hash:
                unchanged += 1
                continue
            (added if before is None else changed).append(entry.source)
            fresh.append((article, state))
        store.replace(name, prepare(fresh, embedder, settings))
        store.fail(name, unreadable)
        store.breathe()
        if doing.progress is not None:
            doing.progress(batch.stop, len(found.entries))
    removed = tuple(source for source in gone if source in known)
    usage = embedding_usage(embedder, _sent(embedder) - sent_before, settings.prices)
    return IndexReport(tuple(added), tuple(changed), removed, unchanged, tuple(sorted(failed)), tuple(empty), usage)


def prepare(
    articles: Sequence[tuple[Article, FileState]], embedder: Embedder, settings: Settings
) -> list[IndexedArticle]:
    """Articles with their chunks, terms and vectors, ready for the store."""
    read = [(replace(article, text=without_markup(article.text)), state) for article, state in articles]
    parted = [
        (article, state, split_article(article, max_tokens=settings.chunk_tokens, count_tokens=count_tokens))
        for article, state in read
    ]
    sentences = [[_parted_sentences(article, chunk) for chunk in chunks] for article, _, chunks in parted]
    vectors = iter(_vectors(parted, sentences, embedder))
    return [
        IndexedArticle(
            given,
            state.content_hash,
            state.size,
            state.modified_ns,
            tuple(IndexedChunk(c, _lines(of_chunk), next(vectors)) for c, of_chunk in zip(chunks, found, strict=True)),
        )
        for (given, _), (_, state, chunks), found in zip(articles, parted, sentences, strict=True)
    ]


def renewed(store: Store, embedder: Embedder, settings: Settings) -> Iterator[tuple[str, IndexedArticle]]:
    """Every article of the store made anew from its stored text, for an index that is out of date."""
    for root, article, state in store.all_articles():
        if article.encoding != LANGUAGE_GIVEN:  # what tells languages may have changed as well
            article = replace(article, language=language_of(without_markup(article.text), article.body))
        yield root, prepare([(article, state)], embedder, settings)[0]


def _vectors(
    parted: Sequence[tuple[Article, FileState, list[Chunk]]],
    sentences: list[list[list[list[Part]]]],
    embedder: Embedder,
) -> NDArray[np.float32] | list[NDArray[np.float32]]:
    """One vector per chunk, in order; the built-in embedder is given the sentences, whose terms are indexed too."""
    if isinstance(embedder, BuiltInEmbedder):
        return embed_sentences(
            (article.text[c.start : c.end], article.language, of_chunk)
            for (article, _, chunks), found in zip(parted, sentences, strict=True)
            for c, of_chunk in zip(chunks, found, strict=True)
        )
    texts = [article.text[c.start : c.end] for article, _, chunks in parted for c in chunks]
    return embedder.embed_documents(texts) if texts else []


def _parted_sentences(article: Article, chunk: Chunk) -> list[list[Part]]:
    """The parts of each sentence of a chunk."""
    return [parts(article.text[s.start : s.end], article.language) for s in chunk.sentences]


def _lines(sentences: list[list[Part]]) -> tuple[str, ...]:
    """The terms of each sentence."""
    return tuple(" ".join([key for part in sentence for key in part.keys]) for sentence in sentences)


def _ask_consent(found: Origin, doing: Doing) -> None:
    size = sum(entry.size for entry in found.entries)
    if not doing.yes and (len(found.entries) > MAX_FILES or size > MAX_BYTES):
        raise ConsentNeeded(
            f"{found.name} holds {len(found.entries):,} files of {size / 1e6:,.0f} MB. Add --yes to index them all."
        )


# ---------------------------------------------------------------- what is paid for


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an embedder that costs is about to be sent."""

    root: str
    files: int = 0
    chunks: int = 0
    tokens: int = 0
    """Without those of chunks whose vectors are kept."""


def _planned(found: Origin, known: Mapping[str, FileState], embedder: PaidEmbedder, settings: Settings) -> _Plan:
    plan = _Plan(found.name)
    for at, entry in enumerate(found.entries):
        before = known.get(entry.source)
        dated = entry.modified_ns > 0
        if before is not None and dated and (before.size, before.modified_ns) == (entry.size, entry.modified_ns):
            continue
        try:
            article, state = found.read(at)
        except UnreadableFile:
            continue
        if before is not None and before.content_hash == state.content_hash:
            continue
        article = replace(article, text=without_markup(article.text))
        chunks = split_article(article, max_tokens=settings.chunk_tokens, count_tokens=count_tokens)
        tokens = embedder.tokens_to_send(article.text[c.start : c.end] for c in chunks)
        plan = _Plan(plan.root, plan.files + 1, plan.chunks + len(chunks), plan.tokens + tokens)
    return plan


def _announce(plan: _Plan, embedder: PaidEmbedder, settings: Settings, doing: Doing) -> None:
    if not plan.tokens:
        return
    price = price_of("embedding", embedder.name, prices=settings.prices)
    cost, amount = None, "at an unknown price"
    if price is not None:
        cost = price.prompt * plan.tokens / 1e6
        shown = f"about ${cost:,.2f}" if cost >= 0.01 else "less than $0.01"
        amount = f"{shown} by the price file of {price.dated}"
    said = (
        f"{plan.files:,} files, {plan.chunks:,} chunks, {plan.tokens:,} tokens for {embedder.name} at "
        f"{embedder.destination}, {amount}"
    )
    much = plan.tokens > MAX_TOKENS_OF_UNKNOWN_PRICE if cost is None else cost > MAX_COST_USD
    if much and not doing.yes:
        raise ConsentNeeded(f"To index {plan.root} is to pay for {said}. Add --yes to do it.")
    if doing.announce is not None:
        doing.announce(f"To be embedded: {said}.")


def _sent(embedder: Embedder) -> int:
    return embedder.tokens_sent if isinstance(embedder, PaidEmbedder) else 0
