"""The words of extracted claims: one claim for each voice, and long sentences cut."""

from __future__ import annotations

import pytest

from qa_plugin.answering.wording import MAX_CLAIM, claims_of, sentence_claim
from qa_plugin.evidence.candidates import attribution_of, only_claimed
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, read_sentence
from qa_plugin.language.folding import fold_text
from qa_plugin.language.quantities import find_quantities
from qa_plugin.language.questions import Question, read_question
from qa_plugin.records import Span


def read(text: str, language: str, file_id: int = 1) -> Sentence:
    return read_sentence(file_id, Span(100, 100 + len(text)), text, language, 1.0)


def test_a_long_sentence_is_cut_at_a_word() -> None:
    text = " ".join(["evidence"] * 80)
    cut = sentence_claim(read(text, "en")).text
    assert cut.endswith("evidence…")
    assert len(cut) <= MAX_CLAIM + 1
    assert sentence_claim(read("A  short\none.", "en")).text == "A short one."


def found(question: Question, text: str, language: str, file_id: int, value: float | None) -> Found:
    sentence = read(text, language, file_id)
    quantity = next(q for q in find_quantities(sentence.folded.text, language) if value in {None, q.value})
    who = attribution_of(sentence, question, quantity.number_start)
    claimed = only_claimed(sentence, quantity.number_start)
    candidate = Candidate(sentence, quantity.start, quantity.end, 1.0, quantity, who, claimed=claimed)
    return Found(sentence, candidate, {}, 1.0, None)


ASKED = read_question("How many people marched in Liran?", "en")


def test_what_is_told_is_said_once_and_apart_from_what_somebody_claims() -> None:
    statements = [
        found(ASKED, "The police claim that 8,000 people marched in Liran.", "en", 1, 8_000),
        found(ASKED, "Oito mil pessoas marcharam em Liran.", "pt", 2, 8_000),
        found(ASKED, "سار ٨٠٠٠ شخص في ليران، وفق ما قالت وزارة الدفاع.", "ar", 3, 8_000),
    ]
    outright, said = claims_of(ASKED, statements)
    assert (outright.text, outright.attributed_to) == ("8,000", None)
    assert {e.file_id for e in outright.evidence} == {2, 3}
    assert said.attributed_to is not None
    assert "police" in said.attributed_to
    assert said.text.startswith("8,000")
    assert {e.file_id for e in said.evidence} == {1}
    (whole,) = claims_of(ASKED, statements, together=True)
    assert {e.file_id for e in whole.evidence} == {1, 2, 3}


def test_another_value_makes_no_claim_and_a_file_is_cited_once() -> None:
    statements = [
        found(ASKED, "Some people came: 8,000 people marched in Liran.", "en", 1, 8_000),
        found(ASKED, "Later 8,000 people marched in Liran again.", "en", 1, 8_000),
        found(ASKED, "In Liran 9,500 people marched.", "en", 2, 9_500),
    ]
    (claim,) = claims_of(ASKED, statements)
    assert [e.file_id for e in claim.evidence] == [1]
    assert claim.value == 8_000


def test_one_sum_in_two_units_is_one_claim() -> None:
    asked = read_question("How much did the engine cost?", "en")
    statements = [
        found(asked, "این خودرو ۴۰ میلیارد ریال هزینه داشت.", "fa", 1, 40e9),
        found(asked, "این خودرو ۴ میلیارد تومان هزینه داشت.", "fa", 2, 4e9),
    ]
    (claim,) = claims_of(asked, statements)
    assert {e.file_id for e in claim.evidence} == {1, 2}


@pytest.mark.parametrize(
    ("language", "question", "text"),
    [
        ("en", "How many people marched in Liran?", "8,000"),
        ("pt", "Quantas pessoas marcharam em Liran?", "8.000"),
        ("fr", "Combien de personnes ont défilé à Liran ?", "8\u00a0000"),
        ("ar", "كم شخصا سار في ليران؟", "٨٬٠٠٠"),
        ("fa", "چند نفر در لیران راهپیمایی کردند؟", "۸٬۰۰۰"),
    ],
)
def test_a_number_stands_in_the_digits_of_the_question(language: str, question: str, text: str) -> None:
    asked = read_question(question, language)
    (claim,) = claims_of(asked, [found(asked, "Oito mil pessoas marcharam em Liran.", "pt", 1, 8_000)])
    assert claim.text == text


def test_a_vague_number_states_no_value() -> None:
    statement = found(ASKED, "Dozens of people marched in Liran.", "en", 1, None)
    assert claims_of(ASKED, [statement])[0].value is None


def test_the_reader_s_own_language_gives_the_form_of_a_name() -> None:
    asked = read_question("Who signed the treaty?", "en")
    texts = [
        ("وقع المعاهدة سيرغي شويغو.", "ar", "سيرغي شويغو"),
        ("Sergei Shoigu signed the treaty.", "en", "Sergei Shoigu"),
    ]
    statements = []
    for file_id, (text, language, name) in enumerate(texts):
        sentence = read(text, language, file_id)
        start = sentence.folded.text.index(fold_text(name))
        statements.append(Found(sentence, Candidate(sentence, start, start + len(fold_text(name)), 1.0), {}, 1.0, None))
    (claim,) = claims_of(asked, statements)
    assert claim.text == "Sergei Shoigu"
    assert {e.file_id for e in claim.evidence} == {0, 1}
