"""A language is added by data files alone: German, in a folder of its own beside the package's data."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qa_plugin.language import lexicon
from tests.conftest import REPOSITORY

ARTICLES = {
    "fabrik.txt": "Brand in Wismar\n\nBei einem Brand in der Schokoladenfabrik von Wismar sind am Dienstag rund "
    "siebenundvierzig Arbeiter verletzt worden. Die Fabrik wurde zerstört. Das Feuer war in der Nacht ausgebrochen, "
    "teilte die Polizei mit.",
    "schule.txt": "Neue Schule\n\nIn der Stadt Lindau ist am Montag eine neue Schule für zwölf Lehrer und dreißig "
    "Schüler gebaut worden. Der Minister sagte, dass die Kinder sehr zufrieden sind.",
    "hafen.txt": "Sturm an der Küste\n\nEin Schiff ist im Hafen von Kiel bei einem Sturm gesunken. Drei Menschen sind "
    "gestorben, sagte die Polizei am Mittwoch. Das Wasser stand zwei Tage in den Häusern.",
    "streik.txt": "Streik der Ärzte\n\nIn den Krankenhäusern hat am Freitag ein Streik begonnen. Die Ärzte wollen mehr "
    "Geld von der Regierung, und die Patienten müssen warten.",
    "border.txt": "Troops on the move\n\nThe government sent 3,200 soldiers to the northern border on Friday, the "
    "minister said. Their families were not told where they would stay.",
    "museum.txt": "Museum reopens\n\nThe museum of modern art opened its doors again on Sunday after a long repair. "
    "Visitors queued for hours to see 85 paintings that had been in storage.",
    "bridge.txt": "Bridge closed\n\nThe bridge over the river was closed on Monday because of the flood. The mayor "
    "said that 40 houses had been left by the people who live in them.",
}


MEETING = {
    "How many workers were injured in the fire at the factory?": "fabrik.txt",
    "Why do the doctors strike?": "streik.txt",
    "Quantas pessoas morreram quando o navio afundou?": "hafen.txt",
    "Wie viele Soldaten wurden zur Grenze geschickt?": "border.txt",
    "Warum wurde die Brücke geschlossen?": "bridge.txt",
    "Wie viele Lehrer hat die Schule?": "schule.txt",
}
INJURED, SENT = "How many workers were injured in the factory?", "Wie viele Soldaten wurden zur Grenze geschickt?"
UNKNOWN = "Wer hat den Nobelpreis für Physik bekommen?"
READ = "from qa_plugin.data import use_folder; from pathlib import Path; use_folder(Path({folder!r})); "
PROGRAM = """
import json, sys
from qa_plugin import QAPlugin, Settings
from pathlib import Path
from qa_plugin.presentation import render
searches, asks, data = json.loads(sys.argv[1])
settings = Settings(data=Path(data) if data else None, offline=True)
with QAPlugin("articles", store="store", settings=settings) as qa:
    print(json.dumps({
        "languages": {info.source: info.language for info in qa.sources()},
        "found": {q: [result.source for result in qa.search(q)] for q in searches},
        "answers": {q: qa.ask(q).to_dict() for q in asks},
        "shown": [render(qa.ask(q), width=None) for q in asks],
    }))
"""


def run(place: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, as language data is read once in each."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "QA_PLUGIN_"))}
    return subprocess.run(
        [sys.executable, *words],
        cwd=place,
        env={**kept, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def asked(place: Path, data: Path | None, *, searches: Sequence[str] = (), asks: Sequence[str] = ()) -> dict[str, Any]:
    done = run(place, "-c", PROGRAM, json.dumps([searches, asks, str(data or "")]))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of German data, compiled."""
    place = tmp_path_factory.mktemp("german")
    folder = place / "data"
    shutil.copytree(Path(__file__).parent / "added_language", folder)
    built = run(place, "-m", "qa_plugin.language.lexicon_build", "--data", str(folder))
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def found(data: Path) -> dict[str, Any]:
    """What the articles give to all questions."""
    (data.parent / "articles").mkdir()
    for name, text in ARTICLES.items():
        (data.parent / "articles" / name).write_text(text, encoding="utf-8")
    return asked(data.parent, data, searches=list(MEETING), asks=[INJURED, SENT, UNKNOWN])


def test_articles_are_told_to_be_in_the_added_language(found: dict[str, Any]) -> None:
    german = {name for name, language in found["languages"].items() if language == "de"}
    assert german == {"fabrik.txt", "schule.txt", "hafen.txt", "streik.txt"}


@pytest.mark.parametrize("question", MEETING)
def test_questions_and_articles_meet_across_languages(found: dict[str, Any], question: str) -> None:
    assert found["found"][question][0] == MEETING[question]


