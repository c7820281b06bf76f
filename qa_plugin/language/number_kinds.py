"""What a number without a unit is: a count, or something that only looks like one.

Years, identifiers, ordinals written in digits, ages, house numbers, marks of footnotes: none of them says how many.
"""

from __future__ import annotations

import re
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.comparators import words_of
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.number_reading import Number
from qa_plugin.language.number_tokens import number_words
from qa_plugin.language.scripts import WITHOUT_BLANKS, script_of

_TABLE = "not_a_quantity"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

_AGE_AFTER = re.compile(
    r"[ -](?:years?|anos?|ans|عاما|سنه|سال)[ -]?(?:old|of age|de idade|d'age|من العمر|ه\b|سن)|-year-old|ساله| ?سالگی"
)
_AGE_BEFORE = re.compile(
    r"(?<!\w)و?(?:ages?|aged|age[d]? of|idade de|age de|ages de|agee?s? de"
    r"|البالغه?|[یت]بلغ(?= من)|عمره|عمرها|عن عمر|بعمر|اعماره[من]|اعمارها)\s*(?:من العمر )?"
    r"(?:between |from |entre |بین |ما بین )?$"
)
_APPOSED_YEARS = re.compile(r" (?:anos|ans|years|عاما|سنه|سال|ساله)\s?[,)]")
_AGE_OF_YEARS = re.compile(r" (?:anos|ans|عاما|سنه)(?!\w)")
_OLDEST = 120


def is_age(text: str, number: Number) -> bool:
    """Whether a number is somebody's age: 20-year-old, aged 20, (43), de 43 anos, عمره 43."""
    head, tail = text[max(0, number.start - 28) : number.start], text[number.end : number.end + 24]
    if _AGE_AFTER.match(bare(tail)) or (number.value <= _OLDEST and _AGE_BEFORE.search(bare(head))):
        return bare(head.strip().rpartition(" ")[2]) not in words_of(_TABLE, "spans")
    if not (number.bare_digits and 0 < number.value <= _OLDEST):
        return False
    if head.endswith("(") and (tail.startswith(")") or _APPOSED_YEARS.match(tail)):
        return bool(head[:-1].strip()) and number.value >= (1 if tail.startswith(")") else 10)
    words = _WORD.findall(head)
    if head.endswith((", ", ", de ")) and words:
        of_years = _APPOSED_YEARS.match(tail) is not None and number.value >= 10
        return of_years or (tail.startswith(", ") and head.endswith(", ") and not _in_a_list(text, number))
    if words and words[-1] in {"یبلغ", "تبلغ"}:
        return _AGE_OF_YEARS.match(tail) is not None
    person = words[-2:-1] if words and words[-1] in {"de", "of"} else words[-1:]
    return bool(person) and bare(person[0]) in words_of(_TABLE, "persons") and bool(_AGE_OF_YEARS.match(tail))


_OF_LIFE = re.compile(r" من (?:ال)?عمر")
_YEAR_OF_LIFE = re.compile(r"(?<!\w)و?(?:[یت]?بلغت?(?: \w+)?|فی) $")


def is_age_in_order(text: str, number: Number) -> bool:
    """Whether an Arabic ordinal is an age: في الثانية والأربعين, بلغ اليوم الحادية والسبعين, في العاشرة من عمره."""
    words = text[number.start : number.end].split()
    if not words[0].startswith("ال"):
        return False
    if _OF_LIFE.match(text, number.end):
        return True
    head = text[max(0, number.start - 24) : number.start]
    # Ordinals of years are feminine; above those of hours nothing else of that gender goes without its noun.
    return len(words) > 1 and words[0].endswith("ه") and bool(_YEAR_OF_LIFE.search(head))


def _in_a_list(text: str, number: Number) -> bool:
    return any(c.isdigit() for c in text[max(0, number.start - 8) : number.start] + text[number.end : number.end + 8])


def kind_of_words(text: str, number: Number) -> str:
    """What a number in words is; that of مجموعة العشرين is a name."""
    before = text[max(0, number.start - 16) : number.start].split()
    if before and before[-1] in words_of(_TABLE, "hour_before"):
        return "time"
    if not any(text.startswith(article, number.start) for article in words_of(_TABLE, "article")):
        return "count"
    groups = words_of(_TABLE, "group_before")
    return "identifier" if before and (before[-1] in groups or before[-1][1:] in groups) else "count"


def is_weekday(text: str, number: Number) -> bool:
    """Whether an ordinal is the first half of a weekday's name: quinta-feira."""
    return any(text.startswith(name, number.start) for name in _ordinal_weekdays())


def is_according(text: str, number: Number) -> bool:
    """Whether what looks like an ordinal says by whom: segundo o sindicato, and behind a comma segundo fontes."""
    if text[number.start : number.end] not in words_of(_TABLE, "according"):
        return False
    before, after = text[: number.start].rstrip(), text[number.end :].split(maxsplit=1)
    if not after or after[0] in words_of(_TABLE, "ranked"):
        return False
    return not before or before[-1] in ",;:(" or after[0] in words_of(_TABLE, "according_articles")


