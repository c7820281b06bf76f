"""Prices, windows and encodings by a model's name, from the shipped file and from one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.data import load_toml
from qa_plugin.errors import SettingsError
from qa_plugin.settings import Settings, from_environment
from qa_plugin.spending import check_prices, cost_usd, encoding_of, price_of, window_of
from qa_plugin.tokens import count_tokens

DATED = 'dated = "2031-01-02"\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "prices.toml"
    path.write_text(
        DATED
        + '[chat."our-model"]\nprompt = 2\ncompletion = 4.5\nwindow = 5000\nencoding = "cl100k_base"\n'
        + '[chat."GPT-4o-mini"]\nprompt = 1.0\ncompletion = 1.0\n'
        + '[chat."gpt-4o"]\nwindow = 777\n'
        + '[embedding."our-embedder"]\nprompt = 0.5\n'
        + "[[families]]\nname = 'llama'\nwindow = 4096\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-mini",
        "GPT-4o-mini",
        "openai/gpt-4o-mini",
        "gpt-4o-mini-2024-07-18",
        "openai/gpt-4o-mini-2024-07-18",
        " gpt-4o-mini-latest ",
    ],
)
def test_a_name_finds_its_row_with_vendor_and_date(name: str) -> None:
    assert cost_usd("chat", name, 1_000_000, 1_000_000) == pytest.approx(0.75)
    assert window_of(name) == 128_000


def test_a_version_with_a_price_of_its_own_keeps_it() -> None:
    assert cost_usd("chat", "gpt-4o-2024-05-13", 1_000_000) == 5.0
    assert cost_usd("chat", "gpt-4o-2024-08-06", 1_000_000) == 2.5


@pytest.mark.parametrize(
    "name", ["", "llama3.1:8b", "ft:gpt-4o-mini-2024-07-18:us::x", "gpt-4o-mini-tts", "gpt-4o-mini:free", "gpt-9"]
)
def test_what_is_not_listed_costs_an_unknown_amount(name: str) -> None:
    assert cost_usd("chat", name, 10, 10) is None
    assert price_of("embedding", name) is None


def test_an_embedder_is_no_chat_model() -> None:
    assert cost_usd("embedding", "text-embedding-3-small", 1_000_000) == 0.02
    assert cost_usd("chat", "text-embedding-3-small", 1_000_000) is None


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("llama3.1:8b", 131_072),
        ("meta-llama/Llama-3.1-8B-Instruct", 131_072),
        ("llama3:70b", 8_192),
        ("qwen2.5:7b", 32_768),
        ("gemma3:1b", 32_768),
        ("gemma3:12b", 131_072),
        ("mistral-nemo", 131_072),
        ("mistral:7b", 32_768),
        ("mistral-small:24b", 32_768),
        ("mistral-small3.2", 131_072),
        ("mistralai/Mistral-Small-3.1-24B-Instruct-2503", 131_072),
        ("mistralai/Mistral-Small-24B-Instruct-2501", 32_768),
        ("llama3.3", 131_072),
        ("meta-llama/Llama-2-7b-chat-hf", 4_096),
        ("qwen3:8b", 32_768),
        ("Qwen/Qwen3-4B-Instruct-2507", 262_144),
        ("qwen3-coder:30b", 262_144),
        ("gemma3n:e4b", 32_768),
        ("gemma3:270m", 32_768),
        ("google/gemma-4-31b-it", 131_072),
        ("gemma2:9b", 8_192),
        ("phi4", 16_384),
        ("phi4-mini", 131_072),
        ("phi4-reasoning:14b", 32_768),
        ("phi4-mini-reasoning", 131_072),
        ("microsoft/Phi-3-mini-4k-instruct", 4_096),
        ("phi3.5", 131_072),
        ("deepseek-r1:8b", 131_072),
        ("deepseek-ai/DeepSeek-V3.1", 131_072),
        ("granite3.3:8b", 131_072),
        ("gpt-oss:20b", 131_072),
        ("anthropic/claude-haiku-4-5-20251001", 200_000),
        ("something-else", None),
    ],
)
def test_the_window_of_a_family(name: str, window: int | None) -> None:
    assert window_of(name) == window


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("gpt-5-mini", "o200k_base"),
        ("gpt-4-0613", "cl100k_base"),
        ("gpt-4o-search", "o200k_base"),
        ("ft:gpt-4o:us", "o200k_base"),
        ("text-embedding-3-large", "cl100k_base"),
        ("llama3.1:8b", "o200k_base"),
    ],
)
def test_the_encoding_of_a_model_counts_its_tokens(name: str, encoding: str) -> None:
    assert encoding_of(name) == encoding
    assert count_tokens("Quantos barcos foram reparados?", encoding_of(name)) > 3


def test_every_shipped_row_is_as_strict_as_ones_own(tmp_path: Path) -> None:
    """The file that is shipped, without what is not about prices, passes the check of users' files."""
    lines, keep = [], True
    text = (Path(__file__).parent.parent / "qa_plugin" / "data" / "models.toml").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            keep = not line.startswith(("[local", "[[prefixes"))
        if keep and not line.startswith("default_chat"):
            lines.append(line)
    path = tmp_path / "shipped.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    check_prices(path)
    assert price_of("chat", load_toml("models.toml")["default_chat"]) is not None


