"""The store in order: what goes in comes back, is found, and goes away, with real SQLite and real Chroma."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_plugin.errors import StoreError, StoreLocked, StoreMismatch, StoreNotBuilt
from qa_plugin.records import Article, Chunk, FileState, IndexedArticle, IndexedChunk, Scope, Span
from qa_plugin.store import Store
from qa_plugin.store.upkeep import Condition, condition_of

FINGERPRINT = {"embedder": "built-in", "dimension": "32"}
ROOT = "/articles"
DIMENSION = 32


def vector_of(text: str, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """A direction that the text alone decides."""
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
    drawn = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)


def article_of(
    source: str,
    sentences: Sequence[str],
    *,
    language: str = "en",
    published: str | None = None,
    dimension: int = DIMENSION,
) -> IndexedArticle:
    """An article with a chunk to each sentence, whose terms are the sentence's words."""
    text, chunks = "", []
    for sentence in sentences:
        span = Span(len(text), len(text) + len(sentence))
        text += sentence + "\n"
        terms = (sentence.lower().rstrip("."),)
        chunk = Chunk(start=span.start, end=span.end, sentences=(span,), tokens=len(sentence.split()))
        chunks.append(IndexedChunk(chunk=chunk, terms=terms, vector=vector_of(sentence, dimension)))
    article = Article(
        source=source,
        text=text,
        encoding="utf-8",
        language=language,
        title=sentences[0] if sentences else None,
        published=published,
        credits=("Reuters",),
        body=(Span(0, len(text)),),
    )
    content_hash = hashlib.sha256(text.encode()).hexdigest()
    return IndexedArticle(article, content_hash, len(text.encode()), 1_700_000_000_000_000_001, tuple(chunks))


def many(count: int, *, prefix: str = "event") -> list[IndexedArticle]:
    """Articles of ten different sentences each."""
    return [
        article_of(f"{prefix}/{i}.txt", [f"{prefix} {i} number {j} was reported." for j in range(10)])
        for i in range(count)
    ]


def opened(folder: Path, *, write: bool = False, fingerprint: dict[str, str] | None = None) -> Store:
    """A store with the fingerprint of these tests."""
    return Store.open(folder, fingerprint=FINGERPRINT if fingerprint is None else fingerprint, write=write)


def found_texts(store: Store, text: str, limit: int = 3, scope: Scope | None = None) -> list[str]:
    """The texts of the chunks nearest to a text."""
    pairs = store.nearest(vector_of(text), limit, scope or Scope())
    return [chunk.text for chunk in store.chunks([chunk_id for chunk_id, _ in pairs])]


def is_in_line(store: Store) -> bool:
    """Whether the vector index is as the catalogue wants it."""
    state = store._catalogue.index_state
    return condition_of(store.folder, state, store.generation) is Condition.SOUND


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def small(folder: Path) -> Path:
    """Two articles under one root and one under another."""
    with opened(folder, write=True) as store:
        store.replace(
            ROOT,
            [
                article_of("en/fire.txt", ["A fire broke out.", "Six people died."], published="2025-03-01"),
                article_of("fa/flood.txt", ["سیل آمد.", "ده نفر مردند."], language="fa", published="2025-07-13"),
            ],
        )
        store.replace("/other", [article_of("fire.txt", ["The fire was put out."])])
    return folder


# ---------------------------------------------------------------- what goes in comes back


def test_an_article_comes_back_as_it_was(folder: Path) -> None:
    text = "a\x00b \ufeff\r\nچهار هزار 𝟙 ﷺ"
    article = Article("x/ü.txt", text, "cp1256", "fa", None, None, ("AFP", "خبر"), (Span(0, 3), Span(5, len(text))))
    span = Span(2, len(text))
    chunk = IndexedChunk(Chunk(2, len(text), (span, Span(3, 4)), 9), ("c123 n_xk", "sfoo"), vector_of("x"))
    with opened(folder, write=True) as store:
        store.replace(ROOT, [IndexedArticle(article, "hash", 40, 7, (chunk,))])
    with opened(folder) as store:
        (info,) = store.sources()
        assert store.article(info.file_id) == article
        assert store.text(info.file_id) == text
        assert (info.characters, info.chunks, info.credits) == (len(text), 1, ("AFP", "خبر"))
        assert store.source(info.file_id) == info
        (stored,) = store.chunks_of_file(info.file_id)
        assert stored.text == text[2:]
        assert stored.sentences == (span, Span(3, 4))
        assert stored.terms == ("c123 n_xk", "sfoo")
        assert store.file_states(ROOT) == {"x/ü.txt": FileState("x/ü.txt", "hash", 40, 7)}
        assert list(store.all_articles()) == [(ROOT, article, FileState("x/ü.txt", "hash", 40, 7))]
        assert store.problems() == []


def test_chunks_come_in_the_order_asked_without_those_that_are_gone(small: Path) -> None:
    with opened(small) as store:
        ids = [chunk.chunk_id for info in store.sources() for chunk in store.chunks_of_file(info.file_id)]
        wanted = [ids[3], 999, ids[0], ids[3]]
        assert [chunk.chunk_id for chunk in store.chunks(wanted)] == [ids[3], ids[0], ids[3]]


def test_an_unknown_file_is_said_so(small: Path) -> None:
    with opened(small) as store, pytest.raises(StoreError, match="no file 77"):
        store.text(77)


def test_failures_are_remembered_until_the_file_is_read_or_removed(small: Path) -> None:
    state = FileState("en/fire.txt", "", 3, 4)
    other = FileState("broken.txt", "h", 5, 6)
    with opened(small, write=True) as store:
        store.fail(ROOT, [(state, "unreadable"), (other, "binary")])
        assert store.failures(ROOT) == {"en/fire.txt": (state, "unreadable"), "broken.txt": (other, "binary")}
        assert set(store.file_states(ROOT)) == {"fa/flood.txt"}
        store.replace(ROOT, [article_of("en/fire.txt", ["Read now."])])
        store.remove(ROOT, ["broken.txt"])
        assert store.failures(ROOT) == {}
        assert set(store.file_states(ROOT)) == {"en/fire.txt", "fa/flood.txt"}


# ---------------------------------------------------------------- search


def test_nearest_finds_the_same_by_chroma_and_by_scan(folder: Path) -> None:
    with opened(folder, write=True) as store:
        store.replace(ROOT, many(40))
    with opened(folder) as store:
        assert store.vector_backend == "chroma"
        everywhere = Scope(roots=(ROOT,))  # a scope that limits is answered by the scan
        for number in range(25):
            query = vector_of(f"question {number}")
            by_chroma = store.nearest(query, 10)
            by_scan = store.nearest(query, 10, everywhere)
            assert [i for i, _ in by_chroma] == [i for i, _ in by_scan]
            assert np.allclose([s for _, s in by_chroma], [s for _, s in by_scan], atol=1e-5)
        assert store._vector_search._index is not None, "Chroma was not asked"


def test_nearest_gives_the_cosine_and_all_where_more_is_asked(small: Path) -> None:
    with opened(small) as store:
        found = store.nearest(3 * vector_of("Six people died."), 50)
        assert len(found) == 5
        assert found[0][1] == pytest.approx(1.0, abs=1e-5)
        assert found_texts(store, "Six people died.", 1) == ["Six people died."]
        assert store.nearest(vector_of("x"), 0) == []


def test_an_empty_store_answers_with_nothing(folder: Path) -> None:
    with opened(folder, write=True) as store:
        assert store.nearest(vector_of("x"), 5) == []
        assert texts_with(store, "x") == []
    with opened(folder) as store:
        assert store.nearest(vector_of("x"), 5) == []
        assert store.vector_backend == "catalogue (the index is empty)"
        assert store.chunk_count() == store.file_count() == 0


def texts_with(store: Store, term: str) -> list[str]:
    """The texts of the chunks that hold a term, by its postings."""
    postings = store.postings()
    return [chunk.text for chunk in store.chunks(postings.chunk_ids[postings.of(term)].tolist())]


def test_postings_name_the_chunks_that_hold_a_term(small: Path) -> None:
    with opened(small) as store:
        assert sorted(texts_with(store, "fire")) == ["A fire broke out.", "The fire was put out."]
        assert texts_with(store, "died") == ["Six people died."]
        assert texts_with(store, "سیل") == ["سیل آمد."]
        for odd in ("nothing", 'a"b', "NEAR(", "fire*", "-", "", "a AND b"):
            assert texts_with(store, odd) == []


