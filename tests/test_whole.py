"""Which sentences answer as they stand: headlines give way, reasons are found, a second adds what was asked."""

from __future__ import annotations

import pytest

from qa_plugin.answering.whole import whole
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.evidence.weighing import Weighing
from qa_plugin.language.folding import fold_text
from qa_plugin.language.questions import Question, Weighted, gives, read_question
from qa_plugin.records import Span

WHY = read_question("Why was the Varn airport closed?", "en")
WHAT = read_question("What did the divers find in the Varn canal?", "en")
SIGNALS = {"own": 0.0, "before": 0.0, "article": 1.0, "holds": 0.0, "heading": 0.0, "title": 0.0}


def told(text: str, at: int, rank: float, file_id: int = 1, sure: float = 0.5, **signals: float) -> Found:
    """A sentence that begins at a place of its file."""
    sentence = read_sentence(file_id, Span(at, at + len(text)), text, "en", 1.0)
    marks = {"reason": 0.0, "perhaps_reason": 0.0}
    return Found(sentence, None, SIGNALS | marks | signals, rank, None, sure)


def answer(question: Question, *found: Found, must_hold: bool = False) -> list[str]:
    slots = [
        Weighted(slot, 1.0, absent=False, key_weights=(1.0,) * len((*slot.keys, *slot.near))) for slot in question.slots
    ]
    chosen = whole(question, Weighing((), found), slots, 0.8, must_hold=must_hold)
    return [f.sentence.text for f in chosen]


HEADLINE = told("Varn airport closed", 0, 9.0, own=1.0, heading=1.0, title=1.0)
LEAD = told("The airport of Varn was closed on Monday.", 21, 8.0, own=1.0)
NEXT = told("Storks had built a nest on the runway.", 63, 5.0, before=1.0)
LATER = told("The mayor was sad because his flight was cancelled.", 300, 6.0, own=0.1, reason=1.0)


def test_a_headline_gives_way_to_a_sentence_that_says_as_much() -> None:
    assert answer(WHY, HEADLINE, LEAD, NEXT) == [LEAD.sentence.text, NEXT.sentence.text]


def test_a_headline_answers_where_no_sentence_says_as_much() -> None:
    short = told("It was a quiet Monday in the old port.", 21, 3.0, own=0.2)
    assert HEADLINE.sentence.text in answer(WHY, HEADLINE, short)


def test_a_sentence_with_its_reason_needs_no_second() -> None:
    whole_story = told("The airport of Varn was closed because of storks.", 21, 8.0, own=1.0, reason=1.0)
    assert answer(WHY, whole_story, NEXT, LATER) == [whole_story.sentence.text]


def test_a_marked_reason_goes_before_what_only_comes_next() -> None:
    marked = told("The nest of a stork on the runway was to blame.", 120, 4.0, own=0.2, before=0.1, reason=1.0)
    assert answer(WHY, LEAD, NEXT, marked) == [LEAD.sentence.text, marked.sentence.text]


def test_without_a_mark_the_reason_is_what_comes_next() -> None:
    far = told("The airport has two runways of equal length.", 400, 6.0, own=0.4)
    assert answer(WHY, LEAD, far, NEXT) == [LEAD.sentence.text, NEXT.sentence.text]


def test_what_says_nothing_of_a_reason_is_not_added() -> None:
    far = told("The airport has two runways of equal length.", 400, 6.0, own=0.4)
    assert answer(WHY, LEAD, far) == [LEAD.sentence.text]


def test_a_reason_answers_alone_where_there_is_no_room_for_both() -> None:
    long = told(f"The airport of Varn was closed, {'and so on, ' * 30}the town said.", 21, 8.0, own=1.0)
    reason = told("The closing is due to storks on the runway.", 500, 6.0, own=0.3, reason=1.0)
    assert answer(WHY, long, reason) == [reason.sentence.text]


def test_another_article_gives_the_reason_that_the_first_lacks() -> None:
    elsewhere = told("Varn airport was closed due to storks.", 40, 7.0, file_id=2, own=1.0, reason=1.0)
    assert answer(WHY, LEAD, elsewhere) == [elsewhere.sentence.text]
    unlikely = told("Varn airport was closed due to storks.", 40, 5.0, file_id=2, own=1.0, reason=1.0)
    assert answer(WHY, LEAD, unlikely) == [LEAD.sentence.text]


def test_a_second_sentence_adds_words_of_the_question_or_stands_beside() -> None:
    first = told("The divers came to the canal on Monday.", 0, 8.0, own=0.6)
    far = told("The divers were cold and tired in the end.", 500, 7.0, own=0.2)
    more = told("It was near Varn that they had begun to look.", 300, 6.0, own=0.2)
    beside = told("There the divers saw a safe full of coins.", 40, 5.0, own=0.2)
    assert answer(WHAT, first, far) == [first.sentence.text]
    assert answer(WHAT, first, far, more) == [first.sentence.text, more.sentence.text]
    assert answer(WHAT, first, far, beside) == [first.sentence.text, beside.sentence.text]
    certain = told("The divers came to the canal on Monday.", 0, 8.0, own=0.6, sure=0.9)
    assert answer(WHAT, certain, far, beside) == [certain.sentence.text]


def test_where_a_value_is_asked_for_a_sentence_must_hold_one() -> None:
    asked = read_question("How many divers were in the Varn canal?", "en")
    first = told("The divers were in the canal of Varn again.", 0, 8.0, own=0.9)
    held = told("Seven divers took part on Monday and Tuesday.", 300, 6.0, own=0.4, holds=1.0)
    assert answer(asked, first, must_hold=True) == []
    assert answer(asked, first, held, must_hold=True) == [first.sentence.text, held.sentence.text]


@pytest.mark.parametrize(
    ("language", "text", "given"),
    [
        ("en", "The match was called off because of fog.", 1.0),
        ("en", "The strike follows a dispute over night shifts.", 1.0),
        ("en", "The street was dug up to repair a water pipe.", 0.5),
        ("en", "The cause of the fire is still unknown.", 0.0),
        ("en", "The street was closed on Monday morning.", 0.0),
        ("pt", "O jogo foi adiado devido ao nevoeiro.", 1.0),
        ("pt", "A rua foi aberta para reparar um cano.", 0.5),
        ("pt", "As causas do incêndio continuam por apurar.", 0.0),
        ("fr", "Le match a été reporté en raison du brouillard.", 1.0),
        ("fr", "La rue a été ouverte pour réparer un tuyau.", 0.5),
        ("fr", "Les causes de l'incendie restent inconnues.", 0.0),
        ("ar", "تأجلت المباراة بسبب الضباب.", 1.0),
        ("ar", "توقف العمل بعد انتهاء الموسم.", 0.5),
        ("ar", "لا يزال سبب الحريق مجهولا.", 0.0),
        ("fa", "بازی به دلیل مه عقب افتاد.", 1.0),
        ("fa", "خیابان برای تعمیر لوله کنده شد.", 0.5),
        ("fa", "علت آتش‌سوزی هنوز نامعلوم است.", 0.0),
    ],
)
def test_how_far_a_sentence_gives_a_reason(language: str, text: str, given: float) -> None:
    assert gives("why", fold_text(text), language) == given
    assert gives("what", fold_text(text), language) == 0.0
