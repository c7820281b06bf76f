"""A day of the week as an answer: with the date that it comes to, in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from qa_plugin.language.calendars import gregorian_to_jalali, jalali_to_gregorian
from qa_plugin.language.weekdays import format_day, weekday_name, weekday_of
from tests.folders import ask_folder


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Friday, 3 October 2025"),
        ("pt", "sexta-feira, 3 de outubro de 2025"),
        ("fr", "vendredi 3 octobre 2025"),
        ("ar", "الجمعة، ٣ أكتوبر ٢٠٢٥"),
        ("fa", "جمعه ۱۱ مهر ۱۴۰۴"),
        ("sw", "Friday, 3 October 2025"),
    ],
)
def test_a_day_in_full(language: str, expected: str) -> None:
    assert format_day(date(2025, 10, 3), language) == expected


@pytest.mark.parametrize("language", ["en", "pt", "fr", "ar", "fa"])
def test_each_name_is_read_as_its_day(language: str) -> None:
    assert [weekday_of(weekday_name(day, language)) for day in range(7)] == list(range(7))


def test_only_a_day_of_the_week_alone_is_one() -> None:
    assert weekday_of("Friday") == 4
    assert weekday_of("شنبه") == 5
    assert weekday_of("last Friday") is None
    assert weekday_of("Friday, 3 October") is None


def test_jalali_days_come_back() -> None:
    for count in range(0, 20_000, 13):
        day = date(1990, 1, 1) + timedelta(days=count)
        assert jalali_to_gregorian(*gregorian_to_jalali(day)) == day


CASES = [
    (
        "Quando caiu a ponte de Lirel?",
        "Ponte de Lirel cai\n10 de março de 2025\n\nA ponte de Lirel caiu na sexta-feira depois da cheia.\n",
        "Sexta-feira, 7 de março de 2025 [1]",
    ),
    (
        "When did the museum of Brénac reopen?",
        "Le musée de Brénac rouvre\n5 mars 2025\n\nLe musée de Brénac a rouvert mardi après deux ans de travaux.\n",
        "Tuesday, 4 March 2025 [1]",
    ),
    (
        "When did the Nilab factory burn?",
        "حريق في مصنع نيلاب\n\nاحترق مصنع نيلاب مساء الخميس بعد انفجار.\n",
        "Thursday [1]",
    ),
    (
        "When will the port of Sabran open again?",
        "Strike in Sabran\n3 March 2025\n\nThe port of Sabran will open again on Wednesday, its director said.\n",
        "Wednesday, 5 March 2025 [1]",
    ),
]


@pytest.mark.parametrize(("question", "text", "expected"), CASES)
def test_a_weekday_is_told_with_its_date(tmp_path: Path, question: str, text: str, expected: str) -> None:
    assert ask_folder(tmp_path, question, {"a.txt": text}).text == expected
