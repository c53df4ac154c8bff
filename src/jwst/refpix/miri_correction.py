"""The drifts of MIRI's outputs subtracted from blocks of an exposure."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jwst.refpix import compiled
from jwst.refpix.correction import drift_counts
from jwst.refpix.layout import Layout, tiles_of
from jwst.refpix.mid_infrared import Outputs, subtract_from_ramp
from strun.datamodels.dqflags import pixel
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from strun.blockio.tiles import Tile
    from strun.datamodels.subarray import Border

log = logging.getLogger(__name__)

_subtract = compiled.subtract_from_ramp if compiled.available else subtract_from_ramp

_DO_NOT_USE = np.uint32(pixel["DO_NOT_USE"])


class MiriRefPixCorrection(Correction):
    """
    Subtracts the drift since the first group that MIRI's reference pixels show.

    The exposure is a full frame, `border` its reference columns; `limit` is for the clipped mean.
    """

    changes = ("data",)
    reads = ("pixeldq",)
    whole_ramp = True
    planes = 2

    def __init__(
        self, border: Border, image: tuple[int, int], *, by_parity: bool, limit: float
    ) -> None:
        rows, columns = (np.arange(size) for size in image)
        self.layout = Layout(tiles_of(image, border), rows, columns)
        self.by_parity = by_parity
        self.limit = limit
        self.drifts: list[NDArray[np.float64]] = []
        self.pixels_used = 0

    def edges(self, image: tuple[int, int]) -> Sequence[Tile]:
        """Return the border."""
        return self.layout.tiles

    def surveyed(self, integrations: Iterator[list[Block]]) -> Correction:
        """Return the correction that knows the drift of every group."""
        mine = copy.copy(self)
        mine.drifts = []
        outputs: Outputs | None = None
        for blocks in integrations:
            if outputs is None:
                dq = self.layout.gather([block.pixeldq for block in blocks])
                good = (dq & _DO_NOT_USE) == 0
                outputs = Outputs(self.layout, good, by_parity=self.by_parity, limit=self.limit)
                mine.pixels_used = int(np.count_nonzero(good)) if outputs.complete else 0
                if not outputs.complete:
                    log.warning(
                        "An output has no good reference pixels at one side: no group is corrected"
                    )
            values = self.layout.gather([block.data for block in blocks])
            mine.drifts.append(outputs.drifts(values))
        return mine

    def samples(self, block: Block) -> Counts | None:
        """Subtract the drifts of an integration."""
        _subtract(block.data, self.drifts[block.integration], *block.tile)
        return None

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, with the numbers of the survey."""
        means = [float(group.mean()) for drifts in self.drifts for group in drifts]
        return totals | drift_counts(self.pixels_used, means)