def test_ones_own_file_adds_and_overrides(own: Path) -> None:
    assert cost_usd("chat", "our-model", 1_000_000, 1_000_000, prices=own) == 6.5
    price = price_of("chat", "openai/gpt-4o-mini", prices=own)
    assert price is not None
    assert (price.prompt, price.completion, price.dated) == (1.0, 1.0, "2031-01-02")
    assert window_of("gpt-4o-mini", prices=own) == 128_000
    assert (window_of("gpt-4o", prices=own), cost_usd("chat", "gpt-4o", 10**6, prices=own)) == (777, 2.5)
    assert (window_of("our-model", prices=own), encoding_of("our-model", prices=own)) == (5000, "cl100k_base")
    assert window_of("llama3.1:8b", prices=own) == 4096
    assert cost_usd("embedding", "our-embedder", 2_000_000, prices=own) == 1.0
    assert cost_usd("chat", "our-model", 10) is None


def test_a_changed_file_is_read_again(own: Path) -> None:
    assert window_of("our-model", prices=own) == 5000
    own.write_text(DATED + '[chat."our-model"]\nwindow = 6000\n', encoding="utf-8")
    import os

    os.utime(own, ns=(1, 1))
    assert window_of("our-model", prices=own) == 6000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dated = ", "cannot be read as TOML"),
        ("", "lacks the day"),
        ("dated = 5", "lacks the day"),
        ('dated = "last week"', "lacks the day"),
        (DATED + "[prices]", "holds 'prices', which is none of dated, chat, embedding, families"),
        (DATED + "chat = 5", r"must give \[chat\] as a table"),
        (DATED + "[chat]\nx = 5", r'must give \[chat."x"\] as a table, with prompt, completion'),
        (DATED + "[chat.x]\nprompt = 1", "gives only one of prompt and completion"),
        (DATED + "[chat.x]\nprompt = -1\ncompletion = 1", r"has prompt = -1 .*; it must be US dollars"),
        (DATED + "[chat.x]\nprompt = nan\ncompletion = 1", "has prompt = nan"),
        (DATED + "[chat.x]\nprompt = true\ncompletion = 1", "has prompt = True"),
        (DATED + '[chat.x]\nprompt = "1"\ncompletion = 1', "has prompt = '1'"),
        (DATED + "[chat.x]\nwindow = 1.5", r"has window = 1\.5 .* a number of tokens"),
        (DATED + "[chat.x]\nwindow = 0", "has window = 0"),
        (DATED + '[chat.x]\nencoding = "gpt2"', "one of cl100k_base, o200k_base"),
        (DATED + '[chat.x]\ndated = "soon"', "it must be a day"),
        (DATED + "[chat.gpt-4.1]\nprompt = 1", r"a name with a dot stands in quotes, as in \[chat"),
        (DATED + "[embedding.x]\ncompletion = 1", "holds 'completion' in"),
        (DATED + "families = 3", r"one after the other"),
        (DATED + "[[families]]\nwindow = 3", "without a name"),
        (DATED + "[[families]]\nname = '('", "is no pattern"),
    ],
)
def test_a_file_that_is_wrong_says_what_to_correct(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=f"The price file .*{said}") as caught:
        check_prices(path)
    assert str(caught.value).endswith("or unset QA_PLUGIN_PRICES.")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read \(No such file.*Name a TOML file"):
        check_prices(tmp_path / "nothing.toml")


def test_limits_come_from_the_environment() -> None:
    settings = from_environment(
        {
            "QA_PLUGIN_MAX_COST": "0.05",
            "QA_PLUGIN_MAX_PROMPT_TOKENS": "3000",
            "QA_PLUGIN_MAX_CONCURRENCY": "2",
            "QA_PLUGIN_PRICES": "my.toml",
            "QA_PLUGIN_CACHE": "0",
            "QA_PLUGIN_FALLBACK": "yes",
        }
    )
    assert settings == Settings(
        max_cost_usd=0.05,
        max_prompt_tokens=3000,
        max_concurrency=2,
        prices=Path("my.toml"),
        cache=False,
        fallback=True,
    )
    assert from_environment({"QA_PLUGIN_CACHE": "on"}).cache


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("QA_PLUGIN_MAX_COST", "cheap", "must be a number"),
        ("QA_PLUGIN_MAX_COST", "-1", r"max_cost_usd \(QA_PLUGIN_MAX_COST\) is -1.0; it must be a number from 0"),
        ("QA_PLUGIN_MAX_PROMPT_TOKENS", "2.5", "must be a whole number"),
        ("QA_PLUGIN_MAX_PROMPT_TOKENS", "0", r"max_prompt_tokens .*is 0"),
        (
            "QA_PLUGIN_MAX_CONCURRENCY",
            "0",
            r"max_concurrency \(QA_PLUGIN_MAX_CONCURRENCY\) is 0; it must be a whole",
        ),
        ("QA_PLUGIN_CACHE", "perhaps", "QA_PLUGIN_CACHE is 'perhaps'"),
    ],
)
def test_limits_that_are_none_are_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        from_environment({name: value})
