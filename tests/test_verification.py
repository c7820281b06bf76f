from __future__ import annotations

import pytest

from qa_plugin.language.quoting import locate
from qa_plugin.records import Draft, DraftClaim, Evidence
from qa_plugin.verification import Quote, TextView, check, check_claim, view_of


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
        ("640 thousand pounds", "en", "فقدت 640 ألف جنيه", "ar"),
        ("75,000 rials", "en", "غرامة قدرها 75 ألف ريال", "ar"),
        ("20 ألف زلوتي", "ar", "a reward of 20,000 zlotys", "en"),
        ("Segundo Tokatyan, custa 410 dólares", "pt", "It costs 410 dollars, Tokatyan said", "en"),
        ("Nadia al-Enezi", "en", "وجاءت ناديا العنزي أولى", "ar"),
        ("Clive Tamihana", "en", "گفت کلایو تامیهانا دیروز", "fa"),
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
        ("£640,000", "en", "فقدت 640 ألف جنيه", "ar", "640,000"),
        ("75,000 Iraqi dinars", "en", "غرامة قدرها 75 ألف ريال", "ar", "75,000"),
    ],
)
def test_not_carried(claim: str, language: str, quote: str, quote_language: str, number: str) -> None:
    reason = check_claim(claim, language, [Quote(quote, quote_language)])
    assert reason is not None
    assert number in reason


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language", "published"),
    [
        ("It began on 13 July 2025.", "en", "در ۲۲ تیر ۱۴۰۴ آغاز شد.", "fa", None),
        ("It began on 13 July.", "en", "در ۲۲ تیر آغاز شد.", "fa", "2025-07-14"),
        ("Começou em 13 de julho de 2025.", "pt", "Cela a commencé dimanche.", "fr", "2025-07-14"),
        ("It began in July 2025.", "en", "بدأ في 13 تموز 2025.", "ar", None),
        ("It began on Sunday.", "en", "Começou no domingo.", "pt", None),
        ("It began on Sunday.", "en", "در ۲۲ تیر ۱۴۰۴ آغاز شد.", "fa", None),
        ("It began on 2025-07-13.", "en", "Cela a commencé hier.", "fr", "2025-07-14"),
    ],
)
def test_dates_are_carried_by_their_days(
    claim: str, language: str, quote: str, quote_language: str, published: str | None
) -> None:
    assert check_claim(claim, language, [Quote(quote, quote_language, published)]) is None


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language", "published", "date"),
    [
        ("It began on 14 July 2025.", "en", "در ۲۲ تیر ۱۴۰۴ آغاز شد.", "fa", None, "14 July 2025"),
        ("It began on 13 July 2024.", "en", "در ۲۲ تیر آغاز شد.", "fa", "2025-07-14", "13 July 2024"),
        ("It began on 13 July 2025.", "en", "It began in July 2025.", "en", None, "13 July 2025"),
        ("Foi em 12 de julho de 2025.", "pt", "Cela a commencé dimanche.", "fr", "2025-07-14", "12 de julho de 2025"),
        ("It began on Monday.", "en", "Começou no domingo.", "pt", None, "Monday"),
    ],
)
def test_dates_that_the_quotes_do_not_carry(
    claim: str, language: str, quote: str, quote_language: str, published: str | None, date: str
) -> None:
    reason = check_claim(claim, language, [Quote(quote, quote_language, published)])
    assert reason == f"The date “{date}” is not in the quotes."


@pytest.mark.parametrize(
    ("stated", "claimed", "carried"),
    [
        ("more than 30 people died", "At least 30 died", True),
        ("at least 30 people died", "More than 30 died", False),
        ("30 people died", "About 30 died", True),
        ("30 people died", "Up to 30 died", False),
        ("about 30 people died", "30 died", True),
        ("more than 30 people died", "30 died", False),
        ("between 30 and 40 people died", "Up to 40 died", True),
        ("between 30 and 40 people died", "40 died", False),
        ("it rose from 30 to 40 percent", "It was 40 percent", True),
        ("4,512 people fled", "About 4,500 fled", True),
        ("4,512 people fled", "About 4,600 fled", False),
        ("4,512 people fled", "4,500 fled", False),
        ("it rose by 2 percentage points", "It rose by 2 percent", False),
        ("it rose by 50 basis points", "It rose by 0.5 percentage points", True),
        ("it cost 3 million euros", "It cost 3 million dollars", False),
        ("it cost 30,000 rials", "It cost 3,000 tomans", True),
        ("it is 12 kilometres long", "It is 12,000 metres long", True),
        ("it is 12 kilometres long", "It is 12 kilograms", False),
        ("45 people died", "Dozens died", True),
        ("450 people died", "Dozens died", False),
        ("two thirds of the houses burned", "67 percent of the houses burned", True),
        ("dozens died", "50 died", False),
    ],
)
def test_comparators_and_units(stated: str, claimed: str, carried: bool) -> None:  # noqa: FBT001
    assert (check_claim(claimed, "en", [Quote(stated, "en")]) is None) == carried


