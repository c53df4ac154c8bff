"""Distances of floats, counted in representable numbers: arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ulp_bins", "ulp_distance"]

_STARTS = (1, 2, 10, 100, 1000)


def ulp_distance(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """
    Return how many representable numbers lie between two floats.

    Parameters
    ----------
    a, b : ndarray of float16, float32 or float64
        Of the same shape and dtype, without NaN.

    Returns
    -------
    ndarray of unsigned int
        Of the floats' size. 0 for equal numbers and for zeros of both signs; 1 for neighbours.
    """
    bits = f"u{a.dtype.itemsize}"
    top = np.array(1 << (8 * a.dtype.itemsize - 1), bits)
    left, right = a.view(bits), b.view(bits)
    # without the sign bit, the order of the bits is the order of the numbers
    low, high = left & ~top, right & ~top
    apart: NDArray[Any] = np.maximum(low, high) - np.minimum(low, high)
    np.add(low, high, out=apart, where=((left ^ right) & top) != 0)
    return apart


def ulp_bins(distance: NDArray[Any]) -> list[int]:
    """Return how many distances are 1, 2 to 9, 10 to 99, 100 to 999, 1000 and more."""
    reached = [int(np.count_nonzero(distance >= start)) for start in _STARTS]
    return [one - more for one, more in zip(reached, [*reached[1:], 0], strict=True)]
