"""The compiled forms of `search.search_jumps` and `flagging.remove_unusable`."""

from __future__ import annotations

import math
from ctypes import c_double, c_int64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.jump.method import Ramps, Search
from strun.engine.compiled import array, function, strides

_search = function(
    "jwst._kernels",
    "jump_search",
    array(np.float32, strided=True),
    array(np.uint8, strided=True),
    array(np.uint8),
    *[array(np.float32)] * 3,
    *[c_int64] * 9,
    *[c_double] * 6,
)
_count = function(
    "jwst._kernels",
    "jump_count",
    array(np.uint8, strided=True),
    *[c_int64] * 10,
    *[array(np.int64)] * 2,
)
# pixels whose differences, and these in order, it holds at a time
_RUN = 64

available = _search is not None


def search_jumps(ramps: Ramps, search: Search) -> NDArray[np.uint8]:
    """
    Set JUMP_DET in samples that are a jump above the one before, in place.

    Return flags of the same shape, JUMP_DET where neighbors are to be flagged. Raises ValueError
    when shapes do not fit, or the groups do not lie at equal distances.
    """
    data, groupdq, gain, readnoise = ramps
    image = data.shape[2:]
    if groupdq.shape != data.shape or gain.shape != image or readnoise.shape != image:
        raise ValueError(
            f"flags {groupdq.shape}, gain {gain.shape} and read noise {readnoise.shape} for "
            f"{data.shape} samples"
        )
    assert _search is not None
    near = np.zeros(data.shape, np.uint8)
    # twice the differences, and what it takes to begin at a line of the cache
    scratch = np.empty(2 * _RUN * data.shape[0] * data.shape[1] + 16, np.float32)
    _search(
        *(data, groupdq, near, np.ascontiguousarray(gain), np.ascontiguousarray(readnoise)),
        *(scratch, *data.shape, *_strides(data), *_strides(groupdq)),
        *(search.method == "repeated", search.nframes, *search.thresholds),
        *(search.neighbors or (math.inf, -math.inf)),
    )
    return near


def remove_unusable(
    groupdq: NDArray[np.uint8], core: tuple[slice, slice]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Take JUMP_DET away from samples that cannot be used, in place, and count the others.

    Return `jumps` and `used` of `flagging.Flagged`.
    """
    assert _count is not None
    nints, ngroups, nrows, ncolumns = groupdq.shape
    jumps, used = np.zeros(ngroups, np.int64), np.zeros(nints * ngroups, np.int64)
    edges = (*core[0].indices(nrows)[:2], *core[1].indices(ncolumns)[:2])
    _count(groupdq, *groupdq.shape, *_strides(groupdq), *edges, jumps, used)
    return jumps, used


def _strides(values: NDArray[Any]) -> tuple[int, int]:
    plane, row = strides(values)
    if len(values) > 1 and values.strides[0] != values.shape[1] * values.strides[1]:
        raise ValueError("groups at unequal distances: part of the groups of larger arrays")
    return plane, row
