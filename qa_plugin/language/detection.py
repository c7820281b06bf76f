"""Which language a text is in: its script, then the small words and letters that are a language's own.

Rival languages are held beside the five, so that a Spanish or Urdu article is not taken for its neighbour;
whatever is none of the five is `und`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
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
    shares = _script_shares(sample)
    if shares[_OTHER_SCRIPT] > _MIXED_SHARE:
        return UNDETERMINED
    languages = _languages()
    scores = _scores(words, sample)
    if total < _LONG_TEXT_WORDS:
        return _winner(_leaning_ours(scores, sample))
    script = max(shares, key=lambda name: shares[name])
    winner = _winner({name: score for name, score in scores.items() if languages.script[name] == script})
    return winner if _share_known(words, winner) >= _LONG_TEXT_SHARE * shares[script] else UNDETERMINED


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


def _script_shares(sample: str) -> dict[str, float]:
    letters = len(_LETTER.findall(sample)) or 1
    latin = len(_LATIN.findall(sample)) / letters
    arabic = len(_ARABIC.findall(sample)) / letters
    return {"latin": latin, "arabic": arabic, _OTHER_SCRIPT: max(0.0, 1.0 - latin - arabic)}


def _scores(words: Counter[str], sample: str) -> dict[str, float]:
    """Points for each language: its small words, fewer for those it shares, and its own letters."""
    languages = _languages()
    scores: dict[str, float] = {}
    for word, count in words.items():
        found = languages.words.get(word, ())
        for language in found:
            scores[language] = scores.get(language, 0.0) + count / len(found) ** 0.5
        if _has_arabic_article(word):
            scores["ar"] = scores.get("ar", 0.0) + 0.5 * count
    for letter in set(sample) & languages.letters.keys():
        found = languages.letters[letter]
        points = 0.5 * min(sample.count(letter), words.total() / 5)
        for language in found:
            scores[language] = scores.get(language, 0.0) + points / len(found) ** 0.5
    return scores


def _share_known(words: Counter[str], language: str) -> float:
    """Share of the words that are the language's small words, single letters left out."""
    listed = _languages().words
    longer = {word: count for word, count in words.items() if len(word) > 1}
    known = sum(
        count
        for word, count in longer.items()
        if language in listed.get(word, ()) or (language == "ar" and _has_arabic_article(word))
    )
    return known / max(sum(longer.values()), 1)


def _has_arabic_article(word: str) -> bool:
    return word.startswith("ال") and len(word) >= 5


def _leaning_ours(scores: dict[str, float], sample: str) -> dict[str, float]:
    """The scores of a few words: rivals count less, and letters that tip the scale count too."""
    languages = _languages()
    leaning = {
        name: score * (1.0 if name in languages.ours else _RIVAL_IN_SHORT_TEXT) for name, score in scores.items()
    }
    for name, hints in languages.hints.items():
        leaning[name] = leaning.get(name, 0.0) + _HINT * sum(letter in hints for letter in set(sample))
    return {name: score for name, score in leaning.items() if score > 0}


def _winner(scores: dict[str, float]) -> str:
    if not scores:
        return UNDETERMINED
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        return UNDETERMINED
    return ranked[0][0]
