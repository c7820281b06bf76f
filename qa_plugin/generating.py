"""A question put to a language model: what of the passages fits, the conversation, and what it came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qa_plugin.answering.generative import MAX_CALLS, MAX_REPLY_TOKENS, Asking, Generated, Passed, converse
from qa_plugin.answering.messages import Passage, answer_messages, fenced, reply_schema
from qa_plugin.answering.packing import Packed, pack
from qa_plugin.copies.groups import Groups
from qa_plugin.language.phrases import language_name, phrase
from qa_plugin.language.questions import Question
from qa_plugin.ports import ChatModel, Message, Windowed, WindowExceeded
from qa_plugin.prompting import Prompts
from qa_plugin.records import DraftClaim, Hit
from qa_plugin.settings import Settings
from qa_plugin.spending import encoding_of, has_window, tokens_of, window_of
from qa_plugin.tokens import count_tokens

_LIKE_A_MARKER = "482193077"
_SHRUNK = 0.5
"""What is left of the passages where a model says that its window was exceeded, and not what it is."""
_MARGIN = 0.95
"""Share of a window that is filled by tokens that are not counted as the model counts them."""
_EVERY_WINDOW = 4_096
"""Tokens that servers give a model at least, unless they are told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question, and all that it is answered from."""

    question: Question
    hits: Sequence[Hit]
    groups: Groups
    text_of: Callable[[int], str]
    check: Callable[[DraftClaim], DraftClaim | str]
    seconds_spent: float = 0.0
    tokens_spent: int = 0
    """Of prompts, in earlier calls for the same question."""
    calls_made: int = 0
    streamed: bool = False


def generate(
    task: Task, model: ChatModel, prompts: Prompts, settings: Settings
) -> Generator[Passed, None, tuple[Generated, tuple[int, ...]]]:
    """Ask the model; the claims as they pass, then what all came to and the ids of the chunks that were sent.

    Raises:
        ModelError: The model failed, or stayed unreadable.
        BudgetExceeded: The question would take more than the settings allow.
    """
    deadline = time.monotonic() + settings.deadline_seconds - task.seconds_spent
    desk = _Desk(task, model, prompts, settings, deadline)
    try:
        return (yield from desk.ask(desk.room(), MAX_CALLS - task.calls_made))
    except WindowExceeded as exceeded:
        if task.calls_made + 1 >= MAX_CALLS:
            raise
        return (yield from desk.ask(desk.smaller(exceeded), MAX_CALLS - task.calls_made - 1))


def passages_within(
    budget: int, hits: Sequence[Hit], groups: Groups, text_of: Callable[[int], str], count: Callable[[str], int]
) -> list[Packed]:
    """What of the ranked passages is sent, in tokens that count all that stands around them."""

    def cost(packed: Packed) -> int:
        # One more for the line between two passages.
        return count(fenced(_passage(packed.same_as + 10, packed), _LIKE_A_MARKER)) + 1

    return pack(hits, groups, budget=budget, text_of=text_of, count=count, cost=cost)


class _Desk:
    """Where the prompt of one question is put together."""

    def __init__(self, task: Task, model: ChatModel, prompts: Prompts, settings: Settings, deadline: float) -> None:
        self._task = task
        self._deadline = deadline
        self._sent = 0
        """Tokens of the messages that were sent."""
        self._model = model
        self._prompts = prompts
        self._settings = settings
        self._encoding = encoding = encoding_of(model.name, prices=settings.prices)
        self._count = lru_cache(maxsize=4_000)(lambda text: count_tokens(text, encoding))
        self._language_name = language_name(task.question.language) or "the language of the question"

    def ask(self, budget: int, calls: int) -> Generator[Passed, None, tuple[Generated, tuple[int, ...]]]:
        """One conversation about as many passages as a budget holds."""
        task = self._task
        passages, messages = self._packed(budget)
        served = self._served()
        if served is not None and self._sent + MAX_REPLY_TOKENS > served:
            passages, messages = self._packed(max(min(budget, served - MAX_REPLY_TOKENS - self._around()), 0))
        warnings = self._left_out(passages, budget)
        asking = Asking(
            messages=messages,
            passages=passages,
            language=task.question.language,
            language_name=self._language_name,
            model=self._model,
            prompts=self._prompts,
            check=task.check,
            deadline=self._deadline,
            calls=calls,
            streamed=task.streamed,
        )
        made = yield from converse(asking)
        made = replace(made, warnings=(*warnings, *made.warnings))
        return made, tuple(chunk_id for passage in passages for chunk_id in passage.chunk_ids)

    def room(self, *, limited: bool = True) -> int:
        """Tokens that the passages may take: as set, or what window and prompt limit leave of the rest.

        Args:
            limited: Whether the limit of the prompt is kept too.
        """
        around = self._around()
        window = window_of(self._model.name, prices=self._settings.prices)
        most = self._settings.max_prompt_tokens
        rooms = [self._settings.context_tokens]
        if window is not None:
            rooms.append(window - MAX_REPLY_TOKENS - around)
        if most is not None and limited:
            rooms.append(most - self._task.tokens_spent - around)
        return max(min(rooms), 0)

    def smaller(self, exceeded: WindowExceeded) -> int:
        """Tokens that the passages may take after the server said that they were too many.

        Its tokens may be smaller than those counted here; where it says how many it counted, that is the measure.
        """
        around = self._around()
        room = int((self._sent - around) * _SHRUNK)
        if exceeded.window is None:
            return max(room, 0)
        ours = min(self._sent / exceeded.asked, 1.0) if exceeded.asked else _MARGIN
        fitting = int((exceeded.window - MAX_REPLY_TOKENS) * ours * _MARGIN) - around
        return max(fitting if exceeded.asked else min(fitting, room), 0)

    def _around(self) -> int:
        return tokens_of(self._messages([]), reply_schema(), self._encoding)

    def _served(self) -> int | None:
        """What the server gives the model; asked only where the prompt may not fit into what every one gives."""
        if not isinstance(self._model, Windowed):
            return None
        fits = self._sent + MAX_REPLY_TOKENS <= _EVERY_WINDOW
        ask = not fits and not has_window(self._model.name, prices=self._settings.prices)
        return self._model.window(ask=ask, deadline=self._deadline)

    def _packed(self, budget: int) -> tuple[list[Packed], tuple[Message, ...]]:
        """The passages that a budget holds, and the messages with them."""
        passages = self._within(budget)
        messages = self._messages(passages)
        self._sent = tokens_of(messages, reply_schema(), self._encoding)
        return passages, messages

    def _within(self, budget: int) -> list[Packed]:
        task = self._task
        return passages_within(budget, task.hits, task.groups, task.text_of, self._count)

    def _left_out(self, passages: Sequence[Packed], budget: int) -> tuple[str, ...]:
        """A warning where the limit of the prompt cost passages."""
        most = self._settings.max_prompt_tokens
        if most is None or budget >= (whole := self.room(limited=False)) or passages == self._within(whole):
            return ()
        return (phrase(self._task.question.language, "note_left_out", m=self._model.name, n=f"{most:,}"),)

    def _messages(self, passages: Sequence[Packed]) -> tuple[Message, ...]:
        return answer_messages(
            self._task.question.text,
            language=self._language_name,
            passages=[_passage(number, packed) for number, packed in enumerate(passages, 1)],
            prompts=self._prompts,
        )


def _passage(number: int, packed: Packed) -> Passage:
    info = packed.info
    return Passage(
        number,
        packed.text,
        info.language,
        info.title,
        info.published,
        info.credits,
        packed.others,
        packed.same_as,
    )
