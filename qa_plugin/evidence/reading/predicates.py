"""What a yes/no question asks: the word that says what happened, told by its place and ending in the question.

Here too are the lists of words by which a sentence is read against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.reading.clauses import Clauses, Words, grammar
from qa_plugin.language.folding import bare, fold, fold_text
from qa_plugin.language.lexicon import is_place
from qa_plugin.language.questions import Question, Slot
from qa_plugin.language.stems import stem

_TABLE = "polarity.toml"


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a yes/no question asks, and how it asks."""

    keys: frozenset[str]
    """The terms of the word that says what happened; empty where none can be told."""
    near: frozenset[str]
    word: tuple[str, str] = ("", "")
    """Its stem, and the language of the question."""
    details: tuple[frozenset[str], ...] = ()
    """The terms of each further word but the subject and names: what is said to have happened, with what."""
    negative: bool = False
    planned: bool = False
    confirms: bool = False
    """Whether it asks for a confirmation, which may still come."""
    denies: bool = False
    """Whether it asks for a denial."""


# ---------------------------------------------------------------- words


Phrase = tuple[Words | None, ...]
"""The words of a phrase; None stands for any."""
_MAX_WORDS = 50_000
"""How many words are kept with the phrases that they may begin."""


class Phrases(dict[str, tuple[Phrase, ...]]):
    """The phrases of a list by the word that begins them, which is looked up at first sight."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        super().__init__()
        self._all = tuple(phrases)

    def __missing__(self, word: str) -> tuple[Phrase, ...]:
        if len(self) >= _MAX_WORDS:
            self.clear()
        begun = [phrase for phrase in self._all for first in (phrase[0],) if first is None or word in first]
        self[word] = found = tuple(begun)
        return found


class Table:
    """The table of one language, each list as phrases by their number of words."""

    def __init__(self, language: str) -> None:
        self._rows: dict[str, str] = load_toml(_TABLE).get(language, {})
        self.known = bool(self._rows)
        self.order = self._rows.get("order", "")
        self.clitic = self._rows.get("clitic", "")
        self.backward = self._rows.get("before") == "back"
        self._phrases: dict[str, Phrases] = {}
        self._words: dict[str, Words] = {}

    def words(self, name: str) -> Words:
        """The words of a list; of its phrases none."""
        if name not in self._words:
            self._words[name] = Words(self._rows.get(name, "").split("|"))
        return self._words[name]

    def phrases(self, name: str) -> Phrases:
        """The words and phrases of a list."""
        if name not in self._phrases:
            listed = (_parted(phrase) for phrase in self._rows.get(name, "").split("|"))
            self._phrases[name] = Phrases(
                tuple(None if word == "*" else Words([word]) for word in words) for words in listed if words
            )
        return self._phrases[name]


table_of = cache(Table)


def _parted(phrase: str) -> list[str]:
    return bare(fold_text(phrase.strip())).replace("'", " ' ").replace("-", " - ").split()


def find_phrases(clauses: Clauses, phrases: Phrases) -> Iterator[tuple[int, int]]:
    """First and last token of each phrase in a sentence."""
    tokens = clauses.tokens
    for at, token in enumerate(tokens):
        for phrase in phrases[token.plain]:
            if at + len(phrase) <= len(tokens) and all(
                word is None or tokens[at + i].plain in word for i, word in enumerate(phrase)
            ):
                yield at, at + len(phrase) - 1


# ---------------------------------------------------------------- what is asked


def stem_of(slot: Slot | None, language: str, table: Table) -> str:
    """The stem of the word of a slot; empty without one."""
    return "" if slot is None else stem(slot.word.removesuffix(table.clitic), language)


def is_number(slot: Slot) -> bool:
    """Whether a slot is a number and nothing else."""
    return all(key[0] == "v" for key in slot.keys)


def is_topic(slot: Slot) -> bool:
    """Whether a slot is a word and no name, so that sentences in any language may say it."""
    return slot.keys[0][0] == "c" and not is_place(int(slot.keys[0][1:]))


def subject_slots(chosen: Slot | None, table: Table, slots: Sequence[Slot]) -> Sequence[Slot]:
    """The words that name who or what is asked about; another sentence may leave them to the one before it."""
    if chosen is None:
        return slots
    if table.order == "first":
        return [slot for slot in slots if slot is not chosen][:1]
    return slots[:1] if table.order == "last" else [slot for slot in slots if slot.start < chosen.start]


def predicate_slot(question: Question, table: Table, slots: Sequence[Slot]) -> Slot | None:
    """The word that says what happened; None where the question has names only."""
    capital = _capitals(question)
    small = [slot for slot in slots if slot.start not in capital and bare(slot.word) not in table.words("light")]
    found = [slot for slot in small or slots if slot.keys[0][0] in "cs"]
    if not found:
        return None
    if table.order == "last":
        light = grammar(question.language).words("light_verbs")
        return next((slot for slot in reversed(found) if bare(slot.word) not in light), found[-1])
    if table.order == "first":
        return next((slot for slot in found if not slot.word.startswith(("ال", "وال", "لل"))), found[0])
    plain = bare(fold_text(question.text))
    verbs = table.words("verbs")
    later = [slot for slot in found if slot.start > slots[0].start] or found
    if plain[: found[0].start].strip().split(" ")[-1] in table.words("front") and bare(found[0].word) in verbs:
        later = found
    inverted = _behind(plain, table, later, "pronouns")
    if inverted is not None:
        return inverted
    verbal = [slot for slot in later if bare(slot.word) in verbs]
    alone = [slot for slot in verbal if not _runs_on(slot, slots, plain)]
    if table.order == "statement":
        return _behind(plain, table, verbal, "auxiliaries") or next(iter(verbal), later[0])
    named: list[Slot] = []
    if plain.replace("n't", " ").split(" ", 1)[0] in table.words("bare"):
        ends = {slot.end + 1 for slot in slots if slot.start in capital}
        named = [slot for slot in found if slot.start in ends]
        alone, verbal = [], verbal if not named else []
    return next(iter([*named, *alone, *verbal]), None) or _end_of_run(slots, found, plain)


def _capitals(question: Question) -> frozenset[int]:
    """Where a slot is written as a name is; at the head of the question a capital tells nothing."""
    folded = fold(question.text)
    return frozenset(
        slot.start for slot in question.slots if slot.start and folded.original[folded.offset(slot.start)].isupper()
    )


def _behind(plain: str, table: Table, slots: Sequence[Slot], name: str) -> Slot | None:
    """The first word that stands behind one of a list, small words aside: behind "-t-il", behind an auxiliary."""
    words, inner = table.words(name), table.words("inner")
    for slot in slots:
        before = plain[: slot.start].replace("-", " ").replace("'", " ").split()
        while before and before[-1] in inner and before[-1] not in words:
            before.pop()
        if before and before[-1] in words:
            return slot
    return None


def _runs_on(slot: Slot, slots: Sequence[Slot], plain: str) -> bool:
    """Whether another content word follows at once, so that this one may only describe it: the wounded driver."""
    return any(plain[slot.end : other.start] == " " for other in slots)


def _end_of_run(slots: Sequence[Slot], able: Sequence[Slot], plain: str) -> Slot:
    """The last of the content words that stand together at the head of the question, where it is able: the verb."""
    chosen = last = slots[0]
    for slot in slots[1:]:
        if plain[last.end : slot.start].strip() not in {"", "and", "of", "of the", "'s", "-"}:
            break
        last = slot
        chosen = slot if slot in able else chosen
    return chosen if chosen in able else able[0]
