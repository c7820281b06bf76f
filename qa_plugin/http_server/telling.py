"""What goes with the text of a reply: its citations as annotations, and the answer in parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa_plugin.functions import Functions
from qa_plugin.functions.functions import Library
from qa_plugin.http_server import writing
from qa_plugin.records import Answer, Citation

MODEL = "qa-plugin"
"""The name of the one model there is to ask."""


class Teller:
    """Tells of answers to a client, with addresses under which that client reaches the page."""

    def __init__(self, library: Library, base: str) -> None:
        """Tell it.

        Args:
            library: The plugin.
            base: The server's address as the client knows it, without a slash at its end.
        """
        self._base = base
        self._functions = Functions(library, url_of=lambda source: writing.article_address(base, source))

    def annotations(
        self, text: str, answer: Answer | None, form: Callable[[writing.Mark, writing.Addresser], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The citations of a whole text; none before its answer is there."""
        if answer is None:
            return []
        return [form(mark, self._address) for mark in writing.marks(text, answer)]

    def parts(self, answer: Answer | None) -> dict[str, Any] | None:
        """The answer as the functions give it."""
        return None if answer is None else self._functions.asked(answer).model_dump(mode="json")

    def _address(self, citation: Citation) -> str:
        return writing.quote_address(self._base, citation)
