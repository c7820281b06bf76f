"""`search`, `fetch`, `ask` and `search_articles`: what every door for programs offers, with one result each."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from qa_plugin.assembly import namer
from qa_plugin.errors import ArticlesError, FunctionError
from qa_plugin.functions.records import (
    ArticlePage,
    Asked,
    Document,
    FoundArticle,
    ListedArticle,
    Passage,
    SearchResults,
)
from qa_plugin.language.folding import cleaned
from qa_plugin.scoping import scope_of

if TYPE_CHECKING:
    from qa_plugin.records import Answer, Scope, SearchResult, SourceInfo

_RESULTS = 10
_PASSAGES_READ = 400
"""How far down the ranking articles are gathered from."""
_PASSAGES_SHOWN = 3
"""Of each article."""
_UNASKED = frozenset({"dropped", "retrieved", "prompt_hash", "usage", "timings_ms"})
"""Fields of an answer that tell how it was made: other doors have them, a model that reads has no use for them."""


class Library(Protocol):
    """What the functions need of the plugin."""

    def ask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """Answer a question."""

    def search(self, query: str, *, limit: int = 10, scope: Scope | None = None) -> list[SearchResult]:
        """Find passages."""

    def sources(self, scope: Scope | None = None) -> list[SourceInfo]:
        """List files."""

    def source_info(self, name: str) -> SourceInfo:
        """A file by its name in answers."""

    def source_text(self, name: str) -> str:
        """The text of a file."""


def article_url(name: str) -> str:
    """The address of an article where no door serves it under another."""
    return f"news://articles/{quote(name, safe='')}"


class Functions:
    """The functions over one plugin; safe to call from several threads, and nothing unprintable leaves them."""

    def __init__(self, library: Library, *, url_of: Callable[[str], str] = article_url) -> None:
        """Wrap a plugin.

        Args:
            library: The `QAPlugin`.
            url_of: From the id of an article to the address under which the door shows it.
        """
        self._library = library
        self._url_of = url_of

    def search(self, query: str) -> SearchResults:
        """Articles for a query, best first, at most ten."""
        best = _by_article(self._library.search(query, limit=_PASSAGES_READ))
        return SearchResults(results=[self._found(hits[0]) for hits in best[:_RESULTS]])

    def fetch(self, id: str) -> Document:  # noqa: A002 - the name that assistants know
        """An article, whole, by its id.

        Raises:
            FunctionError: There is none of this id.
        """
        try:
            name, info = self._file(id)
            text = self._library.source_text(name)
        except ArticlesError as error:
            raise FunctionError(f"No article {shown(id)}: call search or search_articles for ids.") from error
        about = {
            "language": info.language,
            "published": info.published,
            "credits": ", ".join(info.credits),
            "copies": ", ".join(info.copies),
            "translations": ", ".join(info.translations),
        }
        return Document(
            id=cleaned(name),
            title=_title(info.title, name),
            text=cleaned(text),
            url=self._url_of(name),
            metadata={name: cleaned(text) for name, text in about.items() if text},
        )

    def ask(
        self,
        question: str,
        language: str | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
    ) -> Asked:
        """A short answer with its quotes."""
        scope = scope_of(language=language, source=source, date_from=date_from, date_to=date_to)
        return self.asked(self._library.ask(question, scope=scope))

    def asked(self, answer: Answer) -> Asked:
        """The answer as the functions give it."""
        told = {name: value for name, value in answer.to_dict().items() if name not in _UNASKED}
        for citation in (*told["citations"], *told["near"]):
            citation["url"] = self._url_of(citation["source"])
        return Asked.model_validate(_clean(told))

    def search_articles(
        self,
        query: str | None = None,
        language: str | None = None,
        source: str | None = None,
        date_from: str | None = None,
        date_to: str | None = None,
        limit: int = 10,
        cursor: str | None = None,
    ) -> ArticlePage:
        """Articles by what they say, language, path and date, page by page.

        Raises:
            FunctionError: The cursor is none, or of another search.
        """
        scope = scope_of(language=language, source=source, date_from=date_from, date_to=date_to)
        about = _digest([query or "", *map(str, (scope.language, scope.source_glob, scope.date_from, scope.date_to))])
        start = _start(cursor, about) if cursor else 0
        if query and query.strip():
            ranked = _by_article(self._library.search(query, limit=_PASSAGES_READ, scope=scope))
            articles, total = [self._ranked(hits) for hits in ranked[start : start + limit]], len(ranked)
        else:
            infos = _newest(self._library.sources(scope))
            name_of = namer(infos)
            shown_now = infos[start : start + limit]
            articles, total = [self._listed(info, name_of(info)) for info in shown_now], len(infos)
        more = start + limit < total
        return ArticlePage(articles=articles, total=total, next_cursor=_cursor(start + limit, about) if more else None)

    def ids(self) -> list[str]:
        """The ids of all articles, in order."""
        infos = self._library.sources()
        name_of = namer(infos)
        return sorted(cleaned(name_of(info)) for info in infos)

    # ------------------------------------------------------------ one article

    def _file(self, given: str) -> tuple[str, SourceInfo]:
        """The file that an id stands for, and its name: an id lacks what is unprintable in the name."""
        try:
            return given, self._library.source_info(given)
        except ArticlesError:
            name_of = namer(infos := self._library.sources())
            same = [name for name in map(name_of, infos) if cleaned(name) == given != name]
            if len(same) != 1:
                raise
            return same[0], self._library.source_info(same[0])

    def _found(self, hit: SearchResult) -> FoundArticle:
        return FoundArticle(id=cleaned(hit.source), title=_title(hit.title, hit.source), url=self._url_of(hit.source))

    def _ranked(self, hits: Sequence[SearchResult]) -> ListedArticle:
        passages = [Passage(text=cleaned(hit.text), start=hit.start, end=hit.end) for hit in hits[:_PASSAGES_SHOWN]]
        return self._article(hits[0], hits[0].source, passages)

    def _listed(self, info: SourceInfo, name: str) -> ListedArticle:
        return self._article(info, name, [])

    def _article(self, file: SearchResult | SourceInfo, name: str, passages: list[Passage]) -> ListedArticle:
        return ListedArticle(
            id=cleaned(name),
            title=_title(file.title, name),
            url=self._url_of(name),
            language=file.language,
            published=file.published,
            passages=passages,
        )


def shown(text: str, most: int = 80) -> str:
    """A name from elsewhere as it stands in a message: short, on one line, safe to show."""
    safe = " ".join(cleaned(text).split())
    return repr(safe if len(safe) <= most else safe[: most - 1] + "…")


def _title(title: str | None, name: str) -> str:
    return " ".join(cleaned(title or "").split()) or cleaned(name)


def _by_article(hits: Iterable[SearchResult]) -> list[list[SearchResult]]:
    """The passages of each article together, articles and passages best first."""
    found: dict[str, list[SearchResult]] = {}
    for hit in hits:
        found.setdefault(hit.source, []).append(hit)
    return list(found.values())


def _newest(infos: Sequence[SourceInfo]) -> list[SourceInfo]:
    """The newest first, those without a date last; of one day by path."""
    by_path = sorted(infos, key=lambda info: info.source)
    return sorted(by_path, key=lambda info: info.published or "", reverse=True)


def _clean(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with all that JSON can hold: a lone surrogate cannot even be written as UTF-8, nor infinity at all."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value


# ---------------------------------------------------------------- pages


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _cursor(start: int, about: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, about]).encode()).decode()


def _start(cursor: str, about: str) -> int:
    try:
        start, made_for = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii", "replace")))
    except (binascii.Error, ValueError, TypeError) as error:
        raise FunctionError("The cursor is none of search_articles. Leave it out for the first page.") from error
    if made_for != about or not isinstance(start, int) or start < 0:
        raise FunctionError("The cursor is of another search. Leave it out, or give the same arguments as before.")
    return start
