"""One answer of several: what was found for each part of a question that asks more than one thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa_plugin.language.phrases import phrase
from qa_plugin.records import Draft, DraftClaim


def composed(parts: Sequence[tuple[str, Draft]], language: str) -> tuple[Draft, tuple[str, ...]]:
    """The drafts of all parts, each with its words, as one; and a line for each part that the sources do not answer.

    Sources that disagree about a part disagree: its positions are given, and what answers the other parts beside them.
    """
    if len(parts) == 1:
        return parts[0][1], ()
    answered = [draft for _, draft in parts if draft.status != "not_in_sources"]
    if not answered:
        return replace(parts[0][1], dropped=tuple(d for _, draft in parts for d in draft.dropped)), ()
    disagree = [draft for draft in answered if draft.status == "conflicting"]
    missing = [told for told, draft in parts if draft.status == "not_in_sources"]
    whole = Draft(
        "conflicting" if disagree else "answered",
        _once(claim for draft in answered for claim in draft.claims),
        conflicting=_once(claim for draft in disagree for claim in draft.conflicting),
        history=_once(claim for draft in answered for claim in draft.history),
        confidence=min(draft.confidence for draft in answered),
        about=disagree[0].about if disagree else "",
        dropped=tuple(d for _, draft in parts for d in draft.dropped),
    )
    return whole, lines_of(missing, language)


def lines_of(missing: Iterable[str], language: str) -> tuple[str, ...]:
    """What is said of parts that the sources do not answer."""
    return tuple(phrase(language, "label_part_missing", x=" ".join(part.split())) for part in missing)


def _once(claims: Iterable[DraftClaim]) -> tuple[DraftClaim, ...]:
    return tuple(dict.fromkeys(claims))
