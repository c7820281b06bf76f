"""Whether a quantity that a quote states carries the one that a claim states.

| the claim's | is carried by the quote's |
|---|---|
| value | the same value, after conversion of the unit; money in the same currency only, shares by shares alone |
| no comparator | none, exactly, about, nearly, or the same value as an end of a range |
| exactly X | exactly X, X |
| about X | about X, nearly X, X |
| nearly X | nearly X |
| more than X, at least X | either of them |
| less than X, up to X | either of them |
| X to Y | the same range |
| a vague word (dozens) | one of the same order, or a value or range within it |
| no unit | a quantity without one, or with one that is no share and no money |

A share or an amount below zero also carries its size: what stands as -3 % fell by 3 %. What is no quantity (a year, a
date, an identifier) carries none, and is carried only by its own kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa_plugin.language.quantities import NO_QUANTITY, Quantity

_TOLERANCE = 1e-6
_CARRIED_BY: dict[str | None, frozenset[str | None]] = {
    None: frozenset({None, "exactly", "about", "nearly", "range"}),
    "exactly": frozenset({None, "exactly"}),
    "about": frozenset({None, "exactly", "about", "nearly"}),
    "nearly": frozenset({"nearly"}),
    "more_than": frozenset({"more_than", "at_least"}),
    "at_least": frozenset({"more_than", "at_least"}),
    "less_than": frozenset({"less_than", "up_to"}),
    "up_to": frozenset({"less_than", "up_to"}),
    "range": frozenset({"range"}),
}
_ALONE = frozenset({"percent", "money"})
"""Dimensions whose numbers say nothing without their unit."""


def supports(stated: Quantity, claimed: Quantity) -> bool:
    """Whether a quote that states `stated` carries a claim of `claimed`; the table above decides."""
    if stated.kind in NO_QUANTITY or claimed.kind in NO_QUANTITY:
        return stated.kind == claimed.kind and _same(stated.value, claimed.value)
    if not _units_fit(stated, claimed):
        return False
    if claimed.vague:
        return _within(stated, claimed)
    if stated.vague or stated.comparator not in _CARRIED_BY[claimed.comparator]:
        return False
    if claimed.comparator == "range":
        return _same_interval(stated, claimed)
    ends = (stated.low, stated.high) if stated.comparator == "range" else (stated.value,)
    return any(_same_value(stated, end, claimed, claimed.value) for end in ends)


def supported(stated: Sequence[Quantity], claimed: Quantity) -> bool:
    """Whether the quantities of a quote carry a claimed one; a claimed range also by its two ends."""
    if any(supports(quantity, claimed) for quantity in stated):
        return True
    if claimed.comparator != "range" or claimed.kind in NO_QUANTITY:
        return False
    exact = [q for q in stated if q.kind not in NO_QUANTITY and q.comparator is None and not q.vague]
    return all(
        any(_units_fit(q, claimed) and _same_value(q, q.value, claimed, end) for q in exact)
        for end in (claimed.low, claimed.high)
    )


def _units_fit(stated: Quantity, claimed: Quantity) -> bool:
    if claimed.unit is None:
        plain = stated.unit is None or stated.unit.dimension not in _ALONE
        return plain and (stated.kind == "fraction") == (claimed.kind == "fraction")
    if stated.unit is None or stated.dimension != claimed.dimension:
        return False
    # A percentage point is no percent, though both are of one dimension; a basis point is a part of the point.
    return claimed.unit.dimension != "percent" or (stated.unit.name == "percent") == (claimed.unit.name == "percent")


def _same_value(stated: Quantity, value: float, claimed: Quantity, other: float) -> bool:
    if claimed.unit is None:
        return _same(value, other)
    if value < 0 < other and claimed.unit.dimension in _ALONE:
        value = -value
    return _same(stated.in_base(value), claimed.in_base(other))


def _within(stated: Quantity, vague: Quantity) -> bool:
    """Whether a value, range or vague word is within a vague one; dizaines begin lower, but are dozens."""
    if stated.vague and stated.comparator is None and _same(stated.in_base(stated.high), vague.in_base(vague.high)):
        return True
    exact = stated.vague or stated.comparator == "range"
    low, high = (stated.low, stated.high) if exact else (stated.value, stated.value)
    return vague.in_base(vague.low) <= stated.in_base(low) and stated.in_base(high) <= vague.in_base(vague.high)


def _same_interval(stated: Quantity, claimed: Quantity) -> bool:
    return _same_value(stated, stated.low, claimed, claimed.low) and _same_value(
        stated, stated.high, claimed, claimed.high
    )


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _TOLERANCE * max(1.0, abs(one), abs(other))
