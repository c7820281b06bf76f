"""Fit the weights of `qa_plugin/data/weights.toml` to questions with known answers, and print the file.

python -m eval.fit [--set ARTICLES QUESTIONS]... [--half 0 | 1]

The project's own set is always one of them. With --half only the given half of the other sets' questions is used,
parted by a hash of the name of the file that answers: fit on one in sight, and look at the other last. Figures on
stderr are of questions that the weights were not fitted to (five folds).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eval.fitting import logistic_weights, matrix, ordered_right, rank_weights
from qa_plugin.answering.wording import MAX_CLAIM
from qa_plugin.evaluation import load_questions
from qa_plugin.evaluation.matching import holds
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.gate import GATE, RANKS, gate_signals
from qa_plugin.evidence.offers import same
from qa_plugin.evidence.signals import FAMILIES
from qa_plugin.evidence.weighing import weigh
from qa_plugin.verification import names_lacked

HERE = Path(__file__).resolve().parent
FOLDS = 5
RANK_DECAY = {"number": 0.01, "moment": 0.05, "name": 0.03, "sentence": 0.005}
SURE_DECAY, GATE_DECAY = 0.02, 0.002
UNANSWERABLE, MISSED = 2.0, 0.3
"""What a question without an answer counts for where it is told apart, and one whose answer was not found."""
_SAME_IN_A_QUESTION = frozenset({"bias", "absent", "short_question", "where"})
_OF_THE_FIRST = ("bias", "rank", "margin")


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what was found for it, and whether each of that is right."""

    answerable: bool
    family: str
    typed: tuple[Found, ...]
    typed_right: tuple[bool, ...]
    sentences: tuple[Found, ...]
    sentences_right: tuple[bool, ...]
    article: Mapping[str, float]

    def found(self, family: str) -> tuple[tuple[Found, ...], tuple[bool, ...]]:
        """What a family is fitted to."""
        if family == "sentence":
            return self.sentences, self.sentences_right
        return (self.typed, self.typed_right) if family == self.family else ((), ())


