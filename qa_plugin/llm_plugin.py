"""The plugin for `llm`, the command line of many models: tools, and passages and articles as fragments.

    llm -T 'News("articles/")' "How many troops were deployed?"
    llm -f 'news:flood relief' "Sum up what is known"
    llm -f news-article:wire/nil.ar.txt "Translate this"

`llm` finds it by its entry point and imports it; nothing else does.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import llm

from qa_plugin.errors import ArticlesError
from qa_plugin.functions import Functions, call_tool
from qa_plugin.language.folding import cleaned
from qa_plugin.plugin import QAPlugin
from qa_plugin.presentation import as_json

_PASSAGES = 8


class News(llm.Toolbox):
    """Indexed news articles: checked answers with exact quotes, search, and reading."""

    def __init__(self, articles: str | None = None, store: str | None = None) -> None:
        """Name what is asked.

        Args:
            articles: Folder or file to answer from; the whole index unless given.
            store: Folder of the index; `QA_PLUGIN_STORE` or `vectorstore/` unless given.
        """
        self._plugin = QAPlugin(articles, store=store)
        weakref.finalize(self, self._plugin.close)  # nobody tells a toolbox that it is done with

    def ask(
        self,
        question: str,
        language: str | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> str:
        """Answer a question from indexed news articles in five languages, every claim with an exact quote.

        Says when the sources disagree and when they do not answer. Repeat its [n] marks and quotes. Filters: language
        code, pattern of paths, dates as 2024, 2024-03 or 2024-03-15.
        """
        filters = {"language": language, "source": source, "date_from": date_from, "date_to": date_to}
        return self._called("ask", question=question, **filters)

    def search(self, query: str) -> str:
        """Find news articles, best first: ids and titles. Use fetch to read one, ask for an answer."""
        return self._called("search", query=query)

    def fetch(self, id: str) -> str:  # noqa: A002 - the name that assistants know
        """Read one news article, whole, by its id."""
        return self._called("fetch", id=id)

    def search_articles(
        self,
        query: str | None = None,
        language: str | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> str:
        """List or search news articles with filters, page by page, with the passages that fit."""
        filters = {"language": language, "source": source, "date_from": date_from, "date_to": date_to}
        return self._called("search_articles", query=query, **filters, limit=limit, cursor=cursor)

    def _called(self, name: str, **arguments: Any) -> str:  # noqa: ANN401 - JSON
        return as_json(call_tool(Functions(self._plugin), name, arguments))


def passages(words: str) -> list[llm.Fragment]:
    """What the index holds for some words, best first, each with the name and place that it stands at.

    Raises:
        ValueError: Nothing of them is in the sources.
    """
    with QAPlugin() as qa:
        found = qa.search(words, limit=_PASSAGES)
    if not found:
        raise ValueError(f"Nothing in the sources for {cleaned(words)!r}.")
    return [
        llm.Fragment(f"{cleaned(one.source)}\n\n{cleaned(one.text)}", f"{cleaned(one.source)}:{one.start}-{one.end}")
        for one in found
    ]


def article(name: str) -> llm.Fragment:
    """One article, whole.

    Raises:
        ValueError: It is not in the index.
    """
    with QAPlugin() as qa:
        try:
            return llm.Fragment(cleaned(qa.source_text(name)), cleaned(name))
        except ArticlesError as error:
            raise ValueError(str(error)) from error


@llm.hookimpl
def register_tools(register: Callable[..., None]) -> None:
    """Offer the tools."""
    register(News)


@llm.hookimpl
def register_fragment_loaders(register: Callable[..., None]) -> None:
    """Offer what can be put before a prompt."""
    register("news", passages)
    register("news-article", article)
