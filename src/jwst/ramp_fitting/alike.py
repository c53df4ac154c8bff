"""Ramps that are one and the same segment, fitted without an index for each: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.fits import Doubles, Pixels, Sums, read_variance
from jwst.ramp_fitting.weights import noise_classes, weights_of_length
from strun.datamodels.dqflags import group
from strun.engine.sorting import select

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])


def find_alike(
    data: NDArray[np.float64], groupdq: NDArray[np.uint8], has_gain: NDArray[np.bool_]
) -> tuple[int, int, NDArray[np.bool_]]:
    """
    Return the commonest segment of some ramps, and which of them have it.

    Of samples in DN and flags (groups, integrations, pixels), it is the segment's first group and
    the one after its last; and (integrations, pixels) the ramps that are nothing but this segment,
    have no NaN, and a gain.
    """
    ngroups, *shape = groupdq.shape
    alike = np.zeros(shape, bool)
    if not alike.size:
        return 0, ngroups, alike
    # of 31 ramps: that which most of them are like
    integration, pixel = np.divmod(np.arange(0, alike.size, max(1, alike.size // 31)), shape[1])
    sample = groupdq[:, integration, pixel]
    equal = (sample[:, :, None] == sample[:, None, :]).all(axis=0)
    flags = sample[:, int(np.argmax(np.count_nonzero(equal, axis=0)))]
    good = np.flatnonzero(flags == 0)
    length = len(good)
    if length < 3 or good[-1] - good[0] + 1 != length or (flags | _DO_NOT_USE).max() > _DO_NOT_USE:
        return 0, ngroups, alike
    start, stop = int(good[0]), int(good[-1]) + 1
    np.logical_not(np.bitwise_or.reduce(groupdq ^ flags[:, None, None], axis=0), out=alike)
    alike &= has_gain
    # NaN and infinities show in the sum
    alike &= np.isfinite(np.add.reduce(data[start:stop], axis=0))
    return start, stop, alike


def clean_median_rate(data: NDArray[np.float64], group_time: float) -> NDArray[np.float64]:
    """
    Return the median of the differences of groups of ramps that are good throughout, in DN/s.

    Samples are (groups, ...), two groups or more without NaN, in DN; the group time is in seconds.
    """
    rates = data / group_time
    for index in range(len(rates) - 1):
        np.subtract(rates[index + 1], rates[index], out=rates[index])
    steps, spare = rates[:-1], rates[-1]
    lower, upper = select(steps, ((len(steps) - 1) // 2, len(steps) // 2), spare)
    median: NDArray[np.float64] = (lower + upper) / 2 if lower is not upper else lower.copy()
    return median


def fit_clean(data: Doubles, start: int, pixels: Pixels, group_time: float) -> Sums:
    """
    Fit ramps that are one and the same segment, without an index for each pixel.

    Samples are (samples of the segment, integrations, pixels), in DN; three samples or more, no
    NaN; `start` is the number of the first one's group. Pixels have a gain above 0. The sums are
    (integrations, pixels), or (pixels,) where they are the same in all integrations.
    """
    length = len(data)
    classes = noise_classes(data[-1] - data[0], pixels.gain, pixels.readnoise)
    inverse = 1.0 / (pixels.readnoise * pixels.readnoise)
    w, wx, wxx, wy, wxy = np.zeros((5, *data.shape[1:]))
    product = np.empty_like(w)
    # the same at both sides of the middle, and 1 at both ends
    weights = [np.broadcast_to(inverse, w.shape)]
    for table in weights_of_length(length).T[1 : (length + 1) // 2]:
        weights.append(np.take(table, classes, mode="clip"))
        weights[-1] *= inverse
    for j, values in enumerate(data):
        weight = weights[min(j, length - 1 - j)]
        w += weight
        wy += np.multiply(weight, values, out=product)
        x = float(j) + float(start)
        np.multiply(weight, x, out=product)
        wx += product
        wxx += product * x
        product *= values
        wxy += product
    slope = (w * wxy - wx * wy) * (1.0 / (w * wxx - wx * wx)) / group_time
    var_rnoise = read_variance(length, pixels.gain, pixels.readnoise, group_time)
    var_poisson = pixels.photons / (group_time * pixels.gain * (length - 1.0))
    return Sums(
        1.0 / var_rnoise,
        np.where(var_poisson > 0, 1.0 / var_poisson, 0.0),
        1.0 / (var_poisson + var_rnoise),
        slope / var_rnoise,
    )
