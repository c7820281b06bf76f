from __future__ import annotations

import pytest

from qa_plugin.language.folding import fold, fold_text
from qa_plugin.language.quantities import Quantity, find_quantities


def _one(text: str, language: str, kind: str | None = None) -> Quantity:
    found = [q for q in find_quantities(fold_text(text), language) if not q.weak and (kind is None or q.kind == kind)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("language", "text", "value", "comparator"),
    [
        ("en", "more than 10,000 troops", 10_000, "more_than"),
        ("pt", "mais de 10.000 soldados", 10_000, "more_than"),
        ("fr", "plus de 10 000 soldats", 10_000, "more_than"),
        ("ar", "أكثر من 10000 جندي", 10_000, "more_than"),
        ("fa", "بیش از ۱۰ هزار نیرو", 10_000, "more_than"),
        ("pt", "cerca de 6.000 engenheiros", 6000, "about"),
        ("fr", "environ 300 personnes", 300, "about"),
        ("ar", "نحو 40 شخصا", 40, "about"),
        ("fa", "حدود ۳۰۰ نفر", 300, "about"),
        ("en", "at least 12 people", 12, "at_least"),
        ("fa", "دست‌کم ۱۲ نفر", 12, "at_least"),
        ("ar", "ما لا يقل عن 12 شخصا", 12, "at_least"),
        ("en", "up to 50 people", 50, "up_to"),
        ("en", "nearly 500 homes", 500, "nearly"),
        ("en", "12 people or more", 12, "at_least"),
        ("en", "12 or more", 12, "at_least"),
        ("pt", "pelo menos 12 mortos", 12, "at_least"),
        ("fr", "jusqu'à 50 personnes", 50, "up_to"),
    ],
)
def test_comparators(language: str, text: str, value: float, comparator: str | None) -> None:
    found = _one(text, language)
    assert (found.value, found.comparator) == (value, comparator)


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("en", "12 per cent", 12, "percent"),
        ("fa", "۵ درصد", 5, "percent"),
        ("ar", "5.5 في المئة", 5.5, "percent"),
        ("fr", "5,5 %", 5.5, "percent"),
        ("en", "$5.2 million", 5.2e6, "USD"),
        ("fr", "1,5 milliard de dollars", 1.5e9, "USD"),
        ("fr", "plus d'un million d'euros", 1e6, "EUR"),
        ("pt", "R$ 1,2 bilhão", 1.2e9, "BRL"),
        ("fa", "۲۰ میلیارد تومان", 2e10, "IRT"),
        ("en", "up to 3km", 3, "kilometre"),
        ("pt", "120 quilômetros quadrados", 120, "square_kilometre"),
        ("fa", "سه روزه", 3, "day"),
    ],
)
def test_units(language: str, text: str, value: float, unit: str) -> None:
    found = [q for q in find_quantities(fold_text(text), language) if q.unit is not None]
    assert [(q.value, q.unit.name if q.unit else "") for q in found] == [(value, unit)]


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("en", "F-16 jets", {"identifier"}),
        ("en", "in 2022", {"year", "date"}),
        ("fa", "در فوریه ۲۰۲۲", {"date"}),
        ("en", "they won 3-2", {"score"}),
        ("en", "at 14:30", {"time"}),
        ("en", "call +44 20 7946 0958", {"identifier"}),
        ("en", "No. 5", {"identifier"}),
        ("en", "a 34-year-old man", {"age"}),
        ("en", "a man aged 34", {"age"}),
        ("pt", "13 de julho de 2025", {"date"}),
        ("fa", "۱۴۰۴/۰۴/۲۲", {"date"}),
    ],
)
def test_never_a_count(language: str, text: str, kinds: set[str]) -> None:
    assert {q.kind for q in find_quantities(fold_text(text), language) if not q.weak} <= kinds


