"""Dates and times of day in five languages, three calendars and any digits."""

from __future__ import annotations

from datetime import date

import pytest

from qa_plugin.language.calendars import (
    ISLAMIC,
    gregorian_range,
    is_jalali_leap,
    islamic_to_gregorian,
    jalali_to_gregorian,
    year_about,
)
from qa_plugin.language.dates import DateMention, find_dates
from qa_plugin.language.times import find_times

WHOLE = [
    # English
    ("13 July 2025", "2025-07-13"),
    ("July 13, 2025", "2025-07-13"),
    ("July 13 2025", "2025-07-13"),
    ("JULY 13, 2025", "2025-07-13"),
    ("July 13th, 2025", "2025-07-13"),
    ("13th of July, 2025", "2025-07-13"),
    ("1st of May 2024", "2024-05-01"),
    ("May 1, 2024", "2024-05-01"),
    ("3 March 2024", "2024-03-03"),
    ("Sept. 11, 2001", "2001-09-11"),
    ("Jan 5, 2024", "2024-01-05"),
    ("5 Dec 2023", "2023-12-05"),
    ("13-Jul-2025", "2025-07-13"),
    ("13-Jul-25", "2025-07-13"),
    ("29 February 2024", "2024-02-29"),
    # Portuguese
    ("13 de julho de 2025", "2025-07-13"),
    ("13 de Julho de 2025", "2025-07-13"),
    ("1º de maio de 2024", "2024-05-01"),
    ("1.º de maio de 2024", "2024-05-01"),
    ("4 de março de 2024", "2024-03-04"),
    ("4 de marco de 2024", "2024-03-04"),
    ("13 jul. 2025", "2025-07-13"),
    ("13/jul/2025", "2025-07-13"),
    ("18.mar.2025", "2025-03-18"),
    ("12 de out. de 2024", "2024-10-12"),
    ("25 de dezembro de 1999", "1999-12-25"),
    # French
    ("13 juillet 2025", "2025-07-13"),
    ("1er mai 2024", "2024-05-01"),
    ("2 août 2024", "2024-08-02"),
    ("2 aout 2024", "2024-08-02"),
    ("4 févr. 2024", "2024-02-04"),
    ("4 février 2024", "2024-02-04"),
    ("8 mars 2022", "2022-03-08"),
    ("31 déc. 2024", "2024-12-31"),
    # numbers alone
    ("2025-07-13", "2025-07-13"),
    ("2025/7/13", "2025-07-13"),
    ("2025.07.13", "2025-07-13"),
    ("13/07/2025", "2025-07-13"),
    ("13-07-2025", "2025-07-13"),
    ("13.07.2025", "2025-07-13"),
    ("3/4/2025", "2025-04-03"),
    ("07/13/2025", "2025-07-13"),
    ("13/07/25", "2025-07-13"),
    ("٢٠٢٥/٠٧/١٣", "2025-07-13"),
    ("١٣/٧/٢٠٢٥", "2025-07-13"),
    # Arabic
    ("١٣ يوليو ٢٠٢٥", "2025-07-13"),
    ("13 يوليو 2025", "2025-07-13"),
    ("13 يوليو 2025م", "2025-07-13"),
    ("13 يوليو عام 2025", "2025-07-13"),
    ("13 من يوليو 2025", "2025-07-13"),
    ("يوليو 13, 2025", "2025-07-13"),
    ("١٣ تموز 2025", "2025-07-13"),
    ("13 تموز/يوليو 2025", "2025-07-13"),
    ("13 يوليو/تموز 2025", "2025-07-13"),
    ("13 يوليو (تموز) 2025", "2025-07-13"),
    ("5 كانون الثاني 2024", "2024-01-05"),
    ("5 كانون الثاني/يناير 2024", "2024-01-05"),
    ("5 كانون الأول 2024", "2024-12-05"),
    ("7 تشرين الأول 2023", "2023-10-07"),
    ("7 تشرين الثاني 2023", "2023-11-07"),
    ("14 شباط 2005", "2005-02-14"),
    ("4 آب 2020", "2020-08-04"),
    ("1 أيار 2024", "2024-05-01"),
    ("30 حزيران 2024", "2024-06-30"),
    ("11 أيلول 2001", "2001-09-11"),
    ("6 أكتوبر 1973", "1973-10-06"),
    ("5 جويلية 1962", "1962-07-05"),
    ("20 أوت 1955", "1955-08-20"),
    ("8 ماي 1945", "1945-05-08"),
    ("14 جانفي 2011", "2011-01-14"),
    ("18 فيفري 2021", "2021-02-18"),
    ("22 أفريل 2024", "2024-04-22"),
    ("20 غشت 1953", "1953-08-20"),
    ("6 نونبر 1975", "1975-11-06"),
    ("11 دجنبر 2024", "2024-12-11"),
    # Persian, Gregorian calendar
    ("۱۳ ژوئیه ۲۰۲۵", "2025-07-13"),
    ("۱۳ ژوئیهٔ ۲۰۲۵", "2025-07-13"),
    ("۱۳ جولای ۲۰۲۵", "2025-07-13"),
    ("۲۴ فوریه ۲۰۲۲", "2022-02-24"),
    ("۱ مه ۲۰۲۴", "2024-05-01"),
    ("۱۲ می ۲۰۲۵", "2025-05-12"),
    ("۵ اوت ۲۰۲۴", "2024-08-05"),
    ("۵ آگوست ۲۰۲۴", "2024-08-05"),
    ("۹ سپتامبر ۲۰۲۴", "2024-09-09"),
    ("۱۰ اکتبر ۲۰۲۳", "2023-10-10"),
    ("۳۱ دسامبر ۱۹۹۹", "1999-12-31"),
    ("۱۵ جنوری ۲۰۲۴", "2024-01-15"),
    ("۳۰ مه سال ۲۰۰۵", "2005-05-30"),
    # Jalali
    ("۲۲ تیر ۱۴۰۴", "2025-07-13"),
    ("۲۲ تیرماه ۱۴۰۴", "2025-07-13"),
    ("۲۲ تیر ماه ۱۴۰۴", "2025-07-13"),
    ("22 تیر 1404", "2025-07-13"),
    ("۲۲ تیر سال ۱۴۰۴", "2025-07-13"),
    ("۱۴۰۴/۰۴/۲۲", "2025-07-13"),
    ("۱۴۰۴-۴-۲۲", "2025-07-13"),
    ("۲۲/۰۴/۱۴۰۴", "2025-07-13"),
    ("۱ فروردین ۱۴۰۳", "2024-03-20"),
    ("۳۰ اسفند ۱۴۰۳", "2025-03-20"),
    ("۲۲ بهمن ۱۳۵۷", "1979-02-11"),
    ("۳۱ شهریور ۱۳۵۹", "1980-09-22"),
    ("۲۸ مرداد ۱۳۳۲", "1953-08-19"),
    ("۱۲ دی ۱۴۰۲", "2024-01-02"),
    ("۲۶ سرطان ۱۴۰۴", "2025-07-17"),
    ("۲۴ اسد ۱۴۰۰", "2021-08-15"),
    ("۱۵ جدی ۱۴۰۳", "2025-01-04"),
]


