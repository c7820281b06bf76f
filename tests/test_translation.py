"""Translated questions, with a model behind real HTTP: a help where it comes, never a condition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Answer
from qa_plugin.settings import Settings
from qa_plugin.store.cache import CACHE_NAME
from tests.fake_openai import FakeOpenAI, Scripted

QUESTION = "How many zorbles were repaired?"
KNOWN = "How many boats were repaired?"
QUOTE = "Mais de 40 plimoas foram reparadas"
CLAIM = "More than 40 zorbles were repaired."
FRENCH = "Combien de grinchettes a-t-on réparés ?"
PORTUGUESE = "Quantas plimoas foram reparadas?"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "pt.txt").write_text(f"{QUOTE} em Porto Velo este ano, disse o mestre da oficina.\n", encoding="utf-8")
    (folder / "fr.txt").write_text("Le marché de la ville ferme tôt depuis lundi.\n", encoding="utf-8")
    (folder / "en.txt").write_text("The market of the town has closed early since Monday.\n", encoding="utf-8")
    for number in range(40):  # more than one question can bring
        text = f"In town {number} the roof of a school was repaired, and 12 lamps were repaired as well.\n"
        (folder / f"other{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI([Scripted(QUOTE, CLAIM)]) as server:
        server.translations = {"pt": PORTUGUESE, "fr": FRENCH}
        yield server


def _settings(fake: FakeOpenAI, tmp_path: Path, **more: Any) -> Settings:
    given: dict[str, Any] = {"timeout_seconds": 10, "deadline_seconds": 40, "store": tmp_path / "store"} | more
    return Settings(api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", **given)


def _ask(articles: Path, tmp_path: Path, fake: FakeOpenAI, question: str = QUESTION, **more: Any) -> Answer:
    with QAPlugin(articles, settings=_settings(fake, tmp_path, **more)) as plugin:
        return plugin.ask(question)


def _translations(fake: FakeOpenAI) -> list[str]:
    """The last message of every request for a plan."""
    said = [request.body["messages"][-1]["content"] for request in fake.requests_to("/chat/completions")]
    return [text for text in said if text.startswith("Plan the search")]


def test_one_call_translates_into_the_other_languages_of_the_articles(
    articles: Path, tmp_path: Path, fake: FakeOpenAI
) -> None:
    answer = _ask(articles, tmp_path, fake)
    assert answer.text == f"{CLAIM} [1]"
    assert answer.retrieved[0].source == "pt.txt"
    assert answer.warnings == ()
    (asked,) = _translations(fake)
    assert "into: French (fr), Portuguese (pt).\n\n" + QUESTION in asked
    (first, _) = fake.requests_to("/chat/completions")
    schema = first.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["translations"]["required"] == ["fr", "pt"]
    assert answer.usage.prompt_tokens == 240


def test_without_translation_the_article_is_not_the_first(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    answer = _ask(articles, tmp_path, fake, translate="never")
    assert answer.retrieved[0].source != "pt.txt"
    assert _translations(fake) == []


def test_the_same_question_is_translated_once(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    for _ in range(2):
        answer = _ask(articles, tmp_path, fake)
        assert answer.text == f"{CLAIM} [1]"
    assert len(_translations(fake)) == 1
    assert (answer.usage.prompt_tokens, answer.usage.kept_replies) == (0, 2)
    _ask(articles, tmp_path, fake, "How many zorbles were repaired in 2024?")
    assert len(_translations(fake)) == 2


def test_forgetting_articles_clears_what_was_kept(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    _ask(articles, tmp_path, fake)
    assert (tmp_path / "store" / CACHE_NAME).exists()
    with QAPlugin(settings=_settings(fake, tmp_path)) as plugin:
        plugin.forget(articles)
    assert not (tmp_path / "store" / CACHE_NAME).exists()


@pytest.mark.parametrize(
    ("question", "mode", "calls"),
    [(KNOWN, "auto", 0), (KNOWN, "always", 1), (QUESTION, "auto", 1), (QUESTION, "never", 0), ("z" * 700, "always", 0)],
)
def test_when_a_question_is_translated(
    articles: Path, tmp_path: Path, fake: FakeOpenAI, question: str, mode: str, calls: int
) -> None:
    _ask(articles, tmp_path, fake, question, translate=mode)
    assert len(_translations(fake)) == calls


def test_articles_in_the_language_of_the_question_need_none(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    for name in ("pt.txt", "fr.txt"):
        (articles / name).unlink()
    _ask(articles, tmp_path, fake)
    assert _translations(fake) == []


def test_a_search_asks_no_model(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    with QAPlugin(articles, settings=_settings(fake, tmp_path, translate="always")) as plugin:
        plugin.search(QUESTION)
    assert fake.requests == []


@pytest.mark.parametrize("more", [{"offline": True}, {}])
def test_offline_or_without_a_model_nobody_is_asked(
    articles: Path, tmp_path: Path, fake: FakeOpenAI, more: dict[str, Any]
) -> None:
    settings = _settings(fake, tmp_path, translate="always", **more) if more else Settings(translate="always")
    with QAPlugin(articles, store=tmp_path / "store", settings=settings) as plugin:
        assert plugin.ask(QUESTION).mode == "extractive"
    assert fake.requests == []


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("prose", "holds no complete JSON object"),
        ("cut_json", "holds no complete JSON object"),
        ("json_list", "no translation of it came"),
        ("refusal", "no translation of it came"),
        ("quota", "out of quota"),
        ("hang", "did not answer in time"),
    ],
)
def test_what_fails_leaves_the_question_in_its_own_words(
    articles: Path, tmp_path: Path, fake: FakeOpenAI, behaviour: str, reason: str
) -> None:
    fake.next_chat = [behaviour] * (2 if behaviour == "json_list" else 1)
    answer = _ask(articles, tmp_path, fake, deadline_seconds=6 if behaviour == "hang" else 40)
    assert answer.mode == "llm"
    (warning,) = answer.warnings
    assert warning.startswith("The question was searched in its own words only: of fake-chat, ")
    assert reason in warning
    assert fake.api_key not in warning
    fake.requests.clear()
    _ask(articles, tmp_path, fake)
    assert len(_translations(fake)) == 1  # nothing of the first was kept


@pytest.mark.parametrize(
    ("translations", "reason"),
    [
        ({"de": "Wie viele Grinch?"}, "the French is missing; the Portuguese is missing"),
        ({"pt": "", "fr": None}, "the French is missing; the Portuguese is missing"),
        ({"pt": "x " * 300}, "the Portuguese is too long"),
        ({"pt": "چند پلیمو تعمیر شد؟"}, "the Portuguese is in another script"),
        ({"pt": "Quantas das 7 plimoas foram reparadas em 2023?"}, "the Portuguese has other numbers"),
        ({"pt": ["Quantas?"]}, "the Portuguese is missing"),
    ],
)
def test_translations_that_are_none_are_not_used(
    articles: Path, tmp_path: Path, fake: FakeOpenAI, translations: object, reason: str
) -> None:
    fake.translations = translations
    answer = _ask(articles, tmp_path, fake, "How many zorbles were repaired in 2024?")
    assert reason in "".join(answer.warnings)


def test_one_good_translation_is_used_without_the_other(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    fake.translations = {"pt": PORTUGUESE, "fr": "قوارب"}
    answer = _ask(articles, tmp_path, fake)
    assert (answer.retrieved[0].source, answer.warnings) == ("pt.txt", ())


def test_the_setting_is_checked() -> None:
    from qa_plugin.errors import SettingsError
    from qa_plugin.settings import from_environment

    assert from_environment({"QA_PLUGIN_TRANSLATE": "Never"}).translate == "never"
    with pytest.raises(SettingsError, match="QA_PLUGIN_TRANSLATE is 'maybe'; it must be one of auto, always, never"):
        from_environment({"QA_PLUGIN_TRANSLATE": "maybe"})
