"""The cache on disk: bounded, shared by threads and processes, and never an error."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from qa_plugin.store.cache import CACHE_NAME, DiskCache


def _value(key: str, size: int = 2_000) -> bytes:
    return random.Random(key).randbytes(size)  # noqa: S311 - the same bytes for the same key, nothing secret


def _fill(folder: Path, keys: list[str]) -> int:
    """Put and get values as a process of its own would; how many came back wrong."""
    cache = DiskCache(folder, max_bytes=200_000)
    wrong = 0
    for key in keys:
        cache.put({key: _value(key)})
        wrong += sum(value != _value(kept) for kept, value in cache.get([key, keys[0]]).items())
    return wrong


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    assert cache.get(["a"]) == {}
    assert list(tmp_path.iterdir()) == [tmp_path / "work"]
    cache.put({"a": b"one", "b": b""})
    cache.put({"a": b"two"})
    assert DiskCache(tmp_path).get(["a", "b", "c"]) == {"a": b"two", "b": b""}
    assert cache.get([]) == {}


def test_many_keys_at_once(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    values = {f"key {n}": f"value {n}".encode() for n in range(3_000)}
    cache.put(values)
    assert cache.get(values) == values


def test_clearing_leaves_no_byte(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put({"a": b"a secret"})
    (tmp_path / CACHE_NAME).write_bytes(b"a secret that is no database" * 100)
    cache.put({"b": b"another secret"})
    assert len([path for path in tmp_path.iterdir() if path.is_file()]) == 2
    cache.clear()
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
    cache.clear()


def test_no_folder_is_made_unless_asked_for(tmp_path: Path) -> None:
    DiskCache(tmp_path / "gone").put({"a": b"one"})
    assert not (tmp_path / "gone").exists()
    DiskCache(tmp_path / "wanted", make=True).put({"a": b"one"})
    assert DiskCache(tmp_path / "wanted").get(["a"]) == {"a": b"one"}


def test_it_stays_within_its_bytes_and_the_oldest_use_goes_first(tmp_path: Path) -> None:
    now = 0.0
    cache = DiskCache(tmp_path, max_bytes=100_000, clock=lambda: now)
    for n in range(30):
        now += 1000
        cache.put({f"{n}": _value(f"{n}")})
        assert cache.get(["0"]), n  # used all the time, though it came first
    for n in range(30, 200):
        now += 1000
        cache.put({f"{n}": _value(f"{n}")})
        assert cache.get(["0"]), n
    kept = cache.get([f"{n}" for n in range(200)])
    assert kept["0"] == _value("0")
    assert sorted(int(key) for key in kept if key != "0") == list(range(200 - len(kept) + 1, 200))
    assert 35 <= len(kept) <= 50
    assert (tmp_path / CACHE_NAME).stat().st_size < 200_000


def test_the_sum_of_sizes_is_kept_right(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=50_000)
    for n in range(100):
        cache.put({f"{n % 7}": _value(f"{n}", 100 * (n % 9)), "twice": b"x"})
    with closing(sqlite3.connect(tmp_path / CACHE_NAME)) as file:
        assert (
            file.execute("SELECT bytes FROM total").fetchall()
            == file.execute("SELECT sum(size) FROM entries").fetchall()
        )


def test_what_is_larger_than_all_of_it_is_not_kept(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=1_000)
    cache.put({"small": b"x", "large": bytes(2_000)})
    assert cache.get(["small", "large"]) == {"small": b"x"}


@pytest.mark.parametrize(
    "content",
    [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000],
)
def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CACHE_NAME).write_bytes(content)
    cache = DiskCache(tmp_path)
    assert cache.get(["a"]) == {}
    cache.put({"a": b"one"})
    assert cache.get(["a"]) == {"a": b"one"}
    assert (tmp_path / f"{CACHE_NAME}.unreadable").read_bytes() == content


@pytest.mark.parametrize("statement", ["CREATE TABLE replies (key TEXT)", "PRAGMA user_version = 99"])
def test_a_file_of_another_version_is_put_aside(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / CACHE_NAME)) as file:
        file.execute(statement)
    cache = DiskCache(tmp_path)
    cache.put({"a": b"one"})
    assert cache.get(["a"]) == {"a": b"one"}
    assert (tmp_path / f"{CACHE_NAME}.unreadable").exists()


def test_whatever_happens_to_the_file_a_value_is_right_or_missing(tmp_path: Path) -> None:
    """Bytes of the file are overwritten and cut at random places: no error, and no wrong value."""
    values = {f"key {n}": _value(f"key {n}", 300) for n in range(60)}
    path = tmp_path / CACHE_NAME
    DiskCache(tmp_path).put(values)
    sound, chance = path.read_bytes(), random.Random(7)  # noqa: S311
    lost = 0
    for _ in range(150):
        damaged = bytearray(sound)
        for _ in range(chance.choice([1, 4, 40])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
        cache = DiskCache(tmp_path)
        found = cache.get(values)
        assert all(values[key] == value for key, value in found.items())
        lost += len(found) < len(values)
        cache.put({"new": b"one"})
        assert cache.get(["new"]).get("new", b"one") == b"one"
    assert lost > 20


def test_a_file_that_cannot_be_written_is_still_read(tmp_path: Path) -> None:
    now = 0.0
    DiskCache(tmp_path, clock=lambda: now).put({"a": b"one"})
    with closing(sqlite3.connect(tmp_path / CACHE_NAME)) as other:
        other.execute("BEGIN IMMEDIATE")  # another process writes, for longer than anyone waits
        cache = DiskCache(tmp_path, clock=lambda: 10_000.0)
        assert cache.get(["a"]) == {"a": b"one"}
        cache.put({"b": b"two"})
        assert cache.get(["b"]) == {}


def test_threads_and_processes_share_it(tmp_path: Path) -> None:
    keys = [[f"{who} {n}" for n in range(40)] for who in range(8)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as processes, ThreadPoolExecutor(4) as threads:
        waiting = processes.starmap_async(_fill, [(tmp_path, part) for part in keys[:4]])
        wrong = list(threads.map(lambda part: _fill(tmp_path, part), keys[4:]))
        assert wrong + waiting.get(timeout=60) == [0] * 8
    with closing(sqlite3.connect(tmp_path / CACHE_NAME)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT bytes FROM total").fetchone()[0] <= 200_000
    assert not (tmp_path / f"{CACHE_NAME}.unreadable").exists()
