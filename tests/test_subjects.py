"""Whom an article says a thing of: the one that is asked after, or somebody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa_plugin.data import load_toml, read_package_text
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.evidence.subjects import may_have_namesakes, subject_signals
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.records import Span
from tests.one_article import hit_of, lacked


def _signals(asked: str, asked_in: str, sentences: list[str], language: str) -> dict[str, float]:
    """The signals where the first sentence of one article answers."""
    question = read_question(asked, asked_in)
    hit = hit_of(sentences, language, question)
    slots = [Weighted(slot, 1.0, absent=False) for slot in question.slots]
    best = read_sentence(1, hit.chunk.sentences[0], sentences[0], language, 1.0)
    return subject_signals(question, slots, [hit], best)


@pytest.mark.parametrize(
    ("question", "language", "text", "of"),
    [
        ("How many planes did Norway buy?", "en", "A Suécia comprou 40 aviões.", "pt"),
        ("Quantos navios comprou a Polónia?", "pt", "Denmark bought nine ships.", "en"),
        ("Combien de trains la Grèce a-t-elle achetés ?", "fr", "Italy bought 30 trains.", "en"),
        ("How many planes did Norway buy?", "en", "La Suède a acheté 40 avions.", "fr"),
    ],
)
def test_what_another_country_did(question: str, language: str, text: str, of: str) -> None:
    assert _signals(question, language, [text], of)["country_other"] == 1.0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many planes did Norway buy?", "Norway bought 40 planes from Sweden."),
        ("How many people died in Norway?", "The storm from Sweden killed 40 people."),
        ("How many Norwegian planes landed?", "In Sweden 40 planes landed."),
        ("How many planes did Norway buy?", "The government bought 40 planes in Sweden."),
    ],
)
def test_the_country_asked_after_or_one_where_it_happened(question: str, text: str) -> None:
    assert _signals(question, "en", [text], "en")["country_other"] == 0.0


@pytest.mark.parametrize(
    ("question", "language", "texts", "of"),
    [
        (
            "Why did the minister Hilda Krohn resign?",
            "en",
            ["The deputy Lars Feld resigned after the vote.", "Hilda Krohn did not resign and stays."],
            "en",
        ),
        (
            "Porque se demitiu a ministra Hilda Krohn?",
            "pt",
            ["The deputy Lars Feld resigned after the vote.", "Hilda Krohn did not resign and stays."],
            "en",
        ),
        (
            "Pourquoi Hilda Krohn a-t-elle démissionné ?",
            "fr",
            ["O deputado Lars Feld demitiu-se após a votação.", "Hilda Krohn não se demitiu."],
            "pt",
        ),
        (
            "When was Otto Krohn arrested?",
            "en",
            ["La police a arrêté Lars Feld lundi.", "Otto Krohn n'a pas été arrêté."],
            "fr",
        ),
    ],
)
def test_a_deed_that_is_denied_of_the_one_asked_after(question: str, language: str, texts: list[str], of: str) -> None:
    assert _signals(question, language, texts, of)["deed_denied"] == 1.0


@pytest.mark.parametrize(
    "texts",
    [
        ["Hilda Krohn resigned on Friday.", "On Monday Hilda Krohn did not resign."],
        ["The deputy Lars Feld resigned.", "Hilda Krohn spoke to the press."],
        ["She resigned on Friday.", "On Monday Hilda Krohn did not resign."],
    ],
)
def test_a_deed_that_was_done_or_of_which_nothing_is_said(texts: list[str]) -> None:
    assert _signals("Why did Hilda Krohn resign?", "en", texts, "en")["deed_denied"] == 0.0


def test_a_question_that_presupposes_a_denial() -> None:
    texts = ["Hilda Krohn did not resign, for the party backs her."]
    assert _signals("Why did Hilda Krohn not resign?", "en", texts, "en")["deed_denied"] == 0.0


def test_how_much_of_the_names_a_sentence_leaves_out() -> None:
    asked = "How many boats does Hilda Krohn own?"
    whole = _signals(asked, "en", ["Hilda Krohn owns four boats."], "en")
    none = _signals(asked, "en", ["In Lisbon there are four boats."], "en")
    assert whole["names_apart"] == whole["other_place"] == 0.0
    assert none["names_apart"] > 0.3
    assert none["other_place"] == 1.0


def test_kin_may_be_asked_after() -> None:
    assert may_have_namesakes(read_question("How many years did Murat Kaya get?", "en"))
    assert not may_have_namesakes(read_question("How old is the brother of Murat Kaya?", "en"))
    assert not may_have_namesakes(read_question("Who sued Murat Kaya?", "en"))


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        (
            "How many years in prison did Farid Benomar get?",
            "حكمت المحكمة على طارق بنعمر بالسجن تسع سنوات. وحضر شقيقه فريد بنعمر الجلسة.",
            1.0,
        ),
        (
            "How many years in prison did Farid Benomar get?",
            "حكمت المحكمة على فريد بنعمر بالسجن تسع سنوات. وحضر شقيقه طارق بنعمر الجلسة.",
            0.0,
        ),
        (
            "How many years in prison did Edgar Falk get?",
            "O tribunal condenou Tobias Falk a nove anos. O irmão, Edgar Falk, chorou.",
            1.0,
        ),
        (
            "How many years in prison did Edgar Falk get?",
            "O tribunal condenou Falk a nove anos. A mãe de Edgar Falk chorou.",
            0.0,
        ),
    ],
)
def test_another_of_the_family(question: str, text: str, other: float, tmp_path: Path) -> None:
    first = Span(0, text.index(". ") + 1)
    assert lacked(tmp_path, question, text, first)["namesake"] == other


def test_every_deed_of_the_table_is_a_concept() -> None:
    table = load_toml("premise.toml")
    listed = {name for row in (*table["alike"], table["deeds"]) for name in row.split("|")}
    assert listed <= set(json.loads(read_package_text("compiled/concepts.json"))["names"])
