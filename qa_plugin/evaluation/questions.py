"""Question files: reading them, and refusing lines that have not the form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
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
_FURTHER = ("id", "quotes", "evidence_lines", "independent_sources", "positions", "former", "tags", "notes")
_KEYS = (*_TEXTS, *_LISTS, *_OPTIONAL, *_FURTHER)
_SAID = ("value", "statement", "attributed_to", "accept", "sources")
_KEYS_WITHIN = {"quotes": ("source", "quote"), "positions": _SAID, "former": _SAID}


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


def unknown_keys(question: Mapping[str, Any]) -> list[str]:
    """Keys of a question that nothing reads, each with the one that it is nearly; `notes` are for people."""
    found = list(_unknown(question, _KEYS))
    for name, known in _KEYS_WITHIN.items():
        for entry in question.get(name) or ():
            if isinstance(entry, Mapping):
                found += [f"{key} in {name}" for key in _unknown(entry, known)]
    return list(dict.fromkeys(found))


def _unknown(fields: Mapping[str, Any], known: Sequence[str]) -> Iterator[str]:
    for key in fields:
        if key not in known:
            near = get_close_matches(key.lower(), known, n=1, cutoff=0.75)
            yield f"{key!r} ({near[0]!r} is meant?)" if near else f"{key!r}"


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
        if not _is_texts(value):
            yield f"{name} has to be a list of texts, not {_shown(value)}"
    if isinstance(question["type"], str) and question["type"] not in TYPES:
        yield f"type {question['type']!r} is none of {', '.join(TYPES)}"
    value = question["value"]
    if value is not None and not _is_number(value):
        yield f"value has to be a number or null, not {_shown(value)}"
    yield from _further_form_faults(question)


def _further_form_faults(question: Mapping[str, Any]) -> Iterator[str]:
    """Of the fields that a question may have beside those that it must."""
    count = question.get("independent_sources")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        yield f"independent_sources has to be a whole number from 1 on, not {_shown(count)}"
    tags = question.get("tags", [])
    if not _is_texts(tags):
        yield f"tags has to be a list of texts, not {_shown(tags)}"
    for name in ("positions", "former"):
        entries = question.get(name, [])
        if not isinstance(entries, list):
            yield f"{name} has to be a list, not {_shown(entries)}"
            continue
        for number, entry in enumerate(entries, 1):
            if not _is_said(entry):
                form = '{"value" or "statement": …, "sources": […]}'
                yield f"{name} {number} has to be {form}, perhaps with attributed_to and accept, not {_shown(entry)}"


def _is_said(entry: object) -> bool:
    """Whether it is a value or a statement with the files that it stands in."""
    if not isinstance(entry, Mapping):
        return False
    value, statement, who = (entry.get(name) for name in ("value", "statement", "attributed_to"))
    return (
        (_is_number(value) if value is not None else isinstance(statement, str) and bool(statement.strip()))
        and (who is None or isinstance(who, str))
        and _is_texts(entry.get("accept", []))
        and _is_texts(entry.get("sources"))
        and bool(entry["sources"])
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
