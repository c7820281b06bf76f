"""What numbers count and in what frame they stand, by hand-written sentences of five languages.

The files in `counted/` hold a sentence a line, and under it its numbers: `number = head | state | flags`. A state is
the name of a concept; `*` leaves a part open, `-` says that there is none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.counted import Counted, counted
from qa_plugin.evidence.counting.frames import Frame, frame
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.records import Span

FOLDER = Path(__file__).parent / "counted"

_NOT_NOTED = frozenset({"amounts", "period", "out_of", "erratum"})
"""Traits that the sentences of the files may have beside those noted there."""


class Case(NamedTuple):
    language: str
    sentence: str
    number: str
    head: str
    state: str
    flags: str


def read_cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted(FOLDER.glob("*.txt")):
        sentence = ""
        for line in file.read_text("utf-8").splitlines():
            if not line.startswith(" "):
                sentence = line
                continue
            number, _, rest = line.strip().partition(" = ")
            head, state, flags = (part.strip() for part in rest.split("|"))
            found.append(Case(file.stem, sentence, number, head, state, flags))
    return found


def read(text: str, language: str) -> Sentence:
    return read_sentence(0, Span(0, len(text)), text, language, 1.0)


def quantity_of(sentence: Sentence, number: str) -> Quantity:
    """The quantity whose digits or words are these, a unit behind them or not."""
    wanted = fold_text(number)
    text = sentence.folded.text
    at = re.search(rf"(?<![\d.,]){re.escape(wanted)}(?!\d)", text)
    assert at is not None, number
    return next(
        q
        for q in find_quantities(text, sentence.language)
        if q.number_start <= at.start() < q.number_end and not q.weak
    )


def problems(case: Case) -> list[str]:
    sentence = read(case.sentence, case.language)
    quantity = quantity_of(sentence, case.number)
    what, how = counted(sentence, quantity), frame(sentence, quantity)
    found: list[str] = []
    head = bare(sentence.folded.text[what.head[0] : what.head[1]]) if what.head else "-"
    if case.head not in {"*", head} and bare(fold_text(case.head)) != head:
        found.append(f"head {head}")
    states = {concept_name(int(key[1:])) for key in what.state}
    if case.state != "*" and not (case.state in states or (case.state == "-" and not states)):
        found.append(f"state {states or '-'}")
    expected = set() if case.flags == "-" else set(case.flags.split(","))
    if case.flags != "*" and how.names - (_NOT_NOTED - expected) != expected:
        found.append(f"flags {sorted(how.names) or '-'}")
    return found


CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language} {case.number} {case.head}")
def test_what_a_number_counts(case: Case) -> None:
    assert problems(case) == []


def counted_in(text: str, language: str, number: str) -> Counted:
    sentence = read(text, language)
    return counted(sentence, quantity_of(sentence, number))


def asked(word: str, language: str) -> set[str]:
    """The search terms of a word of a question."""
    return {term.key for term in read(word, language).terms}


def test_what_is_counted_in_one_language_meets_the_question_in_another() -> None:
    found = counted_in("۱۲ تن از سربازان کره شمالی کشته شدند.", "fa", "۱۲")
    assert asked("soldiers", "en") & set(found.keys)
    assert asked("kill", "en") & set(found.state)


def test_adjectives_and_complements_are_said_of_the_head() -> None:
    found = counted_in("About 30 North Korean soldiers died.", "en", "30")
    assert asked("North Korean", "en") & set(found.modifiers)
    found = counted_in("Morreram 12 membros da oposição síria.", "pt", "12")
    assert asked("oposição", "pt") & set(found.modifiers)
    assert not asked("oposição", "pt") & set(found.keys)


def test_a_word_that_counts_people_is_no_unit() -> None:
    people = counted_in("۵ تن کشته شدند و ۴۰ تن گندم سوخت.", "fa", "۵")
    wheat = counted_in("۵ تن کشته شدند و ۴۰ تن گندم سوخت.", "fa", "۴۰")
    assert people.unit is None
    assert asked("people", "en") & set(people.keys)
    assert wheat.unit is not None
    assert wheat.unit.name == "tonne"
    assert asked("wheat", "en") & set(wheat.keys)


def test_a_number_without_a_noun_says_so_and_names_what_was_counted_before() -> None:
    found = counted_in("The blast killed 12 soldiers; 30 were wounded.", "en", "30")
    assert found.elliptic
    assert asked("wounded", "en") & set(found.keys)
    assert asked("soldiers", "en") & set(found.antecedent)
    assert not counted_in("The blast killed 12 soldiers; 30 were wounded.", "en", "12").elliptic


def test_the_subject_is_added_to_a_word_that_only_says_people() -> None:
    found = counted_in("ارتفع عدد القتلى إلى 61 شخصا.", "ar", "61")
    assert asked("person", "en") & set(found.keys)
    assert asked("kill", "en") & set(found.state)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("The treaty was signed in 2015 after long talks.", "en", "2015"),
        ("O acordo foi assinado em 12 de maio de 2015.", "pt", "12"),
        ("La réunion commence à 14h30 à Paris.", "fr", "14"),
    ],
)
def test_dates_and_times_count_nothing(text: str, language: str, number: str) -> None:
    sentence = read(text, language)
    start = sentence.folded.text.index(number)
    for quantity in find_quantities(sentence.folded.text, language):
        if quantity.number_start <= start < quantity.number_end:
            assert counted(sentence, quantity) == Counted()
            assert frame(sentence, quantity) == Frame()


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("The blast killed 12 soldiers and wounded 30.", "en", "12"),
        ("The minister, who will resign, visited 30 schools.", "en", "30"),
        ("Not far from the border, 30 houses burned.", "en", "30"),
        ("O presidente visitou 30 escolas, mas não prometeu obras.", "pt", "30"),
        ("Les 30 élèves ont visité le musée, qui sera fermé lundi.", "fr", "30"),
        ("زار الوزير 30 مدرسة في سيناء وستة مصانع.", "ar", "30"),
        ("در این شهر ۳۰ مدرسه وجود دارد.", "fa", "۳۰"),
        ("The council approved the plan by five votes against two.", "en", "two"),
        ("Prices of 30 goods were frozen in May.", "en", "30"),
        ("Police caught 12 men before the raid.", "en", "12"),
        ("São 600 os camiões à espera na fronteira.", "pt", "600"),
        ("O texto passou com cinco votos contra dois.", "pt", "dois"),
        ("Le maire, qui partira en juin, a reçu 40 élus.", "fr", "40"),
        ("اعتقل 30 شخصا من قبل الشرطة.", "ar", "30"),
    ],
)
def test_a_plain_statement_has_no_flags(text: str, language: str, number: str) -> None:
    sentence = read(text, language)
    assert frame(sentence, quantity_of(sentence, number)).names == frozenset()


def test_a_flag_tells_the_words_that_say_so() -> None:
    sentence = read("Le bilan est de 61 morts, au lieu de 30 annoncés.", "fr")
    flag = next(f for f in frame(sentence, quantity_of(sentence, "30")).flags if f.name == "former")
    assert sentence.folded.text[flag.start : flag.end] == "au lieu de"


def test_a_range_that_is_a_change_is_told() -> None:
    sentence = read("The toll rose from 30 to 61.", "en")
    assert frame(sentence, quantity_of(sentence, "61")).names == {"current"}


@pytest.mark.parametrize(
    ("language", "text", "number", "names"),
    [
        ("en", "The toll has reached 61 dead.", "61", {"current", "amounts"}),
        ("en", "The toll has risen to 61 dead.", "61", {"current"}),
        ("fr", "La dette s'élève à 61 millions d'euros.", "61 millions", {"current", "amounts"}),
        ("ar", "بلغت الكلفة 61 مليون دينار.", "61 مليون", {"current", "amounts"}),
        ("ar", "ارتفعت الحصيلة إلى 61 قتيلا.", "61", {"current"}),
    ],
)
def test_what_a_number_has_reached_need_not_have_grown(language: str, text: str, number: str, names: set[str]) -> None:
    sentence = read(text, language)
    assert frame(sentence, quantity_of(sentence, number)).names == names


def test_a_language_without_a_table_still_gives_a_head() -> None:
    sentence = read("Bei dem Angriff starben 12 Soldaten.", "de")
    found = counted(sentence, quantity_of(sentence, "12"))
    assert found.head is not None
    assert sentence.folded.text[slice(*found.head)] == "soldaten"


def test_every_cue_of_the_table_is_of_a_known_language() -> None:
    table = load_toml("counted.toml")
    languages = {"en", "pt", "fr", "ar", "fa"}
    for rows in (*table["cues"].values(), table["change"]):
        assert set(rows) == languages
