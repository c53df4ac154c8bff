"""Rows of a window of an image unit, read when they are asked for."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strun.blockio.layout import Hdu
from strun.blockio.source import FitsFile
from strun.blockio.tiles import Tile
from strun.blockio.units import UnitReader


class Rows(Protocol):
    """What gives bands of rows of an image or of a stack of images."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all of it: planes (if any), rows, columns."""

    def read(
        self, tile: Tile, out: NDArray[Any] | None = None, *, plane: int | None = None
    ) -> NDArray[Any]:
        """Return the values of a tile (planes if any, rows, columns), in `out` if given."""

    def own(self) -> Rows:
        """Return the same rows for another worker: no buffer is shared."""


class MemoryRows:
    """Rows of an array in memory, whose last two axes are rows and columns."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array = array

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.array.shape

    def read(
        self, tile: Tile, out: NDArray[Any] | None = None, *, plane: int | None = None
    ) -> NDArray[Any]:
        """Return a view of a tile, or `out` with a copy of it."""
        array = self.array
        if plane is not None:
            array = array.reshape(-1, *array.shape[-2:])[plane]
        view = array[..., tile.rows, tile.columns]
        if out is None:
            return view
        np.copyto(out, view, casting="same_kind")
        return out

    def own(self) -> MemoryRows:
        """Return itself: it has no buffer."""
        return self


class FileRows:
    """
    Rows of a window of an image unit in a file, cast to `dtype`.

    The window lies inside the image; its corner is where tiles are counted from.
    """

    def __init__(self, file: FitsFile, hdu: Hdu, *, window: Tile, dtype: str) -> None:
        self._file = file
        self._hdu = hdu
        self._window = window
        self._dtype = dtype
        self._reader = UnitReader(file.fd, hdu.data_offset, hdu.encoding)

    def own(self) -> FileRows:
        """Return the same rows with a buffer of their own."""
        return FileRows(self._file, self._hdu, window=self._window, dtype=self._dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the window, with the planes before it."""
        return (*self._hdu.shape[:-2], *self._window.shape)

    def read(
        self, tile: Tile, out: NDArray[Any] | None = None, *, plane: int | None = None
    ) -> NDArray[Any]:
        """Return a tile of the window, in native byte order, in `out` if given."""
        planes = self._hdu.shape[:-2] if plane is None else ()
        values = np.empty((*planes, *tile.shape), self._dtype) if out is None else out
        ny, nx = self._hdu.shape[-2:]
        first = self._window.rows.start + tile.rows.start
        left = self._window.columns.start + tile.columns.start
        columns = slice(left, left + tile.shape[1])
        for number, image in enumerate(values.reshape(-1, *tile.shape), plane or 0):
            # whole rows lie together in the file; of narrower ones, more is read than is kept
            start = (number * ny + first) * nx
            if tile.shape[1] == nx:
                self._reader.read(start, image)
            else:
                self._reader.read_columns(start, nx, columns, image)
        return values
