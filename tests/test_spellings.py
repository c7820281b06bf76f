"""Names in Latin letters that articles of the Arabic script write with words of the dictionary, or in one word."""

from __future__ import annotations

import pytest

from qa_plugin import QAPlugin
from qa_plugin.language.detection import detect
from qa_plugin.language.lexicon import concept_name
from qa_plugin.language.questions import read_question
from qa_plugin.language.spellings import joined_keys, meant_keys, parted_keys, sounding_keys, spelt_as
from qa_plugin.language.terms import keys
from qa_plugin.verification import Quote, check_claim


@pytest.mark.parametrize(("name", "meaning"), [("sefid", "white"), ("sorkh", "red"), ("jabal", "mountain")])
def test_a_name_is_looked_for_by_what_it_means(name: str, meaning: str) -> None:
    assert meaning in {concept_name(int(key[1:])) for key in meant_keys(name)}


@pytest.mark.parametrize(("word", "language", "name"), [("الزیتون", "ar", "zitoun"), ("سلام", "fa", "salam")])
def test_a_word_of_the_arabic_script_may_be_a_name(word: str, language: str, name: str) -> None:
    assert set(sounding_keys(word, language)) & set(keys(f"Bir {name.title()}", "fr"))
    [slot] = read_question(word, language).slots
    assert set(sounding_keys(word, language)) <= set(slot.sounds)


def test_a_word_that_sounds_like_many_may_be_no_name() -> None:
    assert sounding_keys("راه", "fa") == ()


@pytest.mark.parametrize("name", ["bel", "aia", "Кремль", "bridgeton", "moreira"])
def test_a_name_that_sounds_like_no_word_or_like_many_is_not(name: str) -> None:
    assert meant_keys(name) == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (("pol", "sefid"), " تصادف در پل سفید "),
        (("pol", "sefid"), " تصادف در پلسفید "),
        (("nehme", "al", "zahwi"), " قال نعمه الزهوی "),
        (("saleh",), " بصالح "),
        (("kouh", "siah"), " در کوه سیاه "),
    ],
)
def test_a_name_is_found_in_words_of_another_script(name: tuple[str, ...], text: str) -> None:
    pattern = spelt_as(name)
    assert pattern is not None
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (("pol", "sefid"), " پل سرخ و دیوار سفید "),
        (("saleh",), " مصالح "),
        (("kouh", "siah"), " کوه سپید "),
    ],
)
def test_words_that_sound_otherwise_are_not_the_name(name: tuple[str, ...], text: str) -> None:
    pattern = spelt_as(name)
    assert pattern is not None
    assert not pattern.search(text)


def test_a_short_name_has_no_pattern() -> None:
    assert spelt_as(("bo",)) is None


def test_a_name_in_two_words_meets_one_that_is_written_as_one() -> None:
    held = set(keys("حادثه در تپه‌زردان", "fa"))
    assert held & set(joined_keys(("tappeh", "zardan"), "fr"))
    slots = read_question("Qui vit à Tappeh-Zardan ?", "fr").slots
    assert [bool(held & set(slot.keys)) for slot in slots] == [False, True, True]


def test_a_name_with_a_joiner_meets_its_parts() -> None:
    assert set(keys("Alto Cirbel", "pt")) & set(parted_keys("آلتو‌سیربل", "fa"))
    assert parted_keys("آلتو", "fa") == ()


ARTICLES = {
    "a": "تصادف در گردنه زرد\n\nدر تصادف اتوبوس در گردنه زرد ۱۴ نفر کشته شدند. جاده بسته شد.\n",
    "b": "تصادف در پل سفید\n\nدر تصادف کامیون در پل سفید ۵ نفر کشته شدند. جاده باز است.\n",
    "c": "دعوى نعمة الزهوي\n\nطالب المحامي نعمة الزهوي بتعويض قدره 40 ألف دولار لموكليه. وأجلت المحكمة الجلسة.\n",
    "d": "دعوى كريم الصالح\n\nطالب المحامي كريم الصالح بتعويض قدره 75 ألف دولار لموكليه. وأجلت المحكمة الجلسة.\n",
}


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> QAPlugin:
    folder = tmp_path_factory.mktemp("spellings")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
    return QAPlugin(folder / "articles", store=folder / "store")


@pytest.mark.parametrize(
    ("question", "value", "source"),
    [
        ("How many people were killed in the bus accident at Gardaneh Zard?", "14", "a.txt"),
        ("How many people were killed in the truck accident at Pol-Sefid?", "5", "b.txt"),
        ("Combien de personnes ont été tuées à Pol Sefid ?", "5", "b.txt"),
        ("How much compensation did the lawyer Nehme Al-Zahwi demand?", "40,000", "c.txt"),
        ("Quanto pediu de indemnização o advogado Karim al-Saleh?", "75.000", "d.txt"),
    ],
)
def test_the_article_of_the_name_answers(plugin: QAPlugin, question: str, value: str, source: str) -> None:
    answer = plugin.ask(question)
    assert answer.status == "answered", answer.text
    assert value in answer.text
    assert {citation.source for citation in answer.citations} == {source}


@pytest.mark.parametrize(
    ("claim", "quote", "held"),
    [
        ("آقای پیروز امید گفت.", "پیروز امید در جلسه سخن گفت.", True),
        ("آقای پیروز امید گفت.", "بهرام سروش در جلسه سخن گفت.", False),
        ("قالت الوزيرة أمل سعيد.", "Minister Amal Said spoke.", True),
        ("قالت الوزيرة أمل سعيد.", "Minister Clara Moreau spoke.", False),
    ],
)
def test_a_claim_s_name_in_words_of_the_dictionary_is_checked(claim: str, quote: str, *, held: bool) -> None:
    reason = check_claim(claim, detect(claim), [Quote(quote, detect(quote))])
    assert (reason is None) is held, reason
