"""What tells that a question presupposes what its article does not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa_plugin.data import load_toml, read_package_text
from qa_plugin.evidence.premise import premise_signals
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.lexicon import languages
from qa_plugin.language.questions import Weighted, read_question
from tests.one_article import hit_of, lacked


def _signals(asked: str, asked_in: str, sentences: list[str], language: str, answering: int = 0) -> dict[str, float]:
    question = read_question(asked, asked_in)
    hit = hit_of(sentences, language, question)
    slots = [Weighted(slot, 1.0, absent=False) for slot in question.slots]
    best = read_sentence(1, hit.chunk.sentences[answering], sentences[answering], language, 1.0)
    return premise_signals(question, slots, [hit], best)


@pytest.mark.parametrize(
    ("question", "language", "text"),
    [
        ("What did Arthur Wolf sell?", "en", "باعت الخياطة معطفا قديما."),
        ("Qui a vu Marie Pigeon ?", "fr", "The tailor sold an old coat."),
        ("Quem entrevistou Salma Ferreira?", "pt", "The tailor sold an old coat."),
    ],
)
def test_a_person_s_name_is_no_thing_that_the_article_lacks(question: str, language: str, text: str) -> None:
    of = "ar" if language == "en" else "en"
    assert _signals(question, language, [text], of)["telling_missing"] == 0.0


@pytest.mark.parametrize(
    ("question", "language", "text", "of"),
    [
        ("How many people did the earthquake in Minas kill?", "en", "Les inondations ont tué 12 personnes.", "fr"),
        ("Quantos cavalos morreram na quinta?", "pt", "Twelve cows died on the farm.", "en"),
        ("Combien de malades de la rougeole à l'hôpital ?", "fr", "O hospital recebeu 40 doentes com cólera.", "pt"),
        ("كم ملعقة من العسل استخدموا؟", "ar", "They used 12 kilos of butter.", "en"),
        ("چند گربه در پناهگاه است؟", "fa", "The shelter keeps 14 dogs.", "en"),
    ],
)
def test_a_word_without_synonyms_that_the_article_lacks(question: str, language: str, text: str, of: str) -> None:
    assert _signals(question, language, [text], of)["telling_missing"] == 1.0


@pytest.mark.parametrize(
    ("question", "language", "text", "of"),
    [
        ("How many people did the earthquake kill?", "en", "Le séisme a tué 12 personnes.", "fr"),
        ("Quantos cavalos morreram na quinta?", "pt", "Twelve horses died on the farm.", "en"),
        ("چند گربه در پناهگاه است؟", "fa", "The shelter keeps 14 cats.", "en"),
    ],
)
def test_a_word_that_the_article_has_in_its_own_language(question: str, language: str, text: str, of: str) -> None:
    assert _signals(question, language, [text], of)["telling_missing"] == 0.0


@pytest.mark.parametrize(
    ("question", "language", "text", "of"),
    [
        ("How many buses did Portugal order?", "en", "A Espanha encomendou 320 autocarros.", "pt"),
        ("Quantos elétricos tem Milão?", "pt", "Munich has 370 trams.", "en"),
        ("Combien de ponts compte Vérone ?", "fr", "Lisbon has two bridges.", "en"),
        ("كم مستشفى في حلب؟", "ar", "Benghazi has four hospitals.", "en"),
        ("شیراز چند موزه دارد؟", "fa", "Isfahan has twelve museums.", "en"),
    ],
)
def test_another_place_than_the_one_asked_after(question: str, language: str, text: str, of: str) -> None:
    assert _signals(question, language, [text], of)["place_other"] == 1.0


def test_a_nationality_may_be_left_out() -> None:
    signals = _signals("How much did the Brazilian bank lend?", "en", ["O banco emprestou 20 milhões em Lisboa."], "pt")
    assert signals["place_missing"] == signals["place_other"] == 0.0


@pytest.mark.parametrize(
    ("question", "language", "text", "of"),
    [
        ("How many stations will line 5 have?", "en", "La ligne 3 aura huit stations.", "fr"),
        ("Quanto pesa o foguetão Falcão-4?", "pt", "O foguetão Falcão-2 pesa 40 toneladas.", "pt"),
        ("Combien de stations aura la ligne 5 ?", "fr", "A linha 3 terá oito estações.", "pt"),
        ("Who won in the 97 kg class?", "en", "Ali won in the 65 kg class and Reza in the 86 kg class.", "en"),
    ],
)
def test_another_number_of_the_same_name(question: str, language: str, text: str, of: str) -> None:
    assert _signals(question, language, [text], of)["another_number"] == 1.0


def test_the_number_asked_after_beside_another() -> None:
    text = ["La ligne 3 aura huit stations.", "La ligne 5 en aura douze."]
    assert _signals("How many stations will line 5 have?", "en", text, "fr")["another_number"] == 0.0


def test_a_counted_number_is_no_part_of_a_name() -> None:
    text = ["The fire left 12 dead."]
    assert _signals("Was the report of 30 dead right?", "en", text, "en")["another_number"] == 0.0


@pytest.mark.parametrize(
    ("question", "language", "text", "of"),
    [
        (
            "How long is the sentence of Murilo Brandt?",
            "en",
            ["The court gave Otto Brandt nine years.", "His brother Murilo wept."],
            "en",
        ),
        (
            "Quantos anos tem Olavo Brandt?",
            "pt",
            ["O maestro Otto Brandt, de 52 anos, saudou o público.", "O filho Olavo canta."],
            "pt",
        ),
    ],
)
def test_a_namesake(question: str, language: str, text: list[str], of: str) -> None:
    assert _signals(question, language, text, of)["namesake"] == 1.0
    given = question.split()[-2]
    assert _signals(question, language, [text[0].replace("Otto", given), text[1]], of)["namesake"] == 0.0


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("The court acquitted Darvel on Friday.", "en"),
        ("O tribunal absolveu Darvel na sexta-feira.", "pt"),
        ("Le tribunal a acquitté Darvel vendredi.", "fr"),
    ],
)
def test_the_opposite_of_what_is_presupposed(text: str, of: str) -> None:
    asked = "To how many years in prison was Darvel sentenced?"
    assert _signals(asked, "en", [text], of)["opposite"] == 1.0
    assert _signals(asked, "en", [text, "Darvel was sentenced to prison in 2019."], "en")["opposite"] == 0.0


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("The cost of the bridge was not disclosed.", "en"),
        ("O custo da ponte não foi divulgado.", "pt"),
        ("Le coût du pont n'a pas été rendu public.", "fr"),
        ("ولم يكشف عن تكلفة الجسر.", "ar"),
        ("هزینه پل اعلام نشده است.", "fa"),
    ],
)
def test_what_is_said_to_be_unknown(text: str, of: str) -> None:
    assert _signals("How much did the bridge cost?", "en", [text], of)["untold"] == 1.0
    assert _signals("How much did the tower cost?", "en", ["The tower cost 20 million."], "en")["untold"] == 0.0


def test_a_heavy_word_is_missed_only_in_an_article_of_the_questions_language() -> None:
    asked = "How much salt does the Quernby mill sell?"
    assert _signals(asked, "en", ["The mill sells 40 tonnes."], "en")["missing_here"] == 1.0
    assert _signals(asked, "en", ["O moinho vende 40 toneladas."], "pt")["missing_here"] == 0.0


def test_every_word_of_the_table_is_a_concept() -> None:
    table = load_toml("premise.toml")
    listed = {
        name for group in (*table["telling"].values(), *table["attributes"].values()) for name in group.split("|")
    }
    listed |= {name.strip() for row in table["opposites"] for side in row.split("|") for name in side.split(",")}
    assert listed <= set(json.loads(read_package_text("compiled/concepts.json"))["names"])
    assert set(table["unknown"]) == set(languages())


@pytest.mark.parametrize(
    ("question", "gone"),
    [
        ("How many jobs will the Bodoquena mill create?", 1.0),
        ("How many jobs will the Taipava mill create?", 0.0),
        ("How many jobs will the Brazilian mill create?", 0.0),
    ],
)
def test_a_name_that_the_article_lacks(question: str, gone: float, tmp_path: Path) -> None:
    text = "O moinho de Taipava\n\nO moinho de Taipava vai criar 40 empregos.\n"
    found = lacked(tmp_path, question, text)
    assert found["gone"] == gone
    assert found["gone_abroad"] == 0.0
