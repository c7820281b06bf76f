"""What of the ranked passages is sent to a model: as much of the evidence, from as many files, as a budget holds.

Sentences are chosen, not passages. First each report gets the few sentences that fit the question best, the most
useful report first; what is left of the budget goes to the sentences around them, in the same order. Copies and
translations of a report that is sent, and sentences that repeat what is sent, come last. Neighbours are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qa_plugin.copies.groups import Groups
from qa_plugin.records import Hit, SourceInfo, Span

MAX_PASSAGES = 24
_FIRST_TOKENS = 90
"""Of a passage, before every other has had its turn: the sentence that fits best, with those beside it."""
_WHOLE = 6
"""Of how many passages all is sent before the others have their turn."""
_SAME, _SAME_IN_REPORT = 0.6, 0.25
"""Shared terms of all terms above which two sentences with the same numbers say the same; less where both are from
copies or translations of one report, of which those that all languages share are compared."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A stretch of one file that is sent."""

    info: SourceInfo
    start: int
    end: int
    text: str
    chunk_ids: tuple[int, ...]
    """The chunks that it is cut from."""
    others: int = 0
    """How many other files carry the same report."""
    same_as: int = 0
    """The number of the first passage of the same file, which carries the heading; 0 for that one itself."""


def pack(
    hits: Sequence[Hit],
    groups: Groups,
    *,
    budget: int,
    text_of: Callable[[int], str],
    count: Callable[[str], int],
    cost: Callable[[Packed], int],
) -> list[Packed]:
    """The passages to send, the most useful first; at least one, if there are any.

    Args:
        hits: The ranked passages.
        groups: Which files are one report.
        budget: Tokens that all may take together, with all that stands around them.
        text_of: A file's text.
        count: Tokens of a text.
        cost: Tokens of a passage with all that stands around it.
    """
    packing = _Packing(groups, text_of, count, cost)
    packing.fill(hits, budget)
    chosen = packing.passages(hits)
    while len(chosen) > 1 and sum(map(cost, chosen)) > budget:
        chosen.pop()
    return chosen


