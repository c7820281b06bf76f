"""Limits before a call, a bill after it, and nothing paid for twice."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_plugin.errors import BudgetExceeded, ModelRefused, ModelUnavailable, ModelUnreadable
from qa_plugin.ports import THIS_MACHINE, Completion, Message
from qa_plugin.records import Usage
from qa_plugin.settings import Settings
from qa_plugin.spending import Bill, CachedChat, PaidEmbedder, check_budget, cost_usd, tokens_of
from qa_plugin.store.cache import DiskCache
from tests.fake_openai import FakeOpenAI
from tests.model_clients import chat_at, complete

ASKED = (Message("system", "Answer in JSON."), Message("user", "How many boats?"))
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
REPLY = '{"n": 40}'


class Hosted:
    """A model somewhere else: says what it is given to say, in order, the last for ever; a stream by four letters."""

    def __init__(self, *says: Completion | Exception, name: str = "gpt-4o-mini", destination: str = "far.test") -> None:
        self.name = name
        self.destination = destination
        self._says = list(says) or [Completion(REPLY, 1000, 100)]
        self.calls: list[Sequence[Message]] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Completion:
        self.calls.append(messages)
        said = self._says.pop(0) if len(self._says) > 1 else self._says[0]
        if isinstance(said, Exception):
            raise said
        return said

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None,
        max_tokens: int,
        deadline: float | None,
    ) -> Generator[str, None, Completion]:
        done = self.complete(messages, schema=schema, max_tokens=max_tokens, deadline=deadline)
        for at in range(0, len(done.text), 4):
            yield done.text[at : at + 4]
        return done


class Words:
    """An embedder that costs: the vector of a text counts its letters."""

    name = "text-embedding-3-small"
    costs = True
    destination = "far.test"

    def __init__(self, dimension: int = 4, fingerprint: str = "words 1") -> None:
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.sent: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.sent += texts
        rows = [[float(len(text)), *[1.0] * (self.dimension - 1)] for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = -self.embed_documents([text])[0]
        return vector


def ask(model: Any, asked: Sequence[Message] = ASKED, schema: Mapping[str, Any] | None = SCHEMA) -> Completion:
    done: Completion = model.complete(asked, schema=schema, max_tokens=500, deadline=None)
    return done


def streamed(model: Any) -> tuple[list[str], Completion]:
    pieces = model.stream(ASKED, schema=SCHEMA, max_tokens=500, deadline=None)
    came = []
    while True:
        try:
            came.append(next(pieces))
        except StopIteration as end:
            return came, end.value


# ---------------------------------------------------------------- limits


def test_the_tokens_of_a_prompt_count_messages_and_schema() -> None:
    plain = tokens_of(ASKED, None, "o200k_base")
    assert 8 < plain < 30
    assert tokens_of(ASKED, SCHEMA, "o200k_base") > plain + 10
    assert tokens_of([*ASKED, *ASKED], None, "o200k_base") > 2 * plain - 10


def test_without_limits_nothing_is_refused() -> None:
    check_budget(Settings(), Hosted(name="unknown"), 10**9, 10**9)


def test_too_many_tokens_are_refused() -> None:
    settings = Settings(max_prompt_tokens=1_000)
    check_budget(settings, Hosted(), 1_000, 500)
    with pytest.raises(BudgetExceeded, match=r"send 1,001 tokens to gpt-4o-mini, and 1,000 .* --max-prompt-tokens"):
        check_budget(settings, Hosted(), 1_001, 500)
    with pytest.raises(BudgetExceeded, match="1,200"):
        check_budget(settings, Hosted(), 600, 500, spent=Usage(prompt_tokens=600))
    with pytest.raises(BudgetExceeded):
        check_budget(settings, Hosted(destination=THIS_MACHINE), 1_001, 500)


def test_too_much_money_is_refused_with_the_longest_reply_in_mind() -> None:
    settings = Settings(max_cost_usd=0.00075)
    check_budget(settings, Hosted(), 1_000, 1_000)
    with pytest.raises(BudgetExceeded, match=r"cost up to 0\.00081 USD at gpt-4o-mini.*QA_PLUGIN_MAX_COST"):
        check_budget(settings, Hosted(), 1_000, 1_100)
    with pytest.raises(BudgetExceeded):
        check_budget(settings, Hosted(), 1_000, 1_000, spent=Usage(cost_usd=0.0001))
    check_budget(settings, Hosted(destination=THIS_MACHINE), 10**6, 10**6)


def test_a_limit_cannot_be_kept_where_the_price_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(BudgetExceeded, match=r"price of our-model is not known.*QA_PLUGIN_PRICES"):
        check_budget(Settings(max_cost_usd=5), Hosted(name="our-model"), 1, 1)
    own = tmp_path / "prices.toml"
    own.write_text('dated = "2031-01-02"\n[chat."our-model"]\nprompt = 1\ncompletion = 1\n', encoding="utf-8")
    check_budget(Settings(max_cost_usd=5, prices=own), Hosted(name="our-model"), 1, 1)


# ---------------------------------------------------------------- the bill


def test_every_call_goes_on_the_bill_with_its_cost() -> None:
    bill = Bill(Settings(), Hosted())
    assert bill.usage == Usage()
    ask(bill.model)
    ask(bill.model)
    assert bill.usage == Usage(2000, 200, 0, 2 * (1000 * 0.15 + 100 * 0.60) / 1e6)


def test_what_the_server_does_not_count_is_counted_here() -> None:
    bill = Bill(Settings(), Hosted(Completion(REPLY)))
    ask(bill.model)
    assert bill.usage.prompt_tokens == tokens_of(ASKED, SCHEMA, "o200k_base")
    assert 3 <= bill.usage.completion_tokens <= 8
    assert bill.usage.estimated


@pytest.mark.parametrize("here", [True, False], ids=["here", "there"])
def test_the_bill_says_whether_tokens_were_estimated(*, here: bool) -> None:
    bill = Bill(Settings(), Hosted(Completion(REPLY, 1000, 100, estimated=here), Completion(REPLY, 1000, 100)))
    ask(bill.model)
    ask(bill.model)
    assert bill.usage.estimated is here


def test_an_unknown_price_makes_the_cost_unknown_and_this_machine_none() -> None:
    unknown = Bill(Settings(), Hosted(name="our-model"))
    ask(unknown.model)
    assert (unknown.usage.prompt_tokens, unknown.usage.cost_usd) == (1000, None)
    local = Bill(Settings(), Hosted(name="our-model", destination=THIS_MACHINE))
    ask(local.model)
    assert (local.usage.prompt_tokens, local.usage.cost_usd) == (1000, 0.0)


def test_a_reply_that_cannot_be_used_was_paid_for_and_a_refusal_was_not() -> None:
    bill = Bill(
        Settings(), Hosted(ModelUnreadable("cut", reply="words " * 50), ModelRefused("no"), ModelUnavailable(""))
    )
    for kind in (ModelUnreadable, ModelRefused, ModelUnavailable):
        with pytest.raises(kind):
            ask(bill.model)
    assert bill.usage.prompt_tokens == tokens_of(ASKED, SCHEMA, "o200k_base")
    assert 45 <= bill.usage.completion_tokens <= 60
    assert bill.usage.cost_usd


def test_a_call_over_the_limit_is_not_made_and_what_came_before_counts() -> None:
    model = Hosted(Completion(REPLY, 900, 10))
    bill = Bill(Settings(max_prompt_tokens=920), model)
    ask(bill.model)
    with pytest.raises(BudgetExceeded):
        ask(bill.model)
    assert len(model.calls) == 1
    assert bill.usage.prompt_tokens == 900


def test_a_question_at_an_embedder_that_costs_goes_on_the_bill() -> None:
    bill = Bill(Settings(), None)
    assert bill.model is None
    vector = bill.embed_query(PaidEmbedder(Words(), encoding="cl100k_base"), "How many boats were repaired?")
    assert vector.shape == (4,)
    assert bill.usage.embedding_tokens == 6
    assert bill.usage.cost_usd == cost_usd("embedding", "text-embedding-3-small", 6)


def test_a_stream_goes_on_the_bill_when_it_ends() -> None:
    bill = Bill(Settings(), Hosted(Completion(REPLY, 1000, 100)))
    came, done = streamed(bill.model)
    assert (came, done.text) == (['{"n"', ": 40", "}"], REPLY)
    assert (bill.usage.prompt_tokens, bill.usage.completion_tokens) == (1000, 100)


def test_a_stream_that_is_given_up_is_charged_as_far_as_it_came() -> None:
    bill = Bill(Settings(), Hosted(Completion("one two three four five six", 1000, 100)))
    assert bill.model is not None
    pieces = bill.model.stream(ASKED, schema=None, max_tokens=500, deadline=None)
    assert next(pieces) == "one "
    pieces.close()
    assert bill.usage.prompt_tokens == tokens_of(ASKED, None, "o200k_base")
    assert 1 <= bill.usage.completion_tokens <= 2
    assert bill.usage.estimated


# ---------------------------------------------------------------- replies that are kept


def test_the_same_request_is_made_once(tmp_path: Path) -> None:
    model = Hosted()
    first = ask(CachedChat(model, DiskCache(tmp_path)))
    again = CachedChat(model, DiskCache(tmp_path))
    kept = ask(again)
    assert (first.text, first.kept, first.prompt_tokens) == (REPLY, False, 1000)
    assert (kept.text, kept.kept, kept.prompt_tokens, kept.completion_tokens) == (REPLY, True, 0, 0)
    assert (len(model.calls), again.kept) == (1, 1)


def test_anything_else_is_another_request(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    ask(CachedChat(Hosted(), cache))
    for other, asked, schema in (
        (Hosted(name="gpt-4o"), ASKED, SCHEMA),
        (Hosted(destination="near.test"), ASKED, SCHEMA),
        (Hosted(), ASKED[1:], SCHEMA),
        (Hosted(), ASKED, {**SCHEMA, "required": []}),
        (Hosted(), (Message("user", ASKED[0].content), ASKED[1]), SCHEMA),
    ):
        assert not ask(CachedChat(other, cache), asked, schema).kept
    longer = CachedChat(Hosted(), cache).complete(ASKED, schema=SCHEMA, max_tokens=501, deadline=None)
    assert not longer.kept
    assert ask(CachedChat(Hosted(), cache)).kept


def test_two_servers_on_one_machine_keep_their_replies_apart(tmp_path: Path) -> None:
    with FakeOpenAI({"boats": "40 boats."}) as one, FakeOpenAI({"boats": "50 boats."}) as other:
        for server in (one, other, one):
            chat = chat_at(server)
            bill = Bill(Settings(), chat, cache=DiskCache(tmp_path))
            complete(bill.model)  # type: ignore[arg-type]
            chat.close()
        assert (len(one.requests), len(other.requests)) == (1, 1)


@pytest.mark.parametrize("text", ["I would rather not say.", '{"n": 4', "[40]", '{"m": 40}'])
def test_a_reply_without_the_form_is_asked_for_again(tmp_path: Path, text: str) -> None:
    chat = CachedChat(Hosted(Completion(text), Completion(f"```json\n{REPLY}\n```")), DiskCache(tmp_path))
    assert [ask(chat).kept for _ in range(3)] == [False, False, True]


def test_failures_are_not_kept(tmp_path: Path) -> None:
    chat = CachedChat(Hosted(ModelUnavailable("busy"), Completion(REPLY)), DiskCache(tmp_path))
    with pytest.raises(ModelUnavailable):
        ask(chat)
    assert ask(chat).text == REPLY


def test_a_kept_reply_is_a_stream_of_one_piece(tmp_path: Path) -> None:
    model = Hosted()
    chat = CachedChat(model, DiskCache(tmp_path))
    assert len(streamed(chat)[0]) == 3
    came, done = streamed(chat)
    assert (came, done.kept, len(model.calls)) == ([REPLY], True, 1)
    assert ask(chat).kept


def test_a_stream_that_was_given_up_is_not_kept(tmp_path: Path) -> None:
    chat = CachedChat(Hosted(), DiskCache(tmp_path))
    pieces = chat.stream(ASKED, schema=SCHEMA, max_tokens=500, deadline=None)
    next(pieces)
    pieces.close()
    assert not ask(chat).kept


def test_what_is_kept_costs_nothing_is_marked_and_passes_every_limit(tmp_path: Path) -> None:
    cache, model = DiskCache(tmp_path), Hosted()
    ask(Bill(Settings(), model, cache=cache).model)
    bill = Bill(Settings(max_prompt_tokens=1, max_cost_usd=0), model, cache=cache)
    ask(bill.model)
    assert bill.usage == Usage(kept_replies=1)
    assert len(model.calls) == 1


@pytest.mark.parametrize("odd", [b"[]", b"null", b"\xff", b"5", b'{"text": "x"}'])
def test_a_value_that_was_never_put_there_is_passed_over(tmp_path: Path, odd: bytes) -> None:
    class Odd(DiskCache):
        def get(self, keys: Iterable[str]) -> dict[str, bytes]:
            return dict.fromkeys(keys, odd)

    assert not ask(CachedChat(Hosted(), Odd(tmp_path))).kept


# ---------------------------------------------------------------- vectors that are kept


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    words = Words()
    texts = ["one", "three", "one", ""]
    first = PaidEmbedder(words, encoding="cl100k_base", cache=DiskCache(tmp_path))
    rows = first.embed_documents(texts)
    np.testing.assert_array_equal(rows, Words().embed_documents(texts))
    assert (words.sent, first.tokens_sent) == (["one", "three", ""], 2)
    again = PaidEmbedder(words, encoding="cl100k_base", cache=DiskCache(tmp_path))
    assert again.tokens_to_send(["three", "three", "four five"]) == 2
    more = again.embed_documents(["four five", *texts])
    np.testing.assert_array_equal(more[1:], rows)
    assert more.dtype == np.float32
    assert (words.sent[3:], again.tokens_sent) == (["four five"], 2)


def test_questions_and_passages_are_kept_apart(tmp_path: Path) -> None:
    words = Words()
    embedder = PaidEmbedder(words, encoding="cl100k_base", cache=DiskCache(tmp_path))
    document, query = embedder.embed_documents(["boats"])[0], embedder.embed_query("boats")
    np.testing.assert_array_equal(query, -document)
    vector, tokens = embedder.query("boats")
    np.testing.assert_array_equal(vector, query)
    assert (tokens, len(words.sent)) == (0, 2)


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    PaidEmbedder(Words(), encoding="cl100k_base", cache=cache).embed_documents(["boats"])
    other = Words(fingerprint="words 2")
    PaidEmbedder(other, encoding="cl100k_base", cache=cache).embed_documents(["boats"])
    assert other.sent == ["boats"]


def test_vectors_of_another_length_are_made_anew(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    PaidEmbedder(Words(4), encoding="cl100k_base", cache=cache).embed_documents(["one", "two"])
    longer = Words(8)
    rows = PaidEmbedder(longer, encoding="cl100k_base", cache=cache).embed_documents(["one", "two", "three"])
    assert rows.shape == (3, 8)


def test_what_came_before_a_failure_is_kept(tmp_path: Path) -> None:
    class Failing(Words):
        def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if len(self.sent) >= 250:
                raise ModelUnavailable("busy")
            return super().embed_documents(texts)

    texts = [f"text {n}" for n in range(400)]
    failing = PaidEmbedder(Failing(), encoding="cl100k_base", cache=DiskCache(tmp_path))
    with pytest.raises(ModelUnavailable):
        failing.embed_documents(texts)
    words = Words()
    rows = PaidEmbedder(words, encoding="cl100k_base", cache=DiskCache(tmp_path)).embed_documents(texts)
    np.testing.assert_array_equal(rows, Words().embed_documents(texts))
    assert words.sent == texts[256:]
    assert failing.tokens_sent > 256


def test_nothing_to_embed_is_no_call(tmp_path: Path) -> None:
    words = Words()
    assert PaidEmbedder(words, encoding="cl100k_base").embed_documents([]).shape == (0, 4)
    assert words.sent == []


def test_without_a_cache_every_call_is_made() -> None:
    words = Words()
    embedder = PaidEmbedder(words, encoding="cl100k_base")
    for _ in range(2):
        embedder.embed_documents(["boats"])
        embedder.embed_query("boats")
    assert len(words.sent) == 4
    assert embedder.tokens_to_send(["boats"]) == 1
