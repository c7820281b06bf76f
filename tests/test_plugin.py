"""The whole chain on small folders, from files to cited answers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_plugin.errors import (
    ArticlesError,
    ConsentNeeded,
    SettingsError,
    StoreError,
    StoreMismatch,
    StoreNotBuilt,
)
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Answer, Scope
from qa_plugin.settings import Settings

ARTICLES = {
    "ponte.pt.txt": """A ponte de Valmar abriu ao trânsito

A nova ponte de Valmar foi inaugurada na terça-feira, disse o governo. A construção da ponte custou 48 milhões de euros
e mais de 1.200 trabalhadores construíram a ponte de Valmar em três anos.

O engenheiro Tomás Beltrano dirigiu os trabalhos. A ponte fica na cidade de Valmar.
""".replace("euros\ne", "euros e"),
    "pont.fr.txt": """Valmar inaugure son nouveau pont

Le nouveau pont de Valmar a été inauguré mardi. Plus de 1 200 travailleurs ont construit le pont de Valmar.
""",
    "bridge.fa.txt": """پل جدید والمار افتتاح شد

بیش از ۱٬۲۰۰ کارگر در ساخت پل والمار کار کردند. این پل ۳۴۰ متر طول دارد.
""",
    "match.en.txt": """Cup final draws a record crowd

