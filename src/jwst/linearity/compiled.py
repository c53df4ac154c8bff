"""The compiled form of `polynomial.correct`."""

from __future__ import annotations

from ctypes import c_float, c_int64

import numpy as np
from numpy.typing import NDArray

from jwst.linearity.polynomial import require_shapes
from strun.effects.change import FAINTEST, Largest
from strun.engine.compiled import array, function, strides

_floats, _bytes = array(np.float32), array(np.uint8)
_correct = function(
    "jwst._kernels",
    "linearity_correct",
    array(np.float32, strided=True),
    array(np.uint8, strided=True),
    _floats,
    *[c_int64] * 8,
    c_float,
    _floats,
    result=c_int64,
)

available = _correct is not None


def correct(
    data: NDArray[np.float32],
    groupdq: NDArray[np.uint8],
    coeffs: NDArray[np.float32],
    largest: Largest,
) -> int:
    """Correct samples in place, and look for the largest change, as the numpy form."""
    require_shapes(data, groupdq, coeffs)
    assert _correct is not None
    most = np.array([largest.value], np.float32)
    saturated: int = _correct(
        data,
        groupdq,
        coeffs,
        *data.shape,
        len(coeffs),
        *strides(data),
        *strides(groupdq),
        FAINTEST,
        most,
    )
    largest.value = float(most[0])
    return saturated
