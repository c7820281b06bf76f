"""What is said to a language model, and how its reply is read; no I/O.

Passages are fenced by a marker that is made from all of them and stands in none, so that no article can close its own
fence, and the same question over the same passages is the same request. The reply is read with tolerance for its
wrapping and none for its content: whatever has the wrong type or size is refused as a whole, and every quote is still
to be checked against its file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from qa_plugin.errors import ModelUnreadable
from qa_plugin.language.folding import cleaned, fold_text
from qa_plugin.ports import Message
from qa_plugin.prompting import Prompts

Status = Literal["answered", "conflicting", "not_in_sources"]

MAX_REPLY_CHARACTERS = 100_000
MAX_ITEMS = 20
"""Claims in a reply, positions in a reply, quotes of one of them."""
MAX_TEXT_CHARACTERS = 2_000
_MAX_HEADING_CHARACTERS = 300
_MAX_REPAIRED_CHARACTERS = 8_000
_MAX_FAILED_CHARACTERS = 400
"""Of a statement, and of the reason why it failed, as the model is told them; both hold what it said itself."""
_COPIES = "{} other files carry this report, as copies or translations; all are one source"
_MAX_STARTS = 200
"""Braces at which an object is looked for; bounds the work on a hostile reply."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it is shown to the model; `number` is what its quotes refer to."""

    number: int
    text: str
    language: str = "und"
    title: str | None = None
    published: str | None = None
    credits: tuple[str, ...] = ()
    copies: int = 0
    """How many other files carry the same report."""
    same_as: int = 0
    """The number of the first passage of the same article, where this is another; its heading says the rest."""


class PassageQuote(NamedTuple):
    """Words that the model says stand in a passage."""

    passage: int
    quote: str


@dataclass(frozen=True, slots=True)
class ReplyClaim:
    """A statement of the model with the quotes it rests on; unchecked."""

    text: str
    quotes: tuple[PassageQuote, ...]


