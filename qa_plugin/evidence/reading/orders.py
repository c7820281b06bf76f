"""Text that instructs machines: it is no news, so nothing that it states is evidence.

Told by its words: something to be passed over that only a machine was given ("all previous instructions"), or a
machine addressed and ordered. What follows in the same line counts with it where it goes on with the order, and all of
it where the line begins with the order. An article
that reports about such text loses the quoted sentence as evidence, unless the question asks after it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.sentences import SENTENCES_KEPT
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.questions import Question
from qa_plugin.records import Hit

_STARTS = r"(?:^|[.:;!،؛(\[\]\u2013\u2014-])\W*"
_CALLED = r"\s*[:\])\u2013\u2014-]+\s*"
"""What stands between a machine that is named and what it is told."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What names a machine or what it was told, what orders it, and what goes on with an order."""
    table = load_toml("machine_orders.toml")
    # Written as the languages are, folded as texts are, but for the syntax of patterns.
    lists = {name: "|".join(entries).translate(_FOLDED) for name, entries in table.items()}
    courtesy = rf"(?:(?:{lists['courtesies']})\W+){{0,2}}"
    named = rf"(?<!\w)(?:{lists['addressees']})(?!\w)"
    order = rf"{courtesy}(?:{lists['orders']}|{lists['dismissals']})(?!\w)"
    dismissal, others = rf"(?:{lists['dismissals']})(?!\w)", rf"(?:{lists['others']})(?!\w)"
    dismissed = (
        rf"(?:{_STARTS}{courtesy}|{named}\W+){dismissal}\W+{others}|(?<!\w){others}(?:\W+\w+){{0,2}}?\W+{dismissal}"
    )
    called = rf"{named}(?:\W+\w+){{0,3}}?{_CALLED}{order}|^\W*(?:\w+\W+){{0,5}}?{named}\s*[,،]\s*{order}"
    bound = rf"{named}(?:\W+\w+){{0,5}}?\W+(?:{lists['duties']})(?!\w)"
    begun = rf"{_STARTS}{order}(?:\W+\w+){{0,12}}?\W+{named}"
    return (
        re.compile(rf"{named}|{dismissed}"),
        re.compile(rf"{dismissed}|{called}|{bound}|{begun}"),
        re.compile(rf"(?<!\w)(?:{lists['continued']})(?!\w)|^\W*{order}"),
    )


_FOLDED = str.maketrans("يكى", "یکی")


@cache
def _signs() -> tuple[str, ...]:
    """Plain text, some of which stands in whatever names a machine or sets aside what it was told."""
    table = load_toml("machine_orders.toml")
    return tuple(sign.translate(_FOLDED) for name in ("addressees", "dismissals") for sign in table[f"signs_{name}"])


def _may_order(plain: str) -> bool:
    """Whether a text can instruct machines at all: to look for plain text takes a hundredth of what the patterns do."""
    return any(sign in plain for sign in _signs())


def asks_of_machines(question: Question) -> bool:
    """Whether a question is about machines and what they are told, so that such text is what it asks after."""
    named, _, _ = _patterns()
    return named.search(bare(fold_text(question.text))) is not None


def orders_of(hit: Hit) -> frozenset[int]:
    """Which sentences of a passage instruct machines, by their index."""
    if not _may_order(bare(fold_text(hit.chunk.text))):
        return frozenset()
    found: set[int] = set()
    text, first = hit.chunk.text, hit.chunk.start
    last, ordered, whole_line = 0, False, False
    for at, span in enumerate(hit.chunk.sentences):
        start, end = span.start - first, span.end - first
        new_line = at == 0 or "\n" in text[last:start]
        follows = ordered and not new_line and (whole_line or _goes_on(text[start:end]))
        if follows or is_order(text[start:end]):
            found.add(at)
            whole_line = (whole_line and follows) or new_line
            ordered = True
        else:
            ordered = whole_line = False
        last = end
    return frozenset(found)


@lru_cache(maxsize=SENTENCES_KEPT)
def is_order(text: str) -> bool:
    """Whether a text, by itself, instructs machines."""
    plain = bare(fold_text(text))
    _, ordered, _ = _patterns()
    return _may_order(plain) and ordered.search(plain) is not None


def _goes_on(text: str) -> bool:
    _, _, goes_on = _patterns()
    return goes_on.search(bare(fold_text(text))) is not None
