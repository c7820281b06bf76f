"""The bundle for Claude Desktop: packed as the page says, its form filled in, its command started and asked.

What the format's own tools say of it comes from npm, and runs with what takes long (`.ci/long`).
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from qa_plugin import QAPlugin
from tests.conftest import REPOSITORY
from tests.mcp_news import QUESTIONS, environment, with_client, write_articles

FOLDER = REPOSITORY / "qa_plugin" / "docs" / "claude-desktop"
PAGE = (REPOSITORY / "qa_plugin" / "docs" / "mcp.md").read_text("utf-8")
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
ASKED = (QUESTIONS[0], QUESTIONS[-1])
"""Answered, and not in the sources."""
REQUIRED = {"manifest_version", "name", "version", "description", "author", "server"}
TOOL = ("-p", "@anthropic-ai/mcpb@2.1.2", "--")
AS_THE_HOST = """
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
const tool = process.env.PATH.split(delimiter).map((folder) => join(folder, "mcpb")).find(existsSync);
const { getMcpConfigForManifest } = await import(join(realpathSync(tool), "..", "..", "index.js"));
const manifest = JSON.parse(readFileSync(process.argv[1], "utf8"));
const given = { manifest, extensionPath: "/bundle", systemDirs: {}, pathSeparator: "/" };
const found = (userConfig) => getMcpConfigForManifest({ ...given, userConfig });
const whole = JSON.parse(process.argv[2]);
const lacking = Object.keys(whole).map((key) => found({ ...whole, [key]: "" }));
console.log(JSON.stringify([await found(whole), (await Promise.all(lacking)).map((config) => config ?? null)]));
"""
"""The format's own code that fills in a manifest, given the whole form, and a form that lacks one field at a time."""


def packed(folder: Path) -> Path:
    """The bundle, made by the command of the page."""
    [words] = re.findall(r"^python (-m zipfile -c .*)$", PAGE, flags=re.M)
    *options, bundle, manifest = shlex.split(words)
    assert (REPOSITORY / manifest).parent == FOLDER
    subprocess.run([sys.executable, *options, bundle, REPOSITORY / manifest], cwd=folder, check=True, timeout=60)
    return folder / bundle


def form(folder: Path) -> dict[str, str]:
    """What a person picks: the installed command, articles and an empty folder, in places whose names have spaces."""
    command = shutil.which("qa-plugin", path=str(Path(sys.executable).parent))
    assert command, "the package is not installed in the environment of the tests"
    (folder / "my index").mkdir()
    return {"command": command, "articles": str(write_articles(folder / "my news")), "store": str(folder / "my index")}


