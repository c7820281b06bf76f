"""Dates that count from an article's own date, or are vague, in five languages."""

from __future__ import annotations

import json
from datetime import date

import pytest

from qa_plugin.language.resolution import agree, find_dated
from tests.conftest import REPOSITORY

ROWS = [
    json.loads(line) for line in (REPOSITORY / "eval" / "quantities" / "dates.jsonl").read_text("utf-8").splitlines()
]
FRIDAY = date(2024, 3, 15)
"""The 25th of Esfand 1402, and the 5th of Ramadan 1445."""


def days(text: str, language: str, reference: date | None = FRIDAY) -> list[tuple[str, str]]:
    """What is found: the words, and the first and last day."""
    return [(text[m.start : m.end], f"{m.first}/{m.last}") for m in find_dated(text, language, reference)]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_forms_written_by_others(row: dict[str, str | dict[str, str] | None]) -> None:
    text, language, expect = row["text"], row["language"], row["expect"]
    assert isinstance(text, str)
    assert isinstance(language, str)
    assert isinstance(expect, dict)
    reference = date.fromisoformat(str(row["reference"])) if row["reference"] else None
    found = [(str(m.first), str(m.last)) for m in find_dated(text, language, reference)]
    assert found == [(expect["from"], expect["to"])]


ONE = [
    # English
    ("en", "He spoke on Wednesday night.", "Wednesday night", "2024-03-13"),
    ("en", "He arrived this morning.", "this morning", "2024-03-15"),
    ("en", "He left the day before yesterday.", "day before yesterday", "2024-03-13"),
    ("en", "He was seen last night.", "last night", "2024-03-14/2024-03-15"),
    ("en", "It ended a week ago.", "a week ago", "2024-03-08"),
    ("en", "It ended about 10 days ago.", "about 10 days ago", "2024-03-05"),
    ("en", "It ended twenty-one days ago.", "twenty-one days ago", "2024-02-23"),
    ("en", "It ended two months ago.", "two months ago", "2024-01-01/2024-01-31"),
    ("en", "It ended five years ago.", "five years ago", "2019-01-01/2019-12-31"),
    ("en", "It ended a few days ago.", "a few days ago", "2024-03-06/2024-03-13"),
    ("en", "Prices fell over the past three weeks.", "past three weeks", "2024-02-19/2024-03-15"),
    ("en", "Prices fell last week.", "last week", "2024-03-04/2024-03-10"),
    ("en", "It opens next week.", "next week", "2024-03-18/2024-03-24"),
    ("en", "It opens next month.", "next month", "2024-04-01/2024-04-30"),
    ("en", "It opens next Tuesday.", "next Tuesday", "2024-03-19"),
    ("en", "It opens next November.", "next November", "2024-11-01/2024-11-30"),
    ("en", "The vote will be held on Sunday.", "Sunday", "2024-03-17"),
    ("en", "The vote will be held in June.", "June", "2024-06-01/2024-06-30"),
    ("en", "It will rain, the mayor said on Sunday.", "Sunday", "2024-03-10"),
    ("en", "He was born in late 1987.", "late 1987", "1987-09-01/1987-12-31"),
    ("en", "He was born in early 1987.", "early 1987", "1987-01-01/1987-04-30"),
    ("en", "It was mid-May 2021.", "mid-May 2021", "2021-05-11/2021-05-20"),
    ("en", "It was in mid-May.", "mid-May", "2023-05-11/2023-05-20"),
    ("en", "It lasted until the end of last year.", "end of last year", "2023-09-01/2023-12-31"),
    ("en", "It must close by the end of the year.", "end of the year", "2024-09-01/2024-12-31"),
    ("en", "It must close by the end of June.", "end of June", "2024-06-21/2024-06-30"),
    ("en", "It closed in November last year.", "November last year", "2023-11-01/2023-11-30"),
    ("en", "It closed on Tuesday last week.", "Tuesday last week", "2024-03-05"),
    ("en", "Sales rose in the second half of 2022.", "second half of 2022", "2022-07-01/2022-12-31"),
    ("en", "Sales rose in the first half of this year.", "first half of this year", "2024-01-01/2024-06-30"),
    ("en", "It burned last summer.", "last summer", "2023-06-01/2023-08-31"),
    ("en", "It burned in the summer of 2019.", "summer of 2019", "2019-06-01/2019-08-31"),
    ("en", "It began in the early 1990s.", "early 1990s", "1990-01-01/1992-12-31"),
    ("en", "It began in the 80s.", "80s", "1980-01-01/1989-12-31"),
    ("en", "It began in the late nineties.", "late nineties", "1997-01-01/1999-12-31"),
    ("en", "A house of the 19th century.", "19th century", "1801-01-01/1900-12-31"),
    ("en", "A house of the late eighteenth century.", "late eighteenth century", "1768-01-01/1800-12-31"),
    ("en", "It ran from Monday to Wednesday.", "Monday to Wednesday", "2024-03-11/2024-03-13"),
    ("en", "It ran between 2019 and 2021.", "2019 and 2021", "2019-01-01/2021-12-31"),
    ("en", "It ran from June to August 2023.", "June to August 2023", "2023-06-01/2023-08-31"),
    ("en", "It ran from November to February 2023.", "November to February 2023", "2022-11-01/2023-02-28"),
    ("en", "It was Wednesday, 13 March.", "Wednesday, 13 March", "2024-03-13"),
    ("en", "Wed, 13 March.", "Wed, 13 March", "2024-03-13"),
    ("en", "The match was last weekend.", "last weekend", "2024-03-09/2024-03-10"),
    ("en", "Profits fell in the first quarter.", "first quarter", "2024-01-01/2024-03-31"),
    ("en", "Profits fell in the third quarter.", "third quarter", "2023-07-01/2023-09-30"),
    ("en", "Profits fell in the past year.", "past year", "2023-01-01/2024-03-15"),
    ("en", "They met over the weekend.", "weekend", "2024-03-09/2024-03-10"),
    ("en", "They met in mid-2022.", "mid-2022", "2022-05-01/2022-08-31"),
    ("en", "They met on the third of May.", "third of May", "2023-05-03"),
    ("en", "They met earlier this month.", "earlier this month", "2024-03-01/2024-03-15"),
    ("en", "They meet later this year.", "later this year", "2024-03-15/2024-12-31"),
    ("en", "They met in the last decade.", "last decade", "2010-01-01/2024-03-15"),
    ("en", "They met this Wednesday.", "this Wednesday", "2024-03-13"),
    ("en", "They meet this Sunday.", "this Sunday", "2024-03-17"),
    ("en", "They met on July 13 to 15, 2023.", "July 13 to 15, 2023", "2023-07-13/2023-07-15"),
    ("en", "A storm killed 13 last month.", "last month", "2024-02-01/2024-02-29"),
    ("en", "It was in the mid-1990s.", "mid-1990s", "1993-01-01/1996-12-31"),
    ("en", "They met on the 28th of last month.", "28th of last month", "2024-02-28"),
    ("en", "They met three hours ago.", "three hours ago", "2024-03-14/2024-03-15"),
    ("en", "They met in the past 48 hours.", "past 48 hours", "2024-03-13/2024-03-15"),
    # Portuguese
    ("pt", "Choveu nas últimas 24 horas.", "últimas 24 horas", "2024-03-14/2024-03-15"),
    ("pt", "Choveu no dia 13 deste mês.", "13 deste mês", "2024-03-13"),
    ("pt", "Choveu na passada quarta-feira.", "passada quarta-feira", "2024-03-13"),
    ("pt", "Choveu na primeira quinzena de março.", "primeira quinzena de março", "2024-03-01/2024-03-15"),
    ("pt", "Choveu no último mês.", "último mês", "2024-02-01/2024-03-15"),
    ("pt", "Choveu na última segunda-feira.", "última segunda-feira", "2024-03-11"),
    ("pt", "Choveu na noite de terça para quarta-feira.", "terça para quarta-feira", "2024-03-12/2024-03-13"),
    ("pt", "Choveu no fim de semana passado.", "fim de semana passado", "2024-03-09/2024-03-10"),
    ("pt", "Choveu na terça-feira, dia 12.", "terça-feira, dia 12", "2024-03-12"),
    ("pt", "Chegou na quarta-feira à noite.", "quarta-feira à noite", "2024-03-13"),
    ("pt", "Chegou na quarta.", "quarta", "2024-03-13"),
    ("pt", "Chegou na quarta (13).", "quarta (13)", "2024-03-13"),
    ("pt", "Chegou nesta sexta-feira.", "nesta sexta-feira", "2024-03-15"),
    ("pt", "Chegou no sábado passado.", "sábado passado", "2024-03-09"),
    ("pt", "Morreu há duas semanas.", "há duas semanas", "2024-03-01"),
    ("pt", "Morreu duas semanas atrás.", "duas semanas atrás", "2024-03-01"),
    ("pt", "Morreu há cerca de três anos.", "há cerca de três anos", "2021-01-01/2021-12-31"),
    ("pt", "Abre na próxima segunda-feira.", "próxima segunda-feira", "2024-03-18"),
    ("pt", "Abre na semana que vem.", "semana que vem", "2024-03-18/2024-03-24"),
    ("pt", "Abriu na semana passada.", "semana passada", "2024-03-04/2024-03-10"),
    ("pt", "Abriu em novembro do ano passado.", "novembro do ano passado", "2023-11-01/2023-11-30"),
    ("pt", "Abriu no fim de 2022.", "fim de 2022", "2022-09-01/2022-12-31"),
    ("pt", "Abriu no final do ano passado.", "final do ano passado", "2023-09-01/2023-12-31"),
    ("pt", "Abriu nos últimos três meses.", "últimos três meses", "2023-12-01/2024-03-15"),
    ("pt", "Cresceu na década de 90.", "década de 90", "1990-01-01/1999-12-31"),
    ("pt", "Cresceu nos anos 1980.", "anos 1980", "1980-01-01/1989-12-31"),
    ("pt", "Uma igreja do século XVI.", "século XVI", "1501-01-01/1600-12-31"),
    ("pt", "Caiu no primeiro trimestre de 2023.", "primeiro trimestre de 2023", "2023-01-01/2023-03-31"),
    ("pt", "Caiu de segunda a quarta-feira.", "segunda a quarta-feira", "2024-03-11/2024-03-13"),
    ("pt", "O jogo será no domingo.", "domingo", "2024-03-17"),
    ("pt", "Chegou esta manhã.", "esta manhã", "2024-03-15"),
    ("pt", "Volta depois de amanhã.", "depois de amanhã", "2024-03-17"),
    # French
    ("fr", "Il est arrivé ce matin.", "ce matin", "2024-03-15"),
    ("fr", "Il est arrivé mercredi soir.", "mercredi soir", "2024-03-13"),
    ("fr", "Il est arrivé il y a deux semaines.", "il y a deux semaines", "2024-03-01"),
    ("fr", "Il est arrivé il y a quelques jours.", "il y a quelques jours", "2024-03-06/2024-03-13"),
    ("fr", "Il est arrivé il y a un an.", "il y a un an", "2023-01-01/2023-12-31"),
    ("fr", "Il est arrivé l'an dernier.", "an dernier", "2023-01-01/2023-12-31"),
    ("fr", "Il est arrivé au mois de juin.", "juin", "2023-06-01/2023-06-30"),
    ("fr", "Il est arrivé au mois de mai.", "mai", "2023-05-01/2023-05-31"),
    ("fr", "Il est arrivé mi-mars 2023.", "mi-mars 2023", "2023-03-11/2023-03-20"),
    ("fr", "Il est arrivé à la mi-mai.", "mi-mai", "2023-05-11/2023-05-20"),
    ("fr", "Il est arrivé fin 2023.", "fin 2023", "2023-09-01/2023-12-31"),
    ("fr", "Il est arrivé à la fin de l'année dernière.", "fin de l'année dernière", "2023-09-01/2023-12-31"),
    ("fr", "Il partira d'ici la fin de l'année.", "fin de l'année", "2024-09-01/2024-12-31"),
    ("fr", "Il a brûlé l'été dernier.", "été dernier", "2023-06-01/2023-08-31"),
    ("fr", "Il a brûlé à l'automne 2022.", "automne 2022", "2022-09-01/2022-11-30"),
    ("fr", "C'était dans les années 90.", "années 90", "1990-01-01/1999-12-31"),
    ("fr", "Une église du XIXe siècle.", "XIXe siècle", "1801-01-01/1900-12-31"),
    ("fr", "Une église du dix-neuvième siècle.", "dix-neuvième siècle", "1801-01-01/1900-12-31"),
    ("fr", "Le sommet se tiendra mardi.", "mardi", "2024-03-19"),
    ("fr", "Le sommet s'ouvre la semaine prochaine.", "semaine prochaine", "2024-03-18/2024-03-24"),
    ("fr", "Entre mars et mai 2023, il a plu.", "mars et mai 2023", "2023-03-01/2023-05-31"),
    ("fr", "Du samedi 9 au lundi 11 mars, il a plu.", "samedi 9 au lundi 11 mars", "2024-03-09/2024-03-11"),
    ("fr", "Il a plu ces trois derniers jours.", "trois derniers jours", "2024-03-12/2024-03-15"),
    ("fr", "Le mercredi 13 mars, il a plu.", "mercredi 13 mars", "2024-03-13"),
    ("fr", "Le chiffre a baissé au deuxième trimestre.", "deuxième trimestre", "2023-04-01/2023-06-30"),
    ("fr", "Jeudi 14, il a plu.", "Jeudi 14", "2024-03-14"),
    ("fr", "Il a plu au cours des dernières 24 heures.", "dernières 24 heures", "2024-03-14/2024-03-15"),
    # Arabic
    ("ar", "وصل الوفد في الثالث عشر من مارس.", "الثالث عشر من مارس", "2024-03-13"),
    ("ar", "وصل الوفد ليل الثلاثاء الأربعاء.", "الثلاثاء الأربعاء", "2024-03-12/2024-03-13"),
    ("ar", "وصل الوفد قبل شهر رمضان.", "رمضان", "2024-03-10/2024-04-10"),
    ("ar", "تراجع خلال الأيام الثلاثة الماضية.", "الأيام الثلاثة الماضية", "2024-03-12/2024-03-15"),
    ("ar", "وصل الوفد منذ يوم الاثنين.", "الاثنين", "2024-03-11"),
    ("ar", "وصل الوفد في 28 من الشهر الماضي.", "28 من الشهر الماضي", "2024-02-28"),
    ("ar", "وصل الوفد في ديسمبر/كانون الأول الماضي.", "ديسمبر/كانون الأول الماضي", "2023-12-01/2023-12-31"),
    ("ar", "وصل الوفد قبل ساعتين.", "قبل ساعتين", "2024-03-14/2024-03-15"),
    ("ar", "وصل الوفد خلال الساعات الـ24 الماضية.", "الساعات الـ24 الماضية", "2024-03-14/2024-03-15"),
    ("ar", "وصل الوفد مساء الأربعاء.", "الأربعاء", "2024-03-13"),
    ("ar", "وصل الوفد يوم الأحد الماضي.", "الأحد الماضي", "2024-03-10"),
    ("ar", "وصل الوفد أمس الخميس.", "أمس الخميس", "2024-03-14"),
    ("ar", "وصل الوفد قبل يومين.", "قبل يومين", "2024-03-13"),
    ("ar", "وصل الوفد قبل أسبوعين.", "قبل أسبوعين", "2024-03-01"),
    ("ar", "وصل الوفد منذ ثلاث سنوات.", "منذ ثلاث سنوات", "2021-01-01/2021-12-31"),
    ("ar", "وصل الوفد قبل نحو شهرين.", "قبل نحو شهرين", "2024-01-01/2024-01-31"),
    ("ar", "وصل الوفد الأسبوع الماضي.", "الأسبوع الماضي", "2024-03-04/2024-03-10"),
    ("ar", "يصل الوفد الأسبوع المقبل.", "الأسبوع المقبل", "2024-03-18/2024-03-24"),
    ("ar", "وصل الوفد في حزيران.", "حزيران", "2023-06-01/2023-06-30"),
    ("ar", "وصل الوفد في شهر آب.", "آب", "2023-08-01/2023-08-31"),
    ("ar", "وصل الوفد في آب الماضي.", "آب الماضي", "2023-08-01/2023-08-31"),
    ("ar", "وصل الوفد في نوفمبر من العام الماضي.", "نوفمبر من العام الماضي", "2023-11-01/2023-11-30"),
    ("ar", "وصل الوفد في أواخر عام 2023.", "أواخر عام 2023", "2023-09-01/2023-12-31"),
    ("ar", "وصل الوفد في منتصف مايو 2021.", "منتصف مايو 2021", "2021-05-11/2021-05-20"),
    ("ar", "وصل الوفد في النصف الأول من عام 2023.", "النصف الأول من عام 2023", "2023-01-01/2023-06-30"),
    ("ar", "ينتهي العمل مع نهاية العام الجاري.", "نهاية العام الجاري", "2024-09-01/2024-12-31"),
    ("ar", "احترقت الغابة الصيف الماضي.", "الصيف الماضي", "2023-06-01/2023-08-31"),
    ("ar", "احترقت الغابة في صيف 2022.", "صيف 2022", "2022-06-01/2022-08-31"),
    ("ar", "عاش في تسعينيات القرن الماضي.", "تسعينيات القرن الماضي", "1990-01-01/1999-12-31"),
    ("ar", "بنيت في القرن التاسع عشر.", "القرن التاسع عشر", "1801-01-01/1900-12-31"),
    ("ar", "وصل الوفد أوائل جوان.", "أوائل جوان", "2023-06-01/2023-06-10"),
    ("ar", "هدأت المعارك في رمضان الماضي.", "رمضان الماضي", "2023-03-22/2023-04-22"),
    # Persian
    ("fa", "وزیر سه‌شنبه شب آمد.", "سه‌شنبه شب", "2024-03-12"),
    ("fa", "وزیر یک‌شنبه آینده می‌آید.", "یک‌شنبه آینده", "2024-03-17"),
    ("fa", "وزیر دیشب آمد.", "دیشب", "2024-03-14/2024-03-15"),
    ("fa", "وزیر امروز آمد.", "امروز", "2024-03-15"),
    ("fa", "وزیر پس‌فردا می‌آید.", "پس‌فردا", "2024-03-17"),
    ("fa", "وزیر چند روز پیش آمد.", "چند روز پیش", "2024-03-06/2024-03-13"),
    ("fa", "وزیر هفته گذشته آمد.", "هفته گذشته", "2024-03-02/2024-03-08"),
    ("fa", "وزیر ماه گذشته آمد.", "ماه گذشته", "2024-01-21/2024-02-19"),
    ("fa", "وزیر سال گذشته آمد.", "سال گذشته", "2022-03-21/2023-03-20"),
    ("fa", "وزیر پارسال آمد.", "پارسال", "2022-03-21/2023-03-20"),
    ("fa", "وزیر سال گذشته میلادی آمد.", "سال گذشته میلادی", "2023-01-01/2023-12-31"),
    ("fa", "وزیر دو سال پیش آمد.", "دو سال پیش", "2021-03-21/2022-03-20"),
    ("fa", "وزیر در خرداد آمد.", "خرداد", "2023-05-22/2023-06-21"),
    ("fa", "وزیر در مهرماه آمد.", "مهرماه", "2023-09-23/2023-10-22"),
    ("fa", "وزیر در ماه سرطان آمد.", "سرطان", "2023-06-22/2023-07-22"),
    ("fa", "وزیر در برج عقرب آمد.", "عقرب", "2023-10-23/2023-11-21"),
    ("fa", "وزیر در اوایل آذر آمد.", "اوایل آذر", "2023-11-22/2023-12-01"),
    ("fa", "وزیر در خرداد امسال آمد.", "خرداد امسال", "2023-05-22/2023-06-21"),
    ("fa", "وزیر در اواخر سال ۱۴۰۱ آمد.", "اواخر سال ۱۴۰۱", "2022-11-22/2023-03-20"),
    ("fa", "وزیر در تابستان ۱۴۰۱ آمد.", "تابستان ۱۴۰۱", "2022-06-22/2022-09-22"),
    ("fa", "وزیر تابستان گذشته آمد.", "تابستان گذشته", "2023-06-22/2023-09-22"),
    ("fa", "رشد در دهه ۷۰ بود.", "دهه ۷۰", "1991-03-21/2001-03-20"),
    ("fa", "رشد در دهه ۱۹۹۰ بود.", "دهه ۱۹۹۰", "1990-01-01/1999-12-31"),
    ("fa", "خانه‌ای از قرن نوزدهم.", "قرن نوزدهم", "1801-01-01/1900-12-31"),
    ("fa", "در نیمه دوم سال ۱۴۰۱ بود.", "نیمه دوم سال ۱۴۰۱", "2022-09-23/2023-03-20"),
    ("fa", "نشست روز یکشنبه برگزار خواهد شد.", "یکشنبه", "2024-03-17"),
    ("fa", "وزیر در سوم خرداد آمد.", "سوم خرداد", "2023-05-24"),
    ("fa", "وزیر در ۱۵ سنبله آمد.", "۱۵ سنبله", "2023-09-06"),
    ("fa", "در سال‌های ۱۳۹۰ تا ۱۳۹۵ بود.", "۱۳۹۰ تا ۱۳۹۵", "2011-03-21/2017-03-20"),
    ("fa", "در اوایل دهه ۱۳۸۰ بود.", "اوایل دهه ۱۳۸۰", "2001-03-21/2004-03-19"),
    ("fa", "در هفت روز گذشته باران بارید.", "هفت روز گذشته", "2024-03-08/2024-03-15"),
    ("fa", "امروز (چهارشنبه، ۲۳ حوت) باران بارید.", "امروز (چهارشنبه، ۲۳ حوت)", "2024-03-13"),
    ("fa", "در ۲۴ ساعت گذشته باران بارید.", "۲۴ ساعت گذشته", "2024-03-14/2024-03-15"),
    ("fa", "از شنبه تا دوشنبه باران بارید.", "شنبه تا دوشنبه", "2024-03-09/2024-03-11"),
]


