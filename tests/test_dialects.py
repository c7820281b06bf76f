"""What a server takes: found out by what it rejects, remembered beyond the process, and doubted in time."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.errors import ModelRefused
from qa_plugin.models import dialects
from qa_plugin.models.dialects import Dialect, Dialects, spoken
from qa_plugin.ports import Completion, Message
from qa_plugin.settings import Settings
from qa_plugin.store.cache import CACHE_NAME, DiskCache
from qa_plugin.wiring import choose_model
from tests.fake_openai import FakeOpenAI
from tests.model_clients import ASK, chat_at, complete, stream

WEEK_SECONDS = 7 * 24 * 3600


class Kept:
    """A memory that can be looked into."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.texts.get(key)

    def put(self, key: str, value: str) -> None:
        self.texts[key] = value

    def change(self, **values: object) -> None:
        """Rewrite what is kept, as another process might have."""
        for key, value in self.texts.items():
            self.texts[key] = json.dumps(json.loads(value) | values)


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture(autouse=True)
def _new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    new_process(monkeypatch)


def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process found out."""
    monkeypatch.setattr(dialects, "_known", {})


def roles(fake: FakeOpenAI) -> list[list[str]]:
    return [[message["role"] for message in request.body["messages"]] for request in fake.requests]


@pytest.mark.parametrize(
    ("behaviour", "first", "later"),
    [
        ("no_json_schema", 2, 1),
        ("plain_only", 3, 1),
        ("reasoning", 3, 1),
        ("no_system_role", 2, 1),
        ("no_system_role_500", 2, 1),
        ("no_stream", 2, 1),
        ("no_stream_options", 2, 1),
    ],
)
def test_what_was_learnt_is_known_to_the_next_process(
    fake: FakeOpenAI, kept: Kept, monkeypatch: pytest.MonkeyPatch, behaviour: str, first: int, later: int
) -> None:
    fake.chat = behaviour
    for requests in (first, later):
        new_process(monkeypatch)
        fake.requests.clear()
        chat = chat_at(fake, memory=kept)
        assert '"not_in_sources"' in stream(chat)[1].text
        assert len(fake.requests) == requests
        assert '"not_in_sources"' in complete(chat)
        chat.close()


def test_one_model_at_one_server_says_nothing_of_another(
    fake: FakeOpenAI, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.chat = "no_json_schema"
    complete(chat_at(fake, memory=kept))
    for chat in (chat_at(fake, memory=kept, base_url=f"{fake.base_url}/other"), chat_at(fake, memory=Kept())):
        new_process(monkeypatch)
        fake.requests.clear()
        complete(chat)
        assert len(fake.requests) == 2


def test_neither_key_nor_address_is_kept(fake: FakeOpenAI, kept: Kept) -> None:
    fake.chat = "no_json_schema"
    complete(chat_at(fake, memory=kept))
    Dialects("https://user:s3cret@x.org/v1/p4th", "m", first=Dialect(), memory=kept).keep(Dialect())
    written = json.dumps(kept.texts)
    assert "json_object" in written
    for secret in ("s3cret", "user", "p4th", fake.api_key, "127.0.0.1"):
        assert secret not in written


def test_passwords_and_queries_make_no_difference(kept: Kept) -> None:
    addresses = ["https://a:b@x.org/v1", "https://x.org/v1?k=1", "https://x.org/v1"]
    for address in addresses:
        Dialects(address, "m", first=Dialect(), memory=kept).keep(Dialect(form="plain"))
    assert len(kept.texts) == 1


def test_after_a_week_a_server_is_tried_anew(fake: FakeOpenAI, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.chat = "plain_only"
    complete(chat_at(fake, memory=kept))
    fake.chat = "honest"
    since = json.loads(next(iter(kept.texts.values())))["since"]
    for age, form in ((WEEK_SECONDS - 60, None), (WEEK_SECONDS + 60, "json_schema")):
        new_process(monkeypatch)
        kept.change(since=since - age)
        complete(chat_at(fake, memory=kept))
        assert (fake.requests[-1].body.get("response_format") or {}).get("type") == form


def test_using_what_is_known_does_not_make_it_younger(fake: FakeOpenAI, kept: Kept) -> None:
    fake.chat = "plain_only"
    chat = chat_at(fake, memory=kept)
    complete(chat)
    before = dict(kept.texts)
    complete(chat)
    assert kept.texts == before


def test_two_memories_in_one_process_both_learn(fake: FakeOpenAI, kept: Kept) -> None:
    fake.chat = "plain_only"
    complete(chat_at(fake, memory=kept))
    other = Kept()
    complete(chat_at(fake, memory=other))
    assert other.texts == kept.texts


def test_what_proves_wrong_is_forgotten(fake: FakeOpenAI, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.chat = "reasoning"
    complete(chat_at(fake, memory=kept))
    fake.chat = "old_length_only"
    for requests in (2, 1):
        new_process(monkeypatch)
        fake.requests.clear()
        complete(chat_at(fake, memory=kept))
        assert len(fake.requests) == requests
    assert "max_tokens" in fake.requests[-1].body


def test_a_rejection_that_nothing_explains_is_tried_once_from_the_beginning(
    fake: FakeOpenAI, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.chat = "plain_only"
    complete(chat_at(fake, memory=kept))
    fake.chat = "honest"
    fake.next_chat = ["bad_request"]
    fake.requests.clear()
    assert '"not_in_sources"' in complete(chat_at(fake, memory=kept))
    assert [("response_format" in request.body) for request in fake.requests] == [False, True]
    fake.chat = "bad_request"
    fake.requests.clear()
    with pytest.raises(ModelRefused, match="Nonsense in the request"):
        complete(chat_at(fake, memory=kept))
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", "null", '{"form": "verse"}', '{"form": ["plain"], "since": 1}', "[" * 100_000, "\ud800"],
)
def test_a_memory_that_holds_nonsense_is_no_memory(
    fake: FakeOpenAI, kept: Kept, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    complete(chat_at(fake, memory=kept))
    kept.texts = dict.fromkeys(kept.texts, text)
    new_process(monkeypatch)
    assert '"not_in_sources"' in complete(chat_at(fake, memory=kept))
    assert len(fake.requests) == 2


@pytest.mark.parametrize(
    "values",
    [{"form": "verse"}, {"form": {}}, {"length": []}, {"stream": 1}, {"system": None}, {"since": "x"}, {"since": 9e99}],
)
def test_a_memory_of_another_version_is_no_memory(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    known = Dialects("https://x.org/v1", "m", first=Dialect(), memory=kept)
    known.keep(Dialect(form="plain"))
    new_process(monkeypatch)
    assert known.known() == Dialect(form="plain")
    new_process(monkeypatch)
    kept.change(**values)
    assert known.known() is None


def test_the_index_remembers(fake: FakeOpenAI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.chat = "plain_only"
    settings = Settings(store=tmp_path, api_key=fake.api_key, base_url=fake.base_url, model="fake-chat")
    for requests in (3, 1):
        new_process(monkeypatch)
        fake.requests.clear()
        chat = choose_model(settings)
        assert chat is not None
        assert complete(chat)
        assert len(fake.requests) == requests
    DiskCache(tmp_path).clear()
    new_process(monkeypatch)
    chat = choose_model(settings)
    assert chat is not None
    assert complete(chat)
    assert len(fake.requests) == 4


def test_with_the_cache_off_nothing_is_remembered_on_disk(
    fake: FakeOpenAI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.chat = "plain_only"
    settings = Settings(store=tmp_path, api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", cache=False)
    for _ in range(2):
        new_process(monkeypatch)
        fake.requests.clear()
        chat = choose_model(settings)
        assert chat is not None
        assert complete(chat)
        assert len(fake.requests) == 3
    assert not (tmp_path / CACHE_NAME).exists()


# ---------------------------------------------------------------- single steps


@pytest.mark.parametrize("behaviour", ["no_system_role", "no_system_role_500"])
def test_without_a_system_role_its_text_stands_before_the_question(fake: FakeOpenAI, behaviour: str) -> None:
    fake.chat = behaviour
    chat = chat_at(fake)
    complete(chat)
    stream(chat)
    chat.close()
    assert roles(fake) == [["system", "user"], ["user"], ["user"]]
    assert fake.requests[-1].body["messages"][0]["content"] == "Answer in JSON.\n\nQuestion: How many boats?"


def test_where_the_text_of_the_system_goes() -> None:
    system, user, assistant = Message("system", "S"), Message("user", "U"), Message("assistant", "A")
    without = Dialect(system=False)
    assert spoken([system, user, assistant, user], without) == [Message("user", "S\n\nU"), assistant, user]
    assert spoken([system, Message("system", "T")], without) == [Message("user", "S\n\nT")]
    assert spoken([user, assistant], without) == [user, assistant]
    assert spoken([system, user], Dialect()) == [system, user]


def test_a_server_that_takes_the_schema_and_keeps_to_nothing_is_asked_otherwise(fake: FakeOpenAI) -> None:
    fake.chat = "ignores_json_schema"
    for ask in (complete, lambda chat: stream(chat)[1].text):
        chat = chat_at(fake, base_url=f"{fake.base_url}/{id(ask)}")
        assert "{" not in ask(chat)
        assert '"not_in_sources"' in ask(chat)
        chat.close()


# ---------------------------------------------------------------- what it took


def _counted(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize(
    "behaviour",
    ["usage_missing", "usage_list", "usage_zero", "usage_negative", "usage_text", "usage_true", "usage_huge"],
)
@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "whole"])
def test_figures_that_cannot_be_are_counted_here(fake: FakeOpenAI, behaviour: str, *, streamed: bool) -> None:
    fake.chat = behaviour
    chat = chat_at(fake, count_tokens=_counted)
    completion: Completion = (
        stream(chat)[1] if streamed else chat.complete(ASK, schema=None, max_tokens=300, deadline=None)
    )
    chat.close()
    words = sum(_counted(message.content) for message in ASK)
    assert words < completion.prompt_tokens < words + 20
    assert completion.completion_tokens == _counted(completion.text)
    assert completion.estimated


def test_figures_that_can_be_are_taken(fake: FakeOpenAI) -> None:
    chat = chat_at(fake, count_tokens=_counted)
    completion = stream(chat)[1]
    chat.close()
    assert (completion.prompt_tokens, completion.completion_tokens, completion.estimated) == (120, 34, False)


def test_one_thread_may_forget_what_another_keeps() -> None:
    dialects = Dialects("http://far.test/v1", "m", first=Dialect(), memory=None)
    wrong: list[BaseException] = []
    until = time.monotonic() + 0.5
    before = sys.getswitchinterval()

    def over_and_over(work: Callable[[], object]) -> None:
        while time.monotonic() < until and not wrong:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - looked at below
                wrong.append(error)

    sys.setswitchinterval(1e-6)
    try:
        works: list[Callable[[], object]] = [lambda: dialects.keep(Dialect()), dialects.forget]
        threads = [threading.Thread(target=over_and_over, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []
