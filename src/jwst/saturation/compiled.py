"""The compiled form of `thresholds.flag`."""

from __future__ import annotations

from ctypes import c_int64

import numpy as np
from numpy.typing import NDArray

from strun.engine.compiled import array, function, strides

_bytes = array(np.uint8)
_flag = function(
    "jwst._kernels",
    "saturation_flag",
    array(np.float32, strided=True),
    array(np.uint8, strided=True),
    array(np.float32),
    _bytes,
    array(np.float64),
    _bytes,
    array(np.int64),
    *[c_int64] * 12,
)

available = _flag is not None


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
    """Flag samples in place, and count them; parameters as of the numpy form."""
    shape = data.shape[1:]
    if groupdq.shape != data.shape or not shape == thresholds.shape == unchecked.shape:
        raise ValueError(
            f"{thresholds.shape} thresholds and {groupdq.shape} flags for {data.shape} samples"
        )
    if len(factors) != len(data):
        raise ValueError(f"{len(factors)} factors for {len(data)} groups")
    (top, bottom, _), (left, right, _) = (
        part.indices(size) for part, size in zip(core, shape, strict=True)
    )
    scratch = np.empty(3 * thresholds.size + shape[0], np.uint8)
    counts = np.empty(len(data) + 1, np.int64)
    assert _flag is not None
    _flag(
        data,
        groupdq,
        thresholds,
        unchecked.view(np.uint8),
        factors,
        scratch,
        counts,
        *data.shape,
        max(layers, 0),
        *strides(data),
        *strides(groupdq),
        *(top, bottom, left, right),
    )
    *saturated, floor = counts.tolist()
    return saturated, floor
