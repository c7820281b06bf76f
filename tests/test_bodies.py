"""One body by several names, and one value that several sources state."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.naming.bodies import same_body
from tests.folders import ask_folder

NAMES = [
    (("A Proteção Civil", "pt"), ("protection civile portugaise", "fr"), True),
    (("Proteção Civil", "pt"), ("the civil protection authority", "en"), True),
    (("وزارة الدفاع", "ar"), ("the defence ministry", "en"), True),
    (("وزارت دفاع", "fa"), ("le ministère de la Défense", "fr"), True),
    (("a OMS", "pt"), ("l'Organisation mondiale de la santé", "fr"), True),
    (("the UN", "en"), ("United Nations", "en"), True),
    (("the UN", "en"), ("l'ONU", "fr"), True),
    (("a ONU", "pt"), ("United Nations", "en"), True),
    (("the World Health Organization", "en"), ("منظمة الصحة العالمية", "ar"), True),
    (("the WHO", "en"), ("l'OMS", "fr"), True),
    (("the IMF", "en"), ("o FMI", "pt"), True),
    (("UNHCR", "en"), ("le HCR", "fr"), True),
    (("the EU", "en"), ("l'UE", "fr"), True),
    (("Reuters", "en"), ("رويترز", "ar"), True),
    (("the WHO", "en"), ("l'ONU", "fr"), False),
    (("the UN refugee agency", "en"), ("l'ONU", "fr"), False),
    (("Rui Barbedo", "pt"), ("Rui Barbedo", "fr"), True),
    (("the French police", "en"), ("la police portugaise", "fr"), False),
    (("the police", "en"), ("the police union", "en"), False),
    (("the ministry of health", "en"), ("وزارة الدفاع", "ar"), False),
    (("the hospital", "en"), ("مدير المستشفى", "ar"), False),
    (("the UN", "en"), ("União Africana", "pt"), False),
]


@pytest.mark.parametrize(("one", "other", "same"), NAMES)
def test_names_of_one_body(one: tuple[str, str], other: tuple[str, str], *, same: bool) -> None:
    assert same_body(*one, *other) is same
    assert same_body(*other, *one) is same


ANSWERS = [
    (
        "How many people were arrested in Mirel?",
        {
            "a.txt": "Arrests in Mirel\n\nEighteen people were arrested in Mirel in a riot, said the French police.\n",
            "b.txt": "Émeute à Mirel\n\n18 personnes ont été arrêtées à Mirel après l'émeute, selon la police.\n",
        },
        "18 according to the French police [1][2]",
    ),
    (
        "Quantos casos de cólera foram registados em Pandra?",
        {
            "a.txt": "Cólera em Pandra\n\nA cidade de Pandra registou 42 casos de cólera, segundo a OMS.\n",
            "b.txt": "Choléra à Pandra\n\nLa ville de Pandra a enregistré 42 cas de choléra, selon "
            "l'Organisation mondiale de la santé.\n",
        },
        "42 segundo a OMS [1][2]",
    ),
    (
        "كم جنديا قتل في معركة سرمين؟",
        {
            "a.txt": "معركة سرمين\n\nقالت وزارة الدفاع إن 60 جنديا قتلوا في معركة سرمين.\n",
            "b.txt": "نبرد سرمین\n\nبه گفته وزارت دفاع، ۶۰ سرباز در نبرد سرمین کشته شدند.\n",
        },
        "٦٠ وفقا لما جاء عن وزارة الدفاع [1][2]",
    ),
    (
        "How many people were arrested in Mirel?",
        {
            "a.txt": "Arrests in Mirel\n\nEighteen people were arrested in Mirel after the riot.\n",
            "b.txt": "Émeute à Mirel\n\n18 personnes ont été arrêtées à Mirel après l'émeute, selon la police.\n",
        },
        "18 [1][2]",
    ),
    (
        "How many people were arrested in Mirel?",
        {
            "a.txt": "Arrests in Mirel\n\nEighteen people were arrested in Mirel after the riot.\n",
            "b.txt": "Riot in Mirel\n\nThe opposition claims that 18 people were arrested in Mirel after the riot.\n",
        },
        "18 [1]; 18 according to the opposition [2]",
    ),
]


@pytest.mark.parametrize(("question", "articles", "expected"), ANSWERS)
def test_a_value_is_printed_once(tmp_path: Path, question: str, articles: dict[str, str], expected: str) -> None:
    assert ask_folder(tmp_path, question, articles).text == expected
