"""Who holds an office as the question asks: the new head, the former one, the one who stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.naming.tenure import Holders, Office, states_said
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Span


def read(text: str, language: str) -> Sentence:
    return read_sentence(0, Span(0, len(text)), text, language, 1.0)


NEW = {
    "en": "Who is the new director of the harbour?",
    "pt": "Quem é a nova diretora do porto?",
    "fr": "Qui est le nouveau directeur du port ?",
    "ar": "من هو المدير الجديد للميناء؟",
    "fa": "مدیر جدید بندر کیست؟",
}
FORMER = {
    "en": "Who is the former director of the harbour?",
    "pt": "Quem é o antigo diretor do porto?",
    "fr": "Qui est l'ancien directeur du port ?",
    "ar": "من هو المدير السابق للميناء؟",
    "fa": "مدیر پیشین بندر کیست؟",
}


@pytest.mark.parametrize("language", sorted(NEW))
def test_what_state_of_an_office_is_asked_for(language: str) -> None:
    for question, wanted in ((NEW[language], "new"), (FORMER[language], "former")):
        office = Office.of(read_question(question, language))
        assert office is not None
        assert office.wanted == wanted


@pytest.mark.parametrize(
    ("language", "question", "wanted"),
    [
        ("en", "Who is the acting director of the harbour?", "acting"),
        ("en", "Who is the mayor of Lindmoor?", "current"),
        ("en", "Who was elected mayor of Lindmoor?", "new"),
        ("en", "Who resigned as mayor of Lindmoor?", "former"),
        ("fr", "Qui est la maire de Lindmoor ?", "current"),
        ("pt", "Quem foi eleito presidente da câmara?", "new"),
        ("fa", "شهردار فعلی کیست؟", "current"),
        ("en", "Who succeeded the former director?", None),
        ("en", "Who opened the new museum with the director?", None),
        ("en", "Who was the mayor of Lindmoor?", None),
        ("en", "Where does the new director live?", None),
        ("en", "Who wrote the new book?", None),
        ("fr", "Qui est le directeur du port par intérim ?", "acting"),
        ("pt", "Quem é o diretor que abriu o novo museu?", "current"),
    ],
)
def test_only_an_office_in_a_state_is_asked_for(language: str, question: str, wanted: str | None) -> None:
    office = Office.of(read_question(question, language))
    assert (None if office is None else office.wanted) == wanted


@pytest.mark.parametrize(
    ("language", "sentence", "said"),
    [
        ("en", "Ines Calder was appointed director on Monday.", {"new": "Ines Calder"}),
        ("en", "Ines Calder replaces Tom Harrow, who is retiring.", {"new": "Ines Calder", "former": "Tom Harrow"}),
        ("en", "Tom Harrow was succeeded by Ines Calder.", {"new": "Ines Calder", "former": "Tom Harrow"}),
        ("en", "The outgoing director, Tom Harrow, thanked his staff.", {"former": "Tom Harrow"}),
        ("en", "Tom Harrow, the former director, thanked his staff.", {"former": "Tom Harrow"}),
        ("en", "The new director is Ines Calder.", {"new": "Ines Calder"}),
        ("en", "The new director praised Tom Harrow.", {}),
        ("en", "Ines Calder, a former minister, wrote a book.", {}),
        ("en", "Tom Harrow, who was elected in 2005, steps down.", {"former": "Tom Harrow"}),
        ("en", "Acting director Ruth Vane closed the gates.", {"acting": "Ruth Vane"}),
        ("pt", "Inês Caldeira foi nomeada diretora do porto.", {"new": "Inês Caldeira"}),
        ("pt", "Inês Caldeira sucede a Tomás Horta no porto.", {"new": "Inês Caldeira", "former": "Tomás Horta"}),
        ("pt", "Tomás Horta demitiu-se na sexta-feira.", {"former": "Tomás Horta"}),
        ("pt", "O antigo diretor do porto, Tomás Horta, agradeceu.", {"former": "Tomás Horta"}),
        (
            "fr",
            "Inès Caldier remplace Thomas Harel à la tête du port.",
            {"new": "Inès Caldier", "former": "Thomas Harel"},
        ),
        ("fr", "Thomas Harel quitte ses fonctions.", {"former": "Thomas Harel"}),
        ("fr", "La nouvelle directrice, Inès Caldier, est arrivée lundi.", {"new": "Inès Caldier"}),
        ("fr", "L'ancien directeur Thomas Harel est parti.", {"former": "Thomas Harel"}),
        (
            "ar",
            "عينت الحكومة ليلى البيطار مديرة للميناء خلفا لسامي الحلبي.",
            {"new": "ليلى البيطار", "former": "سامي الحلبي"},
        ),
        ("ar", "يخلف سامي الحلبي في المنصب رامي منصور.", {"new": "سامي الحلبي", "former": "رامي منصور"}),
        ("ar", "استقال سامي الحلبي يوم الأحد.", {"former": "سامي الحلبي"}),
        ("ar", "شكر المدير السابق سامي الحلبي فريقه.", {"former": "سامي الحلبي"}),
        ("fa", "لیلا رستگار به عنوان مدیر بندر منصوب شد.", {"new": "لیلا رستگار"}),
        ("fa", "لیلا رستگار جانشین رامین فروتن شد.", {"new": "لیلا رستگار", "former": "رامین فروتن"}),
        ("fa", "رامین فروتن از سمت خود استعفا داد.", {"former": "رامین فروتن"}),
        ("fa", "مدیر پیشین بندر، رامین فروتن، تشکر کرد.", {"former": "رامین فروتن"}),
    ],
)
def test_who_comes_and_who_goes(language: str, sentence: str, said: dict[str, str]) -> None:
    office = Office.of(read_question(NEW[language], language))
    assert office is not None
    one = read(sentence, language)
    signals: dict[str, set[str]] = {}
    for name, state in states_said(office, one):
        start, end = one.folded.span(name.start, name.end)
        signals.setdefault(one.text[start:end], set()).add(state)
    found = {("former" if "former" in states else states.pop()): name for name, states in signals.items()}
    assert found == said


def fitting(question: str, asked_in: str, *said: tuple[str, str]) -> dict[str, str]:
    """Which names hold the office as asked, which do not."""
    asked = read_question(question, asked_in)
    slots = [Weighted(slot, 1.0, absent=False) for slot in asked.slots]
    sentences = [read(text, language) for language, text in said]
    holders = Holders.of(asked, sentences)
    found: dict[str, str] = {}
    for sentence in sentences:
        for candidate in find_candidates(asked, slots, sentence):
            if candidate.name_kind == "person":
                signals = holders.signals([candidate])
                found[candidate.words] = next((name for name, value in signals.items() if value), "")
    return found


@pytest.mark.parametrize("language", sorted(NEW))
def test_what_one_article_says_of_somebody_holds_in_another(language: str) -> None:
    said = (
        ("en", "Ines Calder was appointed director of the harbour and replaces Tom Harrow."),
        ("en", "The director of the harbour, Tom Harrow, likes to paint."),
        ("en", "Minister Paula Reyes welcomed it."),
    )
    new, old, other = "Ines Calder", "Tom Harrow", "Paula Reyes"
    assert fitting(NEW[language], language, *said) == {new: "office_met", old: "office_other", other: ""}
    assert fitting(FORMER[language], language, *said) == {new: "office_other", old: "office_met", other: ""}


def test_of_one_who_is_said_to_come_and_to_go_nothing_is_told() -> None:
    said = (
        ("en", "Ines Calder was appointed director of the harbour."),
        ("en", "Ines Calder stepped down as mayor in May."),
    )
    assert fitting(NEW["en"], "en", *said) == {"Ines Calder": ""}


@pytest.mark.parametrize("language", sorted(NEW))
def test_the_new_one_is_answered_though_more_is_said_of_the_old_one(tmp_path: Path, language: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text(
        "New head for the harbour\n3 May 2024\n\nInes Calder was appointed director of the harbour on Friday. "
        "She succeeds Tom Harrow, who is retiring. Two cranes arrived.\n",
        encoding="utf-8",
    )
    (tmp_path / "x" / "b.txt").write_text(
        "Tom Harrow says goodbye\n1 May 2024\n\nThe director of the harbour, Tom Harrow, retires. "
        "He wants to paint. His staff gave him a boat.\n",
        encoding="utf-8",
    )
    with QAPlugin(tmp_path / "x", store=tmp_path / "s") as plugin:
        answer = plugin.ask(NEW[language])
    assert answer.status == "answered"
    assert "Calder" in answer.text
    assert "Harrow" not in answer.text
