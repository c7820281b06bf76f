from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.evidence.statements.occasions import Occasion, occasion_signals
from qa_plugin.language.detection import detect
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.records import Span

PUBLISHED = date(2025, 12, 4)


def told(question: str, text: str, language: str) -> dict[str, dict[str, float]]:
    """The signals of each date of a sentence, by its words."""
    asked = read_question(question, detect(question))
    slots: Sequence[Weighted] = [Weighted(slot, 1.0, absent=False) for slot in asked.slots]
    sentence = read_sentence(1, Span(0, len(text)), text, language, 1.0)
    found = find_candidates(asked, slots, sentence, PUBLISHED)
    signals = occasion_signals(Occasion.of(asked, slots), sentence, found, PUBLISHED)
    return {candidate.words: one for candidate, one in zip(found, signals, strict=True)}


@pytest.mark.parametrize(
    ("question", "text", "language", "own", "said"),
    [
        (
            "When did the bridge collapse?",
            "The bridge collapsed on Sunday, the harbour office said on Wednesday.",
            "en",
            "Sunday",
            "Wednesday",
        ),
        (
            "When was the mayor arrested?",
            "O Ministério anunciou na quinta-feira que o presidente da câmara foi detido na segunda-feira.",
            "pt",
            "segunda-feira",
            "quinta-feira",
        ),
        (
            "متى انهار سقف المسرح؟",
            "قال الدفاع المدني يوم الاثنين إن سقف المسرح انهار مساء السبت.",
            "ar",
            "السبت",
            "الاثنين",
        ),
        (
            "Quand la grange a-t-elle brûlé ?",
            "Le maire a annoncé mercredi que la grange, brûlée mardi, ne serait pas reconstruite.",
            "fr",
            "mardi",
            "mercredi",
        ),
        (
            "کارخانه کی تعطیل شد؟",
            "وزیر روز شنبه اعلام کرد که کارخانه پنجشنبه تعطیل شد.",
            "fa",
            "پنجشنبه",
            "شنبه",
        ),
    ],
)
def test_the_day_of_an_event_is_told_from_the_day_of_telling(
    question: str, text: str, language: str, own: str, said: str
) -> None:
    found = told(question, text, language)
    assert found[own]["event_own"] == 1.0
    assert found[own]["event_told"] == 0.0
    assert found[said]["event_own"] == 0.0
    assert found[said]["event_told"] == 1.0


def test_what_is_announced_with_its_day_is_of_that_day() -> None:
    text = "مدیرکل راه از گشایش تونل در روز شنبه ۱۵ آذر خبر داد."
    signals = told("When does the tunnel open?", text, "fa")["شنبه ۱۵ آذر"]
    assert (signals["event_own"], signals["event_told"]) == (1.0, 0.0)


def test_of_two_dates_in_a_clause_the_nearer_one_is_the_events() -> None:
    found = told("When did she resign?", "She was elected on 3 May and resigned on 9 June.", "en")
    assert (found["3 May"]["event_own"], found["9 June"]["event_own"]) == (0.0, 1.0)


def test_what_is_still_to_come_does_not_answer_a_question_about_the_past() -> None:
    text = "The museum will open again on 3 March 2026."
    assert told("When did the museum open?", text, "en")["3 March 2026"]["event_tense"] == 1.0
    assert told("When will the museum open?", text, "en")["3 March 2026"]["event_tense"] == 0.0


def test_the_day_of_writing_at_the_head_of_a_report_is_no_events() -> None:
    text = "LISBON, 2 December (Reuters) - The central bank raised its rate on Monday."
    found = told("When did the court rule?", text, "en")
    assert (found["2 December"]["event_line"], found["Monday"]["event_line"]) == (1.0, 0.0)


def test_since_begins_a_state_and_does_not_date_its_end() -> None:
    text = "Une caisse bloquée depuis le 2 avril au port a été libérée mardi."
    found = told("When was the crate released?", text, "fr")
    assert (found["2 avril"]["event_since"], found["mardi"]["event_own"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("question", "text", "language", "day"),
    [
        (
            "Quand le ferry a-t-il chaviré ?",
            "Trois jours après le chavirement, les plongeurs ont remonté mercredi cinq corps.",
            "fr",
            "mercredi",
        ),
        ("When did the ferry sink?", "Two days after the sinking, divers went down again on Tuesday.", "en", "Tuesday"),
        (
            "When did the ferry capsize?",
            "سه روز پس از واژگونی کشتی، غواصان روز چهارشنبه پنج پیکر را یافتند.",
            "fa",
            "چهارشنبه",
        ),
        (
            "When did the ferry sink?",
            "Dois dias depois do naufrágio, os mergulhadores voltaram na terça-feira.",
            "pt",
            "terça-feira",
        ),
    ],
)
def test_a_day_reckoned_from_an_event_is_not_its_own(question: str, text: str, language: str, day: str) -> None:
    signals = next(one for words, one in told(question, text, language).items() if day in words)
    assert signals["event_after"] == 1.0
    assert signals["event_astray"] == 1.0


def test_a_day_in_the_clause_of_its_event_is_its_own_behind_after_too() -> None:
    signals = told("When did the ferry sink?", "Divers went down after the ferry sank on Sunday.", "en")["Sunday"]
    assert signals["event_after"] == 0.0
