from __future__ import annotations

import pytest

from qa_plugin.language.attribution import find_attributions
from qa_plugin.language.folding import fold


@pytest.mark.parametrize(
    ("language", "sentence", "name"),
    [
        ("en", "At least 12 died, according to the fire service.", "the fire service"),
        ("en", "The mayor said 12 people died.", "The mayor"),
        ("pt", "Segundo a Defesa Civil, 12 pessoas morreram.", "Defesa Civil"),
        ("pt", "Morreram 12 pessoas, disse o ministro da Saúde.", "ministro da Saúde"),
        ("fr", "Selon la préfecture, douze personnes sont mortes.", "préfecture"),
        ("ar", "وتقول مديرة المتحف إن اللصوص استولوا على 31 قطعة.", "مديرة المتحف"),
        ("ar", "أكد المتحدث أن 12 شخصا ماتوا.", "المتحدث"),
        ("ar", "مات 12 شخصا، بحسب وزارة الصحة.", "وزارة الصحة"),
        ("fa", "به گفته شهردار، ۱۲ نفر کشته شدند.", "شهردار"),
        ("fa", "ادعای غرب درباره اعزام نیرو", "غرب"),
    ],
)
def test_who_states_it(language: str, sentence: str, name: str) -> None:
    folded = fold(sentence)
    found = [sentence[slice(*folded.span(a.start, a.end))] for a in find_attributions(folded, language)]
    assert name in found


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Twelve people died in the fire."), ("fa", "۱۲ نفر کشته شدند."), ("ar", "مات 12 شخصا في الحريق.")],
)
def test_a_sentence_may_speak_for_itself(language: str, sentence: str) -> None:
    assert find_attributions(fold(sentence), language) == []
