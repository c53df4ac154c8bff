"""Weighted fits of straight lines to segments of ramps: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.segments import Segments
from jwst.ramp_fitting.weights import Weights, noise_classes

Doubles = NDArray[np.float64]

# a variance from here on stands for none at all
LARGE_VARIANCE = 1e6


class Pixels(NamedTuple):
    """
    What the fit needs to know of pixels; arrays of (pixels,).

    Gain in electrons per DN, read noise of a group in electrons, and the variance of the photons by
    second: median rate, if above 0, and dark current.
    """

    gain: Doubles
    readnoise: Doubles
    photons: Doubles

    def take(self, index: NDArray[np.intp]) -> Pixels:
        """Return some of the pixels."""
        return Pixels(*(values[index] for values in self))


class SegmentFits(NamedTuple):
    """
    Fits of segments; arrays of (segments,).

    The slope in DN per second, its variances, and what the optional product tells besides.
    """

    slope: Doubles
    var_poisson: Doubles
    var_rnoise: Doubles
    sigslope: Doubles
    yint: Doubles
    sigyint: Doubles


class Sums(NamedTuple):
    """
    Sums over the segments of an integration; arrays of (pixels,).

    Of the inverse variances, and of the slopes divided by the variance of the read noise.
    """

    by_rnoise: Doubles
    by_poisson: Doubles
    by_both: Doubles
    slope: Doubles


def added(planes: Doubles) -> Doubles:
    """Return the sum of planes (planes, pixels), added in order."""
    if planes.shape[1] == 1:
        # numpy would add the values of a single pixel in pairs
        return np.asarray(np.cumsum(planes, axis=0)[-1] + 0.0)
    total: Doubles = np.add.reduce(planes, axis=0, initial=0.0)
    return total


def read_variance(
    length: NDArray[np.intp] | int, gain: Doubles, readnoise: Doubles, time: Doubles | float
) -> Doubles:
    """
    Return the variance of a slope by read noise.

    12 (readnoise / time)^2 / ((n^3 - n) gain^2), with n = 2 for segments of one sample too.

    Parameters
    ----------
    length : int or ndarray of int
        Samples of the segment.
    gain, readnoise : ndarray of float64
        As in `Pixels`.
    time : float or ndarray of float64
        Of a group, in seconds.

    Returns
    -------
    ndarray of float64
        0 for three samples or more of a pixel without gain.
    """
    noise = readnoise / time
    noise = 12.0 * noise * noise
    n = np.maximum(length, 2).astype(np.float64)
    variance: Doubles = noise / ((n * n * n - n) * gain * gain)
    without = ~(gain > 0)
    if without.any():
        variance[(length > 2) & without] = 0
    return variance


def fit_segments(
    data: Doubles,
    segments: Segments,
    pixels: Pixels,
    group_time: float,
    single_time: Doubles,
    weights: Weights,
) -> SegmentFits:
    """
    Fit each segment.

    Parameters
    ----------
    data : ndarray of float64
        (groups, pixels) of one integration, in DN.
    segments : Segments
        Of these pixels.
    pixels : Pixels
        What is known of them.
    group_time : float
        In seconds.
    single_time : ndarray of float64
        (pixels,), the time that a segment of one sample stands for.
    weights : Weights
        Those that were made before, which grow.

    Returns
    -------
    SegmentFits
        In the order of the segments.
    """
    pixel, start, length = segments.pixel, segments.start, segments.length
    mine = pixels.take(pixel)
    time = np.where(length == 1, single_time[pixel], group_time)
    first = data[start, pixel]
    last = data[start + length - 1, pixel]
    slope = np.where(length == 1, first / time, (last - first) / group_time)
    photons = time * mine.gain * np.maximum(length - 1.0, 1.0)
    fits = SegmentFits(
        slope,
        mine.photons / photons,
        read_variance(length, mine.gain, mine.readnoise, time),
        np.where(length == 2, 1.41421356 * mine.readnoise, 0.0),
        np.where(length == 2, last * (1.0 - (start + 1.0)) + first * (start + 1.0), 0.0),
        np.where(length == 2, 1.41421356 * mine.readnoise, 0.0),
    )
    long = np.flatnonzero(length > 2)
    # the longest first: those that have a j-th sample are the first ones
    shorter = (length.max(initial=0) - length[long]).astype(np.min_scalar_type(data.shape[0]))
    long = long[np.argsort(shorter, kind="stable")]
    if long.size:
        classes = noise_classes((last - first)[long], mine.gain[long], mine.readnoise[long])
        places = weights.starts(classes, length[long])
        lines = _lines(
            data, pixel[long], start[long], length[long], mine.readnoise[long], places, weights
        )
        for kept, found in zip(
            (fits.slope, fits.sigslope, fits.yint, fits.sigyint), lines, strict=True
        ):
            kept[long] = found
        fits.slope[long] /= group_time
    return fits


def _lines(
    data: Doubles,
    pixel: NDArray[np.intp],
    start: NDArray[np.intp],
    length: NDArray[np.intp],
    readnoise: Doubles,
    places: NDArray[np.intp],
    weights: Weights,
) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Return slope, its sigma, intercept and its sigma, by group; the longest come first."""
    flat, values = data.ravel(), weights.values
    at = start * data.shape[1] + pixel
    inverse = 1.0 / (readnoise * readnoise)
    w, wx, wxx, wy, wxy = np.zeros((5, len(pixel)))
    counts = np.bincount(length)
    more = len(pixel)
    for j in range(int(length[0])):
        more -= int(counts[j])
        some = slice(0, more)
        y = flat[at[some] + j * data.shape[1]]
        y[np.isnan(y)] = 0
        weight = values[places[some] + j] * inverse[some]
        x = float(j) + start[some]
        weighted = x * weight
        w[some] += weight
        wx[some] += weighted
        wxx[some] += x * weighted
        wy[some] += y * weight
        wxy[some] += y * weighted
    inverse_det = 1.0 / (w * wxx - wx * wx)
    return (
        (w * wxy - wx * wy) * inverse_det,
        np.sqrt(w * inverse_det),
        (wxx * wy - wx * wxy) * inverse_det,
        np.sqrt(wxx * inverse_det),
    )


def summed(segments: Segments, fits: SegmentFits, npixels: int) -> Sums:
    """Return the sums over the segments of each pixel, added in order; 0 for pixels without one."""
    both = fits.var_poisson + fits.var_rnoise
    terms = Sums(
        1.0 / fits.var_rnoise,
        np.where(fits.var_poisson > 0, 1.0 / fits.var_poisson, 0.0),
        1.0 / both,
        fits.slope / fits.var_rnoise,
    )
    sums = Sums(*np.zeros((4, npixels)))
    for number in range(int(segments.number.max(initial=-1)) + 1):
        these = np.flatnonzero(segments.number == number)
        for total, term in zip(sums, terms, strict=True):
            total[segments.pixel[these]] += term[these]
    return sums
