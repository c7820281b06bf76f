"""What settles between values of several reports: dates, wording, corrections, frames, days and places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa_plugin import QAPlugin
from qa_plugin.evaluation.numbers import stated_values
from qa_plugin.evidence.counting.frames import frame
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.quantities import find_quantities
from qa_plugin.records import Answer, Span
from tests.folders import ask_folder, values


@dataclass(frozen=True)
class Case:
    name: str
    question: str
    articles: Mapping[str, str]
    value: float | None = None
    says: str = ""
    """A pattern that the answer holds, where it is a name."""
    never: tuple[float | str, ...] = ()
    history: tuple[float | str, ...] = ()
    positions: tuple[float, ...] = ()
    fails: str = ""


def ask(case: Case, folder: Path) -> Answer:
    return ask_folder(folder, case.question, {f"{name}.txt": text for name, text in case.articles.items()})


GROWTH = [
    Case(
        "burnt-area",
        "Quantos hectares arderam no fogo da serra de Nelhas?",
        {
            "a": "Incendie dans la serra de Nelhas\n3 août 2025 | Rédaction\n\nLe feu a déjà dévoré 640 hectares dans "
            "la serra de Nelhas, selon les pompiers. Deux villages ont été évacués dans la nuit.\n",
            "b": "Nelhas fire spreads\nAugust 6, 2025\n\nFirefighters said the blaze in the Nelhas hills has now "
            "consumed 1,870 hectares. Crews hope that rain will come at the weekend.\n",
        },
        1_870,
        history=(640,),
    ),
    Case(
        "votes-counted",
        "How many votes have been counted in the Sarmand referendum?",
        {
            "a": "استفتاء سرمند: بدء الفرز\n2 مارس 2025\n\nفرزت اللجنة الانتخابية 41 ألف صوت في استفتاء سرمند حتى مساء "
            "الأحد. وأغلقت مراكز الاقتراع أبوابها دون حوادث.\n",
            "b": "Referendo em Sarmand: contagem avança\n4 de março de 2025\n\nA comissão eleitoral já contou 96.500 "
            "votos no referendo de Sarmand. O resultado final é esperado na sexta-feira.\n",
        },
        96_500,
        history=(41_000,),
    ),
    Case(
        "tonnes-of-aid",
        "Combien de tonnes d'aide sont arrivées à Belouza ?",
        {
            "a": "کمک‌ها به بلوزا رسید\n۱۰ آبان ۱۴۰۴\n\nهلال احمر گفت ۱۲۰ تن کمک به شهر بلوزا رسیده است. راه شمالی "
            "هنوز "
            "بسته است.\n",
            "b": "Third aid flight lands in Belouza\n5 November 2025\n\nA third flight landed on Wednesday and brought "
            "the aid delivered to Belouza to 385 tonnes, the Red Crescent said.\n",
        },
        385,
        history=(120,),
    ),
    Case(
        "cases-of-cholera",
        "كم بلغ عدد حالات الكوليرا في مقاطعة ندارا؟",
        {
            "a": "Cholera spreads in Ndara\n11 March 2025\n\nHealth officials have recorded 212 cases of cholera in "
            "Ndara province. Schools along the river are closed.\n",
            "b": "Ndara : le choléra gagne du terrain\n19 mars 2025\n\nLe nombre de cas de choléra dans la province de "
            "Ndara s'élève désormais à 540, a indiqué le ministère de la Santé.\n",
        },
        540,
        history=(212,),
    ),
    Case(
        "displaced-in-three-languages",
        "چند نفر بر اثر سیل تالوک آواره شده‌اند؟",
        {
            "a": "Flood in Taluk\n1 June 2025\n\nThe flood in Taluk has displaced 3,000 people, the governor said.\n",
            "b": "Cheias em Taluk\n3 de junho de 2025\n\nAs cheias em Taluk já deslocaram 8.500 pessoas, segundo o "
            "governador. Faltam tendas e água.\n",
            "c": "فيضان تالوك\n6 يونيو 2025\n\nارتفع عدد النازحين بسبب الفيضان في تالوك إلى 12 ألف شخص. وتنتظر "
            "العائلات "
            "عودة الكهرباء.\n",
        },
        12_000,
        history=(3_000, 8_500),
    ),
    Case(
        "houses-by-a-relative-clause",
        "How many houses did the landslide of Verrano destroy?",
        {
            "a": "Deslizamento em Verrano\n2 de outubro de 2025\n\nO deslizamento de terras de Verrano destruiu pelo "
            "menos 9 casas, informou a proteção civil.\n",
            "b": "Verrano après la boue\n5 octobre 2025\n\nLes secours ont quitté Verrano, où le glissement de "
            "terrain, "
            "dont la coulée a détruit 31 maisons, a aussi emporté l'école.\n",
        },
        31,
        history=(9,),
    ),
    Case(
        "a-number-that-falls",
        "How many people are missing after the Sonda ferry accident?",
        {
            "a": "Sonda ferry sinks\n2 May 2025\n\nSome 60 people are missing after the Sonda ferry accident, the "
            "coast "
            "guard said.\n",
            "b": "عبارة سوندا: انتشال ناجين\n4 مايو 2025\n\nتراجع عدد المفقودين في حادث عبارة سوندا إلى 19 شخصا بعد "
            "العثور "
            "على ناجين على جزيرة صغيرة.\n",
        },
        19,
        history=(60,),
    ),
    Case(
        "now-and-at-first-without-dates",
        "Combien de maisons sont privées d'électricité à Mirandol ?",
        {
            "a": "Tempestade em Mirandol\n\nInicialmente ficaram sem eletricidade 5.000 casas em Mirandol. Agora são "
            "12.400 as casas sem eletricidade em Mirandol, diz a empresa da rede.\n",
        },
        12_400,
        history=(5_000,),
    ),
]

CORRECTIONS = [
    Case(
        "length-of-a-tunnel",
        "Quantos quilómetros tem o túnel de Garveno?",
        {
            "a": "Túnel de Garveno abre em junho\n4 de fevereiro de 2025\n\nO túnel de Garveno tem 14 quilómetros e "
            "liga "
            "os dois vales. As obras duraram seis anos.\n",
            "b": "Errata\n6 de fevereiro de 2025\n\nNa edição de terça-feira escrevemos por lapso que o túnel de "
            "Garveno "
            "tem 14 quilómetros. O túnel de Garveno tem 41 quilómetros. Pedimos desculpa aos leitores.\n",
        },
        41,
        history=(14,),
    ),
    Case(
        "students",
        "Combien d'étudiants sont inscrits à l'université de Sahel-Nour ?",
        {
            "a": "جامعة ساحل نور تفتح أبوابها\n1 أكتوبر 2025\n\nيدرس في جامعة ساحل نور 27 ألف طالب هذا العام. وبدأت "
            "الدروس يوم الأربعاء.\n",
            "b": "تصحيح\n3 أكتوبر 2025\n\nورد خطأ في خبرنا أن عدد طلاب جامعة ساحل نور 27 ألف طالب. والصحيح أن عدد طلاب "
            "جامعة ساحل نور 21 ألف طالب، ونعتذر للقراء.\n",
        },
        21_000,
        history=(27_000,),
    ),
    Case(
        "cost-of-a-library",
        "Quanto custou a biblioteca de Ormel?",
        {
            "a": "Ormel library opens\n3 May 2025\n\nThe new library of Ormel cost 18 million euros, the council said. "
            "It holds 90,000 books.\n",
            "b": "Corrections and clarifications\n5 May 2025\n\nAn article on Saturday misstated the cost of the Ormel "
            "library. The library cost 13 million euros, not 18 million euros.\n",
        },
        13_000_000,
        history=(18_000_000,),
    ),
    Case(
        "who-designed",
        "Who designed the Tavel bridge?",
        {
            "a": "Ponte de Tavel inaugurada\n7 de julho de 2025\n\nA ponte de Tavel, desenhada pelo arquiteto Rui "
            "Salvaterra, abriu ontem ao trânsito.\n",
            "b": "Errata\n9 de julho de 2025\n\nAo contrário do que escrevemos na segunda-feira, a ponte de Tavel "
            "não foi "
            "desenhada por Rui Salvaterra, que dirigiu a obra. A ponte foi desenhada pela arquiteta Inês Corvalho.\n",
        },
        says="Inês Corvalho",
        never=("Rui Salvaterra",),
        history=("Rui Salvaterra",),
    ),
    Case(
        "who-won-the-prize",
        "چه کسی برنده جایزه شعر سپیدار شد؟",
        {
            "a": "جایزه سپیدار\n۱۲ آذر ۱۴۰۴\n\nنسرین کاویان برنده جایزه شعر سپیدار شد. آیین پایانی در تالار شهر "
            "برگزار شد.\n",
            "b": "اصلاحیه\n۱۳ آذر ۱۴۰۴\n\nدر خبر دیروز به اشتباه نوشته شد که نسرین کاویان برنده جایزه شعر سپیدار شد. "
            "برنده جایزه شعر سپیدار مهتاب رادمنش است.\n",
        },
        says="مهتاب رادمنش",
        never=("نسرین کاویان",),
        history=("نسرین کاویان",),
    ),
    Case(
        "who-led-the-inquiry",
        "Qui a dirigé l'enquête sur le naufrage du Corvo ?",
        {
            "a": "Corvo inquiry ends\n4 April 2025\n\nAlan Pembry led the inquiry into the sinking of the Corvo. The "
            "report runs to three volumes.\n",
            "b": "Correction\n6 April 2025\n\nFriday's article wrongly said that the inquiry into the sinking of the "
            "Corvo was led by Alan Pembry. The inquiry was led by Judge Helen Marsh.\n",
        },
        says="Helen Marsh",
        never=("Alan Pembry",),
        history=("Alan Pembry",),
    ),
]

FRAMES = [
    Case(
        "wells-promised-and-drilled",
        "How many wells have been drilled so far in Kassira?",
        {
            "a": "Kassira waits for water\n8 January 2025\n\nThe ministry will drill 80 wells in Kassira by the end of "
            "the year, the minister said.\n",
            "b": "Kassira : le plan prend du retard\n20 novembre 2025\n\nSeuls 23 puits sur les 80 promis ont été "
            "forés à "
            "Kassira, reconnaît le ministère.\n",
        },
        23,
        never=(80,),
    ),
    Case(
        "doses-bought-and-delivered",
        "Combien de doses de vaccin ont été livrées au Nordan ?",
        {
            "a": "Nordan buys vaccine\n10 January 2025\n\nNordan signed a contract to buy 500,000 doses of vaccine "
            "from "
            "the firm Elvex, all to be delivered before summer.\n",
            "b": "واکسن در نوردان\n۲۲ اسفند ۱۴۰۳\n\nتاکنون ۱۸۰ هزار دوز واکسن به نوردان تحویل داده شده است. وزیر "
            "بهداشت "
            "از کندی کار گلایه کرد.\n",
        },
        180_000,
        never=(500_000,),
    ),
    Case(
        "what-was-ordered-is-asked",
        "Combien de trains la région de Valoure a-t-elle commandés ?",
        {
            "a": "La Valoure veut des trains neufs\n3 mars 2024\n\nLa région de Valoure a commandé 24 trains à la "
            "société "
            "Ferrovel.\n",
            "b": "Valoure trains late\n9 May 2025\n\nOnly 7 of the 24 trains ordered by the Valoure region have been "
            "delivered, the operator said.\n",
        },
        24,
        never=(7,),
    ),
    Case(
        "pupils-in-all",
        "كم عدد التلاميذ إجمالا في مدرسة النخيل؟",
        {
            "a": "Nakhil school is full\n14 September 2025\n\nThe Nakhil school took in 140 pupils this month, "
            "bringing "
            "the number of its pupils to 1,320. Lessons are given in two shifts.\n",
            "b": "Escola de Nakhil\n16 de setembro de 2025\n\nSó este mês entraram 140 alunos na escola de Nakhil, "
            "segundo "
            "a diretora.\n",
        },
        1_320,
        never=(140,),
    ),
    Case(
        "new-members-are-asked",
        "How many new members joined the Orvane cooperative this year?",
        {
            "a": "Coopérative d'Orvane\n2 décembre 2025\n\nLa coopérative d'Orvane a accueilli cette année 310 "
            "nouveaux "
            "membres. Elle compte désormais 4 600 membres.\n",
        },
        310,
        never=(4_600,),
    ),
    Case(
        "wheat-in-all",
        "Quantas toneladas de trigo foram exportadas no total pelo porto de Mazrak?",
        {
            "a": "صادرات گندم از مزرک\n۵ مهر ۱۴۰۴\n\nاین هفته ۹ هزار تن گندم از بندر مزرک صادر شد. سه کشتی در "
            "نوبت‌اند.\n",
            "b": "Mazrak grain\n24 September 2025\n\nA total of 212,000 tonnes of wheat has been exported from the "
            "port of "
            "Mazrak since May, the harbour master said.\n",
        },
        212_000,
        never=(9_000,),
    ),
    Case(
        "a-part-is-not-the-whole",
        "How many people were injured in the Ferola stand collapse?",
        {
            "a": "Tribune effondrée à Ferola\n\nL'effondrement d'une tribune à Ferola a fait 31 blessés, dont 4 "
            "enfants, "
            "selon l'hôpital.\n",
        },
        31,
        never=(4,),
    ),
]

EXACT = [
    Case(
        "trees",
        "How many trees did the storm fell in Lisorne?",
        {
            "a": "Storm in Lisorne\n9 January 2025\n\nThe storm felled more than 700 trees in Lisorne, a councillor "
            "said.\n",
            "b": "Lisorne compte ses arbres\n9 janvier 2025\n\nLa mairie de Lisorne a recensé 738 arbres abattus "
            "par la "
            "tempête. Le parc reste fermé.\n",
        },
        738,
    ),
    Case(
        "runners",
        "چند نفر در ماراتن سرولا دویدند؟",
        {
            "a": "ماراتن سرولا\n۶ مهر ۱۴۰۴\n\nحدود ۲ هزار نفر در ماراتن سرولا دویدند. هوا خنک بود.\n",
            "b": "Maratona de Serola\n28 de setembro de 2025\n\nCorreram a maratona de Serola 2.046 pessoas, "
            "informou a "
            "organização.\n",
        },
        2_046,
    ),
    Case(
        "bottles",
        "Combien de bouteilles ont été saisies à Port-Nadal ?",
        {
            "a": "Saisie à Port-Nadal\n3 mai 2025\n\nAu moins 3 000 bouteilles ont été saisies à Port-Nadal, dit la "
            "douane.\n",
            "b": "مصادرة في بور نادال\n3 مايو 2025\n\nصادرت الجمارك 3260 زجاجة في بور نادال. وأوقف رجلان.\n",
        },
        3_260,
    ),
]

DAYS_AND_PLACES = [
    Case(
        "snow-of-three-towns",
        "Combien de centimètres de neige sont tombés à Sorvel ?",
        {
            "a": "Snow in the hills\n8 January 2025\n\nForecasters measured 34 cm of snow in Sorvel, 52 cm in "
            "Brennac and "
            "18 cm in Port-Elin.\n",
        },
        34,
        never=(52, 18),
    ),
    Case(
        "beds-of-three-hospitals",
        "How many patients is the hospital of Kelb treating?",
        {
            "a": "Hospitais cheios\n8 de janeiro de 2025\n\nO hospital de Marsa trata 12 doentes, o hospital de "
            "Kelb 30 e o "
            "de Tirsa 8.\n",
        },
        30,
        never=(12, 8),
    ),
    Case(
        "yesterday-and-today",
        "How many flights were cancelled at Dorval on Monday 3 March?",
        {
            "a": "إلغاء رحلات في مطار دورفال\n4 مارس 2025\n\nألغيت أمس الاثنين 96 رحلة في مطار دورفال، ثم تراجع العدد "
            "اليوم الثلاثاء إلى 41 رحلة.\n",
        },
        96,
        never=(41,),
    ),
    Case(
        "saturday-and-sunday",
        "Quantos visitantes recebeu o museu de Tamsin no domingo?",
        {
            "a": "Affluence au musée\n12 mai 2025\n\nLe musée de Tamsin a reçu 4 200 visiteurs samedi et 6 900 "
            "visiteurs "
            "dimanche.\n",
        },
        6_900,
        never=(4_200,),
    ),
]

AT_ODDS = [
    Case(
        "two-voices-of-one-day",
        "How many fish died in the Orlen river?",
        {
            "a": "Peixes mortos no Orlen\n17 de junho de 2025\n\nA agência do ambiente diz que morreram 2.000 "
            "peixes no rio "
            "Orlen.\n",
            "b": "L'Orlen empoisonné\n17 juin 2025\n\nSelon les pêcheurs, 15 000 poissons sont morts dans la rivière "
            "Orlen.\n",
        },
        positions=(2_000, 15_000),
    ),
]


def params(cases: list[Case]) -> list[object]:
    return [
        pytest.param(
            case, id=case.name, marks=[pytest.mark.xfail(strict=True, reason=case.fails)] if case.fails else []
        )
        for case in cases
    ]


def holds(text: str, value: float | str) -> bool:
    return value in text if isinstance(value, str) else value in stated_values(text)


@pytest.mark.parametrize("case", params([*GROWTH, *CORRECTIONS, *FRAMES, *EXACT, *DAYS_AND_PLACES]))
def test_one_value_answers(case: Case, tmp_path: Path) -> None:
    answer = ask(case, tmp_path)
    assert answer.status == "answered", answer.text
    text = re.sub(r"\[\d+\]", "", answer.text)
    assert case.value is None or case.value in stated_values(text), text
    assert re.search(case.says, text), text
    assert not [value for value in case.never if holds(text, value)], text
    former = [old.statement for old in answer.history]
    assert not [value for value in case.history if not any(holds(old, value) for old in former)], (text, former)
    assert len(former) == len(case.history)


@pytest.mark.parametrize(
    ("text", "language", "number", "trait"),
    [
        ("Only 7 of the 24 trains arrived.", "en", "24", "out_of"),
        ("Apenas 7 dos 24 comboios chegaram.", "pt", "24", "out_of"),
        ("Seuls 7 trains sur les 24 sont arrivés.", "fr", "24", "out_of"),
        ("وصلت 7 قطارات من أصل 24 قطارا.", "ar", "24", "out_of"),
        ("تنها ۷ قطار از مجموع ۲۴ قطار رسید.", "fa", "24", "out_of"),
        ("Some 310 pupils came this week.", "en", "310", "period"),
        ("Esta semana chegaram 310 alunos.", "pt", "310", "period"),
        ("Cette semaine, 310 élèves sont arrivés.", "fr", "310", "period"),
        ("وصل 310 تلاميذ هذا الأسبوع.", "ar", "310", "period"),
        ("این هفته ۳۱۰ دانش‌آموز آمدند.", "fa", "310", "period"),
    ],
)
def test_what_is_said_of_the_whole_and_of_some_time(text: str, language: str, number: str, trait: str) -> None:
    sentence = read_sentence(0, Span(0, len(text)), text, language, 0.0)
    found = find_quantities(sentence.folded, language)
    with_trait = {quantity.value for quantity in found if frame(sentence, quantity).has(trait)}
    assert with_trait == {float(number)}


@pytest.mark.parametrize("case", params(AT_ODDS))
def test_every_position_stands(case: Case, tmp_path: Path) -> None:
    answer = ask(case, tmp_path)
    assert answer.status == "conflicting", answer.text
    assert values(answer) == set(case.positions)


def test_the_missing_are_not_the_dead(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bilan.txt").write_text(
        "Crue de la Sarvane\n\n14 février 2025\n\nLe bilan des crues dans la vallée de la Sarvane s'élève désormais à "
        "41 morts. Quatre personnes sont toujours portées disparues.\n",
        encoding="utf-8",
    )
    with QAPlugin(folder, store=tmp_path / "store") as plugin:
        answer = plugin.ask("How many people died in the Sarvane floods?")
    assert answer.text == "41 [1]"
