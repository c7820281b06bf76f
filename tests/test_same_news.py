"""Reports of one event whose words differ: at odds, grown, set right, or of another place, year or time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import ask_folder, values

PREFECT = (
    "Search over at Orsane quarry\n\n9 April 2024 | Tessel Gazette\n\n"
    "The collapse of a wall at the Orsane quarry on 2 April left 31 dead, the prefect's office said.\n\n"
    "In 2017 a similar accident at the neighbouring Lurm quarry killed 12 people. Some 90 volunteers dug for days.\n"
)
UNION = (
    "Carrière d'Orsane : le syndicat conteste\n\n9 avril 2024 - Le Jour de Tessel\n\n"
    "L'effondrement à la carrière d'Orsane a fait 52 morts, a affirmé mardi le Syndicat des carriers.\n\n"
    "Le syndicat compte 800 membres et réclame une enquête.\n"
)
KILLED = "How many people were killed in the collapse of the Orsane quarry?"
TURNOUT = {
    "en": "Turnout in the Marvenda vote\n\n3 June 2024\n\n"
    "Turnout in Sunday's constitutional referendum in Marvenda was 58.2 percent, the electoral commission said.\n\n"
    "In the 2019 election turnout was 44 percent.\n",
    "pt": "Observadores contestam o referendo da Marvenda\n\n3 de junho de 2024\n\n"
    "A rede Voto Livre contestou o número oficial de participação no referendo constitucional da Marvenda.\n\n"
    "Segundo a rede, a participação ficou em 33%.\n",
}
DAYS = {
    "a": "Coach falls into gorge near Velmar\n\n4 May 2025\n\n"
    "At least 7 people were killed when a coach fell into a gorge near Velmar on Sunday, the police said.\n",
    "b": "Sobe para 16 o número de mortos em Velmar\n\n7 de maio de 2025\n\n"
    "Subiu para 16 o número de mortos no acidente de ônibus de domingo perto de Velmar, informou a polícia.\n",
}
BRIDGE = {
    "a": "New bridge at Sorn\n\n5 October 2024\n\n"
    "A new footbridge over the river Ambel at Sorn, 212 metres long, opened.\n",
    "b": "Corrections\n\n7 October 2024\n\nOur report on the Sorn footbridge was wrong. "
    "The bridge over the Ambel at Sorn is 221 metres long, not 212 metres.\n",
}
VISITORS = (
    "زوار قلعة السمرا\n\n16 يناير 2024\n\n"
    "زار قلعة السمرا 48 ألف سائح في عام 2023، بحسب هيئة السياحة.\n\nسعر التذكرة 5 دنانير.\n"
)


def test_reports_of_one_day_are_at_odds_in_whatever_words(tmp_path: Path) -> None:
    answer = ask_folder(tmp_path, KILLED, {"a.txt": PREFECT, "b.txt": UNION})
    assert (answer.status, values(answer)) == ("conflicting", {31, 52})


def test_what_is_told_of_a_former_year_is_no_answer_of_today(tmp_path: Path) -> None:
    answer = ask_folder(tmp_path, KILLED, {"a.txt": PREFECT})
    assert (answer.status, answer.text[:3]) == ("answered", "31 ")


def test_the_former_year_answers_where_it_is_asked_for(tmp_path: Path) -> None:
    answer = ask_folder(tmp_path, "How many people did the accident at the Lurm quarry kill?", {"a.txt": PREFECT})
    assert (answer.status, answer.text[:3]) == ("answered", "12 ")


def test_a_percentage_of_nothing_said_is_of_what_the_report_is_about(tmp_path: Path) -> None:
    question = "Qual foi a participação no referendo constitucional da Marvenda?"
    answer = ask_folder(tmp_path, question, {f"{name}.txt": text for name, text in TURNOUT.items()})
    assert (answer.status, values(answer)) == ("conflicting", {58.2, 33})


def test_a_toll_that_grew_within_the_month_that_is_asked_for_is_answered_by_the_last(tmp_path: Path) -> None:
    question = "How many people were killed in the coach accident near Velmar in May 2025?"
    answer = ask_folder(tmp_path, question, {f"{name}.txt": text for name, text in DAYS.items()})
    assert (answer.status, answer.text[:3]) == ("answered", "16 ")
    assert [former.published for former in answer.history] == ["2025-05-04"]


def test_a_number_that_a_later_report_denies_is_set_right(tmp_path: Path) -> None:
    question = "Quelle est la longueur de la nouvelle passerelle de Sorn, en mètres ?"
    answer = ask_folder(tmp_path, question, {f"{name}.txt": text for name, text in BRIDGE.items()})
    assert answer.status == "answered"
    assert answer.text.startswith("221 ")


@pytest.mark.parametrize(("year", "status"), [("2017", "not_in_sources"), ("2023", "answered")])
def test_what_is_told_of_another_year_does_not_answer(tmp_path: Path, year: str, status: str) -> None:
    answer = ask_folder(tmp_path, f"كم سائحا زار قلعة السمرا في عام {year}؟", {"a.txt": VISITORS})
    assert answer.status == status


def test_a_place_beside_the_one_asked_for_is_no_rival(tmp_path: Path) -> None:
    question = "How many protesters were arrested in Valmer?"
    here = "Protests\n\n6 March 2025\n\nPolice in Valmer arrested 28 protesters on Thursday, the prosecutor said.\n"
    there = (
        "Protestos\n\n6 de março de 2025\n\nNa cidade de Ostrel foram detidas 54 pessoas, disse o governo civil.\n\n"
        "Em Valmer a noite foi calma, depois de confrontos durante a tarde.\n"
    )
    answer = ask_folder(tmp_path, question, {"a.txt": here, "b.txt": there})
    assert (answer.status, answer.text[:3]) == ("answered", "28 ")


def test_a_date_is_no_number_of_people(tmp_path: Path) -> None:
    text = (
        "Quarry\n\n9 May 2024\n\nThe collapse at the Orsane quarry on 6 May left 31 dead, the prefect's office said.\n"
    )
    assert ask_folder(tmp_path, KILLED, {"a.txt": text}).text.startswith("31 ")


def test_an_erratum_need_not_name_again_all_that_was_reported(tmp_path: Path) -> None:
    articles = {
        "a.txt": "Curtume multado\n\n18 de junho de 2024\n\nO curtume Sabrosa foi multado em R$ 640.200 por despejar "
        "resíduos no rio das Garças, em Campo Lindo, informou a Secretaria do Ambiente.\n",
        "b.txt": "Errata: multa ao curtume Sabrosa é de R$ 460.200\n\n20 de junho de 2024\n\nDiferentemente do que foi "
        "publicado em 18 de junho, a multa aplicada ao curtume Sabrosa por poluir o rio das Garças é de R$ 460.200, e "
        "não de R$ 640.200.\n",
    }
    question = "What is the fine imposed on the Sabrosa tannery for polluting the river in Campo Lindo?"
    answer = ask_folder(tmp_path, question, articles)
    assert answer.status == "answered"
    assert "460,200" in answer.text
    assert [former.value for former in answer.history] == [640_200]


def test_all_of_a_month_is_not_what_came_each_day(tmp_path: Path) -> None:
    articles = {
        "a.txt": "آبرسانی به روستاهای دشت‌سار\n\n۲۰ مرداد ۱۴۰۳\n\n"
        "هر روز ۳۵ تانکر آب به روستاهای دشت‌سار فرستاده می‌شود.\n",
        "b.txt": "Water for Dashtsar\n\n22 August 2024\n\nA total of 1,085 tankers of water were sent to the villages "
        "of Dashtsar in the month of Mordad, the governor's office said.\n",
    }
    answer = ask_folder(tmp_path, "در ماه مرداد در مجموع چند تانکر آب به روستاهای دشت‌سار فرستاده شد؟", articles)
    assert (answer.status, answer.text[:5]) == ("answered", "۱٬۰۸۵")


def test_participants_and_people_of_one_march_are_at_odds(tmp_path: Path) -> None:
    articles = {
        "a.txt": "Marcha em São Lino\n\n21 de agosto de 2024\n\nA Polícia Militar estimou em 9 mil o número de "
        "participantes na marcha contra a tarifa de ônibus em São Lino.\n",
        "b.txt": "A maior marcha da década\n\n21 de agosto de 2024\n\nO Sindicato dos Rodoviários, que convocou a "
        "marcha em "
        "São Lino contra a tarifa de ônibus, falou em 40 mil pessoas nas ruas.\n",
    }
    question = "Combien de personnes ont participé à la marche à São Lino contre le tarif des bus ?"
    answer = ask_folder(tmp_path, question, articles)
    assert (answer.status, values(answer)) == ("conflicting", {9_000, 40_000})


def test_two_days_on_which_a_thing_was_first_seen_are_at_odds(tmp_path: Path) -> None:
    articles = {
        "a.txt": "Mineradora nega atraso\n\n28 de abril de 2023\n\nA mineradora Corvela informou que a primeira "
        "rachadura na barragem C3 em Ribeira Alta foi detectada em 9 de março de 2023.\n",
        "b.txt": "Inspectors contradict Corvela\n\n28 April 2023\n\nThe first crack in the C3 dam at Ribeira Alta was "
        "detected on 17 February 2023, the inspectorate said.\n",
    }
    answer = ask_folder(tmp_path, "On what date was the first crack in the C3 dam at Ribeira Alta detected?", articles)
    assert answer.status == "conflicting"
    assert len(answer.conflicts[0].positions) == 2
