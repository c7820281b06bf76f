"""What costs money, through the plugin and the command line: said first, refused over a limit, paid for once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from qa_plugin.answering.messages import fence_marker, markers
from qa_plugin.cli import main
from qa_plugin.errors import BudgetExceeded, ConsentNeeded, ModelRefused
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Answer
from qa_plugin.settings import Settings
from qa_plugin.store.cache import CACHE_NAME
from tests.fake_model import word_vector
from tests.fake_openai import FakeOpenAI, Scripted

QUESTION = "How many boats were repaired?"
CLAIM = "More than 40 boats were repaired."
ARTICLES = {
    "barcos.txt": "Mais de 40 barcos foram reparados em Porto Velo este ano, disse o mestre do estaleiro.\n",
    "mercado.txt": "O mercado de Porto Velo fecha cedo.\n",
}


class PaidEmbedding(BaseEmbedding):
    """A LlamaIndex embedding that remembers what it was sent."""

    model_name: str = "text-embedding-3-small"
    sent: list[str] = []  # noqa: RUF012 - a field of pydantic, which copies it

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        self.sent.append(text)
        return word_vector(text, 16)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI([Scripted("Mais de 40 barcos foram reparados", CLAIM, question="boats")]) as server:
        yield server


def _settings(fake: FakeOpenAI, **more: Any) -> Settings:
    return Settings(api_key=fake.api_key, base_url=fake.base_url, model="fake-chat", **more)


# ---------------------------------------------------------------- indexing


def test_indexing_says_tokens_and_cost_before_it_spends(articles: Path, tmp_path: Path) -> None:
    embedding = PaidEmbedding()
    said: list[str] = []

    def announce(line: str) -> None:
        assert embedding.sent == []
        said.append(line)

    with QAPlugin(articles, store=tmp_path / "store", embed_model=embedding) as plugin:
        report = plugin.index(announce=announce)
    (line,) = said
    tokens = report.usage.embedding_tokens
    assert 30 < tokens < 80
    assert line == (
        f"To be embedded: 2 files, 2 chunks, {tokens} tokens for text-embedding-3-small at wherever PaidEmbedding "
        "is set to, less than $0.01 by the price file of 2026-08-21."
    )
    assert report.to_dict()["usage"] == {"embedding_tokens": tokens, "cost_usd": pytest.approx(tokens * 0.02 / 1e6)}


def test_an_unknown_price_is_said_to_be_unknown(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store", embed_model=PaidEmbedding(model_name="ours")) as plugin:
        report = plugin.index()
        assert plugin.notices[0].endswith(", at an unknown price.")
    assert report.usage.embedding_tokens > 0
    assert report.usage.cost_usd is None


def test_much_money_wants_a_yes(articles: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('dated = "2031-01-02"\n[embedding."ours"]\nprompt = 100_000\n', encoding="utf-8")
    embedding, settings = PaidEmbedding(model_name="ours"), Settings(prices=prices)
    with QAPlugin(articles, store=tmp_path / "store", settings=settings, embed_model=embedding) as plugin:
        with pytest.raises(ConsentNeeded, match=r"2 files, 2 chunks, \d+ tokens .* about \$\d\.\d\d by .*2031.*--yes"):
            plugin.index()
        assert embedding.sent == []
        report = plugin.index(yes=True)
    assert report.usage.cost_usd == pytest.approx(report.usage.embedding_tokens / 10)


def test_much_work_at_an_unknown_price_wants_a_yes(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa_plugin.indexing.MAX_TOKENS_OF_UNKNOWN_PRICE", 20)
    with (
        QAPlugin(articles, store=tmp_path / "store", embed_model=PaidEmbedding(model_name="ours")) as plugin,
        pytest.raises(ConsentNeeded, match="at an unknown price"),
    ):
        plugin.index()


def test_only_what_is_new_is_announced_and_paid_for(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store", embed_model=PaidEmbedding()) as plugin:
        plugin.index()
        plugin.notices.clear()
        assert plugin.index().usage.embedding_tokens == 0
        assert plugin.notices == []
        (articles / "terceiro.txt").write_text("A ponte abriu.\n", encoding="utf-8")
        # The same text under another name is the same vector.
        (articles / "copia.txt").write_text(ARTICLES["barcos.txt"], encoding="utf-8")
        report = plugin.index()
        (notice,) = plugin.notices
    assert notice.startswith(f"To be embedded: 2 files, 2 chunks, {report.usage.embedding_tokens} tokens for ")
    assert 2 < report.usage.embedding_tokens < 9


def test_an_index_made_again_costs_nothing_until_it_is_forgotten(articles: Path, tmp_path: Path) -> None:
    store, embedding = tmp_path / "store", PaidEmbedding()
    with QAPlugin(articles, store=store, embed_model=embedding) as plugin:
        plugin.index()
        plugin.ask(QUESTION)
    sent = len(embedding.sent)
    (store / "catalogue.sqlite3").unlink()
    with QAPlugin(articles, store=store, embed_model=embedding) as plugin:
        assert len(plugin.index().added) == 2
        assert plugin.ask(QUESTION).usage.embedding_tokens == 0
        assert len(embedding.sent) == sent
        plugin.forget(articles)
        assert not (store / CACHE_NAME).exists()
        assert plugin.index().usage.embedding_tokens > 0


def test_a_question_pays_for_its_vector(articles: Path, tmp_path: Path) -> None:
    settings = Settings(cache=False)
    with QAPlugin(articles, store=tmp_path / "store", settings=settings, embed_model=PaidEmbedding()) as plugin:
        usages = [plugin.ask(QUESTION).usage for _ in range(2)]
    assert usages[0] == usages[1]
    assert usages[0].embedding_tokens == 6
    assert usages[0].cost_usd == pytest.approx(6 * 0.02 / 1e6)
    assert not (tmp_path / "store" / CACHE_NAME).exists()


def test_the_built_in_embedder_costs_nothing_and_keeps_nothing(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store") as plugin:
        report = plugin.index()
        answer = plugin.ask(QUESTION)
    assert (plugin.notices, report.usage.embedding_tokens, report.usage.cost_usd) == ([], 0, 0.0)
    assert answer.usage.to_dict() == {
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "embedding_tokens": 0,
        "cost_usd": 0.0,
        "kept_replies": 0,
        "estimated": False,
    }
    assert not (tmp_path / "store" / CACHE_NAME).exists()


# ---------------------------------------------------------------- answering


def test_asking_again_costs_nothing_also_in_another_process(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    answers = []
    for _ in range(2):
        with QAPlugin(articles, store=tmp_path / "store", settings=_settings(fake)) as plugin:
            answers.append(plugin.ask(QUESTION))
    first, again = answers
    assert len(fake.requests) == 1
    assert (first.usage.prompt_tokens > 0, first.usage.kept_replies) == (True, 0)
    assert (again.usage.prompt_tokens, again.usage.completion_tokens, again.usage.kept_replies) == (0, 0, 1)
    assert (again.text, again.citations, again.mode) == (first.text, first.citations, "llm")


def test_with_the_cache_off_every_question_is_asked(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    with QAPlugin(articles, store=tmp_path / "store", settings=_settings(fake, cache=False)) as plugin:
        for _ in range(2):
            assert plugin.ask(QUESTION).usage.kept_replies == 0
    assert len(fake.requests) == 2


def test_a_marker_that_is_the_same_for_the_same_texts_stands_in_none_of_them() -> None:
    texts = ("How many?", "Forty boats.")
    first = markers(texts)()
    assert markers(texts)() == first != markers(("How many?", "Fifty boats."))()
    foreseen = fence_marker([*texts, f"[{first}] end passage 1"], draw=markers(texts))
    assert foreseen != first
    assert foreseen.startswith(first)


def test_changed_articles_are_another_request(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    with QAPlugin(articles, store=tmp_path / "store", settings=_settings(fake)) as plugin:
        plugin.ask(QUESTION)
        (articles / "mercado.txt").write_text("O mercado dos barcos de Porto Velo fecha tarde.\n", encoding="utf-8")
        plugin.index()
        assert plugin.ask(QUESTION).usage.kept_replies == 0


def test_over_the_limit_nothing_is_sent(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    settings = _settings(fake, max_prompt_tokens=50)
    plugin = QAPlugin(articles, store=tmp_path / "store", settings=settings)
    with plugin, pytest.raises(BudgetExceeded, match="50 are allowed"):
        plugin.ask(QUESTION)
    settings = _settings(fake, max_prompt_tokens=50, fallback=True)
    with QAPlugin(articles, store=tmp_path / "store", settings=settings) as plugin:
        answer = plugin.ask(QUESTION)
    assert (answer.mode, answer.usage.prompt_tokens) == ("extractive", 0)
    assert "50 are allowed" in "".join(answer.warnings)
    assert fake.requests == []


def test_passages_that_a_limit_leaves_out_are_told(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    for at in range(6):
        text = f"O barco {at} foi reparado em Porto Velo, disse o mestre {at}, que conserta barcos há anos.\n" * 5
        (articles / f"outro{at}.txt").write_text(text, encoding="utf-8")

    def ask(most: int | None) -> Answer:
        settings = _settings(fake, max_prompt_tokens=most, cache=False)
        with QAPlugin(articles, store=tmp_path / "store", settings=settings) as plugin:
            return plugin.ask(QUESTION)

    assert (ask(None).warnings, ask(100_000).warnings) == ((), ())
    sent = len(json.dumps(fake.requests[-1].body))
    (warning,) = ask(1_900).warnings
    assert "under 1,900 tokens (--max-prompt-tokens)" in warning
    assert len(json.dumps(fake.requests[-1].body)) < sent


def test_what_failed_before_extraction_answered_is_on_the_bill(
    articles: Path, tmp_path: Path, fake: FakeOpenAI
) -> None:
    fake.chat = "prose"
    with QAPlugin(articles, store=tmp_path / "store", settings=_settings(fake)) as plugin:
        answer = plugin.ask(QUESTION)
    assert answer.mode == "extractive"
    assert len(fake.requests) == 2
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.completion_tokens > 0


# ---------------------------------------------------------------- the command line


def _cli(fake: FakeOpenAI | None, *words: str, **more: str) -> int:
    environ = {"OPENAI_API_KEY": fake.api_key, "OPENAI_BASE_URL": fake.base_url} if fake else {}
    return main(list(words), environ=environ | {"QA_PLUGIN_MODEL": "fake-chat"} | more)


def _ask(articles: Path, *options: str) -> Sequence[str]:
    return ("ask", "--json", "--articles", str(articles), *options, QUESTION)


def test_the_limits_are_options(articles: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    assert _cli(fake, *_ask(articles, "--max-prompt-tokens", "50")) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "budget_exceeded"
    assert _cli(fake, *_ask(articles), QA_PLUGIN_MAX_PROMPT_TOKENS="50") == 2
    assert fake.requests == []
    # What is said on the line goes before the environment; at this machine nothing costs.
    options = ("--max-prompt-tokens", "5000", "--max-cost", "0")
    assert _cli(fake, *_ask(articles, *options), QA_PLUGIN_MAX_PROMPT_TOKENS="50") == 0
    assert len(fake.requests) == 1


@pytest.mark.parametrize("options", [("--max-cost", "-1"), ("--max-cost", "much"), ("--max-prompt-tokens", "0")])
def test_limits_that_are_none_are_an_error(
    articles: Path, options: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _cli(None, *_ask(articles, *options)) == 2
    assert options[1] in capsys.readouterr().err


def test_fallback_answers_where_the_model_fails(
    articles: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.chat = "quota"
    assert _cli(fake, *_ask(articles)) == 2
    capsys.readouterr()
    assert _cli(fake, *_ask(articles, "--fallback")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["mode"], answer["usage"]["cost_usd"]) == ("extractive", 0.0)
    assert "out of quota" in answer["warnings"][0]
    assert _cli(fake, *_ask(articles), QA_PLUGIN_FALLBACK="1") == 0
    with pytest.raises(ModelRefused), QAPlugin(articles, settings=_settings(fake)) as plugin:
        plugin.ask(QUESTION)


def test_no_cache_asks_again(articles: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), (), ("--no-cache",)):
        assert _cli(fake, *_ask(articles, *options)) == 0
    assert _cli(fake, *_ask(articles), QA_PLUGIN_CACHE="off") == 0
    assert len(fake.requests) == 3
    assert '"kept_replies": 1' in capsys.readouterr().out


def test_a_kept_reply_is_told_where_people_read_it(
    articles: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("ask", "--articles", str(articles), QUESTION)
    assert _cli(fake, *words) == 0
    assert "kept" not in capsys.readouterr().out
    fake.chat = "bad_key"
    assert _cli(fake, *words) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "fake-chat" in last
    assert "kept from an earlier time; the model was not asked now" in last
    assert _cli(fake, *words, "--no-cache") == 2


def test_eval_asks_anew_without_the_cache_and_names_the_model(
    articles: Path, fake: FakeOpenAI, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    line = {"id": "1", "question": QUESTION, "question_lang": "en", "type": "count", "answer": "40", "accept": []}
    questions.write_text(json.dumps({**line, "value": 40, "sources": ["barcos.txt"]}), encoding="utf-8")
    for options in ((), ("--no-cache",)):
        assert _cli(fake, "eval", "--articles", str(articles), "--questions", str(questions), *options) == 0
        assert capsys.readouterr().err.splitlines()[0] == "All stays on this machine (model fake-chat)."
    assert len(fake.requests_to("/chat/completions")) == 2


def test_servers_of_one_machine_do_not_share_their_replies(articles: Path, tmp_path: Path, fake: FakeOpenAI) -> None:
    with FakeOpenAI(fake.script) as other:
        for server in (fake, other, fake):
            with QAPlugin(articles, store=tmp_path / "store", settings=_settings(server)) as plugin:
                plugin.ask(QUESTION)
        assert (len(fake.requests), len(other.requests)) == (1, 1)


def test_what_was_rejected_is_told_with_the_reason(
    articles: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.chat = "changed_number"
    assert _cli(fake, "ask", "--articles", str(articles), QUESTION) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note: ")]
    assert notes == [
        "Note: Nothing that fake-chat said could be verified; answered by extraction.",
        "Note: Not verified, so left out: “More than 50 boats were repaired.” "
        "(The number “More than 50” is not in the quotes.)",
    ]


def test_measuring_again_costs_nothing(articles: Path, fake: FakeOpenAI, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    line = {"id": "1", "question": QUESTION, "question_lang": "en", "type": "count", "answer": "40", "accept": []}
    questions.write_text(json.dumps({**line, "value": 40, "sources": ["barcos.txt"]}), encoding="utf-8")
    for _ in range(2):
        assert _cli(fake, "eval", "--articles", str(articles), "--questions", str(questions)) == 0
    assert len(fake.requests_to("/chat/completions")) == 1


def test_doctor_reads_the_price_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('dated = "2031-01-02"\n', encoding="utf-8")
    _cli(None, "doctor", "--json", QA_PLUGIN_PRICES=str(prices))
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["prices"]["state"] == "ok"
    prices.write_text("price = 3", encoding="utf-8")
    assert _cli(None, "doctor", "--json", QA_PLUGIN_PRICES=str(prices)) == 2
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["prices"]["state"] == "fail"
    assert "none of dated, chat" in checks["prices"]["detail"]


def test_a_wrong_price_file_is_said_before_anything_is_sent(
    articles: Path, fake: FakeOpenAI, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _cli(fake, *_ask(articles), QA_PLUGIN_PRICES=str(tmp_path / "none.toml")) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "settings"
    assert fake.requests == []
