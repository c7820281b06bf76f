"""An independent grader that stands beside the checkout on some machines, and what it says of answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

GRADER = Path(__file__).resolve().parents[2] / "shared" / "bench" / "grade.py"
THIRD_DIGIT = 0.0005


def graded_elsewhere(articles: Path, questions: Path, answers: Path) -> dict[str, float]:
    """The figures of the independent grader, by their keys."""
    command = [sys.executable, "-B", str(GRADER), "--json", "--articles", str(articles)]
    command += ["--questions", str(questions), "--answers", str(answers)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def disagreements(ours: Mapping[str, float], theirs: Mapping[str, float]) -> dict[str, tuple[float | None, float]]:
    """Figures of theirs that are missing among ours, or differ in the third digit: ours and theirs."""
    far = {key for key, value in theirs.items() if key not in ours or abs(ours[key] - value) > THIRD_DIGIT}
    return {key: (ours.get(key), theirs[key]) for key in sorted(far)}
