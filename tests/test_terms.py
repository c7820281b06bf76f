from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from qa_plugin.language import lexicon, lexicon_build
from qa_plugin.language.folding import fold_text
from qa_plugin.language.lexicon import concept_name, concepts
from qa_plugin.language.stems import forms, stem
from qa_plugin.language.terms import find_terms, keys, stop_words


def _concepts(word: str, language: str) -> set[str]:
    return {concept_name(c) for c in concepts(fold_text(word), language)}


@pytest.mark.parametrize(
    "row",
    [
        "en:troops pt:soldados fr:soldats ar:جنودها fa:سربازان",
        "en:elections pt:eleições fr:élections ar:والانتخابات fa:انتخابات",
        "en:hospitals pt:hospitais fr:hôpitaux ar:المستشفيات fa:بیمارستان‌ها",
        "en:minister pt:ministros fr:ministres ar:الوزراء fa:وزیران",
        "en:water pt:água fr:eaux ar:المياه fa:آب",
    ],
)
def test_words_of_one_meaning_meet_in_any_form(row: str) -> None:
    found = [_concepts(word, language) for language, word in (part.split(":") for part in row.split())]
    assert set.intersection(*found), found


def test_unaccented_questions_reach_the_same_concepts() -> None:
    assert _concepts("eleicoes", "pt") == _concepts("eleições", "pt") != set()


@pytest.mark.parametrize(
    ("language", "word", "meant"),
    [
        ("en", "author", {"author"}),  # not "authorities", which has the same stem
        ("en", "customers", {"customer"}),
        ("en", "imported", {"import"}),
        ("en", "refugees", {"refugee"}),
        ("en", "Tunisia", {"tunisia"}),
        ("en", "march", {"protest march", "month of march"}),
        ("en", "train", {"train", "training"}),
        ("en", "coach", {"bus", "sports coach"}),
        ("pt", "países", {"country"}),
        ("pt", "eleições", {"election"}),
        ("fr", "marché", {"market", "bazaar"}),  # not "marche"
        ("fr", "chevaux", {"horse"}),
    ],
)
def test_a_written_word_stands_for_its_own_concepts(language: str, word: str, meant: set[str]) -> None:
    assert _concepts(word, language) == meant


def test_phrases_are_one_term() -> None:
    for language, text in (
        ("en", "the prime minister"),
        ("ar", "رئيس الوزراء"),
        ("fa", "نخست‌وزیر"),
        ("fa", "نخست وزیر"),
    ):
        names = [concept_name(int(k[1:])) for k in keys(text, language) if k[0] == "c"]
        assert names == ["prime minister"], (language, names)


def test_numbers_are_terms_by_value() -> None:
    expected = "v10000"
    for language, text in (
        ("en", "10,000"),
        ("pt", "10.000"),
        ("fr", "10 000"),
        ("fa", "۱۰ هزار"),
        ("pt", "dez mil"),
    ):
        assert expected in keys(text, language)


def test_names_meet_across_scripts() -> None:
    english = {k for k in keys("Lavrov spoke", "en") if k[0] == "n"}
    assert english & set(keys("قال لافروف", "ar"))
    assert english & set(keys("لاوروف گفت", "fa"))


def test_stop_words_are_no_terms() -> None:
    assert keys("what is the", "en") == []
    assert "از" in stop_words("fa")


def test_places_of_terms() -> None:
    text = fold_text("10 mil soldados")
    assert next((t.key, text[t.start : t.end]) for t in find_terms("10 mil soldados", "pt")) == (
        "v10000",
        "10 mil",
    )


def test_longer_phrases_are_tried_first() -> None:
    table = lexicon.lexicon("en")
    for first in table.heads:
        lengths = [len(rest) for rest, _ in table.phrases(first)]
        assert lengths == sorted(lengths, reverse=True), first


def test_a_number_does_not_part_a_phrase() -> None:
    named = [concept_name(int(k[1:])) for k in keys("the prime 3 minister", "en") if k[0] == "c"]
    assert named == ["prime minister"]


def test_places_in_spans_are_those_of_the_whole_text() -> None:
    text = "Ten thousand soldiers. The soldiers left Lisbon."
    middle = text.index("The")
    found = find_terms(text, "en", spans=[(0, middle), (middle, len(text))])
    places = [fold_text(text)[t.start : t.end] for t in found if t.key[0] in "cv"]
    assert places[:3] == ["ten thousand", "soldiers", "soldiers"]


def test_a_capital_makes_a_name_except_at_the_start() -> None:
    assert not any(k[0] == "n" for k in keys("Water is here", "en"))
    assert any(k[0] == "n" for k in keys("Here is Water", "en"))


def test_forms_begin_with_the_word_itself() -> None:
    assert forms("والعسكریه", "ar")[0] == "والعسكریه"
    assert "عسكریه" in forms("والعسكریه", "ar")
    assert stem("running", "en") == "run"


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("حكوميها", "حكومي"),
        ("مدينتنا", "مدينة"),
        ("شركتهن", "شركة"),
        ("أخرجوه", "أخرج"),
        ("يقتلونهم", "يقتل"),
        ("وزراؤها", "وزراء"),
        ("رؤسائهم", "رؤساء"),
        ("قتلاهم", "قتلى"),
        ("مهندسيهم", "مهندس"),
    ],
)
def test_arabic_pronouns_are_taken_off(written: str, listed: str) -> None:
    assert fold_text(listed) in forms(fold_text(written), "ar")


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("کشته‌شده", "کشته"),
        ("اعلام‌شده", "اعلام"),
        ("اعلامشده", "اعلام"),
        ("کشته‌شدگان", "کشته"),
        ("شرکت‌کنندگان", "شرکت"),
        ("برگزار‌شدن", "برگزار"),
        ("منتشرشده‌های", "منتشر"),
    ],
)
def test_persian_compounds_are_parted(written: str, listed: str) -> None:
    assert fold_text(listed) in forms(fold_text(written), "fa")


