"""The superbias subtracted from blocks of an exposure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Flags
from strun.engine.correction import Block, Correction, Counts
from strun.engine.zeros import zeroed


class SuperBiasCorrection(Correction):
    """
    Subtracts the superbias (rows, columns), in DN, from every group.

    Of exposures in superstripes it has a plane for each of them, which the integrations go
    through in turn.
    """

    heavy = False

    def __init__(self, bias: Rows, flags: Flags, *, zeroframe: bool) -> None:
        self.bias = bias
        self.flags = flags
        self.changes = ("data", "pixeldq", *(("zeroframe",) if zeroframe else ()))
        # the superbias, where it is NaN, flags as read and decoded
        self.planes = 4 * (bias.shape[0] if len(bias.shape) > 2 else 1)

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        # a copy, which may be changed
        bias = self.bias.read(tile, np.empty((*self.bias.shape[:-2], *tile.shape), np.float32))
        dq = self.flags.read(tile)
        if bias.ndim > 2 and len(bias) == 1:
            # blocks have no axis of a single superstripe
            bias, dq = bias[0], dq[0]
        return _SuperBiasTile(bias, dq)


class _SuperBiasTile(Correction):
    """The correction of one tile."""

    def __init__(self, bias: NDArray[np.float32], dq: NDArray[np.uint32]) -> None:
        self.missing = np.isnan(bias)
        bias[self.missing] = 0
        self.bias = bias
        self.dq = dq

    def _of(self, integration: int) -> NDArray[Any]:
        return self.bias if self.bias.ndim == 2 else self.bias[integration % len(self.bias)]

    def pixels(self, block: Block) -> Counts | None:
        """Add the reference's flags."""
        block.pixeldq |= self.dq
        missing = self.missing[(..., *block.core)]
        return {"pixels": missing.size, "pixels_without_bias": int(np.count_nonzero(missing))}

    def samples(self, block: Block) -> Counts | None:
        """Subtract the superbias."""
        for index, integration, _ in block.each_group():
            block.data[index] -= self._of(integration)
        count = block.data[(..., *block.core)].size
        return {"samples": count, "samples_subtracted": count - self._without(block)}

    def _without(self, block: Block) -> int:
        """Count the samples of pixels without a superbias."""
        missing = self.missing[(..., *block.core)]
        if missing.ndim == 2:
            return int(np.count_nonzero(missing)) * len(block.data)
        planes = (integration % len(missing) for _, integration, _ in block.each_group())
        return sum(int(np.count_nonzero(missing[plane])) for plane in planes)

    def zeroframe(self, block: Block) -> Counts | None:
        """Subtract the superbias from the zero frame; zeros, which are bad samples, stay."""
        frame = block.zeroframe[0]
        bad = frame == 0
        # the groups of a block of zero frames are integrations
        frame -= self._of(block.groups.start)
        zeroed(frame, bad, out=frame)
        return None
