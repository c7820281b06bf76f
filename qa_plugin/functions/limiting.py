"""A library of which only a part is offered, whatever its callers ask for."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, Protocol

from qa_plugin.errors import ArticlesError, FunctionError
from qa_plugin.functions.functions import Library, shown
from qa_plugin.records import Answer, Scope, SearchResult, SourceInfo


class Streaming(Library, Protocol):
    """A library whose answers can be waited for step by step."""

    def astream(self, question: str, *, scope: Scope | None = None) -> AsyncGenerator[dict[str, Any], None]:
        """The steps of an answer, the answer last."""


class Limited:
    """The files of a scope; a call may narrow it further, none widens it."""

    def __init__(self, library: Streaming, limits: Scope) -> None:
        """Limit a library to a scope."""
        self._library = library
        self._limits = limits

    def ask(self, question: str, *, scope: Scope | None = None) -> Answer:
        """Answer a question."""
        return self._library.ask(question, scope=self._within(scope))

    def astream(self, question: str, *, scope: Scope | None = None) -> AsyncGenerator[dict[str, Any], None]:
        """The steps of an answer, the answer last."""
        return self._library.astream(question, scope=self._within(scope))

    def search(self, query: str, *, limit: int = 10, scope: Scope | None = None) -> list[SearchResult]:
        """Find passages."""
        return self._library.search(query, limit=limit, scope=self._within(scope))

    def sources(self, scope: Scope | None = None) -> list[SourceInfo]:
        """List files."""
        return self._library.sources(self._within(scope))

    def source_info(self, name: str) -> SourceInfo:
        """A file by its name in answers.

        Raises:
            ArticlesError: No such file is in the scope.
        """
        found = self._library.source_info(name)
        if self._limits == Scope():
            return found
        for info in self.sources():
            if info.file_id == found.file_id:
                return info
        raise ArticlesError(f"{shown(name)} is not among the articles that are offered here.")

    def source_text(self, name: str) -> str:
        """The text of a file.

        Raises:
            ArticlesError: No such file is in the scope.
        """
        self.source_info(name)
        return self._library.source_text(name)

    def _within(self, scope: Scope | None) -> Scope:
        limits, asked = self._limits, scope or Scope()
        if limits == Scope():
            return asked
        if limits.language and asked.language and limits.language != asked.language:
            raise FunctionError(
                f"Only articles in {limits.language} are offered here: leave language out, or give {limits.language}."
            )
        left_out = limits.without + asked.without
        if limits.source_glob and asked.source_glob:  # a scope holds one pattern; the other is told file by file
            offered = {info.file_id for info in self._library.sources(limits)}
            left_out += tuple(info.file_id for info in self._library.sources() if info.file_id not in offered)
        starts = [day for day in (limits.date_from, asked.date_from) if day]
        ends = [day for day in (limits.date_to, asked.date_to) if day]
        return replace(
            asked,
            roots=asked.roots or limits.roots,
            language=asked.language or limits.language,
            source_glob=asked.source_glob or limits.source_glob,
            date_from=max(starts, default=None),
            date_to=min(ends, default=None),
            without=left_out,
        )
