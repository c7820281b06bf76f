"""The sentences of the ranked passages and the answers in them, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.counting.asked import Asked, count_signals
from qa_plugin.evidence.counting.counted import counted
from qa_plugin.evidence.counting.fates import fates_asked, untold
from qa_plugin.evidence.counting.found import Found, counts_asked
from qa_plugin.evidence.counting.frames import frame
from qa_plugin.evidence.counting.lists import elsewhere
from qa_plugin.evidence.counting.owners import Wanted, owner_other
from qa_plugin.evidence.counting.precedence import APART, in_precedence
from qa_plugin.evidence.counting.scenes import of_old
from qa_plugin.evidence.gate import RANKS, gate_of
from qa_plugin.evidence.gate import answerable as answerable_by
from qa_plugin.evidence.naming.tenure import Holders
from qa_plugin.evidence.naming.whereabouts import place_signals
from qa_plugin.evidence.pool import worth_reading
from qa_plugin.evidence.premise import premise_signals
from qa_plugin.evidence.reading.days import another_day, day_of, days_asked
from qa_plugin.evidence.reading.sentences import Candidate, Sentence, said_keys
from qa_plugin.evidence.signals import (
    Setting,
    article_signals,
    candidate_signals,
    family_of,
    sentence_signals,
    sure,
    weighed,
)
from qa_plugin.evidence.statements.errata import Amended, amend
from qa_plugin.evidence.statements.occasions import Occasion, occasion_signals
from qa_plugin.evidence.statements.speakers import of_others
from qa_plugin.evidence.subjects import may_have_namesakes, subject_signals
from qa_plugin.language.dates import DateMention
from qa_plugin.language.questions import TYPED, Question, Weighted
from qa_plugin.records import Hit, Span

_OTHER_OWNER = 3.0
"""What an age or a price loses that is somebody else's, and a number of those who met another fate."""
_OTHER_DAY = 2.5
"""What the rank of a sentence loses that speaks of another day than the question names."""
_OTHER_SPEAKER = 2.0
"""What it loses that somebody else states than the one whose words are asked for."""
_OFFICE, _OTHER_OFFICE = 1.0, 2.0
"""What it gains that names who holds an office as asked, and loses that names who has left it, or came to it."""
_SCENE, _ELSEWHERE = 2.0, 2.0
"""What a place gains that its sentence tells apart as the one asked for, and loses where somebody was born or lives, of
whom something else is asked."""
_NAMELESS = 2.0
"""What the ranks of an article lose that lacks a name of the question which another one has."""
_UNASKED_FRAME = 4.0
"""What a plan loses where another number tells what was done."""
_COUNTS, _OF_BEST, _OWN_OF_BEST = 0.6, 0.65, 0.5
_FILES_ASKED = 3


class NamesLacked(Protocol):
    """Which names of the question an article lacks, as signals."""

    def __call__(self, file_id: int, sentence: Span | None = None) -> Mapping[str, float]:
        """Those of an article; with a sentence of it, whether that names another of the same family."""
        ...


