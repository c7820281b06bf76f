"""Two small runs in four languages, of which nothing is invented that a reader of the page does not need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa_plugin.evaluation import Case, Run, System
from qa_plugin.evaluation.grading import grade_case

ENGLISH, ARABIC, PERSIAN, FRENCH = "flood.en.txt", "flood.ar.txt", "match.fa.txt", "strike.fr.txt"
DEAD = "The flood in the valley killed 61 people, the mayor said."
DEAD_IN_ARABIC = "وقال رئيس البلدية إن الفيضان قتل 61 شخصا في الوادي."
SCORER = "گل پیروزی را رضا کریمی در دقیقه ۸۸ زد."
TEXTS = {
    # Beyond the first plane, so that offsets of code points and of UTF-16 part ways.
    ENGLISH: f"🌊🌊 Floods\n\nIt rained for days. {DEAD} Schools stay closed.",
    ARABIC: f"فيضانات\n\nهطلت الأمطار أياما. {DEAD_IN_ARABIC} المدارس مغلقة.",
    PERSIAN: f"فوتبال\n\nبازی در شیراز بود. {SCORER} تماشاگران شادی کردند.",
    FRENCH: "Grève\n\nLes cheminots ont cessé le travail lundi. Le ministre ne s'est pas exprimé.",
}


def text_of(source: str) -> str:
    return TEXTS.get(source, "")


def question(name: str, text: str, language: str, kind: str, **gold: Any) -> dict[str, Any]:
    return {
        "id": name,
        "question": text,
        "question_lang": language,
        "type": kind,
        **{"answer": "", "accept": [], "value": None, "sources": [], "conflict": False, "quotes": []},
        **gold,
    }


def citation(number: int, source: str, quote: str, language: str) -> dict[str, Any]:
    start = TEXTS[source].index(quote)
    return {
        **{"id": number, "source": source, "language": language, "quote": quote, "start": start},
        **{"end": start + len(quote), "title": None, "published": "2025-03-14", "copies": []},
    }


def answer(
    status: str, text: str, citations: Sequence[Mapping[str, Any]] = (), *, confidence: float, ms: float
) -> dict[str, Any]:
    best = {cited["source"]: [cited["start"], cited["end"]] for cited in citations}
    order = [*best, *(source for source in TEXTS if source not in best)]
    retrieved = [
        {
            **{"source": source, "start": 0, "end": len(TEXTS[source]), "best": best.get(source, [0, 5])},
            **{"score": 1.0 - rank / 10, "used": source in best},
        }
        for rank, source in enumerate(order)
    ]
    return {
        **{"status": status, "answer": text, "confidence": confidence, "citations": list(citations)},
        **{"retrieved": retrieved, "timings_ms": {"total": ms}, "mode": "extractive"},
    }


def system(version: str, digest: str = "same") -> System:
    return System(
        version,
        "extractive",
        None,
        "built-in",
        None,
        "articles",
        "questions.jsonl",
        digest,
        "2026-01-02T03:04:05+00:00",
    )


QUESTIONS = [
    question("toll", "How many people were killed?", "en", "count", answer="61", accept=["sixty-one"], value=61,
             sources=[ARABIC], quotes=[{"source": ARABIC, "quote": DEAD_IN_ARABIC}], notes="the mayor's count"),
    question("toll-ar", "كم شخصا قتل الفيضان؟", "ar", "count", answer="61", accept=["61"], value=61,
             sources=[ENGLISH], quotes=[{"source": ENGLISH, "quote": DEAD}]),
    question("minister", "Qu'a dit le ministre ?", "fr", "unanswerable"),
    question("scorer", "چه کسی گل زد؟", "fa", "who", answer="رضا کریمی", accept=["رضا کریمی", "Reza Karimi"],
             sources=[PERSIAN], quotes=[{"source": PERSIAN, "quote": SCORER}]),
    question("broken", "Where was the match?", "en", "where", answer="Shiraz", accept=["شیراز"], sources=[PERSIAN]),
]  # fmt: skip
FROM_ARABIC = citation(1, ARABIC, DEAD_IN_ARABIC, "ar")
FROM_ENGLISH = citation(1, ENGLISH, DEAD, "en")
NOW = [
    answer("answered", "61 [1]", [FROM_ARABIC], confidence=0.9, ms=20),
    answer("answered", "88 [1]", [citation(1, PERSIAN, SCORER, "fa")], confidence=0.4, ms=90),
    answer("not_in_sources", "Les sources ne le disent pas.", confidence=0.1, ms=10),
    answer("answered", "رضا کریمی [1]", [citation(1, PERSIAN, SCORER, "fa"), {**FROM_ENGLISH, "id": 2}], confidence=0.8,
           ms=30),
    {"status": "error", "error": {"kind": "ModelError", "message": "no reply"}},
]  # fmt: skip
BEFORE = [
    answer("answered", "62 [1]", [FROM_ARABIC], confidence=0.9, ms=40),
    answer("answered", "61 [1]", [FROM_ENGLISH], confidence=0.5, ms=80),
    *NOW[2:],
]


def run_of(
    answers: Sequence[Mapping[str, Any]],
    questions: Sequence[Mapping[str, Any]] = QUESTIONS,
    *,
    version: str = "2.0",
    digest: str = "same",
) -> Run:
    cases: list[Case] = [grade_case(one, reply, text_of) for one, reply in zip(questions, answers, strict=True)]
    return Run(system(version, digest), tuple(cases))
