"""The parts of retrieval: that one switched off is really off, and what the whole is set beside."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval import ablation, baselines, evidence, switches
from eval.parallel import load_aligned
from eval.ranking import Passage, by_asking, indexed_plugin
from qa_plugin.errors import SettingsError
from qa_plugin.language import names, terms
from qa_plugin.language.questions import Slot
from qa_plugin.plugin import QAPlugin
from qa_plugin.retrieval import shares
from qa_plugin.retrieval import weights as weighing
from qa_plugin.store import Store
from qa_plugin.verification import views
from tests import aligned_articles
from tests.aligned_articles import asked_from

aligned, articles, questions = aligned_articles.aligned, aligned_articles.articles, aligned_articles.questions


# ---------------------------------------------------------------- parts switched off

POOL = {
    "clinic.fa.txt": "بیمارستان تازه\nبیمارستان دیروز در شرق شهر گشوده شد. وزیر گفت این بیمارستان ۱۲۰ تخت دارد. "
    "کارگران آن را در دو سال ساختند.",
    "envoy.fa.txt": "سفر یک دیپلمات\nسرگئی لاوروف به پایتخت رسید. او فردا با رئیس‌جمهور دیدار می‌کند.",
    "harvest.fr.txt": "La récolte de blé détruite dans le nord\nLa récolte de blé a été détruite par la pluie. "
    "Les agriculteurs ont perdu 10 000 tonnes parce que les champs étaient sous l'eau. "
    "Le gouvernement paiera 25 millions d'euros.",
    "match.en.txt": "A match to remember\nThe team won the match on Sunday. The captain Marta Quevedo scored twice. "
    'The coach said: "We never lost our nerve in this stadium." Some 40,000 people watched the match.',
    "match2.en.txt": "Once more\nThe team won the match on Sunday. The captain Marta Quevedo scored twice.",
    "strike.pt.txt": "Greve nos portos\nA greve dos estivadores começou na segunda-feira. Os sindicatos pedem "
    "aumentos de 8%. O primeiro-ministro falou em 12 de março de 2021 com os sindicatos.",
    "vaccine.ar.txt": "لقاح جديد\nتلقى عشرة آلاف طفل اللقاح في المدارس. وقال الأطباء إن اللقاح آمن.",
    "zeal.en.txt": "Street music\nThe musicians of the quarter play the zurna every evening. Nobody counted the songs.",
}
ASKED = (
    "Lavrov",
    "hospital",
    "10,000",
    "zurna",
    "musician",
    "How many beds does the hospital have?",
    "What was destroyed by the rain?",
    "Why did the farmers lose the harvest?",
    "How many people watched the match on Sunday?",
    "Who scored twice in the match?",
    "What did the coach say?",
    "When did the prime minister speak with the unions?",
    "O ministro falou do hospital na cidade",
    "The rain destroyed the wheat harvest in the north and the farmers of the region lost much of what they had sown",
)
BY_NAME = {part.name: part for part in switches.PARTS}


def _rank_all(folder: Path, store: Path) -> dict[str, list[Passage]]:
    with indexed_plugin(folder, store) as plugin:
        rank = by_asking(plugin)
        return {question: list(rank(question)) for question in ASKED}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pool")
    for name, text in POOL.items():
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture(scope="module")
def whole(pool: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Passage]]:
    return _rank_all(pool, tmp_path_factory.mktemp("whole"))


# Of fewer passages than the vectors bring, the full-text index brings none that they do not: it has its own test.
NEEDED_IN_A_POOL = [part for part in switches.PARTS if part.name != "full-text index"]


@pytest.mark.parametrize("part", NEEDED_IN_A_POOL, ids=lambda part: part.name)
def test_every_part_changes_some_ranking_and_comes_back(
    part: switches.Part, pool: Path, whole: dict[str, list[Passage]], tmp_path: Path
) -> None:
    before = [getattr(sys.modules[change.module], change.name) for change in part.changes]
    with switches.switched_off(part):
        assert all(getattr(sys.modules[c.module], c.name) is c.value for c in part.changes)
        without = _rank_all(pool, tmp_path / "store")
    after = [getattr(sys.modules[change.module], change.name) for change in part.changes]
    assert [a is b for a, b in zip(before, after, strict=True)] == [True] * len(before)
    assert without != whole, f"{part.name} is switched off and nothing changes: is it still used?"


@pytest.mark.parametrize(
    ("name", "question", "gold"),
    [
        ("names across scripts", "Lavrov", "envoy.fa.txt"),
        ("lexicon concepts", "hospital", "clinic.fa.txt"),
        ("numbers as terms", "10,000", "vaccine.ar.txt"),
        ("stems of unknown words", "zurna", "zeal.en.txt"),
    ],
)
def test_a_question_that_has_only_one_part_to_go_by_misses_without_it(
    name: str, question: str, gold: str, pool: Path, whole: dict[str, list[Passage]], tmp_path: Path
) -> None:
    first_files = {passage.source for passage in whole[question][:2]}
    assert gold in first_files
    others = [switches.Part("all else", ())]
    if name == "stems of unknown words":  # the same word has a skeleton too
        others.append(BY_NAME["names across scripts"])
    with switches.switched_off(others[-1]):
        assert gold in {passage.source for passage in _rank_all(pool, tmp_path / "with")[question][:2]}
        with switches.switched_off(BY_NAME[name]), indexed_plugin(pool, tmp_path / "without") as plugin:
            assert plugin.search(question) == []


def test_parts_of_the_terms_are_off_in_every_language() -> None:
    def kinds(text: str, language: str) -> set[str]:
        return {key[0] for key in terms.keys(text, language)}

    assert kinds("Lavrov visited 10,000 hospitals", "en") >= {"c", "n", "v"}
    for name, kind in (("lexicon concepts", "c"), ("names across scripts", "n"), ("numbers as terms", "v")):
        with switches.switched_off(BY_NAME[name]):
            assert kind not in kinds("Lavrov visited 10,000 hospitals", "en")
            assert kind not in kinds("زار لافروف عشرة آلاف مستشفى", "ar")
    with switches.switched_off(BY_NAME["word forms"]):
        assert "shospitalizing" in terms.keys("hospitalizing", "en")
    with switches.switched_off(BY_NAME["phrases of the lexicon"]):
        assert len(terms.keys("prime minister", "en")) >= 2
    assert len(terms.keys("prime minister", "en")) == 1


def test_without_either_channel_nothing_is_found(pool: Path, tmp_path: Path) -> None:
    with indexed_plugin(pool, tmp_path / "store") as plugin:
        rank = by_asking(plugin)
        with switches.switched_off(BY_NAME["vectors"]):
            assert {passage.source for passage in rank("hospital")} == {"clinic.fa.txt"}
            with switches.switched_off(BY_NAME["full-text index"]):
                assert rank("hospital") == []
        with switches.switched_off(BY_NAME["full-text index"]):
            assert len(rank("hospital")) == len(POOL)


def test_weights_are_alike_without_rarity_and_focus() -> None:
    slots = [Slot(("c1",), "rare", 0, 4, focus=True), Slot(("c2",), "common", 5, 11)]

    def weights() -> list[float]:
        return [weighted.weight for weighted in weighing.weigh(slots, {"c1": 1, "c2": 150}, 200)]

    rare, common = weights()
    assert rare > 2 * common
    with switches.switched_off(BY_NAME["focus weight"]):
        unfocused, same = weights()
    assert same == common
    assert common < unfocused < rare
    with switches.switched_off(BY_NAME["rarity of words"]), switches.switched_off(BY_NAME["focus weight"]):
        first, second = weights()
    assert first == pytest.approx(second)
    assert weights() == [rare, common]


def test_copies_that_other_modules_have_imported_are_switched_too() -> None:
    copies = vars(views)
    before = copies["skeletons"]
    with switches.switched_off(BY_NAME["names across scripts"]):
        assert copies["skeletons"] is not before
        assert copies["skeletons"] is names.skeletons
    assert copies["skeletons"] is before is names.skeletons


def test_a_part_whose_attribute_is_gone_is_an_error() -> None:
    gone = switches.Part("memory", (switches.Change("qa_plugin.retrieval.shares", "MEMORY_SHARE", 0.0),))
    with (
        pytest.raises(SettingsError, match=r"cannot switch off 'memory': there is no MEMORY_SHARE in qa_plugin\.ret"),
        switches.switched_off(gone),
    ):
        pass


def test_a_part_is_on_again_after_an_error() -> None:
    before = shares.DENSE_LIMIT
    with pytest.raises(ValueError, match="in between"), switches.switched_off(BY_NAME["vectors"]):
        raise ValueError("in between")
    assert before == shares.DENSE_LIMIT > 0


# ---------------------------------------------------------------- baselines


@pytest.fixture
def store(pool: Path, tmp_path: Path) -> Iterator[Store]:
    indexed_plugin(pool, tmp_path / "baseline").close()
    with Store.open(tmp_path / "baseline", fingerprint={}) as opened:
        yield opened


def test_tf_idf_finds_words_as_they_are_written(store: Store) -> None:
    rank = baselines.tf_idf(store)
    found = rank("zurna every evening")
    assert found[0].source == "zeal.en.txt"
    assert found[0].score > 0 == found[1].score
    best = found[0].best
    assert best is not None
    assert POOL["zeal.en.txt"][best.start : best.end] == "The musicians of the quarter play the zurna every evening."
    assert {passage.score for passage in rank("musician")} == {0.0}


def test_tf_idf_is_the_cosine_of_weighted_counts(tmp_path: Path) -> None:
    folder = tmp_path / "three"
    folder.mkdir()
    for name, text in (("1.txt", "apple apple bread"), ("2.txt", "bread cheese"), ("3.txt", "cheese cheese cheese")):
        (folder / name).write_text(text)
    indexed_plugin(folder, tmp_path / "store").close()
    with Store.open(tmp_path / "store", fingerprint={}) as opened:
        found = {passage.source: passage.score for passage in baselines.tf_idf(opened)("apple bread")}
    # idf: ln(4/2) + 1 for apple, which one text of three holds, ln(4/3) + 1 for the others, which two hold
    apple, bread = 1.693147, 1.287682
    twice = 1.693147  # 1 + ln 2
    norm = (apple**2 + bread**2) ** 0.5
    assert found["1.txt"] == pytest.approx(
        (twice * apple * apple + bread * bread) / (norm * ((twice * apple) ** 2 + bread**2) ** 0.5), abs=1e-5
    )
    assert found["2.txt"] == pytest.approx(bread / norm / 2**0.5, abs=1e-5)
    assert found["3.txt"] == 0.0


def test_single_channels_rank_files_but_name_no_sentence(store: Store) -> None:
    for make in (baselines.vectors_alone, baselines.bm25_of_terms):
        found = make(store)("hospital")
        assert found[0].source == "clinic.fa.txt"
        assert found[0].best is None


def test_the_default_model_is_never_downloaded(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    monkeypatch.setattr(ONNXMiniLM_L6_V2, "DOWNLOAD_PATH", tmp_path / "nowhere")
    with pytest.raises(baselines.NotAtHandError, match=r"not measured: no config\.json in .*nothing is downloaded"):
        baselines.chroma_default(store)
    assert not (tmp_path / "nowhere").exists()


def test_plugin_for_measuring_needs_no_connection(pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    plugin: QAPlugin = indexed_plugin(pool, tmp_path / "store")
    with plugin:
        assert plugin.destination() == "All stays on this machine."
        assert plugin.ask("How many beds does the hospital have?").mode == "extractive"


# ---------------------------------------------------------------- ablation


def test_ablation_sets_the_parts_beside_the_whole(articles: Path, questions: Path, aligned: Path) -> None:
    asked = evidence.with_evidence(
        [json.loads(line) | {"id": "q", "sources": json.loads(line).get("sources")} for line in _lines(questions)],
        lambda source: (articles / source).read_text("utf-8"),
        load_aligned(aligned),
    )
    parts = [BY_NAME["lexicon concepts"], BY_NAME["headline"]]
    seen: list[str] = []
    table = ablation.measure_parts(articles, asked, load_aligned(aligned), parts=parts, progress=seen.append)
    assert [row.name for row in table.rows] == [
        "the whole",
        "without lexicon concepts",
        "without headline",
        "vectors and nothing else",
        "BM25 of the search terms and nothing else",
        "words, tf-idf",
        "all-MiniLM-L6-v2, Chroma's default",
    ]
    assert len(seen) == len(table.rows)
    rows = {row.name: row.values for row in table.rows}
    assert rows["the whole"] == dict.fromkeys(("hit@1", "hit@5", "hit@10", "best@1", "best@3", "R@1 en-ar"), 1.0)
    # without concepts an English line has no word in common with an Arabic one
    assert rows["without lexicon concepts"]["R@1 en-ar"] == 0.0
    assert rows["words, tf-idf"]["R@1 en-ar"] == 0.0
    assert "best@1" not in rows["vectors and nothing else"]
    model = table.rows[-1]
    assert model.values or "not measured" in model.note


def test_ablation_without_aligned_lines_leaves_that_column_out(pool: Path) -> None:
    asked = [asked_from("Lavrov", sources=("envoy.fa.txt",)), asked_from("hospital", sources=("clinic.fa.txt",))]
    table = ablation.measure_parts(pool, asked, parts=[BY_NAME["names across scripts"]])
    assert table.columns == ("hit@1", "hit@5", "hit@10", "best@1", "best@3")
    assert [row.values["hit@1"] for row in table.rows[:1]] == [1.0]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()
