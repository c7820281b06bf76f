"""Places of the lexicon: their names in five languages, what is a place, and which words are none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qa_plugin.language import lexicon_build
from qa_plugin.language.folding import fold_text
from qa_plugin.language.lexicon import concept_name, concepts, is_place
from qa_plugin.language.stems import ARTICLES
from qa_plugin.language.terms import keys


def _places(text: str, language: str) -> set[str]:
    found = {int(key[1:]) for key in keys(text, language) if key[0] == "c"}
    return {concept_name(concept) for concept in found if is_place(concept)}


def _concepts(word: str, language: str) -> set[str]:
    return {concept_name(concept) for concept in concepts(fold_text(word), language)}


@pytest.mark.parametrize(
    "row",
    [
        "en:Lisbon|pt:Lisboa|pt:lisboetas|fr:Lisbonne|ar:لشبونة|fa:لیسبون",
        "en:Casablanca|pt:Casablanca|fr:Casablanca|ar:الدار البيضاء|fa:کازابلانکا",
        "en:Alexandria|pt:Alexandria|fr:Alexandrie|ar:بالإسكندرية|fa:اسکندریه",
        "en:Florence|pt:Florença|fr:Florence|fr:florentines|ar:فلورنسا|fa:فلورانس",
        "en:the Azores|pt:açorianas|fr:les Açores|ar:جزر الأزور|fa:آزور",
        "en:Burgundy|pt:Borgonha|fr:bourguignonne|ar:بورغونيا|fa:بورگونی",
        "en:the West Bank|pt:Cisjordânia|fr:Cisjordanie|ar:والضفة الغربية|fa:کرانه باختری",
        "en:the Strait of Hormuz|pt:estreito de Ormuz|fr:détroit d'Ormuz|ar:مضيق هرمز|fa:تنگه هرمز",
        "en:the Nile|pt:rio Nilo|fr:le Nil|ar:نهر النيل|fa:رود نیل",
        "en:Crimean|pt:Crimeia|fr:Crimée|ar:القرم|fa:شبه‌جزیره کریمه",
        "en:Londoners|pt:londrinos|fr:londonienne|ar:لندن|fa:لندنی",
        "en:Ukraine|pt:ucranianas|fr:ukrainiennes|ar:أوكرانية|fa:اوکراینی",
        "en:Jordanians|pt:jordanas|fr:jordanienne|ar:الأردنيون|fa:اردنی",
        "en:North Carolina|pt:Carolina do Norte|fr:Caroline du Nord|ar:كارولاينا الشمالية|fa:کارولینای شمالی",
    ],
)
def test_a_place_is_the_same_in_every_language(row: str) -> None:
    found = [_places(text, language) for language, text in (cell.split(":", 1) for cell in row.split("|"))]
    assert found[0]
    assert all(names == found[0] for names in found), found


@pytest.mark.parametrize("word", ["Portugal", "Zambia", "Tuvalu", "Europe", "Bronx", "Amazon", "Mediterranean"])
def test_countries_continents_quarters_rivers_and_seas_are_places(word: str) -> None:
    assert _places(word, "en")


@pytest.mark.parametrize("word", ["Trump", "Hamas", "Tesla", "Reuters", "Arab", "jersey", "city", "river", "capital"])
def test_people_companies_and_common_nouns_are_no_places(word: str) -> None:
    assert concepts(fold_text(word), "en")
    assert not _places(word, "en")


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("minha", "pt"), ("vendem", "pt"), ("pará", "pt"), ("sir", "pt"), ("servido", "pt"), ("cada", "pt"),
        ("parmi", "fr"), ("viens", "fr"), ("martin", "fr"), ("alice", "fr"), ("vendait", "fr"), ("bonnement", "fr"),
        ("mobile", "en"), ("reading", "en"), ("bath", "en"), ("nice", "en"), ("turn", "en"),
        ("رياضيين", "ar"), ("الرياضيون", "ar"), ("أردنا", "ar"), ("رمادية", "ar"), ("بايدن", "ar"), ("بنيامين", "ar"),
        ("اند", "fa"), ("باراک", "fa"), ("کرسی", "fa"), ("روان", "fa"), ("سومی", "fa"),
    ],
)  # fmt: skip
def test_words_that_resemble_a_place_are_none(word: str, language: str) -> None:
    assert not [c for c in concepts(fold_text(word), language) if is_place(c)]


def test_an_arabic_name_that_is_a_word_too_is_known_by_its_article() -> None:
    assert _concepts("رمادي", "ar") == {"grey"}
    for article in ARTICLES:
        assert "ramadi" in _concepts(article + "رمادي", "ar"), article
    assert "grey" in _concepts("الرمادي", "ar")
    assert "riyadh" in _concepts("الرياض", "ar") & _concepts("وبالرياض", "ar") & _concepts("للرياض", "ar")


def test_every_row_of_a_file_of_places_is_one(repository: Path) -> None:
    for name in lexicon_build._PLACE_FILES:
        text = (repository / "qa_plugin/data/lexicon" / name).read_text("utf-8")
        rows = lexicon_build._rows_of(name, text)
        assert rows
        assert [row["en"][0] for row in rows if not _places(row["en"][0], "en")] == []


def test_no_form_of_a_place_is_listed_twice_or_holds_a_stray_mark() -> None:
    for row, place in lexicon_build._package_rows():
        if place:
            for language, forms in row.items():
                assert len(forms) == len(set(forms)), row
                assert not set("()[];:؛،0123456789") & set("".join(forms)), (language, row)


def test_an_added_folder_has_places_of_its_own(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon/places.txt").write_text("en|de\nlisbon|Lissabon\nzzyzx springs|Zzyzx\n", encoding="utf-8")
    (tmp_path / "lexicon/words.txt").write_text("en|de\nwater|Wasser\n", encoding="utf-8")
    program = (
        "import json; from qa_plugin.data import use_folder; from pathlib import Path;"
        f"use_folder(Path({str(tmp_path)!r})); from qa_plugin.language.lexicon import concepts, is_place;"
        "found = [concepts(w, 'de') for w in ('lissabon', 'zzyzx', 'wasser', 'schweiz')];"
        "print(json.dumps([[is_place(c) for c in ids] for ids in found]))"
    )
    build = [sys.executable, "-m", "qa_plugin.language.lexicon_build", "--data", str(tmp_path)]
    subprocess.run(build, check=True, cwd=repository, timeout=120)
    ran = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=repository, timeout=60
    )
    assert json.loads(ran.stdout) == [[True], [True], [False], [True]]
