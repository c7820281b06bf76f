"""Names that an erratum calls wrong: its other sentences give the right one, which then answers in their stead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.counting.frames import speaks_of
from qa_plugin.evidence.counting.precedence import APART
from qa_plugin.evidence.reading.sentences import said_keys

_OWN = 0.3
"""Share of the question that the sentence of the right name says, of what the one of the wrong name says."""
_ERROR = "erratum"
"""What a sentence speaks of that says which name was wrong."""
_NO_RIVAL = frozenset({"unknown", ""})


@dataclass(frozen=True, slots=True)
class Amended:
    """Names and sentences with the right name first, and the wrong one as it was stated before."""

    typed: list[Found]
    sentences: list[Found]
    former: tuple[Found, ...] = ()


def amend(typed: list[Found], sentences: list[Found]) -> Amended:
    """Let the right name of an erratum stand before the wrong one, wherever that is stated."""
    named = sorted((f for f in typed if f.candidate is not None), key=lambda f: -f.rank)
    read = {id(f.sentence): f.sentence for f in named}
    errata = {at: speaks_of(sentence, _ERROR) for at, sentence in read.items()}
    if not any(errata.values()):
        return Amended(typed, sentences)
    for wrong in named:
        if not errata[id(wrong.sentence)]:
            continue
        right = _right_for(wrong, named, errata)
        if right is not None:
            return _amended(typed, sentences, wrong, right)
    return Amended(typed, sentences)


def _right_for(wrong: Found, named: Sequence[Found], errata: Mapping[int, bool]) -> Found | None:
    """The likeliest name in the sentences of an erratum that speak of no error; `errata` says which do."""
    likest = max((f for f in named if f.sentence.span == wrong.sentence.span), key=lambda f: f.rank)
    if likest is not wrong and _keys(likest) != _keys(wrong):
        return None
    return next(
        (
            f
            for f in named
            if f.sentence.file_id == wrong.sentence.file_id
            and not errata[id(f.sentence)]
            and f.signals["own"] >= _OWN * wrong.signals["own"]
            and not (_keys(f) <= _keys(wrong) or _keys(wrong) <= _keys(f))
            and _same_kind(wrong, f)
        ),
        None,
    )


def _same_kind(one: Found, other: Found) -> bool:
    kinds = {f.candidate.name_kind for f in (one, other) if f.candidate is not None}
    return len(kinds - _NO_RIVAL) <= 1


def _keys(found: Found) -> frozenset[str]:
    assert found.candidate is not None  # noqa: S101 - names only
    return said_keys(found.candidate.words, found.sentence.language)


def _amended(typed: list[Found], sentences: list[Found], wrong: Found, right: Found) -> Amended:
    name = _keys(wrong)
    stated = [f for f in typed if f.candidate is not None and _keys(f) & name and not _keys(f) - name]
    apart = {id(f) for f in stated}
    top = max(f.rank for f in typed)
    names = [
        replace(f, rank=top)
        if f is right
        else replace(f, rank=min(f.rank, right.rank), signals=f.signals | {APART: 1.0})
        if id(f) in apart
        else f
        for f in typed
    ]
    erring = {(f.sentence.file_id, f.sentence.span) for f in stated}
    place = (right.sentence.file_id, right.sentence.span)
    least, most = min(f.rank for f in sentences), max(f.rank for f in sentences)
    whole = [
        replace(f, rank=most)
        if (f.sentence.file_id, f.sentence.span) == place
        else replace(f, rank=least)
        if (f.sentence.file_id, f.sentence.span) in erring
        else f
        for f in sentences
    ]
    elsewhere = [f for f in stated if f.sentence.file_id != wrong.sentence.file_id]
    first = max(elsewhere or [wrong], key=lambda f: f.rank)
    return Amended(names, whole, (first,))