@pytest.mark.parametrize(("language", "text", "words", "expected"), ONE, ids=[f"{c[0]}-{c[2]}" for c in ONE])
def test_one_date(language: str, text: str, words: str, expected: str) -> None:
    whole = expected if "/" in expected else f"{expected}/{expected}"
    assert days(text, language) == [(words, whole)]


NONE = [
    ("en", "The Sunday Times reported it."),
    ("en", "Black Friday sales rose."),
    ("en", "The shop is shut every Wednesday."),
    ("en", "The soldiers march on, and they may win."),
    ("en", "Theresa May won."),
    ("en", "He wrote in USA Today."),
    ("en", "He is in his nineties."),
    ("en", "It took three days."),
    ("en", "He is five years old."),
    ("en", "The day was long, the week longer."),
    ("en", "He sat in the sun."),
    ("en", "The last day was quiet."),
    ("en", "A spring in the mattress broke."),
    ("en", "The fall of the wall."),
    ("en", "A year later he died."),
    ("en", "It was built in the third century BC."),
    ("en", "It was half a century ago."),
    ("en", "It began one and a half years ago."),
    ("en", "In the last month of the war he fled."),
    ("pt", "A segunda fase começou."),
    ("pt", "Na segunda fase, a equipa perdeu."),
    ("pt", "O cantor Plácido Domingo cantou."),
    ("pt", "Ficou em quarta posição."),
    ("pt", "Todas as quintas-feiras fecha."),
    ("pt", "Durou três anos."),
    ("fr", "La planète Mars est rouge."),
    ("fr", "Il a été blessé, mais il va mieux."),
    ("fr", "Le marché ouvre chaque mercredi."),
    ("fr", "Le mercredi, le marché ferme."),
    ("fr", "Il a duré trois semaines."),
    ("fr", "Il y a trois blessés."),
    ("ar", "آب الرجل إلى منزله."),
    ("ar", "لم يصل أحد من الوفد."),
    ("ar", "أدى المصلون صلاة الجمعة."),
    ("ar", "في ذلك اليوم وصل الوفد."),
    ("ar", "نشرت صحيفة المصري اليوم الخبر."),
    ("ar", "استمرت ثلاثة أيام."),
    ("ar", "قال الأمين العام الحالي للمنظمة ذلك."),
    ("ar", "الساعة الثالثة."),
    ("fa", "ماهی در آب است."),
    ("fa", "خبرگزاری مهر نوشت."),
    ("fa", "او به سرطان مبتلا است."),
    ("fa", "این میزان کم است."),
    ("fa", "امام جمعه تهران سخن گفت."),
    ("fa", "کار سه روز طول کشید."),
    ("fa", "او می‌آید."),
    ("fa", "سه روز پیش از جنگ آمد."),
]


