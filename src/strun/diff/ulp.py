"""Distances of floats, counted in representable numbers: arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_STARTS = (1, 2, 10, 100, 1000)
_PARTS = (0.0, 1e-6, 1e-4, 1e-2, 1.0)


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
    return _bins(distance, _STARTS)


def relative_bins(a: NDArray[Any], b: NDArray[Any]) -> list[int]:
    """
    Return how many floats differ by so large a part of the first of both.

    To 1e-6, 1e-4, 1 %, 100 %, and beyond: infinity and what was 0 count there. Equal
    numbers, as zeros of both signs, count nowhere.
    """
    with np.errstate(all="ignore"):
        parts = b - a
        np.divide(parts, a, out=parts)
        np.abs(parts, out=parts)
    parts[np.isnan(parts)] = np.inf
    parts[a == b] = -1
    return _bins(parts, _PARTS)


def _bins(values: NDArray[Any], starts: tuple[float, ...]) -> list[int]:
    reached = [int(np.count_nonzero(values >= start)) for start in starts]
    return [one - more for one, more in zip(reached, [*reached[1:], 0], strict=True)]
