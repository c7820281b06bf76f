"""Recordings: what a language model was sent about each question, and what it really replied; the file they lie in.

A recording keeps the passages and the marker around them, so that the very messages can be made again from it as long
as prompts, schema and the form of passages stay as they were. Replies stand in it to the letter, right or wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from qa_plugin.answering.packing import Packed
from qa_plugin.errors import SettingsError
from qa_plugin.ports import Message
from qa_plugin.prompting import Prompts, prompt_hash
from qa_plugin.records import SourceInfo
from qa_plugin.tokens import count_tokens

FORMAT = 1
Kind = Literal["answer", "repair", "recheck"]
_AROUND_MESSAGE = 4
"""Tokens that a chat format puts around each message."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a language model, before there is a reply."""

    digest: str
    kind: Kind
    prompt: str
    """Hash of the templates that its kind is made of: a reply to others is stale."""
    messages: tuple[Message, ...]

    @classmethod
    def of(cls, messages: Sequence[Message], schema: Mapping[str, Any] | None, prompts: Prompts) -> Self:
        """The request that these messages are."""
        said = json.dumps([[m.role, m.content] for m in messages], ensure_ascii=False)
        form = json.dumps(schema, sort_keys=True)
        digest = hashlib.sha256(f"{said}\0{form}".encode("utf-8", "replace")).hexdigest()
        kind = _kind_of(messages, prompts)
        return cls(digest, kind, prompt_of(kind, prompts), tuple(messages))

    @property
    def tokens(self) -> int:
        """Tokens of its messages."""
        return sum(count_tokens(message.content) + _AROUND_MESSAGE for message in self.messages)


def _kind_of(messages: Sequence[Message], prompts: Prompts) -> Kind:
    if len(messages) <= 2:
        return "answer"
    begin = prompts.repair_user.text.split("$", 1)[0]
    return "repair" if messages[-1].content.startswith(begin) else "recheck"


def prompt_of(kind: Kind, prompts: Prompts) -> str:
    """Hash of the templates that a kind of request is made of."""
    of_kind = {
        "answer": (prompts.answer_system, prompts.answer_user),
        "repair": (prompts.repair_user,),
        "recheck": (prompts.recheck_user,),
    }
    return prompt_hash(of_kind[kind])


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was made, with the reply to it; tokens are counted by tiktoken."""

    request: str
    kind: Kind
    prompt: str
    reply: str
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A passage as it was sent, with what its heading was made of."""

    source: str
    start: int
    end: int
    text: str
    language: str
    title: str | None
    published: str | None
    credits: tuple[str, ...]
    copies: int
    same_as: int

    @classmethod
    def of(cls, packed: Packed) -> Self:
        """What is kept of a passage."""
        info = packed.info
        place = (info.source, packed.start, packed.end, packed.text)
        known = (info.language, info.title, info.published, info.credits)
        return cls(*place, *known, packed.others, packed.same_as)

    def packed(self, info: SourceInfo) -> Packed:
        """The passage again, as a file of the present index; its heading stays as it was."""
        then = replace(
            info, language=self.language, title=self.title, published=self.published, credits=tuple(self.credits)
        )
        return Packed(then, self.start, self.end, self.text, (), self.copies, self.same_as)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One question: what is sent about it, and the calls that were answered, in their order."""

    id: str
    marker: str
    """Stands around each passage."""
    passages: tuple[Sent, ...]
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Who answered the requests, and how they were put."""

    format: int = FORMAT
    model: str | None = None
    asked: str | None = None
    """How the requests reached the model, in a sentence."""
    recorded: str | None = None
    """Day of the last reply."""
    prompt_hash: str | None = None
    """Of all prompts, as answers carry it, when requests were last written."""
    context_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Recordings:
    """A file of recordings."""

    header: Header = field(default_factory=Header)
    questions: Mapping[str, Recorded] = field(default_factory=dict)

    def with_question(self, recorded: Recorded) -> Recordings:
        """The same with one question added, or put in the place of what it was."""
        return replace(self, questions={**self.questions, recorded.id: recorded})


def load_recordings(path: Path) -> Recordings:
    """Read a file of recordings; one that is not there yet holds none.

    Raises:
        SettingsError: It cannot be read, or is no such file.
    """
    if not path.exists():
        return Recordings()
    try:
        first, *others = path.read_bytes().decode("utf-8").rstrip("\n").split("\n")
        header = Header(**json.loads(first))
        found = [_recorded(json.loads(line)) for line in others]
    except OSError as error:
        raise SettingsError(f"cannot read the recordings {path}: {error.strerror or error}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise SettingsError(f"{path} is no file of recordings ({error})") from error
    if header.format != FORMAT:
        raise SettingsError(f"{path} has format {header.format}, and {FORMAT} is what is read here: record again")
    return Recordings(header, {one.id: one for one in found})


def _recorded(row: dict[str, Any]) -> Recorded:
    passages = tuple(Sent(**{**passage, "credits": tuple(passage["credits"])}) for passage in row["passages"])
    return Recorded(row["id"], row["marker"], passages, tuple(Call(**call) for call in row["calls"]))


def save_recordings(recordings: Recordings, path: Path) -> None:
    """Write a file of recordings; what was there is replaced at once or not at all."""
    rows = [asdict(recordings.header), *map(asdict, recordings.questions.values())]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(text.encode("utf-8"))
    beside.replace(path)
