"""Numbers and set phrases in the question's language, from a small table."""

from __future__ import annotations

from qa_plugin.data import load_toml
from qa_plugin.language.quantities import Quantity, Unit

_SYMBOLS = {"USD": "${n}", "EUR": "€{n}", "GBP": "£{n}", "BRL": "R${n}", "JPY": "¥{n}"}


def phrase(language: str, name: str, **holes: str) -> str:
    """A phrase of the table; languages without one get English."""
    tables = load_toml("phrases.toml")
    table = tables.get(language, tables["en"])
    text = str(table.get(name) or tables["en"][name])
    return text.format(**holes) if holes else text


def language_name(language: str, reader: str = "en") -> str:
    """What a language is called in the reader's own, or else in English; empty where the table does not say."""
    tables = load_toml("phrases.toml")
    name = f"label_in_{language}"
    return str(tables.get(reader, {}).get(name) or tables["en"].get(name, ""))


def format_number(value: float, language: str) -> str:
    """A number with the marks and digits of the language; from a million on with a scale word where that is short."""
    for scale, name in ((1e9, "billion"), (1e6, "million")):
        scaled = value / scale
        if scaled >= 1 and scaled < 1e6 and round(scaled, 3) == scaled and (scaled != int(scaled) or scaled < 1000):
            table = load_toml("phrases.toml").get(language, {})
            word = f"{name}_one" if scaled < 2 and f"{name}_one" in table else name
            return f"{_digits(scaled, language)} {phrase(language, word)}"
    return _digits(value, language)


def _digits(value: float, language: str) -> str:
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    text = text.translate({ord(","): "\x00", ord("."): phrase(language, "decimal")}).replace(
        "\x00", phrase(language, "group")
    )
    return in_digits(text, language)


def in_digits(text: str, language: str) -> str:
    """A text with its digits as the language writes them."""
    digits = load_toml("phrases.toml").get(language, {}).get("digits")
    return text.translate(str.maketrans("0123456789", digits)) if digits else text


def format_quantity(quantity: Quantity, language: str, *, unit_words: str = "") -> str:
    """A quantity with its comparator and unit; `unit_words` is the unit as the quote writes it."""
    if quantity.vague:
        name = {24.0: "dozens", 20.0: "dozens", 200.0: "hundreds", 2000.0: "thousands", 2e6: "millions"}.get(
            quantity.low
        )
        return phrase(language, name) if name else ""
    if quantity.comparator == "range":
        low, high = (format_number(v, language) for v in (quantity.low, quantity.high))
        return _with_unit(phrase(language, "range", low=low, high=high), quantity.unit, language, unit_words)
    number = _with_unit(format_number(quantity.value, language), quantity.unit, language, unit_words)
    return phrase(language, quantity.comparator, n=number) if quantity.comparator else number


def _with_unit(number: str, unit: Unit | None, language: str, unit_words: str) -> str:
    if unit is None:
        return number
    if unit.name in {"percent", "percentage_point"}:
        return phrase(language, unit.name, n=number)
    if unit.name in _SYMBOLS and language in {"en", "pt"} and (unit.name != "BRL" or language == "pt"):
        return _SYMBOLS[unit.name].format(n=number)
    return f"{number} {unit_words}".strip() if unit_words else number
