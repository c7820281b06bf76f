"""What every figure is: one table, from which the documentation is made too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["mean", "p50", "p95", "auc", "derived"]
"""How marks become a figure; what is derived is made of other figures."""
Unit = Literal["share", "ms", "tokens", "usd"]
Group = Literal["language", "type", "pair"]

DIGITS: Mapping[Unit, int] = {"share": 4, "ms": 3, "tokens": 1, "usd": 8}
"""How many digits behind the point are kept."""
SHOWN_DIGITS: Mapping[Unit, int] = {"share": 3, "ms": 1, "tokens": 1, "usd": 6}
"""How many are shown in tables."""
_ENDING = re.compile(r"[/: ]")
_BOTH: tuple[Group, ...] = ("language", "type")
_ALL: tuple[Group, ...] = ("language", "type", "pair")
_ASKED: tuple[Group, ...] = ("language",)


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure."""

    name: str
    of: str
    """What it has a mark for."""
    means: str
    formula: str
    source: str
    """Who defines it so, and by which name."""
    kind: Kind = "mean"
    unit: Unit = "share"
    lower_is_better: bool = False
    groups: tuple[Group, ...] = _BOTH
    """What it is also taken apart by."""
    marks: str = ""
    """The figure whose marks it is made of, where they are not its own."""


def _hit(depth: int) -> Definition:
    return Definition(
        f"hit@{depth}",
        "answerable questions",
        f"a gold file is among the first {depth} different files of `retrieved`",
        f"[gold ∩ top {depth} ≠ ∅], mean over questions",
        f"trec_eval `success_{depth}`; ir-measures `Success@{depth}`",
        groups=_ALL,
    )


def _recall(depth: int) -> Definition:
    return Definition(
        f"recall@{depth}",
        "answerable questions",
        f"how many of the gold files are among the first {depth} different files of `retrieved`, as far as it goes",
        f"|gold ∩ top {depth}| ÷ |gold|, mean over questions",
        f"trec_eval `recall_{depth}`; ir-measures `R@{depth}`",
        groups=_ALL,
    )


