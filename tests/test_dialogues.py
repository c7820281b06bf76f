"""Conversations over small invented folders, in five languages: what a question takes over from the one before."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.language.folding import fold_text
from qa_plugin.plugin import QAPlugin
from qa_plugin.settings import Settings

HERE = Path(__file__).parent / "dialogues"


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


NOT_YET = {
    "ar9": "the role of who states it is found, without the name behind it",
}
"""What is understood and yet not answered; may only shrink."""


def _marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=NOT_YET[name], strict=True)] if name in NOT_YET else []


DIALOGUES = [
    pytest.param(language, dialogue, id=f"{language}{number}", marks=_marks(f"{language}{number}"))
    for language, table in _read("dialogues.toml").items()
    for number, dialogue in enumerate(table["dialogues"], 1)
]


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, QAPlugin]]:
    opened: dict[str, QAPlugin] = {}
    for language, texts in _read("articles.toml").items():
        folder = tmp_path_factory.mktemp(language)
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        store = tmp_path_factory.mktemp(f"store-{language}")
        opened[language] = QAPlugin(folder, store=store, settings=Settings(store=store))
    yield opened
    for plugin in opened.values():
        plugin.close()


@pytest.mark.parametrize(("language", "dialogue"), DIALOGUES)
def test_a_follow_up_is_answered(plugins: dict[str, QAPlugin], language: str, dialogue: dict[str, Any]) -> None:
    chat = plugins[language].chat()
    answer = [chat.ask(question) for question in dialogue["asked"]][-1]
    said = (chat.turns[-1].understood, answer.text)
    assert answer.status == "answered", said
    if "has" in dialogue:
        assert any(fold_text(form) in fold_text(answer.text) for form in dialogue["has"]), said
    if "quote" in dialogue:
        assert any(dialogue["quote"] in citation.quote for citation in answer.citations), said
    if "source" in dialogue:
        assert f"{dialogue['source']}.txt" in {citation.source for citation in answer.citations}, said
