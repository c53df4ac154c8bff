"""The convolution of groups with the IPC kernel, which has a few pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.rows import Rows
from strun.blockio.tiles import Tile
from strun.engine.correction import Block, Correction, Counts


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
    Convolves every group with the kernel of the reference, its active pixels alone.

    The kernel is (kernel rows, kernel columns), or one for each pixel: with (rows, columns) behind.
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


def reach(size: tuple[int, int]) -> int:
    """Return how many pixels beyond a pixel a kernel of a size looks at, at most."""
    return max(each // 2 for each in size)


def places(size: tuple[int, int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """
    Yield the places of a kernel in the order of the sum: row by row, the middle one last.

    Each comes with the place of the pixel that it multiplies, in an image that has half a kernel
    of padding: the kernel is turned by 180 degrees.
    """
    height, width = size
    middle = height // 2, width // 2
    for row, column in np.ndindex(height, width):
        if (row, column) != middle:
            yield (row, column), (height - row - 1, width - column - 1)
    # the pixel itself: of a kernel with an even size, turning would miss it
    yield middle, middle


def convolve(
    image: NDArray[np.float32],
    kernel: NDArray[np.float32],
    active: tuple[slice, slice],
    padded: NDArray[np.float32],
    product: NDArray[np.float32],
) -> None:
    """
    Convolve an image with a kernel, in place.

    Every product is rounded to float32 and added in the order of `places`. Pixels that are not
    active count as 0 for the others, and keep their value.

    Parameters
    ----------
    image : ndarray of float32
        (rows, columns), in DN; changed in place.
    kernel : ndarray of float32
        (kernel rows, kernel columns), or one for each pixel: with (rows, columns) behind.
    active : tuple of slice
        Rows and columns of the pixels that are no reference pixels.
    padded, product : ndarray of float32
        Scratch: of the active pixels' shape with a kernel's size less one more; of their shape.
    """
    height, width = kernel.shape[:2]
    values = image[active]
    ny, nx = values.shape
    padded.fill(0)
    padded[height // 2 : height // 2 + ny, width // 2 : width // 2 + nx] = values
    values.fill(0)
    for place, (top, left) in places((height, width)):
        factor = kernel[place]
        if kernel.ndim > 2:
            factor = factor[active]
        np.multiply(padded[top : top + ny, left : left + nx], factor, out=product)
        values += product
