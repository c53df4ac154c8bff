"""Connected regions of an image: arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_Index = NDArray[np.intp]


class _Runs(NamedTuple):
    """Row, first column and column behind the last one of each run of pixels."""

    rows: _Index
    starts: _Index
    stops: _Index


class Region(NamedTuple):
    """
    Pixels that touch each other, by a side or a corner.

    `x` and `y` are the means of their columns and rows, from 0; height and width go from the first
    to the last of these. `runs` are those of all regions of the image, one region after the other,
    and `mine` says which of them are its own.
    """

    x: float
    y: float
    height: int
    width: int
    area: int
    runs: _Runs
    mine: slice

    @property
    def image(self) -> NDArray[np.bool_]:
        """The smallest part of the image that has it all; True where it is."""
        rows, starts, stops = (each[self.mine] for each in self.runs)
        top, left = int(rows[0]), int(starts.min())
        found = np.zeros((self.height, self.width), bool)
        for row, start, stop in zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True):
            found[row - top, start - left : stop - left] = True
        return found

    @property
    def filled_area(self) -> int:
        """Number of pixels, those of its holes included."""
        around = np.pad(~self.image, 1, constant_values=True)
        # the first pixel is outside of it, and so is all that touches that
        return around.size - find_regions(around)[0].area


def find_regions(image: NDArray[np.bool_], least_area: float = 0) -> list[Region]:
    """
    Return the regions of an image (rows, columns), in the order of their first pixels.

    Only those of at least so many pixels, holes included.
    """
    rows, starts, stops = _runs(image)
    if not rows.size:
        return []
    region = _connected(*_touching(rows, starts, stops, image.shape[1] + 1), rows.size)
    order = np.argsort(region, kind="stable")
    runs = _Runs(rows[order], starts[order], stops[order])
    rows, starts, stops = runs
    lengths = stops - starts
    first = np.flatnonzero(np.diff(region[order], prepend=-1))
    area = np.add.reduceat(lengths, first)
    behind = np.append(first[1:], rows.size)
    # whole numbers: their sums are exact in any order
    columns = zip(
        (np.add.reduceat(lengths * (starts + stops - 1), first) / 2 / area).tolist(),
        (np.add.reduceat(lengths * rows, first) / area).tolist(),
        (rows[behind - 1] - rows[first] + 1).tolist(),
        (np.maximum.reduceat(stops, first) - np.minimum.reduceat(starts, first)).tolist(),
        area.tolist(),
        first.tolist(),
        behind.tolist(),
        strict=True,
    )
    found = []
    for x, y, height, width, size, start, stop in columns:
        # a hole takes what is around it: three rows and columns at least
        if size >= least_area or (height * width >= least_area and min(height, width) > 2):
            one = Region(x, y, height, width, size, runs, slice(start, stop))
            if size >= least_area or one.filled_area >= least_area:
                found.append(one)
    return found


def _runs(image: NDArray[np.bool_]) -> _Runs:
    """Return row, first column and column behind the last one of each run of True."""
    ny, nx = image.shape
    # a pixel before the first, and one after each row
    flat = np.zeros(1 + ny * (nx + 1), bool)
    flat[1:].reshape(ny, nx + 1)[:, :nx] = image
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    rows, starts = np.divmod(edges[::2], nx + 1)
    return _Runs(rows, starts, edges[1::2] - rows * (nx + 1))


def _touching(rows: _Index, starts: _Index, stops: _Index, stride: int) -> tuple[_Index, _Index]:
    """Return the numbers of the runs of each pair in adjacent rows that touch."""
    begin, end = rows * stride + starts, rows * stride + stops
    low = np.searchsorted(end, begin + stride)
    count = np.maximum(np.searchsorted(begin, end + stride, side="right") - low, 0)
    above = np.repeat(np.arange(rows.size), count)
    within = np.arange(above.size) - np.repeat(np.cumsum(count) - count, count)
    return above, low[above] + within


def _connected(first: _Index, second: _Index, count: int) -> _Index:
    """Return for each of `count` things the lowest one that pairs connect it with."""
    lowest = np.arange(count)
    while True:
        one, other = lowest[first], lowest[second]
        apart = one != other
        if not apart.any():
            return lowest
        first, second, one, other = (each[apart] for each in (first, second, one, other))
        np.minimum.at(lowest, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(lowest, further := lowest[lowest]):
            lowest = further
