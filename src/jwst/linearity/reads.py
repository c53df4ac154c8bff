"""Linearity of groups that are means of several reads, corrected read by read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.datamodels.dqflags import group

__all__ = ["correct_reads"]

_SATURATED = np.uint8(group["SATURATED"])
# all reads of so many pixels stay in the cache of a core
_PIXELS = 8192


def _horner(values: NDArray[Any], coeffs: NDArray[Any], out: NDArray[Any]) -> None:
    np.multiply(coeffs[-1], values, out=out)
    for term in coeffs[-2:0:-1]:
        out += term
        out *= values
    out += coeffs[0]


def _linear(
    counts: NDArray[np.float32], saturated: NDArray[np.bool_], coeffs: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return corrected counts, the counts themselves where they are saturated."""
    corrected = np.empty_like(counts)
    _horner(counts, coeffs, corrected)
    return np.where(saturated, counts, corrected)


def _slope(
    data: NDArray[np.float32],
    saturated: NDArray[np.bool_],
    coeffs: NDArray[np.float32],
    means: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the first group, made linear, and the counts per read up to the last good group."""
    # the last group that is not saturated may be so in part: the one before it is the last used
    good = np.count_nonzero(~saturated, axis=0) - 1
    last = np.maximum(good, 2) - 1
    pixels = np.arange(data.shape[1])
    first_counts = _linear(data[0], saturated[0], coeffs)
    last_counts = _linear(data[last, pixels], saturated[last, pixels], coeffs)
    return first_counts, (last_counts - first_counts) / (means[last] - means[0])


def _correct_pixels(
    data: NDArray[np.float32],
    saturated: NDArray[np.bool_],
    coeffs: NDArray[np.float32],
    inverse: NDArray[np.float32],
    nframes: int,
) -> None:
    ngroups, npixels = data.shape
    reads = np.arange(1, ngroups * nframes + 1).reshape(ngroups, nframes)
    means = reads.mean(axis=1)
    first, rate = _slope(data, saturated, coeffs, means)
    # single precision coefficients in double precision arithmetic, as the sums are made
    forward, backward = coeffs.astype(np.float64), inverse.astype(np.float64)
    linear = np.empty((nframes, npixels))
    counts = np.empty((nframes, npixels))
    for number in range(ngroups):
        since = reads[number] - means[0]
        np.multiply(rate, since[:, None], out=linear)
        linear += first
        _horner(linear, backward, counts)
        counts += data[number] - counts.mean(axis=0)
        _horner(counts, forward, linear)
        np.copyto(data[number], linear.mean(axis=0), where=~saturated[number], casting="same_kind")


def correct_reads(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    coeffs: NDArray[np.float32],
    inverse: NDArray[np.float32],
    *,
    nframes: int,
) -> int:
    """
    Correct an integration whose groups are means of `nframes` consecutive reads, in place.

    The reads of a group are predicted from the slope of the ramp, made non-linear by the inverse
    polynomial, moved so that their mean is the group, made linear one by one, and averaged.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns) with two groups or more, in DN; changed in place.
    groupdq : ndarray of uint8
        Of the same shape; saturated samples keep their value.
    coeffs, inverse : ndarray of float32
        (coefficients, rows, columns), made safe.
    nframes : int
        Reads of a group.

    Returns
    -------
    int
        Count of samples left because they are saturated.
    """
    ngroups = len(data)
    flat = data.reshape(ngroups, -1)
    saturated = (groupdq.reshape(ngroups, -1) & _SATURATED) != 0
    forward = coeffs.reshape(len(coeffs), -1)
    backward = inverse.reshape(len(inverse), -1)
    with np.errstate(all="ignore"):
        for first in range(0, flat.shape[1], _PIXELS):
            cut = slice(first, first + _PIXELS)
            values = np.ascontiguousarray(flat[:, cut])
            _correct_pixels(values, saturated[:, cut], forward[:, cut], backward[:, cut], nframes)
            flat[:, cut] = values
    if not np.shares_memory(flat, data):
        data[...] = flat.reshape(data.shape)
    return int(np.count_nonzero(saturated))
