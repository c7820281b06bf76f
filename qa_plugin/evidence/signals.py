"""How well a sentence, and an answer in it, fit the question: signals from 0 to 1, weighed into one number.

The weights stand in `data/weights.toml`; `python -m eval.fit` finds them from questions with known answers. `rank`
orders what may answer; `sure` says how sure the first of them is right, `answerable` that the passages answer at all:
numbers to choose a threshold by, no probabilities.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from operator import mul

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import is_state
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, keys_of, said_keys
from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.dates import DateMention
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.quantities import Quantity
from qa_plugin.language.questions import NUMERIC, Question, Weighted, gives
from qa_plugin.records import Hit

FAMILIES = ("number", "moment", "name", "sentence")
"""Answers that are ranked among themselves; each family has weights of its own."""


def family_of(kind: str) -> str:
    """The family that a question's kind is answered from."""
    if kind in NUMERIC:
        return "number"
    if kind in {"date", "time", "score"}:
        return "moment"
    return "name" if kind in {"who", "where"} else "sentence"


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What the retrieved passages of one article say of the question, sentence by sentence."""

    starts: tuple[int, ...]
    """Where its sentences begin, in order."""
    keys: tuple[frozenset[str], ...]
    """The search terms of each sentence."""
    said: tuple[tuple[float, ...], ...]
    """For each sentence how much of each slot it says, from 0 to 1."""
    local: tuple[float, ...]
    """For each slot what it tells in this article: much where few of its sentences say it, by the slot's weight."""
    title: tuple[float, ...]
    """How much of each slot the title says."""

    rest: tuple[float, ...]
    """For each slot the weight of what the title leaves unsaid."""

    @classmethod
    def of(cls, slots: Sequence[Weighted], mine: Sequence[Hit]) -> ArticleView:
        """The view of one article's hits."""
        lines = {
            span.start: line for hit in mine for span, line in zip(hit.chunk.sentences, hit.chunk.terms, strict=False)
        }
        starts = tuple(sorted(lines))
        keys = tuple(keys_of(lines[start]) for start in starts)
        asked = frozenset(key for w in slots for key in (*w.slot.keys, *w.slot.near))
        nothing = (0.0,) * len(slots)
        said = tuple(
            nothing if own.isdisjoint(asked) else tuple([w.said_by(own) / w.weight if w.weight else 0.0 for w in slots])
            for own in keys
        )
        counts = [sum(1 for row in said if row[at] > 0) for at in range(len(slots))]
        local = tuple(
            w.weight * math.log(1 + len(said) / (count + 0.5)) for w, count in zip(slots, counts, strict=True)
        )
        info = mine[0].info
        named = _title_keys(mine) if info.title else frozenset()
        title = tuple(w.said_by(named) / w.weight if w.weight else 0.0 for w in slots)
        rest = tuple(w.weight * (1 - share) for w, share in zip(slots, title, strict=True))
        return cls(starts, keys, said, local, title, rest)


def _title_keys(mine: Sequence[Hit]) -> frozenset[str]:
    """The search terms of an article's title; those of the index where the title is one of the sentences."""
    info = mine[0].info
    title = info.title or ""
    for hit in mine:
        first = hit.chunk.start
        for span, terms in zip(hit.chunk.sentences, hit.chunk.terms, strict=False):
            if span.end - span.start == len(title) and hit.chunk.text.startswith(title, span.start - first):
                return keys_of(terms)
    return said_keys(title, info.language)


