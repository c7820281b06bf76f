"""Who states what a sentence says: "according to the ministry", "disse a KCNA", "قال المتحدث باسم الوزارة إن".

A name is found from the word that tells: right behind "according to", before or behind a verb of saying as the language
has it. Each governs a part of the sentence, its scope, so that two numbers of one sentence can have two sources. All
offsets are of the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.attribution.grammar import Grammar, grammar_of, plain, shared
from qa_plugin.language.attribution.names import SentenceNames
from qa_plugin.language.folding import Folded
from qa_plugin.language.lexicon import concepts

_BACK = 4
"""Sentences over which "he added" may reach back to a name."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who states a sentence, as places in the folded text."""

    start: int
    end: int
    scope: tuple[int, int] = (0, 0)
    """The part of the sentence that it governs."""
    claim: bool = False
    """Whether it is told as a mere claim: claims, alega, ادعا."""
    denies: bool = False
    """Whether what stands in the scope is denied, rejected, or not confirmed by them."""

    noun: int = 0
    """Where the name begins without its article, which is out of place in a sentence of another language."""

    def governs(self, position: int) -> bool:
        """Whether what stands at a place is stated by them."""
        return self.scope[0] <= position < self.scope[1]


@dataclass(frozen=True, slots=True)
class _Found:
    """A name with the words that tell of it."""

    start: int
    end: int
    first: int
    last: int
    """Where name and telling words begin and end."""
    forward: bool
    """Whether what they state follows."""
    claim: bool = False
    denies: bool = False
    back: bool = False
    """Whether the name only points to one before."""


@dataclass(frozen=True, slots=True)
class _Reading:
    found: tuple[_Found, ...]
    points_back: bool
    nouns: tuple[int, ...] = ()
    """Where each name begins without its article."""


# ---------------------------------------------------------------- names and what they state


def _before(sentence: SentenceNames) -> list[_Found]:
    """Names behind "according to" and the like."""
    found: list[_Found] = []
    for cue in sentence.grammar.before.finditer(sentence.text):
        name = sentence.right(cue.end())
        if name is None or sentence.grammar.mute_before.search(sentence.text, 0, cue.start()):
            continue
        name = sentence.giver(name)
        forward = not sentence.text[_segment_start(sentence, cue.start()) : cue.start()].strip(" \"',-")
        back = sentence.grammar.back.fullmatch(sentence.text, *name) is not None
        claim, denies = cue["claims"] is not None, cue["denies"] is not None
        found.append(_Found(*name, cue.start(), name[1], forward, claim, denies, back))
    return found


def _segment_start(sentence: SentenceNames, at: int) -> int:
    ends = [m.end() for m in sentence.grammar.contrast.finditer(sentence.text, 0, at)]
    marks = [m.end() for m in sentence.marks if m.end() <= at and m.group() != ","]
    return max([0, *ends, *marks])


@cache
def _as() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{shared('as')})\s*$")


_WORD = re.compile(r"\S+")


def _told(sentence: SentenceNames, verb: re.Match[str]) -> _Found | None:
    """The name that goes with a verb of saying."""
    text, grammar = sentence.text, sentence.grammar
    if grammar.mute.search(text, 0, verb.start()) or grammar.not_after.match(text, verb.end()):
        return None
    if verb.lastgroup == "back":
        sentence.points_back = True
        return None
    before, after = text[: verb.start()].rstrip(), text[verb.end() :].lstrip()
    following = _WORD.match(after)
    told = verb.group() in grammar.addressing or not after or after[0] in ",;:.\"'" or after[0].isdigit()
    linked = told or (following is not None and following.group().partition("'")[0].rstrip(",:") in grammar.linkers)
    name: tuple[int, int] | None
    forward, denial = True, verb.lastgroup == "denies"
    if grammar.order == "sov":
        name = sentence.head(verb.start(), denial=denial)
    elif grammar.order == "vso":
        joined = not before or before[-1] in ',;:."' or (verb.group()[0] in "وف" and not _set_first(sentence, verb))
        name = (
            (None if joined else sentence.left(verb.start())) if linked else sentence.right(verb.end(), denial=denial)
        )
        forward = linked or not (before[-1:] in ',"' and before and _nothing_follows(sentence, name))
    else:
        behind = not before or before[-1] in ',;:."-!?' or _as().search(before) is not None
        name = sentence.right(_after_addressee(sentence, verb.end())) if behind and not linked else None
        if name is not None and before.endswith(",") and (_apposed(sentence, before) or not _speaks(sentence, name)):
            # "X, the mayor, said cables broke": the commas set apart who X is, and what was said follows.
            name = sentence.left(verb.start()) or name
            forward = name[0] < verb.start()
        elif name is not None and sentence.counts(name[0]) and sentence.text[name[1] :].lstrip()[:1].isalpha():
            name = sentence.left(verb.start())  # the minister, X, said three people died
        elif name is not None and not _goes_on(sentence, name[1]):
            forward = _as().search(before) is not None or not before or _linker_follows(sentence, name[1])
        elif verb.lastgroup == "inverted":
            return None
        else:
            name = sentence.left(verb.start()) if before and (before[-1] == "," or not behind) else None
            forward = not (told and after[:1] in {",", ".", ""})
    if name is None or name[0] >= name[1]:
        sentence.points_back |= verb.lastgroup != "inverted"
        return None
    back = grammar.back.fullmatch(text, *name) is not None
    sentence.points_back |= back
    first, last = min(name[0], verb.start()), max(name[1], verb.end())
    kind = verb.lastgroup
    return _Found(*name, first, last, forward, kind == "claims", kind == "denies", back)


