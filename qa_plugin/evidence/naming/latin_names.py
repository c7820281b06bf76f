"""Names in scripts with capitals: runs of capitals, the small words inside them, the heads before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_plugin.evidence.reading.cues import Cue, month_words
from qa_plugin.evidence.reading.words import Word, has

_OPENING = frozenset('".!?')
_NAMED = Cue.GIVEN | Cue.FAMILY | Cue.CITY | Cue.COUNTRY
_HEADS = Cue.BODY | Cue.PLACE_HEAD
_MOST_PARTS = 3
_SHORT = 5
"""Letters below which a small word behind a hyphen belongs to the name before it."""
_NOT_ARTICLE = _NAMED | _HEADS | Cue.DEMONYM | Cue.ROLE | Cue.TITLE


@dataclass(frozen=True, slots=True)
class Found:
    """A name as places in the list of words."""

    first: int
    last: int
    """The place behind its last word."""
    kind: str = ""
    """Its kind where the way it was found settles that."""
    titled: int | None = None
    """Where its title begins."""


def find_latin(words: Sequence[Word], *, weak: bool) -> list[Found]:
    """The names of a sentence; `weak` says that capitals tell nothing in it."""
    found: list[Found] = []
    at = 0
    while at < len(words):
        if not _begins(words, at, weak=weak):
            at += 1
            continue
        last = _run(words, at, weak=weak)
        found += _named(words, at, last)
        at = last
    return found


def _latin(word: Word) -> bool:
    return word.text[0] < "\u0600" and not word.text[0].isdigit()


def _capital(word: Word, *, weak: bool) -> bool:
    if not _latin(word):
        return False
    if not weak:
        return word.capital
    if has(word, _NAMED):
        return True
    return word.capital and not has(word, Cue.FORM | Cue.STOP | Cue.CALENDAR | Cue.ROLE) and len(word.text) > 2


def _begins(words: Sequence[Word], at: int, *, weak: bool) -> bool:
    word = words[at]
    if _capital(word, weak=weak):
        return True
    following = words[at + 1] if at + 1 < len(words) else None
    return (
        has(word, Cue.LEAD)
        and following is not None
        and following.gap in {" ", "-"}
        and _latin(following)
        and following.capital
        and not weak
    )


def _run(words: Sequence[Word], first: int, *, weak: bool) -> int:
    """The place behind a run of capitals that begins here, with the small words inside."""
    last = first + 1
    while last < len(words):
        word, before = words[last], words[last - 1]
        if _capital(word, weak=weak) and _close(before, word):
            last += 1
            continue
        if word.gap == "-" and last - first > 1 and len(word.text) < _SHORT and not has(before, Cue.FORM):
            last += 1  # Kim Jong-un
            continue
        step = last
        while step < len(words) and step - last < _MOST_PARTS and _small(words, first, step):
            step += 1
        if step == last or step >= len(words) or not _capital(words[step], weak=weak):
            break
        if words[step].gap not in {" ", "-", "'"} or not _joins(words, first, last, step):
            break
        last = step + 1
    return last


def _close(before: Word, word: Word) -> bool:
    if word.gap in {" ", "-", "'", " & "}:
        return word.gap != "'" or len(before.text) <= 2
    initial = len(before.text) == 1 or has(before, Cue.TITLE)
    return word.gap in {". ", "."} and initial


def _small(words: Sequence[Word], first: int, at: int) -> bool:
    word = words[at]
    if word.capital or word.gap not in {" ", "-", "'"}:
        return False
    return has(word, Cue.PART | Cue.JOIN) or (has(word, Cue.ARTICLE) and has(words[at - 1], Cue.JOIN))


def _joins(words: Sequence[Word], first: int, small: int, right: int) -> bool:
    """Whether the small words between two parts of a name join them."""
    if not has(words[small], Cue.JOIN):
        return True
    left = words[first:small]
    if has(left[-1], Cue.ROLE | Cue.TITLE | Cue.CALENDAR | Cue.DEMONYM):
        return False
    if any(has(w, _HEADS) for w in left):
        return True
    place = has(words[right], Cue.CITY | Cue.COUNTRY)
    if place and all(has(w, Cue.FORM) for w in left):
        return False
    if any(has(w, Cue.GIVEN) for w in left):
        return words[small].text != "of" and not (place and (len(left) > 1 or words[right].gap == "'"))
    return not (place and has(left[-1], Cue.CITY | Cue.COUNTRY))


def _named(words: Sequence[Word], first: int, last: int) -> list[Found]:
    """The name in a run: without what the sentence's start made a capital of, and without its title."""
    first = _trimmed(words, first, last)
    while last > first and has(words[last - 1], Cue.CALENDAR) and not has(words[last - 1], Cue.GIVEN):
        last -= 1
    while last > first and has(words[last - 1], Cue.POSSESSIVE):
        last -= 1
    if last <= first or all(has(w, Cue.CALENDAR) for w in words[first:last]) or _month(words, first, last):
        return []
    if _quoted(words, first, last) and last - first > 1:
        return [Found(first, last)]
    if has(words[first], Cue.COUNTRY | Cue.DEMONYM) and last - first > 2 and has(words[first + 1], Cue.GIVEN):
        first += 1  # "the Bulgarian Goran Petkanov"
    if has(words[first], Cue.BODY) and last - first > 1 and not any(has(w, Cue.GIVEN) for w in words[first:last]):
        return [_with_head(words, first, last)]
    title = _title_end(words, first, last)
    if title is not None:
        return [Found(title, last, "person", first)] if title < last else []
    if last - first == 1 and _says_nothing(words[first]):
        return []
    return [_with_head(words, first, last)]