@pytest.mark.parametrize(("language", "text"), NONE, ids=[f"{c[0]}-{c[1]}" for c in NONE])
def test_what_is_no_date(language: str, text: str) -> None:
    assert days(text, language) == []


SEVERAL = [
    ("en", "He came on 12 and 13 March.", ["12", "13 March"]),
    ("en", "He came on Monday and left on Wednesday.", ["Monday", "Wednesday"]),
    ("pt", "Choveu quinta e sexta-feira.", ["quinta", "sexta-feira"]),
    ("fr", "Il a plu lundi et mardi.", ["lundi", "mardi"]),
    ("ar", "هطل المطر يومي الثلاثاء والأربعاء.", ["الثلاثاء", "الأربعاء"]),
    ("fa", "دیروز و امروز باران بارید.", ["دیروز", "امروز"]),
]


@pytest.mark.parametrize(("language", "text", "words"), SEVERAL)
def test_several_dates(language: str, text: str, words: list[str]) -> None:
    assert [found for found, _ in days(text, language)] == words


@pytest.mark.parametrize(
    ("language", "text", "first", "last"),
    [
        ("en", "He came on Wednesday.", None, None),
        ("en", "He came in June.", None, None),
        ("fr", "Il est venu il y a trois jours.", None, None),
        ("fa", "پارسال آمد.", None, None),
        ("en", "He came in late 2023.", "2023-09-01", "2023-12-31"),
        ("pt", "Veio nos anos 1990.", "1990-01-01", "1999-12-31"),
        ("en", "He stayed from June to August 2023.", "2023-06-01", "2023-08-31"),
    ],
)
def test_without_a_reference(language: str, text: str, first: str | None, last: str | None) -> None:
    (found,) = find_dated(text, language, None)
    assert found.relative is (first is None)
    assert (found.first, found.last) == tuple(date.fromisoformat(day) if day else None for day in (first, last))


