"""The store out of order: killed writers, damaged files, two processes, folders that cannot be written to."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from qa_plugin.errors import StoreDamaged, StoreError, StoreLocked
from qa_plugin.records import IndexedArticle, Scope
from qa_plugin.store import Store
from qa_plugin.store.lock import WriterLock
from qa_plugin.store.upkeep import probe_in_child
from qa_plugin.store.vectors import VectorIndexError, _guarded
from tests.test_store import ROOT, article_of, found_texts, is_in_line, many, opened, vector_of

REPOSITORY = Path(__file__).resolve().parents[1]
NEW = "Something new happened."

# The child says "ready" on its standard output and then waits to be killed, or goes on until it is.
PRELUDE = f"""
import os, signal, sys, time
from pathlib import Path
from tests.test_store import ROOT, Scope, article_of, many, opened, vector_of
folder = Path({{folder!r}})
def die(): os.kill(os.getpid(), signal.SIGKILL)
NEW = {NEW!r}
"""


def child(folder: Path, code: str, *prefix: str) -> subprocess.Popen[str]:
    """Run code in another process, with the helpers of these tests at hand."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", PRELUDE.format(folder=str(folder)) + code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )


def run(folder: Path, code: str, *prefix: str) -> tuple[int, str]:
    """Status and output of such a process."""
    with child(folder, code, *prefix) as process:
        output, _ = process.communicate(timeout=120)
        return process.returncode, output.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of thirty articles in good order."""
    folder = tmp_path / "store"
    with opened(folder, write=True) as store:
        store.replace(ROOT, many(30))
    return folder


def index_of(folder: Path) -> Path:
    """The folder of the vector index."""
    (directory,) = folder.glob("chroma-*")
    return directory


def assert_right(store: Store, *, chunks: int = 300) -> None:
    """Whatever answers: every vector is there, finds itself, and nothing else is."""
    assert store.chunk_count() == chunks
    for number in (0, 7, 29):
        text = f"event {number} number 5 was reported."
        assert found_texts(store, text, 1) == [text]
    found = store.nearest(vector_of("x"), 2 * chunks)
    assert [i for i, _ in found] == [i for i, _ in store.nearest(vector_of("x"), 2 * chunks, Scope(roots=(ROOT,)))]
    assert len(found) == chunks


# ---------------------------------------------------------------- killed


def test_killed_between_the_commit_and_chroma(folder: Path) -> None:
    code = "store = opened(folder, write=True); store.replace(ROOT, [article_of('new.txt', [NEW])]); die()"
    status, _ = run(folder, code)
    assert status == -signal.SIGKILL
    lock_holder = opened(folder, write=True)  # keeps readers from mending
    with opened(folder) as reader:
        assert reader.vector_backend.startswith("catalogue")
        assert found_texts(reader, NEW, 1) == [NEW]
        assert_right(reader, chunks=301)
        lock_holder.close()
        assert is_in_line(reader), "the next writer did not bring the index in line"
        assert reader.vector_backend == "chroma"
        assert_right(reader, chunks=301)


def test_killed_in_the_midst_of_what_is_written_together(folder: Path) -> None:
    code = """
store = opened(folder, write=True)
with store.together():
    store.remove(ROOT, ['event/1.txt'])
    store.replace(ROOT, [article_of('new.txt', [NEW])])
    die()
