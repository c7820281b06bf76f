"""The retrieval figures: each by hand, and that a part switched off is really off."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from eval import ablation, answering_speed, baselines, context, embedding_speed, evidence, growth, switches
from eval.__main__ import main
from eval.evidence import Asked, Place
from eval.parallel import AlignedLine, half_of, load_aligned
from eval.ranking import Passage, Ranker, by_asking, indexed_plugin
from eval.sentence_retrieval import finds, measure_pairs, read_pairs
from eval.tables import Row, Table
from qa_plugin.answering import extractive
from qa_plugin.errors import SettingsError
from qa_plugin.evidence import sentences
from qa_plugin.language import names, terms
from qa_plugin.language.questions import Slot
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Span
from qa_plugin.retrieval import shares
from qa_plugin.retrieval import weights as weighing
from qa_plugin.store import Store
from qa_plugin.verification import views

HEADER = ("line", "file", "en", "pt", "fr", "ar", "fa")
ROWS = [
    (
        "hospital.fa.txt",
        "The hospital was closed after the fire.",
        "O hospital foi fechado depois do incêndio.",
        "L'hôpital a été fermé après l'incendie.",
        "أُغلق المستشفى بعد الحريق.",
        "بیمارستان پس از آتش‌سوزی بسته شد.",
    ),
    (
        "hospital.fa.txt",
        "The doctors moved 340 patients to a school.",
        "Os médicos levaram 340 doentes para uma escola.",
        "Les médecins ont transféré 340 patients dans une école.",
        "نقل الأطباء 340 مريضا إلى مدرسة.",
        "پزشکان ۳۴۰ بیمار را به یک مدرسه منتقل کردند.",
    ),
    (
        "harvest.ar.txt",
        "Rain destroyed the wheat harvest in the north.",
        "A chuva destruiu a colheita de trigo no norte.",
        "La pluie a détruit la récolte de blé dans le nord.",
        "دمر المطر محصول القمح في الشمال.",
        "باران محصول گندم را در شمال نابود کرد.",
    ),
    (
        "harvest.ar.txt",
        "Farmers asked the government for money.",
        "Os agricultores pediram dinheiro ao governo.",
        "Les agriculteurs ont demandé de l'argent au gouvernement.",
        "طلب المزارعون المال من الحكومة.",
        "کشاورزان از دولت پول خواستند.",
    ),
    (
        "match.fr.txt",
        "The team won the match on Sunday.",
        "A equipa venceu o jogo no domingo.",
        "L'équipe a gagné le match dimanche.",
        "فاز الفريق بالمباراة يوم الأحد.",
        "تیم روز یکشنبه مسابقه را برد.",
    ),
    (
        "match.fr.txt",
        "Thousands of people watched it in the stadium.",
        "Milhares de pessoas viram-no no estádio.",
        "Des milliers de personnes l'ont regardé au stade.",
        "شاهدها آلاف الأشخاص في الملعب.",
        "هزاران نفر آن را در ورزشگاه تماشا کردند.",
    ),
]
COLUMN = {language: at for at, language in enumerate(HEADER[2:], 1)}


def _write_aligned(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    lines = ["\t".join(HEADER), *("\t".join((str(number), *row)) for number, row in enumerate(rows))]
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return path


def _write_questions(path: Path, questions: list[dict[str, object]]) -> Path:
    path.write_bytes("".join(json.dumps(question) + "\n" for question in questions).encode())
    return path


@pytest.fixture
def aligned(tmp_path: Path) -> Path:
    return _write_aligned(tmp_path / "aligned.tsv", ROWS)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """The articles of the aligned file, each in its own language, a sentence a line."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for file in dict.fromkeys(row[0] for row in ROWS):
        own = COLUMN[file.split(".")[1]]
        (folder / file).write_bytes("\n".join(row[own] for row in ROWS if row[0] == file).encode())
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return _write_questions(
        tmp_path / "questions.jsonl",
        [
            {
                "question": "How many patients were moved to a school?",
                "question_lang": "en",
                "type": "count",
                "accept": ["340"],
                "sources": ["hospital.fa.txt"],
                "evidence_lines": [1],
            },
            {
                "question": "Que destruiu a colheita de trigo?",
                "question_lang": "pt",
                "type": "what",
                "accept": ["chuva"],
                "sources": ["harvest.ar.txt"],
                "evidence_lines": [2],
            },
            {"question": "Who painted the bridge?", "question_lang": "en", "type": "unanswerable"},
        ],
    )


