"""What a translation adds to a question: readings of its words, never words that must be there as well."""

from __future__ import annotations

import pytest

from qa_plugin.language.questions import Question, Slot, read_question
from qa_plugin.language.readings import merge, unknown_slots


def _words(slots: tuple[Slot, ...]) -> list[str]:
    return [slot.word for slot in slots]


def _slot(question: Question, word: str) -> Slot:
    return next(slot for slot in (*question.slots, *question.according) if slot.word == word)


@pytest.mark.parametrize(
    ("text", "language", "unknown"),
    [
        ("How many boats were repaired?", "en", []),
        ("How many zorbles were repaired?", "en", ["zorbles"]),
        ("How many people live in Zorbleton?", "en", []),
        ("How many boats were repaired in 2024?", "en", []),
        ("Quantas plimoas foram reparadas?", "pt", ["plimoas"]),
    ],
)
def test_words_that_nothing_carries_across_are_known_as_such(text: str, language: str, unknown: list[str]) -> None:
    assert _words(unknown_slots(read_question(text, language))) == unknown


def test_a_word_takes_the_place_of_the_one_it_translates() -> None:
    question = read_question("How many zorbles were repaired?", "en")
    merged = merge(
        question, {"pt": "Quantas plimoas foram reparadas?", "fr": "Combien de grinchettes a-t-on réparés ?"}
    )
    zorbles = _slot(merged, "zorbles")
    for word, language in (("plimoas", "pt"), ("grinchettes", "fr")):
        (own,) = [s for s in read_question(f"Quantas {word}?", language).slots if s.word == word]
        assert set(own.keys) <= set(zorbles.keys)
    assert zorbles.keys[: len(_slot(question, "zorbles").keys)] == _slot(question, "zorbles").keys
    assert _words(merged.slots) == _words(question.slots)
    assert [slot.focus for slot in merged.slots] == [slot.focus for slot in question.slots]
    assert (merged.text, merged.kind, merged.unit) == (question.text, question.kind, question.unit)


def test_a_word_of_another_script_too() -> None:
    question = read_question("How many zorbles were repaired?", "en")
    merged = merge(question, {"fa": "چند پلیمو تعمیر شد؟"})
    (persian,) = [slot for slot in read_question("چند پلیمو تعمیر شد؟", "fa").slots if slot.word == "پلیمو"]
    assert set(persian.keys) <= set(_slot(merged, "zorbles").keys)
    assert set(persian.keys).isdisjoint(_slot(merged, "repaired").keys)


def test_a_phrase_in_place_of_one_word_keeps_all_its_words() -> None:
    question = read_question("How many zorbles were repaired?", "en")
    merged = merge(question, {"pt": "Quantas plimoas trimadas foram reparadas?"})
    assert {"splimo", "strim"} <= set(_slot(merged, "zorbles").keys)
    assert len(merged.slots) == len(question.slots)


def test_more_unknown_words_go_each_to_the_nearest_place() -> None:
    question = read_question("How many zorbles did the grimmock repair?", "en")
    merged = merge(question, {"pt": "Quantas plimoas o vacheque reparou?"})
    assert any(key.startswith("splimo") for key in _slot(merged, "zorbles").keys)
    assert any(key.startswith("svachequ") for key in _slot(merged, "grimmock").keys)
    assert not any(key.startswith("svachequ") for key in _slot(merged, "zorbles").keys)


def test_the_words_of_whose_statement_is_wanted_stay_so() -> None:
    question = read_question("According to the zorblery, how many boats were repaired?", "en")
    assert _words(question.according)
    merged = merge(question, {"pt": "Segundo a plimoaria, quantos barcos foram reparados?"})
    assert any(key.startswith("splimo") for slot in merged.according for key in slot.keys)
    assert not any(key.startswith("splimo") for slot in merged.slots for key in slot.keys)


def test_what_the_lexicon_knows_gets_no_other_meanings() -> None:
    question = read_question("How many boats were repaired?", "en")
    assert merge(question, {"pt": "Quantos barcos foram reparados?"}) == question


def test_no_translation_changes_nothing() -> None:
    question = read_question("How many zorbles were repaired?", "en")
    assert merge(question, {}) == question
    assert merge(question, {"pt": "?"}) == question


def test_a_question_without_words_stays_so() -> None:
    question = read_question("How many?", "en")
    assert merge(question, {"pt": "Quantos barcos?"}).slots == ()


def test_a_translated_word_belongs_to_the_whole_word_and_not_to_its_letters() -> None:
    question = read_question("מי פתח את האצטדיון?", "he")
    merged = merge(question, {"en": "Who opened the stadium?"})
    letters = [slot for slot in merged.slots if slot.keys[0][0] == "g"]
    assert letters
    assert all(len(slot.keys) == 1 for slot in letters)
    (stadium,) = [slot for slot in read_question("Who opened the stadium?", "en").slots if slot.word == "stadium"]
    assert set(stadium.keys) <= set(_slot(merged, "האצטדיון").keys)
