"""Where the likeliest answer is not quite as asked: another that is, and is not far behind, goes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa_plugin.evidence.counting.asked import Asked
from qa_plugin.evidence.counting.found import Found, counts_asked
from qa_plugin.evidence.counting.scenes import of_old
from qa_plugin.evidence.offers import OTHER_DAY
from qa_plugin.language.questions import Question

_NAMELESS = 2.0
"""What the ranks of an article lose that lacks a name of the question which another one has."""
_FILES_ASKED = 3
_UNASKED_FRAME = 4.0
"""What a plan loses where another number tells what was done."""
_COUNTS, _OF_BEST, _OWN_OF_BEST = 0.6, 0.65, 0.4
"""How surely what goes first has to count what is asked, and the least that its article and its sentence may say of the
question, as shares of what the likeliest one's say."""


def named_first(found: list[Found], lacks_name: Callable[[int], bool]) -> list[Found]:
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


def framed_first(found: list[Found], asked: Asked, lacks_name: Callable[[int], bool]) -> list[Found]:
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


def of_now_first(question: Question, found: list[Found]) -> list[Found]:
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
        else replace(f, rank=f.rank - OTHER_DAY * ((f.sentence.file_id, f.sentence.span) == old))
        for f in found
    ]


def _unasked_frame(found: Found, asked: Asked) -> bool:
    """Whether a number is a plan where none is asked for, or no rate where one is."""
    names = found.frame.names if found.frame is not None else frozenset()
    return ("planned" in names and "planned" not in asked.traits) or ("rate" in asked.traits and "rate" not in names)
