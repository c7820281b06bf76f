from __future__ import annotations

import itertools

import pytest

from qa_plugin.language.folding import fold_text
from qa_plugin.language.names import MAX_KEYS, skeletons

SAME = [
    "Lavrov|لافروف|لاوروف",
    "Shoigu|شويغو|شویگو",
    "Choïgou|شويغو|شویگو",
    "Kim|كيم|کیم",
    "Wonsan|وونسان|وونسان",
    "Zelensky|زيلنسكي|زلنسکی",
    "Poutine|بوتين|پوتین",
    "Macron|ماكرون|ماکرون",
    "Serguei|سيرغي|سرگئی",
    "Johnson|جونسون|جانسون",
    "Brown|براون|براون",
    "Trump|ترامب|ترامپ",
    "Koursk|كورسك|کورسک",
    "Manchester|مانشستر|منچستر",
    "Michael|مايكل|مایکل",
    "Chicago|شيكاغو|شیکاگو",
    "Tokareva|توكاريفا|توکاروا",
    "Alexander|ألكسندر|الکساندر",
    "Haddad|حداد|حداد",
]
OTHER = [
    "Kim",
    "Lavrov",
    "Trump",
    "Macron",
    "Wonsan",
    "Chicago",
    "Manchester",
    "Tokareva",
    "Zelensky",
    "Johnson",
]


@pytest.mark.parametrize("row", SAME)
def test_a_name_meets_itself_in_three_scripts(row: str) -> None:
    latin, arabic, persian = (fold_text(name) for name in row.split("|"))
    of_latin = set(skeletons(latin, "en"))
    assert of_latin & set(skeletons(arabic, "ar"))
    assert of_latin & set(skeletons(persian, "fa"))


def test_different_names_do_not_meet() -> None:
    for first, second in itertools.combinations(OTHER, 2):
        assert not set(skeletons(fold_text(first))) & set(skeletons(fold_text(second)))


def test_short_names_keep_their_vowels() -> None:
    assert not set(skeletons("kim")) & set(skeletons("kam"))
    assert skeletons("a") == ()


def test_few_keys() -> None:
    assert all(len(skeletons(word)) <= MAX_KEYS for word in ("gigachxgech", "cecigecich", "guggenheim"))


@pytest.mark.parametrize("row", ["Reza|رزا|رضا", "Nehme|نعمة|نعمه", "Rabwa|الربوة|ربوه", "Lena|لنا|لنا"])
def test_a_short_name_meets_itself_without_its_short_vowels(row: str) -> None:
    latin, arabic, persian = (fold_text(name) for name in row.split("|"))
    of_latin = set(skeletons(latin, "en"))
    assert of_latin & set(skeletons(arabic.removeprefix("ال"), "ar"))
    assert of_latin & set(skeletons(persian, "fa"))
