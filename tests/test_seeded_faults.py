"""The gate notices a broken pipeline: faults put into the real one, over a part of the project's own sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from eval.gating import ARTICLES, QUESTIONS, TRAPS, extracted_by, indexed, lied_to_by, trapped_by
from eval.switches import Part, changed
from eval.trap_cases import load_traps
from qa_plugin.evaluation import load_questions
from qa_plugin.evaluation.baseline import Baseline, base_of
from qa_plugin.evaluation.gate import Verdict, compare
from qa_plugin.plugin import QAPlugin
from qa_plugin.settings import Settings
from tests import faults

SAMPLE = load_questions(QUESTIONS)[::4]
LIED_TO = SAMPLE[::6]
ALL_TRAPS = [trap for path in TRAPS for trap in load_traps(path)]
DISPUTED = [trap for trap in ALL_TRAPS if trap["expect"]["status"] == "conflicting"]
SETTLED = [trap for trap in ALL_TRAPS if trap["expect"]["status"] == "answered"][::16]
CAUGHT_BY: Mapping[str, set[str]] = {
    "offsets shifted by one": {"quote_exact"},
    "files swapped": {"quote_exact", "hit@1", "hit@5", "correct_cited", "cite_precision"},
    "always answers": {"abstained_right"},
    "always abstains": {"abstained_wrong", "correct"},
    "a language ignored": {"hit@5", "correct", "correct_cited"},
    "quotes faked": {"quote_exact"},
    "no verifier": {"verified_numbers", "correct_cited"},
    "quotes anywhere": {"correct_cited"},
}
"""The figures by which each fault has to be noticed, among others."""


@pytest.fixture(scope="module")
def plugin() -> Iterator[QAPlugin]:
    with indexed() as plugin:
        yield plugin


@pytest.fixture(scope="module")
def extraction(plugin: QAPlugin) -> Baseline:
    return Baseline.of(extracted_by(plugin, SAMPLE))


@pytest.fixture(scope="module")
def models(plugin: QAPlugin) -> Baseline:
    return Baseline.of(lied_to_by(plugin, LIED_TO))


def _fallen(verdict: Verdict) -> set[str]:
    assert not verdict.passed
    return {base_of(move.figure) for move in verdict.falls}


@pytest.mark.parametrize("fault", faults.ASKED, ids=lambda fault: fault.name)
def test_a_fault_of_extraction_is_caught(plugin: QAPlugin, extraction: Baseline, fault: Part) -> None:
    with changed(fault):
        verdict = compare(extraction, extracted_by(plugin, SAMPLE))
    assert _fallen(verdict) >= CAUGHT_BY[fault.name]


@pytest.mark.parametrize("fault", faults.TOLD, ids=lambda fault: fault.name)
def test_a_fault_of_the_checks_is_caught(plugin: QAPlugin, models: Baseline, fault: Part) -> None:
    with changed(fault):
        verdict = compare(models, lied_to_by(plugin, LIED_TO))
    assert _fallen(verdict) >= CAUGHT_BY[fault.name]


def test_no_conflicts_are_noticed_by_the_traps() -> None:
    unbroken = trapped_by([*DISPUTED, *SETTLED])
    with changed(faults.NO_CONFLICTS):
        verdict = compare(Baseline.of(unbroken), trapped_by([*DISPUTED, *SETTLED]))
    assert _fallen(verdict) == {"correct"}
    assert set(verdict.fallen) <= {trap["id"] for trap in DISPUTED}


def test_half_of_the_passages_is_noticed(extraction: Baseline) -> None:
    with changed(faults.HALVED), indexed() as halved:
        verdict = compare(extraction, extracted_by(halved, SAMPLE))
    assert _fallen(verdict) >= {"correct", "correct_cited", "hit@1"}


def test_an_index_of_earlier_articles_is_noticed(extraction: Baseline, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    settings = Settings(store=tmp_path / "store", offline=True)
    for path in ARTICLES.iterdir():
        (folder / path.name).write_bytes(faults.earlier(path.read_bytes().decode()).encode())
    with QAPlugin(folder, settings=settings) as plugin:
        plugin.index(yes=True)
    for path in ARTICLES.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with QAPlugin(settings=settings) as stale:
        verdict = compare(extraction, extracted_by(stale, SAMPLE))
    assert _fallen(verdict) >= {"correct", "correct_cited", "abstained_wrong"}


def test_files_in_another_order_and_place_are_no_fault(extraction: Baseline) -> None:
    with changed(faults.BACKWARDS), indexed() as backwards:
        verdict = compare(extraction, extracted_by(backwards, SAMPLE))
    assert verdict.passed, verdict.text()


def test_what_is_unbroken_passes(plugin: QAPlugin, models: Baseline) -> None:
    verdict = compare(models, lied_to_by(plugin, LIED_TO))
    assert verdict.text() == "gate: passed, nothing has moved"
