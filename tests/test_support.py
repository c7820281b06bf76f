from __future__ import annotations

import pytest

from qa_plugin.language.folding import fold_text
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.language.support import supported, supports


def _stated(text: str, language: str) -> list[Quantity]:
    return [q for q in find_quantities(fold_text(text), language) if not q.weak]


@pytest.mark.parametrize(
    ("quote", "claim", "carried"),
    [
        ("en 30,000 troops", "fr 30 000 soldats", True),
        ("fa ۳۰ هزار نفر", "en 30,000 people", True),
        ("en 30,000 troops", "en 50,000 troops", False),
        ("en 30,000 troops", "en more than 30,000 troops", False),
        ("en at least 30,000 troops", "en 30,000 troops", False),
        ("en more than 30,000 troops", "pt pelo menos 30.000 soldados", True),
        ("ar ما لا يقل عن 30 ألف جندي", "en more than 30,000 troops", True),
        ("en up to 30,000 troops", "en fewer than 30,000 troops", True),
        ("en up to 30,000 troops", "en at least 30,000 troops", False),
        ("en about 30,000 troops", "en 30,000 troops", True),
        ("en nearly 30,000 troops", "en 30,000 troops", True),
        ("en exactly 30,000 troops", "en 30,000 troops", True),
        ("en 30,000 troops", "en about 30,000 troops", True),
        ("en about 30,000 troops", "en exactly 30,000 troops", False),
        ("en about 30,000 troops", "en nearly 30,000 troops", False),
        ("en between 20 and 30 people", "fr entre 20 et 30 personnes", True),
        ("en between 20 and 30 people", "en between 20 and 40 people", False),
        ("en 25 people", "en between 20 and 30 people", False),
        ("en 5 percent", "en 5 people", False),
        ("en 5 people", "en 5 percent", False),
        ("en 5 percent", "fr 5 %", True),
        ("en 5 percentage points", "en 5 percent", False),
        ("en 25 basis points", "en 0.25 percentage points", True),
        ("en -3%", "en fell by 3 percent", True),
        ("en fell by 3 percent", "en minus 3 percent", False),
        ("en $5 million", "fr 5 millions de dollars", True),
        ("en $5 million", "en 5 million euros", False),
        ("en $5 million", "en 5 million people", False),
        ("fa ۱۰ میلیارد تومان", "en 10 billion rials", False),
        ("en 300 people", "en hundreds of people", True),
        ("en 1,300 people", "en hundreds of people", False),
        ("fr plusieurs milliers de personnes", "en thousands of people", True),
        ("en thousands of people", "en several thousand people", False),
        ("fa ۱۰ میلیارد تومان", "fa ۱۰۰ میلیارد ریال", True),
        ("en 2 km", "fr 2 000 mètres", True),
        ("en 2 km", "en 2 miles", False),
        ("en 20 degrees celsius", "en 68°F", True),
        ("en 300 hectares", "fr 3 km²", True),
        ("en resolution 1701", "en 1,701 people", False),
        ("en in 2022", "en 2,022 people", False),
        ("en in 2022", "fr en 2022", True),
        ("en a 34-year-old man", "en 34 people", False),
        ("en dozens of people", "fr des dizaines de personnes", True),
        ("en hundreds of people", "ar مئات الأشخاص", True),
        ("en hundreds of people", "en 200 people", False),
        ("en two thirds of voters", "pt dois terços dos eleitores", True),
        ("ar قتل جنديان", "en 2 soldiers", True),
    ],
)
def test_a_quote_carries_a_claim(quote: str, claim: str, carried: bool) -> None:  # noqa: FBT001
    (stated,) = _stated(quote[3:], quote[:2])
    (claimed,) = _stated(claim[3:], claim[:2])
    assert supports(stated, claimed) is carried


@pytest.mark.parametrize(
    ("quote", "claim", "carried"),
    [
        ("20 homes here and 30 homes there", "between 20 and 30 homes", True),
        ("20 homes here and 25 homes there", "between 20 and 30 homes", False),
        ("12 people and 5 percent", "5 percent", True),
        ("12 people and 5 percent", "12 percent", False),
    ],
)
def test_the_quantities_of_a_quote_carry_a_claim(quote: str, claim: str, carried: bool) -> None:  # noqa: FBT001
    (claimed,) = _stated(claim, "en")
    assert supported(_stated(quote, "en"), claimed) is carried