@dataclass(frozen=True, slots=True)
class ReplyPosition:
    """One side of a disagreement, or what was said before it was corrected, as the model sees it; unchecked."""

    statement: str
    attributed_to: str | None
    quotes: tuple[PassageQuote, ...]


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A reply of the right form; what it says is still to be verified."""

    status: Status
    claims: tuple[ReplyClaim, ...] = ()
    positions: tuple[ReplyPosition, ...] = ()
    history: tuple[ReplyPosition, ...] = ()


# ---------------------------------------------------------------- what is sent


def answer_messages(
    question: str,
    *,
    language: str,
    passages: Sequence[Passage],
    prompts: Prompts,
    draw: Callable[[], str] | None = None,
) -> tuple[Message, ...]:
    """The conversation that asks for an answer.

    Args:
        question: As the person typed it.
        language: English name of the language to answer in.
        passages: In the order in which they are to be read.
        prompts: The templates.
        draw: Where the marker comes from; `markers` of all that is shown unless given.
    """
    asked = _one_line(question)
    marker = fence_marker([asked, *(part for passage in passages for part in _block(passage))], draw=draw)
    blocks = "\n\n".join(fenced(passage, marker) for passage in passages)
    user = prompts.answer_user.fill(marker=marker, passages=blocks, question=asked, language=_one_line(language))
    return (Message("system", prompts.answer_system.fill()), Message("user", user))


def fenced(passage: Passage, marker: str) -> str:
    """A passage with its heading, between the lines that carry the marker."""
    heading, text = _block(passage)
    return f"[{marker}] begin passage {passage.number}\n{heading}\n\n{text}\n[{marker}] end passage {passage.number}"


def repair_messages(
    messages: Sequence[Message], *, reply: str, problem: str, language: str, prompts: Prompts
) -> tuple[Message, ...]:
    """The same conversation, with the reply that could not be read and a request to send it again."""
    again = prompts.repair_user.fill(problem=_one_line(problem), language=_one_line(language))
    return (*messages, Message("assistant", _said(reply)), Message("user", again))


def recheck_messages(
    messages: Sequence[Message], *, reply: str, failures: Sequence[tuple[str, str]], language: str, prompts: Prompts
) -> tuple[Message, ...]:
    """The same conversation, with the reply of which some statements failed; `failures` are those, each with why."""
    listed = "\n".join(f"- {_failed(statement)}\n  {_failed(reason)}" for statement, reason in failures)
    again = prompts.recheck_user.fill(failures=listed, language=_one_line(language))
    return (*messages, Message("assistant", _said(reply)), Message("user", again))


def _failed(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= _MAX_FAILED_CHARACTERS else f"{line[:_MAX_FAILED_CHARACTERS]}…"


def _said(reply: str) -> str:
    return cleaned(reply)[:_MAX_REPAIRED_CHARACTERS].strip() or "(empty)"


def fence_marker(texts: Sequence[str], *, draw: Callable[[], str] | None = None) -> str:
    """A marker that stands in none of the texts, not even written in other digits or letter forms."""
    draw = draw or markers(texts)
    folded = [fold_text(text) for text in texts]
    marker = draw()
    while any(fold_text(marker) in text for text in folded):
        # Each further draw makes it longer, so that this ends whatever is drawn.
        marker += draw()
    return marker


def markers(texts: Sequence[str]) -> Callable[[], str]:
    """A source of markers that are the same for the same texts.

    No text can hold the marker drawn from it: `fence_marker` draws again while one does.
    """
    digest = hashlib.sha256(json.dumps(list(texts)).encode())

    def draw() -> str:
        digest.update(b"next")
        # It stands twice at each passage, and nine digits are three tokens.
        return str(10**8 + int.from_bytes(digest.digest()) % (9 * 10**8))

    return draw


def reply_schema() -> dict[str, Any]:
    """JSON schema of a reply, in the subset that strict structured output takes.

    The same for every question: servers compile a schema when they first see it.
    """
    quotes = _array(_object(passage={"type": "integer"}, quote={"type": "string"}))
    claim = _object(text={"type": "string"}, quotes=quotes)
    position = _object(statement={"type": "string"}, attributed_to={"type": ["string", "null"]}, quotes=quotes)
    former = _object(statement={"type": "string"}, quotes=quotes)
    status = {"type": "string", "enum": ["answered", "conflicting", "not_in_sources"]}
    return _object(status=status, claims=_array(claim), positions=_array(position), history=_array(former))


def plan_schema(languages: Sequence[str]) -> dict[str, Any]:
    """JSON schema of a plan; without translations where no language is named."""
    text = {"type": "string"}
    plan = {"question": text, "parts": _array(text)}
    return _object(**plan, **({"translations": _object(**dict.fromkeys(languages, text))} if languages else {}))


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _block(passage: Passage) -> tuple[str, str]:
    """Heading and text; what is not known of an article is left out."""
    text = cleaned(passage.text).strip()
    if passage.same_as:
        return f"article: as passage {passage.same_as}", text
    known = {
        "language": passage.language or "und",
        "title": passage.title or "",
        "published": passage.published or "",
        "credited to": ", ".join(_one_line(name) for name in passage.credits),
        "copies": _COPIES.format(passage.copies) if passage.copies else "",
    }
    lines = [f"{name}: {value}" for name, said in known.items() if (value := _one_line(said))]
    return "\n".join(line[:_MAX_HEADING_CHARACTERS] for line in lines), text


def _one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


# ---------------------------------------------------------------- what comes back


def parse_reply(text: str) -> ModelReply:
    """Read a reply, in whatever it is wrapped.

    Raises:
        ModelUnreadable: It holds no object of the asked form; the message says what is wrong with it, in
            words that the model can be told, and `reply` is the text.
    """
    try:
        return _reply(_find_object(text, ("status",)))
    except _WrongFormError as wrong:
        raise ModelUnreadable(str(wrong), reply=text) from wrong


def parse_item(name: str, value: dict[str, Any]) -> ReplyClaim | ReplyPosition | None:
    """One entry of a reply's `claims` or `positions`; None where its form is wrong."""
    try:
        return _claim(value, 1) if name == "claims" else _position(value, "position 1")
    except _WrongFormError:
        return None


def find_object(text: str, names: Collection[str]) -> dict[str, Any]:
    """The last JSON object of a reply that has one of these names, in whatever it is wrapped.

    Raises:
        ModelUnreadable: There is none.
    """
    try:
        return _find_object(text, names)
    except _WrongFormError as wrong:
        raise ModelUnreadable(str(wrong), reply=text) from wrong


