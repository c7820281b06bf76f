"""Which language a text is in: its script, then the small words and letters that are a language's own.

Rival languages, which have no words in the lexicon, are held beside those that do, so that a Spanish or Urdu article
is not taken for its neighbour; what no language speaks clearly for is `und`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.scripts import OTHER, SHARED, USUAL_LANGUAGE, script_of

UNDETERMINED = "und"
_SAMPLE_CHARACTERS = 4_000
_SAMPLE_WINDOWS = 8
_PROSE_LINE = 50
"""A line of at least this many characters is prose rather than a menu entry or a button."""
_PROSE_ENOUGH = 200
_LONG_TEXT_WORDS = 25
_LONG_TEXT_SHARE = 0.17
"""Share of small words below which a longer text is in none of the languages that are listed."""
_RIVAL_IN_SHORT_TEXT = 0.7
"""A short question is asked in a language of the lexicon unless much speaks against it."""
_HINT = 0.1
_MIXED_SHARE = 0.5
_CODE_LENGTH = 2
_SHORT_WORD = 4
_ARTICLE = "ال"

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-zªºß-öø-ɏḀ-ỿ]")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class _Languages:
    ours: frozenset[str]
    near: dict[str, tuple[str, ...]]
    """Language without words of its own in the lexicon to those whose words it is likely to share."""
    small_words: dict[str, str]
    script: dict[str, str]
    alphabet: dict[str, frozenset[str]]
    words: dict[str, tuple[str, ...]]
    """Small word, folded, to the languages that have it."""
    letters: dict[str, tuple[str, ...]]
    hints: dict[str, frozenset[str]]


@cache
def _languages() -> _Languages:
    raw = load_toml("detection.toml")
    entries = {**raw["rivals"], **raw["ours"]}
    words: dict[str, set[str]] = {}
    letters: dict[str, set[str]] = {}
    for language, entry in entries.items():
        for word in _WORD.findall(fold_text(entry["words"])):
            words.setdefault(word, set()).add(language)
        for letter in entry["letters"]:
            letters.setdefault(letter, set()).add(language)
    for word in [word for word in words if bare(word) not in words]:
        words[bare(word)] = words[word]  # people leave accents out of questions
    return _Languages(
        ours=frozenset(raw["ours"]),
        near={language: tuple(entry["near"].split()) for language, entry in entries.items() if "near" in entry},
        small_words={language: entry["words"] for language, entry in entries.items()},
        script={language: entry["script"] for language, entry in entries.items()},
        alphabet={language: frozenset(entry.get("alphabet", "")) for language, entry in entries.items()},
        words={word: tuple(sorted(found)) for word, found in words.items()},
        letters={letter: tuple(sorted(found)) for letter, found in letters.items()},
        hints={language: frozenset(entry["hints"]) for language, entry in entries.items() if "hints" in entry},
    )


def detect(text: str) -> str:
    """The language of a text or a short question by its ISO 639-1 code; `und` where it has none or is unclear."""
    best = best_guess(text)
    return best if len(best) == _CODE_LENGTH else UNDETERMINED


def best_guess(text: str) -> str:
    """As `detect`, but languages with a longer name are named too (`ckb`)."""
    sample = unicodedata.normalize("NFKC", _sample(text)).lower()
    words = Counter(_WORD.findall(fold_text(sample)))
    total = words.total()
    if not total:
        return UNDETERMINED
    characters = Counter(sample)
    shares = _script_shares(characters)
    telling = _telling(words)
    scores = _scores(telling, total, characters)
    if shares[OTHER] > _MIXED_SHARE:
        return _by_script(characters, scores)
    languages = _languages()
    if total < _LONG_TEXT_WORDS:
        winner = _winner(_leaning_ours(scores, characters))
        return winner if winner in languages.ours or _speaks_for(telling, characters, winner) else UNDETERMINED
    script = max(shares, key=lambda name: shares[name])
    winner = _winner({name: score for name, score in scores.items() if languages.script[name] == script})
    return winner if _share_known(words, telling, winner) >= _LONG_TEXT_SHARE * shares[script] else UNDETERMINED


def points_of(text: str) -> dict[str, float]:
    """What speaks for each language in a text: its small words and its own letters."""
    sample = unicodedata.normalize("NFKC", text).lower()
    words = Counter(_WORD.findall(fold_text(sample)))
    return _scores(_telling(words), words.total(), Counter(sample))


def known_languages() -> frozenset[str]:
    """The codes that `detect` can give."""
    return frozenset(c for c in {*_languages().script, *USUAL_LANGUAGE.values()} if len(c) == _CODE_LENGTH)


def script_of_language(language: str) -> str:
    """The script that a language is written in; `other` where it is not listed."""
    listed = _languages().script.get(language)
    return listed or next((script for script, usual in USUAL_LANGUAGE.items() if usual == language), OTHER)


def near_languages(language: str) -> tuple[str, ...]:
    """The languages whose words a language is likely to share, likeliest first; empty where that is not known."""
    return _languages().near.get(language, ())


def small_words(language: str) -> str:
    """The small words by which a language is told; empty for one that is not listed."""
    return _languages().small_words.get(language, "")


def letters_of(language: str) -> frozenset[str]:
    """The small letters beyond a-z that a language (a rival one too) is written with."""
    return _languages().alphabet.get(language, frozenset())


def _sample(text: str) -> str:
    """At most 4,000 characters, spread over the text; of these the prose, where there is some."""
    if len(text) > _SAMPLE_CHARACTERS:
        width = _SAMPLE_CHARACTERS // _SAMPLE_WINDOWS
        step = (len(text) - width) // (_SAMPLE_WINDOWS - 1)
        text = "\n".join(text[start : start + width] for start in range(0, len(text) - width + 1, step))
    prose = [line for line in text.splitlines() if len(line) >= _PROSE_LINE]
    if sum(map(len, prose)) >= _PROSE_ENOUGH:
        return "\n".join(prose)
    return text


def _script_shares(characters: Counter[str]) -> dict[str, float]:
    """Shares of the letters; a text has few different characters, so that each is looked at once."""
    different = "".join(characters)

    def count(kind: re.Pattern[str]) -> int:
        return sum([characters[letter] for letter in kind.findall(different)])

    letters = count(_LETTER) or 1
    latin, arabic = count(_LATIN) / letters, count(_ARABIC) / letters
    return {"latin": latin, "arabic": arabic, OTHER: max(0.0, 1.0 - latin - arabic)}


def _by_script(characters: Counter[str], scores: dict[str, float]) -> str:
    """The language of a text that is neither in the Latin nor in the Arabic script."""
    counts: Counter[str] = Counter()
    for letter in _LETTER.findall("".join(characters)):
        counts[script_of(letter)] += characters[letter]
    if counts["kana"] * 10 > counts["han"] and counts["kana"] + counts["han"] > counts.total() * _MIXED_SHARE:
        return USUAL_LANGUAGE["kana"]  # Japanese is written in both
    script, count = counts.most_common(1)[0]
    if script == OTHER or count < counts.total() * _MIXED_SHARE:
        return UNDETERMINED
    if script not in SHARED:
        return USUAL_LANGUAGE[script]
    script_of_ = _languages().script
    return _winner({name: score for name, score in scores.items() if script_of_[name] == script})


def _telling(words: Counter[str]) -> dict[str, int]:
    """The few words that speak for a language: the small ones, and those that may have the Arabic article."""
    listed = _languages().words
    return {word: count for word, count in words.items() if word in listed or word[0] == _ARTICLE[0]}


def _scores(telling: dict[str, int], total: int, characters: Counter[str]) -> dict[str, float]:
    """Points for each language: its small words, fewer for those it shares, and its own letters."""
    languages = _languages()
    scores: defaultdict[str, float] = defaultdict(float)
    for word, count in telling.items():
        found = languages.words.get(word, ())
        points = count / len(found) ** 0.5 if found else 0.0
        for language in found:
            scores[language] += points
        if _has_arabic_article(word):
            scores["ar"] += 0.5 * count
    for letter in characters.keys() & languages.letters.keys():
        found = languages.letters[letter]
        points = 0.5 * min(characters[letter], total / 5) / len(found) ** 0.5
        for language in found:
            scores[language] += points
    return dict(scores)


def _share_known(words: Counter[str], telling: dict[str, int], language: str) -> float:
    """Share of the words that are the language's small words, single letters left out."""
    listed = _languages().words
    single = sum([count for word, count in words.items() if len(word) == 1])
    known = [
        count
        for word, count in telling.items()
        if len(word) > 1 and (language in listed.get(word, ()) or (language == "ar" and _has_arabic_article(word)))
    ]
    return sum(known) / max(words.total() - single, 1)


def _has_arabic_article(word: str) -> bool:
    return word.startswith(_ARTICLE) and len(word) >= 5


def _leaning_ours(scores: dict[str, float], characters: Counter[str]) -> dict[str, float]:
    """The scores of a few words: rivals count less, and letters that tip the scale count too."""
    languages = _languages()
    leaning = {
        name: score * (1.0 if name in languages.ours else _RIVAL_IN_SHORT_TEXT) for name, score in scores.items()
    }
    for name, hints in languages.hints.items():
        leaning[name] = leaning.get(name, 0.0) + _HINT * sum(letter in hints for letter in characters)
    return {name: score for name, score in leaning.items() if score > 0}


def _speaks_for(telling: Iterable[str], characters: Iterable[str], rival: str) -> bool:
    """Whether more than one word of a few speaks for a rival: a short one alone may be a name."""
    languages = _languages()
    known = sum(1 + (len(word) > _SHORT_WORD) for word in telling if rival in languages.words.get(word, ()))
    letters = any(rival in languages.letters.get(letter, ()) for letter in characters)
    return known + letters > 1


def _winner(scores: dict[str, float]) -> str:
    if not scores:
        return UNDETERMINED
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        return UNDETERMINED
    return ranked[0][0]
