"""Words of a name that stand beside another word of it in another script: there, their consonants are enough.

A first name often has two consonants, which alone tell nothing; next to the surname they do: Eurico Salvaterreira.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qa_plugin.language.names import skeletons
from qa_plugin.language.scripts import script_of
from qa_plugin.verification.likeness import sounds_alike
from qa_plugin.verification.views import TextView, bases, language_of, sounds

_APART = 3
"""Words within which two words of one name stand: Ohoud bint Nasser al-Riyami."""
_TELLING = 4
"""Letters from which a word tells where in a text its name stands."""
_SOUNDED = re.compile("[A-Z]+")


def stands_beside(word: tuple[str, str], other: tuple[str, str], view: TextView, *, ahead: bool) -> bool:
    """Whether a text in another script has a word of a name beside another word of the same name.

    Args:
        word: The word that is looked for, with the language that it is read in.
        other: A word next to it in the claim, with its language.
        view: The text.
        ahead: Whether the other one comes behind it.
    """
    if len(other[0]) < _TELLING:
        return False
    for place in _places(other, view):
        near = slice(max(0, place - _APART), place) if ahead else slice(place + 1, place + 1 + _APART)
        for one in view.sequence[near]:
            if script_of(one[0]) != script_of(word[0][0]) and _alike(word, one, language_of(one, view.language)):
                return True
    return False


def _alike(word: tuple[str, str], other: str, language: str) -> bool:
    return not consonants(*word).isdisjoint(consonants(other, language)) or sounds_alike(
        bases(*word), sounds(*word), bases(other, language), sounds(other, language), sure=True
    )


def _places(word: tuple[str, str], view: TextView) -> Iterator[int]:
    own, keys, script = bases(*word), sounds(*word), script_of(word[0][0])
    for at, one in enumerate(view.sequence):
        if script_of(one[0]) == script:
            continue
        language = language_of(one, view.language)
        if sounds_alike(own, keys, bases(one, language), sounds(one, language), sure=True):
            yield at


@lru_cache(maxsize=20_000)
def consonants(word: str, language: str) -> frozenset[str]:
    """The consonants of a name in its possible readings; none where there are fewer than two."""
    found: set[str] = set()
    for form in bases(word, language):
        # At the end of a Persian word و may be a v as well: کلایو.
        spelt = (form, form[:-1] + "ف") if language == "fa" and form.endswith("و") else (form,)
        for key in (key for one in spelt for key in skeletons(one, language)):
            # تش is how the Arabic script writes ch.
            read = "".join(_SOUNDED.findall(key)).replace("TX", "X")
            if len(read) > 1:
                found.add(read)
    return frozenset(found)
