"""Whom an article says a thing of: whether it is the one that a question names, or somebody else.

A deed that an article denies of the one asked after was not theirs, whoever else did it; what one country did answers
no question of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from qa_plugin.data import load_toml
from qa_plugin.evidence.counting.scenes import elsewhere
from qa_plugin.evidence.naming.named import Name, find_names, find_roles
from qa_plugin.evidence.premise import Told, name_runs
from qa_plugin.evidence.reading.cues import Cue, names_country, vocabulary
from qa_plugin.evidence.reading.predicates import Predicate
from qa_plugin.evidence.reading.sentences import Sentence, read_sentence
from qa_plugin.evidence.statements.polarity import Stance, polarity_of
from qa_plugin.language.folding import fold_text
from qa_plugin.language.lexicon import concept_name, concepts, is_place
from qa_plugin.language.questions import NUMERIC, Question, Slot, Weighted
from qa_plugin.language.stems import stem
from qa_plugin.records import Hit, Span

CERTAIN = ("country_other", "deed_denied", "in_passing")
"""Signals that settle it whatever else fits."""
SIGNALS = (*CERTAIN, "names_apart", "other_name", "other_place")
"""All signals, each from 0 to 1."""
_DONE = frozenset({Stance.AFFIRMS, Stance.PLANS, Stance.DISPUTED})
_HEAD = 3
"""Lines that say what an article is about: headline, place and day, what happened."""
_FILES = 3
"""Articles in which a deed is looked for."""


def subject_signals(
    question: Question, slots: Sequence[Weighted], hits: Sequence[Hit], answering: Sentence
) -> dict[str, float]:
    """What tells that an article, or the sentence of it that would answer, speaks of another than the question does."""
    text = read_sentence(0, Span(0, len(question.text)), question.text, question.language, 0.0)
    told = Told.of(answering.file_id, hits)
    return {
        "country_other": float(_country_other(question, text, told, answering)),
        "deed_denied": float(question.kind != "yesno" and _deed_denied(question, text, hits)),
        "in_passing": float(_in_passing(question, told, answering)),
        **_apart(question, slots, answering),
    }


def _in_passing(question: Question, told: Told, answering: Sentence) -> bool:
    """Whether a value is told of a place that is not asked of, and the article names those asked of beside it.

    What an article is about its first lines say.
    """
    head = frozenset().union(*(line.keys for line in told.lines[:_HEAD]))
    runs = [{key for slot in run for key in slot.keys} for run in name_runs(question.slots)]
    if not any(run & told.keys for run in runs) or any(run & (answering.keys | head) for run in runs):
        return False
    asked = {key for slot in question.slots for key in (*slot.keys, *slot.near)}
    return question.kind in NUMERIC and elsewhere(answering, asked, asked)


def _apart(question: Question, slots: Sequence[Weighted], answering: Sentence) -> dict[str, float]:
    """How much of the names asked after the sentence leaves out, and what others it names."""
    said = answering.keys
    total = sum(w.weight for w in slots) or 1.0
    unknown = [w for w in slots if not any(key[0] == "c" for key in w.slot.keys)]
    left_out = sum(w.weight for w in unknown if said.isdisjoint((*w.slot.keys, *w.slot.near)))
    lacking = any(said.isdisjoint(key for slot in run for key in slot.keys) for run in name_runs(question.slots))
    asked = {key for slot in question.slots for key in (*slot.keys, *slot.near)}
    others = [
        name
        for name in find_names(answering)
        if asked.isdisjoint(term.key for term in answering.terms if _inside(term, [name]))
    ]
    return {
        "names_apart": left_out / total,
        "other_name": float(lacking and any(name.kind == "unknown" for name in others)),
        "other_place": float(any(name.kind == "place" for name in others)),
    }


def may_have_namesakes(question: Question) -> bool:
    """Whether another of the family is no answer: a question for kin, or not for a value, may ask for just that one."""
    kin: str = load_toml("premise.toml")["telling"]["kin"]
    said = {concept_name(int(key[1:])) for slot in question.slots for key in slot.keys if key[0] == "c"}
    return question.kind in NUMERIC | {"date"} and said.isdisjoint(kin.split("|"))


# ---------------------------------------------------------------- countries


_ARTICLES = frozenset({"the", "a", "o", "as", "os", "la", "le", "les"})


@cache
def _place_prepositions(language: str) -> frozenset[str]:
    listed: str = load_toml("names.toml")["place_before"].get(language, "")
    return frozenset(fold_text(word) for word in listed.split())


def _country_other(question: Question, text: Sentence, told: Told, answering: Sentence) -> bool:
    """Whether the question is of a country that the article never names, and the sentence of another one.

    A country where something happened may be left unsaid; who did it may not.
    """
    acting = [slot for slot in question.slots if _acts(slot, text) and told.keys.isdisjoint(slot.keys)]
    if not acting:
        return False
    wanted = {key for slot in question.slots for key in (*slot.keys, *slot.near)}
    return any(
        term.key not in wanted
        and _country(term.key)
        and not _placed(answering, term.start)
        and not _demonym(term, answering)
        for term in answering.terms
    )


def _acts(slot: Slot, text: Sentence) -> bool:
    """Whether a slot names a country, and stands as one that does something."""
    known = [key for key in slot.keys if key[0] == "c"]
    if not known or not all(map(_country, known)) or vocabulary(text.language)[slot.word].cues & Cue.DEMONYM:
        return False
    return not _placed(text, slot.start)


def _placed(sentence: Sentence, start: int) -> bool:
    """Whether a preposition of place of the sentence's own language stands before a word, at most an article between.

    Accents count: a French "à" tells a place, and a Portuguese "a" is an article.
    """
    before = sentence.folded.text[:start].split()[-2:]
    prepositions = _place_prepositions(sentence.language)
    at_word = sentence.folded.text[start : start + 1] == "ب" and sentence.language == "ar"
    return at_word or (
        bool(before)
        and (before[-1] in prepositions or (len(before) > 1 and before[0] in prepositions and before[1] in _ARTICLES))
    )


def _country(key: str) -> bool:
    return key[0] == "c" and is_place(int(key[1:])) and names_country(int(key[1:]))


def _demonym(term: tuple[str, int, int], sentence: Sentence) -> bool:
    return bool(vocabulary(sentence.language)[sentence.folded.text[term[1] : term[2]]].cues & Cue.DEMONYM)


def _inside(term: tuple[str, int, int], names: Iterable[Name]) -> bool:
    return any(name.start <= term[1] and term[2] <= name.end for name in names)


# ---------------------------------------------------------------- deeds


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of whom a question presupposes what deed."""

    deed: Predicate
    names: frozenset[str]
    """The search terms of the names that it names."""
    keys: frozenset[str]
    """All of its search terms, those of places aside."""
    person: bool


