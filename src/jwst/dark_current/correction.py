"""The subtraction of the dark on blocks of an exposure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jwst.dark_current.dark import Dark
from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.datamodels.covering import Flags
from strun.engine.correction import Block, Correction, Counts
from strun.engine.planes import KeptPlanes

# of a DN, in which the mean dark is counted
_UNITS = np.float64(1e4)


class Average:
    """The average dark current of the pixels, in electrons per second: an image, or one for all."""

    def __init__(self, rows: Rows | None, value: float = 0.0) -> None:
        self.rows = rows
        self.value = value

    def own(self) -> Average:
        """Return the same for another worker."""
        return Average(None if self.rows is None else self.rows.own(), self.value)

    def fill(self, target: NDArray[np.float32], tile: Tile) -> None:
        """Put it into a tile of the exposure's."""
        target[...] = self.value if self.rows is None else self.rows.read(tile)


class AverageCorrection(Correction):
    """Only tells the average dark current: the dark itself does not fit the exposure."""

    changes = ("average_dark_current",)
    status = "SKIPPED"
    heavy = False
    planes = 1

    def __init__(self, average: Average) -> None:
        self.average = average

    def pixels(self, block: Block) -> Counts | None:
        """Put the average dark current in."""
        self.average.fill(block.average_dark_current, block.tile)
        return None


class DarkCorrection(Correction):
    """
    Subtracts the dark of each group, and saves it afterwards where that was asked for.

    `start` is the number of the first of the file's integrations in its exposure, from 1. Without
    an average dark current, what the exposure says of it stays.
    """

    heavy = False

    def __init__(
        self,
        dark: Dark,
        flags: Flags,
        average: Average | None,
        *,
        start: int = 1,
        nints: int = 1,
        afterwards: Sequence[Callable[[], None]] = (),
    ) -> None:
        self.dark = dark
        self.flags = flags
        self.average = average
        self.start = start
        self.nints = nints
        self.afterwards = afterwards
        made = () if average is None else ("average_dark_current",)
        self.changes = ("data", "pixeldq", *made)
        # flags, a frame, its bytes, the sum, and what serves several integrations
        self.planes = 5 + (dark.science.ngroups if nints > 1 else 0)

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        return _DarkTile(self, tile)

    def concluded(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Save what was asked for, and keep what was made."""
        for act in self.afterwards:
            act()
        samples = totals["pixels"] * self.nints
        return totals | {"last_dark": totals["last_dark"] / _UNITS / samples}


class _DarkTile(Correction):
    """The correction of one tile."""

    def __init__(self, whole: DarkCorrection, tile: Tile) -> None:
        self.whole = whole
        self.dq = _flags_of_all(whole.flags.read(tile), whole.dark.integrations)
        ngroups = whole.dark.science.ngroups
        self.dark = KeptPlanes(
            lambda number: whole.dark.read(tile, *divmod(number, ngroups)), keep=whole.nints > 1
        )

    def pixels(self, block: Block) -> Counts | None:
        """Add the reference's flags, and put the average dark current in."""
        block.pixeldq |= self.dq
        if self.whole.average is not None:
            self.whole.average.fill(block.average_dark_current, block.tile)
        inner = self.dq[block.core]
        return {"pixels": inner.size, "pixels_flagged": int(np.count_nonzero(inner))}

    def samples(self, block: Block) -> Counts | None:
        """Subtract the dark of each group."""
        last, taken = self.whole.dark.integrations - 1, 0
        for index, integration, group in block.each_group():
            # the dark of the first integrations is that of the begin of the exposure
            which = min(integration, last) if self.whole.start == 1 else last
            dark = self.dark[which * block.ngroups + group]
            block.data[index] -= dark
            if group == block.ngroups - 1:
                # as whole numbers, whose sum is the same however the exposure is cut
                taken += int(np.rint(dark[block.core] * _UNITS).sum(dtype=np.int64))
        inner = block.data[(slice(None), *block.core)]
        return {
            "samples": inner.size,
            "samples_negative": int(np.count_nonzero(inner < 0)),
            "last_dark": taken,
        }


def _flags_of_all(flags: NDArray[np.uint32], integrations: int) -> NDArray[np.uint32]:
    """Return flags (rows, columns), those of all integrations together."""
    if flags.ndim == 2:
        return flags
    united: NDArray[np.uint32] = np.bitwise_or.reduce(flags[:integrations, 0], axis=0)
    return united
