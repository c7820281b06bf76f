"""How sure an extracted answer is: signals of how the question and its sentence fit, weighed into one number.

The weights stand in `data/confidence.toml`; they were fitted to answers known to be right or wrong. The number
orders answers, so that a threshold can be chosen; it is no probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa_plugin.data import load_toml
from qa_plugin.language.candidates import Candidate, Sentence
from qa_plugin.language.questions import NUMERIC, Question, Weighted

SIGNALS = ("bias", "own", "article", "names", "nearness", "focus", "numeric", "absent")


def signals(
    question: Question,
    slots: Sequence[Weighted],
    sentence: Sentence,
    article_keys: frozenset[str],
    candidate: Candidate | None,
) -> dict[str, float]:
    """The signals of one answer, each from 0 to 1.

    `own` is the share of the question that its sentence covers itself, `article` that its article covers; `names` the
    share of the question's names and numbers that the article lacks; `absent` what no article holds.
    """
    total = sum(w.weight for w in slots) or 1.0
    said = {term.key for term in sentence.terms}
    named = [w for w in slots if not any(key[0] == "c" for key in w.slot.keys)]
    lost = sum(w.weight for w in named if not article_keys.intersection(w.slot.keys))
    return {
        "bias": 1.0,
        "own": min(sum(w.said_by(said) for w in slots) / total, 1.0),
        "article": min(sum(w.said_by(article_keys) for w in slots) / total, 1.0),
        "names": lost / total,
        "nearness": 0.0 if candidate is None else max(min(candidate.fit - sentence.score, 0.6), -0.4),
        "focus": 1.0 if candidate is None or candidate.focused else 0.0,
        "numeric": 1.0 if question.kind in NUMERIC else 0.0,
        "absent": sum(w.weight for w in slots if w.absent) / total,
    }


def confidence(found: dict[str, float], *, typed: bool) -> float:
    """The signals weighed into one number between 0 and 1."""
    weights = load_toml("confidence.toml")["typed" if typed else "whole"]
    return round(1.0 / (1.0 + math.exp(-sum(weights[name] * found[name] for name in SIGNALS))), 4)
