"""What became of some people does not answer what became of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.counting.asked import Asked
from qa_plugin.evidence.counting.fates import fates_asked
from qa_plugin.language.questions import read_question
from tests.folders import ask_folder, assert_tells, values

NILE = "فيضان النيل\n\nالقاهرة، 5 مارس 2026\n\nأدى فيضان النيل إلى إجلاء ٩٠٠ شخص في الوادي.\n"
MINE = "Accident à la mine de Corvel\n\n4 mars 2026\n\nL'effondrement a fait 37 blessés à la mine de Corvel.\n"
ESCAPE = "Fuga em Lurdes\n\n4 de março de 2026\n\nA polícia deteve 52 pessoas depois da revolta na prisão de Lurdes.\n"


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        (NILE, "How many people died in the Nile flood?", None),
        (NILE, "Combien de personnes ont été blessées dans la crue du Nil ?", None),
        (NILE, "How many people were evacuated in the Nile flood?", "900"),
        (NILE, "در سیل نیل چند نفر جابه‌جا و تخلیه شدند؟", "۹۰۰"),
        (MINE, "How many people were killed at the Corvel mine?", None),
        (MINE, "كم عدد الجرحى في منجم كورفيل؟", "٣٧"),
        (ESCAPE, "How many people were injured in the revolt at Lurdes prison?", None),
        (ESCAPE, "How many people were arrested after the revolt at Lurdes prison?", "52"),
    ],
)
def test_a_fate_is_not_told_by_another(tmp_path: Path, text: str, question: str, value: str | None) -> None:
    assert_tells(tmp_path, question, text, value)


SOLDIERS = (
    "Crue de la Velna : l'armée en renfort\n\n13 mars 2025\n\nPlus de 4 500 soldats participent aux secours dans la"
    " vallée de la Velna.\n"
)
FIRE = (
    "Incendie à la raffinerie de Tarsel\n\n3 juin 2025\n\nQuelque 180 pompiers ont été engagés contre l'incendie de la"
    " raffinerie de Tarsel.\n\nL'incendie a fait neuf morts et 41 blessés.\n"
)
VOLUNTEERS = "Vacina Chikvara\n\n19 de março de 2025\n\nO ensaio da vacina Chikvara reuniu 12.480 voluntários.\n"
LINE = "Métro de Corvel\n\n4 mars 2026\n\nLa nouvelle ligne 3 du métro de Corvel compte 8 arrêts.\n"
HOUSES = (
    "Dam of Guarel\n\n4 March 2026\n\nThe consortium has handed 1,240 houses to families displaced by the Guarel dam.\n"
)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        (SOLDIERS, "How many soldiers were injured in the Velna valley?", None),
        (SOLDIERS, "كم جنديا قتل في وادي فيلنا؟", None),
        (SOLDIERS, "How many soldiers are taking part in the rescue in the Velna valley?", "More than 4,500"),
        (FIRE, "How many firefighters were arrested at the Tarsel refinery?", None),
        (FIRE, "Quantos bombeiros desapareceram na refinaria de Tarsel?", None),
        (FIRE, "How many people were injured in the Tarsel refinery fire?", "41"),
        (VOLUNTEERS, "Combien de volontaires sont morts pendant l'essai du vaccin Chikvara ?", None),
        (VOLUNTEERS, "Quantos voluntários participaram no ensaio da vacina Chikvara?", "12.480"),
        (LINE, "How many stops does line 3 of the Corvel metro have?", "8"),
        (HOUSES, "How many houses were handed to the families displaced by the Guarel dam?", "1,240"),
    ],
)
def test_a_sentence_without_the_fate_does_not_tell_it(
    tmp_path: Path, text: str, question: str, value: str | None
) -> None:
    assert_tells(tmp_path, question, text, value)


@pytest.mark.parametrize(
    ("question", "language", "fates"),
    [
        ("Combien de personnes ont été arrêtées ?", "fr", {"arrest"}),
        ("Quantas pessoas foram presas?", "pt", {"arrest"}),
        ("Combien de personnes ont disparu ?", "fr", {"missing"}),
        ("كم عدد العائلات التي فقدت منازلها؟", "ar", set()),  # "lost", and only then "missing"
        ("How many people were injured or went missing?", "en", {"injure", "missing"}),
        ("چند نفر زخمی شدند؟", "fa", {"injure"}),
        ("كم شخصا اعتقل؟", "ar", {"arrest"}),
        ("كم كان عدد الجرحى في حصيلة الحريق؟", "ar", set()),  # not the dead of the "toll"
        ("How many survivors of the drowning were there?", "en", set()),
        ("How many people were evacuated?", "en", set()),  # told in many words: they left their homes
        ("How many houses did the ministry give to the wounded?", "en", set()),
        ("How many police officers were injured in the raids?", "en", {"injure"}),
        ("How many stops does the line have?", "en", set()),
    ],
)
def test_fates_that_are_surely_asked_after(question: str, language: str, fates: set[str]) -> None:
    read = read_question(question, language)
    assert fates_asked(read, Asked.of(read)) == fates


FLOODS = {
    "en.txt": "Bridge lost in Sarel Valley\n\n10 March 2025\n\nThe army will send 2,000 soldiers to the Sarel Valley,"
    " the ministry said on Monday, after landslides that have killed at least 27 people.\n",
    "fr.txt": "Sarel : 58 morts\n\n13 mars 2025\n\nLes autorités ont porté à 58 morts le bilan des inondations"
    " qui ont ravagé la vallée du Sarel.\n",
}


def test_the_article_of_the_answer_must_hold_what_the_question_presupposes(tmp_path: Path) -> None:
    """The likeliest article tells of landslides; the later one, whose toll answers, tells of floods."""
    answer = ask_folder(tmp_path, "How many people were killed in the Sarel Valley floods?", FLOODS)
    assert answer.text.startswith("58"), answer.text
    assert answer.confidence > 0.8


STRIKE = {
    "fa.txt": "اعتصاب مس زرکوه\n\n۲۰ تیر ۱۴۰۳\n\nفرمانده انتظامی شهرستان گفت ۴۰ نفر در جریان اعتصاب کارگران زرکوه"
    " بازداشت شدند.\n",
    "pt.txt": "Greve no cobre\n\n10 de julho de 2024\n\nO sindicato diz que foram detidas 75 pessoas na greve de"
    " Zarkuh.\n",
}


def test_a_fate_told_in_other_words_is_set_against_one_told_in_the_words_of_the_question(tmp_path: Path) -> None:
    answer = ask_folder(tmp_path, "Quantas pessoas foram detidas na greve de Zarkuh?", STRIKE)
    assert answer.status == "conflicting", answer.text
    assert {citation.source for citation in answer.citations} == {"fa.txt", "pt.txt"}


BURST = "Dam burst\n\nMarch 3, 2026\n\nThe burst of the Lindel dam killed 41 people, the fire service said.\n"
TOLD = {
    "en": "Dam burst\n\n3 March 2026\n\nThe burst of the Lindel dam left 60 dead, the opposition said.\n",
    "fr": "Le barrage\n\n3 mars 2026\n\nLa rupture du barrage de Lindel a fait 60 morts, selon l'opposition.\n",
    "pt": "A barragem\n\n3 de março de 2026\n\nA rutura da barragem de Lindel fez 60 mortos, segundo a oposição.\n",
    "ar": "السد\n\n3 مارس 2026\n\nأدى انهيار سد ليندل إلى مقتل 60 شخصا، وفق المعارضة.\n",
    "fa": "سد لیندل\n\n۱۲ اسفند ۱۴۰۴\n\nشکستن سد لیندل ۶۰ کشته بر جا گذاشت، به گفته مخالفان.\n",
}


@pytest.mark.parametrize("language", TOLD)
def test_the_dead_of_one_event_are_at_odds_in_whatever_words(tmp_path: Path, language: str) -> None:
    question = "How many people were killed when the Lindel dam burst?"
    answer = ask_folder(tmp_path, question, {"a.txt": BURST, "b.txt": TOLD[language]})
    assert (answer.status, len(answer.conflicts), values(answer)) == ("conflicting", 1, {41, 60})


def test_the_dead_of_another_event_are_not_at_odds(tmp_path: Path) -> None:
    question = "How many people were killed when the Lindel dam burst?"
    bus = "Accident\n\n3 mars 2026\n\nL'accident d'autocar de Marvel a fait 60 morts, selon l'opposition.\n"
    answer = ask_folder(tmp_path, question, {"a.txt": BURST, "b.txt": bus})
    assert (answer.status, answer.text[:3]) == ("answered", "41 ")


FERRY = "Naufrágio\n\n3 de março de 2026\n\nA balsa de Orlim virou no rio com 80 passageiros a bordo, disse o porto.\n"


def test_the_dead_of_one_event_do_not_answer_for_another(tmp_path: Path) -> None:
    articles = {"a.txt": BURST, "b.txt": FERRY}
    assert ask_folder(tmp_path, "How many people died on the ferry?", articles).status == "not_in_sources"
