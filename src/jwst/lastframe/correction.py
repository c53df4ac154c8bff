"""The flag of the last group on blocks of an exposure."""

from __future__ import annotations

import numpy as np

from strun.datamodels.dqflags import group as flags
from strun.engine.correction import Block, Correction, Counts

_DO_NOT_USE = np.uint8(flags["DO_NOT_USE"])


class LastFrameCorrection(Correction):
    """Flags the last group of each integration."""

    changes = ("groupdq",)
    heavy = False

    def samples(self, block: Block) -> Counts | None:
        """Flag the last group, where the block has it."""
        inner = block.groupdq[(slice(None), *block.core)]
        flagged = 0
        for index, _, group in block.each_group():
            if group == block.ngroups - 1:
                block.groupdq[index] |= _DO_NOT_USE
                flagged += inner[index].size
        return {"samples": inner.size, "samples_last_group": flagged}