def test_postings_know_every_chunk_and_its_file(small: Path) -> None:
    with opened(small) as store:
        postings = store.postings()
        assert sorted(postings.chunk_ids.tolist()) == postings.chunk_ids.tolist()
        assert len(postings.chunk_ids) == store.chunk_count()
        for info in store.sources():
            of = postings.file_ids[postings.file_of] == info.file_id
            assert postings.chunk_ids[of].tolist() == [c.chunk_id for c in store.chunks_of_file(info.file_id)]
        assert store.postings() is postings, "read again although nothing has changed"


def test_the_terms_of_chunks_come_without_their_text(small: Path) -> None:
    with opened(small) as store:
        ids = store.postings().chunk_ids.tolist()[::-1]
        light, whole = store.chunk_terms([*ids, 10_000]), store.chunks(ids)
        assert [(c.chunk_id, c.file_id, c.terms) for c in whole] == [tuple(c) for c in light]


def test_terms_are_kept_whole(folder: Path) -> None:
    words = ["c123", "n_xk", "v10000", "a:b", "x-y", "café", "بیش", "r&d", "10.5"]
    with opened(folder, write=True) as store:
        store.replace(ROOT, [article_of("a.txt", [" ".join(words)])])
        wanted = [*words, "a", "x", "cafe", "c1", "d", "5"]
        assert [len(store.postings().of(word)) for word in wanted] == [int(word in words) for word in wanted]


@pytest.mark.parametrize(
    ("scope", "sources"),
    [
        (Scope(), {"en/fire.txt", "fa/flood.txt", "fire.txt"}),
        (Scope(roots=(ROOT,)), {"en/fire.txt", "fa/flood.txt"}),
        (Scope(roots=("/other", "/missing")), {"fire.txt"}),
        (Scope(roots=()), set()),
        (Scope(language="fa"), {"fa/flood.txt"}),
        (Scope(source_glob="*fire*"), {"en/fire.txt", "fire.txt"}),
        (Scope(source_glob="fire.txt"), {"fire.txt"}),
        (Scope(date_from="2025-03-01"), {"en/fire.txt", "fa/flood.txt"}),
        (Scope(date_from="2025-03-02"), {"fa/flood.txt"}),
        (Scope(date_to="2025-03-01"), {"en/fire.txt"}),
        (Scope(date_from="2025-04", date_to="2025-07"), {"fa/flood.txt"}),
        (Scope(date_to="2024"), set()),
        (Scope(roots=(ROOT,), language="en", date_to="2025-12-31"), {"en/fire.txt"}),
    ],
)
def test_a_scope_limits_every_way_of_finding(small: Path, scope: Scope, sources: set[str]) -> None:
    with opened(small) as store:
        assert {info.source for info in store.sources(scope)} == sources
        assert store.file_count(scope) == len(sources)
        by_id = {info.file_id: info for info in store.sources()}

        def sources_of(pairs: list[tuple[int, float]]) -> set[str]:
            return {by_id[chunk.file_id].source for chunk in store.chunks([i for i, _ in pairs])}

        assert sources_of(store.nearest(vector_of("x"), 10, scope)) == sources
        allowed = store.files_in(scope)
        assert {by_id[i].source for i in (by_id if allowed is None else allowed)} == sources
        assert store.chunk_count(scope) == len(store.nearest(vector_of("x"), 10, scope))


# ---------------------------------------------------------------- changes


def test_a_changed_article_takes_the_place_of_the_former(small: Path) -> None:
    with opened(small, write=True) as store:
        before = {chunk.chunk_id for info in store.sources() for chunk in store.chunks_of_file(info.file_id)}
        store.replace(ROOT, [article_of("en/fire.txt", ["Seven people died."])])
        assert found_texts(store, "Seven people died.", 1) == ["Seven people died."], "before synchronising"
        assert "Six people died." not in found_texts(store, "Six people died.", 10)
        new = {chunk.chunk_id for info in store.sources() for chunk in store.chunks_of_file(info.file_id)} - before
        assert min(new) > max(before), "an id was used again"
    with opened(small) as store:
        assert is_in_line(store)
        assert "Six people died." not in found_texts(store, "Six people died.", 10)
        assert [len(store.postings().of(word)) for word in ("six", "seven")] == [0, 1]


