"""Vectors as they come from outside, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def unit_rows(rows: Sequence[Any] | NDArray[Any], *, dimension: int | None) -> NDArray[np.float32]:
    """Make rows of numbers into unit vectors.

    Args:
        rows: At least one list of numbers.
        dimension: Length that each must have, where it is known.

    Raises:
        ValueError: They are no vectors of one length, of finite numbers, or of that dimension.
    """
    import numpy as np

    try:
        found = np.asarray(rows)
    except (ValueError, TypeError):
        raise ValueError("its vectors are not all of one length") from None
    if found.dtype.kind not in "fiu" or found.ndim != 2 or found.shape[1] == 0:
        raise ValueError("its vectors are not lists of numbers of one length")
    if dimension is not None and found.shape[1] != dimension:
        raise ValueError(f"its vectors have {found.shape[1]} dimensions and not {dimension}")
    exact = found.astype(np.float64)
    if not np.isfinite(exact).all():
        raise ValueError("its vectors hold numbers that are not finite")
    # Scaled first, so that the squares of very large numbers stay finite.
    largest = np.abs(exact).max(axis=1, keepdims=True)
    scaled = exact / np.where(largest > 0, largest, 1.0)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (scaled / np.where(length > 0, length, 1.0)).astype(np.float32)
    return unit
