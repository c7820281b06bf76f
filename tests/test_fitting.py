"""The weights that answers known to be right or wrong lead to."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.fitting import logistic_weights, matrix, ordered_right, rank_weights

Floats = NDArray[np.float64]


def test_a_missing_signal_is_none_of_it() -> None:
    rows = matrix([{"near": 1.0, "far": 0.5}, {"far": 2.0}, {"other": 3.0}], ["near", "far"])
    assert rows.tolist() == [[1.0, 0.5], [0.0, 2.0], [0.0, 0.0]]
    assert matrix([], ["near", "far"]).shape == (0, 2)


def groups_by(order: tuple[float, ...], count: int = 60) -> list[tuple[Floats, Floats]]:
    """Groups of five candidates, of which the one that these weights put first is right."""
    chance = random.Random(7)  # noqa: S311 - to be the same each time
    found: list[tuple[Floats, Floats]] = []
    for _ in range(count):
        rows = np.array([[chance.random() for _ in order] for _ in range(5)])
        right = np.zeros(5)
        right[int((rows @ np.array(order)).argmax())] = 1.0
        found.append((rows, right))
    return found


@pytest.mark.parametrize("order", [(3.0, 1.0, 0.0), (0.0, -2.0, 1.0), (1.0, 1.0, -1.0)])
def test_ranking_finds_the_order_that_made_the_groups(order: tuple[float, ...]) -> None:
    groups = groups_by(order)
    weights = rank_weights(groups, len(order), 0.001)
    first = [int((rows @ weights).argmax()) == int(right.argmax()) for rows, right in groups]
    assert sum(first) >= 0.95 * len(groups)
    cosine = weights @ np.array(order) / (np.linalg.norm(weights) * np.linalg.norm(order))
    assert cosine > 0.97


def test_ranking_leaves_a_signal_alone_that_tells_nothing() -> None:
    rows = np.array([[1.0, 0.5], [0.0, 0.5]])
    weights = rank_weights([(rows, np.array([1.0, 0.0]))], 2, 0.01)
    assert weights[0] > 1.0
    assert weights[1] == pytest.approx(0.0, abs=1e-6)


def test_ranking_is_content_with_one_of_two_right_rows() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    weights = rank_weights([(rows, np.array([1.0, 1.0, 0.0]))], 2, 0.01)
    assert weights[0] == pytest.approx(weights[1])
    assert weights[0] > 0.5


def test_decay_holds_weights_small() -> None:
    groups = groups_by((2.0, 1.0))
    loose, held = (rank_weights(groups, 2, decay) for decay in (0.001, 0.5))
    assert np.linalg.norm(held) < 0.5 * np.linalg.norm(loose)


def test_without_groups_nothing_is_weighed() -> None:
    assert rank_weights([], 2, 0.1).tolist() == [0.0, 0.0]


def drawn(weights: tuple[float, ...], count: int = 3_000) -> tuple[Floats, Floats]:
    """Rows with a constant, each right as often as these weights say."""
    chance = random.Random(3)  # noqa: S311 - to be the same each time
    rows = np.array([[1.0, *(chance.uniform(-2, 2) for _ in weights[1:])] for _ in range(count)])
    odds = rows @ np.array(weights)
    return rows, np.array([float(chance.random() < 1 / (1 + math.exp(-odd))) for odd in odds])


@pytest.mark.parametrize("weights", [(0.5, 1.0, -1.0), (-1.0, 2.0, 0.0)])
def test_the_logistic_weights_are_those_that_made_the_rows(weights: tuple[float, ...]) -> None:
    rows, right = drawn(weights)
    found = logistic_weights(rows, right, np.ones(len(right)), 0.0)
    assert found == pytest.approx(np.array(weights), abs=0.25)


def test_the_constant_is_not_held_small() -> None:
    rows = np.ones((100, 1))
    right = np.array([1.0] * 90 + [0.0] * 10)
    found = logistic_weights(rows, right, np.ones(100), 100.0)
    assert found[0] == pytest.approx(math.log(9), abs=0.02)


def test_importance_counts_a_row_so_many_times() -> None:
    rows, right = np.ones((2, 1)), np.array([1.0, 0.0])
    thrice = logistic_weights(rows, right, np.array([3.0, 1.0]), 0.0)
    assert thrice[0] == pytest.approx(math.log(3), abs=0.02)


def test_the_same_rows_lead_to_the_same_weights() -> None:
    groups = groups_by((1.0, -1.0))
    assert rank_weights(groups, 2, 0.01).tolist() == rank_weights(groups, 2, 0.01).tolist()
    rows, right = drawn((0.5, 1.0))
    once, again = (logistic_weights(rows, right, np.ones(len(right)), 0.01) for _ in range(2))
    assert once.tolist() == again.tolist()


@pytest.mark.parametrize(
    ("scores", "right", "area"),
    [
        ([3.0, 2.0, 1.0], [True, False, False], 1.0),
        ([1.0, 2.0, 3.0], [True, False, False], 0.0),
        ([2.0, 3.0, 1.0], [True, False, False], 0.5),
        ([1.0, 1.0], [True, False], 0.5),
        ([4.0, 2.0, 3.0, 1.0], [True, True, False, False], 0.75),
    ],
)
def test_how_often_a_right_one_stands_before_a_wrong_one(scores: list[float], right: list[bool], area: float) -> None:
    assert ordered_right(scores, right) == pytest.approx(area)


@pytest.mark.parametrize("right", [[True, True], [False, False]])
def test_where_all_are_alike_there_is_no_order(right: list[bool]) -> None:
    assert math.isnan(ordered_right([1.0, 2.0], right))
