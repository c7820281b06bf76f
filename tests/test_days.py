"""Whether a sentence speaks of another day than the question names."""

from __future__ import annotations

import pytest

from qa_plugin.evidence.reading.days import another_day, days_asked
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.questions import read_question
from qa_plugin.records import Span


def elsewhere(question: str, asked_in: str, sentence: str, language: str, published: str | None = None) -> bool:
    read = read_question(question, asked_in)
    said = read_sentence(0, Span(0, len(sentence)), sentence, language, 1.0)
    return another_day(days_asked(read), read, said, published)


TUESDAY = {
    "en": "How many flights were cancelled on Tuesday?",
    "pt": "Quantos voos foram cancelados na terça-feira?",
    "fr": "Combien de vols ont été annulés mardi ?",
    "ar": "كم رحلة ألغيت يوم الثلاثاء؟",
    "fa": "سه‌شنبه چند پرواز لغو شد؟",
}
ON_TUESDAY = {
    "en": "Thirty-eight flights were cancelled on Tuesday.",
    "pt": "Trinta e oito voos foram cancelados na terça-feira.",
    "fr": "Trente-huit vols ont été annulés mardi.",
    "ar": "ألغيت 38 رحلة يوم الثلاثاء.",
    "fa": "۳۸ پرواز در روز سه‌شنبه لغو شد.",
}
ON_WEDNESDAY = {
    "en": "On Wednesday 71 flights were cancelled.",
    "pt": "Na quarta-feira foram cancelados 71 voos.",
    "fr": "Mercredi, 71 vols ont été annulés.",
    "ar": "وألغيت 71 رحلة يوم الأربعاء.",
    "fa": "روز چهارشنبه ۷۱ پرواز لغو شد.",
}
LANGUAGES = sorted(TUESDAY)
PAIRS = [(asked, said) for asked in LANGUAGES for said in LANGUAGES]


@pytest.mark.parametrize(("asked", "said"), PAIRS)
def test_weekdays_are_told_apart_in_every_pair_of_languages(asked: str, said: str) -> None:
    assert not elsewhere(TUESDAY[asked], asked, ON_TUESDAY[said], said)
    for published in (None, "2024-03-08"):
        assert elsewhere(TUESDAY[asked], asked, ON_WEDNESDAY[said], said, published)


@pytest.mark.parametrize("said", LANGUAGES)
def test_a_weekday_is_reckoned_from_the_day_of_the_article(said: str) -> None:
    question = "How many flights were cancelled on 5 March 2024?"
    assert not elsewhere(question, "en", ON_TUESDAY[said], said, "2024-03-06")
    assert elsewhere(question, "en", ON_TUESDAY[said], said, "2024-03-13")
    assert elsewhere(question, "en", ON_WEDNESDAY[said], said, "2024-03-08")


@pytest.mark.parametrize("said", LANGUAGES)
def test_without_a_date_of_the_article_a_weekday_may_be_any(said: str) -> None:
    assert not elsewhere("How many flights were cancelled on 5 March 2024?", "en", ON_TUESDAY[said], said)


DATED = [
    ("en", "Who was elected on 3 May 2021?", "en", "She was elected on May 3, 2021.", False),
    ("en", "Who was elected on 3 May 2021?", "en", "She was elected on May 4, 2021.", True),
    ("en", "Who was elected on 3 May 2021?", "fr", "Elle a été élue le 3 mai 2021.", False),
    ("en", "Who was elected on 3 May 2021?", "ar", "انتخبت في 3 أيار 2021.", False),
    ("en", "Who was elected on 3 May 2021?", "ar", "انتخبت في 3 حزيران 2021.", True),
    ("en", "Who was elected on 3 May 2021?", "fa", "او در ۱۳ اردیبهشت ۱۴۰۰ انتخاب شد.", False),
    ("en", "Who was elected on 3 May 2021?", "fa", "او در ۱۳ اردیبهشت ۱۴۰۱ انتخاب شد.", True),
    ("pt", "Quem foi eleito em 3 de maio?", "en", "He was elected on 3 May.", False),
    ("pt", "Quem foi eleito em 3 de maio?", "en", "He was elected on 5 May.", True),
    ("en", "How many were hurt in January 2024?", "ar", "أصيب تسعة في كانون الثاني 2024.", False),
    ("en", "How many were hurt in January 2024?", "ar", "أصيب 21 في كانون الأول 2023.", True),
    ("en", "How many were hurt in January?", "pt", "Nove pessoas ficaram feridas em fevereiro.", True),
    ("fr", "Combien de blessés en janvier ?", "pt", "Nove pessoas ficaram feridas em 12 de janeiro.", False),
    ("fr", "Combien de blessés en 2019 ?", "en", "Nine people were hurt in June 2019.", False),
    ("fr", "Combien de blessés en 2019 ?", "en", "Nine people were hurt in June 2020.", True),
    ("ar", "كم جريحا في عام 2019؟", "fa", "۹ نفر در سال ۱۳۹۸ زخمی شدند.", False),
    ("ar", "كم جريحا في عام 2019؟", "fa", "۹ نفر در سال ۱۳۹۵ زخمی شدند.", True),
    ("fa", "در سال ۱۳۹۸ چند نفر زخمی شدند؟", "en", "Nine people were hurt in May 2019.", False),
    ("fa", "در سال ۱۳۹۸ چند نفر زخمی شدند؟", "pt", "Nove pessoas ficaram feridas em 2012.", True),
    ("fa", "در خرداد چند نفر زخمی شدند؟", "fa", "۹ نفر در مرداد زخمی شدند.", True),
]


@pytest.mark.parametrize(("asked", "question", "language", "sentence", "other"), DATED)
def test_days_months_and_years_across_calendars(
    asked: str, question: str, language: str, sentence: str, *, other: bool
) -> None:
    assert elsewhere(question, asked, sentence, language, "2024-03-08") is other


def test_a_sentence_without_a_date_is_of_any_day() -> None:
    assert not elsewhere(TUESDAY["en"], "en", "Thirty-eight flights were cancelled.", "en", "2024-03-08")


def test_one_date_that_fits_is_enough() -> None:
    sentence = "After 71 on Wednesday, 38 flights had been cancelled on Tuesday."
    assert not elsewhere(TUESDAY["en"], "en", sentence, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_that_asks_when_names_no_day(language: str) -> None:
    questions = {
        "en": "When in May 2021 was she elected?",
        "pt": "Quando em maio de 2021 foi ela eleita?",
        "fr": "Quand en mai 2021 a-t-elle été élue ?",
        "ar": "متى انتخبت في أيار 2021؟",
        "fa": "در چه روزی از خرداد ۱۴۰۰ انتخاب شد؟",
    }
    assert days_asked(read_question(questions[language], language)) == []


@pytest.mark.parametrize("published", [None, "", "no date"])
def test_an_article_without_a_readable_date_decides_by_the_words(published: str | None) -> None:
    assert elsewhere("Who was elected on 3 May?", "en", "She was elected on 5 May.", "en", published)
    assert not elsewhere("Who was elected on 3 May?", "en", "She was elected on 3 May.", "en", published)
    assert not elsewhere("Who was elected on 3 May?", "en", "She was elected yesterday.", "en", published)


def test_yesterday_is_the_day_before_the_article() -> None:
    question = "How many flights were cancelled on 5 March 2024?"
    assert not elsewhere(question, "en", "Yesterday 38 flights were cancelled.", "en", "2024-03-06")
    assert elsewhere(question, "en", "Yesterday 38 flights were cancelled.", "en", "2024-03-08")
