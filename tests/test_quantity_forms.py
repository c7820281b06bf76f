"""Forms of quantities in five languages: those of a table written without sight of the code, and others beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.language.folding import fold, fold_text
from qa_plugin.language.quantities import Quantity, find_quantities

_TABLE = Path(__file__).parent.parent / "eval" / "quantities" / "forms.jsonl"
_NO_QUANTITY = {"year", "date", "time", "identifier", "score", "ordinal", "age"}
_COMPARATORS: dict[str, set[str | None]] = {"exact": {None}, "nearly": {"nearly", "about"}, "about": {"about"}}
"""Names of the table that are not the package's own; notes of the table take "nearly" and "about" for each other."""
_UNITS = {"degree celsius": "celsius", "degree fahrenheit": "fahrenheit"}


def _rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in _TABLE.read_text(encoding="utf-8").splitlines()]


def _real(text: str, language: str) -> list[Quantity]:
    found = find_quantities(fold_text(text), language)
    return [q for q in found if q.kind not in _NO_QUANTITY and not q.weak]


def _unit(quantity: Quantity) -> str:
    return quantity.unit.name if quantity.unit else ""


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in _rows()])
def test_the_table_of_forms(row: dict[str, Any]) -> None:
    found = _real(row["text"], row["language"])
    assert len(found) == len(row["expect"]), found
    for quantity, expected in zip(found, row["expect"], strict=True):
        scale = re.search(r"scale=(\d+)", row["note"])
        if scale:
            assert quantity.vague
            assert quantity.low == float(scale[1]) * 2
        elif expected["comparator"] == "range":
            assert (quantity.low, quantity.high) == (expected["low"], expected["high"])
        else:
            assert quantity.value == pytest.approx(expected["value"], abs=1e-3, rel=1e-9)
        if not scale:
            assert quantity.comparator in _COMPARATORS.get(expected["comparator"], {expected["comparator"]})
        unit = expected["unit"].replace(" ", "_")
        assert _unit(quantity) == _UNITS.get(expected["unit"], unit)