def _set_first(sentence: SentenceNames, verb: re.Match[str]) -> bool:
    """Whether a particle puts the speaker before a verb that begins as a clause does: as for X, he said."""
    clause = sentence.text[sentence.last_mark(verb.start()) : verb.start()].lstrip()
    return sentence.grammar.topic.match(clause) is not None


_MOST_WORDS, _SHORT = 5, 3
"""Words of who speaks, and of what is set beside it between commas; of what is hardly a sentence."""
_FIRST_WORDS, _LAST_WORDS = 4, 2
"""Words of a name among which one tells that it names somebody, and so few that end a sentence without such a one."""


def _apposed(sentence: SentenceNames, before: str) -> bool:
    """Whether what stands before a verb is somebody and, between commas, who that is: "a mechanic, Jan Kos," or so."""
    *_, first, second, _ = ["", "", *before.split(",")]
    begins = len(before) - len(second) - len(first) - 2
    places = [(begins, begins + len(first)), (begins + len(first) + 1, len(before) - 1)]
    words = [list(_WORD.finditer(sentence.text, *place)) for place in places]
    if begins < 0 or not all(0 < len(part) <= _MOST_WORDS for part in words):
        return False
    named = [all(sentence.capital(word.start()) for word in part) for part in words]
    called = _names_somebody(sentence, words[0][-1].group()) or len(words[0]) <= _SHORT
    return (called and named[1]) or (named[0] and any(_names_somebody(sentence, w.group()) for w in words[1]))


def _speaks(sentence: SentenceNames, name: tuple[int, int]) -> bool:
    """Whether what follows a verb may be who speaks: it begins like the name of somebody, or is short and ends all."""
    words = list(_WORD.finditer(sentence.text, *name))
    if len(words) <= _LAST_WORDS and _nothing_follows(sentence, name):
        return True
    return any(
        sentence.capital(word.start())
        or word.group() in sentence.grammar.open_heads
        or _names_somebody(sentence, word.group())
        for word in words[:_FIRST_WORDS]
    )


def _names_somebody(sentence: SentenceNames, word: str) -> bool:
    keys = (f"c{concept}" for concept in concepts(word, sentence.grammar.language))
    return answer_type(keys, word) in {"person", "body"}


_ADDRESSED = re.compile(r"\s(?:à|às|ao|aos)\s(?=(\S+))")


def _after_addressee(sentence: SentenceNames, at: int) -> int:
    """Behind those to whom something is said: disse à Lusa fonte da autarquia."""
    match = _ADDRESSED.match(sentence.folded.text, at)
    if match is None:
        return at
    return match.end(1) if sentence.capital(match.start(1)) else len(sentence.text)


def _nothing_follows(sentence: SentenceNames, name: tuple[int, int] | None) -> bool:
    return name is not None and not sentence.text[name[1] :].strip(" .\"'")


def _goes_on(sentence: SentenceNames, at: int) -> bool:
    """Whether a verb follows what looks like a name, which then begins what is said: said nobody was left."""
    following = _WORD.match(sentence.text[at:].lstrip())
    return following is not None and sentence.grammar.mute.match(following.group() + " ") is not None


