"""Where the reference pixels of an exposure lie on the detector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile
from strun.datamodels.subarray import Border

FRAME = 2048
"""Rows and columns of a near-infrared detector."""
OUTPUTS = 4
"""Outputs of MIRI's detector, which read every fourth column each."""


class Orientation(NamedTuple):
    """
    How an image lies on a near-infrared detector.

    Detectors are read out along their rows; images are turned to the telescope's orientation.
    FASTAXIS and SLOWAXIS are 1 for columns of the image and 2 for its rows, negative when they are
    read against the image's direction; `corner` is where in the full frame it begins, row first,
    from 0.
    """

    fast: int
    slow: int
    corner: tuple[int, int] = (0, 0)

    @property
    def transposed(self) -> bool:
        """Whether the detector's columns are rows of the image."""
        return abs(self.fast) == 2

    def along(self, axis: int, size: int) -> NDArray[np.intp]:
        """Return where the image's rows (axis 0) or columns (1) lie, in the detector's numbers."""
        places = np.arange(size) + self.corner[axis]
        sign = self.fast if abs(self.fast) == 2 - axis else self.slow
        return places if sign > 0 else FRAME - 1 - places


def tiles_of(image: tuple[int, int], border: Border) -> list[Tile]:
    """Return the tiles of an image that are its border, without overlaps."""
    ny, nx = image
    low, high = border.rows
    inner = slice(low, ny - high)
    tiles = [Tile(slice(0, low), slice(0, nx)), Tile(slice(ny - high, ny), slice(0, nx))]
    low, high = border.columns
    tiles += [Tile(inner, slice(0, low)), Tile(inner, slice(nx - high, nx))]
    return [tile for tile in tiles if all(tile.shape)]


class Layout:
    """
    The pixels of a border in the detector's order: row by row.

    `rows` and `columns` say where those of the image lie on the detector; its columns and rows
    when the image is `transposed`. As attributes they are those of each pixel.
    """

    def __init__(
        self,
        tiles: Sequence[Tile],
        rows: NDArray[np.intp],
        columns: NDArray[np.intp],
        *,
        transposed: bool = False,
    ) -> None:
        self.tiles = list(tiles)
        pairs = [np.meshgrid(rows[t.rows], columns[t.columns], indexing="ij") for t in tiles]
        none = np.empty(0, np.intp)
        y, x = (np.concatenate([none, *(pair[k].ravel() for pair in pairs)]) for k in (0, 1))
        if transposed:
            y, x = x, y
        self._order = np.lexsort((x, y))
        self.rows, self.columns = y[self._order], x[self._order]

    def gather(self, arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Return the pixels (..., pixels) of arrays (..., rows, columns), one for each tile."""
        flat = [array.reshape(*array.shape[:-2], -1) for array in arrays]
        return np.concatenate(flat, axis=-1)[..., self._order]
