"""What LlamaIndex's readers give, as documents of the index."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from llama_index.core.schema import Document

from qa_plugin.articles.documents import GivenDocument
from qa_plugin.articles.metadata import whole_day
from qa_plugin.errors import ArticlesError, SettingsError
from qa_plugin.language.folding import cleaned
from qa_plugin.scoping import language_code

# The names that readers use, the likeliest first. Days on which a file was made or touched are not among those of
# publication.
_PATHS = ("file_path", "file_name", "filename", "url", "URL", "source_url", "link", "source")
_PARTS = ("page_label", "page_number", "page")
_TITLES = ("title", "Title", "headline")
_DAYS = (
    *("published", "published_at", "publication_date", "publish_date", "published_date", "datePublished"),
    *("date_published", "pub_date", "pubDate", "pubdate", "date"),
)
_LANGUAGES = ("language", "lang", "language_code")
_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""An id that LlamaIndex gives where a reader gives none: another one each time."""


def given_documents(documents: Iterable[object]) -> list[GivenDocument]:
    """Documents as the index takes them, with the path, title, date and language that their metadata state.

    Raises:
        ArticlesError: One is no `Document`.
    """
    return [_given(document, at) for at, document in enumerate(documents)]


def _given(document: object, at: int) -> GivenDocument:
    if not isinstance(document, Document):
        raise ArticlesError(
            f"Number {at} of the documents is a {type(document).__name__}. Give LlamaIndex Documents, as readers "
            "return them and before they are split: Document(text=…, metadata={…})."
        )
    about = document.metadata
    day = _first(about, _DAYS)
    return GivenDocument(
        text=document.get_content(),
        path=_words(about, _PATHS),
        part=_words(about, _PARTS),
        key=None if _MADE_UP.fullmatch(document.doc_id) else document.doc_id,
        title=_words(about, _TITLES),
        published=_day(day) if day is not None else None,
        language=_language(_words(about, _LANGUAGES)),
    )


def _first(about: Mapping[str, Any], names: Iterable[str]) -> object:
    return next((about[name] for name in names if about.get(name) not in {None, ""}), None)


def _words(about: Mapping[str, Any], names: Iterable[str]) -> str | None:
    value = _first({name: about[name] for name in names if isinstance(about.get(name), str | int)}, names)
    return " ".join(cleaned(str(value)).split()) or None if value is not None else None


def _day(value: object) -> str | None:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    words = str(value).strip()
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(words[:10]).isoformat()
    return whole_day(words)


def _language(value: str | None) -> str | None:
    """Its code, where the metadata give one and no name."""
    try:
        return language_code(value) if value else None
    except SettingsError:
        return None