@pytest.mark.parametrize(("written", "day"), WHOLE, ids=[written for written, _ in WHOLE])
def test_whole_dates(written: str, day: str) -> None:
    expected = date.fromisoformat(day)
    for text in (written, f"x {written} x", f"({written})", f"{written}."):
        found = find_dates(text)
        assert [(text[m.start : m.end], m.first, m.last) for m in found] == [(written, expected, expected)]
        assert found[0].is_whole


PARTS = [
    ("July 2025", (2025, 7, None), "2025-07-01", "2025-07-31"),
    ("February 2024", (2024, 2, None), "2024-02-01", "2024-02-29"),
    ("fevereiro de 2022", (2022, 2, None), "2022-02-01", "2022-02-28"),
    ("juillet 1998", (1998, 7, None), "1998-07-01", "1998-07-31"),
    ("out. 2024", (2024, 10, None), "2024-10-01", "2024-10-31"),
    ("يناير 2016", (2016, 1, None), "2016-01-01", "2016-01-31"),
    ("تشرين الأول 2023", (2023, 10, None), "2023-10-01", "2023-10-31"),
    ("ژوئن ۲۰۲۴", (2024, 6, None), "2024-06-01", "2024-06-30"),
    ("تیر ۱۴۰۴", (1404, 4, None), "2025-06-22", "2025-07-22"),
    ("اسفند ۱۴۰۳", (1403, 12, None), "2025-02-19", "2025-03-20"),
    ("2024", (2024, None, None), "2024-01-01", "2024-12-31"),
    ("٢٠٢٤", (2024, None, None), "2024-01-01", "2024-12-31"),
    ("2024م", (2024, None, None), "2024-01-01", "2024-12-31"),
    ("۱۴۰۳ شمسی", (1403, None, None), "2024-03-20", "2025-03-20"),
    ("13 July", (None, 7, 13), None, None),
    ("July 13", (None, 7, 13), None, None),
    ("May 13", (None, 5, 13), None, None),
    ("13 de julho", (None, 7, 13), None, None),
    ("1er mai", (None, 5, 1), None, None),
    ("29 mai", (None, 5, 29), None, None),
    ("12 يونيو", (None, 6, 12), None, None),
    ("30 من سبتمبر", (None, 9, 30), None, None),
    ("۲۹ مارس", (None, 3, 29), None, None),
    ("۲۲ تیر", (None, 4, 22), None, None),
    ("يوليو", (None, 7, None), None, None),
    ("novembro", (None, 11, None), None, None),
    ("18 محرم 1447", (1447, 1, 18), None, None),
    ("9 ذو الحجة 1445", (1445, 12, 9), None, None),
    ("1447/01/18", (1447, 1, 18), None, None),
]