@cache
def _ordinal_weekdays() -> frozenset[str]:
    names = (name.strip() for row in load_toml("dates.toml")["weekdays"]["names"] for name in row.split(","))
    hyphened = {fold_text(name) for name in names if "-" in name}
    return frozenset(form for name in hyphened for form in (name, bare(name)))


def kind_of_digits(text: str, number: Number, comparator: str | None, language: str) -> str:
    """What a number in digits is: `count`, `year`, `ordinal`, `age` or `identifier`."""
    before, after = text[max(0, number.start - 24) : number.start], text[number.end : number.end + 16]
    if _ORDINAL_AFTER.match(after):
        return "ordinal"
    if _is_part_of_a_code(before, after, number):
        return "identifier"
    words = before.split()
    word = bare(words[-1]).rstrip(".:") if words else ""
    digits = text[number.start : number.end]
    plain = digits.replace(".", "").isdecimal()
    if (plain and _is_identifier_word(word)) or _is_decade(word, digits) or _is_house_number(text, number, comparator):
        return "identifier"
    if "." in digits and plain and number.value != int(number.value) and number_words(language).decimal == ",":
        return "identifier"  # the 49.3, where a decimal mark is a comma
    if number.bare_digits and (len(digits) >= 7 or digits[0] == "0") and number.value:
        return "identifier"
    if _is_year(number, comparator, word, after, language):
        return "year"
    return "identifier" if _LIST_AFTER.match(after) and not before.rpartition("\n")[2].strip(" ") else "count"


_LIST_AFTER = re.compile(r"[.)]\s")
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th|er|re|e|è|eme|ème|ième|ieme|nde?|\.?[oa]s?|م|ام|مین|امین)(?!\w)")
_WORD_GLUED = re.compile(r"[^\W\d_]{4,}|[\u0620-\u06ff]{2,}")
"""A word that lost the blank before it; a shorter one of Latin script is part of a code, as in 737max."""
_JOINED = "وبلفک"


def _is_part_of_a_code(before: str, after: str, number: Number) -> bool:
    last = before[-1:]
    if last == "[" and after.startswith("]"):
        return True
    if _touches(last):
        proclitic = last in _JOINED and not before[-2:-1].strip() and number.digits
        if not proclitic:
            return True
    if last in {"-", "/", "_", "#", "@"} and before[-2:-1].isalpha():
        return True
    if last == "+" or after[:1] in {"_", "@"}:
        return True
    return _touches(after[:1]) and not _WORD_GLUED.match(after)


def _touches(letter: str) -> bool:
    """Whether a letter next to digits belongs to them; where no blanks are written, it is the next word's."""
    return letter.isalpha() and script_of(letter) not in WITHOUT_BLANKS


def _is_identifier_word(word: str) -> bool:
    if not word:
        return False
    known = words_of(_TABLE, "identifier_before")
    return word in known or any(
        word.startswith(prefix) and word[len(prefix) :] in known for prefix in words_of(_TABLE, "identifier_prefixes")
    )


def _is_decade(word: str, digits: str) -> bool:
    """Whether a number is that of a decade: les années 90, دهه ۶۰."""
    return len(digits) == 2 and digits[1] == "0" and word in words_of(_TABLE, "decade_before")


def _is_house_number(text: str, number: Number, comparator: str | None) -> bool:
    """10 Downing Street, 12 rue Oberkampf, Rua Augusta, 1500; a five-digit postal code behind one."""
    if comparator is not None or not number.bare_digits or number.value > 99_999:
        return False
    tail = bare(text[number.end : number.end + 32])
    words = _WORD.findall(tail.split("\n")[0])
    if words and tail[0] in " ," and words[0] in words_of(_TABLE, "street"):
        return True
    if len(words) > 1 and words[1] in words_of(_TABLE, "street_after_name"):
        return tail.startswith(f" {words[0]} {words[1]}")
    head = bare(text[max(0, number.start - 40) : number.start])
    words = _WORD.findall(head)
    if head.endswith(", ") and any(word in words_of(_TABLE, "street_before") for word in words[-4:-1]):
        return True
    postal = number.end - number.start == 5 and head.endswith(", ")
    return postal and any(word in words_of(_TABLE, "street") for word in words)


_MODERN = 1900
"""From here on "the 2024 voters" are those of a year."""


def _is_year(number: Number, comparator: str | None, word: str, after: str, language: str) -> bool:
    if comparator is not None or not number.bare_digits or number.end - number.start != 4:
        return False
    led = word in words_of(_TABLE, "year_before")
    if (not led or number.value < _MODERN) and _counts(after, language):
        return False
    return 1500 <= number.value <= 2100 or (1300 <= number.value <= 1450 and led)


def is_counting(text: str, number: Number) -> bool:
    """Whether a word that is counted stands behind a number."""
    return _counts(text[number.end : number.end + 16], "")


def _counts(after: str, language: str) -> bool:
    """Whether the word behind is one that a count stands before."""
    match = _WORD.match(after, 1) if after.startswith(" ") else None
    if match is None:
        return False
    word = bare(match.group())
    accusative = language == "ar" and len(word) > 3 and word.endswith("ا") and not word.startswith("ال")
    return accusative or word in words_of(_TABLE, "counted")