def test_a_number_word_of_the_added_language_is_answered_by_its_value(found: dict[str, Any]) -> None:
    answer = found["answers"][INJURED]
    assert answer["status"] == "answered"
    assert answer["answer"].startswith("About 47")
    assert answer["citations"][0]["language"] == "de"
    assert "siebenundvierzig Arbeiter" in answer["citations"][0]["quote"]
    assert "(German" in found["shown"][0]


def test_an_answer_is_given_in_the_added_language(found: dict[str, Any]) -> None:
    answer = found["answers"][SENT]
    assert answer["question_language"] == "de"
    assert answer["answer"].startswith("3.200")
    assert found["answers"][UNKNOWN]["answer"] == "Die Quellen beantworten das nicht."


def test_concepts_keep_their_numbers(data: Path) -> None:
    compiled = json.loads((data / "compiled/concepts.json").read_text("utf-8"))
    german = json.loads((data / "compiled/de.json").read_text("utf-8"))["words"]
    number = lexicon.concepts("soldier", "en")[0]
    assert str(number) in german["soldat"].split()
    assert compiled["names"][number] == lexicon.concept_name(number)
    assert "lighthouse keeper" in compiled["names"]
    assert "schweiz" in german, "the names of countries come from CLDR"
    assert not (data / "compiled/pt.json").exists(), "what did not change is not written again"


def test_forms_of_added_words_are_known(data: Path) -> None:
    """A listed word by itself, its inflection by its stem, and either without its accents."""
    words = ["arbeiterin", "arbeitern", "fabriken", "schüler", "schuler", "beschäftigter", "beschaftigter", "qqq"]
    program = "import json; from qa_plugin.language.lexicon import concepts; "
    program += f"print(json.dumps([concepts(word, 'de') for word in {words}]))"
    done = run(data.parent, "-c", READ.format(folder=str(data)) + program)
    assert done.returncode == 0, done.stderr
    worker, factory, pupil = (list(lexicon.concepts(word, "en")) for word in ("worker", "factory", "pupil"))
    assert json.loads(done.stdout) == [worker, worker, factory, pupil, pupil, worker, worker, []]


def test_the_index_is_made_anew_when_data_is_added(data: Path, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/streik.txt").write_text(ARTICLES["streik.txt"], encoding="utf-8")
    query = "strike of the doctors"
    assert asked(tmp_path, None, searches=[query])["found"][query] == []
    assert asked(tmp_path, data, searches=[query])["found"][query] == ["streik.txt"]


def said(folder: Path, program: str) -> str:
    """The last line that a program prints which reads data with a folder added."""
    done = run(folder.parent, "-c", READ.format(folder=str(folder)) + program)
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


def test_rows_that_are_not_compiled_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "lexicon").mkdir(parents=True)
    (folder / "lexicon/de.txt").write_text("en|de\nwater|Wasser\n", encoding="utf-8")
    program = "from qa_plugin.language.terms import keys; keys('water', 'en')"
    assert re.search(r"rows in .*mine are not compiled. Run .*lexicon_build --data .*mine`", said(folder, program))
    (folder / "compiled").mkdir()
    (folder / "compiled/concepts.json").write_text('{"version": "0", "package": "0"}', encoding="utf-8")
    assert "compiled for another version of the package" in said(folder, program)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("stopwords.toml", 'de = ["der"]\nen = ["x"]', "stopwords.toml: en must be a single value"),
        ("numbers.toml", "de = [", "numbers.toml cannot be read"),
    ],
)
def test_a_table_that_does_not_fit_is_said(tmp_path: Path, name: str, text: str, message: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    assert message in said(folder, f"from qa_plugin.data import load_toml; load_toml({name!r})")


def test_data_is_named_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    late = f"from qa_plugin.data import load_toml; load_toml('numbers.toml'); use_folder(Path({str(tmp_path)!r}))"
    assert "has read its language data already" in said(tmp_path / "mine", late)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "qa_plugin", "sources", QA_PLUGIN_DATA="gone")
    assert done.returncode == 2
    assert "QA_PLUGIN_DATA names gone, which is no folder" in done.stderr


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("de\nWasser\n", "the first line must name the columns"),
        ("en|de\nwater|Wasser|x\n", "3 cells where 2 columns are named"),
        ("en|de\n|Wasser\n", "a row needs an English form"),
    ],
)
def test_rows_that_cannot_be_compiled_are_said(tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon/de.txt").write_text(rows, encoding="utf-8")
    built = run(tmp_path, "-m", "qa_plugin.language.lexicon_build", "--data", str(tmp_path))
    assert built.returncode == 2
    assert message in built.stderr
