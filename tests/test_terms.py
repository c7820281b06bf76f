from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa_plugin.language import lexicon, lexicon_build
from qa_plugin.language.folding import fold_text
from qa_plugin.language.lexicon import concept_name, concepts
from qa_plugin.language.stems import forms, stem
from qa_plugin.language.terms import find_terms, keys, stop_words


def _concepts(word: str, language: str) -> set[str]:
    return {concept_name(c) for c in concepts(fold_text(word), language)}


@pytest.mark.parametrize(
    "row",
    [
        "en:troops pt:soldados fr:soldats ar:جنودها fa:سربازان",
        "en:elections pt:eleições fr:élections ar:والانتخابات fa:انتخابات",
        "en:hospitals pt:hospitais fr:hôpitaux ar:المستشفيات fa:بیمارستان‌ها",
        "en:minister pt:ministros fr:ministres ar:الوزراء fa:وزیران",
        "en:water pt:água fr:eaux ar:المياه fa:آب",
    ],
)
def test_words_of_one_meaning_meet_in_any_form(row: str) -> None:
    found = [_concepts(word, language) for language, word in (part.split(":") for part in row.split())]
    assert set.intersection(*found), found


def test_unaccented_questions_reach_the_same_concepts() -> None:
    assert _concepts("eleicoes", "pt") == _concepts("eleições", "pt") != set()


def test_phrases_are_one_term() -> None:
    for language, text in (
        ("en", "the prime minister"),
        ("ar", "رئيس الوزراء"),
        ("fa", "نخست‌وزیر"),
        ("fa", "نخست وزیر"),
    ):
        names = [concept_name(int(k[1:])) for k in keys(text, language) if k[0] == "c"]
        assert names == ["prime minister"], (language, names)


def test_numbers_are_terms_by_value() -> None:
    expected = "v10000"
    for language, text in (
        ("en", "10,000"),
        ("pt", "10.000"),
        ("fr", "10 000"),
        ("fa", "۱۰ هزار"),
        ("pt", "dez mil"),
    ):
        assert expected in keys(text, language)


def test_names_meet_across_scripts() -> None:
    english = {k for k in keys("Lavrov spoke", "en") if k[0] == "n"}
    assert english & set(keys("قال لافروف", "ar"))
    assert english & set(keys("لاوروف گفت", "fa"))


def test_stop_words_are_no_terms() -> None:
    assert keys("what is the", "en") == []
    assert "از" in stop_words("fa")


def test_places_of_terms() -> None:
    text = fold_text("10 mil soldados")
    assert next((t.key, text[t.start : t.end]) for t in find_terms("10 mil soldados", "pt")) == (
        "v10000",
        "10 mil",
    )


def test_forms_begin_with_the_word_itself() -> None:
    assert forms("والعسكریه", "ar")[0] == "والعسكریه"
    assert "عسكریه" in forms("والعسكریه", "ar")
    assert stem("running", "en") == "run"


def test_compiled_lexicon_is_that_of_its_rows(repository: Path) -> None:
    compiled = json.loads((repository / "qa_plugin/data/lexicon.json").read_text("utf-8"))
    built = json.loads(json.dumps(lexicon_build.build()))
    assert compiled["version"] == built["version"], "run python -m qa_plugin.language.lexicon_build"
    assert compiled == built


def test_rows_are_well_formed() -> None:
    for row in lexicon_build.rows():
        assert row["en"], row
        for forms_of_language in row.values():
            assert all("|" not in form and form.strip() == form for form in forms_of_language)


def test_lexicon_knows_five_languages() -> None:
    assert set(lexicon.languages()) == {"en", "pt", "fr", "ar", "fa"}
    assert lexicon.lexicon("xx").words == {}
