"""Answers by a language model: passages in, claims with quotes out; nothing of it is believed before it is checked.

A reply that cannot be read is asked for once more, with what was wrong. Statements that fail the checks go back once,
each with the reason; so do those in another language than the question, which are true all the same and are printed,
with a warning, where they come no better. All calls of a question share one deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qa_plugin.answering.messages import (
    ModelReply,
    ReplyClaim,
    ReplyPosition,
    parse_item,
    parse_reply,
    recheck_messages,
    repair_messages,
    reply_schema,
)
from qa_plugin.answering.packing import Packed
from qa_plugin.answering.partial import PartialReply
from qa_plugin.answering.quotes import QuoteNotFound, place_of
from qa_plugin.errors import BudgetExceeded, ModelError, ModelUnreadable
from qa_plugin.language.folding import fold, fold_text
from qa_plugin.language.foreign import other_language
from qa_plugin.language.phrases import language_name, phrase
from qa_plugin.language.quantities import NO_QUANTITY, quantities_of
from qa_plugin.ports import ChatModel, Completion, Message, WindowExceeded
from qa_plugin.prompting import Prompts
from qa_plugin.records import Draft, DraftClaim

MAX_CALLS = 3
"""Of one question, the translation's among them."""
MAX_REPLY_TOKENS = 1200
MAX_STATEMENT = 350
"""Characters of a statement; a longer one is no short answer."""

Item = ReplyClaim | ReplyPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question as it is put to a model, and what its reply is held against."""

    messages: tuple[Message, ...]
    passages: Sequence[Packed]
    language: str
    language_name: str
    model: ChatModel
    prompts: Prompts
    check: Callable[[DraftClaim], DraftClaim | str]
    """The claim as it may be printed, or why it may not."""
    deadline: float
    calls: int = MAX_CALLS
    streamed: bool = False


class Passed(NamedTuple):
    """A claim that passed the checks; it will stand in the draft behind those given before."""

    claim: DraftClaim
    conflicting: bool
    """Whether it is a position of a disagreement."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What a model's replies came to."""

    draft: Draft | None
    """None where the model answered and nothing of it could be verified."""
    dropped: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def converse(asking: Asking) -> Generator[Passed, None, Generated]:
    """Ask a model; the claims as they pass the checks, then what all came to.

    Claims that were given stand in the draft, in their order, before any others.

    Raises:
        ModelError: The call failed, or the reply stayed unreadable, before any claim had passed.
        BudgetExceeded: The first call would take more than is allowed.
    """
    return (yield from _Conversation(asking).run())


class _Foreign(NamedTuple):
    """A claim that is not in the language of the question."""

    claim: DraftClaim
    status: str
    """Of the reply, or that it is a former value."""
    call: int


_FORMER = "history"


