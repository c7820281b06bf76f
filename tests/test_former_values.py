"""What was stated before a correction: its sources are those that stated it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import ask_folder

PORTUGUESE = (
    "Acidente de autocarro em Volmes\n4 de março de 2025\n\n"
    "Pelo menos 15 pessoas morreram no acidente de autocarro de Volmes na terça-feira, disse a polícia. "
    "Outras 32 pessoas ficaram feridas e 140 passageiros foram levados para os hospitais de Sarne e Obrel. "
    "O governo decretou três dias de luto nacional.\n"
)
FRENCH = (
    "Accident de car à Volmes\n4 mars 2025\n\n"
    "Au moins 15 personnes sont mortes mardi dans l'accident de car de Volmes, a indiqué la police. "
    "32 autres personnes ont été blessées et 140 passagers ont été conduits dans les hôpitaux de Sarne et d'Obrel. "
    "Le gouvernement a décrété trois jours de deuil national.\n"
)
CASES = [
    (
        "Combien de personnes sont mortes dans l'accident de car de Volmes ?",
        {
            "former.txt": FRENCH,
            "right.txt": "Rectificatif : accident de Volmes\n6 mars 2025\n\nLa police a indiqué que 9 personnes sont "
            "mortes dans l'accident de car de Volmes, et non 15 comme annoncé.\n",
        },
        {"former.txt"},
    ),
    (
        "How many people died in the Volmes bus crash?",
        {
            "former.txt": "Bus crash near Volmes\n4 March 2025\n\nA total of 15 people died in the Volmes bus crash, "
            "the police said. The bus was going to Sarne.\n",
            "right.txt": "Correction: Volmes crash\n6 March 2025\n\nThe police said that 9 people died in the Volmes "
            "bus crash, not 15 as reported earlier.\n",
        },
        {"former.txt"},
    ),
    (
        "Quantas pessoas morreram no acidente de autocarro de Volmes?",
        {
            "former.txt": PORTUGUESE,
            "translated.txt": FRENCH,
            "right.txt": "Correção\n6 de março de 2025\n\nA polícia informou que 9 pessoas morreram no acidente de "
            "autocarro de Volmes, e não 15 como noticiado.\n",
        },
        {"former.txt", "translated.txt"},
    ),
    (
        "How many people died in the Volmes bus crash?",
        {
            "right.txt": "Correction: Volmes crash\n6 March 2025\n\nThe police said that 9 people died in the Volmes "
            "bus crash, not 15 as reported earlier.\n",
        },
        {"right.txt"},
    ),
]


@pytest.mark.parametrize(("question", "articles", "sources"), CASES)
def test_a_correction_is_no_source_of_what_it_denies(
    tmp_path: Path, question: str, articles: dict[str, str], sources: set[str]
) -> None:
    answer = ask_folder(tmp_path, question, articles)
    assert answer.text.startswith("9 ")
    (former,) = answer.history
    assert former.value == 15
    assert {c.source for c in answer.citations if c.id in former.citations} == sources
    assert former.independent_sources == 1
