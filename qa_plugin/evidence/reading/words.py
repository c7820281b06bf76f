"""The words of a sentence with what each can be: what names, roles and places are read from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_plugin.evidence.reading.cues import Cue, Cues, Facts, names_country, several, vocabulary
from qa_plugin.evidence.reading.sentences import Sentence, of_text
from qa_plugin.language.folding import bare
from qa_plugin.language.lexicon import languages

_WORD = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class Word:
    """One word, its place in the folded sentence, and what it can be here."""

    start: int
    end: int
    text: str
    gap: str
    """What stands between the word before and this one."""
    facts: Facts
    capital: bool
    upper: bool
    cues: Cues
    span: int = 1
    """How many words the entry takes up that begins here."""

    @property
    def begin(self) -> int:
        """Where it begins without و, ب, ل."""
        return self.start + self.facts.cut


@of_text(kept=16)  # names, roles and places of one sentence are asked for one after the other
def _read(sentence: Sentence) -> tuple[list[Word], bool]:
    words = _parted(sentence)
    return words, _weak_capitals(words, titles=sentence.language == "en")


def _parted(sentence: Sentence) -> list[Word]:
    folded, known = sentence.folded, vocabulary(sentence.language)
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(folded.text):
        start, end = match.span()
        capital = folded.text[start] < "\u0600"
        written = folded.original[folded.offset(start) : folded.offset(end - 1) + 1] if capital else ""
        facts = known[match.group()]
        upper = len(written) > 1 and written.isupper()
        gap = folded.text[last:start]
        found.append(Word(start, end, bare(match.group()), gap, facts, written[:1].isupper(), upper, facts.cues))
        last = end
    if found and sentence.language not in languages():
        found[0].cues |= Cue.FORM | Cue.WORD  # where no lexicon tells, the capital of a sentence's start says nothing
    _join(found, sentence.language)
    _join_terms(found, sentence)
    return found


def _join_terms(words: list[Word], sentence: Sentence) -> None:
    """Give the first word of a country's name of several what the name is."""
    places = {w.start: at for at, w in enumerate(words)}
    for term in sentence.terms:
        at = places.get(term.start)
        if at is None or term.key[0] != "c" or term.end <= words[at].end or not names_country(int(term.key[1:])):
            continue
        words[at].cues |= Cue.COUNTRY
        words[at].cues &= ~Cue.DEMONYM
        while at + words[at].span < len(words) and words[at + words[at].span].end <= term.end:
            words[at].span += 1


def _join(words: list[Word], language: str) -> None:
    """Give the first word of an entry of several what the entry is."""
    for at, word in enumerate(words):
        forms = {word.text, word.text[word.facts.cut :]} if word.facts.cut or language == "ar" else {word.text}
        if language == "ar" and word.text[:1] in "وفبلک":
            forms.add(word.text[1:])
        for form in forms:
            for rest, cue in several(language, form):
                after = words[at + 1 : at + 1 + len(rest)]
                if tuple(w.text for w in after) == rest and all(w.gap in {" ", "-", "'", ". "} for w in after):
                    word.cues |= cue
                    word.span = max(word.span, 1 + len(rest))


def _weak_capitals(words: list[Word], *, titles: bool) -> bool:
    """Whether capitals say nothing here: a headline all in capitals, or with one at every word."""
    # Only English has headlines with a capital at every word.
    long = [w for w in words if len(w.text) > 3 and not w.text[0].isdigit()]
    if len(long) < 3:
        return False
    upper = sum(w.upper for w in long)
    return upper / len(long) > 0.7 or (titles and len(long) > 5 and sum(w.capital for w in long) / len(long) > 0.85)


def read_words(sentence: Sentence) -> list[Word]:
    """The words of a sentence in order."""
    return _read(sentence)[0]


def capitals_are_weak(sentence: Sentence) -> bool:
    """Whether a capital says nothing of a word in this sentence."""
    return _read(sentence)[1]


def has(word: Word, cue: Cues) -> bool:
    """Whether a word can be one of these."""
    return word.cues & cue != 0
