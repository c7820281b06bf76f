"""From the messages of a chat program to a question, the ones before it, or a chore of the program's own.

Chat programs ask the same model for titles, tags and suggestions. Those prompts are no questions to a folder of news:
they are answered from the conversation that they carry, without a search and without a language model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_plugin.http_server.faults import FaultError
from qa_plugin.http_server.requests import Message
from qa_plugin.presentation import inline, shortened

MOST_PAST = 6
"""How many of the questions before the last are gone back to."""
_TITLE_COLUMNS = 40

_TASK = re.compile(r"\s*#{2,3} Task:")
"""How Open WebUI begins what it asks for itself."""
_TITLES = (
    re.compile(r"5[- ]words?[- ]or[- ]less", re.IGNORECASE),
    re.compile(r"concise title.{0,400}\b(?:5 words or less|max 40 characters)", re.IGNORECASE | re.DOTALL),
)
"""How LibreChat asks for the title of a conversation."""
_USER_QUERY = re.compile(r"<user_query>(.*?)</user_query>", re.DOTALL)
"""Where Open WebUI puts the question when it adds documents of its own to it."""
_KEY = re.compile(r'"(title|tags|follow_ups|queries|prompt|text)"')
_FIRST_WORDS = re.compile(r"^[\s>*-]*\**(?:USER|User|Human|user)\**\s*:\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about: a question, or a chore whose reply is known."""

    question: str = ""
    past: tuple[str, ...] = ()
    """The questions before it, the last at the end."""
    chore: str | None = None
    """The reply to what a chat program asks for itself."""


def read(messages: Sequence[Message]) -> Asked:
    """Read a conversation.

    Raises:
        FaultError: No message of the user holds text.
    """
    said = [text for message in messages if message.role == "user" and (text := _text(message)).strip()]
    if not said:
        raise FaultError(
            400, "There is no message of the role user with text to answer.", code="invalid_value", param="messages"
        )
    question = _question(said[-1])
    if question is None:
        first = _FIRST_WORDS.search(said[-1])
        return Asked(chore=_chore(said[-1], first[1] if first else said[0] if len(said) > 1 else ""))
    past = [earlier for text in said[:-1] if (earlier := _question(text)) is not None]
    return Asked(question, tuple(past[-MOST_PAST:]))


def _text(message: Message) -> str:
    if isinstance(message.content, list):
        return "\n".join(part.text for part in message.content if part.text)
    return message.content or ""


def _question(text: str) -> str | None:
    """The question in a message of the user; None where it is a chore."""
    if found := _USER_QUERY.search(text):
        return found[1].strip()
    if _TASK.match(text) or any(title.search(text) for title in _TITLES):
        return None
    return text.strip()


def _chore(prompt: str, subject: str) -> str:
    """What the program can read: the first question as the title, and nothing of what would have to be made up."""
    key = _KEY.search(prompt)
    title = shortened(inline(subject), _TITLE_COLUMNS) or "News"
    if key is None:
        return title
    if key[1] in {"title", "prompt", "text"}:
        return json.dumps({key[1]: title if key[1] == "title" else ""}, ensure_ascii=False)
    return json.dumps({key[1]: []})
