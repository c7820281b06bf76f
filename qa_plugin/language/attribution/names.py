"""Noun phrases that name a speaker: to the right of a word, to its left, or at the head of its clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property
from itertools import pairwise

from qa_plugin.language.attribution.grammar import Grammar, plain, shared
from qa_plugin.language.folding import Folded
from qa_plugin.language.lexicon import concepts
from qa_plugin.language.numbers import find_numbers

MAX_NAME = 60
"""Characters of a name; what is longer is cut at a word."""
_MAX_WORDS, _MAX_JOINED, _MAX_SUBJECT = 9, 4, 6
_LONGEST_APPOSITION = 120
_HARD = re.compile(r"[,;:!?()\[\]\"\n|]| - |--|\.(?!\w)")
_WORD = re.compile(r"\S+")
_ELIDED = re.compile(r"(?:[a-z]|qu)'")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """What the table of all languages lists under a name, as whole words."""
    return re.compile(rf"(?<!\w)(?:{shared(name)})(?!\w)")


@cache
def _abbreviated() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\w)(?:{shared('abbreviated')})|(?<!\w)[a-z]|\.[a-z])$")


@cache
def _article() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{shared('articles')}) |l')")


def _is(name: str, word: str) -> bool:
    return _pattern(name).fullmatch(word) is not None


def _indefinite(before: str, word: str) -> bool:
    """Whether an Arabic noun begins another phrase: the word before is definite, and it is not and is no name."""
    joined = ("ال", "لل", "بال", "وال", "باسم", "ل", "ب")
    definite = before.startswith(("ال", "لل", "بال", "وال")) and not word.startswith(joined)
    return definite and (word.endswith("ا") or bool(concepts(word, "ar")))


class SentenceNames:
    """A sentence in which names are looked for."""

    def __init__(self, folded: Folded, grammar: Grammar) -> None:
        self.folded, self.grammar = folded, grammar
        self.text = plain(folded.text)
        self.marks = [m for m in _HARD.finditer(self.text) if not self._abbreviates(m)]
        self.points_back = False

    @cached_property
    def _numbers(self) -> frozenset[int]:
        """Where numbers in words begin; only where a name may run into them, as behind an Arabic verb."""
        if self.grammar.order != "vso":
            return frozenset()
        return frozenset(number.start for number in find_numbers(self.folded.text, "ar"))

    def counts(self, at: int) -> bool:
        """Whether a number of several in words begins at a place."""
        return any(number.start == at and number.value > 1 for number in find_numbers(self.folded.text))

    def _abbreviates(self, mark: re.Match[str]) -> bool:
        return mark.group() == "." and _abbreviated().search(self.text, 0, mark.start()) is not None

    def capital(self, at: int) -> bool:
        """Whether the letter at a place was written as a capital."""
        return self.folded.original[self.folded.offset(at)].isupper()

    def next_mark(self, at: int) -> int:
        """Where the next mark stands that parts clauses."""
        return next((m.start() for m in self.marks if m.start() >= at), len(self.text))

    def last_mark(self, at: int) -> int:
        """Behind the last such mark."""
        return max((m.end() for m in self.marks if m.end() <= at), default=0)

    # ------------------------------------------------------------ names to the right

    def right(self, at: int, *, denial: bool = False) -> tuple[int, int] | None:
        """The name that begins at a place; behind a denial, what is denied may follow it at once."""
        text, grammar = self.text, self.grammar
        while at < len(text) and text[at] in " '":
            at += 1
        stop = self.next_mark(at)
        end, head_open, words = at, False, list(_WORD.finditer(text, at, stop))
        for place, word in enumerate(words):
            anonymous = grammar.anonymous.match(text, word.start(), stop)
            if anonymous and place:
                end = anonymous.end()
                break
            if self._ends(words, place, head_open=head_open) or (denial and place and self._object(word)):
                break
            if place == 1 and grammar.pronoun.fullmatch(text, words[0].start(), words[0].end()):
                break
            parted = grammar.order == "vso" and place and _indefinite(words[place - 1].group(), word.group())
            if parted and not self._linked(words[place:]):
                break
            head_open = head_open or word.group() in grammar.open_heads
            end = word.end()
        return self._name(at, end)

    def giver(self, name: tuple[int, int]) -> tuple[int, int]:
        """Who gave out what is named, where that is told; else the name up to there: "a toll released on Monday"."""
        stop = self.next_mark(name[0])
        told = self.grammar.published.search(self.text, name[0], stop)
        if told is None or told.start() > name[1] + 1 or told.start() == name[0]:
            return name
        by = self.grammar.by.match(self.text, told.end(), stop)
        return (self.right(by.end()) if by else None) or self._name(name[0], told.start()) or name

    def _object(self, word: re.Match[str]) -> bool:
        return self.grammar.objects.fullmatch(word.group()) is not None

    def _linked(self, words: Sequence[re.Match[str]]) -> bool:
        """Whether what is said is led in: then all before it belongs to the name."""
        return any(word.group() in self.grammar.linkers for word in words)

    def _ends(self, words: Sequence[re.Match[str]], place: int, *, head_open: bool) -> bool:
        """Whether the name ends before this word."""
        grammar, word = self.grammar, words[place]
        written = word.group().rstrip("'")
        tells = grammar.verbs.match(self.text, word.start()) or grammar.before.match(self.text, word.start())
        if re.search(r"\d", written) or (place and (tells or word.start() in self._numbers)):
            return True
        after = words[place + 1] if place + 1 < len(words) else None
        if _is("and", written):
            rest = [w.group() for w in words[place + 1 :]]
            told = any(re.search(r"\d", w) or grammar.ends.fullmatch(w) for w in rest)
            return not rest or told or len(rest) > _MAX_JOINED
        if written in grammar.soft and place:
            if after is None or re.search(r"\d", after.group()) or grammar.ends.fullmatch(after.group()):
                return True
            return not (head_open or self.capital(after.start()))
        if place and after is not None and self.capital(word.start()) and self.capital(after.start()):
            return False  # São Tibério is no "são"
        elided = written.partition("'")[0] if "'" in written else written
        return any(grammar.ends.fullmatch(w) is not None for w in (written, elided))

    def _name(self, start: int, end: int) -> tuple[int, int] | None:
        """A place trimmed to a name; None where nothing that names is left."""
        words = list(_WORD.finditer(self.text, start, end))
        while words and (self._no_end(words[-1].group()) or words[-1].end() - words[0].start() > MAX_NAME):
            words.pop()
        if not words or not any(c.isalpha() for c in words[-1].group()) or words[-1].group().endswith("'s"):
            return None
        if self.grammar.order == "sov" and any(_is("finite", w.group()) for w in words):
            return None
        last = words[-1].group()
        return words[0].start(), words[-1].end() - (len(last) - len(last.rstrip("'.-")))

    def _no_end(self, word: str) -> bool:
        """Whether no name ends with this word: a small one, or one elided before a verb, as in n'a."""
        return _is("loose", word.strip("'")) or _ELIDED.fullmatch(word) is not None

    def behind_article(self, start: int, end: int) -> int:
        """Where the noun of a name begins: behind its article, if it has one."""
        article = _article().match(self.text, start, end)
        return article.end() if article else start

    # ------------------------------------------------------------ names to the left

    def left(self, at: int) -> tuple[int, int] | None:
        """The subject that ends before a verb."""
        text = self.text
        end = len(text[:at].rstrip())
        if text[end - 1 : end] == ",":
            comma = max((m.start() for m in self.marks if m.end() < end and m.group() == ","), default=-1)
            if comma < 0 or end - comma > _LONGEST_APPOSITION:
                return None
            end = comma
        start = self.last_mark(end)
        if _pattern("relative").match(
            text, start + (text[start : start + 1] == " "), end
        ):  # a second apposition before this one
            return (self.left(start) or self.left(start - 1)) if start and text[start - 1] == "," else None
        hidden = next((m for m in self.grammar.anonymous.finditer(text, start, end) if m.end() == end), None)
        inner = hidden.start() if hidden and hidden.start() > start else end
        opened = [m.end() for m in self.grammar.opens.finditer(text, start, inner)]
        start = self._after_and(max([start, *opened]), inner)
        start = self._after_lead(start, inner)
        words = list(_WORD.finditer(text, start, inner))
        numbers = [place for place, word in enumerate(words) if re.search(r"\d", word.group())]
        words = words[numbers[-1] + 1 :] if numbers else words
        if not words:
            return None
        start = self._last_determiner(words)
        if words[0].group() in self.grammar.soft or end - start > MAX_NAME or len(words) > _MAX_WORDS:
            determiners = [m.start() for m in _pattern("articles").finditer(text, start + 1, inner)]
            if not determiners:
                return None
            start = max((d for d in determiners if end - d <= MAX_NAME), default=-1)
        return self._name(start, end) if start >= 0 else None

    def _last_determiner(self, words: Sequence[re.Match[str]]) -> int:
        """Where the subject of a relative clause without its pronoun begins: an account the ministry denied."""
        pairs = list(pairwise(words))
        inner = [
            b.start()
            for a, b in pairs
            if b.group() == "the" and not _is("loose", a.group()) and not a.group().endswith("ing")
        ]
        return inner[-1] if inner else words[0].start()

    def _after_and(self, start: int, end: int) -> int:
        """Behind the last "and" that joins a clause to the one before, not a name to a name."""
        for word in reversed(list(_WORD.finditer(self.text, start, end))):
            before = self.text[start : word.start()].split()
            if _is("and", word.group()) and (len(before) > 4 or any(re.search(r"\d", w) for w in before)):
                return word.end()
        return start

    def _after_lead(self, start: int, end: int) -> int:
        while start < end:
            if self.text[start] in " ,'-":
                start += 1
            elif (match := self.grammar.lead.match(self.text, start, end)) and match.end() < end:
                start = match.end()
            else:
                break
        return start

    # ------------------------------------------------------------ names at the head of a clause

    def head(self, at: int, *, denial: bool) -> tuple[int, int] | None:
        """The subject of a verb that ends its clause: the first noun phrase that no verb has used up."""
        text, grammar = self.text, self.grammar
        # A quotation that is over before the verb is what it tells: X of "a high wave" speaks.
        closed = text.count('"', 0, at) % 2 == 0
        begins = [m.end() for m in self.marks if m.end() <= at and m.group() not in {",", '"' if closed else ","}]
        begins += [m.end() for m in grammar.opens.finditer(text, 0, at) if not self._opens_nothing(m)]
        begins += [m.end() for m in grammar.contrast.finditer(text, 0, at)]
        start = max(begins, default=0)
        commas = [m.start() for m in self.marks if start <= m.start() < at and m.group() == ","]
        starts, stops = [start, *(c + 1 for c in commas)], [*commas, at]
        for first, last in zip(starts, stops, strict=True):
            begin = self._after_lead(first, last)
            segment = text[begin:last].split()
            if not segment or (last != at and _is("finite", segment[-1])):
                continue
            if grammar.ends.fullmatch(segment[0]) or segment[0] in grammar.soft or segment[0][0].isdigit():
                continue
            found = self.right(begin, denial=denial)
            if found is not None and found[0] < at:
                return found[0], min(found[1], len(text[:at].rstrip()))
        return None

    def _opens_nothing(self, match: re.Match[str]) -> bool:
        """Whether a word that opens clauses goes with a name: of the anonymous, or "the builder, however, …"."""
        if self.grammar.anonymous.match(self.text, match.start()) is not None:
            return True
        if self.grammar.weak.fullmatch(match.group().strip()) is None:
            return False
        subject = self.text[self.last_mark(match.start()) : match.start()].split()
        return 0 < len(subject) <= _MAX_SUBJECT and not any(_is("finite", word) for word in subject)
