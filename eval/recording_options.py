"""The options that record and replay a language model's replies."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_plugin.cli.arguments import version
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import System, digest_of, folder_texts
from qa_plugin.evaluation.runs import kept, refuse_to_replace, refuse_unwritable

if TYPE_CHECKING:
    from eval.recording import Replay
    from eval.replaying import Stage

Question = Mapping[str, Any]
DONE, FAULTY = 0, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this module to the command."""
    group = parser.add_argument_group("recorded replies of a language model")
    only = group.add_mutually_exclusive_group()
    only.add_argument("--record", type=Path, metavar="FILE", help="write the requests that FILE has no reply to")
    only.add_argument("--fill", type=Path, metavar="FILE", help="put replies into FILE, as they are")
    only.add_argument("--replay", type=Path, metavar="FILE", help="answer from the replies in FILE and grade")
    group.add_argument("--open", type=Path, metavar="DIR", help="folder of requests and replies; else FILE-open")
    group.add_argument("--set", type=Path, metavar="IDS", help="questions to ask; set.txt beside FILE, else all")
    group.add_argument("--answered-by", metavar="NAME", help="of --fill: the model that replied")
    group.add_argument("--asked-how", metavar="TEXT", help="of --fill: how it was asked, in a sentence")
    group.add_argument("--priced-as", metavar="MODEL", help="of --replay: whose prices count; the default model's")
    group.add_argument("--prompts", type=Path, metavar="DIR", help="prompts that replace those of the package")


def wanted(arguments: argparse.Namespace) -> bool:
    """Whether replies are to be recorded or replayed."""
    return bool(arguments.record or arguments.fill or arguments.replay)


def carry_out(arguments: argparse.Namespace, questions: Sequence[Question]) -> int:
    """Do what the options ask for; the exit status, 1 where recordings do not pass.

    Raises:
        SettingsError: An option or a file is not what it should be.
    """
    if arguments.fill:
        return _fill(arguments)
    path = arguments.record or arguments.replay
    chosen = questions_of(arguments.set or path.with_name("set.txt"), questions, required=bool(arguments.set))
    return _record(arguments, chosen) if arguments.record else _replay(arguments, chosen)


def questions_of(path: Path, questions: Sequence[Question], *, required: bool = True) -> list[Question]:
    """The questions that a file of ids names, in its order; a line that begins with # names none.

    Raises:
        SettingsError: There is no such file, or no question has one of the ids.
    """
    if not required and not path.exists():
        return list(questions)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"cannot read the set {path}: {error.strerror or error}") from error
    ids = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    by_id = {str(question["id"]): question for question in questions}
    if unknown := [name for name in ids if name not in by_id]:
        raise SettingsError(f"{path} names questions that there are not: {', '.join(unknown[:5])}")
    return [by_id[name] for name in dict.fromkeys(ids)]


def _folder(arguments: argparse.Namespace, path: Path) -> Path:
    chosen: Path | None = arguments.open
    return chosen or path.with_name(f"{path.stem}-open")


@contextmanager
def _stage(arguments: argparse.Namespace, name: str | None) -> Iterator[Stage]:
    from eval.replaying import NO_NAME, Stage

    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as folder:
        stage = Stage(arguments.articles, Path(folder) / "store", prompts=arguments.prompts, name=name or NO_NAME)
        try:
            yield stage
        finally:
            stage.close()


def _record(arguments: argparse.Namespace, questions: Sequence[Question]) -> int:
    from eval.open_requests import LIST, write_open
    from eval.recorded import load_recordings, save_recordings
    from eval.recording import record

    path, folder = arguments.record, _folder(arguments, arguments.record)
    recordings = load_recordings(path)
    with _stage(arguments, recordings.header.model) as stage:
        done = record(questions, recordings, stage, progress=_progress())
    # The requests first: where a reply to another of them is in the way, the recordings stay as they are.
    write_open(folder, done.waiting)
    save_recordings(done.recordings, path)
    for line in done.stale:
        print(f"stale, asked anew: {line}")
    tokens = [one.request.tokens for one in done.waiting]
    mean = f", {round(sum(tokens) / len(tokens)):,} tokens on average" if tokens else ""
    print(f"{len(tokens)} requests wait for a reply{mean}: {folder / LIST}")
    return DONE


def _fill(arguments: argparse.Namespace) -> int:
    from eval.open_requests import fill, set_aside
    from eval.recorded import load_recordings, save_recordings

    path, folder = arguments.fill, _folder(arguments, arguments.fill)
    if not folder.is_dir():
        raise SettingsError(f"there is no folder {folder}: name one with --open, or write the requests with --record")
    filled = fill(load_recordings(path), folder, model=arguments.answered_by, asked=arguments.asked_how)
    if filled.taken:
        save_recordings(filled.recordings, path)
        set_aside(folder, filled.taken)
    print(f"{len(filled.taken)} replies taken, {len(filled.waiting)} requests still wait")
    return DONE


def _replay(arguments: argparse.Namespace, questions: Sequence[Question]) -> int:
    from eval.recorded import load_recordings
    from eval.recording import replay
    from qa_plugin.wiring import default_model

    if not arguments.replay.exists():
        raise SettingsError(f"there are no recordings {arguments.replay}: make them with --record and --fill")
    recordings = load_recordings(arguments.replay)
    if arguments.out is not None:
        refuse_to_replace(Path(arguments.out))
        refuse_unwritable(Path(arguments.out), "the run")
    with _stage(arguments, recordings.header.model) as stage:
        done = replay(
            questions,
            recordings,
            stage,
            folder_texts(arguments.articles),
            priced_as=arguments.priced_as or default_model(),
            progress=_progress(),
        )
        if arguments.out is not None:
            keep(done, Path(arguments.out), _system(arguments, stage, recordings.header.model, questions))
    _show(done, arguments)
    return DONE if done.passes else FAULTY


def keep(done: Replay, out: Path, system: System) -> None:
    """Write what was answered to a file that is not there yet."""
    with kept(out, system) as (_, add):
        for case in done.figures.cases:
            add(case)


def _system(arguments: argparse.Namespace, stage: Stage, model: str | None, questions: Sequence[Question]) -> System:
    text_of = folder_texts(arguments.articles)
    return System(
        version=version(),
        mode="replayed",
        model=model,
        embedder=stage.embedder,
        prompt_hash=stage.prompts.prompt_hash,
        articles=arguments.articles.absolute().name,
        questions=arguments.questions.name,
        digest=digest_of(questions, [(source, text_of(source)) for source in stage.sources]),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _show(done: Replay, arguments: argparse.Namespace) -> None:
    misses = (*done.figures.misses, *done.figures.flawed)[: arguments.misses]
    if arguments.json:
        lists = {"stale": done.stale, "unanswered": done.unanswered, "further": done.further, "below": done.below}
        told = [{"id": case.question["id"], "why": case.why, "flawed": not case.missed} for case in misses]
        wrong = {"misses": told} if misses else {}
        print(json.dumps({**done.table().to_dict(), **lists, **wrong, "passes": done.passes}, ensure_ascii=False))
        return
    print(done.table().text())
    for case in misses:
        flawed = "" if case.missed else "right, but flawed: "
        print(f"{case.question['id']}: {flawed}{'; '.join(case.why)}")
    for title, names in (
        ("stale", done.stale),
        ("no reply", done.unanswered),
        ("no reply to a second request, graded without", done.further),
    ):
        for name in names:
            print(f"{title}: {name}")
    for name, value in done.below.items():
        print(f"{name} is {value:.3f}, below its bar")


def _progress() -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\r{done} of {total} questions", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show
