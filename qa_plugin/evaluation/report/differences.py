"""How certain the difference of two runs is: the cases of both are drawn together, as they belong together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa_plugin.evaluation.bootstrap import LEVEL, Interval, draws, samples
from qa_plugin.evaluation.definitions import name_of, rounded
from qa_plugin.evaluation.figures import Case
from qa_plugin.evaluation.tallying import Tally, tally


def difference_intervals(now: Sequence[Case], before: Sequence[Case]) -> dict[str, Interval]:
    """The 95 % interval of each figure now less the figure before, over the cases that both runs have."""
    then = {str(case.question["id"]): case for case in before}
    pairs = [(case, then[str(case.question["id"])]) for case in now if str(case.question["id"]) in then]
    if not pairs:
        return {}
    weights = draws(len(pairs))
    new, old = (samples(_of_the_whole([pair[side] for pair in pairs]), weights) for side in (0, 1))
    made: dict[str, Interval] = {}
    for key in new.keys() & old.keys():
        known = (new[key] - old[key])[~np.isnan(new[key] - old[key])]
        if known.size:
            below, above = np.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
            made[key] = (rounded(key, float(below)), rounded(key, float(above)))
    return made


def _of_the_whole(cases: Sequence[Case]) -> dict[str, Tally]:
    return {key: found for key, found in tally(cases).items() if key == name_of(key)}
