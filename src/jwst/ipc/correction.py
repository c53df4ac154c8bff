"""The convolution with the IPC kernel on blocks of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.ipc.convolution import convolve, reach
from strun.engine.correction import Block, Correction, Counts

if TYPE_CHECKING:
    from strun.blockio.rows import Rows
    from strun.blockio.tiles import Tile


class Active(NamedTuple):
    """Rows and columns of an exposure that are no reference pixels."""

    rows: slice
    columns: slice

    def within(self, tile: Tile) -> tuple[slice, slice]:
        """Return what a tile has of them, counted in the tile."""
        rows, columns = (
            slice(
                min(max(mine.start, part.start), part.stop) - part.start,
                max(min(mine.stop, part.stop), part.start) - part.start,
            )
            for mine, part in zip(self, tile, strict=True)
        )
        return rows, columns


class IPCCorrection(Correction):
    """
    Convolves every group with the kernel of the reference.

    Parameters
    ----------
    kernel : Rows
        (kernel rows, kernel columns), or one for each pixel: with (rows, columns) behind; float32.
    size : tuple of int
        Rows and columns of the kernel.
    active : Active
        The pixels that are corrected.
    """

    changes = ("data",)

    def __init__(self, kernel: Rows | NDArray[np.float32], active: Active) -> None:
        self.kernel = kernel
        self.active = active
        rows, columns = kernel.shape[:2]
        self.halo = reach((rows, columns))
        self.planes = 3 + (rows * columns if len(kernel.shape) > 2 else 0)

    def at(self, tile: Tile) -> Correction:
        """Return the correction of a tile."""
        kernel = self.kernel if isinstance(self.kernel, np.ndarray) else self.kernel.read(tile)
        return _IPCTile(kernel, self.active.within(tile))


class _IPCTile(Correction):
    """The correction of one tile."""

    def __init__(self, kernel: NDArray[np.float32], active: tuple[slice, slice]) -> None:
        self.kernel = kernel
        self.active = active
        ny, nx = (max(0, part.stop - part.start) for part in active)
        rows, columns = kernel.shape[:2]
        self.padded = np.empty((ny + rows - 1, nx + columns - 1), np.float32)
        self.product = np.empty((ny, nx), np.float32)

    def samples(self, block: Block) -> Counts | None:
        """Convolve the groups."""
        if self.product.size:
            for image in block.data:
                convolve(image, self.kernel, self.active, self.padded, self.product)
        inner = np.zeros(block.data.shape[1:], bool)
        inner[self.active] = True
        count = int(np.count_nonzero(inner[block.core]))
        samples = inner[block.core].size * len(block.data)
        return {"samples": samples, "samples_convolved": count * len(block.data)}
