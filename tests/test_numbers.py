from __future__ import annotations

import pytest

from qa_plugin.language.folding import fold_text
from qa_plugin.language.numbers import find_numbers, values

FORMS = """
en 50,000 men = 50000
en fifty thousand men = 50000
fr cinquante mille hommes = 50000
pt cinquenta mil = 50000
ar خمسون ألفاً = 50000
fa پنجاه هزار = 50000
pt 10.000 soldados = 10000
fr 10 000 soldats = 10000
fr 10\u202f000 soldats = 10000
fr 10\u00a0000 soldats = 10000
fr 1 200 000 = 1200000
fr 1,2 million = 1200000
en 1.2 million = 1200000
fa ۱٫۲ میلیون = 1200000
fa ۱۰ هزار نیرو = 10000
ar 50 ألف = 50000
ar ٥٠٬٠٠٠ = 50000
pt 200 mil milhões de euros = 200000000000
pt dois mil milhões = 2000000000
pt 1,5 bilhão = 1500000000
fr quatre-vingt-dix-sept = 97
fr soixante-dix-huit = 78
fr soixante et onze = 71
fr quatre-vingts = 80
fr deux cent trente et un = 231
fr mille neuf cents = 1900
fr deux mille vingt-quatre = 2024
ar خمسة وعشرون جنديا = 25
ar ثلاثة عشر = 13
ar أحد عشر = 11
ar اثنا عشر = 12
ar ألفي جندي = 2000
ar ألفان = 2000
ar خمسة آلاف = 5000
ar ثلاثمئة وخمسون = 350
ar مئة وعشرين ألف = 120000
ar سبعة عشر ألفا = 17000
ar ألف وخمسمئة = 1500
ar ثلاثة ملايين ومئتي ألف = 3200000
fa بیست و پنج نفر = 25
fa دویست و سی و یک = 231
fa دو میلیون و ۳۰۰ هزار = 2300000
fa سه هزار و پانصد = 3500
en 2 million three hundred thousand = 2300000
en half a million = 500000
fr un demi-million = 500000
pt meio milhão = 500000
pt um milhão e meio = 1500000
ar مليون ونصف = 1500000
fa یک و نیم میلیون = 1500000
en one and a half million = 1500000
en twenty-one = 21
en a hundred and five = 105
en 3.5m people = 3500000
en $5bn = 5000000000
en 10k = 10000
fr une quinzaine = 15
pt meia dúzia = 6
en half a dozen = 6
en 12.5 percent = 12.5
pt 12,5% = 12.5
fa ۳/۵ درصد = 3.5
pt duzentos e trinta e quatro mil quinhentos e sessenta e sete = 234567
fr trois millions deux cent mille = 3200000
pt três milhões e duzentos mil = 3200000
en 1,00,000 = 100000
fr 10'000 = 10000
en 1.234.567 = 1234567
en 1,234.56 = 1234.56
pt 1.234,56 = 1234.56
fr vingt et un = 21
fr dix-sept = 17
pt vinte e três = 23
en 2.5 billion = 2500000000
"""


def _forms() -> list[tuple[str, str, float]]:
    rows = []
    for line in FORMS.strip().splitlines():
        head, _, value = line.rpartition(" = ")
        language, _, text = head.partition(" ")
        rows.append((language, text.encode().decode("unicode_escape") if "\\u" in text else text, float(value)))
    return rows


@pytest.mark.parametrize(("language", "text", "value"), _forms())
def test_reads_one_number(language: str, text: str, value: float) -> None:
    found = find_numbers(fold_text(text), language)
    certain = [n for n in found if not n.weak] or found
    assert [n.value for n in certain] == [pytest.approx(value)]


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("en", "dozens of people", 24, 99),
        ("en", "hundreds of thousands", 200_000, 999_000),
        ("ar", "الآلاف من القوات", 2000, 99_999),
        ("fa", "صدها نفر", 200, 999),
        ("pt", "milhares de pessoas", 2000, 99_999),
        ("fa", "ده‌ها هزار", 20_000, 99_000),
    ],
)
def test_vague_numbers_are_ranges(language: str, text: str, low: float, high: float) -> None:
    (number,) = (n for n in find_numbers(fold_text(text), language) if n.kind == "vague")
    assert (number.value, number.high) == (low, high)


def test_articles_are_weak_numbers() -> None:
    (number,) = find_numbers("uma casa", "pt")
    assert number.weak
    assert not any(n.weak for n in find_numbers("um milhão", "pt"))


def test_offsets_are_of_the_text() -> None:
    text = fold_text("em 2022, mais de 10.000 soldados")
    assert [text[n.start : n.end] for n in find_numbers(text, "pt")] == ["2022", "10.000"]


def test_two_numbers_stay_two() -> None:
    assert values("in 2018 500 people", "en") == {2018.0, 500.0}
    assert values("R$ 1,2 bilhão e 3 mil milhões de euros", "pt") == {1.2e9, 3e9}
    assert 125.0 not in values("12.5 or 12,5", "en")


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "In 2018 500 people came", [2018, 500]),
        ("fr", "En 2018 500 personnes, puis 12 500 autres", [2018, 500, 12500]),
        ("en", "12 hundreds of", [12, 200]),
        ("ar", "وخمسه الاف", [5000]),
        ("en", "no figure here", []),
    ],
)
def test_tokens_that_stand_alone_and_those_that_go_on(language: str, text: str, values: list[float]) -> None:
    assert [n.value for n in find_numbers(fold_text(text), language) if not n.weak] == values
    # A second look takes the words as they were kept at the first.
    assert [n.value for n in find_numbers(fold_text(text), language) if not n.weak] == values


def test_a_digit_string_without_end_is_no_number() -> None:
    assert values("9" * 400 + " and 12", "en") == {12.0}
