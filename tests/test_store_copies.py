"""Copies of copies: crowds of vectors that are almost one, over which an approximate index loses its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_plugin.doctor import examine
from qa_plugin.records import Article, Chunk, IndexedArticle, IndexedChunk, Span
from qa_plugin.settings import Settings
from qa_plugin.store import Store, upkeep
from qa_plugin.store.upkeep import probe_in_child
from tests.test_store import ROOT, opened
from tests.test_store_faults import _truncate_pickle, _zero_level0, _zero_links, index_of

DIMENSION, CROWDS, COPIES = 256, 5, 1500


def alike(count: int, *, exact: bool = False) -> NDArray[np.float32]:
    """Vectors like those of a few reports sent again and again with another number in each."""
    chance = np.random.default_rng(5)
    reports = chance.standard_normal((CROWDS, DIMENSION))
    reports /= np.linalg.norm(reports, axis=1, keepdims=True)
    vectors = reports[np.arange(count) % CROWDS]
    if not exact:
        vectors[np.arange(count), chance.integers(0, DIMENSION, count)] += 0.2
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def articles(vectors: NDArray[np.float32], *, prefix: str = "copy") -> list[IndexedArticle]:
    found = []
    for number, vector in enumerate(vectors):
        span = Span(0, 5)
        article = Article(f"{prefix}/{number}.txt", "Text.", "utf-8", "en", None, None, (), (span,))
        chunk = IndexedChunk(Chunk(0, 5, (span,), 1), ("text",), vector)
        found.append(IndexedArticle(article, "hash", 5, 1, (chunk,)))
    return found


def made(folder: Path, vectors: NDArray[np.float32]) -> Path:
    with opened(folder, write=True) as store:
        store.replace(ROOT, articles(vectors))
    return folder


def folders(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("chroma-*"))


def assert_as_good_as_exact(store: Store, vectors: NDArray[np.float32]) -> None:
    """What is found is as near as what there is, but for one copy in place of another."""
    for vector in vectors[:: len(vectors) // 40]:
        found = np.array([similarity for _, similarity in store.nearest(vector, 60)])
        best = np.sort(vectors @ vector)[::-1][:40]
        assert len(found) == 60
        assert np.max(best - found[:40]) < 0.05


@pytest.mark.parametrize("exact", [True, False])
def test_copies_are_found_and_nothing_is_tried_twice(tmp_path: Path, *, exact: bool) -> None:
    vectors = alike(COPIES, exact=exact)
    folder = made(tmp_path / "store", vectors)
    before = folders(folder)
    assert not [name for name in before if name.endswith(".building")]
    with opened(folder) as store:
        assert_as_good_as_exact(store, vectors)
    opened(folder, write=True).close()
    assert folders(folder) == before


def test_a_crowd_beside_other_articles_is_no_fault(tmp_path: Path) -> None:
    others = np.random.default_rng(6).standard_normal((600, DIMENSION))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    vectors = np.vstack([alike(900), others.astype(np.float32)])
    with opened(made(tmp_path / "store", vectors)) as store:
        assert_as_good_as_exact(store, vectors)


@pytest.mark.parametrize("damage", [_truncate_pickle, _zero_links, _zero_level0])
def test_damage_is_still_told_among_copies(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = made(tmp_path / "store", alike(300))
    index = index_of(folder)
    assert probe_in_child(folder, index.name)
    damage(index)
    assert not probe_in_child(folder, index.name)
    with opened(folder) as store:
        assert_as_good_as_exact(store, alike(300))
    assert index_of(folder) != index


def test_an_index_that_cannot_be_good_enough_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upkeep, "_SHARE_TO_FIND", 1.1)
    folder = made(tmp_path / "store", alike(300))
    assert folders(folder) == []
    assert not caplog.records, "said at every run"
    monkeypatch.undo()

    with opened(folder) as store:
        assert_as_good_as_exact(store, alike(300))
        assert store.vector_backend == "catalogue (Chroma does not find all of so many that are alike)"
    opened(folder, write=True).close()
    assert folders(folder) == [], "tried again although nothing had changed"
    check = next(check for check in examine(Settings(store=folder)) if check.name == "index")
    assert check.state == "ok"
    assert check.detail.endswith("compared in the catalogue, since Chroma does not find all of so many that are alike")

    with opened(folder, write=True) as store:
        store.replace(ROOT, articles(alike(5), prefix="new"))
    with opened(folder) as store:
        assert store.vector_backend == "chroma"
        assert len(store.nearest(alike(1)[0], 400)) == 305


def test_a_failure_leaves_no_folder_and_the_doctor_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upkeep, "_files_of", full)
    folder = made(tmp_path / "store", alike(300))
    assert folders(folder) == []
    monkeypatch.undo()
    check = next(check for check in examine(Settings(store=folder)) if check.name == "index")
    assert check.state == "warn"
    assert "Chroma's index is not ready: it is not in line with the catalogue" in check.detail
    assert "qa-plugin index" in check.mend
