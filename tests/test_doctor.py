"""What the doctor says: of a model's server, which is asked for its list of models alone, and as a command."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.doctor import Check, examine, report
from qa_plugin.settings import Settings, from_environment
from tests.command_line import run, said, write_news
from tests.fake_openai import FakeOpenAI


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_news(tmp_path)


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


# ---------------------------------------------------------------- the command


def test_doctor_says_what_is_set_up(folder: Path) -> None:
    status, output, _ = said(run("doctor", cwd=folder))
    assert status == 0
    assert "→ Make one: qa-plugin index PATH" in output
    assert "nothing: all stays on this machine" in output
    assert not (folder / "vectorstore").exists()

    assert run("index", "news", cwd=folder).returncode == 0
    status, output, _ = said(run("doctor", "--json", cwd=folder))
    assert status == 0
    checks = {check["name"]: check for check in json.loads(output)["checks"]}
    assert checks["index"]["state"] == "ok"
    assert checks["index"]["detail"].startswith("3 files, ")


def test_doctor_says_what_leaves_and_never_shows_the_key(folder: Path) -> None:
    done = run(
        "doctor", "--json",
        cwd=folder, OPENAI_API_KEY="sk-very-secret", OPENAI_BASE_URL="http://llm.example.org:8080/v1",
        http_proxy="http://127.0.0.1:9", no_proxy="", QA_PLUGIN_MODEL="small-model",
    )  # fmt: skip
    assert done.returncode == 0
    assert b"sk-very-secret" not in done.stdout + done.stderr
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    place = "llm.example.org:8080"
    assert checks["leaves"]["detail"] == f"to {place}: each question and the passages found for it"
    assert checks["host"]["detail"] == "llm.example.org is reached through a proxy, which was not tried"
    assert checks["answers"]["detail"] == f"by the model small-model at {place}; OPENAI_API_KEY is set (not shown)"


def test_doctor_tells_a_host_that_does_not_answer(folder: Path) -> None:
    done = run("doctor", "--json", cwd=folder, OPENAI_BASE_URL="http://127.0.0.1:9/v1", no_proxy="*")
    assert done.returncode == 2
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["host"]["state"] == "fail"
    assert "--offline" in checks["host"]["mend"]
    assert checks["answers"]["state"] == "warn"
    assert "QA_PLUGIN_MODEL" in checks["answers"]["mend"]
    assert checks["leaves"]["detail"] == "nothing: all stays on this machine"


def test_doctor_offline_opens_no_connection(folder: Path) -> None:
    done = run("doctor", "--json", "--offline", cwd=folder, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 0
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert "host" not in checks
    assert "offline is set" in checks["answers"]["detail"]


def test_doctor_tells_a_damaged_index(folder: Path) -> None:
    assert run("index", "news", cwd=folder).returncode == 0
    (folder / "vectorstore" / "catalogue.sqlite3").write_bytes(b"no database" * 1000)
    for leftover in (folder / "vectorstore").glob("catalogue.sqlite3-*"):
        leftover.unlink()
    status, output, errors = said(run("doctor", cwd=folder))
    assert status == 2
    assert "fail  index" in output
    assert "catalogue.sqlite3" in output
    assert "Traceback" not in errors


def installed(folder: Path, name: str, version: str, *asks_for: str) -> None:
    """A package, as far as its metadata go."""
    place = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    place.mkdir(parents=True)
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {asked}" for asked in asks_for)]
    (place / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", *lines, ""]))


def unfitting(checks: list[Check]) -> dict[str, Check]:
    return {check.detail.split(" is installed, but ")[0]: check for check in checks if check.name == "packages"}


def test_what_is_installed_and_does_not_fit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = unfitting(examine(Settings(store=tmp_path / "store")))
    assert [named for named in before if named.split()[0] in {"mcp", "numpy", "openai"}] == []
    for name, version in (("mcp", "1.9.0"), ("numpy", "1.2.0"), ("openai", "9.1.0")):
        installed(tmp_path / "site", name, version)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    checks = examine(Settings(store=tmp_path / "store"))
    told = unfitting(checks)
    assert {"mcp 1.9.0", "numpy 1.2.0", "openai 9.1.0"} <= told.keys()
    assert "qa-plugin[mcp] needs mcp<3,>=2.2" in told["mcp 1.9.0"].detail
    assert "qa-plugin needs numpy>=1.26" in told["numpy 1.2.0"].detail
    assert "llama-index-llms-openai needs openai" in told["openai 9.1.0"].detail
    assert {check.state for check in told.values()} == {"warn"}
    assert "pip install '.[mcp]', and behind it what else you installed that needs mcp" in told["mcp 1.9.0"].mend
    assert "'.[llm]'" not in told["numpy 1.2.0"].mend
    assert "'.[llm]'" in told["openai 9.1.0"].mend
    assert "in one command with qa-plugin" in report(checks, width=None)


def test_each_installed_package_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All below all others, from qa-plugin on: along every path between them it would never end."""
    names = [f"below{number}" for number in range(30)]
    installed(tmp_path / "site", "qa-plugin", "0.1.0", *names)
    for name in names:
        installed(tmp_path / "site", name, "1", *names, "below0[more]", "below1>=2")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    looked: Counter[str] = Counter()

    def counted(name: str) -> list[str] | None:
        looked[name] += 1
        return requires(name)

    requires = metadata.requires
    monkeypatch.setattr(metadata, "requires", counted)
    (check,) = unfitting(examine(Settings(store=tmp_path / "store"))).values()
    assert check.detail.count("needs below1>=2") == len(names)
    assert looked == Counter(["qa-plugin", *names, "below0"])  # that once more, for its extra
