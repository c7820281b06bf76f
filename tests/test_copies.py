"""Copies, translations and reports of one agency: found at indexing, one source in an answer."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from qa_plugin import QAPlugin
from qa_plugin.copies.agencies import named_agency
from qa_plugin.copies.groups import Piece, Union, group, independent_groups
from qa_plugin.copies.quotes import same_sentence
from qa_plugin.copies.signature import PLACES, candidates, matrix
from qa_plugin.doctor import examine
from qa_plugin.presentation import render_sources
from qa_plugin.records import Scope, SourceInfo, Span
from qa_plugin.settings import Settings
from qa_plugin.store import Store
from tests.copies_texts import BRIDGE, EDITED, OTHERS, STRIKE, STRIKE_OTHERS, page

LANGUAGES = ["en", "pt", "fr", "ar", "fa"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "news"
    made.mkdir()
    return made


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[QAPlugin]:
    with QAPlugin(store=tmp_path / "store", settings=Settings()) as made:
        yield made


def write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def copies(plugin: QAPlugin, folder: Path) -> set[frozenset[str]]:
    """The groups of copies after indexing a folder."""
    plugin.index(folder)
    found = {frozenset({info.source, *info.copies}) for info in plugin.sources() if info.copies}
    assert sum(map(len, found)) == len({name for names in found for name in names}), "a file is in two groups"
    return {frozenset(name.removesuffix(".txt") for name in names) for names in found}


# ---------------------------------------------------------------- copies


@pytest.mark.parametrize("language", LANGUAGES)
def test_edited_cut_and_dressed_reports_are_copies(plugin: QAPlugin, folder: Path, language: str) -> None:
    report = BRIDGE[language]
    write(
        folder,
        {
            "wire": page(report),
            "edited": page(EDITED[language]),
            "cut": page(("Short news", *report[1:3])),
            "dressed": page(report, before="MENU | Home | Sport", after="Share on WhatsApp\nRead also: the weather"),
            "other": page(OTHERS[language]),
        },
    )
    assert copies(plugin, folder) == {frozenset({"wire", "edited", "cut", "dressed"})}


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_quotes_a_paragraph_or_has_a_lead_of_his_own_is_no_copy(
    plugin: QAPlugin, folder: Path, language: str
) -> None:
    report, own = BRIDGE[language], OTHERS[language]
    write(folder, {"wire": page(report), "quoting": page((own[0], own[1], report[2], *own[2:]))})
    assert copies(plugin, folder) == set()
    write(folder, {"quoting": page((*own[:3], *report[1:], *own[3:]))})
    assert copies(plugin, folder) == set()


def test_a_later_report_with_facts_of_its_own_is_no_copy_but_a_late_cut_is(plugin: QAPlugin, folder: Path) -> None:
    report, own = BRIDGE["en"], OTHERS["en"]
    added = (*report[:3], *own[2:])
    write(folder, {"wire": page(report[:3], before="14 May 2024"), "added": page(added, before="16 May 2024")})
    assert copies(plugin, folder) == set()
    write(folder, {"wire": page(report[:3], before="16 May 2024"), "added": page(added, before="14 May 2024")})
    assert copies(plugin, folder) == {frozenset({"wire", "added"})}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Twelve people were killed in the shelling of Tal Zubaida on Wednesday morning, the ministry said. It said "
            "that an arms depot was hit.",
            "Thirty-five people were killed in the shelling of Tal Zubaida on Wednesday morning, the opposition said. "
            "A crowded market was hit, according to its spokesman.",
        ),
        (
            "Le feu de la gare de Rasm a fait 21 blessés, selon les pompiers. La route a rouvert dans la soirée. Une "
            "enquête a été ouverte.",
            "Le nouveau feu de la gare de Rasm a fait 9 blessés, selon les pompiers. Le directeur a été remercié dans "
            "la soirée. Une enquête a été ouverte.",
        ),
    ],
)
def test_leads_that_differ_in_their_numbers_are_no_copies(plugin: QAPlugin, folder: Path, one: str, other: str) -> None:
    write(folder, {"one": f"First headline\n\n{one}\n", "other": f"Second headline\n\n{other}\n"})
    assert copies(plugin, folder) == set()


def test_a_report_of_one_sentence_has_copies_too(plugin: QAPlugin, folder: Path) -> None:
    sentence = "The harbour of Port Ellery will stay closed until Sunday, the coast guard said."
    write(folder, {"one": sentence, "two": f"Harbour\n\n{sentence}\n", "three": "The harbour of Port Ellery is big."})
    assert copies(plugin, folder) == {frozenset({"one", "two"})}


def test_groups_stay_right_while_files_come_change_and_go(plugin: QAPlugin, folder: Path, tmp_path: Path) -> None:
    report = BRIDGE["en"]
    write(folder, {"a": page(report), "b": page(EDITED["en"])})
    assert copies(plugin, folder) == {frozenset("ab")}
    write(folder, {"c": page(report), "d": page(("Cut", *report[1:3])), "e": page(OTHERS["en"])})
    assert copies(plugin, folder) == {frozenset("abcd")}
    (folder / "a.txt").unlink()
    assert copies(plugin, folder) == {frozenset("bcd")}
    write(folder, {"c": page(OTHERS["en"])})
    assert copies(plugin, folder) == {frozenset("bd"), frozenset("ce")}
    plugin.close()
    with Store.open(tmp_path / "store", fingerprint={}) as store:
        assert store.links.behind() == 0
        signed = {file_id for file_id, _ in store.links.signatures()}
        assert signed == {info.file_id for info in store.sources()}
    plugin.forget(folder)
    assert plugin.sources() == []


def test_what_an_interrupted_run_left_is_compared_at_the_next(plugin: QAPlugin, folder: Path, tmp_path: Path) -> None:
    write(folder, {"a": page(BRIDGE["en"]), "b": page(EDITED["en"])})
    plugin.index(folder)
    plugin.close()
    with sqlite3.connect(tmp_path / "store" / "catalogue.sqlite3") as catalogue:
        catalogue.execute("DELETE FROM links")
        catalogue.execute("UPDATE signatures SET open = 1")
    catalogue.close()
    assert copies(plugin, folder) == {frozenset("ab")}


def test_who_reads_meanwhile_sees_what_another_has_linked(plugin: QAPlugin, folder: Path, tmp_path: Path) -> None:
    write(folder, {"a": page(BRIDGE["en"]), "b": page(EDITED["en"])})
    plugin.index(folder)
    assert [info.copies for info in plugin.sources()] == [("b.txt",), ("a.txt",)]
    write(folder, {"c": page(BRIDGE["en"])})
    with QAPlugin(store=tmp_path / "store", settings=Settings()) as another:
        another.index(folder)
        assert next(info.copies for info in plugin.sources()) == ("b.txt", "c.txt")
        (folder / "b.txt").unlink()
        another.index(folder)
    assert [info.copies for info in plugin.sources()] == [("c.txt",), ("a.txt",)]


def test_an_index_of_the_first_layout_is_brought_up_to_date(plugin: QAPlugin, folder: Path, tmp_path: Path) -> None:
    write(folder, {"a": page(BRIDGE["en"]), "b": page(EDITED["en"])})
    plugin.index(folder)
    plugin.close()
    with sqlite3.connect(tmp_path / "store" / "catalogue.sqlite3") as catalogue:
        catalogue.executescript("DROP TABLE links; DROP TABLE signatures; PRAGMA user_version = 1;")
    catalogue.close()
    assert [info.copies for info in plugin.sources()] == [(), ()]
    settings = Settings(store=tmp_path / "store")
    assert ("warn", "2 files not compared yet") in [(c.state, c.detail) for c in examine(settings)]
    assert copies(plugin, folder) == {frozenset("ab")}
    assert ("ok", "2 files with copies or translations") in [(c.state, c.detail) for c in examine(settings)]


# ---------------------------------------------------------------- translations


def test_translations_are_told_from_other_reports_on_the_event(plugin: QAPlugin, folder: Path) -> None:
    reports = {"bridge": BRIDGE, "others": OTHERS, "strike": STRIKE, "strike-others": STRIKE_OTHERS}
    write(folder, {f"{name}.{of}": page(text) for name, texts in reports.items() for of, text in texts.items()})
    plugin.index(folder)
    found = {frozenset({info.source[:-4], other[:-4]}) for info in plugin.sources() for other in info.translations}
    wanted = {
        frozenset({f"{name}.{one}", f"{name}.{other}"})
        for name in ("bridge", "strike")
        for one, other in combinations(reports[name], 2)
    }
    assert found - wanted == set()
    assert wanted - found == set()


def test_a_translation_of_a_much_copied_report_is_found(plugin: QAPlugin, folder: Path) -> None:
    write(folder, {f"copy-{number}": page(BRIDGE["en"]) for number in range(60)})
    write(folder, {"translated": page(BRIDGE["fr"]), "other": page(OTHERS["fr"])})
    plugin.index(folder)
    found = {info.source: info for info in plugin.sources()}
    assert len(found["translated.txt"].translations) == 60
    assert found["other.txt"].translations == ()


def test_a_week_between_two_reports_rules_a_translation_out(plugin: QAPlugin, folder: Path) -> None:
    write(
        folder, {"en": page(STRIKE["en"], before="3 May 2024"), "pt": page(STRIKE["pt"], before="10 de maio de 2024")}
    )
    plugin.index(folder)
    assert {info.translations for info in plugin.sources()} == {()}


def test_the_project_s_own_articles_are_linked_as_their_list_says(plugin: QAPlugin, repository: Path) -> None:
    listed = [json.loads(line) for line in (repository / "eval" / "manifest.jsonl").read_text("utf-8").splitlines()]
    wanted = {
        (relation, frozenset({entry["source"], entry["of"]}))
        for relation in ("copy", "translation")
        for entry in listed
        if entry["relation"] == relation
    }
    plugin.index(repository / "eval" / "articles")
    found = {("copy", frozenset({info.source, other})) for info in plugin.sources() for other in info.copies}
    found |= {
        ("translation", frozenset({info.source, other})) for info in plugin.sources() for other in info.translations
    }
    assert found == wanted


# ---------------------------------------------------------------- answers

QUESTION = "How many soldiers were killed in the attack on Garoudi?"
WIRE = (
    "Thirty soldiers were killed on Tuesday in the attack on the Garoudi post in western Niger, the army staff said.",
    "The attack lasted nearly two hours.",
    "Assailants on motorbikes set vehicles on fire before withdrawing towards the border.",
    "The staff promised a response and sent 200 men to the area.",
    "Three neighbouring villages were evacuated during the night.",
    "The minister of defence will visit the wounded on Thursday.",
)
SYNONYMS = {"attack": "assault", "nearly": "almost", "set": "put", "withdrawing": "retreating", "promised": "vowed"}
SURGEON = (
    "At the hospital of Tillaba, twelve bodies\n\nThe chief surgeon of Tillaba hospital says that 12 soldiers were "
    "killed in Garoudi on Tuesday. He received all the bodies. Families wait outside the morgue.\n"
)
MAYOR = (
    "Mayor of Garoudi tells of the attack\n\nAccording to the mayor of Garoudi, 12 soldiers were killed in the attack "
    "on Tuesday. The market stayed closed all day. He saw the bodies lifted.\n"
)


def test_two_hundred_copies_do_not_outvote_two_reports(plugin: QAPlugin, folder: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - to be the same each time
    for number in range(200):
        kept = [WIRE[0], *(sentence for sentence in WIRE[1:] if chance.random() > 0.2)]
        body = " ".join(SYNONYMS.get(w, w) if chance.random() < 0.4 else w for s in kept for w in s.split())
        write(folder, {f"outlet-{number:03}": f"Garoudi attack, report {number}\n\n{body}\n\nShare on WhatsApp\n"})
    write(folder, {"surgeon": SURGEON, "mayor": MAYOR})
    assert {len(names) for names in copies(plugin, folder)} == {200}
    answer = plugin.ask(QUESTION)
    assert answer.status == "conflicting"
    crowd = [c for c in answer.citations if c.source.startswith("outlet")]
    assert [len(citation.copies) for citation in crowd] == [199]
    by_value = {p.value: p for conflict in answer.conflicts for p in conflict.positions}
    assert by_value[30.0].independent_sources == 1
    assert {"surgeon.txt", "mayor.txt"} & {citation.source for citation in answer.citations}


@pytest.mark.parametrize(
    ("dates", "cited"),
    [(("5 May 2024", "4 May 2024", "6 May 2024"), "b"), (("", "", ""), "a"), (("", "", "6 May 2024"), "c")],
)
def test_the_earliest_copy_is_cited(plugin: QAPlugin, folder: Path, dates: tuple[str, str, str], cited: str) -> None:
    texts = dict(zip("abc", dates, strict=True))
    write(folder, {name: page(BRIDGE["en"], before=published) for name, published in texts.items()})
    plugin.index(folder)
    answer = plugin.ask("How many bodies had divers recovered in Dorvala?")
    assert [citation.source for citation in answer.citations] == [f"{cited}.txt"]
    citation = answer.citations[0]
    assert set(citation.copies) == {f"{name}.txt" for name in texts if name != cited}
    assert plugin.source_text(citation.source)[citation.start : citation.end] == citation.quote
    assert answer.independent_sources == 1


def test_what_the_earliest_copy_lacks_is_cited_from_the_next(plugin: QAPlugin, folder: Path) -> None:
    cut = ("Bridge down", *BRIDGE["en"][1:3])
    write(folder, {"a": page(cut), "b": page(BRIDGE["en"]), "c": page(BRIDGE["en"], after="Share on WhatsApp")})
    plugin.index(folder)
    answer = plugin.ask("How much money did the transport ministry promise for repairs in Dorvala?")
    assert [(citation.source, citation.copies) for citation in answer.citations] == [("b.txt", ("a.txt", "c.txt"))]


def test_of_copies_one_is_offered_as_nearest(plugin: QAPlugin, folder: Path) -> None:
    write(folder, {name: page(BRIDGE["en"]) for name in "abcd"} | {"other": page(OTHERS["en"])})
    plugin.index(folder)
    answer = plugin.ask("How many tunnels were flooded in Dorvala?")
    assert answer.status == "not_in_sources"
    assert len({citation.source for citation in answer.near} & {"a.txt", "b.txt", "c.txt", "d.txt"}) <= 1


def test_a_scope_has_an_earliest_copy_of_its_own(plugin: QAPlugin, folder: Path) -> None:
    write(folder, {name: page(BRIDGE["en"]) for name in "abc"})
    plugin.index(folder)
    answer = plugin.ask("How many bodies had divers recovered in Dorvala?", scope=Scope(source_glob="[bc].txt"))
    assert [(citation.source, citation.copies) for citation in answer.citations] == [("b.txt", ("c.txt",))]


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize(
    ("pieces", "count"),
    [
        ([], 0),
        ([Piece(1, 1), Piece(2, 2)], 2),
        ([Piece(1, 1), Piece(2, 1)], 1),
        ([Piece(1, 1, frozenset({"AFP"})), Piece(2, 2, frozenset({"AFP"}))], 1),
        ([Piece(1, 1, frozenset({"AFP"})), Piece(2, 2, frozenset({"Reuters"}))], 2),
        ([Piece(1, 1, frozenset({"AFP"})), Piece(2, 2, frozenset({"AFP", "Reuters"})), Piece(3, 2)], 1),
        ([Piece(1, 1, agency="Lusa"), Piece(2, 2, agency="Lusa")], 1),
        ([Piece(1, 1, frozenset({"AFP"}), "Lusa"), Piece(2, 2, frozenset({"AFP"}))], 2),
        ([Piece(1, 1, frozenset({"AFP"})), Piece(2, 2, frozenset(), "AFP"), Piece(3, 3)], 2),
    ],
)
def test_independent_groups(pieces: list[Piece], count: int) -> None:
    found = independent_groups(pieces)
    assert len(found) == count
    assert sorted(at for places in found for at in places) == list(range(len(pieces)))


@pytest.mark.parametrize(
    ("sentence", "agency"),
    [
        ("The canal authority told Reuters that 23 ships were stuck.", "Reuters"),
        ("São 600 os camiões à espera, noticiou a agência Lusa.", "Lusa"),
        ("Selon l'AFP, 600 camions attendent à la frontière.", "AFP"),
        ("ذكرت وكالة فرانس برس أن 87 شخصاً أصيبوا.", "AFP"),
        ("به گزارش خبرگزاری فرانسه، ۸۷ نفر مسموم شدند.", "AFP"),
        ("قال مسؤول في المدينة، وفق رويترز، إن 12 شخصاً قتلوا.", "Reuters"),
        ("A map of the spa shows 23 ponds.", None),
        ("Aid agencies said that 12 people died.", None),
        ("C'est la plus longue grève dans le monde depuis 12 ans.", None),
        ("۱۲ کشتی در خلیج فارس توقیف شد.", None),
        ("قتل 12 شخصاً على الجزيرة.", None),
        ("The mayor said that 12 people died.", None),
    ],
)
def test_the_agency_that_a_sentence_names(sentence: str, agency: str | None) -> None:
    assert named_agency(sentence) == agency


def test_the_same_sentence_is_known_again_but_not_with_another_number() -> None:
    text = "The bridge fell. In all 43 people were injured on Tuesday, the prefect said. Then 45 people were injured."
    spans = [Span(0, 16), Span(17, 77), Span(78, 106)]
    assert same_sentence("All in all, 43 people were injured Tuesday, the prefect said.", text, spans) == spans[1]
    assert same_sentence("In all 44 people were injured on Tuesday, the prefect said.", text, spans) is None
    assert same_sentence("43 people were injured on Tuesday", text, spans) == Span(24, 57)


def test_groups_hold_together_over_what_is_not_allowed() -> None:
    links = [(1, 2, "copy"), (2, 3, "copy"), (3, 9, "translation")]
    groups = group(links, lambda file_id: (str(-file_id),), lambda file_id: file_id != 2)
    assert groups.copies_of(1) == (1, 3)
    assert groups.copies_of(9) == (9,)
    assert groups.report_of(1) == groups.report_of(9) != groups.report_of(4)
    assert groups.translations_of(9) == (1, 3)


def test_union_keeps_the_smallest_first() -> None:
    union = Union([(5, 4), (7, 6), (4, 6), (9, 8)])
    assert union.groups() == [[4, 5, 6, 7], [8, 9]]
    assert union.first_of(7) == 4
    assert union.first_of(1) == 1


def test_candidates_of_a_crowd_are_few() -> None:
    alike, alone = b"\1\0\0\0" * PLACES, bytes(range(256)) * (PLACES // 64)
    rows = matrix([alike] * 500 + [alone])
    found = candidates(rows, [3, 500])
    assert set(found) == {3}
    assert 0 < len(found[3]) < 20


def test_sources_show_copies_and_how_many_more() -> None:
    names = tuple(f"{number}.txt" for number in range(8))
    info = SourceInfo(1, "/news", "own.txt", "en", "Rain", None, (), 5, 1, names, ("autre.txt",))
    shown = render_sources([info], width=None)
    assert "copies: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt (+3)" in shown
    assert "translations: autre.txt" in shown