def _month(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether one word is a month that is a common word too: "March 6", "in March"."""
    beside = [words[at] for at in (first - 1, last) if 0 <= at < len(words)]
    if last - first > 1 or words[first].text not in month_words():
        return False
    if any(word.text[0].isdigit() and len(word.gap) == 1 for word in beside):
        return True
    return first > 0 and words[first].gap == " " and has(words[first - 1], Cue.PREPOSITION)


def _quoted(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether quotation marks stand right around a run: a ship or a book may be called like a queen."""
    return words[first].gap.endswith('"') and last < len(words) and words[last].gap.startswith('"')


def _says_nothing(word: Word) -> bool:
    """Whether one capital alone is only where somebody is from, a role, or a single letter."""
    if has(word, Cue.DEMONYM) and not word.upper:
        return True
    if len(word.text) == 1 or has(word, Cue.NO_NAME):
        return True
    return (
        has(word, Cue.STOP | Cue.ROLE | Cue.TITLE | Cue.PLACE_TYPE | Cue.PLACE_HEAD)
        and not has(word, _NAMED | Cue.BODY)
        and not word.upper
    )


def _trimmed(words: Sequence[Word], first: int, last: int) -> int:
    """Where a run begins without articles, days, and a common word that begins the sentence."""
    gap = words[first].gap
    opens = first == 0 or not _OPENING.isdisjoint(gap) or " - " in gap
    while first < last:
        word = words[first]
        calendar = has(word, Cue.CALENDAR) and not has(word, Cue.GIVEN)
        article = has(word, Cue.STOP) and (not word.upper or len(word.text) < 3) and not has(word, _NOT_ARTICLE)
        article = article and (opens or has(word, Cue.ARTICLE))
        if not calendar and not article and not (opens and _common(words, first, last)):
            break
        first, opens = first + 1, False
    while first < last and has(words[first], Cue.PART) and not words[first].capital and not has(words[first], Cue.LEAD):
        first += 1
    return first


def _common(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether a capital that begins a sentence begins no name."""
    word = words[first]
    if has(word, Cue.DEMONYM) and last - first > 1:
        return False
    alone = last - first == 1 or not words[first + 1].capital
    common = Cue.STOP | Cue.END | Cue.ROLE | (Cue.FORM if alone else Cue.WORD)
    if has(word, _NAMED) or word.upper or not has(word, common):
        return has(word, Cue.GIVEN) and has(word, Cue.STOP) and last - first == 1
    if last - first > 1 and any(has(w, Cue.ROLE | Cue.TITLE) for w in words[first:last]):
        return False
    if has(word, _HEADS) and last - first > 1:
        return False
    return not (last - first > 1 and any(has(w, Cue.BODY | Cue.MARK) for w in words[first + 1 : last]))


def _title_end(words: Sequence[Word], first: int, last: int) -> int | None:
    """The place behind a title with which a run begins; the run's end where it is nothing else."""
    end: int | None = None
    for at in range(first, last):
        word = words[at]
        if has(word, Cue.ROLE | Cue.TITLE) and not (has(word, Cue.GIVEN) and at > first):
            end = max(at + word.span, end or 0)
    if end is None or end > last:
        return None
    if any(has(w, Cue.GIVEN) for w in words[first : first + 1]) and not has(words[first], Cue.ROLE | Cue.TITLE):
        return None
    rest = words[end:last]
    if any(has(w, Cue.BODY | Cue.MARK | Cue.PLACE_HEAD) for w in rest[-1:]) and not has(rest[0], Cue.GIVEN):
        return None
    if not rest and any(has(w, Cue.BODY) for w in words[first:last]):
        return None if has(words[last - 1], Cue.BODY) else last
    return end


def _with_head(words: Sequence[Word], first: int, last: int) -> Found:
    """A name with the head that stands before it in small letters, and what goes on behind a capital one."""
    head = _head_before(words, first)
    if head is not None:
        return Found(head.first, last, head.kind)
    if has(words[first], Cue.BODY) and not has(words[first], Cue.GIVEN):
        last = _body_end(words, first, last)
        return Found(first, last, "body")
    return Found(first, last)


@dataclass(frozen=True, slots=True)
class _Head:
    first: int
    kind: str


def _head_before(words: Sequence[Word], first: int) -> _Head | None:
    at = first - 1
    of = False
    while at >= 0 and first - at <= 2 and has(words[at], Cue.OF | Cue.PART) and words[at + 1].gap in {" ", "'"}:
        if has(words[at], Cue.PLACE_HEAD):
            break
        of, at = True, at - 1
    if at < 0 or words[at + 1].gap not in {" ", "'"}:
        return None
    for back in (at, at - 1, at - 2):
        if back < 0 or (words[back].capital and back > 0):
            break
        word = words[back]
        if back + word.span - 1 != at and back != at:
            continue
        if has(word, Cue.LOWER) and of and back + word.span - 1 == at:
            return _Head(back, "body")
        if has(word, Cue.PLACE_HEAD) and back == at and (not of or has(words[at + 1], Cue.PART)):
            return _Head(back, "place")
    return None


def _body_end(words: Sequence[Word], first: int, last: int) -> int:
    """Where the name of a body ends that goes on in small letters: "Organisation mondiale de la santé"."""
    at, chains = last, 0
    while at < len(words) and words[at].gap in {" ", "'"} and not has(words[at], Cue.END):
        word = words[at]
        if has(word, Cue.MORE):
            at += 1
        elif has(word, Cue.OF) and has(word, Cue.JOIN) and chains < 2:
            step = at + 1
            while step < len(words) and has(words[step], Cue.ARTICLE):
                step += 1
            if step >= len(words) or words[step].gap not in {" ", "'"} or has(words[step], Cue.STOP | Cue.CALENDAR):
                break
            if chains and not words[step].capital:
                break
            at, chains = step + 1, chains + 1
        else:
            break
    return at
