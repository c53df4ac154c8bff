"""Differences of groups in electrons, and their medians: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.engine.sorting import middle, sorted_planes

# values: they and what is made of them stay in the cache of a core
AT_ONCE = 1 << 17

UNUSABLE = np.uint8(group["DO_NOT_USE"] | group["SATURATED"])
"""Flags of samples that no difference is made of."""


def differences(
    data: NDArray[np.float32], groupdq: NDArray[np.uint8], gain: NDArray[np.float32]
) -> NDArray[np.float32]:
    """
    Return what each group of each integration adds to the one before it.

    Parameters
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    groupdq : ndarray of uint8
        Of the same shape.
    gain : ndarray of float32
        (rows, columns), in electrons per DN.

    Returns
    -------
    ndarray of float32
        (integrations * (groups - 1), rows * columns), in electrons; NaN where one of the two
        samples is DO_NOT_USE or SATURATED.
    """
    nints, ngroups, nrows, ncolumns = data.shape
    found = np.empty((nints, ngroups - 1, nrows, ncolumns), np.float32)
    step = max(1, AT_ONCE // (nints * ngroups * ncolumns))
    for top in range(0, nrows, step):
        part = np.s_[:, :, top : top + step]
        # in the order of its axes, whatever that of the samples is
        electrons = np.multiply(data[part], gain[top : top + step], order="C")
        electrons.reshape(-1)[np.flatnonzero((groupdq[part] & UNUSABLE) != 0)] = np.nan
        np.subtract(electrons[:, 1:], electrons[:, :-1], out=found[part])
    return found.reshape(nints * (ngroups - 1), -1)


def medians(diffs: NDArray[np.float32]) -> NDArray[np.float64]:
    """
    Return the median of the differences (differences, pixels) of each pixel that are not NaN.

    NaN where there is no difference.
    """
    return middle(*sorted_planes(diffs))


def sigmas(median: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the noise of a difference, of its photons and of its two reads, in electrons.

    By pixel, from the median of the differences in electrons and the variance of the reads of a
    difference; NaN in place of 0, which nothing exceeds.
    """
    sigma: NDArray[np.float64] = np.abs(median)
    sigma += variance
    np.sqrt(sigma, out=sigma)
    sigma[sigma == 0] = np.nan
    return sigma
