"""Names across scripts: a consonant skeleton under which Shoigu, Choïgou, شويغو and شویگو meet.

Sounds that one script writes and another does not (short vowels), or that languages write differently (sh, ch, ش),
fall together; a name that can be read in two ways gets both keys. Skeletons of fewer than three consonants keep
their written vowels, since Kim, Kam and Kaim would meet otherwise.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare

VERSION = "5"
MAX_KEYS = 4

# Latin letters, longest first; upper case: a consonant class, lower case: a vowel, "": silent.
# Several readings are parted by a bar.
_LATIN = [
    ("ough", "u"), ("tsch", "X"), ("dsch", "J"), ("schtsch", "X"), ("shch", "X"),
    ("sch", "X"), ("tch", "X"), ("dzh", "J"), ("cz", "X"), ("sh", "X"), ("ch", "X|K"), ("kh", "K"), ("gh", "K"),
    ("ph", "F"), ("th", "T"), ("zh", "J"), ("dj", "J"), ("dh", "T"), ("ts", "S"), ("tz", "S"), ("ck", "K"),
    ("qu", "K"), ("gu", "Ku|K"), ("cc", "K"), ("ss", "S"), ("x", "KS|X"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ei", "i"), ("ai", "a"), ("ay", "a"), ("ey", "i"), ("oe", "u"), ("eo", "i"),
    ("b", "P"), ("p", "P"), ("t", "T"), ("d", "T"), ("k", "K"), ("q", "K"), ("f", "F"), ("v", "F"),
    ("l", "L"), ("m", "M"), ("n", "N"), ("r", "R"), ("s", "S"), ("z", "S"), ("j", "J"), ("h", ""),
    ("a", "a"), ("e", "i"), ("i", "i"), ("y", "i"), ("o", "u"), ("u", "u"),
]  # fmt: skip
_SOFT = {"c": "S", "g": "J|K"}  # before e, i, y
_HARD = {"c": "K", "g": "K"}

_ARABIC = {
    "ب": "P", "پ": "P", "ت": "T", "ط": "T", "د": "T", "ض": "T", "ث": "T|S", "ذ": "T|S", "ظ": "T|S",
    "ج": "J|K", "چ": "X", "ژ": "J", "ش": "X", "س": "S", "ص": "S", "ز": "S", "خ": "K", "غ": "K", "گ": "K", "ک": "K",
    "ق": "K", "ف": "F", "ڤ": "F", "ل": "L", "م": "M", "ن": "N", "ر": "R", "ه": "", "ح": "", "ع": "", "ء": "",
    "ا": "a", "ی": "i", "و": "u",
}  # fmt: skip
_PERSIAN = {"ث": "S", "ذ": "S", "ظ": "S", "ض": "S", "ج": "J"}
_LATIN_PATTERN = re.compile("|".join([*(re.escape(letters) for letters, _ in _LATIN if len(letters) > 1), "."]))
_LATIN_MAP = dict(_LATIN)


@cache
def _letters() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, str] = {}
    for letters in load_toml("names.toml")["letters"].values():
        table.update(letters)
    pattern = "|".join(re.escape(letters) for letters in sorted(table, key=len, reverse=True))
    return re.compile(f"{pattern}|."), table


def _transliterated(word: str) -> str:
    """A word of another script in Latin letters; those that no table lists are left out, Latin ones stay."""
    pattern, table = _letters()
    found = [table.get(m.group(), m.group() if m.group().isascii() else "") for m in pattern.finditer(word)]
    return "".join(found)


def _latin(word: str) -> list[str]:
    sounds: list[str] = []
    for match in _LATIN_PATTERN.finditer(word):
        part, after = match.group(), word[match.end() : match.end() + 1]
        if part == "c" or part == "g":
            sounds.append((_SOFT if after in {"e", "i", "y"} else _HARD)[part])
        elif part == "w":
            sounds.append("F" if match.start() == 0 else "u")
        else:
            sounds.append(_LATIN_MAP.get(part, ""))
    return sounds


def _arabic(word: str, *, persian: bool) -> list[str]:
    sounds: list[str] = []
    for at, letter in enumerate(word):
        if letter == "و":
            before, after = word[at - 1 : at], word[at + 1 : at + 2]
            if at == 0:
                sounds.append("F")
            elif persian and (after in {"ا", "ی"} or (before == "ا" and after)):
                sounds.append("F|u")  # لاوروف: v; کوروش: u
            else:
                sounds.append("u")
        elif persian and letter in _PERSIAN:
            sounds.append(_PERSIAN[letter])
        elif letter == "ه" and at == len(word) - 1:
            sounds.append("a")
        else:
            sounds.append(_ARABIC.get(letter, ""))
    return sounds


def _keys(sounds: list[str], *, spoken: bool) -> tuple[str, ...]:
    """The keys of a name's sounds; `spoken` says that its script writes the short vowels too."""
    readings = [""]
    for sound in sounds:
        choices = sound.split("|")
        readings = [r + c for r in readings for c in choices][: MAX_KEYS * 2]
    keys: list[str] = []
    for reading in readings:
        consonants = _once(re.sub("[a-z]", "", reading))
        if len(consonants) >= 3:
            found = [consonants]
        elif consonants and len(reading) >= 2:
            short = _once(re.sub("i$", "a", reading))
            found = [short, *(_unspoken(short) if spoken else ())]
        else:
            continue
        keys += [key for key in found if key not in keys]
    return tuple(keys[:MAX_KEYS])


def _once(reading: str) -> str:
    """A reading with doubled sounds written once."""
    return re.sub(r"(.)\1+", r"\1", reading)


def _unspoken(key: str) -> list[str]:
    """A short key as a script without short vowels has it: Haddad, whose h is not heard, as حداد, and Reza as رضا."""
    without = (_once(key[1:]) if key[0].islower() else "", re.sub("(?<=[A-Z])[ai](?=[A-Z])", "", key))
    return [k for k in without if k != key and re.search("[a-z]", k) and len(re.findall("[A-Z]", k)) >= 2]


@lru_cache(maxsize=1_000)
def skeletons(word: str, language: str = "und") -> tuple[str, ...]:
    """The keys of a folded word, at most `MAX_KEYS`; empty where too little of it sounds.

    `language` settles what the Arabic script leaves open (و is v in Persian names, never in Arabic ones).
    """
    plain = bare(word)
    if plain[:1].isascii():
        return _keys(_latin(plain), spoken=True)
    if not "\u0600" <= plain[0] <= "\u08ff":
        return _keys(_latin(_transliterated(plain)), spoken=True)
    return _keys(_arabic(plain, persian=language == "fa"), spoken=False)
