"""Scripts: which one a letter is of, and what that says where the language is not known."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache

_BLOCKS = (
    (0x0041, 0x024F, "latin"), (0x0370, 0x03FF, "greek"), (0x0400, 0x052F, "cyrillic"), (0x0531, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"), (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"), (0x08A0, 0x08FF, "arabic"),
    (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bengali"), (0x0A00, 0x0A7F, "gurmukhi"),
    (0x0A80, 0x0AFF, "gujarati"), (0x0B00, 0x0B7F, "oriya"), (0x0B80, 0x0BFF, "tamil"), (0x0C00, 0x0C7F, "telugu"),
    (0x0C80, 0x0CFF, "kannada"), (0x0D00, 0x0D7F, "malayalam"), (0x0D80, 0x0DFF, "sinhala"), (0x0E00, 0x0E7F, "thai"),
    (0x0E80, 0x0EFF, "lao"), (0x0F00, 0x0FFF, "tibetan"), (0x1000, 0x109F, "burmese"), (0x10A0, 0x10FF, "georgian"),
    (0x1100, 0x11FF, "hangul"), (0x1200, 0x139F, "ethiopic"), (0x1780, 0x17FF, "khmer"), (0x1E00, 0x1EFF, "latin"),
    (0x1F00, 0x1FFF, "greek"), (0x3005, 0x3007, "han"), (0x3040, 0x30FF, "kana"), (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"), (0xAC00, 0xD7AF, "hangul"), (0xF900, 0xFAFF, "han"), (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"), (0x20000, 0x323AF, "han"),
)  # fmt: skip
_STARTS = [start for start, _, _ in _BLOCKS]
OTHER = "other"

USUAL_LANGUAGE = {
    "latin": "en", "arabic": "ar", "cyrillic": "ru", "devanagari": "hi", "han": "zh", "kana": "ja", "hangul": "ko",
    "greek": "el", "armenian": "hy", "hebrew": "he", "bengali": "bn", "gurmukhi": "pa", "gujarati": "gu",
    "oriya": "or", "tamil": "ta", "telugu": "te", "kannada": "kn", "malayalam": "ml", "sinhala": "si", "thai": "th",
    "lao": "lo", "tibetan": "bo", "burmese": "my", "georgian": "ka", "ethiopic": "am", "khmer": "km",
}  # fmt: skip
"""The language whose rules a word of a script is given where nothing tells it closer."""
SHARED = frozenset({"latin", "arabic", "cyrillic", "devanagari"})
"""Scripts of several languages, which words and letters must tell apart."""
WITHOUT_BLANKS = frozenset({"han", "kana", "thai", "lao", "khmer", "burmese", "tibetan"})
"""Scripts whose words stand next to each other."""


@cache
def script_of(letter: str) -> str:
    """The script of a letter; `other` for rare ones and for all that is no letter of a script."""
    code = ord(letter)
    at = bisect_right(_STARTS, code) - 1
    return _BLOCKS[at][2] if at >= 0 and code <= _BLOCKS[at][1] else OTHER


@cache
def marks() -> str:
    """The vowel signs and other marks that stand inside words of Hebrew, Indic and Asian scripts, as a character class.

    Those of the Latin and Arabic scripts are not among them: they are folded away.
    """
    codes = [*range(0x0591, 0x0600), *range(0x0900, 0x1900)]
    found = [c for c in codes if unicodedata.category(chr(c)) in {"Mn", "Mc"}]
    runs: list[list[int]] = []
    for code in found:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in runs)
