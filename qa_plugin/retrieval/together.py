"""Rankings put together, and turned towards the files that a conversation is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_plugin.records import Hit
from qa_plugin.retrieval.ranking import Ranking


def joined(rankings: Sequence[Ranking]) -> Ranking:
    """The passages of several rankings in turn, each once."""
    if len(rankings) == 1:
        return rankings[0]
    found: dict[int, Hit] = {}
    for at in range(max(len(ranking.hits) for ranking in rankings)):
        for ranking in rankings:
            if at < len(ranking.hits):
                found.setdefault(ranking.hits[at].chunk.chunk_id, ranking.hits[at])
    first = rankings[0]
    return replace(first, hits=tuple(found.values()))


_CITED_BEFORE = 0.1
"""What a passage gains, of the best one's score, whose file was cited last."""


def preferring(ranking: Ranking, sources: frozenset[str]) -> Ranking:
    """The ranking with the passages of some files, by the names that answers give them, before others as good."""
    if not sources or not ranking.hits:
        return ranking
    gain = _CITED_BEFORE * max(hit.score for hit in ranking.hits)
    hits = [_raised(hit, gain) if _cited(hit, sources) else hit for hit in ranking.hits]
    hits.sort(key=lambda hit: -hit.score)
    return replace(ranking, hits=tuple(hits))


def _raised(hit: Hit, gain: float) -> Hit:
    """The passage with its score raised; of its sentences those that had any to speak of."""
    scores = tuple(score + gain if score > gain else score for score in hit.sentence_scores)
    return replace(hit, score=hit.score + gain, sentence_scores=scores)


def _cited(hit: Hit, sources: frozenset[str]) -> bool:
    return any(name == hit.info.source or name.endswith("/" + hit.info.source) for name in sources)
