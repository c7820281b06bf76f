"""The runs that the gate holds against their baselines: extraction, recorded replies, models that lie, and traps.

What the environment sets takes no part, so that everybody and every machine measures the same.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from eval.lying_models import BEHAVIOURS, Behaviour, LyingChat
from eval.recorded import load_recordings
from eval.recording import replay
from eval.recording_options import questions_of
from eval.replaying import Stage
from eval.trap_cases import Trap, ask_trap, faults_of, load_traps
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import Case, Run, System, folder_texts, grade
from qa_plugin.evaluation import run as ask_all
from qa_plugin.plugin import QAPlugin
from qa_plugin.prompting import load_prompts
from qa_plugin.records import Scope
from qa_plugin.responding import Responder
from qa_plugin.settings import Settings
from qa_plugin.wiring import default_model

HERE = Path(__file__).resolve().parent
ARTICLES, QUESTIONS = HERE / "articles", HERE / "questions.jsonl"
TRAPS = (HERE / "traps" / "traps.jsonl", HERE / "traps" / "more.jsonl")
RECORDINGS = HERE / "recordings" / "recordings.jsonl"
LIED_TO = 8
"""One question in so many is asked of the models that lie."""
LIARS = tuple(name for name in BEHAVIOURS if name != "obeys articles")
"""The one that obeys articles needs articles of its own; a test asks it."""

Question = Mapping[str, Any]
Told = Callable[[int, int], None] | None
"""Is told how many questions of how many are done."""


@contextmanager
def indexed(articles: Path = ARTICLES) -> Iterator[QAPlugin]:
    """A plugin without a model over a folder, in a store that is thrown away."""
    with (
        tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as folder,
        QAPlugin(articles, settings=Settings(store=Path(folder) / "store", offline=True)) as plugin,
    ):
        plugin.index(yes=True)
        yield plugin


def extracted(questions: Sequence[Question], told: Told = None) -> Run:
    """All questions, answered without a model."""
    with indexed() as plugin:
        return extracted_by(plugin, questions, told)


def extracted_by(plugin: QAPlugin, questions: Sequence[Question], told: Told = None) -> Run:
    """The same by a plugin that is there."""
    figures = ask_all(lambda words: plugin.ask(words).to_dict(), questions, folder_texts(ARTICLES), progress=told)
    return _run(figures.cases, "extractive", None)


def replayed(questions: Sequence[Question], told: Told = None) -> Run:
    """What a language model made of the questions that it was asked, from its recorded replies.

    Raises:
        SettingsError: A recording is stale or missing.
    """
    recordings = load_recordings(RECORDINGS)
    chosen = questions_of(RECORDINGS.with_name("set.txt"), questions)
    model = recordings.header.model
    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as folder:
        stage = Stage(ARTICLES, Path(folder) / "store", name=model or "")
        done = replay(chosen, recordings, stage, folder_texts(ARTICLES), priced_as=default_model(), progress=told)
        stage.close()
    if lines := (*done.stale, *done.unanswered):
        what = "; ".join(lines[:5])
        raise SettingsError(f"{len(lines)} recordings are stale or missing ({what}): see --record in eval/README.md")
    return _run(done.figures.cases, "replayed", model)


def lied_to(questions: Sequence[Question], told: Told = None) -> Run:
    """A part of the questions, each answered by an honest model and by several that lie."""
    with indexed() as plugin:
        return lied_to_by(plugin, questions[::LIED_TO], told)


def lied_to_by(plugin: QAPlugin, questions: Sequence[Question], told: Told = None) -> Run:
    """The same by a plugin that is there, of all the questions."""
    asked, answers = [], []
    for name in LIARS:
        for question in questions:
            # the ids tell the models apart
            asked.append({**question, "id": f"{question['id']} {name}"})
            answers.append({**_lied(plugin, BEHAVIOURS[name], question), "question": question["question"]})
            if told is not None:
                told(len(asked), len(LIARS) * len(questions))
    return _run(grade(asked, answers, folder_texts(ARTICLES)).cases, "llm", "lying")


def _lied(plugin: QAPlugin, behaviour: Behaviour, question: Question) -> Mapping[str, Any]:
    settings = replace(plugin.settings, translate="never")
    responder = Responder(settings, LyingChat(behaviour, question), plugin.embedder)
    return responder.answer(question["question"], plugin.opened(), Scope()).to_dict()


def trapped(_questions: Sequence[Question], told: Told = None) -> Run:
    """The trap cases, which have articles of their own: `correct` is one that is as expected in everything."""
    return trapped_by([trap for path in TRAPS for trap in load_traps(path)], told)


def trapped_by(traps: Sequence[Trap], told: Told = None) -> Run:
    """The same of some of them."""
    cases: list[Case] = []
    for trap in traps:
        answer = ask_trap(trap, Settings(offline=True))
        faults = faults_of(trap, answer)
        fields = {"question": trap["question"], "question_lang": trap["language"], "type": trap["kind"]}
        right = {"correct": [float(not faults)]}
        cases.append(Case({"id": trap["id"], **fields}, answer, right, faults, bool(faults)))
        if told is not None:
            told(len(cases), len(traps))
    return _run(cases, "extractive", None, articles=TRAPS[0].parent, questions=TRAPS)


@dataclass(frozen=True, slots=True)
class Measured:
    """One of the runs of the gate."""

    name: str
    measure: Callable[[Sequence[Question], Told], Run]
    baseline: Path


ALL = (
    Measured("without a model", extracted, HERE / "baseline.json"),
    Measured("recorded replies", replayed, HERE / "baseline-replayed.json"),
    Measured("models that lie", lied_to, HERE / "baseline-lying.json"),
    Measured("traps", trapped, HERE / "baseline-traps.json"),
)


# ---------------------------------------------------------------- what was measured on what


def _run(
    cases: Sequence[Case],
    mode: str,
    model: str | None,
    *,
    articles: Path = ARTICLES,
    questions: Sequence[Path] = (QUESTIONS,),
) -> Run:
    system = System(
        version=metadata.version("qa-plugin"),
        mode=mode,
        model=model,
        embedder=Settings().embedder,
        prompt_hash=load_prompts().prompt_hash if model else None,
        articles=articles.name,
        questions=", ".join(path.name for path in questions),
        digest=digest_of(*questions, *([articles] if articles == ARTICLES else [])),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return Run(system, tuple(cases))


def digest_of(*paths: Path) -> str:
    """A digest of files, and of all that is in folders, with their names."""
    digest = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(f"\0{file.relative_to(path.parent).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
