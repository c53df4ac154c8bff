"""The flag of the first group: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])


def flag_first_group(
    first: NDArray[np.uint8], third: NDArray[np.uint8] | None
) -> NDArray[np.bool_] | None:
    """
    Set DO_NOT_USE in the first group of an integration, in place.

    Parameters
    ----------
    first : ndarray of uint8
        (rows, columns), flags of the first group; changed in place.
    third : ndarray of uint8, optional
        Those of the third group: pixels that are SATURATED there keep their first group.

    Returns
    -------
    ndarray of bool or None
        (rows, columns), the pixels that keep it; None without `third`.
    """
    if third is None:
        first |= _DO_NOT_USE
        return None
    kept: NDArray[np.bool_] = (third & _SATURATED) != 0
    np.bitwise_or(first, _DO_NOT_USE, out=first, where=~kept)
    return kept
