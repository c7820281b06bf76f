"""A question with further readings: what its words are in other languages, beside what the lexicon knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa_plugin.language.folding import fold
from qa_plugin.language.questions import Question, Slot, read_question


def unknown_slots(question: Question) -> tuple[Slot, ...]:
    """The slots that neither the lexicon nor a number nor a capital letter carries across languages.

    A word with a capital inside the sentence is a name, which is searched by its sound in every script.
    """
    folded = fold(question.text)
    return tuple(
        slot
        for slot in (*question.slots, *question.according)
        if not any(key[0] in "cv" for key in slot.keys)
        and not (slot.start and folded.original[folded.offset(slot.start)].isupper())
    )


def merge(question: Question, translations: Mapping[str, str]) -> Question:
    """Add to each slot what its words are called in the translations (by language): any reading covers the slot.

    Slots are never added: an article in one language cannot hold the words of all, and would seem to miss some.
    """
    slots = list(question.slots)
    according = list(question.according)
    asked = (*question.slots, *question.according)
    for language, text in translations.items():
        read = read_question(text, language)
        pairs = _pairs(asked, (*read.slots, *read.according), len(question.text), len(text))
        for at, found in pairs:
            part, place = (slots, at) if at < len(slots) else (according, at - len(slots))
            part[place] = replace(part[place], keys=tuple(dict.fromkeys((*part[place].keys, *found.keys))))
    return replace(question, slots=tuple(slots), according=tuple(according))


def _pairs(
    asked: Sequence[Slot], translated: Sequence[Slot], asked_length: int, translated_length: int
) -> list[tuple[int, Slot]]:
    """Which slot of the question each slot of a translation belongs to; one that belongs to none is left out.

    What shares a concept is known already, and other concepts of a translation's word are most likely other meanings.
    What shares a name or number belongs together, and so does the thing asked after; what is left goes to the nearest
    place that has no concept in common, for a phrase may have more words in one language.
    """
    pairs: list[tuple[int, Slot]] = []
    left: list[Slot] = []
    free = {at for at, own in enumerate(asked) if own.keys[0][0] != "g"}  # letters of a word that is there as a whole
    for slot in translated:
        shared = {at: {key[0] for key in set(own.keys) & set(slot.keys)} for at, own in enumerate(asked)}
        known = {at for at, kinds in shared.items() if "c" in kinds}
        alike = [at for at, kinds in shared.items() if kinds]
        free -= known
        if known:
            continue
        if alike:
            pairs.append((alike[0], slot))
        else:
            left.append(slot)
    for slot in left if free else ():
        focus = [at for at in free if slot.focus and asked[at].focus]
        place = slot.start / translated_length * asked_length
        _, nearest = min((abs(asked[at].start - place), at) for at in free)
        pairs.append((focus[0] if focus else nearest, slot))
    return pairs