@dataclass(slots=True)
class _Conversation:
    asking: Asking
    claims: list[DraftClaim] = field(default_factory=list)
    positions: list[DraftClaim] = field(default_factory=list)
    history: list[DraftClaim] = field(default_factory=list)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By folded text what failed, with the reason."""
    judged: dict[Item, DraftClaim | str] = field(default_factory=dict)
    foreign: dict[Item, _Foreign] = field(default_factory=dict)
    """What passed but for its language."""
    came: list[tuple[int, DraftClaim]] = field(default_factory=list)
    """What was kept, with the number of the call that it came in."""
    any_language: bool = False
    warnings: list[str] = field(default_factory=list)
    made: int = 0
    finished: int = 0
    """How many of the calls that were made came to their end."""
    disagree: bool = False
    """Positions were given, so that they are the answer, whatever comes."""

    def run(self) -> Generator[Passed, None, Generated]:
        said, reply = yield from self._first()
        denied = reply is not None and reply.status == "not_in_sources"
        if reply is not None and self.failed and self.made < self.asking.calls:
            second = yield from self._second(said)
            denied = denied or (second is not None and second.status == "not_in_sources")
        if not denied:
            yield from self._untranslated()
        return Generated(
            self._draft(denied=denied),
            tuple(self.failed.values()),
            tuple(self.warnings),
        )

    # ------------------------------------------------------------ the calls

    def _first(self) -> Generator[Passed, None, tuple[str, ModelReply | None]]:
        """The reply, mended if need be; no reply where what had passed is all there will be."""
        messages = self.asking.messages
        try:
            try:
                return (yield from self._say(messages))
            except ModelUnreadable as problem:
                if not problem.reply.strip() and not self.finished:
                    raise  # that was no reply at all
                return (yield from self._mended(messages, problem))
        except ModelError as error:
            if not (self.claims or self.positions):
                raise
            self._warn("unfinished", error)
            return "", None

    def _mended(
        self, messages: Sequence[Message], problem: ModelUnreadable
    ) -> Generator[Passed, None, tuple[str, ModelReply]]:
        again = repair_messages(
            messages,
            reply=problem.reply,
            problem=str(problem),
            language=self.asking.language_name,
            prompts=self.asking.prompts,
        )
        if self.made >= self.asking.calls:
            raise problem
        try:
            return (yield from self._say(again))
        except (BudgetExceeded, WindowExceeded) as refusal:  # the same with fewer passages would be a call too many
            self._warn("not_again", refusal)
            raise problem from refusal

    def _second(self, said: str) -> Generator[Passed, None, ModelReply | None]:
        """What the model makes of the statements that failed."""
        again = recheck_messages(
            self.asking.messages,
            reply=said,
            failures=tuple(self.failed.values()),
            language=self.asking.language_name,
            prompts=self.asking.prompts,
        )
        try:
            return (yield from self._say(again))[1]
        except ModelUnreadable:
            return None  # what failed stays failed
        except BudgetExceeded as refusal:
            self._warn("not_rechecked", refusal)
        except ModelError as error:
            self._warn("recheck_failed", error)
        return None

    def _untranslated(self) -> Generator[Passed, None, None]:
        """What stayed in another language and nothing else says: as true as the rest, so it is printed."""
        self.any_language = True
        for item, foreign in self.foreign.items():
            if any(call != foreign.call and _same_place(foreign.claim, other) for call, other in self.came):
                self.failed.pop(fold_text(_text(item)), None)  # it was put better in the other call
                continue
            self.judged.pop(item, None)
            if foreign.status == _FORMER:
                self._keep(item, _FORMER, self.history)
            else:
                yield from self._passed(foreign.status, item)
        if any(foreign.claim in (*self.claims, *self.positions, *self.history) for foreign in self.foreign.values()):
            self._warn("other_language")

    def _warn(self, what: str, error: Exception | None = None) -> None:
        holes = {"m": self.asking.model.name, "e": str(error or "")}
        self.warnings.append(phrase(self.asking.language, f"note_{what}", **holes))

    def _say(self, messages: Sequence[Message]) -> Generator[Passed, None, tuple[str, ModelReply]]:
        """One call; what passes is given as soon as it is complete."""
        self.made += 1
        reader = PartialReply()
        said: list[str] = []
        pieces = self._pieces(messages)
        try:
            while True:
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    completion: Completion = end.value
                    break
                said.append(piece)
                yield from self._entries(reader, piece)
        except ModelUnreadable as error:
            if error.reply and not said:
                yield from self._entries(reader, error.reply)
            raise ModelUnreadable(str(error), reply=error.reply or "".join(said)) from error.__cause__
        finally:
            pieces.close()
        self.finished += 1
        reply = parse_reply(completion.text)
        yield from self._take(reply)
        return completion.text, reply

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Completion]:
        how: dict[str, Any] = {
            "schema": reply_schema(),
            "max_tokens": MAX_REPLY_TOKENS,
            "deadline": self.asking.deadline,
        }
        if self.asking.streamed:
            return (yield from self.asking.model.stream(messages, **how))
        done = self.asking.model.complete(messages, **how)
        yield done.text
        return done

    # ------------------------------------------------------------ what they say

    def _entries(self, reader: PartialReply, piece: str) -> Generator[Passed, None, None]:
        for name, value in reader.feed(piece):
            item = parse_item(name, value)
            if item is not None:
                yield from self._passed(reader.status, item)

    def _take(self, reply: ModelReply) -> Generator[Passed, None, None]:
        """All of a reply; what was judged while it came is not judged again."""
        items: tuple[Item, ...] = (*reply.positions, *reply.claims)
        for item in items:
            yield from self._passed(reply.status, item)
        for former in reply.history:
            self._keep(former, _FORMER, self.history)

    def _passed(self, status: str | None, item: Item) -> Generator[Passed, None, None]:
        """The claims that can be given now: one of an answer at once, positions when there are two."""
        if status == "answered" and isinstance(item, ReplyClaim) and not self.disagree:
            if self._keep(item, status, self.claims):
                yield Passed(self.claims[-1], conflicting=False)
        elif status == "conflicting" and isinstance(item, ReplyPosition):
            if not self._keep(item, status, self.positions) or self.claims or len(self.positions) < 2:
                return
            given, self.disagree = (self.positions[-1:] if self.disagree else self.positions), True
            for position in list(given):
                yield Passed(position, conflicting=True)

    def _keep(self, item: Item, status: str, among: list[DraftClaim]) -> bool:
        """Whether the item passes and is new; then it is kept."""
        text = _text(item)
        if item not in self.judged:
            self.judged[item] = self._in_language(self._judge(text, item), status, item)
        elif not isinstance(self.judged[item], str):
            return False
        claim, key = self.judged[item], fold_text(text)
        if isinstance(claim, str):
            self.failed.setdefault(key, (text, claim))
            return False
        self.failed.pop(key, None)
        if any(fold_text(other.text) == key for other in among):
            return False
        among.append(claim)
        self.came.append((self.foreign[item].call if item in self.foreign else self.made, claim))
        return True

    def _in_language(self, judged: DraftClaim | str, status: str, item: Item) -> DraftClaim | str:
        """What passed, or that it is not in the language of the question."""
        if isinstance(judged, str):
            return judged
        if self.any_language and item in self.foreign:
            return self.foreign[item].claim
        other = other_language(judged.text, self.asking.language)
        if other is None:
            return judged
        self.foreign[item] = _Foreign(judged, status, self.made)
        written = language_name(other) or "another language than the question"
        return f"It is in {written}; write the same in {self.asking.language_name}, with the same quotes."

    def _judge(self, text: str, item: Item) -> DraftClaim | str:
        """The claim as it may be printed, or the reason why not, in words that the model can act on."""
        text = " ".join(text.split())
        if len(text) > MAX_STATEMENT:
            return f"It has {len(text)} characters; a statement has at most {MAX_STATEMENT}."
        if not item.quotes:
            return "It has no quote; quote the words of a passage that say it."
        try:
            evidence = tuple(dict.fromkeys(place_of(quote, self.asking.passages) for quote in item.quotes))
        except QuoteNotFound as reason:
            return str(reason)
        if isinstance(item, ReplyClaim):
            return self.asking.check(DraftClaim(text, evidence))
        who = item.attributed_to and " ".join(item.attributed_to.split())
        if who and isinstance(self.asking.check(DraftClaim(who, evidence)), str):
            who = None  # whom nothing names is not printed; the statement may hold all the same
        return self.asking.check(DraftClaim(text, evidence, _value(text, self.asking.language), who))

    def _draft(self, *, denied: bool) -> Draft | None:
        kept = self.positions if self.disagree else [*self.claims, *self.positions]
        if not kept:
            return Draft("not_in_sources", confidence=0.2) if denied else None
        share = len(kept) / (len(kept) + len(self.failed))
        return Draft(
            "conflicting" if self.disagree else "answered",
            () if self.disagree else tuple(kept),
            conflicting=tuple(kept) if self.disagree else (),
            history=tuple(self.history),
            confidence=0.9 * share,
        )


def _text(item: Item) -> str:
    return item.text if isinstance(item, ReplyClaim) else item.statement


def _same_place(one: DraftClaim, other: DraftClaim) -> bool:
    """Whether a quote of one lies in, or over, one of the other."""
    return any(
        a.file_id == b.file_id and a.start < b.end and b.start < a.end for a in one.evidence for b in other.evidence
    )


def _value(text: str, language: str) -> float | None:
    """The number that a statement is about, where it states a single one."""
    found: Iterable[float] = {
        quantity.value
        for quantity in quantities_of(fold(text), language)
        if quantity.kind not in NO_QUANTITY and not quantity.vague
    }
    values = list(found)
    return values[0] if len(values) == 1 else None
