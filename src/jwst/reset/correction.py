"""The subtraction of the reset anomaly on blocks of an exposure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Flags
from strun.engine.correction import Block, Correction, Counts
from strun.engine.planes import KeptPlanes
from strun.engine.zeros import zeroed


class Extent(NamedTuple):
    """
    Which samples are corrected: the first `ngroups` groups of `nints` integrations of the file.

    `start` is the number of its first integration in its exposure, from 0. The last integration of
    the reference serves all later ones.
    """

    start: int
    nints: int
    ngroups: int
    reference_nints: int


class ResetCorrection(Correction):
    """
    Subtracts the reset anomaly from the first groups of each integration.

    It is (integrations, groups, rows, columns), in DN.
    """

    changes = ("data", "pixeldq")
    heavy = False
    planes = 2

    def __init__(self, anomaly: Rows, flags: Flags, extent: Extent) -> None:
        self.anomaly = anomaly
        self.flags = flags
        self.extent = extent

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _ResetTile(self, tile)


class _ResetTile(Correction):
    """The correction of one tile."""

    def __init__(self, whole: ResetCorrection, tile: Tile) -> None:
        self.extent = whole.extent
        self.dq = whole.flags.read(tile)
        self.planes_of_integration = whole.anomaly.shape[1]
        self.anomaly = KeptPlanes(
            lambda number: _anomaly(whole.anomaly, tile, number), keep=whole.extent.nints > 1
        )

    def pixels(self, block: Block) -> Counts | None:
        """Add the reference's flags."""
        block.pixeldq |= self.dq
        return None

    def samples(self, block: Block) -> Counts | None:
        """Subtract the anomaly of each group."""
        extent, corrected = self.extent, 0
        inner = block.data[(slice(None), *block.core)]
        for index, integration, group in block.each_group():
            if integration >= extent.nints or group >= extent.ngroups:
                continue
            which = min(extent.start + integration, extent.reference_nints - 1)
            block.data[index] -= self.anomaly[which * self.planes_of_integration + group]
            corrected += inner[index].size
        return {"samples": inner.size, "samples_reset": corrected}


def _anomaly(rows: Rows, tile: Tile, number: int) -> NDArray[np.float32]:
    """Return an anomaly (rows, columns), in DN, with 0 in the place of NaN."""
    anomaly = rows.read(tile, plane=number)
    bad = np.isnan(anomaly)
    return zeroed(anomaly, bad) if bad.any() else anomaly
