"""The flags of charge migration on blocks of an exposure."""

from __future__ import annotations

import numpy as np

from jwst.charge_migration.flagging import flag_migration
from strun.datamodels.dqflags import group
from strun.engine.correction import Block, Correction, Counts

_LOST = np.uint8(group["CHARGELOSS"])


class ChargeMigrationCorrection(Correction):
    """
    Flags samples above a threshold, and those beside and after them.

    Parameters
    ----------
    threshold : float
        In DN.
    """

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
