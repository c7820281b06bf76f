"""Who died, was hurt, was arrested, was elected: not who tells of it, nor who did it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.records import Span
from tests.folders import ask_folder

NOBODY: tuple[str, ...] = ()
CASES = [
    ("en", "Who was arrested?", "Tom Hale, who was arrested on Monday, said he was innocent.", ("Tom Hale",)),
    ("en", "Who was injured?", "Lena Park said she was injured in the blast.", ("Lena Park",)),
    ("en", "Who was injured?", "Lena Park said six people were injured in the blast.", NOBODY),
    ("en", "Who died?", "The hospital director, Rita Moreno, said three patients died in the fire.", NOBODY),
    ("en", "Who was arrested?", "Ana Reis was arrested by inspector Carla Dias.", ("Ana Reis",)),
    ("en", "Who was arrested?", "Inspector Carla Dias arrested Ana Reis.", ("Ana Reis",)),
    ("en", "Who arrested Ana Reis?", "Ana Reis was arrested by inspector Carla Dias.", ("Carla Dias",)),
    ("en", "Who was elected mayor?", "Rita Moreno was elected mayor, Tom Reed said.", ("Rita Moreno",)),
    ("en", "Who is the judge?", "Judge Irene Salcombe said the bank had looked away.", ("Irene Salcombe",)),
    ("en", "Who survived the crash?", "Lena Park said only six people survived the crash.", ("Lena Park",)),
    ("fr", "Qui est la blessée qui a raconté ?", "Selon Lena Park, six personnes ont été blessées.", ("Lena Park",)),
    ("pt", "Quem foi detido?", "O autarca Rui Sena, detido na segunda-feira, disse que é inocente.", ("Rui Sena",)),
    ("pt", "Quem morreu?", "Segundo o comandante Rui Barbedo, Ana Reis morreu no local.", ("Ana Reis",)),
    ("pt", "Quem morreu?", "Segundo Rui Barbedo, morreram 27 pessoas.", NOBODY),
    ("fr", "Qui a été arrêté ?", "Luc Ferrand a été arrêté lundi, a indiqué le juge Jean Dorsel.", ("Luc Ferrand",)),
    ("fr", "Qui a été élu ?", "Paul Renard a été élu maire, a annoncé le préfet Alain Dorsel.", ("Paul Renard",)),
    ("ar", "من اعتقل؟", "قال نبيل الحداد إن الشرطة اعتقلت سامر الحلواني.", ("سامر الحلواني",)),
    ("fa", "چه کسی کشته شد؟", "نرگس فرهمند گفت بهرام کیوانی در این حادثه کشته شد.", ("بهرام کیوانی",)),
    ("fa", "چه کسی بازداشت شد؟", "بهرام کیوانی که بازداشت شده بود، گفت بی‌گناه است.", ("بهرام کیوانی",)),
    ("fa", "چه کسی کشته شد؟", "به گفته استاندار بهرام کیوانی، دست‌کم ۳ نفر کشته شدند.", NOBODY),
]


@pytest.mark.parametrize(("language", "asked", "text", "expected"), CASES)
def test_only_parties_to_what_happened_are_answers(
    language: str, asked: str, text: str, expected: tuple[str, ...]
) -> None:
    question = read_question(asked, language)
    sentence = read_sentence(1, Span(0, len(text)), text, language, 1.0)
    found = find_candidates(question, [Weighted(slot, 1.0, absent=False) for slot in question.slots], sentence)
    assert tuple(one.words for one in found if one.name_kind not in {"role", "body"}) == expected


@pytest.mark.parametrize(
    ("asked", "text", "nobody"),
    [
        (
            "Qui a été blessé dans l'explosion de Varnes ?",
            "Selon le préfet Alain Dorsel, douze personnes ont été blessées dans l'explosion de Varnes.",
            "Alain Dorsel",
        ),
        (
            "Quem morreu no incêndio de Calvas?",
            "A diretora do hospital, Rita Moreno, anunciou que três doentes morreram no incêndio de Calvas.",
            "Rita Moreno",
        ),
        (
            "من اعتقل في مداهمة الرميلة؟",
            "قال قائد الشرطة نبيل الحداد إن خمسة أشخاص اعتقلوا في مداهمة الرميلة.",
            "نبيل الحداد",
        ),
    ],
)
def test_where_nobody_fits_the_sentence_answers(tmp_path: Path, asked: str, text: str, nobody: str) -> None:
    answer = ask_folder(tmp_path, asked, {"a.txt": text})
    assert answer.status == "not_in_sources" or answer.claims[0].text == text
    assert not answer.text.startswith(nobody)
