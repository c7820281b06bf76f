"""Runs of the evaluation: what is measured, how it is asked, how its figures are shown."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_plugin.articles.decoding import UnreadableFile, decode
from qa_plugin.articles.files import read_bytes, scan
from qa_plugin.cli import gating
from qa_plugin.cli.arguments import UsageError, version
from qa_plugin.cli.terminal import Terminal
from qa_plugin.concurrency import as_done
from qa_plugin.errors import QAPluginError, SettingsError
from qa_plugin.evaluation import (
    Case,
    Run,
    System,
    check_gold,
    digest_of,
    load_questions,
    load_run,
    measure,
    oversights,
    repeated_ids,
)
from qa_plugin.evaluation.definitions import DEFINITIONS, as_text
from qa_plugin.evaluation.runs import refuse_to_replace, refuse_unwritable
from qa_plugin.language.folding import cleaned
from qa_plugin.presentation import inline
from qa_plugin.prompting import load_prompts
from qa_plugin.settings import Settings
from qa_plugin.wiring import cache_of, choose_model, default_model

if TYPE_CHECKING:
    from qa_plugin.evaluation.judging import Judge, Judgement
    from qa_plugin.plugin import QAPlugin

_LINE = 160
"""Characters of an answer that are shown of a miss."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured."""

    questions: Sequence[Mapping[str, Any]]
    questions_name: str
    articles_name: str
    out: Path | None
    resume: bool
    concurrency: int
    against: Run | None = None
    """The earlier run that a page shows beside it."""


def wanted(arguments: Namespace, settings: Settings) -> Wanted:
    """What the command line asks for; what the end of the run would stumble over is found now.

    Raises:
        UsageError: Something is missing or does not fit together.
        SettingsError: A file is not what it should be, cannot be read or written, or the run would replace another.
    """
    _refuse_without_questions(arguments)
    if arguments.against is not None and arguments.report is None:
        raise UsageError("--against is shown on a page: name it with --report FILE.html.")
    if arguments.resume and arguments.out is None:
        raise UsageError("Name the run to go on with: --out RUN.jsonl --resume.")
    path = Path(arguments.questions)
    articles = Path(arguments.articles).absolute().name if arguments.articles is not None else "the whole index"
    # Extraction keeps a core busy: several questions at a time would be no faster, and each would look slower.
    at_a_time = arguments.concurrency or (settings.max_concurrency if settings.uses_model else 1)
    out = None if arguments.out is None else Path(arguments.out)
    if out is not None and not arguments.resume:
        refuse_to_replace(out)
    for written, what in ((out, "the run"), (arguments.report, "the report")):
        if written is not None:
            refuse_unwritable(Path(written), what)
    gating.refuse_in_vain(arguments, *_mode_and_model(settings))
    questions = load_questions(path)
    if repeated := repeated_ids(questions):
        some = ", ".join(map(inline, repeated[:5])) + (", …" if len(repeated) > 5 else "")
        raise SettingsError(f"{path}: questions have the same id: {some}; give each its own")
    against = load_run(Path(arguments.against)) if arguments.against is not None else None
    return Wanted(questions, path.name, articles, out, arguments.resume, at_a_time, against)


def _refuse_without_questions(arguments: Namespace) -> None:
    if arguments.questions is None:
        raise UsageError("Name the questions, with their answers: --questions FILE.jsonl.")


def measured(plugin: QAPlugin, settings: Settings, what: Wanted, terminal: Terminal) -> Run:
    """Ask and grade; of a run that is stopped, what is there is kept and the way to go on is said.

    What is likely a slip in the question file is said first.

    Raises:
        SettingsError: The run would not be of the same set as the one to compare it with, or cannot be kept.
    """
    system = _system(plugin, settings, what)
    if what.against is not None:
        from qa_plugin.evaluation.report import refuse_another_set  # as `report` does

        refuse_another_set(system, what.against.system)
    for line in oversights(what.questions, cache(partial(text_of, plugin))):
        terminal.say(f"{what.questions_name}: {line}")
    try:
        return measure(
            lambda question: plugin.ask(question).to_dict(),
            what.questions,
            partial(text_of, plugin),
            system,
            out=what.out,
            resume=what.resume,
            spread=partial(as_done, concurrency=what.concurrency),
            progress=terminal.progress("Asking"),
        )
    except KeyboardInterrupt:
        terminal.say(_stopped(what))
        raise


def _stopped(what: Wanted) -> str:
    if what.out is None or not what.out.exists():
        return "Stopped, and nothing is kept; with --out RUN.jsonl answers would be, and --resume would go on."
    answered = f"{len(load_run(what.out).cases):,} of {len(what.questions):,} questions"
    return f"Stopped after {answered}; they are kept in {what.out}. The same command with --resume goes on."


def _system(plugin: QAPlugin, settings: Settings, what: Wanted) -> System:
    mode, model = _mode_and_model(settings)
    texts = [(info.source, text_of(plugin, info.source)) for info in plugin.sources()]
    return System(
        version=version(),
        mode=mode,
        model=model,
        embedder=plugin.embedder.name,
        prompt_hash=load_prompts(override=settings.prompts).prompt_hash if settings.uses_model else None,
        articles=what.articles_name,
        questions=what.questions_name,
        digest=digest_of(what.questions, texts),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        concurrency=what.concurrency,
    )


