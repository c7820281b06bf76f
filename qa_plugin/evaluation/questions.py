"""Question files: reading them, and checking the gold against the articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa_plugin.errors import SettingsError

TYPES = (
    "count",
    "money",
    "percent",
    "date",
    "who",
    "where",
    "what",
    "why",
    "quote",
    "yesno",
    "unanswerable",
)
_TEXTS = ("question", "question_lang", "type")
_LISTS = ("accept", "sources")
_OPTIONAL: dict[str, Any] = {"answer": "", "value": None, "conflict": False}


def load_questions(path: Path) -> list[dict[str, Any]]:
    """Read a question file (JSONL), with `id`, `answer`, `value` and `conflict` filled in where left out.

    Raises:
        SettingsError: The file cannot be read, or a line is no question; the message says which and why.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise SettingsError(f"cannot read the questions {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    questions = [
        _question(line, f"{path}, line {number}", number) for number, line in enumerate(lines, 1) if line.strip()
    ]
    if not questions:
        raise SettingsError(f"{path} holds no questions: write one JSON object a line")
    return questions


def check_gold(questions: Sequence[Mapping[str, Any]], text_of: Callable[[str], str]) -> list[str]:
    """What is wrong with the gold answers, one line for each fault; empty where all is well.

    Args:
        questions: As `load_questions` gives them; each may carry `quotes`, a list of `{"source", "quote"}`.
        text_of: The text of a source; empty where there is no such source.
    """
    problems: list[str] = []
    seen: set[str] = set()
    for question in questions:
        name = str(question["id"])
        faults = [*_faults(question, text_of), *(["the id is used twice"] if name in seen else [])]
        seen.add(name)
        problems += [f"{name}: {fault}" for fault in faults]
    return problems


def _question(line: str, place: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise SettingsError(f"{place}: not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{place}: not a JSON object but {type(found).__name__}")
    if found.get("type") == "unanswerable":
        found = {"accept": [], "sources": [], **found}
    if missing := [name for name in (*_TEXTS, *_LISTS) if name not in found]:
        raise SettingsError(f"{place}: {', '.join(missing)} missing")
    question = {"id": f"line {number}", **_OPTIONAL, **found}
    if faults := list(_form_faults(question)):
        raise SettingsError(f"{place}: {'; '.join(faults)}")
    return question


def _form_faults(question: Mapping[str, Any]) -> Iterator[str]:
    for name in _TEXTS:
        if not isinstance(question[name], str) or not question[name].strip():
            yield f"{name} has to be a text, not {_shown(question[name])}"
    for name in _LISTS:
        value = question[name]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"{name} has to be a list of texts, not {_shown(value)}"
    if isinstance(question["type"], str) and question["type"] not in TYPES:
        yield f"type {question['type']!r} is none of {', '.join(TYPES)}"
    value = question["value"]
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield f"value has to be a number or null, not {_shown(value)}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _faults(question: Mapping[str, Any], text_of: Callable[[str], str]) -> Iterator[str]:
    sources = question["sources"]
    if question["type"] == "unanswerable":
        if sources:
            yield "unanswerable, but it has sources"
    elif not sources:
        yield f"type {question['type']}, but it has no sources"
    if question["type"] != "unanswerable" and not question["accept"] and question["value"] is None:
        yield "neither accept nor value says what answers it"
    yield from (f"there is no article {source}" for source in sources if not text_of(source))
    for number, quote in enumerate(question.get("quotes") or (), 1):
        yield from _quote_faults(quote, f"quote {number}", sources, text_of)


def _quote_faults(quote: object, name: str, sources: Sequence[str], text_of: Callable[[str], str]) -> Iterator[str]:
    if not isinstance(quote, Mapping) or not all(isinstance(quote.get(part), str) for part in ("source", "quote")):
        yield f'{name} has to be {{"source": …, "quote": …}}, both texts'
        return
    if quote["source"] not in sources:
        yield f"{name} is from {quote['source']}, which is not among the sources"
    if not quote["quote"].strip():
        yield f"{name} is empty"
    elif quote["quote"] not in text_of(quote["source"]):
        yield f"{name} does not stand in {quote['source']}: {quote['quote'][:60]!r}"
