"""A day of the report's own that is none too sure does not answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa_plugin.answering.extractive import said_of_anything
from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.weighing import weigh
from qa_plugin.language.questions import read_question
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Scope
from qa_plugin.retrieval import retrieve

TEXT = (
    "Ferry inquiry\n\n3 May 2024\n\nThe harbour master spoke to reporters on Wednesday about the ferry Aurelia. "
    "The ferry Aurelia was built in 1998 in Gdansk and carried 640 passengers.\n"
)


def _likeliest(folder: Path, question: str) -> Found:
    place = folder / "articles"
    place.mkdir()
    (place / "ferry.txt").write_text(TEXT, encoding="utf-8")
    asked = read_question(question, "en")
    with QAPlugin(place, store=folder / "store") as plugin:
        plugin.index()
        store = plugin.opened()
        ranking = retrieve(asked, plugin.embedder.embed_query(asked.text), store, Scope())
        return weigh(asked, ranking.hits, ranking.slots, ranking.according).typed[0]


@pytest.mark.parametrize(
    ("question", "words", "deictic"),
    [
        ("When did the harbour master speak to reporters?", "Wednesday", True),
        ("When was the ferry Aurelia built?", "1998", False),
    ],
)
def test_a_day_of_the_reports_own_must_be_surer(tmp_path: Path, question: str, words: str, *, deictic: bool) -> None:
    found = _likeliest(tmp_path, question)
    levels = load_toml("levels.toml")["moment"]
    assert found.candidate is not None
    assert words in found.candidate.words
    assert said_of_anything(replace(found, sure=levels["deictic"] - 0.05), levels) is deictic
    assert not said_of_anything(replace(found, sure=levels["deictic"] + 0.05), levels)
