"""The scale of groups on blocks of an exposure."""

from __future__ import annotations

from typing import Any

import numpy as np

from strun.engine.correction import Block, Correction, Counts


class GroupScaleCorrection(Correction):
    """
    Scales groups to the mean of their frames, of which there are `nframes`.

    The electronics average the frames of a group by a shift of bits: the sum is divided by the
    next power of two, `frame_divisor`, which is too much for other numbers of frames.
    """

    changes = ("data",)
    heavy = False

    def __init__(self, frame_divisor: int, nframes: int) -> None:
        self.frame_divisor = frame_divisor
        self.nframes = nframes

    def samples(self, block: Block) -> Counts | None:
        """Scale the samples."""
        # the factor is rounded to float32 before, as are all numbers of Python beside float32
        block.data *= np.float32(self.frame_divisor / self.nframes)
        return {"samples_scaled": block.data[(..., *block.core)].size}

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, and the factor."""
        return totals | {"factor": self.frame_divisor / self.nframes}