# ---------------------------------------------------------------- the aligned file


def test_aligned_file_is_read(aligned: Path) -> None:
    lines = load_aligned(aligned)
    assert [line.number for line in lines] == [0, 1, 2, 3, 4, 5]
    assert lines[2].file == "harvest.ar.txt"
    assert lines[2].texts["pt"] == "A chuva destruiu a colheita de trigo no norte."
    assert list(lines[0].texts) == ["en", "pt", "fr", "ar", "fa"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("line\ten\n0\tone\n", "no column file in its first line, but line, en"),
        ("line\tfile\ten\n", "holds no lines"),
        ("line\tfile\ten\n0\ta.txt\n", "line 2: not a number and 2 more cells"),
        ("line\tfile\ten\none\ta.txt\tone\n", "line 2: not a number"),
    ],
)
def test_what_is_no_aligned_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text(content)
    with pytest.raises(SettingsError, match=message):
        load_aligned(path)


def test_missing_aligned_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the aligned file .*none\.tsv"):
        load_aligned(tmp_path / "none.tsv")


def test_halves_go_by_the_name_of_the_article() -> None:
    halves = [half_of(f"{number}.en.txt") for number in range(200)]
    assert 60 < sum(halves) < 140
    assert halves == [half_of(f"{number}.en.txt") for number in range(200)]


# ---------------------------------------------------------------- sentence retrieval


def _line(number: int, file: str = "a.txt") -> AlignedLine:
    return AlignedLine(number, file, {"en": f"query {number}", "pt": f"texto {number}"})


def test_a_tie_for_the_first_place_is_a_miss() -> None:
    answers = {
        "query 0": [Passage("0.txt", 2.0), Passage("1.txt", 1.0)],  # right
        "query 1": [Passage("1.txt", 2.0), Passage("0.txt", 2.0)],  # tied
        "query 2": [Passage("1.txt", 2.0), Passage("2.txt", 1.0)],  # wrong
        "query 3": [],  # nothing found
        "query 4": [Passage("4.txt", 2.0), Passage("4.txt", 2.0)],  # two passages of its own
        "query 5": [Passage("5.txt", 0.5)],  # alone
    }
    found = finds(answers.__getitem__, [_line(number) for number in range(6)], ("en", "pt"))
    assert [right for _, right in found] == [True, False, False, False, True, True]


def test_every_nth_line_is_a_query() -> None:
    asked: list[str] = []

    def rank(query: str) -> list[Passage]:
        asked.append(query)
        return []

    finds(rank, [_line(number) for number in range(7)], ("en", "pt"), 3)
    assert asked == ["query 0", "query 3", "query 6"]


def test_sentences_are_found_across_languages_but_not_beside_their_double(tmp_path: Path) -> None:
    rows = [*ROWS, ("double.en.txt", *ROWS[0][1:])]
    table = measure_pairs(load_aligned(_write_aligned(tmp_path / "a.tsv", rows)), [("en", "pt"), ("ar", "fa")])
    # the hospital stands there twice: neither of the two queries has a first place of its own
    assert [(row.name, row.values["R@1"], row.values["n"]) for row in table.rows] == [
        ("en-pt", round(5 / 7, 4), 7),
        ("ar-fa", round(5 / 7, 4), 7),
    ]
    by_half: dict[int, list[bool]] = {0: [], 1: []}
    for row in rows:
        by_half[half_of(row[0])].append(row[1] != ROWS[0][1])
    for half, marks in by_half.items():
        expected = round(sum(marks) / len(marks), 4) if marks else None
        assert table.rows[0].values.get(f"half {half}") == expected