@pytest.mark.parametrize(
    ("word", "language", "before"),
    [
        ("تولیدکنندگان", "fa", ("تولیدکننده", "تولید")),
        ("تولیدکننده", "fa", ("تولیدکننده", "تولید")),
        ("تشدید", "fa", ("تشدید", "تش")),
        ("مواجهة", "ar", ("مواجهة", "مواج")),
        ("شبيه", "ar", ("شبيه", "شب")),
        ("ألعابها", "ar", ("ألعاب", "عاب")),
    ],
)
def test_what_is_listed_comes_before_what_is_cut(word: str, language: str, before: tuple[str, str]) -> None:
    found = [*forms(fold_text(word), language), *map(fold_text, before)]
    first, second = (found.index(fold_text(form)) for form in before)
    assert first < second


def test_a_verb_is_not_cut_from_a_short_word() -> None:
    assert forms("ارشد", "fa")[0] == "ارشد"
    assert "ار" not in forms("ارشد", "fa")


def test_an_article_is_told_from_a_word_that_begins_like_one() -> None:
    known = lexicon.lexicon("ar").words
    for listed, cut in (("ألعاب", "عاب"), ("إلقاء", "قاء"), ("إلغاء", "غاء")):
        shapes = {words[0] for words in lexicon_build._key_forms(listed, "ar")}
        assert shapes == {fold_text(listed)}, cut
    assert lexicon_build._key_forms("الصين", "ar") == [(fold_text("صين"),)]
    assert "game" in _concepts("ألعاب", "ar") or "games" in _concepts("ألعاب", "ar")
    assert _concepts("الألعاب", "ar") == _concepts("ألعاب", "ar") == _concepts("بألعاب", "ar")
    assert fold_text("ألعاب") in known


def test_compiled_lexicon_is_that_of_its_rows(repository: Path) -> None:
    built = lexicon_build.files()
    folder = repository / "qa_plugin/data/compiled"
    compiled = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    assert compiled["concepts"]["version"] == built["concepts"]["version"], (
        "run python -m qa_plugin.language.lexicon_build"
    )
    assert compiled == built


def test_version_is_a_hash_of_the_content() -> None:
    content = lexicon_build.build()
    assert content.pop("version") == lexicon.version()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest().startswith(lexicon.version())


def test_only_the_languages_asked_for_are_read(repository: Path) -> None:
    program = (
        "import sys; read = []; sys.addaudithook(lambda event, args: event == 'open' and read.append(str(args[0])));"
        "from qa_plugin.language.terms import find_terms; find_terms('water and soldiers', 'en');"
        "print(*sorted(name.rpartition('/')[2] for name in read if name.endswith('.json')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=repository, timeout=60
    )
    assert ran.stdout.split() == ["concepts.json", "en.json"]


def test_rows_are_well_formed() -> None:
    for row in lexicon_build.rows():
        assert row["en"], row
        for forms_of_language in row.values():
            assert all("|" not in form and form.strip() == form for form in forms_of_language)


def test_lexicon_knows_five_languages() -> None:
    assert set(lexicon.languages()) == {"en", "pt", "fr", "ar", "fa"}
    assert lexicon.lexicon("xx").words == {}
    assert lexicon.lexicon("xx").phrases("the") == []


@pytest.mark.parametrize(("word", "near", "far"), [("quit", "leave", "bank"), ("understand", "comprehend", "gift")])
def test_concepts_that_share_words_in_several_families_of_languages_are_related(word: str, near: str, far: str) -> None:
    others = {concept_name(other) for c in concepts(word, "en") for other in lexicon.related(c)}
    assert near in others
    assert far not in others


def test_a_homonym_in_one_script_relates_nothing() -> None:
    """In Arabic and Persian "ترک" is both to leave and Turkish."""
    others = {concept_name(other) for c in concepts("leave", "en") for other in lexicon.related(c)}
    assert others
    assert not others & {"turkey", "Türkiye"}


def test_threads_stem_without_each_other() -> None:
    """Snowball's stemmers keep the word they work on."""
    words = ["deployments", "governments", "elections", "hospitals", "ministers", "negotiations"] * 40
    script = (
        "import threading\nfrom qa_plugin.language.stems import stem\n"
        f"words = {words!r}\nfound, wrong = [], []\nbarrier = threading.Barrier(6)\n"
        "def work():\n    barrier.wait()\n    try:\n        found.append([stem.__wrapped__(w, 'en') for w in words])\n"
        "    except Exception as error:\n        wrong.append(repr(error))\n"
        "threads = [threading.Thread(target=work) for _ in range(6)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "assert not wrong, wrong\nassert all(f == found[0] for f in found)\nassert found[0][0] == 'deploy'\n"
    )
    run = subprocess.run([sys.executable, "-c", script], check=False, timeout=60, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
