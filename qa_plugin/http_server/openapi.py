"""The OpenAPI document, made of the same models that requests are read by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from qa_plugin.http_server import requests, shapes

_REFERENCE = "#/components/schemas/{model}"
_IN = (requests.AskRequest, requests.SearchRequest, requests.ChatRequest, requests.ResponsesRequest)
_OUT = (
    shapes.AnswerReply,
    shapes.SearchReply,
    shapes.ArticleReply,
    shapes.Health,
    shapes.Models,
    shapes.ModelShape,
    shapes.ChatReply,
    shapes.ResponsesReply,
    shapes.FaultReply,
)
_FAULTS = {
    "400": "What was sent does not fit.",
    "401": "The token is missing or wrong.",
    "404": "There is no such thing.",
    "413": "What was sent is too large.",
    "500": "Something unexpected happened.",
    "502": "The language model gave no usable answer.",
    "503": "The index or the language model is not there now.",
    "504": "It took too long.",
}


@cache
def document(version: str) -> dict[str, Any]:
    """The document, for a version of the package."""
    _, schemas = models_json_schema(
        [*((model, "validation") for model in _IN), *((model, "serialization") for model in _OUT)],
        ref_template=_REFERENCE,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "qa-plugin",
            "version": version,
            "description": "Short answers from a folder of news, every claim tied to an exact quote; also in the form "
            "of OpenAI's interface.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": _paths(),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "QA_PLUGIN_TOKEN of the server; needed only where the server has one.",
                }
            },
        },
        "security": [{}, {"token": []}],
    }


def _paths() -> dict[str, Any]:
    ask, search = requests.AskRequest, requests.SearchRequest
    return {
        "/ask": {
            "get": _operation("ask", "Answer a question.", shapes.AnswerReply, query=ask),
            "post": _operation("ask_by_post", "Answer a question.", shapes.AnswerReply, body=ask),
        },
        "/search": {
            "get": _operation("search", "Find passages, without an answer.", shapes.SearchReply, query=search),
            "post": _operation("search_by_post", "Find passages.", shapes.SearchReply, body=search),
        },
        "/articles/{id}": {"get": _operation("article", "Read an article.", shapes.ArticleReply, path="id")},
        "/healthz": {"get": _operation("health", "See that the server is there.", shapes.Health, faults=[])},
        "/v1/models": {"get": _operation("models", "List what can be asked.", shapes.Models)},
        "/v1/models/{id}": {"get": _operation("model", "Look a model up.", shapes.ModelShape, path="id")},
        "/v1/chat/completions": {
            "post": _operation(
                "chat", "Answer the last message of the user.", shapes.ChatReply, body=requests.ChatRequest, stream=True
            )
        },
        "/v1/responses": {
            "post": _operation(
                "respond",
                "Answer the last message of the user.",
                shapes.ResponsesReply,
                body=requests.ResponsesRequest,
                stream=True,
            )
        },
    }


def _operation(
    name: str,
    summary: str,
    reply: type[BaseModel],
    *,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    path: str | None = None,
    stream: bool = False,
    faults: Iterable[str] = _FAULTS,
) -> dict[str, Any]:
    content: dict[str, Any] = _content(reply)
    if stream:
        content["text/event-stream"] = {"schema": {"type": "string"}}
    replies = {"200": {"description": reply.__doc__, "content": content}}
    for status in faults:
        replies[status] = {"description": _FAULTS[status], "content": _content(shapes.FaultReply)}
    replies["default"] = {"description": "Any other failure.", "content": _content(shapes.FaultReply)}
    found: dict[str, Any] = {"operationId": name, "summary": summary, "responses": replies}
    if body is not None:
        found["requestBody"] = {"required": True, "content": _content(body)}
    parameters = [_in_path(path)] if path else []
    if query is not None:
        parameters += _in_query(query)
    return found | ({"parameters": parameters} if parameters else {})


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(model=model.__name__)}}}


def _in_path(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": "Percent-encoded, slashes too.",
        "schema": {"type": "string"},
    }


def _in_query(model: type[BaseModel]) -> list[dict[str, Any]]:
    properties = model.model_json_schema()["properties"]
    return [
        {"name": name, "in": "query", "required": field.is_required(), "schema": properties[name]}
        for name, field in model.model_fields.items()
    ]
