"""The compiled form of `ols.fit_selected`, without the optional product."""

from __future__ import annotations

from ctypes import c_double, c_int64
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.samples import (
    Cut,
    Fit,
    Rates,
    Samples,
    SelectedFit,
    Selection,
    Timing,
    leave_out_groups,
)
from jwst.ramp_fitting.weights import Weights
from strun.engine.compiled import array, function
from strun.engine.sorting import network

_bytes, _words, _counts = array(np.uint8), array(np.uint32), array(np.int64)
_floats, _doubles = array(np.float32), array(np.float64)
_fit = function(
    "jwst._kernels",
    "ramp_fit",
    *(_floats, _bytes, _words, _floats, _floats, _floats),
    *[c_int64] * 5,
    *(_bytes, c_double, c_double, array(np.int32), c_int64, _counts, _doubles),
    *(_bytes, _doubles, c_int64, _bytes),
    *(_floats, _words, _floats, _words, _bytes, _bytes, _counts, _counts),
    result=c_int64,
)
# pixels at a time, as in kernel.c
_RUN = 64

available = _fit is not None


@lru_cache(maxsize=8)
def _exchanges(count: int) -> NDArray[np.int32]:
    """Return the comparisons (comparisons, 2) that put the middle of some values in its place."""
    ranks = (max(0, count // 2 - 1), count // 2)
    pairs = [each[:2] for each in network(count, tuple(sorted(set(ranks))))]
    return np.array(pairs, np.int32).reshape(-1, 2)


def fit_selected(
    samples: Samples, selection: Selection, cut: Cut, timing: Timing, weights: Weights
) -> SelectedFit:
    """
    Fit ramps by the samples that take part; parameters as of the numpy form.

    Pixels with samples that are not finite, or with CHARGELOSS, are left to that.

    Raises
    ------
    ValueError
        When the shapes do not fit, or single groups are to be kept.
    """
    nints, ngroups, npixels = shape = samples.data.shape
    if samples.groupdq.shape != shape or {len(each) for each in samples[2:6]} != {npixels}:
        raise ValueError(f"flags or values of pixels do not fit to {shape} samples")
    if not selection.suppress_single or not 0 <= cut.first < cut.stop - 1 < ngroups:
        raise ValueError(f"{selection} of groups {cut} is not for the compiled form")
    assert _fit is not None
    kept = cut.stop - cut.first
    left_out = leave_out_groups(np.zeros((1, ngroups), np.uint8), selection.first, selection.last)
    exchanges = _exchanges(kept - 1)
    scratch = (
        np.empty((nints, ngroups, _RUN), np.uint8),
        np.zeros((kept, _RUN)),
    )
    rate, rateints = np.empty((4, npixels), np.float32), np.empty((4, nints, npixels), np.float32)
    rate_dq, rateints_dq = np.empty(npixels, np.uint32), np.empty((nints, npixels), np.uint32)
    flags, is_left = np.empty((2, npixels), np.uint8)
    used, started = np.zeros(ngroups, np.int64), np.zeros(1, np.int64)
    weights.make_room(kept)
    done = 0
    while done < npixels:
        wanted = np.zeros(kept + 1, np.uint8)
        done = _fit(
            *map(np.ascontiguousarray, samples[:6]),
            *(nints, ngroups, npixels, cut.first, cut.stop),
            *(left_out, timing.group_time, np.sqrt(2.0 * timing.nframes)),
            *(exchanges, len(exchanges), weights.places, weights.values),
            *(*scratch, done, wanted),
            *(rate, rate_dq, rateints, rateints_dq, flags, is_left, used, started),
        )
        weights.add(wanted)
    fit = Fit(
        Rates(rate[0], rate_dq, *rate[1:]), Rates(rateints[0], rateints_dq, *rateints[1:]), []
    )
    rest = np.flatnonzero(is_left)
    if rest.size:
        from jwst.ramp_fitting.ols import fit_selected as fit_by_numpy

        some = fit_by_numpy(samples.take(rest), selection, cut, timing, weights).fit
        for all_rates, mine in zip(fit[:2], some[:2], strict=True):
            for values, found in zip(all_rates, mine, strict=True):
                values[..., rest] = found
    return SelectedFit(fit, used.tolist(), int(started[0]), flags)
