"""The values of an image that are not 0, as blocks store it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strun.blockio.tiles import Tile


class SparseValues(NamedTuple):
    """The values of an image that are not 0, row by row, and their rows and columns from 0."""

    rows: NDArray[np.integer[Any]]
    columns: NDArray[np.integer[Any]]
    values: NDArray[np.float64]

    def image(self, tile: Tile) -> NDArray[np.float64]:
        """Return what a tile of the image holds: (rows, columns), float64."""
        image = np.zeros(tile.shape)
        part = slice(*np.searchsorted(self.rows, (tile.rows.start, tile.rows.stop)))
        rows, columns, values = (each[part] for each in self)
        inside = (columns >= tile.columns.start) & (columns < tile.columns.stop)
        place = rows[inside] - tile.rows.start, columns[inside] - tile.columns.start
        image[place] = values[inside]
        return image


class SparseImage:
    """
    An image of few values that are not 0, stored by tiles; only these are kept.

    A tile that is stored again replaces what it held.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = (1, *shape)
        self.dtype = np.dtype(np.float64)
        self._tiles: dict[tuple[int, int], tuple[NDArray[Any], ...]] = {}

    def store(self, tile: Tile, groups: slice, values: NDArray[Any]) -> None:
        """Keep a tile, of one plane."""
        image = values[0]
        rows, columns = np.nonzero(image)
        top, left = tile.rows.start, tile.columns.start
        places = [(each + first).astype(np.int32) for each, first in ((rows, top), (columns, left))]
        self._tiles[top, left] = (*places, image[rows, columns])

    def take(self) -> SparseValues:
        """Return all values that are not 0, and forget them."""
        several = len({left for _, left in self._tiles}) > 1
        tiles = [self._tiles[corner] for corner in sorted(self._tiles)]
        self._tiles.clear()
        none = (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
        rows, columns, values = (np.concatenate(each) for each in zip(none, *tiles, strict=True))
        del tiles
        if several:
            order = np.lexsort((columns, rows))
            rows, columns, values = rows[order], columns[order], values[order]
        return SparseValues(rows, columns, values)
