"""The flags of saturated samples on blocks of an exposure."""

from __future__ import annotations

import numpy as np

from jwst.saturation import compiled
from jwst.saturation.thresholds import (
    flag,
    flag_second_group,
    flag_zeroframe,
    last_frame_factors,
    make_checkable,
)
from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Flags
from strun.engine.correction import Block, Correction, Counts

_flag = compiled.flag if compiled.available else flag


class SaturationCorrection(Correction):
    """
    Flags saturated samples and samples at the floor of the converter.

    Thresholds and superbias are (rows, columns), in DN. `layers` of pixels around a saturated one
    are flagged with it; `nframes` is None to leave the frames of a group out of account.
    """

    whole_ramp = True
    planes = 8

    def __init__(
        self,
        thresholds: Rows,
        flags: Flags,
        *,
        bias: Rows | None,
        layers: int,
        nframes: int | None,
        zeroframe: bool,
    ) -> None:
        self.thresholds = thresholds
        self.flags = flags
        self.bias = bias
        self.layers = layers
        self.nframes = nframes
        self.changes = ("pixeldq", "groupdq", *(("zeroframe",) if zeroframe else ()))
        self.reads = ("data",)
        # what grows in the pass over averaged groups has grown in the first one
        self.halo = layers if nframes in (None, 1) else 2 * layers

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _SaturationTile(self, tile)


class _SaturationTile(Correction):
    """The correction of one tile."""

    def __init__(self, whole: SaturationCorrection, tile: Tile) -> None:
        self.layers = whole.layers
        self.nframes = whole.nframes
        self.dq = whole.flags.read(tile)
        # a copy, which may be changed
        self.thresholds = whole.thresholds.read(tile, np.empty(tile.shape, np.float32))
        self.unchecked = make_checkable(self.thresholds, self.dq)
        self.bias = None if whole.bias is None else whole.bias.read(tile)

    def pixels(self, block: Block) -> Counts | None:
        """Add the reference's flags."""
        block.pixeldq |= self.dq
        unchecked = self.unchecked[block.core]
        return {"pixels": unchecked.size, "pixels_unchecked": int(np.count_nonzero(unchecked))}

    def samples(self, block: Block) -> Counts | None:
        """Flag the samples of an integration."""
        data, flags = block.data, block.groupdq
        # one frame in each group leaves no frames out of account
        factors = last_frame_factors(len(data), self.nframes or 1)
        saturated, floor = _flag(
            data,
            flags,
            self.thresholds,
            self.unchecked,
            factors,
            block.core,
            layers=self.layers,
        )
        if self.nframes is not None and len(data) > 2:
            flag_second_group(data, flags, self.thresholds, self.bias, nframes=self.nframes)
        return {
            "samples": flags[:, *block.core].size,
            "samples_saturated": sum(saturated),
            "samples_saturated_by_group": saturated,
            "samples_floor": floor,
        }

    def zeroframe(self, block: Block) -> Counts | None:
        """Set bad samples of the zero frame to 0."""
        flag_zeroframe(block.zeroframe[0], self.thresholds, layers=self.layers)
        return None
