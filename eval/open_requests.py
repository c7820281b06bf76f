"""Requests that wait for a reply: a folder with a text file for each, to be handed to a model one at a time.

`012.txt` holds the messages of the first call about the twelfth question of the set, `012-2.txt` those of the second.
The reply goes into `012.reply.txt` as it came. `requests.jsonl` beside them says what each is, to the letter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.recorded import Call, Recordings, Request
from qa_plugin.errors import SettingsError
from qa_plugin.ports import Message
from qa_plugin.tokens import count_tokens

LIST = "requests.jsonl"
DONE = "filled"
"""Folder for requests whose replies have been taken."""


@dataclass(frozen=True, slots=True)
class Open:
    """A request that waits, and whose it is."""

    name: str
    id: str
    request: Request


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of taking replies."""

    recordings: Recordings
    taken: tuple[str, ...]
    waiting: tuple[str, ...]
    """Requests without a reply still."""


def write_open(folder: Path, waiting: Sequence[Open]) -> None:
    """Make the folder hold these requests and no others.

    Raises:
        SettingsError: A reply lies there that was given to other messages than now go by its name.
    """
    former = {one.name: one for one in read_open(folder)}
    now = {one.name: one for one in waiting}
    for name, one in former.items():
        same = name in now and now[name].request.digest == one.request.digest
        if not same and _reply(folder, name).exists():
            raise SettingsError(
                f"{_reply(folder, name)} answers what is no longer asked: take it with --fill, or move it away"
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name in former.keys() - now.keys():
        _request(folder, name).unlink(missing_ok=True)
    for name, one in now.items():
        _request(folder, name).write_bytes(as_text(one.request.messages).encode("utf-8"))
    _write_list(folder, waiting)


def read_open(folder: Path) -> list[Open]:
    """The requests of a folder; none where there is none.

    Raises:
        SettingsError: Its list cannot be read.
    """
    path = folder / LIST
    if not path.exists():
        return []
    try:
        return [_open(json.loads(line)) for line in path.read_bytes().decode("utf-8").split("\n") if line]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingsError(f"{path} is no list of requests ({error}): write it again with --record") from error


def as_text(messages: Sequence[Message]) -> str:
    """Messages to the letter, each but the first behind a line that says whose it is."""
    first, *others = messages
    return first.content + "".join(f"\n=== {message.role} ===\n{message.content}" for message in others)


def fill(recordings: Recordings, folder: Path, *, model: str | None = None, asked: str | None = None) -> Filled:
    """Put the replies that lie in a folder into the recordings, each as it is.

    Args:
        recordings: Those that the requests belong to.
        folder: Requests and replies.
        model: The name of what answered; must be said for the first replies.
        asked: How the requests were put to it, in a sentence; likewise.

    Raises:
        SettingsError: Nothing says which model answered, it is another than before, or a reply is no text.
    """
    taken: list[str] = []
    waiting: list[str] = []
    for one in read_open(folder):
        reply = _reply_text(folder, one.name)
        if reply is None:
            waiting.append(one.name)
            continue
        recordings = _with_reply(recordings, one, reply)
        taken.append(one.name)
    return Filled(_signed(recordings, model, asked) if taken else recordings, tuple(taken), tuple(waiting))


def set_aside(folder: Path, taken: Sequence[str]) -> None:
    """Move requests with their replies to where those that are done lie; only after the recordings are written."""
    requests = read_open(folder)
    (folder / DONE).mkdir(exist_ok=True)
    for one in requests:
        if one.name in taken:
            name = f"{one.name}.{one.request.digest[:8]}"
            _request(folder, one.name).replace(_request(folder / DONE, name))
            _reply(folder, one.name).replace(_reply(folder / DONE, name))
    _write_list(folder, [one for one in requests if one.name not in taken])


def _signed(recordings: Recordings, model: str | None, asked: str | None) -> Recordings:
    header = recordings.header
    for option, said, known in (("--answered-by", model, header.model), ("--asked-how", asked, header.asked)):
        if not (said or known):
            raise SettingsError(f"say {option}: nothing tells yet who answered, and how the requests were put")
        if said and known and said != known:
            raise SettingsError(f"{option} was {known!r} and is {said!r}: one file holds the replies of one model")
    today = datetime.now(UTC).date().isoformat()
    header = replace(header, model=model or header.model, asked=asked or header.asked, recorded=today)
    return replace(recordings, header=header)


def _with_reply(recordings: Recordings, one: Open, reply: str) -> Recordings:
    known = recordings.questions.get(one.id)
    if known is None:
        raise SettingsError(f"{one.name}: the recordings know no question {one.id}; write the requests again")
    request = one.request
    if any(call.request == request.digest for call in known.calls):
        return recordings
    call = Call(request.digest, request.kind, request.prompt, reply, request.tokens, count_tokens(reply))
    return recordings.with_question(replace(known, calls=(*known.calls, call)))


def _reply_text(folder: Path, name: str) -> str | None:
    path = _reply(folder, name)
    if not path.exists():
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    # A model that says nothing is rare, a file that was made and not yet written is not.
    return text if text.strip() else None


def _request(folder: Path, name: str) -> Path:
    return folder / f"{name}.txt"


def _reply(folder: Path, name: str) -> Path:
    return folder / f"{name}.reply.txt"


def _write_list(folder: Path, waiting: Sequence[Open]) -> None:
    rows = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in waiting)
    (folder / LIST).write_bytes(rows.encode("utf-8"))


def _open(row: dict[str, Any]) -> Open:
    fields = row["request"]
    messages = tuple(Message(**message) for message in fields["messages"])
    return Open(row["name"], row["id"], Request(**{**fields, "messages": messages}))