def _mode_and_model(settings: Settings) -> tuple[str, str | None]:
    return ("llm", settings.model or default_model()) if settings.uses_model else ("extractive", None)


def text_of(plugin: QAPlugin, source: str) -> str:
    """The text of a source, empty where there is none of that name."""
    try:
        return plugin.source_text(source)
    except QAPluginError:
        return ""


def judge_of(arguments: Namespace, settings: Settings) -> Judge | None:
    """The judge, where one is asked for; what it lacks is said now, and not when all has been asked."""
    if not arguments.judge:
        return None
    from qa_plugin.evaluation.judging import Judge  # loaded only where a model is asked

    model, cache = choose_model(settings), cache_of(settings)
    return Judge(model, settings, cache=cache, max_cost_usd=arguments.judge_max_cost)


def report(run: Run, plugin: QAPlugin, what: Wanted, arguments: Namespace, terminal: Terminal) -> None:
    """Write the page of a run, with the earlier one and the baseline that are named."""
    from qa_plugin.evaluation.report import write_report  # templates that nothing else needs

    path = Path(arguments.report)
    write_report(run, path, partial(text_of, plugin), against=what.against, baseline=gating.figures_of(arguments))
    terminal.say(f"The report is in {path}.")


# ---------------------------------------------------------------- the questions themselves


def to_check(arguments: Namespace) -> list[dict[str, Any]]:
    """The questions that are only to be checked.

    Raises:
        UsageError: None are named, or something is asked for that only a run has.
        SettingsError: The file is not what it should be.
    """
    _refuse_without_questions(arguments)
    for name in ("out", "report", "against", "resume", "gate", "raise_baseline", "allow_lower", "misses", "judge"):
        if getattr(arguments, name):
            raise UsageError(f"--check asks nothing: leave out --{name.replace('_', '-')}.")
    return load_questions(Path(arguments.questions))


def texts_under(root: Path) -> Callable[[str], str]:
    """The texts of the articles under a root as they would be indexed; empty for what is not there or cannot be read.

    Raises:
        ArticlesError: There is no such root.
    """
    paths = {file.source: file.path for file in scan(root).files}

    @cache
    def found(source: str) -> str:
        try:
            return decode(read_bytes(paths[source]).data)[0] if source in paths else ""
        except UnreadableFile:
            return ""

    return found


def faults(questions: Sequence[Mapping[str, Any]], text_of: Callable[[str], str]) -> list[str]:
    """What is wrong with questions and gold, in lines that are safe to print."""
    return [_line(fault, limit=None) for fault in check_gold(questions, text_of)]


def tell(found: Sequence[str], questions: int, terminal: Terminal) -> None:
    """Show what is wrong, and how many questions there are."""
    if terminal.json:
        terminal.data({"questions": questions, "problems": found})
    elif found:
        terminal.result("\n".join(found))
    terminal.say(f"{questions} questions, {len(found)} problems")


def define(terminal: Terminal) -> None:
    """Say what each figure is."""
    if terminal.json:
        terminal.data([asdict(definition) for definition in DEFINITIONS.values()])
    else:
        terminal.result(as_text())


def show(run: Run, terminal: Terminal, judgement: Judgement | None = None, *, misses: int = 0) -> None:
    """The figures, what a judge says beside them, and some of the answers that are wrong."""
    figures = run.figures
    wrong = (*figures.misses, *figures.flawed)[:misses]
    if terminal.json:
        more: dict[str, Any] = {}
        if misses:
            more["misses"] = [{"id": c.question["id"], "why": c.why, "flawed": not c.missed} for c in wrong]
        if judgement is not None:
            more["judge"] = judgement.to_dict()
        terminal.data({**figures.to_json(), **more, "system": asdict(run.system)})
        return
    modes = sorted({_mode(case.answer) for case in figures.cases if case.answer.get("mode")})
    lines = [run.system.line(), "", figures.table(), "", f"answered by: {', '.join(modes) or 'nothing'}"]
    if judgement is not None:
        lines += ["", judgement.text()]
    terminal.result("\n".join([*lines, *map(_miss, wrong)]))


def _mode(answer: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (answer["mode"], answer.get("model"))))


def _miss(case: Case) -> str:
    question, answer = case.question, case.answer
    cited = ", ".join(citation["source"] for citation in answer.get("citations") or ()) or "nothing"
    return (
        f"\n{question['id']} [{question['question_lang']}, {question['type']}] {_line(question['question'])}\n"
        f"  gold: {_line(question['answer']) or '(nothing)'} in {', '.join(question['sources']) or 'no source'}\n"
        f"  got {answer.get('status')}: {_line(answer.get('answer') or '')} citing {_line(cited)}\n"
        f"  {'why' if case.missed else 'right, but flawed'}: {_line('; '.join(case.why), limit=None)}"
    )


def _line(text: str, *, limit: int | None = _LINE) -> str:
    """Text of an article as one line that is safe to print."""
    return " ".join(cleaned(text).split())[:limit]
