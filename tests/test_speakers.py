"""Whose words a sentence gives: told by the sentences before it, and told apart from those of somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.evidence.statements.speakers import of_others, speaker_slots, voices
from qa_plugin.language.attribution import find_attributions
from qa_plugin.language.folding import fold
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Span


def read(language: str, *texts: str) -> list[tuple[Sentence, tuple[Sentence, ...]]]:
    """Sentences of one article, each with those before it."""
    found: list[Sentence] = []
    for text in texts:
        start = sum(len(s.text) + 1 for s in found)
        found.append(read_sentence(0, Span(start, start + len(text)), text, language, 1.0))
    return [(sentence, tuple(found[:at])) for at, sentence in enumerate(found)]


def others_in(question: str, asked_in: str, language: str, *texts: str) -> list[str]:
    asked = read_question(question, asked_in)
    slots = [Weighted(slot, 1.0, absent=False) for slot in asked.slots]
    sentences = read(language, *texts)
    found = of_others(asked, slots, sentences)
    return [s.text for s, _ in sentences if (s.file_id, s.span.start) in found]


TWO = {
    "en": [
        "Transport minister Olga Brandt said the tunnel would open in May.",
        "Interior minister Pavel Dorn said the border would close.",
    ],
    "pt": [
        "A ministra dos Transportes, Olga Brandt, disse que o túnel abre em maio.",
        "O ministro do Interior, Pavel Dorn, disse que a fronteira fecha.",
    ],
    "fr": [
        "La ministre des Transports, Olga Brandt, a déclaré que le tunnel ouvrirait en mai.",
        "Le ministre de l'Intérieur, Pavel Dorn, a déclaré que la frontière fermerait.",
    ],
    "ar": [
        "قالت وزيرة النقل ليلى البيطار إن النفق سيفتح في مايو.",
        "أما وزير الداخلية رامي الحلبي فقال إن الحدود ستغلق.",
    ],
    "fa": [
        "لیلا رستگار، وزیر حمل و نقل، گفت تونل در خرداد باز می‌شود.",
        "رامین فروتن، وزیر کشور، گفت مرز بسته می‌شود.",
    ],
}
ASKED = {
    "en": "What did transport minister Olga Brandt say about the border?",
    "pt": "O que disse a ministra dos Transportes, Olga Brandt, sobre a fronteira?",
    "fr": "Qu'a dit la ministre des Transports, Olga Brandt, sur la frontière ?",
    "ar": "ماذا قالت وزيرة النقل ليلى البيطار عن الحدود؟",
    "fa": "لیلا رستگار، وزیر حمل و نقل، درباره مرز چه گفت؟",
}


@pytest.mark.parametrize("language", sorted(TWO))
def test_another_minister_s_words_are_not_those_asked_for(language: str) -> None:
    assert others_in(ASKED[language], language, language, *TWO[language]) == TWO[language][1:]


@pytest.mark.parametrize(("asked", "said"), [("en", "fr"), ("pt", "en"), ("fr", "pt")])
def test_so_in_another_language_than_the_question(asked: str, said: str) -> None:
    assert others_in(ASKED[asked], asked, said, *TWO[said]) == TWO[said][1:]


def test_one_who_is_only_described_may_be_the_one_asked_of() -> None:
    said = ["Prime minister Olga Brandt said taxes would fall.", "The minister said rents would rise.", "It rained."]
    assert others_in("What did Olga Brandt say about rents?", "en", "en", *said) == []


def test_a_minister_of_no_office_may_be_of_any() -> None:
    said = ["Minister Olga Brandt said taxes would fall.", "The finance minister said rents would rise."]
    assert others_in("What did minister Olga Brandt say about rents?", "en", "en", *said) == []
    assert others_in("What did transport minister Olga Brandt say?", "en", "en", *said) == said[1:]


def test_where_nobody_asked_of_speaks_nobody_is_another() -> None:
    said = ["Pavel Dorn said the border would close.", "Ruben Ek said the harbour would stay open."]
    assert others_in("What did Olga Brandt say about the border?", "en", "en", *said) == []
    assert others_in("Why will the border close?", "en", "en", *said) == []


def test_he_who_adds_something_is_another_where_another_spoke_last() -> None:
    said = [
        "Olga Brandt said the tunnel was safe.",
        "Pavel Dorn said the border would close.",
        "He added that it was late.",
    ]
    assert others_in("What did Olga Brandt say about the border?", "en", "en", *said) == said[1:]


def test_the_topic_names_nobody_who_speaks() -> None:
    question = read_question("What did Brandt say about Dorn?", "en")
    slots = [Weighted(slot, 1.0, absent=False) for slot in question.slots]
    assert [w.slot.word for w in speaker_slots(question, slots)] == ["brandt"]
    fronted = read_question("About the border, what did Brandt say?", "en")
    slots = [Weighted(slot, 1.0, absent=False) for slot in fronted.slots]
    assert "brandt" in [w.slot.word for w in speaker_slots(fronted, slots)]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("أما وزير المالية فأكد أن الضرائب ستنخفض.", "وزير المالية"),
        ("أما رئيسة البلدية هدى منصور فقالت إن الجسر آمن.", "رئيسة البلدية هدى منصور"),
        ("وصل الوفد فقال الوزير إن الجسر آمن.", "الوزير"),
    ],
)
def test_a_speaker_set_before_the_verb_is_found(sentence: str, speaker: str) -> None:
    folded = fold(sentence)
    (found,) = find_attributions(folded, "ar")
    assert sentence[slice(*folded.span(found.start, found.end))] == speaker


@pytest.mark.parametrize(
    ("language", "texts", "speaker"),
    [
        ("en", ["The coroner said 3 had drowned.", "She added that 2 were children."], "The coroner"),
        ("pt", ["A autarquia não confirmou o valor.", "Acrescentou que faltam 12 casas."], "A autarquia"),
        ("ar", ["قالت البلدية إن 30 منزلا تضرر.", "وأضافت أن 12 انهارت."], "البلدية"),
    ],
)
def test_who_goes_on_speaking_is_whoever_was_named_last(language: str, texts: list[str], speaker: str) -> None:
    sentence, before = read(language, *texts)[-1]
    (voice,) = voices(sentence, before)
    folded = voice.sentence.folded
    assert voice.sentence.text[slice(*folded.span(voice.found.start, voice.found.end))] == speaker
    assert voice.keys


ARTICLES = {
    "en": "Ferry sinks off Marn\n2 May 2024\n\nThe harbour office did not confirm that 90 passengers were aboard. "
    "It said 41 passengers had been aboard. Divers searched the wreck.\n",
    "pt": "Balsa afunda em Marn\n2 de maio de 2024\n\nA capitania não confirmou que 90 passageiros seguiam a bordo. "
    "Acrescentou que seguiam a bordo 41 passageiros. Os mergulhadores continuam as buscas.\n",
    "fr": "Un ferry coule à Marn\n2 mai 2024\n\nLa capitainerie n'a pas confirmé la présence de 90 passagers à bord. "
    "Elle dénombre 41 passagers à bord. Les plongeurs cherchent l'épave.\n",
}
ACCORDING = {
    "en": "How many passengers were aboard the ferry, according to the harbour office?",
    "pt": "Quantos passageiros seguiam a bordo da balsa, segundo a capitania?",
    "fr": "Combien de passagers étaient à bord du ferry, selon la capitainerie ?",
}


@pytest.mark.parametrize("language", sorted(ARTICLES))
def test_what_a_named_source_goes_on_to_say_is_its_statement(tmp_path: Path, language: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text(ARTICLES[language], encoding="utf-8")
    with QAPlugin(tmp_path / "x", store=tmp_path / "s") as plugin:
        answer = plugin.ask(ACCORDING[language])
    assert answer.status == "answered"
    assert "41" in answer.text
    assert "90" not in answer.text
