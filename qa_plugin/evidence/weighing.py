"""The sentences of the ranked passages and the answers in them, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from qa_plugin.evidence.asked import Asked, count_signals
from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.counted import Counted, counted
from qa_plugin.evidence.days import another_day, days_asked
from qa_plugin.evidence.frames import Frame, frame
from qa_plugin.evidence.premise import CERTAIN, SIGNALS, premise_signals
from qa_plugin.evidence.sentences import Candidate, Sentence, read_sentence, said_keys
from qa_plugin.evidence.signals import (
    Setting,
    article_signals,
    candidate_signals,
    family_of,
    sentence_signals,
    sure,
    weighed,
)
from qa_plugin.language.attribution import find_attributions
from qa_plugin.language.questions import TYPED, Question, Weighted
from qa_plugin.language.terms import keys as term_keys
from qa_plugin.records import Hit

_OF_SENTENCE = ("focus_missing", "another_day")
_OF_TYPED = ("score",)
_OF_ARTICLE = ("unnamed", "gone", "gone_abroad", *SIGNALS)
GATE = (
    "sentence",
    "typed",
    "value",
    "value_margin",
    *_OF_SENTENCE,
    *(f"typed_{name}" for name in _OF_TYPED),
    *_OF_ARTICLE,
)
"""What tells whether the passages answer at all: signals of the best sentence, the best typed answer, its article."""
_SETTLED = 0.1
"""How sure an answer is at most whose premise is another's, or whose article holds nearly nothing of the question."""
_LEAST_HELD = 0.145
"""Share of the question that its article must hold: more than one word of seven, which texts share by chance."""
_OTHER_DAY = 2.5
"""What the rank of a sentence loses that speaks of another day than the question names."""
_NAMELESS = 2.0
"""What the ranks of an article lose that lacks a name of the question which another one has."""
RANKS = 3.0
"""Ranks, and how far they lie apart, are counted in this."""
_FILES_ASKED = 3
NamesLacked = Callable[[int], Mapping[str, float]]
_HITS, _SENTENCES = 25, 60
_SENTENCE_SHARE = 0.35
"""Sentences below this share of the best one's score are not read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence, or an answer in it, with how well it fits and where it comes from."""

    sentence: Sentence
    candidate: Candidate | None
    signals: dict[str, float]
    rank: float
    published: str | None
    sure: float = 0.0
    """Only of the first of its kind."""
    counted: Counted | None = None
    """What its number counts."""
    frame: Frame | None = None
    """How its number is stated."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the passages offer for an answer, the likeliest first."""

    typed: tuple[Found, ...]
    sentences: tuple[Found, ...]
    answerable: float = 0.0
    """How sure it is that the passages answer at all, from 0 to 1."""
    family: str = "sentence"
    timed: bool = False
    """Whether the question names a day, month or year."""
    article: Mapping[str, float] = field(default_factory=dict)
    """What the likeliest article lacks of what the question presupposes."""
    lacks_name: Callable[[int], bool] = lambda _: False
    """Whether an article lacks a name that the question names."""


def weigh(
    question: Question,
    hits: Sequence[Hit],
    slots: Sequence[Weighted],
    according: Sequence[Weighted],
    names_lacked: NamesLacked = lambda _: {},
) -> Weighing:
    """Read the best sentences and rank what they offer; where a source is named, only what it states.

    `names_lacked` says which names of the question an article lacks: asked only of the likeliest.
    """
    sentences = _sentences(hits, according, denials=question.kind == "yesno")
    if not sentences or not slots:
        return Weighing((), ())
    setting = Setting.of(question, slots, hits)
    published = {hit.info.file_id: hit.info.published for hit in hits}
    days = days_asked(question)
    articles = {file_id: article_signals(setting, file_id) for file_id in {s.file_id for s in sentences}}
    read: list[tuple[Sentence, list[Candidate], dict[str, float]]] = []
    for sentence in sentences:
        candidates = find_candidates(question, slots, sentence) if question.kind in TYPED else []
        signals = sentence_signals(setting, sentence, candidates, articles[sentence.file_id])
        signals["another_day"] = float(another_day(days, question, sentence, published[sentence.file_id]))
        read.append((sentence, candidates, signals))
    family = family_of(question.kind)
    whole = [
        Found(
            s,
            None,
            signals,
            weighed(signals, "sentence", "rank") - _OTHER_DAY * signals["another_day"],
            published[s.file_id],
        )
        for s, _, signals in read
    ]
    typed = _typed(setting, read, published, family, Asked.of(question) if family == "number" else None)

    def lacks_name(file_id: int) -> bool:
        return names_lacked(file_id).get("unnamed", 0.0) > 0

    typed, whole = _named_first(typed, lacks_name), _named_first(whole, lacks_name)
    ranked, read_whole = _first_sure(typed, family), _first_sure(whole, "sentence")
    article = _article_signals(question, slots, hits, (*ranked[:1], *read_whole[:1]), names_lacked)
    answerable = _answerable({**_gate(ranked, read_whole), **article}, family)
    return Weighing(ranked, read_whole, answerable, family, bool(days), article, lacks_name)


