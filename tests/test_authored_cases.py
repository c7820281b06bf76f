"""The cases that others have written: whole, and consistent in themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

STATUSES = {"answered", "conflicting", "not_in_sources"}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", ["traps", "kept"])
def test_traps_name_their_own_articles(repository: Path, name: str) -> None:
    traps = rows(repository / "eval" / "traps" / f"{name}.jsonl")
    assert len(traps) >= 60
    assert len({trap["id"] for trap in traps}) == len(traps)
    for trap in traps:
        expect, articles = trap["expect"], trap["articles"]
        assert expect["status"] in STATUSES, trap["id"]
        named = [*expect.get("must_cite", []), *expect.get("must_not_cite", [])]
        files = {name for entry in named for name in (entry if isinstance(entry, list) else [entry])}
        assert files <= articles.keys(), trap["id"]
        assert all(text.strip() for text in articles.values()), trap["id"]
        if expect["status"] == "conflicting":
            assert len(expect["positions"]) >= 2, trap["id"]


@pytest.mark.parametrize(("name", "least"), [("forms", 400), ("dates", 60)])
def test_quantity_forms_are_whole(repository: Path, name: str, least: int) -> None:
    forms = rows(repository / "eval" / "quantities" / f"{name}.jsonl")
    assert len(forms) >= least
    assert len({form["id"] for form in forms}) == len(forms)
    assert all(form["text"].strip() and form["language"] in {"en", "pt", "fr", "ar", "fa"} for form in forms)
    if name == "forms":
        assert {form["language"] for form in forms if not form["expect"]} == {"en", "pt", "fr", "ar", "fa"}
        for expected in (e for form in forms for e in form["expect"]):
            assert (expected["value"] is not None) or "low" in expected
    else:
        assert all(form["expect"]["from"] <= form["expect"]["to"] for form in forms)
