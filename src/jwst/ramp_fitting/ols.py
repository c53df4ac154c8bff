"""Ordinary least squares fits of the ramps of an exposure: arrays only."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.chargeloss import recomputed_variances
from jwst.ramp_fitting.fits import LARGE_VARIANCE, Pixels, Sums, added
from jwst.ramp_fitting.optional import optional_of
from jwst.ramp_fitting.ramps import Ramps
from jwst.ramp_fitting.samples import (
    Cut,
    Fit,
    Rates,
    Samples,
    SelectedFit,
    Selection,
    Timing,
    used_by_group,
)
from jwst.ramp_fitting.weights import Weights
from strun.datamodels.dqflags import group, pixel

_DO_NOT_USE = np.uint32(group["DO_NOT_USE"])
_SATURATED = np.uint32(group["SATURATED"])
_JUMP = np.uint8(group["JUMP_DET"])
_NO_GAIN = np.uint32(pixel["NO_GAIN_VALUE"] | pixel["DO_NOT_USE"])
_NO_SLOPE = _DO_NOT_USE | _SATURATED
# samples, as many as stay in the cache of a core with what is made of them; and ramps, so that
# numpy's calls pay
_AT_ONCE = 1 << 17
_LEAST_RAMPS = 1 << 13


def fit_selected(
    samples: Samples,
    selection: Selection,
    cut: Cut,
    timing: Timing,
    weights: Weights,
    *,
    optional: bool = False,
) -> SelectedFit:
    """
    Fit ramps by the samples that take part.

    Parameters
    ----------
    samples : Samples
        They stay as they are.
    selection : Selection
        Which of them take part.
    cut : Cut
        Groups that are left of the ramps.
    timing : Timing
        How the detector was read.
    weights : Weights
        Those that were made before, which grow.
    optional : bool, optional
        Whether the optional product is wanted.

    Returns
    -------
    SelectedFit
        Of all integrations.
    """
    flags = samples.groupdq.copy()
    original = selection.apply(flags)
    used = used_by_group(flags)
    kept = slice(cut.first, cut.stop)
    if cut.first:
        # jumps above a group that was taken off are no jumps
        flags[:, cut.first] &= ~_JUMP
    fit = fit_ramps(
        samples._replace(data=samples.data[:, kept], groupdq=flags[:, kept]),
        timing,
        keep_single=not selection.suppress_single,
        original=None if original is None else original[:, kept],
        optional=optional,
        weights=weights,
    )
    started = int(np.count_nonzero((flags[:, cut.first] & np.uint8(_SATURATED)) == 0))
    return SelectedFit(fit, used, started, np.bitwise_or.reduce(samples.groupdq, axis=(0, 1)))


def fit_ramps(
    samples: Samples,
    timing: Timing,
    *,
    keep_single: bool = False,
    original: NDArray[np.uint8] | None = None,
    optional: bool = False,
    weights: Weights | None = None,
) -> Fit:
    """
    Fit the ramps of all integrations of some pixels.

    Parameters
    ----------
    samples : Samples
        All of them.
    timing : Timing
        How the detector was read.
    keep_single : bool, optional
        Whether a first group that is the only good one stands for the time of its frames.
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
    nints, ngroups, npixels = samples.data.shape
    weights = weights or Weights()
    step = max(_LEAST_RAMPS, _AT_ONCE // ngroups) // nints or 1
    if npixels > step and not optional:
        parts = [slice(first, first + step) for first in range(0, npixels, step)]
        return _joined(
            fit_ramps(
                samples.take(part),
                timing,
                keep_single=keep_single,
                original=None if original is None else original[..., part],
                weights=weights,
            )
            for part in parts
        )
    before = samples.pixeldq.copy()
    before[~(samples.gain > 0)] |= _NO_GAIN
    with np.errstate(all="ignore"):
        ramps = Ramps(samples, timing, keep_single=keep_single, all_alike=not optional)
        pixels = _pixels(ramps, samples)
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
                ramps, samples.groupdq, original, pixels, variances, integrations, exposure
            )
    return Fit(exposure, integrations, products)


def scaled_readnoise(
    readnoise: NDArray[np.float32], gain: NDArray[np.float32], nframes: int
) -> NDArray[np.float32]:
    """Return the read noise of a group in electrons, from that of a difference of reads in DN."""
    scale = gain / np.sqrt(2.0 * nframes)
    scaled: NDArray[np.float32] = (readnoise * scale).astype(np.float32)
    return scaled


def _pixels(ramps: Ramps, samples: Samples) -> Pixels:
    rates = ramps.median_rate()
    rate = added(rates)
    rate /= float(len(rates))
    noise = scaled_readnoise(samples.readnoise, samples.gain, ramps.timing.nframes)
    current = samples.dark.astype(np.float64)
    photons = np.where(rate > 0, rate + current, current)
    return Pixels(samples.gain.astype(np.float64), noise.astype(np.float64), photons)


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
