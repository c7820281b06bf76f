"""Two people of one article who say different things of what is asked, and what only looks so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa_plugin.records import Answer
from tests.folders import ask_folder


@dataclass(frozen=True)
class Case:
    name: str
    question: str
    articles: Mapping[str, str]
    positions: tuple[tuple[str, str], ...] = ()
    """Patterns for what is stated and by whom; of a conflict two or more."""
    states: str = ""
    """What the answer states, where there is no conflict."""


AT_ODDS = [
    Case(
        "a-number-without-its-noun",
        "How many paintings were damaged by the flood at the Harlow museum?",
        {
            "a": "Flood at the Harlow museum\n\nThe curator, Ines Palder, says 46 paintings were damaged by the "
            "flood at "
            "the Harlow museum. Tom Wrecke, who inspects for the insurer, says 31. The museum will stay closed.\n"
        },
        ((r"\b46\b", "Palder|curator"), (r"\b31\b", "Wrecke")),
    ),
    Case(
        "one-sentence-two-sources",
        "Quel pourcentage des conducteurs de la Ligne Verte a fait grève ?",
        {
            "a": "Grève sur la Ligne Verte\n\nLa grève a été suivie mardi par 72 % des conducteurs de la Ligne "
            "Verte selon "
            "le syndicat Rail-Uni, par 38 % selon la direction. Le trafic reprend mercredi.\n"
        },
        (("72", "Rail-Uni"), ("38", "direction")),
    ),
    Case(
        "a-semicolon",
        "Quantas pessoas se manifestaram em Aldeirão?",
        {
            "a": "Protesto em Aldeirão\n\nA marcha contra a mina juntou muita gente em Aldeirão. O sindicato "
            "contou 18 mil "
            "manifestantes em Aldeirão; a polícia estimou 7 mil. A praça encheu ao fim da tarde.\n"
        },
        ((r"18[ .]?(?:mil|000)", "sindicato"), (r"\b7[ .]?(?:mil|000)", "polícia")),
    ),
    Case(
        "set-against-it",
        "كم عاملا فقدوا وظائفهم في مصنع ترفان؟",
        {
            "a": "تسريح في ترفان\n\nقال رئيس النقابة إن 900 عامل فقدوا وظائفهم في مصنع ترفان. أما إدارة المصنع "
            "فتحدثت عن "
            "340 عاملا. وتستمر المفاوضات.\n"
        },
        (("900|٩٠٠", "النقابة"), ("340|٣٤٠", "إدارة")),
    ),
    Case(
        "money",
        "هزینه ساخت پل مارلیک چقدر بود؟",
        {
            "a": "پل مارلیک\n\nبه گفته شهرداری، هزینه ساخت پل مارلیک ۱۲ میلیون یورو بود. پیمانکار اما از ۱۷ "
            "میلیون یورو خبر "
            "داد. پل از ماه آینده باز است.\n"
        },
        (("12|۱۲", "شهرداری"), ("17|۱۷", "پیمانکار")),
    ),
    Case(
        "two-articles",
        "How many families did the Korvel dam displace?",
        {
            "a": "Korvel dam\n\nThe Korvel dam displaced 2,400 families, according to the consortium. It was "
            "filled in May.\n",
            "b": "Barragem de Korvel\n\nA barragem de Korvel desalojou 3.900 famílias, segundo a associação dos "
            "atingidos. "
            "O consórcio não comentou.\n",
        },
        (("2,400", "consortium"), ("3,900", "associação")),
    ),
    Case(
        "a-denial",
        "Did Mara Toll warn Ostrava Lines about the cracked axle?",
        {
            "a": "Axle inquiry\n\nThe engineer Mara Toll says she warned the company Ostrava Lines about the "
            "cracked axle in "
            "March. The company denies having received any warning. A judge will hear both.\n"
        },
        (("warned", "Toll"), ("denies", "company")),
    ),
    Case(
        "a-denial-in-another-language",
        "A fábrica Belcor despejou mercúrio no rio?",
        {
            "a": "Mercure à Belcor\n\nLe maire affirme que l'usine Belcor a rejeté du mercure dans la rivière. "
            "L'usine dément "
            "tout rejet de mercure. Des analyses sont en cours.\n"
        },
        (("mercure", "maire"), ("dément", "usine")),
    ),
    Case(
        "two-causes",
        "Pourquoi le dépôt de Tavrine a-t-il pris feu ?",
        {
            "a": "Incendie à Tavrine\n\nSelon la compagnie, l'incendie du dépôt de Tavrine est dû à un "
            "court-circuit. Le "
            "syndicat affirme que le feu a été causé par une fuite de gaz. Personne n'a été blessé.\n"
        },
        (("court-circuit", "compagnie"), ("fuite de gaz", "syndicat")),
    ),
    Case(
        "two-causes-in-english",
        "What caused the fire at the Brennick mill?",
        {
            "a": "Fire at the Brennick mill\n\nThe fire at the Brennick mill was caused by lightning, the owner "
            "said. The fire "
            "investigator Paul Adeane blamed a discarded cigarette. The mill had stood for ninety years.\n"
        },
        (("lightning", "owner"), ("cigarette", "Adeane")),
    ),
    Case(
        "who-speaks-set-apart-by-commas",
        "How many hectares of vines did the Orlan hailstorm destroy?",
        {
            "a": "Hail in Orlan\n\nThe hailstorm hit Orlan on Friday. The growers' board, Vinor, said in a report that "
            "540 hectares of vines were destroyed. The insurers, citing aerial pictures, speak of 910 hectares.\n"
        },
        (("540", "growers"), ("910", "insurers")),
    ),
    Case(
        "a-pronoun-beside-who-speaks",
        "Combien de voyageurs ont été bloqués à la gare de Mirvaux ?",
        {
            "a": "Panne à Mirvaux\n\nLa gare de Mirvaux a été fermée lundi. La compagnie a annoncé que 300 voyageurs "
            "ont été bloqués à la gare de Mirvaux. Le collectif, lui, avance le chiffre de 750 voyageurs.\n"
        },
        ((r"\b300\b", "compagnie"), (r"\b750\b", "collectif")),
    ),
    Case(
        "the-real-figure",
        "زیان شرکت کشتیرانی مروارید چقدر بود؟",
        {
            "a": "زیان کشتیرانی مروارید\n\nشرکت کشتیرانی مروارید زیان خود را ۹۰ میلیارد تومان اعلام کرد. "
            "سهامداران می‌گویند زیان واقعی ۱۴۰ میلیارد تومان بوده است.\n"
        },
        (("۹۰", "مروارید"), ("۱۴۰", "سهامداران")),
    ),
    Case(
        "said-before-it-with-its-noun",
        "كم بلغت خسائر الصيادين من العاصفة في ميناء الدانة؟",
        {
            "a": "عاصفة في ميناء الدانة\n\nضربت عاصفة ميناء الدانة ليل السبت. وقدرت غرفة التجارة خسائر الصيادين "
            "بنحو 4 ملايين دولار. أما اتحاد الصيادين فقال إن الخسائر بلغت 11 مليون دولار.\n"
        },
        (("٤", "غرفة"), ("١١", "اتحاد")),
    ),
    Case(
        "a-cause-and-another-without-the-word",
        "علت ریزش پل رودک چه بود؟",
        {
            "a": "ریزش پل رودک\n\nپل رودک صبح دوشنبه فرو ریخت. شهردار علت ریزش پل را سیل دانسته است. "
            "پیمانکار اما از «ضربه یک کامیون» حرف می‌زند.\n"
        },
        (("سیل", "شهردار"), ("کامیون", "پیمانکار")),
    ),
    Case(
        "denied-in-the-passive",
        "Did the bank know about the forged letters before the Lanner trial?",
        {
            "a": "Lanner trial\n\nA former clerk, Otto Brand, said the bank knew about the forged letters before the "
            "Lanner trial. The allegation was rejected by the bank.\n"
        },
        (("knew", "clerk"), ("rejected", "bank")),
    ),
    Case(
        "says-the-opposite",
        "Le match de Cardieu était-il truqué ?",
        {
            "a": "Le match de Cardieu\n\nL'arbitre, Ivo Marin, affirme que le match de Cardieu était truqué. "
            "L'entraîneur, Paul Sarde, jure le contraire.\n"
        },
        (("truqué", "arbitre"), ("contraire", "entraîneur")),
    ),
]

NONE = [
    Case(
        "a-toll-that-rose",
        "How many people died in the Marlow train crash?",
        {
            "a": "Marlow crash\n\nOn Monday the hospital spoke of 12 dead in the Marlow train crash. On "
            "Wednesday the governor "
            "said 19 people had died in the crash so far.\n"
        },
        states="19",
    ),
    Case(
        "one-value-rounded",
        "Combien de manifestants ont défilé à Pervil ?",
        {
            "a": "Défilé à Pervil\n\nSelon le syndicat, 4 980 manifestants ont défilé à Pervil. La mairie parle "
            "d'environ "
            "5 000 manifestants.\n"
        },
        states=r"4\s980",
    ),
    Case(
        "a-part",
        "Quantas casas foram destruídas em Varelos?",
        {
            "a": "Incêndio em Varelos\n\nA câmara disse que 600 casas foram destruídas em Varelos. Os bombeiros "
            "disseram que "
            "120 delas eram de madeira.\n"
        },
        states="600",
    ),
    Case(
        "dead-and-wounded",
        "كم شخصا قتلوا في حادث قطار مرزان؟",
        {"a": "حادث مرزان\n\nقالت الشرطة إن 14 شخصا قتلوا في حادث قطار مرزان. وقال المستشفى إن 52 شخصا أصيبوا.\n"},
        states="14|١٤",
    ),
    Case(
        "done-and-planned",
        "چند خانه در روستای دلفان ساخته شد؟",
        {
            "a": "خانه‌های دلفان\n\nبه گفته استاندار، ۳۰۰ خانه در روستای دلفان ساخته شد. وزیر گفت ۵۰۰ خانه دیگر "
            "ساخته خواهد "
            "شد.\n"
        },
        states="300|۳۰۰",
    ),
    Case(
        "another-town",
        "How many people were arrested in Delver?",
        {
            "a": "Raids\n\nThe police said 40 people were arrested in Delver. The mayor of Quell said 25 were "
            "arrested in "
            "Quell.\n"
        },
        states="40",
    ),
    Case(
        "all-and-a-day",
        "Quantos pares de sapatos produziu a fábrica de Fontela?",
        {
            "a": "Sapatos de Fontela\n\nA empresa diz que produziu 90 mil pares de sapatos em Fontela. O "
            "sindicato diz que a "
            "fábrica produz 400 pares por dia.\n"
        },
        states="90",
    ),
    Case(
        "something-else-is-denied",
        "Was Karl Obrist arrested in Tarn?",
        {
            "a": "Arrest in Tarn\n\nThe police say Karl Obrist was arrested in Tarn on Friday. Obrist denies "
            "having stolen "
            "the car.\n"
        },
        states="arrested",
    ),
    Case(
        "one-cause-of-two",
        "Quelle est la cause de l'incendie de l'école de Mirvaux ?",
        {
            "a": "École de Mirvaux\n\nSelon les pompiers, l'incendie de l'école de Mirvaux est dû à un "
            "court-circuit. La mairie "
            "affirme aussi que le feu a été causé par un court-circuit.\n"
        },
        states="court-circuit",
    ),
    Case(
        "another-year",
        "How many people marched in Odrel?",
        {
            "a": "March in Odrel\n\nOrganisers said 9,000 people marched in Odrel on Saturday. Last year the "
            "police counted "
            "4,000.\n"
        },
        states="9,000",
    ),
    Case(
        "another-place-by-name",
        "Quantos bombeiros combatem o incêndio em Serra Lisa?",
        {
            "a": "Incêndio em Serra Lisa\n\nO incêndio em Serra Lisa é combatido por 320 bombeiros, "
            "informou a Proteção "
            "Civil. Em Vale do Teixo, 150 bombeiros combatem outro fogo, disse o comandante distrital.\n"
        },
        states="320",
    ),
    Case(
        "a-neighbour",
        "كم لاجئا وصل إلى مخيم وادي الزيتون؟",
        {
            "a": "لاجئون في وادي الزيتون\n\nقالت مفوضية اللاجئين إن 2400 لاجئ وصلوا إلى مخيم وادي "
            "الزيتون. وكان 900 لاجئ "
            "قد وصلوا إلى مخيم السدرة المجاور، بحسب الهلال الأحمر.\n"
        },
        states="٢٬?٤٠٠",
    ),
    Case(
        "another-year",
        "How much money did the Halden charity run raise?",
        {
            "a": "Halden charity run\n8 September 2024\n\nThe Halden charity run raised 42,000 euros, the organisers "
            "said. In 2019 the run raised 35,000 euros, according to the town.\n"
        },
        states="42,000",
    ),
    Case(
        "people-to-whom-something-else-happened",
        "How many people were injured in the Kestrel Bay train crash?",
        {
            "a": "Crash at Kestrel Bay\n\nA train hit a lorry at Kestrel Bay. The railway company said 52 people were "
            "injured. The fire service said that 9 people had to be cut free.\n"
        },
        states="52",
    ),
    Case(
        "no-second-cause",
        "Why was the Denholm ferry delayed?",
        {
            "a": "Ferry delayed\n\nThe operator said the Denholm ferry was delayed due to fog. "
            "Passengers, however, spoke "
            "of long queues at the only café.\n"
        },
        states="fog",
    ),
]


def ask(case: Case, folder: Path) -> Answer:
    return ask_folder(folder, case.question, {f"{name}.txt": text for name, text in case.articles.items()})


@pytest.mark.parametrize("case", AT_ODDS, ids=lambda case: case.name)
def test_every_position_stands_with_its_speaker(case: Case, tmp_path: Path) -> None:
    answer = ask(case, tmp_path)
    assert answer.status == "conflicting", answer.text
    stated = [p for conflict in answer.conflicts for p in conflict.positions]
    for value, who in case.positions:
        assert any(re.search(value, p.statement) and re.search(who, p.attributed_to or "") for p in stated), stated
        assert re.search(who, answer.text), answer.text


@pytest.mark.parametrize("case", NONE, ids=lambda case: case.name)
def test_what_only_looks_like_a_conflict_is_none(case: Case, tmp_path: Path) -> None:
    answer = ask(case, tmp_path)
    assert answer.status == "answered", answer.text
    assert re.search(case.states, answer.text), answer.text
