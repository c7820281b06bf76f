"""How the numbers of several articles stand to each other, asked of small folders through the whole chain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qa_plugin.evaluation.numbers import stated_values
from qa_plugin.records import Answer
from tests.folders import ask_folder


@dataclass(frozen=True)
class Case:
    name: str
    question: str
    articles: Mapping[str, str]
    value: float | None = None
    """What the answer states, where there is no conflict."""
    never: tuple[float, ...] = ()
    """What it does not state."""
    positions: Mapping[float, str] = field(default_factory=dict)
    """The values of a conflict, and a pattern for who states each."""
    history: tuple[float, ...] = ()
    fails: str = ""


def ask(case: Case, folder: Path) -> Answer:
    return ask_folder(folder, case.question, {f"{name}.txt": text for name, text in case.articles.items()})


SAME = [
    Case(
        "digits-of-three-scripts",
        "How many homes lost power in Kelvar?",
        {
            "a": "Storm over Kelvar\n\nThe storm cut the power of 24,500 homes in Kelvar, the grid operator said.\n",
            "b": "توفان در کلوار\n\nتوفان برق ۲۴٬۵۰۰ خانه را در کلوار قطع کرد. مدارس تعطیل شد.\n",
            "c": "عاصفة في كلفار\n\nانقطعت الكهرباء عن ٢٤٬٥٠٠ منزل في كلفار. وأغلقت المدارس.\n",
        },
        24_500,
    ),
    Case(
        "words-and-digits",
        "Quantos trabalhadores foram despedidos em Orvel?",
        {
            "a": "Fábrica de Orvel\n\nA fábrica de Orvel despediu mil e duzentos trabalhadores, disse o sindicato.\n",
            "b": "Usine d'Orvel\n\nL'usine d'Orvel a licencié 1 200 travailleurs. La direction n'a rien dit.\n",
        },
        1_200,
    ),
    Case(
        "scales",
        "كم شخصا يعيش في مدينة تارفين؟",
        {
            "a": "Tarvin\n\nSome 3.5 million people live in the city of Tarvin.\n",
            "b": "تارفين\n\nيعيش ٣٫٥ مليون شخص في مدينة تارفين. المدينة قديمة.\n",
        },
        3_500_000,
    ),
    Case(
        "units-of-length",
        "چند کیلومتر از جاده مارن بسته شد؟",
        {
            "a": "جاده مارن\n\n۱۲ کیلومتر از جاده مارن به دلیل برف بسته شد.\n",
            "b": "Marn road\n\nA stretch of 12 km of the Marn road was closed by snow.\n",
        },
        12,
    ),
    Case(
        "vaguer-than-the-exact-one",
        "How many pupils are enrolled in Arvedo?",
        {
            "a": "Schools of Arvedo\n\nAbout 6,000 pupils are enrolled in the schools of Arvedo.\n",
            "b": "Escolas de Arvedo\n\nNas escolas de Arvedo estão matriculados 6.123 alunos, segundo a câmara.\n",
        },
        6_123,
    ),
    Case(
        "dozens-and-forty",
        "Combien de touristes ont été bloqués sur le mont Azrel ?",
        {
            "a": "Mont Azrel\n\nDes dizaines de touristes ont été bloqués sur le mont Azrel par la neige.\n",
            "b": "کوه آزرل\n\n۴۰ گردشگر در کوه آزرل گیر افتادند. امدادگران رسیدند.\n",
        },
        40,
    ),
    Case(
        "no-fewer-than",
        "How many people were injured in the Aldero explosion?",
        {
            "a": "Explosão em Aldero\n\nA explosão em Aldero feriu não menos de 18 pessoas, disse um vizinho.\n",
            "b": "Aldero explosion\n\nThe explosion in Aldero injured 21 people, the hospital said.\n",
        },
        21,
        never=(18,),
    ),
    Case(
        "over-agrees",
        "Quantas pessoas foram retiradas de Nhambe?",
        {
            "a": "Cheias em Nhambe\n\nMais de 50 mil pessoas foram retiradas de Nhambe.\n",
            "b": "Floods in Nhambe\n\nThe governor said 50,400 people were evacuated from Nhambe.\n",
        },
        50_400,
    ),
    Case(
        "toman-and-rial",
        "How much did the town of Nurak pay for the fire engine?",
        {
            "a": "ماشین آتش‌نشانی نورک\n\nشهرداری نورک برای ماشین آتش‌نشانی ۴ میلیارد تومان پرداخت کرد.\n",
            "b": "خودروی نورک\n\nشهر نورک ۴۰ میلیارد ریال برای خرید ماشین آتش‌نشانی پرداخت.\n",
        },
        None,
    ),
]

OTHER_THING = [
    Case(
        "soldiers-are-no-engineers",
        "How many engineers did Turkey send to the Marvan dam?",
        {
            "a": "Marvan dam\n\nTurkey sent 40 engineers to the Marvan dam on Monday.\n",
            "b": "Marvan guard\n\nTurkey sent 300 soldiers to guard the Marvan dam on Monday.\n",
        },
        40,
        never=(300,),
    ),
    Case(
        "injured-are-no-dead",
        "Combien de morts l'accident de bus de Gardeno a-t-il fait ?",
        {
            "a": "تصادف گردنو\n\nتصادف اتوبوس در گردنو ۱۴ کشته بر جا گذاشت.\n",
            "b": "Gardeno\n\nL'accident de bus de Gardeno a fait 63 blessés.\n",
        },
        14,
        never=(63,),
    ),
    Case(
        "families-and-houses",
        "كم عائلة فقدت منازلها في حريق فنتال؟",
        {
            "a": "حريق فنتال\n\nفقدت 132 عائلة منازلها في حريق فنتال.\n",
            "b": "Fogo em Fental\n\nO incêndio de Fental destruiu 85 casas.\n",
        },
        132,
        never=(85,),
    ),
    Case(
        "planned-is-not-done",
        "How many trees were planted in Verdan?",
        {
            "a": "Verdan plans\n\nThe town of Verdan plans to plant 10,000 trees this autumn.\n",
            "b": "Verdan plante\n\n6 450 arbres ont été plantés à Verdan, selon la mairie.\n",
        },
        6_450,
        never=(10_000,),
    ),
    Case(
        "planned-is-asked-for",
        "Quantas casas pretende construir a empresa em Mansal?",
        {
            "a": "Mansal\n\nA empresa pretende construir 2.000 casas em Mansal.\n",
            "b": "المنسل\n\nبنت الشركة 740 منزلا في منسل حتى الآن.\n",
        },
        2_000,
        never=(740,),
    ),
    Case(
        "a-day-is-not-all",
        "How many loaves has the Mehrad kitchen handed out in total?",
        {
            "a": "Mehrad kitchen\n\nThe Mehrad kitchen has handed out 7,200 loaves in total.\n",
            "b": "Daily bread\n\nThe Mehrad kitchen hands out 400 loaves a day.\n",
        },
        7_200,
        never=(400,),
    ),
    Case(
        "all-is-not-a-day",
        "Quantas pessoas atravessam por dia a fronteira de Kobra?",
        {
            "a": "مرز کبرا\n\nروزانه ۱٬۳۰۰ نفر از مرز کبرا عبور می‌کنند.\n",
            "b": "Fronteira de Kobra\n\nDesde março, 46 mil pessoas atravessaram a fronteira de Kobra.\n",
        },
        1_300,
        never=(46_000,),
    ),
    Case(
        "added-is-not-all",
        "How many doctors work at the Sadra hospital?",
        {
            "a": "Sadra hospital\n\nA total of 210 doctors work at the Sadra hospital.\n",
            "b": "Sadra hires\n\nThe Sadra hospital hired 35 new doctors this month.\n",
        },
        210,
        never=(35,),
    ),
    Case(
        "another-weekday",
        "How many flights were cancelled in Montar on Tuesday?",
        {
            "a": "Montar\n\nOn Tuesday, 38 flights were cancelled in Montar because of the strike.\n",
            "b": "Montar\n\nOn Wednesday, 71 flights were cancelled in Montar because of the strike.\n",
        },
        38,
        never=(71,),
    ),
    Case(
        "one-voice-counts-two-things",
        "How many workers came to the rally in Sulbek?",
        {
            "a": "Rally in Sulbek\n\nThe union said 900 workers came to the rally in Sulbek. It said 300 workers from "
            "Tolm came to the rally in Sulbek by train.\n",
            "b": "Sulbek\n\nSome 900 workers came to the rally in Sulbek.\n",
        },
        900,
        fails="a part of which only 'from Tolm' tells is ranked before the whole",
    ),
]

SETTLED = [
    Case(
        "correction",
        "How many people died in the Ribam ferry accident?",
        {
            "a": "Acidente em Ribam\n\n3 de maio de 2024\n\nO acidente da balsa de Ribam matou 30 pessoas.\n",
            "b": "Correction\n\n5 May 2024\n\nCorrection: 13 people died in the Ribam ferry accident, not 30 as "
            "reported earlier.\n",
        },
        13,
        history=(30,),
    ),
    Case(
        "erratum",
        "Combien de spectateurs ont assisté au concert de Caverol ?",
        {
            "a": "Concert à Caverol\n\n1 500 spectateurs ont assisté au concert de Caverol samedi.\n",
            "b": "Erratum\n\nErratum : 15 000 spectateurs ont assisté au concert de Caverol samedi, et non 1 500 comme "
            "nous l'avons écrit.\n",
        },
        15_000,
        history=(1_500,),
    ),
    Case(
        "the-earlier-figure-was-wrong",
        "كم عاملا مات في حريق مصنع حدبا؟",
        {
            "a": "حريق مصنع حدبا\n\nمات ثمانية عمال في حريق مصنع حدبا. وكانت حصيلة سابقة خاطئة قد تحدثت عن 30 عاملا.\n",
        },
        8,
        history=(30,),
    ),
    Case(
        "a-toll-that-rises-by-date",
        "How many people have died in the Kuhra earthquake?",
        {
            "a": "زلزله کوهرا\n\n۱ مه ۲۰۲۴\n\nزلزله کوهرا ۲۵ کشته بر جا گذاشت.\n",
            "b": "Kuhra earthquake\n\n3 May 2024\n\nThe earthquake in Kuhra killed 58 people.\n",
            "c": "Séisme de Kuhra\n\n2 mai 2024\n\nLe séisme de Kuhra a tué 41 personnes.\n",
        },
        58,
        history=(25, 41),
    ),
    Case(
        "a-toll-that-rises-by-wording",
        "Quantas pessoas morreram no desabamento de Luzal?",
        {
            "a": "Desabamento em Luzal\n\nO número de mortos no desabamento de Luzal subiu de 17 para 33.\n",
        },
        33,
        history=(17,),
    ),
    Case(
        "a-toll-that-rises-by-wording-of-two-articles",
        "How many people died in the Tolm mine?",
        {
            "a": "Tolm mine\n\nNine people died in the Tolm mine, rescuers said.\n",
            "b": "Tolm mine\n\nThe number of people who died in the Tolm mine has risen to 16.\n",
        },
        16,
        history=(9,),
    ),
    Case(
        "a-persian-toll-that-rises",
        "چند نفر در سیل دره‌نار جان باختند؟",
        {
            "a": "سیل دره‌نار\n\nشمار جان‌باختگان سیل دره‌نار از ۱۱ نفر به ۱۹ نفر افزایش یافت.\n",
        },
        19,
        history=(11,),
    ),
    Case(
        "an-arabic-toll-that-rises-by-levantine-months",
        "Combien de personnes sont mortes dans l'effondrement de Louzar ?",
        {
            "a": "انهيار لوزار\n\n2 كانون الثاني 2024\n\nقتل 33 شخصا في انهيار مبنى في لوزار.\n",
            "b": "انهيار لوزار\n\n30 كانون الأول 2023\n\nقتل 17 شخصا في انهيار مبنى في لوزار.\n",
        },
        33,
        history=(17,),
    ),
    Case(
        "of-an-earlier-year",
        "How many visitors came to the Parvan book fair?",
        {
            "a": "Book fair\n\nThe Parvan book fair drew 9,000 visitors this year, up from 7,500 last year.\n",
        },
        9_000,
        never=(7_500,),
    ),
]

UNSEEN = [
    Case(
        "the-dead-of-a-flood",
        "Combien de personnes sont mortes dans l'inondation de Sarvel ?",
        {
            "a": "Inondation de Sarvel\n\nLe bilan des morts de l'inondation de Sarvel est passé de 12 à 29.\n",
        },
        29,
        history=(12,),
    ),
    Case(
        "an-arabic-death-toll",
        "كم شخصا مات في انفجار مرفأ تالوم؟",
        {
            "a": "انفجار تالوم\n\nارتفع عدد القتلى في انفجار مرفأ تالوم من 21 إلى 44.\n",
        },
        44,
        history=(21,),
        fails="a number that rose from one to another is read as a range",
    ),
    Case(
        "a-death-toll-that-rises-in-persian",
        "چند نفر در آتش‌سوزی پاساژ ونار کشته شدند؟",
        {
            "a": "Vanar fire\n\n4 June 2024\n\nThe fire in the Vanar arcade left 7 dead.\n",
            "b": "آتش‌سوزی ونار\n\n۶ ژوئن ۲۰۲۴\n\nآتش‌سوزی پاساژ ونار ۱۸ نفر را کشت.\n",
        },
        18,
        history=(7,),
    ),
    Case(
        "a-toll-without-people-in-three-languages",
        "Quantas pessoas morreram no acidente de trem de Bargil?",
        {
            "a": "Bargil\n\n2 April 2024\n\nThe train accident in Bargil killed 9.\n",
            "b": "قطار برجيل\n\n4 أبريل 2024\n\nأسفر حادث قطار برجيل عن مقتل 31 شخصا.\n",
            "c": "Accident de Bargil\n\n3 avril 2024\n\nL'accident de train de Bargil a fait 15 morts.\n",
        },
        31,
        history=(9, 15),
    ),
    Case(
        "casualties-are-told-apart",
        "How many people died when the Tavim bridge fell?",
        {
            "a": "Tavim\n\nA queda da ponte de Tavim deixou 6 mortos e 22 feridos.\n",
            "b": "Tavim\n\nLa chute du pont de Tavim a fait 22 blessés, selon l'hôpital.\n",
        },
        6,
        never=(22,),
    ),
    Case(
        "a-plan-for-schools",
        "Combien d'écoles ont été construites à Derwan ?",
        {
            "a": "Derwan\n\nLe gouvernement prévoit de construire 60 écoles à Derwan.\n",
            "b": "مدارس دروان\n\nتا کنون ۲۳ مدرسه در دروان ساخته شده است.\n",
        },
        23,
        never=(60,),
    ),
    Case(
        "a-plan-for-buses",
        "چند اتوبوس برقی در شهر لانور خریداری شد؟",
        {
            "a": "لانور\n\nشهرداری لانور قصد دارد ۳۰۰ اتوبوس برقی بخرد.\n",
            "b": "Lanor buses\n\nThe city of Lanor bought 85 electric buses last year.\n",
        },
        85,
        never=(300,),
    ),
    Case(
        "a-plan-for-wells",
        "كم بئرا حفرت في سهل كارون؟",
        {
            "a": "سهل كارون\n\nتعتزم الحكومة حفر 90 بئرا في سهل كارون.\n",
            "b": "Karoun\n\nForam perfurados 37 poços na planície de Karoun, segundo o engenheiro.\n",
        },
        37,
        never=(90,),
    ),
    Case(
        "the-plan-is-asked-for-in-french",
        "Combien de logements la ville de Morvelle prévoit-elle de construire ?",
        {
            "a": "Morvelle\n\nLa ville de Morvelle prévoit de construire 1 500 logements.\n",
            "b": "Morvelle homes\n\nThe city of Morvelle has built 420 homes so far.\n",
        },
        1_500,
        never=(420,),
    ),
    Case(
        "more-than-and-the-exact-number-of-refugees",
        "How many refugees crossed the Dorim river?",
        {
            "a": "Dorim\n\nMore than 12,000 refugees crossed the Dorim river.\n",
            "b": "دوريم\n\nقال المسؤول إن 12,340 لاجئا عبروا نهر دوريم.\n",
        },
        12_340,
    ),
    Case(
        "at-least-and-the-exact-number-of-cattle",
        "چند راس گاو در طاعون دشت مرغان تلف شد؟",
        {
            "a": "دشت مرغان\n\nدست‌کم ۲۰۰ راس گاو در طاعون دشت مرغان تلف شد.\n",
            "b": "دامپزشکی\n\nسازمان دامپزشکی گفت ۲۱۷ راس گاو در طاعون دشت مرغان از بین رفت.\n",
        },
        217,
        fails="cattle that perished and that were lost are told apart",
    ),
    Case(
        "nearly-and-the-exact-sum",
        "Quanto custou o estádio de Pelarva?",
        {
            "a": "Estádio de Pelarva\n\nO estádio de Pelarva custou quase 90 milhões de euros.\n",
            "b": "Pelarva stadium\n\nThe Pelarva stadium cost 88.6 million euros, the audit office said.\n",
        },
        88_600_000,
    ),
    Case(
        "a-night-is-not-all",
        "Combien de voyageurs passent chaque jour par la gare d'Ostrel ?",
        {
            "a": "ایستگاه اوسترل\n\nروزانه ۵٬۴۰۰ مسافر از ایستگاه اوسترل عبور می‌کنند.\n",
            "b": "Gare d'Ostrel\n\nDepuis janvier, 610 000 voyageurs sont passés par la gare d'Ostrel.\n",
        },
        5_400,
        never=(610_000,),
        fails="a passenger in one language is a traveller in the other",
    ),
    Case(
        "pilgrims-a-day",
        "How many pilgrims visit the shrine of Hazrin every day?",
        {
            "a": "مزار حزرين\n\nيزور 2,600 حاج مزار حزرين يوميا.\n",
            "b": "Hazrin\n\nSince May, 71,000 pilgrims have visited the shrine of Hazrin.\n",
        },
        2_600,
        never=(71_000,),
    ),
    Case(
        "evacuated-and-displaced",
        "كم شخصا تم إجلاؤهم من بلدة سيلمار؟",
        {
            "a": "سيلمار\n\nتم إجلاء أكثر من 4,000 شخص من بلدة سيلمار.\n",
            "b": "Silmar\n\nLa préfecture indique que 4 180 personnes ont été évacuées de Silmar.\n",
        },
        4_180,
    ),
    Case(
        "a-former-toll-of-another-voice",
        "How many miners died in the Ferrado pit?",
        {
            "a": "Ferrado\n\n8 de maio de 2024\n\nA explosão na mina de Ferrado deixou 5 mineiros mortos.\n",
            "b": "Ferrado\n\n10 mai 2024\n\nL'explosion de la mine de Ferrado a tué 11 mineurs.\n",
        },
        11,
        history=(5,),
    ),
]
"""Further cases of the same kinds."""

AT_ODDS = [
    Case(
        "two-attributed-positions",
        "How many people were killed in the shelling of Zubeid?",
        {
            "a": "قصف زبيد\n\nقالت وزارة الدفاع إن 12 شخصا قتلوا في قصف زبيد يوم الأربعاء.\n",
            "b": "Zubeid shelled\n\nThe opposition said 35 people were killed in the shelling of Zubeid Wednesday.\n",
        },
        positions={12: "وزارة الدفاع", 35: "opposition"},
    ),
    Case(
        "police-and-organisers",
        "Quantas pessoas participaram na manifestação de Liran?",
        {
            "a": "Liran\n\nSelon la police, 8 000 personnes ont participé à la manifestation de Liran.\n",
            "b": "Liran\n\nSelon les organisateurs, 40 000 personnes ont participé à la manifestation de Liran.\n",
        },
        positions={8_000: "police", 40_000: "organisateurs"},
    ),
    Case(
        "two-parties-in-one-article",
        "How many fishermen are missing off Lajvan?",
        {
            "a": "ماهیگیران لاجوان\n\nبه گفته اداره بنادر، ۶ ماهیگیر در آب‌های لاجوان ناپدید شده‌اند. به گفته اتحادیه "
            "صیادان، ۱۵ ماهیگیر در آب‌های لاجوان ناپدید شده‌اند.\n",
        },
        positions={6: "اداره بنادر", 15: "اتحادیه"},
    ),
    Case(
        "three-positions",
        "Combien de personnes ont été arrêtées lors de la grève de Zarko ?",
        {
            "a": "اعتصاب زرکو\n\nپلیس گفت ۴۰ نفر در اعتصاب زرکو بازداشت شدند.\n",
            "b": "إضراب زركو\n\nقالت النقابة إن 75 شخصا اعتقلوا في إضراب زركو.\n",
            "c": "Greve em Zarko\n\nA ONG Celas Abertas afirmou que 120 pessoas foram detidas na greve de Zarko.\n",
        },
        positions={40: "پلیس", 75: "النقابة", 120: "ONG"},
    ),
    Case(
        "different-sums",
        "How much money was stolen from the Sarvan bank?",
        {
            "a": "Sarvan bank\n\nThe police said 3 million euros were stolen from the Sarvan bank.\n",
            "b": "Banque de Sarvan\n\nSelon la banque, 9 millions d'euros ont été volés à la banque de Sarvan.\n",
        },
        positions={3_000_000: "police", 9_000_000: "banque"},
    ),
    Case(
        "without-a-voice",
        "Quantas casas arderam em Altecer?",
        {
            "a": "Altecer\n\nO incêndio de Altecer queimou 15 casas na segunda-feira.\n",
            "b": "Altecer\n\nO incêndio de Altecer queimou 28 casas na segunda-feira.\n",
        },
        positions={15: "", 28: ""},
    ),
    Case(
        "died-and-killed-are-one",
        "Combien de civils sont morts dans le raid de Hamrin ?",
        {
            "a": "غارة حمرين\n\nقال الجيش إن 8 مدنيين قتلوا في غارة حمرين.\n",
            "b": "Hamrin raid\n\nResidents said 19 civilians died in the raid on Hamrin.\n",
        },
        positions={8: "الجيش", 19: "[Rr]esidents"},
    ),
    Case(
        "burnt-and-destroyed-are-one",
        "How many houses burned in Caldeva?",
        {
            "a": "Caldeva\n\nA Proteção Civil disse que o fogo destruiu 15 casas em Caldeva.\n",
            "b": "Caldeva\n\nLa maire a affirmé que 28 maisons ont brûlé à Caldeva.\n",
        },
        positions={15: "Proteção Civil", 28: "maire"},
    ),
]


def params(cases: list[Case]) -> list[object]:
    return [
        pytest.param(
            case, id=case.name, marks=[pytest.mark.xfail(strict=True, reason=case.fails)] if case.fails else []
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", params([*SAME, *OTHER_THING, *SETTLED, *UNSEEN]))
def test_one_value_answers(case: Case, tmp_path: Path) -> None:
    answer = ask(case, tmp_path)
    assert answer.status == "answered", answer.text
    assert answer.conflicts == ()
    stated = stated_values(re.sub(r"\[\d+\]", "", answer.text))
    if case.value is not None:
        assert case.value in stated, answer.text
    assert not stated & set(case.never), answer.text
    former = {value for old in answer.history for value in stated_values(old.statement)}
    assert former >= set(case.history)
    assert case.history or not answer.history


@pytest.mark.parametrize("case", params(AT_ODDS))
def test_every_position_stands(case: Case, tmp_path: Path) -> None:
    answer = ask(case, tmp_path)
    assert answer.status == "conflicting", answer.text
    positions = {position.value: position for conflict in answer.conflicts for position in conflict.positions}
    assert positions.keys() == case.positions.keys()
    for value, who in case.positions.items():
        assert re.search(who, positions[value].attributed_to or ""), positions[value]
        assert positions[value].citations


def test_a_sum_in_two_units_is_one(tmp_path: Path) -> None:
    case = next(case for case in SAME if case.name == "toman-and-rial")
    answer = ask(case, tmp_path)
    assert {citation.source for citation in answer.citations} == {"a.txt", "b.txt"}


def test_copies_are_one_voice(tmp_path: Path) -> None:
    report = (
        "Thirty soldiers were killed on Tuesday in the attack on the Garun post, the army staff said. The attack "
        "lasted nearly two hours. Assailants on motorbikes set vehicles on fire. The staff promised a response and "
        "sent 200 men to the area. Three neighbouring villages were evacuated during the night.\n"
    )
    case = Case(
        "copies",
        "How many soldiers were killed in the attack on Garun?",
        {
            "a": f"Garun attacked\n\n{report}",
            "b": f"Thirty dead in Garun\n\n{report}",
            "c": f"War in the west\n\n{report}",
            "d": "Mayor of Garun\n\nAccording to the mayor of Garun, 12 soldiers were killed in the attack on Tuesday. "
            "He saw the bodies lifted.\n",
        },
        positions={30: "army", 12: "mayor"},
    )
    answer = ask(case, tmp_path)
    assert answer.status == "conflicting"
    positions = {position.value: position for conflict in answer.conflicts for position in conflict.positions}
    assert {value: position.independent_sources for value, position in positions.items()} == {30: 1, 12: 1}
    assert [citation.copies for citation in answer.citations if citation.source == "a.txt"] == [("b.txt", "c.txt")]


def test_independent_reports_are_counted(tmp_path: Path) -> None:
    case = next(case for case in SAME if case.name == "words-and-digits")
    assert ask(case, tmp_path).independent_sources == 2


@pytest.mark.parametrize("who", ["the police", "the organisers"])
def test_who_asks_for_one_position_gets_it(who: str, tmp_path: Path) -> None:
    case = Case(
        who,
        f"How many people marched in Liran, according to {who}?",
        {
            "a": "Liran\n\nThe police said 8,000 people marched in Liran.\n",
            "b": "Liran\n\nAccording to the organisers, 40,000 people marched in Liran.\n",
        },
    )
    answer = ask(case, tmp_path)
    assert answer.status == "answered"
    assert stated_values(re.sub(r"\[\d+\]", "", answer.text)) == {8_000 if "police" in who else 40_000}
