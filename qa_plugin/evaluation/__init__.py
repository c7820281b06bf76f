"""The yardstick: how good the answers to a set of questions are, in exact figures.

Nothing here is shared with the rooms that answer: a yardstick that read numbers or matched words with the
code it measures would not see that code's faults.
"""

from __future__ import annotations

from qa_plugin.evaluation.figures import Case, Figures
from qa_plugin.evaluation.grading import grade
from qa_plugin.evaluation.questions import check_gold, load_questions
from qa_plugin.evaluation.runner import folder_texts, run
from qa_plugin.evaluation.runs import Run, System, load_run, save_run

__all__ = [
    "Case",
    "Figures",
    "Run",
    "System",
    "check_gold",
    "folder_texts",
    "grade",
    "load_questions",
    "load_run",
    "run",
    "save_run",
]
