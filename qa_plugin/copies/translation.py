"""Whether one article is the other in another language: told in the same order, with the same facts and no others.

Two reporters on one event share numbers and names too, but begin elsewhere, quote others and know more. So the
sentences must pair off from the first to the last, and what the shorter article states must stand in its partner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from qa_plugin.copies.agencies import agencies_of
from qa_plugin.copies.outline import Outline, Sentence

_MOST_DAYS = 3
_FEWEST_SENTENCES = 3
_LEAST_LENGTH = 0.5
"""Of the longer article's sentences: what is cut more leaves too little to tell by."""
_PAIRED = 0.28
"""Likeness of two sentences that are one. The lexicon knows two thirds of the words, half of them in more senses."""
_OF_SHORTER, _OF_LONGER = 0.7, 0.5
_VALUES_KEPT, _NAMES_KEPT = 0.85, 0.3
"""Share of the numbers of the shorter article, and of the fewer names, that stand in the other one. A name keeps its
skeleton from one script to another in every third case or so, and in Arabic script many a word could be a name."""
_SHARED = 4
"""Numbers and names that both have: the fewer, the likelier that two reporters had them from one speaker."""
_CREDITED, _SHARED_CREDITED = 0.85, 2
"""By how much less is enough where both credit the same agency, and how many numbers and names."""
_WEIGHTS = {"c": 1.0, "n": 2.0, "v": 3.0}


def is_translation(one: Outline, other: Outline) -> bool:
    """Whether there is strong evidence that the two articles are one report in two languages."""
    if one.language == other.language or not _near_in_time(one.published, other.published):
        return False
    shorter, longer = sorted((one, other), key=lambda o: (len(o.sentences), o.file_id))
    few, many = len(shorter.sentences), len(longer.sentences)
    if few < _FEWEST_SENTENCES or few < _LEAST_LENGTH * many:
        return False
    credited = bool(agencies_of(one.credits & other.credits))
    ease = _CREDITED if credited else 1.0
    if not _holds(shorter, longer, _SHARED_CREDITED if credited else _SHARED, ease):
        return False
    pairs = _aligned(shorter, longer)
    return (
        _told(shorter, {i for i, _ in pairs}) >= _OF_SHORTER * ease
        and _told(longer, {j for _, j in pairs}) >= _OF_LONGER * ease
    )


def _near_in_time(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    try:
        return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days) <= _MOST_DAYS
    except ValueError:
        return False


def _holds(shorter: Outline, longer: Outline, least: int, ease: float) -> bool:
    """Whether the longer article has the numbers and names of the shorter one."""
    values, names = shorter.values & longer.values, shorter.names & longer.names
    return (
        len(values) + len(names) >= least
        and len(values) >= _VALUES_KEPT * ease * len(shorter.values)
        and len(names) >= _NAMES_KEPT * ease * min(len(shorter.names), len(longer.names))
    )


def _told(article: Outline, places: set[int]) -> float:
    return sum(len(article.sentences[at].words) for at in places) / max(article.length, 1)


def _aligned(shorter: Outline, longer: Outline) -> list[tuple[int, int]]:
    """The best way to pair sentences in order; two of one article may stand beside one of the other."""
    weights = _weights(shorter, longer)
    few, many = len(shorter.sentences), len(longer.sentences)
    score = [[0.0] * (many + 1) for _ in range(few + 1)]
    came: list[list[tuple[int, int] | None]] = [[None] * (many + 1) for _ in range(few + 1)]
    for i in range(few + 1):
        for j in range(many + 1):
            steps: list[tuple[float, tuple[int, int] | None]] = [(score[i - 1][j], None)] if i else []
            steps += [(score[i][j - 1], None)] if j else []
            for di, dj in ((1, 1), (1, 2), (2, 1)):
                if di <= i and dj <= j:
                    alike = _alike(shorter.sentences[i - di : i], longer.sentences[j - dj : j], weights)
                    if alike >= _PAIRED:
                        steps.append((score[i - di][j - dj] + alike * (di + dj), (di, dj)))
            if steps:
                score[i][j], came[i][j] = max(steps, key=lambda step: (step[0], step[1] is not None))
    return _traced(score, came)


def _traced(score: list[list[float]], came: list[list[tuple[int, int] | None]]) -> list[tuple[int, int]]:
    i, j = len(score) - 1, len(score[0]) - 1
    pairs: list[tuple[int, int]] = []
    while i or j:
        step = came[i][j]
        if step is None:
            if i and score[i - 1][j] == score[i][j]:
                i -= 1
            else:
                j -= 1
            continue
        pairs += [(i - 1 - a, j - 1 - b) for a in range(step[0]) for b in range(step[1])]
        i, j = i - step[0], j - step[1]
    return pairs


def _weights(one: Outline, other: Outline) -> Mapping[str, float]:
    """What a term counts for: less the more sentences of the two articles hold it."""
    held = Counter(key for article in (one, other) for s in article.sentences for key in set(s.terms))
    return {key: _WEIGHTS[key[0]] / count for key, count in held.items() if key[0] in _WEIGHTS}


def _alike(ones: tuple[Sentence, ...], others: tuple[Sentence, ...], weights: Mapping[str, float]) -> float:
    """Weight of the terms that both sides hold, by that of those of one side."""
    left = {key for s in ones for key in s.terms if key in weights}
    right = {key for s in others for key in s.terms if key in weights}
    total = sum(weights[key] for key in left) + sum(weights[key] for key in right)
    return 2 * sum(weights[key] for key in left & right) / total if total else 0.0