def nothing_lacked(file_id: int, sentence: Span | None = None) -> Mapping[str, float]:
    """For where nobody tells which names are lacking."""
    return {}


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the passages offer for an answer, the likeliest first."""

    typed: tuple[Found, ...]
    sentences: tuple[Found, ...]
    answerable: float = 0.0
    """How sure it is that the passages answer at all, from 0 to 1."""
    family: str = "sentence"
    days: tuple[DateMention, ...] = ()
    """The days, months and years that the question names."""
    article: Mapping[str, float] = field(default_factory=dict)
    """What the likeliest article lacks of what the question presupposes."""
    article_of: Callable[[Found], Mapping[str, float]] = lambda _: {}
    """The same of the article of another typed answer."""
    lacks_name: Callable[[int], bool] = lambda _: False
    """Whether an article lacks a name that the question names."""
    former: tuple[Found, ...] = ()
    """A name that an erratum calls wrong, as it was stated before."""

    def timed(self, found: Found) -> bool:
        """Whether the question names another time than the weeks in which a report was published."""
        day = day_of(found.published)
        spans = [(m.first, m.last) for m in self.days if m.first is not None and m.last is not None]
        return bool(self.days) and not any(day and first <= day <= last and first < last for first, last in spans)


def weigh(
    question: Question,
    hits: Sequence[Hit],
    slots: Sequence[Weighted],
    according: Sequence[Weighted],
    names_lacked: NamesLacked = nothing_lacked,
) -> Weighing:
    """Read the best sentences and rank what they offer; where a source is named, only what it states.

    `names_lacked` says which names of the question an article lacks: asked only of the likeliest.
    """
    pool = worth_reading(question, hits, according)
    if not pool or not slots:
        return Weighing((), ())
    sentences = [sentence for sentence, _ in pool]
    others, holders = of_others(question, slots, pool), Holders.of(question, sentences)
    files = {sentence.file_id for sentence in sentences}
    setting = Setting.of(question, slots, hits, files)
    published = {hit.info.file_id: hit.info.published for hit in hits}
    days = days_asked(question)
    articles = {file_id: article_signals(setting, file_id) for file_id in files}
    read: list[tuple[Sentence, list[Candidate], dict[str, float]]] = []
    for sentence in sentences:
        day = day_of(published[sentence.file_id])
        candidates = find_candidates(question, slots, sentence, day) if question.kind in TYPED else []
        signals = sentence_signals(setting, sentence, candidates, articles[sentence.file_id])
        signals["another_day"] = float(another_day(days, question, sentence, published[sentence.file_id]))
        signals["other_speaker"] = float((sentence.file_id, sentence.span.start) in others)
        signals |= holders.signals(candidates)
        read.append((sentence, candidates, signals))
    family = family_of(question.kind)
    occasion = Occasion.of(question, slots) if question.kind == "date" else None
    whole = [
        Found(
            s,
            None,
            signals,
            weighed(signals, "sentence", "rank") - _lost(signals),
            published[s.file_id],
        )
        for s, _, signals in read
    ]
    asked = Asked.of(question) if family == "number" else None
    typed = _typed(setting, read, published, days, holders, asked, occasion)

    def lacks_name(file_id: int) -> bool:
        return names_lacked(file_id).get("unnamed", 0.0) > 0

    if asked is not None and question.kind == "count":
        typed = _of_now_first(question, _framed_first(typed, asked, lacks_name))
    typed, whole = _named_first(typed, lacks_name), _named_first(whole, lacks_name)
    amended = amend(typed, whole) if family == "name" else Amended(typed, whole)
    typed, whole = amended.typed, amended.sentences
    ranked, read_whole = _first_sure(typed, family), _first_sure(whole, "sentence")

    def article_of(*found: Found) -> Mapping[str, float]:
        return _article_signals(question, slots, hits, (*found, *read_whole[:1]), names_lacked)

    article = article_of(*ranked[:1])
    answerable = answerable_by({**gate_of(ranked, read_whole), **article}, family)
    return Weighing(
        ranked, read_whole, answerable, family, tuple(days), article, article_of, lacks_name, amended.former
    )


def _lost(signals: Mapping[str, float]) -> float:
    """What an answer loses that speaks of another day or place, or of another's words, office, age or price."""
    return (
        _OTHER_DAY * signals["another_day"]
        + _OTHER_SPEAKER * signals["other_speaker"]
        + _OTHER_OFFICE * signals["office_other"]
        + _ELSEWHERE * signals.get("scene_other", 0.0)
        + _OTHER_OWNER * (signals.get("owner_other", 0.0) + signals.get("fate_other", 0.0))
        - _OFFICE * signals["office_met"]
        - _SCENE * signals.get("scene_met", 0.0)
    )


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


def _framed_first(found: list[Found], asked: Asked, lacks_name: Callable[[int], bool]) -> list[Found]:
    """Where the likeliest number is only planned, or no rate where one is asked for, one that is as asked goes first.

    It has to count what was asked, and its article to hold about as much of the question.
    """
    best = max(found, key=lambda f: f.rank, default=None)
    if best is None or not _unasked_frame(best, asked):
        return found
    fitting = [
        f
        for f in found
        if not _unasked_frame(f, asked)
        and f.signals["counts_asked"] >= _COUNTS
        and f.signals["counts_focus"] >= best.signals["counts_focus"]
        and f.signals["article"] >= _OF_BEST * best.signals["article"]
        and f.signals["own"] >= _OWN_OF_BEST * best.signals["own"]
        and f.rank >= best.rank - _UNASKED_FRAME
    ]
    named = [f for f in fitting if not lacks_name(f.sentence.file_id)]
    fitting = named or ([] if fitting and not lacks_name(best.sentence.file_id) else fitting)
    if not fitting:
        return found
    # That the other was likelier by its words makes the one that is as asked no less sure.
    lift = best.rank - max(f.rank for f in fitting)
    return [
        replace(f, rank=f.rank + lift)
        if f in fitting
        else replace(f, rank=f.rank - _UNASKED_FRAME * _unasked_frame(f, asked))
        for f in found
    ]


def _of_now_first(question: Question, found: list[Found]) -> list[Found]:
    """Where the likeliest number is told of a year long over, one that says as much of the question goes first."""
    best = max(found, key=lambda f: f.rank, default=None)
    if best is None or not of_old(question, best):
        return found
    fitting = [
        f for f in found if counts_asked(f) and f.signals["own"] >= best.signals["own"] and not of_old(question, f)
    ]
    if not fitting:
        return found
    lift = best.rank - max(f.rank for f in fitting)
    old = (best.sentence.file_id, best.sentence.span)
    return [
        replace(f, rank=f.rank + lift)
        if f in fitting
        else replace(f, rank=f.rank - _OTHER_DAY * ((f.sentence.file_id, f.sentence.span) == old))
        for f in found
    ]


