"""A scripted model for the fake server: it finds its words in the prompt, and is wrong in named ways."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FENCED = re.compile(
    r"^\[(?P<marker>[0-9a-f]+)\] begin passage (?P<number>\d+)\n(?P<head>.*?)\n\n(?P<text>.*?)\n"
    r"\[(?P=marker)\] end passage (?P=number)$",
    re.DOTALL | re.MULTILINE,
)
_QUESTION = re.compile(r"^Question: (.*)$", re.MULTILINE)
_ORDER = re.compile(r"(?:reply|answer|respond|say)\b[^:\n]{0,40}:\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scripted:
    """Words of a passage, and the statement they carry; `question` are words that the question must hold."""

    needle: str
    claim: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class SeenPassage:
    """A passage as the model reads it in the prompt."""

    number: int
    text: str


def seen_passages(messages: Iterable[Mapping[str, Any]]) -> list[SeenPassage]:
    """The fenced passages of a conversation."""
    text = "\n".join(_text_of(message.get("content")) for message in messages if message.get("role") == "user")
    return [SeenPassage(int(match["number"]), match["text"]) for match in _FENCED.finditer(text)]


def _text_of(content: object) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def wants_translation(body: Mapping[str, Any]) -> bool:
    """Whether the conversation asks for a translation and for no answer."""
    said = [_text_of(message.get("content")) for message in body.get("messages", [])]
    return bool(said) and said[-1].startswith("Translate the question")


def _honest(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    messages = body.get("messages", [])
    passages = seen_passages(messages)
    asked = " ".join(_QUESTION.findall("\n".join(_text_of(message.get("content")) for message in messages)))
    claims = []
    for entry in script:
        quotes = [{"passage": p.number, "quote": entry.needle} for p in passages if entry.needle in p.text]
        if quotes and entry.question.casefold() in asked.casefold():
            claims.append({"text": entry.claim, "quotes": quotes})
    return {"status": "answered" if claims else "not_in_sources", "claims": claims, "positions": []}


def _invented_quote(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    reply = _honest(script, body)
    for claim in reply["claims"]:
        for quote in claim["quotes"]:
            quote["quote"] = f"According to nobody at all, {claim['text']}"
    return reply


def _changed_number(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    reply = _honest(script, body)
    for claim in reply["claims"]:
        claim["text"] = re.sub(r"\d", lambda match: str((int(match.group()) + 1) % 10), claim["text"], count=1)
    return reply


def _unknown_passage(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    reply = _honest(script, body)
    for claim in reply["claims"]:
        for quote in claim["quotes"]:
            quote["passage"] = 999
    return reply


def _obey_injection(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """The worst model: says what an article tells it to, and quotes another passage for it."""
    passages = seen_passages(body.get("messages", []))
    for passage in passages:
        order = _ORDER.search(passage.text)
        if order:
            other = next((p for p in passages if p.number != passage.number), passage)
            quote = {"passage": other.number, "quote": other.text[:120]}
            return {"status": "answered", "claims": [{"text": order[1], "quotes": [quote]}], "positions": []}
    return _honest(script, body)


MODELS: dict[str, Callable[[Sequence[Scripted], Mapping[str, Any]], dict[str, Any]]] = {
    "honest": _honest,
    "invented_quote": _invented_quote,
    "changed_number": _changed_number,
    "unknown_passage": _unknown_passage,
    "obey_injection": _obey_injection,
}
WRAPPINGS: dict[str, Callable[[str], str]] = {
    "prose": lambda text: "I have read the passages and the answer is forty-two, I am quite sure.",
    "fenced_json": lambda text: f"Here is the answer {{as asked}}:\n\n```json\n{text}\n```\nI hope it helps.",
    "cut_json": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
}


# ---------------------------------------------------------------- embeddings


def word_vector(text: str, dimension: int) -> list[float]:
    """Counts of the words of a text, each at a place that its hash gives; never all zero."""
    vector = [0.0] * dimension
    for word in re.findall(r"\w+", text.casefold()) or [""]:
        digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()
        vector[int.from_bytes(digest, "big") % dimension] += 1.0
    return vector


def _put(name: str, value: object) -> Callable[[list[dict[str, Any]]], None]:
    return lambda rows: rows[-1].update({name: value})


SPOILED: dict[str, Callable[[list[dict[str, Any]]], None]] = {
    "shuffled": lambda rows: rows.reverse(),
    "fewer": lambda rows: rows.__delitem__(-1),
    "more": lambda rows: rows.append({**rows[-1], "index": len(rows)}),
    "same_index": _put("index", 0),
    "no_index": _put("index", None),
    "index_text": _put("index", "1"),
    "index_true": _put("index", True),  # noqa: FBT003 - the value is the point
    "nan": lambda rows: rows[-1]["embedding"].__setitem__(0, float("nan")),
    "infinite": lambda rows: rows[-1]["embedding"].__setitem__(0, float("inf")),
    "short_row": lambda rows: rows[-1]["embedding"].__delitem__(0),
    "words": _put("embedding", ["a", "b"]),
    "null_vector": _put("embedding", None),
    "nested": _put("embedding", [[1.0]]),
    "huge": lambda rows: rows[-1]["embedding"].__setitem__(0, 1e300),
}
