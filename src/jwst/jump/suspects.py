"""Pixels that may have a jump, told from those that surely have none: arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.jump.differences import AT_ONCE
from strun.engine.sorting import count_planes

# by far more than all that rounding can do, and far less than a jump
_MARGIN = 1e-5


def suspects(
    diffs: NDArray[np.float32],
    variance: NDArray[np.float64],
    limits: float | tuple[float, float, float],
) -> NDArray[np.intp]:
    """
    Return the pixels that may have a jump, by bounds of their median in place of the median.

    No sample is further from the median than the lowest and the highest one. With these, and the
    least noise that the median could mean, follows where the median must lie if there is no jump:
    it does when half of the values are above the lower bound and half are below the upper one.
    Counting takes a third of the time of putting the values in order.

    Parameters
    ----------
    diffs : ndarray of float32
        (differences, pixels), in electrons; NaN for none.
    variance : ndarray of float64
        (pixels,), of the reads of a difference, in electrons squared.
    limits : float or tuple of float
        In sigmas. Three of them are for four or more, for three and for two differences of a
        pixel; these are then taken without their sign, and the median of four or more is that of
        all but the largest one and its equals.

    Returns
    -------
    ndarray of int
        Numbers of pixels, ascending: all that have a jump, and few others.
    """
    clear = np.empty(diffs.shape[1], bool)
    step = max(1, AT_ONCE // len(diffs))
    with np.errstate(all="ignore"):
        for first in range(0, len(clear), step):
            part = slice(first, first + step)
            clear[part] = _clear(diffs[:, part], variance[part], limits)
    return np.flatnonzero(~clear)


def _clear(
    values: NDArray[np.float32],
    variance: NDArray[np.float64],
    limits: float | tuple[float, float, float],
) -> NDArray[np.bool_]:
    """Return which pixels have no jump for sure."""
    several = isinstance(limits, tuple)
    values = np.abs(values) if several else values
    low, high = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    count = count_planes(~np.isnan(values))
    left_out: Any = 0
    limit: Any = limits
    if isinstance(limits, tuple):
        limit, left_out = limits[0], count_planes(values == high)
        few = count < 4
        if few.any():
            limit = np.where(few, np.where(count == 3, *limits[1:]), limit)
            left_out[few] = 0
    farthest = np.sqrt(np.maximum(low, 0) + variance)
    farthest *= limit
    reach = np.multiply(farthest, 1 - _MARGIN, dtype=np.float32, casting="same_kind")
    lower, upper = high - reach, low + reach
    most = (count - left_out) >> 1
    clear: NDArray[np.bool_] = count_planes(values >= lower) - left_out > most
    clear &= count_planes(values <= upper) > most
    # large numbers are rounded by more than the margin
    clear &= np.maximum(high - lower, upper - low) < farthest * (1 - _MARGIN / 2)
    clear |= count < (2 if several else 1)
    return clear
