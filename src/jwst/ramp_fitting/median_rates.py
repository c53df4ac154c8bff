"""The median rate of a ramp, which the variance of its photons is taken from: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.engine.sorting import middle, select, sorted_planes

__all__ = ["clean_median_rate", "median_rate"]

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_JUMP = np.uint8(group["JUMP_DET"])


def median_rate(
    data: NDArray[np.float64], groupdq: NDArray[np.uint8], group_time: float
) -> NDArray[np.float64]:
    """
    Return the median of the differences of groups of each ramp of an integration.

    Parameters
    ----------
    data : ndarray of float64
        (groups, pixels), in DN; NaN where saturated. Two groups or more.
    groupdq : ndarray of uint8
        (groups, pixels).
    group_time : float
        In seconds.

    Returns
    -------
    ndarray of float64
        (pixels,), in DN per second. That of the first sample where there is no difference, and 0
        where that cannot be used either.
    """
    rates = data / group_time
    rates[(groupdq & _DO_NOT_USE) != 0] = np.nan
    steps = rates[1:] - rates[:-1]
    steps[(groupdq[1:] & _JUMP) != 0] = np.nan
    ordered, count = sorted_planes(steps)
    median = np.where(count > 0, middle(ordered, count), rates[0])
    median[np.isnan(median)] = 0
    return median


def clean_median_rate(data: NDArray[np.float32], group_time: float) -> NDArray[np.float64]:
    """
    Return the same for ramps that are good throughout, faster.

    Parameters
    ----------
    data : ndarray of float32
        (groups, pixels), in DN; two groups or more, no NaN.
    group_time : float
        In seconds.

    Returns
    -------
    ndarray of float64
        (pixels,), in DN per second.
    """
    rates = np.divide(data, group_time, dtype=np.float64)
    for index in range(len(rates) - 1):
        np.subtract(rates[index + 1], rates[index], out=rates[index])
    steps, spare = rates[:-1], rates[-1]
    lower, upper = select(steps, ((len(steps) - 1) // 2, len(steps) // 2), spare)
    median: NDArray[np.float64] = (lower + upper) / 2 if lower is not upper else lower.copy()
    return median
