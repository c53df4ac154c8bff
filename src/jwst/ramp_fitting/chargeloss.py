"""Variances of samples that migrated charge, as if they were in the fit: arrays only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.fits import Pixels, read_variance
from jwst.ramp_fitting.segments import find_segments
from strun.datamodels.dqflags import group

if TYPE_CHECKING:
    from jwst.ramp_fitting.ramps import Ramps
    from jwst.ramp_fitting.rates import Rates

_LOST = np.uint8(group["CHARGELOSS"])
_LOST_OR_UNUSED = np.uint8(group["CHARGELOSS"] | group["DO_NOT_USE"])
_LARGE_VARIANCE = 1e6


def recomputed_variances(
    ramps: Ramps,
    groupdq: NDArray[np.uint8],
    original: NDArray[np.uint8],
    pixels: Pixels,
    variances: NDArray[np.float64],
    integrations: Rates,
    exposure: Rates,
) -> None:
    """
    Compute the variances by read noise again for pixels with CHARGELOSS, in place.

    Slopes stay as they are.

    Parameters
    ----------
    ramps : Ramps
        Of these pixels.
    groupdq, original : ndarray of uint8
        (integrations, groups, pixels), flags that were used, and those before ramps of one good
        group were taken out.
    pixels : Pixels
        What is known of the pixels.
    variances : ndarray of float64
        (integrations, pixels), what was found before.
    integrations, exposure : Rates
        Changed.
    """
    lost = np.bitwise_or.reduce(groupdq, axis=1) & _LOST != 0
    where = np.flatnonzero(lost.any(axis=0))
    if not where.size:
        return
    some = pixels.take(where)
    time = ramps.timing.group_time
    times = np.full(ramps.shape, time)
    times.reshape(-1)[ramps.others] = ramps.segment_time()
    inverse = np.zeros(len(where))
    for number, flags in enumerate(original):
        before = variances[number, where]
        mine = np.where(before > 0, 1.0 / before, 0.0)
        again = lost[number, where]
        found = _inverse_variance(flags[:, where], some, times[number, where], time)
        variance = 1.0 / found
        variance[variance >= _LARGE_VARIANCE] = 0
        integrations.var_rnoise[number, where[again]] = variance[again]
        inverse += np.where(again, found, mine)
    total = np.where(inverse > 0, 1.0 / inverse, exposure.var_rnoise[where])
    total[total >= _LARGE_VARIANCE] = 0
    exposure.var_rnoise[where] = total


def _inverse_variance(
    flags: NDArray[np.uint8], pixels: Pixels, single_time: NDArray[np.float64], group_time: float
) -> NDArray[np.float64]:
    """Return the sum of the inverse variances of the segments of each pixel."""
    flags = np.where(flags & _LOST, flags ^ _LOST_OR_UNUSED, flags)
    segments = find_segments(flags, np.zeros(flags.shape[1], bool))
    pixel = segments.pixel
    time = np.where(segments.length == 1, single_time[pixel], group_time)
    variance = read_variance(segments.length, pixels.gain[pixel], pixels.readnoise[pixel], time)
    terms = np.where(variance > 0, 1.0 / variance, 0.0)
    # in order
    sums: NDArray[np.float64] = np.zeros(flags.shape[1])
    np.add.at(sums, pixel, terms)
    return sums