_TABLE = (
    *map(_hit, (1, 5, 10)),
    *map(_recall, (5, 10, 20)),
    Definition(
        "mrr",
        "answerable questions",
        "how early the first gold file stands among the different files of `retrieved`; 0 where none does",
        "1 ÷ rank of the first gold file, mean over questions",
        "trec_eval `recip_rank`; ir-measures `RR`",
        groups=_ALL,
    ),
    Definition(
        "ndcg@10",
        "answerable questions",
        "how early all gold files stand, each worth the same, against the best order there could be",
        "Σ [gold at i] ÷ log₂(i + 1), i ≤ 10, ÷ the same of the best order; mean over questions",
        "trec_eval `ndcg_cut_10`; ir-measures `nDCG@10`",
        groups=_ALL,
    ),
    Definition(
        "correct",
        "answerable questions",
        "the answer gives an accepted form or the gold value, as a whole word or number, in at most 350 characters "
        "without its marks (600 where the status is `conflicting`)",
        "correct answers ÷ answerable questions",
        "ALCE `str_em`; numbers by value and the limits are this project's",
        groups=_ALL,
    ),
    Definition(
        "correct_short",
        "answerable questions for a count, money, percentage, date, person or place",
        "correct, in at most 120 characters, with at most two numbers (three for a date) that the question does not "
        "hold; positions of a real disagreement may be longer",
        "correct and short ÷ questions",
        "this project",
    ),
    Definition(
        "correct_cited",
        "answerable questions",
        "correct, and a citation from a gold file, of at most 500 characters, holds it too",
        "correct and carried ÷ answerable questions",
        "this project",
    ),
    Definition(
        "cite_precision",
        "citations of answered answerable questions",
        "the file is a gold file",
        "citations from gold files ÷ citations",
        "ALCE `citation_prec`, by gold files instead of an entailment model",
    ),
    Definition(
        "cite_recall",
        "gold files of answered answerable questions",
        "a citation is from the file, or names it among its `copies`",
        "gold files cited ÷ gold files",
        "ALCE `citation_rec`, by gold files instead of an entailment model",
    ),
    Definition(
        "quote_precision",
        "citations of answered questions that have gold quotes",
        "the quote overlaps a gold quote, in its file or in a copy of it",
        "citations that overlap ÷ citations",
        "HotpotQA `sp_prec` (supporting facts); ALCE, for quotes",
    ),
    Definition(
        "quote_recall",
        "gold quotes of answered questions",
        "a citation overlaps the gold quote, in its file or in a copy of it",
        "gold quotes overlapped ÷ gold quotes",
        "HotpotQA `sp_recall` (supporting facts); ALCE, for quotes",
    ),
    Definition(
        "groundedness",
        "claims of all answers, printed (`claims`) or not (`dropped`)",
        "the claim was verified against its quotes",
        "claims verified ÷ (claims + dropped)",
        "ragas `faithfulness`, the judge being code",
    ),
    Definition(
        "quote_exact",
        "citations",
        "the file's text between `start` and `end` is the quote, to the character",
        "exact quotes ÷ citations",
        "this project",
    ),
    Definition(
        "verified_numbers",
        "answers that do not abstain",
        "every number written in digits stands, by value, in a cited quote",
        "answers without another number ÷ answers",
        "this project",
    ),
    Definition(
        "abstained_right",
        "unanswerable questions",
        "status `not_in_sources`",
        "abstentions ÷ unanswerable questions",
        "SQuAD 2.0 `NoAns_exact`",
    ),
    Definition(
        "abstained_wrong",
        "answerable questions",
        "status `not_in_sources`",
        "abstentions ÷ answerable questions",
        "false positive rate of abstaining",
        lower_is_better=True,
    ),
    Definition(
        "abstention",
        "questions",
        "how well answerable and unanswerable questions are told apart",
        "(abstained_right + 1 − abstained_wrong) ÷ 2",
        "balanced accuracy; scikit-learn `balanced_accuracy_score`",
        kind="derived",
        groups=_ASKED,
    ),
    Definition(
        "abstention_precision",
        "answers with status `not_in_sources`",
        "the question is unanswerable",
        "abstentions on unanswerable questions ÷ abstentions",
        "scikit-learn `precision_score`, abstaining being positive",
        groups=_ASKED,
    ),
    Definition(
        "abstention_recall",
        "unanswerable questions",
        "status `not_in_sources`: the same as `abstained_right`",
        "abstentions on unanswerable questions ÷ unanswerable questions",
        "scikit-learn `recall_score`, abstaining being positive",
        groups=_ASKED,
    ),
    Definition(
        "abstention_f1",
        "questions",
        "both in one",
        "2 × precision × recall ÷ (precision + recall)",
        "scikit-learn `f1_score`, abstaining being positive",
        kind="derived",
        groups=_ASKED,
    ),
    Definition(
        "abstention_auc",
        "answers with a `confidence`",
        "how often an answerable question has a higher `confidence` than an unanswerable one, whatever the threshold",
        "P(answerable > unanswerable) + P(equal) ÷ 2",
        "area under the ROC curve; scikit-learn `roc_auc_score`",
        kind="auc",
        groups=_ASKED,
    ),
    Definition(
        "false_conflict",
        "answerable questions whose sources agree",
        "status `conflicting`",
        "conflicts reported ÷ questions without one",
        "false positive rate of `conflicting`",
        lower_is_better=True,
    ),
    Definition(
        "conflict_precision",
        "answers with status `conflicting`",
        "the sources disagree",
        "real conflicts reported ÷ conflicts reported",
        "scikit-learn `precision_score`, `conflicting` being positive",
    ),
    Definition(
        "conflict_recall",
        "answerable questions whose sources disagree",
        "status `conflicting`",
        "real conflicts reported ÷ real conflicts",
        "scikit-learn `recall_score`, `conflicting` being positive",
    ),
    Definition(
        "source_count",
        "questions that carry gold `independent_sources`",
        "the answer's `independent_sources` is that number",
        "right counts ÷ questions",
        "accuracy; scikit-learn `accuracy_score`",
    ),
    Definition(
        "failed",
        "questions",
        "no answer but an error",
        "errors ÷ questions",
        "this project",
        lower_is_better=True,
    ),
    Definition(
        "ms",
        "answers with `timings_ms`",
        "milliseconds from question to answer: one half of the answers takes less",
        "median of `timings_ms.total`",
        "p50; NumPy `percentile`, linear",
        kind="p50",
        unit="ms",
        lower_is_better=True,
    ),
    Definition(
        "ms_p95",
        "answers with `timings_ms`",
        "milliseconds from question to answer: nineteen of twenty answers take less",
        "95th percentile of `timings_ms.total`",
        "p95; NumPy `percentile`, linear",
        kind="p95",
        unit="ms",
        lower_is_better=True,
        marks="ms",
    ),
    *(
        Definition(
            f"{name}_tokens",
            "answers with `usage`",
            f"tokens that language models were {what}, all calls of a question together",
            f"mean of `usage.{name}_tokens`",
            "OpenAI `usage`",
            unit="tokens",
            lower_is_better=True,
        )
        for name, what in (("prompt", "sent"), ("completion", "paid for writing"))
    ),
    Definition(
        "cost_usd",
        "answers whose cost is known",
        "dollars a question; how many answers have an unknown cost stands beside it",
        "mean of `usage.cost_usd`",
        "this project's price file",
        unit="usd",
        lower_is_better=True,
    ),
)
DEFINITIONS: Mapping[str, Definition] = {definition.name: definition for definition in _TABLE}
"""All figures by name, in the order in which they are shown."""


def name_of(key: str) -> str:
    """The figure that a key such as `correct/fr` or `hit@1 en>ar` belongs to."""
    return _ENDING.split(key, maxsplit=1)[0]


def definition_of(key: str) -> Definition:
    """The definition of the figure that a key belongs to."""
    return DEFINITIONS[name_of(key)]


def rounded(key: str, value: float) -> float:
    """A value with as many digits as its unit keeps."""
    return round(value, DIGITS[definition_of(key).unit])


def markdown() -> str:
    """The table for the documentation."""
    return _markdown(
        ["figure", "of", "counts", "formula", "source"],
        (
            [f"`{d.name}`", d.of, d.means + _lower(d), d.formula.replace("|", "\\|"), d.source]
            for d in DEFINITIONS.values()
        ),
    )


def as_text() -> str:
    """The table for a terminal: three lines a figure."""
    return "\n\n".join(
        f"{d.name}{_lower(d)}\n  {d.means.replace('`', '')}\n  of {d.of.replace('`', '')}"
        f"\n  = {d.formula.replace('`', '')}\n  source: {d.source.replace('`', '')}"
        for d in DEFINITIONS.values()
    )


def _lower(definition: Definition) -> str:
    return " (lower is better)" if definition.lower_is_better and definition.unit == "share" else ""


def _markdown(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
