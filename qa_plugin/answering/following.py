"""A question that leans on the one before, made to stand by itself: in the words of both, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import TABLE, is_state
from qa_plugin.language.dates import DateMention
from qa_plugin.language.dialogue import asking_places, asks, asks_whether, names_in, opening
from qa_plugin.language.folding import bare, fold
from qa_plugin.language.lexicon import concept_name, is_place
from qa_plugin.language.month_names import calendar_words
from qa_plugin.language.questions import NUMERIC, Question, Slot, read_question
from qa_plugin.language.resolution import find_dated
from qa_plugin.records import Answer

_MARKS = " ?؟!.,،;؛:…\n"
_NONE = re.compile(r"(?!)")
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation and its answer."""

    question: str
    """As it was asked."""
    understood: str
    """As it was searched for: with what it takes over from those before it."""
    answer: Answer
    topic: str = ""
    """The question that those after it go on from, where it is another: "who said so?" leaves it as it was."""
    context: str = ""
    """What the question took over, where it names nothing itself: "when was that?" leaves that to the next one."""

    @property
    def base(self) -> str:
        """What those after it go on from."""
        return self.topic or self.understood

    @property
    def language(self) -> str:
        """The language it was asked in."""
        return self.answer.question_language

    @property
    def sources(self) -> frozenset[str]:
        """The files that the answer cites."""
        return frozenset(citation.source for citation in self.answer.citations)


def carried(new: Question, last: Question) -> tuple[str, str]:
    """The new question with what it takes over from the last one; and that alone, where the new one asks by itself.

    What asks in the new one wins, and what it names takes the place of what the last one names of the same sort: a day
    of a day, a place of a place, what happened of what happened, the thing counted of the thing counted.
    """
    own = new.text[opening(new.text, new.language) :].strip(_MARKS)
    if not is_fragment(new):
        asking = [_with_rate(last, place) for place in asking_places(last.text, last.language)]
        kept = _without(last, [*_replaced(new, last), *asking])
        if not _says_something(kept, last.language):
            kept = ""  # "were", of a question whose thing and event were both replaced
        return (f"{own}, {kept}?" if kept else f"{own}?"), kept
    replaced = _replaced(new, last)
    if not replaced:
        return f"{last.text.strip(_MARKS)} {own}?", ""
    at = min(start for start, _ in replaced)
    before, after = (_cut(last.text, replaced, *part) for part in ((0, at), (at, len(last.text))))
    return _joined(before.split(), own.split(), f"{after.strip(_MARKS)}?"), ""


def _says_something(text: str, language: str) -> bool:
    return bool(read_question(text, language).slots or find_dated(text, language, None))


def _joined(before: list[str], own: list[str], after: str) -> str:
    """Words in a row; what ends those before and begins the next ones ("in", "in 2023") stands once."""
    met = next((n for n in range(len(own), 0, -1) if before[-n:] == own[:n]), 0)
    return " ".join([*before, *own[met:], *after.split()]).replace(" ?", "?")


def is_fragment(new: Question) -> bool:
    """Whether it only names something, as in "and in 2023?": what is asked of that was asked before."""
    if asks(new.text, new.language) or asks_whether(new.text, new.language):
        return False
    return new.kind == "other" or opening(new.text, new.language) > 0


def _without(last: Question, cuts: Iterable[Place]) -> str:
    return " ".join(_cut(last.text, cuts, 0, len(last.text)).split()).strip(_MARKS)


def _cut(text: str, cuts: Iterable[Place], start: int, end: int) -> str:
    kept = [" " if any(a <= at < b for a, b in cuts) else text[at] for at in range(start, end)]
    return "".join(kept)


# ---------------------------------------------------------------- what takes whose place


