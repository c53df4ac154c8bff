"""Means and medians of reference pixels: arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# values that are sorted in one go
_MOST = 1 << 20


def clipped_mean(values: NDArray[Any], limit: float) -> np.floating[Any] | None:
    """
    Return the mean of values after those far from it were dropped, again and again.

    The bits depend on the order of the values: sums are numpy's pairwise ones.

    Parameters
    ----------
    values : ndarray of float
        One axis.
    limit : float
        In standard deviations of the values that are left.

    Returns
    -------
    float
        Of the dtype of the values, a float64 when they are all equal; None without any.
    """
    if not values.size:
        return None
    if values[0] == values[-1] and (values == values[0]).all() and np.isfinite(values[0]):
        return np.float64(values[0])
    nothing: np.floating[Any] = values.dtype.type(np.nan)
    before, mean = -1, nothing
    with np.errstate(all="ignore"):
        while values.size != before:
            before = values.size
            # numpy's mean() and std() give the same bits, and take three times as long
            mean = _mean(values)
            rest = values - mean
            width = np.sqrt(_mean(rest * rest)) * limit
            values = values[(values >= mean - width) & (values <= mean + width)]
            if not values.size:
                return nothing
    return mean


def _mean(values: NDArray[Any]) -> np.floating[Any]:
    mean: np.floating[Any] = np.add.reduce(values) / values.dtype.type(values.size)
    return mean


def average(
    one: np.floating[Any] | None, other: np.floating[Any] | None
) -> np.floating[Any] | None:
    """Return the mean of two numbers; the other when one is missing."""
    if one is None or other is None:
        return other if one is None else one
    mean: np.floating[Any] = 0.5 * (one + other)
    return mean


class RunningMedian:
    """
    The median of good pixels in a window that runs along the rows of a strip (rows, columns).

    At the ends the rows are mirrored about the outermost one, which is not repeated. Of a window
    with an even number of rows, one more lies before the row than behind.
    """

    def __init__(self, good: NDArray[np.bool_], length: int) -> None:
        self._length = length
        self._good = good
        windows = self._windows(self._padded(good), slice(0, len(good)))
        counts = windows.sum(axis=(1, 2))
        self._without = counts == 0
        self._middle = np.maximum(counts - 1, 0) // 2, np.minimum(counts // 2, windows[0].size - 1)
        self._odd = counts % 2 == 1

    def _padded(self, strip: NDArray[Any]) -> NDArray[Any]:
        half = self._length // 2
        return np.concatenate([strip[half:0:-1], strip, strip[-2 : -half - 2 : -1]])

    def _windows(self, padded: NDArray[Any], rows: slice) -> NDArray[Any]:
        views = np.lib.stride_tricks.sliding_window_view(padded, self._length, axis=0)
        return views[rows]

    def of(self, strip: NDArray[Any]) -> NDArray[np.float64]:
        """Return the median for each row of a strip, NaN where no pixel is good."""
        # bad ones come last when sorted
        padded = self._padded(np.where(self._good, strip, np.inf).astype(strip.dtype))
        medians = np.empty(len(strip))
        step = max(1, _MOST // (self._length * strip.shape[1]))
        for first in range(0, len(strip), step):
            rows = slice(first, min(first + step, len(strip)))
            medians[rows] = self._middle_of(self._windows(padded, rows), rows)
        medians[self._without] = np.nan
        return medians

    def _middle_of(self, windows: NDArray[Any], rows: slice) -> NDArray[Any]:
        ordered = np.array(windows, order="C").reshape(len(windows), -1)
        unknown = np.isnan(ordered).any(axis=1)
        ordered.sort(axis=1)
        lines = np.arange(len(ordered))
        low, high = (ordered[lines, each[rows]] for each in self._middle)
        with np.errstate(invalid="ignore"):
            half = (low + high) / ordered.dtype.type(2)
        found: NDArray[Any] = np.where(self._odd[rows], high, half)
        found[unknown] = np.nan
        return found