@dataclass(frozen=True, slots=True)
class Setting:
    """The question among its ranked passages: what every signal is measured against."""

    question: Question
    slots: tuple[Weighted, ...]
    weights: tuple[float, ...]
    """Those of the slots."""
    unknown: tuple[Weighted, ...]
    """The words that the lexicon does not know: names, mostly."""
    heaviest: Weighted | None
    total: float
    """The weight of the whole question."""
    best_score: float
    """The score of the best sentence."""
    files: Mapping[int, float]
    """For each file the score of its best passage as a share of the best of all."""
    held: Mapping[int, frozenset[str]]
    """The question's terms that each file holds anywhere."""
    titles: Mapping[int, str | None]
    languages: Mapping[int, str]
    articles: Mapping[int, ArticleView]
    """Of the files that are read."""

    @classmethod
    def of(cls, question: Question, slots: Sequence[Weighted], hits: Sequence[Hit], read: Set[int]) -> Setting:
        """The setting of a ranking, of which the files `read` are looked at closely."""
        best = max((hit.score for hit in hits), default=1.0) or 1.0
        by_file: dict[int, list[Hit]] = {}
        for hit in hits:
            by_file.setdefault(hit.info.file_id, []).append(hit)
        files = {file_id: max(0.0, *(hit.score / best for hit in mine)) for file_id, mine in by_file.items()}
        return cls(
            question,
            tuple(slots),
            tuple(w.weight for w in slots),
            tuple(w for w in slots if not _known(w)),
            max(slots, key=lambda w: w.weight, default=None),
            sum(w.weight for w in slots) or 1.0,
            max((score for hit in hits for score in hit.sentence_scores), default=1.0) or 1.0,
            files,
            {hit.info.file_id: hit.article_keys for hit in hits},
            {hit.info.file_id: hit.info.title for hit in hits},
            {hit.info.file_id: hit.info.language for hit in hits},
            {file_id: ArticleView.of(slots, by_file[file_id]) for file_id in read},
        )


def article_signals(setting: Setting, file_id: int) -> dict[str, float]:
    """The signals that all sentences of an article share."""
    slots, total, article = setting.slots, setting.total, setting.held[file_id]
    heaviest = setting.heaviest
    file = setting.files[file_id]
    return {
        "bias": 1.0,
        "article": min(sum(w.said_by(article) for w in slots) / total, 1.0),
        "event": _event_held(slots, article),
        "asks_name": 1.0 if any(map(_is_name, slots)) else 0.0,
        "lost": sum(w.weight for w in setting.unknown if not article.intersection(w.slot.keys)) / total,
        "absent": sum(w.weight for w in slots if w.absent) / total,
        "missing": 1.0 if heaviest and not article.intersection(heaviest.slot.keys) else 0.0,
        "first": 1.0 if file >= 1.0 else 0.0,
        "file": file,
        "short_question": 1.0 / max(len(slots), 1),
        "titled": _share(setting.articles[file_id].title, setting.weights),
        "known_missing": sum(w.weight for w in slots if _known(w) and not _met(w, article)) / total,
        "focus_missing": 1.0 if any(w.slot.focus and _known(w) and not _met(w, article) for w in slots) else 0.0,
        "focus_absent": 1.0 if any(w.slot.focus and w.absent for w in slots) else 0.0,
        "name_missing": 1.0 if any(_is_name(w) and not _met(w, article) for w in slots) else 0.0,
    }


def _event_held(slots: Sequence[Weighted], article: frozenset[str]) -> float:
    """Which share of the question an article holds beside who is counted and what happened to them.

    Where nothing else is asked, all of it.
    """
    rest = [w for w in slots if not w.slot.focus and not any(map(is_state, w.slot.keys))] or slots
    return min(sum(w.said_by(article) for w in rest) / (sum(w.weight for w in rest) or 1.0), 1.0)


