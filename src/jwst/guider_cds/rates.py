"""Count rates of a guider and their errors: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_AVERAGED = 4


def differences(data: NDArray[np.float32], mode: str) -> NDArray[np.float32]:
    """
    Return the signal that came in while an integration was read out.

    Parameters
    ----------
    data : ndarray of float32
        (integrations, groups, rows, columns), in DN.
    mode : str
        EXP_TYPE. FGS_FINEGUIDE: the mean of the last four groups less that of the first four;
        FGS_ID...: the smaller difference of two integrations, in one plane; others: the second
        group less the first.

    Returns
    -------
    ndarray of float32
        (integrations, rows, columns), in DN.
    """
    if mode == "FGS_FINEGUIDE":
        ends = (data[:, -_AVERAGED:], data[:, :_AVERAGED])
        with np.errstate(invalid="ignore"):
            last, first = (np.stack([one.mean(axis=0) for one in end]) for end in ends)
            mean: NDArray[np.float32] = last - first
        return mean
    with np.errstate(invalid="ignore"):
        rise: NDArray[np.float32] = data[:, 1] - data[:, 0]
    return np.minimum(rise[1], rise[0])[np.newaxis] if mode.startswith("FGS_ID") else rise


def errors(
    rise: NDArray[np.float32],
    gain: NDArray[np.float32],
    readnoise: NDArray[np.float32],
    group_time: float,
) -> NDArray[np.float32]:
    """
    Return the errors of count rates: read noise of two reads, and Poisson noise.

    Parameters
    ----------
    rise : ndarray of float32
        (integrations, rows, columns), in DN, from `differences`.
    gain : ndarray of float32
        (rows, columns), in electrons per DN.
    readnoise : ndarray of float32
        (rows, columns), of one read, in DN.
    group_time : float
        Seconds.

    Returns
    -------
    ndarray of float32
        Of the shape of `rise`, in DN/s; NaN where the gain or the noise has no value.
    """
    with np.errstate(all="ignore"):
        read = (2 * (readnoise / group_time) ** 2).astype(np.float32)
        poisson = (rise / (gain * group_time)).astype(np.float32)
    poisson[poisson < 0] = 0
    result: NDArray[np.float32] = (read + poisson) ** 0.5
    return result
