"""Whether a sentence is in another language than its reader's: said only where it is sure.

Another script is sure. Between languages of one script it takes some words, of which those of the other language
outweigh the reader's by far; names and quoted words are nobody's language, and set aside first.
"""

from __future__ import annotations

import re

from qa_plugin.language.detection import UNDETERMINED, detect, points_of, script_of_language, small_words
from qa_plugin.language.scripts import OTHER, script_of

_SET_ASIDE = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"|‹[^›]*›|\([^)]*\)|\S+\.[a-z]{2,}\S*")
"""What is quoted, what stands in brackets, and addresses."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'\u200c-][^\W\d_]+)*")
_ENOUGH_WORDS = 6
"""Between languages of one script; fewer may be a name, or words that both languages have."""
_ENOUGH_POINTS = 2.0
_TIMES = 2.0
"""How much more must speak for the other language than for the reader's."""


def other_language(text: str, language: str) -> str | None:
    """The language of a text that is surely not in this one, `und` where only its script is; None where it may be.

    Args:
        text: A sentence or less, written for a reader.
        language: ISO 639-1 code of what the reader reads.
    """
    own = script_of_language(language)
    words = _plain_words(_SET_ASIDE.sub(" ", text))
    if own == OTHER or not words:
        return None
    foreign = sum(len(word) for word in words if script_of(word[0]) != own)
    if 2 * foreign > sum(map(len, words)):
        told = detect(text)
        return told if told != UNDETERMINED and script_of_language(told) != own else UNDETERMINED
    if len(words) < _ENOUGH_WORDS or not small_words(language):
        return None
    points = points_of(" ".join(words))
    other = max(points, key=lambda one: points[one], default=language)
    enough = points.get(other, 0.0) >= max(_ENOUGH_POINTS, _TIMES * points.get(language, 0.0))
    return other if other != language and enough and len(other) == len(language) else None


def _plain_words(text: str) -> list[str]:
    """The words without names, as far as capitals tell them; a capital at the very beginning tells nothing.

    A text of nothing but names has none.
    """
    words = _WORD.findall(text)
    return [word for at, word in enumerate(words) if not _is_name(word, first=at == 0 and len(words) > 1)]


def _is_name(word: str, *, first: bool) -> bool:
    return word[0].isupper() and (not first or (word.isupper() and len(word) > 1))
