"""Which language a text is in: its script, then the small words and letters that are a language's own.

Rival languages are held beside the five, so that a Spanish or Urdu article is not taken for its neighbour;
whatever is none of the five is `und`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qa_plugin.language.folding import bare, fold_text

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
"""A short question is asked in one of the five unless much speaks against it."""
_HINT = 0.1
_MIXED_SHARE = 0.5
_OTHER_SCRIPT = "other"
_ARTICLE = "ال"

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-zªºß-öø-ɏḀ-ỿ]")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class _Languages:
    ours: frozenset[str]
    script: dict[str, str]
    alphabet: dict[str, frozenset[str]]
    words: dict[str, tuple[str, ...]]
    """Small word, folded, to the languages that have it."""
    letters: dict[str, tuple[str, ...]]
    hints: dict[str, frozenset[str]]


@cache
def _languages() -> _Languages:
    raw = tomllib.loads(files("qa_plugin.data").joinpath("detection.toml").read_text(encoding="utf-8"))
    entries = {**raw["ours"], **raw["rivals"]}
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
        script={language: entry["script"] for language, entry in entries.items()},
        alphabet={language: frozenset(entry["alphabet"]) for language, entry in entries.items()},
        words={word: tuple(sorted(found)) for word, found in words.items()},
        letters={letter: tuple(sorted(found)) for letter, found in letters.items()},
        hints={language: frozenset(entry["hints"]) for language, entry in entries.items() if "hints" in entry},
    )


def detect(text: str) -> str:
    """The language of a text or a short question: en, pt, fr, ar, fa, or `und` for anything else."""
    best = best_guess(text)
    return best if best in _languages().ours else UNDETERMINED


def best_guess(text: str) -> str:
    """As `detect`, but rival languages are named too (`es`, `ur`, …); `und` where nothing speaks clearly."""
    sample = unicodedata.normalize("NFKC", _sample(text)).lower()
    words = Counter(_WORD.findall(fold_text(sample)))
    total = words.total()
    if not total:
        return UNDETERMINED
    characters = Counter(sample)
    shares = _script_shares(characters)
    if shares[_OTHER_SCRIPT] > _MIXED_SHARE:
        return UNDETERMINED
    languages = _languages()
    telling = _telling(words)
    scores = _scores(telling, words.total(), characters)
    if total < _LONG_TEXT_WORDS:
        return _winner(_leaning_ours(scores, characters))
    script = max(shares, key=lambda name: shares[name])
    winner = _winner({name: score for name, score in scores.items() if languages.script[name] == script})
    return winner if _share_known(words, telling, winner) >= _LONG_TEXT_SHARE * shares[script] else UNDETERMINED


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
    return {"latin": latin, "arabic": arabic, _OTHER_SCRIPT: max(0.0, 1.0 - latin - arabic)}


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


def _winner(scores: dict[str, float]) -> str:
    if not scores:
        return UNDETERMINED
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        return UNDETERMINED
    return ranked[0][0]
