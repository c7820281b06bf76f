"""A scripted model for the fake server: it finds its words in the prompt, and is wrong in named ways."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval import prompted
from eval.prompted import SeenPassage
from qa_plugin.errors import ModelUnreadable
from qa_plugin.ports import Completion, Message

_QUESTION = re.compile(r"^Question: (.*)$", re.MULTILINE)
_JUDGED = re.compile(r"\[(\d+)\] begin answer to judge\n(?P<answer>.*)\n\[\1\] end answer to judge", re.DOTALL)
_ORDER = re.compile(r"(?:reply|answer|respond|say)\b[^:\n]{0,40}:\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scripted:
    """Words of a passage, and the statement they carry; `question` are words that the question must hold."""

    needle: str
    claim: str
    question: str = ""


def seen_passages(messages: Iterable[Mapping[str, Any]]) -> list[SeenPassage]:
    """The fenced passages of a conversation."""
    text = "\n".join(_text_of(message.get("content")) for message in messages if message.get("role") == "user")
    return prompted.seen_passages(text)


def _text_of(content: object) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def wants_plan(body: Mapping[str, Any]) -> bool:
    """Whether the conversation asks for a plan and for no answer."""
    said = [_text_of(message.get("content")) for message in body.get("messages", [])]
    return bool(said) and said[-1].startswith("Plan the search")


def wants_verdict(body: Mapping[str, Any]) -> bool:
    """Whether the conversation asks to judge an answer."""
    return any(_JUDGED.search(_text_of(message.get("content"))) for message in body.get("messages", [])[-1:])


def verdict_on(body: Mapping[str, Any], verdicts: Mapping[str, object]) -> object:
    """The reply that was set for words of the judged answer; what is not known cannot be told."""
    judged = _JUDGED.search(_text_of(body["messages"][-1].get("content")))
    found = (reply for words, reply in verdicts.items() if judged is not None and words in judged["answer"])
    return next(found, {"verdict": "cannot_tell", "reason": "Nothing was set for it."})


def _honest(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    messages = body.get("messages", [])
    passages = seen_passages(messages)
    asked = " ".join(_QUESTION.findall("\n".join(_text_of(message.get("content")) for message in messages)))
    claims = []
    for entry in script:
        quotes = [{"passage": p.number, "quote": entry.needle} for p in passages if entry.needle in p.text]
        if quotes and entry.question.casefold() in asked.casefold():
            claims.append({"text": entry.claim, "quotes": quotes})
    return _said(claims)


def _said(claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    status = "answered" if claims else "not_in_sources"
    return {"status": status, "claims": claims, "positions": [], "history": []}


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
            return _said([{"text": order[1], "quotes": [quote]}])
    return _honest(script, body)


def _swapped_passages(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """True words, each said to stand in another of the passages."""
    reply = _honest(script, body)
    count = len(seen_passages(body.get("messages", [])))
    for claim in reply["claims"]:
        for quote in claim["quotes"]:
            quote["passage"] = quote["passage"] % count + 1
    return reply


def _outside_knowledge(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """What it was trained on, with words of a passage beside it."""
    quotes = [{"passage": p.number, "quote": p.text[:60]} for p in seen_passages(body.get("messages", []))[:1]]
    return _said([{"text": "Joaquim Almeida has repaired 1,987 boats since 2003.", "quotes": quotes}])


def _one_of_two_wrong(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """The truth, and the same with another number."""
    return _said([*_honest(script, body)["claims"], *_changed_number(script, body)["claims"]])


def _mends_when_told(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """Invents its quotes until it is told."""
    said = [_text_of(message.get("content")) for message in body.get("messages", [])]
    return (_honest if "letter by letter, nor in any other" in said[-1] else _invented_quote)(script, body)


def _copies_the_article(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """The sentence that answers, in the language of its article."""
    reply = _honest(script, body)
    texts = {p.number: p.text for p in seen_passages(body.get("messages", []))}
    for claim in reply["claims"]:
        first = claim["quotes"][0]
        at = texts[first["passage"]].index(first["quote"])
        claim["text"] = re.split(r"(?<=[.؟?!])\s", texts[first["passage"]][at:])[0]
    return reply


def _translates_when_told(script: Sequence[Scripted], body: Mapping[str, Any]) -> dict[str, Any]:
    """Copies the sentence until it is told."""
    told = "; write the same in " in _text_of(body.get("messages", [{}])[-1].get("content"))
    return (_honest if told else _copies_the_article)(script, body)


MODELS: dict[str, Callable[[Sequence[Scripted], Mapping[str, Any]], dict[str, Any]]] = {
    "honest": _honest,
    "invented_quote": _invented_quote,
    "changed_number": _changed_number,
    "unknown_passage": _unknown_passage,
    "obey_injection": _obey_injection,
    "swapped_passages": _swapped_passages,
    "outside_knowledge": _outside_knowledge,
    "one_of_two_wrong": _one_of_two_wrong,
    "mends_when_told": _mends_when_told,
    "copies_the_article": _copies_the_article,
    "translates_when_told": _translates_when_told,
}
WRAPPINGS: dict[str, Callable[[str], str]] = {
    "prose": lambda text: "I have read the passages and the answer is forty-two, I am quite sure.",
    "fenced_json": lambda text: f"Here is the answer {{as asked}}:\n\n```json\n{text}\n```\nI hope it helps.",
    "cut_json": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
}


class ScriptedChat:
    """A chat model that says what it was given to say, one reply a call, in pieces where it is asked for a stream."""

    name = "scripted"
    destination = "this machine"

    def __init__(self, *replies: object, piece: int = 7, prompt_tokens: int = 10) -> None:
        self.replies = [reply if isinstance(reply, Exception | str) else json.dumps(reply) for reply in replies]
        self.piece = piece
        self.prompt_tokens = prompt_tokens
        self.asked: list[tuple[Message, ...]] = []
        self.pieces = 0
        """How many pieces of the present stream have been taken."""
        self.closed = 0

    def complete(
        self, messages: Sequence[Message], *, schema: object, max_tokens: int, deadline: float | None
    ) -> Completion:
        """The next reply."""
        self.asked.append(tuple(messages))
        reply = self.replies[len(self.asked) - 1]
        if isinstance(reply, Exception):
            raise reply
        return Completion(reply, self.prompt_tokens, 5)

    def stream(
        self, messages: Sequence[Message], *, schema: object, max_tokens: int, deadline: float | None
    ) -> Generator[str, None, Completion]:
        """The next reply, piece by piece; one that ends in an ellipsis breaks off there."""
        done = self.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        self.pieces = 0
        text = done.text.removesuffix("…")
        try:
            for at in range(0, len(text), self.piece):
                self.pieces += 1
                yield text[at : at + self.piece]
        finally:
            self.closed += 1
        if text != done.text:
            raise ModelUnreadable("the stream ended without a finish reason")
        return done


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
