"""Embedders at the wire: a vector that may belong to another text is worse than none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from qa_plugin.errors import (
    ModelError,
    ModelRefused,
    ModelUnavailable,
    ModelUnreadable,
)
from qa_plugin.models.vectors import unit_rows
from qa_plugin.settings import Settings
from qa_plugin.wiring import choose_embedder
from tests.fake_model import word_vector
from tests.fake_openai import EMBEDDING_BEHAVIOURS, FakeOpenAI
from tests.model_clients import embedder_at


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def test_documents_become_unit_rows_in_the_order_of_the_texts(fake: FakeOpenAI) -> None:
    texts = [f"text number {n} {'x' * (n % 3)}" for n in range(10)] + [""]
    fake.embeddings = "shuffled"
    embedder = embedder_at(fake, batch_size=4)
    rows = embedder.embed_documents(texts)
    embedder.close()
    assert rows.dtype == np.float32
    expected = np.array([word_vector(text or " ", 32) for text in texts])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    assert [len(request.body["input"]) for request in fake.requests] == [4, 4, 3]
    assert fake.requests[0].body["encoding_format"] == "float"


def test_batches_are_bounded_in_characters_too(fake: FakeOpenAI) -> None:
    embedder = embedder_at(fake)
    assert embedder.embed_documents(["x" * 50_000] * 5).shape == (5, 32)
    embedder.close()
    assert [len(request.body["input"]) for request in fake.requests] == [2, 2, 1]


def test_a_query_is_embedded_as_a_document_is_by_this_maker(fake: FakeOpenAI) -> None:
    embedder = embedder_at(fake)
    np.testing.assert_array_equal(embedder.embed_query("forty boats"), embedder.embed_documents(["forty boats"])[0])
    embedder.close()


def test_a_model_of_the_e5_family_gets_its_words_at_any_server(fake: FakeOpenAI) -> None:
    settings = Settings(base_url=fake.base_url, api_key=fake.api_key, embedder="multilingual-e5-small")
    embedder = choose_embedder(settings)
    embedder.embed_documents(["boats", "floods"])
    embedder.embed_query("boats")
    assert [r.body["input"] for r in fake.requests] == [["passage: boats", "passage: floods"], ["query: boats"]]
    assert embedder.fingerprint.endswith("'query: ' 'passage: '")


def test_the_dimension_is_asked_for_once(fake: FakeOpenAI) -> None:
    embedder = embedder_at(fake)
    assert (embedder.dimension, embedder.dimension) == (32, 32)
    assert embedder.embed_documents([]).shape == (0, 32)
    embedder.close()
    assert len(fake.requests) == 1


def test_shorter_vectors_are_asked_for_and_are_another_fingerprint(fake: FakeOpenAI) -> None:
    short = embedder_at(fake, dimension=8)
    assert short.dimension == 8
    assert fake.requests == []
    assert short.embed_query("boats").shape == (8,)
    short.close()
    assert fake.requests[0].body["dimensions"] == 8
    assert short.fingerprint != embedder_at(fake).fingerprint


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("fewer", "2 vectors for 3 texts"),
        ("more", "4 vectors for 3 texts"),
        ("same_index", "do not say which text each belongs to"),
        ("no_index", "do not say which text each belongs to"),
        ("index_text", "do not say which text each belongs to"),
        ("index_true", "do not say which text each belongs to"),
        ("nan", "not finite"),
        ("infinite", "not finite"),
        ("short_row", "not all of one length"),
        ("words", "one length"),
        ("null_vector", "one length"),
        ("nested", "one length"),
        ("bad_json", "it is not JSON"),
        ("no_choices", "no list of vectors"),
    ],
)
def test_vectors_that_may_be_wrong_are_refused(fake: FakeOpenAI, behaviour: str, message: str) -> None:
    fake.embeddings = behaviour
    embedder = embedder_at(fake)
    with pytest.raises(ModelUnreadable, match=message):
        embedder.embed_documents(["one", "two", "three"])
    embedder.close()
    assert len(fake.requests) == 2


@pytest.mark.parametrize(
    ("behaviour", "kind", "message"),
    [
        ("bad_key", ModelRefused, "does not accept the API key"),
        ("unknown_model", ModelRefused, "QA_PLUGIN_EMBEDDER"),
        ("quota", ModelRefused, "out of quota"),
        ("hang", ModelUnavailable, "The embedder fake-embed .* did not answer in time"),
    ],
)
def test_embedders_fail_in_the_same_words(
    fake: FakeOpenAI, behaviour: str, kind: type[ModelError], message: str
) -> None:
    fake.embeddings = behaviour
    embedder = embedder_at(fake, deadline_seconds=0.5)
    with pytest.raises(kind, match=message):
        embedder.embed_query("boats")
    embedder.close()


def test_another_dimension_than_before_is_refused(fake: FakeOpenAI) -> None:
    embedder = embedder_at(fake)
    embedder.embed_query("boats")
    fake.dimension = 16
    with pytest.raises(ModelUnreadable, match="16 dimensions and not 32"):
        embedder.embed_query("boats")
    embedder.close()


def test_every_behaviour_of_the_embedding_server_is_survived(fake: FakeOpenAI) -> None:
    for behaviour in sorted(EMBEDDING_BEHAVIOURS):
        fake.embeddings = behaviour
        embedder = embedder_at(fake, deadline_seconds=0.2, attempts=2)
        try:
            rows = embedder.embed_documents(["one", "two"])
        except ModelError:
            continue
        finally:
            embedder.close()
        assert rows.shape == (2, 32), behaviour
        assert np.isfinite(rows).all(), behaviour


def test_unit_rows_of_extreme_numbers() -> None:
    rows = unit_rows([[3e300, 4e300], [0.0, 0.0], [3e-300, 4e-300]], dimension=2)
    expected = np.array([[0.6, 0.8], [0.0, 0.0], [0.6, 0.8]])
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    with pytest.raises(ValueError, match="2 dimensions and not 3"):
        unit_rows([[1, 2]], dimension=3)
