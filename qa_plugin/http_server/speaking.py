"""A conversation that comes whole with every request, gone on from where it was, and its answer as text."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_plugin.assembly import joined
from qa_plugin.errors import QAPluginError
from qa_plugin.http_server import writing
from qa_plugin.http_server.reading import MOST_PAST, Asked
from qa_plugin.records import Answer, Claim, Scope

if TYPE_CHECKING:
    from qa_plugin.chat import Chat, Turn
    from qa_plugin.plugin import QAPlugin

_KEPT = 64
"""Conversations whose turns are remembered; those of others are asked again."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the reply; the answer comes with the last, and never with a chore."""

    text: str
    answer: Answer | None = None


class Speaker:
    """Answers conversations; what was answered lately is not asked again when the conversation goes on."""

    def __init__(self, plugin: QAPlugin) -> None:
        """Speak for a plugin."""
        self._plugin = plugin
        self._kept: OrderedDict[tuple[Scope, tuple[str, ...]], tuple[Turn, ...]] = OrderedDict()

    async def reply(self, asked: Asked) -> Said:
        """The whole reply."""
        if asked.chore is not None:
            return Said(asked.chore)
        answer = (await self.turn(asked, Scope())).answer
        return Said(writing.whole(answer, self._plugin.host), answer)

    async def turn(self, asked: Asked, scope: Scope) -> Turn:
        """The answer, and what was searched for; the questions before it were asked of the same sources."""
        chat = await self._chat(asked.past, scope)
        await chat.aask(asked.question)
        self._keep(asked, chat, scope)
        return chat.turns[-1]

    async def pieces(self, asked: Asked) -> AsyncGenerator[Said, None]:
        """The reply as it comes: nothing once sources are found, each claim that has passed the checks, the rest."""
        if asked.chore is not None:
            yield Said(asked.chore)
            return
        chat = await self._chat(asked.past, Scope())
        claims: list[Claim] = []
        sent = ""
        async with aclosing(chat.astream(asked.question)) as events:
            async for event in events:
                if event["type"] == "retrieved":
                    yield Said("")
                elif event["type"] == "claim":
                    claims.append(Claim(event["text"], tuple(event["citations"])))
                    text = writing.answer_text(joined(claims))
                    yield Said(text.removeprefix(sent))
                    sent = text
                elif event["type"] == "answer":
                    answer: Answer = event["answer"]
        self._keep(asked, chat, Scope())
        text = writing.whole(answer, self._plugin.host)
        # What was sent cannot be taken back; where the answer came out otherwise it follows whole.
        yield Said(text.removeprefix(sent) if text.startswith(sent) else f"\n\n{text}", answer)

    async def _chat(self, past: tuple[str, ...], scope: Scope) -> Chat:
        """The conversation so far: remembered, or its questions asked again."""
        kept = next((n for n in range(len(past), 0, -1) if (scope, past[:n]) in self._kept), 0)
        chat = self._plugin.chat(scope=scope, turns=self._kept[scope, past[:kept]] if kept else ())
        for question in past[kept:]:
            with suppress(QAPluginError):  # what failed then, or was no question, is nothing to go on from
                await chat.aask(question)
        return chat

    def _keep(self, asked: Asked, chat: Chat, scope: Scope) -> None:
        said = scope, (*asked.past, asked.question)[-MOST_PAST:]
        self._kept[said] = chat.turns[-MOST_PAST:]
        self._kept.move_to_end(said)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