def _named_first(found: list[Found], lacks_name: Callable[[int], bool]) -> list[Found]:
    """Where the likeliest article lacks a name of the question, and one not far behind has it, that one goes first."""
    if not found:
        return found
    best = max(found, key=lambda f: f.rank)
    if not lacks_name(best.sentence.file_id):
        return found
    near = list(dict.fromkeys(f.sentence.file_id for f in found if f.rank >= best.rank - _NAMELESS))[:_FILES_ASKED]
    lacking = {file_id for file_id in near if lacks_name(file_id)}
    if lacking >= set(near):
        return found
    return [
        replace(f, rank=f.rank - _NAMELESS, signals=f.signals | {"nameless": 1.0})
        if f.sentence.file_id in lacking
        else f
        for f in found
    ]


def _article_signals(
    question: Question,
    slots: Sequence[Weighted],
    hits: Sequence[Hit],
    found: Sequence[Found],
    names_lacked: NamesLacked,
) -> dict[str, float]:
    """What speaks against the premise in the article of the first found; a name may be lacking in any of theirs."""
    files = [f.sentence.file_id for f in found]
    lacking = [names_lacked(file_id) for file_id in files]
    unnamed = max(signals.get("unnamed", 0.0) for signals in lacking)
    return {**lacking[0], "unnamed": unnamed, **premise_signals(question, slots, hits, found[0].sentence)}


def _gate(typed: Sequence[Found], sentences: Sequence[Found]) -> dict[str, float]:
    return gate_signals(_of(sentences[0]), _of(typed[0]) if typed else None)


def _answerable(gate: Mapping[str, float], family: str) -> float:
    settled = any(gate.get(name, 0.0) for name in CERTAIN) or gate["held"] < _LEAST_HELD
    return min(sure(gate, family, "answerable"), _SETTLED if settled else 1.0)


def _of(found: Found) -> dict[str, float]:
    return {**found.signals, "rank": found.rank / RANKS}


def gate_signals(sentence: Mapping[str, float], typed: Mapping[str, float] | None) -> dict[str, float]:
    """What tells whether the passages answer: how well the first of each kind fits, and how far the next is behind.

    Args:
        sentence: The signals of the best sentence, with its `rank` and its `margin`.
        typed: Those of the best typed answer.
    """
    signals = {name: sentence[name] for name in _OF_SENTENCE}
    signals |= {"bias": 1.0, "sentence": sentence["rank"], "held": sentence["article"]}
    if typed is None:
        return signals
    signals |= {f"typed_{name}": typed.get(name, 0.0) for name in _OF_TYPED}
    return {**signals, "typed": 1.0, "value": typed["rank"], "value_margin": typed["margin"]}


def _typed(
    setting: Setting,
    read: Sequence[tuple[Sentence, list[Candidate], dict[str, float]]],
    published: Mapping[int, str | None],
    family: str,
    asked: Asked | None,
) -> list[Found]:
    stated: dict[object, set[int]] = {}
    for sentence, candidates, _ in read:
        for candidate in candidates:
            for key in _stated(candidate):
                stated.setdefault(key, set()).add(sentence.file_id)
    # What an article says of another day it also says in its headline, which names no day.
    elsewhen = {
        (sentence.file_id, key)
        for sentence, candidates, base in read
        if base["another_day"]
        for candidate in candidates
        for key in _stated(candidate)
    }
    typed: list[Found] = []
    for sentence, candidates, base in read:
        for candidate in candidates:
            support = max((len(stated[key]) for key in _stated(candidate)), default=1) - 1
            signals = candidate_signals(setting, candidate, base, candidates, support)
            counts, how = None, None
            if asked is not None and candidate.quantity is not None:
                counts, how = counted(sentence, candidate.quantity), frame(sentence, candidate.quantity)
                signals |= count_signals(asked, counts, how)
            if elsewhen & {(sentence.file_id, key) for key in _stated(candidate)}:
                signals["another_day"] = 1.0
            rank = weighed(signals, family, "rank") - _OTHER_DAY * signals["another_day"]
            origin = published[sentence.file_id]
            typed.append(Found(sentence, candidate, signals, rank, origin, counted=counts, frame=how))
    return typed


