"""What the doctor says of a model's server: it is asked for its list of models, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.doctor import Check, examine, report
from qa_plugin.settings import Settings, from_environment
from tests.fake_openai import FakeOpenAI


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(chat_models=("fake-chat", "pulled:latest")) as server:
        yield server


def checks_of(fake: FakeOpenAI, tmp_path: Path, **more: Any) -> dict[str, Check]:
    given: dict[str, Any] = {
        "api_key": fake.api_key,
        "base_url": fake.base_url,
        "model": "fake-chat",
        "store": tmp_path / "store",
    }
    checks = examine(Settings(**(given | more)))
    assert fake.api_key not in report(checks, width=80)
    return {check.name: check for check in checks}


@pytest.mark.parametrize("model", ["fake-chat", "pulled"])
def test_a_key_and_a_model_that_the_server_takes_are_told(fake: FakeOpenAI, tmp_path: Path, model: str) -> None:
    checks = checks_of(fake, tmp_path, model=model)
    assert (checks["key"].state, checks["model"].state) == ("ok", "ok")
    assert "takes the key and lists 3 models" in checks["key"].detail
    assert [(request.method, request.path) for request in fake.requests] == [("GET", "/v1/models")]


def test_a_rejected_key_is_a_fault(fake: FakeOpenAI, tmp_path: Path) -> None:
    check = checks_of(fake, tmp_path, api_key="sk-of-another")["key"]
    assert check.state == "fail"
    assert "does not accept the API key" in check.detail
    assert "OPENAI_API_KEY" in check.mend


def test_a_server_without_keys_is_told(fake: FakeOpenAI, tmp_path: Path) -> None:
    assert "wants no key" in checks_of(fake, tmp_path, api_key=None)["key"].detail


@pytest.mark.parametrize(("field", "variable"), [("model", "QA_PLUGIN_MODEL"), ("embedder", "QA_PLUGIN_EMBEDDER")])
def test_a_model_that_is_not_listed_is_told(fake: FakeOpenAI, tmp_path: Path, field: str, variable: str) -> None:
    check = checks_of(fake, tmp_path, **{field: "other"})["model"]
    assert check.state == "warn"
    assert "other is not among them: fake-chat, pulled:latest, fake-embed" in check.detail
    assert variable in check.mend


@pytest.mark.parametrize(
    ("behaviour", "state", "said"),
    [
        ("unknown_path", "ok", "gives no list of its models (HTTP 404)"),
        ("json_list", "warn", "not a JSON object"),
        ("html", "fail", "a web page in place of a reply"),
        ("no_choices", "ok", "lists no models"),
        ("out_of_memory", "warn", "CUDA out of memory"),
    ],
)
def test_what_else_a_server_says_to_it(fake: FakeOpenAI, tmp_path: Path, behaviour: str, state: str, said: str) -> None:
    fake.models = behaviour
    check = checks_of(fake, tmp_path)["key"]
    assert said in check.detail
    assert check.state == state
    assert bool(check.mend) is (state != "ok")


def test_an_address_without_v1_is_suspected(fake: FakeOpenAI, tmp_path: Path) -> None:
    fake.models = "unknown_path"
    check = checks_of(fake, tmp_path, base_url=fake.base_url.removesuffix("/v1"))["key"]
    assert (check.state, check.mend) == ("warn", "Check OPENAI_BASE_URL; it usually ends in /v1.")


def test_offline_asks_nobody(fake: FakeOpenAI, tmp_path: Path) -> None:
    assert "key" not in checks_of(fake, tmp_path, offline=True)
    assert fake.requests == []


def test_a_variable_that_nothing_reads_is_told(tmp_path: Path) -> None:
    settings = from_environment({"QA_PLUGIN_MODLE": "x", "QA_PLUGIN_STORE": str(tmp_path / "store")})
    (check,) = [check for check in examine(settings) if check.name == "settings"]
    assert (check.state, check.detail) == ("warn", "QA_PLUGIN_MODLE is set, and nothing reads it")
    assert check.mend == "Did you mean QA_PLUGIN_MODEL?"
