"""Right claims of the question set are kept, and the same sentences with something altered in them are not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from eval.honest import TOLD, measure_honest, phrased, read_published
from qa_plugin.evaluation import folder_texts, load_questions
from qa_plugin.language.folding import fold
from qa_plugin.language.quantities import find_quantities
from qa_plugin.verification import Quote, check_claim, view_of
from qa_plugin.verification.names import named_words
from tests.test_forged_claims import LANGUAGES, MONTHS, OTHER_NAMES, holds

EVAL = Path(__file__).parent.parent / "eval"
GOLD_LOST_AT_MOST, SENTENCES_LOST_AT_MOST, PHRASED_LOST_AT_MOST, ASIDE_LOST_AT_MOST = 0.02, 0.05, 0.06, 0.17
PHRASED_LIES_AT_LEAST = 150
FORGED_AT_LEAST = 500

# Words for money that say no country, or another one, in each language: what one is made into.
CURRENCIES = [
    ("euros", "euros", "euros", "يورو", "یورو"),
    ("dollars", "dólares", "dollars", "دولار", "دلار"),
    ("rubles", "rublos", "roubles", "روبل", "روبل"),
    ("tomans", "tomans", "tomans", "تومان", "تومان"),
    ("rials", "riais", "rials", "ريال", "ریال"),
    ("dirhams", "dirhams", "dirhams", "درهم", "درهم"),
    ("dinars", "dinares", "dinars", "دينار", "دینار"),
    ("pounds", "libras", "livres", "جنيه", "پوند"),
]
COMPARATORS = {
    "en": ("more than", "less than"),
    "pt": ("mais de", "menos de"),
    "fr": ("plus de", "moins de"),
    "ar": ("أكثر من", "أقل من"),
    "fa": ("بیش از", "کمتر از"),
}


@cache
def _text_of(source: str) -> str:
    return folder_texts(EVAL / "articles")(source)


@cache
def _published() -> Mapping[str, str]:
    return read_published(EVAL / "articles")


def _quotes(rows: list[dict[str, str]]) -> list[Quote]:
    return [
        Quote(row["quote"], of, _published().get(row["source"]), partial(view_of, _text_of(row["source"]), of))
        for row in rows
        for of in [row["source"].split(".")[-2]]
    ]


def _sentences() -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    questions: dict[str, dict[str, Any]] = {q["id"]: q for q in load_questions(EVAL / "questions.jsonl")}
    for line in TOLD.read_text("utf-8").splitlines():
        row = json.loads(line)
        question = questions[row["id"]]
        yield row["claim"], question["question_lang"], question["quotes"]


# ---------------------------------------------------------------- forging


def _numbers(claim: str, language: str, quotes: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    folded = fold(claim)
    stated = {
        round(value, 6)
        for row in quotes
        for q in find_quantities(fold(row["quote"]).text, row["source"].split(".")[-2])
        for value in (q.value, q.low, q.high)
    }
    for quantity in find_quantities(folded.text, language):
        start, end = folded.span(quantity.number_start, quantity.number_end)
        digits = re.match(r"\d+", claim[start:end])
        if digits is None or re.match(r"[-/]", claim[end:]) or claim[start - 1 : start] in {"-", "/"}:
            continue
        written = digits.group()
        after = claim[start + len(written) :]
        changed = {"ten times": written + "0", "swapped": written[::-1], "one more": str(int(written) + 1)}
        for kind, other in changed.items():
            value = quantity.value * int(other) / int(written) if int(written) else 0.0
            if int(other) != int(written) and round(value, 6) not in stated and not other.startswith("0"):
                yield kind, claim[:start] + other + after
        if quantity.kind not in {"year", "date", "age", "ordinal"} and quantity.comparator is None:
            begins = folded.span(quantity.start, quantity.end)[0]  # where the sign of its currency stands
            for comparator in COMPARATORS[language]:
                yield "comparator", f"{claim[:begins]}{comparator} {claim[begins:]}"


def _units(claim: str, language: str) -> Iterator[tuple[str, str]]:
    at = LANGUAGES.index(language)
    for own in CURRENCIES:
        if re.search(rf"(?<!\w){own[at]}(?!\w)", claim):
            for other in CURRENCIES:
                if other is not own:
                    yield "currency", re.sub(rf"(?<!\w){own[at]}(?!\w)", other[at], claim, count=1)
    if "%" in claim:
        yield "unit", claim.replace("%", {"en": " dollars", "pt": " dólares", "fr": " dollars"}.get(language, " دولار"))


def _dates(claim: str, language: str) -> Iterator[tuple[str, str]]:
    for at, month in enumerate(MONTHS[language]):
        if re.search(rf"\d {month} \d{{4}}|\d de {month} de \d{{4}}", claim):
            yield "month", claim.replace(month, MONTHS[language][(at + 1) % 12])
            yield "year", re.sub(r"(?<=\D)(20\d\d|19\d\d)(?=\D)", lambda m: str(int(m.group()) + 1), claim, count=1)


def _names(claim: str, language: str) -> Iterator[tuple[str, str]]:
    folded = fold(claim)
    for run in named_words(folded, language):
        for word in run:
            start, end = folded.span(word.start, word.end)
            for forms in OTHER_NAMES[:6]:
                if not word.ordinary:
                    yield "name", claim[:start] + forms[LANGUAGES.index(language)] + claim[end:]


def forged() -> Iterator[tuple[str, str, str, list[dict[str, str]]]]:
    """Every sentence with one thing altered: kind, claim, language, and the rows of its quotes."""
    for claim, language, rows in _sentences():
        altered = [
            *_numbers(claim, language, rows),
            *_units(claim, language),
            *_dates(claim, language),
            *_names(claim, language),
        ]
        for kind, other in altered:
            if kind != "name" or not any(
                holds(_text_of(row["source"]), forms) for row in rows for forms in OTHER_NAMES if holds(other, forms)
            ):
                yield kind, other, language, rows


# ---------------------------------------------------------------- the tests


def test_right_claims_are_kept() -> None:
    questions = load_questions(EVAL / "questions.jsonl")
    gold, sentences, free, aside, *lost = measure_honest(questions, _text_of, _published()).rows
    assert gold.values["share"] <= GOLD_LOST_AT_MOST, lost
    assert sentences.values["share"] <= SENTENCES_LOST_AT_MOST, lost
    assert free.values["share"] <= PHRASED_LOST_AT_MOST, lost
    assert aside.values["share"] <= ASIDE_LOST_AT_MOST


def test_near_lies_are_not() -> None:
    lies = [row for row in phrased(load_questions(EVAL / "questions.jsonl")) if "lie" in row]
    assert len(lies) >= PHRASED_LIES_AT_LEAST
    assert [row["id"] for row in lies if check_claim(row["lie"], row["language"], _quotes(row["quotes"])) is None] == []


def test_what_is_altered_in_them_is_not() -> None:
    made: Counter[str] = Counter()
    passed: list[str] = []
    for kind, claim, language, rows in forged():
        made[kind] += 1
        if check_claim(claim, language, _quotes(rows)) is None:
            passed.append(f"{kind} [{language}] {claim}")
    assert sum(made.values()) >= FORGED_AT_LEAST
    assert passed == []


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language"),
    [
        ("أوريكو سالفاتيريرا", "ar", "raconte Eurico Salvaterreira", "fr"),
        ("It cost 75,000 rials", "en", "غرامة قدرها 75 ألف ريال", "ar"),
        ("نحو 23 كورفانو", "ar", "cerca de 23 corvanos por mês", "pt"),
        ("Aged between 24 and 51", "en", "entre os 24 e os 51 anos", "pt"),
        ("It began in Mehr 1406 (September-October 2027).", "en", "در مهر ۱۴۰۶ آغاز شد", "fa"),
        ("A record since 1388 (2009-2010)", "en", "بالاترین رقم از سال ۱۳۸۸ تاکنون", "fa"),
        ("A fifth of the calls", "en", "1,460 اتصالاً، خُمسها بسبب الاختناق", "ar"),
        ("2,35 milhões de dinares", "pt", "مليونان و350 ألف دينار", "ar"),
        ("24 portes", "fr", "أربع وعشرون باباً", "ar"),
        ("Un homme de 42 ans", "fr", "رجل في الثانية والأربعين من عمره", "ar"),
        ("Ce trajet dure 1 h 45.", "fr", "a viagem durará uma hora e quarenta e cinco minutos", "pt"),
        ("Em seis décadas fez mais de 900.", "pt", "Over six decades he made more than 900.", "en"),
        ("Well above the 180 million that was expected", "en", "apontava para 180 milhões de reais", "pt"),
        ("Três temporadas e meia", "pt", "for three and a half seasons", "en"),
        ("O leilão do 5G", "pt", "مزاد ترددات الجيل الخامس", "ar"),
        ("480 ريالاً", "ar", "ao preço de 480 reais cada uma", "pt"),
        ("متهم آن را ۸۰ دینار می‌فروخت", "fa", "يشتريها بسعر 55 ديناراً للواحدة ويبيعها بثمانين", "ar"),
        ("Une récolte de 170 tonnes", "fr", "برداشت امسال به ۱۷۰ تن رسید", "fa"),
        ("O preço subiu há um ano.", "pt", "بعد أن كان أقل قبل عام", "ar"),
        ("Friday night", "en", "جمعه‌شب در سالن", "fa"),
        ("De 24 e 27 anos", "pt", "دو مظنون ۲۴ و ۲۷ ساله", "fa"),
        ("Uma equipa do PNUD", "pt", "برنامه عمران ملل متحد", "fa"),
        ("بيكار", "ar", "le domaine Rebourseau-Picard", "fr"),
        ("Jelena Marušić", "fr", "یلنا ماروشیچ", "fa"),
        ("Kufr Ra'in", "en", "في بلدة كفر راعين", "ar"),
        ("Il a duré au moins un jour.", "fr", "استمر على الأقل يوم", "ar"),
        ("Esteve fechado um mês.", "pt", "It was closed for a month", "en"),
        ("Acima dos 180 milhões previstos", "pt", "apontava para 180 milhões de reais", "pt"),
        ("Au-dessus des 180 millions attendus", "fr", "apontava para 180 milhões de reais", "pt"),
        ("More than two hours and 48 minutes", "en", "Mais de duas horas e 48 minutos", "pt"),
    ],
)
def test_said_otherwise(claim: str, language: str, quote: str, quote_language: str) -> None:
    assert check_claim(claim, language, [Quote(quote, quote_language)]) is None


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language"),
    [
        ("نعمان سالفاتيريرا", "ar", "raconte Eurico Salvaterreira", "fr"),
        ("It cost 75,000 dollars", "en", "غرامة قدرها 75 ألف ريال", "ar"),
        ("It cost 75,000 Omani rials", "en", "غرامة قدرها 75 ألف ريال", "ar"),
        ("2 milhões de pessoas", "pt", "2 millions d'euros", "fr"),
        ("It began in October-November 2027.", "en", "در مهر ۱۴۰۶ آغاز شد", "fa"),
        ("نحو 23 يورو", "ar", "cerca de 23 corvanos por mês", "pt"),
        ("A record since 1388 (2010-2011)", "en", "بالاترین رقم از سال ۱۳۸۸ تاکنون", "fa"),
        ("A quarter of the calls", "en", "1,460 اتصالاً، خُمسها بسبب الاختناق", "ar"),
        ("2,53 milhões de dinares", "pt", "مليونان و350 ألف دينار", "ar"),
        ("80 portes", "fr", "أربع وعشرون باباً", "ar"),
        ("Un homme de 40 ans", "fr", "رجل في الثانية والأربعين من عمره", "ar"),
        ("Ce trajet dure 2 h 45.", "fr", "a viagem durará uma hora e quarenta e cinco minutos", "pt"),
        ("It took six years.", "en", "It took over six years.", "en"),
        ("Três temporadas e meia", "pt", "for four and a half seasons", "en"),
        ("O leilão do 4G", "pt", "مزاد ترددات الجيل الخامس", "ar"),
        ("480 ریال", "fa", "ao preço de 480 reais cada uma", "pt"),
        ("O preço subiu há um ano.", "pt", "بعد أن كان أقل قبل 3 سنوات", "ar"),
        ("Um ano", "pt", "پس از ۳ سال", "fa"),
        ("Thursday night", "en", "جمعه‌شب در سالن", "fa"),
        ("A UN team", "en", "une équipe d'un village", "fr"),
        ("نحو نصف السكان", "ar", "quase um terço da população", "pt"),
        ("37  dollars", "en", "37 بالمائة منهم", "ar"),
        ("He was jailed for one year.", "en", "He was jailed this year, police said.", "en"),
        ("He was jailed for one month.", "en", "He was jailed last month.", "en"),
        ("It began one hour ago.", "en", "به وقت ساعت محلی آغاز شد", "fa"),
        ("It was stolen one year ago.", "en", "The mayor of the year was elected.", "en"),
        ("It took one day.", "en", "They were sent 30 tonnes a day.", "en"),
        ("O preço subiu há um ano.", "pt", "ارتفع السعر قبل عام 2019", "ar"),
        ("It began one day earlier.", "en", "بدأ قبل يوم الاثنين", "ar"),
        ("Police seized 170 tonnes of rice.", "en", "۱۷۰ تن جان باختند", "fa"),
        ("More than two hours and 48 minutes", "en", "two hours and 48 minutes", "en"),
        ("Less than two hours and 48 minutes", "en", "two hours and 48 minutes", "en"),
        ("At least two hours and 48 minutes", "en", "two hours and 48 minutes", "en"),
        ("Menos de três temporadas e meia", "pt", "for three and a half seasons", "en"),
        ("Mais de três temporadas e meia", "pt", "for three and a half seasons", "en"),
        ("More than the 41 people died.", "en", "41 people died.", "en"),
        ("Under the 41 people died.", "en", "41 people died.", "en"),
        ("Well above the 180 million that was paid", "en", "apontava para 180 milhões de reais", "pt"),
        ("Police seized 3g of cocaine.", "en", "the third arrest of the week", "en"),
        ("Police seized 5G of cocaine.", "en", "the fifth arrest of the week", "en"),
    ],
)
def test_something_else(claim: str, language: str, quote: str, quote_language: str) -> None:
    assert check_claim(claim, language, [Quote(quote, quote_language)]) is not None


@pytest.mark.parametrize(("country", "held"), [("Mali", True), ("Sénégal", True), ("Maroc", False)])
def test_a_currency_is_that_of_the_country_of_its_article(country: str, *, held: bool) -> None:
    article = f"Le gouvernement du {country} annonce. Le projet coûte 140 millions de francs."
    quote = [Quote("Le projet coûte 140 millions de francs", "fr", article=lambda: view_of(article, "fr"))]
    assert (check_claim("It costs 140 million CFA francs.", "en", quote) is None) is held


def test_a_currency_left_out_is_that_of_the_sum_before() -> None:
    article = (
        "Le budget atteint 400 millions de francs CFA, dont 140 millions apportés par la ville. Huit millions ont fui."
    )
    quote = [Quote("dont 140 millions apportés par la ville", "fr", article=lambda: view_of(article, "fr"))]
    assert check_claim("140 milhões de francos CFA", "pt", quote) is None
    assert check_claim("140 milhões de euros", "pt", quote) is not None