# language | text | value, or low..high | comparator (~ for a vague word) | unit; several quantities are parted by ";"
FORMS = """
en | More than a hundred people were killed. | 100 | more_than |
en | A quarter of a million people fled. | 250000 | |
en | Three quarters of a million homes lost power. | 750000 | |
en | A third of the seats were empty. | 0.333333 | |
en | Output rose by one third. | 0.333333 | |
en | About a third of voters stayed at home. | 0.333333 | about |
en | Half of the patients recovered. | 0.5 | |
en | Several hundred protesters gathered. | 200..999 | ~ |
en | A few thousand fans came. | 2000..9999 | ~ |
en | Several hundred thousand people fled. | 200000..999000 | ~ |
en | Two dozen firefighters were sent. | 24 | about |
en | Half a dozen soldiers were hurt. | 6 | |
en | At least one person was killed. | 1 | at_least |
en | The economy grew by one percent. | 1 | | percent
en | It took not more than 10 minutes. | 10 | up_to | minute
en | The hall does not hold more than 500 people. | 500 | up_to |
en | The toll rose from 30 to 45. | 30; 45 | ; | ;
en | Unemployment rose from 3.5 to 4 percent. | 3.5; 4 | ; | percent; percent
en | Unemployment stood from 3.5 to 4 percent. | 3.5..4 | range | percent
en | It costs between $2 million and $3 million. | 2000000..3000000 | range | USD
en | It costs USD 5 million. | 5000000 | | USD
en | Winds of 120 km/h hit the coast. | 120 | | km_per_hour
en | The plot measures 450 m². | 450 | | square_metre
en | The field covers 12 square miles. | 12 | | square_mile
en | Output fell by 1.2 million barrels. | 1200000 | | barrel
en | The bank raised rates by 25 basis points. | 25 | | basis_point
en | It cost more than 5 lakh crore rupees. | 5000000000000 | more_than | INR
en | It was -12°C in the capital. | -12 | | celsius
en | It was 12 degrees below zero in the capital. | -12 | | celsius
en | The firm got 20m pounds. | 20000000 | | GBP
en | The pipe is 20 m long. | 20 | | metre
en | The truce held for two and a half hours. | 2.5 | | hour
en | They expect 300 people or more. | 300 | at_least |
en | The 1500 soldiers left. | 1500 | |
pt | Em dez anos 300 pessoas partiram. | 10; 300 | ; | year;
fr | Il y a eu 12 partages 812 vues. | 12; 812 | ; | ;
en | It rained for three hours and a half. | 3.5 | | hour
en | It cost €5-€6 million. | 5000000..6000000 | range | EUR
fr | L'audience a duré une heure et demie. | 1.5 | | hour
fr | Plus de la moitié des élèves étaient absents. | 0.5 | more_than |
fr | Une dizaine de milliers de soldats sont partis. | 10000 | about |
pt | A reunião durou duas horas e meia. | 2.5 | | hour
pt | Mais da metade da população votou. | 0.5 | more_than |
ar | استمر الاجتماع ساعتين ونصف. | 2.5 | | hour
ar | العدد يبلغ 30 شخصا. | 30 | |
ar | ارتفع التضخم خمسة بالمئة. | 5 | | percent
fa | جلسه یک ساعت و نیم طول کشید. | 1.5 | | hour
fr | Un quart de million de personnes a fui. | 250000 | |
fr | Les trois quarts des élèves étaient absents. | 0.75 | |
fr | Le tiers des sièges était vide. | 0.333333 | |
fr | Deux dizaines de blessés ont été soignés. | 20 | about |
fr | Plus d'un millier de personnes ont défilé. | 1000 | more_than |
fr | Près d'une centaine de maisons ont brûlé. | 100 | nearly |
fr | Quelques centaines de manifestants sont venus. | 200..999 | ~ |
fr | Il y a eu au moins un mort. | 1 | at_least |
fr | Le bilan est passé de 30 à 45 morts. | 30; 45 | ; | ;
fr | Ils ont obtenu de 10 à 15 % des voix. | 10..15 | range | percent
fr | La taxe coûte entre 2 et 3 milliards d'euros. | 2000000000..3000000000 | range | EUR
fr | La cour peut accueillir 50 personnes au maximum. | 50 | up_to |
fr | La salle ne peut pas accueillir plus de 200 personnes. | 200 | up_to |
fr | L'aide est de 400 000 francs CFA. | 400000 | | XOF
fr | Les rafales ont atteint 130 km/h. | 130 | | km_per_hour
fr | Il a fait 8 degrés en dessous de zéro. | -8 | | celsius
fr | Il a été condamné à 10 ans de prison. | 10 | | year
pt | Três quartos da população votaram. | 0.75 | |
pt | Um terço dos votos foi anulado. | 0.333333 | |
pt | Mais de uma centena de pessoas fugiu. | 100 | more_than |
pt | Meia centena de pessoas fugiu. | 50 | |
pt | Três dezenas de feridos foram tratados. | 30 | about |
pt | Várias centenas de pessoas vieram. | 200..999 | ~ |
pt | Vieram 12 pessoas, no máximo. | 12 | up_to |
pt | A sala não permite mais de 100 pessoas. | 100 | up_to |
pt | O número passou de 30 para 45. | 30; 45 | ; | ;
pt | O número passou de 30. | 30 | more_than |
pt | Custa entre 2 e 3 mil milhões de euros. | 2000000000..3000000000 | range | EUR
pt | Cresceu 0,5 ponto percentual. | 0.5 | | percentage_point
pt | Foram apreendidos 120 quilos de cocaína. | 120 | | kilogram
pt | A temperatura chegou a menos 5 graus. | -5 | | celsius
pt | Ao todo vinte e um mil e quinhentos eleitores votaram. | 21500 | |
ar | بلغت الخسائر أكثر من مليوني دولار. | 2000000 | more_than | USD
ar | بلغ العدد ألفا في العاصمة. | 1000 | |
ar | تضرر ألفا منزل في الزلزال. | 2000 | |
ar | بلغت الكلفة مليونا ونصف المليون دولار. | 1500000 | | USD
ar | نزح ربع مليون لاجئ. | 250000 | |
ar | يعاني ثلاثة أرباع السكان من الجوع. | 0.75 | |
ar | تضرر ثلثي السكان. | 0.666667 | |
ar | الطاقة الحالية لا تسمح بأكثر من مليوني جرعة. | 2000000 | up_to |
ar | فر ما بين 20 و30 ألف شخص. | 20000..30000 | range |
ar | ارتفعت الحصيلة من 30 إلى 45 قتيلا. | 30; 45 | ; | ;
ar | سقط 14 قتيلا و47 مصابا. | 14; 47 | ; | ;
ar | قدر عددهم ب60 ألفا. | 60000 | |
ar | استمرت المحادثات يومين وساعتين. | 2; 2 | ; | day; hour
ar | تظاهر 9 متظاهرين في الميدان. | 9 | |
ar | نزح عشرات الآلاف من السكان. | 20000..99000 | ~ |
ar | جاء بضع مئات من الجنود. | 200..999 | ~ |
ar | حضر 300 شخص أو أكثر. | 300 | at_least |
ar | بلغت السرعة 120 كيلومترا في الساعة. | 120 | | km_per_hour
ar | نزح مئة وخمسون ألف شخص. | 150000 | |
fa | بیش از دو میلیون دلار هزینه شد. | 2000000 | more_than | USD
fa | ده‌ها هزار نفر آواره شدند. | 20000..99000 | ~ |
fa | چند صد نفر آمدند. | 200..999 | ~ |
fa | سه‌چهارم مردم رأی دادند. | 0.75 | |
fa | نیمی از مردم رأی دادند. | 0.5 | |
fa | یک میلیون و نیم رأی شمرده شد. | 1500000 | |
fa | ده‌هزار نفر آمدند. | 10000 | |
fa | بیست‌ودو نفر زخمی شدند. | 22 | |
fa | شش نفر زخمی شدند. | 6 | |
fa | کمتر از ده نفر زخمی شدند. | 10 | less_than |
fa | تورم از ۱۰ به ۱۵ درصد رسید. | 10; 15 | ; | percent; percent
fa | دما به منفی ۱۰ درجه رسید. | -10 | | celsius
fa | باد به ۱۲۰ کیلومتر در ساعت رسید. | 120 | | km_per_hour
fa | ۱۲ تن طلا کشف شد. | 12 | | tonne
fa | ۱۲ تن از سربازان برگشتند. | 12 | |
fa | جنگ هشت ساله پایان یافت. | 8 | | year
fa | ۵۰۰ نفر یا بیشتر آمدند. | 500 | at_least |
fa | بودجه صد هزار میلیارد تومان است. | 100000000000000 | | IRT
"""