@pytest.mark.parametrize(
    ("claim", "language", "quote", "quote_language"),
    [
        ("The minister was Shoigu.", "en", "كان الوزير شويغو.", "ar"),
        ("Le ministre était Choïgou.", "fr", "The minister was Shoigu.", "en"),
        ("Iranian officials came.", "en", "مسئولان ایران آمدند.", "fa"),
        ("The envoy came from the UN.", "en", "O enviado veio da ONU.", "pt"),
        ("A notícia é da AFP.", "pt", "این خبر از خبرگزاری فرانسه است.", "fa"),
        ("The FSD called the strike.", "en", "A Frente Sindical Docente convocou a greve.", "pt"),
        ("Today President Silva spoke.", "en", "Silva, chef de l'État, a parlé aujourd'hui.", "fr"),
        ("وصل كالتشميت.", "ar", "Kaltschmidt arrived.", "en"),
    ],
)
def test_names_are_found_whatever_their_form(claim: str, language: str, quote: str, quote_language: str) -> None:
    assert check_claim(claim, language, [Quote(quote, quote_language)]) is None


@pytest.mark.parametrize(
    ("claim", "language", "name"),
    [
        ("The general was Hendricks.", "en", "Hendricks"),
        ("Bourdillon est arrivé.", "fr", "Bourdillon"),
        ("وصل هندريكس.", "ar", "هندريكس"),
        ("هندریکس رسید.", "fa", "هندریکس"),
        ("He came from Belgium.", "en", "Belgium"),
        ("از بلژیک آمد.", "fa", "بلژیک"),
    ],
)
def test_names_must_be_in_quote_or_article(claim: str, language: str, name: str) -> None:
    quote = Quote("Kaltschmidt arrived.", "en", article=lambda: view_of("Kaltschmidt, of Brazil, arrived.", "en"))
    reason = check_claim(claim, language, [quote])
    assert reason == f"The name “{name}” is neither in the quotes nor in their articles."


@pytest.mark.parametrize("claim", ["Nadia al-Harbi", "Omar al-Enezi Barzani", "Enezi Rahman"])
def test_another_name_beside_one_that_is_held_is_missed(claim: str) -> None:
    assert check_claim(claim, "en", [Quote("وجاءت ناديا العنزي أولى", "ar")]) is not None


def test_a_name_may_stand_in_the_article_alone() -> None:
    article = "The general is Evandro Kaltschmidt. He arrived with 30 men."
    quote = Quote("He arrived with 30 men.", "en", article=lambda: view_of(article, "en"))
    assert check_claim("Kaltschmidt arrived with 30 men.", "en", [quote]) is None
    assert check_claim("Kaltschmidt arrived with 30 men.", "en", [Quote("He arrived with 30 men.", "en")]) is not None


def test_the_article_is_not_asked_for_where_the_quote_has_the_name() -> None:
    def never() -> TextView:
        raise AssertionError

    quote = Quote("Kaltschmidt arrived with 30 men.", "en", article=never)
    assert check_claim("30 men, with Kaltschmidt", "en", [quote]) is None


def test_according_to_is_no_second() -> None:
    assert check_claim("41 segundo a polícia", "pt", [Quote("41 blessés, selon la police", "fr")]) is None


def test_both_ends_of_a_range_may_be_named() -> None:
    quote = [Quote("entre 700 et 900 millions de dirhams", "fr")]
    assert check_claim("700 milhões a 900 milhões dirhams", "pt", quote) is None
    assert check_claim("900 milhões dirhams", "pt", quote) is not None


def test_a_part_of_a_number_is_no_part_of_the_quote() -> None:
    quote = [Quote("Some 30,000 people and 5.5 tonnes", "en")]
    assert check_claim("Some 30", "en", quote) is not None
    assert check_claim("people and 5", "en", quote) is not None
    assert check_claim("30,000 people", "en", quote) is None


def test_a_claim_needs_words_and_quotes() -> None:
    assert check_claim("  ", "en", [Quote("x", "en")]) == "The claim is empty."
    assert check_claim("Yes", "en", []) == "The claim has no quote."


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
        ("4500 soldats ici", "plus de 4 500 soldats ici"),
        ("he said « no boats here »", "he said 'no boats here' again"),
        ("قالت البلدية إن", "وقالت البلدية إن القوارب غادرت"),
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


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("5,000 troops were sent", "then 15,000 troops were sent"),
        ("000 troops were sent", "then 15,000 troops were sent"),
        ("they sent out 15", "they sent out 15,000 troops"),
        ("they sent out 15", "they sent out 15.5 tonnes"),
        ("plus de 4 soldats ou 4", "plus de 4 soldats ou 4 500 civils"),
        ("500 soldats ici", "plus de 4 500 soldats ici"),
    ],
)
def test_a_part_of_a_number_is_no_quote(quote: str, text: str) -> None:
    assert locate(quote, text) is None


def test_the_next_place_is_taken_where_the_first_parts_a_number() -> None:
    text = "Then 15,000 troops were sent, and 5,000 troops were sent later."
    span = locate("5,000 troops were sent", text)
    assert span is not None
    assert text[: span.start].endswith("and ")
    assert locate("he sent them in 1998", "he sent them in 1998. 300 followed") is not None
