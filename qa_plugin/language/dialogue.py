"""How a question leans on what was said before it, and where two questions stand in one: by the words of a table."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.detection import detect, script_of_language
from qa_plugin.language.folding import fold
from qa_plugin.language.lexicon import is_place
from qa_plugin.language.questions import Question, Slot
from qa_plugin.language.scripts import script_of

_MARKS = " ?؟!.,،;؛:…\"'«»"
_NO_TOPIC = re.compile(r"(?!)")
MAX_PARTS = 3


class Leaning(IntEnum):
    """How much a question needs the one before it."""

    NONE = 0
    MAYBE = 1
    """It names something of its own, beside a word that may point back."""
    LIKELY = 2
    """It names too little to be found by, and may still be about all the articles."""
    WHOLE = 3
    """It is no question by itself."""


@cache
def _pattern(name: str, language: str) -> re.Pattern[str]:
    """The pattern of a language; what it has none of is found nowhere."""
    written = load_toml("dialogue.toml")[name].get(language)
    return re.compile(written) if written else _NO_TOPIC


_FEW_WORDS = 5


def language_of(text: str, before: str | None) -> str:
    """The language of a question; of a few words in the same script it is that of the question `before`."""
    found = detect(text)
    if before is None or found == before or len(text.split()) > _FEW_WORDS:
        return found
    letters = [script_of(c) for c in text if c.isalpha()]
    return before if not letters or letters[0] == script_of_language(before) else found


def _said(text: str) -> str:
    """A question folded, without the marks around it."""
    return fold(text).text.strip(_MARKS)


def opening(text: str, language: str) -> int:
    """How many characters of a text say only that it goes on from what was said."""
    folded = fold(text)
    start = len(folded.text) - len(folded.text.lstrip(_MARKS))
    match = _pattern("opens", language).match(folded.text, start)
    return folded.span(0, match.end())[1] if match else 0


def _turned(name: str, text: str, language: str) -> bool:
    """Whether a question, apart from what opens it, is nothing but what a pattern of the table asks."""
    return _pattern(name, language).fullmatch(_said(text[opening(text, language) :])) is not None


def asks_speaker(text: str, language: str) -> bool:
    """Whether it asks who states what was answered: "and who said so?"."""
    return _turned("speaker", text, language)


def asks_source(text: str, language: str) -> bool:
    """Whether it asks where what was answered is written: "where does it say that?"."""
    return _turned("source", text, language)


def asks_reason(text: str, language: str) -> bool:
    """Whether it asks for nothing but the reason: "why?"."""
    return _turned("why", text, language)


def asks(text: str, language: str) -> bool:
    """Whether a word of it asks, apart from what opens it ("what about")."""
    return _pattern("asking", language).search(fold(text[opening(text, language) :]).text) is not None


def asks_whether(text: str, language: str) -> bool:
    """Whether, apart from what opens it, it begins as what is answered by yes or no."""
    return _pattern("whether", language).match(_said(text[opening(text, language) :])) is not None


def asking_places(text: str, language: str) -> list[tuple[int, int]]:
    """Where a text asks, as offsets in it."""
    folded = fold(text)
    return [folded.span(m.start(), m.end()) for m in _pattern("asking", language).finditer(folded.text)]


def names_in(question: Question) -> list[Slot]:
    """The slots that name somebody or something.

    These are those with a capital inside the sentence, places, and unknown words of a script without capitals.
    """
    folded = fold(question.text)
    begins = opening(question.text, question.language)
    found: list[Slot] = []
    for slot in question.slots:
        at = folded.offset(slot.start)
        letter = folded.original[at]
        cased = script_of(letter) not in {"arabic"}
        inside = at > max(begins, 0) and folded.original[:at].strip(_MARKS) != ""
        capital = letter.isupper() and inside
        place = any(key[0] == "c" and is_place(int(key[1:])) for key in slot.keys)
        unknown = not cased and not any(key[0] in "cv" for key in slot.keys)
        if capital or place or unknown:
            found.append(slot)
    return found


def leaning(question: Question) -> Leaning:
    """How much a question needs the one before it."""
    text, language = question.text, question.language
    own = len(question.slots)
    named = bool(names_in(question))
    opened = opening(text, language) > 0
    asking = asks(text, language)
    if any(turned(text, language) for turned in (asks_speaker, asks_source, asks_reason)):
        return Leaning.WHOLE
    if opened and not (asking and own >= _ENOUGH + (0 if named else 1)):
        return Leaning.LIKELY if asking and own > 1 else Leaning.WHOLE
    if _pattern("points", language).search(_said(text)):
        return Leaning.WHOLE if not named and own < _ENOUGH else Leaning.MAYBE
    if not question.slots:
        return Leaning.WHOLE
    return Leaning.LIKELY if not named and own < _ENOUGH and not question.according else Leaning.NONE


_ENOUGH = 3
"""Words of its own by which a question can be found."""


def parts_of(text: str, language: str) -> tuple[str, ...]:
    """The questions that stand in one, in its own words; the text alone where it is one question."""
    folded = fold(text)
    cuts: list[tuple[int, int]] = [(m.start(), m.end()) for m in re.finditer(r"[?؟]+\s+(?=\w)", folded.text)]
    for match in _pattern("joins", language).finditer(folded.text):
        before = folded.text[max((end for _, end in cuts if end <= match.start()), default=0) : match.start()]
        if _asks_twice(before, folded.text[match.end() :], language):
            cuts.append((match.start(), match.end()))
    cuts.sort()
    bounds = [0, *(at for cut in cuts for at in cut), len(folded.text)]
    pieces = [folded.original[slice(*folded.span(a, b))] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    parts = tuple(part for piece in pieces if (part := piece.strip(_MARKS + " \n")))
    told = all(asks(part, language) for part in parts[1:])
    return parts if 1 < len(parts) <= MAX_PARTS and told else (text,)


def _asks_twice(before: str, after: str, language: str) -> bool:
    """Whether what stands before asks, and not only by the word that asks behind, which then goes on with a clause."""
    pattern = _pattern("asking", language)
    asked = [match.group() for match in pattern.finditer(before)]
    second = pattern.match(after)
    return bool(asked) and (second is None or second.group() not in asked[1:])
