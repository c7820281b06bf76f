from __future__ import annotations

import tracemalloc
import unicodedata

import pytest

from qa_plugin.language.folding import bare, cleaned, fold, fold_text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ﺑﻪ ﮔﺰارش ﺧﺒﺮﮔﺰاری", "به گزارش خبرگزاری"),  # presentation forms
        ("كتاب علي", "کتاب علی"),
        ("كتـــاب", "کتاب"),
        ("مُحَمَّد", "محمد"),
        ("می‌روند", "میروند"),
        ("\u202bنص\u202c \u200eabc\u200f", "نص abc"),
        ("۱۲٬۳۴۵ ١٢٣ १२३", "12٬345 123 123"),
        ("１２３ ＡＢＣ", "123 abc"),
        ("STRASSE Straße", "strasse strasse"),
        ("“x” «y» ‘z’", '"x" "y" \'z\''),
        ("a\u00a0b\u202fc\u2009d", "a b c d"),
        ("2018–19", "2018-19"),
        ("e\u0301te\u0301", "été"),
        ("ا\u0653ب", "اب"),
        ("ﷺ", fold_text("صلى الله عليه وسلم")),
    ],
)
def test_folds(written: str, folded: str) -> None:
    assert fold_text(written) == folded
    assert fold(written).text == folded


@pytest.mark.parametrize(
    "text",
    [
        "plain ascii",
        "می‌روند به گفت‌وگوهای ۱۰٬۰۰۰",
        "ﻻ إله ﷺ e\u0301te\u0301 Straße ﬁn",
        "\ufeffBOM and \u200eLRM\u200f … done",
        "نُصٌّ مُشَكَّلٌ كَامِلٌ",
    ],
)
def test_every_folded_character_leads_back_to_what_it_came_from(text: str) -> None:
    folded = fold(text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert folded.text[at] in fold_text(text[start:end])
    assert [folded.offset(i) for i in range(len(folded.text))] == sorted(
        folded.offset(i) for i in range(len(folded.text))
    )


def test_a_quote_is_cut_with_its_marks() -> None:
    text = "قال: «كَتَبَ الرَّجُلُ» ثم"
    folded = fold(text)
    at = folded.text.index("کتب الرجل")
    start, end = folded.span(at, at + len("کتب الرجل"))
    assert text[start:end].startswith("كَتَبَ")
    assert fold_text(text[start:end]) == "کتب الرجل"


def test_position_is_the_way_there() -> None:
    text = "می‌روند ﷺ ۱۰٬۰۰۰"
    folded = fold(text)
    at = text.index("۱۰")
    assert folded.text[folded.position(at) :].startswith("10٬000")


def test_folding_is_idempotent() -> None:
    once = fold_text("ﺑﻪ كِتَاب Étude «10 000» ٪")
    assert fold_text(once) == once


def test_bare_takes_accents_off_latin_words_only() -> None:
    assert bare("coréia") == "coreia"
    assert bare("çà") == "ca"
    assert bare("کتاب") == "کتاب"
    assert bare("œuvre") == "oeuvre"


def test_bare_is_the_same_of_a_line_and_of_its_words() -> None:
    words = [
        "señor",
        "crème",
        "brûlée",
        "œuvre",
        "łódź",
        "d'été",
        "ångström",
        "دولة",
        "دولت",
        "ı",
        "þing",
        "한국",
        "क़लम",
    ]
    assert bare(" ".join(words)) == " ".join(map(bare, words))
    assert bare("e\u0301\u0328 i\u0307") == "e i"


def test_bare_keeps_nothing_of_lines() -> None:
    bare("é" * 2_000)
    tracemalloc.start()
    for at in range(1_000):
        bare(f"é{at} " * 500)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 100_000


def test_cleaned_leaves_no_character_that_acts() -> None:
    hostile = "a\x1b[31mb\x00c\u202ed\u2066e\u200bf\U000e0041g\ud800h\u200ci\x9bj"
    shown = cleaned(hostile)
    assert shown == "a[31mbcdefghij"
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in shown)


def test_cleaned_keeps_joiners_where_the_script_needs_them() -> None:
    assert cleaned("می‌روند") == "می‌روند"
    assert cleaned(cleaned("می‌روند x\u200cy")) == cleaned("می‌روند x\u200cy") == "می‌روند xy"


def test_what_a_character_becomes_does_not_change_again() -> None:
    # `fold` replaces one character after another, so what one becomes must not be replaced once more.
    for code in range(0x110000):
        folded = fold_text(chr(code))
        assert fold_text(folded) == folded, hex(code)