def sentence_signals(
    setting: Setting, sentence: Sentence, candidates: Sequence[Candidate], article: Mapping[str, float]
) -> dict[str, float]:
    """The signals of a sentence as an answer, or as the place of one; `article` are those of its article."""
    slots, total = setting.slots, setting.total
    named, weights, heaviest = setting.unknown, setting.weights, setting.heaviest
    names = sum(w.weight for w in named)
    view = setting.articles[sentence.file_id]
    at = view.starts.index(sentence.span.start) if sentence.span.start in view.starts else -1
    said = view.keys[at] if at >= 0 else sentence.keys
    mine = view.said[at] if at >= 0 else (0.0,) * len(slots)
    before = view.said[at - 1] if at > 0 else (0.0,) * len(slots)
    own = min(sum(w.said_by(said) for w in slots) / total, 1.0)
    told_before = _share([max(b - m, 0.0) for b, m in zip(before, mine, strict=True)], weights)
    return {
        **article,
        **_marks(setting.question.kind, sentence, own + told_before),
        "own": own,
        "named": sum(w.weight for w in named if said.intersection(w.slot.keys)) / names if names else 1.0,
        "heaviest": 1.0 if heaviest and said.intersection(heaviest.slot.keys) else 0.0,
        "score": min(sentence.score / setting.best_score, 1.2),
        "level": min(sentence.score, 1.5),
        "title": 1.0 if sentence.text == setting.titles[sentence.file_id] else 0.0,
        "long": min(len(sentence.text) / 400, 1.0),
        "local": _share(mine, view.local),
        "rest": _share(mine, view.rest),
        "before": told_before,
        "heading": 1.0 if _is_heading(sentence.text) else 0.0,
        "lead": 1.0 if at == 0 else 0.0,
        "holds": 1.0 if candidates else 0.0,
        "value": max((_fit(candidate) for candidate in candidates), default=0.0),
        "focus": 1.0 if any(candidate.focused for candidate in candidates) else 0.0,
    }


_SENTENCE_END = re.compile(r"[.!?…؟۔।。！？:;؛][\W\d_]*$")


def _is_heading(text: str) -> bool:
    """Whether a line ends as no sentence does: a headline, the head of a section, place and date."""
    return _SENTENCE_END.search(text) is None


def _marks(kind: str, sentence: Sentence, told: float) -> dict[str, float]:
    """Whether a sentence gives a reason or a quote where one is asked for; much surer beside what it was asked of."""
    given = gives(kind, sentence.folded.text, sentence.language)
    near = float(given == 1.0) * min(told, 1.0)
    if kind == "why":
        return {"reason": float(given == 1.0), "reason_near": near, "perhaps_reason": float(0.0 < given < 1.0)}
    return {"marked": given, "marked_near": near} if kind == "quote" else {}


def _known(weighted: Weighted) -> bool:
    """Whether the lexicon knows the word, so that an article in another language would be met in it."""
    return any(key[0] == "c" for key in weighted.slot.keys)


def _is_name(weighted: Weighted) -> bool:
    return not _known(weighted) and any(key[0] == "n" for key in weighted.slot.keys)


def _met(weighted: Weighted, terms: frozenset[str]) -> bool:
    return not terms.isdisjoint(weighted.slot.keys) or not terms.isdisjoint(weighted.slot.near)


def _share(said: Sequence[float], weights: Sequence[float]) -> float:
    total = sum(weights)
    return min(sum(map(mul, said, weights)) / total, 1.0) if total else 0.0


def candidate_signals(
    setting: Setting, candidate: Candidate, base: Mapping[str, float], rivals: Sequence[Candidate], support: int
) -> dict[str, float]:
    """The signals of a typed answer.

    Args:
        setting: The question among its passages.
        candidate: The answer.
        base: The signals of its sentence.
        rivals: All typed answers of its sentence.
        support: How many other files state the same.
    """
    quantity = candidate.quantity
    best = max(rival.fit for rival in rivals)
    return {
        **base,
        "fit": _fit(candidate),
        "focused": 1.0 if candidate.focused else 0.0,
        "alone": 1.0 / len(rivals),
        "best_here": 1.0 if candidate.fit >= best else 0.0,
        "supported": math.log1p(support),
        "vague": 1.0 if quantity is not None and quantity.vague else 0.0,
        "fraction": 1.0 if quantity is not None and quantity.kind == "fraction" else 0.0,
        "ordinal": 1.0 if quantity is not None and quantity.kind == "ordinal" else 0.0,
        "small": 1.0 if quantity is not None and quantity.value <= 2 and quantity.unit is None else 0.0,
        "unit": 1.0 if quantity is not None and quantity.unit is not None else 0.0,
        **_date_signals(setting.question, candidate.date),
        **_name_signals(setting.question, candidate.name_kind),
        **_amount_signals(setting.question, quantity),
        "placed": 1.0 if candidate.placed else 0.0,
        "where": 1.0 if setting.question.kind == "where" else 0.0,
        "placed_where": 1.0 if candidate.placed and setting.question.kind == "where" else 0.0,
        "words": min(len(re.findall(r"\w+", candidate.words)) / 4, 1.0),
        "in_title": _in_title(setting, candidate),
    }


