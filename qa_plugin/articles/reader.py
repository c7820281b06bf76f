"""From a file to an `Article`: its text as it stands, and what the text says of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from qa_plugin.articles.boilerplate import body_spans
from qa_plugin.articles.credits import credits as credited
from qa_plugin.articles.decoding import UnreadableFile, decode
from qa_plugin.articles.files import read_bytes
from qa_plugin.articles.metadata import published, title
from qa_plugin.language.detection import detect
from qa_plugin.language.markup import without_markup
from qa_plugin.records import Article, FileState, Span

_DETECTION_CHARACTERS = 50_000


def read_article(path: Path, root: Path) -> tuple[Article, FileState]:
    """Read one file that lies under a root (or is the root), with the state to tell later whether it changed.

    Raises:
        UnreadableFile: It cannot be read, or its bytes are no text.
    """
    source = source_of(path, root)
    raw = read_bytes(path)
    text, encoding = decode(raw.data)
    state = FileState(source, hashlib.sha256(raw.data).hexdigest(), raw.size, raw.modified_ns)
    return article_from_text(source, text, encoding), state


def source_of(path: Path, root: Path) -> str:
    """The name of a file as answers cite it: relative to its root, with `/`."""
    if path == root:
        return path.name
    try:
        return path.relative_to(root).as_posix()
    except ValueError as error:
        raise UnreadableFile(f"it does not lie under {str(root)!r}") from error


def language_of(text: str, body: Sequence[Span]) -> str:
    """The language of a text by its body."""
    prose = "\n".join(text[span.start : span.end] for span in body) if len(text) <= _DETECTION_CHARACTERS else text
    return detect(prose or text)


def article_from_text(source: str, text: str, encoding: str = "utf-8") -> Article:
    """The article that a text is; also for documents that come from elsewhere than a file."""
    seen = without_markup(text)
    body = body_spans(seen)
    return Article(
        source=source,
        text=text,
        encoding=encoding,
        language=language_of(seen, body),
        title=title(seen, body),
        published=published(seen, body),
        credits=credited(seen, body),
        body=body,
    )
