"""From a checked draft to the answer: citations numbered, marks set, the ranking attached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_plugin.copies.agencies import agencies_of, named_agency
from qa_plugin.copies.groups import Piece, independent_groups
from qa_plugin.evidence.reading.orders import orders_of
from qa_plugin.language.phrases import phrase
from qa_plugin.records import (
    Answer,
    Citation,
    Claim,
    Conflict,
    Draft,
    DraftClaim,
    Evidence,
    Hit,
    Position,
    Retrieved,
    SearchResult,
    SourceInfo,
    Span,
)

MAX_ANSWER, MAX_POSITIONS = 350, 600
"""Characters of an answer without its marks; more where positions are listed."""
NEAR = 3
MAX_QUOTE = 500


@dataclass(frozen=True, slots=True)
class Sources:
    """What assembly needs to know of the files behind the evidence."""

    text_of: Callable[[int], str]
    info_of: Callable[[int], SourceInfo]
    name_of: Callable[[SourceInfo], str]
    """The source as answers name it: its path, with the root's folder before it where that is needed."""
    copies: Mapping[int, Sequence[SourceInfo]]
    """By file that is cited, its copies."""
    report_of: Callable[[int], int]
    """A number that a file shares with its copies and translations."""


def namer(infos: Iterable[SourceInfo]) -> Callable[[SourceInfo], str]:
    """How answers name files: by path, with the root's folder before it where two roots hold the same path."""
    roots: dict[str, set[str]] = {}
    for info in infos:
        roots.setdefault(info.source, set()).add(info.root)
    folders = Counter(Path(root).name for root in {r for rs in roots.values() for r in rs})

    def name_of(info: SourceInfo) -> str:
        if len(roots.get(info.source, ())) < 2:
            return info.source
        folder = Path(info.root).name
        return f"{folder}/{info.source}" if folders[folder] == 1 else f"{info.root}/{info.source}"

    return name_of


def found_in(hit: Hit, name: str) -> SearchResult:
    """A passage of the ranking as `search` gives it, its file under a name."""
    chunk, best, info = hit.chunk, (hit.best.start, hit.best.end), hit.info
    score = round(hit.score, 6)
    return SearchResult(
        name, chunk.start, chunk.end, best, chunk.text, score, info.language, info.title, info.published
    )


class Printed:
    """Which claims are printed and the ids of their citations: told one by one, the same whenever they are told."""

    def __init__(self, *, conflicting: bool) -> None:
        self._room = MAX_POSITIONS if conflicting else MAX_ANSWER
        self._first = True
        self._ids: dict[Evidence, int] = {}

    def add(self, claim: DraftClaim) -> Claim | None:
        """The next claim as it is printed; None where the answer is long enough. The first is always printed."""
        self._room -= len(claim.text) + 2
        if self._room < 0 and not self._first:
            return None
        self._first = False
        return Claim(claim.text, self.ids(claim.evidence))

    def ids(self, evidence: Iterable[Evidence]) -> tuple[int, ...]:
        """Their ids; new ones count on in the order in which they are first used."""
        return tuple(dict.fromkeys(self._ids.setdefault(one, len(self._ids) + 1) for one in evidence))

    def citations(self, sources: Sources) -> tuple[Citation, ...]:
        """All that was numbered."""
        return tuple(cite(one, number, sources) for one, number in self._ids.items())


def cite(evidence: Evidence, number: int, sources: Sources) -> Citation:
    """A citation with its quote cut from the file."""
    info = sources.info_of(evidence.file_id)
    quote = sources.text_of(evidence.file_id)[evidence.start : evidence.end]
    return Citation(
        number,
        sources.name_of(info),
        info.language,
        quote,
        evidence.start,
        evidence.end,
        info.title,
        info.published,
        tuple(map(sources.name_of, sources.copies.get(evidence.file_id, ()))),
    )


def independent_sources(evidence: Iterable[Evidence], sources: Sources) -> int:
    """How many reports stand behind a statement that do not owe it to one another or to the same agency."""
    pieces = []
    for one in dict.fromkeys(evidence):
        info = sources.info_of(one.file_id)
        quote = sources.text_of(one.file_id)[one.start : one.end]
        agency = named_agency(quote)
        pieces.append(Piece(one.file_id, sources.report_of(one.file_id), agencies_of(info.credits), agency))
    return len(independent_groups(pieces))


