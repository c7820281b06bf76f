"""One article of a few sentences: as retrieval finds it, and what it lacks of the names of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from qa_plugin.language.detection import detect
from qa_plugin.language.folding import fold
from qa_plugin.language.questions import Question
from qa_plugin.language.terms import find_terms
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Hit, SourceInfo, Span, StoredChunk
from qa_plugin.verification import names_lacked


def hit_of(sentences: Sequence[str], language: str, question: Question) -> Hit:
    """The article as one passage that was found for the question."""
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    text = " ".join(sentences)
    terms = tuple(" ".join(term.key for term in find_terms(fold(sentence), language)) for sentence in sentences)
    info = SourceInfo(1, "/", "a.txt", language, None, None, (), len(text), 1)
    held = frozenset(question.keys) & frozenset(" ".join(terms).split())
    chunk = StoredChunk(1, 1, 0, 0, len(text), text, tuple(spans), terms)
    return Hit(chunk, info, 1.0, spans[0], tuple(1.0 for _ in spans), held)


def lacked(folder: Path, question: str, text: str, answering: Span | None = None) -> Mapping[str, float]:
    """What `names_lacked` says of the article once it is indexed; `folder` takes it and the store."""
    articles = folder / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text(text, "utf-8")
    with QAPlugin(articles, store=folder / "store") as plugin:
        plugin.index()
        store = plugin.opened()
        file_id = next(iter(store.sources())).file_id
        return names_lacked(question, detect(question), store)(file_id, answering)
