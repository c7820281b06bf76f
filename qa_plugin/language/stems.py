"""Word forms: what a word may be a form of, from the least change to the greatest.

For the Latin script Snowball does the work. Arabic and Persian words carry articles, prepositions, pronouns and
plural signs on both ends; they are taken off step by step, and whoever looks a word up takes the first form that is
known, so that nothing is cut that a dictionary does not confirm.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol

from qa_plugin.language.folding import bare

VERSION = "2"
SNOWBALL = {
    "en": "english", "pt": "portuguese", "fr": "french", "ar": "arabic", "fa": "persian", "es": "spanish",
    "it": "italian", "de": "german", "nl": "dutch", "ru": "russian", "tr": "turkish", "sv": "swedish", "ro": "romanian",
    "no": "norwegian", "da": "danish",
    "fi": "finnish", "hu": "hungarian", "el": "greek", "ca": "catalan", "id": "indonesian",
}  # fmt: skip

_ARABIC_PREFIXES = (
    "وال", "بال", "فال", "كال", "وبال", "ولل", "فلل", "ال", "لل",
    "وب", "ول", "وس", "فس", "وت", "وی", "و", "ف", "ب", "ل", "ک", "س",
)  # fmt: skip
_ARABIC_VERBAL = ("سی", "ست", "ی", "ت", "ن", "ا")
_ARABIC_SUFFIXES = (
    "اتهم", "اتها", "اته", "تهما", "یین", "یون", "تین", "تان", "اتی", "وهم", "وها",
    "ها", "هم", "هن", "نا", "کم", "هما",
    "ات", "ون", "ین", "ان", "وا", "یه", "تها", "تهم", "ته", "تی", "ه", "ی", "ت", "ا", "ن", "و",
)  # fmt: skip
_PERSIAN_SUFFIXES = (
    "هایشان", "هایمان", "هایتان", "هایش", "هایی", "های", "هایم", "هاست", "ها", "ترین",
    "تری", "تر", "یهای", "گان", "گانی", "یان",
    "شان", "مان", "تان", "اش", "ات", "ام", "ای", "ان", "انی", "اند", "ین", "ایی", "یی",
    "ی", "ش", "م", "ند", "ید", "یم", "د", "ه",
    "را", "یم", "ست", "است", "ندگان", "یت",
)  # fmt: skip
_PERSIAN_PREFIXES = ("نمی", "می", "ن", "ب")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - Snowball's name


@cache
def _snowball(language: str) -> _Stemmer | None:
    import snowballstemmer

    name = SNOWBALL.get(language)
    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None


@lru_cache(maxsize=1_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word, without accents; the word itself where no rule applies."""
    if not word.isalpha():
        return bare(word)
    if language in {"ar", "fa"} and not word.isascii():
        return _light(word, language)
    stemmer = _snowball(language)
    return bare(stemmer.stemWord(word)) if stemmer else bare(word)


def _light(word: str, language: str) -> str:
    """The shortest plausible form: one prefix and one suffix off, at least three letters left."""
    if language == "ar":
        for prefix in _ARABIC_PREFIXES[:9]:
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                word = word[len(prefix) :]
                break
    suffixes = _ARABIC_SUFFIXES[:23] if language == "ar" else _PERSIAN_SUFFIXES[:17]
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
INFLECTED = frozenset(_ENDINGS)
"""The languages whose words have plain inflections."""


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
    return tuple(dict.fromkeys(found))