def test_removed_articles_are_found_no_more(small: Path) -> None:
    with opened(small, write=True) as store:
        store.remove(ROOT, ["fa/flood.txt", "never/there.txt"])
    with opened(small) as store:
        assert {info.source for info in store.sources()} == {"en/fire.txt", "fire.txt"}
        assert len(store.nearest(vector_of("x"), 10)) == store.chunk_count() == 3
        assert texts_with(store, "سیل") == []


def test_a_small_change_is_applied_to_a_copy_and_the_rest_is_built_anew(folder: Path) -> None:
    with opened(folder, write=True) as store:
        store.replace(ROOT, many(30))
        store.synchronise()
        first = store._catalogue.index_state
        store.replace(ROOT, [article_of("new.txt", ["Something new."])])
        store.remove(ROOT, ["event/3.txt"])
        store.synchronise()
        second = store._catalogue.index_state
        assert second.deleted == 10, "built anew for a small change"
        assert found_texts(store, "Something new.", 1) == ["Something new."]
        assert store.vector_backend == "chroma"
        store.remove(ROOT, [f"event/{i}.txt" for i in range(20)])
        store.synchronise()
        third = store._catalogue.index_state
        assert third.deleted == 0, "the space of deleted vectors is never freed"
        assert len({first.directory, second.directory, third.directory}) == 3
        assert [path.name for path in folder.glob("chroma-*")] == [third.directory]