def test_pairs_are_read_or_refused(aligned: Path) -> None:
    assert read_pairs("en-pt, ar-fa") == [("en", "pt"), ("ar", "fa")]
    with pytest.raises(SettingsError, match="'en' is no list of language pairs"):
        read_pairs("en")
    with pytest.raises(SettingsError, match="no column de, but en, pt, fr, ar, fa"):
        measure_pairs(load_aligned(aligned), [("en", "de")])


# ---------------------------------------------------------------- evidence


def _asked(question: str, *places: Place, sources: tuple[str, ...] = ("gold.txt",)) -> Asked:
    return Asked(question, "en", frozenset(sources), sources[0], places)


def test_evidence_figures_by_hand() -> None:
    gold = Place("gold.txt", Span(10, 20))
    right, beside = Passage("gold.txt", 1.0, Span(15, 25)), Passage("gold.txt", 1.0, Span(20, 30))
    others = [Passage(f"{number}.txt", 1.0, Span(10, 20)) for number in range(9)]
    rankings = {
        "first": [right, *others],
        "third": [others[0], beside, right],
        "fourth": [others[0], others[1], beside, right],
        "sixth file": [*others[:5], right],
        "tenth file": [*others, right],
        "nothing": [],
    }
    figures = evidence.measure(rankings.__getitem__, [_asked(name, gold) for name in rankings])
    assert figures == {
        "hit@1": round(1 / 6, 4),  # first
        "hit@5": round(3 / 6, 4),  # third, fourth
        "hit@10": round(5 / 6, 4),  # sixth, tenth
        "best@1": round(1 / 6, 4),
        "best@3": round(2 / 6, 4),  # first, third; a span that only touches is no overlap
    }


def test_questions_without_known_evidence_count_for_files_only() -> None:
    place = Place("gold.txt", Span(0, 5))
    rank: Ranker = lambda _: [Passage("gold.txt", 1.0, Span(0, 5))]  # noqa: E731
    assert evidence.measure(rank, [_asked("a", place), _asked("b", sources=("other.txt",))]) == {
        "hit@1": 0.5,
        "hit@5": 0.5,
        "hit@10": 0.5,
        "best@1": 1.0,
        "best@3": 1.0,
    }


def test_evidence_is_placed_by_aligned_lines_and_by_quotes(aligned: Path) -> None:
    texts = {"harvest.ar.txt": "first line\nsecond line\n", "plain.txt": "so it is, and so it was"}
    base = {"type": "what", "question_lang": "en", "id": "1", "question": "?"}
    found = evidence.with_evidence(
        [
            {**base, "sources": ["harvest.ar.txt"], "evidence_lines": [3]},
            {**base, "sources": ["plain.txt"], "quotes": [{"source": "plain.txt", "quote": "so it"}]},
            {**base, "sources": ["plain.txt"]},
            {**base, "type": "unanswerable", "sources": []},
        ],
        lambda source: texts.get(source, ""),
        load_aligned(aligned),
    )
    assert [[(p.source, texts[p.source][p.span.start : p.span.end]) for p in asked.evidence] for asked in found] == [
        [("harvest.ar.txt", "second line")],
        [("plain.txt", "so it"), ("plain.txt", "so it")],
        [],
    ]
    assert [place.span.start for place in found[1].evidence] == [0, 14]


def test_evidence_by_lines_needs_those_lines(aligned: Path) -> None:
    question = {"type": "what", "question_lang": "en", "id": "q7", "question": "?", "sources": ["harvest.ar.txt"]}
    with pytest.raises(SettingsError, match="q7 names its evidence by the lines of an aligned file"):
        evidence.with_evidence([{**question, "evidence_lines": [3]}], lambda _: "", None)
    with pytest.raises(SettingsError, match="q7: no line 99 of the aligned file is in the articles"):
        evidence.with_evidence([{**question, "evidence_lines": [99]}], lambda _: "a\nb", load_aligned(aligned))


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
    asked = [_asked("Lavrov", sources=("envoy.fa.txt",)), _asked("hospital", sources=("clinic.fa.txt",))]
    table = ablation.measure_parts(pool, asked, parts=[BY_NAME["names across scripts"]])
    assert table.columns == ("hit@1", "hit@5", "hit@10", "best@1", "best@3")
    assert [row.values["hit@1"] for row in table.rows[:1]] == [1.0]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


