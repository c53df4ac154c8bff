"""Variances of samples that migrated charge, as if they were in the fit: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.fits import LARGE_VARIANCE, Pixels, read_variance
from jwst.ramp_fitting.ramps import Ramps
from jwst.ramp_fitting.samples import Rates
from jwst.ramp_fitting.segments import find_segments
from strun.datamodels.dqflags import group

_LOST = np.uint8(group["CHARGELOSS"])
_LOST_OR_UNUSED = np.uint8(group["CHARGELOSS"] | group["DO_NOT_USE"])


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

    Slopes stay as they are. Flags are (integrations, groups, pixels): those that were used, and
    those before ramps of one good group were taken out; `variances` (integrations, pixels) is what
    was found before.
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
        variance[variance >= LARGE_VARIANCE] = 0
        integrations.var_rnoise[number, where[again]] = variance[again]
        inverse += np.where(again, found, mine)
    total = np.where(inverse > 0, 1.0 / inverse, exposure.var_rnoise[where])
    total[total >= LARGE_VARIANCE] = 0
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
