"""The plugin's own addresses: an answer, passages, an article, and what is there."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from qa_plugin.concurrency import Pool, awaited
from qa_plugin.errors import ArticlesError
from qa_plugin.functions.functions import shown
from qa_plugin.http_server.faults import FaultError
from qa_plugin.http_server.reading import MOST_PAST, Asked
from qa_plugin.http_server.requests import AskRequest, SearchRequest
from qa_plugin.http_server.speaking import Speaker
from qa_plugin.http_server.telling import MODEL
from qa_plugin.records import Scope
from qa_plugin.scoping import scope_of

if TYPE_CHECKING:
    from qa_plugin.plugin import QAPlugin

_LOOKING_UP = 4
"""Searches and articles at a time, beside the questions."""


class Looking:
    """What is looked up for one plugin, never in the way of the event loop."""

    def __init__(self, plugin: QAPlugin, speaker: Speaker, version: str) -> None:
        """Look up in a plugin, by who answers conversations over it, for a server of a version."""
        self._plugin = plugin
        self._speaker = speaker
        self._version = version
        self._pool = Pool(_LOOKING_UP)
        self._since = int(time.time())
        self._destination = plugin.destination()

    async def ask(self, request: AskRequest) -> dict[str, Any]:
        """The JSON of an answer, and what was searched for: a question may lean on those before it."""
        past = tuple(filter(str.strip, request.previous))[-MOST_PAST:]
        turn = await self._speaker.turn(Asked(request.question, past), _scope(request))
        return {**turn.answer.to_dict(), "understood": turn.understood}

    async def search(self, request: SearchRequest) -> dict[str, Any]:
        """Passages."""
        find = partial(self._plugin.search, request.query, limit=request.limit, scope=_scope(request))
        results = await awaited(self._pool, find)
        return {"query": request.query, "results": [result.to_dict() for result in results]}

    async def article(self, name: str) -> dict[str, Any]:
        """An article, its text as offsets count in it."""
        return await awaited(self._pool, partial(self._article, name))

    def _article(self, name: str) -> dict[str, Any]:
        try:
            info, text = self._plugin.source_info(name), self._plugin.source_text(name)
        except ArticlesError as error:
            raise FaultError(404, f"There is no article {shown(name)}.", code="articles", param="id") from error
        return {
            "id": name,
            "title": info.title,
            "language": info.language,
            "published": info.published,
            "credits": list(info.credits),
            "copies": list(info.copies),
            "translations": list(info.translations),
            "text": text,
        }

    def health(self) -> dict[str, Any]:
        """That the server is there."""
        mode = "llm" if self._plugin.model_name is not None else "extractive"
        return {"status": "ok", "version": self._version, "mode": mode, "destination": self._destination}

    def models(self) -> dict[str, Any]:
        """The one model there is."""
        return {"object": "list", "data": [self.model(MODEL)]}

    def model(self, name: str) -> dict[str, Any]:
        """A model by its name."""
        if name != MODEL:
            raise FaultError(404, f"There is no model {shown(name)}, only {MODEL}.", code="model_not_found", param="id")
        return {"id": MODEL, "object": "model", "created": self._since, "owned_by": "qa-plugin"}


def _scope(request: AskRequest | SearchRequest) -> Scope:
    return scope_of(
        language=request.language, source=request.source, date_from=request.date_from, date_to=request.date_to
    )