def assemble(
    question: str,
    language: str,
    draft: Draft,
    hits: Sequence[Hit],
    sources: Sources,
    *,
    used: Iterable[int] = (),
) -> Answer:
    """The answer of a checked draft; `used` are the chunk ids that a model was given."""
    conflicting = draft.status == "conflicting"
    printed = Printed(conflicting=conflicting)
    # What answers another part of the question stands behind the positions of the part that is disputed.
    among = (*draft.conflicting, *draft.claims) if conflicting else draft.claims
    told = [(c, claim) for c in among if (claim := printed.add(c))]
    drafted, claims = [c for c, _ in told], tuple(claim for _, claim in told)
    disputed = set(draft.conflicting)
    positions = tuple(_position(c, claim.citations, sources) for c, claim in told if c in disputed)
    history = tuple(_position(c, printed.ids(c.evidence), sources) for c in draft.history)
    absent = draft.status == "not_in_sources"
    cited = [*draft.conflicting, *draft.claims, *draft.history]
    places = {(e.file_id, e.start) for c in cited for e in c.evidence}
    chosen = set(used)
    return Answer(
        question=question,
        question_language=language,
        status=draft.status,
        text=phrase(language, "not_in_sources") if absent else joined(claims),
        confidence=draft.confidence,
        claims=() if absent else claims,
        dropped=draft.dropped,
        citations=printed.citations(sources),
        conflicts=(Conflict(draft.about or question, positions),) if conflicting else (),
        history=history,
        independent_sources=independent_sources((e for c in drafted for e in c.evidence), sources),
        near=_near(hits, sources) if absent else (),
        retrieved=tuple(
            Retrieved(
                sources.name_of(hit.info),
                hit.chunk.start,
                hit.chunk.end,
                (hit.best.start, hit.best.end),
                hit.score,
                hit.chunk.chunk_id in chosen
                or any(f == hit.info.file_id and hit.chunk.start <= at < hit.chunk.end for f, at in places),
            )
            for hit in hits
        ),
    )


def joined(claims: Sequence[Claim]) -> str:
    """The text of an answer: its claims, each with its marks."""
    text = ""
    for claim in claims:
        if text:
            sentence = claim.text.rstrip()[-1:] in ".!?؟۔…"
            text += " " if sentence else "; "
        text += claim.text + " " + "".join(f"[{i}]" for i in claim.citations)
    return text


def _position(claim: DraftClaim, citations: tuple[int, ...], sources: Sources) -> Position:
    files = {e.file_id for e in claim.evidence}
    dates = [d for f in files if (d := sources.info_of(f).published)]
    independent = independent_sources(claim.evidence, sources)
    return Position(claim.text, claim.value, claim.attributed_to, citations, independent, min(dates, default=None))


def _near(hits: Sequence[Hit], sources: Sources) -> tuple[Citation, ...]:
    """The nearest sentences of different reports, for a question that nothing answers.

    Whoever reads them may be a machine, so none that instructs machines, whatever was asked.
    """
    best: dict[int, Evidence] = {}
    for hit in hits:
        if len(best) == NEAR:
            break
        if (span := _nearest(hit)) is not None:
            best.setdefault(sources.report_of(hit.info.file_id), Evidence(hit.info.file_id, *span))
    return tuple(cite(evidence, number, sources) for number, evidence in enumerate(best.values(), 1))


def _nearest(hit: Hit) -> Span | None:
    """The sentence of a passage that fits best, or where that instructs machines the best of the others."""
    orders = orders_of(hit)
    sentences = hit.chunk.sentences
    if any(sentences[at] == hit.best for at in orders):
        left = [at for at in range(len(sentences)) if at not in orders and hit.sentence_scores[at] > 0]
        best = max(left, key=lambda at: hit.sentence_scores[at], default=None)
        span = None if best is None else sentences[best]
    else:
        span = hit.best
    return span if span is not None and span.end - span.start <= MAX_QUOTE else None
