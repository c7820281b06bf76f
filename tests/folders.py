"""A question asked of a small folder of texts, in a store of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qa_plugin import QAPlugin
from qa_plugin.records import Answer


def ask_folder(folder: Path, question: str, articles: Mapping[str, str]) -> Answer:
    """The answer from these articles, by file name; `folder` takes them and the store."""
    place = folder / "articles"
    place.mkdir()
    for name, text in articles.items():
        (place / name).write_text(text, encoding="utf-8")
    with QAPlugin(place, store=folder / "store") as plugin:
        return plugin.ask(question)
