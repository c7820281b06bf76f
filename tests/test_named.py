"""Names, roles and places in sentences of five languages: what must be found, and how much of the annotated ones is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from qa_plugin.evidence.naming.named import Name, find_names, find_places, find_roles
from qa_plugin.evidence.reading.sentences import Sentence, of_text, read_sentence
from qa_plugin.records import Span

_CASES = Path(__file__).parent / "named_cases.jsonl"
_SAME = 0.6
"""Share of common words from which two noun phrases are the same: an article more or less does not matter."""


class Case(NamedTuple):
    language: str
    text: str
    names: list[tuple[str, str]]
    roles: list[str]
    places: list[str]


@cache
def _cases() -> list[Case]:
    rows = [json.loads(line) for line in _CASES.read_text("utf-8").splitlines()]
    return [Case(r["language"], r["text"], [(n, k) for n, k in r["names"]], r["roles"], r["places"]) for r in rows]


def _read(text: str, language: str) -> Sentence:
    return read_sentence(0, Span(0, len(text)), text, language, 0.0)


def _cut(sentence: Sentence, place: tuple[int, int]) -> str:
    start, end = sentence.folded.span(*place)
    return sentence.text[start:end]


def _found(find: Callable[[Sentence], Sequence[Name]], text: str, language: str) -> list[str]:
    sentence = _read(text, language)
    return [_cut(sentence, (name.start, name.end)) for name in find(sentence)]


def _kinds(text: str, language: str) -> dict[str, str]:
    sentence = _read(text, language)
    return {_cut(sentence, (name.start, name.end)): name.kind for name in find_names(sentence)}


def _alike(one: str, other: str) -> bool:
    a, b = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return len(a & b) / max(1, len(a | b)) >= _SAME


class Measured(NamedTuple):
    precision: float
    recall: float


def _measure(language: str, what: str) -> Measured:
    hits = found = wanted = 0
    for case in (c for c in _cases() if c.language == language):
        if what == "names":
            got, want = list(_kinds(case.text, language).items()), case.names
            hits += sum(pair in got for pair in want)
            found, wanted = found + len(got), wanted + len(want)
            continue
        find, phrases = (find_roles, case.roles) if what == "roles" else (find_places, case.places)
        cut = _found(find, case.text, language)
        hits += sum(any(_alike(phrase, one) for one in cut) for phrase in phrases)
        found, wanted = found + len(cut), wanted + len(phrases)
    return Measured(hits / max(1, found), hits / max(1, wanted))


_FLOORS = {
    ("en", "names"): (0.93, 0.93),
    ("pt", "names"): (0.90, 0.89),
    ("fr", "names"): (0.90, 0.92),
    ("ar", "names"): (0.90, 0.87),
    ("fa", "names"): (0.93, 0.91),
    ("en", "roles"): (0.92, 0.94),
    ("pt", "roles"): (0.94, 0.94),
    ("fr", "roles"): (0.94, 0.94),
    ("ar", "roles"): (0.92, 0.92),
    ("fa", "roles"): (0.92, 0.84),
    ("en", "places"): (0.92, 0.92),
    ("pt", "places"): (0.92, 0.88),
    ("fr", "places"): (0.92, 0.92),
    ("ar", "places"): (0.92, 0.92),
    ("fa", "places"): (0.92, 0.92),
}


@pytest.mark.parametrize(("language", "what"), _FLOORS)
def test_enough_of_the_annotated_sentences_is_found(language: str, what: str) -> None:
    measured = _measure(language, what)
    precision, recall = _FLOORS[language, what]
    assert measured.precision >= precision
    assert measured.recall >= recall


def test_every_language_has_forty_sentences() -> None:
    for language in ("en", "pt", "fr", "ar", "fa"):
        assert sum(case.language == language for case in _cases()) >= 40


@pytest.mark.parametrize(
    ("language", "text", "name", "kind"),
    [
        ("en", "Kim Jong Un met his Russian counterpart in Vladivostok.", "Kim Jong Un", "person"),
        ("en", "Coach Luis van der Berg praised the team.", "Luis van der Berg", "person"),
        ("en", "The Bank of England raised rates.", "Bank of England", "body"),
        ("en", "The river Tamar flooded the village of Calstock.", "Calstock", "place"),
        ("en", "MINISTER QUITS AFTER FLOOD IN PORTO NEGRO", "PORTO NEGRO", "place"),
        ("pt", "A Universidade de Coimbra abriu um novo laboratório.", "Universidade de Coimbra", "body"),
        ("pt", "Maria da Conceição dos Santos venceu a corrida.", "Maria da Conceição dos Santos", "person"),
        ("pt", "O navio partiu do porto de Santos rumo a Luanda.", "porto de Santos", "place"),
        ("fr", "Le ministère des Transports a confirmé le retard.", "ministère des Transports", "body"),
        ("fr", "L'accident s'est produit rue de Rivoli, à Paris.", "rue de Rivoli", "place"),
        ("fr", "Charles de Villiers a remporté la course.", "Charles de Villiers", "person"),
        ("ar", "أعلنت وزارة الصحة العامة تسجيل ثلاث إصابات جديدة.", "وزارة الصحة العامة", "body"),
        ("ar", "توفي عبد الله بن سالم الكعبي عن عمر ناهز ثمانين عاما.", "عبد الله بن سالم الكعبي", "person"),
        ("ar", "فازت نور حداد بالجائزة الأولى.", "نور حداد", "person"),
        ("ar", "أطلقت الأمم المتحدة نداء لجمع الأموال.", "الأمم المتحدة", "body"),
        ("ar", "ضرب زلزال مدينة مراكش فجر السبت.", "مراكش", "place"),
        ("fa", "دانشگاه تهران میزبان این همایش است.", "دانشگاه تهران", "body"),
        ("fa", "آقای حسین‌زاده از سمت خود استعفا داد.", "حسین‌زاده", "person"),
        ("fa", "نور احمدی و امیر سعیدی جایزه را گرفتند.", "امیر سعیدی", "person"),
        ("fa", "رودخانه کارون در استان خوزستان طغیان کرد.", "رودخانه کارون", "place"),
    ],
)
def test_a_name_is_found_whole_and_of_its_kind(language: str, text: str, name: str, kind: str) -> None:
    assert _kinds(text, language).get(name) == kind


@pytest.mark.parametrize(
    ("language", "text", "titled"),
    [
        ("en", "Transport Minister Ana Reyes said the bridge would reopen.", "Transport Minister Ana Reyes"),
        ("pt", "O ministro da Saúde, João Figueira, anunciou a medida.", "O ministro da Saúde, João Figueira"),
        ("fr", "Le président Kim Jong-un a inspecté la ville.", "Le président Kim Jong-un"),
        ("ar", "أعلن وزير النقل محمود الزيات استقالته.", "وزير النقل محمود الزيات"),
        ("fa", "وزیر راه، مهرداد بذرپاش، از پروژه بازدید کرد.", "وزیر راه، مهرداد بذرپاش"),
    ],
)
def test_a_title_stands_with_its_name_and_is_no_role_of_its_own(language: str, text: str, titled: str) -> None:
    sentence = _read(text, language)
    (name,) = [n for n in find_names(sentence) if n.kind == "person"]
    assert name.titled is not None
    assert _cut(sentence, name.titled) == titled
    assert not any(name.titled[0] <= role.start < name.titled[1] for role in find_roles(sentence))


@pytest.mark.parametrize(
    ("language", "text", "role"),
    [
        ("en", "Three people were hurt, the fire service said.", "the fire service"),
        ("en", "The defendant's lawyer told reporters that he was innocent.", "The defendant's lawyer"),
        ("pt", "Um porta-voz do ministério recusou comentar o caso.", "Um porta-voz do ministério"),
        ("fr", "Le procureur de la République a ouvert une enquête.", "Le procureur de la République"),
        ("ar", "أكد المتحدث باسم وزارة الداخلية الخبر.", "المتحدث باسم وزارة الداخلية"),
        ("fa", "سخنگوی وزارت بهداشت آمار تازه را اعلام کرد.", "سخنگوی وزارت بهداشت"),
    ],
)
def test_those_who_act_are_found_by_their_role(language: str, text: str, role: str) -> None:
    assert role in _found(find_roles, text, language)


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "The body was found in a warehouse near the port.", "a warehouse near the port"),
        ("pt", "O incêndio começou num armazém perto do porto.", "armazém perto do porto"),
        ("fr", "Le feu s'est déclaré dans un entrepôt près du port.", "un entrepôt près du port"),
        ("ar", "اندلع الحريق في مستودع قرب الميناء.", "مستودع قرب الميناء"),
        ("fa", "آتش‌سوزی در یک انبار نزدیک بندر رخ داد.", "یک انبار نزدیک بندر"),
    ],
)
def test_places_are_found_by_common_noun(language: str, text: str, place: str) -> None:
    assert place in _found(find_places, text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In 2020 prices rose by 4% in total, and in the morning they fell."),
        ("pt", "Em 2021 os preços subiram em média 3%."),
        ("fr", "En 2019, les prix ont augmenté à cause de la sécheresse."),
        ("ar", "ارتفعت الأسعار في عام 2020 بنسبة 4 في المئة."),
        ("fa", "در سال ۱۳۹۹ قیمت‌ها در مجموع ۴ درصد افزایش یافت."),
    ],
)
def test_times_and_totals_are_neither_places_nor_names(language: str, text: str) -> None:
    assert _found(find_places, text, language) == []
    assert _found(find_names, text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "أوضح مدير المستشفى أن حالة المصابين مستقرة."),
        ("ar", "قالت شركة التأمين إن العقد يغطي الخسائر."),
        ("fa", "آتش‌نشانان سه کودک را از ساختمان نجات دادند."),
        ("fa", "او این شرکت را فروخته و کارگران را اخراج کرده است."),
    ],
)
def test_verbs_and_common_nouns_without_capitals_are_no_names(language: str, text: str) -> None:
    assert _found(find_names, text, language) == []


def test_half_a_name_at_the_start_of_a_sentence_is_found() -> None:
    assert _kinds("Yesterday Marta Silva scored twice for Benfica.", "en")["Marta Silva"] == "person"
    assert "Disse Ferreira" not in _kinds("Disse Ferreira que a obra acaba em maio.", "pt")
    assert "Ferreira" in _kinds("Disse Ferreira que a obra acaba em maio.", "pt")


def test_a_capital_at_the_start_says_nothing_where_no_lexicon_tells() -> None:
    assert next(iter(_kinds("Gestern besuchte Angela Merkel eine Schule.", "de"))) == "Angela Merkel"


def test_only_a_name_behind_a_preposition_is_placed() -> None:
    def placed(text: str, language: str) -> dict[str, bool]:
        sentence = _read(text, language)
        return {_cut(sentence, (name.start, name.end)): name.placed for name in find_names(sentence)}

    assert placed("وقع الانفجار في بيروت.", "ar") == {"بيروت": True}
    assert placed("دانت باريس الهجوم.", "ar") == {"باريس": False}
    assert placed("Ana Reyes arrived in Leeds.", "en") == {"Ana Reyes": False, "Leeds": True}


def test_a_sentence_without_words_holds_nothing() -> None:
    for find in (find_names, find_roles, find_places):
        assert _found(find, "…!", "en") == []
        assert _found(find, "", "ar") == []


def test_a_sentence_is_read_once_in_each_language_wherever_it_stands() -> None:
    read: list[tuple[str, str]] = []

    @of_text(kept=2)
    def length(sentence: Sentence) -> int:
        read.append((sentence.text, sentence.language))
        return len(sentence.text)

    text = "Porto"
    places = [
        read_sentence(file, Span(at, at + 5), text, "pt", score) for file, at, score in ((1, 0, 0.2), (2, 9, 0.7))
    ]
    assert [length(sentence) for sentence in places] == [5, 5]
    assert read == [(text, "pt")]
    assert length(read_sentence(1, Span(0, 5), text, "en", 0.2)) == 5
    assert length(read_sentence(1, Span(0, 6), "Lisboa", "pt", 0.2)) == 6  # drives out the one asked longest ago
    assert length(places[0]) == 5
    assert read == [(text, "pt"), (text, "en"), ("Lisboa", "pt"), (text, "pt")]
