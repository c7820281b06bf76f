"""Conversations over small invented folders, in five languages: what a question takes over from the one before."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.answering.following import carried
from qa_plugin.language.folding import fold_text
from qa_plugin.language.questions import read_question
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


@pytest.mark.parametrize(
    ("language", "before", "asked", "understood"),
    [
        ("en", "How many litres a day does the plant treat?", "when was that?", "when was that, does the plant treat?"),
        ("en", "How many parcels per week does it sort?", "where was that?", "where was that, does it sort?"),
        ("en", "How much a day does the refinery lose?", "since when?", "since when, does the refinery lose?"),
        ("pt", "Quantos litros por dia trata a estação?", "quando foi isso?", "quando foi isso, trata a estação?"),
        ("fr", "Combien de colis par jour le dépôt trie-t-il ?", "depuis quand ?", "depuis quand, le dépôt trie-t-il?"),
        ("ar", "كم لترا يوميا تعالج المحطة؟", "متى كان ذلك؟", "متى كان ذلك, تعالج المحطة?"),
        ("fa", "چند لیتر در روز از رود برداشته می‌شود؟", "کی بود؟", "کی بود, از رود برداشته می‌شود?"),
        # What is counted is all that tells what it is about.
        ("en", "What is the capacity of the dam?", "when was that?", "when was that, is the capacity of the dam?"),
        # It is asked anew, of another thing: the rate stays where it counts that.
        (
            "en",
            "How many cars cross the bridge a day?",
            "and how many lorries?",
            "how many lorries, cross the bridge a day?",
        ),
    ],
)
def test_no_end_of_what_was_counted_is_taken_over(language: str, before: str, asked: str, understood: str) -> None:
    new, last = read_question(asked, language), read_question(before, language)
    assert carried(new, last)[0] == understood
