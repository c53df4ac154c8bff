"""The flag of a group that is not to be used: arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group

_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])


def flag_group(groupdq: NDArray[np.uint8]) -> None:
    """Set DO_NOT_USE in all pixels of a group (rows, columns), in place."""
    np.bitwise_or(groupdq, _DO_NOT_USE, out=groupdq)