def filled(value: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{user_config\.(\w+)\}", lambda hole: values[hole[1]], value)


def told(answer: Mapping[str, Any]) -> tuple[Any, ...]:
    return (answer["status"], answer["answer"], *((c["source"], c["quote"]) for c in answer["citations"]))


def test_it_says_of_the_package_what_the_package_says() -> None:
    assert MANIFEST.keys() >= REQUIRED
    assert {key: MANIFEST[key] for key in ("name", "version", "license", "keywords")} == {
        key: PROJECT[key] for key in ("name", "version", "license", "keywords")
    }
    assert MANIFEST["author"] == PROJECT["authors"][0]
    assert MANIFEST["compatibility"]["platforms"] == ["darwin", "win32", "linux"]


def test_every_hole_is_asked_for_and_nothing_else_is() -> None:
    """A field that may be left out stays a hole: hosts hand `${user_config.…}` to the server as it stands."""
    config = MANIFEST["server"]["mcp_config"]
    holes = re.findall(r"\$\{([^}]*)\}", json.dumps(config))
    assert sorted(holes) == sorted(f"user_config.{key}" for key in MANIFEST["user_config"])
    assert all(field["required"] is True for field in MANIFEST["user_config"].values())
    assert {key: field["type"] for key, field in MANIFEST["user_config"].items()} == {
        "command": "file",
        "articles": "directory",
        "store": "directory",
    }


def test_nothing_is_sent_so_that_no_other_privacy_policy_applies() -> None:
    assert MANIFEST["privacy_policies"] == []
    assert "--offline" in MANIFEST["server"]["mcp_config"]["args"]
    assert "env" not in MANIFEST["server"]["mcp_config"]


def test_what_is_packed_starts_a_server_that_is_as_it_says_and_answers(tmp_path: Path) -> None:
    with zipfile.ZipFile(packed(tmp_path)) as bundle:
        assert bundle.namelist() == ["manifest.json"]
        manifest = json.loads(bundle.read("manifest.json"))
    assert manifest["server"]["entry_point"] == "manifest.json"
    values, config = form(tmp_path), manifest["server"]["mcp_config"]
    server = StdioServerParameters(
        command=filled(config["command"], values),
        args=[filled(word, values) for word in config["args"]],
        # A model that is set up elsewhere on the machine is not asked.
        env=environment(OPENAI_API_KEY="none", OPENAI_BASE_URL="http://127.0.0.1:9/v1"),
        cwd="/",
    )

    async def ask(client: Client) -> tuple[list[Any], list[Any], list[Any]]:
        tools = [{"name": t.name, "description": t.description} for t in (await client.list_tools()).tools]
        prompts = []
        for prompt in (await client.list_prompts()).prompts:
            names = [argument.name for argument in prompt.arguments or []]
            got = await client.get_prompt(prompt.name, {name: f"${{arguments.{name}}}" for name in names})
            text = getattr(got.messages[0].content, "text", None)
            prompts.append({"name": prompt.name, "description": prompt.description, "arguments": names, "text": text})
        found: list[Any] = [
            (await client.call_tool("ask", {"question": question})).structured_content for question in ASKED
        ]
        return tools, prompts, found

    tools, prompts, found = with_client(server, "legacy", ask)
    assert tools == manifest["tools"]
    assert prompts == manifest["prompts"]
    assert [(one["status"], one["mode"]) for one in found] == [
        ("answered", "extractive"),
        ("not_in_sources", "extractive"),
    ]
    assert found[0]["answer"].startswith("41 ")
    with QAPlugin(store=values["store"]) as plugin:
        assert [told(one) for one in found] == [told(plugin.ask(question).to_dict()) for question in ASKED]


@pytest.fixture(scope="module")
def npx() -> str:
    """Where npx is; the test is skipped where it, or what it brings, cannot be had."""
    found = shutil.which("npx")
    if found is None:
        pytest.skip("npx is not installed")
    tried = subprocess.run([found, "-y", *TOOL, "mcpb", "--version"], capture_output=True, text=True, timeout=600)
    if tried.returncode != 0:
        pytest.skip(f"npm cannot bring {TOOL[1]}: {tried.stderr.strip()[-200:]}")
    return found


def run(npx: str, *words: str | Path, status: int = 0) -> str:
    done = subprocess.run(
        [npx, "-y", *TOOL, *map(str, words)], capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
def test_the_tools_of_the_format_take_it_and_no_other(npx: str, tmp_path: Path) -> None:
    assert "validation passes" in run(npx, "mcpb", "validate", FOLDER / "manifest.json")
    run(npx, "mcpb", "unpack", packed(tmp_path), tmp_path / "unpacked")
    assert json.loads((tmp_path / "unpacked" / "manifest.json").read_text("utf-8")) == MANIFEST
    run(npx, "mcpb", "pack", FOLDER, tmp_path / "other.mcpb")
    with zipfile.ZipFile(tmp_path / "other.mcpb") as bundle:
        assert bundle.namelist() == ["manifest.json"]
    for key in REQUIRED:
        (tmp_path / "manifest.json").write_text(json.dumps({k: v for k, v in MANIFEST.items() if k != key}))
        run(npx, "mcpb", "validate", tmp_path / "manifest.json", status=1)


@pytest.mark.long
def test_the_format_fills_the_form_in_as_is_tested_here(npx: str, tmp_path: Path) -> None:
    values = form(tmp_path)
    said = run(npx, "node", "--input-type=module", "-e", AS_THE_HOST, FOLDER / "manifest.json", json.dumps(values))
    whole, lacking = json.loads(said)
    config = MANIFEST["server"]["mcp_config"]
    assert whole["command"] == filled(config["command"], values)
    assert whole["args"] == [filled(word, values) for word in config["args"]]
    assert lacking == [None, None, None]