def test_ranges_are_one_quantity() -> None:
    found = _one("between 10 and 15 thousand people", "en")
    assert (found.low, found.high, found.comparator) == (10_000, 15_000, "range")
    assert _one("10-15 percent", "en").low == 10


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        (("en", "more than 10,000 troops"), ("ar", "الآلاف من الجنود"), True),
        (("en", "hundreds of troops"), ("en", "10,000 troops"), False),
        (("en", "about 10,000 troops"), ("fa", "بیش از ۹٬۵۰۰ نیرو"), True),
        (("en", "more than 10,000 troops"), ("pt", "10.000 soldados"), True),
        (("en", "30,000 troops"), ("en", "50,000 troops"), False),
        (("en", "5 percent"), ("en", "5 people"), False),
        (("fa", "۱۰ میلیارد تومان"), ("fa", "۱۰۰ میلیارد ریال"), True),
        (("en", "2 km"), ("en", "2,000 metres"), True),
        (("en", "101 miles"), ("fr", "161 kilomètres"), False),
        (("en", "about 100 miles"), ("fr", "161 kilomètres"), True),
        (("en", "30 tonnes"), ("pt", "30 mil quilos"), True),
        (("en", "30 tonnes"), ("pt", "31 mil quilos"), False),
        (("en", "20 degrees celsius"), ("en", "68°F"), True),
        (("en", "20 degrees celsius"), ("en", "20°F"), False),
        (("en", "-40 degrees celsius"), ("en", "-40°F"), True),
        (("fr", "250 hectares"), ("en", "2.5 sq km"), True),
        (("fa", "۱ همت"), ("fa", "۱۰ هزار میلیارد ریال"), True),
        (("en", "5 million dollars"), ("en", "5 million euros"), False),
        (("en", "25 basis points"), ("fr", "0,25 point de pourcentage"), True),
        (("en", "dozens of people"), ("fr", "une quarantaine de personnes"), True),
        (("en", "nearly 500 people"), ("en", "500 people"), True),
        (("en", "nearly 500 people"), ("en", "520 people"), False),
        (("en", "up to 500 people"), ("en", "400 people"), True),
        (("en", "50,000 people"), ("en", "49,600 people"), True),
        (("en", "50,000 people"), ("en", "49,400 people"), False),
        (("en", "between 20 and 30 people"), ("ar", "25 شخصا"), True),
    ],
)
def test_agreement_is_of_intervals(first: tuple[str, str], second: tuple[str, str], agree: bool) -> None:  # noqa: FBT001
    one, other = _one(first[1], first[0]), _one(second[1], second[0])
    assert one.agrees(other) is agree
    assert other.agrees(one) is agree


@pytest.mark.parametrize(
    ("text", "language", "unit"),
    [
        ("they paid 35 million euros.", "en", "EUR"),
        ("it rose by 12 percent.", "en", "percent"),
        ("custou 35 milhões de euros.", "pt", "EUR"),
        ("بلغت الكلفه 35 مليون يورو.", "ar", "EUR"),
        ("۱۲ درصد.", "fa", "percent"),
    ],
)
def test_a_unit_at_the_end_of_a_sentence(text: str, language: str, unit: str) -> None:
    folded = fold_text(text)
    (found,) = find_quantities(folded, language)
    assert found.unit is not None
    assert found.unit.name == unit
    assert folded[found.end :] == "."


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("exactly 40 men", 40, 40),
        ("about 40 men", 36, 44),
        ("nearly 40 men", 36, 40),
        ("more than 40 men", 40, 80),
        ("at least 40 men", 40, 80),
        ("fewer than 40 men", 0, 40),
        ("up to 40 men", 0, 40),
        ("dozens of men", 24, 99),
        ("hundreds of men", 200, 999),
        ("thousands of men", 2_000, 99_999),
        ("43 men", 43, 43),
        ("4,300 men", 4_250, 4_350),
        ("40,000 men", 39_500, 40_500),
        ("about -10°c", -11, -9),
    ],
)
def test_what_a_statement_stands_for(text: str, low: float, high: float) -> None:
    found = _one(text, "en")
    assert [found.low, found.high] == pytest.approx([low, high])


@pytest.mark.parametrize("day", ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira"])
def test_a_portuguese_weekday_is_no_ordinal(day: str) -> None:
    folded = fold_text(f"As aulas recomeçam na {day}, disse a quinta escola.")
    assert [folded[q.start : q.end] for q in find_quantities(folded, "pt") if q.kind == "ordinal"] == ["quinta"]
    assert folded.count("quinta") == (2 if day == "quinta-feira" else 1)


@pytest.mark.parametrize(
    ("text", "ordinals"),
    [
        ("Fecharam dez escolas, segundo o sindicato.", []),
        ("Segundo a polícia, há feridos.", []),
        ("Há feridos, segundo fontes médicas.", []),
        ("Ficou em primeiro, segundo lugar para a equipa da casa.", ["primeiro", "segundo"]),
        ("O segundo suspeito fugiu.", ["segundo"]),
        ("É o segundo dia de greve.", ["segundo"]),
    ],
)
def test_segundo_says_by_whom_or_which(text: str, ordinals: list[str]) -> None:
    folded = fold_text(text)
    assert [folded[q.start : q.end] for q in find_quantities(folded, "pt") if q.kind == "ordinal"] == ordinals


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("more than 50 tents", "more_than"),
        ("more than (50 tents)", "more_than"),
        ("more than\n50 tents", None),
        ("more than: 50 tents", None),
        ("no more than a 50 tents", "up_to"),
        ("(more than 50 tents)", "more_than"),
        ("more 50 tents", None),
        ("12,more than 50 tents", "more_than"),
        ("50 tents", None),
    ],
)
def test_a_comparator_stands_right_before_its_number(text: str, comparator: str | None) -> None:
    assert find_quantities(text, "en")[-1].comparator == comparator


def test_times_are_no_quantities_in_a_folded_text_either() -> None:
    folded = fold("Le ١٢ mai à 14h30, « 40 » tentes")
    kinds = [(quantity.value, quantity.kind) for quantity in find_quantities(folded, "fr")]
    assert kinds == [(q.value, q.kind) for q in find_quantities(folded.text, "fr")]
    assert "time" in {kind for _, kind in kinds}
    assert (40.0, "count") in kinds
