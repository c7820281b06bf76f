"""A reply read while it grows: its status, and each claim and position as soon as it is complete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from qa_plugin.answering.messages import MAX_REPLY_CHARACTERS

_OPENING = re.compile(r"\ufeff?\s*(?:```\w*\s*)?(?=\{)")
_LISTS = frozenset({"claims", "positions"})


class PartialReply:
    """Takes the pieces of a reply and gives its entries.

    Only a reply that begins with its object, fenced or not, is read: a model that thinks aloud first may say what it
    then takes back. What is not JSON ends the reading; whether the whole can be read is judged elsewhere.
    """

    def __init__(self) -> None:
        self.status: str | None = None
        """As soon as it was said; it stands first in the form that is asked for."""
        self._text = ""
        self._at = -1
        self._depth: list[str] = []
        """The brackets that are open."""
        self._string_from: int | None = None
        self._escaped = False
        self._last = ""
        """The last string of the outermost object: a key, or the status."""
        self._key = ""
        self._entry_from = 0
        self._over = False

    def feed(self, piece: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Take a piece; the entries that it completes, each with the name of its list."""
        self._text += piece
        if self._at < 0 and not self._over:
            opening = _OPENING.match(self._text)
            if opening is None:
                self._over = bool(self._text.strip("\ufeff `\n\r\t")) and len(self._text) > len("```json\n") * 2
                return
            self._at = opening.end()
        while self._at < len(self._text) and not self._over:
            entry = self._step(self._text[self._at])
            self._at += 1
            if self._at > MAX_REPLY_CHARACTERS:
                self._over = True
            if entry is not None:
                yield entry

    def _step(self, character: str) -> tuple[str, dict[str, Any]] | None:
        if self._string_from is not None:
            self._in_string(character)
        elif character == '"':
            self._string_from = self._at
        elif character in "{[":
            if self._depth == ["{", "["] and character == "{":
                self._entry_from = self._at
            self._depth.append(character)
        elif character in "}]":
            return self._close(character)
        elif character == ":" and self._depth == ["{"]:
            self._key = self._last
        return None

    def _in_string(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            if self._depth == ["{"] and self._string_from is not None:
                self._last = self._text[self._string_from + 1 : self._at]
                if self._key == "status" and self.status is None:
                    self.status = self._last
            self._string_from = None

    def _close(self, character: str) -> tuple[str, dict[str, Any]] | None:
        if not self._depth or (self._depth.pop() == "{") != (character == "}"):
            self._over = True
            return None
        if not self._depth:
            self._over = True
        elif self._depth == ["{", "["] and character == "}" and self._key in _LISTS:
            try:
                value = json.loads(self._text[self._entry_from : self._at + 1], strict=False)
            except ValueError:
                self._over = True
            else:
                return self._key, cast("dict[str, Any]", value)
        return None
