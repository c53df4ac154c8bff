"""Count rates of an exposure or of its integrations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Rates(NamedTuple):
    """
    Count rates.

    Attributes
    ----------
    slope : ndarray of float32
        In DN per second; NaN where there is none.
    dq : ndarray of uint32
        Flags of pixels.
    var_poisson, var_rnoise : ndarray of float32
        Variances of the slope by photons and by read noise.
    err : ndarray of float32
        Standard deviation of the slope.
    """

    slope: NDArray[np.float32]
    dq: NDArray[np.uint32]
    var_poisson: NDArray[np.float32]
    var_rnoise: NDArray[np.float32]
    err: NDArray[np.float32]
