"""Measure the answers to a set of questions with known answers, in a store that is thrown away afterwards.

With --aligned alone, or --evidence, --context, --ablation, --growth or --speed, the retrieval is measured instead;
with --answering-speed or --overhead the CPU time of a question, with --lying the checks on what language models say,
with --honest what they drop of right claims, with --replay what a model replied when it was recorded. With --gate all
answers are held against those of the baseline.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval import collection, gate_options, options, recording_options
from qa_plugin.cli.arguments import add_run_options
from qa_plugin.cli.terminal import ReaderGoneError, Terminal, abandon, prepare_streams
from qa_plugin.errors import ArticlesError, QAPluginError, SettingsError
from qa_plugin.evaluation import check_gold, folder_texts, load_questions
from qa_plugin.evaluation.gate import refuse_allowed
from qa_plugin.settings import from_environment

HERE = Path(__file__).resolve().parent
DONE, FAULTY, FAILED, INTERRUPTED, READER_GONE = 0, 1, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 1 where something does not pass, 2 on an error."""
    arguments = _parser().parse_args(argv)
    prepare_streams()
    try:
        status = _carried_out(arguments)
        sys.stdout.flush()
    except (BrokenPipeError, ReaderGoneError):
        abandon(sys.stdout)  # who read has gone, as `head` does
        return READER_GONE
    return status


def _carried_out(arguments: argparse.Namespace) -> int:
    try:
        if not arguments.articles.is_dir():
            raise ArticlesError(f"there is no folder {arguments.articles}: name one with --articles")
        _refuse_what_does_not_fit(arguments)
        questions = load_questions(arguments.questions)
        if arguments.check:
            return _check(questions, arguments)
        if gate_options.wanted(arguments):
            return gate_options.carry_out(arguments, questions)
        if recording_options.wanted(arguments):
            return recording_options.carry_out(arguments, questions)
        if options.wanted(arguments):
            progress = _named_progress() if sys.stderr.isatty() else None
            table = options.measure(arguments, questions, progress)
            print(json.dumps(table.to_dict(), ensure_ascii=False) if arguments.json else table.text())
            return DONE
        _measure(arguments)
    except QAPluginError as error:
        print(f"python -m eval: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.add_argument("--articles", type=Path, default=HERE / "articles", help="folder to answer from")
    parser.add_argument("--questions", type=Path, default=HERE / "questions.jsonl", help="question file")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    add_run_options(parser)
    options.add_options(parser)
    recording_options.add_options(parser)
    gate_options.add_options(parser)
    return parser


def _refuse_what_does_not_fit(arguments: argparse.Namespace) -> None:
    """Options of the main run beside one that measures something else would be passed over unseen."""
    replays = arguments.replay is not None
    measures = (options, recording_options, gate_options)
    refuse_allowed(arguments.allow_lower, raising=arguments.raise_baseline)
    other = arguments.check or any(module.wanted(arguments) for module in measures)
    given = {
        "--out": arguments.out and not replays,
        "--resume": arguments.resume,
        "--concurrency": arguments.concurrency,
    }
    if other and (wrong := [name for name, is_given in given.items() if is_given]):
        also = " (--out is of --replay too)" if "--out" in wrong else ""
        raise SettingsError(f"{', '.join(wrong)} is of the main run alone{also}: leave it out")


def _check(questions: Sequence[Mapping[str, Any]], arguments: argparse.Namespace) -> int:
    problems = check_gold(questions, folder_texts(arguments.articles))
    manifest = collection.manifest_beside(arguments.articles)
    if manifest.is_file():
        rows = collection.read_manifest(manifest)
        folder = arguments.articles
        files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        problems += [*collection.check_manifest(rows, files), *collection.check_kinship(questions, rows)]
    tables = collection.composition(questions)
    if arguments.json:
        found = {"questions": len(questions), "problems": problems, "tables": [table.to_dict() for table in tables]}
        print(json.dumps(found, ensure_ascii=False))
    else:
        shown = ["\n".join(problems)] if problems else []
        print("\n\n".join([*shown, *(table.text() for table in tables)]))
    print(f"{len(questions)} questions, {len(problems)} problems", file=sys.stderr)
    return FAULTY if problems else DONE


def _measure(arguments: argparse.Namespace) -> None:
    """The main run: that of `qa-plugin eval`, in an index of its own."""
    from qa_plugin.cli.commands import evaluate  # so that --check loads nothing of the index

    settings = from_environment()
    terminal = Terminal(json=arguments.json)
    terminal.plain = settings.plain
    own = (arguments.articles.resolve(), arguments.questions.resolve()) == (HERE / "articles", HERE / "questions.jsonl")
    baseline = HERE / "baseline.json" if own else None
    evaluate(argparse.Namespace(**vars(arguments), store=None, baseline=baseline), settings, terminal)


def _named_progress() -> Callable[[str], None]:
    return lambda name: print(name, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
