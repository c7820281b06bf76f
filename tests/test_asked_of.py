"""Of whom, where and when a number is asked: what is told of others, elsewhere or in passing is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import ask_folder, assert_tells, values

DERBY = (
    "Trouble after the Calder derby\n\nSunday 9 March 2025\n\nTwenty-six supporters were injured in clashes outside "
    "Calder stadium on Saturday night.\n\nPolice detained 19 people, most of them young.\n"
)
SMOG = (
    "آلودگی هوا مدرسه‌های شهرک‌نور را بست\n\nدوشنبه ۱۵ دی ۱۴۰۴\n\n"
    "آلودگی هوا روز دوشنبه ۳۰۸ مدرسه شهر شهرک‌نور را به تعطیلی کشاند.\n\n"
    "شاخص آلودگی به ۱۷۹ رسید.\n\nدر شهرهای دیگر استان، از جمله تلخاب، هنوز تصمیمی گرفته نشده است.\n"
)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("كم شرطياً أُصيب في الاشتباكات خارج ملعب كالدر؟", None),
        ("Combien de policiers ont été blessés devant le stade de Calder ?", None),
        ("Combien de supporters ont été blessés devant le stade de Calder ?", "26"),
        ("Quantas pessoas ficaram feridas nos confrontos em frente ao estádio de Calder?", "26"),
    ],
)
def test_those_of_one_group_are_none_of_another(tmp_path: Path, question: str, value: str | None) -> None:
    assert_tells(tmp_path, question, DERBY, value)


@pytest.mark.parametrize(("town", "status"), [("Shahraknur", "answered"), ("Talkhab", "not_in_sources")])
def test_a_town_that_is_named_in_passing_is_not_what_a_report_is_of(tmp_path: Path, town: str, status: str) -> None:
    answer = ask_folder(tmp_path, f"Quantas escolas fecharam em {town} por causa da poluição do ar?", {"a.txt": SMOG})
    assert answer.status == status, answer.text


MARCHES = {
    "saturday.txt": "9,000 join climate march in Selmere\n\nSaturday 20 September 2025 - Selmere Echo\n\nAbout 9,000 "
    "people joined a climate march through Selmere on Saturday, police said.\n",
    "sunday.txt": "راهپیمایی ۱۷ هزار نفری روز یکشنبه در سلمیر\n\nیکشنبه ۲۱ سپتامبر ۲۰۲۵ - خبرگزاری برگ\n\n"
    "پلیس شهر سلمیر اعلام کرد که روز"
    " یکشنبه ۱۷ هزار نفر در راهپیمایی اقلیمی این شهر شرکت کردند.\n",
}


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("روز یکشنبه ۲۱ سپتامبر چند نفر در راهپیمایی اقلیمی سلمیر شرکت کردند؟", "۱۷٬۰۰۰"),
        ("How many people joined the climate march in Selmere on Saturday 20 September?", "About 9,000"),
    ],
)
def test_the_day_of_a_report_is_the_day_that_is_asked_for(tmp_path: Path, question: str, value: str) -> None:
    answer = ask_folder(tmp_path, question, MARCHES)
    assert answer.status == "answered"
    assert answer.text.startswith(value)


def test_no_other_year_is_asked_for_by_the_day_of_a_report(tmp_path: Path) -> None:
    question = "How many people joined the climate march in Selmere on 20 September 2022?"
    assert ask_folder(tmp_path, question, MARCHES).status == "not_in_sources"


def test_a_number_of_the_same_things_in_another_town_is_none_of_the_asked(tmp_path: Path) -> None:
    text = (
        "قطار شهری نیلان به فرودگاه نزدیک شد\n\n۱۲ آذر ۱۴۰۴\n\n"
        "مدیرعامل سازمان قطار شهری اعلام کرد که در گام نخست ۱۴ رام قطار "
        "پنج‌واگنی حرکت می‌کنند.\n"
    )
    question = "How many trains were cancelled in the Tarsel rail strike of 1987?"
    assert ask_folder(tmp_path, question, {"a.txt": text}).status == "not_in_sources"


def test_who_took_part_are_people(tmp_path: Path) -> None:
    text = (
        "Marcha enche a avenida\n\nSábado, 4 de outubro de 2025\n\nA marcha pelo direito à habitação que este sábado "
        "percorreu Vila Sorel juntou 7 mil pessoas, segundo a polícia.\n"
    )
    answer = ask_folder(tmp_path, "كم عدد المشاركين في مسيرة السكن في فيلا سوريل؟", {"a.txt": text})
    assert (answer.status, answer.text[:5]) == ("answered", "٧٬٠٠٠")


DEBT = {
    "a.txt": "Talmouth council puts its water debt at £2.8 million\n\nThursday 5 June 2025 - Talmouth Post\n\nTalmouth "
    "council owes water supplier Aquaflow £2.8 million, council leader Huw Prosser said on Thursday.\n",
    "b.txt": "Eau : la société Aquaflow réclame 4,3 millions de livres à Talmouth\n\n5 juin 2025 - La Gazette\n\nLa "
    "dette d'eau de la ville anglaise de Talmouth s'élève à 4,3 millions de livres, affirme le fournisseur Aquaflow.\n",
}
STRIKE = {
    "a.txt": "Grève des enseignants : 24 % de grévistes\n\nMercredi 12 novembre 2025, 13h20 - Agence Tarmak\n\nLe taux "
    "de participation à la grève des enseignants s'est établi mercredi à 24 %, a annoncé le ministère.\n",
    "b.txt": "النقابة: 71 في المئة من المعلمين شاركوا في الإضراب\n\nالأربعاء 12 نوفمبر 2025 - جريدة الفجر\n\n"
    "أعلنت النقابة "
    "الوطنية للتعليم أن نسبة المشاركة في إضراب المعلمين يوم الأربعاء بلغت 71 في المئة.\n",
}


@pytest.mark.parametrize(
    ("articles", "question", "stated"),
    [
        (DEBT, "À combien s'élève la dette de la ville de Talmouth envers Aquaflow ?", {2_800_000, 4_300_000}),
        (STRIKE, "ما نسبة المعلمين الذين شاركوا في إضراب 12 نوفمبر 2025؟", {24, 71}),
    ],
    ids=["amounts to", "named otherwise"],
)
def test_reports_of_one_day_are_at_odds(
    tmp_path: Path, articles: dict[str, str], question: str, stated: set[float]
) -> None:
    answer = ask_folder(tmp_path, question, articles)
    assert (answer.status, values(answer)) == ("conflicting", stated), answer.text


def test_what_rose_within_a_day_has_grown(tmp_path: Path) -> None:
    articles = {
        "a.txt": "Landslide at Corvel\n\n5 June 2025\n\nA landslide at Corvel killed 12 people, the mayor said.\n",
        "b.txt": "Landslide at Corvel\n\n5 June 2025\n\nThe toll of the landslide at Corvel rose to 15 dead, the "
        "governor said.\n",
    }
    answer = ask_folder(tmp_path, "How many people were killed in the landslide at Corvel?", articles)
    assert (answer.status, answer.text[:3]) == ("answered", "15 ")


def test_what_was_built_is_not_what_was_planned(tmp_path: Path) -> None:
    articles = {
        "a.txt": "Un écoquartier sur la caserne\n\n8 octobre 2021\n\nLa ville de Sarselles a dévoilé son projet pour "
        "l'ancienne caserne Junot : 500 logements doivent y être construits d'ici à 2025.\n",
        "b.txt": "Ecobairro fica aquém do prometido\n\n15 de dezembro de 2025\n\nO ecobairro da antiga caserna Junot, "
        "em Sarselles, foi concluído.\n\nNo fim, foram construídas 340 habitações, menos do que o previsto.\n",
    }
    question = "How many homes were actually built on the Junot barracks site in Sarselles?"
    answer = ask_folder(tmp_path, question, articles)
    assert (answer.status, answer.text[:4]) == ("answered", "340 ")


def test_the_price_of_a_ticket_is_not_that_of_the_loot(tmp_path: Path) -> None:
    text = (
        "سرقة عملات ذهبية من متحف القلعة\n\nالثلاثاء 11 مارس 2025\n\n"
        "سرق مجهولون 51 قطعة نقدية ذهبية من متحف القلعة في مدينة برقين.\n\n"
        "ويستقبل المتحف 40 ألف زائر سنوياً بتذكرة سعرها 6 دنانير.\n"
    )
    answer = ask_folder(tmp_path, "How much are the coins stolen from the Barqin museum worth?", {"a.txt": text})
    assert answer.status == "not_in_sources", answer.text


def test_a_word_of_two_senses_presupposes_neither(tmp_path: Path) -> None:
    text = (
        "Hackers steal records from Wexley University\n\n3 December 2025\n\nHackers stole the personal data of 46,000 "
        "people from Wexley University, the institution said on Wednesday.\n"
    )
    answer = ask_folder(tmp_path, "اطلاعات چند نفر در هک دانشگاه وکسلی دزدیده شد؟", {"a.txt": text})
    assert (answer.status, answer.text[:6]) == ("answered", "۴۶٬۰۰۰")
