"""Which sentences are surely in another language than their reader's."""

from __future__ import annotations

import pytest

from qa_plugin.language.foreign import other_language


@pytest.mark.parametrize(
    ("language", "text", "other"),
    [
        ("fr", "بیش از ۴۰ قایق امسال در بندر تعمیر شد.", "fa"),
        ("en", "۱۲ ایستگاه", "fa"),
        ("ar", "More than 40 boats were repaired in the harbour this year.", "en"),
        ("fa", "وقال المتحدث باسم الوزارة إن القوات وصلت إلى المدينة من الشمال.", "ar"),
        ("en", "Mais de 40 barcos foram reparados este ano, disse o mestre do estaleiro.", "pt"),
        ("pt", "Le musée a rouvert ses portes après deux ans de travaux, selon la directrice.", "fr"),
        ("fr", "The museum opened its doors again after two years, the director said.", "en"),
        ("pt", "El museo abrió sus puertas después de dos años, según la directora del centro.", "es"),
    ],
)
def test_another_language_is_told(language: str, text: str, other: str) -> None:
    assert other_language(text, language) == other


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The spokesman of the Instituto Nacional da Saúde said that 40 boats were repaired."),
        ("en", "He said: “Mais de 40 barcos foram reparados este ano, disse o mestre do estaleiro.”"),
        ("en", "Joaquim Almeida da Silva"),
        ("en", "De 40 à 50"),
        ("en", "40"),
        ("en", ""),
        ("ar", "NATO"),
        ("fa", "Boeing 737"),
        ("fr", "Selon le Washington Post, 40 bateaux ont été réparés."),
        ("pt", "Foram reparados 40 barcos no porto."),
        ("und", "Mais de 40 barcos foram reparados este ano, disse o mestre do estaleiro."),
    ],
)
def test_what_may_be_the_readers_own_is_left_alone(language: str, text: str) -> None:
    assert other_language(text, language) is None