def _stated(candidate: Candidate) -> Set[object]:
    """What a candidate states, so that the same stated elsewhere is found."""
    quantity = candidate.quantity
    if quantity is not None:
        return {(round(quantity.value * quantity.factor, 6), quantity.dimension, quantity.vague)}
    return said_keys(candidate.words, candidate.sentence.language)


def _first_sure(found: list[Found], family: str) -> tuple[Found, ...]:
    """The found in order, the first with how sure it is: also by how far the next different one is behind."""
    found.sort(key=lambda f: (-round(f.rank, 6), f.sentence.file_id, f.sentence.span.start))
    if not found:
        return ()
    best = found[0]
    others = [f for f in found[1:] if best.candidate is None or not same(f, best)]
    margin = min(best.rank - others[0].rank, RANKS) if others else RANKS
    signals = {**best.signals, "margin": margin / RANKS, "rank": best.rank / RANKS}
    return (replace(best, signals=signals, sure=sure(signals, family, "sure")), *found[1:])


def certainty(weighing: Weighing, together: Sequence[Found]) -> tuple[float, float]:
    """How sure the first typed answer is, and that the passages answer, where some of them speak of the same thing.

    What else is said of that thing, a rival value too, does not make it less sure that the thing was found.
    """
    values = {_place(f) for f in together}
    sentences = {place[:2] for place in values}
    best, whole = weighing.typed[0], weighing.sentences[0]
    behind = next((f.rank for f in weighing.typed[1:] if _place(f) not in values and not same(f, best)), None)
    beneath = next((f.rank for f in weighing.sentences[1:] if _place(f)[:2] not in sentences), None)
    best = _with_margin(best, behind)
    if _place(whole)[:2] in sentences:
        whole = _with_margin(whole, beneath)
    family = weighing.family
    answerable = _answerable({**_gate([best], [whole]), **weighing.article}, family)
    return sure(best.signals, family, "sure"), answerable


def _with_margin(found: Found, behind: float | None) -> Found:
    margin = RANKS if behind is None else max(min(found.rank - behind, RANKS), 0.0)
    return replace(found, signals={**found.signals, "margin": max(margin / RANKS, found.signals["margin"])})


def _place(found: Found) -> tuple[int, int, int]:
    start = found.candidate.start if found.candidate is not None else -1
    return found.sentence.file_id, found.sentence.span.start, start


def same(first: Found, second: Found) -> bool:
    """Whether two typed answers state the same."""
    assert first.candidate is not None and second.candidate is not None  # noqa: S101, PT018 - typed only
    return bool(_stated(first.candidate) & _stated(second.candidate))


def _sentences(hits: Sequence[Hit], according: Sequence[Weighted], *, denials: bool) -> list[Sentence]:
    """The sentences worth reading, best first; of a named source only what it states, with `denials` also denies."""
    pool = [(score, hit, at) for hit in hits[:_HITS] for at, score in enumerate(hit.sentence_scores)]
    pool.sort(key=lambda row: (-row[0], row[1].info.file_id, row[1].chunk.sentences[row[2]].start))
    if not pool:
        return []
    least = pool[0][0] * _SENTENCE_SHARE
    found: list[Sentence] = []
    for score, hit, at in pool:
        if score < least or len(found) >= _SENTENCES:
            break
        span = hit.chunk.sentences[at]
        text = hit.chunk.text[span.start - hit.chunk.start : span.end - hit.chunk.start]
        sentence = read_sentence(hit.info.file_id, span, text, hit.info.language, score)
        if not according or _states(sentence, hit, according, denials=denials):
            found.append(sentence)
    return found


def _states(sentence: Sentence, hit: Hit, according: Sequence[Weighted], *, denials: bool) -> bool:
    """Whether the named source states the sentence: it is named in it, or its article is credited to it."""
    credited = {key for name in hit.info.credits for key in term_keys(name, "en")}
    if not denials and _denied_by(sentence, according):
        return False
    said = {term.key for term in sentence.terms}
    total = sum(w.weight for w in according)
    return any(
        sum(w.weight for w in according if any(k in known for k in w.slot.keys)) >= 0.5 * total
        for known in (credited, said)
    )


def _denied_by(sentence: Sentence, according: Sequence[Weighted]) -> bool:
    """Whether the named source denies, or does not confirm, what the sentence says."""
    for found in find_attributions(sentence.folded, sentence.language):
        if found.denies:
            named = {t.key for t in sentence.terms if found.start <= t.start and t.end <= found.end}
            if any(named.intersection(w.slot.keys) for w in according):
                return True
    return False