# ---------------------------------------------------------------- growth


def test_distractors_are_five_lines_a_chunk_and_no_evidence() -> None:
    languages = ("en", "fa")
    lines = [AlignedLine(n, "a.txt", {lang: f"{lang} {n}" for lang in languages}) for n in range(12)]
    files = growth.distractors(lines, frozenset({3, 4}), 10)
    assert [len(text.split("\n\n")) for _, text in files] == [4, 4, 2]
    for name, text in files:
        language = name.split(".")[1]
        for chunk in text.split("\n\n"):
            rows = chunk.split()
            assert set(rows[::2]) == {language}
            assert len(set(rows[1::2])) == 5
            assert not {"3", "4"} & set(rows[1::2])
    assert files == growth.distractors(lines, frozenset({3, 4}), 10)
    assert growth.distractors(lines, frozenset({3, 4}), 20)[:2] == files[:2]
    with pytest.raises(SettingsError, match="only 4 aligned lines are no evidence, where 5 are needed"):
        growth.distractors(lines, frozenset(range(8)), 1)


def test_growth_measures_the_fall(articles: Path, aligned: Path) -> None:
    lines = load_aligned(aligned)
    asked = [
        _asked("The doctors moved 340 patients to a school", sources=("hospital.fa.txt",)),
        _asked("Rain destroyed the wheat harvest in the north", sources=("harvest.ar.txt",)),
    ]
    evidence_of_none = frozenset({2})  # the harvest line is in no distractor
    table = growth.measure_growth(articles, asked, lines, evidence=evidence_of_none, amounts=[4, 40])
    assert [row.name for row in table.rows] == ["articles alone", "4 added", "40 added"]
    assert [row.values["added"] for row in table.rows] == [0, 4, 40]
    assert table.rows[0].values["passages"] == 3
    assert table.rows[2].values["passages"] > table.rows[1].values["passages"] > 3
    assert table.rows[0].values["hit@5"] == 1.0
    # all other lines are in every chunk: five files with the school before its own article is what there is to see
    for row in table.rows:
        assert row.values["fall"] == pytest.approx(1.0 - row.values["hit@5"])
        assert row.values["hit@5"] >= 0.5
        assert row.values["cpu ms"] > 0
    assert sorted(path.name for path in articles.iterdir()) == ["harvest.ar.txt", "hospital.fa.txt", "match.fr.txt"]


def test_amounts_rise() -> None:
    assert growth.read_amounts("5000,20000") == [5000, 20000]
    for text in ("20,5", "many", "0", "5,5"):
        with pytest.raises(SettingsError, match="no list of rising numbers"):
            growth.read_amounts(text)


def test_evidence_lines_of_all_questions_are_kept_out() -> None:
    assert growth.evidence_lines([{"evidence_lines": [1, 2]}, {}, {"evidence_lines": [2, 9]}]) == {1, 2, 9}


# ---------------------------------------------------------------- speed


def test_chunks_to_embed_are_of_the_length_asked_in_all_languages_in_turn(aligned: Path) -> None:
    lines = load_aligned(aligned)
    chunks = embedding_speed.make_chunks(lines, 25, seed=1)
    assert len(set(chunks)) == 25
    assert all(100 <= len(chunk.split()) <= 130 for chunk in chunks)
    for number, chunk in enumerate(chunks):
        language = list(lines[0].texts)[number % 5]
        assert set(chunk.split()) <= {word for line in lines for word in line.texts[language].split()}
    assert chunks == embedding_speed.make_chunks(lines, 25, seed=1)
    assert set(chunks).isdisjoint(embedding_speed.make_chunks(lines, 25, seed=2))


