"""Yes/no questions: the sentence that says it is so or is not, and what others say against it.

Sentences of several articles are weighed only where they report the event of the best one and cover the question about
as well. A claim and its denial that neither a date nor the wording settles are both given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_plugin.answering.contesting import contested
from qa_plugin.answering.wording import sentence_claim
from qa_plugin.evidence.candidates import attribution_of
from qa_plugin.evidence.comparing.events import same_event
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.reading.predicates import Predicate
from qa_plugin.evidence.statements.polarity import Polarity, Stance, details_said, polarity_of, predicate_of
from qa_plugin.evidence.weighing import Weighing
from qa_plugin.language.folding import cleaned
from qa_plugin.language.questions import Question
from qa_plugin.records import Draft, DraftClaim, Evidence, Hit

_BEHIND, _COVERS = 4.0, 0.65
"""How far behind the best one's rank a sentence may be, and which share of what the best one says of the question."""
_FIRST_BEHIND, _FIRST_COVERS = 1.0, 0.8
"""The same of the best sentence that has a stance, against the best of all."""
_DETAILS = 0.5
"""Share of the question's details that stands in for covering it: names are often left to other sentences."""
_MISSES, _LOSES = 0.25, 0.05
"""By how much less of the question, and of its names, the article of a sentence may hold."""
_STATEMENT = 200
_ROOM = 345
"""Characters of a position's statement, and of an answer of two sentences."""
_LONG = 0.5
"""Ranks that a sentence of 400 characters loses against a short one: it states the matter less plainly."""
_MAX_POSITIONS, _MAX_HISTORY = 4, 2


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence with its stance and who states it."""

    found: Found
    polarity: Polarity
    attributed_to: str | None
    details: frozenset[int]
    """Which details of the question it says."""

    @property
    def stance(self) -> Stance:
        return self.polarity.stance

    @property
    def published(self) -> str | None:
        return self.found.published

    @property
    def plain(self) -> float:
        """How well it fits, less for length."""
        return self.found.rank - _LONG * min(len(self.found.sentence.text) / 400, 1.0)


def affirmed(question: Question, weighing: Weighing, hits: Sequence[Hit]) -> Draft | None:
    """The answer to a yes/no question; None where no sentence near the best says whether it is so."""
    asked = predicate_of(question)
    statements = _statements(question, weighing, asked)
    if not statements:
        return None
    if question.according:  # whoever names a source asks for its position
        return _answered([s for s in statements if s.stance is statements[0].stance], (), weighing.answerable)
    sides = {stance: [s for s in statements if s.stance is stance] for stance in Stance}
    yes, no = sides[Stance.AFFIRMS], sides[Stance.DENIES]
    earlier = [*sides[Stance.PLANS], *sides[Stance.OPEN]]
    sure = weighing.answerable
    if yes and no:
        latest = _later(yes, no)
        if latest is None:
            return _conflicting(question, yes, no, sure)
        former = no if latest is yes else yes
        return _answered(latest, [*former, *_before(sides[Stance.OPEN], latest)], sure)
    disputed = contested(question, [s.found.sentence for s in (*yes, *sides[Stance.DISPUTED])], hits, sure)
    if disputed is not None and not no:
        return disputed
    if yes or no:
        standing = yes or no
        return _answered(standing, _before(earlier if yes else sides[Stance.OPEN], standing), sure)
    return _answered([statements[0], *(s for s in statements[1:] if s.stance is statements[0].stance)], (), sure)


# ---------------------------------------------------------------- what is said


def _statements(question: Question, weighing: Weighing, asked: Predicate) -> list[_Statement]:
    """The sentences that say whether it is so, of the same event as the best of them; one a file and stance."""
    top = weighing.sentences[0]
    chosen: list[_Statement] = []
    seen: set[tuple[int, Stance]] = set()
    for found in weighing.sentences:
        if found.rank < top.rank - _FIRST_BEHIND - _BEHIND:
            break
        statement = _statement(question, found, asked)
        if statement.stance is Stance.NONE or (found.sentence.file_id, statement.stance) in seen:
            continue
        if not chosen:
            if not _answers(statement, top, asked):
                continue
        elif not _beside(chosen, statement):
            continue
        chosen.append(statement)
        seen.add((found.sentence.file_id, statement.stance))
    return chosen


def _statement(question: Question, found: Found, asked: Predicate) -> _Statement:
    polarity = polarity_of(found.sentence, asked)
    if found.sentence.text.rstrip(" \"'»”").endswith(("?", "؟")):
        polarity = Polarity(Stance.NONE)  # a question states nothing
    who = None
    if polarity.stance is not Stance.NONE:
        denial = polarity.stance is not Stance.AFFIRMS
        who = attribution_of(found.sentence, question, polarity.place, denial=denial)
    return _Statement(found, polarity, who, details_said(found.sentence, asked))


def _answers(statement: _Statement, top: Found, asked: Predicate) -> bool:
    """Whether a sentence speaks of the matter as the best of all does, or says what is asked without the names."""
    if _near(statement.found, top, _FIRST_BEHIND, _FIRST_COVERS):
        return True
    detailed = bool(asked.details) and len(statement.details) >= _DETAILS * len(asked.details)
    return detailed and _near(statement.found, top, _FIRST_BEHIND, 0.0)


def _near(found: Found, top: Found, behind: float, covers: float) -> bool:
    if found.signals.get("another_day") and not top.signals.get("another_day"):
        return False
    return found.rank >= top.rank - behind and found.signals["own"] >= covers * top.signals["own"]


def _beside(chosen: Sequence[_Statement], other: _Statement) -> bool:
    """Whether a statement speaks of what the first one does.

    In one article only where each is told by somebody else, or the one as the state before the other: what an article
    says twice in its own voice is of two things.
    """
    best, found = chosen[0].found, other.found
    covers = _DETAILS if other.polarity.denial else _COVERS
    if not _near(found, best, _BEHIND, covers) or found.signals["article"] < best.signals["article"] - _MISSES:
        return False
    if found.signals["lost"] > best.signals["lost"] + _LOSES:
        return False
    if not _of_one_matter(chosen[0], other):
        return False
    same_file = [s for s in chosen if s.found.sentence.file_id == found.sentence.file_id]
    if same_file:
        rivals = {s.attributed_to for s in same_file} | {other.attributed_to}
        return None not in rivals and len(rivals) > len(same_file)
    told_of_it = other.polarity.denial and found.signals["own"] >= _FIRST_COVERS * best.signals["own"]
    return told_of_it or same_event([s.found for s in chosen], found)


def _of_one_matter(best: _Statement, other: _Statement) -> bool:
    """Whether the other says the details that the best says; a denial by somebody need not repeat what it denies."""
    if other.polarity.denial and other.attributed_to is not None and other.attributed_to != best.attributed_to:
        return len(best.details & other.details) >= _DETAILS * len(best.details)
    return best.details <= other.details


# ---------------------------------------------------------------- what stands


def _later(yes: Sequence[_Statement], no: Sequence[_Statement]) -> Sequence[_Statement] | None:
    """The side that tells the later state, by its dates or its wording; None where nothing tells."""
    by_date = _later_by_date(yes, no)
    if by_date is not None:
        return by_date
    for side, other in ((yes, no), (no, yes)):
        if _turned(side) and not _turned(other):
            return side
    if all(s.polarity.yet for s in no):
        return yes
    return None


def _later_by_date(one: Sequence[_Statement], two: Sequence[_Statement]) -> Sequence[_Statement] | None:
    days = [[s.published or "" for s in side] for side in (one, two)]
    if not all(all(side) for side in days):
        return None
    if min(days[0]) > max(days[1]):
        return one
    return two if min(days[1]) > max(days[0]) else None


def _turned(side: Sequence[_Statement]) -> bool:
    return any(s.polarity.now and not s.polarity.yet for s in side)


def _before(former: Sequence[_Statement], standing: Sequence[_Statement]) -> list[_Statement]:
    """Those of the undecided statements that are not dated later than what stands."""
    days = [s.published for s in standing]
    latest = max((d for d in days if d), default=None)
    return [s for s in former if latest is None or s.published is None or s.published <= latest]


# ---------------------------------------------------------------- drafts


def _answered(standing: Sequence[_Statement], former: Sequence[_Statement], sure: float) -> Draft:
    """The plainest sentence of what stands; where others said otherwise, a second voice of it where there is room."""
    ranked = sorted(standing, key=lambda s: -s.plain)
    claims = [sentence_claim(ranked[0].found.sentence)]
    if former:
        others = (s for s in ranked[1:] if s.found.sentence.file_id != ranked[0].found.sentence.file_id)
        second = next((sentence_claim(s.found.sentence) for s in others), None)
        if second is not None and len(claims[0].text) + len(second.text) <= _ROOM:
            claims.append(second)
    history = tuple(_position(s) for s in former[:_MAX_HISTORY])
    return Draft("answered", tuple(claims), history=history, confidence=sure)


def _conflicting(question: Question, yes: Sequence[_Statement], no: Sequence[_Statement], sure: float) -> Draft:
    """Both positions, the likelier first, each with all that state it."""
    first, second = (yes, no) if yes[0].found.rank >= no[0].found.rank else (no, yes)
    positions = (_position(*sorted(first, key=lambda s: -s.plain)), _position(*sorted(second, key=lambda s: -s.plain)))
    return Draft("conflicting", (), conflicting=positions, confidence=sure, about=question.text)


def _position(best: _Statement, *others: _Statement) -> DraftClaim:
    """A position in the words of its plainest sentence."""
    said = [best, *others][:_MAX_POSITIONS]
    evidence = tuple(
        Evidence(s.found.sentence.file_id, s.found.sentence.span.start, s.found.sentence.span.end) for s in said
    )
    return DraftClaim(_shortened(best), evidence, attributed_to=best.attributed_to)


_CUT = re.compile(r"[,;:،؛](?=\s)|\s[–—-]\s")


def _shortened(statement: _Statement) -> str:
    """The sentence, cut where a clause ends behind the words that answer, if it is too long."""
    sentence = statement.found.sentence
    text = " ".join(cleaned(sentence.text).split())
    if len(text) <= _STATEMENT:
        return text
    least = min(sentence.folded.span(statement.polarity.place, statement.polarity.place + 1)[1] + 10, _STATEMENT)
    cuts = [m.start() for m in _CUT.finditer(text, least, _STATEMENT)]
    end = cuts[-1] if cuts else text.rfind(" ", 0, _STATEMENT)
    return text[:end].rstrip(" ,;:،؛–—-") + "…"
