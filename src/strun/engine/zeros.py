"""Values replaced by zeros."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def zeroed(
    values: NDArray[np.float32], bad: NDArray[np.bool_], out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """
    Return values with 0 in the place of bad ones.

    Parameters
    ----------
    values : ndarray of float32
        Of any shape.
    bad : ndarray of bool
        Of the same shape.
    out : ndarray of float32, optional
        Where to put them, which may be `values` itself.

    Returns
    -------
    ndarray of float32
        A new array, or `out`.
    """
    # where() takes twice as long, and an index ten times where many are bad
    bits = None if out is None else out.view(np.uint32)
    return np.multiply(values.view(np.uint32), ~bad, out=bits).view(np.float32)
