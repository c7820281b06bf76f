from __future__ import annotations

import pytest

from qa_plugin.language.questions import read_question


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "How many troops were deployed?", "count"),
        ("pt", "Quantos soldados foram enviados?", "count"),
        ("fr", "Combien de soldats ont été envoyés ?", "count"),
        ("ar", "كم جنديا أرسلت الحكومة؟", "count"),
        ("fa", "چند نیرو اعزام شده است؟", "count"),
        ("en", "What percentage of teachers went on strike?", "percent"),
        ("fr", "Quel pourcentage des enseignants a fait grève ?", "percent"),
        ("fa", "چند درصد معلمان اعتصاب کردند؟", "percent"),
        ("en", "How much did the bridge cost?", "money"),
        ("pt", "Quanto custou a ponte?", "money"),
        ("fr", "Combien a coûté le pont ?", "money"),
        ("ar", "كم بلغت تكلفة الجسر؟", "money"),
        ("en", "When did the fire start?", "date"),
        ("pt", "Em que ano foi construída a ponte?", "date"),
        ("ar", "متى بدأ الحريق؟", "date"),
        ("fa", "در چه سالی پل ساخته شد؟", "date"),
        ("en", "Where did they meet?", "where"),
        ("fr", "Où se sont-ils rencontrés ?", "where"),
        ("ar", "أين التقى الوزيران؟", "where"),
        ("fa", "آنها در کجا دیدار کردند؟", "where"),
        ("en", "Who signed the treaty?", "who"),
        ("pt", "Quem assinou o tratado?", "who"),
        ("ar", "من وقع الاتفاق؟", "who"),
        ("fa", "چه کسی توافق را امضا کرد؟", "who"),
        ("en", "Why was the match postponed?", "why"),
        ("fr", "Pourquoi le match a-t-il été reporté ?", "why"),
        ("en", "Have both countries confirmed the deployment?", "yesno"),
        ("fa", "آیا دو کشور اعزام را تایید کردند؟", "yesno"),
        ("en", "How long did the flight take?", "duration"),
        ("en", "How old is the suspect?", "age"),
        ("en", "Tell me about the flood", "other"),
    ],
)
def test_kind_of_question(language: str, text: str, kind: str) -> None:
    assert read_question(text, language).kind == kind


@pytest.mark.parametrize(
    ("language", "text", "focus"),
    [
        ("en", "How many North Korean soldiers have died?", "soldiers"),
        ("pt", "Quantos soldados norte-coreanos morreram?", "soldados"),
        ("fr", "Combien de soldats Pyongyang a-t-il déployés ?", "soldats"),
        ("ar", "كم عدد الجنود الذين قتلوا؟", "الجنود"),
        ("ar", "كم بلغ إجمالي الإصابات منذ بداية الوباء؟", "الاصابات"),
        ("fa", "شمار جان‌باختگان غرق شدن کشتی چند نفر است؟", "شمار جانباختگان"),
        ("fa", "کره شمالی چند نیرو اعزام کرده است؟", "نیرو"),
    ],
)
def test_the_thing_counted(language: str, text: str, focus: str) -> None:
    assert [slot.word for slot in read_question(text, language).focus] == [focus]


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("en", "According to the fire service, how many people died?", {"fire", "service", "fire service"}),
        ("fr", "Combien de soldats Pyongyang a-t-il déployés selon Reuters ?", {"reuters"}),
        ("pt", "Segundo a Lusa, quantas escolas fecharam?", {"lusa"}),
    ],
)
def test_whose_statement_is_wanted(language: str, text: str, source: set[str]) -> None:
    question = read_question(text, language)
    assert {slot.word for slot in question.according} <= source
    assert question.according
    assert not {slot.word for slot in question.slots} & source


def test_the_unit_asked_in() -> None:
    unit = read_question("How many hectares burned?", "en").unit
    assert unit is not None
    assert unit.name == "hectare"


def test_a_question_without_words_has_no_slots() -> None:
    assert read_question("?", "und").slots == ()


@pytest.mark.parametrize(
    ("text", "wanted", "asking"),
    [
        ("What did the hog that killed a farmer weigh?", {"hog", "killed", "farmer"}, {"weigh"}),
        ("How did the Europa League game against Villarreal finish?", {"villarreal"}, {"finish"}),
        ("What bail was set for the man?", {"bail", "man"}, {"what"}),
        ("How much money did the tower cost?", {"tower", "cost"}, {"money"}),
        ("What percentage of the votes was invalid?", {"votes", "invalid"}, {"percentage"}),
    ],
)
def test_what_stands_inside_the_words_that_ask_is_searched_for(text: str, wanted: set[str], asking: set[str]) -> None:
    """The words that ask are no search terms, but those between them are."""
    words = {slot.word for slot in read_question(text, "en").slots}
    assert wanted <= words
    assert not asking & words
