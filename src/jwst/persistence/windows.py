"""Windows of time after saturation, in which samples hold persistence: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group

_SATURATED = np.uint8(group["SATURATED"])
_MJD_OF_1970 = 40587.0
_SECONDS_OF_A_DAY = 86400.0


def seconds_of(mjd: float) -> float:
    """Return the seconds since 1970 of a Modified Julian Date."""
    return (mjd - _MJD_OF_1970) * _SECONDS_OF_A_DAY


def flag_windows(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    ends: NDArray[np.float64],
    *,
    start: float,
    group_time: float,
    window: float,
    threshold: float | None,
    flags: np.uint8,
) -> None:
    """
    Flag the samples of one integration that are in a window of their pixel, in place.

    A window opens with the first saturated sample of a ramp, and with a sample above a threshold
    when none is open; it closes after a fixed time, in a later integration perhaps.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns), in DN.
    groupdq : ndarray of uint8
        Of the same shape; changed.
    ends : ndarray of float64
        (rows, columns), when the window of each pixel closes, in seconds; 0 where none is open.
        Changed: it is what the next integration begins with.
    start : float
        When the integration begins, in seconds.
    group_time, window : float
        In seconds.
    threshold : float or None
        In DN.
    flags : uint8
        What samples in a window get.
    """
    saturated = np.zeros(ends.shape, np.uint32)
    now = start
    for values, each in zip(data, groupdq, strict=True):
        now = now + group_time
        ends[ends < now] = 0
        end = now + window
        saturated += (each & _SATURATED) != 0
        ends[saturated == 1] = end
        if threshold is not None:
            ends[(values > threshold) & ~(ends > 0)] = end
        # from a file of later exposures: no such window can be
        ends[(ends - end > 0) & (ends != 0)] = 0
        each[ends > 0] |= flags
