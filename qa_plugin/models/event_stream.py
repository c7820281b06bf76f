"""Server-sent events out of bytes as they come; of their fields only the data is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

_FIELD = re.compile(rb"(?:data|event|id|retry)?:")
_LONGEST_FIELD = len(b"event:")
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
"""A carriage return at the very end may be half of an end of line."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NoEvents(Exception):  # noqa: N818 - reads as what is the case
    """What came is something else; `content` holds all of it."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content


def event_data(content: Iterable[bytes]) -> Iterator[str]:
    """The data of each whole event; one that the end of the stream cut off is none.

    Raises:
        NoEvents: It begins like no event stream.
    """
    chunks = iter(content)
    head = b""
    for chunk in chunks:
        head = (head + chunk).removeprefix(_BYTE_ORDER_MARK).lstrip()
        if len(head) >= _LONGEST_FIELD:
            break
    if not _FIELD.match(head):
        raise NoEvents(b"".join((head, *chunks)))
    data: list[bytes] = []
    for line in _lines(chain((head,), chunks)):
        if line.startswith(b"data"):
            data.append(line[4:].removeprefix(b":").removeprefix(b" "))
        elif not line and data:
            yield b"\n".join(data).decode("utf-8", "replace")
            data.clear()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines; bytes after the last end of line are none."""
    begun: list[bytes] = []
    for chunk in chunks:
        before = begun.pop() if begun and begun[-1].endswith(b"\r") else b""
        *ended, rest = _LINE_END.split(before + chunk)
        for line in ended:
            yield b"".join((*begun, line))
            begun.clear()
        begun.append(rest)
