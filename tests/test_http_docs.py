"""What the documentation of the server says to paste is tried against a running one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from importlib.resources import files
from typing import Any

import pytest
import yaml
from openai import OpenAI

from qa_plugin.plugin import QAPlugin
from tests.conftest import REPOSITORY
from tests.http_servers import serving

DOCUMENT = files("qa_plugin").joinpath("docs/http.md").read_text("utf-8")
WRITTEN = "http://127.0.0.1:8932"
QUESTION = "How many troops were deployed?"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("documented")
    articles = folder / "articles"
    articles.mkdir()
    for path in (REPOSITORY / "eval" / "articles").glob("flood-*"):
        (articles / path.name).write_bytes(path.read_bytes())
    with QAPlugin(articles, store=folder / "store") as plugin, serving(plugin) as found:
        yield found


def block(kind: str, after: str) -> str:
    """The first fenced block of a kind behind some words."""
    behind = DOCUMENT[DOCUMENT.index(after) :]
    found = re.search(rf"^```{kind}\n(.*?)^```", behind, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def answers(url: str, base: str, key: str, model: str) -> None:
    """That a client so set up lists the model and gets an answer, whole and streamed."""
    assert base.startswith(f"{WRITTEN}/")
    messages: Any = [{"role": "user", "content": QUESTION}]
    with OpenAI(base_url=base.replace(WRITTEN, url), api_key=key, max_retries=0) as client:
        assert model in {one.id for one in client.models.list()}
        whole = client.chat.completions.create(model=model, messages=messages)
        text = whole.choices[0].message.content or ""
        assert text.startswith("More than 4,500 [1]")
        stream = client.chat.completions.create(model=model, messages=messages, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == text


def test_open_webui(url: str) -> None:
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string("[all]\n" + block("ini", "**Open WebUI**"))
    found: Mapping[str, str] = parser["all"]
    assert set(found) == {"OPENAI_API_BASE_URL", "OPENAI_API_KEY"}
    answers(url, found["OPENAI_API_BASE_URL"], found["OPENAI_API_KEY"], "qa-plugin")


def test_librechat(url: str) -> None:
    (found,) = yaml.safe_load(block("yaml", "**LibreChat**"))["endpoints"]["custom"]
    answers(url, found["baseURL"], found["apiKey"], found["models"]["default"][0])
    answers(url, found["baseURL"], found["apiKey"], found["titleModel"])


def test_continue(url: str) -> None:
    (found,) = yaml.safe_load(block("yaml", "**Continue**"))["models"]
    assert found["provider"] == "openai"
    answers(url, found["apiBase"], found["apiKey"], found["model"])


def test_zed(url: str) -> None:
    (found,) = json.loads(block("json", "**Zed**"))["language_models"]["openai_compatible"].values()
    answers(url, found["api_url"], "any", found["available_models"][0]["name"])


def test_the_python_of_the_document(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = block("python", "## OpenAI's interface")
    assert WRITTEN in code
    names: dict[str, Any] = {}
    exec(compile(code.replace(WRITTEN, url), "http.md", "exec"), names)  # noqa: S102 - the document's own code
    names["client"].close()
    shown = capsys.readouterr().out
    assert shown.startswith("More than 4,500 [1]")
    assert f"{url}/?open=flood-" in shown


def test_every_address_is_told(url: str) -> None:
    with OpenAI(base_url=f"{url}/", api_key="none") as client:
        document: Any = client.get("/openapi.json", cast_to=object)
    told = set(re.findall(r"`(?:GET|POST|GET`, `POST) (/[^`]*)`", DOCUMENT))
    assert {path for path in document["paths"] if path != "/v1/models/{id}"} <= told


def test_pictures_are_there_and_small() -> None:
    named = re.findall(r"[\w-]+\.png", DOCUMENT)
    assert len(named) == 2
    for name in named:
        assert 1_000 < len(files("qa_plugin").joinpath("docs", name).read_bytes()) < 200_000
