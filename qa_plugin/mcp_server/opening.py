"""The index, opened in a thread of its own while the server already answers what it can without."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa_plugin.errors import StoreLocked
from qa_plugin.functions import Functions, Limited
from qa_plugin.records import IndexReport, Scope
from qa_plugin.settings import Settings

if TYPE_CHECKING:
    from qa_plugin.plugin import QAPlugin

_PATIENCE_SECONDS = 120.0
"""How long another process may write before that is told as a failure; the next call waits again."""
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Start:
    """What a server serves."""

    settings: Settings
    articles: Path | None = None
    """Brought in line when the server starts, and then the only root; None serves the whole index."""
    scope: Scope = field(default_factory=Scope)
    """The part of it that is offered."""
    writes: bool = False
    """Whether callers may have the index brought in line again."""
    say: Callable[[str], None] = lambda _: None
    """Is told, in one line each, what whoever runs the server should know."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The articles, ready to be asked."""

    library: Limited
    functions: Functions
    host: str
    """The host that questions go to."""
    close: Callable[[], None]


class Opening:
    """Opens what a server serves, once; where that failed, the next call tries again."""

    def __init__(self, start: Start) -> None:
        """Describe it; nothing is loaded or opened yet."""
        self.start = start
        self._lock = threading.Lock()
        self._future: Future[Opened] | None = None

    def begin(self) -> Future[Opened]:
        """Begin to open, unless that is under way or done."""
        with self._lock:
            if self._future is None or (self._future.done() and self._future.exception() is not None):
                self._future = Future()
                # From now on nobody who gives up waiting can cancel it for the others.
                self._future.set_running_or_notify_cancel()
                threading.Thread(target=self._run, args=(self._future,), name="qa-plugin-opening", daemon=True).start()
            return self._future

    def standing(self) -> Future[Opened]:
        """How the opening stands, for who does not wait; where it failed, it begins again for who asks next."""
        with self._lock:
            last = self._future
        begun = self.begin()
        return last or begun

    async def opened(self) -> Opened:
        """What is served, once it is open.

        Raises:
            QAPluginError: It could not be opened.
        """
        return await asyncio.wrap_future(self.begin())

    def close(self) -> None:
        """Let go of the index, as soon as it is open."""
        if self._future is not None:
            self._future.add_done_callback(_closed)

    def _run(self, future: Future[Opened]) -> None:
        try:
            future.set_result(_open(self.start))
        except BaseException as error:  # noqa: BLE001 - handed to who waits
            future.set_exception(error)
            self.start.say(f"The index could not be opened: {error}")

    def reindex(self, progress: Callable[[int, int], None]) -> IndexReport:
        """Bring the index in line with its files, while questions are answered from it.

        Raises:
            QAPluginError: As `QAPlugin.index`.
        """
        from qa_plugin.plugin import QAPlugin

        settings, articles = self.start.settings, self.start.articles
        # A writer of its own: the plugin that answers notices what has changed.
        with QAPlugin(settings=settings) as writer:
            roots = [articles] if articles is not None else sorted({Path(info.root) for info in writer.sources()})
            report = writer.index(*roots, progress=progress)
            for notice in writer.notices:
                self.start.say(notice)
        return report


def _open(start: Start) -> Opened:
    from qa_plugin.plugin import QAPlugin  # all rooms behind it: a list of tools does without

    plugin = QAPlugin(start.articles, settings=start.settings)
    start.say(plugin.destination())
    if start.articles is not None:
        report = _in_line(plugin)
        for source, reason in report.failed[:1]:
            start.say(f"{len(report.failed)} of the files could not be read; the first: {source}: {reason}")
    plugin.opened()
    for notice in plugin.notices:
        start.say(notice)
    plugin.notices.clear()
    library = Limited(plugin, start.scope)
    return Opened(library, Functions(library), plugin.host, plugin.close)


def _in_line(plugin: QAPlugin) -> IndexReport:
    """Bring the plugin's articles in line; several hosts may start a server of the same ones at the same time."""
    patience = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return plugin.index()
        except StoreLocked:
            if time.monotonic() > patience:
                raise
            time.sleep(_PAUSE_SECONDS)


def _closed(future: Future[Opened]) -> None:
    if future.exception() is None:
        future.result().close()
