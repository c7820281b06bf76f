"""The figures in the README: written from the baselines, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.gating import ALL, ARTICLES, HERE
from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.baseline import Baseline, Figure, load_baseline
from qa_plugin.evaluation.figures import LOWER_IS_BETTER

README = HERE.parent / "README.md"
BEGIN = "<!-- figures: written by `python -m eval --readme` -->"
END = "<!-- end of figures -->"
SHOWN = (
    "hit@1",
    "hit@5",
    "recall@10",
    "mrr",
    "ndcg@10",
    "correct",
    "correct_cited",
    "cite_precision",
    "cite_recall",
    "quote_precision",
    "quote_recall",
    "groundedness",
    "quote_exact",
    "verified_numbers",
    "abstained_right",
    "abstained_wrong",
    "abstention_auc",
    "conflict_precision",
    "conflict_recall",
    "false_conflict",
    "source_count",
    "failed",
)
"""The figures that are told, in their order; one that was not measured is left out."""


def block(baselines: Sequence[Baseline]) -> str:
    """The lines between the marks: of the first baseline all, by language too; of the second the whole."""
    extracted, replayed = baselines
    languages = sorted({language for figure in extracted.figures.values() for language in figure.by_language})
    heads = ["figure", "n", "all", "95 %", *languages, "recorded replies"]
    rows = [heads, ["---", *["--:"] * (len(heads) - 1)]]
    for name in SHOWN:
        if figure := extracted.figures.get(name):
            label = f"`{name}`" + (" ↓" if name in LOWER_IS_BETTER else "")
            own = [f"{figure.count:,}", _share(figure.value), _interval(figure)]
            rows.append([label, *own, *_by_language(figure, languages), _of(name, replayed.figures)])
    files = sum(1 for path in ARTICLES.rglob("*") if path.is_file())
    told = (
        f"{len(extracted.questions):,} questions over {files:,} articles, without a model; in the last column "
        f"{len(replayed.questions):,} of them with one, from its recorded replies. ↓ lower is better."
    )
    return "\n".join([told, "", *(f"| {' | '.join(row)} |" for row in rows)])


def _share(value: float) -> str:
    return f"{value:.3f}"


def _interval(figure: Figure) -> str:
    return f"{_share(figure.interval[0])}–{_share(figure.interval[1])}" if figure.interval else ""


def _by_language(figure: Figure, languages: Sequence[str]) -> list[str]:
    return [_share(figure.by_language[one]) if one in figure.by_language else "" for one in languages]


def _of(name: str, figures: Mapping[str, Figure]) -> str:
    return _share(figures[name].value) if name in figures else ""


def with_block(readme: str, written: str) -> str:
    """The README with these lines between its marks.

    Raises:
        SettingsError: The marks are not there, once each and in order.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise SettingsError(f"README.md needs the lines {BEGIN} and {END}, once each, for the figures between them")
    return f"{before}{BEGIN}\n{written}\n{END}{after}"


def current(readme: str) -> str:
    """The README as the baselines have it."""
    return with_block(readme, block([load_baseline(one.baseline) for one in ALL[:2]]))


def write_readme(path: Path = README) -> str:
    """Bring the README in line; what was done, in a line."""
    old = path.read_text("utf-8")
    new = current(old)
    if new == old:
        return f"{path.name}: its figures are those of the baselines"
    path.write_text(new, "utf-8")
    return f"{path.name}: figures written"
