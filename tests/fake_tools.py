"""How the fake server uses tools: it takes only strict schemas, calls what is scripted, then repeats what it read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Call = tuple[str, Mapping[str, Any]]
"""A function and its arguments."""


def faults(tools: Sequence[Mapping[str, Any]]) -> list[str]:
    """What OpenAI rejects where `strict` is on."""
    return [
        f"Invalid schema for function '{tool['function']['name']}': {fault}"
        for tool in tools
        for fault in _faults(tool["function"].get("parameters"), strict=tool["function"].get("strict") is True)
    ]


def _faults(schema: object, *, strict: bool) -> Iterator[str]:
    if not strict:
        yield "it is not strict"
    if not isinstance(schema, Mapping):
        return
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            yield "'additionalProperties' is required to be supplied and to be false."
        if sorted(schema.get("required", ())) != sorted(schema.get("properties", {})):
            yield "'required' is required to be an array including every key in properties."
    for unknown in {"default", "minimum", "maximum", "pattern", "title"} & set(schema):
        yield f"'{unknown}' is not permitted."
    for part in (*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items")):
        yield from _faults(part, strict=True)


def message(turns: list[list[Call]], body: Mapping[str, Any]) -> dict[str, Any]:
    """The next turn's calls; after the last the text of the newest result."""
    if not turns:
        return {"role": "assistant", "content": str(body["messages"][-1]["content"]), "refusal": None}
    made = [
        {
            "id": f"call_{len(body['messages'])}_{number}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
        }
        for number, (name, arguments) in enumerate(turns.pop(0))
    ]
    return {"role": "assistant", "content": None, "refusal": None, "tool_calls": made}