def _forms() -> list[tuple[str, str, list[str], list[str], list[str]]]:
    rows = []
    for line in FORMS.strip().splitlines():
        language, text, *columns = (column.strip() for column in line.split("|"))
        values, comparators, units = ([part.strip() for part in column.split(";")] for column in columns)
        rows.append((language, text, values, comparators, units))
    return rows


@pytest.mark.parametrize(("language", "text", "values", "comparators", "units"), _forms())
def test_further_forms(language: str, text: str, values: list[str], comparators: list[str], units: list[str]) -> None:
    found = _real(text, language)
    assert [_unit(q) for q in found] == units
    assert ["~" if q.vague else q.comparator or "" for q in found] == comparators
    for quantity, value in zip(found, values, strict=True):
        low, dots, high = value.partition("..")
        if dots:
            assert (quantity.low, quantity.high) == (float(low), float(high))
        else:
            assert quantity.value == pytest.approx(float(low), abs=1e-5)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The third man was arrested."),
        ("en", "A third person was arrested."),
        ("en", "Sales fell in the third quarter of 2024."),
        ("en", "His wife, 43, was also hurt."),
        ("en", "In 2022 soldiers crossed the border."),
        ("en", "The 1990s were hard."),
        ("en", "They lived at 221 Baker Street."),
        ("en", "The 23rd minute brought the goal."),
        ("en", "The report[3] was withdrawn."),
        ("fr", "Un cinquième homme a été arrêté."),
        ("fr", "Le premier quart de finale aura lieu mardi."),
        ("fr", "La demi-finale aura lieu mardi."),
        ("fr", "La victime, 57 ans, était connue."),
        ("fr", "Un homme de 43 ans a été arrêté."),
        ("fr", "Appelez le 01.42.76.40.40 pour témoigner."),
        ("fr", "L'essai de phase 3 a réussi."),
        ("pt", "Um quarto de hotel foi revistado."),
        ("pt", "Ficou em 3º lugar pela 1ª vez."),
        ("pt", "Mora na Rua Augusta, 1500."),
        ("pt", "Um homem de 43 anos foi detido."),
        ("pt", "Nos anos 90 tudo mudou."),
        ("pt", "A Lei 13.709 foi revista."),
        ("ar", "ارتفعت المبيعات في الربع الأول."),
        ("ar", "وأضاف المتظاهرون أن الثلث لا يكفي."),
        ("ar", "رجل يبلغ من العمر 43 عاما."),
        ("ar", "وهي تبلغ 43 عاما."),
        ("ar", "وصل الوزير يوم الاثنين."),
        ("ar", "صدر بالقرار 1701 بيان."),
        ("ar", "شيعت المدينة الجنديين اللذين سقطا."),
        ("fa", "او متولد ۱۳۶۰ است."),
        ("fa", "جلسه ساعت سه آغاز شد."),
        ("fa", "همت مردم ستودنی است."),
        ("fa", "مرد ۴۳ ساله دستگیر شد."),
        ("fa", "۱۵مین جلسه برگزار شد."),
    ],
)
def test_nothing_counted(language: str, text: str) -> None:
    assert _real(text, language) == []


def test_capitals_tell_dates_where_the_original_is_known() -> None:
    text = fold("On 3\u00a0May, 4 people came; 3 may go.")
    assert [(q.kind, q.value) for q in find_quantities(text, "en")] == [("date", 3), ("count", 4), ("count", 3)]
