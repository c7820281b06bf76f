"""The index, opened while the first question is being typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_plugin.plugin import QAPlugin

_LOOK_SECONDS = 0.1
"""How often who waits looks up; a Ctrl-C is heard that soon."""


class Opening:
    """A plugin that is opened in a thread of its own: its imports alone take longer than a prompt may."""

    def __init__(self, make: Callable[[Callable[[int, int], None]], QAPlugin]) -> None:
        """Begin to open.

        Args:
            make: Makes the plugin and opens its index; is handed what takes the progress of reading articles.
        """
        self._make = make
        self._done = threading.Event()
        self._plugin: QAPlugin | None = None
        self._error: BaseException | None = None
        self._progress: tuple[int, int] | None = None
        threading.Thread(target=self._open, name="qa-plugin-opening", daemon=True).start()

    def wait(self, show: Callable[[str], None]) -> QAPlugin:
        """The plugin, once it is open.

        Args:
            show: Is told what is being done, while it takes its time.

        Raises:
            QAPluginError: It could not be opened.
        """
        while not self._done.wait(_LOOK_SECONDS):
            show("Reading {:,} of {:,}".format(*self._progress) if self._progress else "Opening the index")
        if self._error is not None:
            raise self._error
        assert self._plugin is not None  # noqa: S101 - one of the two is set
        return self._plugin

    def close(self) -> None:
        """Let go of the index, if it is open."""
        if self._done.is_set() and self._plugin is not None:
            self._plugin.close()

    def _open(self) -> None:
        try:
            self._plugin = self._make(self._note)
        except BaseException as error:  # noqa: BLE001 - handed to who waits
            self._error = error
        finally:
            self._done.set()

    def _note(self, done: int, total: int) -> None:
        self._progress = (done, total)
