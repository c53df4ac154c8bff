"""Ordinary least squares fits of the ramps of an exposure: arrays only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.chargeloss import recomputed_variances
from jwst.ramp_fitting.fits import Pixels, Sums, added
from jwst.ramp_fitting.optional import OptionalPlanes, optional_of
from jwst.ramp_fitting.ramps import Ramps, Timing
from jwst.ramp_fitting.rates import Rates
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group, pixel

_DO_NOT_USE = np.uint32(group["DO_NOT_USE"])
_SATURATED = np.uint32(group["SATURATED"])
_NO_GAIN = np.uint32(pixel["NO_GAIN_VALUE"] | pixel["DO_NOT_USE"])
_NO_SLOPE = _DO_NOT_USE | _SATURATED
# samples, as many as stay in the cache of a core with what is made of them; and ramps, so that
# numpy's calls pay
_AT_ONCE = 1 << 17
_LEAST_RAMPS = 1 << 13
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
    nints, ngroups, npixels = data.shape
    weights = weights or Weights()
    step = max(_LEAST_RAMPS, _AT_ONCE // ngroups) // nints or 1
    if npixels > step and not optional:
        parts = [np.s_[..., first : first + step] for first in range(0, npixels, step)]
        return _joined(
            fit_ramps(
                data[part],
                groupdq[part],
                pixeldq[part],
                gain[part],
                readnoise[part],
                dark[part],
                timing,
                keep_single=keep_single,
                zeroframe=None if zeroframe is None else zeroframe[part],
                original=None if original is None else original[part],
                weights=weights,
            )
            for part in parts
        )
    has_gain = gain > 0
    before = pixeldq.copy()
    before[~has_gain] |= _NO_GAIN
    with np.errstate(all="ignore"):
        ramps = Ramps(
            data,
            groupdq,
            has_gain,
            timing,
            keep_single=keep_single,
            zeroframe=zeroframe,
            all_alike=not optional,
        )
        pixels = _pixels(ramps, gain, readnoise, dark)
        dq = np.tile(before, nints)
        ramps.add_flags(dq)
        segments = ramps.find()
        sums, fitted, fits = ramps.fit(pixels, segments, weights)
        slope, *errors = _integrations(sums, fitted, dq)
        products = []
        if optional:
            products = optional_of(ramps, segments, fits, slope, dq)
        images = dq.reshape(nints, npixels)
        exposure_dq = before | np.bitwise_and.reduce(images & _NO_SLOPE, axis=0)
        told = np.zeros((nints, npixels), np.uint8)
        told.reshape(-1)[ramps.others] = ramps.told
        exposure_dq |= np.bitwise_or.reduce(told, axis=0)
        saturated = ramps.nsaturated > 0
        dq[ramps.others[saturated]] |= _SATURATED
        partly = np.zeros(npixels, bool)
        partly[ramps.pixel[saturated]] = True
        totals = Sums(*(added(each.reshape(nints, npixels)) for each in sums))
        exposure = _exposure(totals, exposure_dq, partly)
        by_integration = [
            each.astype(np.float32).reshape(nints, npixels) for each in (slope, *errors)
        ]
        integrations = Rates(by_integration[0], images, *by_integration[1:])
        if original is not None:
            variances = errors[1].reshape(nints, npixels)
            recomputed_variances(
                ramps, groupdq, original, pixels, variances, integrations, exposure
            )
    return Fit(exposure, integrations, products)


def _pixels(
    ramps: Ramps,
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    dark: NDArray[np.float32],
) -> Pixels:
    rates = ramps.median_rate()
    rate = added(rates)
    rate /= float(len(rates))
    current = dark.astype(np.float64)
    photons = np.where(rate > 0, rate + current, current)
    return Pixels(gain.astype(np.float64), readnoise.astype(np.float64), photons)


def _joined(fits: Iterable[Fit]) -> Fit:
    """Return fits of some pixels as one."""
    exposures, integrations = zip(*(fit[:2] for fit in fits), strict=True)
    exposure, integration = (
        Rates(*(np.concatenate(each, axis=-1) for each in zip(*rates, strict=True)))
        for rates in (exposures, integrations)
    )
    return Fit(exposure, integration, [])


def _integrations(
    sums: Sums, fitted: NDArray[np.bool_], dq: NDArray[np.uint32]
) -> tuple[NDArray[np.float64], ...]:
    """Return slope, variances and error of integrations, in double precision."""
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
    dq |= partly * _SATURATED
    as_single = (each.astype(np.float32) for each in (var_poisson, var_rnoise, err))
    return Rates(slope.astype(np.float32), dq, *as_single)