def main(argv: Sequence[str] | None = None) -> int:
    """Print the fitted weights."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("--set", nargs=2, action="append", default=[], type=Path, metavar=("ARTICLES", "QUESTIONS"))
    parser.add_argument("--half", type=int, choices=(0, 1), default=None)
    arguments = parser.parse_args(argv)
    cases = list(_cases(HERE / "articles", HERE / "questions.jsonl", None))
    for articles, questions in arguments.set:
        cases += _cases(articles, questions, arguments.half)
    print(_toml(fit(cases)), end="")
    return 0


def _half(question: Mapping[str, Any]) -> int:
    name = question["sources"][0] if question.get("sources") else question["id"]
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2


def _cases(articles: Path, questions: Path, half: int | None) -> Iterator[Case]:
    from qa_plugin.language.detection import detect
    from qa_plugin.language.questions import read_question
    from qa_plugin.plugin import QAPlugin
    from qa_plugin.records import Scope
    from qa_plugin.retrieval import retrieve

    with (
        tempfile.TemporaryDirectory(prefix="qa-plugin-fit-", ignore_cleanup_errors=True) as folder,
        QAPlugin(articles, store=Path(folder) / "store") as plugin,
    ):
        plugin.index()
        store = plugin.opened()
        for gold in load_questions(questions):
            if half is not None and _half(gold) != half:
                continue
            asked = read_question(gold["question"], detect(gold["question"]))
            ranking = retrieve(asked, plugin.embedder.embed_query(asked.text), store, Scope())
            weighing = weigh(
                asked, ranking.hits, ranking.slots, ranking.according, names_lacked(asked.text, asked.language, store)
            )
            right = partial(_right, gold, {hit.info.file_id: hit.info.source for hit in ranking.hits})
            yield Case(
                gold["type"] != "unanswerable",
                weighing.family,
                weighing.typed,
                tuple(map(right, weighing.typed)),
                weighing.sentences,
                tuple(map(right, weighing.sentences)),
                weighing.article,
            )


def _right(gold: Mapping[str, Any], names: Mapping[int, str], found: Found) -> bool:
    text = found.candidate.words if found.candidate else " ".join(found.sentence.text.split())[:MAX_CLAIM]
    return gold["type"] != "unanswerable" and names[found.sentence.file_id] in gold["sources"] and holds(text, gold)


# ---------------------------------------------------------------- fitting

Tables = dict[str, dict[str, dict[str, float]]]


def fit(cases: Sequence[Case]) -> Tables:
    """The tables of all families; what the gate weighs comes from folds that a question was not fitted to."""
    tables: Tables = {}
    first: dict[tuple[int, str], dict[str, float]] = {}
    for family in FAMILIES:
        using = [(at, *case.found(family)) for at, case in enumerate(cases) if case.found(family)[0]]
        every = sorted({name for _, found, _ in using for name in found[0].signals} - {"rank", "margin"})
        names = [name for name in every if name not in _SAME_IN_A_QUESTION]
        right_first: list[bool] = []
        for fold in range(FOLDS):
            training = [row for place, row in enumerate(using) if place % FOLDS != fold]
            weights = _ranks(training, names, RANK_DECAY[family])
            for at, found, right in using[fold::FOLDS]:
                signals, is_right = _first(found, right, weights)
                first[at, family] = signals | {"right": float(is_right)}
                if cases[at].answerable:
                    right_first.append(is_right)
        share = sum(right_first) / max(len(right_first), 1)
        print(f"{family}: first is right {share:.3f} of {len(right_first)}", file=sys.stderr)
        tables[family] = {"rank": _ranks(using, names, RANK_DECAY[family])}
        tables[family]["sure"] = _sure([first[at, family] for at, _, _ in using])
    for family, gate in _gates(cases, first).items():
        tables[family] |= gate
    return tables


_Using = tuple[int, tuple[Found, ...], tuple[bool, ...]]


def _ranks(using: Sequence[_Using], names: Sequence[str], decay: float) -> dict[str, float]:
    import numpy as np

    groups = [
        (matrix([f.signals for f in found], names), np.array(right, dtype=float))
        for _, found, right in using
        if any(right)
    ]
    return dict(zip(names, rank_weights(groups, len(names), decay).tolist(), strict=True))


def _first(
    found: Sequence[Found], right: Sequence[bool], weights: Mapping[str, float]
) -> tuple[dict[str, float], bool]:
    scores = [sum(weight * f.signals.get(name, 0.0) for name, weight in weights.items()) for f in found]
    order = sorted(range(len(found)), key=lambda at: -scores[at])
    best = order[0]
    others = [at for at in order[1:] if found[best].candidate is None or not same(found[at], found[best])]
    margin = min(scores[best] - scores[others[0]], RANKS) if others else RANKS
    return {**found[best].signals, "rank": scores[best] / RANKS, "margin": margin / RANKS}, right[best]


def _sure(first: Sequence[Mapping[str, float]]) -> dict[str, float]:
    import numpy as np

    rows = matrix(first, _OF_THE_FIRST)
    right = np.array([signals["right"] for signals in first])
    weights = logistic_weights(rows, right, np.ones(len(right)), SURE_DECAY)
    print(f"  sure: AUC {ordered_right((rows @ weights).tolist(), (right > 0).tolist()):.3f}", file=sys.stderr)
    return dict(zip(_OF_THE_FIRST, weights.tolist(), strict=True))


def _gates(cases: Sequence[Case], first: Mapping[tuple[int, str], Mapping[str, float]]) -> Tables:
    """The gates of all families: one set of weights but for the constant, since few questions are without an answer."""
    import numpy as np

    signals: list[dict[str, float]] = []
    answerable, importance, families = [], [], []
    for at, case in enumerate(cases):
        sentence, typed = first.get((at, "sentence")), first.get((at, case.family))
        if sentence is None:
            continue
        row = gate_signals(sentence, typed if case.family != "sentence" else None) | dict(case.article)
        signals.append(row | {f"is_{case.family}": 1.0})
        right = sentence["right"] or (typed is not None and typed["right"])
        answerable.append(case.answerable)
        importance.append(UNANSWERABLE if not case.answerable else 1.0 if right else MISSED)
        families.append(case.family)
    constants = [f"is_{family}" for family in FAMILIES[:-1]]
    rows = matrix(signals, ["bias", *constants, *GATE])
    weights = logistic_weights(rows, np.array(answerable, dtype=float), np.array(importance), GATE_DECAY)
    area = ordered_right((rows @ weights).tolist(), answerable)
    print(f"answerable: AUC {area:.3f}", file=sys.stderr)
    found = dict(zip(["bias", *constants, *GATE], weights.tolist(), strict=True))
    shared = {name: found[name] for name in GATE}
    return {
        family: {"answerable": {"bias": found["bias"] + found.get(f"is_{family}", 0.0), **shared}}
        for family in FAMILIES
    }


def _toml(tables: Tables) -> str:
    lines = ["# Weights of the signals of `evidence/signals.py`, by family of answers; fitted by `python -m eval.fit`."]
    for family, by_name in tables.items():
        for name, weights in by_name.items():
            lines += ["", f"[{family}.{name}]", *(f"{key} = {weight:.3f}" for key, weight in weights.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
