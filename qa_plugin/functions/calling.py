"""The functions as tools of a language model: their descriptions, their schemas, and a call by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from qa_plugin.errors import FunctionError
from qa_plugin.functions.functions import Functions, shown
from qa_plugin.functions.records import (
    ArticlePage,
    AskArguments,
    Asked,
    Document,
    FetchArguments,
    SearchArguments,
    SearchArticlesArguments,
    SearchResults,
)

DESCRIPTIONS: Mapping[str, str] = {
    "search": "Find news articles in the indexed folder, best first: ids and titles. Use fetch to read one, ask for "
    "an answer.",
    "fetch": "Read one news article of the indexed folder, whole, by its id.",
    "ask": "Answer a question from the indexed folder of news articles (English, Portuguese, French, Arabic, Persian; "
    "asked in any of them). Every claim carries an exact quote from a named file and was checked by code: numbers, "
    "dates, names. Says when the sources disagree and when they do not answer. Prefer it to reading articles for "
    "facts; repeat its [n] marks and quotes when you pass the answer on.",
    "search_articles": "List or search the indexed news articles with filters (language, path, dates), page by page, "
    "with the passages that fit.",
}
"""What each function is for, as its caller, a language model, reads it."""
RESULTS: Mapping[str, type[BaseModel]] = {
    "search": SearchResults,
    "fetch": Document,
    "ask": Asked,
    "search_articles": ArticlePage,
}
ARGUMENTS: Mapping[str, type[BaseModel]] = {
    "search": SearchArguments,
    "fetch": FetchArguments,
    "ask": AskArguments,
    "search_articles": SearchArticlesArguments,
}


def tool_schemas() -> list[dict[str, Any]]:
    """The functions in the form of OpenAI's `tools`, valid where `strict` is on: every argument required or null."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": DESCRIPTIONS[name],
                "parameters": _strict(model),
                "strict": True,
            },
        }
        for name, model in ARGUMENTS.items()
    ]


def call_tool(functions: Functions, name: str, arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    """Call a function by name.

    Args:
        functions: Of the plugin.
        name: One of those in `tool_schemas`.
        arguments: As a mapping, or as the JSON text that a model gave; null is the same as left out.

    Returns:
        The result as JSON values.

    Raises:
        FunctionError: No such function, or arguments that do not fit; worded for the model that called.
    """
    asked = arguments_of(name, arguments)
    result: BaseModel = getattr(functions, name)(**asked.model_dump())
    return result.model_dump(mode="json")


def arguments_of(name: str, arguments: Mapping[str, Any] | str) -> BaseModel:
    """The arguments of a call, read and checked; as `call_tool` takes them.

    Raises:
        FunctionError: No such function, or arguments that do not fit; worded for the model that called.
    """
    if name not in ARGUMENTS:
        raise FunctionError(f"There is no function {shown(name)}. There are: {', '.join(ARGUMENTS)}.")
    given = {key: value for key, value in _read(name, arguments).items() if value is not None}
    try:
        return ARGUMENTS[name].model_validate(given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()[:3])
        takes = ", ".join(ARGUMENTS[name].model_fields)
        raise FunctionError(f"{name} cannot be called so: {shown(faults, 300)}. It takes: {takes}.") from error


def _read(name: str, arguments: Mapping[str, Any] | str) -> Mapping[str, Any]:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError as error:
            raise FunctionError(f"The arguments of {name} are no JSON: {error}. Give one JSON object.") from error
    if not isinstance(arguments, Mapping):
        raise FunctionError(f"The arguments of {name} have to be one JSON object.")
    return arguments


def _strict(model: type[BaseModel]) -> dict[str, Any]:
    """The model's schema as strict tools want it: no defaults, all required, nothing besides.

    What is left out elsewhere is null there, so that every property that has a default takes null too.
    """
    properties: dict[str, Any] = {}
    for name, schema in model.model_json_schema()["properties"].items():
        kept = {key: value for key, value in schema.items() if key not in {"default", "title", "minimum", "maximum"}}
        if "type" in kept and not model.model_fields[name].is_required():
            kept["type"] = [kept["type"], "null"]
        properties[name] = kept
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
