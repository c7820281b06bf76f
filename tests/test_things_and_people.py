"""People do not answer for things that no article speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin import QAPlugin

TEXT = (
    "Des renforts pour Orvane\n\n3 mai 2024\n\nLa Varélie a envoyé plus de 4 000 soldats dans la province d'Orvane, "
    "a indiqué le ministère de la Défense.\n"
)


@pytest.fixture
def plugin(tmp_path: Path) -> QAPlugin:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "renforts.txt").write_text(TEXT, encoding="utf-8")
    return QAPlugin(folder, store=tmp_path / "store")


@pytest.mark.parametrize(
    "question",
    ["How many tanks did Varelia send to Orvane?", "Quantos helicópteros enviou a Varélia para Orvane?"],
)
def test_soldiers_are_no_tanks(plugin: QAPlugin, question: str) -> None:
    assert plugin.ask(question).status == "not_in_sources"


@pytest.mark.parametrize(
    "question", ["How many soldiers did Varelia send to Orvane?", "Quantas tropas foram enviadas?"]
)
def test_soldiers_are_soldiers(plugin: QAPlugin, question: str) -> None:
    assert "4" in plugin.ask(question).text
