"""What a number of a sentence counts: the noun, what is said of it, and what happened to those counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa_plugin.evidence.counting.frames import frame_of
from qa_plugin.evidence.counting.nouns import NounReader
from qa_plugin.evidence.counting.phrases import Phrase, head_keys, keys_of
from qa_plugin.evidence.counting.states import StateReader
from qa_plugin.evidence.reading.clauses import Clauses, named_concepts, read_clauses
from qa_plugin.evidence.reading.sentences import Sentence, of_text
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.quantities import Quantity, Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """What a number counts; offsets are of the folded sentence, keys are search terms."""

    head: tuple[int, int] | None = None
    keys: tuple[str, ...] = ()
    """Those of the head."""
    modifiers: tuple[str, ...] = ()
    """Those of adjectives, genitives and complements; behind a subject also of what stands with it."""
    state: tuple[str, ...] = ()
    """Those that say what happened to those counted, as killed or arrested."""
    unit: Unit | None = None
    """The unit, unless its word only counts people here, as the Persian "tan" may."""
    elliptic: bool = False
    """Whether no noun stands with the number: the head is a verb's, or that of an earlier number."""
    antecedent: tuple[str, ...] = ()
    """Keys of the noun of the number before, where no noun stands with this one: it may count the same."""


_NOTHING = Counted()


def counted(sentence: Sentence, quantity: Quantity) -> Counted:
    """What a quantity of the sentence counts; without a head where nothing can be told."""
    return _of_all(sentence).get(quantity.number_start, _NOTHING)


@of_text()
def _of_all(sentence: Sentence) -> dict[int, Counted]:
    """What each number of a sentence counts, by where it begins."""
    clauses = read_clauses(sentence)
    starts = [quantity.number_start for quantity in clauses.quantities]
    # Of two that begin at one place the first is meant.
    return dict(reversed(list(zip(starts, _Reading(clauses).all(), strict=True))))


class _Reading:
    """The numbers of one sentence, read from left to right."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses = clauses
        self._tokens = clauses.tokens
        self._nouns = NounReader(clauses)
        self._named: Counted | None = None
        """The last number that a noun stands with."""
        self._phrases = [self._nouns.behind(i) for i in range(len(clauses.quantities))]
        self._parts = [frame_of(clauses, q).has("part") for q in clauses.quantities]
        self._states = StateReader(clauses, self._phrases, self._parts)

    def all(self) -> tuple[Counted, ...]:
        """What each of them counts."""
        found: list[Counted] = []
        for index in range(len(self._clauses.quantities)):
            made = self._counted(index, found[-1] if found else None)
            if made.head is not None and not made.elliptic and made.unit is None:
                self._named = made
            found.append(made)
        return tuple(found)

    def _counted(self, index: int, before: Counted | None) -> Counted:
        phrase, unit = self._phrases[index], self._unit(index)
        places = self._states.read(index) if unit is None else ()
        state = tuple(dict.fromkeys(key for at in places for key in self._tokens[at].states))
        state = state or self._inherited(index, before)
        if phrase.head is None or phrase.verb or phrase.counter or self._is_person(phrase.head):
            subject = self._nouns.subject(index, phrase)
            if subject is not None and subject.head is not None:
                return self._with_subject(phrase, subject, state, unit)
        if phrase.head is not None and not phrase.verb:
            return self._made(phrase, state, unit)
        return self._elliptic(index, before, next(iter(places), None), state)

    def _with_subject(self, phrase: Phrase, subject: Phrase, state: tuple[str, ...], unit: Unit | None) -> Counted:
        """A number said of its subject: "the number of dead rose to 61 people"."""
        assert subject.head is not None  # noqa: S101
        said = tuple(k for at in (subject.head, *subject.modifiers) for k in self._tokens[at].states) or state
        if phrase.head is None or phrase.verb or phrase.counter:
            return self._made(subject, said, unit)
        made = self._made(phrase, said, unit)
        named = keys_of(self._clauses, (subject.head, *subject.modifiers))
        return replace(made, modifiers=(*made.modifiers, *named))

    def _made(self, phrase: Phrase, state: tuple[str, ...], unit: Unit | None) -> Counted:
        assert phrase.head is not None  # noqa: S101
        token = self._tokens[phrase.head]
        modifiers = keys_of(self._clauses, phrase.modifiers)
        return Counted((token.start, token.end), head_keys(self._clauses, phrase.head), modifiers, state, unit)

    def _elliptic(self, index: int, before: Counted | None, place: int | None, state: tuple[str, ...]) -> Counted:
        """A number without a noun: its verb stands for those counted, or the noun of the number before it."""
        if self._unit(index) is not None:
            changed = self._changed(index) and before is not None and before.head is not None
            return before if changed and before is not None else Counted(unit=self._unit(index))
        antecedent = self._named if before is not None and (not self._changed(index) or before.elliptic) else before
        keys = (antecedent.antecedent or antecedent.keys) if antecedent is not None else ()
        at = self._clauses.begins(index)
        verb = place if place is not None and place >= at - (not self._phrases[index].others) else None
        if antecedent is not None and self._changed(index):
            return replace(antecedent, state=antecedent.state or state)
        if verb is None and antecedent is not None:
            return replace(antecedent, state=state or (before or antecedent).state, elliptic=True, antecedent=keys)
        verb = next((at for at in (verb, self._phrases[index].head, place) if at is not None), None)
        if verb is None:
            return Counted(state=state, elliptic=True)
        token = self._tokens[verb]
        return Counted((token.start, token.end), token.keys, (), state, None, elliptic=True, antecedent=keys)

    def _changed(self, index: int) -> bool:
        """Whether a number and the one before it are states of the same thing: "from 30 to 61"."""
        if not index:
            return False
        frames = [frame_of(self._clauses, self._clauses.quantities[i]) for i in (index - 1, index)]
        return any(f.has("former") for f in frames) and any(f.has("current") for f in frames)

    def _unit(self, index: int) -> Unit | None:
        quantity, phrase = self._clauses.quantities[index], self._phrases[index]
        return None if phrase.classified else quantity.unit

    def _is_person(self, at: int) -> bool:
        names = {concept_name(int(key[1:])) for key in self._tokens[at].keys if key[0] == "c"}
        return bool(names & named_concepts("persons"))

    def _inherited(self, index: int, before: Counted | None) -> tuple[str, ...]:
        """What happened to those of the number before, where this one is its part or stands beside it."""
        phrase = self._phrases[index]
        if before is None or before.unit is not None or self._clauses.quantities[index].unit is not None:
            return ()
        former = frame_of(self._clauses, self._clauses.quantities[index]).has("former")
        if former or self._parts[index] or phrase.partitive or phrase.others or phrase.head is None:
            return before.state
        ends = self._clauses.at(self._clauses.quantities[index - 1].end)
        first = self._clauses.begins(index)
        between = any(self._tokens[at].states for at in range(ends, first))
        if self._clauses.plain(first - 1) == ":":
            return before.state
        same = self._clauses.clause[ends - 1] == self._clauses.clause[first]
        return before.state if same and not between and self._clauses.coordinated(index) else ()