"""
    status, _ = run(folder, code)
    assert status == -signal.SIGKILL
    with opened(folder) as reader:
        assert_right(reader)


def test_what_fails_together_leaves_the_parts_that_were_done(folder: Path) -> None:
    def broken() -> Iterator[IndexedArticle]:
        yield article_of("half.txt", ["Half of a part was written."])
        raise RuntimeError("in the middle")

    def two_parts(store: Store) -> None:
        with store.together():
            store.replace(ROOT, [article_of("new.txt", [NEW])])
            store._catalogue.replace(ROOT, broken())

    with opened(folder) as reader, opened(folder, write=True) as store:
        with pytest.raises(RuntimeError, match="in the middle"):
            two_parts(store)
        assert found_texts(reader, NEW, 1) == [NEW]
        assert "half.txt" not in {info.source for info in reader.sources()}
        assert_right(reader, chunks=301)


def test_a_reader_mends_what_a_killed_writer_left(folder: Path) -> None:
    run(folder, "store = opened(folder, write=True); store.remove(ROOT, ['event/1.txt']); die()")
    (folder / "chroma-9.building").mkdir()
    with opened(folder) as reader:
        assert not is_in_line(reader)
        assert_right(reader, chunks=290)
        assert is_in_line(reader)
    assert index_of(folder).name == "chroma-10"


def kill_in_the_midst(folder: Path, delay_seconds: float) -> None:
    """Kill a writer after its index began to be built."""
    code = "store = opened(folder, write=True); store.replace(ROOT, many(300, prefix='more')); store.close()"
    with child(folder, code) as process:
        while process.poll() is None and not list(folder.glob("*.building")):
            time.sleep(0.001)
        time.sleep(delay_seconds)
        process.kill()


def assert_mended(folder: Path) -> None:
    with opened(folder) as reader:
        assert_right(reader, chunks=3300)
        assert reader.vector_backend == "chroma"
        assert is_in_line(reader)
        index_of(folder)


def test_killed_while_chroma_writes(folder: Path) -> None:
    kill_in_the_midst(folder, 0.15)
    assert_mended(folder)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_anywhere_many_times(folder: Path) -> None:
    """Two hundred kills from first commit to last rename; what was said to be stored must be found."""
    chance = random.Random(7)  # noqa: S311 - a test is to be repeatable
    acknowledged: set[str] = set()
    code = """
for number in range(10**6):
    store = opened(folder, write=True)
    for part in range(3):
        text = f"Report {PREFIX} {number} {part} came in."
        store.replace(ROOT, [article_of(f"{PREFIX}-{number}-{part}.txt", [text])])
        print(text, flush=True)
    store.close()
