"""Word forms: what a word may be a form of, from the least change to the greatest.

For the Latin script Snowball does the work. Arabic and Persian words carry articles, prepositions, pronouns and
plural signs on both ends; they are taken off step by step, and whoever looks a word up takes the first form that is
known, so that nothing is cut that a dictionary does not confirm.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Protocol

from qa_plugin.language.folding import bare
from qa_plugin.language.scripts import script_of

VERSION = "3"
SNOWBALL = {
    "en": "english", "pt": "portuguese", "fr": "french", "ar": "arabic", "fa": "persian", "es": "spanish",
    "it": "italian", "de": "german", "nl": "dutch", "ru": "russian", "tr": "turkish", "sv": "swedish", "ro": "romanian",
    "no": "norwegian", "da": "danish",
    "fi": "finnish", "hu": "hungarian", "el": "greek", "ca": "catalan", "id": "indonesian", "pl": "polish",
    "cs": "czech", "hi": "hindi", "ne": "nepali", "ta": "tamil", "hy": "armenian", "et": "estonian", "lt": "lithuanian",
    "sr": "serbian", "eu": "basque", "ga": "irish", "eo": "esperanto",
}  # fmt: skip

ARTICLES = ("وال", "بال", "فال", "كال", "وبال", "ولل", "فلل", "ال", "لل")
"""The Arabic article, alone and with what is written before it."""
_ARABIC_PREFIXES = (
    *ARTICLES,
    "وب", "ول", "وس", "فس", "وت", "وی", "و", "ف", "ب", "ل", "ک", "س",
)  # fmt: skip
_ARABIC_VERBAL = ("سی", "ست", "ی", "ت", "ن", "ا")
_ARABIC_LIGHT = (
    "اتهم", "اتها", "اته", "تهما", "یین", "یون", "تین", "تان", "اتی", "وهم", "وها",
    "ها", "هم", "هن", "نا", "کم", "هما",
    "ات", "ون", "ین", "ان", "وا", "یه",
)  # fmt: skip
"""What a stem is without; the forms of a word are without more."""
_ARABIC_SUFFIXES = (
    *_ARABIC_LIGHT, "تها", "تهم", "ته", "تی", "ه", "ی", "ت", "ا", "ن", "و",
    # pronouns behind ة, behind a dual or a plural that has lost its ن, behind a verb in the plural, behind ى
    "تهن", "تنا", "تکم", "اتنا", "اتهن", "یها", "یهم", "یهن", "یهما", "ینا", "وه", "وهن", "ونه", "ونها", "ونهم",
    "انه", "انها", "اه", "اها", "اهم", "تموه",
)  # fmt: skip
_BEHIND_HAMZA = frozenset({"وه", "وها", "وهم", "یه", "یها", "یهم"})
"""Pronouns that turn a last ء into ؤ or ئ: وزراؤها."""
_BEHIND_YEH = frozenset({"اه", "اها", "اهم"})
"""Pronouns that turn a last ى into ا: قتلاهم."""
_PERSIAN_LIGHT = (
    "هایشان", "هایمان", "هایتان", "هایش", "هایی", "های", "هایم", "هاست", "ها", "ترین",
    "تری", "تر", "یهای", "گان", "گانی", "یان",
    "شان",
)  # fmt: skip
_PERSIAN_SUFFIXES = (
    *_PERSIAN_LIGHT, "مان", "تان", "اش", "ات", "ام", "ای", "ان", "انی", "اند", "ین", "ایی", "یی",
    "ی", "ش", "م", "ند", "ید", "یم", "د", "ه",
    "را", "یم", "ست", "است", "ندگان", "یت",
)  # fmt: skip
_PERSIAN_VERBS = (
    "شدهاند", "شدهاست", "شدهبود", "نشده", "شدگان", "شدند", "شونده", "شده", "شدن", "شود", "شد",
    "کنندگان", "کننده", "کردهاند", "کردهاست", "کردند", "کرده", "کردن", "کرد", "کنند", "کند",
    "یافته", "یافتن", "دهندگان", "دهنده", "دادن", "گرفته", "گرفتن",
)  # fmt: skip
"""Verbs that are written to the noun they go with, glued or with a joiner, which folding leaves out."""
_PERSIAN_PREFIXES = ("نمی", "می", "ن", "ب")
CLITIC = frozenset({"ar", "fa"})
"""The languages whose words carry others on both ends: no stem of theirs is looked up, but every form."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - Snowball's name


class _Stemmers(threading.local):
    """Snowball's stemmers of one thread: they keep the word that they work on, so threads must not share them."""

    def __init__(self) -> None:
        self.by_language: dict[str, _Stemmer | None] = {}


_STEMMERS = _Stemmers()


def _snowball(language: str) -> _Stemmer | None:
    known = _STEMMERS.by_language
    if language not in known:
        import snowballstemmer

        name = SNOWBALL.get(language)
        known[language] = snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None
    return known[language]


