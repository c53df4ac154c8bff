"""What one pass over an exposure leaves for the next one: arrays in a file without a name."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strun.blockio.copying import write_all
from strun.blockio.tiles import Tile
from strun.blockio.units import Buffer, fill
from strun.blockio.unpacking import no_room_for, temporary_file
from strun.engine.arrays import InputArray, runs

_WHAT = "what is kept between two passes over the exposure"


class ScratchArray:
    """
    Blocks of an array in a scratch file, in native byte order.

    Each worker has its own, for its buffer. The array begins at the byte `offset`; its shape is
    (groups, or integrations, or planes; rows; columns).
    """

    def __init__(
        self, fd: int, offset: int, shape: tuple[int, int, int], dtype: np.dtype[Any]
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self._fd = fd
        self._offset = offset
        self._buffer = Buffer()

    def load(self, tile: Tile, groups: slice) -> NDArray[Any]:
        """Read a block into the buffer."""
        shape = (groups.stop - groups.start, *tile.shape)
        data = self._buffer.take(math.prod(shape) * self.dtype.itemsize)
        block = data.view(self.dtype).reshape(shape)
        for first, part in runs(self.shape, tile, groups):
            bytes_of = block[part].reshape(-1).view(np.uint8)
            fill(self._fd, bytes_of, self._offset + first * self.dtype.itemsize)
        return block

    def store(self, tile: Tile, groups: slice, values: NDArray[Any]) -> None:
        """Write a block."""
        for first, part in runs(self.shape, tile, groups):
            block = np.ascontiguousarray(values[part], self.dtype).reshape(-1).view(np.uint8)
            try:
                write_all(self._fd, block.data, self._offset + first * self.dtype.itemsize)
            except OSError as err:
                raise no_room_for(_WHAT, err) from err


class Scratch:
    """
    Arrays of an exposure, by name, in a file that has no name, and vanishes when it is closed.

    OutputError is raised when there is no room for it.
    """

    def __init__(self, arrays: Mapping[str, InputArray]) -> None:
        self._places: dict[str, tuple[int, tuple[int, int, int], np.dtype[Any]]] = {}
        size = 0
        for name, array in arrays.items():
            self._places[name] = size, array.shape, array.dtype
            size += math.prod(array.shape) * array.dtype.itemsize
        self._file = temporary_file()
        try:
            _reserve(self._file.fileno(), size)
        except OSError as err:
            self._file.close()
            raise no_room_for(f"{size / 1e9:.2f} GB, {_WHAT}", err) from err

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def open(self) -> dict[str, ScratchArray]:
        """Return its arrays by name; for one worker."""
        return {name: ScratchArray(self._file.fileno(), *at) for name, at in self._places.items()}


def _reserve(fd: int, size: int) -> None:
    """Have the disk set room aside: that there is none is known before the work."""
    if size and hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, 0, size)