def test_speed_is_chunks_by_cpu_time(aligned: Path) -> None:
    table = embedding_speed.measure_speed(aligned, count=20)
    assert [row.name for row in table.rows] == ["first sight", "second sight"]
    for row in table.rows:
        assert row.values["chunks"] == 20
        assert 2000 <= row.values["words"] <= 2600
        seconds, rounding = row.values["cpu s"], 0.0006  # the table gives thousandths
        assert 20 / (seconds + rounding) - 1 <= row.values["a second"] <= 20 / max(seconds - rounding, 1e-9) + 1
    # what is loaded and worked out at first sight is not paid for again
    assert table.rows[1].values["a second"] > table.rows[0].values["a second"]


# ---------------------------------------------------------------- answering speed


def test_an_inner_step_is_not_charged_to_the_outer_one() -> None:
    ticks = iter([0.0, 1.0, 4.0, 6.0])
    watch = answering_speed.Stopwatch(lambda: next(ticks))
    inner = watch.around("inner", lambda: "done")
    assert watch.around("outer", lambda: inner())() == "done"
    assert watch.spent == {"outer": 1000 * (1.0 + 2.0), "inner": 1000 * 3.0}


TIMED = ["How many patients did the doctors move?", "When did the team win the match?"]


def test_steps_of_a_question_add_up_to_the_whole(articles: Path, tmp_path: Path) -> None:
    ticks = itertools.count()  # a clock that every look at it moves on
    table = answering_speed.measure_answering(articles, TIMED, tmp_path / "store", clock=lambda: float(next(ticks)))
    rows = {row.name: row.values for row in table.rows}
    steps = dict.fromkeys(step for step, _, _ in answering_speed.STEPS)
    assert list(rows) == [*steps, answering_speed.REST, answering_speed.UNDERSTANDING, answering_speed.WHOLE]
    for sight in ("unread ms", "again ms"):  # of two questions the median is the mean
        parts = sum(rows[step][sight] for step in (*steps, answering_speed.REST))
        assert rows[answering_speed.WHOLE][sight] == pytest.approx(parts)
        understood = sum(rows[step][sight] for step in answering_speed.UNDERSTOOD)
        assert rows[answering_speed.UNDERSTANDING][sight] == pytest.approx(understood)
        for step in ("retrieve", "read closely", "weigh evidence", "agree", "verify", "assemble"):
            assert rows[step][sight] > 0, step


def test_what_was_read_in_a_sentence_is_not_read_again_unless_forgotten(articles: Path, tmp_path: Path) -> None:
    def sentences_read() -> float:
        return float(vars(sentences)["_read"].cache_info().misses)

    table = answering_speed.measure_answering(articles, TIMED[:1], tmp_path / "store", clock=sentences_read)
    understood = {row.name: row.values for row in table.rows}[answering_speed.UNDERSTANDING]
    assert understood["unread ms"] > 0
    assert understood["again ms"] == 0


