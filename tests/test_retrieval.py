"""The ranking over real stores: what stands where, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.language.detection import detect
from qa_plugin.language.lexicon import concepts
from qa_plugin.language.questions import Slot, Weighted, read_question
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import ChunkTerms, Hit, Scope, SourceInfo
from qa_plugin.retrieval import retrieve, shares
from qa_plugin.retrieval.coverage import score_sentences
from qa_plugin.retrieval.reading import read_closely
from qa_plugin.settings import Settings
from qa_plugin.store import Store
from tests.fake_openai import FakeOpenAI

FIRE = "A fire at the Dorvane refinery killed six workers on Monday, the governor said."


def indexed(tmp_path: Path, articles: Mapping[str, str]) -> QAPlugin:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    plugin = QAPlugin(folder, store=tmp_path / "store")
    plugin.index()
    return plugin


def test_copies_do_not_crowd_out_an_article_that_says_something_else(tmp_path: Path) -> None:
    articles = {f"copy{i:02}.txt": f"{FIRE}\nWeather {i}: rain in town number {i}.\n" for i in range(12)}
    articles["other.txt"] = "Smoke over the hills.\nFirefighters left the Dorvane refinery after the fire was out.\n"
    with indexed(tmp_path, articles) as plugin:
        found = [result.source for result in plugin.search("fire at the Dorvane refinery", limit=13)]
    assert "other.txt" in found[:2]
    assert len(set(found)) == 13, "the copies are still there, further down"


SHIPS = {
    "ferry.en.txt": "The ferry to Gull Island resumed on Tuesday.",
    "balsa.pt.txt": "A balsa para a ilha voltou a circular na terça-feira.",
    "bac.fr.txt": "Le bac vers l'île a repris mardi.",
    "abbara.ar.txt": "استأنفت العبارة رحلاتها إلى الجزيرة يوم الثلاثاء.",
    "boat.en.txt": "A boat capsized off the coast, rescuers said.",
    **{f"other{i}.txt": f"Parliament voted on law {i} of the new tax code in winter session." for i in range(20)},
}


@pytest.mark.parametrize("limit", [3, 10, 400])
def test_a_search_gives_nothing_that_shares_nothing(tmp_path: Path, limit: int) -> None:
    with indexed(tmp_path, SHIPS) as plugin:
        found = {query: plugin.search(query, limit=limit) for query in ("ferry", "balsa", "العبارة", "parliament")}
        called = plugin.call_tool("search", {"query": "ferry"})["results"]
    for query in ("ferry", "balsa", "العبارة"):
        names = {hit.source for hit in found[query]}
        assert names <= {name for name in SHIPS if not name.startswith("other")}
        assert len(names) >= 3, "other words for it, and other languages, are found"
        assert min(hit.score for hit in found[query]) > 0
    assert len(found["parliament"]) == min(limit, 20)
    assert not [row for row in called if row["id"].startswith("other")]


def test_vectors_of_meaning_find_what_shares_no_word(tmp_path: Path) -> None:
    with FakeOpenAI() as fake, indexed(tmp_path, SHIPS):
        settings = Settings(api_key=fake.api_key, base_url=fake.base_url, embedder="fake-embedder", translate="never")
        with QAPlugin(tmp_path / "articles", store=tmp_path / "other", settings=settings) as plugin:
            plugin.index()
            assert len(plugin.search("xylophone", limit=10)) == 10


def test_a_copy_with_another_number_is_no_repetition(tmp_path: Path) -> None:
    articles = {f"copy{i}.txt": FIRE for i in range(6)}
    articles["rival.txt"] = FIRE.replace("six", "nine")
    articles["far.txt"] = "The refinery of Dorvane was built by six firms."
    with indexed(tmp_path, articles) as plugin:
        found = [result.source for result in plugin.search("How many workers did the fire at the refinery kill?")]
    assert "rival.txt" in found[:2]


def test_a_translation_of_what_stands_above_is_a_repetition(tmp_path: Path) -> None:
    articles = {
        "a.en.txt": "The president opened the new hospital in the capital on Monday after two years of construction.",
        "b.fr.txt": "Lundi, le président a inauguré dans la capitale le nouvel hôpital après deux ans de construction.",
        "c.fa.txt": "بیمارستان کودکان شهر پزشک ندارد.",
    }
    with indexed(tmp_path, articles) as plugin:
        found = [result.source for result in plugin.search("new hospital president capital")]
    assert set(found[:2]) == {"a.en.txt", "c.fa.txt"} or set(found[:2]) == {"b.fr.txt", "c.fa.txt"}


def test_an_article_that_speaks_of_it_throughout_comes_before_a_mention(tmp_path: Path) -> None:
    throughout = "\n".join(f"The strike at the port of Velmar went on, day {i}. Nothing moved." for i in range(30))
    mention = "\n".join(f"Prices rose in market hall {i}. People bought bread and oil there." for i in range(30))
    with indexed(
        tmp_path, {"a_mention.txt": "The strike at the port of Velmar.\n" + mention, "b_topic.txt": throughout}
    ) as plugin:
        assert plugin.search("strike at the port of Velmar")[0].source == "b_topic.txt"


@pytest.mark.parametrize("question", ["Qui a gagné ?", "?!", "zzzzqqq"])
def test_what_no_word_is_found_of_gives_nothing(tmp_path: Path, question: str) -> None:
    with indexed(tmp_path, {"a.txt": FIRE}) as plugin:
        assert plugin.search("refinery")
        assert plugin.search(question) == []


def test_a_filter_holds_for_both_channels(tmp_path: Path) -> None:
    articles = {
        "pt/a.txt": "A greve dos professores em Lisboa terminou ontem com um acordo entre o governo e os sindicatos.",
        "en/b.txt": "The strike of the teachers in Lisbon ended yesterday with an agreement of government and unions.",
    }
    folder = tmp_path / "articles"
    for name, text in articles.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    with QAPlugin(folder, store=tmp_path / "store") as plugin:
        plugin.index()
        assert {r.source for r in plugin.search("teachers strike Lisbon")} == {"pt/a.txt", "en/b.txt"}
        assert {r.source for r in plugin.search("teachers strike Lisbon", scope=Scope(language="pt"))} == {"pt/a.txt"}
        assert {r.source for r in plugin.search("teachers strike", scope=Scope(source_glob="en/*"))} == {"en/b.txt"}
        assert plugin.search("teachers strike", scope=Scope(language="fa")) == []


def test_a_word_meets_what_means_nearly_the_same_in_another_language(tmp_path: Path) -> None:
    articles = {"a.fr.txt": "Les travaux conclus, la ville fête.", "b.fr.txt": "Le fleuve est calme."}
    with indexed(tmp_path, articles) as plugin:
        assert not set(concepts("end", "en")) & set(concepts("conclus", "fr")), "then this proves nothing"
        assert next(result.source for result in plugin.search("end")) == "a.fr.txt"


def test_what_the_article_says_throughout_need_not_stand_in_the_sentence(tmp_path: Path) -> None:
    """The sentence that answers seldom names the subject of its article."""
    lines = [f"The museum of Brevent shows {thing}. Visitors like it." for thing in ("maps", "clocks", "coins")]
    lines.insert(2, "Tickets cost nine euros.")
    with indexed(tmp_path, {"a.txt": "\n".join(lines)}) as plugin:
        best = plugin.search("How much do tickets of the museum of Brevent cost?")[0]
        text = plugin.source_text("a.txt")
        assert text[slice(*best.best)] == "Tickets cost nine euros."


def test_one_long_article_does_not_take_all_places(tmp_path: Path) -> None:
    line = "The strike at the port of Velmar went on for day {} and the union of dockers spoke of number {}."
    articles = {"long.txt": "\n\n".join(line.format(i, i + 500) for i in range(150))}
    articles |= {f"short{i:02}.txt": f"The weather was fair in town {i}. A port is far from it." for i in range(15)}
    with indexed(tmp_path, articles) as plugin:
        found = plugin.search("strike at the port of Velmar", limit=100)
        assert len({result.source for result in found}) >= 10
        assert len(found) > shares.READ, "more passages than are read closely"
        assert len({result.source for result in plugin.search("strike port Velmar", limit=5)}) >= 1


class Retreating:
    """A store between whose answers a writer takes a file out, or puts one in."""

    def __init__(self, store: Store, gone: set[int], unknown: int) -> None:
        self._store, self._gone, self._unknown = store, gone, unknown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def chunk_terms(self, ids: Sequence[int]) -> list[ChunkTerms]:
        return [*self._store.chunk_terms(ids), ChunkTerms(self._unknown, 1, ("c1",))]

    def infos(self, file_ids: Iterable[int]) -> dict[int, SourceInfo]:
        return self._store.infos(set(file_ids) - self._gone)


def test_what_a_writer_changes_meanwhile_is_left_out(tmp_path: Path) -> None:
    with indexed(tmp_path, {"a.txt": FIRE, "b.txt": FIRE.replace("six", "nine")}) as plugin:
        plugin.search("refinery")
    with Store.open(tmp_path / "store", fingerprint={}) as store:
        gone = next(info.file_id for info in store.sources() if info.source == "a.txt")
        question = read_question("fire at the refinery", "en")
        vector = BuiltInEmbedder(detect).embed_query(question.text)
        ranking = retrieve(question, vector, Retreating(store, {gone}, unknown=10**9), Scope())
        assert [hit.info.source for hit in ranking.hits] == ["b.txt"]


def test_sentences_of_two_passages_do_not_stand_beside_each_other() -> None:
    slot = Weighted(Slot(("c1",), "one", 0, 3), 1.0, absent=False, key_weights=(1.0,))
    other = Weighted(Slot(("c2",), "two", 4, 7), 1.0, absent=False, key_weights=(1.0,))
    passages = [ChunkTerms(1, 1, ("c9", "c1")), ChunkTerms(2, 2, ("c2", "c9"))]
    question = read_question("?", "en")
    found = score_sentences(question, (slot, other), passages, np.zeros((2, 2)), 2.0)
    beside, chunk = shares.BESIDE / 2, shares.IN_CHUNK / 2
    assert found.starts.tolist() == [0, 2]
    assert found.scores.tolist() == pytest.approx([beside, 0.5, 0.5, beside])
    assert chunk < beside


def test_postings_follow_what_a_writer_changes(tmp_path: Path) -> None:
    with indexed(tmp_path, {"a.txt": FIRE}) as plugin:
        assert [r.source for r in plugin.search("refinery")] == ["a.txt"]
        (tmp_path / "articles" / "b.txt").write_text("Another refinery stands in Dorvane.", encoding="utf-8")
        plugin.index()
        assert {r.source for r in plugin.search("refinery")} == {"a.txt", "b.txt"}
        (tmp_path / "articles" / "a.txt").unlink()
        plugin.index()
        assert [r.source for r in plugin.search("refinery")] == ["b.txt"]


def test_a_sentence_without_the_value_asked_for_steps_back(tmp_path: Path) -> None:
    """A little ahead by its words, it comes second to one that holds a value; far ahead it stays first."""
    text = "Velmar was flooded.\nThe cost was 35 million euros."
    with indexed(tmp_path, {"a.txt": text}) as plugin:
        plugin.search("Velmar")
    with Store.open(tmp_path / "store", fingerprint={}) as store:
        info = store.sources()[0]
        chunk = store.chunks_of_file(info.file_id)[0]
    question = read_question("How much did it cost?", "en")

    def read(ahead: float) -> Hit:
        return read_closely(question, (), [Hit(chunk, info, 1.0, chunk.sentences[0], (0.5 + ahead, 0.5))])[0]

    value = text.splitlines()[1]
    gain = read(0.0).score - 1.0
    ahead = next(step / 100 for step in range(200) if text[slice(*read(step / 100).best)] != value)
    assert 0.05 < gain < ahead - 0.05
