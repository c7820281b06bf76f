"""Measure the answers to a set of questions with known answers, in a store that is thrown away afterwards.

With --aligned alone, or --evidence, --context, --ablation, --growth or --speed, the retrieval is measured instead;
with --answering-speed or --overhead the CPU time of a question, with --lying the checks on what language models say,
with --honest what they drop of right claims, with --replay what a model replied when it was recorded.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval import options, recording_options
from qa_plugin.errors import ArticlesError, QAPluginError
from qa_plugin.evaluation import Case, Figures, check_gold, folder_texts, load_questions, run
from qa_plugin.language.folding import cleaned
from qa_plugin.settings import from_environment

HERE = Path(__file__).resolve().parent
DONE, FAULTY, FAILED = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 1 where the check finds a fault or recordings do not pass, 2 on an error."""
    arguments = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        if not arguments.articles.is_dir():
            raise ArticlesError(f"there is no folder {arguments.articles}: name one with --articles")
        questions = load_questions(arguments.questions)
        if arguments.check:
            return _check(questions, arguments.articles)
        if recording_options.wanted(arguments):
            return recording_options.carry_out(arguments, questions)
        if options.wanted(arguments):
            progress = _named_progress() if sys.stderr.isatty() else None
            table = options.measure(arguments, questions, progress)
            print(json.dumps(table.to_dict(), ensure_ascii=False) if arguments.json else table.text())
            return DONE
        _show(_measure(questions, arguments.articles), arguments)
    except QAPluginError as error:
        print(f"python -m eval: {error}", file=sys.stderr)
        return FAILED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    parser.add_argument("--articles", type=Path, default=HERE / "articles", help="folder to answer from")
    parser.add_argument("--questions", type=Path, default=HERE / "questions.jsonl", help="question file")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--misses", type=_natural, default=0, metavar="N", help="also print N wrong answers")
    parser.add_argument("--check", action="store_true", help="only check the gold answers, ask nothing")
    options.add_options(parser)
    recording_options.add_options(parser)
    return parser


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of answers")
    return int(text)


def _check(questions: Sequence[Mapping[str, Any]], articles: Path) -> int:
    problems = check_gold(questions, folder_texts(articles))
    for problem in problems:
        print(problem)
    print(f"{len(questions)} questions, {len(problems)} problems", file=sys.stderr)
    return FAULTY if problems else DONE


def _measure(questions: Sequence[Mapping[str, Any]], articles: Path) -> Figures:
    from qa_plugin.plugin import QAPlugin  # so that --check loads nothing of the index

    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as folder:
        settings = from_environment()
        # What models were paid for stays where it would be, so that measuring again costs nothing.
        settings = replace(settings, store=Path(folder) / "store", cache_folder=settings.store)
        plugin = QAPlugin(articles, settings=settings)
        plugin.index()
        return run(
            lambda question: plugin.ask(question).to_dict(),
            questions,
            folder_texts(articles),
            progress=_progress() if sys.stderr.isatty() else None,
        )


def _progress() -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        print(f"\r{done} of {total} questions", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show


def _named_progress() -> Callable[[str], None]:
    return lambda name: print(name, file=sys.stderr, flush=True)


def _show(figures: Figures, arguments: argparse.Namespace) -> None:
    misses = figures.misses[: arguments.misses]
    if arguments.json:
        found: dict[str, Any] = dict(figures.to_dict())
        if arguments.misses:
            found["misses"] = [{"id": case.question["id"], "why": case.why} for case in misses]
        print(json.dumps(found, ensure_ascii=False))
        return
    modes = sorted({_mode(case.answer) for case in figures.cases if case.answer.get("mode")})
    print(figures.table())
    print(f"\nanswered by: {', '.join(modes) or 'nothing'}")
    for case in misses:
        print(_miss(case))


def _mode(answer: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (answer["mode"], answer.get("model"))))


def _line(text: str) -> str:
    """Text of an article as one line that is safe to print."""
    return " ".join(cleaned(text).split())[:160]


def _miss(case: Case) -> str:
    question, answer = case.question, case.answer
    cited = ", ".join(citation["source"] for citation in answer.get("citations") or ()) or "nothing"
    return (
        f"\n{question['id']} [{question['question_lang']}, {question['type']}] {question['question']}\n"
        f"  gold: {question['answer'] or '(nothing)'} in {', '.join(question['sources']) or 'no source'}\n"
        f"  got {answer.get('status')}: {_line(answer.get('answer') or '')} citing {cited}\n"
        f"  why: {'; '.join(case.why)}"
    )


if __name__ == "__main__":
    sys.exit(main())
