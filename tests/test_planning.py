"""What is searched for: parts of a question and follow-ups, by words alone and with a model behind real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin import Answer, Chat, QAPlugin, Scope, Settings, Turn
from qa_plugin.answering.planning import by_words, planned
from qa_plugin.language.dialogue import Leaning, leaning, parts_of
from qa_plugin.language.questions import read_question
from qa_plugin.spending import Bill
from tests.fake_model import ScriptedChat
from tests.fake_openai import FakeOpenAI, Scripted

DIED = "How many people died in the Valmar bridge collapse?"
REPORT = """The Valmar bridge

6 March 2024

The Valmar bridge collapsed on 5 March 2024. Fourteen people died in the collapse, the fire chief Marta Oliven said.
Thirty-one people were injured, according to the Saint Brun hospital.
"""
OTHER = """The fire in Ostrel

The fire in Ostrel killed 6 workers, the police said. Nine workers were injured.
"""
SCRIPT = [
    Scripted("Fourteen people died in the collapse", "Fourteen people died.", question="died"),
    Scripted("Thirty-one people were injured", "Thirty-one were injured.", question="injured"),
]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text(REPORT, encoding="utf-8")
    (folder / "fire.txt").write_text(OTHER, encoding="utf-8")
    return folder


@pytest.fixture
def plugin(articles: Path, tmp_path: Path) -> Iterator[QAPlugin]:
    with QAPlugin(articles, settings=Settings(store=tmp_path / "store")) as opened:
        yield opened


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(SCRIPT) as server:
        yield server


@pytest.fixture
def modelled(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> Iterator[QAPlugin]:
    settings = Settings(
        api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", timeout_seconds=20, store=tmp_path / "store"
    )
    with QAPlugin(articles, settings=settings) as opened:
        yield opened


def _plans(fake: FakeOpenAI) -> list[str]:
    said = [request.body["messages"][-1]["content"] for request in fake.requests_to("/chat/completions")]
    return [text for text in said if text.startswith("Plan the search")]


def _plan(question: str, *parts: str) -> dict[str, Any]:
    return {"question": question, "parts": list(parts), "translations": {}}


# ---------------------------------------------------------------- by words


@pytest.mark.parametrize(
    ("language", "asked", "understood"),
    [
        ("en", ["How many died, and when was it?", "and in 2023?"], "How many died in 2023?"),
        (
            "en",
            ["How many troops were deployed?", "How many died, and when was it?", "and in 2023?"],
            "How many died in 2023?",
        ),
        (
            "en",
            ["How many boats were repaired in 2022, and who paid for it?", "and in 2023?"],
            "How many boats were repaired in 2023?",
        ),
        (
            "en",
            [DIED, "How many were injured, and when was it?"],
            "How many were injured, in the Valmar bridge collapse, and when was it?",
        ),
        (
            "pt",
            ["Quantas pessoas morreram no desabamento, e quando foi?", "e em 2023?"],
            "Quantas pessoas morreram no desabamento em 2023?",
        ),
        (
            "fr",
            ["Combien de soldats ont été déployés ?", "Combien sont morts, et quand était-ce ?", "et en 2023 ?"],
            "Combien sont morts en 2023?",
        ),
        (
            "ar",
            ["كم عدد القتلى في انهيار الجسر، ومتى كان ذلك؟", "وفي عام 2023؟"],
            "كم عدد القتلى في انهيار الجسر في عام 2023?",
        ),
        (
            "fa",
            ["چند نفر در ریزش پل کشته شدند و چه زمانی بود؟", "و در سال ۲۰۲۳؟"],
            "چند نفر در ریزش پل کشته شدند در سال ۲۰۲۳?",
        ),
    ],
)
def test_what_goes_on_from_two_questions_in_one(language: str, asked: list[str], understood: str) -> None:
    past: list[Turn] = []
    for text in asked:
        plan = by_words(read_question(text, language), past)
        answer = Answer(text, language, "answered", "…")
        past.append(Turn(text, plan.question.text, answer, plan.topic, plan.context))
    assert past[-1].understood == understood


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "How many people died and when did the bridge collapse?", 2),
        ("en", "Who designed the museum? What did it cost?", 2),
        ("en", "How many people were killed and injured in the collapse?", 1),
        ("en", "Who is the man who sold the mill and who fled?", 1),
        ("pt", "Quantas pessoas morreram e quando começou o incêndio?", 2),
        ("pt", "Quem disse que a ponte caiu e que houve mortos?", 1),
        ("fr", "Combien de personnes sont mortes et où le train a-t-il déraillé ?", 2),
        ("fr", "Qui est l'homme qui a vendu le moulin et qui a fui ?", 1),
        ("ar", "كم شخصا قتل في الفيضان ومتى حدث ذلك؟", 2),
        ("ar", "كم عدد القتلى والجرحى في الفيضان؟", 1),
        ("fa", "چند نفر در زلزله کشته شدند و زلزله کجا رخ داد؟", 2),
        ("fa", "چند نفر کشته و زخمی شدند؟", 1),
    ],
)
def test_questions_in_one_are_told_apart(language: str, text: str, count: int) -> None:
    assert len(parts_of(text, language)) == count


@pytest.mark.parametrize(
    ("language", "text", "least", "most"),
    [
        ("en", "And in 2023?", Leaning.WHOLE, Leaning.WHOLE),
        ("en", "When was that?", Leaning.WHOLE, Leaning.WHOLE),
        ("en", "How many were injured?", Leaning.LIKELY, Leaning.WHOLE),
        ("en", "Who leads the harbour union of Pellan?", Leaning.NONE, Leaning.NONE),
        ("pt", "E os feridos?", Leaning.WHOLE, Leaning.WHOLE),
        ("pt", "É verdade que a ponte de Valmar caiu em março?", Leaning.NONE, Leaning.MAYBE),
        ("fr", "Et qui l'a dit ?", Leaning.WHOLE, Leaning.WHOLE),
        ("fr", "Combien coûte le musée de verre de Pellan ?", Leaning.NONE, Leaning.MAYBE),
        ("ar", "والجرحى؟", Leaning.WHOLE, Leaning.WHOLE),
        ("ar", "كم عدد سكان مدينة تل الورد؟", Leaning.NONE, Leaning.MAYBE),
        ("fa", "چه کسی این را گفت؟", Leaning.WHOLE, Leaning.WHOLE),
        ("fa", "ارتفاع سد رودآب چند متر است؟", Leaning.NONE, Leaning.MAYBE),
    ],
)
def test_what_leans_on_the_question_before(language: str, text: str, least: Leaning, most: Leaning) -> None:
    assert least <= leaning(read_question(text, language)) <= most


def test_a_plain_question_is_searched_as_it_is() -> None:
    question = read_question(DIED, "en")
    plan = by_words(question, ())
    assert (plan.question, plan.asked, plan.calls) == (question, (question,), 0)


def test_parts_are_answered_each(plugin: QAPlugin) -> None:
    answer = plugin.ask("How many people died in the Valmar bridge collapse and how many were injured?")
    assert answer.status == "answered"
    assert answer.question == "How many people died in the Valmar bridge collapse and how many were injured?"
    assert "14" in answer.text
    assert "31" in answer.text
    assert answer.warnings == ()


def test_a_part_that_is_not_in_the_sources_is_named(plugin: QAPlugin) -> None:
    answer = plugin.ask("How many people died in the Valmar bridge collapse and how much did the concert cost?")
    assert answer.status == "answered"
    assert "14" in answer.text
    assert answer.warnings == ("The sources do not answer this part: how much did the concert cost",)


def test_a_part_that_is_disputed_stands_beside_one_that_is_not(tmp_path: Path) -> None:
    texts = {
        "council": "The march\n\nThe council counted 300 marchers in Pellan on Friday. The mayor is Ada Lorn.\n",
        "union": "A march\n\nThe union counted 900 marchers in Pellan on Friday. It rained.\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    with QAPlugin(tmp_path, settings=Settings(store=tmp_path / "store")) as opened:
        alone = opened.ask("How many marchers were counted in Pellan on Friday?")
        both = opened.ask("How many marchers were counted in Pellan on Friday and who is the mayor of Pellan?")
    assert alone.status == both.status == "conflicting"
    assert [p.value for p in both.conflicts[0].positions] == [p.value for p in alone.conflicts[0].positions]
    assert "Ada Lorn" in both.text


# ---------------------------------------------------------------- a conversation


def test_a_conversation_keeps_its_turns_and_forgets(plugin: QAPlugin) -> None:
    chat: Chat = plugin.chat(max_turns=2)
    for question in (DIED, "And the injured?", "And who said so?"):
        chat.ask(question)
    assert [turn.question for turn in chat.turns] == ["And the injured?", "And who said so?"]
    assert "Saint Brun hospital" in chat.turns[-1].answer.text
    chat.reset()
    assert chat.turns == ()
    assert chat.ask("And who said so?").status == "not_in_sources"


def test_who_said_so_is_answered_from_the_cited_sentence(plugin: QAPlugin) -> None:
    chat = plugin.chat()
    chat.ask(DIED)
    answer = chat.ask("And who said so?")
    assert (answer.status, answer.question) == ("answered", "And who said so?")
    assert answer.citations[0].quote.startswith("Fourteen people died")
    assert len(answer.retrieved) > 0


def test_what_the_sentence_does_not_name_is_not_answered(plugin: QAPlugin) -> None:
    chat = plugin.chat()
    chat.ask("When did the Valmar bridge collapse?")
    assert chat.ask("Who said so?").status == "not_in_sources"


def test_why_without_a_reason_shows_what_the_answer_stands_on(plugin: QAPlugin) -> None:
    chat = plugin.chat()
    chat.ask("How many workers did the fire in Ostrel kill?")
    answer = chat.ask("Why?")
    assert answer.citations[0].quote.startswith("The fire in Ostrel killed 6 workers")


def test_what_a_fragment_names_must_be_spoken_of(plugin: QAPlugin) -> None:
    chat = plugin.chat()
    chat.ask(DIED)
    assert chat.ask("And the weather?").status == "not_in_sources"
    assert "31" in chat.ask("And the injured?").text  # what led nowhere is not gone on from


def test_the_scope_holds_for_the_conversation(plugin: QAPlugin) -> None:
    chat = plugin.chat(scope=Scope(source_glob="fire.txt"))
    assert chat.ask(DIED).status == "not_in_sources"
    assert chat.ask(DIED, scope=Scope(source_glob="bridge.txt")).status == "answered"


def test_a_conversation_streams_and_waits(plugin: QAPlugin) -> None:
    chat = plugin.chat()
    events = list(chat.stream(DIED))
    assert [event["type"] for event in events] == ["retrieved", "claim", "answer"]
    assert "31" in asyncio.run(chat.aask("And the injured?")).text
    given_up = chat.stream("And who said so?")
    next(given_up)
    given_up.close()
    assert len(chat.turns) == 2


# ---------------------------------------------------------------- with a model


def test_a_plain_question_costs_one_call(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    assert modelled.ask(DIED).mode == "llm"
    assert len(fake.requests_to("/chat/completions")) == 1


def test_a_follow_up_is_planned_in_one_call(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    fake.plan = _plan("How many people were injured in the Valmar bridge collapse?")
    answer = chat.ask("And the injured?")
    assert (answer.mode, answer.text, answer.warnings) == ("llm", "Thirty-one were injured. [1]", ())
    assert chat.turns[-1].understood == "How many people were injured in the Valmar bridge collapse?"
    (asked,) = _plans(fake)
    assert f"- {DIED}\n  Fourteen people died. [1]" in asked
    assert len(fake.requests_to("/chat/completions")) == 3


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (_plan(""), "the question is missing"),
        (_plan("Quantas pessoas? " * 40), "the question is too long"),
        (_plan("كم شخصا أصيب؟"), "the question is in another script"),
        (_plan("How many of the 900 people were injured?"), "the question has other numbers"),
        ({"parts": 3}, "the question is missing"),
    ],
)
def test_a_plan_that_fails_leaves_what_the_words_tell(
    modelled: QAPlugin, fake: FakeOpenAI, plan: dict[str, Any], reason: str
) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    fake.plan = plan
    answer = chat.ask("And the injured?")
    assert answer.text == "Thirty-one were injured. [1]"
    (warning,) = answer.warnings
    assert warning == f"The question was searched with words of the one before it: of fake-chat, {reason}."


@pytest.mark.parametrize("echo", ["And who said so?", "and who said so", "Who said so?"])
def test_an_echo_is_no_plan(modelled: QAPlugin, fake: FakeOpenAI, echo: str) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    fake.plan = _plan(echo)
    answer = chat.ask("And who said so?")
    assert "Marta Oliven" in answer.text
    assert (chat.turns[-1].understood, len(_plans(fake))) == (DIED, 1)
    assert "still leans on what was said before" in answer.warnings[0]


def test_an_echo_of_what_names_something_is_searched_with_the_topic(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    fake.plan = _plan("And how many were injured?")
    answer = chat.ask("And how many were injured?")
    assert answer.text == "Thirty-one were injured. [1]"
    assert "Valmar bridge" in chat.turns[-1].understood


def test_a_plan_that_stands_by_itself_is_followed(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    fake.plan = _plan("Who said how many people died in the Valmar bridge collapse?")
    answer = chat.ask("And who said so?")
    assert chat.turns[-1].understood == "Who said how many people died in the Valmar bridge collapse?"
    assert answer.warnings == ()


def test_a_name_of_the_question_stays(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    fake.plan = _plan("How many people were injured in the fire?")
    (warning,) = chat.ask("And the injured in Ostrel?").warnings
    assert warning.endswith("the question lacks a name.")


def test_parts_are_looked_up_each_and_answered_in_one_call(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    asked = "How many people died in the Valmar bridge collapse and how many were injured?"
    fake.plan = _plan(asked, DIED, "How many people were injured in the Valmar bridge collapse?")
    answer = modelled.ask(asked)
    assert answer.text == "Fourteen people died. [1] Thirty-one were injured. [2]"
    assert len(fake.requests_to("/chat/completions")) == 2


def test_a_part_that_nothing_speaks_of_is_named(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    asked = "How many people died in the Valmar bridge collapse and how much did the concert cost?"
    fake.plan = _plan(asked, DIED, "How much did the concert cost?")
    assert modelled.ask(asked).warnings == ("The sources do not answer this part: How much did the concert cost?",)


def test_where_it_is_written_asks_no_model(modelled: QAPlugin, fake: FakeOpenAI) -> None:
    chat = modelled.chat()
    chat.ask(DIED)
    before = len(fake.requests)
    answer = chat.ask("Where does it say that?")
    assert answer.citations[0].quote == "Fourteen people died in the collapse"
    assert (len(fake.requests), answer.mode) == (before, "extractive")


def test_a_plan_that_the_limits_refuse_is_no_call() -> None:
    model, settings = ScriptedChat(), Settings(max_prompt_tokens=1)
    question = read_question("How many people died, and when did the bridge collapse?", "en")
    plan = planned(question, (), model=Bill(settings, model).model, settings=settings, articles=list)
    assert (plan.calls, len(plan.parts), model.asked) == (0, 2, [])
    assert "QA_PLUGIN_MAX_PROMPT_TOKENS" in plan.warnings[0]
