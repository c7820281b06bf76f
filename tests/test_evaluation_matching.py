"""What an answer says: values of numbers in five languages, and accepted forms."""

from __future__ import annotations

import pytest

from qa_plugin.evaluation.matching import holds, occurs, unsupported_numbers
from qa_plugin.evaluation.numbers import stated_values, written_numbers

# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    "text",
    [
        "10,000",
        "10.000",
        "10 000",
        "10\u202f000",
        "10'000",
        "10000",
        "١٠٬٠٠٠",
        "۱۰٬۰۰۰",
        "۱۰ هزار",
        "10 هزار",
        "10 آلاف",
        "10k",
        "10 mil",
        "dez mil",
        "dix mille",
        "ten thousand",
        "ده هزار",
        "عشرة آلاف",
        "عشره الاف",
    ],
)
def test_ten_thousand_is_one_value_in_every_script(text: str) -> None:
    assert 10_000 in stated_values(text)


@pytest.mark.parametrize(
    ("text", "value", "is_stated"),
    [
        ("12.5", 12.5, True),
        ("12,5", 12.5, True),
        ("۱۲٫۵", 12.5, True),
        ("12.5", 125, False),
        ("12.5", 12, False),
        ("50,000", 50, False),
        ("0,125", 0.125, True),
        ("1,250 million", 1_250_000_000, True),
        ("1,250 million", 1_250_000, True),
        ("2.8bn", 2_800_000_000, True),
        ("2,8 milhões de euros", 2_800_000, True),
        ("1.234.567,89", 1_234_567.89, True),
        ("10/12/2018", 10, True),
        ("5.30", 30, True),
        ("2h30", 30, True),
        ("F-16", 16, False),
        ("km2", 2, False),
        ("100m", 100, True),
        ("100m", 100_000_000, True),
        ("100 m", 100_000_000, False),
        ("10 هزار", 10, False),
        ("25 [3]", 3, False),
        ("two hundred and five", 205, True),
        ("two hundred thousand", 200_000, True),
        ("vinte e cinco", 25, True),
        ("خمسة وعشرون", 25, True),
        ("mil e duzentos", 1200, True),
    ],
)
def test_values_are_read_as_they_are_written(text: str, value: float, *, is_stated: bool) -> None:
    assert (value in stated_values(text)) is is_stated


def test_parts_of_number_words_and_months_count_in_quotes_only() -> None:
    text = "vinte e cinco de março"
    assert stated_values(text) == {25}
    assert stated_values(text, generous=True) == {25, 20, 5, 3}


def test_a_number_keeps_all_its_readings() -> None:
    [number] = written_numbers("10/12")
    assert set(number.readings) == {frozenset({10.12}), frozenset({10.0, 12.0})}
    assert number.stands_in({10.0, 12.0, 99.0})
    assert not number.stands_in({10.0})


@pytest.mark.parametrize(
    ("answer", "quotes", "unsupported"),
    [
        ("10,000 [1]", ["ده هزار سرباز"], 0),
        ("10 000 [1]", ["10.000 soldados"], 0),
        ("12.5% [1]", ["125 people"], 1),
        ("125 [1]", ["12,5 %"], 1),
        ("12/3 [1]", ["le 12 mars"], 0),
        ("12/4 [1]", ["le 12 mars"], 1),
        ("3 or 4 [1]", [], 2),
        ("nobody [1]", [], 0),
    ],
)
def test_every_number_of_an_answer_has_to_stand_in_a_quote(answer: str, quotes: list[str], unsupported: int) -> None:
    assert len(unsupported_numbers(answer, quotes)) == unsupported


# ---------------------------------------------------------------- accepted forms


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("Lind", "Dionisio Lind rang it.", True),
        ("Lind", "Linden rang it.", False),
        ("Lind", "Berlind rang it.", False),
        ("São Paulo", "em SÃO  PAULO, ontem", True),
        ("Sao Paulo", "em São Paulo", False),
        ("القاهرة", "وبالقاهره", False),
        ("قاهرة", "بالقاهرة أمس", True),
        ("كابل", "وكابل", True),
        ("کابل", "في كابل", True),
        ("کتاب", "کتاب‌های تازه", True),
        ("کتاب", "کتابخانه", False),
        ("مُدير", "المدير", True),
        ("l’État", "l'état c'est moi", True),
        ("10,000", "there were 10 000", True),
        ("10,000", "there were 10,000.5", False),
        ("12.5", "125", False),
        ("12 %", "about 12%", True),
        ("12%", "about 112%", False),
        ("12%", "about 3.12%", False),
        ("£5", "a £5 note", True),
        ("£5", "£5.50", False),
        ("£5", "£50", False),
        ("dix", "dix hommes", True),
        ("dix", "dix-huit hommes", False),
        ("ثلاثة", "الثلاثة", True),
        ("C++", "in C++11", True),
        ("", "anything", False),
        ("...", "3 people...", False),
    ],
)
def test_a_form_occurs_as_whole_words_or_as_a_value(form: str, text: str, *, expected: bool) -> None:
    assert occurs(form, text) is expected


@pytest.mark.parametrize(
    ("text", "accept", "value", "expected"),
    [
        ("eleven shops [1]", [], 11, True),
        ("shops [11]", [], 11, False),
        ("a one-off", [], 1, False),
        ("just 1", [], 1, True),
        ("nothing of the kind", [], None, False),
        ("Muppet [1]", ["muppet"], None, True),
        ("Mup[1]pet", ["muppet"], None, False),
    ],
)
def test_the_gold_is_held_by_a_form_or_by_the_value(
    text: str, accept: list[str], value: float | None, *, expected: bool
) -> None:
    assert holds(text, {"accept": accept, "value": value}) is expected
