"""The flag of the first group of each integration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group, pixel
from strun.engine.correction import Block, Correction, Counts

_FLUX_ESTIMATED = np.uint32(pixel["FLUX_ESTIMATED"])
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])
_SATURATED = np.uint8(group["SATURATED"])


class FirstFrameCorrection(Correction):
    """
    Flags the first group of each integration.

    With `keep_bright` not where the third group is saturated; PIXELDQ tells so.
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
        for index, _, number in block.each_group():
            if number == 0:
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


def flag_first_group(
    first: NDArray[np.uint8], third: NDArray[np.uint8] | None
) -> NDArray[np.bool_] | None:
    """
    Set DO_NOT_USE in the first group of an integration, in place.

    Parameters
    ----------
    first : ndarray of uint8
        (rows, columns), flags of the first group; changed in place.
    third : ndarray of uint8, optional
        Those of the third group: pixels that are SATURATED there keep their first group.

    Returns
    -------
    ndarray of bool or None
        (rows, columns), the pixels that keep it; None without `third`.
    """
    if third is None:
        first |= _DO_NOT_USE
        return None
    kept: NDArray[np.bool_] = (third & _SATURATED) != 0
    np.bitwise_or(first, _DO_NOT_USE, out=first, where=~kept)
    return kept
