"""The scale of averaged groups: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def scale(data: NDArray[np.float32], frame_divisor: int, nframes: int) -> None:
    """
    Multiply samples by frame_divisor / nframes, in place.

    The electronics average the frames of a group by a shift of bits: the sum is divided by the
    next power of two, which is too much for other numbers of frames.

    Parameters
    ----------
    data : ndarray of float32
        Samples in DN, of any shape.
    frame_divisor : int
        What the sum was divided by.
    nframes : int
        How many frames were summed.
    """
    # the factor is rounded to float32 before, as are all numbers of Python beside float32
    data *= np.float32(float(frame_divisor) / nframes)
