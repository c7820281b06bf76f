"""A question in the languages of the articles, by one call of the language model; for searching, never for answering.

Whatever goes wrong, the question is searched in its own words: a translation is a help and no condition.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from qa_plugin.errors import ModelError, ModelUnreadable
from qa_plugin.language.folding import cleaned
from qa_plugin.language.questions import Question
from qa_plugin.language.readings import merge, unknown_slots
from qa_plugin.language.terms import keys
from qa_plugin.ports import ChatModel, Completion, Message
from qa_plugin.prompting import Prompts, load_prompts, prompt_hash
from qa_plugin.records import SourceInfo
from qa_plugin.settings import Settings

LANGUAGES = {"en": "English", "pt": "Portuguese", "fr": "French", "ar": "Arabic", "fa": "Persian"}
"""Those that can be searched in, by their English names."""
MAX_QUESTION_CHARACTERS = 600
"""A longer text has words enough to be searched by."""
_MAX_REPLY_TOKENS = 1500
_SHARE_OF_DEADLINE = 0.25
_MOST, _TIMES = 200, 4
"""A translation may have this many characters, or this many times those of the question."""


class Cache(Protocol):
    """Where replies are kept; both may do nothing."""

    def get(self, key: str) -> str | None:
        """What was kept."""
        ...

    def put(self, key: str, value: str) -> None:
        """Keep a value."""
        ...


@dataclass(frozen=True, slots=True)
class Translated:
    """A question with the readings that its translations add, and what they took."""

    question: Question
    texts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


def translated(
    question: Question,
    *,
    model: ChatModel | None,
    settings: Settings,
    articles: Callable[[], Iterable[SourceInfo]],
    cache: Cache,
) -> Translated:
    """Translate a question where that pays, and add what its words are called there.

    Args:
        question: As it was read.
        model: The language model; None leaves the question as it is.
        settings: Say when to translate. By `auto` that is where the lexicon does not know a word of the question.
        articles: Those that are searched, for their languages; asked only where it matters.
        cache: Where replies are kept, so that the same question is translated once.
    """
    if model is None or settings.translate == "never" or len(question.text) > MAX_QUESTION_CHARACTERS:
        return Translated(question)
    if settings.translate == "auto" and not unknown_slots(question):
        return Translated(question)
    into = sorted(LANGUAGES.keys() & {info.language for info in articles()} - {question.language})
    if not into:
        return Translated(question)
    started = time.monotonic()
    prompts = load_prompts(override=settings.prompts)
    key = _key(question.text, into, model, prompts)
    kept = _texts(cache.get(key), into)
    if kept:
        return Translated(merge(question, kept), kept)
    try:
        done = _ask(question.text, into, model, prompts, started + _SHARE_OF_DEADLINE * settings.deadline_seconds)
    except ModelError as error:
        warning = _warning(model, f"no translation of it came ({error})")
        return Translated(question, warnings=(warning,), seconds=time.monotonic() - started)
    texts, problems = _checked(done.text, into, question)
    if texts:
        cache.put(key, json.dumps(texts, ensure_ascii=False))
    return Translated(
        merge(question, texts),
        texts,
        (_warning(model, "; ".join(problems)),) if problems and not texts else (),
        done.prompt_tokens,
        done.completion_tokens,
        time.monotonic() - started,
    )


def _warning(model: ChatModel, reason: str) -> str:
    return f"The question was searched in its own words only: of {model.name}, {reason}."


def _key(question: str, into: Sequence[str], model: ChatModel, prompts: Prompts) -> str:
    words = prompt_hash((prompts.translate_system, prompts.translate_user))
    return sha256(json.dumps(["translation", question, *into, model.name, words]).encode()).hexdigest()


def _ask(question: str, into: Sequence[str], model: ChatModel, prompts: Prompts, deadline: float) -> Completion:
    from qa_plugin.answering.messages import string_schema  # loaded only where a model is asked

    languages = ", ".join(f"{LANGUAGES[code]} ({code})" for code in into)
    user = prompts.translate_user.fill(question=" ".join(cleaned(question).split()), languages=languages)
    messages = (Message("system", prompts.translate_system.fill()), Message("user", user))
    return model.complete(messages, schema=string_schema(into), max_tokens=_MAX_REPLY_TOKENS, deadline=deadline)


def _checked(reply: str, into: Collection[str], question: Question) -> tuple[dict[str, str], list[str]]:
    """The translations that can be used, and what is wrong with the others."""
    from qa_plugin.answering.messages import find_object

    try:
        value = find_object(reply, into)
    except ModelUnreadable as error:
        return {}, [str(error).rstrip(".")]
    texts: dict[str, str] = {}
    problems: list[str] = []
    for code in into:
        said = value.get(code)
        text = " ".join(cleaned(said).split()) if isinstance(said, str) else ""
        problem = _problem(text, code, question)
        if problem:
            problems.append(f"the {LANGUAGES[code]} {problem}")
        else:
            texts[code] = text
    return texts, problems


def _problem(text: str, language: str, question: Question) -> str | None:
    if not text:
        return "is missing"
    if len(text) > max(_MOST, _TIMES * len(question.text)):
        return "is too long"
    letters = [c for c in text if c.isalpha()]
    arabic = sum("\u0600" <= c <= "\u06ff" for c in letters)
    if (2 * arabic > len(letters)) != (language in {"ar", "fa"}):
        return "is in another script"
    if not _numbers(question.text, question.language) <= _numbers(text, language):
        return "has other numbers"
    return None


def _numbers(text: str, language: str) -> set[str]:
    return {key for key in keys(text, language) if key[0] == "v"}


def _texts(kept: str | None, into: Collection[str]) -> dict[str, str]:
    """What the cache holds, if it is what was put there."""
    try:
        value = json.loads(kept or "{}")
    except ValueError:
        return {}
    pairs = value.items() if isinstance(value, dict) else ()
    return {code: text for code, text in pairs if code in into and isinstance(text, str)}
