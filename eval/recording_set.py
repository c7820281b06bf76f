"""Choose the questions to record: the same ones each time, spread over languages, articles and types.

python -m eval.recording_set > eval/recordings/set.txt
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from qa_plugin.evaluation import load_questions

HERE = Path(__file__).resolve().parent
SEED = 20_260
QUOTAS = {"unanswerable": 20, "conflicting": 10, "related": 8, "plain": 46}
"""How many questions of each group; `related` are those about a report that has copies, corrections or the like."""
LATER = "c-"
"""How the ids of questions begin that were written after the replies had been recorded."""
ALONE = "original"
NOWHERE = "none"
Question = Mapping[str, Any]


def choose(questions: Sequence[Question], related: Iterable[str], *, seed: int = SEED) -> list[Question]:
    """The questions to record, in their own order.

    Question by question, that one of its group whose language, then languages of question and article, then type has
    come least so far; among equals chance decides.

    Args:
        questions: All there are.
        related: Files that are a copy, correction, translation or update, or that have one.
        seed: For the chance.
    """
    among = frozenset(related)
    shuffled = random.Random(seed).sample(list(questions), len(questions))  # noqa: S311 - a choice, not a secret
    counts: Counter[tuple[str, ...]] = Counter()
    chosen: list[str] = []
    for group, quota in QUOTAS.items():
        left = [question for question in shuffled if group_of(question, among) == group]
        for _ in range(min(quota, len(left))):
            best = min(left, key=lambda question: _seen(question, group, counts))
            left.remove(best)
            chosen.append(str(best["id"]))
            counts.update(_keys(best, group))
    return [question for question in questions if question["id"] in set(chosen)]


def recordable(questions: Iterable[Question]) -> list[Question]:
    """The questions that were there when the replies were recorded: with others the choice would be another."""
    return [question for question in questions if not str(question["id"]).startswith(LATER)]


def group_of(question: Question, related: frozenset[str]) -> str:
    """Which quota a question counts towards."""
    if question["type"] == "unanswerable":
        return "unanswerable"
    if question["conflict"]:
        return "conflicting"
    return "plain" if related.isdisjoint(question["sources"]) else "related"


def article_language(question: Question) -> str:
    """The language of the first gold source, as in `name.xx.txt`."""
    sources = question["sources"]
    return PurePosixPath(sources[0]).stem.rsplit(".", 1)[-1] if sources else NOWHERE


def related_files(manifest: Path) -> set[str]:
    """The files that the manifest ties to another."""
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line]
    return {name for row in rows if row["relation"] != ALONE for name in (row["source"], row["of"]) if name}


def _keys(question: Question, group: str) -> tuple[tuple[str, ...], ...]:
    """What is counted, the weightiest first."""
    language, article = question["question_lang"], article_language(question)
    return (group, language), (language,), (language, ">", article), ("type", question["type"]), (">", article)


def _seen(question: Question, group: str, counts: Counter[tuple[str, ...]]) -> tuple[int, ...]:
    return tuple(counts[key] for key in _keys(question, group))


def main() -> int:
    """Print the ids, behind lines that count them by language."""
    questions = recordable(load_questions(HERE / "questions.jsonl"))
    related = related_files(HERE / "manifest.jsonl")
    chosen = choose(questions, related)
    print(f"# {len(chosen)} questions, chosen by python -m eval.recording_set (seed {SEED})")
    for title, names in (
        ("groups", [group_of(question, frozenset(related)) for question in chosen]),
        ("question languages", [question["question_lang"] for question in chosen]),
        ("article languages", [article_language(question) for question in chosen]),
        ("types", [question["type"] for question in chosen]),
    ):
        counted = sorted(Counter(map(str, names)).items(), key=lambda pair: (-pair[1], pair[0]))
        print(f"# {title}: {', '.join(f'{name} {count}' for name, count in counted)}")
    for question in chosen:
        print(question["id"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