def has_stemmer(language: str) -> bool:
    """Whether the words of a language can be stemmed."""
    return language in SNOWBALL


_PLAIN_SCRIPTS = frozenset({"latin", "arabic", "other"})
"""Scripts whose words are letters only, once folded; elsewhere vowel signs belong to them."""


@lru_cache(maxsize=1_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word, without accents; the word itself where no rule applies."""
    if not word.isalpha() and script_of(word[0]) in _PLAIN_SCRIPTS:
        return bare(word)
    if language in CLITIC and not word.isascii():
        return _light(word, language)
    stemmer = _snowball(language)
    return bare(stemmer.stemWord(word)) if stemmer else bare(word)


def _light(word: str, language: str) -> str:
    """The shortest plausible form: one prefix and one suffix off, at least three letters left."""
    if language == "ar":
        for prefix in ARTICLES:
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                word = word[len(prefix) :]
                break
    suffixes = _ARABIC_LIGHT if language == "ar" else _PERSIAN_LIGHT
    for suffix in suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


# Whoever looks a word up asks for its forms a few times in a row; what was found is kept there, in less room.
@lru_cache(maxsize=1_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """What a folded word may be a form of, likeliest first, beginning with itself (without accents)."""
    plain = bare(word)
    if language == "ar" and not plain.isascii():
        return _arabic_forms(plain)
    if language == "fa" and not plain.isascii():
        return _persian_forms(plain)
    singular = _singular(plain, language)
    more = [singular, stem(singular, language)] if singular else []
    return tuple(dict.fromkeys([plain, stem(word, language), stem(plain, language), *more]))


_PLURALS = {
    "pt": (
        ("ais", "al"),
        ("eis", "el"),
        ("ois", "ol"),
        ("uis", "ul"),
        ("oes", "ao"),
        ("aes", "ao"),
        ("ões", "ão"),
        ("ães", "ão"),
        ("ns", "m"),
        ("is", "il"),
    ),
    "fr": (("aux", "al"), ("aux", "ail"), ("eux", "eu")),
}


_ENDINGS = {
    "en": (("s", ""), ("ies", "y"), ("es", ""), ("ied", "y"), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    "pt": (("s", ""), ("a", "o"), ("as", "o"), ("es", ""), ("a", ""), ("as", "")),
    "fr": (("s", ""), ("x", ""), ("es", ""), ("e", "")),
}


def plain_inflections(plain: str, language: str) -> list[str]:
    """What a word may be a plural, a feminine or (in English) a past tense of, by its ending alone."""
    singular = _singular(plain, language)
    return ([singular] if singular else []) + [
        plain[: -len(ending)] + other
        for ending, other in _ENDINGS.get(language, ())
        if plain.endswith(ending) and len(plain) - len(ending) >= 3
    ]


def _singular(plain: str, language: str) -> str | None:
    """Plurals that change the word and that Snowball leaves apart: hospitais, nações, journaux."""
    for plural, ending in _PLURALS.get(language, ()):
        if plain.endswith(plural) and len(plain) > len(plural) + 1:
            return plain[: -len(plural)] + ending
    return None


def _arabic_forms(word: str) -> tuple[str, ...]:
    fronts = [word]
    fronts += [word[len(p) :] for p in _ARABIC_PREFIXES if word.startswith(p) and len(word) - len(p) >= 3]
    fronts += [f[len(p) :] for f in fronts[:1] for p in _ARABIC_VERBAL if f.startswith(p) and len(f) - len(p) >= 3]
    found = list(fronts)
    for front in fronts:
        for suffix in _ARABIC_SUFFIXES:
            if front.endswith(suffix) and len(front) - len(suffix) >= 3:
                cut = front[: -len(suffix)]
                found.append(cut)
                if suffix[0] in "ت" or suffix in {"ات", "ی", "یه", "ه"}:
                    found.append(cut + "ه")  # the ة behind a pronoun or a plural
                if suffix in _BEHIND_YEH:
                    found.append(cut + "ی")
                if suffix in _BEHIND_HAMZA and cut[-1] == "ا":
                    found.append(cut + "ء")
    return tuple(dict.fromkeys(found))


def _persian_forms(word: str) -> tuple[str, ...]:
    found = [word]
    for suffix in _PERSIAN_SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 2:
            cut = word[: -len(suffix)]
            found.append(cut)
            if suffix in {"گان", "گانی"}:
                found.append(cut + "ه")
    for front in list(found):
        for prefix in _PERSIAN_PREFIXES:
            if front.startswith(prefix) and len(front) - len(prefix) >= 2:
                found += [front[len(prefix) :]]
    found += [cut for front in list(found) for cut in _without_verb(front)]
    return tuple(dict.fromkeys(found))


def _without_verb(word: str) -> list[str]:
    """The noun of a compound: کشته of کشته‌شده; also of one that stands in the plural."""
    return [word[: -len(verb)] for verb in _PERSIAN_VERBS if word.endswith(verb) and len(word) - len(verb) >= 3][:1]