class _WrongFormError(ValueError):
    """What is wrong with a reply, in a sentence."""


# A string, or a comma before a closing bracket; an unfinished string runs to the end, so that this is linear.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|,(?=\s*+[}\]])', re.DOTALL)


def _find_object(text: str, names: Collection[str]) -> dict[str, Any]:
    if len(text) > MAX_REPLY_CHARACTERS:
        raise _WrongFormError(f"the reply has more than {MAX_REPLY_CHARACTERS} characters.")
    if not text.strip():
        raise _WrongFormError("the reply is empty.")
    for candidate in (text, _TRAILING_COMMA.sub(lambda match: match.group(1) or "", text)):
        found = [value for value in _objects(candidate) if not value.keys().isdisjoint(names)]
        if found:
            return found[-1]  # models think aloud first
    wanted = " or ".join(f'"{name}"' for name in names)
    raise _WrongFormError(f"the reply holds no complete JSON object with a {wanted}.")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, from left to right, none inside another."""
    decoder = json.JSONDecoder(strict=False)
    at = text.find("{")
    for _ in range(_MAX_STARTS):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield cast("dict[str, Any]", value)
        at = text.find("{", end)


def _reply(value: dict[str, Any]) -> ModelReply:
    status = value["status"]
    if status == "not_in_sources":
        return ModelReply("not_in_sources")
    claims = tuple(_claim(item, at) for at, item in enumerate(_items(value, "claims", "the reply"), start=1))
    positions, history = (
        tuple(_position(item, f"{one} {at}") for at, item in enumerate(_items(value, name, "the reply"), start=1))
        for name, one in (("positions", "position"), ("history", "history entry"))
    )
    if status == "answered":
        if not claims:
            raise _WrongFormError('"status" is "answered", but "claims" is empty.')
        return ModelReply("answered", claims, history=history)
    if status == "conflicting":
        if len(positions) < 2:
            raise _WrongFormError('"status" is "conflicting", but "positions" holds fewer than two.')
        return ModelReply("conflicting", claims, positions, history)
    raise _WrongFormError('"status" is none of "answered", "conflicting" and "not_in_sources".')


def _claim(item: object, at: int) -> ReplyClaim:
    where = f"claim {at}"
    fields = _fields(item, where)
    return ReplyClaim(_text(fields, "text", where), _quotes(fields, where))


def _position(item: object, where: str) -> ReplyPosition:
    fields = _fields(item, where)
    attributed = fields.get("attributed_to")
    return ReplyPosition(
        _text(fields, "statement", where),
        None if attributed is None or attributed == "" else _text(fields, "attributed_to", where),
        _quotes(fields, where),
    )


def _quotes(fields: dict[str, Any], where: str) -> tuple[PassageQuote, ...]:
    quotes = []
    for item in _items(fields, "quotes", where):
        quote = _fields(item, f"a quote of {where}")
        number = quote.get("passage")
        # A bool is an int in Python, and True would stand for passage 1.
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 10**6:
            raise _WrongFormError(f'"passage" in a quote of {where} is not the number of a passage.')
        quotes.append(PassageQuote(number, _text(quote, "quote", f"a quote of {where}")))
    return tuple(quotes)


def _fields(item: object, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise _WrongFormError(f"{where} is not an object.")
    return item


def _items(fields: dict[str, Any], name: str, where: str) -> list[Any]:
    """A list that may be left out, as models do where it would be empty."""
    items = fields.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        raise _WrongFormError(f'"{name}" of {where} is not a list.')
    if len(items) > MAX_ITEMS:
        raise _WrongFormError(f'"{name}" of {where} has more than {MAX_ITEMS} entries.')
    return items


def _text(fields: dict[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise _WrongFormError(f'"{name}" of {where} is not a string.')
    value = cleaned(value).strip()
    if not value:
        raise _WrongFormError(f'"{name}" of {where} is empty.')
    if len(value) > MAX_TEXT_CHARACTERS:
        raise _WrongFormError(f'"{name}" of {where} has more than {MAX_TEXT_CHARACTERS} characters.')
    return value