@pytest.mark.parametrize(("written", "parts", "first", "last"), PARTS, ids=[case[0] for case in PARTS])
def test_partial_dates(
    written: str, parts: tuple[int | None, int | None, int | None], first: str | None, last: str | None
) -> None:
    (mention,) = find_dates(f"({written})")
    assert (mention.year, mention.month, mention.day) == parts
    assert (mention.start, mention.end) == (1, 1 + len(written))
    assert mention.first == (date.fromisoformat(first) if first else None)
    assert mention.last == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("13-15 July 2025", ["13", "15 July 2025"]),
        ("13 and 14 July", ["13", "14 July"]),
        ("13th and the 14th of July", ["13", "14th of July"]),
        ("July 13 to 15, 2025", ["July 13", "15, 2025"]),
        ("entre le 13 et le 15 juillet", ["13", "15 juillet"]),
        ("de 13 até 15 de julho", ["13", "15 de julho"]),
        ("July 13-15, 2025", ["July 13", "15, 2025"]),
        ("entre 13 e 15 de julho", ["13", "15 de julho"]),
        ("2024-2025", ["2024", "2025"]),
        ("in May and in March", ["May", "March"]),
        ("em 2024, em 2025", ["2024", "2025"]),
        ("en mars", ["mars"]),
        ("ويوليو 2024", ["يوليو 2024"]),
        ("لـ13 يوليو", ["13 يوليو"]),
        ("سال ۱۴۰۴", ["۱۴۰۴"]),
        ("na quarta-feira (13)", ["13"]),
        ("(13/7)", ["13/7"]),
        ("31 February 2024", ["February 2024"]),
        ("2025-07-13T02:30:00Z", ["2025-07-13"]),
    ],
)
def test_dates_in_text(text: str, found: list[str]) -> None:
    assert [text[m.start : m.end] for m in find_dates(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "13 may be dead",
        "they march on",
        "3 out of 4",
        "3 ago",
        "10.000 soldados",
        "6000 soldiers",
        "$2024",
        "2000%",
        "the 1990s",
        "خبرگزاری مهر",
        "مبتلا به سرطان",
        "۵ جوان",
        "در آب",
        "100/200/300",
        "99/99/2025x",
        "192.168.1.10",
        "(13)",
        "F-2000x",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1395, "2016-03-20"),
        (1396, "2017-03-21"),
        (1397, "2018-03-21"),
        (1398, "2019-03-21"),
        (1399, "2020-03-20"),
        (1400, "2021-03-21"),
        (1401, "2022-03-21"),
        (1402, "2023-03-21"),
        (1403, "2024-03-20"),
        (1404, "2025-03-21"),
        (1405, "2026-03-21"),
        (1406, "2027-03-21"),
        (1407, "2028-03-20"),
        (1408, "2029-03-20"),
        (1409, "2030-03-21"),
        (1410, "2031-03-21"),
    ],
)
def test_jalali_new_years(year: int, day: str) -> None:
    assert jalali_to_gregorian(year, 1, 1) == date.fromisoformat(day)


