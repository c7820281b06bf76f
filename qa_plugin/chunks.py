"""Chunks: whole sentences packed under a token budget, as places in the article."""

from __future__ import annotations

from collections.abc import Callable

from qa_plugin.language.sentences import split_sentences
from qa_plugin.records import Article, Chunk, Span

VERSION = "1"
"""Part of the index's fingerprint: raise it when any article is parted otherwise."""


def split_article(article: Article, *, max_tokens: int, count_tokens: Callable[[str], int]) -> list[Chunk]:
    """Pack the article's sentences into chunks of at most `max_tokens`; a longer sentence stands alone."""
    chunks: list[Chunk] = []
    packed: list[Span] = []
    used = 0
    for paragraph in article.body:
        for sentence in split_sentences(article.text, paragraph, article.language):
            tokens = count_tokens(article.text[sentence.start : sentence.end])
            if packed and used + tokens > max_tokens:
                chunks.append(Chunk(packed[0].start, packed[-1].end, tuple(packed), used))
                packed, used = [], 0
            packed.append(sentence)
            used += tokens
    if packed:
        chunks.append(Chunk(packed[0].start, packed[-1].end, tuple(packed), used))
    return chunks