"""
    for kill in range(200):
        with child(folder, f"PREFIX = {kill}\n{code}") as process:
            time.sleep(chance.uniform(0.3, 2.5))
            process.kill()
            assert process.stdout is not None
            acknowledged |= {line.strip() for line in process.stdout if line.endswith(" came in.\n")}
        with opened(folder) as reader:
            for text in chance.sample(sorted(acknowledged), min(len(acknowledged), 20)):
                assert found_texts(reader, text, 1) == [text]
            assert is_in_line(reader), (kill, len(acknowledged), reader.vector_backend)
    with opened(folder) as reader:
        for text in acknowledged:
            assert found_texts(reader, text, 1) == [text]


# ---------------------------------------------------------------- a damaged vector index


def _truncate_pickle(index: Path) -> None:
    path = next(index.rglob("index_metadata.pickle"))
    path.write_bytes(path.read_bytes()[:100])


def _zero_links(index: Path) -> None:
    path = next(index.rglob("link_lists.bin"))
    path.write_bytes(bytes(path.stat().st_size))


def _zero_level0(index: Path) -> None:
    path = next(index.rglob("data_level0.bin"))
    path.write_bytes(bytes(path.stat().st_size))


def _flip_bits(index: Path) -> None:
    path = next(index.rglob("data_level0.bin"))
    content = bytearray(path.read_bytes())
    chance = random.Random(3)  # noqa: S311 - a test is to be repeatable
    for _ in range(2000):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _delete_segment(index: Path) -> None:
    shutil.rmtree(next(index.rglob("index_metadata.pickle")).parent)


def _delete_database(index: Path) -> None:
    (index / "chroma.sqlite3").unlink()


def _spoil_database(index: Path) -> None:
    path = index / "chroma.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize(
    "damage",
    [
        shutil.rmtree,
        _truncate_pickle,
        _zero_links,
        _zero_level0,
        _flip_bits,
        _delete_segment,
        _delete_database,
        _spoil_database,
    ],
)
def test_a_damaged_vector_index_is_built_anew(folder: Path, damage: Callable[[Path], object]) -> None:
    before = index_of(folder)
    damage(before)
    with opened(folder) as reader:
        assert_right(reader)
        assert reader.vector_backend == "chroma"
    assert index_of(folder) != before


def test_an_untouched_index_is_not_built_anew_after_copying(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    with opened(copy) as reader:
        assert_right(reader)
        assert is_in_line(reader), "the new times were not noted"
    assert index_of(copy).name == index_of(folder).name


def test_the_probe_tells_good_from_bad(folder: Path) -> None:
    index = index_of(folder)
    assert probe_in_child(folder, index.name)
    assert not probe_in_child(folder, "chroma-77")
    assert not (folder / "chroma-77").exists(), "an index was made by looking for it"
    _zero_links(index)
    assert not probe_in_child(folder, index.name)


def test_an_index_that_fails_in_a_search_is_left_and_then_built_anew(folder: Path) -> None:
    with opened(folder) as reader:
        assert_right(reader)
        assert reader._vector_search._index is not None
        reader._vector_search._index._client.delete_collection("chunks")  # as if it broke under way
        assert_right(reader)
        assert reader.vector_backend == "catalogue (it failed in a search)"
        assert reader._catalogue.index_state.doubt == "it failed in a search"
    with opened(folder) as reader:
        assert_right(reader)
        assert reader.vector_backend == "chroma"


def test_without_chroma_the_catalogue_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chromadb", None)
    with opened(folder, write=True) as store:
        store.replace(ROOT, [article_of("new.txt", [NEW])])
        assert found_texts(store, NEW, 1) == [NEW]
    with opened(folder) as reader:
        assert_right(reader, chunks=301)
        assert reader.vector_backend.startswith("catalogue")


def test_a_panic_of_chroma_is_an_error_and_an_interrupt_is_not() -> None:
    panic = type("PanicException", (BaseException,), {})  # what Rust's binding raises is no Exception
    with pytest.raises(VectorIndexError, match="could not search: rotten"), _guarded("search"):
        raise panic("rotten")
    with pytest.raises(KeyboardInterrupt, match="stop"), _guarded("search"):
        raise KeyboardInterrupt("stop")


# ---------------------------------------------------------------- a damaged catalogue


@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_is_no_catalogue_is_refused_and_kept(tmp_path: Path, *, write: bool) -> None:
    path = tmp_path / "catalogue.sqlite3"
    path.write_bytes(b"This is no database at all." * 300)
    with pytest.raises(StoreDamaged, match=r"catalogue\.sqlite3 is damaged .*begin anew"):
        opened(tmp_path, write=write)
    assert path.read_bytes().startswith(b"This is no database")


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "catalogue.sqlite3")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(StoreDamaged, match="another program"):
        opened(tmp_path, write=True)


def test_a_truncated_catalogue_is_said_to_be_damaged(folder: Path) -> None:
    path = folder / "catalogue.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) - 4096))
    with pytest.raises(StoreDamaged, match=r"catalogue\.sqlite3 is damaged"), opened(folder) as store:
        store.sources()


def test_a_changed_byte_in_a_text_is_noticed(folder: Path) -> None:
    path = folder / "catalogue.sqlite3"
    content = path.read_bytes()
    assert content.count(b"event 3 number 5 was reported.") > 0
    path.write_bytes(content.replace(b"event 3 number 5 was reported.", b"event 3 number 6 was reported."))
    with opened(folder) as store:
        (info,) = [info for info in store.sources() if info.source == "event/3.txt"]
        with pytest.raises(StoreDamaged, match=r"text of event/3\.txt .* is not the one that was stored"):
            store.text(info.file_id)
        assert any("event/3.txt" in problem for problem in store.problems())


# ---------------------------------------------------------------- several processes


def test_a_second_writer_is_refused_within_a_second_and_told_who_writes(folder: Path) -> None:
    with child(folder, "store = opened(folder, write=True); print('ready', flush=True); input()") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        started = time.monotonic()
        with pytest.raises(StoreLocked, match=f"process {process.pid}"):
            opened(folder, write=True)
        assert time.monotonic() - started < 1.0
        process.kill()
    opened(folder, write=True).close()


def test_two_writers_of_one_process_exclude_each_other(folder: Path) -> None:
    with opened(folder, write=True), pytest.raises(StoreLocked, match=f"process {os.getpid()}"):
        opened(folder, write=True)
    opened(folder, write=True).close()


_MENDING = """
from qa_plugin.store.lock import WriterLock
lock = WriterLock(folder)
lock.acquire(timeout_seconds=0, mending=True)
print('ready', flush=True)
input()
lock.release()
"""


def test_a_writer_waits_for_a_reader_that_builds_the_vector_index(folder: Path) -> None:
    with child(folder, _MENDING) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        with ThreadPoolExecutor(1) as threads:
            opening = threads.submit(lambda: opened(folder, write=True).close())
            try:
                with pytest.raises(TimeoutError):
                    opening.result(0.6)  # longer than for a writer
            finally:
                process.stdin.write("\n")
                process.stdin.close()
            opening.result(60)


def test_a_writer_does_not_wait_for_ever_for_a_reader(tmp_path: Path) -> None:
    mender = WriterLock(tmp_path)
    mender.acquire(timeout_seconds=0, mending=True)
    with pytest.raises(StoreLocked, match=rf"by process {os.getpid()}\. Wait"):
        WriterLock(tmp_path).acquire(timeout_seconds=0, patience_seconds=0.1)
    mender.release()


def test_a_lock_that_never_has_a_note_is_of_a_process_of_unknown_number(tmp_path: Path) -> None:
    with FileLock(tmp_path / "writer.lock"):
        for patience in (0.1, 10**6):
            with pytest.raises(StoreLocked, match=r"by process of unknown number\. Wait"):
                WriterLock(tmp_path).acquire(timeout_seconds=0, patience_seconds=patience)


@pytest.mark.parametrize("notes", [["", None], ["", "77 mending", "", None], ["77 mending", "", "77 mending", None]])
def test_a_lock_without_a_note_is_tried_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notes: list[str | None]
) -> None:
    """Between a lock and its note is a gap, at both ends; each note is found once, and None lets go of the lock."""
    held, coming = FileLock(tmp_path / "writer.lock"), iter(notes)
    note_of, note = WriterLock._holder, tmp_path / "writer.pid"

    def write_next() -> None:
        text = next(coming)
        if text is None:
            held.release()
        else:
            note.write_text(text, "ascii")

    def read_then_changed(lock: WriterLock) -> tuple[str | None, bool]:
        read = note_of(lock)
        write_next()
        return read

    held.acquire()
    write_next()
    monkeypatch.setattr(WriterLock, "_holder", read_then_changed)
    writer = WriterLock(tmp_path)
    writer.acquire(timeout_seconds=0, patience_seconds=60)
    assert list(coming) == []
    assert note.read_text("ascii") == f"{os.getpid()}\n"
    writer.release()


def test_a_reader_sees_what_another_process_wrote(folder: Path) -> None:
    with opened(folder) as reader:
        assert_right(reader)
        assert reader.vector_backend == "chroma"
        generation = reader.generation
        code = (
            "store = opened(folder, write=True); store.replace(ROOT, [article_of('new.txt', [NEW])])\n"
            "store.remove(ROOT, ['event/1.txt']); print('ready', flush=True); input()\n"
            "store.close(); print('done')"
        )
        with child(folder, code) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == "ready\n"
            assert found_texts(reader, NEW, 1) == [NEW], "before the writer has built the index"
            assert_right(reader, chunks=291)
            assert reader.vector_backend == "catalogue (it is not in line with the catalogue)"
            process.stdin.write("\n")
            process.stdin.close()
            assert process.stdout.readline() == "done\n"
        assert reader.generation > generation
        assert found_texts(reader, NEW, 1) == [NEW]
        assert_right(reader, chunks=291)
        assert reader.vector_backend == "chroma"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_answers(folder: Path) -> None:
    with opened(folder) as reader:
        assert_right(reader)
        forked = os.fork()
        if forked == 0:
            signal.alarm(20)  # Chroma would hang here
            try:
                assert_right(reader)
            except BaseException:  # noqa: BLE001 - nothing may return into the test run
                os._exit(1)
            os._exit(0)
        assert os.waitpid(forked, 0)[1] == 0
        assert_right(reader)


# ---------------------------------------------------------------- read-only

_WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
READ_ONLY = """
with opened(folder) as reader:
    (found,) = reader.chunks([i for i, _ in reader.nearest(vector_of(NEW), 1)])
    print(found.text, "|", reader.vector_backend, "|", len(reader.postings().of("new")))
