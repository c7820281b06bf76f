"""Faults of the pipeline, put into it from outside as parts are switched off: what a gate has to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.gating import ARTICLES
from eval.switches import Change, Part
from qa_plugin import assembly
from qa_plugin.answering import disagreement
from qa_plugin.answering.messages import PassageQuote
from qa_plugin.answering.packing import Packed
from qa_plugin.answering.wording import claims_of
from qa_plugin.articles.files import Scan, scan
from qa_plugin.assembly import Sources
from qa_plugin.chunks import split_article
from qa_plugin.evidence.comparing.agreement import Side
from qa_plugin.evidence.counting.found import Found
from qa_plugin.evidence.weighing import Weighing, weigh
from qa_plugin.language.questions import Question
from qa_plugin.records import Article, Chunk, Citation, Draft, Evidence, SourceInfo
from qa_plugin.retrieval import Ranking, retrieve

# As they are where nothing is broken.
_cite, _namer = assembly.cite, assembly.namer


# ---------------------------------------------------------------- what is cited


def _cited_one_off(evidence: Evidence, number: int, sources: Sources) -> Citation:
    citation = _cite(evidence, number, sources)
    return replace(citation, start=citation.start + 1, end=citation.end + 1)


def _cited_with_words_of_its_own(evidence: Evidence, number: int, sources: Sources) -> Citation:
    citation = _cite(evidence, number, sources)
    first, _, rest = citation.quote.partition(" ")
    return replace(citation, quote=f"{first} reportedly {rest}")


def _swapped(infos: Iterable[SourceInfo]) -> Callable[[SourceInfo], str]:
    """Every file under the name of its neighbour, and the neighbour under its."""
    names = sorted(path.name for path in ARTICLES.iterdir())
    others = dict(zip(names, [names[at ^ 1] for at in range(len(names))], strict=True))
    name_of = _namer(infos)
    return lambda info: others[name_of(info)]


# ---------------------------------------------------------------- what is answered


def _unchecked(*_claim: object) -> None:
    return None


def _any_place(quote: PassageQuote, passages: Sequence[Packed]) -> Evidence:
    """Where the passage begins, whatever is said to stand in it."""
    passage = passages[(quote.passage - 1) % len(passages)]
    return Evidence(passage.info.file_id, passage.start, min(passage.start + len(quote.quote), passage.end))


def _first_side(question: Question, sides: Sequence[Side], history: Sequence[Side], sure: float) -> Draft:
    return disagreement.answered(question, sides[0], history, (), sure)


def _first_name(question: Question, answers: Sequence[Found], sure: float) -> Draft:
    return Draft("answered", claims_of(question, answers[:1]), confidence=sure)


def _sure_of_all(*asked: Any) -> Weighing:
    return replace(weigh(*asked), answerable=1.0)


def _certain(*_of: object) -> tuple[float, float]:
    return 1.0, 1.0


def _nothing_found(*_asked: object) -> Draft:
    return Draft("not_in_sources")


# ---------------------------------------------------------------- what is found


def _without_persian(*asked: Any, **named: Any) -> Ranking:
    ranking = retrieve(*asked, **named)
    return replace(ranking, hits=tuple(hit for hit in ranking.hits if hit.info.language != "fa"))


def _every_other_chunk(article: Article, *, max_tokens: int, count_tokens: Callable[[str], int]) -> list[Chunk]:
    return split_article(article, max_tokens=max_tokens, count_tokens=count_tokens)[::2]


def _backwards(root: Path) -> Scan:
    found = scan(root)
    return replace(found, files=tuple(reversed(found.files)))


def earlier(text: str) -> str:
    """An article as it may have stood before: without the last third of its lines."""
    lines = text.split("\n")
    return "\n".join(lines[: len(lines) - len(lines) // 3])


# ---------------------------------------------------------------- all of them


def _fault(name: str, *changes: tuple[str, str, Any]) -> Part:
    return Part(name, tuple(Change(*change) for change in changes))


# What an index of all articles, made without the fault, shows: extraction breaks.
ASKED = (
    _fault("offsets shifted by one", ("qa_plugin.assembly", "cite", _cited_one_off)),
    _fault("files swapped", ("qa_plugin.assembly", "namer", _swapped)),
    _fault(
        "always answers",
        ("qa_plugin.evidence.weighing", "weigh", _sure_of_all),
        ("qa_plugin.evidence.weighing", "certainty", _certain),
    ),
    _fault("always abstains", ("qa_plugin.answering.extractive", "answer", _nothing_found)),
    _fault("a language ignored", ("qa_plugin.retrieval.ranking", "retrieve", _without_persian)),
    _fault("quotes faked", ("qa_plugin.assembly", "cite", _cited_with_words_of_its_own)),
)
# The index itself is made with the fault.
HALVED = _fault("half the passages", ("qa_plugin.chunks", "split_article", _every_other_chunk))
# What only a model brings to light.
TOLD = (
    _fault("no verifier", ("qa_plugin.verification.claims", "check_claim", _unchecked)),
    _fault("quotes anywhere", ("qa_plugin.answering.quotes", "place_of", _any_place)),
)
# Of extraction, where it finds disagreements.
NO_CONFLICTS = _fault(
    "no conflicts",
    ("qa_plugin.answering.disagreement", "conflicting", _first_side),
    ("qa_plugin.answering.disagreement", "named_otherwise", _first_name),
)
# No fault.
BACKWARDS = _fault("files in another order", ("qa_plugin.articles.files", "scan", _backwards))