def test_a_step_that_is_gone_is_an_error(articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = (*answering_speed.STEPS, ("tidy up", "qa_plugin.responding", "tidy_up"))
    monkeypatch.setattr(answering_speed, "STEPS", gone)
    before = vars(extractive)["weigh"]
    with pytest.raises(SettingsError, match="no tidy_up in qa_plugin"):
        answering_speed.measure_answering(articles, ["How many beds?"], tmp_path / "store")
    assert vars(extractive)["weigh"] is before


# ---------------------------------------------------------------- the command


def _run(capsys: pytest.CaptureFixture[str], *options: object) -> tuple[int, str, str]:
    status = main([str(option) for option in options])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_command_measures_sentence_retrieval(aligned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _run(capsys, "--aligned", aligned, "--pairs", "en-ar", "--step", "2", "--json")
    assert status == 0
    table = json.loads(out)
    assert table["title"] == "sentence retrieval"
    assert [(row["name"], row["n"]) for row in table["rows"]] == [("en-ar", 3)]


def test_command_measures_evidence(
    articles: Path, questions: Path, aligned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ("--articles", articles, "--questions", questions)
    status, out, _ = _run(capsys, "--evidence", *named, "--aligned", aligned, "--json")
    assert status == 0
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert rows["all"] == {"name": "all", **dict.fromkeys(evidence.COLUMNS, 1.0), "n": 2}
    assert (rows["asked in en"]["n"], rows["asked in pt"]["n"]) == (1, 1)
    assert sum(row["n"] for name, row in rows.items() if name.startswith("half")) == 2

    status, out, err = _run(capsys, "--evidence", *named)
    assert (status, out) == (2, "")
    assert "name it with --aligned" in err


def test_command_measures_growth(
    articles: Path, questions: Path, aligned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = _write_aligned(aligned, [*ROWS, *[("other.en.txt", *row[1:]) for row in ROWS]])
    named = ("--articles", articles, "--questions", questions, "--aligned", more)
    status, out, _ = _run(capsys, "--growth", *named, "--added", "4")
    assert status == 0
    assert out.splitlines()[0] == "growth"
    assert [line.split("  ")[0] for line in out.splitlines()[2:]] == ["articles alone", "4 added"]


@pytest.mark.parametrize("option", ["--growth", "--speed"])
def test_what_is_made_of_aligned_lines_needs_them(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = _run(capsys, option)
    assert status == 2
    assert "name a file with --aligned" in err


def test_context_counts_what_is_sent_and_what_of_the_evidence_is_in_it(tmp_path: Path) -> None:
    name, text = "hospital.en.txt", "Hospital\n\nThe hospital of Valmar has 120 beds and 40 nurses.\n"
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / name).write_text(text, encoding="utf-8")
    at = text.index("beds")
    asked = [
        evidence.Asked("How many beds does the hospital have?", "en", frozenset({source}), source, (place,))
        for source, place in (
            (name, evidence.Place(name, Span(at, at + 4))),
            ("none.txt", evidence.Place("none.txt", Span(at, at + 4))),
            (name, evidence.Place(name, Span(at, len(text) + 9))),
            (name, evidence.Place("none.txt", Span(at, at + 4))),
        )
    ]
    with indexed_plugin(tmp_path / "own", tmp_path / "store") as plugin:
        table = context.measure_context(plugin, asked)
    for row in table.rows:
        assert (row.values["evidence"], row.values["gold file"], row.values["n"]) == (0.25, 0.75, 4)
        assert row.values["files"] >= 1
        assert row.values["tokens"] > 0


def test_table_is_aligned_text() -> None:
    table = Table("a title", ("hit@1", "n"), (Row("one", {"hit@1": 0.5, "n": 1200}), Row("other", note="no model")))
    assert table.text().splitlines() == [
        "a title",
        "       hit@1      n",
        "one    0.500  1,200",
        "other                no model",
    ]


def test_readme_defines_every_option_and_figure(repository: Path) -> None:
    text = (repository / "eval" / "README.md").read_text("utf-8")
    columns = (*evidence.COLUMNS, "R@1", "half 0", *growth.COLUMNS, *embedding_speed.COLUMNS)
    columns = (*columns, *answering_speed.COLUMNS[:-1], *(step for step, _, _ in answering_speed.STEPS))
    columns = (*columns, *context.COLUMNS[:-1])
    for word in (
        "--aligned",
        "--evidence",
        "--context",
        "--ablation",
        "--growth",
        "--speed",
        "--answering-speed",
        *columns,
    ):
        assert f"`{word}`" in text or f"{word} " in text, word
    for name in [part.name for part in switches.PARTS] + [name for name, _ in baselines.BASELINES]:
        assert f"| {name} |" in text, name


def test_plugin_for_measuring_needs_no_connection(pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    plugin: QAPlugin = indexed_plugin(pool, tmp_path / "store")
    with plugin:
        assert plugin.destination() == "All stays on this machine."
        assert plugin.ask("How many beds does the hospital have?").mode == "extractive"
