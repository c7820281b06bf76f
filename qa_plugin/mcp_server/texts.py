"""What people and models read: the words about the server and its tools, and results as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mcp_types import ContentBlock, Resource, ResourceLink, TextContent
from pydantic import BaseModel

from qa_plugin.functions.records import ArticlePage, Asked, ListedArticle, Quote
from qa_plugin.presentation import as_json, inline, prose, shortened

NAME = "qa-plugin"
TITLE = "News articles, asked with exact quotes"
TITLES: Mapping[str, str] = {
    "search": "Search the articles",
    "fetch": "Read an article",
    "ask": "Ask the articles",
    "search_articles": "List and search articles with filters",
    "reindex": "Bring the index in line with the files",
}
REINDEX = (
    "Bring the index in line with the folder of articles: read what is new or changed, take out what is gone. "
    "Call it only when the user says that articles were added or changed."
)
TEMPLATE = "news://articles/{id}"
TEMPLATE_ABOUT = "An article of the indexed folder, whole, by the id that search, search_articles and ask give."

_EXCERPT = 300
"""Characters of a passage that the text of a list shows; the structured result has all of it."""


def text(value: str) -> TextContent:
    """A text of a result."""
    return TextContent(type="text", text=value)


def as_text(record: BaseModel) -> TextContent:
    """A result as connectors expect it: its JSON as one text."""
    return text(as_json(record.model_dump(mode="json")))


def links(asked: Asked) -> list[ContentBlock]:
    """Links to the articles that an answer cites, or nearest to it where there is none; each once."""
    quotes: Iterable[Quote] = asked.citations or asked.near
    by_source = {quote.source: quote for quote in quotes}
    return [
        ResourceLink(
            type="resource_link",
            uri=quote.url,
            name=quote.source,
            title=prose(quote.title) if quote.title else None,
            description=", ".join(filter(None, (quote.language, quote.published))) or None,
            mime_type="text/plain",
        )
        for quote in by_source.values()
    ]


def resource(article: ListedArticle) -> Resource:
    """An article as a resource of the list."""
    return Resource(
        uri=article.url,
        name=article.id,
        title=prose(article.title) or None,
        description=_about(article) or None,
        mime_type="text/plain",
    )


def page(found: ArticlePage) -> str:
    """A page of articles, to read."""
    if not found.articles:
        return "No article fits. Leave a filter out, or use other words."
    lines = [f"{len(found.articles)} of {found.total} articles"]
    lines += [_listed(article) for article in found.articles]
    if found.next_cursor:
        lines.append(f"More with cursor {found.next_cursor}")
    return "\n\n".join(lines)


def _listed(article: ListedArticle) -> str:
    about = _about(article)
    passages = [f"    {shortened(prose(passage.text), _EXCERPT)}" for passage in article.passages]
    return "\n".join([f"{prose(article.title)} ({about})\n    id: {inline(article.id)}", *passages])


def _about(article: ListedArticle) -> str:
    return ", ".join(filter(None, (article.language, article.published)))
