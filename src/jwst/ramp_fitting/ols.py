"""Ordinary least squares fits of the ramps of an exposure: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.chargeloss import recomputed_variances
from jwst.ramp_fitting.fits import Pixels, Sums
from jwst.ramp_fitting.optional import OptionalPlanes, optional_of
from jwst.ramp_fitting.ramps import Ramps, Timing
from jwst.ramp_fitting.rates import Rates
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group, pixel

__all__ = ["Fit", "fit_ramps", "scaled_readnoise"]

_DO_NOT_USE = np.uint32(group["DO_NOT_USE"])
_SATURATED = np.uint32(group["SATURATED"])
_NO_GAIN = np.uint32(pixel["NO_GAIN_VALUE"] | pixel["DO_NOT_USE"])
_NO_SLOPE = _DO_NOT_USE | _SATURATED
# a variance from here on stands for none at all
LARGE_VARIANCE = 1e6


class Fit(NamedTuple):
    """
    The result of a fit.

    Attributes
    ----------
    exposure : Rates
        (pixels,).
    integrations : Rates
        (integrations, pixels).
    optional : list of OptionalPlanes
        Of each integration, if asked for.
    """

    exposure: Rates
    integrations: Rates
    optional: list[OptionalPlanes]


def scaled_readnoise(
    readnoise: NDArray[np.float32], gain: NDArray[np.float32], nframes: int
) -> NDArray[np.float32]:
    """
    Return the read noise of a group in electrons.

    Parameters
    ----------
    readnoise : ndarray of float32
        Of a difference of two reads, in DN.
    gain : ndarray of float32
        In electrons per DN.
    nframes : int
        Frames averaged in a group.
    """
    scale = gain / np.sqrt(2.0 * nframes)
    scaled: NDArray[np.float32] = (readnoise * scale).astype(np.float32)
    return scaled


def fit_ramps(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    pixeldq: NDArray[np.uint32],
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    dark: NDArray[np.float32],
    timing: Timing,
    *,
    keep_single: bool = False,
    zeroframe: NDArray[np.float32] | None = None,
    original: NDArray[np.uint8] | None = None,
    optional: bool = False,
    weights: Weights | None = None,
) -> Fit:
    """
    Fit the ramps of all integrations of some pixels.

    Parameters
    ----------
    data : ndarray of float32
        (integrations, groups, pixels), in DN.
    groupdq : ndarray of uint8
        (integrations, groups, pixels).
    pixeldq : ndarray of uint32
        (pixels,).
    gain : ndarray of float32
        (pixels,), in electrons per DN.
    readnoise : ndarray of float32
        (pixels,), from `scaled_readnoise`.
    dark : ndarray of float32
        (pixels,), in electrons per second.
    timing : Timing
        How the detector was read.
    keep_single : bool, optional
        Whether a first group that is the only good one stands for the time of its frames.
    zeroframe : ndarray of float32, optional
        (integrations, pixels), in DN, for ramps without a good group when single ones are kept.
    original : ndarray of uint8, optional
        (integrations, groups, pixels), flags before ramps of one group were taken out: the
        variances of samples with CHARGELOSS are computed again from these.
    optional : bool, optional
        Whether the optional product is wanted.
    weights : Weights, optional
        A cache for the next call.

    Returns
    -------
    Fit
        Rates of the exposure and of its integrations.
    """
    nints, _, npixels = data.shape
    weights = weights or Weights()
    has_gain = gain > 0
    dq = pixeldq.copy()
    dq[~has_gain] |= _NO_GAIN
    ramps = [
        Ramps(
            data[number],
            groupdq[number],
            has_gain,
            timing,
            keep_single=keep_single,
            zeroframe=None if zeroframe is None else zeroframe[number],
            all_alike=not optional,
        )
        for number in range(nints)
    ]
    integrations = _empty((nints, npixels))
    variances = np.empty((nints, npixels)) if original is not None else None
    totals = Sums(*np.zeros((4, npixels)))
    products = []
    exposure_dq, partly = dq.copy(), np.zeros(npixels, bool)
    without_slope = np.full(npixels, _NO_SLOPE, np.uint32)
    with np.errstate(all="ignore"):
        pixels = _pixels(ramps, gain, readnoise, dark)
        for number, each in enumerate(ramps):
            mine = dq.copy()
            each.add_flags(mine)
            exposure_dq[each.others] |= each.told
            without_slope &= mine
            segments = each.find()
            sums, fitted, fits = each.fit(pixels, segments, weights)
            slope, *errors = _integration(sums, fitted, mine)
            if variances is not None:
                variances[number] = errors[1]
            if optional:
                products.append(optional_of(each, segments, fits, pixels, slope, mine))
            saturated = each.others[each.nsaturated > 0]
            mine[saturated] |= _SATURATED
            partly[saturated] = True
            integrations.dq[number] = mine
            integrations.slope[number] = slope
            for kept, found in zip(integrations[2:], errors, strict=True):
                kept[number] = found
            for total, term in zip(totals, sums, strict=True):
                total += term
        exposure_dq |= without_slope
        exposure = _exposure(totals, exposure_dq, partly)
        if original is not None and variances is not None:
            recomputed_variances(
                ramps, groupdq, original, pixels, variances, integrations, exposure
            )
    return Fit(exposure, integrations, products)


def _pixels(
    ramps: list[Ramps],
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    dark: NDArray[np.float32],
) -> Pixels:
    rate = np.zeros(len(gain))
    for each in ramps:
        rate += each.median_rate()
    rate /= float(len(ramps))
    current = dark.astype(np.float64)
    photons = np.where(rate > 0, rate + current, current)
    return Pixels(gain.astype(np.float64), readnoise.astype(np.float64), photons)


def _empty(shape: tuple[int, ...]) -> Rates:
    planes = [np.empty(shape, np.float32) for _ in range(4)]
    return Rates(planes[0], np.empty(shape, np.uint32), *planes[1:])


def _integration(
    sums: Sums, fitted: NDArray[np.bool_], dq: NDArray[np.uint32]
) -> tuple[NDArray[np.float64], ...]:
    """Return slope, variances and error of an integration, in double precision."""
    var_poisson = np.where(sums.by_poisson > 0, 1.0 / sums.by_poisson, 0.0)
    var_poisson[var_poisson >= LARGE_VARIANCE] = 0
    var_rnoise = 1.0 / sums.by_rnoise
    var_rnoise[var_rnoise >= LARGE_VARIANCE] = 0
    variance = 1.0 / sums.by_both
    err = np.sqrt(variance)
    err[variance > LARGE_VARIANCE] = 0
    slope = sums.slope * var_rnoise
    without = ~fitted
    without |= (dq & _NO_SLOPE) != 0
    where = np.flatnonzero(without)
    for each in (slope, var_poisson, var_rnoise, err):
        each[where] = 0
    slope[where[(dq[where] & _NO_SLOPE) != 0]] = np.nan
    return slope, var_poisson, var_rnoise, err


def _exposure(totals: Sums, dq: NDArray[np.uint32], partly: NDArray[np.bool_]) -> Rates:
    """Return the rates of the exposure; its error is not that of its integrations."""
    var_poisson = np.where(totals.by_poisson > 0, 1.0 / totals.by_poisson, totals.by_poisson)
    var_poisson[(var_poisson >= LARGE_VARIANCE) | (var_poisson < 0)] = 0
    var_rnoise = np.where(totals.by_rnoise > 0, 1.0 / totals.by_rnoise, totals.by_rnoise)
    var_rnoise[var_rnoise >= LARGE_VARIANCE] = 0
    err = np.sqrt(var_poisson + var_rnoise)
    slope = totals.slope * var_rnoise
    invalid = np.flatnonzero(dq & _NO_SLOPE)
    slope[invalid] = np.nan
    for each in (var_poisson, var_rnoise, err):
        each[invalid] = 0
    dq[partly] |= _SATURATED
    as_single = (each.astype(np.float32) for each in (var_poisson, var_rnoise, err))
    return Rates(slope.astype(np.float32), dq, *as_single)
