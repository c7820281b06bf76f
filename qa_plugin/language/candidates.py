"""Typed answers cut from a sentence: quantities, dates, names, each with how well it fits the question."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.language.attribution import find_attributions
from qa_plugin.language.dates import calendar_words, find_dates, find_times, without_weekdays
from qa_plugin.language.folding import Folded, bare, fold, fold_text
from qa_plugin.language.lexicon import concept_name, languages
from qa_plugin.language.quantities import Quantity, find_quantities
from qa_plugin.language.questions import Question, Slot, Weighted
from qa_plugin.language.terms import Term, find_terms, word_keys
from qa_plugin.records import Span

_NEAR = 10.0
"""Words over which nearness to the question's words fades."""
_RARE_KIND = 0.3
"""What a sum of money, a percentage, a date or a measure adds where one is asked for: few sentences hold one."""
_COUNTS = frozenset({"count"})
_DIMENSIONS = {
    "percent": frozenset({"percent", "fraction"}),
    "money": frozenset({"money"}),
    "age": frozenset({"age", "duration"}),
    "duration": frozenset({"duration"}),
    "length": frozenset({"length", "area", "speed"}),
    "weight": frozenset({"weight"}),
    "count": _COUNTS,
}
_PEOPLE = frozenset({"people", "person", "man", "human", "citizen", "individual"})
_PEOPLE_EVENTS = frozenset(
    {"die", "kill", "injure", "death", "victim", "dead", "wound", "arrest", "evacuate", "displace"}
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, folded and read once."""

    file_id: int
    span: Span
    text: str
    language: str
    score: float
    folded: Folded
    terms: tuple[Term, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the file of a range of the folded sentence."""
        first, last = self.folded.span(start, end)
        return self.span.start + first, self.span.start + last


@dataclass(frozen=True, slots=True)
class Candidate:
    """A typed answer in a sentence."""

    sentence: Sentence
    start: int
    end: int
    """Place of its words in the folded sentence."""
    fit: float
    quantity: Quantity | None = None
    attributed_to: str | None = None
    focused: bool = False
    """Whether the thing asked after stands beside it."""

    @property
    def words(self) -> str:
        """The words as the file has them."""
        start, end = self.sentence.folded.span(self.start, self.end)
        return self.sentence.text[start:end]


def read_sentence(file_id: int, span: Span, text: str, language: str, score: float) -> Sentence:
    """Fold a sentence and find its terms."""
    folded = fold(text)
    return Sentence(file_id, span, text, language, score, folded, tuple(find_terms(folded, language)))


def find_candidates(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    """The typed answers of one sentence, in order; empty for kinds that are answered by a sentence."""
    if question.kind in _DIMENSIONS:
        return _quantities(question, slots, sentence)
    if question.kind == "date":
        return _dates(question, slots, sentence)
    if question.kind in {"who", "where"}:
        return _names(question, slots, sentence)
    if question.kind in {"time", "score"}:
        return _moments(question, slots, sentence)
    return []


def attribution_of(sentence: Sentence, question: Question) -> str | None:
    """Who states the sentence, in its own words, unless the question named them."""
    for found in find_attributions(sentence.folded, sentence.language):
        keys = {t.key for t in sentence.terms if found.start <= t.start and t.end <= found.end}
        if keys and not any(_meets(slot, keys) for slot in question.according):
            start, end = sentence.folded.span(found.start, found.end)
            return sentence.text[start:end].strip()
    return None


def _meets(slot: Slot, keys: Iterable[str]) -> bool:
    return any(key in slot.keys for key in keys)


# ---------------------------------------------------------------- nearness


_WORD = re.compile(r"\w+")


def _word_index(text: str) -> list[int]:
    return [match.start() for match in _WORD.finditer(text)]


def _distance(starts: Sequence[int], a: int, b: int) -> int:
    from bisect import bisect_right

    return abs(bisect_right(starts, a) - bisect_right(starts, b))


def _nearness(slots: Sequence[Weighted], sentence: Sentence, start: int, starts: Sequence[int]) -> float:
    """How near the question's words stand to a place, from 0 to 1."""
    total = sum(w.weight for w in slots) or 1.0
    near = 0.0
    for weighted in slots:
        places = [t.start for t in sentence.terms if t.key in weighted.slot.keys]
        if places:
            near += weighted.weight * math.exp(-min(_distance(starts, p, start) for p in places) / _NEAR)
    return near / total


# ---------------------------------------------------------------- quantities


def _quantities(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    starts = _word_index(sentence.folded.text)
    asked = {t.key for t in sentence.terms if t.key[0] == "v"} & set(question.keys)
    found: list[Candidate] = []
    for quantity in find_quantities(sentence.folded.text, sentence.language):
        if not _wanted(question, quantity):
            continue
        key = f"v{int(quantity.value)}" if quantity.value == int(quantity.value) else ""
        if key in asked:
            continue
        gap = _focus_gap(question, sentence, quantity, starts)
        focused = gap is not None or _implied(question, sentence, quantity)
        if quantity.weak and (gap is None or gap > 2):
            continue
        fit = sentence.score + 0.3 * _nearness(slots, sentence, quantity.number_start, starts)
        if question.kind != "count" or question.unit is not None:
            fit += _RARE_KIND
        if question.kind == "count" and question.unit is None:
            fit += 0.25 - 0.04 * gap if gap is not None else 0.05 if focused else _unfocused(question, sentence)
        if quantity.vague:
            fit -= 0.12
        if quantity.kind == "fraction":
            fit -= 0.1
        found.append(Candidate(sentence, quantity.start, quantity.end, fit, quantity, None, focused))
    return found


def _wanted(question: Question, quantity: Quantity) -> bool:
    """Whether a quantity is of the kind asked for."""
    if quantity.kind in {"year", "date", "time", "identifier", "score", "ordinal"}:
        return False
    if question.unit is not None and question.kind != "money":
        return (quantity.unit is not None and quantity.unit.dimension == question.unit.dimension) or (
            question.unit.name == "year" and quantity.kind == "age" and question.kind == "age"
        )
    return quantity.kind in _DIMENSIONS[question.kind]


def _focus_gap(question: Question, sentence: Sentence, quantity: Quantity, starts: Sequence[int]) -> int | None:
    """Words between the number and the thing asked after, where it stands near enough to be what is counted."""
    focus = question.focus
    if not focus:
        return 0
    best: int | None = None
    for term in sentence.terms:
        if not any(term.key in slot.keys for slot in focus):
            continue
        between = _distance(starts, term.start, quantity.number_start)
        text = sentence.folded.text
        if term.start >= quantity.number_end:
            if (
                re.search(r"[.;:!?()]", text[quantity.end : term.start])
                or between > 5
                or _number_between(sentence, quantity, term.start)
            ):
                continue
            gap = between - 1
        else:
            # "soldiers: 5,000", "o número de soldados é de 5 mil", and verb-last Persian
            if between > 6 or _counted_otherwise(sentence, quantity, term):
                continue
            gap = between + 1
        best = gap if best is None else min(best, gap)
    return best


def _unfocused(question: Question, sentence: Sentence) -> float:
    """What a number loses that the thing counted does not stand beside: less where the sentence names it at all."""
    keys = {key for slot in question.focus for key in slot.keys}
    return -0.12 if any(term.key in keys for term in sentence.terms) else -0.25


def _number_between(sentence: Sentence, quantity: Quantity, stop: int) -> bool:
    return any(t.key[0] == "v" and quantity.number_end < t.start < stop for t in sentence.terms)


def _counted_otherwise(sentence: Sentence, quantity: Quantity, focus: Term) -> bool:
    """Whether the word right behind the number names another thing that is counted."""
    after = [t for t in sentence.terms if t.start >= quantity.end and t.key[0] in "cs"]
    if not after or quantity.unit is not None:
        return False
    gap = sentence.folded.text[quantity.end : after[0].start]
    return len(gap.split()) <= 1 and not re.search(r"[.,;:!?()]", gap) and after[0].key != focus.key


def _implied(question: Question, sentence: Sentence, quantity: Quantity) -> bool:
    """People are often not named: "12 were killed" answers how many people were."""
    focus = {concept_name(int(k[1:])) for slot in question.focus for k in slot.keys if k[0] == "c"}
    if not focus & _PEOPLE:
        return not focus and not question.focus
    near = {
        concept_name(int(t.key[1:])) for t in sentence.terms if t.key[0] == "c" and -25 <= t.start - quantity.end <= 30
    }
    return bool(near & (_PEOPLE | _PEOPLE_EVENTS))


# ---------------------------------------------------------------- dates


def _dates(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    starts = _word_index(sentence.folded.text)
    found: list[Candidate] = []
    year = re.search(r"\b(?:year|ano|annee|عام|سنه|سال)", bare(fold(question.text).text)) is not None
    for date in find_dates(sentence.folded.text):
        words = sentence.folded.text[date.start : date.end]
        if any(words in fold(question.text).text for _ in (0,)):
            continue
        fit = sentence.score + 0.3 * _nearness(slots, sentence, date.start, starts) + _RARE_KIND
        if year and date.year is None:
            fit -= 0.2
        if date.year is not None and date.month is None and not year:
            fit -= 0.1
        found.append(Candidate(sentence, date.start, date.end, fit, focused=True))
    return found


def _moments(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    """Times of day, or scores."""
    text = sentence.folded.text
    starts = _word_index(text)
    if question.kind == "time":
        places = [(time.start, time.end) for time in find_times(text)]
    else:
        scores = [q for q in find_quantities(text, sentence.language) if q.kind == "score"]
        places = [(a.start, b.end) for a, b in zip(scores[::2], scores[1::2], strict=False)]
    return [
        Candidate(
            sentence, a, b, sentence.score + 0.3 * _nearness(slots, sentence, a, starts) + _RARE_KIND, focused=True
        )
        for a, b in places
    ]


# ---------------------------------------------------------------- names


_CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŴŶŸŹŻŽȘȚΑ-ΩΆΈΉΊΌΎΏА-ЯЁЂЃЄІЇЈЉЊЋЌЎЏҐҒҚҢӘӨҮҰ"
_LATIN_NAME = re.compile(
    rf"(?<![^\W\d_])[{_CAPITAL}][\w'’.-]*(?:\s+(?:(?:de|da|do|dos|das|di|du|des|of|the|la|le|al|el|bin|ibn|van|von|der|den|d['’])\s+)*"
    rf"[{_CAPITAL}][\w'’-]*)*"
)
_REACH = 6
"""Words over which a preposition of place may reach its name: "na cidade costeira do leste de Wonsan"."""


@cache
def _place_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words before a place's name, and those that say it only behind one of them ("na cidade costeira de …")."""
    table = load_toml("names.toml")
    before = frozenset(bare(fold_text(w)) for words in table["place_before"].values() for w in words.split())
    return before, frozenset(table["of"]["all"].split())


def _placed(text: str, start: int) -> bool:
    """Whether a name stands where a place is named."""
    place_before, of = _place_words()
    before = [bare(w) for w in re.findall(r"[^\W\d_]+|[,.;:!?]", text[max(0, start - 60) : start])][-_REACH:]
    if not before:
        return False
    if before[-1] in place_before:
        return True
    if before[-1] in of:
        return any(w in place_before for w in before[:-1]) and not any(w in ",.;:!?" for w in before)
    arabic = "\u0600" <= text[start] <= "\u06ff"
    return arabic and (any(w in place_before for w in before[-2:]) or text[start] == "ب")


def _names(question: Question, slots: Sequence[Weighted], sentence: Sentence) -> list[Candidate]:
    starts = _word_index(sentence.folded.text)
    found: list[Candidate] = []
    for start, end in [*_latin_names(sentence), *_arabic_names(sentence)]:
        keys = {t.key for t in sentence.terms if start <= t.start and t.end <= end}
        if not keys or any(_meets(slot, keys) for slot in (*question.slots, *question.according)):
            continue
        if not _names_somebody(sentence.folded.text[start:end]):
            continue
        fit = sentence.score + 0.3 * _nearness(slots, sentence, start, starts)
        placed = _placed(sentence.folded.text, start)
        if question.kind == "where":
            fit += 0.12 if placed else -0.2
        elif placed:
            fit -= 0.08
        found.append(Candidate(sentence, start, end, fit, focused=True))
    return found


def _names_somebody(folded: str) -> bool:
    """Whether more than the name of a month or a day is left of what looks like a name."""
    left = without_weekdays(folded)
    for date in reversed(find_dates(left)):
        left = left[: date.start] + left[date.end :]
    return any(word not in calendar_words() for word in re.findall(r"[^\W\d_]{2,}", bare(left)))


def _latin_names(sentence: Sentence) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in _LATIN_NAME.finditer(sentence.text):
        words = match.group().rstrip(".'’-")
        first_word = words.split()[0]
        listed = sentence.language in languages()
        sentence_start = not sentence.text[: match.start()].strip(" \"'“«(–-")
        known = not listed or not any(
            k[0] == "n" for k in word_keys(fold(first_word).text, sentence.language, name=False)
        )
        start = match.start()
        if sentence_start and known:
            rest = words[len(first_word) :].lstrip()
            if not rest or not rest[0].isupper():
                continue
            start += len(words) - len(rest)
            words = rest
        found.append((sentence.folded.position(start), sentence.folded.position(start + len(words))))
    return found


def _arabic_names(sentence: Sentence) -> list[tuple[int, int]]:
    """Runs of words that no row of the lexicon knows: in a script without capitals, that is what names look like."""
    runs: list[list[int]] = []
    text = sentence.folded.text
    places = {(t.start, t.end) for t in sentence.terms if t.key[0] == "n" and "\u0600" <= text[t.start] <= "\u06ff"}
    places -= {(t.start, t.end) for t in sentence.terms if t.key[0] == "c"}
    for start, end in sorted(places):
        if runs and text[runs[-1][1] : start] == " ":
            runs[-1][1] = end
        else:
            runs.append([start, end])
    return [(start, end) for start, end in runs]