def _linker_follows(sentence: SentenceNames, at: int) -> bool:
    following = _WORD.match(sentence.text[at:].lstrip())
    return following is not None and following.group().partition("'")[0] in sentence.grammar.linkers


@lru_cache(maxsize=256)
def _read(folded: Folded, language: str) -> _Reading:
    grammar = grammar_of(language)
    if grammar is None:
        return _Reading((), points_back=False)
    sentence = SentenceNames(folded, grammar)
    found = _before(sentence)
    taken = [(f.first, f.last) for f in found]
    for verb in grammar.verbs.finditer(sentence.text):
        if any(first <= verb.start() < last for first, last in taken):
            continue
        told = _told(sentence, verb)
        if told is not None and not any(f.start < told.end and told.start < f.end and not f.back for f in found):
            found.append(told)
    found.sort(key=lambda one: one.start)
    nouns = tuple(sentence.behind_article(one.start, one.end) for one in found)
    return _Reading(tuple(found), sentence.points_back or any(one.back for one in found), nouns)


# ---------------------------------------------------------------- what each governs


def _scopes(sentence_text: str, grammar: Grammar, found: Sequence[_Found]) -> list[tuple[int, int]]:
    """The part of the sentence that each governs: its segment, parted where another begins to speak."""
    cuts = [m.start() for m in grammar.contrast.finditer(sentence_text)]
    cuts += [m.end() for m in re.finditer(";", sentence_text)]
    bounds = sorted({0, len(sentence_text), *cuts})
    scopes = [(0, len(sentence_text))] * len(found)
    for first, last in pairwise(bounds):
        inside = [at for at, one in enumerate(found) if first <= one.start < last]
        if not inside:
            continue
        starts = [first]
        for one, other in pairwise(inside):
            starts.append(_cut(sentence_text, grammar, found[one], found[other]) or starts[-1])
        stops = [*starts[1:], last]
        for at, start, stop in zip(inside, starts, stops, strict=True):
            scopes[at] = (start, stop if stop > start else last)
    return scopes


def _cut(text: str, grammar: Grammar, one: _Found, other: _Found) -> int | None:
    """Where the part of one speaker ends and that of the next begins; None where both speak of the same."""
    between = text[one.last : other.first]
    if not between.strip(" ,"):
        return None if other.first - one.last < 4 and not other.forward else other.first
    if other.forward:
        return other.first
    if not one.forward:
        return one.last
    joints = [m.start() for m in grammar.weak.finditer(between)] or [m.start() for m in re.finditer(",", between)][:-1]
    return one.last + joints[-1] if joints else None


def find_attributions(folded: Folded, language: str) -> list[Attribution]:
    """The names of those who state a sentence, in order; empty where it speaks for itself."""
    grammar = grammar_of(language)
    if grammar is None:
        return []
    text, reading = plain(folded.text), _read(folded, language)
    nouns = {one.start: noun for one, noun in zip(reading.found, reading.nouns, strict=True)}
    named = [one for one in reading.found if not one.back or not grammar.pronoun.match(text, one.start, one.end)]
    return [
        Attribution(one.start, one.end, scope, one.claim, one.denies, nouns[one.start])
        for one, scope in zip(named, _scopes(text, grammar, named), strict=True)
    ]


def telling_verbs(folded: Folded, language: str) -> list[tuple[int, int]]:
    """Where verbs of saying, claiming and denying stand in a folded sentence."""
    grammar = grammar_of(language)
    if grammar is None:
        return []
    text = plain(folded.text)
    return [
        match.span()
        for match in grammar.verbs.finditer(text)
        if not grammar.mute.search(text, 0, match.start()) and not grammar.not_after.match(text, match.end())
    ]


def speaker_before(sentences: Sequence[Folded], at: int, language: str) -> tuple[int, Attribution] | None:
    """Who goes on speaking in a sentence that says only "he added": the sentence that names them, and the name.

    None where the sentence names a speaker itself, points to none, or none was named shortly before.
    """
    reading = _read(sentences[at], language)
    if not reading.points_back or any(not one.back for one in reading.found):
        return None
    for earlier in range(at - 1, max(at - 1 - _BACK, -1), -1):
        found = _read(sentences[earlier], language).found
        named = [place for place, one in enumerate(found) if not one.back]
        if named:
            start = found[named[-1]].start
            known = find_attributions(sentences[earlier], language)
            return next((earlier, one) for one in known if one.start == start)
    return None
