"""A model that says what it is told to, through the whole flow: streams, second chances, history, disagreements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from qa_plugin.answering.messages import reply_schema
from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.errors import BudgetExceeded, ModelUnavailable
from qa_plugin.language.detection import detect
from qa_plugin.plugin import QAPlugin
from qa_plugin.ports import Message, WindowExceeded
from qa_plugin.records import Answer, Scope
from qa_plugin.responding import Responder
from qa_plugin.settings import Settings
from qa_plugin.spending import tokens_of
from qa_plugin.store import Store
from qa_plugin.tokens import ENCODING, count_tokens
from tests.fake_model import ScriptedChat, seen_passages

QUESTION = "How many boats were repaired at the yard?"
TEXTS = {
    "first.txt": "Boats\n\nThe yard repaired 38 boats, the harbour office said on Monday. Ten more boats wait.\n",
    "later.txt": "Boats\n\nThe yard repaired 41 boats, not 38 as first said, the mayor Ana Reis corrected.\n",
    "union.txt": "Union\n\nThe union counts 15,000 boats repaired at all yards of the land, about 3 million euros.\n",
}
QUOTES = {
    "first.txt": "The yard repaired 38 boats",
    "later.txt": "The yard repaired 41 boats",
    "union.txt": "The union counts 15,000 boats repaired at all yards",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("boats")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with QAPlugin(folder, store=folder / "store", settings=Settings(store=folder / "store")) as plugin:
        plugin.index()
        yield plugin.opened()


def number_of(model: ScriptedChat, source: str) -> int:
    """Under which number the model was shown a file."""
    shown = seen_passages([{"role": m.role, "content": m.content} for m in model.asked[0]])
    return next(passage.number for passage in shown if QUOTES[source] in passage.text)


@pytest.fixture(scope="module")
def numbers(store: Store) -> dict[str, int]:
    model = ScriptedChat({"status": "not_in_sources"})
    ask(store, model)
    return {source: number_of(model, source) for source in TEXTS}


def responder(store: Store, model: ScriptedChat, **settings: Any) -> Responder:
    return Responder(Settings(store=store.folder, **settings), model, BuiltInEmbedder(detect))


def ask(store: Store, model: ScriptedChat, **settings: Any) -> Answer:
    return responder(store, model, **settings).answer(QUESTION, store, Scope())


def claim(text: str, passage: int, quote: str) -> dict[str, Any]:
    return {"text": text, "quotes": [{"passage": passage, "quote": quote}]}


def position(text: str, passage: int, quote: str, who: str | None = None) -> dict[str, Any]:
    return {"statement": text, "attributed_to": who, "quotes": [{"passage": passage, "quote": quote}]}


def reply(status: str = "answered", **lists: Any) -> dict[str, Any]:
    return {"status": status, "claims": [], "positions": [], "history": []} | lists


@pytest.fixture
def good(numbers: dict[str, int]) -> dict[str, Any]:
    return claim("The yard repaired 41 boats.", numbers["later.txt"], QUOTES["later.txt"])


@pytest.fixture
def former(numbers: dict[str, int]) -> dict[str, Any]:
    return claim("The yard repaired 38 boats.", numbers["first.txt"], QUOTES["first.txt"])


@pytest.fixture
def bad(numbers: dict[str, int]) -> dict[str, Any]:
    return claim("The yard repaired 45 boats.", numbers["later.txt"], QUOTES["later.txt"])


# ---------------------------------------------------------------- what comes of a reply


def test_what_was_corrected_stands_in_the_history(
    store: Store, numbers: dict[str, int], good: dict[str, Any], bad: dict[str, Any]
) -> None:
    before = {
        "statement": "First 38 boats were counted.",
        "quotes": [{"passage": numbers["first.txt"], "quote": QUOTES["first.txt"]}],
    }
    lie = {"statement": "Before that 39 boats were counted.", "quotes": before["quotes"]}
    answer = ask(store, ScriptedChat(reply(claims=[good], history=[before, lie]), reply()))
    assert (answer.mode, answer.status) == ("llm", "answered")
    (only,) = answer.history
    assert (only.statement, only.value) == ("First 38 boats were counted.", 38.0)
    cited = {citation.id: citation for citation in answer.citations}
    assert [cited[i].source for i in only.citations] == ["first.txt"]
    assert [text for text, _ in answer.dropped] == ["Before that 39 boats were counted."]


def test_positions_are_printed_with_who_states_them_where_that_is_named(store: Store, numbers: dict[str, int]) -> None:
    sides = [
        position("41 boats.", numbers["later.txt"], TEXTS["later.txt"][7:].strip(), "the mayor Ana Reis"),
        position("38 boats.", numbers["first.txt"], QUOTES["first.txt"], "Joaquim Almeida"),
    ]
    answer = ask(store, ScriptedChat(reply("conflicting", positions=sides)))
    (conflict,) = answer.conflicts
    assert [(p.value, p.attributed_to) for p in conflict.positions] == [(41.0, "the mayor Ana Reis"), (38.0, None)]


def test_only_what_failed_goes_back_and_what_passed_stays_first(
    store: Store, good: dict[str, Any], bad: dict[str, Any], former: dict[str, Any]
) -> None:
    model = ScriptedChat(reply(claims=[bad, good]), reply(claims=[former, good]))
    answer = ask(store, model)
    assert [c.text for c in answer.claims] == [good["text"], former["text"]]
    assert answer.dropped == ((bad["text"], "The number “45” is not in the quotes."),)
    told = model.asked[1][-1].content
    assert bad["text"] in told
    assert good["text"] not in told
    assert answer.usage.prompt_tokens == 20


def test_not_in_sources_is_said_only_by_the_model(store: Store, bad: dict[str, Any]) -> None:
    said = ask(store, ScriptedChat(reply("not_in_sources")))
    assert (said.mode, said.status, said.claims) == ("llm", "not_in_sources", ())
    after = ask(store, ScriptedChat(reply(claims=[bad]), reply("not_in_sources")))
    assert (after.mode, after.status, len(after.dropped)) == ("llm", "not_in_sources", 1)
    never = ask(store, ScriptedChat(reply(claims=[bad]), reply(claims=[bad])))
    assert (never.mode, never.status) == ("extractive", "answered")
    assert [w for w in never.warnings if "could be verified" in w]
    assert bad["text"] in [text for text, _ in never.dropped]


def test_a_model_that_fails_at_the_second_call_leaves_what_had_passed(
    store: Store, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    answer = ask(store, ScriptedChat(reply(claims=[good, bad]), ModelUnavailable("not there")))
    assert [c.text for c in answer.claims] == [good["text"]]
    assert [w for w in answer.warnings if "not there" in w]


@pytest.mark.parametrize(
    ("source", "text", "quote", "reason"),
    [
        ("union.txt", "5,000 boats.", "5,000 boats repaired at all yards", "does not stand in passage"),
        ("union.txt", "It cost 3 euros.", "boats repaired at all yards of the land, about 3", "not in the quotes"),
        ("first.txt", "38 boats.", "The yard mended 38 boats", "nor in any other"),
        ("first.txt", "38 boats.", "38", "too short"),
        ("first.txt", "x" * 400, "The yard repaired 38 boats", "a statement has at most 350"),
    ],
)
def test_what_differs_from_the_file_fails(
    store: Store, numbers: dict[str, int], source: str, text: str, quote: str, reason: str
) -> None:
    answer = ask(store, ScriptedChat(reply(claims=[claim(text, numbers[source], quote)]), "no"))
    assert answer.mode == "extractive"
    assert reason in answer.dropped[0][1]


def test_a_quote_grows_to_the_whole_of_its_number(store: Store, numbers: dict[str, int]) -> None:
    said = claim("It took about 3 million euros.", numbers["union.txt"], "3 million euros.")
    answer = ask(store, ScriptedChat(reply(claims=[said])))
    assert [c.quote for c in answer.citations] == ["about 3 million euros"]


def test_a_question_that_would_take_too_much_is_not_sent(
    store: Store, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    model = ScriptedChat(reply(claims=[good]))
    with pytest.raises(BudgetExceeded, match="--max-prompt-tokens"):
        ask(store, model, max_prompt_tokens=300)
    assert model.asked == []
    model = ScriptedChat(reply(claims=[good, bad]), reply(), prompt_tokens=1_500)
    answer = ask(store, model, max_prompt_tokens=2_500)
    assert len(model.asked) == 1
    assert [c.text for c in answer.claims] == [good["text"]]
    assert [w for w in answer.warnings if "--max-prompt-tokens" in w]
    assert answer.usage.prompt_tokens == 1_500
    assert ask(store, ScriptedChat(), max_prompt_tokens=300, fallback=True).mode == "extractive"


# ---------------------------------------------------------------- as it comes


@pytest.mark.parametrize("piece", [1, 3, 50, 10_000])
def test_claims_are_given_as_they_come_with_the_ids_of_the_answer(
    store: Store, good: dict[str, Any], bad: dict[str, Any], former: dict[str, Any], piece: int
) -> None:
    said = reply(claims=[good, bad, former])
    model = ScriptedChat(said, reply(), piece=piece)
    length = -(-len(json.dumps(said)) // piece)
    shown: list[tuple[str, tuple[int, ...]]] = []
    taken: list[int] = []
    answer: Answer | None = None
    for event in responder(store, model).events(QUESTION, store, Scope()):
        if event["type"] == "claim":
            shown.append((event["text"], tuple(event["citations"])))
            taken.append(model.pieces)
        answer = event.get("answer", answer)
    assert answer is not None
    assert shown == [(c.text, c.citations) for c in answer.claims]
    assert [text for text, _ in shown] == [good["text"], former["text"]]
    if piece < 50:
        assert taken[0] < taken[1] < length
    assert answer.to_dict() | {"timings_ms": {}} == (
        ask(store, ScriptedChat(said, reply())).to_dict() | {"timings_ms": {}}
    )


def test_one_position_alone_is_not_given(store: Store, numbers: dict[str, int]) -> None:
    sides = [
        position("41 boats.", numbers["later.txt"], QUOTES["later.txt"]),
        position("45 boats.", numbers["first.txt"], QUOTES["first.txt"]),
        position("38 boats.", numbers["first.txt"], QUOTES["first.txt"]),
    ]
    model = ScriptedChat(reply("conflicting", positions=sides), reply(), piece=1)
    taken = [
        (event["text"], model.pieces)
        for event in responder(store, model).events(QUESTION, store, Scope())
        if event["type"] == "claim"
    ]
    assert [text for text, _ in taken] == ["41 boats.", "38 boats."]
    assert taken[0][1] == taken[1][1]


def test_a_stream_that_breaks_off_is_asked_for_again(
    store: Store, good: dict[str, Any], former: dict[str, Any]
) -> None:
    text = json.dumps(reply(claims=[good, former]))
    cut = text[: text.index(former["text"])] + "…"
    for second in (reply(claims=[former]), "no"):
        model = ScriptedChat(cut, second, piece=5)
        *events, last = responder(store, model).events(QUESTION, store, Scope())
        answer: Answer = last["answer"]
        shown = [(e["text"], tuple(e["citations"])) for e in events if e["type"] == "claim"]
        assert shown == [(c.text, c.citations) for c in answer.claims]
        assert (answer.mode, shown[0][0]) == ("llm", good["text"])
        assert len(shown) == (2 if second != "no" else 1)
        assert bool(answer.warnings) == (second == "no")


def test_what_a_model_thinks_aloud_is_not_shown(store: Store, good: dict[str, Any]) -> None:
    thought = f"<think>{json.dumps(reply(claims=[good]))}</think>{json.dumps(reply('not_in_sources'))}"
    events = list(responder(store, ScriptedChat(thought)).events(QUESTION, store, Scope()))
    assert [event["type"] for event in events] == ["retrieved", "answer"]
    assert events[-1]["answer"].status == "not_in_sources"


def test_who_stops_listening_ends_the_call(store: Store, good: dict[str, Any], former: dict[str, Any]) -> None:
    model = ScriptedChat(reply(claims=[good, former]), piece=1)
    events = responder(store, model).events(QUESTION, store, Scope())
    assert next(events)["type"] == "retrieved"
    assert next(events)["type"] == "claim"
    events.close()
    assert model.closed == 1
    assert model.pieces < len(json.dumps(reply(claims=[good, former])))


# ---------------------------------------------------------------- how much is sent


def sent_tokens(messages: tuple[Message, ...]) -> int:
    """Tokens of the passages with all that stands around them."""
    text = messages[1].content
    return count_tokens(text[text.index("\n[") : text.index("That was the last passage")].strip())


@pytest.mark.parametrize("budget", [200, 210, 1_000])
def test_the_passages_take_no_more_than_was_set(store: Store, budget: int) -> None:
    model = ScriptedChat(reply("not_in_sources"))
    ask(store, model, context_tokens=budget)
    assert sent_tokens(model.asked[0]) <= budget


def test_the_passages_make_room_where_the_whole_prompt_is_bounded(store: Store) -> None:
    model, bounded = ScriptedChat(reply("not_in_sources")), ScriptedChat(reply("not_in_sources"))
    ask(store, model)
    whole = tokens_of(model.asked[0], reply_schema(), ENCODING)
    ask(store, bounded, max_prompt_tokens=whole - 20)
    assert tokens_of(bounded.asked[0], reply_schema(), ENCODING) <= whole - 20
    assert sent_tokens(bounded.asked[0]) < sent_tokens(model.asked[0])


def test_fewer_passages_are_sent_where_the_window_was_exceeded(store: Store, good: dict[str, Any]) -> None:
    model = ScriptedChat(WindowExceeded("too long"), reply("not_in_sources"))
    assert ask(store, model, context_tokens=200).mode == "llm"
    assert sent_tokens(model.asked[1]) <= 100 < sent_tokens(model.asked[0])
    model = ScriptedChat(*[WindowExceeded("too long")] * 3)
    with pytest.raises(WindowExceeded, match="too long"):
        ask(store, model)
    assert len(model.asked) == 2