The cup final in Dorne was watched by 31,500 spectators on Sunday. Dorne United won after extra time.
""",
}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def plugin(articles: Path, tmp_path: Path) -> Iterator[QAPlugin]:
    with QAPlugin(articles, store=tmp_path / "store") as opened:
        yield opened


def _exact(answer: Answer, folder: Path) -> None:
    for citation in (*answer.citations, *answer.near):
        text = (folder / citation.source).read_bytes().decode()
        assert text[citation.start : citation.end] == citation.quote


def test_asked_in_one_language_found_in_three(plugin: QAPlugin, articles: Path) -> None:
    answer = plugin.ask("How many workers built the Valmar bridge?")
    assert answer.status == "answered"
    assert answer.text.startswith("More than 1,200 [1]")
    assert {c.source for c in answer.citations} == {"ponte.pt.txt", "pont.fr.txt", "bridge.fa.txt"}
    assert answer.conflicts == ()
    assert answer.mode == "extractive"
    _exact(answer, articles)


@pytest.mark.parametrize(
    ("question", "expected", "source"),
    [
        ("Quanto custou a ponte de Valmar?", "48 milhões", "ponte.pt.txt"),
        ("طول پل والمار چند متر است؟", "۳۴۰", "bridge.fa.txt"),
        ("How many spectators watched the cup final?", "31,500", "match.en.txt"),
        ("Combien de spectateurs ont regardé la finale de la coupe ?", "31\u00a0500", "match.en.txt"),
    ],
)
def test_values_in_the_reader_s_language(
    plugin: QAPlugin, articles: Path, question: str, expected: str, source: str
) -> None:
    answer = plugin.ask(question)
    assert expected in answer.text
    assert source in {c.source for c in answer.citations}
    _exact(answer, articles)


@pytest.mark.parametrize(
    "question",
    [
        "How many submarines did Valmar buy?",
        "Combien de chevaux ont été vendus ?",
        "چند کشتی در والمار غرق شد؟",
    ],
)
def test_not_in_the_sources(plugin: QAPlugin, articles: Path, question: str) -> None:
    answer = plugin.ask(question)
    assert answer.status == "not_in_sources"
    assert answer.citations == ()
    assert answer.claims == ()
    assert 0 < len(answer.near) <= 3
    _exact(answer, articles)


def test_every_step_is_a_stream_and_ends_with_the_answer(plugin: QAPlugin) -> None:
    events = list(plugin.stream("How many workers built the Valmar bridge?"))
    assert [e["type"] for e in events] == ["retrieved", "claim", "answer"]
    assert events[1]["verified"] is True


def test_asynchronous(plugin: QAPlugin) -> None:
    answer = asyncio.run(plugin.aask("How many spectators watched the cup final?"))
    assert answer.text.startswith("31,500")


def test_the_ranking_goes_on_to_all_files_of_a_small_folder(plugin: QAPlugin) -> None:
    answer = plugin.ask("How many spectators watched the cup final?")
    assert {r.source for r in answer.retrieved} == set(ARTICLES)
    assert answer.retrieved[0].source == "match.en.txt"
    first = answer.retrieved[0]
    assert first.start <= first.best[0] < first.best[1] <= first.end


def test_json_has_every_field_of_the_contract(plugin: QAPlugin) -> None:
    found = plugin.ask("How many spectators watched the cup final?").to_dict()
    expected = {
        "question",
        "question_language",
        "status",
        "answer",
        "confidence",
        "claims",
        "dropped",
        "citations",
    }
    expected |= {
        "conflicts",
        "history",
        "independent_sources",
        "near",
        "retrieved",
        "mode",
        "model",
        "warnings",
    }
    assert expected | {"usage", "timings_ms"} <= set(found)
    assert set(found["citations"][0]) == {
        *("id", "source", "language", "quote", "start", "end", "title", "published", "copies"),
    }
    assert set(found["timings_ms"]) == {"retrieve", "answer", "verify", "total"}


def test_added_changed_removed(plugin: QAPlugin, articles: Path) -> None:
    first = plugin.index()
    assert (len(first.added), first.unchanged) == (4, 0)
    assert plugin.index().unchanged == 4
    (articles / "match.en.txt").write_text("Final\n\nThe final drew 44,000 spectators.\n", encoding="utf-8")
    (articles / "new.txt").write_text("A new story about a lighthouse keeper named Orla Finn.\n", encoding="utf-8")
    (articles / "pont.fr.txt").unlink()
    report = plugin.index()
    assert (report.added, report.changed, report.removed) == (
        ("new.txt",),
        ("match.en.txt",),
        ("pont.fr.txt",),
    )
    assert plugin.ask("How many spectators watched the final?").text.startswith("44,000")


def test_forget_leaves_nothing(plugin: QAPlugin, articles: Path, tmp_path: Path) -> None:
    plugin.index()
    assert plugin.forget(articles) == 4
    plugin.close()
    everything = b"".join(p.read_bytes() for p in (tmp_path / "store").rglob("*") if p.is_file())
    assert b"Beltrano" not in everything


def test_scope(plugin: QAPlugin) -> None:
    results = plugin.search("ponte de Valmar", scope=Scope(language="fa"))
    assert {r.source for r in results} == {"bridge.fa.txt"}
    assert {r.source for r in plugin.search("Valmar", scope=Scope(source_glob="pont*.txt"))} <= {
        "pont.fr.txt",
        "ponte.pt.txt",
    }


def test_two_roots_with_the_same_path_are_told_apart(tmp_path: Path) -> None:
    for name, number in (("north", "12"), ("south", "15")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(
            f"Lighthouse\n\nThe lighthouse has {number} keepers.\n", encoding="utf-8"
        )
    with QAPlugin(store=tmp_path / "store") as plugin:
        plugin.index(tmp_path / "north", tmp_path / "south")
        answer = plugin.ask("How many keepers does the lighthouse have?")
        assert {r.source for r in answer.retrieved} == {"north/a.txt", "south/a.txt"}
        assert "15 keepers" in plugin.source_text("south/a.txt")
        with pytest.raises(ArticlesError, match="more than once"):
            plugin.source_text("a.txt")


@pytest.mark.parametrize("inner_first", [True, False])
def test_a_file_under_two_roots_counts_once(tmp_path: Path, *, inner_first: bool) -> None:
    news, inner = tmp_path / "news", tmp_path / "news" / "pt"
    inner.mkdir(parents=True)
    (news / "a.txt").write_text("Lighthouse\n\nThe lighthouse has 12 keepers.\n", encoding="utf-8")
    (inner / "b.txt").write_text("Farol\n\nO farol de Brita tem 40 janelas.\n", encoding="utf-8")
    with QAPlugin(store=tmp_path / "store") as plugin:
        for root in [inner, news] if inner_first else [news, inner]:
            plugin.index(root)
        plugin.index(news / "a.txt")
        (inner / "late.txt").write_text("Porto\n\nO porto de Brita tem 7 guindastes.\n", encoding="utf-8")
        plugin.index(inner)
        expected = {"a.txt", "pt/b.txt", "late.txt"}
        assert sorted(info.source for info in plugin.sources()) == sorted(expected)
        answer = plugin.ask("Quantas janelas tem o farol de Brita?")
        assert [c.source for c in answer.citations] == ["pt/b.txt"]
        assert sorted(r.source for r in answer.retrieved) == sorted(expected)
        found = [result.source for result in plugin.search("farol de Brita")]
        assert len(found) == len(set(found)) == 3
        assert {r.source for r in plugin.search("Brita", scope=Scope(language="pt"))} == {"pt/b.txt", "late.txt"}
        assert "40 janelas" in plugin.source_text("pt/b.txt")
        within = plugin.ask("Quantas janelas tem o farol de Brita?", scope=Scope(roots=(str(inner.resolve()),)))
        assert [c.source for c in within.citations] == ["b.txt"]
    with QAPlugin(inner, store=tmp_path / "store") as plugin:
        assert {info.source for info in plugin.sources()} == {"b.txt", "late.txt"}
        assert [c.source for c in plugin.ask("Quantas janelas tem o farol de Brita?").citations] == ["b.txt"]


def test_a_part_of_a_root_is_not_forgotten_and_a_root_inside_is_told(tmp_path: Path, articles: Path) -> None:
    inner = articles / "sub"
    inner.mkdir()
    (inner / "c.txt").write_text("Harbour\n\nThe harbour has 3 cranes.\n", encoding="utf-8")
    with QAPlugin(store=tmp_path / "store") as plugin:
        plugin.index(articles)
        for part in (inner, articles / "match.en.txt"):
            message = (
                rf"{part.name} is part of the root .*articles, .*delete or move the files and run `qa-plugin index"
            )
            with pytest.raises(ArticlesError, match=message):
                plugin.forget(part)
        with pytest.raises(ArticlesError, match=r"is no root of the index but holds some: .*articles\. Forget each"):
            plugin.forget(articles.parent)
        assert plugin.forget(tmp_path / "elsewhere") == 0
        plugin.index(inner)
        assert plugin.forget(articles) == 5
        (notice,) = plugin.notices
        assert notice.startswith(str(inner.resolve()))
        assert "still in the index" in notice
        assert plugin.forget(inner) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Valmar", True),
        ("worker zzyzzyva", True),
        ("31,500", True),
        ("31500", True),
        ("88,123", False),
        ("Beltrano", True),
        ("zzyzzyva quxbaz", False),
        ("the of and", False),
        ("?!", False),
    ],
)
def test_a_search_for_what_no_source_says_finds_nothing(plugin: QAPlugin, query: str, *, found: bool) -> None:
    assert bool(plugin.search(query)) is found
    assert bool(plugin.search(query, scope=Scope(source_glob="nowhere/*"))) is False


def test_an_embedder_that_reads_meaning_may_find_what_shares_no_word(articles: Path, tmp_path: Path) -> None:
    from llama_index.core.embeddings import MockEmbedding

    with QAPlugin(articles, store=tmp_path / "store", embed_model=MockEmbedding(embed_dim=8)) as plugin:
        assert plugin.search("zzyzzyva")


@pytest.mark.parametrize("question", [None, 5, b"How many?", ["How many?"]])
def test_a_question_that_is_no_text_is_refused(tmp_path: Path, question: object) -> None:
    plugin = QAPlugin(store=tmp_path / "store")
    with pytest.raises(SettingsError, match=r"of the type \w+; give it as text, as in: qa\.ask\("):
        plugin.ask(question)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"as in: qa\.search\("):
        plugin.search(question)  # type: ignore[arg-type]


def test_files_without_text_are_counted(plugin: QAPlugin, articles: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    (articles / "mark.txt").write_bytes(b"\xef\xbb\xbf \r\n")
    first = plugin.index()
    assert (len(first.added), first.empty, first.failed) == (6, ("empty.txt", "mark.txt"), ())
    again = plugin.index()
    assert (again.unchanged, again.empty) == (6, ("empty.txt", "mark.txt"))
    assert again.to_dict()["empty"] == ["empty.txt", "mark.txt"]


def test_errors_say_what_to_do(tmp_path: Path, articles: Path) -> None:
    with pytest.raises(StoreNotBuilt, match="qa-plugin index"):
        QAPlugin(store=tmp_path / "nowhere").ask("How many?")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArticlesError, match="is empty"):
        QAPlugin(tmp_path / "empty", store=tmp_path / "s").index()
    (tmp_path / "empty" / "report.pdf").write_bytes(b"%PDF")
    with pytest.raises(ArticlesError, match=r"1 \.pdf"):
        QAPlugin(tmp_path / "empty", store=tmp_path / "s").index()
    with pytest.raises(SettingsError, match="question is empty"):
        QAPlugin(articles, store=tmp_path / "s").ask("  ")


def test_large_folders_want_a_yes(plugin: QAPlugin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa_plugin.indexing.MAX_FILES", 3)
    with pytest.raises(ConsentNeeded, match="--yes"):
        plugin.index()
    assert len(plugin.index(yes=True).added) == 4


def test_an_index_of_another_version_is_brought_up_by_itself(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store") as plugin:
        plugin.index()
    with QAPlugin(store=tmp_path / "store", settings=Settings(chunk_tokens=64)) as changed:
        answer = changed.ask("How many spectators watched the cup final?")
        assert answer.text.startswith("31,500")
        assert len(changed.notices) == 1
    with QAPlugin(store=tmp_path / "store", settings=Settings(chunk_tokens=64)) as again:
        again.ask("How many spectators watched the cup final?")
        assert again.notices == []


def test_a_llama_index_embedding_is_an_equal_and_is_not_swapped_silently(articles: Path, tmp_path: Path) -> None:
    from llama_index.core.embeddings import MockEmbedding

    with QAPlugin(articles, store=tmp_path / "store", embed_model=MockEmbedding(embed_dim=8)) as plugin:
        assert plugin.ask("How many spectators watched the cup final?").text.startswith("31,500")
    with pytest.raises(StoreError, match="16 dimensions"):
        QAPlugin(articles, store=tmp_path / "store", embed_model=MockEmbedding(embed_dim=16)).ask("How many?")


def test_an_index_of_a_paid_embedder_is_not_made_anew_unasked(articles: Path, tmp_path: Path) -> None:
    from llama_index.core.embeddings import MockEmbedding

    with QAPlugin(articles, store=tmp_path / "store") as plugin:
        plugin.index()
    with pytest.raises(StoreMismatch, match="--store"):
        QAPlugin(store=tmp_path / "store", embed_model=MockEmbedding(embed_dim=16)).ask("How many spectators?")


NOT_IMPORTED = """
import sys
from qa_plugin.cli import main
status = main(["ask", "--articles", sys.argv[1], "--store", sys.argv[2], "How many spectators watched the cup final?"])
loaded = {name.partition(".")[0] for name in sys.modules}
assert status == 0, status
assert not loaded & {"llama_index", "openai"}, loaded & {"llama_index", "openai"}
"""


def test_extraction_imports_neither_llama_index_nor_openai(articles: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOT_IMPORTED, str(articles), str(tmp_path / "store")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("31,500 [1]")


@pytest.mark.parametrize(
    ("question", "name"),
    [("Who is the governor of the bank of Sanda?", "Ilya Moran"), ("Who leads the harbour union?", "Joan Akers")],
)
def test_months_and_weekdays_are_nobody(tmp_path: Path, question: str, name: str) -> None:
    folder = tmp_path / "people"
    folder.mkdir()
    (folder / "bank.txt").write_text(
        "Bank of Sanda keeps its rate\n\nOn Wednesday 12 June the governor of the bank of Sanda, Ilya Moran, "
        "kept the rate.\n",
        encoding="utf-8",
    )
    (folder / "port.txt").write_text(
        "Harbour workers vote\n\nThe harbour union, which Joan Akers leads, votes on Monday.\n", encoding="utf-8"
    )
    with QAPlugin(folder, store=tmp_path / "store") as plugin:
        assert plugin.ask(question).text.startswith(f"{name} [")


class _Named:
    """Has a name and none of the methods of a model."""


@pytest.mark.parametrize("argument", ["llm", "embed_model"])
@pytest.mark.parametrize(
    ("given", "shown"),
    [("gpt-4o", "'gpt-4o' is a text"), (_Named(), "is no model"), (_Named, "_Named is a class"), (7, "7 is no model")],
)
def test_what_is_no_model_is_refused_at_once(argument: str, given: object, shown: str) -> None:
    with pytest.raises(SettingsError, match=f"^{argument}=.*{shown}") as raised:
        QAPlugin("articles/", **{argument: given})  # type: ignore[arg-type]
    field = "model" if argument == "llm" else "embedder"
    assert f"Settings.from_environment({field}=" in str(raised.value)
