"""Scaling of count rates, their errors and variances: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def scale(values: NDArray[np.float32], factor: float, *, variance: bool = False) -> None:
    """
    Multiply count rates or errors by a factor, variances by its square, in place.

    Parameters
    ----------
    values : ndarray of float32
        Of any shape, in DN/s, or its square.
    factor : float
        GAINFACT. The product is rounded to float32 once.
    variance : bool, optional
        Whether the values are squares.
    """
    values *= factor**2 if variance else factor
