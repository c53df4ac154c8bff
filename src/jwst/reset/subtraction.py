"""Subtraction of a reset anomaly: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def without_nan(anomaly: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an anomaly (rows, columns), in DN, with 0 in the place of NaN."""
    bad = np.isnan(anomaly)
    return np.where(bad, np.float32(0), anomaly) if bad.any() else anomaly
