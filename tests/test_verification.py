from __future__ import annotations

import pytest

from qa_plugin.language.quoting import locate
from qa_plugin.records import Draft, DraftClaim, Evidence
from qa_plugin.verification import Quote, check, check_claim


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language"),
    [
        ("More than 10,000", "en", "mais de 10.000 soldados", "pt"),
        ("More than 10,000 troops", "en", "بیش از ۱۰ هزار نیرو", "fa"),
        ("Plus de 10 000", "fr", "أكثر من عشرة آلاف جندي", "ar"),
        ("12.5%", "en", "12,5 por cento", "pt"),
        ("$1.2 billion", "en", "1,2 milliard de dollars", "fr"),
        ("Wonsan", "en", "شهر وونسان", "fa"),
        ("10 to 15 people", "en", "entre 10 e 15 pessoas", "pt"),
    ],
)
def test_carried_by_value(claim: str, language: str, quote: str, quote_language: str) -> None:
    assert check_claim(claim, language, [Quote(quote, quote_language)]) is None


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language", "number"),
    [
        ("50,000 soldiers", "en", "30.000 soldados", "pt", "50,000"),
        ("50", "en", "50 mil soldados", "pt", "50"),
        ("125 percent", "en", "12.5 percent", "en", "125"),
        ("12 percent", "en", "12 pessoas", "pt", "12"),
        ("5 million dollars", "en", "5 million people", "en", "5 million"),
        ("10 to 15 people", "en", "10 a 20 pessoas", "pt", "10"),
        ("11,000 of 12,000", "en", "12.000 soldados", "pt", "11,000"),
    ],
)
def test_not_carried(claim: str, language: str, quote: str, quote_language: str, number: str) -> None:
    reason = check_claim(claim, language, [Quote(quote, quote_language)])
    assert reason is not None
    assert number in reason


def test_a_claim_needs_words_and_quotes() -> None:
    assert check_claim("  ", "en", [Quote("x", "en")]) == "empty claim"
    assert check_claim("Yes", "en", []) == "no quote"


def test_marks_are_no_numbers() -> None:
    assert check_claim("Many came [1][2]", "en", [Quote("vieram muitos", "pt")]) is None


def test_what_fails_is_dropped_with_its_reason() -> None:
    good = DraftClaim("30,000", (Evidence(1, 0, 1),))
    bad = DraftClaim("50,000", (Evidence(1, 0, 1),))
    checked = check(Draft("answered", (good, bad)), "en", lambda _: [Quote("30.000 soldados", "pt")])
    assert checked.claims == (good,)
    assert [text for text, _ in checked.dropped] == ["50,000"]
    assert checked.status == "answered"


def test_nothing_left_is_not_in_sources() -> None:
    bad = DraftClaim("50,000", (Evidence(1, 0, 1),))
    checked = check(Draft("answered", (bad,)), "en", lambda _: [Quote("30.000", "pt")])
    assert (checked.status, checked.claims) == ("not_in_sources", ())


def test_a_disagreement_of_one_is_none() -> None:
    first = DraftClaim("30,000", (Evidence(1, 0, 1),))
    second = DraftClaim("50,000", (Evidence(1, 0, 1),))
    draft = Draft("conflicting", conflicting=(first, second))
    checked = check(draft, "en", lambda _: [Quote("30.000 soldados", "pt")])
    assert (checked.status, checked.claims, checked.conflicting) == ("answered", (first,), ())


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("mais de 10 000 soldados", "x mais de 10 000 soldados y"),
        ('disse "isto é novo"', "ele disse “isto é novo” ontem"),
        ("بیش از 10٬000 نیروی نظامی", "کره بیش از ۱۰٬۰۰۰ نیروی   نظامی فرستاد"),
        ("گفت‌وگوهای راهبردی", "گفتوگوهای راهبردی بود"),
        ("LINHA um\nlinha dois", "linha um linha dois"),
    ],
)
def test_quotes_are_found_whatever_their_spaces_and_digits(quote: str, text: str) -> None:
    span = locate(quote, text)
    assert span is not None
    assert text[span.start : span.end].strip() == text[span.start : span.end]


@pytest.mark.parametrize(
    "quote", ["mais de 20.000 soldados", "soldados de mais", "10.000", "mais de ... soldados", "", "x" * 600]
)
def test_other_words_are_not_found(quote: str) -> None:
    assert locate(quote, "x mais de 10.000 soldados y " + "x" * 600) is None
