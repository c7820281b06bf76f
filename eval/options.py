"""The options that measure retrieval, and which measurement each of them asks for."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation import folder_texts

if TYPE_CHECKING:
    from eval.evidence import Asked
    from eval.parallel import AlignedLine
    from eval.tables import Table

Progress = Callable[[str], None] | None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this module to the command."""
    group = parser.add_argument_group("retrieval")
    only = group.add_mutually_exclusive_group()
    only.add_argument("--evidence", action="store_true", help="do rankings begin with the sentence that answers")
    only.add_argument("--context", action="store_true", help="how much of the evidence is sent to a language model")
    only.add_argument(
        "--lying", action="store_true", help="what is printed of models that lie, lost of one that does not"
    )
    only.add_argument("--overhead", action="store_true", help="CPU time beside a language model, in a large index")
    only.add_argument("--ablation", action="store_true", help="each part switched off in turn, and other rankers")
    only.add_argument("--honest", action="store_true", help="how many right claims the check drops, and why")
    only.add_argument("--growth", action="store_true", help="hit@5 and CPU time with distractors added")
    only.add_argument("--speed", action="store_true", help="chunks a second of the built-in embedder")
    only.add_argument("--answering-speed", action="store_true", help="CPU time of a question, by step")
    group.add_argument(
        "--aligned",
        type=Path,
        metavar="FILE",
        help="table of sentences (tab-separated: line, file, a column for each language); alone: sentence retrieval",
    )
    group.add_argument("--pairs", default=None, metavar="LIST", help="of --aligned alone: query and document languages")
    group.add_argument("--step", type=_positive, default=1, metavar="N", help="of --aligned alone: every Nth query")
    group.add_argument("--added", default=None, metavar="LIST", help="of --growth: numbers of distractor chunks")
    group.add_argument(
        "--chunks", type=_positive, default=None, metavar="N", help="of --speed and --overhead: how many chunks"
    )


def wanted(arguments: argparse.Namespace) -> bool:
    """Whether retrieval is to be measured, and not answers."""
    named = ("evidence", "context", "lying", "honest", "ablation", "growth", "overhead", "speed")
    return any(getattr(arguments, name) for name in (*named, "answering_speed", "aligned"))


def measure(arguments: argparse.Namespace, questions: Sequence[Mapping[str, Any]], progress: Progress) -> Table:
    """The table that the options ask for.

    Raises:
        SettingsError: An option is missing or does not fit, or a file is not what it should be.
    """
    from eval.parallel import load_aligned

    if arguments.speed:
        return _speed(arguments)
    if arguments.honest:
        return _honest(arguments, questions)
    if arguments.answering_speed:
        return _answering_speed(arguments, questions)
    if arguments.lying:
        from eval.lying_models import measure_lies

        return measure_lies(arguments.articles, questions, progress)[0]
    lines = load_aligned(arguments.aligned) if arguments.aligned else None
    if arguments.overhead:
        from eval.overhead import CHUNKS, measure_overhead

        chunks = arguments.chunks or CHUNKS
        return measure_overhead(arguments.articles, questions, lines=lines, chunks=chunks, progress=progress)
    if not (arguments.evidence or arguments.context or arguments.ablation or arguments.growth):
        return _sentences(arguments, lines or [], progress)
    from eval.evidence import with_evidence

    asked = with_evidence(questions, folder_texts(arguments.articles), lines)
    if not asked:
        raise SettingsError(f"{arguments.questions} holds no answerable question")
    if arguments.evidence or arguments.context:
        return _ranked(arguments, asked)
    if arguments.growth:
        return _growth(arguments, questions, asked, lines, progress)
    from eval.ablation import measure_parts

    return measure_parts(arguments.articles, asked, lines, progress=progress)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _sentences(arguments: argparse.Namespace, lines: Sequence[AlignedLine], progress: Progress) -> Table:
    from eval.sentence_retrieval import PAIRS, measure_pairs, read_pairs

    return measure_pairs(lines, read_pairs(arguments.pairs or PAIRS), step=arguments.step, progress=progress)


def _ranked(arguments: argparse.Namespace, asked: Sequence[Asked]) -> Table:
    from eval.context import measure_context
    from eval.evidence import measure_table
    from eval.ranking import by_asking, indexed_plugin

    with (
        tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as folder,
        indexed_plugin(arguments.articles, Path(folder) / "store") as plugin,
    ):
        return measure_context(plugin, asked) if arguments.context else measure_table(by_asking(plugin), asked)


def _growth(
    arguments: argparse.Namespace,
    questions: Sequence[Mapping[str, Any]],
    asked: Sequence[Asked],
    lines: Sequence[AlignedLine] | None,
    progress: Progress,
) -> Table:
    from eval.growth import ADDED, evidence_lines, measure_growth, read_amounts

    if lines is None:
        raise SettingsError("--growth makes its distractors of aligned lines: name a file with --aligned")
    return measure_growth(
        arguments.articles,
        asked,
        lines,
        evidence=evidence_lines(questions),
        amounts=read_amounts(arguments.added or ADDED),
        progress=progress,
    )


def _speed(arguments: argparse.Namespace) -> Table:
    from eval.embedding_speed import CHUNKS, measure_speed

    if arguments.aligned is None:
        raise SettingsError("--speed makes its chunks of aligned lines: name a file with --aligned")
    return measure_speed(arguments.aligned, count=arguments.chunks or CHUNKS)


def _honest(arguments: argparse.Namespace, questions: Sequence[Mapping[str, Any]]) -> Table:
    from eval.honest import measure_honest, read_published

    return measure_honest(questions, folder_texts(arguments.articles), read_published(arguments.articles))


def _answering_speed(arguments: argparse.Namespace, questions: Sequence[Mapping[str, Any]]) -> Table:
    from eval.answering_speed import measure_answering

    with tempfile.TemporaryDirectory(prefix="qa-plugin-eval-", ignore_cleanup_errors=True) as folder:
        asked = [question["question"] for question in questions]
        return measure_answering(arguments.articles, asked, Path(folder) / "store")
