"""Weights for signals, from answers known to be right or wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Signals = Mapping[str, float]
_STEPS, _RATE = 600, 0.05


def matrix(rows: Sequence[Signals], names: Sequence[str]) -> Floats:
    """A row for each set of signals, a column for each name; what is missing is 0."""
    import numpy as np

    return np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=float).reshape(-1, len(names))


def rank_weights(groups: Sequence[tuple[Floats, Floats]], count: int, decay: float) -> Floats:
    """Weights that put right rows before wrong ones within each group.

    Maximises the mean log share that the right rows have of a group's softmax, less `decay` times the squared weights.

    Args:
        groups: The signals of a question's candidates, and 1 for each right one, else 0; at least one is right.
        count: How many signals there are.
        decay: How strongly weights are held small.
    """
    import numpy as np

    def gradient(weights: Floats) -> Floats:
        total = -decay * len(groups) * weights
        for rows, right in groups:
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            wanted = shares * right
            total = total + rows.T @ (wanted / wanted.sum() - shares)
        return total / max(len(groups), 1)

    return _ascend(gradient, count)


def logistic_weights(rows: Floats, right: Floats, importance: Floats, decay: float) -> Floats:
    """Weights of a logistic regression; the first column is the constant, which is not held small."""
    import numpy as np

    held = np.ones(rows.shape[1])
    held[0] = 0.0

    def gradient(weights: Floats) -> Floats:
        expected = 1.0 / (1.0 + np.exp(-rows @ weights))
        found: Floats = rows.T @ (importance * (right - expected)) / importance.sum() - decay * held * weights
        return found

    return _ascend(gradient, rows.shape[1])


def _ascend(gradient: Callable[[Floats], Floats], count: int) -> Floats:
    """Climb by Adam (Kingma and Ba, 2015); deterministic."""
    import numpy as np

    weights, first, second = np.zeros(count), np.zeros(count), np.zeros(count)
    for step in range(1, _STEPS + 1):
        slope = gradient(weights)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        weights = weights + _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def ordered_right(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a right one has the higher score than a wrong one."""
    import numpy as np

    values, truth = np.array(scores), np.array(right, dtype=bool)
    above, below = values[truth], values[~truth]
    if not len(above) or not len(below):
        return float("nan")
    pairs = (above[:, None] > below[None]).mean() + 0.5 * (above[:, None] == below[None]).mean()
    return float(pairs)