def test_jalali_years_follow_each_other_without_a_gap() -> None:
    for year in range(1244, 1472):
        last = jalali_to_gregorian(year, 12, 30 if is_jalali_leap(year) else 29)
        assert (jalali_to_gregorian(year + 1, 1, 1) - last).days == 1


@pytest.mark.parametrize("parts", [(1404, 12, 30), (1404, 7, 31), (1404, 13, 1), (1404, 0, 1)])
def test_days_that_do_not_exist(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="there is no day"):
        jalali_to_gregorian(*parts)


def test_jalali_years_out_of_range() -> None:
    with pytest.raises(ValueError, match="outside 1244 to 1472"):
        jalali_to_gregorian(1600, 1, 1)


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        ((1445, 9, 3), "2024-03-13"),
        ((1444, 9, 1), "2023-03-23"),
        ((1447, 1, 1), "2025-06-27"),
        ((1421, 1, 1), "2000-04-06"),
        ((1400, 1, 1), "1979-11-21"),
    ],
)
def test_islamic_dates_by_the_table(parts: tuple[int, int, int], day: str) -> None:
    assert islamic_to_gregorian(*parts) == date.fromisoformat(day)


def test_islamic_days_may_be_a_day_off_and_their_years_are_found() -> None:
    first, last = gregorian_range(1445, 9, 3, ISLAMIC)
    assert (first, last) == (date(2024, 3, 12), date(2024, 3, 14))
    for year in range(1300, 1500):
        assert abs(year_about(islamic_to_gregorian(year, 6, 15), ISLAMIC) - year) <= 1


def test_offsets_count_in_the_text_as_it_is() -> None:
    text = "\ufeffﺧﺒﺮ: \u200f«۲۲\u200c تیر\u0650 ۱۴۰۴»"
    (mention,) = find_dates(text)
    assert text[mention.start : mention.end].startswith("۲۲")
    assert text[mention.start : mention.end].endswith("۱۴۰۴")


def test_a_mention_is_a_value() -> None:
    assert find_dates("2024") == [
        DateMention(0, 4, 2024, None, None, "gregorian", date(2024, 1, 1), date(2024, 12, 31))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 02:30", ["02:30"]),
        ("at 02:30 BST", ["02:30 BST"]),
        ("14:30:22", ["14:30:22"]),
        ("8pm", ["8pm"]),
        ("8 p.m.", ["8 p.m."]),
        ("10.30 am", ["10.30 am"]),
        ("8 o'clock", ["8 o'clock"]),
        ("0230 GMT", ["0230 GMT"]),
        ("às 14h30", ["14h30"]),
        ("às 13h", ["13h"]),
        ("às 20 horas", ["20 horas"]),
        ("à 14 h 30", ["14 h 30"]),
        ("à 14 heures", ["14 heures"]),
        ("ساعت ۱۰:۳۰", ["۱۰:۳۰"]),
        ("ساعت ۱۰", ["۱۰"]),
        ("الساعة 10:30 صباحا", ["10:30 صباحا"]),
        ("الساعة 10 مساء", ["10 مساء"]),
        ("2025-07-13T02:30:00Z", ["02:30:00Z"]),
        ("۱۰ ساعت", []),
        ("il y a 14 heures", []),
        ("pendant 24h", []),
        ("won 2:1", []),
        ("25:70", []),
    ],
)
def test_times(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_times(text)] == found
