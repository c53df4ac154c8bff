"""The arrays of an exposure as blocks come and go: in a file, or in memory."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strun.blockio.parts import Place
from strun.blockio.reader import NOTHING, UnitReader, aligned
from strun.blockio.writer import ProductWriter

__all__ = ["BlockArray", "FileArray", "MemoryArray"]


class BlockArray(Protocol):
    """Frames of an array, by blocks."""

    shape: tuple[int, int, int]
    itemsize: int

    def load(self, rows: slice, frames: slice) -> NDArray[Any]:
        """Return a block (frames, rows, columns) that may be changed in place."""

    def store(self, rows: slice, frames: slice, values: NDArray[Any]) -> None:
        """Put a changed block back."""


def _as_frames(shape: tuple[int, ...]) -> tuple[int, int, int]:
    ny, nx = shape[-2:]
    return math.prod(shape[:-2]), ny, nx


class MemoryArray:
    """
    Blocks of an array in memory are views of it.

    Parameters
    ----------
    array : ndarray
        C-contiguous, of two or more axes.
    """

    def __init__(self, array: NDArray[Any]) -> None:
        self.shape = _as_frames(array.shape)
        self.itemsize = array.itemsize
        self._frames = array.reshape(self.shape)

    def load(self, rows: slice, frames: slice) -> NDArray[Any]:
        """Return a view."""
        return self._frames[frames, rows]

    def store(self, rows: slice, frames: slice, values: NDArray[Any]) -> None:
        """Copy the values, unless they are the view itself."""
        view = self._frames[frames, rows]
        if values.base is None or not np.shares_memory(values, view):
            view[...] = values


class FileArray:
    """
    Blocks of one part of a product, read from the input and written to the product.

    Each worker has its own, for its buffers.

    Parameters
    ----------
    writer : ProductWriter
        The product.
    place : Place
        The part. Without a source its values begin as zeros.
    """

    def __init__(self, writer: ProductWriter, place: Place) -> None:
        part = place.part
        self.shape = _as_frames(part.shape)
        self._dtype = np.dtype(part.encoding.dtype)
        self.itemsize = self._dtype.itemsize
        self._buffer = NOTHING
        self._out = writer.unit_writer(place)
        self._in: UnitReader | None = None
        self._held: MemoryArray | None = None
        if part.array is not None:
            # somebody has touched the model's array: it is what the input holds no more
            self._held = MemoryArray(np.ascontiguousarray(part.array, self._dtype))
        elif part.source is not None and writer.file is not None:
            self._in = UnitReader(writer.file.fd, part.source.data_offset, part.source.encoding)

    def _block(self, shape: tuple[int, int, int]) -> NDArray[Any]:
        size = math.prod(shape) * self._dtype.itemsize
        if len(self._buffer) < size:
            self._buffer = aligned(size)
        return self._buffer[:size].view(self._dtype).reshape(shape)

    def _pieces(self, rows: slice, frames: slice) -> list[tuple[int, slice]]:
        """Return number of the first value and the block's frames, for each contiguous piece."""
        _, ny, nx = self.shape
        if rows.stop - rows.start == ny:
            return [(frames.start * ny * nx, slice(0, frames.stop - frames.start))]
        return [
            ((frame * ny + rows.start) * nx, slice(number, number + 1))
            for number, frame in enumerate(range(frames.start, frames.stop))
        ]

    def load(self, rows: slice, frames: slice) -> NDArray[Any]:
        """Read a block into the buffer, in native byte order."""
        shape = (frames.stop - frames.start, rows.stop - rows.start, self.shape[2])
        block = self._block(shape)
        if self._held is not None:
            np.copyto(block, self._held.load(rows, frames))
            return block
        if self._in is None:
            block.fill(0)
            return block
        for first, part in self._pieces(rows, frames):
            self._in.read(first, block[part])
        return block

    def store(self, rows: slice, frames: slice, values: NDArray[Any]) -> None:
        """Write a block to the product."""
        for first, part in self._pieces(rows, frames):
            self._out.write(first, values[part])