_ASKED = {
    "year": re.compile(r"\b(?:years?|anos?|annees?|عام|سنه|سال)\b"),
    "day": re.compile(r"\b(?:days?|date|dias?|data|jours?|یوم|تاریخ|روز\w?)\b"),
    "month": re.compile(r"\b(?:months?|mes|mois|شهر|ماه\w?)\b"),
}


def _date_signals(question: Question, date: DateMention | None) -> dict[str, float]:
    """How much of a date is said, and whether it says what was asked for by name."""
    if date is None:
        return {}
    plain = bare(fold_text(question.text))
    said = {
        "year": date.year is not None,
        "day": date.day is not None or date.relative,
        "month": date.month is not None,
    }
    asked = [name for name, pattern in _ASKED.items() if pattern.search(plain)]
    return {
        "date_year": float(said["year"]),
        "date_month": float(said["month"]),
        "date_day": float(date.day is not None),
        "date_relative": float(date.relative),
        "date_asked": float(any(said[name] for name in asked)),
        "date_not_asked": float(bool(asked) and not any(said[name] for name in asked)),
    }


def _name_signals(question: Question, kind: str) -> dict[str, float]:
    """Of what kind a name is, and whether the question asks for that kind by a noun: which senator, which firm."""
    if not kind:
        return {}
    asker = "where" if question.kind == "where" else "who"
    return {
        f"{asker}_{kind}": 1.0,
        "name_asked": 1.0 if question.noun and kind == question.noun else 0.0,
        "name_not_asked": 1.0 if question.noun and kind not in {question.noun, "unknown", "role"} else 0.0,
    }


def _amount_signals(question: Question, quantity: Quantity | None) -> dict[str, float]:
    """Where only "how much" was asked: whether what it was asked of is paid, or rises and falls, as the number is."""
    if quantity is None or question.kind != "amount":
        return {}
    types = {answer_type(slot.keys, slot.word.split()[0]) for slot in question.slots}
    return {
        "amount_paid": 1.0 if "money" in types and quantity.kind == "money" else 0.0,
        "amount_share": 1.0 if "percent" in types and quantity.kind == "percent" else 0.0,
        "amount_money": 1.0 if quantity.kind == "money" else 0.0,
        "amount_percent": 1.0 if quantity.kind == "percent" else 0.0,
        "amount_count": 1.0 if quantity.kind == "count" else 0.0,
    }


def _fit(candidate: Candidate) -> float:
    return max(min(candidate.fit - candidate.sentence.score, 0.9), -0.5)


def _in_title(setting: Setting, candidate: Candidate) -> float:
    title = setting.titles[candidate.sentence.file_id]
    if not title or candidate.quantity is not None:
        return 0.0
    language = setting.languages[candidate.sentence.file_id]
    return 0.0 if said_keys(candidate.words, language).isdisjoint(said_keys(title, language)) else 1.0


def weighed(signals: Mapping[str, float], family: str, table: str) -> float:
    """The signals weighed by one table of a family (`rank`, `sure` or `answerable`), before any squashing."""
    names, weights = _weights(family, table)
    return float(sum(map(mul, weights, map(signals.get, names, repeat(0.0)))))


@cache
def _weights(family: str, table: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    weights: dict[str, float] = load_toml("weights.toml").get(family, {}).get(table, {})
    return tuple(weights), tuple(weights.values())


def sure(signals: Mapping[str, float], family: str, table: str) -> float:
    """The same as a number from 0 to 1."""
    return round(1.0 / (1.0 + math.exp(-weighed(signals, family, table))), 4)
