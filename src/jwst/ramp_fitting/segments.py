"""Segments of ramps between jumps and other flagged samples: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ramp_fitting.samples import NOT_PERSISTENCE
from strun.datamodels.dqflags import group

_JUMP = np.uint8(group["JUMP_DET"])


class Segments(NamedTuple):
    """
    Segments of the ramps of an integration, in order of pixels, then of groups.

    Of each segment its pixel, first group, number of groups, and which one of its pixel's it is,
    from 0; `planes` (pixels,) of the optional product are what the segments of a pixel ask for.
    """

    pixel: NDArray[np.intp]
    start: NDArray[np.intp]
    length: NDArray[np.intp]
    number: NDArray[np.intp]
    planes: NDArray[np.intp]


def find_segments(groupdq: NDArray[np.uint8], skipped: NDArray[np.bool_]) -> Segments:
    """
    Find runs of good samples, with the sample of the jump before them, if that is no more.

    Runs of one sample count only where a pixel has no longer one, and then only the first.

    Parameters
    ----------
    groupdq : ndarray of uint8
        (groups, pixels) of one integration.
    skipped : ndarray of bool
        (pixels,), those that are to get no segment.

    Returns
    -------
    Segments
        What was found.
    """
    ngroups, npixels = groupdq.shape
    flags = groupdq & NOT_PERSISTENCE
    good = flags == 0
    good &= ~skipped
    begins, ends = good.copy(), good.copy()
    begins[1:] &= ~good[:-1]
    ends[:-1] &= ~good[1:]
    # in order of pixels; faster than numpy.nonzero of two axes
    start, last = np.flatnonzero(begins.T), np.flatnonzero(ends.T)
    pixel = start // ngroups
    first = pixel * ngroups
    start -= first
    last -= first
    # a jump is the first sample of what comes after it
    start -= (start > 0) & (flags[start - 1, pixel] == _JUMP)
    length = last - start + 1
    many = np.bincount(pixel, minlength=npixels)
    long = np.bincount(pixel, weights=length > 1, minlength=npixels).astype(np.intp)
    is_first = np.ones(len(pixel), bool)
    is_first[1:] = pixel[1:] != pixel[:-1]
    kept = np.where(long[pixel] > 0, length > 1, is_first)
    pixel, start, length = pixel[kept], start[kept], length[kept]
    # runs of one sample that were left out keep their planes
    return Segments(pixel, start, length, _places(pixel), np.where(long > 0, long, many))


def _places(sorted_keys: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the place of each value among its equals."""
    everything = np.arange(len(sorted_keys))
    new = np.ones(len(sorted_keys), bool)
    new[1:] = sorted_keys[1:] != sorted_keys[:-1]
    return everything - np.maximum.accumulate(np.where(new, everything, 0))


def jump_sizes(values: NDArray[np.float64], flags: NDArray[np.uint8]) -> NDArray[np.float32]:
    """
    Return the rises at the jumps of each ramp in order, (jumps, pixels), in DN.

    Samples and flags are (groups, pixels), samples NaN where saturated. There are as many planes as
    the pixel with most jumps has, with 0 where another has fewer.
    """
    jumped = (flags[1:] & _JUMP) != 0
    place = np.cumsum(jumped, axis=0) - 1
    sizes = np.zeros((int(place[-1:].max(initial=-1)) + 1, values.shape[1]), np.float32)
    later, pixel = np.nonzero(jumped)
    sizes[place[later, pixel], pixel] = values[later + 1, pixel] - values[later, pixel]
    return sizes
