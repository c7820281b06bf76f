"""The yardstick: how good the answers to a set of questions are, in exact figures.

Nothing here is shared with the rooms that answer: a yardstick that read numbers or matched words with the
code it measures would not see that code's faults.
"""

from __future__ import annotations

from qa_plugin.evaluation.definitions import DEFINITIONS, Definition
from qa_plugin.evaluation.figures import Case, CurvePoint, Figures
from qa_plugin.evaluation.gold import TAGS, UNANSWERABLE_KINDS, check_gold, oversights, repeated_ids
from qa_plugin.evaluation.grading import grade
from qa_plugin.evaluation.questions import load_questions
from qa_plugin.evaluation.runner import folder_texts, measure, run
from qa_plugin.evaluation.runs import Run, System, digest_of, load_run, save_run

__all__ = [
    "DEFINITIONS",
    "TAGS",
    "UNANSWERABLE_KINDS",
    "Case",
    "CurvePoint",
    "Definition",
    "Figures",
    "Run",
    "System",
    "check_gold",
    "digest_of",
    "folder_texts",
    "grade",
    "load_questions",
    "load_run",
    "measure",
    "oversights",
    "repeated_ids",
    "run",
    "save_run",
]
