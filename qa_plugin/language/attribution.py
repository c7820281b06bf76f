"""Who states what a sentence says: "according to the ministry", "disse a KCNA", "ادعای غرب درباره"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import Folded, bare, fold_text

_NAME = r"(?P<x>[^,;:.!?()\[\]\"«»،؛]{2,60}?)"
_SUBJECT = r"(?P<x>(?<!\w)(?:the )?[^\W\d_][^,;:.!?()\[\]\"«»]{1,48}?)"
_LONGEST_NAME = 6


@dataclass(frozen=True, slots=True)
class Attribution:
    """The words of a sentence that name who states it, as a place in the folded text."""

    start: int
    end: int


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    raw = load_toml("attributions.toml").get(language, {})
    table = {name: [fold_text(text) for text in texts] for name, texts in raw.items()}
    stops = "|".join(map(re.escape, table.get("stop", [])))
    end = rf"(?=[,;:.!?()\[\]\"«»،؛]|$|\s(?:{stops})\b)" if stops else r"(?=[,;:.!?]|$)"
    found = []
    for pattern in table.get("patterns", []):
        if "{x}" in pattern and "(?:{x} )?" not in pattern:
            tail = "" if "{x}(?=" in pattern or not pattern.endswith("{x}") else end
            found.append(re.compile(rf"(?<!\w)(?:{pattern.replace('{x}', _NAME)}){tail}"))
    found.extend(re.compile(pattern.replace("{x}", _SUBJECT)) for pattern in table.get("before", []))
    return tuple(found)


def find_attributions(folded: Folded, language: str) -> list[Attribution]:
    """The names of those who state a sentence, in order; empty where it speaks for itself."""
    plain = "".join(b if len(b := bare(c)) == 1 else "?" for c in folded.text)
    found: list[Attribution] = []
    for pattern in _patterns(language):
        for match in pattern.finditer(plain):
            start, end = match.span("x")
            words = plain[start:end].split()
            if words and len(words) <= _LONGEST_NAME and not words[0].isdecimal():
                found.append(Attribution(start, end))
    found.sort(key=lambda a: a.start)
    return found
