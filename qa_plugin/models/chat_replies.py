"""Replies of chat models, whole or in pieces: what may be taken for an answer, and what it took."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qa_plugin.models.calls import CallFailed
from qa_plugin.models.failures import Target, cut_off, declined, filtered, unreadable
from qa_plugin.ports import Completion, Lost, Message

CountTokens = Callable[[str], int]

_END = "[DONE]"
_AROUND_A_MESSAGE = 4
_AROUND_A_PROMPT = 3
_BESIDE_THE_MESSAGES = 5_000
"""Tokens that a template, a schema and what a server adds may take, at most."""
_MOST_COMPLETION_TOKENS = 200_000
"""No reply is longer, with all the thinking before it."""


def at_most(text: str) -> int:
    """An upper bound of a text's tokens, for who has no table to count them by."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


@dataclass(slots=True)
class Reply:
    """A reply as far as it has come."""

    parts: list[str] = field(default_factory=list)
    finish: str | None = None
    refused: bool = False
    prompt_tokens: object = None
    completion_tokens: object = None

    @property
    def text(self) -> str:
        """What was said so far."""
        return "".join(self.parts)

    def usage(self, value: object) -> None:
        """Note what a server says that it took; the last word counts."""
        if isinstance(value, Mapping):
            self.prompt_tokens = value.get("prompt_tokens")
            self.completion_tokens = value.get("completion_tokens")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the replies to one request."""

    target: Target
    messages: Sequence[Message]
    count_tokens: CountTokens

    def whole(self, data: Mapping[str, object]) -> Completion:
        """The completion in a reply that came in one."""
        choice = _first(data.get("choices"))
        message = choice.get("message")
        reply = Reply(finish=_word(choice.get("finish_reason")))
        reply.usage(data.get("usage"))
        if not isinstance(message, Mapping):
            raise self._charged(unreadable(self.target, "it holds no message"), reply)
        reply.parts.append(_content(message.get("content")))
        reply.refused = bool(message.get("refusal"))
        return self.completion(reply)

    def hear(self, reply: Reply, data: Mapping[str, object]) -> None:
        """Add one event of a stream to the reply; what a model only thinks, or hands to tools, is not said."""
        choice = _first(data.get("choices"))
        delta = choice.get("delta")
        if not isinstance(delta, Mapping):
            delta = choice.get("message")  # some end their stream with the whole
            if reply.parts or not isinstance(delta, Mapping):
                delta = {}
        piece = _content(delta.get("content"))
        if piece:
            reply.parts.append(piece)
        reply.refused = reply.refused or bool(delta.get("refusal"))
        reply.finish = _word(choice.get("finish_reason")) or reply.finish
        reply.usage(data.get("usage"))
        if reply.finish == "content_filter":
            raise filtered(self.target)
        if reply.refused:
            raise declined(self.target)

    def completion(self, reply: Reply) -> Completion:
        """A reply that has come to its end.

        Raises:
            CallFailed: It is none that can be used.
        """
        text = reply.text
        failed = self._failure(reply)
        if failed is not None:
            raise self._charged(failed, reply)
        prompt, completion = self._taken(reply)
        return Completion(
            text,
            prompt_tokens=self._prompt_tokens() if prompt is None else prompt,
            completion_tokens=self.count_tokens(text) if completion is None else completion,
            finish_reason=reply.finish or "stop",
            estimated=prompt is None or completion is None,
        )

    def cut(self, reply: Reply) -> CallFailed:
        """A failure to raise for a stream that ended before the reply did."""
        failed = unreadable(self.target, "it ends in the middle", reply=reply.text)
        return self._charged(failed, reply, ended=False)

    def broken(self, failed: CallFailed, reply: Reply) -> CallFailed:
        """A failure in the middle of a stream, with what had come of it."""
        begun = reply.parts or reply.finish is not None
        return self._charged(failed, reply, ended=False) if begun else failed

    def _failure(self, reply: Reply) -> CallFailed | None:
        """Why a reply that has come to its end cannot be used, if it cannot."""
        if reply.finish == "content_filter":
            return filtered(self.target)
        if reply.finish == "length":
            return cut_off(self.target, reply=reply.text)
        if reply.refused:
            return declined(self.target)
        return None if reply.text.strip() else unreadable(self.target, "it holds no text")

    def _charged(self, failed: CallFailed, reply: Reply, *, ended: bool = True) -> CallFailed:
        """The same failure, with what the reply took."""
        prompt, completion = self._taken(reply)
        # A reply that reached its limit may have been thoughts, of which nothing is seen.
        failed.lost = Lost(prompt, completion, reply.text, ended=ended and reply.finish != "length")
        return failed

    def _taken(self, reply: Reply) -> tuple[int | None, int | None]:
        """Tokens of prompt and reply, as far as the server says what can be."""
        return (
            _believable(reply.prompt_tokens, self._most_prompt_tokens()),
            _believable(reply.completion_tokens, _MOST_COMPLETION_TOKENS),
        )

    def _prompt_tokens(self) -> int:
        said = sum(self.count_tokens(message.content) + _AROUND_A_MESSAGE for message in self.messages)
        return said + _AROUND_A_PROMPT

    def _most_prompt_tokens(self) -> int:
        # No token is shorter than a byte.
        return sum(len(message.content.encode("utf-8", "replace")) for message in self.messages) + _BESIDE_THE_MESSAGES


def heard(
    reader: Reader, events: Iterable[str], decoded: Callable[[str], Mapping[str, object]]
) -> Generator[str, None, Completion]:
    """The pieces of a reply that comes as events; the first piece holds more than blanks.

    Raises:
        CallFailed: Of an event, or because nothing says that the reply has ended: neither a reason to finish nor
            the mark that ends every stream.
    """
    reply = Reply()
    given = 0
    ended = False
    try:
        for event in events:
            ended = event.strip() == _END
            if ended:
                break
            reader.hear(reply, decoded(event))
            text = "".join(reply.parts[given:])
            if text.strip() or (text and given):
                given = len(reply.parts)
                yield text
    except CallFailed as failed:
        raise reader.broken(failed, reply) from failed.__cause__
    if not ended and reply.finish is None:
        raise reader.cut(reply)
    return reader.completion(reply)


def _believable(value: object, most: int) -> int | None:
    """A figure as a server gives it, or None where it gives none that can be."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most else None


def _first(choices: object) -> Mapping[str, object]:
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, Mapping) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _content(content: object) -> str:
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
