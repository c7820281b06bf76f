"""What a sentence says of what is asked: yes, no, open, planned; in five languages and across them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.evidence.statements.polarity import Stance, polarity_of, predicate_of
from qa_plugin.language.questions import read_question
from qa_plugin.records import Span

_CASES = Path(__file__).with_name("polarity_cases.txt")


def _cases() -> list[tuple[str, str, str, str, str]]:
    lines = _CASES.read_text("utf-8").splitlines()
    rows = [[part.strip() for part in line.split(" | ")] for line in lines if line and not line.startswith("#")]
    return [(a, b, c, d, e) for a, b, c, d, e in rows]


def _stance(asking: str, question: str, language: str, text: str) -> Stance:
    sentence = read_sentence(0, Span(0, len(text)), text, language, 1.0)
    return polarity_of(sentence, predicate_of(read_question(question, asking))).stance


@pytest.mark.parametrize(("asking", "question", "language", "text", "stance"), _cases())
def test_a_sentence_says_yes_or_no(asking: str, question: str, language: str, text: str, stance: str) -> None:
    assert _stance(asking, question, language, text).value == stance


def test_each_language_has_cases_of_both_signs() -> None:
    for language in ("en", "pt", "fr", "ar", "fa"):
        mine = [row for row in _cases() if row[0] == language]
        assert len(mine) >= 20
        assert {"affirms", "denies", "open", "plans", "none"} <= {row[4] for row in mine}


def test_a_language_without_a_table_has_no_stance() -> None:
    assert _stance("en", "Was the refinery sold?", "de", "Die Raffinerie wurde nicht verkauft.") is Stance.NONE


@pytest.mark.parametrize(
    ("language", "question", "text", "yet", "now"),
    [
        ("en", "Has the bridge reopened?", "The bridge has not yet reopened.", True, False),
        ("en", "Has the bridge reopened?", "The bridge has finally reopened.", False, True),
        ("pt", "O hospital foi reaberto?", "O hospital ainda não foi reaberto.", True, False),
        ("fr", "Le pont est-il ouvert ?", "Le pont est désormais ouvert.", False, True),
        ("ar", "هل فتح الجسر؟", "فتح الجسر لأول مرة.", False, True),
        ("fa", "آیا پل باز شده است؟", "پل هنوز باز نشده است.", True, False),
    ],
)
def test_words_of_time_are_told(language: str, question: str, text: str, *, yet: bool, now: bool) -> None:
    sentence = read_sentence(0, Span(0, len(text)), text, language, 1.0)
    found = polarity_of(sentence, predicate_of(read_question(question, language)))
    assert (found.yet, found.now) == (yet, now)
