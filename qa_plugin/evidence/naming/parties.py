"""Who can be the one to whom happened what a question asks: who died, was hurt, was arrested, was elected.

Whoever tells of it, and whoever did it, is somebody else, however near the words of the question they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.naming.named import Name, find_names, find_roles
from qa_plugin.evidence.reading.clauses import is_state
from qa_plugin.evidence.reading.sentences import Sentence
from qa_plugin.language.attribution import Attribution, find_attributions, telling_verbs
from qa_plugin.language.folding import bare, fold, fold_text
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.questions import Question, Slot

_MARK = re.compile(r"[,،;؛.!?؟:()\"]")
_WORD = re.compile(r"\w+")
_OWN_WORDS = 4
"""Words between a verb of saying and what who says it says of themselves."""
_BEFORE_NAME = 2
"""Words between what happened to somebody and their name behind it: "the wounded pilot X"."""
_LAST = frozenset({"fa"})
"""Languages whose verb ends the question."""


@dataclass(frozen=True, slots=True)
class Undergone:
    """What a question asks of somebody."""

    slot: Slot
    deadly: bool
    passive: bool
    """Whether it asks to whom it happened, and not who did it."""

    @classmethod
    def of(cls, question: Question) -> Undergone | None:
        """What became of those a question asks after; None where it asks for something else."""
        if question.kind != "who":
            return None
        slots = sorted((s for s in question.slots if not s.focus), key=lambda s: s.start) or list(question.slots)
        if not slots:
            return None
        slot = slots[-1] if question.language in _LAST else slots[0]
        if not any(is_state(key) or _listed("undergone", key) for key in slot.keys):
            return None
        if any(_listed("witnessed", key) for key in slot.keys) or telling_verbs(fold(question.text), question.language):
            return None
        plain = _plain(question.text)
        passive = _words(question.language, "passive").search(plain) is not None
        return cls(slot, any(_listed("dead", key) for key in slot.keys), passive)


@cache
def _listed(name: str, key: str) -> bool:
    listed: str = load_toml("parties.toml")[name]
    return key[0] == "c" and concept_name(int(key[1:])) in listed.split("|")


@cache
def _words(language: str, name: str) -> re.Pattern[str]:
    listed: str = load_toml("parties.toml").get(language, {}).get(name, "")
    return re.compile(rf"(?<!\w)(?:{_plain(listed)})(?!\w)" if listed else "(?!)")


def _plain(text: str) -> str:
    """A text folded and without accents, letter for letter."""
    return "".join(c if len(b := bare(c)) != 1 else b for c in fold_text(text))


# ---------------------------------------------------------------- who tells, who did it


@dataclass(frozen=True, slots=True)
class Parties:
    """One sentence, read for who in it tells of what was asked, or did it."""

    asked: Undergone
    sentence: Sentence
    plain: str
    said: tuple[int, ...]
    """Where it says what was asked."""
    speakers: tuple[Attribution, ...]
    telling: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, question: Question, sentence: Sentence) -> Parties | None:
        """The parties of a sentence, where a question asks who they are."""
        asked = Undergone.of(question)
        if asked is None:
            return None
        keys = {*asked.slot.keys, *asked.slot.near}
        return cls(
            asked,
            sentence,
            _plain(sentence.folded.text),
            tuple(dict.fromkeys(term.start for term in sentence.terms if term.key in keys)),
            tuple(find_attributions(sentence.folded, sentence.language)),
            tuple(telling_verbs(sentence.folded, sentence.language)),
        )

    def other(self, name: Name) -> bool:
        """Whether somebody named is not the one to whom it happened."""
        if self.asked.passive and self._did_it(name):
            return True
        return self._speaks(name) and not any(self._of_speaker(name, at) for at in self.said)

    # ------------------------------------------------------------ who tells

    def _speaks(self, name: Name) -> bool:
        return any((name.start < one.end and one.start < name.end) or self._beside(one, name) for one in self.speakers)

    def _beside(self, one: Attribution, name: Name) -> bool:
        """Whether a name stands in apposition to who tells: "the minister, X, said"."""
        if self.plain[one.end : name.start] not in {", ", "، "} or name.start < one.end:
            return False
        if any(other.kind == "person" and one.start <= other.start < one.end for other in find_names(self.sentence)):
            return False
        rest = self.plain[name.end :].lstrip()
        if rest[:1] not in {",", "،", ".", ";", ""}:
            return False
        at = name.end + self.plain[name.end :].find(rest) + 1
        told = any(at <= start <= at + 2 for start, _ in self.telling)
        return told or not rest.strip(" .") or any(other.start > name.end for other in self._others(name))

    def _others(self, name: Name) -> Iterator[Name]:
        yield from (other for other in (*find_names(self.sentence), *find_roles(self.sentence)) if other != name)

    def _of_speaker(self, name: Name, at: int) -> bool:
        """Whether what was asked is said of who tells: in their title, a clause about them, or by a pronoun."""
        first = name.titled[0] if name.titled is not None else name.start
        if first <= at < name.end:
            return True
        if at < first:
            between = self.plain[at : name.start]
            titles = len(_WORD.findall(self.plain[first : name.start]))
            return not _MARK.search(between) and len(_WORD.findall(between)) <= 1 + _BEFORE_NAME + titles
        between = self.plain[name.end : at]
        relative = _words(self.sentence.language, "relative").match(between.lstrip(" ,،("))
        verb = next((start for start, _ in self.telling if start >= name.end), len(self.plain))
        if relative is not None and at < verb:
            return not self._linked(name) and len(_MARK.findall(between)) <= 1
        if between.startswith((",", "،")) and len(_MARK.findall(between)) == 1 and not self._led(name):
            return at < verb
        return not self.asked.deadly and self._of_themselves(name, at)

    def _linked(self, name: Name) -> bool:
        """Whether "that" behind a name begins what they say, and no clause about them: disse X que, گفت X که."""
        told = any(end <= name.start for _, end in self.telling)
        return told and self.sentence.language in {"pt", "fa"} and self.plain[name.end : name.end + 1] != ","

    def _led(self, name: Name) -> bool:
        """Whether no verb of saying goes with a name, but "according to"."""
        return not any(start >= name.end for start, _ in self.telling)

    def _of_themselves(self, name: Name, at: int) -> bool:
        verb = next((end for start, end in reversed(self.telling) if end <= at), None)
        if verb is None or name.end > at:
            return False
        between = self.plain[max(verb, name.end) : at]
        own = _words(self.sentence.language, "own").search(between) is not None
        behind = _WORD.findall(self.plain[at:])[1:4]
        counted = any(character.isdigit() for character in between) or any(w.isdigit() for w in behind)
        return own and not counted and len(_WORD.findall(between)) <= _OWN_WORDS

    # ------------------------------------------------------------ who did it

    def _did_it(self, name: Name) -> bool:
        first = name.titled[0] if name.titled is not None else name.start
        before = self.plain[:first].rstrip()
        by = list(_words(self.sentence.language, "by").finditer(before))
        if by and not _WORD.findall(before[by[-1].end() :])[1:] and any(at < by[-1].start() for at in self.said):
            return True
        return any(self._acts(name, at) for at in self.said)

    def _acts(self, name: Name, at: int) -> bool:
        """Whether a name is the subject of a verb whose object follows it: X killed Y."""
        between = self.plain[name.end : at]
        if at < name.end or self.sentence.language in {"ar", "fa"} or _MARK.search(between):
            return False
        if _words(self.sentence.language, "be").search(between) or len(_WORD.findall(between)) > 1:
            return False
        word = _WORD.match(self.plain, at)
        end = word.end() if word else at
        return any(0 < other.start - end <= len(" the ") for other in self._objects(name))

    def _objects(self, name: Name) -> Sequence[Name]:
        return [other for other in find_names(self.sentence) if other != name and other.kind in {"person", "unknown"}]