def test_what_is_written_with_its_year_does_not_count_from_the_reference() -> None:
    text = "On 13 March 2024, on 14 March and yesterday; in 2023."
    assert [found.relative for found in find_dated(text, "en", FRIDAY)] == [False, True, True, False]


def test_the_words_of_other_languages_are_no_dates() -> None:
    assert days("mercredi, hier, quarta-feira, ontem, الأربعاء", "en") == []


@pytest.mark.parametrize("language", ["de", "und"])
def test_a_language_without_words_has_the_dates_that_are_written(language: str) -> None:
    assert days("yesterday, 13 March 2024, on 12 March", language) == [
        ("13 March 2024", "2024-03-13/2024-03-13"),
        ("12 March", "2024-03-12/2024-03-12"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ("on Wednesday", "on 13 March 2024", True),
        ("on Wednesday", "in March", True),
        ("two weeks ago", "last week", False),
        ("late 2023", "in November 2023", True),
        ("late 2023", "early 2024", False),
        ("in the 1990s", "in 1999", True),
        ("yesterday", "on Thursday", True),
        ("yesterday", "today", False),
    ],
)
def test_dates_agree_where_their_ranges_meet(first: str, second: str, *, meet: bool) -> None:
    (one,), (other,) = find_dated(first, "en", FRIDAY), find_dated(second, "en", FRIDAY)
    assert agree(one, other) is agree(other, one) is meet


