from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.errors import SettingsError
from qa_plugin.settings import Settings, from_environment


def test_nothing_set_needs_no_key_and_no_network() -> None:
    settings = from_environment({})
    assert settings == Settings()
    assert settings.store == Path("vectorstore")
    assert settings.embedder == "built-in"
    assert not settings.uses_model
    assert settings.host is None


def test_every_variable_is_read() -> None:
    settings = from_environment(
        {
            "QA_PLUGIN_STORE": "elsewhere/index",
            "QA_PLUGIN_MODEL": "small-model",
            "QA_PLUGIN_EMBEDDER": "text-embedding-3-small",
            "QA_PLUGIN_PROMPTS": "my-prompts",
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": "http://127.0.0.1:8080/v1",
            "NO_COLOR": "1",
            "QA_PLUGIN_DEBUG": "1",
        }
    )
    assert settings == Settings(
        store=Path("elsewhere/index"),
        model="small-model",
        embedder="text-embedding-3-small",
        prompts=Path("my-prompts"),
        api_key="sk-test",
        base_url="http://127.0.0.1:8080/v1",
        plain=True,
        debug=True,
    )
    assert settings.uses_model
    assert settings.host == "127.0.0.1:8080"


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PLUGIN_STORE", "from-the-process")
    assert from_environment().store == Path("from-the-process")


@pytest.mark.parametrize("name", ["QA_PLUGIN_STORE", "QA_PLUGIN_EMBEDDER", "OPENAI_API_KEY", "OPENAI_BASE_URL"])
@pytest.mark.parametrize("value", ["", "  ", "\n"])
def test_an_empty_variable_counts_as_unset(name: str, value: str) -> None:
    assert from_environment({name: value}) == Settings()


def test_white_space_around_a_key_is_no_part_of_it() -> None:
    assert from_environment({"OPENAI_API_KEY": " sk-test\n"}).api_key == "sk-test"


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("1", True),
        ("true", True),
        ("YES", True),
        (" on ", True),
        ("0", False),
        ("False", False),
        ("no", False),
        ("off", False),
        ("", False),
    ],
)
def test_offline_takes_the_usual_words(value: str, meant: bool) -> None:  # noqa: FBT001
    assert from_environment({"QA_PLUGIN_OFFLINE": value}).offline is meant


def test_offline_refuses_other_words() -> None:
    with pytest.raises(SettingsError, match=r"QA_PLUGIN_OFFLINE is 'maybe'; it must be one of 1, true, yes"):
        from_environment({"QA_PLUGIN_OFFLINE": "maybe"})


def test_offline_wins_over_a_key() -> None:
    settings = Settings(api_key="sk-test", offline=True)
    assert not settings.uses_model
    assert settings.host is None


def test_a_key_alone_leads_to_openai() -> None:
    assert Settings(api_key="sk-test").host == "api.openai.com"


def test_a_base_url_alone_uses_a_model() -> None:
    assert Settings(base_url="https://llm.example.org/v1").uses_model


def test_an_embedder_by_name_sends_the_question_away_without_any_model() -> None:
    assert Settings(embedder="text-embedding-3-small").host == "api.openai.com"


def test_the_key_is_in_no_repr() -> None:
    assert "sk-secret" not in repr(Settings(api_key="sk-secret"))


def test_a_broken_key_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY holds a line end") as caught:
        from_environment({"OPENAI_API_KEY": "sk-secret\nsk-other"})
    assert "sk-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    ["127.0.0.1:8080", "ftp://host/v1", "http://", "http:///v1", "http://host:port/v1", "http://ho st/v1"],
)
def test_a_base_url_that_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=r"OPENAI_BASE_URL is '.*must be an address such as http://"):
        from_environment({"OPENAI_BASE_URL": value})


def test_a_password_in_a_base_url_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsError, match="put the key into OPENAI_API_KEY") as caught:
        from_environment({"OPENAI_BASE_URL": "https://me:hidden@host/v1"})
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chunk_tokens", 0),
        ("chunk_tokens", True),
        ("max_concurrency", 0),
        ("max_concurrency", -1),
        ("max_concurrency", 2.5),
        ("max_concurrency", "8"),
        ("max_concurrency", None),
        ("max_concurrency", float("nan")),
        ("max_prompt_tokens", 0.5),
        ("timeout_seconds", -1),
        ("timeout_seconds", float("nan")),
        ("deadline_seconds", "120"),
        ("context_tokens", 10),
    ],
)
def test_numbers_out_of_range_are_refused(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=rf"{name} .*is .*; it must be a (whole )?number from"):
        Settings(**{name: value})


def test_an_empty_embedder_is_refused() -> None:
    with pytest.raises(SettingsError, match="QA_PLUGIN_EMBEDDER is empty"):
        Settings(embedder="")


def test_settings_do_not_change() -> None:
    settings: Any = Settings()
    with pytest.raises(FrozenInstanceError, match="offline"):
        settings.offline = True


def test_changes_stand_over_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("QA_PLUGIN_MODEL", "small-model")
    settings = Settings.from_environment(fallback=True, model="other-model")
    assert (settings.fallback, settings.uses_model, settings.model) == (True, True, "other-model")
    assert not Settings(fallback=True).uses_model  # reads nothing


def test_a_change_of_no_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no setting fallbak; there are .*fallback"):
        Settings.from_environment(fallbak=True)


@pytest.mark.parametrize(
    ("variable", "value", "field", "meant"),
    [
        ("QA_PLUGIN_TIMEOUT", "300", "timeout_seconds", 300.0),
        ("QA_PLUGIN_DEADLINE", "600.5", "deadline_seconds", 600.5),
        ("QA_PLUGIN_CONTEXT_TOKENS", "1200", "context_tokens", 1200),
    ],
)
def test_bounds_of_a_slow_model_are_variables(variable: str, value: str, field: str, meant: float) -> None:
    assert getattr(from_environment({variable: value}), field) == meant
    with pytest.raises(SettingsError, match=variable):
        from_environment({variable: "soon"})
    with pytest.raises(SettingsError, match=variable):
        from_environment({variable: "0"})


def test_a_variable_that_nothing_reads_is_told_by_name_alone() -> None:
    settings = from_environment({"QA_PLUGIN_TIMEOT": "9", "QA_PLUGIN_ZZZ": "hidden", "OTHER": "1"})
    misspelt, unknown = settings.remarks
    assert "QA_PLUGIN_TIMEOT is set" in misspelt
    assert "QA_PLUGIN_TIMEOUT?" in misspelt
    assert "QA_PLUGIN_ZZZ" in unknown
    assert "hidden" not in unknown


def test_every_variable_of_the_readme_is_read() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(QA_PLUGIN_\w+)`", readme, re.MULTILINE))
    assert len(told) > 15
    assert from_environment(dict.fromkeys(told, "")).remarks == ()
