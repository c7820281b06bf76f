"""The functions for assistants: their schemas, their results, and calls that do not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from qa_plugin import FunctionError, QAPlugin, QAPluginError
from qa_plugin.functions import Functions, Limited, tool_schemas
from qa_plugin.records import Answer, Conflict, Position, Scope

ARTICLES = {
    "rio.pt.txt": "Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\n"
    "A cheia deixou 41 mortos, segundo os bombeiros.",
    "nil.ar.txt": "فيضان النيل\n\nالقاهرة، 5 مارس 2026\n\nأدى الفيضان إلى مقتل ٤١ شخصا في الوادي.",
    "agency/rail.en.txt": "Rail strike\n\nMarch 9, 2025\n\nThe rail strike ended after 12 days, the union said.",
    "hostile.fr.txt": "Le pont\u202e fermé\n\nLe pont est fermé\x1b[2J depuis lundi, selon la mairie.",
}


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QAPlugin]:
    folder = tmp_path_factory.mktemp("functions")
    for name, text in ARTICLES.items():
        path = folder / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with QAPlugin(folder / "articles", store=folder / "store") as plugin:
        yield plugin


def objects_of(schema: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects_of(part)


def test_schemas_are_valid_where_strict_is_on() -> None:
    known = {"type", "anyOf", "description", "properties", "required", "additionalProperties", "items", "enum"}
    schemas = tool_schemas()
    assert [tool["function"]["name"] for tool in schemas] == ["search", "fetch", "ask", "search_articles"]
    for tool in schemas:
        assert tool["function"]["strict"] is True
        assert 0 < len(tool["function"]["description"]) <= 1024
        for found in objects_of(tool["function"]["parameters"]):
            assert found["additionalProperties"] is False
            assert found["required"] == list(found["properties"])
            for name, field in found["properties"].items():
                assert field.keys() <= known, name
                assert field["description"]
    optional = schemas[3]["function"]["parameters"]["properties"]
    assert all("null" in json.dumps(field) for field in optional.values())


def test_search_and_fetch_are_what_connectors_expect(qa: QAPlugin) -> None:
    found = qa.call_tool("search", {"query": "rail strike"})
    assert found["results"][0] == {
        "id": "agency/rail.en.txt",
        "title": "Rail strike",
        "url": "news://articles/agency%2Frail.en.txt",
    }
    read = qa.call_tool("fetch", {"id": "agency/rail.en.txt"})
    assert list(read) == ["id", "title", "text", "url", "metadata"]
    assert read["text"] == ARTICLES["agency/rail.en.txt"]
    assert read["metadata"] == {"language": "en", "published": "2025-03-09"}


def test_ask_answers_as_the_plugin_does(qa: QAPlugin) -> None:
    asked = qa.call_tool("ask", '{"question": "How many people died in the flood?", "language": "pt", "source": null}')
    assert asked["status"] == "answered"
    assert asked["answer"].startswith("41 ")
    assert [citation["source"] for citation in asked["citations"]] == ["rio.pt.txt"]
    assert asked["citations"][0]["url"] == "news://articles/rio.pt.txt"
    assert "retrieved" not in asked
    nothing = qa.call_tool("ask", {"question": "Who won the chess olympiad?"})
    assert (nothing["status"], nothing["citations"]) == ("not_in_sources", [])


def test_articles_are_listed_page_by_page(qa: QAPlugin) -> None:
    first = qa.call_tool("search_articles", {"limit": 2})
    assert [article["id"] for article in first["articles"]] == ["nil.ar.txt", "rio.pt.txt"]
    assert first["total"] == 4
    second = qa.call_tool("search_articles", {"limit": 2, "cursor": first["next_cursor"]})
    assert [article["id"] for article in second["articles"]] == ["agency/rail.en.txt", "hostile.fr.txt"]
    assert second["next_cursor"] is None
    with pytest.raises(FunctionError, match="another search"):
        qa.call_tool("search_articles", {"language": "fr", "cursor": first["next_cursor"]})


def test_articles_are_found_by_words_and_filters(qa: QAPlugin) -> None:
    flood = qa.call_tool("search_articles", {"query": "flood deaths", "date_from": "2026"})
    assert {article["id"] for article in flood["articles"]} == {"nil.ar.txt", "rio.pt.txt"}
    for article in flood["articles"]:
        for passage in article["passages"]:
            assert ARTICLES[article["id"]][passage["start"] : passage["end"]] == passage["text"]
    rail = qa.call_tool("search_articles", {"source": "agency/*"})
    assert [article["id"] for article in rail["articles"]] == ["agency/rail.en.txt"]


def test_nothing_unprintable_leaves(qa: QAPlugin) -> None:
    asked = qa.call_tool("ask", {"question": "Qui dit que le pont est fermé ?\ud800\u202e"})
    read = qa.call_tool("fetch", {"id": "hostile.fr.txt"})
    listed = qa.call_tool("search_articles", {"query": "pont"})
    found = qa.call_tool("search", {"query": "pont"})
    text = json.dumps([asked, read, listed, found], ensure_ascii=False)
    assert not set(text) & {"\x1b", "\u202e", "\ud800"}
    text.encode("utf-8")
    assert "fermé" in read["text"]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("grep", {}, "There are: search, fetch, ask, search_articles"),
        ("search", {}, "It takes: query"),
        ("search", {"query": "x", "limit": 3}, "It takes: query"),
        ("ask", "{", "one JSON object"),
        ("ask", "[]", "one JSON object"),
        ("fetch", {"id": "../../etc/passwd"}, "call search or search_articles for ids"),
        ("search_articles", {"limit": 0}, "greater than or equal to 1"),
        ("search_articles", {"cursor": "ü"}, "Leave it out"),
        ("search_articles", {"date_to": "later"}, "write it as 2024"),
        ("search_articles", {"date_from": "2025", "date_to": "2024"}, "exchange them"),
        ("ask", {"question": "  "}, "question is empty"),
    ],
)
def test_a_call_that_does_not_fit_says_what_to_do(
    qa: QAPlugin, name: str, arguments: dict[str, Any] | str, message: str
) -> None:
    with pytest.raises(QAPluginError, match=message):
        qa.call_tool(name, arguments)


def test_the_door_says_where_articles_are_shown(qa: QAPlugin) -> None:
    functions = Functions(qa, url_of=lambda name: f"http://127.0.0.1:8000/articles/{name}")
    assert functions.fetch("rio.pt.txt").url == "http://127.0.0.1:8000/articles/rio.pt.txt"
    assert functions.ask("How many people died in the flood?").citations[0].url.startswith("http://127.0.0.1:8000/")


def test_a_limited_library_is_narrowed_and_never_widened(qa: QAPlugin) -> None:
    limited = Functions(Limited(qa, Scope(date_from="2026-01-01", date_to="2026-03-04")))
    assert limited.ids() == ["rio.pt.txt"]
    assert [article.id for article in limited.search_articles(date_from="2025").articles] == ["rio.pt.txt"]
    assert limited.search_articles(date_from="2026-03-04").articles == []
    assert limited.search_articles(language="ar").articles == []
    assert limited.ask("How many people died in the flood?").citations[0].source == "rio.pt.txt"
    assert [found.id for found in limited.search("flood").results] == ["rio.pt.txt"]
    with pytest.raises(FunctionError, match="call search or search_articles"):
        limited.fetch("nil.ar.txt")
    languages = Functions(Limited(qa, Scope(language="fr")))
    assert languages.ids() == ["hostile.fr.txt"]
    with pytest.raises(FunctionError, match="Only articles in fr are offered here"):
        languages.ask("Who says so?", language="en")
    patterns = Functions(Limited(qa, Scope(source_glob="*r.*")))
    assert patterns.ids() == ["nil.ar.txt", "hostile.fr.txt"][::-1]
    assert [article.id for article in patterns.search_articles(source="n*").articles] == ["nil.ar.txt"]
    assert patterns.search_articles(source="rio*").articles == []


def test_a_number_that_json_cannot_hold_is_none(qa: QAPlugin) -> None:
    position = Position("a number of 400 digits", float("inf"), None, (1,))
    answer = Answer("How many?", "en", "conflicting", "…", conflicts=(Conflict("numbers", (position,)),))
    assert Functions(qa).asked(answer).conflicts[0].positions[0].value is None
