"""Flags of samples whose charge has begun to migrate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.datamodels.dqflags import group
from strun.engine.correction import Block, Correction, Counts

_LOST = np.uint8(group["CHARGELOSS"])
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])


class ChargeMigrationCorrection(Correction):
    """Flags samples above a threshold (DN), and those beside and after them."""

    changes = ("groupdq",)
    reads = ("data",)
    halo = 1
    whole_ramp = True
    planes = 1

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def samples(self, block: Block) -> Counts | None:
        """Flag the samples of an integration."""
        flag_migration(block.data, block.groupdq, threshold=self.threshold)
        inner = block.groupdq[(slice(None), *block.core)]
        return {"samples": inner.size, "samples_lost": int(np.count_nonzero(inner & _LOST))}


def flag_migration(
    data: NDArray[np.float32], groupdq: NDArray[np.uint8], *, threshold: float
) -> None:
    """
    Flag samples above a threshold, their four neighbors, and all later samples of these.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns) of one integration, in DN.
    groupdq : ndarray of uint8
        Of the same shape; CHARGELOSS and DO_NOT_USE are added in place. Samples that are
        DO_NOT_USE and nothing else do not count.
    threshold : float
        In DN.
    """
    reached = np.zeros(data.shape[1:], bool)
    above = (data > threshold) & (groupdq != _DO_NOT_USE)
    for here, flags in zip(above, groupdq, strict=True):
        reached |= here
        if not reached.any():
            continue
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        flags[grown] |= _LOST | _DO_NOT_USE
