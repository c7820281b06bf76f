"""Articles that come as texts with a name instead of as files: what a reader of documents hands over."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from qa_plugin.articles.decoding import UnreadableFile
from qa_plugin.articles.files import MAX_FILE_BYTES
from qa_plugin.articles.reader import article_from_text
from qa_plugin.errors import ArticlesError
from qa_plugin.language.folding import cleaned
from qa_plugin.records import Article, FileState

ROOT = "documents:"
"""Begins the names of their roots, which so are the paths of none."""
LANGUAGE_GIVEN = "document, language given"
_LANGUAGE_FOUND = "document"
"""Stand where files have their encoding: what tells languages may change, what a reader gave may not."""
_LONGEST_SOURCE = 300
_ROOT_NAME = re.compile(r"[\w.-]{1,64}")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """A text, and what came with it."""

    text: str
    path: str | None = None
    """Of the file, or the address, that it was read from."""
    part: str | None = None
    """Which part of that, such as a page."""
    key: str | None = None
    """What the giver calls it, the same each time; None where that is made up anew."""
    title: str | None = None
    published: str | None = None
    """ISO date."""
    language: str | None = None
    """ISO 639-1 code."""


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document under the name that answers cite it by."""

    source: str
    given: GivenDocument
    size: int
    modified_ns: int = 0


def root_of(name: str) -> str:
    """The root that documents given under a name have.

    Raises:
        ArticlesError: It is not fit for one.
    """
    if not _ROOT_NAME.fullmatch(name):
        raise ArticlesError(f"{name!r} cannot name documents: use up to 64 letters, digits, '-', '_' and '.'.")
    return ROOT + name


class Documents:
    """The documents of one root."""

    def __init__(self, name: str, given: Sequence[GivenDocument], base: str | None) -> None:
        """Name them.

        Args:
            name: Of the root, from `root_of`.
            given: The documents.
            base: The folder that paths were counted from before.
        """
        self.name = name
        self.base = base_of([document.path for document in given if document.path], base)
        self.failed: tuple[tuple[str, str], ...] = ()
        self.entries = sorted(_named(given, self.base), key=lambda document: document.source)

    def read(self, at: int) -> tuple[Article, FileState]:
        """See `Origin`."""
        entry = self.entries[at]
        given = entry.given
        if entry.size > MAX_FILE_BYTES:
            raise UnreadableFile(f"it is too large for an article ({entry.size // 1024 // 1024} MB): split it")
        try:
            given.text.encode()
        except UnicodeEncodeError as error:
            raise UnreadableFile(
                f"it holds half a surrogate pair at character {error.start}, which is no text"
            ) from error
        article = article_from_text(entry.source, given.text, _LANGUAGE_FOUND)
        if given.language is not None:
            article = replace(article, language=given.language, encoding=LANGUAGE_GIVEN)
        article = replace(article, title=given.title or article.title, published=given.published or article.published)
        about = "\0".join([given.text, given.title or "", given.published or "", given.language or ""])
        digest = hashlib.sha256(about.encode("utf-8", "replace")).hexdigest()
        return article, FileState(entry.source, digest, entry.size, entry.modified_ns)

    def nothing_there(self) -> str:
        """See `Origin`."""
        return "No documents were given, and there are none in the index. Give what a reader's load_data() returns."


def base_of(paths: Sequence[str], before: str | None) -> str | None:
    """The folder that the paths of documents are counted from; None where they have none in common.

    That of the time before as long as all lie in it, so that names do not change when a document comes or goes.
    """
    folders = [_pure(path).parent for path in paths if not _SCHEME.match(path)]
    if before is not None and all(folder.is_relative_to(before) for folder in folders):
        return before
    return next((one.as_posix() for one in _around(folders) if all(f.is_relative_to(one) for f in folders)), None)


def _around(folders: Sequence[PurePosixPath]) -> list[PurePosixPath]:
    return [folders[0], *folders[0].parents] if folders else []


def _named(given: Iterable[GivenDocument], base: str | None) -> list[NamedDocument]:
    found: list[NamedDocument] = []
    seen: Counter[str] = Counter()
    for document in given:
        name = _safe(_name(document, base))
        seen[name] += 1
        while (numbered := f"{name}#{seen[name]}" if seen[name] > 1 else name) != name and numbered in seen:
            seen[name] += 1
        seen[numbered] += numbered != name
        found.append(NamedDocument(numbered, document, len(document.text.encode("utf-8", "surrogatepass"))))
    return found


def _name(document: GivenDocument, base: str | None) -> str:
    path, key = document.path or "", document.key
    inside = _pure(path)
    if not inside.name:
        return key or "document"
    within = base is not None and not _SCHEME.match(path) and inside.is_relative_to(base)
    name = str(inside.relative_to(base) if within and base is not None else inside)
    if document.part:
        return f"{name}#page={document.part}"
    if key is None or key in {path, inside.name}:
        return name
    # Some readers call the parts of a file by its path with something behind it.
    return name + key.removeprefix(path) if key.startswith(path) else f"{name}#{key}"


def _pure(path: str) -> PurePosixPath:
    return PurePosixPath(_SCHEME.sub("", path.replace("\\", "/")))


def _safe(name: str) -> str:
    """A relative path that climbs nowhere, on one line and of a length that can be shown."""
    words = " ".join(cleaned(_SCHEME.sub("", name)).split())
    parts = [part for part in words.split("/") if part not in {"", ".", ".."}]
    safe = "/".join(parts) or "document"
    if len(safe) > _LONGEST_SOURCE:
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
        safe = f"{safe[: _LONGEST_SOURCE - 13]}~{digest}"
    return safe
