"""The flag of the first group on blocks of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jwst.firstframe.flagging import flag_first_group
from strun.datamodels.dqflags import pixel
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from strun.blockio.tiles import Tile

_FLUX_ESTIMATED = np.uint32(pixel["FLUX_ESTIMATED"])


class FirstFrameCorrection(Correction):
    """
    Flags the first group of each integration.

    Parameters
    ----------
    keep_bright : bool
        Leave it out where the third group is saturated, and tell so in PIXELDQ.
    """

    heavy = False
    planes = 0.25

    def __init__(self, *, keep_bright: bool) -> None:
        self.keep_bright = keep_bright
        self.changes = ("pixeldq", "groupdq") if keep_bright else ("groupdq",)
        # the third group says what becomes of the first one
        self.whole_ramp = keep_bright
        self.has_finish = keep_bright

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _FirstFrameTile(self, tile)


class _FirstFrameTile(Correction):
    """The correction of one tile: its pixels with a first group that is kept."""

    def __init__(self, whole: FirstFrameCorrection, tile: Tile) -> None:
        self.keep_bright = whole.keep_bright
        self.kept = np.zeros(tile.shape, bool)

    def samples(self, block: Block) -> Counts | None:
        """Flag the first groups that the block has."""
        flagged = 0
        for index, _, group in block.each_group():
            if group == 0:
                third = block.groupdq[index + 2] if self.keep_bright else None
                kept = flag_first_group(block.groupdq[index], third)
                if kept is not None:
                    self.kept |= kept
                    flagged -= int(np.count_nonzero(kept[block.core]))
                flagged += block.groupdq[(index, *block.core)].size
        inner = block.groupdq[(slice(None), *block.core)]
        return {"samples": inner.size, "samples_first_group": flagged}

    def finish(self, block: Block) -> Counts | None:
        """Flag pixels whose first group was kept in any integration."""
        if not self.keep_bright:
            return None
        block.pixeldq[self.kept] |= _FLUX_ESTIMATED
        inner = self.kept[block.core]
        return {"pixels": inner.size, "pixels_kept": int(np.count_nonzero(inner))}