def test_nothing_changed_builds_nothing(small: Path) -> None:
    with opened(small) as store:
        before = store._catalogue.index_state
    code = (
        "import sys; from pathlib import Path; from qa_plugin.store import Store\n"
        f"with Store.open(Path({str(small)!r}), fingerprint={FINGERPRINT!r}, write=True) as store:\n"
        "    store.replace('/articles', []); store.remove('/articles', []); store.fail('/articles', [])\n"
        "sys.exit('chromadb' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    with opened(small) as store:
        assert store._catalogue.index_state == before


def bytes_in(folder: Path, needle: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_a_forgotten_root_leaves_no_byte(folder: Path) -> None:
    secret = article_of("secret/plan.txt", ["Xylophonist whispered quietly.", "محرمانه بماند."])
    needles = [b"Xylophonist", b"xylophonist", "محرمانه".encode(), b"secret/plan", b"/hidden/root", b"b0rken"]
    needles.append(vector_of("Xylophonist whispered quietly.").tobytes()[:16])
    with opened(folder, write=True) as store:
        store.replace(ROOT, many(12))
        store.replace("/hidden/root", [secret])
        store.fail("/hidden/root", [(FileState("b0rken.txt", "h", 1, 1), "unreadable")])
        store.synchronise()
        assert [bool(bytes_in(folder, needle)) for needle in needles] == [True] * len(needles)
        assert store.forget("/hidden/root") == 1
        assert [bytes_in(folder, needle) for needle in needles] == [[]] * len(needles)
        assert store.vector_backend == "chroma"
        assert store.forget("/hidden/root") == 0
    assert [bytes_in(folder, needle) for needle in needles] == [[]] * len(needles)
    with opened(folder) as store:
        assert store.roots() == [ROOT]
        assert len(store.nearest(vector_of("x"), 500)) == store.chunk_count() == 120


def test_forgetting_while_a_reader_holds_an_old_state_says_so_and_is_finished_later(small: Path) -> None:
    reader = opened(small)
    with opened(small, write=True) as store, reader._catalogue.snapshot():
        reader.sources()
        with pytest.raises(StoreLocked, match="another process still reads"):
            store.forget("/other")
        assert store.roots() == [ROOT]
        assert bytes_in(small, b"/other")
    with opened(small, write=True):
        assert bytes_in(small, b"/other") == []
    assert [info.source for info in reader.sources()] == ["en/fire.txt", "fa/flood.txt"]
    reader.close()


def test_everything_can_be_made_anew_with_vectors_of_another_kind(small: Path) -> None:
    wanted = {"embedder": "other", "dimension": "8"}
    with opened(small, write=True, fingerprint=wanted) as store:
        assert store.fingerprint_difference() == {"dimension": ("32", "8"), "embedder": ("built-in", "other")}
        with pytest.raises(StoreError, match="8 dimensions, those in the index have 32"):
            store.replace(ROOT, [article_of("x.txt", ["Text."], dimension=8)])
        with pytest.raises(ZeroDivisionError, match="division"):
            store.renew((root, made_anew(article)) for root, article, state in store.all_articles() if 1 / 0)
        assert found_texts(store, "Six people died.", 1) == ["Six people died."], "the former index stands"
        store.renew(
            (root, made_anew(article))
            for root, article, state in store.all_articles()
            if state.source != "fa/flood.txt"
        )
        assert store.fingerprint_difference() == {}
    with opened(small, fingerprint=wanted) as store:
        assert {info.source for info in store.sources()} == {"en/fire.txt", "fire.txt"}
        assert len(store.nearest(vector_of("x", 8), 10)) == 3
        assert store.vector_backend == "chroma"


def made_anew(article: Article) -> IndexedArticle:
    return article_of(article.source, article.text.strip().split("\n"), dimension=8)


def test_the_fingerprint_is_stored_with_the_first_article(folder: Path) -> None:
    with opened(folder, write=True) as store:
        assert store.fingerprint_stored is None
        assert store.fingerprint_difference() == {}
        store.replace(ROOT, many(1))
        assert store.fingerprint_stored == FINGERPRINT
    with opened(folder, write=True, fingerprint={"embedder": "new"}) as store:
        assert store.fingerprint_difference() == {"dimension": ("32", ""), "embedder": ("built-in", "new")}
        store.set_fingerprint()
        assert store.fingerprint_difference() == {}


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        ([0.0] * DIMENSION, "no length"),
        ([float("nan")] * DIMENSION, "not a finite number"),
        ([float("inf")] + [0.0] * (DIMENSION - 1), "not a finite number"),
        ([1.0, 2.0], "2 dimensions, those in the index have 32"),
        ([], "shape"),
        ([[1.0] * DIMENSION], "shape"),
        (["a"] * DIMENSION, "not a list of numbers"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(small: Path, vector: list[Any], message: str) -> None:
    chunk = IndexedChunk(Chunk(0, 1, (Span(0, 1),), 1), ("a",), vector)
    good = article_of("good.txt", ["Good."])
    bad = IndexedArticle(article_of("bad.txt", ["Bad."]).article, "h", 1, 1, (chunk,))
    with opened(small, write=True) as store:
        generation = store.generation
        with pytest.raises(StoreError, match=message):
            store.replace(ROOT, [good, bad])
        assert store.generation == generation
        assert "good.txt" not in store.file_states(ROOT), "half of a batch was kept"
        with pytest.raises(StoreError, match=message):
            store.nearest(vector, 3)


def test_half_a_surrogate_pair_is_refused_and_named(folder: Path) -> None:
    article = replace(article_of("a.txt", ["Broken."]).article, text="Broken \ud800 text.")
    with opened(folder, write=True) as store, pytest.raises(StoreError, match=r"The text or name of a\.txt"):
        store.replace(ROOT, [IndexedArticle(article, "h", 1, 1, ())])


def test_a_reader_may_not_write(small: Path) -> None:
    with opened(small) as store, pytest.raises(StoreError, match="opened for reading"):
        store.remove(ROOT, ["en/fire.txt"])


def test_a_closed_store_says_so(small: Path) -> None:
    store = opened(small)
    store.close()
    with pytest.raises(StoreError, match="after it was closed"):
        store.sources()


def test_reading_makes_no_store(folder: Path) -> None:
    with pytest.raises(StoreNotBuilt, match=r"no index in .*store yet. Run `qa-plugin index PATH`"):
        opened(folder)
    assert not folder.exists()
    folder.mkdir()
    (folder / "catalogue.sqlite3").touch()
    with pytest.raises(StoreNotBuilt, match="is empty"):
        opened(folder)


def test_a_catalogue_of_another_version_is_refused(small: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(small / "catalogue.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for write in (False, True):
        with pytest.raises(StoreMismatch, match=r"layout 99.*reads layout 2"):
            opened(small, write=write)


# ---------------------------------------------------------------- threads


def test_threads_share_a_store(folder: Path) -> None:
    with opened(folder, write=True) as store:
        store.replace(ROOT, many(10))
    wrong: list[str] = []
    with opened(folder) as store:

        def ask(number: int) -> None:
            for j in range(10):
                text = f"event {number} number {j} was reported."
                try:
                    if found_texts(store, text, 1) != [text] or not texts_with(store, str(number)):
                        wrong.append(text)
                except StoreError as error:
                    wrong.append(str(error))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
