"""What each word of the question counts for in this index."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa_plugin.language.questions import Slot, Weighted
from qa_plugin.retrieval import shares


def weigh(slots: Sequence[Slot], frequencies: Mapping[str, int], count: int) -> tuple[Weighted, ...]:
    """The weight of each slot: rare words say more, and of several readings the rarer one.

    `frequencies` says in how many of the `count` passages each term stands.
    """
    found: list[Weighted] = []
    for slot in slots:
        held = [frequencies.get(key, 0) for key in slot.keys]
        if slot.keys[0][0] == "g" and not any(held):
            continue  # its word is there as a whole, and missed once
        factor = shares.FOCUS_WEIGHT if slot.focus else 1.0
        weights = tuple(
            max(factor * _of_kind(key) * _rarity(n, count), shares.LEAST_WEIGHT)
            for key, n in zip(slot.keys, held, strict=True)
        )
        if slot.sounds and not any(held):
            slot = replace(slot, near=(*slot.near, *slot.sounds))
        present = [w for w, n in zip(weights, held, strict=True) if n]
        weight = min(present) if present else max(weights)
        near = (min(factor * _rarity(frequencies.get(key, 0), count), weight) for key in slot.near)
        weights += tuple(shares.NEAR * w for w in near)
        found.append(Weighted(slot, weight, not present, weights))
    usual = [w.weight for w in found if not w.absent]
    if not usual:
        return tuple(found)
    mean = sum(usual) / len(usual)
    # A word that no article holds is often one that they say otherwise; only what is asked for must be there.
    return tuple(replace(w, weight=min(w.weight, mean)) if w.absent and not w.slot.focus else w for w in found)


def _rarity(held: int, count: int) -> float:
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def _of_kind(key: str) -> float:
    return shares.KIND_WEIGHTS.get(key[:1], shares.OTHER_KIND_WEIGHT)
