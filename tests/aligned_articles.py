"""Sentences aligned in five languages, as file and as articles, and questions about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.evidence import Asked, Place

HEADER = ("line", "file", "en", "pt", "fr", "ar", "fa")
ROWS = [
    (
        "hospital.fa.txt",
        "The hospital was closed after the fire.",
        "O hospital foi fechado depois do incêndio.",
        "L'hôpital a été fermé après l'incendie.",
        "أُغلق المستشفى بعد الحريق.",
        "بیمارستان پس از آتش‌سوزی بسته شد.",
    ),
    (
        "hospital.fa.txt",
        "The doctors moved 340 patients to a school.",
        "Os médicos levaram 340 doentes para uma escola.",
        "Les médecins ont transféré 340 patients dans une école.",
        "نقل الأطباء 340 مريضا إلى مدرسة.",
        "پزشکان ۳۴۰ بیمار را به یک مدرسه منتقل کردند.",
    ),
    (
        "harvest.ar.txt",
        "Rain destroyed the wheat harvest in the north.",
        "A chuva destruiu a colheita de trigo no norte.",
        "La pluie a détruit la récolte de blé dans le nord.",
        "دمر المطر محصول القمح في الشمال.",
        "باران محصول گندم را در شمال نابود کرد.",
    ),
    (
        "harvest.ar.txt",
        "Farmers asked the government for money.",
        "Os agricultores pediram dinheiro ao governo.",
        "Les agriculteurs ont demandé de l'argent au gouvernement.",
        "طلب المزارعون المال من الحكومة.",
        "کشاورزان از دولت پول خواستند.",
    ),
    (
        "match.fr.txt",
        "The team won the match on Sunday.",
        "A equipa venceu o jogo no domingo.",
        "L'équipe a gagné le match dimanche.",
        "فاز الفريق بالمباراة يوم الأحد.",
        "تیم روز یکشنبه مسابقه را برد.",
    ),
    (
        "match.fr.txt",
        "Thousands of people watched it in the stadium.",
        "Milhares de pessoas viram-no no estádio.",
        "Des milliers de personnes l'ont regardé au stade.",
        "شاهدها آلاف الأشخاص في الملعب.",
        "هزاران نفر آن را در ورزشگاه تماشا کردند.",
    ),
]
COLUMN = {language: at for at, language in enumerate(HEADER[2:], 1)}
QUESTIONS: list[dict[str, object]] = [
    {
        "question": "How many patients were moved to a school?",
        "question_lang": "en",
        "type": "count",
        "accept": ["340"],
        "sources": ["hospital.fa.txt"],
        "evidence_lines": [1],
    },
    {
        "question": "Que destruiu a colheita de trigo?",
        "question_lang": "pt",
        "type": "what",
        "accept": ["chuva"],
        "sources": ["harvest.ar.txt"],
        "evidence_lines": [2],
    },
    {"question": "Who painted the bridge?", "question_lang": "en", "type": "unanswerable"},
]


def write_aligned(path: Path, rows: Sequence[tuple[str, ...]] = ROWS) -> Path:
    """An aligned file of these rows."""
    lines = ["\t".join(HEADER), *("\t".join((str(number), *row)) for number, row in enumerate(rows))]
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return path


@pytest.fixture
def aligned(tmp_path: Path) -> Path:
    """The aligned file."""
    return write_aligned(tmp_path / "aligned.tsv")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """The articles of the aligned file, each in its own language, a sentence a line."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for file in dict.fromkeys(row[0] for row in ROWS):
        own = COLUMN[file.split(".")[1]]
        (folder / file).write_bytes("\n".join(row[own] for row in ROWS if row[0] == file).encode())
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Questions of which the aligned file says where the evidence is, and one that nothing answers."""
    path = tmp_path / "questions.jsonl"
    path.write_bytes("".join(json.dumps(question) + "\n" for question in QUESTIONS).encode())
    return path


def asked_from(question: str, *places: Place, sources: tuple[str, ...] = ("gold.txt",)) -> Asked:
    """A question in English with its evidence."""
    return Asked(question, "en", frozenset(sources), sources[0], places)
