"""Answers by a language model: passages in, claims with quotes out; nothing of it is believed before verification."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_plugin.answering.messages import (
    ModelReply,
    Passage,
    PassageQuote,
    answer_messages,
    parse_reply,
    repair_messages,
    reply_schema,
)
from qa_plugin.errors import ModelUnreadable
from qa_plugin.language.quoting import locate
from qa_plugin.ports import ChatModel, Completion
from qa_plugin.prompting import Prompts
from qa_plugin.records import Draft, DraftClaim, Evidence, Hit

MAX_REPLY_TOKENS = 1200
MAX_PASSAGES = 12


@dataclass(frozen=True, slots=True)
class Generated:
    """A model's draft, and what it took."""

    draft: Draft
    prompt_tokens: int
    completion_tokens: int
    used: tuple[int, ...]
    """Chunk ids of the passages that were sent."""


def answer(
    question: str,
    *,
    language_name: str,
    hits: Sequence[Hit],
    model: ChatModel,
    prompts: Prompts,
    max_context_tokens: int,
    count_tokens: Callable[[str], int],
    deadline_seconds: float,
) -> Generated:
    """Ask a model, with one repair call for a reply that cannot be read.

    Raises:
        ModelError: The call failed, or the reply stayed unreadable.
    """
    deadline = time.monotonic() + deadline_seconds
    chosen = _within_budget(hits, max_context_tokens, count_tokens)
    passages = [
        Passage(number, hit.chunk.text, hit.info.language, hit.info.title, hit.info.published, hit.info.credits)
        for number, hit in enumerate(chosen, 1)
    ]
    messages = answer_messages(question, language=language_name, passages=passages, prompts=prompts)
    completions: list[Completion] = []

    def call(said: Sequence) -> str:  # type: ignore[type-arg]
        done = model.complete(said, schema=reply_schema(), max_tokens=MAX_REPLY_TOKENS, deadline=deadline)
        completions.append(done)
        return done.text

    text = call(messages)
    try:
        reply = parse_reply(text)
    except ModelUnreadable as problem:
        again = repair_messages(messages, reply=text, problem=str(problem), language=language_name, prompts=prompts)
        reply = parse_reply(call(again))
    return Generated(
        _draft(reply, chosen),
        sum(c.prompt_tokens for c in completions),
        sum(c.completion_tokens for c in completions),
        tuple(hit.chunk.chunk_id for hit in chosen),
    )


def _within_budget(hits: Sequence[Hit], budget: int, count_tokens: Callable[[str], int]) -> list[Hit]:
    """The best passages that fit together; at least one."""
    chosen: list[Hit] = []
    for hit in hits:
        tokens = count_tokens(hit.chunk.text)
        if chosen and tokens > budget:
            continue
        chosen.append(hit)
        budget -= tokens
        if budget <= 0 or len(chosen) == MAX_PASSAGES:
            break
    return chosen


def _draft(reply: ModelReply, hits: Sequence[Hit]) -> Draft:
    dropped: list[tuple[str, str]] = []
    claims = [c for claim in reply.claims if (c := _claim(claim.text, claim.quotes, None, hits, dropped))]
    positions = [
        p for side in reply.positions if (p := _claim(side.statement, side.quotes, side.attributed_to, hits, dropped))
    ]
    if reply.status == "not_in_sources":
        return Draft("not_in_sources", confidence=0.2, dropped=tuple(dropped))
    conflicting = reply.status == "conflicting" and len(positions) > 1
    return Draft(
        "conflicting" if conflicting else "answered",
        () if conflicting else tuple(claims or positions),
        conflicting=tuple(positions) if conflicting else (),
        confidence=0.9,
        dropped=tuple(dropped),
    )


def _claim(
    text: str,
    quotes: Sequence[PassageQuote],
    attributed_to: str | None,
    hits: Sequence[Hit],
    dropped: list[tuple[str, str]],
) -> DraftClaim | None:
    """A claim with its quotes found in the passages they were said to stand in; each quote must be found."""
    if not quotes:
        dropped.append((text, "no quote"))
        return None
    evidence: list[Evidence] = []
    for quote in quotes:
        if not 1 <= quote.passage <= len(hits):
            dropped.append((text, f"cites passage {quote.passage}, which was not given"))
            return None
        hit = hits[quote.passage - 1]
        span = locate(quote.quote, hit.chunk.text)
        if span is None:
            dropped.append((text, f"its quote does not stand in passage {quote.passage}"))
            return None
        evidence.append(Evidence(hit.info.file_id, hit.chunk.start + span.start, hit.chunk.start + span.end))
    return DraftClaim(" ".join(text.split()), tuple(evidence), None, attributed_to)
