"""Values of another measure than the question asks for are no answers to it."""

from __future__ import annotations

import pytest

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.lexicon import concept_name, concepts, kinds
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.records import Span


def _values(language: str, question: str, of: str, text: str) -> list[str]:
    """The words of the values that a sentence offers for a question."""
    asked = read_question(question, language)
    sentence = read_sentence(0, Span(0, len(text)), text, of, 1.0)
    slots = [
        Weighted(slot, 1.0, absent=False, key_weights=(1.0,) * (len(slot.keys) + len(slot.near)))
        for slot in asked.slots
    ]
    return [candidate.words for candidate in find_candidates(asked, slots, sentence)]


@pytest.mark.parametrize(
    ("language", "question", "of", "text", "values"),
    [
        # "How much" is told in no days, unless it asks for time.
        ("fr", "Combien a rapporté la collecte ?", "en", "In three days the collection brought in 12,500 euros.", 1),
        ("en", "How much of the forest burned?", "pt", "A floresta ardeu durante três dias.", 0),
        ("pt", "Quanto tempo durou a viagem?", "en", "The voyage took three days.", 1),
        ("en", "By how much did she win the race?", "en", "She won the race by three seconds.", 1),
        # A currency that the question asks in.
        ("pt", "Em tomans, quanto vale o contrato?", "pt", "O contrato vale R$ 2,98 bilhões.", 0),
        ("pt", "Em tomans, quanto vale o contrato?", "fa", "ارزش قرارداد ۳۱ هزار میلیارد تومان است.", 1),
        ("fa", "هزینه نیروگاه به یورو چقدر است؟", "en", "It costs 1.2 billion dollars, or 1.1 billion euros.", 1),
        ("en", "How much is it worth in dollars?", "en", "It is worth 30 million Canadian dollars.", 1),
        ("fr", "Combien coûte l'école de Dhi Qar ?", "en", "The school costs 30 million euros.", 1),
        # A unit of time that goes a thousand times into another.
        ("fr", "Combien de minutes a duré la panne ?", "en", "The failure lasted two days.", 0),
        ("fr", "Combien de minutes a duré la panne ?", "en", "The failure lasted two hours.", 1),
        ("en", "How many days did she wait?", "pt", "Ela esperou 35 anos.", 0),
        ("en", "How many days did she wait?", "pt", "Ela esperou seis semanas.", 1),
        # Which anniversary, which minute: no number of anything else.
        ("en", "How many copies were sold?", "fr", "Le 60e anniversaire du livre a été fêté.", 0),
        ("en", "How many meetings has she held?", "fr", "Ce fut sa 36e réunion avec les électeurs.", 1),
        ("en", "Which anniversary of the book was marked?", "fr", "Le 60e anniversaire du livre a été fêté.", 1),
    ],
)
def test_quantities(language: str, question: str, of: str, text: str, values: int) -> None:
    assert len(_values(language, question, of, text)) == values


@pytest.mark.parametrize(
    ("language", "question", "text", "said"),
    [
        ("en", "What year was the ferry built?", "The ferry sank on Sunday.", False),
        ("en", "What year was the ferry built?", "The ferry was built in 1998.", True),
        ("en", "When did the ferry sink?", "The ferry sank on Sunday.", True),
        ("fr", "En quelle année le théâtre a-t-il fermé ?", "The theatre closed on 3 May.", False),
        ("pt", "Em que mês parte o navio?", "The ship will sail on Friday.", False),
        ("fa", "کشتی در چه ماهی راه می‌افتد؟", "The ship will sail in November.", True),
        ("ar", "في أي عام بنيت العبارة؟", "The ferry was built in 1998.", True),
    ],
)
def test_years_and_months(language: str, question: str, text: str, *, said: bool) -> None:
    assert bool(_values(language, question, "en", text)) is said


def test_the_value_of_the_measure_asked_for_is_left() -> None:
    text = "In three days the collection brought in 12,500 euros."
    assert _values("fr", "Combien a rapporté la collecte ?", "en", text) == ["12,500 euros"]


def test_a_foreign_minister_is_a_minister_and_south_africa_no_africa() -> None:
    def names(word: str) -> set[str]:
        return {concept_name(kind) for concept in concepts(word, "en") for kind in kinds(concept)}

    assert {"foreign minister", "prime minister"} <= names("minister")
    assert not names("africa")


def test_the_question_meets_a_kind_of_what_it_names() -> None:
    slot = next(slot for slot in read_question("What did the minister say?", "en").slots if slot.word == "minister")
    kind = next(iter(concepts("minister", "en")))
    assert {f"c{other}" for other in kinds(kind)} <= set(slot.near)
