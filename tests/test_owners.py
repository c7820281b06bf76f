"""Whose an age or a price is."""

from __future__ import annotations

import json

import pytest

from qa_plugin.data import load_toml, read_package_text
from qa_plugin.evidence.counting.owners import Wanted, owner_other
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.quantities import find_quantities
from qa_plugin.language.questions import read_question
from qa_plugin.records import Span


def _of_another(asked: str, asked_in: str, text: str, language: str) -> bool:
    """Whether the largest number of a sentence is another's."""
    wanted = Wanted.of(read_question(asked, asked_in))
    assert wanted is not None
    sentence = read_sentence(1, Span(0, len(text)), text, language, 1.0)
    quantities = find_quantities(sentence.folded.text, language)
    return owner_other(wanted, sentence, max(quantities, key=lambda quantity: quantity.value))


TOWER = ("How much did the tower of Brunmoor cost?", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The town built a school worth 8 million euros beside the tower.", "en"),
        ("Beside the tower opens an 8-million-euro museum.", "en"),
        ("A vila constrói uma escola de 8 milhões de euros junto à torre.", "pt"),
        ("O museu custou 8 milhões de euros.", "pt"),
        ("Le village bâtit une école de 8 millions d'euros près de la tour.", "fr"),
        ("Le musée a coûté 8 millions d'euros.", "fr"),
        ("وتبني البلدة مدرسة بقيمة 8 ملايين يورو قرب البرج.", "ar"),
        ("مدرسه‌ای ۸ میلیون یورویی کنار برج ساخته می‌شود.", "fa"),
        ("موزه‌ای به ارزش ۸ میلیون یورو کنار برج ساخته می‌شود.", "fa"),
    ],
)
def test_the_price_of_another_thing(text: str, language: str) -> None:
    assert _of_another(*TOWER, text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The tower cost 8 million euros.", "en"),
        ("The tower beside the school cost 8 million euros.", "en"),
        ("The €8 million tower stands beside the school.", "en"),
        ("The town spent 8 million euros.", "en"),
        ("A torre custou 8 milhões de euros.", "pt"),
        ("La tour a coûté 8 millions d'euros.", "fr"),
        ("بلغت تكلفة البرج 8 ملايين يورو.", "ar"),
        ("برج به ارزش ۸ میلیون یورو ساخته شد.", "fa"),
    ],
)
def test_the_price_of_the_thing_asked_after_or_of_none(text: str, language: str) -> None:
    assert not _of_another(*TOWER, text, language)


SINGER = ("How old is the singer Mina Tavakoli?", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Her teacher, Paul Grant, 61, thanked Mina Tavakoli.", "en"),
        ("O professor Paulo Reis, de 61 anos, agradeceu a Mina Tavakoli.", "pt"),
        ("Son professeur Paul Morin, âgé de 61 ans, a remercié Mina Tavakoli.", "fr"),
        ("وقال أستاذها سامي حداد (61 عاما) ذلك.", "ar"),
        ("Mina Tavakoli sang for 61 days.", "en"),
        ("Mina Tavakoli a chanté pendant 61 jours.", "fr"),
        ("مینا توکلی پس از ۶۱ روز برگشت.", "fa"),
    ],
)
def test_the_age_of_somebody_else_or_no_age(text: str, language: str) -> None:
    assert _of_another(*SINGER, text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mina Tavakoli, 61, thanked her teacher Paul Grant.", "en"),
        ("A cantora Mina Tavakoli, de 61 anos, agradeceu.", "pt"),
        ("La chanteuse Mina Tavakoli, 61 ans, a remercié Paul Morin.", "fr"),
        ("She is 61 years old.", "en"),
    ],
)
def test_the_age_of_the_one_asked_after_or_of_nobody_named(text: str, language: str) -> None:
    assert not _of_another(*SINGER, text, language)


def test_a_newborn_is_so_many_days_old() -> None:
    assert not _of_another("How old was the baby?", "en", "O bebé de 26 dias foi operado.", "pt")


def test_other_questions_want_no_owner() -> None:
    assert Wanted.of(read_question("How many people live in Brunmoor?", "en")) is None
    assert Wanted.of(read_question("How much did the bank lend?", "en")) is None


def test_every_word_of_the_table_is_a_concept() -> None:
    table = load_toml("owners.toml")
    listed = {name for group in ("asked", "things", "young") for name in table[group].split("|")}
    assert listed <= set(json.loads(read_package_text("compiled/concepts.json"))["names"])
