"""The sentences of the ranked passages and the answers in them, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.counting.precedence import APART
from qa_plugin.evidence.gate import RANKS, gate_of
from qa_plugin.evidence.gate import answerable as answerable_by
from qa_plugin.evidence.offers import Offers, same
from qa_plugin.evidence.pool import worth_reading
from qa_plugin.evidence.preferring import framed_first, named_first, of_now_first
from qa_plugin.evidence.premise import premise_signals
from qa_plugin.evidence.reading.days import date_slots, day_of, days_asked, is_of
from qa_plugin.evidence.signals import Setting, sure
from qa_plugin.evidence.statements.errata import Amended, amend
from qa_plugin.evidence.statements.speakers import of_others
from qa_plugin.evidence.subjects import may_have_namesakes, subject_signals
from qa_plugin.language.dates import DateMention
from qa_plugin.language.questions import Question, Weighted
from qa_plugin.records import Hit, Span


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
    days = days_asked(question)
    hits = _with_their_days(question, days, hits)
    setting = Setting.of(question, slots, hits, {sentence.file_id for sentence in sentences})
    published = {hit.info.file_id: hit.info.published for hit in hits}
    offers = Offers(setting, slots, sentences, published, days, of_others(question, slots, pool))
    typed, whole, family = offers.typed(), offers.whole(), offers.family

    def lacks_name(file_id: int) -> bool:
        return names_lacked(file_id).get("unnamed", 0.0) > 0

    if offers.asked is not None and question.kind == "count":
        typed = of_now_first(question, framed_first(typed, offers.asked, lacks_name))
    typed, whole = named_first(typed, lacks_name), named_first(whole, lacks_name)
    amended = amend(typed, whole) if family == "name" else Amended(typed, whole)
    ranked, read_whole = _first_sure(amended.typed, family), _first_sure(amended.sentences, "sentence")

    def article_of(*found: Found) -> Mapping[str, float]:
        return _article_signals(question, slots, hits, (*found, *read_whole[:1]), names_lacked)

    article = article_of(*ranked[:1])
    answerable = answerable_by({**gate_of(ranked, read_whole), **article}, family)
    return Weighing(
        ranked, read_whole, answerable, family, tuple(days), article, article_of, lacks_name, amended.former
    )


def _with_their_days(question: Question, days: Sequence[DateMention], hits: Sequence[Hit]) -> list[Hit]:
    """The passages; those of an article of the day that is asked after hold the words that name it."""
    keys = {key for slot in date_slots(question, days) for key in slot.keys} if days else set()
    if not keys:
        return list(hits)
    return [
        replace(hit, article_keys=hit.article_keys | keys) if is_of(days, hit.info.published) else hit for hit in hits
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