def _replaced(new: Question, last: Question) -> list[Place]:
    """What of the last question the new one does not take over, as places in its text."""
    cuts: list[Place] = []
    dated = find_dated(new.text, new.language, None)
    if dated or new.kind == "date":
        cuts += [(d.start, d.end) for d in find_dated(last.text, last.language, None)]
    cuts += _names(new, last)
    happened = _slots(last, _is_state)
    if happened and _slots(new, _is_state):
        # Of two ("died in the collapse") it is the one beside what was counted.
        near = last.focus[0].start if last.focus else 0
        cuts += _places(last, [min(happened, key=lambda slot: abs(slot.start - near))])
    own = [slot for slot in named_by(new) if slot not in names_in(new)]
    if last.kind in NUMERIC and (own or new.kind not in {"other", "yesno", last.kind}):
        counted = [slot for slot in last.focus if slot not in names_in(last)]
        # What is counted stays where it alone tells what the last one is about ("the capacity of the dam").
        if own or any(slot not in counted for slot in last.slots):
            cuts += [_with_rate(last, place) for place in _places(last, counted)]
    return cuts


def _with_rate(question: Question, counted: Place) -> Place:
    """What is counted, or asks for it, with the time or thing it is counted by: "litres a day", "how much a day"."""
    folded = fold(question.text)
    start, end = counted
    begins = next((at for at in range(len(folded.text)) if folded.offset(at) >= end), len(folded.text))
    match = _rates(question.language).match(folded.text, begins)
    if match is None:
        return counted
    by = next((slot for slot in question.slots if slot.start == match.end() + 1 and _is_calendar(slot)), None)
    return start, folded.span(begins, by.end if by else match.end())[1]


@cache
def _rates(language: str) -> re.Pattern[str]:
    """What says, behind a thing counted, by what it is counted; the longest first, a `*` for any ending."""
    written = load_toml(TABLE)["cues"]["rate"].get(language, {}).get("after", "")
    words = sorted((fold(word).text for word in written.split("|") if word), key=len, reverse=True)
    ways = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"\s+(?:{ways})(?!\w)") if ways else _NONE


def named_by(question: Question) -> list[Slot]:
    """What a question names apart from days, months and years."""
    dated = find_dated(question.text, question.language, None)
    if not dated:
        return list(question.slots)
    undated = [slot for slot in question.slots if not _within(question, slot, dated)]
    return [slot for slot in undated if bare(slot.word) not in calendar_words() and not _is_calendar(slot)]


_CALENDAR = frozenset({"year", "month", "week", "day", "date", "century"})


def _is_calendar(slot: Slot) -> bool:
    return any(key[0] == "c" and concept_name(int(key[1:])) in _CALENDAR for key in slot.keys)


def _names(new: Question, last: Question) -> list[Place]:
    """The name that a name of a mere fragment stands for: a place for a place, else the last one that is named."""
    mine, theirs = names_in(new), names_in(last)
    if not mine or not theirs or asks(new.text, new.language):
        return []
    runs = _runs(last, theirs)
    wanted = any(map(_is_place, mine))
    alike = [run for run in runs if any(map(_is_place, run)) == wanted]
    chosen = (alike or runs)[-1]
    return _places(last, chosen)


def _runs(question: Question, slots: Sequence[Slot]) -> list[list[Slot]]:
    """Slots that stand side by side, together."""
    text = fold(question.text).text
    runs: list[list[Slot]] = []
    for slot in sorted(slots, key=lambda one: one.start):
        if runs and re.fullmatch(r"[\s'-]{1,2}", text[runs[-1][-1].end : slot.start]):
            runs[-1].append(slot)
        else:
            runs.append([slot])
    return runs


def _slots(question: Question, wanted: Callable[[Slot], bool]) -> list[Slot]:
    return [slot for slot in question.slots if wanted(slot)]


def _is_state(slot: Slot) -> bool:
    return any(map(is_state, slot.keys))


def _is_place(slot: Slot) -> bool:
    return any(key[0] == "c" and is_place(int(key[1:])) for key in slot.keys)


def _places(question: Question, slots: Iterable[Slot]) -> list[Place]:
    folded = fold(question.text)
    return [folded.span(slot.start, slot.end) for slot in slots]


def _within(question: Question, slot: Slot, dated: Sequence[DateMention]) -> bool:
    start, end = fold(question.text).span(slot.start, slot.end)
    return any(d.start <= start and end <= d.end for d in dated)
