"""Honest claims: how many of those that their quotes carry are dropped by the check, and why; no model is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eval.tables import Row, Table, share
from qa_plugin.verification import Quote, check_claim, view_of

TOLD = Path(__file__).with_name("told.jsonl")
"""Sentences that answer questions of the set as a reader would be told: rows of `id` and `claim`."""
PHRASED = Path(__file__).with_name("phrased.jsonl")
"""Right claims in words, numbers, dates and names of another language than their quotes: rows of `language`, `claim`
and `quotes`; `lie` is the same with something altered, `undetected` such a lie that the check does not see. What is
set `aside` is counted and not shown, so that the check is not fitted to it."""
COLUMNS = ("lost", "of", "share")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A claim that was dropped, with the reason."""

    question: Mapping[str, Any]
    claim: str
    reason: str

    def note(self) -> str:
        """The claim and the reason on one line."""
        return f"{' '.join(self.claim.split())} | {self.reason}"


def measure_honest(
    questions: Sequence[Mapping[str, Any]], text_of: Callable[[str], str], published: Mapping[str, str]
) -> Table:
    """How many right claims are lost: gold answers alone, sentences, and freely phrased; with each, and why.

    Questions whose sources disagree are left out: their gold answer tells of several answers at once.
    """
    answered = {str(q["id"]): q for q in questions if q.get("quotes") and q["answer"] and not q["conflict"]}
    alone = [(q, str(q["answer"])) for q in answered.values()]
    kinds = {"gold answers": alone, "sentences": list(_told(answered))}
    rows: list[Row] = []
    dropped: list[Dropped] = []
    for name, claims in kinds.items():
        lost = [one for q, claim in claims if (one := _dropped(q, claim, text_of, published))]
        rows.append(Row(name, {"lost": len(lost), "of": len(claims), "share": share(len(lost), len(claims))}))
        dropped += lost
    for name, aside in (("phrased", False), ("phrased, set aside", True)):
        free = [row for row in phrased(questions) if bool(row.get("aside")) == aside]
        lost = [one for row in free if (one := _dropped(row, row["claim"], text_of, published))]
        rows.append(Row(name, {"lost": len(lost), "of": len(free), "share": share(len(lost), len(free))}))
        dropped += [] if aside else lost
    rows += [Row(f"{one.question['id']} [{one.question['question_lang']}]", note=one.note()) for one in dropped]
    return Table("right claims lost to the check", COLUMNS, tuple(rows))


def phrased(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The freely phrased claims whose sources are among those that these questions quote."""
    sources = {row["source"] for question in questions for row in question.get("quotes") or ()}
    rows = (
        {**row, "question_lang": row["language"]} for row in map(json.loads, PHRASED.read_text("utf-8").splitlines())
    )
    return [row for row in rows if sources.issuperset(quote["source"] for quote in row["quotes"])]


def _told(answered: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for line in TOLD.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["id"] in answered:
            yield answered[row["id"]], row["claim"]


def _dropped(
    question: Mapping[str, Any], claim: str, text_of: Callable[[str], str], published: Mapping[str, str]
) -> Dropped | None:
    quotes = [_quote(row["source"], row["quote"], text_of, published) for row in question["quotes"]]
    reason = check_claim(claim, str(question["question_lang"]), quotes)
    return None if reason is None else Dropped(question, claim, reason)


def _quote(source: str, quote: str, text_of: Callable[[str], str], published: Mapping[str, str]) -> Quote:
    language = source.split(".")[-2]
    return Quote(quote, language, published.get(source), partial(view_of, text_of(source), language))


def read_published(folder: Path) -> dict[str, str]:
    """Days of publication by source, of the list beside a folder of articles; empty where there is none."""
    listed = folder.parent / "manifest.jsonl"
    rows = map(json.loads, listed.read_text("utf-8").splitlines()) if listed.is_file() else ()
    return {row["source"]: row["published"] for row in rows if row.get("published")}
