"""Which of several places a question asks for: where it happened, where somebody was born, lives, was going."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.evidence.candidates import find_candidates
from qa_plugin.evidence.naming.named import find_names, find_places
from qa_plugin.evidence.naming.whereabouts import asked_relation, place_signals, relation_of
from qa_plugin.evidence.reading.sentences import read_sentence
from qa_plugin.language.questions import Weighted, read_question
from qa_plugin.plugin import QAPlugin
from qa_plugin.records import Span


@pytest.mark.parametrize(
    ("language", "text", "places"),
    [
        (
            "en",
            "The singer, born in Odessa and living in Lyon, was robbed in Marseille on her way to Nice.",
            {"Odessa": "birth", "Lyon": "home", "Marseille": None, "Nice": "goal"},
        ),
        ("en", "Lisbon-based trader Ana Costa was robbed in Madrid.", {"Lisbon": "home", "Madrid": None}),
        ("en", "The trawler, bound for Oslo from Hamburg, sank off Bergen.", {"Oslo": "goal", "Bergen": None}),
        (
            "pt",
            "O cantor, nascido em Braga e residente em Lisboa, foi detido em Coimbra quando seguia para Madrid.",
            {"Braga": "birth", "Lisboa": "home", "Coimbra": None, "Madrid": "goal"},
        ),
        (
            "fr",
            "Le peintre, né à Lyon et installé à Paris, a été blessé à Marseille alors qu'il se rendait à Nice.",
            {"Lyon": "birth", "Paris": "home", "Marseille": None, "Nice": "goal"},
        ),
        (
            "ar",
            "أصيب الرسام المولود في حلب والمقيم في بيروت في عمان وهو متوجه إلى القاهرة.",
            {"حلب": "birth", "بيروت": "home", "عمان": None, "القاهرة": "goal"},
        ),
        (
            "fa",
            "این نقاش متولد تبریز و ساکن مشهد در شیراز زخمی شد و عازم تهران بود.",
            {"شیراز": None, "تهران": "goal"},
        ),
        ("fa", "او در اصفهان زندگی می‌کند.", {"اصفهان": "home"}),
    ],
)
def test_what_a_place_is_to_somebody(language: str, text: str, places: dict[str, str | None]) -> None:
    sentence = read_sentence(0, Span(0, len(text)), text, language, 1.0)
    found: dict[str, str | None] = {}
    for name in (*find_names(sentence), *find_places(sentence)):
        start, end = sentence.folded.span(name.start, name.end)
        found[text[start:end]] = relation_of(sentence, name.start, name.end)
    assert {place: found[place] for place in places} == places


@pytest.mark.parametrize(
    ("language", "question", "relation"),
    [
        ("en", "Where was the singer born?", "birth"),
        ("en", "Where does the singer live?", "home"),
        ("en", "Where was the trawler heading?", "goal"),
        ("en", "Where was the singer robbed?", None),
        ("pt", "Onde nasceu o cantor?", "birth"),
        ("pt", "Onde foi detido o cantor?", None),
        ("fr", "Où habite le peintre ?", "home"),
        ("fr", "Où le peintre a-t-il été blessé ?", None),
        ("ar", "أين ولد الرسام؟", "birth"),
        ("ar", "أين أصيب الرسام؟", None),
        ("fa", "نقاش در کجا زندگی می‌کند؟", "home"),
        ("fa", "نقاش کجا زخمی شد؟", None),
    ],
)
def test_which_place_is_asked_for(language: str, question: str, relation: str | None) -> None:
    assert asked_relation(read_question(question, language)) == relation


SINGER = "The singer, born in Odessa and living in Lyon, was robbed in Marseille on her way to Nice."


@pytest.mark.parametrize(
    ("asked_in", "question", "met"),
    [
        ("en", "Where was the singer robbed?", "Marseille"),
        ("fr", "Où la chanteuse est-elle née ?", "Odessa"),
        ("pt", "Onde mora a cantora?", "Lyon"),
        ("en", "Where was the singer going?", "Nice"),
    ],
)
def test_one_place_is_as_asked_and_the_others_are_not(asked_in: str, question: str, met: str) -> None:
    asked = read_question(question, asked_in)
    slots = [Weighted(slot, 1.0, absent=False) for slot in asked.slots]
    candidates = find_candidates(asked, slots, read_sentence(0, Span(0, len(SINGER)), SINGER, "en", 1.0))
    signals = {c.words: place_signals(asked, c) for c in candidates if c.name_kind == "place"}
    assert [place for place, signal in signals.items() if signal["scene_met"]] == [met]
    others = {place for place, signal in signals.items() if signal["scene_other"]}
    assert others == {"Odessa", "Lyon", "Nice"} - {met}


def test_where_a_sentence_tells_no_places_apart_none_gains() -> None:
    asked, text = read_question("Where was the singer robbed?", "en"), "The singer was robbed in Marseille."
    slots = [Weighted(slot, 1.0, absent=False) for slot in asked.slots]
    for candidate in find_candidates(asked, slots, read_sentence(0, Span(0, len(text)), text, "en", 1.0)):
        assert not any(place_signals(asked, candidate).values())


ARTICLES = {
    "en": "Violinist robbed\n4 May 2024\n\nViolinist Clara Weiss, born in Vienna, was robbed in Naples on Friday. "
    "She lives in Zurich and was on her way to Athens.\n",
    "pt": "Violinista assaltada\n4 de maio de 2024\n\nA violinista Clara Weiss, nascida em Viena, foi assaltada em "
    "Nápoles na sexta-feira. Vive em Zurique e seguia para Atenas.\n",
    "fr": "Une violoniste volée\n4 mai 2024\n\nLa violoniste Clara Weiss, née à Vienne, a été volée à Naples vendredi. "
    "Elle vit à Zurich et se rendait à Athènes.\n",
}
QUESTIONS = {
    "en": "Where was the violinist Clara Weiss robbed?",
    "pt": "Onde foi assaltada a violinista Clara Weiss?",
    "fr": "Où la violoniste Clara Weiss a-t-elle été volée ?",
}


@pytest.mark.parametrize("language", sorted(ARTICLES))
def test_where_it_happened_answers_alone(tmp_path: Path, language: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text(ARTICLES[language], encoding="utf-8")
    with QAPlugin(tmp_path / "x", store=tmp_path / "s") as plugin:
        answer = plugin.ask(QUESTIONS[language])
    assert answer.status == "answered"
    assert any(place in answer.text for place in ("Naples", "Nápoles"))
    assert not any(place in answer.text for place in ("Vien", "Zuri", "Athen", "Aten", "Athèn"))
