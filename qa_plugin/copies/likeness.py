"""Whether one article is a copy of the other: cut, lightly edited, or dressed with lines of its site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from qa_plugin.copies.outline import Outline, Sentence

_KNOWN_AGAIN = 0.4
"""Share of a sentence's words and pairs of words that stand in one sentence of the other article. Two reporters on one
event share a quarter, an editor who replaces every sixth word leaves three fifths."""
_OF_SHORTER, _OF_LONGER = 0.6, 0.3
"""Words in such sentences, of the article that has fewer and of the one that has more: a report that quotes a paragraph
of another has less of the former, a digest of many reports less of the latter."""
_ALIKE = 0.5
"""Share of the words and pairs of the article that has fewer, each sentence beside the likest one: two short reports on
one event may say the same thing in the same words, and then say nothing else alike."""
_SENTENCES = 0.5
"""Sentences known again, of the article that has fewer words: news leads are alike where the event is."""
_ALONE = 0.75
"""What must be known again of a sentence that is the only one."""
_OTHER_VALUES = 0.34
"""Sentences that state another number in the place of the other article's, of all with numbers: in a copy it is one
that was converted or mistyped, in a report of the next day it is what is new."""
_WORDS_OF_A_STATEMENT = 6
_ADDED_SHARE, _ADDED_FACTS = 0.35, 3
"""What a later report adds when it is one of its own: words, and names and numbers."""
_OWN_LEAD = 0.2
"""Words before the first sentence that both have: who cuts a report seldom drops its lead, who quotes it
has another, of more than one sentence."""
_Match = tuple[Sentence, Sentence | None, float]
"""A sentence, the one of the other article that holds most of it, and how much; None where that is too little."""


def is_copy(one: Outline, other: Outline) -> bool:
    """Whether the two articles are one report."""
    if one.language != other.language and "und" not in {one.language, other.language}:
        return False
    shorter, longer = sorted((one, other), key=lambda o: (o.length, o.file_id))
    if not shorter.length:
        return False
    again = _matched(shorter.sentences, longer.sentences)
    if _share(again, shorter) < _OF_SHORTER or _alike(again, shorter) < _ALIKE or not _sentences(again):
        return False
    back = _matched(longer.sentences, shorter.sentences)
    return (
        _share(back, longer) >= _OF_LONGER
        and not _restated(again, shorter, longer)
        and not _adds(back, shorter, longer)
    )


def _matched(sentences: Sequence[Sentence], others: Sequence[Sentence]) -> list[_Match]:
    """Each sentence with the one of the other article that holds most of it, if that is enough to know it again."""
    holders: dict[str | tuple[str, str], list[int]] = {}
    for at, other in enumerate(others):
        for mark in other.marks:
            holders.setdefault(mark, []).append(at)
    found: list[_Match] = []
    for sentence in sentences:
        shared = Counter(at for mark in sentence.marks for at in holders.get(mark, ()))
        at, most = max(shared.items(), key=lambda pair: (pair[1], -pair[0]), default=(0, 0))
        share = most / len(sentence.marks)
        found.append((sentence, others[at], share) if share >= _KNOWN_AGAIN else (sentence, None, share))
    return found


def _share(matched: Sequence[_Match], article: Outline) -> float:
    return sum(len(sentence.words) for sentence, other, _ in matched if other is not None) / article.length


def _alike(matched: Sequence[_Match], article: Outline) -> float:
    return sum(share * len(sentence.words) for sentence, _, share in matched) / article.length


def _sentences(matched: Sequence[_Match]) -> bool:
    """Whether enough sentences are known again, not only a long one."""
    found = [share for _, other, share in matched if other is not None]
    return len(found) >= _SENTENCES * len(matched) and (len(found) > 1 or max(found, default=0.0) >= _ALONE)


def _restated(matched: Sequence[_Match], shorter: Outline, longer: Outline) -> bool:
    """Whether too many sentences are the same but for their numbers."""
    stating = changed = 0
    for sentence, other, _ in matched:
        if other is None or len(sentence.words) < _WORDS_OF_A_STATEMENT:
            continue
        if sentence.values or other.values:
            stating += 1
            changed += bool(sentence.values - longer.values and other.values - shorter.values)
    return changed > _OTHER_VALUES * stating


def _adds(back: Sequence[_Match], shorter: Outline, longer: Outline) -> bool:
    """Whether the longer article tells facts of its own and is not the other one, uncut."""
    own = [sentence for sentence, other, _ in back if other is None]
    facts = {key for sentence in own for key in sentence.values | sentence.names} - shorter.values - shorter.names
    if len(facts) < _ADDED_FACTS:
        return False
    lead = [sentence for sentence, _, _ in takewhile(lambda match: match[1] is None, back)]
    if len(lead) > 1 and _words(lead) >= _OWN_LEAD * longer.length:
        return True
    later = bool(shorter.published and longer.published and longer.published[:10] > shorter.published[:10])
    return later and _words(own) >= _ADDED_SHARE * longer.length


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(len(sentence.words) for sentence in sentences)