try:
    opened(folder, write=True)
except Exception as error:
    print(type(error).__name__, "cannot be written to" in str(error))
"""


def read_without_rights(folder: Path) -> str:
    """Read a store in a folder that grants no writing, as a user who cannot pass over that."""
    prefix = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("the superuser may write anywhere, and there is no setpriv to prevent it")
        prefix = _WITHOUT_RIGHTS
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        status, output = run(folder, READ_ONLY, *prefix)
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert status == 0
    return output


def test_a_folder_that_cannot_be_written_to_answers(folder: Path) -> None:
    with opened(folder, write=True) as store:
        store.replace(ROOT, [article_of("new.txt", [NEW])])
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    expected = f"{NEW} | catalogue (the folder cannot be written to) | 1\nStoreError True"
    assert read_without_rights(folder) == expected
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) == before


def test_acknowledged_articles_are_read_from_the_log_of_a_killed_writer(folder: Path) -> None:
    run(
        folder,
        "store = opened(folder, write=True); store.replace(ROOT, [article_of('new.txt', [NEW])]); die()",
    )
    assert (folder / "catalogue.sqlite3-wal").stat().st_size > 0
    assert read_without_rights(folder).startswith(f"{NEW} | catalogue")


def test_a_log_that_cannot_be_read_is_not_passed_over(folder: Path) -> None:
    run(
        folder,
        "store = opened(folder, write=True); store.replace(ROOT, [article_of('new.txt', [NEW])]); die()",
    )
    (folder / "catalogue.sqlite3-shm").unlink()
    code = f"Store = opened(Path({str(folder)!r}))"
    folder.chmod(0o555)
    try:
        if os.geteuid() != 0:
            with pytest.raises(StoreError, match="not closed cleanly"):
                opened(folder)
        elif shutil.which("setpriv"):
            caught = f"try:\n    {code}\nexcept Exception as error:\n    print(error)"
            assert "was not closed cleanly" in run(folder, caught, *_WITHOUT_RIGHTS)[1]
        else:
            pytest.skip("the superuser may write anywhere, and there is no setpriv to prevent it")
    finally:
        folder.chmod(0o755)


# ---------------------------------------------------------------- cost


def test_a_cold_search_is_quick(folder: Path) -> None:
    """Far above what it takes, far below what an index built anew in each process would take."""
    with opened(folder, write=True) as store:
        store.replace(ROOT, many(170, prefix="more"))
    code = (
        "started = time.perf_counter(); reader = opened(folder)\n"
        "reader.nearest(vector_of('x'), 10); print(time.perf_counter() - started, reader.vector_backend)"
    )
    _, output = run(folder, code)
    seconds, backend = output.split()
    assert backend == "chroma"
    assert float(seconds) < 10.0
