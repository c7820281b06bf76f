"""Passages and quotes as LlamaIndex's nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llama_index.core.schema import NodeRelationship, NodeWithScore, ObjectType, RelatedNodeInfo, TextNode

from qa_plugin.language.folding import cleaned
from qa_plugin.records import Answer, Citation, SearchResult

_FOR_PROGRAMS = ("best_start", "best_end", "citation")
"""Metadata that no model needs to read."""


def passage_node(found: SearchResult) -> NodeWithScore:
    """A passage of a search, with the sentence in it that fits best."""
    about = {"best_start": found.best[0], "best_end": found.best[1]}
    return NodeWithScore(node=_node(found, found.text, about), score=found.score)


def citation_nodes(answer: Answer) -> list[NodeWithScore]:
    """The quotes of an answer, in the order of its marks, with the scores of the passages that they stand in."""
    return [NodeWithScore(node=_quote(citation), score=_score(citation, answer)) for citation in answer.citations]


def _quote(citation: Citation) -> TextNode:
    about: dict[str, Any] = {"citation": citation.id}
    if citation.copies:
        about["copies"] = ", ".join(map(cleaned, citation.copies))
    return _node(citation, citation.quote, about)


def _node(place: SearchResult | Citation, text: str, about: Mapping[str, Any]) -> TextNode:
    source = cleaned(place.source)
    described = {"title": cleaned(place.title or ""), "published": place.published, "language": place.language}
    metadata = {"source": source} | {name: value for name, value in described.items() if value}
    return TextNode(
        id_=f"{source}:{place.start}-{place.end}",
        text=cleaned(text),
        start_char_idx=place.start,
        end_char_idx=place.end,
        metadata=metadata | dict(about),
        excluded_llm_metadata_keys=list(_FOR_PROGRAMS),
        excluded_embed_metadata_keys=list(_FOR_PROGRAMS),
        relationships={
            NodeRelationship.SOURCE: RelatedNodeInfo(node_id=source, node_type=ObjectType.DOCUMENT, metadata=metadata)
        },
    )


def _score(citation: Citation, answer: Answer) -> float | None:
    around = (
        passage.score
        for passage in answer.retrieved
        if passage.source == citation.source and passage.start <= citation.start < passage.end
    )
    return next(around, None)
