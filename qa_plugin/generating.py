"""A question put to a language model: what of the passages fits, the conversation, and what it came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa_plugin.answering.generative import MAX_CALLS, MAX_REPLY_TOKENS, Asking, Generated, Passed, converse
from qa_plugin.answering.messages import Passage, answer_messages, fenced, reply_schema
from qa_plugin.answering.packing import Packed, pack
from qa_plugin.copies.groups import Groups
from qa_plugin.language.phrases import language_name
from qa_plugin.language.questions import Question
from qa_plugin.ports import ChatModel, Message, WindowExceeded
from qa_plugin.prompting import Prompts
from qa_plugin.records import DraftClaim, Hit
from qa_plugin.settings import Settings
from qa_plugin.spending import encoding_of, tokens_of, window_of
from qa_plugin.tokens import count_tokens

_LIKE_A_MARKER = "482193077"
_SHRUNK = 0.5
"""What is left of the budget where a model says that its window was exceeded."""


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
    desk = _Desk(task, model, prompts, settings)
    deadline = time.monotonic() + settings.deadline_seconds - task.seconds_spent
    try:
        return (yield from desk.ask(desk.room(), deadline, MAX_CALLS - task.calls_made))
    except WindowExceeded:
        if task.calls_made + 1 >= MAX_CALLS:
            raise
        return (yield from desk.ask(int(desk.room() * _SHRUNK), deadline, MAX_CALLS - task.calls_made - 1))


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

    def __init__(self, task: Task, model: ChatModel, prompts: Prompts, settings: Settings) -> None:
        self._task = task
        self._model = model
        self._prompts = prompts
        self._settings = settings
        self._encoding = encoding = encoding_of(model.name, prices=settings.prices)
        self._count = lru_cache(maxsize=4_000)(lambda text: count_tokens(text, encoding))
        self._language_name = language_name(task.question.language) or "the language of the question"

    def ask(
        self, budget: int, deadline: float, calls: int
    ) -> Generator[Passed, None, tuple[Generated, tuple[int, ...]]]:
        """One conversation about as many passages as a budget holds."""
        task = self._task
        passages = passages_within(budget, task.hits, task.groups, task.text_of, self._count)
        asking = Asking(
            messages=self._messages(passages),
            passages=passages,
            language=task.question.language,
            language_name=self._language_name,
            model=self._model,
            prompts=self._prompts,
            check=task.check,
            deadline=deadline,
            calls=calls,
            streamed=task.streamed,
        )
        made = yield from converse(asking)
        return made, tuple(chunk_id for passage in passages for chunk_id in passage.chunk_ids)

    def room(self) -> int:
        """Tokens that the passages may take: as set, or what window and prompt limit leave of the rest."""
        around = tokens_of(self._messages([]), reply_schema(), self._encoding)
        window = window_of(self._model.name, prices=self._settings.prices)
        most = self._settings.max_prompt_tokens
        rooms = [self._settings.context_tokens]
        if window is not None:
            rooms.append(window - MAX_REPLY_TOKENS - around)
        if most is not None:
            rooms.append(most - self._task.tokens_spent - around)
        return max(min(rooms), 0)

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