@cache
def _deeds() -> frozenset[str]:
    table = load_toml("premise.toml")
    groups: str = table["telling"]["deeds"]
    sides = {name.strip() for row in table["opposites"] for side in row.split("|") for name in side.split(",")}
    more: str = table["deeds"]
    return frozenset(groups.split("|")) | sides | frozenset(more.split("|"))


@cache
def _alike(name: str) -> frozenset[str]:
    """Deeds that some languages say in one word: to resign and to dismiss."""
    rows: list[str] = load_toml("premise.toml")["alike"]
    return frozenset(other for row in rows if name in row.split("|") for other in row.split("|"))


@cache
def _keys_of(name: str) -> frozenset[str]:
    return frozenset(f"c{concept}" for concept in concepts(name, "en") if concept_name(concept) == name)


def _deed_denied(question: Question, text: Sentence, hits: Sequence[Hit]) -> bool:
    """Whether the first articles deny the deed of those asked after, and none tells that they did it."""
    asked = _asked(question, text)
    if asked is None:
        return False
    denied = False
    for file_id in list(dict.fromkeys(hit.info.file_id for hit in hits))[:_FILES]:
        told = Told.of(file_id, hits)
        if told.keys.isdisjoint(asked.names):
            continue
        said = [(polarity_of(sentence, asked.deed).stance, _mine(sentence, asked)) for sentence in _saying(told, asked)]
        denied = denied or any(stance is Stance.DENIES and mine is not False for stance, mine in said)
        done = [mine for stance, mine in said if stance in _DONE]
        # What names nobody, as a headline may, is of whom the article names with the same deed.
        if True in done or (done and False not in done):
            return False
    return denied


def _asked(question: Question, text: Sentence) -> _Asked | None:
    slots = [slot for slot in question.slots if _does(slot)]
    runs = [slot for run in name_runs(question.slots) for slot in run if not _does(slot)]
    people = [name for name in find_names(text) if name.kind == "person"]
    names = {key for slot in runs for key in slot.keys if key[0] in "ns"}
    names |= {term.key for term in text.terms if _inside(term, people)}
    if len(slots) != 1 or not names:
        return None
    deed = slots[0]
    done = {name for key in deed.keys if key[0] == "c" for name in (concept_name(int(key[1:])),)} & _deeds()
    alike = frozenset(key for name in done for other in _alike(name) for key in _keys_of(other))
    keys = frozenset(deed.keys) | alike
    asked = Predicate(keys, frozenset(deed.near) | alike, (stem(deed.word, question.language), question.language))
    if polarity_of(text, asked).stance not in {Stance.AFFIRMS, Stance.PLANS}:
        return None  # it presupposes that the deed was not done
    every = frozenset(key for slot in question.slots if slot is not deed for key in slot.keys if not _is_place(key))
    return _Asked(asked, frozenset(names), every, bool(people))


def _does(slot: Slot) -> bool:
    """Whether a word is read as a deed."""
    return any(key[0] == "c" and concept_name(int(key[1:])) in _deeds() for key in slot.keys)


def _is_place(key: str) -> bool:
    return key[0] == "c" and is_place(int(key[1:]))


def _saying(told: Told, asked: _Asked) -> Iterator[Sentence]:
    yield from map(told.read, told.with_any(asked.deed.keys | asked.deed.near))


def _mine(sentence: Sentence, asked: _Asked) -> bool | None:
    """Whether a sentence speaks of those asked after; None where it names nobody."""
    said = sentence.keys
    if said & asked.names:
        return True
    names = [name for name in find_names(sentence) if name.kind != "place" and not name.placed]
    others = [*names, *(find_roles(sentence) if asked.person else ())]
    rivals = [other for other in others if asked.keys.isdisjoint(t.key for t in sentence.terms if _inside(t, [other]))]
    return False if rivals else None
