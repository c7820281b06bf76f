"""Yes/no questions over small folders: one answer, the state before it, or both positions."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_plugin.records import Answer
from tests.folders import ask_folder


def _sources(answer: Answer) -> set[str]:
    return {citation.source for citation in answer.citations}


CLAIM_AND_DENIAL = {
    "en": (
        "Was the Ostervale shipyard sold?",
        "Shipyard sold\n4 May 2024\n\nThe dockers' union says the Ostervale shipyard was sold to a holding.\n",
        "Owner speaks out\n4 May 2024\n\nThe Ostervale shipyard was not sold, its director said.\n",
    ),
    "pt": (
        "O estaleiro de Ostervale foi vendido?",
        "Estaleiro vendido\n4 de maio de 2024\n\nO sindicato diz que o estaleiro de Ostervale foi vendido.\n",
        "Dono reage\n4 de maio de 2024\n\nA administração desmente que o estaleiro de Ostervale tenha sido vendido.\n",
    ),
    "fr": (
        "Le chantier naval d'Ostervale a-t-il été vendu ?",
        "Chantier vendu\n4 mai 2024\n\nLe syndicat affirme que le chantier naval d'Ostervale a été vendu.\n",
        "La direction réagit\n4 mai 2024\n\nLa direction dément que le chantier naval d'Ostervale ait été vendu.\n",
    ),
    "ar": (
        "هل تم بيع مصنع أوستيرفال؟",
        "النقابة: بيع المصنع\n4 مايو 2024\n\nقالت النقابة إنه تم بيع مصنع أوستيرفال إلى شركة أجنبية.\n",
        "الإدارة ترد\n4 مايو 2024\n\nنفت الإدارة بيع مصنع أوستيرفال.\n",
    ),
    "fa": (
        "آیا کارخانه اوسترویل فروخته شد؟",
        "فروش کارخانه\n۱۵ اردیبهشت ۱۴۰۳\n\nاتحادیه کارگران گفت کارخانه اوسترویل به یک شرکت خارجی فروخته شد.\n",
        "واکنش مدیران\n۱۵ اردیبهشت ۱۴۰۳\n\nمدیران فروش کارخانه اوسترویل را تکذیب کردند.\n",
    ),
}


@pytest.mark.parametrize("language", CLAIM_AND_DENIAL)
def test_a_claim_and_its_denial_of_one_day_are_both_given(tmp_path: Path, language: str) -> None:
    question, claim, denial = CLAIM_AND_DENIAL[language]
    answer = ask_folder(tmp_path, question, {"claim.txt": claim, "denial.txt": denial})
    assert answer.status == "conflicting"
    assert _sources(answer) == {"claim.txt", "denial.txt"}
    assert len(answer.conflicts[0].positions) == 2
    assert answer.conflicts[0].about == question


def test_positions_name_who_states_them(tmp_path: Path) -> None:
    question, claim, denial = CLAIM_AND_DENIAL["en"]
    answer = ask_folder(tmp_path, question, {"claim.txt": claim, "denial.txt": denial})
    names = {position.attributed_to for position in answer.conflicts[0].positions}
    assert "the dockers' union" in names


def test_the_later_report_answers_and_the_earlier_is_history(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Is the Halden tunnel open to traffic?",
        {
            "old.txt": "Tunnel shut\n3 March 2024\n\nThe Halden tunnel is not open to traffic.\n",
            "new.txt": "Tunnel news\n9 April 2024\n\nThe Halden tunnel is open to traffic in both directions.\n",
        },
    )
    assert answer.status == "answered"
    assert "both directions" in answer.text
    assert [item.published for item in answer.history] == ["2024-03-03"]


def test_the_latest_denial_answers_too(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Is the Halden tunnel open to traffic?",
        {
            "old.txt": "Tunnel news\n3 March 2024\n\nThe Halden tunnel is open to traffic in both directions.\n",
            "new.txt": "Tunnel shut\n9 April 2024\n\nThe Halden tunnel is no longer open to traffic.\n",
        },
    )
    assert answer.status == "answered"
    assert "no longer" in answer.text
    assert "both directions" in answer.history[0].statement


UNCONFIRMED = {
    "en": (
        "Has the ministry confirmed the outbreak in Velden?",
        "Health\n\nThe ministry has neither confirmed nor denied the outbreak in Velden.\n",
        "Health\n\nThe ministry has for the first time confirmed the outbreak in Velden.\n",
    ),
    "pt": (
        "O ministério confirmou o surto em Velden?",
        "Saúde\n\nO ministério ainda não confirmou o surto em Velden.\n",
        "Saúde\n\nO ministério confirmou pela primeira vez o surto em Velden.\n",
    ),
    "fr": (
        "Le ministère a-t-il confirmé l'épidémie à Velden ?",
        "Santé\n\nLe ministère n'a pas encore confirmé l'épidémie à Velden.\n",
        "Santé\n\nLe ministère a confirmé pour la première fois l'épidémie à Velden.\n",
    ),
    "ar": (
        "هل أكدت الوزارة تفشي المرض في فلدن؟",
        "صحة\n\nلم تؤكد الوزارة بعد تفشي المرض في فلدن.\n",
        "صحة\n\nأكدت الوزارة لأول مرة تفشي المرض في فلدن.\n",
    ),
    "fa": (
        "آیا وزارت بهداشت شیوع بیماری در ولدن را تأیید کرده است؟",
        "سلامت\n\nوزارت بهداشت هنوز شیوع بیماری در ولدن را تأیید نکرده است.\n",
        "سلامت\n\nوزارت بهداشت برای نخستین بار شیوع بیماری در ولدن را تأیید کرد.\n",
    ),
}


@pytest.mark.parametrize("language", UNCONFIRMED)
def test_what_was_not_confirmed_is_the_state_before_the_confirmation(tmp_path: Path, language: str) -> None:
    question, open_, confirmed = UNCONFIRMED[language]
    answer = ask_folder(tmp_path, question, {"a.txt": open_, "b.txt": confirmed})
    assert answer.status == "answered"
    assert answer.citations[0].source == "b.txt"
    assert len(answer.claims) == 1
    assert [len(item.citations) for item in answer.history] == [1]
    assert not answer.conflicts


def test_an_open_matter_alone_is_told_as_such(tmp_path: Path) -> None:
    question, open_, _ = UNCONFIRMED["en"]
    answer = ask_folder(tmp_path, question, {"a.txt": open_})
    assert answer.status == "answered"
    assert "neither confirmed nor denied" in answer.text
    assert not answer.history


def test_those_who_agree_give_one_sentence(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Did mayor Tessa Orlund resign?",
        {
            "a.txt": "Council\n5 June 2024\n\nMayor Tessa Orlund resigned on Tuesday. She thanked her staff.\n",
            "b.txt": "Town\n6 June 2024\n\nAfter long talks mayor Tessa Orlund resigned. Her deputy takes over.\n",
        },
    )
    assert answer.status == "answered"
    assert len(answer.claims) == 1
    assert not answer.history


def test_a_denial_of_another_matter_is_no_conflict(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Was the Ostervale shipyard sold?",
        {
            "a.txt": "Yard\n4 May 2024\n\nThe Ostervale shipyard was sold to a holding.\n",
            "b.txt": "Yard\n4 May 2024\n\nThe director denied that workers of the Ostervale shipyard were dismissed.\n",
        },
    )
    assert answer.status == "answered"
    assert "holding" in answer.text


def test_another_place_is_no_conflict(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Was the Ostervale shipyard sold?",
        {
            "a.txt": "Yard\n4 May 2024\n\nThe Ostervale shipyard was sold to a holding.\n",
            "b.txt": "Yard\n4 May 2024\n\nThe Brunmark shipyard was not sold, its director said.\n",
        },
    )
    assert answer.status == "answered"


def test_a_claim_and_its_denial_in_two_languages(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Was the Ostervale shipyard sold?",
        {"a.txt": CLAIM_AND_DENIAL["pt"][1], "b.txt": CLAIM_AND_DENIAL["fr"][2]},
    )
    assert answer.status == "conflicting"
    assert _sources(answer) == {"a.txt", "b.txt"}


def test_a_long_position_is_cut_at_a_clause(tmp_path: Path) -> None:
    tail = ", a step that would end ninety years of family ownership" + " and of pride" * 12
    answer = ask_folder(
        tmp_path,
        "Was the Ostervale shipyard sold?",
        {
            "a.txt": f"Yard\n4 May 2024\n\nThe union says the Ostervale shipyard was sold to a holding{tail}.\n",
            "b.txt": "Yard\n4 May 2024\n\nThe Ostervale shipyard was not sold, its director said.\n",
        },
    )
    assert answer.status == "conflicting"
    long = next(p for p in answer.conflicts[0].positions if "holding" in p.statement)
    assert long.statement.endswith("holding…")


def test_a_claim_and_its_denial_of_one_article_are_both_given(tmp_path: Path) -> None:
    text = (
        "Pellos\n\nThe opposition says the guards fired at the crowd in Pellos. "
        "The interior ministry denied that the guards had fired at the crowd in Pellos. Shops stayed shut.\n"
    )
    answer = ask_folder(tmp_path, "Did the guards fire at the crowd in Pellos?", {"a.txt": text})
    assert answer.status == "conflicting"
    names = [position.attributed_to for position in answer.conflicts[0].positions]
    assert sorted(map(str, names)) == ["the interior ministry", "the opposition"]


def test_a_question_that_names_a_source_gets_its_position(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "According to the ministry, did the guards fire at the crowd in Pellos?",
        {
            "a.txt": "Pellos\n\nThe opposition says the guards fired at the crowd in Pellos.\n",
            "b.txt": "Pellos\n\nThe interior ministry denied that the guards had fired at the crowd in Pellos.\n",
        },
    )
    assert answer.status == "answered"
    assert _sources(answer) == {"b.txt"}


def test_a_denial_that_names_the_matter_in_the_sentence_before_is_found(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Did the Sarnovo dam leak?",
        {
            "a.txt": "Dam\n2 July 2024\n\nEngineers saw the Sarnovo dam on Monday. Villagers said the dam leaked.\n",
            "b.txt": "Power\n2 July 2024\n\nThe operator of the Sarnovo dam denied on Tuesday that it had leaked.\n",
        },
    )
    assert answer.status == "conflicting"


def test_a_plan_is_the_state_before_the_fact(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Has the Molde airport reopened?",
        {
            "a.txt": "Airport\n1 March 2024\n\nMolde airport will reopen on 5 March, the operator said.\n",
            "b.txt": "Airport\n6 March 2024\n\nMolde airport reopened on Tuesday. The first flight came from Oslo.\n",
        },
    )
    assert answer.status == "answered"
    assert "on Tuesday" in answer.text
    assert "will reopen" in answer.history[0].statement


def test_another_day_is_no_conflict(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Did the trains run on Monday in Corvia?",
        {
            "a.txt": "Trains\n4 March 2024\n\nTrains ran in Corvia on Monday despite the storm.\n",
            "b.txt": "Trains\n5 March 2024\n\nTrains did not run in Corvia on Tuesday.\n",
        },
    )
    assert answer.status == "answered"
    assert "Monday" in answer.text
    assert not answer.history


def test_all_that_state_a_position_are_cited(tmp_path: Path) -> None:
    answer = ask_folder(
        tmp_path,
        "Was the mayor of Talvik arrested?",
        {
            "a.txt": "M\n2 May 2024\n\nThe mayor of Talvik was arrested on Thursday, police said.\n",
            "b.txt": "M\n2 May 2024\n\nPolice arrested the mayor of Talvik at his home after lunch.\n",
            "c.txt": "M\n2 May 2024\n\nThe mayor of Talvik was not arrested, his lawyer said.\n",
        },
    )
    assert answer.status == "conflicting"
    assert sorted(len(position.citations) for position in answer.conflicts[0].positions) == [1, 2]


def test_a_headline_that_asks_states_nothing(tmp_path: Path) -> None:
    text = "Was the mayor of Talvik arrested?\n2 May 2024\n\nThe mayor of Talvik was not arrested, police said.\n"
    answer = ask_folder(tmp_path, "Was the mayor of Talvik arrested?", {"a.txt": text})
    assert answer.status == "answered"
    assert "not arrested" in answer.text


DENIED_IN_OTHER_WORDS = {
    "pt-fr": (
        "A empresa Lamorel despejou óleo no lago Vardé?",
        "Lago em perigo\n3 de junho de 2024\n\nPescadores acusam a empresa Lamorel: "
        "dizem que despejou óleo no lago Vardé.\n",
        "L'entreprise répond\n3 juin 2024\n\nLa société Lamorel nie toute fuite d'huile vers le lac Vardé.\n",
    ),
    "en-fa": (
        "Did the coach Dariush Kamali strike a player at the camp?",
        "Row at the camp\n9 May 2024\n\nTwo players say coach Dariush Kamali struck a player at the camp.\n",
        "مربی پاسخ داد\n۲۰ اردیبهشت ۱۴۰۳\n\nداریوش کمالی، مربی تیم، هرگونه برخورد با بازیکن در اردو را تکذیب کرد.\n",
    ),
    "fr-one-article": (
        "La députée Sylvie Ormel a-t-elle reçu de l'argent de la banque Tarvel ?",
        "Une commission agitée\n7 mars 2024\n\nLe sénateur Paul Virelle affirme que la députée Sylvie Ormel a reçu de "
        "l'argent de la banque Tarvel. La députée Ormel a démenti avoir touché l'argent "
        "de la banque, et parle d'un roman.\n",
        "Banque Tarvel\n8 mars 2024\n\nLa banque Tarvel ouvre une agence de plus dans le nord du pays.\n",
    ),
}


@pytest.mark.parametrize("case", DENIED_IN_OTHER_WORDS)
def test_a_denial_need_not_repeat_what_it_denies(tmp_path: Path, case: str) -> None:
    question, claim, denial = DENIED_IN_OTHER_WORDS[case]
    answer = ask_folder(tmp_path, question, {"claim.txt": claim, "denial.txt": denial})
    assert answer.status == "conflicting"
    assert len(answer.conflicts[0].positions) == 2


def test_a_denial_of_something_else_is_no_position(tmp_path: Path) -> None:
    claim = (
        "Lac en danger\n3 juin 2024\n\nLa société Lamorel a déversé de l'huile dans le lac Vardé, dit la préfecture.\n"
    )
    other = "Salaires\n3 juin 2024\n\nLa société Lamorel a démenti devoir des salaires à ses ouvriers du lac Vardé.\n"
    answer = ask_folder(
        tmp_path, "Did the company Lamorel dump oil in Lake Vardé?", {"claim.txt": claim, "other.txt": other}
    )
    assert answer.status == "answered"
    assert _sources(answer) == {"claim.txt"}
