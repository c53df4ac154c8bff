"""The compiled forms of `near_infrared.subtract` and `miri_correction.subtract_from_ramp`."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import c_int64

import numpy as np
from numpy.typing import NDArray

from jwst.refpix.layout import OUTPUTS
from strun.engine.compiled import array, function, strides

_floats, _doubles = array(np.float32, strided=True), array(np.float64)
_subtract = function(
    "jwst._kernels",
    "refpix_subtract",
    _floats,
    _doubles,
    array(np.int64),
    _doubles,
    array(np.uint8),
    *[c_int64] * 7,
)
_subtract_from_ramp = function(
    "jwst._kernels", "refpix_subtract_from_ramp", _floats, _doubles, *[c_int64] * 7
)

available = _subtract is not None


def subtract(
    images: NDArray[np.float32],
    columns: NDArray[np.float64],
    keys: NDArray[np.intp],
    rows: NDArray[np.float64],
    single: Sequence[bool],
    *,
    transposed: bool,
) -> None:
    """Subtract drifts from images, in place; parameters as of the numpy form."""
    count, *sizes = images.shape
    fast, slow = sizes if transposed else sizes[::-1]
    if len(columns) != count or keys.shape != (fast,) or rows.shape != (count, slow):
        raise ValueError(f"{columns.shape} and {rows.shape} drifts for {images.shape} samples")
    if len(single) != count or keys.min() < 0 or keys.max() >= columns.shape[1]:
        raise ValueError(f"keys to {keys.max()} for {columns.shape} drifts")
    assert _subtract is not None
    _subtract(
        images,
        columns,
        keys,
        rows,
        np.array(single, np.uint8),
        *images.shape,
        columns.shape[1],
        *strides(images),
        transposed,
    )


def subtract_from_ramp(
    data: NDArray[np.float32], drifts: NDArray[np.float64], rows: slice, columns: slice
) -> None:
    """Subtract the drifts of an integration from its groups, in place, as the numpy form."""
    if drifts.shape != (len(data), 2, OUTPUTS):
        raise ValueError(f"drifts of {drifts.shape} for {data.shape} samples")
    assert _subtract_from_ramp is not None
    _subtract_from_ramp(data, drifts, *data.shape, *strides(data), rows.start, columns.start)
