"""Why and what, asked of invented articles in five languages: the sentence that says it answers, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_plugin import QAPlugin

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "why_cases.jsonl").read_text("utf-8").splitlines()
]
"""Each with an article, a question to it, words of which one must stand in the answer, and words that must not."""
NOT_YET: frozenset[str] = frozenset()
"""Cases that are not answered well; may only shrink."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QAPlugin]:
    """All articles in one index, so that each stands among the others."""
    folder = tmp_path_factory.mktemp("why")
    articles = folder / "articles"
    articles.mkdir()
    for case in CASES:
        (articles / f"{case['id']}.txt").write_text(case["article"], encoding="utf-8")
    with QAPlugin(articles, store=folder / "store") as plugin:
        plugin.index()
        yield plugin


def faults_of(case: dict[str, Any], text: str) -> list[str]:
    """What an answer lacks, and what it says that was not asked."""
    missing = [] if any(words in text for words in case["expect"]) else [f"none of {case['expect']}"]
    return missing + [f"says {words}" for words in case["lacks"] if words in text]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_sentence_that_says_it_answers(case: dict[str, Any], answers: QAPlugin) -> None:
    faults = faults_of(case, answers.ask(case["question"]).text)
    assert bool(faults) == (case["id"] in NOT_YET), faults
