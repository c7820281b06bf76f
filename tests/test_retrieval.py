"""The ranking over real stores: what stands where, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from qa_plugin.language.lexicon import concepts
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Scope

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
