"""Questions, answers and articles that are few enough to work out every figure by hand."""

from __future__ import annotations

from typing import Any

LONG = "The council met in Miras. " + "Many words were said there. " * 20
TEXTS = {
    "a.en.txt": "The army sent 10,000 soldiers to Miras on 3 May. General Dara Noor leads them.",
    "b.fr.txt": "L'armée a envoyé dix mille soldats. Le pont a coûté 12,5 millions d'euros.",
    "c.fa.txt": "ارتش ۱۰ هزار سرباز فرستاد. سیل ۳ روز ماند.",
    "d.en.txt": LONG,
}


def text_of(source: str) -> str:
    """Of an article, by its name."""
    return TEXTS.get(source, "")


def gold_question(language: str, kind: str, sources: list[str], **gold: Any) -> dict[str, Any]:
    """A question as question files have it."""
    question = f"{kind} in {language}?"
    asked = {"id": question, "question": question, "question_lang": language, "type": kind, "answer": ""}
    return asked | {"accept": [], "value": None, "sources": sources} | gold


def cite(source: str, quote: str, *, off_by: int = 0) -> dict[str, Any]:
    """A citation, or one whose place is wrong."""
    start = text_of(source).index(quote) + off_by
    return {"id": 1, "source": source, "quote": quote, "start": start, "end": start + len(quote)}


def said(
    text: str, *citations: dict[str, Any], found: str = "", status: str = "answered", ms: float | None = None
) -> dict[str, Any]:
    """An answer of the program."""
    answer: dict[str, Any] = {"status": status, "answer": text, "citations": list(citations)}
    answer["retrieved"] = [{"source": source} for source in found.split()]
    return answer if ms is None else answer | {"timings_ms": {"total": ms}}


def hand_made() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Twelve questions, each with an answer."""
    soldiers_fa = cite("c.fa.txt", "۱۰ هزار سرباز")
    soldiers_en = cite("a.en.txt", "10,000 soldiers")
    many = "c.fa.txt d.en.txt e.en.txt f.en.txt g.en.txt b.fr.txt"
    none = "not_in_sources"
    days = "According to the army 3 May, to the town 4 May, to the province 5 May, to the ministry 6 May [1] " * 2
    return [
        # 0: all right, across scripts
        (
            gold_question("en", "count", ["a.en.txt", "c.fa.txt"], value=10000),
            said("10,000 [1]", soldiers_fa, found="a.en.txt c.fa.txt", ms=1),
        ),
        # 1: right, from a file that is not gold; the gold one is second
        (
            gold_question("fr", "count", ["b.fr.txt"], value=10000),
            said("10 000 soldats [1]", soldiers_en, found="a.en.txt a.en.txt b.fr.txt", ms=2),
        ),
        # 2: abstains, and should not
        (gold_question("en", "who", ["a.en.txt"], accept=["Dara Noor"]), said("", status=none, ms=10)),
        # 3: abstains rightly
        (gold_question("en", "unanswerable", []), said("", status=none)),
        # 4: should abstain; its number is in no quote, its quote is not where it says
        (gold_question("fr", "unanswerable", []), said("12 [1]", cite("a.en.txt", "soldiers", off_by=1))),
        # 5: right, but the sources do not disagree
        (
            gold_question("fa", "count", ["c.fa.txt"], value=10000),
            said("۱۰٬۰۰۰ [1]", soldiers_fa, found="c.fa.txt", status="conflicting"),
        ),
        # 6: the sources disagree: positions may be long and hold many numbers; three of them are in no quote
        (
            gold_question("en", "date", ["a.en.txt"], accept=["3 May"], conflict=True),
            said(days, cite("a.en.txt", "on 3 May"), found="a.en.txt", status="conflicting"),
        ),
        # 7: right, but a list of three new numbers, two of them in no quote
        (
            gold_question("fa", "count", ["c.fa.txt"], value=3),
            said("3, 70, 80", cite("c.fa.txt", "۳ روز"), found="c.fa.txt"),
        ),
        # 8: holds the words, but as a paragraph
        (
            gold_question("en", "what", ["d.en.txt"], accept=["council"]),
            said(LONG, cite("d.en.txt", "council"), found="d.en.txt"),
        ),
        # 9: failed
        (gold_question("pt", "where", ["a.en.txt"], accept=["Miras"]), {"error": {"kind": "x", "message": "no"}}),
        # 10: right, but the quote that holds it is longer than a quote may be
        (
            gold_question("en", "where", ["d.en.txt"], accept=["Miras"]),
            said("Miras [1]", cite("d.en.txt", LONG[:501]), found="a.en.txt d.en.txt"),
        ),
        # 11: 125 is not 12.5; of two citations one is gold, which is found in sixth place
        (
            gold_question("pt", "money", ["b.fr.txt"], value=12_500_000),
            said("125 milhões", cite("b.fr.txt", "12,5 millions"), soldiers_en, found=many),
        ),
    ]
