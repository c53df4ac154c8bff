"""The arrays of an exposure as blocks come and go: in a file, or in memory."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strun.blockio.parts import Part, Place
from strun.blockio.source import FitsFile
from strun.blockio.tiles import Tile
from strun.blockio.units import Buffer, UnitReader
from strun.blockio.writer import ProductWriter


class InputArray(Protocol):
    """Groups of an array (or integrations, or planes), loaded by tiles."""

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]

    def load(self, tile: Tile, groups: slice) -> NDArray[Any]:
        """Return a block (groups, rows, columns) that may be changed in place."""


class OutputArray(Protocol):
    """Groups of an array (or integrations, or planes), stored by tiles."""

    shape: tuple[int, int, int]

    def store(self, tile: Tile, groups: slice, values: NDArray[Any]) -> None:
        """Store a block (groups, rows, columns)."""


class FrameArray(InputArray, OutputArray, Protocol):
    """Groups of an array that are loaded and stored again."""


def _as_images(shape: tuple[int, ...]) -> tuple[int, int, int]:
    ny, nx = shape[-2:]
    return math.prod(shape[:-2]), ny, nx


class MemoryArray:
    """
    Blocks of an array in memory, which is C-contiguous, are views of it.

    With `keep_source` they are copies of what the array was at first: for corrections that look
    beyond their tile, which may have been corrected already.
    """

    def __init__(self, array: NDArray[Any], *, keep_source: bool = False) -> None:
        self.shape = _as_images(array.shape)
        self.dtype = array.dtype
        self._images = array.reshape(self.shape)
        self.values = array
        self._source = self._images.copy() if keep_source else None

    def load(self, tile: Tile, groups: slice) -> NDArray[Any]:
        """Return a view, or a copy of the source."""
        if self._source is not None:
            return self._source[groups, tile.rows, tile.columns].copy()
        return self._images[groups, tile.rows, tile.columns]

    def store(self, tile: Tile, groups: slice, values: NDArray[Any]) -> None:
        """Copy the values, unless they are the view itself."""
        view = self._images[groups, tile.rows, tile.columns]
        if not np.may_share_memory(values, view):
            view[...] = values


def runs(
    shape: tuple[int, int, int], tile: Tile, groups: slice
) -> list[tuple[int, tuple[slice, slice]]]:
    """Return the number of the first value, and groups and rows, of each contiguous run."""
    _, ny, nx = shape
    height, width = tile.shape
    every = slice(0, height)
    if (height, width) == (ny, nx):
        return [(groups.start * ny * nx, (slice(0, groups.stop - groups.start), every))]
    rows = [every] if width == nx else [slice(row, row + 1) for row in range(height)]
    return [
        ((number * ny + tile.rows.start + row.start) * nx + tile.columns.start, (one, row))
        for one, number in (
            (slice(index, index + 1), number)
            for index, number in enumerate(range(groups.start, groups.stop))
        )
        for row in rows
    ]


class PartReader:
    """
    Blocks of one part of an exposure, read from its file or from an array in memory, or zeros.

    Each worker has its own, for its buffers.
    """

    def __init__(self, part: Part, file: FitsFile | None) -> None:
        self.shape = _as_images(part.shape)
        self.dtype = np.dtype(part.encoding.dtype)
        self._buffer = Buffer()
        self._in: UnitReader | None = None
        self._held: MemoryArray | None = None
        if part.array is not None:
            # somebody has touched the model's array: it is what the input holds no more
            self._held = MemoryArray(np.ascontiguousarray(part.array, self.dtype))
        elif part.source is not None and file is not None:
            self._in = UnitReader(file.fd, part.source.data_offset, part.source.encoding)

    def load(self, tile: Tile, groups: slice) -> NDArray[Any]:
        """Read a block into the buffer, in native byte order."""
        shape = (groups.stop - groups.start, *tile.shape)
        data = self._buffer.take(math.prod(shape) * self.dtype.itemsize)
        block = data.view(self.dtype).reshape(shape)
        if self._held is not None:
            np.copyto(block, self._held.load(tile, groups))
        elif self._in is None:
            block.fill(0)
        elif tile.shape[1] == self.shape[2]:
            for first, part in runs(self.shape, tile, groups):
                self._in.read(first, block[part])
        else:
            self._load_columns(self._in, tile, groups, block)
        return block

    def _load_columns(
        self, source: UnitReader, tile: Tile, groups: slice, block: NDArray[Any]
    ) -> None:
        _, ny, nx = self.shape
        for index, number in enumerate(range(groups.start, groups.stop)):
            first = (number * ny + tile.rows.start) * nx
            source.read_columns(first, nx, tile.columns, block[index])


class PartWriter:
    """Blocks of one part of a product, written; each worker has its own, for its buffers."""

    def __init__(self, writer: ProductWriter, place: Place) -> None:
        self.shape = _as_images(place.part.shape)
        self._out = writer.unit_writer(place)

    def store(self, tile: Tile, groups: slice, values: NDArray[Any]) -> None:
        """Write a block."""
        for first, part in runs(self.shape, tile, groups):
            self._out.write(first, np.ascontiguousarray(values[part]))
