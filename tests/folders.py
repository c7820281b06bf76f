"""A question asked of a small folder of texts, in a store of its own, and what is looked at in its answer."""

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


def assert_tells(folder: Path, question: str, text: str, value: str | None) -> None:
    """An article's answer begins with this value; None: it does not answer."""
    answer = ask_folder(folder, question, {"a.txt": text})
    if value is None:
        assert answer.status == "not_in_sources", answer.text
    else:
        assert answer.text.startswith(value), answer.text


def values(answer: Answer) -> set[float | None]:
    """What the positions of its disagreements state."""
    return {position.value for conflict in answer.conflicts for position in conflict.positions}
