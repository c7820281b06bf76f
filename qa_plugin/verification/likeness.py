"""Whether two names sound alike: by their skeletons, by their vowels, and in one script by their letters too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_plugin.language.scripts import script_of

LONG_KEY = 5
"""Consonants from which one may differ between two scripts."""


def sounds_alike(
    own: Sequence[str], keys: frozenset[str], others: Sequence[str], other_keys: frozenset[str], *, sure: bool
) -> bool:
    """Whether two names sound alike.

    Args:
        own: The one, as it stands and without what is written to it.
        keys: Its skeletons.
        others: The other.
        other_keys: Its skeletons.
        sure: Whether it is one word of several, so that less is left to chance.
    """
    plain, other = own[0], others[0]
    if script_of(plain[0]) == script_of(other[0]):
        # Few skeletons are near each other, and to compare letter by letter takes longest.
        return _near_keys(keys, other_keys, LONG_KEY) and edits(plain, other, limit=(len(plain) + 1) // 3)
    return _near_keys(keys, other_keys, LONG_KEY - 1 if sure else LONG_KEY) and any(
        _vowels_fit(mine, its) for mine in own for its in others
    )


def _near_keys(keys: frozenset[str], others: frozenset[str], shortest: int) -> bool:
    """Whether two names share a skeleton, or have one of some length with a consonant between them."""
    return not keys.isdisjoint(others) or any(
        len(mine) >= shortest and len(its) >= shortest and mine[0] == its[0] and edits(mine, its, limit=1)
        for mine in keys
        for its in others
    )


_LONG_VOWELS = {"ا": "aeo", "و": "ouw", "ی": "iey"}
_WRITTEN_VOWELS = re.compile("[اوی]")
_LATIN_VOWELS = re.compile("[aeiouyw]")


def _vowels_fit(first: str, second: str) -> bool:
    """Whether the long vowels that the Arabic script writes stand in the other name, in their order.

    Consonants are soon shared by chance: a last vowel must be written, and one at least where the other has several.
    """
    arabic, other = (first, second) if script_of(first[0]) == "arabic" else (second, first)
    if not other.isascii() or script_of(arabic[0]) != "arabic":
        return True
    written = _WRITTEN_VOWELS.findall(arabic[1:])
    spoken = "".join(_LATIN_VOWELS.findall(other))
    at = missed = 0
    for vowel in written:
        place = next((i for i in range(at, len(spoken)) if spoken[i] in _LONG_VOWELS[vowel]), None)
        if place is None:
            missed += vowel != "و" or not re.search("[vwf]", other)
        else:
            at = place + 1
    last = {**_LONG_VOWELS, "ه": "ae", "ء": "a", "ع": "aei", "ح": "aeiou"}.get(arabic[-1], "")
    ends = other[-1] not in "aoiuy" or other[-1] in last
    return ends and missed <= (len(written) >= 4) and (bool(written) or len(spoken) < 3)


def edits(first: str, second: str, *, limit: int) -> bool:
    """Whether at most `limit` letters have to be changed, added or left out to come from one word to the other."""
    if abs(len(first) - len(second)) > limit:
        return False
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        previous, row[0] = row[0], at
        for place, other in enumerate(second, 1):
            previous, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, previous + (letter != other))
    return row[-1] <= limit
