"""Checking the gold of a question file against the articles, and its fields against one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qa_plugin.evaluation.matching import holds
from qa_plugin.evaluation.questions import unknown_keys

UNANSWERABLE_KINDS = ("absent-fact", "false-premise", "swapped-entity")
"""Why nothing answers; an unanswerable question that has tags has one of these."""
TAGS = (
    "conflict",
    "copies",
    "translation",
    "same-agency",
    "correction",
    "growth",
    "misquote",
    "named-source",
    "order",
    *UNANSWERABLE_KINDS,
)
"""What a question depends on, beside its type."""

TextOf = Callable[[str], str]
_SHOWN = 5


def check_gold(questions: Sequence[Mapping[str, Any]], text_of: TextOf) -> list[str]:
    """What is wrong with the gold answers, one line for each fault; empty where all is well.

    Args:
        questions: As `load_questions` gives them; each may carry `quotes`, a list of `{"source", "quote"}`.
        text_of: The text of a source; empty where there is no such source.
    """
    problems: list[str] = []
    seen: set[str] = set()
    for question in questions:
        name = str(question["id"])
        faults = [*_faults(question, text_of), *(["the id is used twice"] if name in seen else [])]
        seen.add(name)
        problems += [f"{name}: {fault}" for fault in faults]
    return problems


def repeated_ids(questions: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids that more than one question has."""
    counted = Counter(str(question["id"]) for question in questions)
    return [name for name, count in counted.items() if count > 1]


def oversights(questions: Sequence[Mapping[str, Any]], text_of: TextOf) -> list[str]:
    """What would be measured wrongly and is likely a slip: a line for missing files, one for unknown keys."""
    missing: dict[str, list[str]] = {}
    strange: dict[str, list[str]] = {}
    for question in questions:
        name = str(question["id"])
        for source in dict.fromkeys(question["sources"]):
            if source in missing or not text_of(source):
                missing.setdefault(source, []).append(name)
        for key in unknown_keys(question):
            strange.setdefault(key, []).append(name)
    told = (("gold files that are not there", missing), ("keys that nothing reads", strange))
    return [f"{title}: {_some_of(found)}; --check tells all" for title, found in told if found]


def _some_of(found: Mapping[str, Sequence[str]]) -> str:
    lines = [f"{what} of {_first(names)}" for what, names in found.items()]
    return ", ".join(lines[:_SHOWN]) + (f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else "")


def _first(names: Sequence[str]) -> str:
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _faults(question: Mapping[str, Any], text_of: TextOf) -> Iterator[str]:
    yield from (f"nothing reads the key {key}" for key in unknown_keys(question))
    sources = question["sources"]
    unanswerable = question["type"] == "unanswerable"
    if unanswerable:
        if sources:
            yield "unanswerable, but it has sources"
    elif not sources:
        yield f"type {question['type']}, but it has no sources"
    if not unanswerable and not question["accept"] and question["value"] is None:
        yield "neither accept nor value says what answers it"
    yield from (f"there is no article {source}" for source in sources if not text_of(source))
    for number, quote in enumerate(question.get("quotes") or (), 1):
        yield from _quote_faults(quote, f"quote {number}", sources, text_of)
    yield from _tag_faults(question)
    count = question.get("independent_sources")
    if count is not None and count > len(sources):
        yield f"{count} independent sources, but {len(sources)} sources"
    yield from _position_faults(question, text_of)
    yield from _former_faults(question, text_of)


def _quote_faults(quote: object, name: str, sources: Sequence[str], text_of: TextOf) -> Iterator[str]:
    if not isinstance(quote, Mapping) or not all(isinstance(quote.get(part), str) for part in ("source", "quote")):
        yield f'{name} has to be {{"source": …, "quote": …}}, both texts'
        return
    if quote["source"] not in sources:
        yield f"{name} is from {quote['source']}, which is not among the sources"
    if not quote["quote"].strip():
        yield f"{name} is empty"
    elif quote["quote"] not in text_of(quote["source"]):
        yield f"{name} does not stand in {quote['source']}: {quote['quote'][:60]!r}"


def _tag_faults(question: Mapping[str, Any]) -> Iterator[str]:
    tags = question.get("tags")
    if tags is None:
        return
    yield from (f"tag {tag!r} is none of {', '.join(TAGS)}" for tag in tags if tag not in TAGS)
    if len(set(tags)) < len(tags):
        yield "a tag is given twice"
    kinds = [tag for tag in tags if tag in UNANSWERABLE_KINDS]
    if question["type"] == "unanswerable":
        if len(kinds) != 1:
            yield f"unanswerable, so one of its tags has to be {', '.join(UNANSWERABLE_KINDS)}"
    elif kinds:
        yield f"tag {kinds[0]!r}, but its type is {question['type']}"
    if ("conflict" in tags) != bool(question.get("conflict")):
        yield "the tag 'conflict' and the field conflict do not agree"


def _position_faults(question: Mapping[str, Any], text_of: TextOf) -> Iterator[str]:
    positions = question.get("positions")
    if positions is None:
        return
    if not question.get("conflict"):
        yield "it has positions, but conflict is not true"
    if len(positions) < 2:
        yield "a disagreement has two positions or more"
    if len({_said(position) for position in positions}) < len(positions):
        yield "two positions are the same"
    told = {source for position in positions for source in position["sources"]}
    yield from (f"source {source} holds no position" for source in question["sources"] if source not in told)
    for number, position in enumerate(positions, 1):
        for source in position["sources"]:
            if source not in question["sources"]:
                yield f"position {number} is in {source}, which is not among the sources"
            elif not _stands_in(position, text_of(source)):
                yield f"position {number}, {_said(position)}, does not stand in {source}"


def _former_faults(question: Mapping[str, Any], text_of: TextOf) -> Iterator[str]:
    for number, former in enumerate(question.get("former") or (), 1):
        if former.get("value") is not None and former["value"] == question["value"]:
            yield f"former {number} is the gold value"
        for source in former["sources"]:
            if not text_of(source):
                yield f"former {number}: there is no article {source}"
            elif not _stands_in(former, text_of(source)):
                yield f"former {number}, {_said(former)}, does not stand in {source}"


def _said(entry: Mapping[str, Any]) -> str:
    value = entry.get("value")
    return str(entry["statement"] if value is None else value)


def _stands_in(entry: Mapping[str, Any], text: str) -> bool:
    """Whether the text gives the value or one of the forms; a statement without forms may stand in any words."""
    value, forms = entry.get("value"), entry.get("accept", [])
    if value is None and not forms:
        return bool(text)
    return holds(text, {"accept": forms, "value": value})
