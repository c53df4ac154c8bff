"""Saturated samples found by thresholds: arrays only."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group, pixel
from strun.engine.zeros import zeroed

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])
_AD_FLOOR = np.uint8(group["AD_FLOOR"])
_NO_SAT_CHECK = np.uint32(pixel["NO_SAT_CHECK"])
# one above the highest number of the 16-bit converter: never reached
_UNREACHABLE = np.float32(65536)


def make_checkable(thresholds: NDArray[np.float32], dq: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """
    Put thresholds that cannot be used out of reach, in place.

    Parameters
    ----------
    thresholds : ndarray of float32
        (rows, columns), in DN; changed in place.
    dq : ndarray of uint32
        (rows, columns), standard flags of the reference; pixels whose threshold is NaN get
        NO_SAT_CHECK.

    Returns
    -------
    ndarray of bool
        (rows, columns), the pixels that are not checked.
    """
    dq[np.isnan(thresholds)] |= _NO_SAT_CHECK
    unchecked: NDArray[np.bool_] = (dq & _NO_SAT_CHECK) != 0
    thresholds[unchecked] = _UNREACHABLE
    return unchecked


def grow(mask: NDArray[np.bool_], layers: int) -> NDArray[np.bool_]:
    """Return images (..., rows, columns) with `layers` more on each side, diagonals included."""
    grown = mask
    for axis in (-2, -1):
        before = grown
        grown = before.copy()
        for shift in range(1, min(layers, before.shape[axis] - 1) + 1):
            near, far = _shifted(axis, shift)
            grown[near] |= before[far]
            grown[far] |= before[near]
    return grown


def _shifted(axis: int, shift: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    behind = (slice(None),) * (-1 - axis)
    return (..., slice(shift, None), *behind), (..., slice(None, -shift), *behind)


def _add(groupdq: NDArray[np.uint8], mask: NDArray[np.bool_], flags: np.uint8) -> None:
    """Add flags to the samples of a mask, in place."""
    # byte by byte: far faster than an index
    groupdq |= mask.view(np.uint8) * flags


def flag(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    thresholds: NDArray[np.float32],
    unchecked: NDArray[np.bool_],
    factors: NDArray[np.float64],
    core: tuple[slice, slice],
    *,
    layers: int,
) -> tuple[list[int], int]:
    """
    Flag the samples of an integration by its thresholds, in place, and count them.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns) of one integration, in DN.
    groupdq : ndarray of uint8
        Of the shape of `data`; changed in place. SATURATED samples that it comes with grow too.
    thresholds : ndarray of float32
        (rows, columns), from `make_checkable`.
    unchecked : ndarray of bool
        (rows, columns), from `make_checkable`.
    factors : ndarray of float64
        By group, from `last_frame_factors`; a group of factor 1 has no other frames to look for.
    core : tuple of slice
        Rows and columns that are counted.
    layers : int
        Pixels around a saturated one that are flagged with it.

    Returns
    -------
    saturated : list of int
        SATURATED samples of each group.
    floor : int
        AD_FLOOR samples.
    """
    _flag_thresholds(data, groupdq, thresholds, layers=layers)
    if (factors != 1).any():
        _flag_averaged(data, groupdq, thresholds, unchecked, factors, layers=layers)
    inner = groupdq[:, *core]
    saturated = [int(np.count_nonzero(each & _SATURATED)) for each in inner]
    return saturated, int(np.count_nonzero(inner & _AD_FLOOR))


def _flag_thresholds(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    thresholds: NDArray[np.float32],
    *,
    layers: int,
) -> None:
    """Flag samples at or above the threshold, all later ones of the ramp, and those at zero."""
    low = data <= 0
    if low.any():
        _add(groupdq, low, _AD_FLOOR | _DO_NOT_USE)
    saturated = data >= thresholds
    for before, after in pairwise(saturated):
        after |= before
    saturated |= (groupdq & _SATURATED) != 0
    if saturated.any():
        _add(groupdq, grow(saturated, layers), _SATURATED)


def last_frame_factors(ngroups: int, nframes: int) -> NDArray[np.float64]:
    """Return the mean of a group over its last frame, for each group of a straight ramp."""
    frames = np.arange(1, nframes + 1) + nframes * np.arange(ngroups)[:, None]
    factors: NDArray[np.float64] = np.mean(frames, axis=1) / frames[:, -1]
    return factors


def _flag_averaged(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    thresholds: NDArray[np.float32],
    unchecked: NDArray[np.bool_],
    factors: NDArray[np.float64],
    *,
    layers: int,
) -> None:
    """Flag groups whose last frames saturated although their mean did not."""
    asked = (groupdq[:-1] & (_SATURATED | _DO_NOT_USE)) == 0
    asked &= (groupdq[1:] & _SATURATED) != 0
    asked &= (factors[:-1] != 1)[:, None, None]
    where = np.unravel_index(np.flatnonzero(asked), asked.shape)
    pixel = where[1:]
    limits = thresholds[pixel] * np.where(unchecked[pixel], 1, factors[where[0]])
    found = data[where] >= limits
    if found.any():
        asked[where] = found
        _add(groupdq[:-1], grow(asked, layers), _DO_NOT_USE)


def flag_second_group(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    thresholds: NDArray[np.float32],
    bias: NDArray[np.float32] | None,
    *,
    nframes: int,
) -> None:
    """
    Flag second groups whose rise says that they began to saturate, in place.

    Parameters
    ----------
    data, groupdq, thresholds
        As for `flag`, after it; three groups or more.
    nframes : int
        Frames averaged in a group.
    bias : ndarray of float32 or None
        (rows, columns), in DN; NaN is kept and flags nothing.
    """
    asked = (groupdq[2] & _SATURATED) != 0
    asked &= (groupdq[1] & _SATURATED) == 0
    where = np.flatnonzero(asked)
    if not where.size:
        return
    first, second, limits = (each.ravel().take(where) for each in (*data[:2], thresholds))
    offset = np.float64(0) if bias is None else bias.ravel().take(where)
    signal = first - offset if bias is not None else first
    # the mean frame of the first group is a float64, and so is all that follows
    expected = signal / np.mean(np.arange(1, nframes + 1)) * (3 * nframes) + offset
    found = (expected < limits) & (second - first > (limits - first) / nframes)
    groupdq[1][np.unravel_index(where[found], asked.shape)] |= _DO_NOT_USE


def flag_zeroframe(
    zeroframe: NDArray[np.float32], thresholds: NDArray[np.float32], *, layers: int
) -> None:
    """
    Set samples of a zero frame to 0 that are saturated, beside one that is, or not above 0.

    Parameters
    ----------
    zeroframe : ndarray of float32
        (rows, columns), in DN; changed in place.
    thresholds, layers
        As for `flag`.
    """
    bad = grow(zeroframe >= thresholds, layers)
    bad |= zeroframe <= 0
    zeroed(zeroframe, bad, out=zeroframe)