def test_a_date_without_days_agrees_with_none() -> None:
    (unknown,) = find_dated("yesterday", "en", None)
    assert not agree(unknown, unknown)


def test_dates_of_two_languages_and_calendars_agree() -> None:
    (jalali,) = find_dated("چهارشنبه ۲۳ اسفند", "fa", FRIDAY)
    (islamic,) = find_dated("3 رمضان 1445", "ar", None)
    (french,) = find_dated("mercredi dernier", "fr", FRIDAY)
    assert agree(jalali, islamic)
    assert agree(islamic, french)


def test_the_day_of_the_week_chooses_the_year() -> None:
    # The 20th of March was a Monday in 2023, and a Wednesday in 2024.
    assert days("on Monday, 20 March", "en") == [("Monday, 20 March", "2023-03-20/2023-03-20")]
    assert days("on Wednesday, 20 March", "en") == [("Wednesday, 20 March", "2024-03-20/2024-03-20")]


def test_offsets_count_in_the_text_as_it_is() -> None:
    text = "\ufeffقال يوم الأَرْبِعَاءِ الماضي"
    (found,) = find_dated(text, "ar", FRIDAY)
    assert text[found.start : found.end] == "الأَرْبِعَاءِ الماضي"


@pytest.mark.parametrize("reference", [date.min, date.max, date(1900, 1, 1), date(2300, 1, 1)])
@pytest.mark.parametrize("language", ["en", "pt", "fr", "ar", "fa"])
def test_no_reference_is_too_early_or_too_late(language: str, reference: date) -> None:
    text = " ".join(text for own, text, *_ in ONE if own == language)
    found = find_dated(text, language, reference)
    assert len(found) >= 20
    assert all(m.first is None or m.last is None or m.first <= m.last for m in found)


def test_names_of_months_that_are_words_are_dates_in_their_language_only() -> None:
    assert days("Il est venu en mars.", "fr") == [("mars", "2024-03-01/2024-03-31")]
    assert days("در آب آمد.", "fa") == []
    assert days("وصل في آب.", "ar") == [("آب", "2023-08-01/2023-08-31")]
