"""The subtraction of a superbias: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def replace_nan(bias: NDArray[np.float32]) -> NDArray[np.bool_]:
    """
    Set pixels without a superbias to 0, in place.

    Parameters
    ----------
    bias : ndarray of float32
        In DN, of any shape.

    Returns
    -------
    ndarray of bool
        Where it was NaN.
    """
    missing = np.isnan(bias)
    bias[missing] = 0
    return missing


def subtract_from_zeroframe(zeroframe: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    """
    Subtract a superbias from a zero frame, in place; zeros, which are bad samples, stay.

    Parameters
    ----------
    zeroframe, bias : ndarray of float32
        (rows, columns), in DN.
    """
    bad = zeroframe == 0
    zeroframe -= bias
    zeroframe[bad] = 0