def _unasked_frame(found: Found, asked: Asked) -> bool:
    """Whether a number is a plan where none is asked for, or no rate where one is."""
    names = found.frame.names if found.frame is not None else frozenset()
    return ("planned" in names and "planned" not in asked.traits) or ("rate" in asked.traits and "rate" not in names)


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
    first = found[0].sentence
    own = may_have_namesakes(question)
    namesake = names_lacked(first.file_id, first.span).get("namesake", 0.0) if own else 0.0
    return {
        **lacking[0],
        "namesake_here": namesake,
        "unnamed": unnamed,
        **premise_signals(question, slots, hits, first),
        **subject_signals(question, slots, hits, first),
    }


def _typed(
    setting: Setting,
    read: Sequence[tuple[Sentence, list[Candidate], dict[str, float]]],
    published: Mapping[int, str | None],
    days: Sequence[DateMention],
    holders: Holders,
    asked: Asked | None,
    occasion: Occasion | None,
) -> list[Found]:
    family = family_of(setting.question.kind)
    states = [[_stated(candidate) for candidate in candidates] for _, candidates, _ in read]
    stated: dict[object, set[int]] = {}
    for (sentence, _, _), each in zip(read, states, strict=True):
        for key in chain.from_iterable(each):
            stated.setdefault(key, set()).add(sentence.file_id)
    # What an article says of another day it also says in its headline, which names no day.
    elsewhen = {
        (sentence.file_id, key)
        for (sentence, _, base), each in zip(read, states, strict=True)
        if base["another_day"]
        for key in chain.from_iterable(each)
    }
    typed: list[Found] = []
    wanted = Wanted.of(setting.question)
    fates = fates_asked(setting.question, asked) if asked is not None else frozenset()
    for (sentence, candidates, base), each in zip(read, states, strict=True):
        origin = published[sentence.file_id]
        apart = elsewhere(setting.question, days, candidates, origin)
        told: list[dict[str, float]] = [{}] * len(candidates)
        if occasion is not None:
            told = occasion_signals(occasion, sentence, candidates, day_of(origin))
        for at, (candidate, of_event) in enumerate(zip(candidates, told, strict=True)):
            support = max((len(stated[key]) for key in each[at]), default=1) - 1
            signals = candidate_signals(setting, candidate, base, candidates, support) | of_event
            signals |= holders.signals([candidate]) | place_signals(setting.question, candidate)
            counts, how = None, None
            if asked is not None and candidate.quantity is not None:
                counts, how = counted(sentence, candidate.quantity), frame(sentence, candidate.quantity)
                signals |= count_signals(asked, counts, how)
                if untold(fates, sentence, counts):
                    signals["fate_other"] = 1.0
            if at in apart or (elsewhen and elsewhen & {(sentence.file_id, key) for key in each[at]}):
                signals["another_day"] = 1.0
            if wanted is not None and candidate.quantity is not None:
                signals["owner_other"] = float(owner_other(wanted, sentence, candidate.quantity))
            rank = weighed(signals, family, "rank") - _lost(signals)
            typed.append(Found(sentence, candidate, signals, rank, origin, counted=counts, frame=how))
    return in_precedence(typed, asked) if asked is not None else typed


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
    others = [f for f in found[1:] if best.candidate is None or not (f.signals.get(APART) or same(f, best))]
    margin = min(best.rank - others[0].rank, RANKS) if others else RANKS
    signals = {**best.signals, "margin": margin / RANKS, "rank": best.rank / RANKS}
    return (replace(best, signals=signals, sure=sure(signals, family, "sure")), *found[1:])


def certainty(weighing: Weighing, together: Sequence[Found], given: Found | None = None) -> tuple[float, float]:
    """How sure the first typed answer is, and that the passages answer, where some of them speak of the same thing.

    What else is said of that thing, a rival value too, does not make it less sure that the thing was found. Where the
    answer to be given stands in another article, it is that article which must not lack what the question presupposes.
    """
    values = {_place(f) for f in together}
    sentences = {place[:2] for place in values}
    best, whole = weighing.typed[0], weighing.sentences[0]
    behind = next(
        (f.rank for f in weighing.typed[1:] if not (_place(f) in values or f.signals.get(APART) or same(f, best))), None
    )
    beneath = next((f.rank for f in weighing.sentences[1:] if _place(f)[:2] not in sentences), None)
    best = _with_margin(best, behind)
    if _place(whole)[:2] in sentences:
        whole = _with_margin(whole, beneath)
    family = weighing.family
    elsewhere = given is not None and given.sentence.file_id != best.sentence.file_id
    article = weighing.article_of(given) if given is not None and elsewhere else weighing.article
    answerable = answerable_by({**gate_of([best], [whole]), **article}, family)
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
