"""Differences of groups in electrons, and their medians: arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.jump.method import UNUSABLE
from strun.engine.sorting import count_planes, middle, sorted_planes

# values: they and what is made of them stay in the cache of a core
AT_ONCE = 1 << 17
# by far more than all that rounding can do, and far less than a jump
_MARGIN = 1e-5


def differences(
    data: NDArray[np.float32], groupdq: NDArray[np.uint8], gain: NDArray[np.float32]
) -> NDArray[np.float32]:
    """
    Return what each group of each integration adds to the one before it.

    Parameters
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    groupdq : ndarray of uint8
        Of the same shape.
    gain : ndarray of float32
        (rows, columns), in electrons per DN.

    Returns
    -------
    ndarray of float32
        (integrations * (groups - 1), rows * columns), in electrons; NaN where one of the two
        samples is DO_NOT_USE or SATURATED.
    """
    nints, ngroups, nrows, ncolumns = data.shape
    found = np.empty((nints, ngroups - 1, nrows, ncolumns), np.float32)
    step = max(1, AT_ONCE // (nints * ngroups * ncolumns))
    for top in range(0, nrows, step):
        part = np.s_[:, :, top : top + step]
        # in the order of its axes, whatever that of the samples is
        electrons = np.multiply(data[part], gain[top : top + step], order="C")
        electrons.reshape(-1)[np.flatnonzero((groupdq[part] & UNUSABLE) != 0)] = np.nan
        np.subtract(electrons[:, 1:], electrons[:, :-1], out=found[part])
    return found.reshape(nints * (ngroups - 1), -1)


def medians(diffs: NDArray[np.float32]) -> NDArray[np.float64]:
    """
    Return the median of the differences (differences, pixels) of each pixel that are not NaN.

    NaN where there is no difference.
    """
    return middle(*sorted_planes(diffs))


def sigmas(median: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the noise of a difference, of its photons and of its two reads, in electrons.

    By pixel, from the median of the differences in electrons and the variance of the reads of a
    difference; NaN in place of 0, which nothing exceeds.
    """
    sigma: NDArray[np.float64] = np.abs(median)
    sigma += variance
    np.sqrt(sigma, out=sigma)
    sigma[sigma == 0] = np.nan
    return sigma


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
