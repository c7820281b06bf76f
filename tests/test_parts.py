"""A text's terms are those of its parts, and its vector is what its terms sum up to, whatever was seen before."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from qa_plugin.embeddings import DIMENSION, BuiltInEmbedder
from qa_plugin.language import lexicon
from qa_plugin.language import parts as module
from qa_plugin.language.parts import parts
from qa_plugin.language.terms import Term, find_function_words, find_terms, keys

WEIGHTS = {"c": 1.0, "n": 0.8, "v": 0.7, "s": 0.4, "f": 0.15, "g": 0.15}
NUMBERS = {
    "en": "one two five hundred thousand million and half a of dozen dozens tens second third point quarter",
    "pt": "um dois cem mil milhão e meio meia dúzia de cento milhões terço dezenas uma",
    "fr": "un deux cent mille million et demi quatre vingt dix soixante douzaine de milliers",
    "ar": "واحد مئة ألف مليون ونصف نصف خمسة وعشرون ثلاثة عشر مئات الآلاف ألفين",
    "fa": "یک دو صد هزار میلیون و نیم بیست پنج ثلث میلیارد ده‌ها",
}
DIGITS = ["5", "12", "1,000", "2.5", "2018", "500", "000", "3/4", "10.000", "۱۰", "m", "bn", "%", "—", "-", "word"]
BLANKS = [" "] * 12 + ["  ", "\n", "-", "", " - ", ", ", "\u200c", "\u00a0"]


@pytest.fixture(autouse=True)
def _nothing_seen() -> Iterator[None]:
    module._known.cache_clear()
    yield
    module._known.cache_clear()


def _made_up(language: str, seed: int) -> Iterator[str]:
    """Texts in which numbers and phrases begin, break off, and run into one another."""
    pick = random.Random(seed)  # noqa: S311 - the same texts each time, no secret
    heads = lexicon.lexicon(language).heads
    firsts = sorted(heads)
    for _ in range(400):
        words: list[str] = []
        for _ in range(pick.randint(1, 6)):
            first = pick.choice(firsts)
            rest = pick.choice(heads[first].split("|")).split(" ")[:-1]
            phrase = [first, *rest][: pick.randint(1, 5)]
            words += pick.choice([phrase, phrase, NUMBERS[language].split()[:: pick.randint(1, 9)], DIGITS])[:4]
            words.append(pick.choice(DIGITS + NUMBERS[language].split()))
        yield "".join(word + pick.choice(BLANKS) for word in words)


def _keys_of_parts(text: str, language: str) -> list[str]:
    return [key for part in parts(text, language) for key in part.keys]


@pytest.mark.parametrize("language", list(NUMBERS))
def test_terms_of_a_text_are_those_of_its_parts(language: str) -> None:
    for text in _made_up(language, seed=5):
        assert _keys_of_parts(text, language) == keys(text, language), text


def test_terms_of_articles_are_those_of_their_parts(repository: Path) -> None:
    for path in sorted((repository / "eval/articles").iterdir()):
        language, text = path.suffixes[-2][1:], path.read_text("utf-8")
        assert _keys_of_parts(text, language) == keys(text, language), path.name


OTHERS = {
    "he": "הנשיא פתח את בית החולים החדש באצטדיון עיריית ירושלים",
    "zh": "总统星期一在首都开设了新医院。 全部5000人死亡 第一句话在这里",
    "ja": "海岸にある東京の病院で コーヒー りんご 5000人が死亡",
    "th": "ประธานาธิบดี เปิดโรงพยาบาลใหม่ ๕,๐๐๐ คน",
    "hi": "राष्ट्रपति ने सोमवार को अस्पताल खोला ५,००० लोग क़िला",
    "ru": "президент открыл больницу 5 000 человек",
    "de": "Bundeskanzlerin eröffnete Straße Krankenhäuser zwölf",
    "und": "prezident zahájil novou nemocnici президент",
}
MIXED = ["the prime minister", "ten thousand", "ten million", "الرئيس", "2.5", "cafe\u0301", "\u05e9\u05c1", "\u093f"]


@pytest.mark.parametrize("language", list(OTHERS))
def test_other_languages_are_parted_without_loss(language: str) -> None:
    pick = random.Random(5)  # noqa: S311
    words, blanks = [*OTHERS[language].split() * 3, *MIXED, *DIGITS], [*BLANKS, "\u3000", "。", "।"]
    embedder = BuiltInEmbedder(lambda _: language)
    for _ in range(300):
        text = "".join(pick.choice(words) + pick.choice(blanks) for _ in range(pick.randint(1, 12)))
        assert _keys_of_parts(text, language) == keys(text, language), text
        expected = _plainly([*find_terms(text, language), *find_function_words(text, language)])
        np.testing.assert_allclose(embedder.embed_query(text), expected, atol=1e-6, err_msg=text)


def test_most_parts_are_single_words() -> None:
    found = parts("The prime minister said that ten thousand soldiers had left.", "en")
    assert len(found) == len(["The", "prime minister", "said", "that", "ten thousand", "soldiers", "had", "left."])


def _plainly(terms: list[Term]) -> np.ndarray:
    """The vector of terms, each summed up by itself."""
    readings = Counter((term.start, term.key[0]) for term in terms)
    shares: defaultdict[str, float] = defaultdict(float)
    for term in terms:
        shares[term.key] += 1 / readings[term.start, term.key[0]]
    vector = np.zeros(DIMENSION)
    for key, share in shares.items():
        digest = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")
        for place, sign in ((digest, digest >> 62), (digest >> 20, digest >> 63)):
            vector[place % DIMENSION] += (sign % 2 * 2 - 1) * WEIGHTS[key[0]] * math.log1p(share)
    length = np.linalg.norm(vector)
    return vector / length if length else np.eye(DIMENSION)[0]


@pytest.mark.parametrize(
    "text",
    [
        "The bank said: who is the prime minister? The prime minister!",
        "the and 50% of it",
        " The and of",
        '?!"',
        "",
        " \n",
        "Ten thousand soldiers. 10,000 soldiers: ten thousand.",
        "\u200fand then: «so»",
        "x" * 200 + " and " + "and" * 100,
    ],
)
def test_vectors_are_the_sums_of_terms(text: str) -> None:
    expected = _plainly([*find_terms(text, "en"), *find_function_words(text, "en")])
    found = BuiltInEmbedder(lambda _: "en").embed_query(text)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_vector_does_not_depend_on_what_was_seen_before(repository: Path) -> None:
    path = repository / "eval/articles/cup-touchline-daily.en.txt"
    texts = [line for line in path.read_text("utf-8").splitlines() if line]
    embedder = BuiltInEmbedder(lambda _: "en")
    together = embedder.embed_documents(texts)
    for text, vector in zip(reversed(texts), reversed(together), strict=True):
        module._known.cache_clear()
        np.testing.assert_array_equal(embedder.embed_query(text), vector)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    text = "one two " + "long" * 100 + " three thousand prime ministers left the harbour"
    assert _keys_of_parts(text, "en") == keys(text, "en")
    assert len(module._known("en")) <= 3
    assert all(len(part) <= 60 for part in module._known("en"))


def test_parts_of_many_words_are_not_kept() -> None:
    text = "总统星期一在首都开设了新医院全部五千人死亡第一句话在这里然后继续"
    assert len(_keys_of_parts(text, "zh")) > module._FULLEST
    assert text not in module._known("zh")
