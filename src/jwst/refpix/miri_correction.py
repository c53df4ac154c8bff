"""What reference pixels say of the drift of a group of MIRI, and its subtraction."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.refpix import compiled
from jwst.refpix.correction import drift_counts
from jwst.refpix.layout import OUTPUTS, Layout, tiles_of
from jwst.refpix.statistics import clipped_mean
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import pixel
from strun.datamodels.subarray import Border
from strun.engine.correction import Block, Correction, Counts

log = logging.getLogger(__name__)

# the first column of the right half
_MIDDLE = 516
_DO_NOT_USE = np.uint32(pixel["DO_NOT_USE"])


class Outputs:
    """
    The drift of the four outputs, which read every fourth column each, from the good pixels.

    With `by_parity` odd and even rows have drifts of their own. It is `complete` when every output
    has good pixels at both sides; jwst corrects none otherwise.
    """

    def __init__(
        self, layout: Layout, good: NDArray[np.bool_], *, by_parity: bool, limit: float
    ) -> None:
        self.limit = limit
        parity = layout.rows % 2 if by_parity else np.zeros_like(layout.rows)
        right = layout.columns >= _MIDDLE
        self._parts = [
            [
                [
                    np.nonzero(good & (parity == p) & (layout.columns % 4 == n) & side)[0]
                    for side in (~right, right)
                ]
                for n in range(OUTPUTS)
            ]
            for p in (0, 1)[: 1 + by_parity]
        ]
        self.complete = all(len(side) for p in self._parts for output in p for side in output)

    def drifts(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """
        Return the drifts of an integration since its first group, (groups, 2, outputs), in DN.

        `values` are (groups, pixels of the border); of both parities the first is that of odd rows,
        which begin with the first one.
        """
        found = np.zeros((len(values), 2, OUTPUTS))
        if not self.complete:
            return found
        for number, group in enumerate(values[1:], 1):
            since = group - values[0]
            table = [[self._one(since, output) for output in p] for p in self._parts]
            found[number] = (table[0], table[-1])
        return found

    def _one(self, values: NDArray[np.float32], sides: list[NDArray[np.intp]]) -> np.float64:
        left, right = (clipped_mean(values[places], self.limit) for places in sides)
        # every output has good pixels
        assert left is not None
        assert right is not None
        return np.float64(0.5 * (left + right))


def subtract_from_ramp(
    data: NDArray[np.float32], drifts: NDArray[np.float64], rows: slice, columns: slice
) -> None:
    """
    Subtract the drifts of an integration from its groups, in place.

    Parameters
    ----------
    data : ndarray of float32
        (groups, rows, columns), in DN.
    drifts : ndarray of float64
        From `Outputs.drifts`.
    rows, columns : slice
        Where the data lie in the full frame.
    """
    first = data[0].copy()
    # the differences are rounded to float32: so the bits depend on it where nothing drifts, too
    data -= first
    narrow = drifts.astype(np.float32)
    table = narrow if np.array_equal(narrow, drifts) else drifts
    output = np.arange(columns.start, columns.stop) % OUTPUTS
    for parity in (0, 1):
        some = data[:, (parity - rows.start) % 2 :: 2]
        np.subtract(some, table[:, parity][:, None, output], out=some, casting="same_kind")
    data += first


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
        subtract = compiled.subtract_from_ramp if compiled.available else subtract_from_ramp
        subtract(block.data, self.drifts[block.integration], *block.tile)
        return None

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what was counted, with the numbers of the survey."""
        means = [float(group.mean()) for drifts in self.drifts for group in drifts]
        return totals | drift_counts(self.pixels_used, means)
