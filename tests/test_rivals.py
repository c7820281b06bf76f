"""Names, days and crowds of two articles that cannot all be true, and such as only seem so."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.records import Answer
from tests.folders import ask_folder

_RACE = "The Tarvel chess open\n{day} March 2025\n\n{who} won the Tarvel chess open on Sunday. It was cold.\n"
_RACE_FR = "Le tournoi de Tarvel\n9 mars 2025\n\n{who} a gagné le tournoi d’échecs de Tarvel dimanche. Il a plu.\n"
_CAVE = (
    "The Orlen cave\n12 May 2025\n\nThe Orlen cave was discovered by {who}, {says}. It has a lake. Bats live there.\n"
)
_CAVE_PT = (
    "A gruta de Orlen\n12 de maio de 2025\n\nA gruta de Orlen foi descoberta {who}. Tem um lago. Vivem ali morcegos.\n"
)


def ask(question: str, folder: Path, *articles: str) -> Answer:
    return ask_folder(folder, question, {f"{number}.txt": text for number, text in enumerate(articles)})


def positions(answer: Answer) -> str:
    return " / ".join(position.statement for conflict in answer.conflicts for position in conflict.positions)


def test_two_winners_of_one_race_are_a_conflict(tmp_path: Path) -> None:
    one = _RACE.format(day=9, who="Walter Hobbs")
    found = ask("Who won the Tarvel chess open?", tmp_path, one, _RACE_FR.format(who="Lucien Marchand"))
    assert found.status == "conflicting"
    assert "Hobbs" in positions(found)
    assert "Marchand" in positions(found)


@pytest.mark.parametrize(
    ("day", "first", "second"),
    [
        pytest.param(9, "Walter Hobbs", "Chez les dames, Odile Marchand", id="the tournament of women is another"),
        pytest.param(2, "Walter Hobbs", "Lucien Marchand", id="the tournament of another week"),
        pytest.param(9, "Mikhail Chudarov", "Mikhaïl Tchoudarov", id="one name in two spellings"),
    ],
)
def test_what_only_seems_another_winner_is_none(tmp_path: Path, day: int, first: str, second: str) -> None:
    one = _RACE.format(day=day, who=first)
    found = ask("Who won the Tarvel chess open?", tmp_path, one, _RACE_FR.format(who=second))
    assert found.status == "answered"


def test_who_tells_of_a_find_is_not_its_finder(tmp_path: Path) -> None:
    articles = [
        _CAVE.format(who="Anna Riddle", says="the university said"),
        _CAVE_PT.format(who="por um pastor, disse o inspetor Mário Tavira"),
    ]
    assert ask("Who discovered the Orlen cave?", tmp_path, *articles).status == "answered"


def test_two_days_of_one_collapse_are_a_conflict(tmp_path: Path) -> None:
    articles = [
        "Tunnel closed\n12 May 2025\n\nThe Torvik tunnel collapsed on 10 May, the road agency said. It is shut.\n",
        "Tunnel fermé\n12 mai 2025\n\nLe tunnel de Torvik s'est effondré le 9 mai, affirme la mairie. Il est fermé.\n",
    ]
    assert ask("When did the Torvik tunnel collapse?", tmp_path, *articles).status == "conflicting"


def test_one_day_in_two_calendars_is_no_conflict(tmp_path: Path) -> None:
    articles = [
        "Bridge down\n12 May 2025\n\nThe Karvand bridge collapsed on 11 May. Nobody was on it. Traffic goes round.\n",
        "ریزش پل کروند\n۲۲ اردیبهشت ۱۴۰۴\n\nپل کروند روز ۲۱ اردیبهشت فرو ریخت. کسی روی پل نبود. راه دیگری باز شد.\n",
    ]
    assert ask("When did the Karvand bridge collapse?", tmp_path, *articles).status == "answered"


def test_a_town_and_the_province_it_lies_in_are_no_conflict(tmp_path: Path) -> None:
    articles = [
        "Climber found\n4 July 2025\n\nThe missing climber was found in Sorvane on Friday. He is hurt.\n",
        "Alpiniste retrouvé\n4 juillet 2025\n\n"
        "L'alpiniste disparu a été retrouvé vendredi dans la province de Haute-Brenne. Il est blessé.\n",
    ]
    assert ask("Where was the missing climber found?", tmp_path, *articles).status == "answered"


_MARCH = (
    "Marche contre l'aéroport à Orvane\n18 octobre 2025\n\nUne foule a marché samedi à Orvane contre l'aéroport.{more} "
    "À Orvane, la préfecture a compté samedi 7 500 manifestants{when}. Les commerces étaient fermés.\n"
)
_MARCH_EN = (
    "Orvane marches against airport\n18 October 2025\n\nOrganisers said 30,000 people marched in Orvane on Saturday "
    "against the airport. A concert followed. Shops were closed.\n"
)


def test_demonstrators_of_a_march_are_people_who_marched(tmp_path: Path) -> None:
    articles = [_MARCH.format(more="", when=""), _MARCH_EN]
    found = ask("How many people marched in Orvane on Saturday?", tmp_path, *articles)
    assert sorted(p.value or 0 for conflict in found.conflicts for p in conflict.positions) == [7500, 30000]


def test_a_crowd_of_another_year_is_no_rival(tmp_path: Path) -> None:
    articles = [_MARCH.format(more="", when=" le 3 mai 2024"), _MARCH_EN]
    assert ask("How many people marched in Orvane on Saturday?", tmp_path, *articles).status == "answered"