class _Packing:
    """The sentences chosen so far."""

    def __init__(
        self,
        groups: Groups,
        text_of: Callable[[int], str],
        count: Callable[[str], int],
        cost: Callable[[Packed], int],
    ) -> None:
        self._groups = groups
        self._text_of = text_of
        self._count = count
        self._cost = cost
        self._left = 0
        self._chosen: dict[int, dict[Span, Hit]] = {}
        """By file the sentences to send, with the hit that they belong to."""
        self._begun: set[int] = set()
        self._said: list[tuple[int, frozenset[str]]] = []
        self._tokens: dict[tuple[int, Span], int] = {}
        self._around: dict[tuple[int, bool], int] = {}

    def fill(self, hits: Sequence[Hit], budget: int) -> None:
        """Choose sentences until the budget is spent."""
        self._left = budget
        behind: list[Hit] = []
        for hit in hits:
            if self._repeats(hit):
                behind.append(hit)
            elif not self._add(hit, _FIRST_TOKENS if len(self._begun) >= _WHOLE else None) and not self._chosen:
                self._take(hit, hit.best)  # one passage there must be
            self._begun.add(hit.chunk.chunk_id)
        for hit in (hit for hit in hits if hit not in behind):
            self._add(hit, None)
        for hit in behind:
            if not self._repeats(hit):
                self._add(hit, None)

    def _repeats(self, hit: Hit) -> bool:
        """Whether the sentence that a passage is sent for says what another file that is sent has said."""
        terms = _terms(hit, hit.best)
        report = self._groups.report_of(hit.info.file_id)
        return any(
            file_id != hit.info.file_id and _alike(terms, said, in_report=self._groups.report_of(file_id) == report)
            for file_id, said in self._said
        )

    def _add(self, hit: Hit, limit: int | None) -> bool:
        """Add sentences of a passage, the best first and then outwards, as far as the limit and the budget go."""
        added = False
        spent = 0
        for span in _outwards(hit):
            if span in self._chosen.get(hit.info.file_id, ()):
                spent += self._of(hit, span)
                continue
            tokens = self._price(hit, span)
            if tokens > self._left or (limit is not None and spent and spent + self._of(hit, span) > limit):
                break
            self._take(hit, span)
            spent += self._of(hit, span)
            added = True
        return added

    def _take(self, hit: Hit, span: Span) -> None:
        self._left -= self._price(hit, span)
        self._chosen.setdefault(hit.info.file_id, {})[span] = hit
        self._said.append((hit.info.file_id, _terms(hit, span)))

    def _price(self, hit: Hit, span: Span) -> int:
        """Tokens that a sentence adds: its own, and those around a passage where it begins one."""
        chosen = self._chosen.get(hit.info.file_id, {})
        if any(self._adjoin(hit.info.file_id, span, other) for other in chosen):
            return self._of(hit, span)
        return self._of(hit, span) + self._heading(hit.info, again=bool(chosen))

    def _heading(self, info: SourceInfo, *, again: bool) -> int:
        key = (info.file_id, again)
        if key not in self._around:
            self._around[key] = self._cost(Packed(info, 0, 0, "", (), self._others(info.file_id), int(again)))
        return self._around[key]

    def _others(self, file_id: int) -> int:
        return len(self._groups.reports.get(file_id, (file_id,))) - 1

    def _adjoin(self, file_id: int, one: Span, other: Span) -> bool:
        first, second = sorted((one, other))
        return not self._text_of(file_id)[first.end : second.start].strip() and second.start - first.end < 200

    def _of(self, hit: Hit, span: Span) -> int:
        key = (hit.info.file_id, span)
        if key not in self._tokens:
            self._tokens[key] = self._count(self._text_of(hit.info.file_id)[span.start : span.end]) + 1
        return self._tokens[key]

    def passages(self, hits: Sequence[Hit]) -> list[Packed]:
        """The chosen sentences, neighbours joined, in the order of the hits that they are from."""
        rank = {hit.chunk.chunk_id: at for at, hit in enumerate(hits)}
        found: list[tuple[int, Packed]] = []
        for file_id, chosen in self._chosen.items():
            text = self._text_of(file_id)
            for run in self._runs(file_id, sorted(chosen)):
                start, end = run[0].start, run[-1].end
                from_ = list(dict.fromkeys(chosen[span].chunk.chunk_id for span in run))
                info = chosen[run[0]].info
                packed = Packed(info, start, end, text[start:end], tuple(from_), self._others(file_id))
                found.append((min(rank[chunk_id] for chunk_id in from_), packed))
        found.sort(key=lambda pair: pair[0])
        first: dict[int, int] = {}
        numbered: list[Packed] = []
        for number, (_, packed) in enumerate(found[:MAX_PASSAGES], 1):
            same = first.setdefault(packed.info.file_id, number)
            numbered.append(packed if same == number else replace(packed, same_as=same))
        return numbered

    def _runs(self, file_id: int, spans: Sequence[Span]) -> Iterator[list[Span]]:
        run: list[Span] = []
        for span in spans:
            if run and not self._adjoin(file_id, run[-1], span):
                yield run
                run = []
            run.append(span)
        if run:
            yield run


def _outwards(hit: Hit) -> Iterator[Span]:
    """The sentences of a passage from the best one on, each beside those before it, the better side first."""
    spans, scores = hit.chunk.sentences, hit.sentence_scores
    at = spans.index(hit.best) if hit.best in spans else 0
    low, high = at, at + 1
    yield spans[at]
    while low > 0 or high < len(spans):
        before = scores[low - 1] if low > 0 and scores else float(low > 0)
        after = scores[high] if high < len(spans) and scores else float(high < len(spans))
        if high >= len(spans) or (low > 0 and before > after):
            low -= 1
            yield spans[low]
        else:
            yield spans[high]
            high += 1


def _terms(hit: Hit, span: Span) -> frozenset[str]:
    spans = hit.chunk.sentences
    return frozenset(hit.chunk.terms[spans.index(span)].split()) if span in spans else frozenset()


def _alike(one: frozenset[str], other: frozenset[str], *, in_report: bool) -> bool:
    if _of_kinds(one, "v") != _of_kinds(other, "v"):
        return False
    if in_report:
        one, other = _of_kinds(one, "cnv"), _of_kinds(other, "cnv")
    both = len(one & other)
    return both > 0 and both >= (_SAME_IN_REPORT if in_report else _SAME) * (len(one) + len(other) - both)


@lru_cache(maxsize=4_000)  # each sentence is held against many
def _of_kinds(terms: frozenset[str], kinds: str) -> frozenset[str]:
    """The terms of these kinds: concepts, names and values, which all languages share, begin with c, n and v."""
    return frozenset(term for term in terms if term[0] in kinds)
