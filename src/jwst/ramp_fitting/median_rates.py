"""The median rate of a ramp, which the variance of its photons is taken from: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.engine.sorting import middle, sorted_planes

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
